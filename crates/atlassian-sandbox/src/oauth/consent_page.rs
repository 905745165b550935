//! The pages a person sees at `/authorize`: the consent form and the error page.

use std::fmt::Write as _;

use super::authorize::Request;
use super::{Product, uses};
use crate::wire::escape;
use crate::world::World;

/// Shared look of all human pages of the sandbox: light and dark, narrow and wide.
pub(crate) const STYLE: &str = "\
:root{color-scheme:light dark;--back:#f4f5f7;--card:#fff;--ink:#172b4d;--soft:#5e6c84;--line:#dfe1e6;--main:#0052cc;--on:#fff}\
@media(prefers-color-scheme:dark){:root{--back:#161a1d;--card:#22272b;--ink:#dee4ea;--soft:#9fadbc;--line:#3b444c;--main:#579dff;--on:#10151a}}\
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}\
main{max-width:32rem;margin:0 auto;padding:1.5rem 1rem}main.wide{max-width:52rem}\
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.5rem}\
h1{font-size:1.3rem;margin:0 0 .5rem}h2{font-size:1rem;margin:1.25rem 0 .25rem}p{margin:.25rem 0 .75rem}\
p.soft:last-child{margin:.75rem 0 0}.soft,small{color:var(--soft)}a{color:var(--main)}fieldset{border:0;padding:0;margin:1rem 0}legend{font-weight:600;padding:0}\
label{display:flex;gap:.6rem;align-items:center;padding:.5rem .6rem;border:1px solid var(--line);border-radius:.5rem;margin:.35rem 0;cursor:pointer}\
label:hover{border-color:var(--main)}input{width:1.1rem;height:1.1rem;accent-color:var(--main);flex:none}\
ul.scopes{columns:2;padding-left:1.1rem;margin:.25rem 0}li,code{overflow-wrap:anywhere}code,pre{font-family:ui-monospace,monospace;font-size:.85em}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--back);padding:.75rem;border-radius:.5rem}table{border-collapse:collapse;width:100%}\
td,th{border:1px solid var(--line);padding:.35rem .5rem;text-align:left;overflow-wrap:break-word}\
.row{display:flex;flex-direction:row-reverse;gap:.75rem;justify-content:flex-start;flex-wrap:wrap;margin-top:1.25rem}\
button{font:inherit;padding:.6rem 1.4rem;border-radius:.5rem;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer}\
button.main{background:var(--main);border-color:var(--main);color:var(--on);font-weight:600}\
:focus-visible{outline:3px solid var(--main);outline-offset:2px}@media(max-width:26rem){.card{padding:1rem}td,th{padding:.3rem}ul.scopes{columns:1}.row button{flex:1}}";

/// A whole document around some content; `extra` is more style.
pub(crate) fn document(title: &str, class: &str, extra: &str, content: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{}</title><style>{STYLE}{extra}</style></head><body><main class=\"{class}\">{content}\
         <p class=\"soft\"><small>Atlassian sandbox: a stand-in for development and tests. Nothing here reaches Atlassian.</small></p></main></body></html>",
        escape(title)
    )
}

/// The error page of `/authorize`; it never redirects.
pub(crate) fn problem(text: &str) -> String {
    let content = format!(
        "<div class=\"card\"><h1>Something went wrong</h1><p>We could not start the authorization.</p>\
         <p id=\"problem\"><code>{}</code></p><p class=\"soft\">Contact the developer of the app.</p></div>",
        escape(text)
    );
    document("Error", "", "", &content)
}

/// The consent form.
pub(crate) fn render(request: &Request, world: &World) -> String {
    let mut hidden = String::new();
    for (name, value) in &request.pairs {
        let _ = write!(
            hidden,
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
            escape(name),
            escape(value)
        );
    }
    let mut scopes = String::new();
    for scope in &request.scopes {
        let _ = write!(scopes, "<li><code>{}</code></li>", escape(scope));
    }
    let (accounts, sites, extra) = choices(world);
    let content = format!(
        "<form class=\"card\" method=\"post\" action=\"/authorize/decision\">{hidden}\
         <h1><strong>{client}</strong> is requesting access to your Atlassian account</h1>\
         <p class=\"soft\">After that you are sent to <code>{target}</code>.</p>\
         <fieldset><legend>Account</legend>{accounts}</fieldset>\
         <fieldset><legend>Use app on</legend>{sites}</fieldset>\
         <h2>It asks for</h2><ul class=\"scopes\">{scopes}</ul>\
         <div class=\"row\"><button id=\"accept\" class=\"main\" name=\"decision\" value=\"accept\">Accept</button>\
         <button id=\"decline\" name=\"decision\" value=\"decline\">Cancel</button></div></form>",
        client = escape(&request.client_id),
        target = escape(&request.redirect_uri),
    );
    document("Authorize app", "", &extra, &content)
}

/// Radio buttons for the accounts, checkboxes for the sites, and the style that hides sites an account cannot use.
fn choices(world: &World) -> (String, String, String) {
    let (mut accounts, mut sites, mut extra) = (String::new(), String::new(), String::new());
    for (index, account) in world.accounts.iter().enumerate() {
        let checked = if index == 0 { " checked" } else { "" };
        let _ = write!(
            accounts,
            "<label><input type=\"radio\" name=\"account\" id=\"account-{short}\" value=\"{short}\"{checked}>\
             <span>{}<br><small>{}</small></span></label>",
            escape(&account.name),
            escape(&account.email),
            short = escape(&account.short),
        );
    }
    for (index, site) in world.sites.iter().enumerate() {
        let _ = write!(
            sites,
            "<label class=\"site-{index}\"><input type=\"checkbox\" name=\"site\" value=\"{}\" checked>\
             <span>{}<br><small>{}</small></span></label>",
            escape(&site.cloud_id),
            escape(&site.name),
            escape(&site.host),
        );
        for account in &world.accounts {
            if !uses(site, Product::Jira, &account.id)
                && !uses(site, Product::Confluence, &account.id)
            {
                let _ = write!(
                    extra,
                    "form:has(#account-{}:checked) .site-{index}{{display:none}}",
                    account.short
                );
            }
        }
    }
    (accounts, sites, extra)
}

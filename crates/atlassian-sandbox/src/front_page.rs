//! The page at `/`: what the sandbox offers and with which credentials.

use std::fmt::Write as _;

use crate::oauth::document;
use crate::state::State;
use crate::wire::{Reply, escape, joined};

/// The start page.
pub(crate) fn render(state: &State) -> Reply {
    let mut apps = String::new();
    for app in &state.apps {
        let uris = joined(
            app.redirect_uris
                .iter()
                .map(|uri| format!("<li><code>{}</code></li>", escape(uri))),
        );
        let _ = write!(
            apps,
            "<h2>App <code>{}</code></h2><p>Secret <code>{}</code></p><ul>{uris}</ul>",
            escape(&app.client_id),
            escape(&app.client_secret)
        );
    }
    let mut people = String::new();
    for account in &state.saved.world.accounts {
        let short = escape(&account.short);
        let _ = write!(
            people,
            "<tr><td>{}<br><small>{}</small></td><td><code>classic-token-{short}</code></td>\
             <td><code>scoped-token-{short}</code><br><code>narrow-token-{short}</code></td></tr>",
            escape(&account.name),
            escape(&account.email),
        );
    }
    let mut sites = String::new();
    for site in &state.saved.world.sites {
        let host = escape(&site.host);
        let _ = write!(
            sites,
            "<li><a href=\"/sites/{host}/jira/projects\">{host}: projects</a>, <a href=\"/sites/{host}/wiki/home\">spaces</a> \
             (cloud id <code>{}</code>)</li>",
            escape(&site.cloud_id)
        );
    }
    let base = escape(&state.base_url);
    let data_center = data_center(state);
    let content = format!(
        "<div class=\"card\"><h1>A sandbox in place of Atlassian Cloud</h1>\
         <p>Point a client here with these settings:</p><pre>ATLASSIAN_AUTH_URL={base}\nATLASSIAN_API_URL={base}\n\
         ATLASSIAN_SITE_URL_TEMPLATE={base}/sites/{{site}}</pre>{apps}\
         <h2>Sites</h2><ul>{sites}</ul><h2>People and their API tokens</h2>\
         <table><tr><th>Account</th><th>Classic (site)</th><th>Scoped, narrow (gateway)</th></tr>{people}</table>{data_center}</div>"
    );
    Reply::html(200, document("Atlassian sandbox", "wide", "", &content))
}

/// The Data Center host and its tokens.
fn data_center(state: &State) -> String {
    let world = &state.saved.data_center;
    let host = escape(&world.sites[0].host);
    let people = joined(world.accounts.iter().map(|account| {
        let name = escape(&account.id);
        format!(
            "<tr><td>{name}</td><td><code>jira-pat-{name}</code></td><td><code>confluence-pat-{name}</code></td></tr>"
        )
    }));
    format!(
        "<h2>A Data Center host</h2><p>Jira and Confluence on <code>http://{host}</code>, also under <code>/jira</code> and \
         <code>/confluence</code>. Connect it with one of these personal access tokens. The integration backend needs these settings for it:</p>\
         <pre>ALLOWED_UPSTREAM_HOSTS=http://{host}\nENABLE_JIRA_PAT=true</pre>\
         <table><tr><th>User name</th><th>Jira</th><th>Confluence</th></tr>{people}</table>"
    )
}

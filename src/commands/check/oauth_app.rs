//! The app in Atlassian's developer console: each mistake one can make there, with the field to change.

use std::collections::BTreeMap;

use super::Target;
use super::report::Section;
use crate::config::{Redirect, Settings};
use crate::http::CALLBACK_PATHS;
use crate::model::oauth_client::OAuthClient;
use crate::model::product::Provider;
use crate::service::diagnosis::{AuthorizeVerdict, Diagnosis, SecretVerdict};

const CONSOLE: &str = "https://developer.atlassian.com/console/myapps/ -> your app";

/// `reached`: whether Atlassian can be asked at all.
pub(super) async fn check(
    settings: &Settings,
    diagnosis: &Diagnosis,
    target: Target,
    reached: bool,
) -> Section {
    let mut section = Section::new("Atlassian app");
    scopes(settings, target, &mut section);
    let mut logins: BTreeMap<&str, Vec<(Provider, &OAuthClient)>> = BTreeMap::new();
    for provider in target.logins() {
        if let Some(client) = diagnosis.client(*provider) {
            let same_app = logins.entry(&client.id).or_default();
            same_app.push((*provider, client));
        }
    }
    if logins.is_empty() {
        section.warning(
            "client id",
            "not set: logins with Atlassian answer 400",
            format!("{CONSOLE} -> Settings: copy Client ID and Secret to ATLASSIAN_CLIENT_ID and ATLASSIAN_CLIENT_SECRET"),
        );
    }
    for (client_id, logins) in logins {
        let names: Vec<&str> = logins.iter().map(|(login, _)| login.as_str()).collect();
        section.note(
            "client id",
            format!("{client_id}, for logins to {}", names.join(", ")),
        );
        let is_known = reached && secret(settings, diagnosis, logins[0].1, &mut section).await;
        let asked = reached.then_some(diagnosis);
        callbacks(settings, asked, &logins, is_known, &mut section).await;
    }
    section
}

/// What can be said of the app without asking Atlassian.
pub(super) fn of_settings(settings: &Settings) -> Section {
    let mut section = Section::new("Atlassian app");
    scopes(settings, Target::All, &mut section);
    let mut seen: Vec<String> = Vec::new();
    for login in Target::All.logins() {
        let Some(client) = settings.oauth_client(*login) else {
            continue;
        };
        if client.secret.is_none() && !seen.contains(&client.id) {
            no_secret(&names(settings, &client.id).1, &mut section);
        }
        seen.push(client.id);
        if seen.contains(&client.redirect_uri) {
            continue;
        }
        let source = settings.oauth.redirect(*login);
        let callback = CallbackUrl {
            url: &client.redirect_uri,
            logins: &[*login],
            source: &source,
            is_known: false,
        };
        is_ours(settings, &callback, &mut section);
        seen.push(client.redirect_uri);
    }
    section
}

fn no_secret(variable: &str, section: &mut Section) {
    section.warning(
        "client secret",
        format!("{variable} is not set: logins start but cannot finish"),
        format!("{CONSOLE} -> Settings -> Authentication details: copy Secret to {variable}"),
    );
}

/// What is asked for is known without context anybody.
fn scopes(settings: &Settings, target: Target, section: &mut Section) {
    let scopes = &settings.upstream.scopes;
    let asks = |scope: &str| scopes.iter().any(|asked| asked == scope);
    if !asks("offline_access") {
        section.warning(
            "scopes",
            "offline_access is missing: every login ends after an hour",
            "add offline_access to ATLASSIAN_SCOPES; the console needs no change for it",
        );
    }
    if !asks("read:me") {
        section.problem(
            "scopes",
            "read:me is missing: no login can end, for Atlassian does not say whose it is",
            "add read:me to ATLASSIAN_SCOPES and, in the console, to Permissions -> User identity API",
        );
    }
    for product in target.products() {
        if !scopes.iter().any(|scope| scope.contains(product.as_str())) {
            section.problem(
                "scopes",
                format!("none is for {}: no login can reach it", product.title()),
                "unset ATLASSIAN_SCOPES, or add the scopes that docs/start/atlassian-app.md names",
            );
        }
    }
    if target.includes_confluence()
        && asks("read:confluence-space.summary")
        && !asks("read:space:confluence")
    {
        section.warning(
            "scopes",
            "read:confluence-space.summary shows no spaces any more",
            "add the granular scopes to ATLASSIAN_SCOPES and, in the console, to Permissions -> Confluence API (docs/start/atlassian-app.md names them)",
        );
    }
}

/// Whether Atlassian knows the client; what it says about the callback URL then means something.
async fn secret(
    settings: &Settings,
    diagnosis: &Diagnosis,
    client: &OAuthClient,
    section: &mut Section,
) -> bool {
    let (id, secret) = names(settings, &client.id);
    match diagnosis.secret(client).await {
        SecretVerdict::Good => {
            section.ok("client secret", "Atlassian accepts it");
            true
        }
        SecretVerdict::Wrong => {
            section.problem(
                "client secret",
                format!("Atlassian does not accept {id} with {secret}: logins and renewals fail"),
                format!("{CONSOLE} -> Settings -> Authentication details: copy Client ID and Secret again; nobody has to log in again"),
            );
            false
        }
        SecretVerdict::Missing => {
            no_secret(&secret, section);
            false
        }
        SecretVerdict::Unknown(why) => {
            section.warning(
                "client secret",
                format!("could not be checked: {why}"),
                "try again later",
            );
            false
        }
    }
}

/// The variables that gave this client id and its secret.
fn names(settings: &Settings, client_id: &str) -> (&'static str, String) {
    let ids = [
        "ATLASSIAN_CLIENT_ID",
        "JIRA_OAUTH_CLIENT_ID",
        "CONFLUENCE_OAUTH_CLIENT_ID",
    ];
    let gave = settings
        .sources()
        .iter()
        .find(|source| ids.contains(&source.name) && source.shown.as_deref() == Some(client_id));
    let id = gave.map_or(ids[0], |source| source.name);
    (id, id.replace("_ID", "_SECRET"))
}

/// The callback URL of every login of one app. When one works, the others only lack what it has.
async fn callbacks(
    settings: &Settings,
    asked: Option<&Diagnosis>,
    logins: &[(Provider, &OAuthClient)],
    is_known: bool,
    section: &mut Section,
) {
    let mut urls: Vec<(&OAuthClient, Vec<Provider>)> = Vec::new();
    for (provider, client) in logins {
        match urls
            .iter_mut()
            .find(|(known, _)| known.redirect_uri == client.redirect_uri)
        {
            Some((_, logins)) => logins.push(*provider),
            None => urls.push((client, vec![*provider])),
        }
    }
    let mut verdicts = Vec::new();
    for (client, _) in &urls {
        verdicts.push(match asked {
            Some(diagnosis) => Some(diagnosis.authorize(client).await),
            None => None,
        });
    }
    let one_works = verdicts
        .iter()
        .flatten()
        .any(|verdict| *verdict != AuthorizeVerdict::CallbackRefused);
    for ((client, logins), verdict) in urls.iter().zip(verdicts) {
        let source = settings.oauth.redirect(logins[0]);
        let callback = CallbackUrl {
            url: &client.redirect_uri,
            logins,
            source: &source,
            is_known,
        };
        if is_ours(settings, &callback, section) {
            callback.report(verdict, one_works, section);
        }
    }
}

struct CallbackUrl<'a> {
    url: &'a str,
    logins: &'a [Provider],
    source: &'a Redirect,
    /// Whether Atlassian has accepted the client, so that a refusal is about the URL.
    is_known: bool,
}

impl CallbackUrl<'_> {
    /// The URL and the logins it stands for.
    fn shown(&self) -> String {
        let logins: Vec<&str> = self.logins.iter().map(|login| login.as_str()).collect();
        format!("{} ({})", self.url, logins.join(", "))
    }

    fn variable(&self) -> &'static str {
        self.source.set_by.unwrap_or("ATLASSIAN_REDIRECT_URI")
    }

    fn report(&self, verdict: Option<AuthorizeVerdict>, one_works: bool, section: &mut Section) {
        let (subject, url, shown) = ("callback URL", self.url, self.shown());
        let field = format!(
            "{CONSOLE} -> Authorization -> OAuth 2.0 (3LO) -> Callback URL: it must be {url}, letter by letter; or set {} to what stands there",
            self.variable()
        );
        match verdict {
            None => section.note(subject, format!("{shown}; not asked")),
            Some(AuthorizeVerdict::Opens) => {
                section.ok(subject, format!("{shown}; the login page opens with these scopes"));
            }
            Some(AuthorizeVerdict::CallbackRefused) if one_works => section.warning(
                subject,
                format!("Atlassian refuses {shown}: this login does not work"),
                "set ATLASSIAN_REDIRECT_URI to the URL in the console: it then stands for every login",
            ),
            Some(AuthorizeVerdict::CallbackRefused) if !self.is_known => section.warning(
                subject,
                format!("Atlassian refuses {shown}, or does not know the client id"),
                format!("correct client id and secret first; then, if it is still refused: {field}"),
            ),
            Some(AuthorizeVerdict::CallbackRefused) => section.problem(
                subject,
                format!("Atlassian refuses {shown}: logins cannot finish"),
                field,
            ),
            Some(AuthorizeVerdict::ScopesRefused(scopes)) => section.problem(
                "scopes",
                format!("not enabled for the app: {}", scopes.join(" ")),
                format!("{CONSOLE} -> Permissions: add and configure the API they belong to, or take them out of ATLASSIAN_SCOPES; then log in again"),
            ),
            Some(AuthorizeVerdict::Unknown(why)) => section.warning(
                subject,
                format!("{shown} could not be checked: {why}"),
                "compare it yourself with Authorization -> OAuth 2.0 (3LO) -> Callback URL in the console",
            ),
        }
    }
}

/// Whether a browser that Atlassian sends there comes back to this service.
fn is_ours(settings: &Settings, callback: &CallbackUrl<'_>, section: &mut Section) -> bool {
    let public = &settings.listener.public_base_url;
    let path = callback.source.uri.url().path();
    if !CALLBACK_PATHS.iter().any(|known| path.ends_with(known)) {
        section.problem(
            "callback URL",
            format!("{}: this service has no callback at {path}", callback.url),
            format!("use one of its own paths, such as {}/auth/atlassian/callback, in {} and in the console", public.text(), callback.variable()),
        );
        return false;
    }
    if callback.source.uri.origin() != public.origin() {
        section.warning(
            "callback URL",
            format!("{} is at another address than this service, {}", callback.url, public.text()),
            format!("make PUBLIC_BASE_URL and {} begin with the same address: the cookie of a login belongs to one host (localhost and 127.0.0.1 are two)", callback.variable()),
        );
    }
    true
}

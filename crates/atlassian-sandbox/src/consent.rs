//! What a person or the app's owner does, without a browser: consent, decline, secrets, redirect URIs.

use std::fmt;

use crate::dispatch;
use crate::options::App;
use crate::state::State;
use crate::wire::Call;

/// Why a person at the authorize URL got no further: the text of the error page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentError(String);

impl fmt::Display for ConsentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ConsentError {}

/// Opens the authorize URL, picks the account and sites (hosts; all if `None`), accepts. Gives the callback URL.
pub(crate) fn accept(
    state: &mut State,
    authorize_url: &str,
    account: &str,
    hosts: Option<&[&str]>,
) -> Result<String, ConsentError> {
    let wanted = |host: &str| hosts.is_none_or(|hosts| hosts.contains(&host));
    let chosen = state
        .saved
        .world
        .sites
        .iter()
        .filter(|site| wanted(&site.host))
        .map(|site| ("site", site.cloud_id.clone()));
    let mut extra: Vec<(&str, String)> = chosen.collect();
    extra.push(("account", account.to_owned()));
    extra.push(("decision", "accept".to_owned()));
    decide(state, authorize_url, &extra)
}

/// Opens the authorize URL and cancels. Gives the callback URL.
pub(crate) fn decline(state: &mut State, authorize_url: &str) -> Result<String, ConsentError> {
    decide(state, authorize_url, &[("decision", "decline".to_owned())])
}

fn decide(
    state: &mut State,
    authorize_url: &str,
    extra: &[(&str, String)],
) -> Result<String, ConsentError> {
    let url = url::Url::parse(authorize_url).map_err(|error| ConsentError(error.to_string()))?;
    let target = format!("/authorize?{}", url.query().unwrap_or(""));
    let shown = dispatch::answer(state, &Call::new("GET", &target, Vec::new(), Vec::new()));
    if url.path() != "/authorize" || shown.status != 200 {
        return Err(problem_on(&shown.body));
    }
    let mut form = url::form_urlencoded::Serializer::new(url.query().unwrap_or("").to_owned());
    for (name, value) in extra {
        form.append_pair(name, value);
    }
    let call = Call::new(
        "POST",
        "/authorize/decision",
        Vec::new(),
        form.finish().into_bytes(),
    );
    let answer = dispatch::answer(state, &call);
    let location = answer
        .headers
        .iter()
        .find(|(name, _)| name == "location")
        .map(|(_, value)| value.clone());
    location.ok_or_else(|| problem_on(&answer.body))
}

/// The sentence on the error page, which is all that a person gets to know.
fn problem_on(page: &[u8]) -> ConsentError {
    let page = String::from_utf8_lossy(page);
    let inner = page
        .split_once("<p id=\"problem\"><code>")
        .and_then(|(_, rest)| rest.split_once("</code>"));
    let text = inner.map_or("this is not an authorize URL", |(text, _)| text);
    ConsentError(text.to_owned())
}

pub(crate) fn rotate_secret(state: &mut State, client_id: &str, secret: &str) {
    if let Some(app) = state.apps.iter_mut().find(|app| app.client_id == client_id) {
        secret.clone_into(&mut app.client_secret);
        state
            .saved
            .secrets
            .insert(client_id.to_owned(), secret.to_owned());
    }
}

pub(crate) fn add_redirect_uri(state: &mut State, client_id: &str, uri: &str) {
    if let Some(app) = state.apps.iter_mut().find(|app| app.client_id == client_id) {
        app.redirect_uris.push(uri.to_owned());
    }
}

pub(crate) fn add_app(state: &mut State, app: App) {
    state.apps.retain(|known| known.client_id != app.client_id);
    state.apps.push(app);
}

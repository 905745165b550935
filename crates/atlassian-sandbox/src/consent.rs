//! What a person or the app's owner does, without a browser: consent, decline, secrets, redirect URIs.

use super::dispatch;
use super::state::{App, State};
use super::wire::Call;

/// Opens the authorize URL, picks the account and sites (hosts; all if `None`), accepts. Gives the callback URL.
pub(crate) fn accept(
    state: &mut State,
    authorize_url: &str,
    account: &str,
    hosts: Option<&[&str]>,
) -> Result<String, String> {
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
pub(crate) fn decline(state: &mut State, authorize_url: &str) -> Result<String, String> {
    decide(state, authorize_url, &[("decision", "decline".to_owned())])
}

fn decide(
    state: &mut State,
    authorize_url: &str,
    extra: &[(&str, String)],
) -> Result<String, String> {
    let url = url::Url::parse(authorize_url).map_err(|error| error.to_string())?;
    let target = format!("/authorize?{}", url.query().unwrap_or(""));
    let shown = dispatch::answer(state, &Call::new("GET", &target, Vec::new(), Vec::new()));
    if url.path() != "/authorize" || shown.status != 200 {
        return Err(text_of_problem(&shown.body));
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
    location.ok_or_else(|| text_of_problem(&answer.body))
}

fn text_of_problem(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    let inner = page
        .split_once("<p id=\"problem\"><code>")
        .and_then(|(_, rest)| rest.split_once("</code>"));
    inner.map_or_else(
        || "this is not an authorize URL".to_owned(),
        |(text, _)| text.to_owned(),
    )
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

//! `GET /authorize` and the decision on it: what is checked before a person may say yes.

use std::fmt::Write as _;

use super::consent_page;
use super::grants::{Code, Consent};
use super::{product_of, uses};
use crate::clock::MINUTE;
use crate::options::App;
use crate::state::State;
use crate::wire::{Answer, Call, Reply, form_pairs};

/// How long an authorization code may be redeemed. Atlassian names no number; RFC 6749 (section 4.1.2)
/// recommends ten minutes at most.
const CODE_LIFE: i64 = 5 * MINUTE;

/// An authorization request that passed every check.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) challenge: Option<String>,
    /// The parameters as they came, to be carried through the form.
    pub(crate) pairs: Vec<(String, String)>,
}

/// The page that asks for consent, or an error page; an error never redirects.
///
/// Atlassian shows its page and stays there, so that no callback arrives and the login simply does not
/// end. RFC 6749 (section 4.1.2.1) demands it only for a wrong client or address.
pub(crate) fn show(state: &State, call: &Call) -> Answer {
    let request = check(&state.apps, &call.query)
        .map_err(|problem| Reply::html(400, consent_page::problem(&problem)))?;
    Ok(Reply::html(
        200,
        consent_page::render(&request, &state.saved.world),
    ))
}

/// Takes the form of the consent page and sends the browser back to the app.
pub(crate) fn decide(state: &mut State, call: &Call) -> Answer {
    let mut pairs = form_pairs(&call.body);
    let mut take = |name: &str| -> Vec<String> {
        let values = pairs
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .collect();
        pairs.retain(|(key, _)| key != name);
        values
    };
    let (decision, account, sites) = (take("decision"), take("account"), take("site"));
    let problem = |text: &str| Reply::html(400, consent_page::problem(text));
    let request = check(&state.apps, &pairs).map_err(|text| problem(&text))?;
    if decision.first().map(String::as_str) != Some("accept") {
        return Ok(Reply::found(&callback(
            &request.redirect_uri,
            "error",
            "access_denied",
            &request.state,
        )));
    }
    let name = account.first().cloned().unwrap_or_default();
    let account = state
        .saved
        .world
        .account(&name)
        .map(|account| account.id.clone());
    let account = account.ok_or_else(|| problem("Choose an account."))?;
    let code = accept(state, &request, &account, &sites).map_err(|text| problem(&text))?;
    Ok(Reply::found(&callback(
        &request.redirect_uri,
        "code",
        &code,
        &request.state,
    )))
}

fn accept(
    state: &mut State,
    request: &Request,
    account: &str,
    sites: &[String],
) -> Result<String, String> {
    let chosen: Vec<String> = state
        .saved
        .world
        .sites
        .iter()
        .filter(|site| sites.contains(&site.cloud_id))
        .filter(|site| {
            request
                .scopes
                .iter()
                .filter_map(|scope| product_of(scope))
                .any(|product| uses(site, product, account))
        })
        .map(|site| site.cloud_id.clone())
        .collect();
    let needs_site = request
        .scopes
        .iter()
        .any(|scope| product_of(scope).is_some());
    if needs_site && chosen.is_empty() {
        return Err("Choose at least one site that this account can use.".to_owned());
    }
    let sites = sites_of_grant(state, request, account, chosen);
    state.saved.grants.give(Consent {
        client_id: request.client_id.clone(),
        account: account.to_owned(),
        scopes: request.scopes.clone(),
        sites,
    });
    let code = state.token_source.token("eyJ0eXAiOiJjb2RlIn0.", 8);
    let entry = Code {
        client_id: request.client_id.clone(),
        account: account.to_owned(),
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.challenge.clone(),
        scopes: request.scopes.clone(),
        expires: state.now() + CODE_LIFE,
        used: false,
    };
    state.saved.grants.codes.insert(code.clone(), entry);
    Ok(code)
}

/// The sites of the one grant per app and account: "the additional sites are added to the same grant. Existing access
/// tokens will give you access to all sites and scopes that a user has granted"
/// (<https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/#faq>).
fn sites_of_grant(
    state: &State,
    request: &Request,
    account: &str,
    mut chosen: Vec<String>,
) -> Vec<String> {
    let before = state.saved.grants.consent(&request.client_id, account);
    if let Some(before) = before
        && !state.behaviour.consents_replace_sites
    {
        let added = before.sites.iter().filter(|site| !chosen.contains(site));
        let added: Vec<String> = added.cloned().collect();
        chosen.extend(added);
    }
    chosen
}

fn callback(redirect_uri: &str, name: &str, value: &str, state: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair(name, value).append_pair("state", state);
    let mut target = redirect_uri.to_owned();
    let joint = if redirect_uri.contains('?') { '&' } else { '?' };
    let _ = write!(target, "{joint}{}", query.finish());
    target
}

/// Every rule of the authorization endpoint, in the order a person would be told.
fn check(apps: &[App], pairs: &[(String, String)]) -> Result<Request, String> {
    let one = |name: &str| -> Result<String, String> {
        let mut values = pairs
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value);
        let value = values
            .next()
            .filter(|value| !value.is_empty())
            .ok_or_else(|| format!("Missing required parameter: {name}"))?;
        // RFC 6749, section 3.1: a parameter must not be there more than once.
        if values.next().is_some() {
            Err(format!("Parameter given twice: {name}"))
        } else {
            Ok(value.clone())
        }
    };
    let client_id = one("client_id")?;
    let app = apps
        .iter()
        .find(|app| app.client_id == client_id)
        .ok_or("Unknown client_id.")?;
    for (name, wanted) in [
        ("audience", "api.atlassian.com"),
        ("response_type", "code"),
        ("prompt", "consent"),
    ] {
        if one(name)? != wanted {
            return Err(format!("{name} must be {wanted}."));
        }
    }
    let redirect_uri = one("redirect_uri")?;
    if !app.redirect_uris.contains(&redirect_uri) {
        return Err(format!(
            "redirect_uri is not registered for client: {redirect_uri}"
        ));
    }
    let scopes = scopes_of(app, &one("scope")?)?;
    let challenge = match one("code_challenge") {
        Err(_) => None,
        Ok(_) if one("code_challenge_method").as_deref() != Ok("S256") => {
            return Err("code_challenge_method must be S256.".to_owned());
        }
        Ok(challenge) => Some(challenge),
    };
    Ok(Request {
        client_id,
        redirect_uri,
        state: one("state")?,
        scopes,
        challenge,
        pairs: pairs.to_vec(),
    })
}

/// The scopes asked for, each once; all but `offline_access` must be enabled for the app.
fn scopes_of(app: &App, text: &str) -> Result<Vec<String>, String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in text.split(' ').filter(|scope| !scope.is_empty()) {
        if scope != "offline_access" && !app.scopes.iter().any(|enabled| enabled == scope) {
            return Err(format!(
                "The requested scope is not enabled for this app: {scope}"
            ));
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    Ok(scopes)
}

//! The switches over HTTP, under `/_sandbox/`, so that tests in another language can use them.

use std::sync::atomic::Ordering;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::SECOND;
use crate::consent;
use crate::faults::Fault;
use crate::options::{App, NewPerson};
use crate::server::Shared;
use crate::state::{Behaviour, State};
use crate::wire::{Answer, Call, Reply};

#[derive(Deserialize)]
struct Person {
    account: String,
}

#[derive(Deserialize)]
struct Secret {
    client_id: String,
    secret: String,
}

#[derive(Deserialize)]
struct RenamedSite {
    site: String,
    name: String,
    label: String,
}

#[derive(Deserialize)]
struct OnSite {
    site: String,
    #[serde(flatten)]
    person: NewPerson,
}

#[derive(Deserialize)]
struct Crowd {
    site: String,
    projects: u64,
    pages: u64,
}

#[derive(Deserialize)]
struct RedirectUri {
    client_id: String,
    uri: String,
}

#[derive(Deserialize)]
struct Decision {
    url: String,
    #[serde(default)]
    account: String,
    sites: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Advance {
    advance_seconds: i64,
}

/// Answers a call to `/_sandbox/…`.
pub(crate) fn answer(shared: &Shared, call: &Call) -> Reply {
    let segments = call.segments();
    let switch = segments.get(1).map_or("", String::as_str);
    let mut state = shared.state();
    let result = match call.method.as_str() {
        "GET" => read(&mut state, switch),
        "DELETE" => clear(&mut state, switch),
        "POST" => change(&mut state, switch, &call.body),
        _ => Err(Reply::gateway(405, "Method Not Allowed")),
    };
    drop(state);
    if call.method != "GET" {
        shared.dirty.store(true, Ordering::Release);
    }
    result.unwrap_or_else(|early| early)
}

fn read(state: &mut State, switch: &str) -> Answer {
    let now = state.now();
    Ok(Reply::ok(&match switch {
        "journal" => json!(
            state
                .journal
                .iter()
                .map(|(_, entry)| entry)
                .collect::<Vec<_>>()
        ),
        "objections" => json!(state.objections),
        "counts" => json!({"token_calls": state.token_calls, "refresh_calls": state.refresh_calls}),
        "points" => json!(state.points.all(now)),
        "token-uses" => json!(state.token_uses.all()),
        "behaviour" => json!(state.behaviour),
        "apps" => json!(state.apps),
        "clock" => json!({"now": crate::clock::confluence_time(state.now())}),
        _ => return Err(unknown()),
    }))
}

fn clear(state: &mut State, switch: &str) -> Answer {
    match switch {
        "journal" => state.clear_journal(),
        "objections" => state.objections.clear(),
        "faults" => state.faults.clear(),
        "behaviour" => state.behaviour = Behaviour::default(),
        _ => return Err(unknown()),
    }
    Ok(Reply::empty(204))
}

fn change(state: &mut State, switch: &str, body: &[u8]) -> Answer {
    match switch {
        "faults" => state.add_fault(parse::<Fault>(body)?),
        "behaviour" => {
            let mut merged = json!(state.behaviour);
            if let (Some(merged), Value::Object(wanted)) =
                (merged.as_object_mut(), parse::<Value>(body)?)
            {
                merged.extend(wanted);
            }
            state.behaviour = serde_json::from_value(merged)
                .map_err(|error| Reply::gateway(400, &error.to_string()))?;
        }
        "clock" => state.saved.clock_offset += parse::<Advance>(body)?.advance_seconds * SECOND,
        "revoke" => {
            let person: Person = parse(body)?;
            state.revoke_grants(&person.account).ok_or_else(unknown)?;
        }
        "revoke-tokens" => {
            let person: Person = parse(body)?;
            state.revoke_tokens(&person.account).ok_or_else(unknown)?;
        }
        "expire-access-tokens" => state.expire_access_tokens(),
        "secret" => {
            let Secret { client_id, secret } = parse(body)?;
            consent::rotate_secret(state, &client_id, &secret);
        }
        "crowd" => {
            let crowd: Crowd = parse(body)?;
            state
                .crowd(&crowd.site, crowd.projects, crowd.pages)
                .ok_or_else(unknown)?;
        }
        "people" => {
            let new: OnSite = parse(body)?;
            state
                .add_person(&new.site, &new.person)
                .ok_or_else(unknown)?;
        }
        "rename-site" => {
            let renamed: RenamedSite = parse(body)?;
            state
                .rename_site(&renamed.site, &renamed.name, &renamed.label)
                .ok_or_else(unknown)?;
        }
        "redirect-uri" => {
            let RedirectUri { client_id, uri } = parse(body)?;
            consent::add_redirect_uri(state, &client_id, &uri);
        }
        "apps" => {
            let app: App = parse(body)?;
            consent::add_app(state, app);
        }
        "consent" | "decline" => return decide(state, switch, body),
        _ => return Err(unknown()),
    }
    Ok(Reply::empty(204))
}

/// A person's decision at an authorize URL.
fn decide(state: &mut State, switch: &str, body: &[u8]) -> Answer {
    let decision: Decision = parse(body)?;
    let hosts = decision.sites.as_ref();
    let hosts: Option<Vec<&str>> = hosts.map(|hosts| hosts.iter().map(String::as_str).collect());
    let callback = if switch == "consent" {
        consent::accept(state, &decision.url, &decision.account, hosts.as_deref())
    } else {
        consent::decline(state, &decision.url)
    };
    let callback = callback.map_err(|problem| Reply::gateway(400, &problem.to_string()))?;
    Ok(Reply::ok(&json!({"callback": callback})))
}

fn unknown() -> Reply {
    Reply::gateway(404, "the sandbox has no such switch or account")
}

fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Reply> {
    serde_json::from_slice(body).map_err(|error| Reply::gateway(400, &error.to_string()))
}

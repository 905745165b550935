//! Open mode is for one developer on one machine: everything it is reached by must be loopback.

use super::Settings;
use super::address::web_address;
use super::error::SettingsError;
use super::origins::LISTS;
use super::sources::{Found, Sources};
use super::values::list;
use super::variables::{APP_FRONTEND_URL, HOST, PUBLIC_BASE_URL, VARIABLES};
use crate::model::auth_mode::AuthMode;

/// Refuses open mode when the listener, the public base URL, the frontend, a redirect URI or a listed origin is
/// not loopback; an acknowledgement lifts the rule for the listener alone.
pub(super) fn check(settings: &Settings, sources: &Sources<'_>) -> Result<(), SettingsError> {
    if settings.access.mode != AuthMode::Open {
        return Ok(());
    }
    if !settings.listener.host.is_loopback() && !settings.access.open_acknowledged {
        return Err(refuse(
            &sources.value_or_default(HOST),
            ", AUTH_MODE_OPEN_ACK=1",
        ));
    }
    if !settings.listener.public_base_url.is_loopback() {
        return Err(refuse(&sources.value_or_default(PUBLIC_BASE_URL), ""));
    }
    if settings
        .frontend
        .url
        .as_ref()
        .is_some_and(|url| !url.is_loopback())
    {
        return Err(refuse(&sources.value_or_default(APP_FRONTEND_URL), ""));
    }
    for redirect in settings
        .oauth
        .redirects()
        .iter()
        .filter(|redirect| !redirect.uri.is_loopback())
    {
        let is_source = |name: &str| redirect.set_by == Some(name);
        let variable = VARIABLES
            .iter()
            .find(|variable| variable.names().any(is_source));
        if let Some(&variable) = variable {
            return Err(refuse(&sources.value_or_default(variable), ""));
        }
    }
    let given = LISTS
        .into_iter()
        .filter_map(|variable| sources.given(variable));
    match given.into_iter().find(|found| !only_loopback(&found.value)) {
        Some(found) => Err(refuse(&found, "")),
        None => Ok(()),
    }
}

fn only_loopback(origins: &str) -> bool {
    let local = |origin: &String| {
        origin == "*" || web_address(origin).is_ok_and(|address| address.is_loopback())
    };
    list(origins).is_ok_and(|origins| origins.iter().all(local))
}

fn refuse(found: &Found, acknowledgement: &str) -> SettingsError {
    found.refuse(format!(
        "AUTH_MODE=open needs an address of this machine; use localhost{acknowledgement} or AUTH_MODE=session"
    ))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::load;

    #[rstest]
    #[case("HOST=0.0.0.0", "HOST")]
    #[case("SITE_URL=https://ib.example.com", "SITE_URL")]
    #[case("FRONTEND_URL=https://app.example.com", "FRONTEND_URL")]
    #[case(
        "JIRA_OAUTH_CALLBACK_URL=https://ib.example.com/cb",
        "JIRA_OAUTH_CALLBACK_URL"
    )]
    #[case(
        "FRONTEND_ORIGIN=http://localhost:3000,https://app.example.com",
        "FRONTEND_ORIGIN"
    )]
    #[case("CORS_ORIGINS=http://localhost.example.com", "CORS_ORIGINS")]
    fn open_mode_is_refused_when_anything_is_elsewhere(#[case] line: &str, #[case] named: &str) {
        let error = load(&|_| None, Some(&format!("AUTH_MODE=open\n{line}")))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(&format!("{named} (.env) is ")), "{error}");
        assert!(error.contains("AUTH_MODE=open"));
        assert!(load(&|_| None, Some(line)).is_ok(), "session mode takes it");
    }

    #[rstest]
    #[case("AUTH_MODE=open")]
    #[case("AUTH_MODE=open\nHOST=0.0.0.0\nAUTH_MODE_OPEN_ACK=1")]
    #[case(
        "AUTH_MODE=open\nCORS_ORIGINS=*,http://127.0.0.1:5173\nPUBLIC_BASE_URL=http://[::1]:3001"
    )]
    fn open_mode_starts_on_loopback(#[case] dotenv: &str) {
        assert!(load(&|_| None, Some(dotenv)).is_ok());
    }

    #[test]
    fn the_acknowledgement_lifts_the_rule_for_the_listener_alone() {
        let dotenv = "AUTH_MODE=open\nAUTH_MODE_OPEN_ACK=1\nPUBLIC_BASE_URL=https://ib.example.com";
        assert!(load(&|_| None, Some(dotenv)).is_err());
    }
}

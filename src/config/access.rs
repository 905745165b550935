//! Settings of access: who may call, how sessions live, what is switched on.

use std::time::Duration;

use super::error::SettingsError;
use super::site::allowed_site;
use super::sources::{Found, Sources};
use super::values::{Unit, choice, duration, flag, list_of};
use super::variables::{
    ALLOWED_SITES, AUTH_MODE, AUTH_MODE_OPEN_ACK, ENABLE_API_TOKEN_LOGIN, ENABLE_JIRA_PAT,
    ENABLE_OAUTH_PKCE, GATEWAY_ADMIN, MCP, MCP_TOOLSETS, READ_ONLY, SESSION_IDLE_HOURS,
    SESSION_MAX_DAYS, SESSION_SAMESITE, STATE_SIGNING_SECRET,
};
use crate::model::auth_mode::AuthMode;
use crate::model::same_site::SameSite;
use crate::model::secret::Secret;
use crate::model::site::NamedSite;
use crate::model::toolset::Toolsets;

/// A shorter secret could be guessed. The earlier systems' files have such ones, and what they signed lives
/// for minutes, so one is replaced and not refused.
const SHORTEST_SECRET: usize = 16;

/// Who may call and what they may do.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, each a variable of its own"
)]
pub struct AccessSettings {
    /// Whether callers log in.
    pub mode: AuthMode,
    /// Whether open mode may listen on other addresses than loopback.
    pub open_acknowledged: bool,
    /// `SameSite` of the session cookie.
    pub session_same_site: SameSite,
    /// Time without use after which a session ends.
    pub session_idle: Duration,
    /// Time after which every session ends.
    pub session_lifetime: Duration,
    /// Whether personal access tokens of Jira Data Center are allowed.
    pub jira_pat: bool,
    /// Whether logins with e-mail and API token are allowed.
    pub api_token_login: bool,
    /// Whether logins send a PKCE challenge.
    pub oauth_pkce: bool,
    /// Whether everything that writes is refused.
    pub read_only: bool,
    /// Whether the gateway passes on what administrators do.
    pub gateway_admin: bool,
    /// Whether agents reach the tools at `/mcp`.
    pub mcp: bool,
    /// The toolsets that agents may be shown; none: every one.
    pub mcp_toolsets: Option<Toolsets>,
    /// Signs cookies and cursors, at least 16 bytes; absent: to be derived from the vault key.
    pub state_signing_secret: Option<Secret>,
    /// The name under which a secret was set that is too short to be used.
    pub short_signing_secret: Option<&'static str>,
    /// The sites of which a person must reach one to log in; empty for anyone.
    pub allowed_sites: Vec<NamedSite>,
}

pub(super) fn load(sources: &Sources<'_>) -> Result<AccessSettings, SettingsError> {
    let signing_secret = sources.given(STATE_SIGNING_SECRET);
    let is_long = |found: &Found| found.value.len() >= SHORTEST_SECRET;
    Ok(AccessSettings {
        short_signing_secret: signing_secret
            .as_ref()
            .filter(|found| !is_long(found))
            .map(|found| found.name),
        mode: sources.read(
            AUTH_MODE,
            choice(&[("session", AuthMode::Session), ("open", AuthMode::Open)]),
        )?,
        open_acknowledged: sources.read(AUTH_MODE_OPEN_ACK, flag)?,
        session_same_site: sources.read(
            SESSION_SAMESITE,
            choice(&[
                ("lax", SameSite::Lax),
                ("strict", SameSite::Strict),
                ("none", SameSite::None),
            ]),
        )?,
        session_idle: sources.read(SESSION_IDLE_HOURS, duration(Unit::Hour))?,
        session_lifetime: sources.read(SESSION_MAX_DAYS, duration(Unit::Day))?,
        jira_pat: sources.read(ENABLE_JIRA_PAT, flag)?,
        api_token_login: sources.read(ENABLE_API_TOKEN_LOGIN, flag)?,
        oauth_pkce: sources.read(ENABLE_OAUTH_PKCE, flag)?,
        read_only: sources.read(READ_ONLY, flag)?,
        gateway_admin: sources.read(GATEWAY_ADMIN, flag)?,
        mcp: sources.read(MCP, flag)?,
        mcp_toolsets: sources.read_given(MCP_TOOLSETS, Toolsets::parse)?,
        state_signing_secret: signing_secret
            .filter(is_long)
            .map(|found| Secret::new(found.value)),
        allowed_sites: sources
            .read_given(ALLOWED_SITES, allowed_sites)?
            .unwrap_or_default(),
    })
}

/// A list that somebody set and that names nobody is a mistake: it was meant to keep others out.
fn allowed_sites(text: &str) -> Result<Vec<NamedSite>, String> {
    let sites = list_of(allowed_site)(text)?;
    if sites.is_empty() {
        return Err(String::from(
            "names no site; name those that may be used, or leave it out to allow every one",
        ));
    }
    Ok(sites)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_allowed_sites_without_one_is_a_mistake() {
        for text in [",", "[]", "[\"\"]", " , ,"] {
            let error = access(&format!("ALLOWED_SITES={text}")).unwrap_err();
            assert!(error.to_string().contains("names no site"), "{error}");
        }
        for text in ["*.atlassian.net", "acme,*"] {
            let error = access(&format!("ALLOWED_SITES={text}")).unwrap_err();
            assert!(
                error.to_string().contains("each site by its own name"),
                "{error}"
            );
        }
        assert!(access("ALLOWED_SITES=").unwrap().allowed_sites.is_empty());
    }

    fn access(dotenv: &str) -> Result<AccessSettings, SettingsError> {
        load(&Sources::new(&|_| None, Some(dotenv)).unwrap())
    }

    #[test]
    fn by_default_callers_log_in_and_sessions_end() {
        let access = access("").unwrap();
        assert_eq!(access.mode, AuthMode::Session);
        assert_eq!(access.session_same_site, SameSite::Lax);
        assert_eq!(access.session_idle, Duration::from_hours(12));
        assert_eq!(access.session_lifetime, Duration::from_hours(7 * 24));
        assert_eq!(
            [
                access.jira_pat,
                access.api_token_login,
                access.oauth_pkce,
                access.read_only
            ],
            [false, true, true, false]
        );
        assert!(access.state_signing_secret.is_none() && access.allowed_sites.is_empty());
    }

    #[test]
    fn a_short_signing_secret_is_not_used_and_its_name_is_kept_for_a_warning() {
        let short = access("APP_SECRET_KEY=hunter2").unwrap();
        assert!(short.state_signing_secret.is_none());
        assert_eq!(short.short_signing_secret, Some("APP_SECRET_KEY"));
        let long = access("APP_SECRET_KEY=0123456789abcdef").unwrap();
        assert!(long.state_signing_secret.is_some());
        assert_eq!(long.short_signing_secret, None);
    }

    #[test]
    fn an_unknown_mode_is_refused() {
        let error = access("AUTH_MODE=none").unwrap_err();
        insta::assert_snapshot!(error, @r#"AUTH_MODE (.env) is "none": must be session or open"#);
    }
}

//! Settings of the authorization server, through which agents get tokens of ours.

use std::time::Duration;

use super::address::upstream_host;
use super::error::SettingsError;
use super::sources::Sources;
use super::values::{Unit, duration, flag, list, list_of};
use super::variables::{MCP_CLIENT_HOSTS, MCP_OAUTH, MCP_REDIRECT_SCHEMES, MCP_TOKEN_TTL};
use crate::model::data_center::ListedHost;
use crate::model::redirect::{RedirectRules, is_apps_own};

/// The longest that an access token may live: nobody can take it away from whoever copied it but by revoking it.
const LONGEST: Duration = Duration::from_hours(24);

/// How agents are let in.
#[derive(Debug, Clone)]
pub struct AgentSettings {
    /// Whether there is an authorization server at all.
    pub oauth: bool,
    /// Where clients may be, and have codes sent to.
    pub(crate) redirects: RedirectRules,
    /// How long an access token lives.
    pub token_lifetime: Duration,
}

pub(super) fn load(sources: &Sources<'_>) -> Result<AgentSettings, SettingsError> {
    Ok(AgentSettings {
        oauth: sources.read(MCP_OAUTH, flag)?,
        redirects: RedirectRules {
            hosts: sources.read(MCP_CLIENT_HOSTS, hosts)?,
            schemes: sources
                .read_given(MCP_REDIRECT_SCHEMES, list_of(scheme))?
                .unwrap_or_default(),
        },
        token_lifetime: sources.read(MCP_TOKEN_TTL, token_lifetime)?,
    })
}

fn hosts(text: &str) -> Result<Vec<ListedHost>, String> {
    if ["off", "none"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
    {
        return Ok(Vec::new());
    }
    let entries = list(&text.replace(' ', ","))?;
    let hosts = entries.iter().map(|entry| {
        // A word such as `false` would be the name of a host that nobody has.
        if !entry.contains(['.', ':']) && !entry.eq_ignore_ascii_case("localhost") {
            return Err(String::from(
                "must be hosts such as claude.ai, or off for none",
            ));
        }
        upstream_host(entry).map_err(|problem| problem.replace("jira.example.com", "claude.ai"))
    });
    hosts.collect()
}

fn scheme(text: &str) -> Result<String, String> {
    let scheme = text
        .trim_end_matches("://")
        .trim_end_matches(':')
        .to_ascii_lowercase();
    if is_apps_own(&scheme) {
        return Ok(scheme);
    }
    Err(String::from(
        "must be the scheme of an app, such as cursor; http, https, javascript, data and file are none",
    ))
}

fn token_lifetime(text: &str) -> Result<Duration, String> {
    duration(Unit::Second)(text).and_then(|lifetime| {
        if (Duration::from_mins(1)..=LONGEST).contains(&lifetime) {
            Ok(lifetime)
        } else {
            Err(String::from("must be a time from 1m to 24h"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agents(dotenv: &str) -> Result<AgentSettings, SettingsError> {
        load(&Sources::new(&|_| None, Some(dotenv)).unwrap())
    }

    #[test]
    fn the_hosts_of_known_clients_are_listed_unless_the_operator_says_otherwise() {
        let known = agents("").unwrap();
        assert!(known.oauth && known.redirects.lists("claude.ai"));
        assert!(!known.redirects.lists("evil.example"));
        assert_eq!(known.token_lifetime, Duration::from_hours(1));
        for none in ["off", "none", "None"] {
            let none = agents(&format!("MCP_CLIENT_HOSTS={none}")).unwrap();
            assert!(none.redirects.hosts.is_empty());
        }
        let own = agents("MCP_CLIENT_HOSTS=agents.example localhost.example:8443").unwrap();
        assert!(own.redirects.lists("localhost.example:8443") && !own.redirects.lists("claude.ai"));
    }

    #[test]
    fn no_scheme_that_a_browser_carries_out_and_no_token_without_end() {
        let schemes = agents("MCP_REDIRECT_SCHEMES=cursor://,VSCode").unwrap();
        assert_eq!(schemes.redirects.schemes, ["cursor", "vscode"]);
        for refused in [
            "MCP_REDIRECT_SCHEMES=javascript",
            "MCP_REDIRECT_SCHEMES=https",
            "MCP_TOKEN_TTL=30s",
            "MCP_TOKEN_TTL=2d",
            "MCP_CLIENT_HOSTS=*.example",
            "MCP_CLIENT_HOSTS=http://claude.ai",
            "MCP_CLIENT_HOSTS=false",
            "MCP_CLIENT_HOSTS=claude.ai none",
        ] {
            assert!(agents(refused).is_err(), "{refused}");
        }
    }
}

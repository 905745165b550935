//! Settings that are read without an error and hardly mean what they say.

use std::time::Duration;

use super::report::Section;
use crate::config::Settings;
use crate::model::ip_range::IpRange;
use crate::model::site::NamedSite;
use crate::policy::scope_meant;

/// Synchronizing everything more often than this is hardly meant.
const SHORTEST_SYNC: Duration = Duration::from_mins(1);
/// When a request is answered at the latest: `HANDLER_TIMEOUT` of the router.
const LONGEST_REQUEST: Duration = Duration::from_secs(30);
/// How the hosts of sites of Atlassian's Cloud end.
const CLOUD: [&str; 3] = [".atlassian.net", ".jira.com", ".jira-dev.com"];

pub(super) fn check(settings: &Settings) -> Section {
    let mut section = Section::new("Probably mistakes");
    for one in settings.misspelled() {
        section.warning(
            one.name.as_str(),
            "is no setting, and nothing reads it",
            format!("write {} if that is what you mean", one.meant),
        );
    }
    if IpRange::are_everybody(&settings.listener.trusted_proxies) {
        section.warning(
            "TRUSTED_PROXIES",
            "names the whole Internet, or most of it: everybody can choose the address that limits count",
            "name the addresses of your own proxies",
        );
    }
    half_an_account(settings, &mut section);
    times(settings, &mut section);
    sites(settings, &mut section);
    scopes(settings, &mut section);
    section
}

/// Scopes that Atlassian does not know, and how they are separated.
fn scopes(settings: &Settings, section: &mut Section) {
    let sources = settings.sources().iter();
    let sources = sources.filter(|source| source.name == "ATLASSIAN_SCOPES");
    for source in sources {
        let name = source.set_by.unwrap_or(source.name);
        for scope in &settings.upstream.scopes {
            if let Some(meant) = scope_meant(scope) {
                section.warning(
                    name,
                    format!("asks for {scope}, which Atlassian does not document: if there is no such scope, every login ends with invalid_scope"),
                    format!("write {meant} if that is what you mean"),
                );
            }
        }
        if source
            .shown
            .as_deref()
            .is_some_and(|text| text.contains(','))
        {
            section.warning(
                name,
                "has commas between its scopes: they are read as spaces here, and not by other programs",
                "put spaces between them (RFC 6749, section 3.3)",
            );
        }
    }
}

/// An account of the service's own of which one half is not set.
fn half_an_account(settings: &Settings, section: &mut Section) {
    let is_set = |name: &str| {
        let mut sources = settings.sources().iter();
        sources.any(|source| source.name == name && source.set_by.is_some())
    };
    for (set, missing) in [
        ("JIRA_USERNAME", "JIRA_API_TOKEN"),
        ("JIRA_API_TOKEN", "JIRA_USERNAME"),
    ] {
        if settings.upstream.jira_service_account.is_none() && is_set(set) && !is_set(missing) {
            let text = format!("is set and {missing} is not: neither is used");
            section.warning(set, text, format!("set {missing} too"));
        }
    }
}

/// Numbers without a unit, which are seconds, where minutes or thousandths of a second were meant.
fn times(settings: &Settings, section: &mut Section) {
    let upstream = &settings.upstream;
    if let Some(interval) = upstream.sync_interval.filter(|time| *time < SHORTEST_SYNC) {
        let text = format!(
            "is {} seconds: everything is fetched anew all the time, which uses up what Atlassian allows the app",
            interval.as_secs()
        );
        section.warning("SYNC_INTERVAL", text, "name the unit, such as 15m");
    }
    if upstream.timeout > LONGEST_REQUEST {
        let text = format!(
            "is {} seconds, and a request ends after {} whatever it says",
            upstream.timeout.as_secs(),
            LONGEST_REQUEST.as_secs()
        );
        section.warning("UPSTREAM_TIMEOUT", text, "name the seconds, such as 20");
    }
}

/// Hosts that no site of Atlassian's Cloud has: nobody could log in to one.
fn sites(settings: &Settings, section: &mut Section) {
    for site in &settings.access.allowed_sites {
        if let NamedSite::Host(host) = site
            && !CLOUD.iter().any(|end| host.ends_with(end))
        {
            let text = format!("names {host}, and Atlassian's sites end in .atlassian.net");
            section.warning(
                "ALLOWED_SITES",
                text,
                "write the site as its address in a browser says it",
            );
        }
    }
}

//! Settings of the calling side: Atlassian's addresses, sites, service account, timeouts.

use std::time::Duration;

use super::address::{WebAddress, base_url, is_atlassians, upstream_host};
use super::error::SettingsError;
use super::site::{SiteAddress, site, site_url_template};
use super::sources::Sources;
use super::values::{
    Unit, duration, duration_or_off, duration_or_zero, list_of, scopes, whole_number,
    whole_number_or_off,
};
use super::variables::{
    ALLOWED_UPSTREAM_HOSTS, ATLASSIAN_API_URL, ATLASSIAN_AUTH_URL, ATLASSIAN_CLOUD_BASE_URL,
    ATLASSIAN_POINTS_PER_HOUR, ATLASSIAN_POINTS_RESERVE, ATLASSIAN_SCOPES,
    ATLASSIAN_SITE_URL_TEMPLATE, CONFLUENCE_BASE_URL, HTTPS_PROXY, JIRA_API_TOKEN, JIRA_BASE_URL,
    JIRA_USERNAME, NO_PROXY, SYNC_INTERVAL, TOKEN_REFRESH_INTERVAL, TOKEN_REFRESH_MARGIN,
    UPSTREAM_MAX_CONCURRENCY, UPSTREAM_TIMEOUT,
};
use crate::model::data_center::{DataCenterHosts, ListedHost};
use crate::model::outbound_proxy::OutboundProxy;
use crate::model::owner::Owner;
use crate::model::points::PointLimits;
use crate::model::secret::Secret;
use crate::model::service_account::ServiceAccount;

/// How Atlassian is reached.
#[derive(Debug, Clone)]
pub struct UpstreamSettings {
    /// Scopes every login asks for.
    pub scopes: Vec<String>,
    /// Atlassian's login server, without a slash at its end in its text.
    pub auth_url: WebAddress,
    /// Atlassian's API gateway, likewise.
    pub api_url: WebAddress,
    /// How a site's host becomes a base URL: a URL with `{site}` in it, without a slash at its end.
    pub site_url_template: String,
    /// Site of both products.
    pub cloud_site: Option<SiteAddress>,
    /// Jira's own site setting; see [`UpstreamSettings::jira_site`].
    pub jira_base_url: Option<SiteAddress>,
    /// Confluence's own site setting; see [`UpstreamSettings::confluence_site`].
    pub confluence_base_url: Option<SiteAddress>,
    /// The service account for Jira, when both user name and token are set.
    pub jira_service_account: Option<ServiceAccount>,
    /// Data Center: the listed hosts, and the sites above that are not on Atlassian Cloud.
    pub data_centers: DataCenterHosts,
    /// Longest time one call may take.
    pub timeout: Duration,
    /// Most calls at one time.
    pub max_concurrency: u32,
    /// The points an hour of each OAuth app; absent when they are not counted.
    pub points: Option<PointLimits>,
    /// The proxy for calls out.
    pub proxy: Option<OutboundProxy>,
    /// Time before its expiry at which a token is renewed.
    pub refresh_margin: Duration,
    /// Time between two rounds of the background refresher.
    pub refresh_interval: Duration,
    /// Time between two background syncs; absent for never.
    pub sync_interval: Option<Duration>,
}

impl UpstreamSettings {
    /// The site that the settings name for Jira.
    pub fn jira_site(&self) -> Option<&SiteAddress> {
        self.jira_base_url.as_ref().or(self.cloud_site.as_ref())
    }

    /// The site that the settings name for Confluence.
    pub fn confluence_site(&self) -> Option<&SiteAddress> {
        self.confluence_base_url
            .as_ref()
            .or(self.cloud_site.as_ref())
    }
}

/// `own_owner`: whose connection the service account becomes.
pub(super) fn load(
    sources: &Sources<'_>,
    own_owner: Owner,
) -> Result<UpstreamSettings, SettingsError> {
    let auth_url = sources.read(ATLASSIAN_AUTH_URL, base_url)?;
    let api_url = sources.read(ATLASSIAN_API_URL, base_url)?;
    let cloud_site = sources.read_given(ATLASSIAN_CLOUD_BASE_URL, site)?;
    let jira_base_url = sources.read_given(JIRA_BASE_URL, site)?;
    let confluence_base_url = sources.read_given(CONFLUENCE_BASE_URL, site)?;
    let listed = sources
        .read_given(ALLOWED_UPSTREAM_HOSTS, list_of(upstream_host))?
        .unwrap_or_default();
    let data_centers = data_centers(listed, [&cloud_site, &jira_base_url, &confluence_base_url]);
    Ok(UpstreamSettings {
        scopes: sources.read(ATLASSIAN_SCOPES, scopes)?,
        auth_url,
        api_url,
        site_url_template: sources.read(ATLASSIAN_SITE_URL_TEMPLATE, site_url_template)?,
        cloud_site,
        jira_base_url,
        confluence_base_url,
        jira_service_account: service_account(sources, own_owner),
        data_centers,
        timeout: sources.read(UPSTREAM_TIMEOUT, duration(Unit::Second))?,
        max_concurrency: sources.read(UPSTREAM_MAX_CONCURRENCY, whole_number(1..=10_000))?,
        points: points(sources)?,
        proxy: outbound_proxy(sources)?,
        refresh_margin: sources.read(TOKEN_REFRESH_MARGIN, duration_or_zero)?,
        refresh_interval: sources.read(TOKEN_REFRESH_INTERVAL, duration(Unit::Second))?,
        sync_interval: sources.read(SYNC_INTERVAL, duration_or_off)?,
    })
}

fn points(sources: &Sources<'_>) -> Result<Option<PointLimits>, SettingsError> {
    let per_hour = sources.read(
        ATLASSIAN_POINTS_PER_HOUR,
        whole_number_or_off(1000..=100_000_000),
    )?;
    let reserve_percent = sources.read(ATLASSIAN_POINTS_RESERVE, whole_number(0..=90))?;
    Ok(per_hour.map(|per_hour| PointLimits {
        per_hour,
        reserve_percent,
    }))
}

/// A host that stands in the list twice, or in the list and in another setting, counts once.
fn data_centers(listed: Vec<ListedHost>, sites: [&Option<SiteAddress>; 3]) -> DataCenterHosts {
    let of_settings = sites
        .into_iter()
        .flatten()
        .filter_map(SiteAddress::data_center);
    let mut hosts: Vec<ListedHost> = Vec::new();
    for host in listed.into_iter().chain(of_settings) {
        if !is_atlassians(&host) && hosts.iter().all(|known| known.authority != host.authority) {
            hosts.push(host);
        }
    }
    DataCenterHosts::new(hosts)
}

/// The account, when both its name and its token are set.
fn service_account(sources: &Sources<'_>, owner: Owner) -> Option<ServiceAccount> {
    Some(ServiceAccount {
        email: sources.given(JIRA_USERNAME)?.value,
        token: Secret::new(sources.given(JIRA_API_TOKEN)?.value),
        owner,
    })
}

fn outbound_proxy(sources: &Sources<'_>) -> Result<Option<OutboundProxy>, SettingsError> {
    let address = sources.read_given(HTTPS_PROXY, proxy)?;
    Ok(address.map(|address| OutboundProxy {
        address,
        exceptions: sources.given(NO_PROXY).map(|found| found.value),
    }))
}

/// A proxy's URL; a bare `host:port` stands for http.
fn proxy(text: &str) -> Result<Secret, String> {
    let problem = "must be a proxy such as http://proxy.example.com:3128";
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let url = url::Url::parse(&with_scheme).map_err(|_| problem)?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(problem.to_owned());
    }
    Ok(Secret::new(with_scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upstream(dotenv: &str) -> Result<UpstreamSettings, SettingsError> {
        let sources = Sources::new(&|_| None, Some(dotenv)).unwrap();
        load(&sources, Owner::Service)
    }

    #[test]
    fn by_default_atlassian_cloud_is_called_with_twelve_scopes() {
        let upstream = upstream("").unwrap();
        assert_eq!(upstream.scopes.len(), 12);
        assert_eq!(upstream.auth_url.text(), "https://auth.atlassian.com");
        assert_eq!(upstream.api_url.text(), "https://api.atlassian.com");
        assert!(upstream.data_centers.is_empty());
        assert_eq!(
            (upstream.timeout, upstream.max_concurrency),
            (Duration::from_secs(20), 64)
        );
        assert_eq!(upstream.sync_interval, None);
        assert_eq!(upstream.refresh_margin, Duration::from_mins(2));
    }

    #[test]
    fn a_products_own_site_beats_the_common_one() {
        let upstream =
            upstream("ATLASSIAN_CLOUD_BASE_URL=acme\nJIRA_URL=https://jira.corp.example/").unwrap();
        assert_eq!(
            upstream.jira_site().map(SiteAddress::text),
            Some("https://jira.corp.example")
        );
        assert_eq!(
            upstream.confluence_site().map(SiteAddress::text),
            Some("https://acme.atlassian.net")
        );
    }

    #[test]
    fn hosts_in_the_settings_may_be_called() {
        let upstream = upstream(
            "ATLASSIAN_API_URL=http://127.0.0.1:9000\nJIRA_URL=https://jira.corp.example/\nALLOWED_UPSTREAM_HOSTS=Wiki.Corp.Example:8443",
        );
        let upstream = upstream.unwrap();
        assert_eq!(upstream.api_url.text(), "http://127.0.0.1:9000");
        assert_eq!(
            upstream.data_centers.names().collect::<Vec<_>>(),
            ["wiki.corp.example", "jira.corp.example"]
        );
    }

    #[test]
    fn data_centers_are_the_listed_hosts_and_the_sites_that_are_not_in_the_cloud() {
        let upstream = upstream(
            "ATLASSIAN_CLOUD_BASE_URL=acme\nJIRA_URL=https://jira.corp.example/jira\n\
             ALLOWED_UPSTREAM_HOSTS=wiki.corp.example:8443,http://127.0.0.1:4002,acme.atlassian.net,jira.corp.example",
        )
        .unwrap();
        let host = |authority: &str, plain_http| ListedHost {
            authority: authority.to_owned(),
            plain_http,
        };
        assert_eq!(
            upstream.data_centers,
            DataCenterHosts::new(vec![
                host("wiki.corp.example:8443", false),
                host("127.0.0.1:4002", true),
                host("jira.corp.example", false)
            ])
        );
    }

    #[test]
    fn a_data_center_is_called_over_plain_http_on_this_machine_only() {
        let error = upstream("ALLOWED_UPSTREAM_HOSTS=http://jira.corp.example").unwrap_err();
        assert_eq!(
            error.to_string(),
            "ALLOWED_UPSTREAM_HOSTS (.env) is \"http://jira.corp.example\": must be https; plain http works for this machine (localhost) only"
        );
        let settings = upstream("JIRA_URL=http://jira.corp.example").unwrap();
        assert!(settings.data_centers.is_empty());
    }

    #[test]
    fn a_service_account_needs_name_and_token() {
        assert!(
            upstream("JIRA_USERNAME=mia@example.com")
                .unwrap()
                .jira_service_account
                .is_none()
        );
        let both = upstream("JIRA_USERNAME=mia@example.com\nJIRA_API_TOKEN=t").unwrap();
        assert_eq!(both.jira_service_account.unwrap().email, "mia@example.com");
    }

    #[test]
    fn a_proxy_may_hold_a_password_that_no_error_repeats() {
        let given = upstream("HTTPS_PROXY=mia:hunter2@proxy:3128")
            .unwrap()
            .proxy
            .unwrap();
        assert_eq!(given.address.expose(), "http://mia:hunter2@proxy:3128");
        let error = upstream("HTTPS_PROXY=ftp://mia:hunter2@proxy")
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "HTTPS_PROXY (.env): must be a proxy such as http://proxy.example.com:3128"
        );
    }
}

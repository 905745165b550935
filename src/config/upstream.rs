//! Settings of the calling side: Atlassian's addresses, sites, service account, timeouts.

use std::time::Duration;

use secrecy::SecretString;

use super::address::{DataCenterHost, WebAddress, base_url, host_and_port, upstream_host};
use super::error::SettingsError;
use super::site::{SiteAddress, site, site_url_template};
use super::sources::Sources;
use super::values::{
    Unit, duration, duration_or_off, duration_or_zero, list_of, scopes, whole_number,
};
use super::variables::{
    ALLOWED_UPSTREAM_HOSTS, ATLASSIAN_API_URL, ATLASSIAN_AUTH_URL, ATLASSIAN_CLOUD_BASE_URL,
    ATLASSIAN_SCOPES, ATLASSIAN_SITE_URL_TEMPLATE, CONFLUENCE_BASE_URL, HTTPS_PROXY,
    JIRA_API_TOKEN, JIRA_BASE_URL, JIRA_USERNAME, NO_PROXY, SYNC_INTERVAL, TOKEN_REFRESH_INTERVAL,
    TOKEN_REFRESH_MARGIN, UPSTREAM_MAX_CONCURRENCY, UPSTREAM_TIMEOUT,
};

/// How Atlassian is reached.
#[derive(Debug, Clone)]
pub struct Upstream {
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
    /// Jira's own site setting; see [`Upstream::jira_site`].
    pub jira_base_url: Option<SiteAddress>,
    /// Confluence's own site setting; see [`Upstream::confluence_site`].
    pub confluence_base_url: Option<SiteAddress>,
    /// The service account for Jira, when both user name and token are set.
    pub jira_service_account: Option<ServiceAccount>,
    /// Hosts (`host` or `host:port`, lower case) that may be called besides Atlassian's: the listed ones and
    /// those of the sites and servers above.
    pub allowed_hosts: Vec<String>,
    /// Data Center: the listed hosts, and the sites above that are not on Atlassian Cloud.
    pub data_centers: Vec<DataCenterHost>,
    /// Longest time one call may take.
    pub timeout: Duration,
    /// Most calls at one time.
    pub max_concurrency: u32,
    /// Proxy for calls out, as a URL that may hold a password.
    pub proxy: Option<SecretString>,
    /// Hosts that are called without the proxy, separated by commas.
    pub no_proxy: Option<String>,
    /// Time before its expiry at which a token is renewed.
    pub refresh_margin: Duration,
    /// Time between two rounds of the background refresher.
    pub refresh_interval: Duration,
    /// Time between two background synchronisations; absent for never.
    pub sync_interval: Option<Duration>,
}

/// An account that the service itself uses.
#[derive(Debug, Clone)]
pub struct ServiceAccount {
    /// Its e-mail address.
    pub username: String,
    /// Its API token.
    pub api_token: SecretString,
}

impl Upstream {
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

pub(super) fn load(sources: &Sources<'_>) -> Result<Upstream, SettingsError> {
    let auth_url = sources.read(ATLASSIAN_AUTH_URL, base_url)?;
    let api_url = sources.read(ATLASSIAN_API_URL, base_url)?;
    let cloud_site = sources.read_given(ATLASSIAN_CLOUD_BASE_URL, site)?;
    let jira_base_url = sources.read_given(JIRA_BASE_URL, site)?;
    let confluence_base_url = sources.read_given(CONFLUENCE_BASE_URL, site)?;
    let listed = sources
        .read_given(ALLOWED_UPSTREAM_HOSTS, list_of(upstream_host))?
        .unwrap_or_default();
    let mut allowed_hosts: Vec<String> = listed.iter().map(|host| host.authority.clone()).collect();
    let sites = [&cloud_site, &jira_base_url, &confluence_base_url];
    let data_centers = data_centers(listed, sites);
    let of_sites = sites.into_iter().flatten().map(SiteAddress::host);
    let of_servers = [&auth_url, &api_url].map(|address| host_and_port(address.url()));
    allowed_hosts.extend(of_sites.chain(of_servers));
    allowed_hosts.sort();
    allowed_hosts.dedup();
    Ok(Upstream {
        scopes: sources.read(ATLASSIAN_SCOPES, scopes)?,
        auth_url,
        api_url,
        site_url_template: sources.read(ATLASSIAN_SITE_URL_TEMPLATE, site_url_template)?,
        cloud_site,
        jira_base_url,
        confluence_base_url,
        jira_service_account: service_account(sources),
        allowed_hosts,
        data_centers,
        timeout: sources.read(UPSTREAM_TIMEOUT, duration(Unit::Second))?,
        max_concurrency: sources.read(UPSTREAM_MAX_CONCURRENCY, whole_number(1..=10_000))?,
        proxy: sources.read_given(HTTPS_PROXY, proxy)?,
        no_proxy: sources.given(NO_PROXY).map(|found| found.value),
        refresh_margin: sources.read(TOKEN_REFRESH_MARGIN, duration_or_zero)?,
        refresh_interval: sources.read(TOKEN_REFRESH_INTERVAL, duration(Unit::Second))?,
        sync_interval: sources.read(SYNC_INTERVAL, duration_or_off)?,
    })
}

/// A host that stands in the list twice, or in the list and in another setting, counts once.
fn data_centers(
    listed: Vec<DataCenterHost>,
    sites: [&Option<SiteAddress>; 3],
) -> Vec<DataCenterHost> {
    let of_settings = sites
        .into_iter()
        .flatten()
        .filter_map(SiteAddress::data_center);
    let mut hosts: Vec<DataCenterHost> = Vec::new();
    for host in listed.into_iter().chain(of_settings) {
        if !host.is_atlassians() && hosts.iter().all(|known| known.authority != host.authority) {
            hosts.push(host);
        }
    }
    hosts
}

fn service_account(sources: &Sources<'_>) -> Option<ServiceAccount> {
    let username = sources.given(JIRA_USERNAME)?.value;
    let api_token = SecretString::from(sources.given(JIRA_API_TOKEN)?.value);
    Some(ServiceAccount {
        username,
        api_token,
    })
}

/// A proxy's URL; a bare `host:port` stands for http.
fn proxy(text: &str) -> Result<SecretString, String> {
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
    Ok(SecretString::from(with_scheme))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn upstream(dotenv: &str) -> Result<Upstream, SettingsError> {
        load(&Sources::new(&|_| None, Some(dotenv)).unwrap())
    }

    #[test]
    fn by_default_atlassian_cloud_is_called_with_twelve_scopes() {
        let upstream = upstream("").unwrap();
        assert_eq!(upstream.scopes.len(), 12);
        assert_eq!(upstream.auth_url.text(), "https://auth.atlassian.com");
        assert_eq!(
            upstream.allowed_hosts,
            ["api.atlassian.com", "auth.atlassian.com"]
        );
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
        assert_eq!(
            upstream.unwrap().allowed_hosts,
            [
                "127.0.0.1:9000",
                "auth.atlassian.com",
                "jira.corp.example",
                "wiki.corp.example:8443"
            ]
        );
    }

    #[test]
    fn data_centers_are_the_listed_hosts_and_the_sites_that_are_not_in_the_cloud() {
        let upstream = upstream(
            "ATLASSIAN_CLOUD_BASE_URL=acme\nJIRA_URL=https://jira.corp.example/jira\n\
             ALLOWED_UPSTREAM_HOSTS=wiki.corp.example:8443,http://127.0.0.1:4002,acme.atlassian.net,jira.corp.example",
        )
        .unwrap();
        let hosts: Vec<(&str, bool)> = upstream
            .data_centers
            .iter()
            .map(|host| (host.authority.as_str(), host.plain_http))
            .collect();
        assert_eq!(
            hosts,
            [
                ("wiki.corp.example:8443", false),
                ("127.0.0.1:4002", true),
                ("jira.corp.example", false)
            ]
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
        assert_eq!(
            both.jira_service_account.unwrap().username,
            "mia@example.com"
        );
    }

    #[test]
    fn a_proxy_may_hold_a_password_that_no_error_repeats() {
        let given = upstream("HTTPS_PROXY=mia:hunter2@proxy:3128")
            .unwrap()
            .proxy
            .unwrap();
        assert_eq!(given.expose_secret(), "http://mia:hunter2@proxy:3128");
        let error = upstream("HTTPS_PROXY=ftp://mia:hunter2@proxy")
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "HTTPS_PROXY (.env): must be a proxy such as http://proxy.example.com:3128"
        );
    }
}

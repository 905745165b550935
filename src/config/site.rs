//! Atlassian sites as settings name them: `acme`, `acme.atlassian.net`, or a URL.

use url::Url;

use super::address::{WebAddress, base_url, data_center_host, host_and_port, is_atlassians};
use crate::model::data_center::ListedHost;
use crate::model::site::NamedSite;

/// The web address of a Jira or Confluence site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteAddress(WebAddress);

impl SiteAddress {
    /// The base URL without a slash at its end; on Atlassian Cloud without a path.
    pub fn text(&self) -> &str {
        self.0.text()
    }

    /// Its host, and its port if that is not the scheme's own.
    pub(crate) fn host(&self) -> String {
        host_and_port(self.0.url())
    }

    /// The site that it names: by its host, or by the cloud id in an address of Atlassian's gateway.
    pub fn named(&self) -> NamedSite {
        gateway_cloud_id(self.0.url())
            .map_or_else(|| NamedSite::Host(self.host()), NamedSite::CloudId)
    }

    /// The host as one of Data Center; none for a site of Atlassian Cloud, and for plain http
    /// elsewhere than on this machine.
    pub(crate) fn data_center(&self) -> Option<ListedHost> {
        data_center_host(&self.0).filter(|host| !is_atlassians(host))
    }
}

/// Parses a site: a name without dots stands for `https://{name}.atlassian.net`, a bare host for https.
pub(super) fn site(text: &str) -> Result<SiteAddress, String> {
    let text = text.trim_end_matches('/');
    let problem = "must be a site such as https://acme.atlassian.net";
    if text.contains("://") {
        return base_url(text).map(on_cloud_without_path).map(SiteAddress);
    }
    let host = text.split(['/', ':']).next().unwrap_or_default();
    let url = match host.contains('.') || host == "localhost" {
        true => format!("https://{text}"),
        false if host == text && is_label(host) => format!("https://{host}.atlassian.net"),
        false => return Err(problem.to_owned()),
    };
    base_url(&url)
        .map(on_cloud_without_path)
        .map(SiteAddress)
        .map_err(|_| problem.to_owned())
}

/// The cloud id in `https://api.atlassian.com/ex/{product}/{cloud id}/…`, the address that Atlassian's own
/// documents give for calls with OAuth.
fn gateway_cloud_id(url: &Url) -> Option<String> {
    let mut path = url.path_segments()?;
    let is_gateway = url.host_str() == Some("api.atlassian.com")
        && path.next() == Some("ex")
        && matches!(path.next(), Some("jira" | "confluence"));
    let cloud_id = path.next().filter(|id| uuid::Uuid::try_parse(id).is_ok())?;
    is_gateway.then(|| cloud_id.to_ascii_lowercase())
}

/// People copy the address of a page; on Atlassian Cloud every site lives at the root of its host.
fn on_cloud_without_path(address: WebAddress) -> WebAddress {
    let on_cloud = address
        .url()
        .host_str()
        .is_some_and(|host| host.ends_with(".atlassian.net"));
    if !on_cloud {
        return address;
    }
    base_url(&address.origin()).unwrap_or(address)
}

fn is_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Parses an entry of the list of allowed sites: a site or a cloud id.
pub(super) fn allowed_site(text: &str) -> Result<NamedSite, String> {
    if text.contains('*') {
        return Err("must name each site by its own name: there are no patterns".to_owned());
    }
    if uuid::Uuid::try_parse(text).is_ok() {
        return Ok(NamedSite::CloudId(text.to_ascii_lowercase()));
    }
    site(text).map(|site| site.named())
}

/// Parses the template that makes a URL of a site's host: `{site}` once, and a base URL with it filled in.
pub(super) fn site_url_template(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    if text.matches("{site}").count() != 1 {
        return Err("must hold {site} once, such as https://{site}".to_owned());
    }
    base_url(&text.replace("{site}", "acme.atlassian.net"))?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("acme", "https://acme.atlassian.net")]
    #[case("Acme.atlassian.net", "https://acme.atlassian.net")]
    #[case("https://acme.atlassian.net/wiki/", "https://acme.atlassian.net")]
    #[case("acme.atlassian.net/jira/your-work", "https://acme.atlassian.net")]
    #[case("jira.corp.example:8443/jira", "https://jira.corp.example:8443/jira")]
    #[case("http://localhost:2990/jira", "http://localhost:2990/jira")]
    fn a_site_may_be_written_in_several_ways(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(site(text).unwrap().text(), expected);
    }

    #[rstest]
    #[case("ac me")]
    #[case("-acme")]
    #[case("acme/wiki")]
    #[case("ftp://acme.atlassian.net")]
    #[case("https://mia@acme.atlassian.net")]
    #[case("https://acme.atlassian.net?x=1")]
    fn what_is_no_site_is_refused(#[case] text: &str) {
        assert!(site(text).is_err());
    }

    #[test]
    fn an_allowed_site_is_a_host_or_a_cloud_id() {
        assert_eq!(
            allowed_site("acme"),
            Ok(NamedSite::Host("acme.atlassian.net".into()))
        );
        assert_eq!(
            allowed_site("1324A887-45db-1bf4-1e99-ef0ff456d421"),
            Ok(NamedSite::CloudId(
                "1324a887-45db-1bf4-1e99-ef0ff456d421".into()
            ))
        );
    }

    #[rstest]
    #[case("https://api.atlassian.com/ex/jira/1324A887-45db-1bf4-1e99-ef0ff456d421")]
    #[case(
        "https://api.atlassian.com/ex/confluence/1324a887-45db-1bf4-1e99-ef0ff456d421/wiki/rest/api/"
    )]
    #[case("https://api.atlassian.com/ex/jira/1324a887-45db-1bf4-1e99-ef0ff456d421/rest/api/3")]
    fn an_address_of_the_gateway_names_the_site_of_its_cloud_id(#[case] text: &str) {
        let named = site(text).unwrap().named();
        let cloud_id = "1324a887-45db-1bf4-1e99-ef0ff456d421";
        assert_eq!(named, NamedSite::CloudId(cloud_id.into()));
        assert_eq!(allowed_site(text), Ok(named));
        assert_eq!(site(text).unwrap().data_center(), None);
    }

    #[rstest]
    #[case("https://api.atlassian.com/ex/jira/acme")]
    #[case("https://api.example.com/ex/jira/1324a887-45db-1bf4-1e99-ef0ff456d421")]
    #[case("https://api.atlassian.com/me/jira/1324a887-45db-1bf4-1e99-ef0ff456d421")]
    fn any_other_address_names_its_host(#[case] text: &str) {
        let site = site(text).unwrap();
        assert_eq!(site.named(), NamedSite::Host(site.host()));
    }

    #[test]
    fn a_site_template_names_the_site_once() {
        assert_eq!(
            site_url_template("http://127.0.0.1:9000/sites/{site}/").as_deref(),
            Ok("http://127.0.0.1:9000/sites/{site}")
        );
        assert!(site_url_template("https://acme.atlassian.net").is_err());
        assert!(site_url_template("{site}").is_err());
    }
}

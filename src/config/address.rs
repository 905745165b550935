//! Web addresses as settings write them: absolute http(s) URLs, base URLs, hosts.

use url::{Host, Url};

use crate::model::data_center::ListedHost;

/// An absolute http or https URL without user, password, white space or backslash; the text is kept as given,
/// because Atlassian compares redirect URIs letter by letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress {
    text: String,
    url: Url,
}

impl WebAddress {
    /// The address as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The address, parsed.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Scheme, host and port as a browser's `Origin` header writes them (RFC 6454 §6.2).
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether it is https.
    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether its host is this machine: localhost, 127.0.0.0/8 or `::1`.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }
}

/// Whether a URL's host is this machine: localhost, 127.0.0.0/8 or `::1`.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Parses an absolute http(s) URL.
pub(super) fn web_address(text: &str) -> Result<WebAddress, String> {
    let example = "must be a full URL such as https://app.example.com";
    let plain = !text
        .bytes()
        .any(|byte| byte <= b' ' || byte == b'\\' || byte == 0x7f);
    let url = Url::parse(text)
        .ok()
        .filter(|url| plain && url.has_host())
        .ok_or(example)?;
    // The URL standard forgives `http:host` and a third slash; a setting has to say what it means.
    let lower = text.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("http://")
        .or_else(|| lower.strip_prefix("https://"));
    if rest.is_none_or(|rest| rest.starts_with('/')) {
        return Err(format!("{example}; only http and https work"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password; remove the part before @".to_owned());
    }
    Ok(WebAddress {
        text: text.to_owned(),
        url,
    })
}

/// Parses a redirect URI (RFC 6749 §3.1.2: absolute, no fragment).
pub(super) fn redirect_uri(text: &str) -> Result<WebAddress, String> {
    let address = web_address(text)?;
    if address.url.fragment().is_some() {
        return Err("must not have a # part; remove it".to_owned());
    }
    Ok(address)
}

/// Parses a URL to which paths are added; slashes at its end are dropped.
pub(super) fn base_url(text: &str) -> Result<WebAddress, String> {
    let address = web_address(text.trim_end_matches('/'))?;
    if address.url.query().is_some() || address.url.fragment().is_some() {
        return Err("must not have a ? or # part; remove it".to_owned());
    }
    Ok(address)
}

/// Parses a base URL without a path: scheme, host and port. Its text is the origin.
pub(super) fn origin_url(text: &str) -> Result<WebAddress, String> {
    let address = base_url(text)?;
    if address.url.path() != "/" {
        return Err("must not have a path; keep scheme, host and port only".to_owned());
    }
    Ok(WebAddress {
        text: address.origin(),
        url: address.url,
    })
}

/// The host of an address as one of Data Center; none for plain http elsewhere than on this machine.
pub(super) fn data_center_host(address: &WebAddress) -> Option<ListedHost> {
    let plain_http = !address.is_https();
    (!plain_http || address.is_loopback()).then(|| ListedHost {
        authority: host_and_port(&address.url),
        plain_http,
    })
}

/// Whether it is a host of Atlassian Cloud.
pub(super) fn is_atlassians(host: &ListedHost) -> bool {
    [".atlassian.net", ".atlassian.com"]
        .iter()
        .any(|suffix| host.authority.ends_with(suffix))
}

/// Parses a name of a further host that may be called, `host`, `host:port` or a URL of it.
pub(super) fn upstream_host(text: &str) -> Result<ListedHost, String> {
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    if text.contains('*') {
        return Err("must be an exact host; patterns are not possible".to_owned());
    }
    let address = base_url(&with_scheme).map_err(|_| "must be a host such as jira.example.com")?;
    data_center_host(&address).ok_or_else(|| {
        String::from("must be https; plain http works for this machine (localhost) only")
    })
}

/// Host and, unless it is the scheme's default, port.
pub(super) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("ftp://a.example")]
    #[case("a.example")]
    #[case("http:a.example")]
    #[case("http:///a.example")]
    #[case("https://mia:pw@a.example")]
    #[case("https://a.example/x y")]
    #[case("https:\\\\a.example")]
    #[case("javascript:alert(1)")]
    #[case("https://")]
    fn what_is_no_full_web_url_is_refused(#[case] text: &str) {
        assert!(web_address(text).is_err());
    }

    #[test]
    fn a_redirect_uri_keeps_its_exact_text() {
        let address = redirect_uri("http://LOCALHOST:3001/cb?x=%7e").unwrap();
        assert_eq!(address.text(), "http://LOCALHOST:3001/cb?x=%7e");
        assert!(redirect_uri("http://localhost/cb#x").is_err());
    }

    #[test]
    fn an_origin_url_forgives_a_slash_but_no_path() {
        assert_eq!(
            origin_url("HTTPS://App.Example:443/").unwrap().text(),
            "https://app.example"
        );
        assert!(origin_url("https://app.example/api").is_err());
        assert!(origin_url("https://app.example?x=1").is_err());
    }

    #[rstest]
    #[case("http://localhost:3001", true)]
    #[case("http://127.1.2.3", true)]
    #[case("http://[::1]:80", true)]
    #[case("http://localhost.example.com", false)]
    #[case("http://10.0.0.1", false)]
    fn loopback_is_this_machine_only(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(web_address(text).unwrap().is_loopback(), expected);
    }

    #[rstest]
    #[case("Jira.Corp.Example", Some("jira.corp.example"))]
    #[case("jira.corp.example:8443", Some("jira.corp.example:8443"))]
    #[case("https://jira.corp.example/", Some("jira.corp.example"))]
    #[case("*.corp.example", None)]
    #[case("a b", None)]
    fn an_upstream_host_is_exact(#[case] text: &str, #[case] expected: Option<&str>) {
        let host = upstream_host(text).ok().map(|host| host.authority);
        assert_eq!(host.as_deref(), expected);
    }
}

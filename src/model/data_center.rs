//! Data Center: the base addresses of Jira and Confluence on hosts that the operator has listed.

use super::ids::CloudId;
use super::site::Site;

/// The longest base address that is taken.
const LONGEST: usize = 255;

/// A text that is not the base address of a listed Data Center host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a Data Center is written like https://jira.example.com or https://jira.example.com/jira, and its host must stand in ALLOWED_UPSTREAM_HOSTS"
)]
pub(crate) struct InvalidBaseUrl;

/// A host of Data Center that the operator named: listed, or as the site of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedHost {
    /// `host` or `host:port`, in lower case.
    pub authority: String,
    /// Whether it is called over plain http: only this machine, for the sandbox and tests.
    pub plain_http: bool,
}

/// The base address of a Jira or Confluence Data Center: scheme, host, port and context path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    authority: String,
    url: String,
}

impl BaseUrl {
    /// The whole address, without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        &self.url
    }

    /// The address in the form of a site. Its cloud id says only which host it is on.
    pub(crate) fn site(&self) -> Site {
        Site {
            cloud_id: CloudId::of_data_center(&self.authority),
            name: self.authority.clone(),
            url: self.url.clone(),
        }
    }
}

/// The Data Center hosts that may be called at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataCenterHosts(Vec<ListedHost>);

/// What follows the address of a Jira or Confluence in those of its pages and operations.
const BEHIND_THE_BASE: [&str; 14] = [
    "rest",
    "browse",
    "projects",
    "issues",
    "secure",
    "plugins",
    "display",
    "spaces",
    "pages",
    "x",
    "login.jsp",
    "login.action",
    "dashboard.action",
    "index.action",
];

impl DataCenterHosts {
    /// Exactly these hosts.
    pub(crate) fn new(hosts: Vec<ListedHost>) -> Self {
        Self(hosts)
    }

    /// Whether none is listed.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the hosts, without their ports.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|host| {
            let authority = host.authority.as_str();
            authority
                .rsplit_once(':')
                .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
                .map_or(authority, |(name, _)| name)
        })
    }

    /// The address of the only host, if there is only one.
    pub(crate) fn only(&self) -> Option<BaseUrl> {
        match self.0.as_slice() {
            [host] => Some(built(host, "")),
            _ => None,
        }
    }

    /// The same for an address as people paste it, of a page or an operation of the product, which is cut off. What is
    /// left must be an address that [`DataCenterHosts::parse`] accepts.
    ///
    /// # Errors
    /// For every other text.
    pub(crate) fn parse_pasted(&self, text: &str) -> Result<BaseUrl, InvalidBaseUrl> {
        let begins = text.find("://").map_or(0, |scheme| scheme + "://".len());
        let mut end = begins;
        let mut segments = text[begins..].split('/');
        end += segments.next().unwrap_or_default().len();
        for segment in segments {
            let word = segment.split(['?', '#']).next().unwrap_or_default();
            if BEHIND_THE_BASE.contains(&word) {
                break;
            }
            end += 1 + segment.len();
        }
        self.parse(&text[..end])
    }

    /// Accepts `jira.example.com[:port][/context]` of a listed host, with or without its scheme.
    /// The text is compared piece by piece before anything parses it as a URL, because URL parsers
    /// quietly repair what must be refused.
    ///
    /// # Errors
    /// For every other text.
    pub(crate) fn parse(&self, text: &str) -> Result<BaseUrl, InvalidBaseUrl> {
        if text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidBaseUrl);
        }
        let (plain_http, rest) = match text.split_once("://") {
            None => (None, text),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Some(false), rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Some(true), rest),
            Some(_) => return Err(InvalidBaseUrl),
        };
        let (authority, path) = match rest.split_once('/') {
            None => (rest, ""),
            Some((authority, path)) => {
                let bare = path.strip_suffix('/').filter(|bare| !bare.is_empty());
                (authority, bare.unwrap_or(path))
            }
        };
        let host = self
            .0
            .iter()
            .find(|host| host.authority.eq_ignore_ascii_case(authority))
            .filter(|host| plain_http.is_none_or(|plain| plain == host.plain_http))
            .ok_or(InvalidBaseUrl)?;
        if path.is_empty() || path.split('/').all(is_plain_segment) {
            Ok(built(host, path))
        } else {
            Err(InvalidBaseUrl)
        }
    }
}

fn built(host: &ListedHost, path: &str) -> BaseUrl {
    let scheme = if host.plain_http { "http" } else { "https" };
    let slash = if path.is_empty() { "" } else { "/" };
    BaseUrl {
        url: format!("{scheme}://{}{slash}{path}", host.authority),
        authority: host.authority.clone(),
    }
}

fn is_plain_segment(segment: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !matches!(segment, "" | "." | "..") && segment.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hosts() -> DataCenterHosts {
        let host = |authority: &str, plain_http| ListedHost {
            authority: authority.to_owned(),
            plain_http,
        };
        DataCenterHosts::new(vec![
            host("jira.example.com", false),
            host("wiki.example.com:8443", false),
            host("127.0.0.1:2990", true),
        ])
    }

    #[test]
    fn a_listed_host_may_be_written_in_several_ways() {
        for (text, url) in [
            ("jira.example.com", "https://jira.example.com"),
            ("HTTPS://Jira.Example.Com/", "https://jira.example.com"),
            (
                "https://jira.example.com/jira",
                "https://jira.example.com/jira",
            ),
            (
                "jira.example.com/a/B_2.c/",
                "https://jira.example.com/a/B_2.c",
            ),
            (
                "https://wiki.example.com:8443",
                "https://wiki.example.com:8443",
            ),
            ("http://127.0.0.1:2990/jira", "http://127.0.0.1:2990/jira"),
            ("127.0.0.1:2990", "http://127.0.0.1:2990"),
        ] {
            let base = hosts().parse(text).map(|base| base.as_str().to_owned());
            assert_eq!(base, Ok(url.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_address_of_a_page_or_an_operation_leads_to_its_server() {
        for (pasted, url) in [
            (
                "https://jira.example.com/rest/api/2",
                "https://jira.example.com",
            ),
            (
                "https://jira.example.com/jira/browse/EX-1?focus=1#top",
                "https://jira.example.com/jira",
            ),
            (
                "https://jira.example.com/secure/Dashboard.jspa",
                "https://jira.example.com",
            ),
            (
                "wiki.example.com:8443/wiki/pages/viewpage.action?pageId=1",
                "https://wiki.example.com:8443/wiki",
            ),
            (
                "wiki.example.com:8443/display/ENG/Some+page",
                "https://wiki.example.com:8443",
            ),
        ] {
            let base = hosts()
                .parse_pasted(pasted)
                .map(|base| base.as_str().to_owned());
            assert_eq!(base, Ok(url.to_owned()), "{pasted}");
        }
        for bad in [
            "https://evil.example/jira.example.com/browse/EX-1",
            "https://jira.example.com@evil.example/rest/api/2",
            "https://jira.example.com/../rest/api/2",
            "https://jira.example.com?x=/rest/",
            " https://jira.example.com/rest/api/2",
            "/rest/api/2",
            "",
        ] {
            assert_eq!(hosts().parse_pasted(bad), Err(InvalidBaseUrl), "{bad}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            " jira.example.com",
            "jira.example.com.",
            "jira.example.com:443",
            "jira.example.com:8443",
            "wiki.example.com",
            "wiki.example.com:8443.evil.example",
            "http://jira.example.com",
            "https://127.0.0.1:2990",
            "http://127.0.0.1:2991",
            "http://127.1:2990",
            "http://localhost:2990",
            "ftp://jira.example.com",
            "https:/jira.example.com",
            "https:///jira.example.com",
            "//jira.example.com",
            "https:\\\\jira.example.com",
            "https://mia@jira.example.com",
            "https://mia:pw@jira.example.com",
            "https://jira.example.com@evil.example",
            "https://evil.example/jira.example.com",
            "https://evil.example#jira.example.com",
            "https://jira.example.com#@evil.example",
            "https://jira.example.com?x=1",
            "https://jira.example.com/a?x=1",
            "https://jira.example.com//",
            "https://jira.example.com//jira",
            "https://jira.example.com/../x",
            "https://jira.example.com/a/./b",
            "https://jira.example.com/%2e%2e",
            "https://jira.example.com/a\\b",
            "https://jira.example.com/a;b",
            "https://jira.example.com\t",
            "https://jira.example.com\n.evil.example",
            "https://jira.example.com.evil.example",
            "https://evil-jira.example.com",
            "https://ｊira.example.com",
            "https://acme.atlassian.net",
            "acme",
            "*",
        ] {
            assert_eq!(hosts().parse(text), Err(InvalidBaseUrl), "{text:?}");
        }
        let long = format!("https://jira.example.com/{}", "a".repeat(300));
        assert_eq!(hosts().parse(&long), Err(InvalidBaseUrl));
    }

    #[test]
    fn a_base_address_is_a_site_named_after_its_host() {
        let site = hosts().parse("wiki.example.com:8443/wiki").unwrap().site();
        assert_eq!(site.cloud_id.as_str(), "dc:wiki.example.com:8443");
        assert!(site.cloud_id.is_data_center());
        assert_eq!(site.host(), "wiki.example.com:8443");
        let names: Vec<String> = hosts().names().map(str::to_owned).collect();
        assert_eq!(names, ["jira.example.com", "wiki.example.com", "127.0.0.1"]);
        assert!(hosts().only().is_none());
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_parses_as_written_and_on_a_listed_host(
            text in "(https?://)?(jira\\.example\\.com|127\\.0\\.0\\.1:2990|evil\\.example)[a-z./:@?#%\\\\]{0,12}",
        ) {
            if let Ok(base) = hosts().parse(&text) {
                let url = url::Url::parse(base.as_str()).unwrap();
                prop_assert_eq!(url.as_str().trim_end_matches('/'), base.as_str());
                prop_assert!(matches!(url.host_str(), Some("jira.example.com" | "127.0.0.1")));
                prop_assert!(url.username().is_empty() && url.query().is_none());
            }
        }
    }
}

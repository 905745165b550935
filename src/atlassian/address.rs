//! Where a call goes: built from the operator's addresses, checked labels and escaped segments.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

use super::Atlassian;
use super::access::{Entrance, SiteAccess};
use super::error::{AtlassianError, Explanation};
use super::request::Call;
use crate::model::site::SiteHost;

/// RFC 3986 unreserved characters stay; everything else in a segment is escaped.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Where Atlassian keeps files.
const FILE_HOSTS: [&str; 3] = [".atlassian.com", ".atlassian.net", ".atl-paas.net"];

impl Atlassian {
    /// The address of a call. Each path entry is one escaped segment; the result is checked to lie
    /// below the prefix it was built from, because URL parsers repair more than they should.
    pub(super) fn url(&self, access: &SiteAccess, call: &Call<'_>) -> Result<Url, AtlassianError> {
        let root = self.root(access, call.api.gateway_product())?;
        let prefix = format!("{root}{}", call.api.prefix(access.dialect()));
        let mut text = prefix.clone();
        for segment in call.path {
            if matches!(*segment, "" | "." | "..") {
                return Err(AtlassianError::NotFound(Explanation::default()));
            }
            text.push('/');
            text.extend(utf8_percent_encode(segment, SEGMENT));
        }
        let mut url =
            Url::parse(&text).map_err(|_| AtlassianError::Nonsense("the built address"))?;
        let is_plain = is_as_written(&url, &text) && !call.path.is_empty();
        if !is_plain && !lies_below(&url, &prefix) {
            return Err(AtlassianError::Nonsense("the built address"));
        }
        self.check_literal(&url)?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        Ok(url)
    }

    /// What the addresses of a product on a site begin with, without a slash at its end.
    pub(super) fn root(
        &self,
        access: &SiteAccess,
        product: &str,
    ) -> Result<String, AtlassianError> {
        Ok(match access.entrance {
            Entrance::Gateway => {
                format!(
                    "{}/ex/{}/{}",
                    self.endpoints.api(),
                    product,
                    access.site.cloud_id
                )
            }
            Entrance::Site => {
                let host = SiteHost::parse(access.site.host())
                    .map_err(|_| AtlassianError::Nonsense("the site's address"))?;
                self.endpoints.site(&host)
            }
            // Compared with the list at every call: the operator may have taken the host off it.
            Entrance::DataCenter => self
                .endpoints
                .data_centers()
                .parse(&access.site.url)
                .map(|base| base.as_str().to_owned())
                .map_err(|_| AtlassianError::HostNotListed)?,
        })
    }

    /// An IP address in the place of a name never gets to the resolver, which drops private ones: only
    /// the operator may write one, in any of the ways there are.
    pub(super) fn check_literal(&self, url: &Url) -> Result<(), AtlassianError> {
        match url.host() {
            Some(Host::Domain(_)) => Ok(()),
            _ if self.is_operators(url) => Ok(()),
            _ => Err(AtlassianError::HostNotListed),
        }
    }

    /// Whether Atlassian keeps files at this address, or the operator said that Atlassian is there.
    pub(super) fn keeps_files(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let is_atlassians =
            url.scheme() == "https" && FILE_HOSTS.iter().any(|end| host.ends_with(end));
        let is_plain = url.username().is_empty() && url.password().is_none();
        (is_atlassians || self.is_operators(url)) && is_plain
    }

    fn is_operators(&self, url: &Url) -> bool {
        let mut known = self.endpoints.operator_hosts();
        url.host_str()
            .is_some_and(|host| known.any(|known| known == host))
    }
}

/// Whether an address was read just as it is written, and is nothing but a path at an origin: it needs no second look.
pub(super) fn is_as_written(url: &Url, text: &str) -> bool {
    url.as_str() == text && url.query().is_none() && url.fragment().is_none()
}

/// Whether an address is one below this prefix.
fn lies_below(url: &Url, prefix: &str) -> bool {
    Url::parse(prefix).is_ok_and(|prefix| {
        let below = format!("{}/", prefix.path().trim_end_matches('/'));
        url.origin() == prefix.origin() && url.path().starts_with(&below)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, LazyLock};
    use std::time::Duration;

    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;
    use crate::atlassian::OutboundLimits;
    use crate::atlassian::access::{Api, Credential};
    use crate::atlassian::endpoints::Endpoints;
    use crate::model::clock::SystemClock;
    use crate::model::data_center::{DataCenterHosts, ListedHost};
    use crate::model::ids::CloudId;
    use crate::model::secret::Secret;
    use crate::model::site::Site;

    const CLOUD_ID: &str = "1324a887-45db-1bf4-1e99-ef0ff456d421";

    /// Calls go to Atlassian's addresses, or, with `local`, to a stand-in on this machine.
    fn atlassian(local: bool) -> &'static Atlassian {
        static BOTH: LazyLock<[Atlassian; 2]> = LazyLock::new(|| [built(false), built(true)]);
        &BOTH[usize::from(local)]
    }

    fn built(local: bool) -> Atlassian {
        let (auth, api, template) = if local {
            (
                "http://127.0.0.1:9",
                "http://127.0.0.1:9/api",
                "http://127.0.0.1:9/sites/{site}",
            )
        } else {
            (
                "https://auth.atlassian.com",
                "https://api.atlassian.com",
                "https://{site}",
            )
        };
        let listed = |authority: &str, plain_http| ListedHost {
            authority: authority.to_owned(),
            plain_http,
        };
        let hosts = vec![listed("jira.example.com", false), listed("[::1]:9", true)];
        let endpoints = Endpoints::new(auth.parse().unwrap(), api.parse().unwrap(), template)
            .with_data_centers(DataCenterHosts::new(hosts));
        let limits = OutboundLimits {
            points: None,
            timeout: Duration::from_secs(1),
            concurrency: 1,
            proxy: None,
        };
        Atlassian::new(endpoints, &limits, Arc::new(SystemClock)).unwrap()
    }

    fn access(entrance: Entrance, url: &str) -> SiteAccess {
        SiteAccess {
            site: Site {
                cloud_id: CloudId::parse(CLOUD_ID).unwrap(),
                name: String::new(),
                url: url.to_owned(),
            },
            entrance,
            credential: Credential::Bearer(Secret::new(String::from("token"))),
            app: None,
            limits: None,
        }
    }

    fn address(local: bool, access: &SiteAccess, path: &[&str]) -> Result<Url, AtlassianError> {
        atlassian(local).url(access, &Call::get("test", Api::Jira, path, &[]))
    }

    /// Everywhere a call can go, with the address it must stay below.
    fn ways() -> [(bool, SiteAccess, &'static str); 7] {
        let acme = "https://acme.atlassian.net";
        let gateway = || access(Entrance::Gateway, acme);
        let site = || access(Entrance::Site, acme);
        let server = |url| access(Entrance::DataCenter, url);
        [
            (
                false,
                gateway(),
                "https://api.atlassian.com/ex/jira/1324a887-45db-1bf4-1e99-ef0ff456d421/rest/api/3",
            ),
            (
                true,
                gateway(),
                "http://127.0.0.1:9/api/ex/jira/1324a887-45db-1bf4-1e99-ef0ff456d421/rest/api/3",
            ),
            (false, site(), "https://acme.atlassian.net/rest/api/3"),
            (
                true,
                site(),
                "http://127.0.0.1:9/sites/acme.atlassian.net/rest/api/3",
            ),
            (
                false,
                server("https://jira.example.com"),
                "https://jira.example.com/rest/api/2",
            ),
            (
                false,
                server("https://jira.example.com/a/b"),
                "https://jira.example.com/a/b/rest/api/2",
            ),
            (
                false,
                server("http://[::1]:9/jira"),
                "http://[::1]:9/jira/rest/api/2",
            ),
        ]
    }

    /// Texts made of what has a meaning in addresses, and any others.
    fn segment() -> impl Strategy<Value = String> {
        let pieces = vec![
            "..",
            ".",
            "/",
            "\\",
            "%2e",
            "%2E%2e",
            "%2f",
            "%5c",
            "%00",
            "%",
            "\0",
            "?",
            "#",
            ";",
            ":",
            "@",
            "//",
            "&",
            "=",
            "+",
            " ",
            "\t",
            "\r\n",
            "．",
            "／",
            "é",
            "a",
            "EX-1",
            "http://evil.example",
            "[::1]",
            "~",
            "*",
        ];
        let pieces = prop::collection::vec(prop::sample::select(pieces), 0..6);
        prop_oneof![pieces.prop_map(|pieces| pieces.concat()), any::<String>()]
    }

    proptest! {
        #[test]
        fn any_text_is_exactly_one_segment_below_the_prefix(one in segment(), two in segment()) {
            for (local, access, below) in ways() {
                let found = address(local, &access, &["issue", &one, "comment", &two]);
                let is_dots = |text: &String| matches!(text.as_str(), "" | "." | "..");
                if is_dots(&one) || is_dots(&two) {
                    prop_assert_eq!(found, Err(AtlassianError::NotFound(Explanation::default())));
                    continue;
                }
                let url = found.unwrap();
                let rest = url.as_str().strip_prefix(below).and_then(|rest| rest.strip_prefix('/'));
                prop_assert!(rest.is_some(), "{} is not below {}", url, below);
                prop_assert_eq!((url.query(), url.fragment(), url.username()), (None, None, ""));
                let segments: Vec<_> = rest.unwrap().split('/').collect();
                prop_assert_eq!(segments.len(), 4, "{}", url);
                let decoded: Vec<_> = segments
                    .iter()
                    .map(|segment| percent_decode_str(segment).decode_utf8().unwrap())
                    .collect();
                prop_assert_eq!((decoded[1].as_ref(), decoded[3].as_ref()), (one.as_str(), two.as_str()));
            }
        }

        #[test]
        fn whatever_stands_in_a_query_stays_there(value in any::<String>()) {
            let query = [("jql", value.clone())];
            for (local, access, below) in ways() {
                let call = Call::get("test", Api::Jira, &["search"], &query);
                let url = atlassian(local).url(&access, &call).unwrap();
                let path = format!("{below}/search");
                prop_assert_eq!(url.as_str().split('?').next(), Some(path.as_str()));
                let pairs: Vec<_> = url.query_pairs().collect();
                prop_assert_eq!(pairs, vec![("jql".into(), value.as_str().into())]);
            }
        }
    }

    /// This machine, a private network and the cloud's metadata, as an address can be written.
    const LITERALS: [&str; 18] = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "10.0.0.1",
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "[fd00:ec2::254]",
        "[64:ff9b::a9fe:a9fe]",
        "0",
        "127.0.0.1.",
    ];

    #[test]
    fn an_ip_address_in_the_place_of_a_site_is_called_in_no_spelling() {
        for literal in LITERALS {
            for url in [format!("https://{literal}"), format!("http://{literal}:9")] {
                let site = address(false, &access(Entrance::Site, &url), &["myself"]);
                // `2130706433` alone is a label, and leads to a site of that name.
                let label = format!("https://{literal}.atlassian.net/rest/api/3/myself");
                let is_label = site.as_ref().is_ok_and(|found| found.as_str() == label);
                assert!(is_label || site.is_err(), "{url}: {site:?}");
                let server = address(false, &access(Entrance::DataCenter, &url), &["myself"]);
                let is_listed = url == "http://[::1]:9";
                assert_eq!(server.is_ok(), is_listed, "{url}: {server:?}");
                let gateway = address(false, &access(Entrance::Gateway, &url), &["myself"]);
                assert_eq!(gateway.unwrap().host_str(), Some("api.atlassian.com"));
            }
        }
    }

    #[test]
    fn an_ip_address_is_called_only_where_the_operator_wrote_it() {
        let (cloud, local) = (atlassian(false), atlassian(true));
        for literal in LITERALS {
            let Ok(url) = Url::parse(&format!("https://{literal}/")) else {
                continue;
            };
            let is_name = matches!(url.host(), Some(Host::Domain(_)));
            let listed = url.host_str() == Some("[::1]");
            assert_eq!(
                cloud.check_literal(&url).is_ok(),
                is_name || listed,
                "{literal}"
            );
            let own = url.host_str() == Some("127.0.0.1");
            assert_eq!(
                local.check_literal(&url).is_ok(),
                is_name || listed || own,
                "{literal}"
            );
        }
    }
}

//! Atlassian sites: the host a caller may name, and the site a grant reaches.

use serde::Serialize;
use utoipa::ToSchema;

use super::ids::CloudId;
use super::product::Product;

const CLOUD_SUFFIX: &str = ".atlassian.net";

/// A text that does not name a site of Atlassian Cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a site is written like acme, acme.atlassian.net or https://acme.atlassian.net")]
pub struct InvalidSite;

/// The host of a Cloud site, built from one checked ASCII label: `acme.atlassian.net`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SiteHost(String);

impl SiteHost {
    /// Accepts `acme`, `acme.atlassian.net` and `https://acme.atlassian.net` (also with `/` or
    /// `/wiki` at the end), in any case. The text is reduced to its label before anything parses
    /// it as a URL, because URL parsers quietly repair what must be refused.
    ///
    /// # Errors
    /// For everything else, addresses of other hosts among it.
    pub fn parse(text: &str) -> Result<Self, InvalidSite> {
        if text.len() > 255 || !text.is_ascii() {
            return Err(InvalidSite);
        }
        let lower = text.to_ascii_lowercase();
        let host = match lower.strip_prefix("https://") {
            Some(rest) => {
                let rest = rest.strip_suffix('/').unwrap_or(rest);
                let rest = rest.strip_suffix("/wiki").unwrap_or(rest);
                rest.strip_suffix(CLOUD_SUFFIX).ok_or(InvalidSite)?
            }
            None => lower.strip_suffix(CLOUD_SUFFIX).unwrap_or(&lower),
        };
        if is_label(host) {
            Ok(Self(format!("{host}{CLOUD_SUFFIX}")))
        } else {
            Err(InvalidSite)
        }
    }

    /// Like [`SiteHost::parse`], from what a person pasted: with blanks around it, or the address of anything on the site.
    ///
    /// # Errors
    /// For everything else.
    pub fn pasted(text: &str) -> Result<Self, InvalidSite> {
        let text = text.trim();
        let scheme = "https://";
        let has_scheme = text
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        let start = if has_scheme { scheme.len() } else { 0 };
        let path = text[start..].find(['/', '?', '#']);
        let host = path.map_or(text, |path| &text[..start + path]);
        // A path alone does not make a label a host.
        let is_host = has_scheme || host.to_ascii_lowercase().ends_with(CLOUD_SUFFIX);
        if path.is_some() && !is_host {
            return Err(InvalidSite);
        }
        Self::parse(host)
    }

    /// The host, such as `acme.atlassian.net`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// RFC 1123 label; `xn--` (punycode) is refused because it is another name in disguise.
fn is_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    (1..=63).contains(&bytes.len())
        && bytes.iter().copied().all(inner)
        && edge(bytes.first())
        && edge(bytes.last())
        && !text.starts_with("xn--")
}

/// A site of Atlassian Cloud, or a Data Center.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Site {
    /// The site's UUID at Atlassian; for a Data Center `dc:` and its host.
    #[schema(value_type = String, example = "1324a887-45db-1bf4-1e99-ef0ff456d421")]
    pub cloud_id: CloudId,
    /// The site's name.
    #[schema(example = "Acme")]
    pub name: String,
    /// The site's own address; for a Data Center with its context path.
    #[schema(example = "https://acme.atlassian.net")]
    pub url: String,
}

impl Site {
    /// The host of the site's address; empty when it has none.
    pub(crate) fn host(&self) -> &str {
        host_of(&self.url)
    }
}

fn host_of(url: &str) -> &str {
    url.split_once("://").map_or("", |(_, rest)| {
        rest.split(['/', '?', '#']).next().unwrap_or("")
    })
}

/// A site as settings name it, by host or by cloud id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedSite {
    /// The site's host, such as `acme.atlassian.net`.
    Host(String),
    /// The site's UUID at Atlassian.
    CloudId(String),
}

impl NamedSite {
    /// Whether this names `site`.
    pub(crate) fn is(&self, site: &Site) -> bool {
        match self {
            Self::Host(host) => host.eq_ignore_ascii_case(site.host()),
            Self::CloudId(cloud_id) => cloud_id.eq_ignore_ascii_case(site.cloud_id.as_str()),
        }
    }
}

/// A site together with the products of it that a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachableSite {
    /// The site.
    pub site: Site,
    /// The products the grant's scopes cover there.
    pub products: Vec<Product>,
    /// The scopes granted there.
    pub scopes: Vec<String>,
    /// The site's picture.
    pub avatar_url: Option<String>,
    /// The addresses that it had under earlier names, the latest first: people keep them in bookmarks and texts.
    pub former_urls: Vec<String>,
}

/// How many earlier addresses of a site are remembered.
const MOST_FORMER: usize = 5;

impl ReachableSite {
    /// The same, which remembers what was known of it `before`.
    #[must_use]
    pub(crate) fn after(mut self, before: &[Self]) -> Self {
        let known = before
            .iter()
            .find(|known| known.site.cloud_id == self.site.cloud_id);
        let Some(known) = known else {
            return self;
        };
        let mut former: Vec<String> = Vec::new();
        for url in [&known.site.url].into_iter().chain(&known.former_urls) {
            if *url != self.site.url && !former.contains(url) && former.len() < MOST_FORMER {
                former.push(url.clone());
            }
        }
        self.former_urls = former;
        self
    }

    /// Whether its host is or was called so.
    pub(crate) fn had_host(&self, host: &str) -> bool {
        let is_host = |url: &str| host_of(url).eq_ignore_ascii_case(host);
        is_host(&self.site.url) || self.former_urls.iter().any(|url| is_host(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_documented_spelling_of_a_site_gives_its_host() {
        for text in [
            "acme",
            "ACME",
            "acme.atlassian.net",
            "Acme.Atlassian.Net",
            "https://acme.atlassian.net",
            "HTTPS://acme.atlassian.net/",
            "https://acme.atlassian.net/wiki",
            "https://acme.atlassian.net/wiki/",
        ] {
            let host = SiteHost::parse(text).map(|host| host.as_str().to_owned());
            assert_eq!(host, Ok(String::from("acme.atlassian.net")), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_site() {
        for text in [
            "",
            " acme",
            "acme ",
            "http://acme.atlassian.net",
            "acme.atlassian.net.",
            "acme.atlassian.net:443",
            "https://user@acme.atlassian.net",
            "https://acme.atlassian.net@evil.example",
            "evil.example",
            "acme.evil.example",
            "https://evil.example/acme.atlassian.net",
            "xn--acme-9ta",
            "127.0.0.1",
            "localhost.",
            "a.b.atlassian.net",
            "-acme",
            "acme-",
            "ａｃｍｅ",
            "acme%2eatlassian.net",
            "acme/../x",
            "https://acme",
            "https://acme.atlassian.net//",
            "https://acme.atlassian.net/wiki/wiki",
            "https://acme.atlassian.net/x",
            "acme\t",
            "acme\n.atlassian.net",
            "https:\\\\acme.atlassian.net",
            ".atlassian.net",
            "https://.atlassian.net",
        ] {
            assert_eq!(SiteHost::parse(text), Err(InvalidSite), "{text:?}");
        }
    }

    #[test]
    fn what_a_person_pastes_may_have_blanks_and_a_path() {
        for text in [
            " acme ",
            "acme.atlassian.net\n",
            "acme.atlassian.net/jira/software/projects/WEB",
            "https://acme.atlassian.net/browse/WEB-1?focusedCommentId=1#x",
            "HTTPS://Acme.atlassian.net/wiki/spaces/ENG",
            "https://acme.atlassian.net?x=@evil.example",
        ] {
            let host = SiteHost::pasted(text).map(|host| host.as_str().to_owned());
            assert_eq!(host, Ok(String::from("acme.atlassian.net")), "{text}");
        }
        for text in [
            "",
            "acme/jira",
            "https://evil.example/acme.atlassian.net",
            "https://acme.atlassian.net@evil.example/x",
            "https://user@acme.atlassian.net/x",
            "https://acme.atlassian.net:8443/x",
            "http://acme.atlassian.net/x",
            "evil.example/x",
        ] {
            assert_eq!(SiteHost::pasted(text), Err(InvalidSite), "{text:?}");
        }
    }

    #[test]
    fn a_renamed_site_remembers_its_earlier_addresses_and_no_others() {
        let named = |name: &str| ReachableSite {
            site: Site {
                cloud_id: CloudId::stored("1324a887-45db-1bf4-1e99-ef0ff456d421").unwrap(),
                name: name.to_owned(),
                url: format!("https://{name}.atlassian.net"),
            },
            products: vec![],
            scopes: vec![],
            avatar_url: None,
            former_urls: vec![],
        };
        let first = named("acme");
        assert!(
            named("acme")
                .after(std::slice::from_ref(&first))
                .former_urls
                .is_empty()
        );
        let second = named("acme-corp").after(&[first]);
        let third = named("acme-group").after(&[second]);
        assert_eq!(
            third.former_urls,
            [
                "https://acme-corp.atlassian.net",
                "https://acme.atlassian.net"
            ]
        );
        assert!(third.had_host("acme.atlassian.net") && third.had_host("ACME-group.atlassian.net"));
        assert!(!third.had_host("globex.atlassian.net"));
        // Back to its first name, which is none of the earlier ones then.
        let again = named("acme").after(&[third]);
        assert_eq!(
            again.former_urls,
            [
                "https://acme-group.atlassian.net",
                "https://acme-corp.atlassian.net"
            ]
        );
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_one_label_of_atlassian_net(text in ".{0,80}") {
            if let Ok(host) = SiteHost::parse(&text) {
                let url = url::Url::parse(&format!("https://{}/", host.as_str())).unwrap();
                prop_assert_eq!(url.host_str(), Some(host.as_str()));
                prop_assert_eq!(host.as_str().matches('.').count(), 2);
            }
        }
    }
}

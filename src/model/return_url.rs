//! Where a browser may be sent after a login: our own origin or one the operator listed.

use std::fmt;

use url::Url;

/// Old browsers and proxies cut addresses at some two thousand characters; what is longer is no page to return to.
const LONGEST: usize = 2048;
/// What one parser undoes and another keeps: a NUL, whitespace that browsers strip, a backslash that they read as
/// a slash, an escape within an escape, and `//`, which begins another host.
const REFUSED_ESCAPES: [&str; 7] = ["%00", "%09", "%0a", "%0d", "%5c", "%25", "%2f%2f"];

/// A text that is not an allowed address to return to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("return_url must be a path here or an address on a listed origin (see RETURN_URL_ORIGINS)")]
pub(crate) struct InvalidReturnUrl;

/// The origins a return URL may have.
#[derive(Debug, Clone)]
pub(crate) struct ReturnOrigins {
    own: String,
    listed: Vec<String>,
}

impl ReturnOrigins {
    /// `own` is our public origin, `listed` the operator's; all as `scheme://host[:port]` in lower
    /// case without a default port.
    pub(crate) fn new(own: impl Into<String>, listed: Vec<String>) -> Self {
        Self {
            own: own.into(),
            listed,
        }
    }

    fn holds(&self, origin: &str) -> bool {
        self.own == origin || self.listed.iter().any(|listed| listed == origin)
    }
}

/// An address a browser may be sent to: absolute, re-serialized, on an allowed origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReturnUrl(Url);

impl ReturnUrl {
    /// Accepts an absolute URL on an allowed origin or an absolute path on ours, and nothing that
    /// two parsers could read differently.
    ///
    /// # Errors
    /// For everything else.
    pub(crate) fn parse(text: &str, origins: &ReturnOrigins) -> Result<Self, InvalidReturnUrl> {
        let printable = text
            .bytes()
            .all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'\\');
        if text.is_empty() || text.len() > LONGEST || !printable {
            return Err(InvalidReturnUrl);
        }
        let (origin, rest) = if text.starts_with('/') {
            (origins.own.clone(), text)
        } else {
            split_origin(text)?
        };
        if !origins.holds(&origin) || !path_is_plain(rest) {
            return Err(InvalidReturnUrl);
        }
        let url = Url::parse(&format!("{origin}{rest}")).map_err(|_| InvalidReturnUrl)?;
        if url.origin().ascii_serialization() == origin {
            Ok(Self(url))
        } else {
            Err(InvalidReturnUrl)
        }
    }

    /// An address that was checked before, or that the operator configured.
    pub(crate) fn trusted(url: Url) -> Self {
        Self(url)
    }

    /// This address with `pairs` added to its query, as text for a `Location` header.
    pub(crate) fn with_query(&self, pairs: &[(&str, &str)]) -> String {
        let mut url = self.0.clone();
        if !pairs.is_empty() {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        url.into()
    }
}

impl fmt::Display for ReturnUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str())
    }
}

/// Splits `scheme://authority` off; the origin comes back in lower case without a default port.
fn split_origin(text: &str) -> Result<(String, &str), InvalidReturnUrl> {
    let (scheme, after) = text.split_once("://").ok_or(InvalidReturnUrl)?;
    let end = after.find(['/', '?', '#']).unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return Err(InvalidReturnUrl),
    };
    let authority = authority.to_ascii_lowercase();
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    if authority.is_empty() || authority.contains('@') {
        return Err(InvalidReturnUrl);
    }
    Ok((format!("{scheme}://{authority}"), rest))
}

fn path_is_plain(rest: &str) -> bool {
    let path = rest
        .split(['?', '#'])
        .next()
        .unwrap_or("")
        .to_ascii_lowercase();
    // As it reads once somebody has undone the escapes.
    let undone = path.replace("%2e", ".").replace("%2f", "/");
    let has_dots = undone
        .split('/')
        .any(|segment| segment == "." || segment == "..");
    !undone.contains("//")
        && !has_dots
        && !REFUSED_ESCAPES.iter().any(|escape| path.contains(escape))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn origins() -> ReturnOrigins {
        ReturnOrigins::new(
            "http://localhost:3001",
            vec![String::from("https://app.example")],
        )
    }

    #[test]
    fn own_paths_and_listed_origins_are_accepted_and_made_absolute() {
        for (text, expected) in [
            ("/connected", "http://localhost:3001/connected"),
            ("/a?x=//y#z", "http://localhost:3001/a?x=//y#z"),
            ("https://app.example", "https://app.example/"),
            (
                "HTTPS://App.Example:443/done?a=b",
                "https://app.example/done?a=b",
            ),
            ("http://localhost:3001/x", "http://localhost:3001/x"),
        ] {
            assert_eq!(
                ReturnUrl::parse(text, &origins()).map(|url| url.to_string()),
                Ok(expected.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn hostile_forms_are_refused() {
        for text in [
            "",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https:evil.example",
            "https:///app.example",
            "https://app.example.evil.example",
            "https://evilapp.example",
            "https://app.example@evil.example",
            "https://user:pw@app.example/",
            "https://app.example:8443/",
            "http://app.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://app.example//evil.example",
            "/a//b",
            "/a/../b",
            "/a/%2e%2e/b",
            "/.",
            "/%2E",
            "/a%00",
            "/a%0d%0aSet-Cookie:x",
            "/a%5cb",
            "/a%255c",
            "/%2F%2Fevil.example",
            "/a b",
            "/ä",
            "connected",
            "?x",
            "#x",
            "https://app.example%2eevil.example/",
            "https://[::1]/",
            "ftp://app.example/",
            "https://app.example\t/",
            "https://app.example.",
            "https://xn--pp-eka.example/",
        ] {
            assert_eq!(
                ReturnUrl::parse(text, &origins()),
                Err(InvalidReturnUrl),
                "{text:?}"
            );
        }
        assert!(ReturnUrl::parse(&format!("/{}", "a".repeat(2048)), &origins()).is_err());
    }

    #[test]
    fn a_query_is_added_to_what_is_there() {
        let url = ReturnUrl::parse("/done?a=1", &origins()).unwrap();
        assert_eq!(
            url.with_query(&[("connected", "jira"), ("state", "a b&c")]),
            "http://localhost:3001/done?a=1&connected=jira&state=a+b%26c"
        );
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_stays_on_an_allowed_origin(text in "(https?:)?[/\\\\a-z.:@%0-9?#-]{0,60}") {
            if let Ok(url) = ReturnUrl::parse(&text, &origins()) {
                let origin = Url::parse(&url.to_string()).unwrap().origin().ascii_serialization();
                prop_assert!(origin == "http://localhost:3001" || origin == "https://app.example");
            }
        }
    }
}

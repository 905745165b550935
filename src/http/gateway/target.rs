//! The address of a request at the gateway: product, site and the path at Atlassian, checked segment by segment.

use std::ops::Range;

use axum::http::Method;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::http::wire::error::ApiError;
use crate::model::product::Product;
use crate::policy::{self, Effect, Operation};
use crate::service::error::ServiceError;

/// No operation has more.
const MOST_SEGMENTS: usize = 20;

/// Where a request goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// What is asked for there.
    pub(super) asked: Asked,
    /// The site, as the caller names it.
    pub(super) site: String,
    /// The segments of the path at Atlassian, decoded.
    pub(super) path: Vec<String>,
    /// The same as they are sent.
    pub(super) sent: Vec<String>,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// An operation that is passed on.
    Operation(&'static Operation),
    /// A page for people of this product, which is not.
    Page(Product),
}

impl Target {
    /// Reads an address, as it came. Each segment is decoded once to be looked at, and sent in a form in which nobody behind
    /// us can see other segments in it than we do.
    pub(super) fn of(method: &Method, path: &str) -> Result<Self, ApiError> {
        let odd = || {
            ApiError::bad_request(
                "this address has a segment that could be read in two ways: an empty one, dots, a slash, a backslash or a control character",
            )
        };
        let mut segments = path
            .strip_prefix("/ex/")
            .ok_or_else(odd)?
            .split('/')
            .map(both_forms);
        let mut next = || segments.next().flatten().ok_or_else(odd);
        let product = Product::parse(&next()?.0).ok_or_else(odd)?;
        let site = next()?.0;
        if matches!(site.as_str(), "rest" | "wiki" | "api") {
            return Err(ApiError::not_found(format!(
                "the site is missing in this address: /ex/{product}/{{site}}/…; a base may need a slash at its end"
            )));
        }
        let mut rest: Vec<Option<(String, String)>> = segments.take(MOST_SEGMENTS + 1).collect();
        // Atlassian's gateway knows its paths literally; a slash at the end is never meant.
        if path.ends_with('/') && rest.last() == Some(&None) {
            rest.pop();
        }
        if rest.len() > MOST_SEGMENTS {
            return Err(ServiceError::NotOffered.into());
        }
        let both = rest.into_iter().collect::<Option<Vec<_>>>();
        let (mut path, mut sent): (Vec<String>, Vec<String>) =
            both.ok_or_else(odd)?.into_iter().unzip();
        let behind = said_twice(product, &site, &path);
        path.drain(behind.clone());
        sent.drain(behind);
        Ok(Self {
            asked: asked_for(product, method, &path)?,
            site,
            path,
            sent,
        })
    }

    /// What stands in front of `/rest` and `/wiki` in addresses for this caller.
    pub(super) fn base(&self, origin: &str) -> String {
        let product = self.asked.product();
        let site = utf8_percent_encode(&self.site, SITE);
        format!("{origin}/ex/{product}/{site}")
    }
}

impl Asked {
    /// The product that has it.
    pub(super) fn product(self) -> Product {
        match self {
            Self::Operation(operation) => operation.product,
            Self::Page(product) => product,
        }
    }
}

/// The segments that a client put behind its base although they stand in it: a path of ours, which Confluence's clients may
/// have behind `wiki`, or a second `wiki`.
fn said_twice(product: Product, site: &str, path: &[String]) -> Range<usize> {
    let is_wiki = |at: usize| path.get(at).is_some_and(|segment| segment == "wiki");
    let ours = ["ex", product.as_str(), site].map(str::to_owned);
    let behind = usize::from(is_wiki(0) && product == Product::Confluence);
    if path[behind..].starts_with(&ours) {
        return 0..behind + ours.len();
    }
    0..usize::from(is_wiki(0) && is_wiki(1))
}

/// What a path asks for: of the product of the address, or where that has no such path of the other one. A site has both
/// below one base, and some clients are given one for both.
fn asked_for(product: Product, method: &Method, path: &[String]) -> Result<Asked, ApiError> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let method = if *method == Method::HEAD {
        Method::GET
    } else {
        method.clone()
    };
    let other = match product {
        Product::Jira => Product::Confluence,
        Product::Confluence => Product::Jira,
    };
    let of = |product| policy::find(product, method.as_str(), &path);
    let page = || policy::page_for_people(&path).filter(|_| method == Method::GET);
    match of(product).or_else(|| of(other)) {
        Some(operation) if operation.effect == Effect::Refused => {
            Err(ServiceError::NotOffered.into())
        }
        Some(operation) => Ok(Asked::Operation(operation)),
        None => match page() {
            Some(product) => Ok(Asked::Page(product)),
            None => Err(ServiceError::NotOffered.into()),
        },
    }
}

/// What a site's name has, as people write it in an address.
const SITE: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b':')
    .remove(b'_');

/// Signs that stay as they came: escaped they may mean something else, as `+` does, which is a blank in the names of files of
/// a Data Center (RFC 3986, section 2.2). No `;`: servers cut a segment there.
const AS_THEY_CAME: &[u8] = b"-._~+:@!$&'()*,=";

/// A segment, decoded and as it is sent; most are the same in either form.
fn both_forms(segment: &str) -> Option<(String, String)> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !segment.is_empty() && segment.bytes().all(is_plain) {
        return Some((segment.to_owned(), segment.to_owned()));
    }
    Some((decoded(segment)?, as_it_came(segment)))
}

/// A segment as it is sent: escapes stay escapes, signs that may stand in a path stay signs, everything else is escaped.
fn as_it_came(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let is_escape = |at: usize| {
        let digits = bytes.get(at + 1..at + 3);
        bytes[at] == b'%' && digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let mut sent = String::with_capacity(segment.len());
    for (at, byte) in bytes.iter().enumerate() {
        if byte.is_ascii_alphanumeric() || AS_THEY_CAME.contains(byte) || is_escape(at) {
            sent.push(char::from(*byte));
        } else {
            sent.push_str(percent_encoding::percent_encode_byte(*byte));
        }
    }
    sent
}

/// A segment, decoded; none for one that somebody could read as another.
fn decoded(segment: &str) -> Option<String> {
    let text = percent_decode_str(segment).decode_utf8().ok()?;
    let is_plain = |text: &str| {
        !matches!(text, "" | "." | "..")
            && !text
                .chars()
                .any(|letter| matches!(letter, '/' | '\\') || letter.is_control())
    };
    let is_plain_again = || {
        let again = percent_decode_str(&text).decode_utf8_lossy();
        is_plain(&again)
    };
    (is_plain(&text) && (!text.contains('%') || is_plain_again())).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> Result<Target, ApiError> {
        Target::of(&Method::GET, path)
    }

    #[test]
    fn an_address_is_product_site_and_path() {
        let target = read("/ex/jira/dc%3Ajira.example.com/rest/api/2/issue/EX-1/").unwrap();
        assert_eq!(target.site, "dc:jira.example.com");
        assert_eq!(target.path, ["rest", "api", "2", "issue", "EX-1"]);
        assert_eq!(
            target.base("https://ib.example"),
            "https://ib.example/ex/jira/dc:jira.example.com"
        );
        let head = Target::of(&Method::HEAD, "/ex/jira/-/rest/api/3/issue/EX-1").unwrap();
        let Asked::Operation(operation) = head.asked else {
            panic!("{head:?}");
        };
        assert_eq!(operation.name, "getIssue");
        let spaced = read("/ex/confluence/-/wiki/rest/api/space/a%20b").unwrap();
        assert_eq!(spaced.path.last().unwrap(), "a b");
        let twice =
            read("/ex/confluence/dc%3Aa.example/ex/confluence/dc:a.example/rest/api/content")
                .unwrap();
        assert_eq!(twice.path, ["rest", "api", "content"]);
        let with_wiki =
            "/ex/confluence/dc%3Aa.example/wiki/ex/confluence/dc:a.example/rest/api/space";
        assert_eq!(read(with_wiki).unwrap().path, ["rest", "api", "space"]);
        let other = read("/ex/confluence/-/ex/confluence/dc:a.example/rest/api/content");
        assert_eq!(other.unwrap_err().status, 403);
        let quoted = read("/ex/jira/a\"b/rest/api/3/myself").unwrap();
        assert_eq!(quoted.base(""), "/ex/jira/a%22b");
    }

    #[test]
    fn a_page_for_people_is_one_for_reads_alone() {
        for (path, product) in [
            ("jira/-/browse/EX-1", Product::Jira),
            ("confluence/-/browse/EX-1", Product::Jira),
            ("jira/-/wiki/spaces/ENG", Product::Confluence),
            ("confluence/-/wiki/wiki/spaces/ENG", Product::Confluence),
            ("confluence/-/wiki", Product::Confluence),
        ] {
            let path = format!("/ex/{path}");
            for method in [Method::GET, Method::HEAD] {
                let target = Target::of(&method, &path).unwrap();
                assert_eq!(target.asked, Asked::Page(product), "{path}");
            }
            let written = Target::of(&Method::POST, &path).unwrap_err();
            assert_eq!(written.status, 403, "{path}");
        }
    }

    #[test]
    fn a_second_wiki_is_none() {
        for path in ["wiki/wiki/api/v2/pages", "wiki/api/v2/pages"] {
            let target = read(&format!("/ex/confluence/-/{path}")).unwrap();
            assert_eq!(target.sent, ["wiki", "api", "v2", "pages"]);
        }
        assert!(read("/ex/confluence/-/wiki/wiki/wiki/api/v2/pages").is_err());
    }

    #[test]
    fn signs_of_a_path_are_sent_as_they_came() {
        for (came, sent) in [
            ("a+b.txt", "a+b.txt"),
            ("a%2Bb.txt", "a%2Bb.txt"),
            ("a%20b", "a%20b"),
            ("a:b@c!d$e&f'g(h)*,=", "a:b@c!d$e&f'g(h)*,="),
            ("..;x=1", "..%3Bx=1"),
            ("a\"b<c>|ü", "a%22b%3Cc%3E%7C%C3%BC"),
            ("100%", "100%25"),
            ("%zz", "%25zz"),
        ] {
            assert_eq!(as_it_came(came), sent, "{came}");
            let target = read(&format!("/ex/jira/-/rest/api/3/issue/{came}")).unwrap();
            assert_eq!(target.sent[3..], ["issue", sent]);
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for path in [
            "/ex/jira/-/rest/api/3/issue/..",
            "/ex/jira/-/rest/api/3/../3/myself",
            "/ex/jira/-/rest/./api/3/myself",
            "/ex/jira/-/rest/api/3/%2e%2e/myself",
            "/ex/jira/-/rest/api/3/issue/%2E",
            "/ex/jira/-/rest/api/3/issue/a%2fb",
            "/ex/jira/-/rest/api/3/issue/a%2Fb",
            "/ex/jira/-/rest/api/3/issue/a%5cb",
            "/ex/jira/-/rest/api/3/issue/a\\b",
            "/ex/jira/-/rest/api/3/issue/%00",
            "/ex/jira/-/rest/api/3/issue/a%0d%0ab",
            "/ex/jira/-/rest/api/3/issue/%252e%252e",
            "/ex/jira/-/rest/api/3/issue/a%252fb",
            "/ex/jira/-/rest/api/3/issue/%ff",
            "/ex/jira/-/rest//api/3/myself",
            "/ex/jira/-//rest/api/3/myself",
            "/ex/jira/../rest/api/3/myself",
            "/ex/jira/%2e%2e/rest/api/3/myself",
            "/ex/jira/-/rest/api/3/myself//",
        ] {
            let refused = read(path).unwrap_err();
            assert_eq!(refused.status, 400, "{path}");
        }
        let many = format!("/ex/jira/-/rest/api/3{}", "/issue".repeat(1000));
        assert_eq!(read(&many).unwrap_err().status, 403);
    }

    #[test]
    fn what_is_not_listed_is_not_offered() {
        for path in [
            "rest/auth/1/session",
            "rest/internal/api/latest/worklog/bulk",
            "x",
        ] {
            let refused = Target::of(&Method::POST, &format!("/ex/jira/-/{path}")).unwrap_err();
            assert_eq!(refused.status, 403, "{path}");
        }
    }
}

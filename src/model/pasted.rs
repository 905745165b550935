//! Addresses as people paste them.

use url::Url;

/// How the hosts of Atlassian's sites end, which are reached by `https` alone.
const CLOUD: &str = ".atlassian.net";

/// The web address that a text consists of: also in angle brackets, as a link of Markdown, with the full stop of its
/// sentence, or without `https://`.
pub(crate) fn pasted_address(text: &str) -> Option<Url> {
    let text = text.trim();
    let text = in_markdown(text)
        .unwrap_or(text)
        .trim_start_matches(['<', '(', '"', '\''])
        .trim_end_matches(['>', ')', '"', '\'', '.', ',', ';']);
    if text.contains(char::is_whitespace) {
        return None;
    }
    if has_scheme(text) {
        let mut address = Url::parse(text).ok()?;
        let is_cloud = address.host_str().is_some_and(|host| host.ends_with(CLOUD));
        if is_cloud && address.scheme() == "http" && address.port().is_none() {
            address.set_scheme("https").ok()?;
        }
        return Some(address);
    }
    let (host, _) = text.split_once('/')?;
    let is_host = host.contains('.')
        && host.starts_with(|first: char| first.is_ascii_alphanumeric())
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    is_host
        .then(|| Url::parse(&format!("https://{text}")).ok())
        .flatten()
}

/// The address of a search, as a text consists of it, and the query in it that is called `name`.
pub(crate) fn query_in_address(text: &str, name: &str) -> Option<(Url, String)> {
    // A query may end in any sign, so that only what surrounds the whole is taken off.
    let text = text.trim().trim_start_matches('<').trim_end_matches('>');
    if !has_scheme(text) || text.contains(char::is_whitespace) {
        return None;
    }
    let address = Url::parse(text).ok()?;
    let (_, query) = address.query_pairs().find(|(given, _)| given == name)?;
    let query = query.into_owned();
    (!query.trim().is_empty()).then_some((address, query))
}

/// Whether an address is a part of a text, also one without its scheme.
pub(crate) fn holds_address(text: &str) -> bool {
    let mut parts = text.split(|sign: char| sign.is_whitespace() || sign == ',');
    text.contains("://") || parts.any(|part| pasted_address(part).is_some())
}

/// Whether a text begins as an address does. Schemes have no case (RFC 3986, section 3.1).
pub(crate) fn has_scheme(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        let start = text.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// The address of a link, `[text](address)`.
fn in_markdown(text: &str) -> Option<&str> {
    let (_, address) = text.strip_prefix('[')?.split_once("](")?;
    address.trim_end_matches(['.', ',', ';']).strip_suffix(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_however_it_is_pasted() {
        for text in [
            "https://acme.atlassian.net/browse/APP-1",
            "HTTPS://ACME.ATLASSIAN.NET/browse/APP-1",
            "http://acme.atlassian.net/browse/APP-1",
            "acme.atlassian.net/browse/APP-1",
            "<https://acme.atlassian.net/browse/APP-1>.",
            "[APP-1](https://acme.atlassian.net/browse/APP-1)",
            " [the printer](https://acme.atlassian.net/browse/APP-1), ",
        ] {
            let address = pasted_address(text).map(String::from);
            let same = "https://acme.atlassian.net/browse/APP-1";
            assert_eq!(address.as_deref(), Some(same), "{text}");
        }
        let own = pasted_address("http://jira.corp.example:8080/browse/APP-1").unwrap();
        assert_eq!(own.scheme(), "http");
        assert_eq!(pasted_address("[x](y) z"), None);
        assert_eq!(pasted_address("../APP-1"), None);
        for text in [
            "APP-1, globex.atlassian.net/browse/APP-1",
            "see https://x",
            "(acme.example/x)",
        ] {
            assert!(holds_address(text), "{text}");
        }
        assert!(!holds_address("APP-1, and/or project = APP"));
    }
}

//! Addresses as people paste them.

use url::Url;

/// The web address that a text consists of: also in angle brackets, with the full stop of its sentence,
/// or without `https://`.
pub(crate) fn pasted_address(text: &str) -> Option<Url> {
    let text = text
        .trim()
        .trim_start_matches(['<', '(', '"', '\''])
        .trim_end_matches(['>', ')', '"', '\'', '.', ',', ';']);
    if text.contains(char::is_whitespace) {
        return None;
    }
    let has_scheme = text.starts_with("https://") || text.starts_with("http://");
    if has_scheme {
        return Url::parse(text).ok();
    }
    let (host, _) = text.split_once('/')?;
    let is_host = host.contains('.')
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
    let has_scheme = text.starts_with("https://") || text.starts_with("http://");
    if !has_scheme || text.contains(char::is_whitespace) {
        return None;
    }
    let address = Url::parse(text).ok()?;
    let (_, query) = address.query_pairs().find(|(given, _)| given == name)?;
    let query = query.into_owned();
    (!query.trim().is_empty()).then_some((address, query))
}

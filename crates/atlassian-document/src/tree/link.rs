//! Links that are safe to write: allowed schemes only, in one canonical spelling.
//!
//! What is written here is shown by Jira and Confluence to other people. They filter schemes
//! themselves; a library cannot know that every reader of its output does.

use std::sync::Arc;

use super::normal::storable;

/// Schemes that may be written as links, of those that Atlassian's own check knows (`isSafeUrl` of npm's
/// `@atlaskit/adf-schema`): none of them runs a script, reads a file or manages the computer.
const BARE_SCHEMES: &str = "mailto tel callto facetime skype sip sips slack whatsapp xmpp irc irc6 news nntp feed \
git cvs svn mvn ssh telnet vnc rdp notes urn magnet";

/// Such schemes that Atlassian knows with two slashes behind them only.
const SCHEMES_WITH_SLASHES: &str = "http https ftp ftps gopher scp sftp";

/// Schemes whose addresses are programs, which are not even said.
const SCRIPTS: [&str; 5] = ["javascript", "vbscript", "livescript", "jscript", "mocha"];

/// A longer address is a link of one piece of text only: every marked run repeats its address in ADF, so
/// that a long one around many short runs would multiply the document.
pub(crate) const MAXIMUM_LENGTH: usize = 2048;

/// How much is said of an address that holds the content itself, as a picture in base64.
const MAXIMUM_CONTENT: usize = 80;

/// Where a text leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Link {
    /// The address, without white space, quotes, angle brackets, pipes and backslashes.
    pub(crate) href: String,
    /// A title on one line, if there is one.
    pub(crate) title: Option<String>,
}

impl Link {
    /// Gives a link, or nothing if the address is empty, too long, relative, or of another scheme.
    pub(crate) fn new(href: &str, title: &str) -> Option<Arc<Self>> {
        Self::once(href, title).filter(|link| link.href.len() <= MAXIMUM_LENGTH)
    }

    /// A link of a single piece of text, whose address may have any length.
    pub(crate) fn once(href: &str, title: &str) -> Option<Arc<Self>> {
        let mut href = canonical(href);
        // As people write it; nobody means a file of that name.
        if href
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("www."))
        {
            href.insert_str(0, "http://");
        }
        let is_among = |schemes: &str, scheme: &str| {
            let mut schemes = schemes.split(' ');
            schemes.any(|known| known.eq_ignore_ascii_case(scheme))
        };
        let allowed = match scheme(&href) {
            Some(scheme) => {
                let slashes = href[scheme.len()..].starts_with("://");
                is_among(BARE_SCHEMES, scheme) || slashes && is_among(SCHEMES_WITH_SLASHES, scheme)
            }
            // Atlassian's own check of ADF (`isSafeUrl` in npm's `@atlaskit/adf-schema`) knows these two
            // without a scheme and refuses any other address, and the whole document with it.
            None => href.starts_with(['/', '#']),
        };
        let title = title.split(|c: char| c.is_whitespace() || c.is_control());
        let title = title.filter(|word| !word.is_empty()).collect::<Vec<_>>();
        let title = title.join(" ").chars().map(storable).collect();
        let title = Some(title).filter(|title: &String| !title.is_empty());
        allowed.then(|| Arc::new(Self { href, title }))
    }

    /// What is said of an address that is no link: all of it, but for programs and content.
    pub(crate) fn said(href: &str) -> Option<String> {
        let visible = href.chars().filter(|c| !c.is_control()).map(storable);
        let visible: String = visible.collect();
        let visible = visible.trim();
        let scheme = scheme(visible).map(|scheme| scheme.trim().to_ascii_lowercase());
        let scheme = scheme.unwrap_or_default();
        if visible.is_empty() || SCRIPTS.contains(&scheme.as_str()) {
            return None;
        }
        let end = visible.char_indices().nth(MAXIMUM_CONTENT);
        Some(match end.filter(|_| scheme == "data") {
            Some((end, _)) => format!("{}…", &visible[..end]),
            None => visible.to_owned(),
        })
    }

    /// Whether the address starts with a scheme, as an autolink must.
    pub(crate) fn is_absolute(&self) -> bool {
        scheme(&self.href).is_some()
    }
}

/// Brings an address to one spelling.
///
/// Browsers remove tabs and line feeds before they parse an address (WHATWG URL, section 4.4), so that
/// `java\tscript:` is a script to them: such characters are gone before the scheme is judged. What
/// would end an address in one of the formats (white space, quotes, angle brackets, pipes) is
/// percent-encoded, so that every format can hold every link.
fn canonical(href: &str) -> String {
    let mut canonical = String::with_capacity(href.len());
    let visible: String = href
        .chars()
        .filter(|c| !c.is_control())
        .map(storable)
        .collect();
    for c in visible.trim().chars() {
        if c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\' | '`' | '|' | '{' | '}') {
            let mut buffer = [0; 4];
            let bytes = c.encode_utf8(&mut buffer).as_bytes();
            canonical.extend(percent_encoding::percent_encode(
                bytes,
                percent_encoding::NON_ALPHANUMERIC,
            ));
        } else {
            canonical.push(c);
        }
    }
    canonical
}

/// What stands before the first colon, if no path, query or fragment began earlier (RFC 3986).
fn scheme(href: &str) -> Option<&str> {
    let end = href.find([':', '/', '?', '#'])?;
    href[end..].starts_with(':').then(|| &href[..end])
}

//! Running text that is more than text: pictures, people, and what leads somewhere.

use std::sync::Arc;

use super::link::Link;
use super::{Inline, Style, normal};

/// The longest account identifier.
const MAXIMUM_ACCOUNT: usize = 128;

impl Inline {
    /// A picture by its address, or the words for it where the address cannot be one.
    ///
    /// Jira and Confluence fetch pictures over the web and nothing else.
    pub(crate) fn image(address: &str, title: &str, text: &str, style: &Style) -> Vec<Self> {
        let is_web = |link: &Arc<Link>| link.href.starts_with("http");
        let words: Vec<&str> = text.split_whitespace().collect();
        match Link::once(address, title) {
            Some(source) if is_web(&source) => vec![Self::Image {
                text: words.join(" ").chars().map(normal::storable).collect(),
                source,
                style: style.clone(),
            }],
            // Words that nobody sees would lead nowhere.
            Some(link) if words.is_empty() => {
                linked(vec![Self::text(link.href.as_str(), style)], address, title)
            }
            None if words.is_empty() => linked(Vec::new(), address, title),
            _ => linked(vec![Self::text(words.join(" "), style)], address, title),
        }
    }

    /// A person. An account is what Atlassian gives out, a user name on Data Center: letters, digits
    /// and few signs.
    pub(crate) fn mention(account: &str, name: &str) -> Option<Self> {
        let fits =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.' | '@' | '+');
        let words: Vec<&str> = name
            .trim()
            .trim_start_matches('@')
            .split_whitespace()
            .collect();
        let name: String = words.join(" ").chars().map(normal::storable).collect();
        let account = account.trim();
        (!account.is_empty() && account.len() <= MAXIMUM_ACCOUNT && account.chars().all(fits)).then(
            || Self::Mention {
                account: account.to_owned(),
                name: if name == account { String::new() } else { name },
            },
        )
    }

    /// What is shown of a person.
    pub(crate) fn mentioned(account: &str, name: &str) -> String {
        format!("@{}", if name.is_empty() { account } else { name })
    }
}

/// A person, or the words for one whose account is none.
pub(crate) fn named_mention(account: &str, name: &str) -> Inline {
    Inline::mention(account, name).unwrap_or_else(|| {
        let name = [name, account, "unknown"]
            .into_iter()
            .find(|name| !name.is_empty());
        let name = name.unwrap_or_default().trim_start_matches('@');
        Inline::plain(format!("@{name}"))
    })
}

/// Text that leads somewhere; where it cannot be a link the address is said in brackets, unless the
/// text says it already or the address runs a script.
pub(crate) fn linked(mut content: Vec<Inline>, address: &str, title: &str) -> Vec<Inline> {
    let link = if is_one_piece(&content) {
        Link::once(address, title)
    } else {
        Link::new(address, title)
    };
    if let Some(link) = link {
        for style in content.iter_mut().filter_map(Inline::style_mut) {
            style.link.get_or_insert_with(|| Arc::clone(&link));
        }
        return content;
    }
    let said = Link::said(address).filter(|address| {
        !content.iter().any(|inline| {
            matches!(inline, Inline::Text { text, .. } | Inline::Code { text, .. } if text.contains(address.as_str()))
        })
    });
    if let Some(address) = said {
        let space = if content.is_empty() { "" } else { " " };
        content.push(Inline::plain(format!("{space}({address})")));
    }
    content
}

/// Whether running text becomes a single run, which holds its address once.
fn is_one_piece(content: &[Inline]) -> bool {
    let is_text = |inline: &Inline| matches!(inline, Inline::Text { .. });
    let same = |pair: &[Inline]| pair[0].style() == pair[1].style();
    content.len() < 2 || content.iter().all(is_text) && content.windows(2).all(same)
}

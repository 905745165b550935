//! The ways in which people name an issue: its key, its number, or an address copied from the browser.

use url::Url;

use super::issue_key::IssueKey;
use super::pasted::pasted_address;

/// An issue, named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IssueReference {
    /// Its key in capitals, or its number.
    pub(crate) key: IssueKey,
    /// The address it was named by: keys of another site name other issues.
    pub(crate) address: Option<Url>,
}

impl IssueReference {
    /// Reads a text that names one issue and says nothing else: `EX-1`, `10002`, `[ex-1]`,
    /// `…/browse/EX-1`, `…?selectedIssue=EX-1`. An address is never called.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bare = text.trim_matches(|edge: char| {
            edge.is_whitespace()
                || matches!(
                    edge,
                    '[' | ']'
                        | '('
                        | ')'
                        | '<'
                        | '>'
                        | '#'
                        | '"'
                        | '\''
                        | '`'
                        | ','
                        | '.'
                        | ';'
                        | ':'
                )
        });
        Self::of_key(bare).or_else(|| {
            let address = pasted_address(text)?;
            let named = Self::of_key(&in_address(&address)?)?;
            Some(Self {
                address: Some(address),
                ..named
            })
        })
    }

    /// Reads a text that begins with a key, such as the title of an issue's tab: `[EX-1] Fire - Jira`.
    pub(crate) fn leading(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['[', '(', '#', '"', ' ']);
        let end = text.find(|next: char| !(next.is_ascii_alphanumeric() || "_-".contains(next)));
        let (key, rest) = text.split_at(end.unwrap_or(text.len()));
        let goes_on = rest.starts_with(|next: char| {
            next.is_whitespace() || matches!(next, ']' | ')' | ':' | ',' | ';')
        });
        (key.contains('-') && goes_on)
            .then(|| Self::of_key(key))
            .flatten()
    }

    /// Reads one of several names: a key or an address, for a number alone may be any number.
    pub(crate) fn of_list(text: &str) -> Option<Self> {
        Self::parse(text).filter(|named| named.address.is_some() || !named.key.is_id())
    }

    fn of_key(text: &str) -> Option<Self> {
        let key = IssueKey::parse(&text.to_ascii_uppercase()).ok()?;
        let address = None;
        Some(Self { key, address })
    }
}

/// The text in an address that names the issue.
fn in_address(address: &Url) -> Option<String> {
    // A page's title may look like a key.
    if address.path().starts_with("/wiki/") {
        return None;
    }
    let by_query = address
        .query_pairs()
        .find(|(name, _)| matches!(name.as_ref(), "selectedIssue" | "issueKey" | "modal"))
        .map(|(_, key)| key.into_owned());
    if by_query.is_some() {
        return by_query;
    }
    let parameter = |wanted: &str| {
        let mut pairs = address.query_pairs();
        pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
    };
    if address.path().ends_with("/ViewIssue.jspa") {
        return parameter("key").or_else(|| parameter("id"));
    }
    let segments: Vec<&str> = address.path_segments()?.collect();
    // The views for print and export: `…/si/jira.issueviews:issue-html/ENG-96/ENG-96.html`.
    let view = segments
        .iter()
        .position(|segment| segment.starts_with("jira.issueviews:"));
    if let Some(key) = view.and_then(|place| segments.get(place + 1)) {
        return Some((*key).to_owned());
    }
    let before = |name: &str| segments.iter().rposition(|segment| *segment == name);
    if let Some(place) = ["browse", "issue", "issues"].into_iter().find_map(before)
        && let Some(key) = segments.get(place + 1).filter(|key| !key.is_empty())
    {
        return Some((*key).to_owned());
    }
    let last = segments.iter().rfind(|segment| !segment.is_empty())?;
    last.contains('-').then(|| (*last).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> Option<String> {
        IssueReference::parse(text).map(|named| named.key.as_str().to_owned())
    }

    #[test]
    fn keys_numbers_and_addresses_name_an_issue() {
        for text in [
            "ENG-96",
            " eng-96\n",
            "[ENG-96]",
            "#ENG-96",
            "\"ENG-96\"",
            "https://acme.atlassian.net/browse/ENG-96",
            "acme.atlassian.net/browse/eng-96?focusedCommentId=7#x",
            "<https://acme.atlassian.net/browse/ENG-96>.",
            "https://acme.atlassian.net/jira/software/projects/ENG/boards/1?selectedIssue=ENG-96",
            "https://acme.atlassian.net/jira/software/c/projects/ENG/issues/ENG-96",
            "https://acme.atlassian.net/jira/servicedesk/projects/ENG/queues/custom/3/ENG-96",
            "https://acme.atlassian.net/projects/ENG/issues/ENG-96?filter=allopenissues",
            "https://api.atlassian.com/ex/jira/1324a887/rest/api/3/issue/ENG-96",
            "http://jira.corp.example:8080/jira/browse/ENG-96",
            "https://acme.atlassian.net/secure/ViewIssue.jspa?key=ENG-96",
            "https://jira.corp.example/si/jira.issueviews:issue-html/ENG-96/ENG-96.html",
            "[ENG-96](https://acme.atlassian.net/browse/ENG-96)",
            "[the printer](https://acme.atlassian.net/browse/ENG-96)",
            "HTTPS://ACME.ATLASSIAN.NET/browse/ENG-96",
            "ENG-96.",
            "`ENG-96`:",
        ] {
            assert_eq!(key(text).as_deref(), Some("ENG-96"), "{text}");
        }
        assert_eq!(key("10002").as_deref(), Some("10002"));
        let named = IssueReference::parse("https://acme.atlassian.net/browse/ENG-96").unwrap();
        let host = named.address.as_ref().and_then(Url::host_str);
        assert_eq!(host, Some("acme.atlassian.net"));
    }

    #[test]
    fn nothing_else_names_an_issue() {
        for text in [
            "",
            "printer",
            "ENG",
            "ENG-96 and ENG-97",
            "https://acme.atlassian.net/",
            "https://acme.atlassian.net/browse/ENG",
            "https://acme.atlassian.net/wiki/spaces/ENG/pages/98400/Release",
            "and/or",
            "mailto:mia@example.com",
        ] {
            assert_eq!(key(text), None, "{text}");
        }
    }

    #[test]
    fn a_title_begins_with_its_key() {
        for text in ["[ENG-96] Fire - Jira", "ENG-96: Fire", "eng-96 fire"] {
            let named = IssueReference::leading(text).unwrap();
            assert_eq!(named.key.as_str(), "ENG-96", "{text}");
        }
        for text in ["fire ENG-96", "ENG-96", "96 fires", "ENG-96x fire"] {
            assert!(IssueReference::leading(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_a_key(text in "(https?://)?[a-zA-Z0-9./?=&%#\\[\\] -]{0,30}") {
            for named in [IssueReference::parse(&text), IssueReference::leading(&text)].into_iter().flatten() {
                prop_assert!(IssueKey::parse(named.key.as_str()).is_ok());
            }
        }
    }
}

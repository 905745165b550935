//! The ways in which people name an issue: its key, its number, or an address copied from the browser.

use url::Url;

use super::issue_key::IssueKey;
use super::pasted::{has_scheme, pasted_address};

/// Hyphens that pages and mails show in place of the one of the keyboard.
const HYPHENS: [char; 3] = ['\u{2010}', '\u{2011}', '\u{2212}'];
/// What stands right before an address in a text.
const BEFORE_ADDRESSES: [char; 5] = ['<', '(', '[', '"', '\''];

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

    /// Reads the issues that a text names among other words, each once: by addresses, else by keys in capitals
    /// (`fixes EX-1`), in one piece without blanks also by small ones that begin a part of it (`feature/ex-1-mend`, as
    /// branches are called). `UTF-8` is read, too: whether there is such an issue only Jira knows.
    pub(crate) fn within(text: &str) -> Vec<Self> {
        let parts = text.split_whitespace();
        let addresses = parts.filter(|part| has_scheme(part.trim_start_matches(BEFORE_ADDRESSES)));
        let by_address: Vec<Self> = addresses
            .filter_map(Self::parse)
            .filter(|named| named.address.is_some())
            .collect();
        let mut found: Vec<Self> = Vec::new();
        let keys = by_address.is_empty().then(|| keys_in(text));
        for named in by_address.into_iter().chain(keys.into_iter().flatten()) {
            if !found.contains(&named) {
                found.push(named);
            }
        }
        found
    }

    /// Reads one of several names: a key or an address, for a number alone may be any number.
    pub(crate) fn of_list(text: &str) -> Option<Self> {
        Self::parse(text).filter(|named| named.address.is_some() || !named.key.is_id())
    }

    fn of_key(text: &str) -> Option<Self> {
        let plain = text.replace(HYPHENS, "-");
        let key = IssueKey::parse(&plain.to_ascii_uppercase()).ok()?;
        let address = None;
        Some(Self { key, address })
    }
}

/// The keys in a text without addresses.
fn keys_in(text: &str) -> Vec<IssueReference> {
    let plain = text.trim().replace(HYPHENS, "-");
    let is_one_piece = !plain.contains(char::is_whitespace);
    let is_part = |sign: char| sign.is_ascii_alphanumeric() || sign == '_' || sign == '-';
    let runs = plain.split(|sign: char| !is_part(sign));
    runs.filter_map(|run| {
        let (project, rest) = run.split_once('-')?;
        let end = rest.find(|sign: char| !sign.is_ascii_digit());
        let (number, behind) = rest.split_at(end.unwrap_or(rest.len()));
        let is_shouted = !project.contains(|sign: char| sign.is_ascii_lowercase());
        let ends = behind.is_empty() || behind.starts_with(['-', '_']);
        ((is_shouted || is_one_piece) && ends)
            .then(|| IssueReference::of_key(&format!("{project}-{number}")))
            .flatten()
    })
    .collect()
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

    #[test]
    fn an_issue_is_named_among_other_words() {
        for text in [
            "feature/ENG-96-fix-login",
            "feature/eng-96-fix-login",
            "eng-96-my-branch",
            "fixes ENG-96",
            "status of ENG-96",
            "what is ENG-96?",
            "PR #12: ENG-96",
            "\u{201c}ENG-96\u{201d}",
            "*ENG-96*",
            "\u{2192} ENG-96",
            "jira:ENG-96",
            "ENG\u{2011}96",
            "ENG-96 is a copy of ENG-96",
            "View https://acme.atlassian.net/browse/ENG-96",
            "https://acme.atlassian.net/browse/ENG-96 Title of OPS-1",
        ] {
            let found = IssueReference::within(text);
            let keys: Vec<&str> = found.iter().map(|named| named.key.as_str()).collect();
            assert_eq!(keys, ["ENG-96"], "{text}");
        }
        assert_eq!(key("ENG\u{2011}96").as_deref(), Some("ENG-96"));
        let two = IssueReference::within("ENG-96/ENG-97");
        assert_eq!(two.len(), 2);
        for text in [
            "fire eng-96 now",
            "ENG",
            "well-known",
            "2026-01-31",
            "ENG-96x",
            "see https://example.com/a-b",
            "A-1 sauce",
        ] {
            assert_eq!(IssueReference::within(text), [], "{text}");
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

//! How issues and projects are named in addresses.

use super::ids::InvalidId;

/// An issue's key such as `EX-1`, or its numeric id: always a single harmless path segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IssueKey(String);

impl IssueKey {
    /// Accepts `[A-Za-z][A-Za-z0-9_]+-[0-9]+` and plain digits.
    ///
    /// # Errors
    /// For everything else: the key becomes part of an address.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidId> {
        let known = match text.rsplit_once('-') {
            Some((project, number)) => {
                project.len() >= 2 && is_project_key(project) && is_number(number)
            }
            None => is_number(text),
        };
        if known && text.len() <= 255 {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId(
                "an issue is named by its key, such as EX-1, or by its number",
            ))
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the numeric id rather than the key.
    pub(crate) fn is_id(&self) -> bool {
        is_number(&self.0)
    }
}

/// A project's key such as `EX`, or its numeric id: always a single harmless path segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectName(String);

impl ProjectName {
    /// Accepts what can be the key of a project in any letters, and plain digits. Keys have capitals only, and Jira
    /// minds that (<https://confluence.atlassian.com/adminjiraserver/changing-the-project-key-format-938847081.html>).
    ///
    /// # Errors
    /// For everything else: the key becomes part of an address.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidId> {
        if is_project_key(text) || (is_number(text) && text.len() <= 19) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(InvalidId(
                "a project is named by its key, such as EX, or by its number",
            ))
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether `text` can be the key of a project: a letter, then letters, digits and underscores.
pub(crate) fn is_project_key(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.len() <= 255
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_and_numbers_name_an_issue() {
        for good in ["EX-1", "ex-12", "A1_B-999", "10002"] {
            assert!(IssueKey::parse(good).is_ok(), "{good}");
        }
        assert!(IssueKey::parse("10002").is_ok_and(|key| key.is_id()));
    }

    #[test]
    fn nothing_else_names_an_issue() {
        for bad in [
            "",
            "EX",
            "EX-",
            "-1",
            "E-1",
            "1X-1",
            "EX-1a",
            "EX-1/comment",
            "..",
            "../x-1",
            "%2e%2e",
            "EX-1?x=1",
            "EX 1",
            "ＥＸ-1",
            "EX-１",
            "EX-1\n",
            "EX--1",
        ] {
            assert!(IssueKey::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_project_is_named_by_its_key_or_number() {
        for good in ["EX", "A1_B", "10000"] {
            assert!(ProjectName::parse(good).is_ok(), "{good}");
        }
        assert!(ProjectName::parse("ex").is_ok_and(|name| name.as_str() == "EX"));
        let long = "1".repeat(20);
        for bad in [
            "",
            "..",
            "EX-1",
            "E/X",
            "1X",
            "ＥＸ",
            "EX\n",
            "search?x",
            long.as_str(),
        ] {
            assert!(ProjectName::parse(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_is_a_plain_path_segment(text in "[A-Za-z0-9_./%?#-]{0,12}") {
            if let Ok(key) = IssueKey::parse(&text) {
                prop_assert!(!key.as_str().contains(['/', '.', '%', '?', '#']));
            }
        }
    }
}

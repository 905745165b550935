//! The ways in which people name a project, a space, a board or a sprint: its key or number, or an address copied from
//! the browser, whose site counts.

use url::Url;

use super::ids::InvalidId;
use super::issue_key::ProjectName;
use super::issue_reference::IssueReference;
use super::jira_place::JiraPlace;
use super::page_reference::space_of;
use super::pasted::{has_scheme, pasted_address};

/// What kind of thing is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlaceKind {
    /// A project of Jira's.
    Project,
    /// A space of Confluence's.
    Space,
    /// A board of Jira Software's.
    Board,
    /// A sprint of one.
    Sprint,
    /// An issue.
    Issue,
    /// Words of a name, which no address is.
    Words,
}

/// Such a thing, named by an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlaceReference {
    /// Its key or number.
    pub(crate) key: String,
    /// The address it was named by: keys and numbers of another site name other things.
    pub(crate) address: Option<Url>,
}

impl PlaceReference {
    /// Reads the key or number of a project in any letters, or the address of one. The address is never called.
    pub(crate) fn project(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(Some(named)) = PlaceKind::Project.in_text(text) {
            return Some(named);
        }
        let key = ProjectName::parse(text).ok()?.as_str().to_owned();
        Some(Self { key, address: None })
    }
}

impl PlaceKind {
    /// The thing whose address a text is; none for a text that is no address, such as a key.
    ///
    /// # Errors
    /// For the address of anything else.
    pub(crate) fn in_text(self, text: &str) -> Result<Option<PlaceReference>, InvalidId> {
        let text = text.trim();
        let Some(address) = pasted_address(text) else {
            return Ok(None);
        };
        match self.key_in(&address) {
            Some(key) => Ok(Some(PlaceReference {
                key,
                address: Some(address),
            })),
            // `Node.js/React` is a name, and no host with a path.
            None if !has_scheme(text.trim_start_matches(['<', '[', '('])) => Ok(None),
            None => Err(InvalidId(self.expected())),
        }
    }

    fn key_in(self, address: &Url) -> Option<String> {
        let parameter = |wanted: &str| {
            let mut pairs = address.query_pairs();
            pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
        };
        let is_number = |text: &String| {
            (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        match self {
            Self::Project => match JiraPlace::parse(address)? {
                JiraPlace::Project(key) => Some(key),
                JiraPlace::Filter(_) => None,
            },
            Self::Space => space_of(address),
            Self::Board => {
                let mut segments = address.path_segments()?;
                let behind = segments.find(|segment| *segment == "boards");
                let behind = behind.and_then(|_| segments.next()).map(str::to_owned);
                behind.or_else(|| parameter("rapidView")).filter(is_number)
            }
            Self::Sprint => parameter("sprint").filter(is_number),
            Self::Issue => {
                let named = IssueReference::parse(address.as_str())?;
                Some(named.key.as_str().to_owned())
            }
            Self::Words => None,
        }
    }

    const fn expected(self) -> &'static str {
        match self {
            Self::Project => "is the address of no project",
            Self::Space => "is the address of no space",
            Self::Board => "is the address of no board",
            Self::Sprint => "is the address of no sprint; name its number",
            Self::Issue => "is no issue's address",
            Self::Words => "takes words of a name, and no address",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kind: PlaceKind, text: &str) -> Option<String> {
        kind.in_text(text).ok().flatten().map(|named| named.key)
    }

    #[test]
    fn an_address_names_what_lies_there() {
        let at = "https://acme.atlassian.net";
        for (kind, path, named) in [
            (PlaceKind::Project, "/browse/app", "APP"),
            (PlaceKind::Project, "/jira/core/projects/APP/board", "APP"),
            (PlaceKind::Space, "/wiki/spaces/ENG", "ENG"),
            (
                PlaceKind::Space,
                "/wiki/spaces/~5b10%3Aac/overview",
                "~5b10:ac",
            ),
            (PlaceKind::Space, "/display/OPS", "OPS"),
            (
                PlaceKind::Board,
                "/jira/software/projects/APP/boards/12/backlog",
                "12",
            ),
            (PlaceKind::Board, "/secure/RapidBoard.jspa?rapidView=7", "7"),
            (
                PlaceKind::Sprint,
                "/secure/RapidBoard.jspa?rapidView=7&sprint=3",
                "3",
            ),
            (PlaceKind::Issue, "/browse/APP-1", "APP-1"),
        ] {
            let address = format!("{at}{path}");
            assert_eq!(key(kind, &address).as_deref(), Some(named), "{address}");
            let pasted = format!("<{address}>");
            assert_eq!(key(kind, &pasted).as_deref(), Some(named), "{pasted}");
        }
    }

    #[test]
    fn an_address_of_anything_else_is_told_and_a_key_stays_one() {
        for kind in [
            PlaceKind::Project,
            PlaceKind::Space,
            PlaceKind::Board,
            PlaceKind::Sprint,
            PlaceKind::Words,
        ] {
            assert!(
                kind.in_text("https://acme.atlassian.net/jira/your-work")
                    .is_err()
            );
            for name in ["APP", "12", "~mia", "Node.js/React", ""] {
                assert_eq!(kind.in_text(name), Ok(None), "{name}");
            }
        }
        let named = PlaceReference::project(" app ").unwrap();
        assert_eq!((named.key.as_str(), named.address), ("APP", None));
        assert_eq!(
            PlaceReference::project("https://acme.atlassian.net/browse/APP-1"),
            None
        );
    }
}

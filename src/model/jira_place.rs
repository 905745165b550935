//! Addresses of a Jira site that stand for many issues: a project or its board, a filter, a search.

use url::Url;

use super::issue_key::is_project_key;

/// What such an address stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JiraPlace {
    /// The issues of the project with this key.
    Project(String),
    /// What a saved filter finds, by its number; the built-in ones have negative numbers.
    Filter(String),
}

impl JiraPlace {
    /// Reads an address; it is never called.
    pub(crate) fn parse(address: &Url) -> Option<Self> {
        let parameter = |wanted: &str| {
            let mut pairs = address.query_pairs();
            pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
        };
        if let Some(filter) = parameter("filter").filter(|text| is_filter(text)) {
            return Some(Self::Filter(filter));
        }
        let segments: Vec<&str> = address.path_segments()?.collect();
        let after = |name: &str| {
            let place = segments.iter().position(|segment| *segment == name)?;
            segments.get(place + 1).map(|next| (*next).to_owned())
        };
        if let Some(filter) = after("filters").filter(|text| is_filter(text)) {
            return Some(Self::Filter(filter));
        }
        let key = after("projects")
            .or_else(|| after("browse"))
            .or_else(|| parameter("projectKey"))?;
        is_project_key(&key).then(|| Self::Project(key.to_ascii_uppercase()))
    }

    /// The clause that finds what it stands for.
    pub(crate) fn jql(&self) -> String {
        match self {
            Self::Project(key) => format!("project = \"{key}\""),
            Self::Filter(number) => format!("filter = {number}"),
        }
    }
}

fn is_filter(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.len() <= 19 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_boards_and_filters_are_told_by_their_addresses() {
        for (path, clause) in [
            (
                "/jira/software/projects/APP/boards/1",
                Some("project = \"APP\""),
            ),
            (
                "/jira/software/c/projects/APP/list",
                Some("project = \"APP\""),
            ),
            (
                "/jira/servicedesk/projects/APP/queues/custom/3",
                Some("project = \"APP\""),
            ),
            ("/projects/app", Some("project = \"APP\"")),
            ("/browse/APP", Some("project = \"APP\"")),
            (
                "/projects/APP/issues/?filter=allopenissues",
                Some("project = \"APP\""),
            ),
            (
                "/secure/RapidBoard.jspa?rapidView=1&projectKey=APP",
                Some("project = \"APP\""),
            ),
            ("/issues/?filter=10001", Some("filter = 10001")),
            ("/issues/?filter=-1", Some("filter = -1")),
            ("/jira/filters/10001", Some("filter = 10001")),
            ("/jira/your-work", None),
            ("/jira/software/projects", None),
            ("/projects/A-P", None),
            ("/", None),
        ] {
            let address = Url::parse(&format!("https://acme.atlassian.net{path}")).unwrap();
            let found = JiraPlace::parse(&address).map(|place| place.jql());
            assert_eq!(found.as_deref(), clause, "{path}");
        }
    }
}

//! What Jira says of a query that would tell a limited key what there is elsewhere.
//!
//! Jira says of a project, version or sprint that is not there that it is not, and nothing of one that is: whoever may see a few
//! projects could ask for all others by their names. To a limited key both are no hit.

use serde_json::{Map, Value, json};

use super::super::outcome::Outcome;
use super::super::registry::Tool;
use super::places::Places;
use crate::model::issue_key::IssueKey;
use crate::service::error::ServiceError;

/// The tools that take a query, and the argument that holds it.
const QUERIES: [(&str, &str); 5] = [
    ("jira_search", "jql"),
    ("jira_count_issues", "jql"),
    ("jira_get_board_issues", "jql"),
    ("jira.search", "q"),
    ("search", "query"),
];

/// How Jira's sentences begin that are about the query itself: its grammar, fields, operators and functions.
const ABOUT_THE_QUERY: [&str; 7] = [
    "Error in the JQL Query",
    "Field '",
    "Not able to sort",
    "The operator '",
    "Function '",
    "Unable to find JQL function",
    "Operator '",
];

/// A refusal as no hit, unless it is about the query itself.
///
/// # Errors
/// The refusal, where it is, and every other failure.
pub(super) fn unsaid(tool: &Tool, error: ServiceError) -> Result<Outcome, ServiceError> {
    let name = tool.usual_name();
    let ServiceError::Rejected { messages, .. } = &error else {
        return Err(error);
    };
    let is_about_it = |message: &String| {
        let mut beginnings = ABOUT_THE_QUERY.iter();
        beginnings.any(|beginning| message.starts_with(beginning))
    };
    let is_query = QUERIES.iter().any(|(known, _)| *known == name);
    if !is_query || (!messages.is_empty() && messages.iter().all(is_about_it)) {
        return Err(error);
    }
    Ok(match name {
        "jira_count_issues" => Outcome::of_object(json!({ "count": 0 })),
        _ => Outcome::of_entries(Vec::<Value>::new(), None),
    })
}

/// Refuses a query that asks what hangs on an issue of another project.
///
/// # Errors
/// `Forbidden` for those.
pub(super) fn check_functions(
    places: &Places,
    given: &Map<String, Value>,
) -> Result<(), ServiceError> {
    let query = |name: &&str| given.get(*name).and_then(Value::as_str);
    let queries = ["jql", "q", "query"];
    let mut arguments = queries.iter().filter_map(query).flat_map(in_functions);
    let is_elsewhere = |(function, word): (String, &str)| {
        let Ok(key) = IssueKey::parse(word) else {
            return false;
        };
        // A number says nothing of where its issue lies.
        let project = key.as_str().rsplit_once('-');
        project.map_or_else(
            || function.contains("issue"),
            |(project, _)| !places.has(project),
        )
    };
    if arguments.any(is_elsewhere) {
        return Err(places.beyond());
    }
    Ok(())
}

/// The words between the brackets of functions, each with the function's name; a list of values follows a word of the query's own.
fn in_functions(query: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    for (open, _) in query.match_indices('(') {
        let before = query[..open].trim_end();
        let name = before.rsplit(|one: char| !one.is_alphanumeric()).next();
        let name = name.unwrap_or_default().to_lowercase();
        if matches!(name.as_str(), "" | "in" | "and" | "or" | "not" | "was") {
            continue;
        }
        let inside = &query[open + 1..];
        let inside = &inside[..inside.find(')').unwrap_or(inside.len())];
        let words = inside.split(|one: char| !one.is_alphanumeric() && !matches!(one, '-' | '_'));
        let words = words.filter(|word| !word.is_empty());
        found.extend(words.map(|word| (name.clone(), word)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_functions_are_asked_for_is_read() {
        let query =
            "key in (DOC-1) AND (issue in linkedIssues( \"DOC-3\", blocks) OR text ~ 'UTF-8')";
        let linked = |word| (String::from("linkedissues"), word);
        assert_eq!(in_functions(query), [linked("DOC-3"), linked("blocks")]);
    }
}

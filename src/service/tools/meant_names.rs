//! What is said to who calls a tool by a name that there is not: which one does it, and never one that does something else.

use std::collections::BTreeSet;

use crate::model::nearest::is_misspelt;

/// Names of other servers' tools, and names that models make up, with what does the same here; none: nothing does.
const ELSEWHERE: &[(&str, Option<&str>)] = &[
    ("jira_search_issues", Some("jira_search")),
    ("jira_list_issues", Some("jira_search")),
    ("jira_find_issues", Some("jira_search")),
    ("jira_get_issues", Some("jira_search")),
    ("jira_get_project_issues", Some("jira_search")),
    ("jira_get_epic_issues", Some("jira_search")),
    ("jira_get_projects", Some("jira_get_all_projects")),
    ("jira_list_projects", Some("jira_get_all_projects")),
    ("jira_get_fields", Some("jira_search_fields")),
    ("jira_get_project_fields", Some("jira_get_create_fields")),
    ("jira_get_user", Some("jira_get_user_profile")),
    ("jira_get_myself", Some("jira_get_current_user")),
    ("jira_search_assignable_users", Some("jira_search_users")),
    ("confluence_search_user", Some("jira_search_users")),
    ("jira_get_issue_images", Some("jira_download_attachments")),
    ("jira_get_issue_links", Some("jira_get_issue")),
    ("jira_get_issue_sla", Some("jira_get_issue_dates")),
    ("jira_get_changelog", Some("jira_batch_get_changelogs")),
    ("jira_get_boards", Some("jira_get_agile_boards")),
    ("jira_get_sprints", Some("jira_get_sprints_from_board")),
    ("jira_assign_issue", Some("jira_update_issue")),
    ("jira_edit_issue", Some("jira_update_issue")),
    ("jira_add_label", Some("jira_update_issue")),
    ("jira_add_labels", Some("jira_update_issue")),
    ("jira_set_status", Some("jira_transition_issue")),
    ("jira_update_status", Some("jira_transition_issue")),
    ("jira_link_issues", Some("jira_create_issue_link")),
    ("jira_move_issue", None),
    ("jira_delete_issue", None),
    ("jira_edit_comment", None),
    ("jira_update_comment", None),
    ("jira_create_version", None),
    ("jira_batch_create_versions", None),
    ("jira_update_version", None),
    ("jira_get_service_desk_for_project", None),
    ("jira_get_service_desk_queues", None),
    ("jira_get_queue_issues", None),
    ("jira_get_request_types", None),
    ("jira_get_request_type_fields", None),
    ("jira_create_customer_request", None),
    ("jira_get_issue_proforma_forms", None),
    ("jira_get_proforma_form_details", None),
    ("jira_update_proforma_form_answers", None),
    ("jira_get_issue_development_info", None),
    ("jira_get_issues_development_info", None),
    ("jira_get_project_epic_hierarchy", None),
    ("jira_get_cross_project_dependencies", None),
    ("confluence_get_page_content", Some("confluence_get_page")),
    ("confluence_get_content", Some("confluence_get_page")),
    ("confluence_search_pages", Some("confluence_search")),
    ("confluence_get_space", Some("confluence_get_spaces")),
    ("confluence_edit_page", Some("confluence_update_page")),
    (
        "confluence_upload_attachments",
        Some("confluence_upload_attachment"),
    ),
    (
        "confluence_download_content_attachments",
        Some("confluence_download_attachment"),
    ),
    (
        "confluence_get_page_images",
        Some("confluence_download_attachment"),
    ),
    ("confluence_copy_page", None),
    ("confluence_delete_page", None),
    ("confluence_edit_comment", None),
    ("confluence_update_comment", None),
    ("confluence_delete_comment", None),
    ("confluence_get_page_views", None),
    ("confluence_list_page_templates", None),
    ("confluence_get_page_template", None),
    ("confluence_create_page_from_template", None),
    ("confluence_get_page_restrictions", None),
    ("confluence_set_page_restrictions", None),
    ("confluence_check_content_permissions", None),
    ("confluence_get_space_permissions", None),
];

/// Words for what is done, in kinds.
const VERBS: [&[&str]; 4] = [
    &[
        "get", "list", "read", "search", "find", "fetch", "show", "count", "lookup", "query",
        "view", "validate", "check", "download",
    ],
    &[
        "add", "create", "make", "new", "post", "upload", "log", "write", "reply",
    ],
    &[
        "update",
        "edit",
        "change",
        "set",
        "assign",
        "modify",
        "transition",
        "move",
        "rename",
        "replace",
    ],
    &["delete", "remove", "clear", "unlink"],
];
/// Words that say nothing of what a tool is about.
const SMALL: [&str; 9] = [
    "to",
    "from",
    "for",
    "of",
    "in",
    "on",
    "by",
    "using",
    "atlassian",
];

/// What is known of a name that no tool has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meant {
    /// This tool does it.
    Does(&'static str),
    /// This tool's name may be meant.
    Maybe(&'static str),
    /// Nothing here does it.
    Nothing,
}

/// What is known of it, among the names that are offered.
pub(super) fn meant(name: &str, offered: &[&'static str]) -> Option<Meant> {
    // Clients put the server's name before the tool's, as in `mcp__atlassian__jira_search`.
    let asked = name.rsplit("__").next().unwrap_or(name);
    let asked = words(asked);
    let joined = asked.join("_");
    let mut same = offered.iter();
    if let Some(same) = same.find(|tool| words(tool).join("_") == joined) {
        return Some(Meant::Maybe(same));
    }
    if let Some((_, does)) = ELSEWHERE.iter().find(|(known, _)| *known == joined) {
        return Some(does.map_or(Meant::Nothing, Meant::Does));
    }
    let nearest = about_the_same(&asked, offered).or_else(|| misspelt(&asked, offered));
    nearest.map(Meant::Maybe)
}

/// A tool that does the same kind of thing with all that was named, and with little else.
fn about_the_same(asked: &[String], offered: &[&'static str]) -> Option<&'static str> {
    let kind = kind_of(asked)?;
    let things = things(asked);
    let candidates = offered.iter().filter_map(|tool| {
        let words = words(tool);
        let others = self::things(&words);
        let fits = kind_of(&words) == Some(kind) && things.is_subset(&others) && !things.is_empty();
        fits.then(|| (others.len() - things.len(), *tool))
    });
    let (_, tool) = candidates
        .filter(|(more, _)| *more <= 1)
        .min_by_key(|(more, _)| *more)?;
    Some(tool)
}

/// A tool of whose name each word is misspelt at most.
fn misspelt(asked: &[String], offered: &[&'static str]) -> Option<&'static str> {
    let is_it = |tool: &&&'static str| {
        let words = words(tool);
        words.len() == asked.len()
            && asked
                .iter()
                .zip(&words)
                .all(|(asked, word)| asked == word || is_misspelt(asked, word))
    };
    offered.iter().find(is_it).copied()
}

/// What kind of thing is done, by the first word that says it.
fn kind_of(words: &[String]) -> Option<usize> {
    let kind = |word: &String| VERBS.iter().position(|kind| kind.contains(&word.as_str()));
    words.iter().find_map(kind)
}

/// What it is done with, each in the singular.
fn things(words: &[String]) -> BTreeSet<String> {
    let is_verb = |word: &str| VERBS.iter().any(|kind| kind.contains(&word));
    let things = words.iter().map(String::as_str);
    let things = things.filter(|word| !is_verb(word) && !SMALL.contains(word));
    things
        .map(|word| word.strip_suffix('s').unwrap_or(word).to_owned())
        .collect()
}

/// The words of a name in small, whichever way they are put together.
fn words(name: &str) -> Vec<String> {
    let has_small = name.chars().any(|letter| letter.is_ascii_lowercase());
    let mut words = vec![String::new()];
    for letter in name.chars().take(100) {
        if !letter.is_alphanumeric() || (has_small && letter.is_uppercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::tools::registry;

    fn told(name: &str) -> Option<Meant> {
        let tools = registry::all().iter();
        let usual = tools.filter(|tool| tool.set == registry::NameSet::Usual);
        let usual: Vec<&'static str> = usual.map(|tool| tool.name).collect();
        meant(name, &usual)
    }

    #[test]
    fn a_name_leads_to_the_tool_that_does_it_and_never_to_another_verb() {
        use Meant::{Does, Maybe, Nothing};
        for (name, meant) in [
            ("jira_serch", Some(Maybe("jira_search"))),
            ("jiraSearch", Some(Maybe("jira_search"))),
            ("JIRA_SEARCH", Some(Maybe("jira_search"))),
            ("mcp__atlassian__jira_search", Some(Maybe("jira_search"))),
            ("atlassian_jira_search", Some(Maybe("jira_search"))),
            ("jira_search_issues", Some(Does("jira_search"))),
            ("jira_get_watchers", Some(Maybe("jira_get_issue_watchers"))),
            ("jira_get_worklogs", Some(Maybe("jira_get_worklog"))),
            ("jira_list_transitions", Some(Maybe("jira_get_transitions"))),
            ("jira_assign_issue", Some(Does("jira_update_issue"))),
            ("confluence_copy_page", Some(Nothing)),
            ("confluence_delete_comment", Some(Nothing)),
            ("jira_edit_comment", Some(Nothing)),
            ("confluence_publish_page", None),
            ("jira_clone_issue", None),
            ("weather", None),
        ] {
            assert_eq!(told(name), meant, "{name}");
        }
    }

    #[test]
    fn what_does_the_same_is_there() {
        for (name, does) in ELSEWHERE {
            let tools = registry::all();
            let is_there = |name: &str| tools.iter().any(|tool| tool.name == name);
            assert!(!is_there(name), "{name} is a tool");
            assert!(does.is_none_or(is_there), "{name}");
        }
    }
}

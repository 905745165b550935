//! How each tool is held to projects or spaces.

/// How a tool is held to projects or spaces. A tool without a rule cannot be, and is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// It asks for nothing that lies in one.
    Anywhere,
    /// This argument names those to look in.
    Among(&'static str),
    /// This part of the argument `filters` does.
    Filtered(&'static str),
    /// It looks in both products.
    Both,
    /// Its list has an entry for each of them.
    Listed,
    /// It is about the issues that these arguments name.
    Issues(&'static [&'static str]),
    /// It is about the project or space that this argument names, or makes something in it.
    In(&'static str),
    /// It lists what belongs to the project that this argument names; to any where it names none.
    Of(&'static str),
    /// It is about the board that `board_id` names.
    Board,
    /// It is about the link that `link_id` names.
    Link,
    /// It is about the pages that `page_id`, `parent_id` and `target_parent_id` name, or `title` and `space_key`.
    Page,
    /// It reads what was found: `id` names the product, too.
    Found,
}

const ISSUE: Rule = Rule::Issues(&["issue_key"]);

/// The rule of a tool. Left out on purpose: `jira.create` and `confluence.create`, whose bodies are in Atlassian's own
/// form, and `jira_validate_jql`, which tells whether a project, version or sprint of any name is there.
pub(super) fn rule(tool: &str) -> Option<Rule> {
    Some(match tool {
        "jira_search_fields"
        | "jira_get_user_profile"
        | "jira_get_current_user"
        | "jira_search_users"
        | "jira_get_link_types" => Rule::Anywhere,
        "jira_search" | "jira_count_issues" => Rule::Among("projects_filter"),
        "confluence_search" => Rule::Among("spaces_filter"),
        "confluence_get_spaces" => Rule::Among("keys"),
        "jira.search" => Rule::Filtered("project"),
        "confluence.search" => Rule::Filtered("space"),
        "search" => Rule::Both,
        "fetch" => Rule::Found,
        "jira_get_all_projects"
        | "jira_search_projects"
        | "jira.projects"
        | "confluence.spaces" => Rule::Listed,
        "jira_get_issue"
        | "jira_update_issue"
        | "jira_add_comment"
        | "jira_get_comments"
        | "jira_delete_comment"
        | "jira_upload_attachment"
        | "jira_get_attachments"
        | "jira_download_attachments"
        | "jira_get_transitions"
        | "jira_transition_issue"
        | "jira_get_worklog"
        | "jira_add_worklog"
        | "jira_get_issue_watchers"
        | "jira_add_watcher"
        | "jira_remove_watcher"
        | "jira_create_remote_issue_link" => ISSUE,
        "jira_create_issue_link" => Rule::Issues(&["inward_issue_key", "outward_issue_key"]),
        "jira_remove_issue_link" => Rule::Link,
        "jira_create_issue" | "jira_get_project_versions" | "jira_get_project_components" => {
            Rule::In("project_key")
        }
        "jira_get_agile_boards" => Rule::Of("project_key"),
        "jira_get_sprints_from_board" => Rule::Board,
        "confluence_create_page" => Rule::In("space_key"),
        "confluence_get_page"
        | "confluence_get_page_children"
        | "confluence_update_page"
        | "confluence_move_page"
        | "confluence_add_comment"
        | "confluence_get_comments"
        | "confluence_get_page_versions"
        | "confluence_get_labels"
        | "confluence_add_label" => Rule::Page,
        _ => return None,
    })
}

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
/// form, `jira_validate_jql`, which tells whether a project, version or sprint of any name is there, and those that name
/// sprints, comments of pages or files of pages, whose ids say nothing of where they lie, or many issues in one text.
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
        | "jira_create_remote_issue_link"
        | "jira_get_issue_dates" => ISSUE,
        "jira_batch_get_changelogs" => Rule::Issues(&["issue_ids_or_keys"]),
        "jira_link_to_epic" => Rule::Issues(&["issue_key", "epic_key"]),
        "jira_move_issues_to_backlog" => Rule::Issues(&["issue_keys"]),
        "jira_create_issue_link" => Rule::Issues(&["inward_issue_key", "outward_issue_key"]),
        "jira_remove_issue_link" => Rule::Link,
        "jira_create_issue"
        | "jira_get_project_versions"
        | "jira_get_project_components"
        | "jira_get_project_issue_types"
        | "jira_get_create_fields"
        | "jira_get_field_options" => Rule::In("project_key"),
        "jira_get_agile_boards" => Rule::Of("project_key"),
        "jira_get_sprints_from_board" | "jira_get_board_issues" | "jira_create_sprint" => {
            Rule::Board
        }
        _ => return of_confluence(tool),
    })
}

fn of_confluence(tool: &str) -> Option<Rule> {
    Some(match tool {
        "confluence_create_page" | "confluence_get_space_page_tree" => Rule::In("space_key"),
        "confluence_get_page"
        | "confluence_get_page_children"
        | "confluence_update_page"
        | "confluence_move_page"
        | "confluence_add_comment"
        | "confluence_get_comments"
        | "confluence_get_page_versions"
        | "confluence_get_labels"
        | "confluence_add_label"
        | "confluence_remove_label"
        | "confluence_update_page_section"
        | "confluence_get_ancestors"
        | "confluence_get_page_history"
        | "confluence_get_page_diff"
        | "confluence_get_inline_comments"
        | "confluence_add_inline_comment"
        | "confluence_get_attachments"
        | "confluence_upload_attachment" => Rule::Page,
        _ => return None,
    })
}

//! How each tool is held to the projects or spaces of a key.

/// How a tool is held to projects or spaces. A tool without a rule cannot be, and is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// It asks for nothing that lies in one.
    Anywhere,
    /// This argument names those to look in.
    Among(&'static str),
    /// This part of the argument `filters` does.
    Filtered(&'static str),
    /// Its list has an entry for each of them.
    Listed,
    /// It is about the issue that `issue_key` names.
    Issue,
    /// It is about the issues that these arguments name.
    Issues(&'static [&'static str]),
    /// It makes or lists something in the project or space that this argument names.
    In(&'static str),
    /// It is about the page that `page_id`, `content_id`, or `title` and `space_key` name.
    Page,
    /// It lists what lies below a page.
    Below,
}

/// The rule of a tool; none for one that cannot be held, which is refused.
pub(super) fn rule(tool: &str) -> Option<Rule> {
    if tool.starts_with("jira") {
        of_jira(tool)
    } else {
        of_confluence(tool)
    }
}

fn of_jira(tool: &str) -> Option<Rule> {
    Some(match tool {
        "jira_search_fields"
        | "jira_get_link_types"
        | "jira_get_user_profile"
        | "jira_get_current_user"
        | "jira_search_users" => Rule::Anywhere,
        "jira_search" => Rule::Among("projects_filter"),
        "jira.search" => Rule::Filtered("project"),
        "jira_get_all_projects" | "jira_search_projects" | "jira.projects" => Rule::Listed,
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
        | "jira_get_issue_dates" => Rule::Issue,
        "jira_batch_get_changelogs" => Rule::Issues(&["issue_ids_or_keys"]),
        "jira_create_issue_link" => Rule::Issues(&["inward_issue_key", "outward_issue_key"]),
        "jira_link_to_epic" => Rule::Issues(&["issue_key", "epic_key"]),
        "jira_create_issue"
        | "jira_get_project_versions"
        | "jira_get_project_components"
        | "jira_get_project_issue_types"
        | "jira_get_create_fields"
        | "jira_get_field_options" => Rule::In("project_key"),
        // Boards, sprints, queries and ids of links reach into any project; drafts are in Atlassian's own form.
        _ => return None,
    })
}

fn of_confluence(tool: &str) -> Option<Rule> {
    Some(match tool {
        "confluence_search" => Rule::Among("spaces_filter"),
        "confluence_get_spaces" => Rule::Among("keys"),
        "confluence.search" => Rule::Filtered("space"),
        "confluence.spaces" => Rule::Listed,
        "confluence_create_page" | "confluence_get_space_page_tree" => Rule::In("space_key"),
        "confluence_get_page"
        | "confluence_update_page"
        | "confluence_update_page_section"
        | "confluence_move_page"
        | "confluence_get_ancestors"
        | "confluence_get_page_history"
        | "confluence_get_page_diff"
        | "confluence_get_page_versions"
        | "confluence_add_comment"
        | "confluence_get_comments"
        | "confluence_get_inline_comments"
        | "confluence_add_inline_comment"
        | "confluence_get_labels"
        | "confluence_add_label"
        | "confluence_remove_label"
        | "confluence_get_attachments"
        | "confluence_upload_attachment" => Rule::Page,
        "confluence_get_page_children" => Rule::Below,
        // Ids of comments and files say nothing of their page; drafts are in Atlassian's own form.
        _ => return None,
    })
}

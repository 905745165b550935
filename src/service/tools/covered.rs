//! Which tools a login covers, by the table of what may be done at Atlassian.

use super::registry;
use crate::model::product::Product;
use crate::policy::{self, Operation};

/// A tool that a login does not cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Uncovered {
    /// Its name.
    pub tool: &'static str,
    /// The scopes that the login lacks for it.
    pub missing: Vec<&'static str>,
}

/// The tools of a product that need scopes which are not among those `granted`. Where nothing is known of the scopes,
/// all are covered.
pub(crate) fn uncovered(product: Product, granted: &[String]) -> Vec<Uncovered> {
    if granted.is_empty() {
        return Vec::new();
    }
    let lacking = |tool: &registry::Tool| {
        let needed = operations(tool.name).filter(|operation| operation.product == product);
        let mut missing: Vec<&'static str> = needed
            .flat_map(|operation| operation.missing(granted))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        (!missing.is_empty()).then_some(Uncovered {
            tool: tool.name,
            missing,
        })
    };
    registry::all().iter().filter_map(lacking).collect()
}

/// The operations that a tool always needs, whatever its arguments.
fn operations(tool: &str) -> impl Iterator<Item = &'static Operation> {
    // Both products have operations of the same name.
    let product = if tool.starts_with("jira") {
        Product::Jira
    } else {
        Product::Confluence
    };
    let all = policy::all().iter();
    all.filter(move |operation| {
        operation.product == product && names(tool).contains(&operation.name)
    })
}

/// Their names at Atlassian.
fn names(tool: &str) -> &'static [&'static str] {
    match tool {
        "jira.search" | "jira_search" => &["searchAndReconsileIssuesUsingJqlPost"],
        "jira.projects" | "jira_get_all_projects" | "jira_search_projects" => &["searchProjects"],
        "jira.create" | "jira_create_issue" => &["createIssue"],
        "jira_search_fields" => &["getFields"],
        "jira_get_issue" => &["getIssue", "getComments"],
        "jira_update_issue" => &["editIssue", "getIssue"],
        "jira_add_comment" => &["addComment"],
        "jira_get_comments" => &["getComments"],
        "jira_delete_comment" => &["deleteComment"],
        "jira_upload_attachment" => &["addAttachment"],
        "jira_get_attachments" | "jira_download_attachments" => &["getIssue"],
        "jira_get_transitions" => &["getTransitions"],
        "jira_transition_issue" => &["doTransition"],
        "jira_get_current_user" => &["getCurrentUser"],
        "jira_get_user_profile" => &["getUser"],
        "jira_search_users" => &["findUsers"],
        "confluence.search" | "confluence_search" => &["searchByCQL"],
        "confluence.spaces" | "confluence_get_spaces" => &["getSpaces"],
        "confluence.create" | "confluence_create_page" => &["createPage"],
        "confluence_get_page" => &["getPageById"],
        "confluence_get_page_children" => &["getPageDirectChildren"],
        "confluence_update_page" => &["getPageById", "updatePage"],
        "confluence_add_comment" => &["createFooterComment"],
        _ => &[],
    }
}

/// For tests: what a tool always needs, as method and template.
pub fn needed_by(tool: &str) -> Vec<&'static str> {
    operations(tool)
        .map(|operation| operation.label.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_an_operation_of_the_table() {
        for tool in registry::all() {
            let known = operations(tool.name).count();
            assert_eq!(known, names(tool.name).len(), "{}", tool.name);
        }
    }

    #[test]
    fn a_login_that_only_reads_covers_what_only_reads() {
        let granted: Vec<String> = ["read:jira-work", "read:jira-user", "read:page:confluence"]
            .map(String::from)
            .to_vec();
        let lacking = uncovered(Product::Jira, &granted);
        let tools: Vec<&str> = lacking.iter().map(|one| one.tool).collect();
        for tool in registry::all() {
            let is_jira = tool.name.starts_with("jira");
            let writes = !tool.read_only;
            assert_eq!(
                tools.contains(&tool.name),
                is_jira && writes,
                "{}",
                tool.name
            );
        }
        assert_eq!(lacking[0].missing, ["write:jira-work"]);
        let pages = uncovered(Product::Confluence, &granted);
        let page = pages.iter().find(|one| one.tool == "confluence_get_page");
        assert_eq!(page, None);
        assert!(uncovered(Product::Jira, &[]).is_empty());
    }
}

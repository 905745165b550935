//! Which tools a login covers, by the table of what may be done at Atlassian.

use super::registry;
use crate::model::product::Product;

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
        let needed = tool
            .operations()
            .filter(|operation| operation.product == product);
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
    // Whatever else is called otherwise is one of these.
    let own = registry::all()
        .iter()
        .filter(|tool| tool.as_renamed().is_none() && tool.facts.toolset.product == Some(product));
    own.filter_map(lacking).collect()
}

/// For tests: what a tool always needs, as method and template.
pub fn needed_by(tool: &str) -> Vec<&'static str> {
    let tool = registry::all().iter().find(|known| known.name == tool);
    let needed = tool.into_iter().flat_map(registry::Tool::operations);
    needed.map(|operation| operation.label.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy;

    #[test]
    fn a_login_that_only_reads_covers_what_only_reads() {
        let granted: Vec<String> = ["read:jira-work", "read:jira-user", "read:page:confluence"]
            .map(String::from)
            .to_vec();
        let lacking = uncovered(Product::Jira, &granted);
        let tools: Vec<&str> = lacking.iter().map(|one| one.tool).collect();
        let own = registry::all().iter();
        for tool in own.filter(|tool| tool.as_renamed().is_none()) {
            let is_jira = tool.name.starts_with("jira");
            // Boards and sprints need scopes of their own.
            let is_of_boards = |one: &policy::Operation| one.classic.is_empty();
            let needs_more = !tool.read_only || tool.operations().any(is_of_boards);
            let is_lacking = tools.contains(&tool.name);
            assert_eq!(is_lacking, is_jira && needs_more, "{}", tool.name);
        }
        assert_eq!(lacking[0].missing, ["write:jira-work"]);
        let pages = uncovered(Product::Confluence, &granted);
        let page = pages.iter().find(|one| one.tool == "confluence_get_page");
        assert_eq!(page, None);
        assert!(uncovered(Product::Jira, &[]).is_empty());
    }
}

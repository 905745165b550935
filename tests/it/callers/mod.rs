//! Who may call what, and whose rows they see.

pub mod access;
mod open_mode;
mod pages_of_others;
mod read_only;
pub mod stage;
pub mod table;
mod tenants;

/// The template of a route of the gateway with an operation of Atlassian's in place of its wildcard, which every method
/// needs another of; any other template as it is.
pub(crate) fn with_operation(method: &str, template: &str) -> String {
    if template.starts_with("/.well-known/") {
        return template.replace("{*path}", "mcp");
    }
    let operation = match (template.starts_with("/ex/jira/"), method) {
        (true, "POST") => "rest/api/3/issue/{key}/comment",
        (true, _) => "rest/api/3/issue/{key}",
        (false, "POST") => "wiki/api/v2/footer-comments",
        (false, _) => "wiki/api/v2/pages/{id}",
    };
    template
        .replace("{site}", "-")
        .replace("{*path}", operation)
}

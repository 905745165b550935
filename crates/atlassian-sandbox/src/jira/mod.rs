//! Jira Cloud REST v3: which address is answered by what, and which scope it needs.

mod attachments;
mod catalog;
pub(super) mod comments;
pub(super) mod error;
mod fields;
pub(super) mod issues;
pub(super) mod jql;
mod jql_check;
mod jql_parse;
mod jql_values;
mod metadata;
pub(super) mod projects;
mod screens;
mod search;
pub(super) mod transitions;
mod users;
pub(super) mod write;
pub(super) mod write_values;

use super::state::Desk;
use super::wire::{Answer, Reply};

pub(crate) use catalog::{
    PRIORITIES, STATUSES, TYPES, TypeInfo, issue_type, status, workflow_statuses,
};

const READ: &[&str] = &["read:jira-work"];
const WRITE: &[&str] = &["write:jira-work"];
const USER: &[&str] = &["read:jira-user"];
const CONFIGURE: &[&str] = &["manage:jira-configuration"];

/// Answers a Jira API path (after `/rest/api/{version}/`); `None` if no such endpoint exists.
pub(crate) fn answer(desk: &mut Desk<'_>, version: &str, path: &[&str]) -> Option<Answer> {
    if path == ["search"] {
        return Some(Err(error::gone()));
    }
    if version == "2" {
        return None;
    }
    about_issues(desk, path)
        .or_else(|| about_searches(desk, path))
        .or_else(|| about_projects(desk, path))
        .or_else(|| about_users(desk, path))
}

fn about_issues(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (desk.method(), path) {
        ("POST", ["issue"]) => desk.with(WRITE, write::create),
        ("POST", ["issue", "bulk"]) => desk.with(WRITE, write::create_many),
        ("POST", ["issue", "bulkfetch"]) => desk.open(READ, issues::bulk_fetch),
        ("GET", ["issue", "createmeta", project, "issuetypes"]) => {
            desk.with(READ, |desk| screens::create_types(desk, project))
        }
        ("GET", ["issue", "createmeta", project, "issuetypes", kind]) => {
            desk.with(READ, |desk| screens::create_fields(desk, project, kind))
        }
        ("GET", ["issue", "createmeta" | "picker"]) => return None,
        ("GET", ["issue", issue]) => desk.open(READ, |desk| issues::get(desk, issue)),
        ("PUT", ["issue", issue]) => desk.with(WRITE, |desk| write::edit(desk, issue)),
        ("DELETE", ["issue", issue]) => desk.with(WRITE, |desk| issues::delete(desk, issue)),
        ("PUT", ["issue", issue, "assignee"]) => {
            desk.with(WRITE, |desk| write::assign(desk, issue))
        }
        ("GET", ["issue", issue, "editmeta"]) => {
            desk.with(READ, |desk| screens::edit_fields(desk, issue))
        }
        ("GET", ["issue", issue, "changelog"]) => {
            desk.with(READ, |desk| issues::changelog(desk, issue))
        }
        ("GET", ["issue", issue, "transitions"]) => {
            desk.with(READ, |desk| transitions::list(desk, issue))
        }
        ("POST", ["issue", issue, "transitions"]) => {
            desk.with(WRITE, |desk| transitions::apply(desk, issue))
        }
        ("GET", ["issue", issue, "comment"]) => desk.open(READ, |desk| comments::list(desk, issue)),
        ("POST", ["issue", issue, "comment"]) => {
            desk.with(WRITE, |desk| comments::add(desk, issue))
        }
        ("GET", ["issue", issue, "comment", id]) => {
            desk.open(READ, |desk| comments::get(desk, issue, id))
        }
        ("PUT", ["issue", issue, "comment", id]) => {
            desk.with(WRITE, |desk| comments::edit(desk, issue, id))
        }
        ("DELETE", ["issue", issue, "comment", id]) => {
            desk.with(WRITE, |desk| comments::delete(desk, issue, id))
        }
        ("POST", ["issue", issue, "attachments"]) => {
            desk.with(WRITE, |desk| attachments::add(desk, issue))
        }
        ("GET", ["attachment", "meta"]) => desk.open(READ, |_| Ok(attachments::settings())),
        ("GET", ["attachment", "content", id]) => {
            desk.with(READ, |desk| attachments::content(desk, id))
        }
        ("GET", ["attachment", id]) => desk.with(READ, |desk| attachments::get(desk, id)),
        ("DELETE", ["attachment", id]) => desk.with(WRITE, |desk| attachments::delete(desk, id)),
        _ => return None,
    })
}

fn about_searches(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (desk.method(), path) {
        ("GET", ["search", "jql"]) => desk.open(READ, search::by_query),
        ("POST", ["search", "jql"]) => desk.open(READ, search::by_body),
        ("POST", ["search", "approximate-count"]) => desk.open(READ, search::count),
        ("POST", ["jql", "parse"]) => desk.open(READ, jql_parse::parse_queries),
        _ => return None,
    })
}

fn about_projects(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (desk.method(), path) {
        ("GET", ["project"]) => desk.open(READ, |desk| Ok(projects::all(desk))),
        ("GET", ["project", "search"]) => desk.open(READ, |desk| projects::search(desk)),
        ("GET", ["project", project]) => desk.open(READ, |desk| projects::get(desk, project)),
        ("GET", ["project", project, "statuses"]) => {
            desk.open(READ, |desk| projects::statuses(desk, project))
        }
        ("GET", ["project", project, "components"]) => {
            desk.open(READ, |desk| projects::components(desk, project))
        }
        ("GET", ["project", project, "versions"]) => {
            desk.open(READ, |desk| projects::versions(desk, project))
        }
        ("GET", ["field"]) => desk.open(READ, |_| Ok(metadata::fields())),
        ("GET", ["field", "search"]) => desk.with(READ, |desk| metadata::search_fields(desk)),
        ("GET", ["priority"]) => desk.open(READ, |desk| Ok(metadata::priorities(desk))),
        ("GET", ["priority", "search"]) => {
            desk.with(CONFIGURE, |desk| metadata::search_priorities(desk))
        }
        ("GET", ["priority", id]) => desk.open(READ, |desk| metadata::one_priority(desk, id)),
        ("GET", ["status"]) => desk.open(READ, |desk| Ok(metadata::statuses(desk))),
        ("GET", ["status", name]) => desk.open(READ, |desk| metadata::one_status(desk, name)),
        ("GET", ["statuses", "search"]) => {
            desk.with(CONFIGURE, |desk| metadata::search_statuses(desk))
        }
        ("GET", ["statuscategory"]) => desk.open(READ, |desk| Ok(metadata::categories(desk))),
        ("GET", ["issuetype"]) => desk.open(READ, |desk| Ok(metadata::issue_types(desk))),
        ("GET", ["issuetype", "project"]) => desk.with(READ, |desk| metadata::project_types(desk)),
        ("GET", ["label"]) => desk.with(READ, |desk| metadata::labels(desk)),
        ("GET", ["mypermissions"]) => desk.open(READ, |desk| metadata::permissions(desk)),
        ("GET", ["serverInfo"]) => desk.open(&[], |desk| Ok(metadata::server(desk))),
        _ => return None,
    })
}

fn about_users(desk: &mut Desk<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (desk.method(), path) {
        ("GET", ["myself"]) => desk.with(USER, |desk| Ok(users::myself(desk))),
        ("GET", ["user"]) => desk.with(USER, |desk| users::get(desk)),
        ("GET", ["user", "search"]) => desk.with(USER, |desk| users::search(desk)),
        ("GET", ["user", "bulk"]) => desk.with(USER, |desk| users::bulk(desk)),
        ("GET", ["users", "search"]) => desk.with(USER, |desk| users::search(desk)),
        ("GET", ["user", "assignable", "search"]) => {
            desk.with(USER, |desk| users::assignable(desk))
        }
        _ => return None,
    })
}

/// `startAt` and `maxResults`, the latter clamped.
fn page_bounds(desk: &Desk<'_>, default: usize, most: usize) -> Result<(usize, usize), Reply> {
    let number = |name: &str, default: usize| match desk.call.param(name) {
        None => Ok(default),
        Some(text) => text
            .parse::<i64>()
            .map(|number| usize::try_from(number).unwrap_or(0))
            .map_err(|_| {
                error::messages(
                    400,
                    &[&format!(
                        "The value '{text}' of parameter '{name}' is not a number."
                    )],
                )
            }),
    };
    let most_results = number("maxResults", default)?;
    Ok((number("startAt", 0)?, most_results.clamp(1, most)))
}

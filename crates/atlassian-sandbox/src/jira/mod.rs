//! Jira Cloud REST v3: which address is answered by what, and which scope it needs.

pub(crate) mod agile;
pub(crate) mod around;
pub(crate) mod attachments;
mod catalog;
mod changelogs;
pub(crate) mod comments;
mod components;
pub(crate) mod custom_fields;
pub(crate) mod dialect;
pub(crate) mod error;
pub(crate) mod fields;
mod filters;
pub(crate) mod issues;
pub(crate) mod jql;
mod jql_check;
mod jql_functions;
mod jql_history;
mod jql_parse;
mod jql_values;
pub(crate) mod lengths;
mod links;
mod media;
pub(crate) mod metadata;
pub(crate) mod projects;
mod properties;
pub(crate) mod releases;
mod remote_links;
mod roles;
pub(crate) mod screens;
mod search;
pub(crate) mod site_info;
mod sprints;
pub(crate) mod transitions;
mod users;
mod watchers;
mod worklogs;
pub(crate) mod write;
pub(crate) mod write_values;

use super::state::SiteRequest;
use super::wire::{Answer, Reply};

/// The board of a project: every project has one.
pub(crate) fn board_of(project: u64) -> u64 {
    if project < 1_000_000_000 {
        project % 10_000 + 1
    } else {
        project
    }
}

pub(crate) use catalog::{
    PRIORITIES, STATUSES, TYPES, TypeInfo, issue_type, status, workflow_statuses,
};

const READ: &[&str] = &["read:jira-work"];
const WRITE: &[&str] = &["write:jira-work"];
const USER: &[&str] = &["read:jira-user"];
const CONFIGURE_PROJECT: &[&str] = &["manage:jira-project"];
const CONFIGURE: &[&str] = &["manage:jira-configuration"];

/// Answers a Jira API path (after `/rest/api/{version}/`); `None` if no such endpoint exists.
pub(crate) fn answer(
    request: &mut SiteRequest<'_>,
    version: &str,
    path: &[&str],
) -> Option<Answer> {
    if path == ["search"] {
        return Some(Err(error::gone()));
    }
    dialect::answer(request, version, path, |request, path| {
        about_issues(request, path)
            .or_else(|| about_attachments(request, path))
            .or_else(|| about_searches(request, path))
            .or_else(|| about_projects(request, path))
            .or_else(|| about_choices(request, path))
            .or_else(|| about_users(request, path))
            .or_else(|| around::answer(request, path))
    })
}

fn about_issues(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("POST", ["issue"]) => request.with(WRITE, write::create),
        ("POST", ["issue", "bulk"]) => request.with(WRITE, write::create_many),
        ("POST", ["issue", "bulkfetch"]) => request.open(READ, issues::bulk_fetch),
        ("POST", ["changelog", "bulkfetch"]) => request.open(READ, changelogs::bulk_fetch),
        ("GET", ["issue", "createmeta", project, "issuetypes"]) => {
            request.with(READ, |request| screens::create_types(request, project))
        }
        ("GET", ["issue", "createmeta", project, "issuetypes", kind]) => request
            .with(READ, |request| {
                screens::create_fields(request, project, kind)
            }),
        ("GET", ["issue", "createmeta"]) => {
            request.with(READ, |request| Ok(screens::create_metadata(request)))
        }
        ("GET", ["issue", "picker"]) => return None,
        ("GET", ["issue", issue]) => request.open(READ, |request| issues::get(request, issue)),
        ("PUT", ["issue", issue]) => request.with(WRITE, |request| write::edit(request, issue)),
        ("DELETE", ["issue", issue]) => {
            request.with(WRITE, |request| issues::delete(request, issue))
        }
        ("PUT", ["issue", issue, "assignee"]) => {
            request.with(WRITE, |request| write::assign(request, issue))
        }
        ("GET", ["issue", issue, "editmeta"]) => {
            request.with(READ, |request| screens::edit_fields(request, issue))
        }
        ("GET", ["issue", issue, "changelog"]) => {
            request.with(READ, |request| issues::changelog(request, issue))
        }
        ("GET", ["issue", issue, "transitions"]) => {
            request.with(READ, |request| transitions::list(request, issue))
        }
        ("POST", ["issue", issue, "transitions"]) => {
            request.with(WRITE, |request| transitions::apply(request, issue))
        }
        ("GET", ["issue", issue, "comment"]) => {
            request.open(READ, |request| comments::list(request, issue))
        }
        ("POST", ["issue", issue, "comment"]) => {
            request.with(WRITE, |request| comments::add(request, issue))
        }
        ("GET", ["issue", issue, "comment", id]) => {
            request.open(READ, |request| comments::get(request, issue, id))
        }
        ("PUT", ["issue", issue, "comment", id]) => {
            request.with(WRITE, |request| comments::edit(request, issue, id))
        }
        ("DELETE", ["issue", issue, "comment", id]) => {
            request.with(WRITE, |request| comments::delete(request, issue, id))
        }
        _ => return None,
    })
}

fn about_attachments(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("POST", ["issue", issue, "attachments"]) => {
            request.with(WRITE, |request| attachments::add(request, issue))
        }
        ("GET", ["attachment", "meta"]) => request.open(READ, |_| Ok(attachments::settings())),
        ("GET", ["attachment", "content", id]) => {
            request.with(READ, |request| attachments::content(request, id))
        }
        ("GET", ["attachment", "thumbnail", id]) => {
            request.with(READ, |request| attachments::thumbnail(request, id))
        }
        ("GET", ["attachment", id]) => request.with(READ, |request| attachments::get(request, id)),
        ("DELETE", ["attachment", id]) => {
            request.with(WRITE, |request| attachments::delete(request, id))
        }
        _ => return None,
    })
}

fn about_searches(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["search", "jql"]) => request.open(READ, search::by_query),
        ("POST", ["search", "jql"]) => request.open(READ, search::by_body),
        ("POST", ["search", "approximate-count"]) => request.open(READ, search::count),
        ("POST", ["jql", "parse"]) => request.open(READ, jql_parse::parse_queries),
        _ => return None,
    })
}

fn about_projects(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["project"]) => request.open(READ, |request| Ok(projects::all(request))),
        ("GET", ["project", "type"]) => request.open(READ, |_| Ok(projects::kinds())),
        ("GET", ["project", project, "role"]) => {
            request.with(READ, |request| roles::list(request, project))
        }
        ("GET", ["project", project, "role", id]) => {
            request.with(READ, |request| roles::get(request, project, id))
        }
        ("GET", ["project", "search"]) => request.open(READ, |request| projects::search(request)),
        ("GET", ["project", project]) => {
            request.open(READ, |request| projects::get(request, project))
        }
        ("GET", ["project", project, "statuses"]) => {
            request.open(READ, |request| projects::statuses(request, project))
        }
        _ => return None,
    })
}

fn about_choices(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["field"]) => request.open(READ, |_| Ok(metadata::fields())),
        ("GET", ["field", "search"]) => {
            request.with(READ, |request| metadata::search_fields(request))
        }
        ("GET", ["priority"]) => request.open(READ, |request| Ok(metadata::priorities(request))),
        ("GET", ["priority", "search"]) => {
            request.with(CONFIGURE, |request| metadata::search_priorities(request))
        }
        ("GET", ["priority", id]) => {
            request.open(READ, |request| metadata::one_priority(request, id))
        }
        ("GET", ["resolution"]) => request.open(READ, |request| Ok(metadata::resolutions(request))),
        ("GET", ["resolution", "search"]) => {
            request.open(READ, |request| Ok(metadata::search_resolutions(request)))
        }
        ("GET", ["resolution", id]) => {
            request.open(READ, |request| metadata::one_resolution(request, id))
        }
        ("GET", ["status"]) => request.open(READ, |request| Ok(metadata::statuses(request))),
        ("GET", ["status", name]) => {
            request.open(READ, |request| metadata::one_status(request, name))
        }
        ("GET", ["statuses", "search"]) => {
            request.with(CONFIGURE, |request| metadata::search_statuses(request))
        }
        ("GET", ["statuscategory"]) => {
            request.open(READ, |request| Ok(metadata::categories(request)))
        }
        ("GET", ["issuetype"]) => request.open(READ, |request| Ok(metadata::issue_types(request))),
        ("GET", ["issuetype", "project"]) => {
            request.with(READ, |request| metadata::project_types(request))
        }
        ("GET", ["label"]) => request.with(READ, |request| metadata::labels(request)),
        ("GET", ["mypermissions"]) => request.open(READ, |request| site_info::permissions(request)),
        ("GET", ["serverInfo"]) => request.open(&[], |request| Ok(site_info::server(request))),
        _ => return None,
    })
}

fn about_users(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["myself"]) => request.with(USER, |request| Ok(users::myself(request))),
        ("GET", ["user"]) => request.with(USER, |request| users::get(request)),
        ("GET", ["user", "search"]) => request.with(USER, |request| users::search(request)),
        ("GET", ["user", "bulk"]) => request.with(USER, |request| users::bulk(request)),
        ("GET", ["users", "search"]) => request.with(USER, |request| users::search(request)),
        ("GET", ["user", "assignable", "search"]) => {
            request.with(USER, |request| users::assignable(request))
        }
        _ => return None,
    })
}

/// `startAt` and `maxResults`, the latter clamped.
fn page_bounds(
    request: &SiteRequest<'_>,
    default: usize,
    most: usize,
) -> Result<(usize, usize), Reply> {
    let number = |name: &str, default: usize| match request.call.param(name) {
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

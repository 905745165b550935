//! What JQL's functions stand for, but for those about dates.

use super::jql_values::{Field, sprint_of};
use crate::state::SiteRequest;
use crate::world::Issue;

/// Whether an issue is among those that a function of a field means.
pub(super) fn holds(
    request: &SiteRequest<'_>,
    field: Field,
    name: &str,
    arguments: &[String],
    issue: &Issue,
) -> bool {
    let name = name.to_lowercase();
    let person = match field {
        Field::Assignee => issue.assignee.as_deref(),
        Field::Reporter => Some(issue.reporter.as_str()),
        Field::Sprint => {
            let state = sprint_of(request, issue).map(|sprint| sprint.state.as_str());
            return match name.as_str() {
                "opensprints" => state == Some("active"),
                "closedsprints" => state == Some("closed"),
                _ => state == Some("future"),
            };
        }
        Field::Key => return is_around(request, &name, arguments, issue),
        _ => None,
    };
    person.is_some_and(|person| {
        let is_group = name == "membersof";
        (is_group && request.site.jira_users.iter().any(|user| user == person))
            || (!is_group && Some(person) == request.caller.account.as_deref())
    })
}

fn is_around(request: &SiteRequest<'_>, name: &str, arguments: &[String], issue: &Issue) -> bool {
    let me = request.me();
    match name {
        "watchedissues" => issue.around.watchers.contains(&me),
        "votedissues" => issue.around.votes.contains(&me),
        "linkedissues" => {
            let key = arguments.first().map_or("", String::as_str);
            let Ok(other) = super::issues::find(request, key) else {
                return false;
            };
            request.site.tracker.links.iter().any(|link| {
                (link.from, link.to) == (issue.id, other.id)
                    || (link.from, link.to) == (other.id, issue.id)
            })
        }
        _ => false,
    }
}

//! JQL's fields and what their values mean.

use serde_json::Value;

use super::catalog::STATUSES;
use super::custom_fields::{BUILD, CRITERIA, REGION};
use crate::clock::{DAY, parse_distance, parse_moment, start_of, time_in_query};
use crate::query::Term;
use crate::state::SiteRequest;
use crate::world::{Issue, Release, Sprint};

/// A field that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Project,
    Status,
    StatusCategory,
    Kind,
    Priority,
    Assignee,
    Reporter,
    Labels,
    Component,
    Key,
    Parent,
    Summary,
    Description,
    Environment,
    Text,
    Comment,
    Created,
    Updated,
    Due,
    Resolution,
    Resolved,
    Points,
    Sprint,
    FixVersion,
    AffectedVersion,
    /// A query that somebody keeps.
    Filter,
    /// A custom field with a text.
    Words(&'static str),
    /// A custom field with a choice, and one below it.
    Choice(&'static str),
}

impl Field {
    pub(crate) fn is_date(self) -> bool {
        matches!(
            self,
            Self::Created | Self::Updated | Self::Due | Self::Resolved
        )
    }
}

/// The sprint of an issue.
pub(crate) fn sprint_of<'a>(request: &'a SiteRequest<'_>, issue: &Issue) -> Option<&'a Sprint> {
    let id = issue.around.sprint?;
    let mut all = request.site.tracker.sprints.iter();
    all.find(|sprint| sprint.id == id)
}

/// Whether a sprint is meant by an id or a name.
pub(crate) fn is_sprint(sprint: &Sprint, value: &str) -> bool {
    sprint.id.to_string() == value || sprint.name.eq_ignore_ascii_case(value)
}

/// Versions of any project that are called so or have this id.
pub(crate) fn releases_of<'a>(
    request: &'a SiteRequest<'_>,
    value: &'a str,
) -> impl Iterator<Item = &'a Release> {
    let all = request.site.projects.iter();
    let seen = all.filter(|project| request.sees_project(project));
    seen.flat_map(|project| &project.releases)
        .filter(move |one| one.id.to_string() == value || one.name.eq_ignore_ascii_case(value))
}

/// The field of a name, in any case.
pub(crate) fn field_of(name: &str) -> Option<Field> {
    Some(match name.to_ascii_lowercase().as_str() {
        "project" => Field::Project,
        "status" => Field::Status,
        "statuscategory" => Field::StatusCategory,
        "issuetype" | "type" => Field::Kind,
        "priority" => Field::Priority,
        "assignee" => Field::Assignee,
        "reporter" | "creator" => Field::Reporter,
        "labels" => Field::Labels,
        "component" => Field::Component,
        "key" | "issuekey" | "id" | "issue" | "rank" => Field::Key,
        "parent" => Field::Parent,
        "summary" => Field::Summary,
        "description" => Field::Description,
        "environment" => Field::Environment,
        "text" | "textfields" => Field::Text,
        "comment" => Field::Comment,
        "created" | "createddate" => Field::Created,
        "updated" | "updateddate" => Field::Updated,
        "due" | "duedate" => Field::Due,
        "resolution" => Field::Resolution,
        "resolved" | "resolutiondate" => Field::Resolved,
        "sprint" => Field::Sprint,
        "fixversion" => Field::FixVersion,
        "affectedversion" => Field::AffectedVersion,
        "filter" | "savedfilter" | "request" | "searchrequest" => Field::Filter,
        "story points" | "story point estimate" | "cf[10016]" => Field::Points,
        // By number or by name, as the clause names of the fields say.
        "cf[10030]" | "acceptance criteria" => Field::Words(CRITERIA),
        "cf[10031]" | "region" => Field::Choice(REGION),
        "cf[10032]" | "build" => Field::Words(BUILD),
        _ => return None,
    })
}

/// The key of a status category given by key or name.
pub(crate) fn category_key(value: &str) -> Option<&'static str> {
    match value.to_ascii_lowercase().as_str() {
        "new" | "to do" | "todo" | "2" => Some("new"),
        "indeterminate" | "in progress" | "4" => Some("indeterminate"),
        "done" | "complete" | "3" => Some("done"),
        _ => None,
    }
}

/// Ids of all statuses with this name or id.
pub(crate) fn statuses_of(value: &str) -> Vec<&'static str> {
    STATUSES
        .iter()
        .filter(|status| status.id == value || status.name.eq_ignore_ascii_case(value))
        .map(|status| status.id)
        .collect()
}

/// Ids of the accounts meant by an id, a full name or a visible address.
pub(crate) fn accounts_of<'a>(request: &'a SiteRequest<'_>, value: &str) -> Vec<&'a str> {
    request
        .accounts
        .iter()
        .filter(|account| {
            account.id == value
                || account.name.eq_ignore_ascii_case(value)
                || (account.email_visible && account.email.eq_ignore_ascii_case(value))
        })
        .map(|account| account.id.as_str())
        .collect()
}

/// The moment that a date value of a field stands for. Times are read on the clock of whoever asks; a day when something
/// is due is the same everywhere.
pub(crate) fn day_span(request: &SiteRequest<'_>, field: Field, term: &Term) -> Option<i64> {
    let now = request.now;
    let (name, arguments) = match term {
        Term::Empty => return None,
        Term::Text(value) => {
            let zone = if field == Field::Due {
                "Etc/UTC"
            } else {
                request.zone()
            };
            return parse_moment(value)
                .or_else(|| time_in_query(value, zone))
                .or_else(|| parse_distance(value).map(|distance| now + distance));
        }
        Term::Function(name, arguments) => (name.to_ascii_lowercase(), arguments),
    };
    let distance = match arguments.first() {
        None => 0,
        Some(text) => match text.parse::<i64>() {
            Ok(count) if name.ends_with("day") => count * DAY,
            Ok(count) if name.ends_with("week") => count * 7 * DAY,
            _ => parse_distance(text)?,
        },
    };
    match name.as_str() {
        "now" => Some(now),
        "endofday" => Some(start_of("day", now) + DAY - 1 + distance),
        "endofweek" => Some(start_of("week", now) + 7 * DAY - 1 + distance),
        other => other
            .strip_prefix("startof")
            .map(|unit| start_of(unit, now) + distance),
    }
}

/// The words of a text field.
pub(crate) fn searchable(field: Field, issue: &Issue) -> String {
    let comments = || {
        issue
            .comments
            .iter()
            .map(|comment| text_of(&comment.body))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let description = || issue.description.as_ref().map(text_of).unwrap_or_default();
    let custom = |id: &str| issue.custom.get(id).map(text_of).unwrap_or_default();
    match field {
        Field::Summary => issue.summary.clone(),
        Field::Description => description(),
        Field::Environment => issue.environment.as_ref().map(text_of).unwrap_or_default(),
        Field::Comment => comments(),
        Field::Words(id) => custom(id),
        _ => [
            issue.summary.clone(),
            description(),
            comments(),
            custom(CRITERIA),
            custom(BUILD),
        ]
        .join(" "),
    }
}

/// All text of an ADF document, or of wiki markup.
fn text_of(node: &Value) -> String {
    if let Some(wiki) = node.as_str() {
        return wiki.to_owned();
    }
    let own = node["text"].as_str().unwrap_or("").to_owned();
    let children = node["content"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let separator = if node["type"] == "paragraph" || node["type"] == "heading" {
        ""
    } else {
        " "
    };
    let inner: Vec<String> = children.iter().map(text_of).collect();
    format!("{own}{}", inner.join(separator))
}

/// A project by key or name (any case) or id, if visible.
pub(crate) fn project_of(request: &SiteRequest<'_>, value: &str) -> Option<u64> {
    let found = request.site.projects.iter().find(|project| {
        project.key.eq_ignore_ascii_case(value)
            || project.name.eq_ignore_ascii_case(value)
            || project.id.to_string() == value
    });
    found
        .filter(|project| request.sees_project(project))
        .map(|project| project.id)
}

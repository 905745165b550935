//! JQL: evaluates a query and sorts what it finds.

use std::cmp::Ordering;

use serde_json::Value;

use crate::query::{Clause, Node, Operator, Query, Term, parse_jql, text_matches};

use super::catalog::{issue_type, priority, status};
use super::jql_check::check;
use super::jql_values::{
    Field, accounts_of, day_span, field_of, is_sprint, project_of, releases_of, searchable,
    sprint_of, statuses_of,
};
use crate::state::SiteRequest;
use crate::world::Issue;

/// The issues a query finds, in its order; or the error messages of a 400.
pub(crate) fn find<'a>(
    request: &'a SiteRequest<'_>,
    jql: &str,
) -> Result<Vec<&'a Issue>, Vec<String>> {
    let query = bounded(jql)?;
    // Nobody sees nothing, and gets no error for it.
    if request.caller.account.is_none() {
        return Ok(Vec::new());
    }
    check(request, &query)?;
    let mut found: Vec<&Issue> = request
        .site
        .issues
        .iter()
        .filter(|issue| {
            request
                .site
                .project(issue.project)
                .is_some_and(|project| request.sees_project(project))
        })
        .filter(|issue| {
            query
                .filter
                .as_ref()
                .is_none_or(|node| holds(request, node, issue))
        })
        .collect();
    found.sort_by(|one, other| compare(request, &query, one, other));
    Ok(found)
}

/// Whether a query can be kept: it may find everything.
pub(crate) fn checked(request: &SiteRequest<'_>, jql: &str) -> Result<(), Vec<String>> {
    let query = parse_jql(jql).map_err(|message| vec![message])?;
    check(request, &query)
}

/// Whether a kept query finds an issue. One that cannot be read any more finds nothing.
fn kept_finds(request: &SiteRequest<'_>, filter: &str, issue: &Issue) -> bool {
    let filter = super::filters::find(request, filter);
    let query = filter.and_then(|filter| parse_jql(&filter.jql).ok());
    query.is_some_and(|query| {
        let mut conditions = query.filter.iter();
        conditions.all(|node| holds(request, node, issue))
    })
}

/// Parses a query and refuses one that would match everything: `search/jql` takes bounded queries only
/// (developer.atlassian.com/changelog/#CHANGE-2046). An order alone bounds nothing.
fn bounded(jql: &str) -> Result<Query, Vec<String>> {
    let query = parse_jql(jql).map_err(|message| vec![message])?;
    if query.filter.is_none() {
        return Err(vec!["Unbounded JQL queries are not allowed here. Please add a search restriction to your query.".to_owned()]);
    }
    if query.order.len() > 7 {
        return Err(vec![
            "The query has more than 7 order by fields.".to_owned(),
        ]);
    }
    Ok(query)
}

fn holds(request: &SiteRequest<'_>, node: &Node, issue: &Issue) -> bool {
    match node {
        Node::And(parts) => parts.iter().all(|part| holds(request, part, issue)),
        Node::Or(parts) => parts.iter().any(|part| holds(request, part, issue)),
        Node::Not(inner) => !holds(request, inner, issue),
        Node::Clause(clause) => {
            field_of(&clause.field).is_some_and(|field| clause_holds(request, field, clause, issue))
        }
    }
}

fn clause_holds(request: &SiteRequest<'_>, field: Field, clause: &Clause, issue: &Issue) -> bool {
    let operator = clause.operator;
    if operator.remembers() {
        return super::jql_history::holds(request, field, clause, issue);
    }
    let terms = clause.operand.terms();
    if operator.orders() {
        return terms
            .iter()
            .all(|term| in_order(request, field, operator, term, issue));
    }
    let any = terms
        .iter()
        .any(|term| matches_term(request, field, term, issue));
    if !operator.denies() {
        return any;
    }
    // A denial does not find issues whose field is empty, except by `is not empty` itself.
    let about_empty = terms.contains(&Term::Empty);
    !any && (about_empty || !is_empty(field, issue))
}

fn is_empty(field: Field, issue: &Issue) -> bool {
    match field {
        Field::Assignee => issue.assignee.is_none(),
        Field::Labels => issue.labels.is_empty(),
        Field::Component => issue.components.is_empty(),
        Field::FixVersion => issue.around.fix_versions.is_empty(),
        Field::AffectedVersion => issue.around.versions.is_empty(),
        Field::Parent => issue.parent.is_none(),
        Field::Due => issue.due.is_none(),
        Field::Resolution => issue.resolution.is_none(),
        Field::Resolved => issue.resolved.is_none(),
        Field::Points => issue.story_points.is_none(),
        Field::Description => issue.description.is_none(),
        Field::Environment => issue.environment.is_none(),
        Field::Comment => issue.comments.is_empty(),
        Field::Sprint => issue.around.sprint.is_none(),
        Field::Words(id) | Field::Choice(id) => !issue.custom.contains_key(id),
        _ => false,
    }
}

fn matches_term(request: &SiteRequest<'_>, field: Field, term: &Term, issue: &Issue) -> bool {
    let Term::Text(value) = term else {
        return match term {
            Term::Empty => is_empty(field, issue),
            Term::Function(_, arguments) if matches!(field, Field::Choice(_)) => {
                is_chosen(field, arguments, issue)
            }
            Term::Function(name, arguments) if !field.is_date() => {
                super::jql_functions::holds(request, field, name, arguments, issue)
            }
            _ => in_span(request, field, term, issue),
        };
    };
    match field {
        Field::Project => project_of(request, value) == Some(issue.project),
        Field::Status => statuses_of(value).contains(&issue.status.as_str()),
        Field::StatusCategory => {
            status(&issue.status).map(|status| status.category)
                == super::jql_values::category_key(value)
        }
        Field::Kind => issue_type(value).is_some_and(|kind| kind.id == issue.kind),
        Field::Priority => priority(value).is_some_and(|(id, ..)| *id == issue.priority),
        Field::Assignee => issue
            .assignee
            .as_ref()
            .is_some_and(|id| accounts_of(request, value).contains(&id.as_str())),
        Field::Reporter => accounts_of(request, value).contains(&issue.reporter.as_str()),
        Field::Filter | Field::Sprint | Field::FixVersion | Field::AffectedVersion => {
            is_planned(request, field, value, issue)
        }
        Field::Labels => is_one_of(&issue.labels, value),
        Field::Component => is_one_of(&issue.components, value),
        Field::Key => super::issues::find(request, value).is_ok_and(|found| found.id == issue.id),
        Field::Parent => {
            super::issues::find(request, value).is_ok_and(|parent| issue.parent == Some(parent.id))
        }
        Field::Resolution => issue
            .resolution
            .as_deref()
            .unwrap_or("Unresolved")
            .eq_ignore_ascii_case(value),
        Field::Points => issue.story_points.is_some_and(|points| {
            value
                .parse::<f64>()
                .is_ok_and(|wanted| (points - wanted).abs() < 1e-9)
        }),
        Field::Created | Field::Updated | Field::Due | Field::Resolved => {
            in_span(request, field, term, issue)
        }
        Field::Choice(_) => is_chosen(field, std::slice::from_ref(value), issue),
        Field::Summary
        | Field::Description
        | Field::Environment
        | Field::Text
        | Field::Comment
        | Field::Words(_) => text_matches(&searchable(field, issue), value),
    }
}

fn is_one_of(names: &[String], value: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(value))
}

/// Fields about what is planned for an issue, or kept by people.
fn is_planned(request: &SiteRequest<'_>, field: Field, value: &str, issue: &Issue) -> bool {
    match field {
        Field::Filter => kept_finds(request, value, issue),
        Field::Sprint => sprint_of(request, issue).is_some_and(|sprint| is_sprint(sprint, value)),
        Field::FixVersion => has_release(request, &issue.around.fix_versions, value),
        _ => has_release(request, &issue.around.versions, value),
    }
}

/// Whether one of the versions has this id or name.
fn has_release(request: &SiteRequest<'_>, ids: &[u64], value: &str) -> bool {
    releases_of(request, value).any(|release| ids.contains(&release.id))
}

/// Whether the choices, from above, are those of the issue; `none` stands for no choice below.
fn is_chosen(field: Field, wanted: &[String], issue: &Issue) -> bool {
    let Field::Choice(id) = field else {
        return false;
    };
    let chosen = issue.custom.get(id);
    let levels = ["/value", "/child/value"];
    chosen.is_some_and(|chosen| {
        wanted.iter().zip(levels).all(|(wanted, level)| {
            let value = chosen.pointer(level).and_then(Value::as_str);
            value.unwrap_or("none").eq_ignore_ascii_case(wanted)
        })
    })
}

fn moment_of(field: Field, issue: &Issue) -> Option<i64> {
    match field {
        Field::Created => Some(issue.created),
        Field::Updated => Some(issue.updated),
        Field::Resolved => issue.resolved,
        Field::Due => issue.due.as_deref().and_then(crate::clock::parse_day),
        _ => None,
    }
}

/// Dates are equal when they lie in the minute that was written.
fn in_span(request: &SiteRequest<'_>, field: Field, term: &Term, issue: &Issue) -> bool {
    match (day_span(request, field, term), moment_of(field, issue)) {
        (Some(start), Some(at)) => at >= start && at < start + crate::clock::MINUTE,
        _ => false,
    }
}

fn in_order(
    request: &SiteRequest<'_>,
    field: Field,
    operator: Operator,
    term: &Term,
    issue: &Issue,
) -> bool {
    let ordering = match (field, term) {
        (Field::Priority, Term::Text(value)) => {
            priority(value).map(|(id, ..)| id.cmp(&issue.priority.as_str()))
        }
        (Field::Key, Term::Text(value)) => super::issues::find(request, value)
            .ok()
            .map(|other| issue.id.cmp(&other.id)),
        (Field::Points, Term::Text(value)) => issue.story_points.and_then(|points| {
            value
                .parse()
                .ok()
                .and_then(|wanted: f64| points.partial_cmp(&wanted))
        }),
        _ => day_span(request, field, term)
            .and_then(|wanted| moment_of(field, issue).map(|at| at.cmp(&wanted))),
    };
    ordering.is_some_and(|ordering| match operator {
        Operator::Less => ordering == Ordering::Less,
        Operator::LessOrEqual => ordering != Ordering::Greater,
        Operator::Greater => ordering == Ordering::Greater,
        _ => ordering != Ordering::Less,
    })
}

fn compare(request: &SiteRequest<'_>, query: &Query, one: &Issue, other: &Issue) -> Ordering {
    for order in &query.order {
        let Some(field) = field_of(&order.field) else {
            continue;
        };
        let ordering = by_field(request, field, one, other);
        // Without a direction, dates and priorities come newest and highest first.
        let newest_first = matches!(
            field,
            Field::Created | Field::Updated | Field::Resolved | Field::Priority
        );
        let descending = if order.explicit {
            order.descending
        } else {
            newest_first
        };
        if ordering != Ordering::Equal {
            return if descending {
                ordering.reverse()
            } else {
                ordering
            };
        }
    }
    other.id.cmp(&one.id)
}

fn by_field(request: &SiteRequest<'_>, field: Field, one: &Issue, other: &Issue) -> Ordering {
    let name = |id: &Option<String>| {
        id.as_ref()
            .and_then(|id| request.account(id))
            .map_or_else(|| "\u{10ffff}".to_owned(), |account| account.name.clone())
    };
    match field {
        Field::Created => one.created.cmp(&other.created),
        Field::Updated => one.updated.cmp(&other.updated),
        Field::Due => one
            .due
            .is_none()
            .cmp(&other.due.is_none())
            .then_with(|| one.due.cmp(&other.due)),
        Field::Resolved => one.resolved.cmp(&other.resolved),
        Field::Priority => other.priority.cmp(&one.priority),
        Field::Status => one.status.cmp(&other.status),
        Field::Summary => one
            .summary
            .to_lowercase()
            .cmp(&other.summary.to_lowercase()),
        Field::Assignee => name(&one.assignee).cmp(&name(&other.assignee)),
        Field::Reporter => {
            name(&Some(one.reporter.clone())).cmp(&name(&Some(other.reporter.clone())))
        }
        Field::Kind => one.kind.cmp(&other.kind),
        Field::Words(_) => searchable(field, one).cmp(&searchable(field, other)),
        Field::Project | Field::Key => {
            let project = |issue: &Issue| {
                issue
                    .key
                    .rsplit_once('-')
                    .map_or_else(String::new, |(key, _)| key.to_owned())
            };
            project(one).cmp(&project(other)).then_with(|| {
                if field == Field::Key {
                    one.id.cmp(&other.id)
                } else {
                    Ordering::Equal
                }
            })
        }
        _ => Ordering::Equal,
    }
}

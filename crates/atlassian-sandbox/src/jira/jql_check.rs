//! Checks a query against what exists: fields, operators, values.

use super::catalog::{issue_type, priority, status};
use super::custom_fields::is_choice;
use super::filters;
use super::jql_history::recorded;
use super::jql_values::{
    Field, accounts_of, category_key, day_span, field_of, is_sprint, project_of, releases_of,
};
use crate::query::{Clause, Node, Operator, Query, Term, parse_jql};
use crate::state::SiteRequest;

/// Unknown fields, wrong operators and unknown values, all of them.
pub(crate) fn check(request: &SiteRequest<'_>, query: &Query) -> Result<(), Vec<String>> {
    let mut problems = Vec::new();
    if let Some(node) = &query.filter {
        check_node(request, node, &mut problems);
    }
    for order in &query.order {
        if field_of(&order.field).is_none() {
            problems.push(unknown_field(&order.field));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

fn unknown_field(name: &str) -> String {
    format!("Field '{name}' does not exist or you do not have permission to view it.")
}

fn check_node(request: &SiteRequest<'_>, node: &Node, problems: &mut Vec<String>) {
    match node {
        Node::And(parts) | Node::Or(parts) => parts
            .iter()
            .for_each(|part| check_node(request, part, problems)),
        Node::Not(inner) => check_node(request, inner, problems),
        Node::Clause(clause) => {
            let Some(field) = field_of(&clause.field) else {
                problems.push(unknown_field(&clause.field));
                return;
            };
            if clause.operator.remembers() && recorded(field).is_none() {
                problems.push(format!(
                    "History searches do not support the '{}' field.",
                    clause.field
                ));
                return;
            }
            if !operator_fits(field, clause.operator) {
                problems.push(format!(
                    "The operator '{}' is not supported by the '{}' field.",
                    clause.operator.text(),
                    clause.field
                ));
                return;
            }
            problems.extend(
                clause
                    .operand
                    .terms()
                    .iter()
                    .filter_map(|term| check_term(request, field, clause, term)),
            );
        }
    }
}

fn operator_fits(field: Field, operator: Operator) -> bool {
    let text_search = matches!(operator, Operator::Contains | Operator::ContainsNot);
    if operator.remembers() {
        return true;
    }
    match field {
        Field::Summary | Field::Description | Field::Environment | Field::Words(_) => {
            text_search || matches!(operator, Operator::Is | Operator::IsNot)
        }
        Field::Text | Field::Comment => text_search,
        Field::Created
        | Field::Updated
        | Field::Due
        | Field::Resolved
        | Field::Points
        | Field::Priority
        | Field::Key => !text_search,
        _ => !text_search && !operator.orders(),
    }
}

fn check_term(
    request: &SiteRequest<'_>,
    field: Field,
    clause: &Clause,
    term: &Term,
) -> Option<String> {
    let missing = |value: &str| {
        Some(format!(
            "The value '{value}' does not exist for the field '{}'.",
            clause.field
        ))
    };
    let value = match term {
        Term::Empty => return None,
        Term::Function(name, arguments) => {
            return check_function(field, name, &clause.field)
                .or_else(|| check_issue_named(request, name, arguments));
        }
        Term::Text(value) => value,
    };
    let known = match field {
        Field::Project => project_of(request, value).is_some(),
        Field::Status => status(value).is_some(),
        Field::StatusCategory => category_key(value).is_some(),
        Field::Kind => issue_type(value).is_some(),
        Field::Priority => priority(value).is_some(),
        Field::Assignee | Field::Reporter => !accounts_of(request, value).is_empty(),
        Field::Key if super::issues::find(request, value).is_err() => {
            return Some(format!(
                "An issue with key '{value}' does not exist for field '{}'.",
                clause.field
            ));
        }
        Field::Created | Field::Updated | Field::Due | Field::Resolved => {
            if day_span(request, field, term).is_none() {
                return Some(format!(
                    "Date value '{value}' for field '{}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
                    clause.field
                ));
            }
            true
        }
        Field::Sprint => {
            let mut all = request.site.tracker.sprints.iter();
            all.any(|sprint| is_sprint(sprint, value))
        }
        Field::FixVersion | Field::AffectedVersion => releases_of(request, value).next().is_some(),
        Field::Filter => return check_kept(request, value, &clause.field, &mut Vec::new()),
        Field::Points => value.parse::<f64>().is_ok(),
        Field::Choice(_) => is_choice(value),
        _ => true,
    };
    if known { None } else { missing(value) }
}

/// A kept query must be there, and must not lead back to itself; `path` holds those that led to it.
fn check_kept(
    request: &SiteRequest<'_>,
    value: &str,
    field: &str,
    path: &mut Vec<u64>,
) -> Option<String> {
    let Some(filter) = filters::find(request, value) else {
        return Some(format!(
            "The value '{value}' does not exist for the field '{field}'."
        ));
    };
    if path.contains(&filter.id) {
        return Some(format!(
            "Field '{field}' with value '{value}' matches filter '{}' and causes a cyclical reference, this query can not be executed and should be edited.",
            filter.name
        ));
    }
    path.push(filter.id);
    let mut names = Vec::new();
    if let Some(node) = parse_jql(&filter.jql).ok().and_then(|query| query.filter) {
        names_of_kept(&node, &mut names);
    }
    let problem = names
        .iter()
        .find_map(|name| check_kept(request, name, field, path));
    path.pop();
    problem
}

/// The kept queries that a condition names.
fn names_of_kept(node: &Node, found: &mut Vec<String>) {
    match node {
        Node::And(parts) | Node::Or(parts) => {
            for part in parts {
                names_of_kept(part, found);
            }
        }
        Node::Not(inner) => names_of_kept(inner, found),
        Node::Clause(clause) if field_of(&clause.field) == Some(Field::Filter) => {
            let terms = clause.operand.terms();
            found.extend(terms.iter().filter_map(|term| match term {
                Term::Text(value) => Some(value.clone()),
                _ => None,
            }));
        }
        Node::Clause(_) => {}
    }
}

fn check_function(field: Field, name: &str, shown: &str) -> Option<String> {
    let person = name.eq_ignore_ascii_case("currentUser")
        && matches!(field, Field::Assignee | Field::Reporter);
    let known = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    let of_kind = match field {
        Field::Assignee | Field::Reporter => known(&["membersOf"]),
        Field::Choice(_) => known(&["cascadeOption"]),
        Field::Sprint => known(&["openSprints", "closedSprints", "futureSprints"]),
        Field::Key => known(&[
            "linkedIssues",
            "issueHistory",
            "watchedIssues",
            "votedIssues",
        ]),
        _ => false,
    };
    let date = field.is_date()
        && [
            "now",
            "startOfDay",
            "endOfDay",
            "startOfWeek",
            "endOfWeek",
            "startOfMonth",
            "startOfYear",
        ]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known));
    if person || of_kind || date {
        None
    } else {
        Some(format!(
            "Unable to find JQL function '{name}({})' for field '{shown}'.",
            ""
        ))
    }
}

/// `linkedIssues(KEY)` wants an issue that is there.
fn check_issue_named(
    request: &SiteRequest<'_>,
    name: &str,
    arguments: &[String],
) -> Option<String> {
    let key = arguments.first()?;
    (name.eq_ignore_ascii_case("linkedIssues") && super::issues::find(request, key).is_err())
        .then(|| format!("Issue '{key}' could not be found in function 'linkedIssues'."))
}

//! JQL about the past: `was` and `changed`, and what narrows them down.

use super::catalog::{priority, status};
use super::jql_values::{Field, accounts_of, day_span};
use crate::clock::{DAY, start_of};
use crate::query::{Clause, Operand, Operator, Term};
use crate::state::SiteRequest;
use crate::world::{Change, Issue};

/// How a field is called in an issue's history; only these have one
/// (<https://support.atlassian.com/jira-software-cloud/docs/jql-operators/>).
pub(crate) fn recorded(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Status => "status",
        Field::Assignee => "assignee",
        Field::Priority => "priority",
        Field::Reporter => "reporter",
        Field::Resolution => "resolution",
        _ => return None,
    })
}

/// A value of a field, and how long it stood there.
struct Period {
    from: i64,
    until: i64,
    value: Option<String>,
    /// Who put it there.
    by: String,
}

pub(crate) fn holds(
    request: &SiteRequest<'_>,
    field: Field,
    clause: &Clause,
    issue: &Issue,
) -> bool {
    let Some(name) = recorded(field) else {
        return false;
    };
    let changes: Vec<&Change> = issue
        .history
        .iter()
        .filter(|change| change.field == name)
        .collect();
    if clause.operator == Operator::Changed {
        return changes
            .iter()
            .any(|change| is_wanted_change(request, field, clause, change));
    }
    let was = periods(request, field, issue, &changes)
        .iter()
        .any(|period| {
            let fits = |term: &Term| fits(request, field, term, period.value.as_deref());
            clause.operand.terms().iter().any(fits) && is_wanted_period(request, clause, period)
        });
    was != clause.operator.denies()
}

fn is_wanted_change(
    request: &SiteRequest<'_>,
    field: Field,
    clause: &Clause,
    change: &Change,
) -> bool {
    clause.predicates.iter().all(|(word, operand)| {
        let any = |value: Option<&str>| {
            let terms = operand.terms();
            terms.iter().any(|term| fits(request, field, term, value))
        };
        match word.as_str() {
            "from" => any(change.from.as_deref()),
            "to" => any(change.to.as_deref()),
            _ => in_time(
                request,
                word,
                operand,
                (change.at, change.at),
                &change.author,
            ),
        }
    })
}

fn is_wanted_period(request: &SiteRequest<'_>, clause: &Clause, period: &Period) -> bool {
    clause.predicates.iter().all(|(word, operand)| {
        in_time(
            request,
            word,
            operand,
            (period.from, period.until),
            &period.by,
        )
    })
}

fn in_time(
    request: &SiteRequest<'_>,
    word: &str,
    operand: &Operand,
    (from, until): (i64, i64),
    by: &str,
) -> bool {
    let terms = operand.terms();
    let moment = |index: usize| {
        let term = terms.get(index)?;
        day_span(request, Field::Updated, term)
    };
    match word {
        "by" => terms.iter().any(|term| match term {
            Term::Text(value) => accounts_of(request, value).contains(&by),
            Term::Function(..) => by == request.me(),
            Term::Empty => false,
        }),
        "after" => moment(0).is_some_and(|at| until > at),
        "before" => moment(0).is_some_and(|at| from < at),
        "on" => moment(0)
            .map(|at| start_of("day", at))
            .is_some_and(|day| from < day + DAY && until >= day),
        _ => {
            matches!((moment(0), moment(1)), (Some(start), Some(end)) if from < end && until > start)
        }
    }
}

fn periods(
    request: &SiteRequest<'_>,
    field: Field,
    issue: &Issue,
    changes: &[&Change],
) -> Vec<Period> {
    let mut periods = vec![Period {
        from: issue.created,
        until: request.now,
        value: changes
            .first()
            .map_or_else(|| current(field, issue), |change| change.from.clone()),
        by: issue.reporter.clone(),
    }];
    for change in changes {
        if let Some(last) = periods.last_mut() {
            last.until = change.at;
        }
        periods.push(Period {
            from: change.at,
            until: request.now,
            value: change.to.clone(),
            by: change.author.clone(),
        });
    }
    periods
}

fn current(field: Field, issue: &Issue) -> Option<String> {
    match field {
        Field::Status => status(&issue.status).map(|status| status.name.to_owned()),
        Field::Assignee => issue.assignee.clone(),
        Field::Priority => Some(issue.priority.clone()),
        Field::Reporter => Some(issue.reporter.clone()),
        Field::Resolution => issue.resolution.clone(),
        _ => None,
    }
}

fn fits(request: &SiteRequest<'_>, field: Field, term: &Term, value: Option<&str>) -> bool {
    let Term::Text(wanted) = term else {
        return match term {
            Term::Function(..) => value == Some(request.me().as_str()),
            _ => value.is_none(),
        };
    };
    let Some(value) = value else {
        return false;
    };
    match field {
        Field::Status => {
            value.eq_ignore_ascii_case(wanted)
                || status(wanted).is_some_and(|status| status.name == value)
        }
        Field::Assignee | Field::Reporter => accounts_of(request, wanted).contains(&value),
        Field::Priority => priority(wanted).is_some_and(|(id, ..)| *id == value),
        _ => value.eq_ignore_ascii_case(wanted),
    }
}

//! `POST /jql/parse`: the structure of queries, or what is wrong with each.

use serde_json::{Value, json};

use super::{error, jql_check};
use crate::query::{Node, Operand, Query, Term, parse_jql};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};

pub(crate) fn parse_queries(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    error::closed(&body, &["queries"])?;
    let queries = body
        .get("queries")
        .and_then(Value::as_array)
        .filter(|queries| !queries.is_empty());
    let Some(queries) = queries else {
        return Err(error::messages(400, &["The queries must not be empty."]));
    };
    let validation = request.call.param("validation").unwrap_or("strict");
    let results: Vec<Value> = queries
        .iter()
        .map(|text| {
            let text = text.as_str().unwrap_or("");
            let parsed = parse_jql(text).map_err(|message| vec![message]);
            let checked = parsed.and_then(|query| match jql_check::check(request, &query) {
                Err(problems) if validation == "strict" => Err(problems),
                Err(problems) if validation == "warn" => Ok((query, problems)),
                _ => Ok((query, Vec::new())),
            });
            match checked {
                Ok((query, warnings)) if warnings.is_empty() => {
                    json!({"query": text, "structure": structure(&query)})
                }
                Ok((query, warnings)) => {
                    json!({"query": text, "structure": structure(&query), "warnings": warnings})
                }
                Err(problems) => json!({"query": text, "errors": problems}),
            }
        })
        .collect();
    Ok(Reply::ok(&json!({"queries": results})))
}

fn structure(query: &Query) -> Value {
    let mut value = json!({});
    if let Some(node) = &query.filter {
        value["where"] = clause(node);
    }
    if !query.order.is_empty() {
        let fields: Vec<Value> = query
            .order
            .iter()
            .map(|order| {
                let direction = if order.descending { "desc" } else { "asc" };
                json!({"field": {"name": order.field, "encodedName": order.field}, "direction": order.explicit.then_some(direction)})
            })
            .collect();
        value["orderBy"] = json!({"fields": fields});
    }
    value
}

fn clause(node: &Node) -> Value {
    let many = |operator: &str, parts: &[Node]| json!({"operator": operator, "clauses": parts.iter().map(clause).collect::<Vec<_>>()});
    match node {
        Node::And(parts) => many("and", parts),
        Node::Or(parts) => many("or", parts),
        Node::Not(inner) => many("not", std::slice::from_ref(inner)),
        Node::Clause(found) => {
            let operand = match &found.operand {
                Operand::One(only) => term(only),
                Operand::List(terms) => {
                    let values: Vec<Value> = terms.iter().map(term).collect();
                    json!({"values": values, "encodedOperand": format!("({})", terms.iter().map(encoded).collect::<Vec<_>>().join(", "))})
                }
            };
            json!({"field": {"name": found.field, "encodedName": found.field}, "operator": found.operator.text(), "operand": operand})
        }
    }
}

fn encoded(term: &Term) -> String {
    match term {
        Term::Empty => "EMPTY".to_owned(),
        Term::Function(name, arguments) => format!("{name}({})", arguments.join(", ")),
        Term::Text(text)
            if !text.is_empty()
                && text
                    .chars()
                    .all(|character| character.is_alphanumeric() || character == '-') =>
        {
            text.clone()
        }
        Term::Text(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

fn term(term: &Term) -> Value {
    match term {
        Term::Empty => json!({"keyword": "empty", "encodedOperand": "EMPTY"}),
        Term::Function(name, arguments) => {
            json!({"function": name, "arguments": arguments, "encodedOperand": encoded(term)})
        }
        Term::Text(text) => json!({"value": text, "encodedValue": encoded(term)}),
    }
}

//! Values of fields in few words, as people write them, in the forms that Jira takes.

use serde_json::{Value, json};

use crate::atlassian::access::Dialect;
use crate::model::list_in_text::entries;

/// What stands between a choice and the one below it, as it is read and as it may be written.
const BELOW: [&str; 2] = [" → ", " -> "];

/// The value of one of Jira's own fields that is named where Jira wants an object, or a list in a text;
/// none for what is in Jira's form already.
pub(super) fn in_few_words(id: &str, value: &Value) -> Option<Value> {
    let named = |name: &str| json!({ "name": name.trim() });
    Some(match (id, value) {
        ("priority" | "resolution" | "security", Value::String(name))
            if !name.trim().is_empty() =>
        {
            named(name)
        }
        ("timetracking", Value::String(estimate)) if !estimate.trim().is_empty() => {
            json!({ "originalEstimate": estimate.trim() })
        }
        ("labels", Value::String(list)) => json!(entries(list)),
        ("components" | "fixVersions" | "versions", Value::String(list)) => {
            entries(list).iter().map(|name| named(name)).collect()
        }
        ("components" | "fixVersions" | "versions", Value::Array(list)) => list
            .iter()
            .map(|entry| entry.as_str().map_or_else(|| entry.clone(), named))
            .collect(),
        _ => return None,
    })
}

/// People as Jira takes them, of whom accounts are known; an empty text is nobody.
pub(super) fn people(value: &Value, dialect: Dialect) -> Value {
    match value {
        Value::String(account) if account.trim().is_empty() => Value::Null,
        Value::String(account) => dialect.account(account),
        Value::Array(several) => several.iter().map(|one| people(one, dialect)).collect(),
        // As answers of ours show a person, and as Cloud does.
        Value::Object(parts) => ["account_id", "accountId"]
            .iter()
            .find_map(|part| parts.get(*part)?.as_str())
            .map_or_else(|| value.clone(), |account| dialect.account(account)),
        other => other.clone(),
    }
}

/// Whether an entry of a list is none: what programs make of a value that they have not got, also within an object. It stays for Jira to refuse,
/// because nobody who sends it means to empty the field.
pub(crate) fn is_missing(entry: &Value) -> bool {
    match entry {
        Value::Null | Value::Array(_) => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Object(parts) => parts
            .values()
            .all(|part| part.as_str().is_some_and(|text| text.trim().is_empty())),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A choice with the one below it as Jira takes them, from `EU → Berlin`, or from names where Jira has
/// objects.
pub(super) fn choice(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let parts = BELOW.iter().find_map(|between| text.split_once(between));
            match parts {
                Some((above, below)) => {
                    let mut chosen = named(above);
                    chosen["child"] = named(below);
                    chosen
                }
                None if text.trim().is_empty() => Value::Null,
                None => named(text),
            }
        }
        Value::Number(id) => json!({ "id": id.to_string() }),
        Value::Array(parts) if parts.iter().any(is_missing) => value.clone(),
        Value::Array(parts) => match parts.as_slice() {
            [one] => choice(one),
            [above, below] => with_below(referred(above), below),
            _ => value.clone(),
        },
        Value::Object(parts) => {
            let mut above = parts.clone();
            let below = above.remove("child");
            let parent = above.remove("parent");
            let above = match parent {
                Some(parent) if above.is_empty() => referred(&parent),
                _ => referred(&Value::Object(above)),
            };
            match below {
                Some(below) if !below.is_null() => with_below(above, &below),
                _ => above,
            }
        }
        other => other.clone(),
    }
}

fn named(name: &str) -> Value {
    json!({ "value": name.trim() })
}

fn with_below(mut above: Value, below: &Value) -> Value {
    if above.is_object() {
        above["child"] = referred(below);
    }
    above
}

/// A choice as Jira refers to it: by `value`, or by `id`.
fn referred(choice: &Value) -> Value {
    match choice {
        Value::String(name) => named(name),
        Value::Number(id) => json!({ "id": id.to_string() }),
        Value::Object(parts) if !parts.contains_key("value") && !parts.contains_key("id") => {
            match parts.get("name").and_then(Value::as_str) {
                Some(name) => named(name),
                None => choice.clone(),
            }
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_below_another_is_named_as_it_is_read() {
        let berlin = json!({"value": "EU", "child": {"value": "Berlin"}});
        for written in [
            json!("EU → Berlin"),
            json!("EU -> Berlin"),
            json!({"value": "EU", "child": "Berlin"}),
            json!({"parent": "EU", "child": "Berlin"}),
            json!({"parent": {"value": "EU"}, "child": {"name": "Berlin"}}),
            json!({"name": "EU", "child": {"value": "Berlin"}}),
            json!(["EU", "Berlin"]),
            berlin.clone(),
        ] {
            assert_eq!(choice(&written), berlin, "{written}");
        }
        assert_eq!(choice(&json!("EU")), json!({"value": "EU"}));
        assert_eq!(choice(&json!(10100)), json!({"id": "10100"}));
        assert_eq!(
            choice(&json!({"value": "EU", "child": null})),
            json!({"value": "EU"})
        );
        assert_eq!(choice(&json!(" ")), Value::Null);
        assert_eq!(choice(&Value::Null), Value::Null);
    }

    #[test]
    fn people_are_objects_of_either_kind() {
        let omar = json!([{"accountId": "712020:omar"}]);
        assert_eq!(people(&json!(["712020:omar"]), Dialect::Cloud), omar);
        assert_eq!(
            people(&json!("omar"), Dialect::DataCenter),
            json!({"name": "omar"})
        );
        assert_eq!(people(&json!(" "), Dialect::Cloud), Value::Null);
        let shown = json!({"account_id": "omar", "display_name": "Omar Haddad"});
        for person in [shown, json!({"accountId": "omar"})] {
            assert_eq!(
                people(&person, Dialect::DataCenter),
                json!({"name": "omar"})
            );
            assert_eq!(
                people(&person, Dialect::Cloud),
                json!({"accountId": "omar"})
            );
        }
        let own = json!({"name": "omar", "key": "JIRAUSER1"});
        assert_eq!(people(&own, Dialect::DataCenter), own);
    }
}

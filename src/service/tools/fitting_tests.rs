//! Arguments as models write them, and which of them fit.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn schema() -> Value {
    json!({"type": "object", "additionalProperties": false, "required": ["issue_key"], "properties": {
        "issue_key": {"type": "string"},
        "page_id": {"type": ["string", "null"]},
        "limit": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 50},
        "start_at": {"type": "integer", "minimum": 0},
        "use_display_names": {"type": "boolean"},
        "fields": {"type": ["string", "null"], "format": "names"},
        "filters": {"type": "object"},
        "further": {"oneOf": [{"type": "null"}, {"type": ["object", "string"]}]},
        "assignee": {"type": ["string", "null"]},
    }})
}

fn fitting(given: Value) -> Value {
    let mut given = given;
    given["issue_key"] = json!("EX-1");
    let mut value = fitted(&schema(), given, &["assignee"]).unwrap();
    value.as_object_mut().unwrap().remove("issue_key");
    value
}

#[test]
fn what_can_only_mean_one_thing_is_taken_as_that() {
    for (given, taken) in [
        (json!({"page_id": 65580}), json!({"page_id": "65580"})),
        (json!({"page_id": ["65580"]}), json!({"page_id": "65580"})),
        (json!({"page_id": 65580.0}), json!({"page_id": "65580"})),
        (json!({"fields": []}), json!({})),
        (
            json!({"assignee": {"type": "doc", "version": 1}}),
            json!({"assignee": "{\"type\":\"doc\",\"version\":1}"}),
        ),
        (json!({"limit": "5"}), json!({"limit": 5})),
        (json!({"limit": 5.0}), json!({"limit": 5})),
        (
            json!({"use_display_names": "True"}),
            json!({"use_display_names": true}),
        ),
        (
            json!({"use_display_names": 0}),
            json!({"use_display_names": false}),
        ),
        (
            json!({"fields": ["summary", "status"]}),
            json!({"fields": ["summary", "status"]}),
        ),
        (json!({"fields": "summary"}), json!({"fields": "summary"})),
        (
            json!({"filters": "{\"a\": 1}"}),
            json!({"filters": {"a": 1}}),
        ),
        (json!({"further": {"a": 1}}), json!({"further": {"a": 1}})),
        (
            json!({"page_id": "", "limit": " ", "fields": null}),
            json!({}),
        ),
        (json!({"assignee": ""}), json!({"assignee": ""})),
    ] {
        assert_eq!(fitting(given.clone()), taken, "{given}");
    }
    let text = json!("{\"issue_key\": \"EX-1\"}");
    assert_eq!(
        fitted(&schema(), text, &[]).unwrap(),
        json!({"issue_key": "EX-1"})
    );
}

#[test]
fn what_is_wrong_is_told_by_name_and_kind() {
    for (given, field, sentence) in [
        (json!({}), "issue_key", "issue_key is missing"),
        (
            json!({"issue_key": null}),
            "issue_key",
            "issue_key is missing",
        ),
        (
            json!({"issue_key": "EX-1", "limit": "many"}),
            "limit",
            "limit is malformed: it must be a whole number",
        ),
        (
            json!({"issue_key": "EX-1", "limit": 51}),
            "limit",
            "limit is out of range: it must be from 1 to 50",
        ),
        (
            json!({"issue_key": "EX-1", "start_at": "-1"}),
            "start_at",
            "start_at is out of range: it must be at least 0",
        ),
        (
            json!({"issue_key": "EX-1", "startAt": 5}),
            "startAt",
            "there is no argument startAt; start_at may be meant",
        ),
        (
            json!({"issue_key": "EX-1", "use_display_names": "perhaps"}),
            "use_display_names",
            "use_display_names is malformed: it must be true or false",
        ),
        (
            json!({"issue_key": ["EX-1", "EX-2"]}),
            "issue_key",
            "issue_key is malformed: it must be a text",
        ),
    ] {
        let Err(ServiceError::Validation { message, fields }) =
            fitted(&schema(), given.clone(), &[])
        else {
            panic!("{given} is taken");
        };
        assert_eq!(
            (fields, message.as_str()),
            (vec![field.to_owned()], sentence)
        );
    }
}

proptest! {
    /// Whatever is taken has the types of the schema, and fits again as it is.
    #[test]
    fn what_is_taken_fits(name in "(page_id|limit|start_at|use_display_names|filters|further)",
        value in prop_oneof![
            any::<i64>().prop_map(Value::from), any::<f64>().prop_map(Value::from), any::<bool>().prop_map(Value::from),
            "[0-9a-z{}\":, ]{0,9}".prop_map(Value::from), "(true|No|1|0|5.0|-3|1e3)".prop_map(Value::from),
            Just(json!([])), Just(json!(["5"])), Just(json!({"a": 1})),
        ]) {
        let given = json!({"issue_key": "EX-1", name: value});
        if let Ok(taken) = fitted(&schema(), given, &[]) {
            prop_assert_eq!(fitted(&schema(), taken.clone(), &[]).unwrap(), taken);
        }
    }
}

/// Models whose API takes no `null` write it as a text.
#[test]
fn the_word_null_counts_as_not_sent_where_no_words_can_be_meant() {
    for word in ["null", "None", " undefined "] {
        for given in [json!(word), json!([word])] {
            for argument in ["page_id", "limit", "use_display_names", "fields", "filters"] {
                let asked = json!({ argument: given });
                assert_eq!(fitting(asked), json!({}), "{argument} {given}");
            }
        }
    }
    assert_eq!(
        fitting(json!({"limit": [], "filters": [], "page_id": [null]})),
        json!({})
    );
    let words = json!({"type": "object", "properties": {"summary": {"type": "string"}, "sprint_id": {"type": "string"}}});
    let given = json!({"summary": "None", "sprint_id": "None"});
    assert_eq!(
        fitted(&words, given, &[]).unwrap(),
        json!({"summary": "None"})
    );
}

//! Values as people write them, and what the fields of a screen make of them.

use super::*;

fn screen() -> Screen {
    Screen::of(Some(&json!({
        "customfield_1": {"name": "Region", "schema": {"type": "option-with-child"}, "allowedValues": [
            {"id": "1", "value": "EU", "children": [{"id": "11", "value": "Berlin"}, {"id": "12", "value": "Paris"}]},
            {"id": "2", "value": "US - West", "children": [{"id": "21", "value": "Paris"}]},
            {"id": "3", "value": "Elsewhere"}]},
        "customfield_2": {"name": "Colour", "schema": {"type": "option"}, "allowedValues": [
            {"id": "7", "value": "Red"}, {"id": "8", "value": "Light blue"}]},
        "customfield_3": {"name": "Teams", "schema": {"type": "array", "items": "option"}, "allowedValues": [
            {"id": "4", "value": "A"}, {"id": "5", "value": "B, C"}]},
        "customfield_4": {"name": "Build", "schema": {"type": "string"}},
        "priority": {"name": "Priority", "schema": {"type": "priority"}, "allowedValues": [{"id": "2", "name": "High"}]},
    })))
}

fn fitted(id: &str, value: Value) -> Result<Value, String> {
    let mut fields = Map::from_iter([(id.to_owned(), value)]);
    let fit = screen().fit(&mut fields);
    fit.map_err(|error| error.to_string())?;
    Ok(fields[id].clone())
}

#[test]
fn a_choice_below_another_is_found_however_it_is_written() {
    let berlin = json!({"id": "1", "child": {"id": "11"}});
    for written in [
        json!("EU → Berlin"),
        json!("eu → berlin"),
        json!("EU > Berlin"),
        json!("EU/Berlin"),
        json!("EU - Berlin"),
        json!("EU -> Berlin"),
        json!("EU: Berlin"),
        json!("EU, Berlin"),
        json!("EU (Berlin)"),
        json!("berlin"),
        json!("11"),
        json!({"parent": "EU", "child": "Berlin"}),
        json!({"parent": {"value": "EU"}, "child": {"value": "berlin"}}),
        json!({"value": "eu", "child": "berlin"}),
        json!({"value": "Berlin"}),
        json!({"id": "1", "child": {"id": "11"}}),
        json!(["EU", "Berlin"]),
    ] {
        assert_eq!(
            fitted("customfield_1", written.clone()).unwrap(),
            berlin,
            "{written}"
        );
    }
    let west = json!({"id": "2", "child": {"id": "21"}});
    for written in ["US - West - Paris", "us - west → paris"] {
        assert_eq!(
            fitted("customfield_1", json!(written)).unwrap(),
            west,
            "{written}"
        );
    }
    assert_eq!(
        fitted("customfield_1", json!("elsewhere")).unwrap(),
        json!({"id": "3"})
    );
    assert_eq!(fitted("customfield_1", json!("None")).unwrap(), Value::Null);
    assert_eq!(
        fitted("customfield_1", json!("Paris")).unwrap_err(),
        "Region (customfield_1) names several choices (EU → Paris, US - West → Paris); name one of them; nothing was written"
    );
    for unknown in [
        json!("Rome"),
        json!("EU → Rome"),
        json!({"parent": "EU", "child": "Rome"}),
    ] {
        assert_eq!(
            fitted("customfield_1", unknown).unwrap_err(),
            "Region (customfield_1) takes one of EU, EU → Berlin, EU → Paris, US - West, US - West → Paris, Elsewhere; nothing was written"
        );
    }
}

#[test]
fn choices_are_found_by_name_or_id_and_lists_in_a_text() {
    for (id, written, jiras) in [
        ("customfield_2", json!("red"), json!({"id": "7"})),
        ("customfield_2", json!(" light  BLUE "), json!({"id": "8"})),
        ("customfield_2", json!("Light-blue"), json!({"id": "8"})),
        ("customfield_2", json!(7), json!({"id": "7"})),
        ("customfield_2", json!(["Red"]), json!({"id": "7"})),
        ("customfield_2", json!({"name": "red"}), json!({"id": "7"})),
        (
            "customfield_2",
            json!({"value": "Red"}),
            json!({"value": "Red"}),
        ),
        ("customfield_2", json!("none"), json!(null)),
        ("customfield_3", json!("a"), json!([{"id": "4"}])),
        ("customfield_3", json!("b, c"), json!([{"id": "5"}])),
        (
            "customfield_3",
            json!("A, \"B, C\""),
            json!([{"id": "4"}, {"id": "5"}]),
        ),
        (
            "customfield_3",
            json!(["a", "5"]),
            json!([{"id": "4"}, {"id": "5"}]),
        ),
        ("customfield_3", json!({"value": "a"}), json!([{"id": "4"}])),
        ("customfield_3", json!("none"), json!([])),
        ("customfield_3", json!(["none"]), json!([])),
        ("customfield_3", json!([{"name": "none"}]), json!([])),
        ("customfield_3", json!({"name": "none"}), json!([])),
        ("customfield_4", json!(12), json!("12")),
        ("priority", json!({"name": "high"}), json!({"id": "2"})),
        ("priority", json!({"name": "High"}), json!({"name": "High"})),
    ] {
        assert_eq!(
            fitted(id, written.clone()).unwrap(),
            jiras,
            "{id} {written}"
        );
    }
    assert_eq!(
        fitted("customfield_3", json!("A, D")).unwrap_err(),
        "Teams (customfield_3) takes some of A, B, C; nothing was written"
    );
    assert_eq!(
        fitted("priority", json!({"name": "Urgent"})).unwrap_err(),
        "Priority (priority) takes one of High; nothing was written"
    );
    assert_eq!(
        fitted("priority", json!({"name": "none"})).unwrap_err(),
        "Priority (priority) cannot be cleared; nothing was written"
    );
    assert!(fitted("customfield_2", json!(["Red", "Light blue"])).is_err());
}

#[test]
fn what_nobody_means_by_nothing_empties_no_field() {
    for nothing in [
        json!([null]),
        json!([""]),
        json!([[]]),
        json!([{}]),
        json!("null"),
        json!("-"),
    ] {
        for field in ["customfield_2", "customfield_3"] {
            assert!(fitted(field, nothing.clone()).is_err(), "{field} {nothing}");
        }
        let line = fitted("customfield_4", nothing.clone()).unwrap();
        assert_ne!(line, Value::Null, "{nothing}");
    }
}

#[test]
fn a_choice_keeps_its_signs() {
    let screen = |choices: &[&str]| {
        let choices: Vec<Value> = choices
            .iter()
            .enumerate()
            .map(|(at, name)| json!({"id": (10_100 + at).to_string(), "value": name}))
            .collect();
        Screen::of(Some(&json!({
            "customfield_5": {"name": "Kind", "schema": {"type": "option"}, "allowedValues": choices},
            "customfield_6": {"name": "Kinds", "schema": {"type": "array", "items": "option"}, "allowedValues": choices}})))
    };
    let fitted = |choices: &[&str], id: &str, value: &str| {
        let mut fields = Map::from_iter([(id.to_owned(), json!(value))]);
        screen(choices).fit(&mut fields).ok()?;
        Some(fields[id].clone())
    };
    for named in ["C++", "c++", "C"] {
        assert_eq!(
            fitted(&["C#", "Java"], "customfield_5", named),
            None,
            "{named}"
        );
    }
    for (choices, named) in [
        ("< 5", "5"),
        ("€5", "$5"),
        ("Yes!", "Yes?"),
        ("A (old)", "A old"),
    ] {
        assert_eq!(fitted(&[choices], "customfield_5", named), None, "{named}");
    }
    let first = Some(json!({"id": "10100"}));
    for named in ["subtask", "sub task", "SUB_TASK"] {
        assert_eq!(
            fitted(&["Sub-task"], "customfield_5", named),
            first,
            "{named}"
        );
    }
    let two = Some(json!([{"id": "10100"}, {"id": "10101"}]));
    for named in ["A; B", "A,B"] {
        assert_eq!(
            fitted(&["A", "B", "A, B"], "customfield_6", named),
            two,
            "{named}"
        );
    }
    assert_eq!(
        fitted(&["A", "B", "A, B"], "customfield_6", "A, B"),
        Some(json!([{"id": "10102"}]))
    );
}

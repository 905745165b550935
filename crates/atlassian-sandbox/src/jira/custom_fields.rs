//! The custom fields that the sandbox's sites have added to issues: what each is, and what it takes.

use serde_json::{Value, json};

use super::fields::STORY_POINTS;
use super::lengths;
use super::write_values::document;

/// A text of several lines.
pub(crate) const CRITERIA: &str = "customfield_10030";
/// A choice with a choice below it.
pub(crate) const REGION: &str = "customfield_10031";
/// A text of one line.
pub(crate) const BUILD: &str = "customfield_10032";

/// One person.
pub(crate) const REVIEWER: &str = "customfield_10033";
/// Several people.
pub(crate) const TESTERS: &str = "customfield_10034";

/// Those that issues of every type have.
pub(crate) const EVERYWHERE: [&str; 5] = [CRITERIA, REGION, BUILD, REVIEWER, TESTERS];

/// The choices of [`REGION`], and those below each.
const REGIONS: [(&str, &[&str]); 3] = [
    ("EU", &["Berlin", "Paris"]),
    ("US", &["Austin"]),
    ("Elsewhere", &[]),
];

/// What `schema.custom` says of a custom field; none for a field of Jira's own.
pub(crate) fn kind_of(id: &str) -> Option<&'static str> {
    Some(match id {
        STORY_POINTS => "com.pyxis.greenhopper.jira:jsw-story-points",
        CRITERIA => "com.atlassian.jira.plugin.system.customfieldtypes:textarea",
        REGION => "com.atlassian.jira.plugin.system.customfieldtypes:cascadingselect",
        BUILD => "com.atlassian.jira.plugin.system.customfieldtypes:textfield",
        REVIEWER => "com.atlassian.jira.plugin.system.customfieldtypes:userpicker",
        TESTERS => "com.atlassian.jira.plugin.system.customfieldtypes:multiuserpicker",
        _ => return None,
    })
}

fn option(base: &str, place: usize, below: Option<usize>, value: &str) -> Value {
    let id = 10_100 + place * 10 + below.map_or(0, |below| below + 1);
    json!({"self": format!("{base}/rest/api/3/customFieldOption/{id}"), "value": value, "id": id.to_string()})
}

/// Whether a choice at the top is called so.
pub(crate) fn is_choice(value: &str) -> bool {
    REGIONS
        .iter()
        .any(|(known, _)| known.eq_ignore_ascii_case(value))
}

/// The choices as metadata show them.
pub(crate) fn regions(base: &str) -> Value {
    let choices = REGIONS.iter().enumerate().map(|(place, (value, below))| {
        let mut choice = option(base, place, None, value);
        let children = below.iter().enumerate();
        choice["children"] = children
            .map(|(below, value)| option(base, place, Some(below), value))
            .collect();
        choice
    });
    choices.collect()
}

/// What is stored for a value that was sent to one of [`EVERYWHERE`]; or why it is refused.
pub(crate) fn checked(base: &str, id: &str, value: &Value) -> Result<Value, String> {
    match id {
        CRITERIA => Ok(document(value)?.unwrap_or_default()),
        REGION => region(base, value),
        _ => line(value),
    }
}

/// What is stored for the people that were sent to [`REVIEWER`] or [`TESTERS`]; `person` finds one.
pub(crate) fn people(
    id: &str,
    value: &Value,
    person: impl Fn(&Value) -> Result<Value, String>,
) -> Result<Value, String> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::Array(entries) if id == TESTERS => entries.iter().map(person).collect(),
        _ if id == TESTERS => Err("data was not an array".to_owned()),
        one => person(one),
    }
}

fn line(value: &Value) -> Result<Value, String> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::String(text) if !text.contains('\n') => lengths::line(text).map(|()| value.clone()),
        _ => Err("Operation value must be a string".to_owned()),
    }
}

/// A choice is an object that names its value or id, and in it the one below likewise.
fn region(base: &str, value: &Value) -> Result<Value, String> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    if !value.is_object() {
        return Err("data was not an object".to_owned());
    }
    let is_meant = |wanted: &Value, known: &Value| {
        let same = |name: &str| wanted[name].is_string() && wanted[name] == known[name];
        same("value") || same("id")
    };
    let known = REGIONS.iter().enumerate();
    let mut known =
        known.map(|(place, (name, below))| (place, below, option(base, place, None, name)));
    let (place, below, mut chosen) = known
        .find(|(.., known)| is_meant(value, known))
        .ok_or("Could not find valid 'id' or 'value' in the Parent Option object.")?;
    let wanted = &value["child"];
    if !wanted.is_null() {
        let mut below = below.iter().enumerate();
        let child = below
            .find_map(|(below, name)| {
                let known = option(base, place, Some(below), name);
                is_meant(wanted, &known).then_some(known)
            })
            .ok_or("Could not find valid 'id' or 'value' in the Child Option object.")?;
        chosen["child"] = child;
    }
    Ok(chosen)
}

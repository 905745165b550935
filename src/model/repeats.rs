//! What a change repeats of the object that it changes. Clients read an object, change a member and send all of it
//! back: what is said as it is asks for nothing, and what is said otherwise must not be left out in silence.

use serde_json::{Map, Value};

use super::fields::InvalidFields;
use super::request_body::FromBody;

/// The frame around Atlassian's own answers: links and the like, of which none can be wished.
const FRAME: [&str; 14] = [
    "_links",
    "_expandable",
    "_info",
    "self",
    "expand",
    "renderedFields",
    "names",
    "schema",
    "transitions",
    "operations",
    "editmeta",
    "changelog",
    "versionedRepresentations",
    "fieldsToInclude",
];

/// How what cannot be changed is changed after all, by the member.
const OTHER_WAYS: [(&str, &str); 11] = [
    ("body", "an empty text empties it"),
    ("parent_id", "the id of another page moves it below that"),
    ("project", MOVE_ISSUE),
    ("project_key", MOVE_ISSUE),
    ("space_key", MOVE_PAGE),
    ("space_id", MOVE_PAGE),
    ("spaceId", MOVE_PAGE),
    (
        "status",
        "a transition changes the status of an issue, and a page keeps its own",
    ),
    ("title", "summary changes it"),
    ("reporter", "additional_fields takes it"),
    ("labels", "labels of a page are not changed here"),
];
const MOVE_ISSUE: &str = "to move the issue, move it in Jira itself";
const MOVE_PAGE: &str = "to move the page to another space, move it in Confluence itself";

/// A kind of change to an object that answers show.
pub(crate) trait Changes: FromBody {
    /// The members of the answer that the change does not take, in the form that `body` has.
    fn shown(body: &Value) -> &'static [&'static str];

    /// The members of `body` that can only repeat what is there.
    fn repeated(body: &Value) -> Vec<&'static str> {
        Self::shown(body).to_vec()
    }
}

/// A change, and what its body says besides.
#[derive(Debug, Clone)]
pub(crate) struct Sent<T> {
    /// What is to change.
    pub change: T,
    /// What the body says of everything else.
    pub repeats: Repeats,
}

impl<T> From<T> for Sent<T> {
    fn from(change: T) -> Self {
        let repeats = Repeats::default();
        Self { change, repeats }
    }
}

impl<T: Changes> FromBody for Sent<T> {
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        let mut rest = body.clone();
        let repeats = Repeats::taken_out(&mut rest, &T::repeated(body));
        match T::read(&rest) {
            Ok(change) => Ok(Self { change, repeats }),
            // Nothing but what cannot be changed.
            Err(_) if rest.as_object().is_some_and(Map::is_empty) && !repeats.is_empty() => {
                Err(refusal(repeats.0.keys()))
            }
            Err(error) => Err(error),
        }
    }
}

/// Members that a change cannot change, with what its body says of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Repeats(Map<String, Value>);

impl Repeats {
    fn taken_out(body: &mut Value, shown: &[&str]) -> Self {
        let mut repeated = Map::new();
        if let Some(body) = body.as_object_mut() {
            body.retain(|name, _| !FRAME.contains(&name.as_str()));
            for name in shown {
                if let Some(value) = body.remove(*name) {
                    repeated.insert((*name).to_owned(), value);
                }
            }
        }
        Self(repeated)
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of a member.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// Refuses what is not as the object has it `now`.
    ///
    /// # Errors
    /// The names of everything that is otherwise.
    pub(crate) fn expect(&self, now: &Value) -> Result<(), InvalidFields> {
        let nothing = Value::Null;
        let others = self
            .0
            .iter()
            .filter(|(name, said)| !is_same(said, now.get(*name).unwrap_or(&nothing)))
            .map(|(name, _)| name);
        let refused = refusal(others);
        if refused.fields.is_empty() {
            Ok(())
        } else {
            Err(refused)
        }
    }
}

/// Whether both say the same: a number may stand as a text, and a person is known by the account.
fn is_same(said: &Value, now: &Value) -> bool {
    let account = |value: &Value| value.get("account_id").cloned();
    match (said, now) {
        (Value::String(text), Value::Number(number))
        | (Value::Number(number), Value::String(text)) => *text == number.to_string(),
        (Value::Object(_), Value::Object(_)) if account(said).is_some() => {
            account(said) == account(now)
        }
        _ => said == now,
    }
}

fn refusal<'a>(names: impl Iterator<Item = &'a String>) -> InvalidFields {
    let sentence = |name: &String| {
        let way = OTHER_WAYS.iter().find(|(other, _)| other == name);
        let way = way.map_or(String::new(), |(_, way)| format!("; {way}"));
        format!("{name} is unknown to a change, unless it repeats what is there{way}")
    };
    let (fields, sentences): (Vec<String>, Vec<String>) =
        names.map(|name| (name.clone(), sentence(name))).unzip();
    InvalidFields {
        message: sentences.join("; "),
        fields,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_repeats_the_object_passes_and_what_does_not_is_named() {
        let now =
            json!({"id": "7", "space_key": "ENG", "author": {"account_id": "a", "name": "Old"}});
        let mut same = json!({"id": 7, "author": {"account_id": "a"}, "gone": null, "title": "x", "_links": {}});
        let shown = ["id", "author", "gone", "space_key"];
        let repeats = Repeats::taken_out(&mut same, &shown);
        assert_eq!(same, json!({"title": "x"}));
        assert_eq!(repeats.expect(&now), Ok(()));
        let mut other = json!({"id": "8", "space_key": "OPS", "author": {"account_id": "b"}});
        let refused = Repeats::taken_out(&mut other, &shown)
            .expect(&now)
            .unwrap_err();
        assert_eq!(refused.fields, ["author", "id", "space_key"]);
        assert!(
            refused.message.contains("move it in Confluence"),
            "{}",
            refused.message
        );
    }
}

//! The steps an issue can take in its workflow, and which of them a caller means.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::fields::{FieldReader, InvalidFields};
use super::reference::member;
use super::request_body::{FromBody, Rule, object, request_body, required, switch};

/// A step that an issue can take now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Transition {
    /// Its id, which means something in this workflow only.
    #[schema(example = "31")]
    pub id: String,
    /// Its name.
    #[schema(example = "Close")]
    pub name: String,
    /// The name of the status it leads to.
    #[schema(example = "Done")]
    pub to_status: Option<String>,
    /// The fields of its screen; those that are required must be given.
    pub fields: Vec<TransitionField>,
}

/// A field that a transition takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TransitionField {
    /// What `fields` of the request calls it.
    #[schema(example = "resolution")]
    pub id: String,
    /// What people call it.
    #[schema(example = "Resolution")]
    pub name: String,
    /// Whether the transition is refused without it.
    #[schema(example = true)]
    pub required: bool,
    /// The names of the values it takes, where it takes certain ones only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["Done", "Won't Do"]))]
    pub allowed: Option<Vec<String>>,
}

request_body! {
    /// A transition to make.
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct TransitionRequest {
        /// Its id, or its name in any case.
        #[schema(example = "Close")]
        pub transition: String = transition,
        /// A comment in Markdown.
        #[schema(example = "Put out with **foam**.")]
        pub comment: Option<String> = comment,
        /// Fields of the transition's screen in Jira's own form, such as a resolution. A text of several lines takes
        /// Markdown.
        #[schema(required = false, value_type = Object, example = json!({"resolution": {"name": "Done"}}))]
        pub fields: Map<String, Value> = object(),
        /// Whether a text that would destroy what Markdown cannot say is written all the same. Without it such a
        /// transition is refused with 422.
        #[schema(required = false)]
        pub replace: bool = switch(),
    }
}

request_body! {
    /// A transition, named by its id.
    #[derive(Debug)]
    #[schema(as = JiraTransition)]
    pub(crate) struct TransitionById {
        /// Its id, or its name.
        #[schema(example = "31")]
        pub transition_id: String = transition,
        /// A comment in Markdown.
        #[schema(example = "Put out with **foam**.")]
        pub comment: Option<String> = comment,
        /// Fields of the transition's screen in Jira's own form, such as a resolution. A text of several lines takes
        /// Markdown.
        #[schema(required = false, value_type = Object, example = json!({"resolution": {"name": "Done"}}))]
        pub fields: Map<String, Value> = object(),
        /// Whether a text that would destroy what Markdown cannot say is written all the same. Without it such a
        /// transition is refused with 422.
        #[schema(required = false)]
        pub replace: bool = switch(),
    }
}

const TRANSITION: Rule = Rule::new("must be the id or the name of a transition", |text| {
    text.len() <= 255
});

/// Reads the id or the name, also in Jira's own `{"id": "31"}`.
fn transition(reader: &mut FieldReader<'_>, field: &str) -> Option<String> {
    let referred = reader
        .value(field)
        .and_then(|value| member(value, &["id", "name"]));
    match referred {
        Some((_, text)) if TRANSITION.admits(&text) => Some(text),
        _ => required(TRANSITION)(reader, field),
    }
}

#[expect(
    clippy::option_option,
    clippy::unnecessary_wraps,
    reason = "as every reader of a field: nothing on the outside means that the body is refused"
)]
fn comment(reader: &mut FieldReader<'_>, field: &str) -> Option<Option<String>> {
    let comment = reader.prose(field);
    Some(comment.filter(|comment| !comment.trim().is_empty()))
}

impl FromBody for TransitionRequest {
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        Self::from_fields(FieldReader::new(body)?)
    }
}

impl FromBody for TransitionById {
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        Self::from_fields(FieldReader::new(body)?)
    }
}

impl From<TransitionById> for TransitionRequest {
    fn from(request: TransitionById) -> Self {
        Self {
            transition: request.transition_id,
            comment: request.comment,
            fields: request.fields,
            replace: request.replace,
        }
    }
}

impl TransitionRequest {
    /// The one that is meant among those that are possible: by its id, else by its name.
    ///
    /// # Errors
    /// A sentence when none is meant, or more than one; it lists the possible ones.
    pub(crate) fn choose<'a>(&self, possible: &[&'a Transition]) -> Result<&'a Transition, String> {
        let wanted = self.transition.trim();
        if let Some(by_id) = possible.iter().find(|one| one.id == wanted) {
            return Ok(by_id);
        }
        let name = wanted.to_lowercase();
        let named: Vec<&&Transition> = possible
            .iter()
            .filter(|one| one.name.trim().to_lowercase() == name)
            .collect();
        match named.as_slice() {
            [one] => Ok(one),
            [] if possible.is_empty() => Err(String::from(
                "this issue has no transition that this account can make now",
            )),
            [] => Err(format!(
                "this issue has no such transition now; possible are {}",
                listed(possible.iter().copied())
            )),
            _ => Err(format!(
                "several transitions have this name; name one by its id: {}",
                listed(named.into_iter().copied())
            )),
        }
    }
}

fn listed<'a>(transitions: impl Iterator<Item = &'a Transition>) -> String {
    let words: Vec<String> = transitions
        .map(|one| match &one.to_status {
            Some(status) => format!("{} ({}, to {status})", one.name, one.id),
            None => format!("{} ({})", one.name, one.id),
        })
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn transition(id: &str, name: &str, to: &str) -> Transition {
        Transition {
            id: id.to_owned(),
            name: name.to_owned(),
            to_status: Some(to.to_owned()),
            fields: vec![],
        }
    }

    fn chosen(wanted: &str, possible: &[Transition]) -> Result<String, String> {
        let body = json!({ "transition": wanted });
        let request = TransitionRequest::read(&body).unwrap();
        let possible: Vec<&Transition> = possible.iter().collect();
        request.choose(&possible).map(|one| one.id.clone())
    }

    #[test]
    fn an_id_goes_before_a_name_and_names_have_no_case() {
        let possible = [
            transition("11", "21", "To Do"),
            transition("21", "Schließen", "Done"),
        ];
        assert_eq!(chosen("21", &possible).unwrap(), "21");
        assert_eq!(chosen(" SCHLIEßEN ", &possible).unwrap(), "21");
    }

    #[test]
    fn what_is_not_possible_is_told_with_what_is() {
        let possible = [
            transition("11", "Close", "Done"),
            transition("12", "close", "Rejected"),
            transition("13", "Start", "In Progress"),
        ];
        assert_eq!(
            chosen("Stop", &possible).unwrap_err(),
            "this issue has no such transition now; possible are Close (11, to Done), close (12, to Rejected), Start (13, to In Progress)"
        );
        assert_eq!(
            chosen("CLOSE", &possible).unwrap_err(),
            "several transitions have this name; name one by its id: Close (11, to Done), close (12, to Rejected)"
        );
        assert!(chosen("Close", &[]).unwrap_err().contains("no transition"));
    }

    #[test]
    fn a_number_is_taken_as_its_text_and_nothing_else_is() {
        let read = |body: Value| TransitionRequest::read(&body);
        assert_eq!(read(json!({"transition": 31})).unwrap().transition, "31");
        let by_id = json!({"transition": {"id": "31", "name": "Close"}});
        assert_eq!(read(by_id).unwrap().transition, "31");
        for bad in [
            json!({}),
            json!({"transition": null}),
            json!({"transition": [31]}),
            json!({"transition": " "}),
        ] {
            assert_eq!(read(bad).unwrap_err().fields[0], "transition");
        }
        assert!(read(json!({"transition": "x", "comment": 1})).is_err());
    }
}

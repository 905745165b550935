//! The steps an issue can take in its workflow.

use atlassian_document::remark;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::issues::written;
use super::screens::Screen;
use super::{FieldKinds, Jira};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::shaped;
use crate::atlassian::json::{entries, take_entries, text};
use crate::atlassian::request::Call;
use crate::model::hit::Fetched;
use crate::model::issue::Issue;
use crate::model::issue_key::IssueKey;
use crate::model::person::Names;
use crate::model::transition::{Transition, TransitionField, TransitionRequest};
use crate::work::long_text::planned;

impl Jira<'_> {
    /// The transitions that this account can make now. None at all may also mean that it may not.
    pub(crate) async fn transitions(
        self,
        key: &IssueKey,
    ) -> Result<Vec<Fetched<Transition>>, AtlassianError> {
        let path = ["issue", key.as_str(), "transitions"];
        // Without this a client learns of a required field by a refusal only.
        let query = [("expand", String::from("transitions.fields"))];
        let call = Call::get("transitions", Api::Jira, &path, &query);
        let mut answer: Value = self.site.fetch(call).await?;
        let transitions = take_entries(&mut answer, "transitions")?;
        Ok(shaped("transitions", transitions, transition))
    }

    /// Makes a transition, with the comment and fields of `request`. Gives the issue as far as it is known
    /// then: `before` with the status it has come to and what was written.
    pub(crate) async fn transition(
        self,
        key: &IssueKey,
        chosen: &Fetched<Transition>,
        request: &TransitionRequest,
        before: &Value,
        names: &Names,
    ) -> Result<Fetched<Issue>, AtlassianError> {
        let mut body = json!({ "transition": { "id": chosen.value.id } });
        if !request.fields.is_empty() {
            let kinds = kinds(chosen, &request.fields);
            let dialect = self.site.dialect();
            let size = kinds.size_of_edit(&request.fields, before);
            let (request, before, names) = (request.clone(), before.clone(), names.clone());
            let fields = planned(size, move || {
                let kept = (&before, request.replace);
                let mut fields = kinds.changed_values(&request.fields, dialect, kept, &names)?;
                kinds.fit(&mut fields)?;
                Ok::<_, AtlassianError>(fields)
            })
            .await
            .map_err(|why| AtlassianError::unplanned("fields", why))??;
            body["fields"] = Value::from(fields);
        }
        if let Some(markdown) = &request.comment {
            let comment = self
                .site
                .dialect()
                .text("comment", &remark(markdown), names)?;
            body["update"] = json!({ "comment": [{ "add": { "body": comment } }] });
        }
        let path = ["issue", key.as_str(), "transitions"];
        let call = Call::write("transition", Api::Jira, Method::POST, &path, Some(body));
        let mut after = written(before, call.body.as_ref().unwrap_or(&Value::Null));
        if let (Some(fields), Some(status)) = (after.get_mut("fields"), chosen.raw.get("to")) {
            fields["status"] = status.clone();
        }
        self.site.perform(call).await?;
        self.site.note_written(text(before, "/id").as_deref());
        self.shaped(after)
    }
}

/// What fields hold, by the transition's own screen.
pub(crate) fn kinds(chosen: &Fetched<Transition>, fields: &Map<String, Value>) -> FieldKinds {
    let screen = chosen.raw.get("fields");
    FieldKinds::of(fields, |id| screen?.get(id)?.get("schema")).on(Screen::of(screen))
}

fn transition(raw: &Value) -> Option<Transition> {
    let id = text(raw, "/id")?;
    let fields = raw.get("fields").and_then(Value::as_object);
    Some(Transition {
        name: text(raw, "/name").unwrap_or_else(|| id.clone()),
        to_status: text(raw, "/to/name"),
        fields: fields.into_iter().flatten().map(field).collect(),
        id,
    })
}

fn field((id, raw): (&String, &Value)) -> TransitionField {
    let values = raw.get("allowedValues").and_then(Value::as_array);
    TransitionField {
        name: text(raw, "/name").unwrap_or_else(|| id.clone()),
        required: raw.get("required") == Some(&Value::Bool(true)),
        allowed: values.map(|values| values.iter().flat_map(names).collect()),
        id: id.clone(),
    }
}

/// What a value is called; and those below it, as they are written.
fn names(value: &Value) -> Vec<String> {
    let name = ["/name", "/value", "/displayName", "/key", "/id"]
        .iter()
        .find_map(|pointer| text(value, pointer));
    let below = entries(value, "/children").filter_map(|child| {
        let (above, below) = (name.as_deref()?, text(child, "/value")?);
        Some(format!("{above} → {below}"))
    });
    let below: Vec<String> = below.collect();
    name.into_iter().chain(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transition_tells_the_fields_it_demands() {
        let raw = json!({"id": "31", "name": "Close", "to": {"name": "Done"}, "fields": {
            "customfield_3": {"required": false, "name": "Region", "allowedValues": [
                {"value": "EU", "children": [{"value": "Berlin"}]}, {"value": "US"}]},
            "customfield_4": {"required": true, "name": "Why"},
            "resolution": {"required": true, "name": "Resolution", "allowedValues": [{"id": "1", "name": "Done"}]},
        }});
        let fields = serde_json::to_value(transition(&raw).unwrap().fields).unwrap();
        assert_eq!(
            fields,
            json!([
                {"id": "customfield_3", "name": "Region", "required": false, "allowed": ["EU", "EU → Berlin", "US"]},
                {"id": "customfield_4", "name": "Why", "required": true},
                {"id": "resolution", "name": "Resolution", "required": true, "allowed": ["Done"]},
            ])
        );
        let bare = transition(&json!({"id": 1, "fields": null})).unwrap();
        assert!(bare.fields.is_empty());
    }
}

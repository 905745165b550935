//! Fields of an issue that would move it, or join it to an issue of another project, by whatever name they are called.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::ToolContext;
use super::super::arguments::JsonObject;
use super::places::Places;
use crate::model::hit::Fetched;
use crate::model::issue::IssueField;
use crate::model::issue_reference::IssueReference;
use crate::model::parent_names::names_parent;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::issues::field_names::{fields_named, is_own_field};

/// What a field says of other issues, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Joins {
    /// Nothing.
    Nothing,
    /// It may name issues: an app or Jira alone knows what its value is.
    Unknown,
    /// It puts the issue below another one.
    Below,
    /// It moves the issue, or links it.
    Moves,
}

impl Places {
    /// Whether the fields that are to be written leave the issue where it is, and join it to none elsewhere.
    ///
    /// # Errors
    /// `Forbidden` for what is outside of the places; those of the calls that look it up.
    pub(super) async fn check_fields(
        &self,
        context: &ToolContext,
        scope: &Scope,
        given: &Map<String, Value>,
    ) -> Result<(), ServiceError> {
        // As the tool itself reads it. What it cannot read is a list of names, or refused there.
        let read = |argument: &str| JsonObject::deserialize(given.get(argument)?).ok();
        let written = ["fields", "additional_fields"].into_iter().filter_map(read);
        let written: Vec<(String, Value)> = written
            .flat_map(|JsonObject(fields)| fields)
            .filter(|(_, value)| !value.is_null())
            .collect();
        let all_known = written.iter().all(|(name, _)| own(name).is_some());
        let fields = if all_known {
            Vec::new()
        } else {
            context.issues.fields(scope).await?
        };
        for (name, value) in &written {
            match own(name).unwrap_or_else(|| of_site(&fields, name)) {
                Joins::Moves => return Err(self.beyond()),
                Joins::Below => self.check_parent(context, scope, value).await?,
                Joins::Unknown => self.check_named(context, scope, value).await?,
                Joins::Nothing => {}
            }
        }
        Ok(())
    }

    async fn check_parent(
        &self,
        context: &ToolContext,
        scope: &Scope,
        value: &Value,
    ) -> Result<(), ServiceError> {
        match value.get("key").unwrap_or(value) {
            Value::String(parent) if parent.trim().is_empty() => Ok(()),
            Value::String(parent) => self.check_issue(context, scope, parent).await,
            _ => Err(self.beyond()),
        }
    }

    /// Every text in a value that is an issue's key.
    async fn check_named(
        &self,
        context: &ToolContext,
        scope: &Scope,
        value: &Value,
    ) -> Result<(), ServiceError> {
        for text in texts(value) {
            let is_key = |text: &str| text.contains('-') && IssueReference::parse(text).is_some();
            if is_key(text) {
                self.check_issue(context, scope, text).await?;
            }
        }
        Ok(())
    }
}

/// What one of Jira's own fields, or a word for one, says of other issues; none for fields that a site has besides.
fn own(name: &str) -> Option<Joins> {
    let is = |names: &[&str]| names.iter().any(|one| one.eq_ignore_ascii_case(name));
    if names_parent(name) {
        Some(Joins::Below)
    } else if is(&["project", "issuelinks", "update", "fields", "transition"]) {
        Some(Joins::Moves)
    } else {
        is_own_field(name).then_some(Joins::Nothing)
    }
}

/// What the site's field of that name says of other issues; of several that have it, the one that says most.
fn of_site(fields: &[Fetched<IssueField>], name: &str) -> Joins {
    let meant = fields_named(fields, name);
    let kinds = meant.into_iter().map(|field| {
        let schema = field.raw.get("schema");
        let of = |member: &str| schema?.get(member)?.as_str();
        let custom = of("custom").unwrap_or_default();
        // Jira Software's epic link and the parent link of its plans.
        if custom.contains("epic-link") || custom.contains("parent") {
            Joins::Below
        } else if let Some(known) = own(&field.value.id) {
            known
        } else if matches!(of("type"), None | Some("any")) {
            Joins::Unknown
        } else {
            Joins::Nothing
        }
    });
    // Nobody knows what a field is that the site does not tell of.
    kinds.max().unwrap_or(Joins::Unknown)
}

/// All texts in a value, however deep.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(entries) => entries.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

//! Keys that are limited to projects or spaces: what a tool may be asked with one, and what of its result is shown.

use serde_json::{Map, Value, json};

use super::ToolContext;
use super::arguments::names;
use super::narrowed_rules::{Rule, rule};
use super::outcome::Outcome;
use crate::model::content::SpaceFilter;
use crate::model::key_limits::KeyLimits;
use crate::model::page::PageRequest;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::work::request_notes::RequestNotes;

/// What the caller's key is limited to, in the product of a tool.
#[derive(Debug)]
pub(super) struct Confined {
    product: Product,
    keys: Vec<String>,
    rule: Rule,
}

impl Confined {
    /// How the caller's key holds a tool of this name; none where it is limited to no project and no space.
    ///
    /// # Errors
    /// `Forbidden` for a tool that cannot be held to them.
    pub(super) fn of_caller(tool: &str) -> Result<Option<Self>, ServiceError> {
        let Some(words) = RequestNotes::limits() else {
            return Ok(None);
        };
        let limits = KeyLimits::of_row(Some(&words)).ok_or_else(not_with_this_key)?;
        if !limits.are_places() {
            return Ok(None);
        }
        let product = if tool.starts_with("jira") {
            Product::Jira
        } else {
            Product::Confluence
        };
        let keys = limits.places(product).to_vec();
        let rule = rule(tool).ok_or_else(not_with_this_key)?;
        if keys.is_empty() || !limits.admit(product) {
            return Err(not_with_this_key());
        }
        Ok(Some(Self {
            product,
            keys,
            rule,
        }))
    }

    /// The arguments, held to the projects or spaces.
    ///
    /// # Errors
    /// `Forbidden` for what is outside of them; those of a call that finds out where something lies.
    pub(super) async fn arguments(
        &self,
        context: &ToolContext,
        scope: &Scope,
        mut arguments: Value,
    ) -> Result<Value, ServiceError> {
        let Some(given) = arguments.as_object_mut() else {
            return Ok(arguments);
        };
        self.refuse_addresses(given)?;
        match self.rule {
            Rule::Anywhere | Rule::Listed => {}
            Rule::Among(argument) => self.look_among(given, argument)?,
            Rule::Filtered(part) => {
                let filters = given.entry("filters").or_insert_with(|| json!({}));
                if filters.is_null() {
                    *filters = json!({});
                }
                let filters = filters.as_object_mut().ok_or_else(|| self.beyond())?;
                self.look_among(filters, part)?;
            }
            Rule::Issue => {
                self.check_issue(context, scope, text(given, "issue_key"))
                    .await?;
                self.check_fields(context, scope, given).await?;
            }
            Rule::Issues(arguments) => {
                for argument in arguments {
                    for key in listed(given, argument) {
                        self.check_issue(context, scope, &key).await?;
                    }
                }
            }
            Rule::In(argument) => {
                self.check_key(text(given, argument))?;
                if self.product == Product::Jira {
                    self.check_fields(context, scope, given).await?;
                } else if given.get("parent_id").is_some_and(|id| !id.is_null()) {
                    self.check_page(context, scope, text(given, "parent_id"))
                        .await?;
                }
            }
            Rule::Page => {
                if given.get("space_key").is_some_and(|key| !key.is_null()) {
                    self.check_key(text(given, "space_key"))?;
                }
                for argument in ["page_id", "content_id", "parent_id", "target_parent_id"] {
                    if given.get(argument).is_some_and(|id| !id.is_null()) {
                        self.check_page(context, scope, text(given, argument))
                            .await?;
                    }
                }
            }
            Rule::Below => {
                self.check_page(context, scope, text(given, "parent_id"))
                    .await?;
            }
        }
        Ok(arguments)
    }

    /// The result without what lies elsewhere: an issue may have moved, and others are named in it.
    ///
    /// # Errors
    /// `Forbidden` where the result itself lies elsewhere.
    pub(super) fn shown(&self, outcome: Outcome) -> Result<Outcome, ServiceError> {
        match outcome {
            Outcome::Object(object) => {
                let mut value = Value::Object(object);
                if self.is_elsewhere(&value) {
                    return Err(self.beyond());
                }
                self.leave_out(&mut value);
                Ok(match value {
                    Value::Object(object) => Outcome::Object(object),
                    _ => Outcome::Object(Map::new()),
                })
            }
            Outcome::List {
                mut items,
                next,
                truncated,
            } => {
                items.retain(|entry| !self.is_elsewhere(entry) && self.is_listed(entry));
                for entry in &mut items {
                    self.leave_out(entry);
                }
                Ok(Outcome::List {
                    items,
                    next,
                    truncated,
                })
            }
        }
    }

    /// Another site may have a project of the same key.
    fn refuse_addresses(&self, given: &Map<String, Value>) -> Result<(), ServiceError> {
        let is_address = |name: &&str| text(given, name).contains("://");
        match NAMES.into_iter().find(is_address) {
            None => Ok(()),
            Some(name) => Err(ServiceError::forbidden(format!(
                "this API key is limited to {}, so {name} cannot be an address; name the key or the id",
                self.places()
            ))),
        }
    }

    /// Looks in the key's places, or in those of them that the caller named.
    fn look_among(
        &self,
        given: &mut Map<String, Value>,
        argument: &str,
    ) -> Result<(), ServiceError> {
        let named = match given.get(argument) {
            None | Some(Value::Null) => vec![],
            Some(Value::String(list)) => names(list),
            Some(Value::Array(list)) => {
                let texts = list.iter().map(|name| name.as_str().map(str::to_owned));
                texts.collect::<Option<_>>().ok_or_else(|| self.beyond())?
            }
            Some(_) => return Err(self.beyond()),
        };
        for key in &named {
            self.check_key(key)?;
        }
        let among = if named.is_empty() { &self.keys } else { &named };
        given.insert(argument.to_owned(), json!(among));
        Ok(())
    }

    fn check_key(&self, key: &str) -> Result<(), ServiceError> {
        if self.has(key.trim()) {
            Ok(())
        } else {
            Err(self.beyond())
        }
    }

    /// Jira takes project keys in any letters, Confluence space keys as they are.
    fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|own| match self.product {
            Product::Jira => own.eq_ignore_ascii_case(key),
            Product::Confluence => own == key,
        })
    }

    /// Where an issue lies by now, whatever its old key says.
    async fn check_issue(
        &self,
        context: &ToolContext,
        scope: &Scope,
        named: &str,
    ) -> Result<(), ServiceError> {
        let issue = context.issues.shown_issue(scope, named).await?;
        self.check_key(issue.project.as_deref().unwrap_or_default())
    }

    async fn check_page(
        &self,
        context: &ToolContext,
        scope: &Scope,
        id: &str,
    ) -> Result<(), ServiceError> {
        let page = context.pages.page(scope, id).await?.value.summary;
        if let Some(key) = &page.space_key {
            return self.check_key(key);
        }
        let filter = SpaceFilter {
            keys: self.keys.clone(),
            kind: None,
        };
        let asked = PageRequest {
            limit: u32::try_from(self.keys.len()).unwrap_or(u32::MAX),
            cursor: None,
        };
        let spaces = context.pages.spaces(scope, &filter, &asked).await?;
        let mut spaces = spaces.items.iter().map(|space| &space.value);
        let lies_there = spaces.any(|space| page.space_id.as_ref() == Some(&space.id));
        if lies_there {
            Ok(())
        } else {
            Err(self.beyond())
        }
    }

    /// Fields that would move an issue, or join it to another, by whatever name.
    async fn check_fields(
        &self,
        context: &ToolContext,
        scope: &Scope,
        given: &Map<String, Value>,
    ) -> Result<(), ServiceError> {
        for argument in ["fields", "additional_fields"] {
            let fields = match given.get(argument) {
                Some(Value::Object(fields)) => fields.clone(),
                Some(Value::String(json)) => serde_json::from_str(json).unwrap_or_default(),
                _ => continue,
            };
            for (name, value) in fields {
                let known = context.issues.field_names(scope, argument, vec![name]);
                for field in known.await? {
                    match field.id.to_ascii_lowercase().as_str() {
                        "project" | "issuelinks" => return Err(self.beyond()),
                        "parent" if !value.is_null() => {
                            let parent = value.get("key").unwrap_or(&value);
                            let parent = parent.as_str().ok_or_else(|| self.beyond())?;
                            self.check_issue(context, scope, parent).await?;
                        }
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether this entry of a list of projects or spaces is one of the key's.
    fn is_listed(&self, entry: &Value) -> bool {
        self.rule != Rule::Listed || self.has(entry["key"].as_str().unwrap_or_default())
    }

    /// Whether this is an issue of another project.
    fn is_elsewhere(&self, value: &Value) -> bool {
        let named = |name: &str| value.get(name)?.as_str()?.rsplit_once('-');
        let project = ["key", "id"].into_iter().find_map(|name| {
            named(name).filter(|(project, number)| {
                let is_key = project.starts_with(|first: char| first.is_ascii_uppercase());
                is_key && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            })
        });
        self.product == Product::Jira && project.is_some_and(|(project, _)| !self.has(project))
    }

    /// Takes out issues of other projects, however deep they are named.
    fn leave_out(&self, value: &mut Value) {
        match value {
            Value::Array(entries) => {
                entries.retain(|entry| !self.is_elsewhere(entry));
                for entry in entries {
                    self.leave_out(entry);
                }
            }
            Value::Object(members) => {
                members.retain(|_, member| !self.is_elsewhere(member));
                for member in members.values_mut() {
                    self.leave_out(member);
                }
            }
            _ => {}
        }
    }

    fn beyond(&self) -> ServiceError {
        ServiceError::forbidden(format!(
            "this API key is limited to {}, and this is outside of it",
            self.places()
        ))
    }

    fn places(&self) -> String {
        let kind = match self.product {
            Product::Jira => "the projects",
            Product::Confluence => "the spaces",
        };
        format!("{kind} {}", self.keys.join(", "))
    }
}

/// Arguments that could be addresses.
const NAMES: [&str; 10] = [
    "jql",
    "query",
    "q",
    "issue_key",
    "issue_ids_or_keys",
    "page_id",
    "content_id",
    "parent_id",
    "target_parent_id",
    "space_key",
];

/// The names in an argument: a text with commas between, or a list.
fn listed(given: &Map<String, Value>, argument: &str) -> Vec<String> {
    match given.get(argument) {
        Some(Value::Array(list)) => {
            let texts = list.iter().map(|name| name.as_str().unwrap_or_default());
            texts.map(str::to_owned).collect()
        }
        _ => match names(text(given, argument)) {
            // Nothing named lies nowhere, and is refused as what lies elsewhere.
            empty if empty.is_empty() => vec![String::new()],
            names => names,
        },
    }
}

fn text<'a>(given: &'a Map<String, Value>, argument: &str) -> &'a str {
    given
        .get(argument)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn not_with_this_key() -> ServiceError {
    ServiceError::forbidden(
        "this API key is limited to projects or spaces, and this tool cannot be held to them",
    )
}

#[cfg(test)]
#[path = "narrowed_tests.rs"]
mod tests;

//! The projects or the spaces that a key is limited to: what lies in them, and where a named thing lies.

use serde_json::{Map, Value, json};

use super::super::ToolContext;
use super::super::arguments::names;
use super::super::jira_boards::number;
use super::text;
use crate::atlassian::named_call::NamedCall;
use crate::model::content::SpaceFilter;
use crate::model::key_limits::KeyLimits;
use crate::model::page::PageRequest;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// The places of a key in one product.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) product: Product,
    /// None: the key sees nothing of this product.
    pub(super) keys: Vec<String>,
}

impl Places {
    pub(super) fn of(limits: &KeyLimits, product: Product) -> Self {
        let keys = if limits.admit(product) {
            limits.places(product).to_vec()
        } else {
            Vec::new()
        };
        Self { product, keys }
    }

    /// Looks in these places, or in those of them that the caller named.
    ///
    /// # Errors
    /// `Forbidden` for what is outside of them.
    pub(super) fn look_among(
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

    /// Looks in the one place that the caller named, or in the only one there is.
    ///
    /// # Errors
    /// `Forbidden` for what is outside of them, and where it is not said which of several is meant.
    pub(super) fn look_in_one(
        &self,
        given: &mut Map<String, Value>,
        argument: &str,
    ) -> Result<(), ServiceError> {
        match (text(given, argument), self.keys.as_slice()) {
            ("", [only]) => {
                given.insert(argument.to_owned(), Value::from(only.as_str()));
                Ok(())
            }
            ("", _) => Err(ServiceError::forbidden(format!(
                "this API key is limited to {}; name one of them in {argument}",
                self.named()
            ))),
            (named, _) => self.check_key(named),
        }
    }

    /// Whether a project or space of this key is among them.
    ///
    /// # Errors
    /// `Forbidden` for what is outside of them.
    pub(super) fn check_key(&self, key: &str) -> Result<(), ServiceError> {
        if self.has(key.trim()) {
            Ok(())
        } else {
            Err(self.beyond())
        }
    }

    /// Jira takes project keys in any letters, Confluence space keys as they are.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|own| match self.product {
            Product::Jira => own.eq_ignore_ascii_case(key),
            Product::Confluence => own == key,
        })
    }

    /// Where an issue lies by now, whatever its old key says.
    ///
    /// # Errors
    /// `Forbidden` for what is outside of them; those of the call that looks it up.
    pub(super) async fn check_issue(
        &self,
        context: &ToolContext,
        scope: &Scope,
        named: &str,
    ) -> Result<(), ServiceError> {
        let issue = context.issues.shown_issue(scope, named).await?;
        self.check_key(issue.project.as_deref().unwrap_or_default())
    }

    /// Both ends of a link between issues: what a link joins is changed at both.
    ///
    /// # Errors
    /// `Forbidden` for what is outside of them; those of the call that looks it up.
    pub(super) async fn check_link(
        &self,
        context: &ToolContext,
        scope: &Scope,
        id: &str,
    ) -> Result<(), ServiceError> {
        let call = NamedCall::of(Product::Jira, "getIssueLink", &[id]);
        let link = context.issues.ask(scope, &call).await?;
        for end in ["/inwardIssue/key", "/outwardIssue/key"] {
            let key = link.pointer(end).and_then(Value::as_str);
            let project = key.and_then(|key| key.rsplit_once('-'));
            self.check_key(project.map_or("", |(project, _)| project))?;
        }
        Ok(())
    }

    /// Every project that a board shows.
    ///
    /// # Errors
    /// `Forbidden` for what is outside of them; those of the call that looks it up.
    pub(super) async fn check_board(
        &self,
        context: &ToolContext,
        scope: &Scope,
        id: &str,
    ) -> Result<(), ServiceError> {
        let id = number("board_id", id)?.to_string();
        let call = NamedCall::of(Product::Jira, "getProjectsOfBoard", &[&id]);
        let shown = context.issues.ask(scope, &call).await?;
        let projects = shown["values"].as_array().map_or(&[][..], Vec::as_slice);
        // One of many projects shows more than these.
        if projects.is_empty() || shown["isLast"] == false {
            return Err(self.beyond());
        }
        projects
            .iter()
            .try_for_each(|project| self.check_key(project["key"].as_str().unwrap_or_default()))
    }

    /// Where a page lies.
    ///
    /// # Errors
    /// `Forbidden` for what is outside of them; those of the call that looks it up.
    pub(super) async fn check_page(
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

    /// Whether this is an issue of another project.
    pub(super) fn is_elsewhere(&self, value: &Value) -> bool {
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
    pub(super) fn leave_out(&self, value: &mut Value) {
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

    pub(super) fn beyond(&self) -> ServiceError {
        ServiceError::forbidden(format!(
            "this API key is limited to {}, and this is outside of it",
            self.named()
        ))
    }

    pub(super) fn named(&self) -> String {
        let kind = match self.product {
            Product::Jira => "projects",
            Product::Confluence => "spaces",
        };
        if self.keys.is_empty() {
            return format!("no {kind}");
        }
        format!("the {kind} {}", self.keys.join(", "))
    }
}

//! Keys that are limited to projects or spaces: what a tool may be asked with one, and what of its result is shown.

mod addressed;
mod joined;
mod places;
mod rules;
mod unsaid;

use serde_json::{Map, Value, json};

use super::ToolContext;
use super::arguments::names;
use super::named_anywhere::NamedAnywhere;
use super::outcome::Outcome;
use super::registry::Tool;
use crate::model::key_limits::KeyLimits;
use crate::model::pasted::holds_address;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::policy;
use crate::service::error::ServiceError;
use places::Places;
use rules::{Rule, rule};

/// The arguments that other sites' addresses are taken in otherwise.
const NAMES: [&str; 15] = [
    "jql",
    "query",
    "q",
    "id",
    "issue_key",
    "inward_issue_key",
    "outward_issue_key",
    "epic_key",
    "issue_keys",
    "issue_ids_or_keys",
    "page_id",
    "content_id",
    "parent_id",
    "target_parent_id",
    "space_key",
];

/// What the caller's key is limited to, and how a tool is held to it.
#[derive(Debug)]
pub(super) struct Confined {
    jira: Places,
    confluence: Places,
    /// That of the tool; none: it looks in both.
    product: Option<Product>,
    rule: Rule,
}

impl Tool {
    /// Whether a key that is limited so may run it: one that is limited to places, where it can be held to them. Of several
    /// products one is enough.
    pub(crate) fn is_within(&self, limits: &KeyLimits) -> bool {
        let is_held = !limits.are_places() || Confined::by(self, limits).is_ok();
        let is_allowed = |product: Product| {
            let mut needed = self.operations_of(product);
            limits.admit(product) && needed.all(|operation| operation.is_within(limits))
        };
        is_held && self.products().into_iter().any(is_allowed)
    }
}

/// Whether the caller's key allows this operation of Atlassian's.
pub(super) fn may_call(scope: &Scope, product: Product, operation: &str) -> bool {
    let is_within = |limits: &KeyLimits| {
        policy::named(product, operation).is_some_and(|operation| operation.is_within(limits))
    };
    scope.limits().is_none_or(|limits| is_within(limits))
}

impl Confined {
    /// How the caller's key holds a tool; none where it is limited to no project and no space.
    ///
    /// # Errors
    /// `Forbidden` for a tool that cannot be held to them.
    pub(super) fn of_caller(scope: &Scope, tool: &Tool) -> Result<Option<Self>, ServiceError> {
        let limits = scope.limits().filter(|limits| limits.are_places());
        limits.map(|limits| Self::by(tool, limits)).transpose()
    }

    fn by(tool: &Tool, limits: &KeyLimits) -> Result<Self, ServiceError> {
        let product = tool.facts.toolset.product;
        let confined = Self {
            jira: Places::of(limits, Product::Jira),
            confluence: Places::of(limits, Product::Confluence),
            product,
            rule: rule(tool.usual_name()).ok_or_else(not_with_this_key)?,
        };
        let sees_nothing = match product {
            Some(product) => confined.of(product).keys.is_empty(),
            None => confined.jira.keys.is_empty() && confined.confluence.keys.is_empty(),
        };
        if sees_nothing {
            return Err(not_with_this_key());
        }
        Ok(confined)
    }

    fn of(&self, product: Product) -> &Places {
        match product {
            Product::Jira => &self.jira,
            Product::Confluence => &self.confluence,
        }
    }

    /// The places in the product of a tool that has one.
    fn here(&self) -> &Places {
        self.of(self.product.unwrap_or(Product::Jira))
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
        let here = self.here();
        addressed::by_names(context, scope, given).await?;
        refuse_addresses(given)?;
        if self.product != Some(Product::Confluence) {
            unsaid::check_functions(&self.jira, given)?;
        }
        match self.rule {
            Rule::Anywhere | Rule::Listed => {}
            Rule::Among(argument) => here.look_among(given, argument)?,
            Rule::Filtered(part) => {
                let filters = given.entry("filters").or_insert_with(|| json!({}));
                if filters.is_null() {
                    *filters = json!({});
                }
                let filters = filters.as_object_mut().ok_or_else(|| here.beyond())?;
                here.look_among(filters, part)?;
            }
            Rule::Both => {
                given.insert(String::from("projects"), json!(self.jira.keys));
                given.insert(String::from("spaces"), json!(self.confluence.keys));
            }
            Rule::Issues(named) => {
                for key in named.iter().flat_map(|name| listed(given, name)) {
                    here.check_issue(context, scope, &key).await?;
                }
                here.check_fields(context, scope, given).await?;
            }
            Rule::In(argument) => {
                here.check_key(text(given, argument))?;
                if self.product == Some(Product::Jira) {
                    here.check_fields(context, scope, given).await?;
                } else if given.contains_key("parent_id") {
                    here.check_page(context, scope, text(given, "parent_id"))
                        .await?;
                }
            }
            Rule::Of(argument) => here.look_in_one(given, argument)?,
            Rule::Board => {
                here.check_board(context, scope, text(given, "board_id"))
                    .await?;
            }
            Rule::Link => {
                here.check_link(context, scope, text(given, "link_id"))
                    .await?;
            }
            Rule::Page => self.check_pages(context, scope, given).await?,
            Rule::Found => self.check_found(context, scope, text(given, "id")).await?,
        }
        Ok(arguments)
    }

    /// Every page that is named, and the space where a title is named in place of one.
    async fn check_pages(
        &self,
        context: &ToolContext,
        scope: &Scope,
        given: &Map<String, Value>,
    ) -> Result<(), ServiceError> {
        let here = self.here();
        let pages = ["page_id", "content_id", "parent_id", "target_parent_id"];
        let pages = pages.into_iter().filter(|name| is_given(given, name));
        let named_by_space = is_given(given, "space_key");
        if named_by_space {
            here.check_key(text(given, "space_key"))?;
        }
        let mut is_named = named_by_space;
        for argument in pages {
            here.check_page(context, scope, text(given, argument))
                .await?;
            is_named = true;
        }
        if is_named { Ok(()) } else { Err(here.beyond()) }
    }

    async fn check_found(
        &self,
        context: &ToolContext,
        scope: &Scope,
        id: &str,
    ) -> Result<(), ServiceError> {
        let NamedAnywhere {
            product,
            name: named,
            ..
        } = NamedAnywhere::of(id);
        let places = self.of(product);
        if places.keys.is_empty() {
            return Err(places.beyond());
        }
        match product {
            Product::Jira => places.check_issue(context, scope, named).await,
            Product::Confluence => places.check_page(context, scope, named).await,
        }
    }

    /// A failure of a tool, or what is told in its place where it would say what there is elsewhere.
    ///
    /// # Errors
    /// The failure, in most cases.
    pub(super) fn unsaid(tool: &Tool, error: ServiceError) -> Result<Outcome, ServiceError> {
        unsaid::unsaid(tool, error)
    }

    /// The result without what lies elsewhere: an issue may have moved, and others are named in it.
    ///
    /// # Errors
    /// `Forbidden` where the result itself lies elsewhere.
    pub(super) fn shown(&self, outcome: Outcome) -> Result<Outcome, ServiceError> {
        let here = self.here();
        match outcome {
            Outcome::Object(object) => {
                let mut value = Value::Object(object);
                if here.is_elsewhere(&value) {
                    return Err(here.beyond());
                }
                here.leave_out(&mut value);
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
                items.retain(|entry| !here.is_elsewhere(entry) && self.is_listed(entry));
                for entry in &mut items {
                    here.leave_out(entry);
                }
                Ok(Outcome::List {
                    items,
                    next,
                    truncated,
                })
            }
        }
    }

    /// Whether this entry of a list of projects or spaces is one of the key's.
    fn is_listed(&self, entry: &Value) -> bool {
        self.rule != Rule::Listed || self.here().has(entry["key"].as_str().unwrap_or_default())
    }
}

fn is_given(given: &Map<String, Value>, argument: &str) -> bool {
    given.get(argument).is_some_and(|value| !value.is_null())
}

/// Another site may have a project of the same key.
fn refuse_addresses(given: &Map<String, Value>) -> Result<(), ServiceError> {
    let is_address = |name: &&str| {
        // What it is of stands in front of it; an id across products names its site, as an address does.
        let named = NamedAnywhere::of(text(given, name));
        match *name {
            "id" => named.site.is_some() || holds_address(named.name),
            name => holds_address(text(given, name)),
        }
    };
    match NAMES.into_iter().find(is_address) {
        None => Ok(()),
        Some(name) => Err(ServiceError::forbidden(format!(
            "this API key is limited to projects or spaces, so {name} cannot be an address; name the key or the id",
        ))),
    }
}

/// The names in an argument: one, some with commas between, or a list. Nothing named lies nowhere, and is refused as what lies
/// elsewhere.
fn listed(given: &Map<String, Value>, argument: &str) -> Vec<String> {
    let named = match given.get(argument) {
        Some(Value::Array(list)) => {
            let texts = list.iter().map(|name| name.as_str().unwrap_or_default());
            texts.map(str::to_owned).collect()
        }
        _ => names(text(given, argument)),
    };
    if named.is_empty() {
        vec![String::new()]
    } else {
        named
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
mod tests;

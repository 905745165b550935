//! Tools for agents: one registry of named operations with typed arguments, over the same services.

mod arguments;
mod asking;
mod confluence_comments;
mod confluence_files;
mod confluence_history;
mod confluence_more;
mod confluence_moving;
mod confluence_pages;
mod confluence_search;
mod confluence_sections;
mod confluence_tree;
mod confluence_writing;
mod connector_names;
mod covered;
mod facts;
mod fitting;
mod jira_attachments;
mod jira_batch;
mod jira_boards;
mod jira_changed;
mod jira_checks;
mod jira_comments;
mod jira_fields;
mod jira_history;
mod jira_issues;
mod jira_links;
mod jira_people;
mod jira_planning;
mod jira_projects;
mod jira_search;
mod jira_sprints;
mod jira_transitions;
mod jira_work;
mod jira_writing;
mod led_to;
mod line_diff;
mod markdown_sections;
mod meant_names;
mod named_anywhere;
mod narrowed;
mod not_found;
mod other_names;
mod outcome;
mod plain;
mod registry;
mod renamed;
mod rovo_names;
mod schemas;
mod search_and_fetch;
mod styles;
mod times;
mod told_names;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::ServiceError;
use super::issues::Issues;
use super::pages::Pages;
use super::writing::writing;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::work::measures::ToolEnd;
use crate::work::meter::Meter;

pub use covered::needed_by;
pub(crate) use covered::uncovered;
use facts::ToolEffect;
pub(crate) use meant_names::Meant;
use narrowed::Confined;
use not_found::Asked;
pub(crate) use outcome::{Outcome, show};
pub(crate) use registry::{NameSet, Tool};
pub(crate) use styles::ToolStyle;

use renamed::{Renamed, SITE};

/// What the tools work with.
#[derive(Debug, Clone)]
pub(crate) struct ToolContext {
    issues: Issues,
    pages: Pages,
}

/// A tool, described for agents.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ToolDescription {
    /// Its name.
    #[schema(example = "jira_get_issue")]
    pub name: &'static str,
    /// What it does, for a person or a model to read.
    #[schema(example = "Read one Jira issue with its newest comments.")]
    pub description: &'static str,
    /// The JSON Schema (2020-12) of its arguments.
    #[schema(value_type = Object)]
    pub input_schema: Value,
    /// Whether it only reads.
    pub read_only: bool,
}

impl From<&Tool> for ToolDescription {
    fn from(tool: &Tool) -> Self {
        Self {
            name: tool.name,
            description: tool.facts.description,
            input_schema: tool.input_schema().clone(),
            read_only: tool.read_only,
        }
    }
}

/// Every tool, over one owner's connections.
#[derive(Debug, Clone)]
pub struct Tools {
    context: ToolContext,
    meter: Meter,
}

impl Tools {
    /// The tools over these services.
    pub(crate) fn new(issues: Issues, pages: Pages, meter: Meter) -> Self {
        Self {
            context: ToolContext { issues, pages },
            meter,
        }
    }

    /// The same, each of them counted from now on.
    pub(crate) fn counted(issues: Issues, pages: Pages, meter: Meter) -> Self {
        for tool in registry::all() {
            meter.tool_is_there(tool.name);
        }
        Self::new(issues, pages, meter)
    }

    /// Counts how a tool ended.
    pub(crate) fn note(&self, tool: &Tool, end: ToolEnd) {
        self.meter.tool_ran(tool.name, end);
    }

    /// The tools of these sets, in the order of the registry.
    pub(crate) fn of(sets: &[NameSet]) -> Vec<&'static Tool> {
        let all = registry::all().iter();
        all.filter(|tool| sets.iter().any(|set| tool.is_in(*set)))
            .collect()
    }

    /// The tool of this name.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn find(name: &str) -> Result<&'static Tool, ServiceError> {
        Self::named(name).ok_or_else(|| {
            let meant = match Self::meant_among(name, |_| true) {
                Some(Meant::Does(tool)) => format!("; {tool} does it"),
                Some(Meant::Maybe(tool)) => format!("; {tool} may be meant"),
                Some(Meant::Nothing) => String::from("; nothing here does it"),
                None => String::new(),
            };
            ServiceError::NotFound(format!(
                "there is no such tool{meant}; GET /connectors/tools lists what there is"
            ))
        })
    }

    /// The tool of exactly this name, if there is one.
    pub(crate) fn named(name: &str) -> Option<&'static Tool> {
        registry::all().iter().find(|tool| tool.name == name)
    }

    /// What is known of a name that no tool has.
    pub(crate) fn meant_among(name: &str, is_offered: impl Fn(&Tool) -> bool) -> Option<Meant> {
        let offered = registry::all().iter().filter(|tool| is_offered(tool));
        // The usual name is the better one, where an earlier one is the same but for its dot.
        let (earlier, others): (Vec<&Tool>, Vec<&Tool>) =
            offered.partition(|tool| tool.set == NameSet::Earlier);
        let names = others.into_iter().chain(earlier).map(|tool| tool.name);
        meant_names::meant(name, &names.collect::<Vec<&'static str>>())
    }

    /// Runs a tool for the owner, with arguments that were [fitted](Tool::fitted). What comes back is data: nothing in it makes a tool do more.
    ///
    /// # Errors
    /// When an argument is missing, unknown or malformed, or outside of what the caller's key is limited to, and whatever the
    /// services fail with.
    pub(crate) async fn invoke(
        &self,
        scope: &Scope,
        tool: &Tool,
        arguments: Value,
    ) -> Result<Outcome, ServiceError> {
        if let Some(renamed) = tool.as_renamed() {
            let done = Box::pin(self.invoke_renamed(scope, renamed, arguments)).await;
            return done.map_err(|error| renamed.named(error));
        }
        let work = self.run(scope, tool, arguments);
        let done = match tool.facts.effect {
            ToolEffect::Reads => work.await,
            _ => Box::pin(writing(work)).await,
        };
        done.map_err(|error| {
            told_names::told(error, |own| {
                let mut names = told_names::names(tool.name).iter();
                names.find(|(name, _)| *name == own).map(|(_, told)| *told)
            })
        })
    }

    /// Runs a tool, held to what the caller's key is limited to.
    async fn run(
        &self,
        scope: &Scope,
        tool: &Tool,
        arguments: Value,
    ) -> Result<Outcome, ServiceError> {
        let Some(confined) = Confined::of_caller(scope, tool)? else {
            let mut arguments = arguments;
            let product = tool.facts.toolset.product;
            let there = self.context.led_to(scope, product, &mut arguments).await?;
            let asked = Asked::of(tool, &arguments);
            let done = tool.run(&there, scope, arguments).await;
            return match (done, asked) {
                (Err(error), Some(asked)) => {
                    Err(Box::pin(there.why_missing(scope, &asked, error)).await)
                }
                (done, _) => done,
            };
        };
        // Every way to ask for a place is in it: too large to be moved about on the stack.
        let arguments = Box::pin(confined.arguments(&self.context, scope, arguments)).await?;
        let done = tool.run(&self.context, scope, arguments).await;
        confined.shown(done.or_else(|error| Confined::unsaid(tool, error))?)
    }

    /// Runs the usual tool that one under another name stands for, on the site that was named.
    async fn invoke_renamed(
        &self,
        scope: &Scope,
        renamed: &Renamed,
        arguments: Value,
    ) -> Result<Outcome, ServiceError> {
        let given = arguments.as_object().cloned().unwrap_or_default();
        renamed.check(&given)?;
        let mut asked = renamed.asked(&given);
        let tool = Self::find(asked.tool)?;
        let there = match (&asked.site, tool.facts.toolset.product) {
            (Some(site), Some(product)) => self.at_site(scope, product, site).await?,
            _ => self.clone(),
        };
        if let Some((argument, id)) = asked.space_id.take() {
            let key = there.context.pages.key_of_space(scope, &id).await?;
            asked
                .arguments
                .insert(argument.to_owned(), Value::from(key));
        }
        let known = &tool.input_schema()["properties"];
        asked.arguments.retain(|name, _| known[name].is_object());
        let arguments = Value::Object(asked.arguments);
        there.invoke(scope, tool, arguments).await
    }

    /// The same tools over other services.
    fn over(&self, issues: Issues, pages: Pages) -> Self {
        Self::new(issues, pages, self.meter.clone())
    }

    /// The same tools on another site that the login reaches, by its id, its host or its address.
    async fn at_site(
        &self,
        scope: &Scope,
        product: Product,
        site: &str,
    ) -> Result<Self, ServiceError> {
        let ToolContext { issues, pages } = self.context.clone();
        Ok(match product {
            Product::Jira => self.over(issues.at_site(scope, SITE, site).await?, pages),
            Product::Confluence => self.over(issues, pages.at_site(scope, SITE, site).await?),
        })
    }
}

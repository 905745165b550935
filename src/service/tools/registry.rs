//! The registry: one line per tool, and what a tool is.

use std::future::Future;
use std::sync::LazyLock;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::PartialSchema;

use super::arguments::read;
use super::facts::{Facts, ToolEffect};
use super::fitting::fitted;
use super::outcome::Outcome;
use super::renamed::Renamed;
use super::schemas::plain;
use super::{
    ToolContext, confluence_comments, confluence_files, confluence_history, confluence_more,
    confluence_moving, confluence_pages, confluence_search, confluence_sections, confluence_tree,
    confluence_writing, connector_names, jira_attachments, jira_batch, jira_boards, jira_checks,
    jira_comments, jira_fields, jira_history, jira_issues, jira_links, jira_people, jira_planning,
    jira_projects, jira_search, jira_sprints, jira_transitions, jira_work, jira_writing,
    rovo_names, search_and_fetch,
};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::policy;
use crate::service::error::ServiceError;

/// Whose names for tools: agents know several, and a list has those of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameSet {
    /// Those that most agents know.
    Usual,
    /// `search` and `fetch`, which research agents ask for.
    Search,
    /// Those of Atlassian's own server for agents.
    Rovo,
    /// Those of the earlier connector API, for programs only: models' APIs refuse the dot in them.
    Earlier,
}

/// Which arguments of a tool say what part of its list is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paging {
    /// Takes the `next_cursor` of the part before.
    pub cursor: &'static str,
    /// The largest number of entries wanted, if the caller may choose.
    pub limit: Option<&'static str>,
}

/// The usual names of these arguments.
pub(super) const PAGED: Option<Paging> = Some(Paging {
    cursor: "cursor",
    limit: Some("limit"),
});

/// What a tool is: its arguments as a type, and what it does with them.
pub(super) trait Operation {
    /// The name that agents call it by.
    const NAME: &'static str;
    /// What is told about it.
    const FACTS: Facts;
    /// How its list is paged, if it gives one in parts.
    const PAGING: Option<Paging> = None;
    /// The arguments that say something when they are an empty text; others are left out then.
    const TELLING: &'static [&'static str] = &[];
    /// Its arguments; their JSON Schema is generated from the type.
    type Arguments: DeserializeOwned + PartialSchema + Send;

    /// Does it.
    fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Self::Arguments,
    ) -> impl Future<Output = Result<Outcome, ServiceError>> + Send;
}

type Run =
    for<'a> fn(&'a ToolContext, &'a Scope, Value) -> BoxFuture<'a, Result<Outcome, ServiceError>>;

/// A tool with its types hidden, so that one list holds them all.
#[derive(Debug)]
pub(crate) struct Tool {
    /// The name that agents call it by.
    pub name: &'static str,
    /// Whether it changes nothing.
    pub read_only: bool,
    /// What is told about it.
    pub facts: Facts,
    /// Whose name it has.
    pub set: NameSet,
    /// How its list is paged, if it gives one in parts.
    pub paging: Option<Paging>,
    telling: &'static [&'static str],
    work: Work,
}

/// What a tool does.
#[derive(Debug)]
enum Work {
    Own {
        schema: LazyLock<Value>,
        run: Run,
    },
    /// What a usual tool does.
    Renamed {
        schema: Value,
        as_is: &'static Renamed,
    },
}

impl Tool {
    fn of<O: Operation>() -> Self {
        Self::in_set::<O>(NameSet::Usual)
    }

    fn in_set<O: Operation>(set: NameSet) -> Self {
        Self {
            name: O::NAME,
            read_only: matches!(O::FACTS.effect, ToolEffect::Reads),
            facts: O::FACTS,
            set,
            paging: O::PAGING,
            telling: O::TELLING,
            work: Work::Own {
                schema: LazyLock::new(|| {
                    plain(serde_json::to_value(O::Arguments::schema()).unwrap_or_default())
                }),
                run: |context, scope, arguments| {
                    async move { O::run(context, scope, read(arguments)?).await }.boxed()
                },
            },
        }
    }

    /// The usual tool under another name.
    fn renamed(renamed: &'static Renamed, usual: &Self) -> Self {
        Self {
            name: renamed.name,
            read_only: usual.read_only,
            facts: renamed.facts(&usual.facts),
            set: NameSet::Rovo,
            paging: renamed.paging,
            telling: &[],
            work: Work::Renamed {
                schema: renamed.schema(),
                as_is: renamed,
            },
        }
    }

    /// Whether a list of these names has it. Rovo's own has the two tools for research as well.
    pub(crate) fn is_in(&self, set: NameSet) -> bool {
        self.set == set || (set == NameSet::Rovo && self.set == NameSet::Search)
    }

    /// Which usual tool it is under another name.
    pub(super) fn as_renamed(&self) -> Option<&'static Renamed> {
        match &self.work {
            Work::Own { .. } => None,
            Work::Renamed { as_is, .. } => Some(as_is),
        }
    }

    /// The JSON Schema of the arguments.
    pub(crate) fn input_schema(&self) -> &Value {
        match &self.work {
            Work::Own { schema, .. } => schema,
            Work::Renamed { schema, .. } => schema,
        }
    }

    /// The JSON Schema of what it gives.
    pub(crate) fn output_schema(&self) -> Value {
        self.facts.gives.schema()
    }

    /// The products that it calls. Of several, one is enough for it.
    pub(crate) fn products(&self) -> Vec<Product> {
        match self.facts.toolset.product {
            Some(product) => vec![product],
            None => vec![Product::Jira, Product::Confluence],
        }
    }

    /// The operations of Atlassian's that it cannot do without in one product.
    pub(crate) fn operations_of(
        &self,
        product: Product,
    ) -> impl Iterator<Item = &'static policy::Operation> {
        let calls = self.facts.calls.iter();
        calls.filter_map(move |name| policy::named(product, name))
    }

    /// All of them.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'static policy::Operation> {
        let products = self.products().into_iter();
        products.flat_map(|product| self.operations_of(product))
    }

    /// The name that the rules for such keys know it by.
    pub(super) fn usual_name(&self) -> &'static str {
        self.as_renamed().map_or(self.name, |renamed| renamed.usual)
    }

    /// The arguments as the tool takes them, from what a model wrote.
    ///
    /// # Errors
    /// Everything that is missing, unknown, malformed or out of range.
    pub(crate) fn fitted(&self, arguments: Value) -> Result<Value, ServiceError> {
        fitted(self.input_schema(), arguments, self.telling)
    }

    /// Runs the tool with arguments that were [fitted](Self::fitted).
    ///
    /// # Errors
    /// Those of the tool.
    pub(super) async fn run(
        &self,
        context: &ToolContext,
        scope: &Scope,
        arguments: Value,
    ) -> Result<Outcome, ServiceError> {
        match &self.work {
            Work::Own { run, .. } => run(context, scope, arguments).await,
            Work::Renamed { as_is, .. } => Err(ServiceError::NotFound(format!(
                "{} is run as {}",
                as_is.name, as_is.usual
            ))),
        }
    }
}

/// Every tool there is.
pub(super) fn all() -> &'static [Tool] {
    static ALL: LazyLock<Vec<Tool>> = LazyLock::new(|| {
        let mut all = own();
        let rows = rovo_names::JIRA.iter().chain(rovo_names::CONFLUENCE);
        let renamed: Vec<Tool> = rows
            .filter_map(|row| {
                let usual = all.iter().find(|tool| tool.name == row.usual)?;
                Some(Tool::renamed(row, usual))
            })
            .collect();
        all.extend(renamed);
        all
    });
    &ALL
}

/// Those that do something of their own, in the order of their lists, which stays: clients keep them in a model's cache.
fn own() -> Vec<Tool> {
    let parts = [earlier(), usual(), further(), for_research()];
    parts.into_iter().flatten().collect()
}

/// The names of the earlier connector API.
fn earlier() -> Vec<Tool> {
    vec![
        Tool::in_set::<connector_names::ConnectorJiraSearch>(NameSet::Earlier),
        Tool::in_set::<connector_names::ConnectorJiraCreate>(NameSet::Earlier),
        Tool::in_set::<connector_names::ConnectorJiraProjects>(NameSet::Earlier),
        Tool::in_set::<connector_names::ConnectorConfluenceSearch>(NameSet::Earlier),
        Tool::in_set::<connector_names::ConnectorConfluenceSpaces>(NameSet::Earlier),
        Tool::in_set::<connector_names::ConnectorConfluenceCreate>(NameSet::Earlier),
    ]
}

/// The names that agents already know.
fn usual() -> Vec<Tool> {
    vec![
        Tool::of::<jira_projects::GetAllProjects>(),
        Tool::of::<jira_projects::SearchProjects>(),
        Tool::of::<jira_search::SearchIssues>(),
        Tool::of::<jira_search::SearchFields>(),
        Tool::of::<jira_issues::GetIssue>(),
        Tool::of::<jira_writing::JiraCreateIssue>(),
        Tool::of::<jira_writing::JiraUpdateIssue>(),
        Tool::of::<jira_comments::AddIssueComment>(),
        Tool::of::<jira_comments::GetComments>(),
        Tool::of::<jira_comments::DeleteComment>(),
        Tool::of::<jira_attachments::UploadAttachment>(),
        Tool::of::<jira_attachments::GetAttachments>(),
        Tool::of::<jira_attachments::DownloadAttachments>(),
        Tool::of::<jira_transitions::GetTransitions>(),
        Tool::of::<jira_transitions::TransitionIssue>(),
        Tool::of::<jira_people::GetUserProfile>(),
        Tool::of::<jira_people::GetCurrentUser>(),
        Tool::of::<jira_people::SearchUsers>(),
        Tool::of::<confluence_search::SearchContent>(),
        Tool::of::<confluence_search::GetSpaces>(),
        Tool::of::<confluence_pages::GetPage>(),
        Tool::of::<confluence_pages::GetPageChildren>(),
        Tool::of::<confluence_writing::ConfluenceCreatePage>(),
        Tool::of::<confluence_writing::ConfluenceUpdatePage>(),
        Tool::of::<confluence_writing::AddPageComment>(),
        Tool::of::<jira_checks::CountIssues>(),
        Tool::of::<jira_checks::ValidateJql>(),
        Tool::of::<jira_links::GetLinkTypes>(),
        Tool::of::<jira_links::CreateIssueLink>(),
        Tool::of::<jira_links::RemoveIssueLink>(),
        Tool::of::<jira_links::CreateRemoteIssueLink>(),
        Tool::of::<jira_work::GetWorklog>(),
        Tool::of::<jira_work::AddWorklog>(),
        Tool::of::<jira_work::GetIssueWatchers>(),
        Tool::of::<jira_work::AddWatcher>(),
        Tool::of::<jira_work::RemoveWatcher>(),
        Tool::of::<jira_planning::GetProjectVersions>(),
        Tool::of::<jira_planning::GetProjectComponents>(),
        Tool::of::<jira_boards::GetAgileBoards>(),
        Tool::of::<jira_boards::GetSprintsFromBoard>(),
        Tool::of::<confluence_more::GetPageComments>(),
        Tool::of::<confluence_more::GetPageVersions>(),
        Tool::of::<confluence_moving::MovePage>(),
        Tool::of::<confluence_more::GetLabels>(),
        Tool::of::<confluence_more::AddLabel>(),
    ]
}

/// More of them.
fn further() -> Vec<Tool> {
    vec![
        Tool::of::<confluence_more::RemoveLabel>(),
        Tool::of::<confluence_history::GetPageHistory>(),
        Tool::of::<confluence_history::GetPageDiff>(),
        Tool::of::<confluence_tree::GetAncestors>(),
        Tool::of::<confluence_tree::GetSpacePageTree>(),
        Tool::of::<confluence_sections::UpdatePageSection>(),
        Tool::of::<confluence_comments::GetInlineComments>(),
        Tool::of::<confluence_comments::AddInlineComment>(),
        Tool::of::<confluence_comments::ReplyToComment>(),
        Tool::of::<confluence_files::GetPageFiles>(),
        Tool::of::<confluence_files::UploadPageFile>(),
        Tool::of::<confluence_files::DownloadPageFile>(),
        Tool::of::<confluence_files::DeletePageFile>(),
        Tool::of::<jira_batch::BatchCreateIssues>(),
        Tool::of::<jira_history::BatchGetChangelogs>(),
        Tool::of::<jira_history::GetIssueDates>(),
        Tool::of::<jira_links::LinkToEpic>(),
        Tool::of::<jira_fields::GetProjectIssueTypes>(),
        Tool::of::<jira_fields::GetCreateFields>(),
        Tool::of::<jira_fields::GetFieldOptions>(),
        Tool::of::<jira_boards::GetBoardIssues>(),
        Tool::of::<jira_boards::GetSprintIssues>(),
        Tool::of::<jira_sprints::CreateSprint>(),
        Tool::of::<jira_sprints::UpdateSprint>(),
        Tool::of::<jira_sprints::AddIssuesToSprint>(),
        Tool::of::<jira_sprints::MoveIssuesToBacklog>(),
    ]
}

/// The names that research agents ask for.
fn for_research() -> Vec<Tool> {
    vec![
        Tool::in_set::<search_and_fetch::SearchAnywhere>(NameSet::Search),
        Tool::in_set::<search_and_fetch::FetchFound>(NameSet::Search),
    ]
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;

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
use super::schemas::plain;
use super::{
    ToolContext, confluence_pages, confluence_search, confluence_writing, connector_names,
    jira_attachments, jira_comments, jira_issues, jira_people, jira_projects, jira_search,
    jira_transitions, jira_writing,
};
use crate::model::scope::Scope;
use crate::policy;
use crate::service::error::ServiceError;

/// Whose names for tools: agents know several, and a list has those of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameSet {
    /// Those that most agents know.
    Usual,
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
    schema: LazyLock<Value>,
    run: Run,
}

impl Tool {
    const fn of<O: Operation>() -> Self {
        Self::in_set::<O>(NameSet::Usual)
    }

    const fn in_set<O: Operation>(set: NameSet) -> Self {
        Self {
            name: O::NAME,
            read_only: matches!(O::FACTS.effect, ToolEffect::Reads),
            facts: O::FACTS,
            set,
            paging: O::PAGING,
            telling: O::TELLING,
            schema: LazyLock::new(|| {
                plain(serde_json::to_value(O::Arguments::schema()).unwrap_or_default())
            }),
            run: |context, scope, arguments| {
                async move { O::run(context, scope, read(arguments)?).await }.boxed()
            },
        }
    }

    /// The JSON Schema of the arguments.
    pub(crate) fn input_schema(&self) -> &Value {
        &self.schema
    }

    /// The JSON Schema of what it gives.
    pub(crate) fn output_schema(&self) -> Value {
        self.facts.gives.schema()
    }

    /// The operations of Atlassian's that it cannot do without.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'static policy::Operation> {
        let product = self.facts.toolset.product;
        let calls = self.facts.calls.iter();
        calls.filter_map(move |name| policy::named(product?, name))
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
        (self.run)(context, scope, arguments).await
    }
}

/// Every tool there is.
pub(super) fn all() -> &'static [Tool] {
    static ALL: LazyLock<Vec<Tool>> = LazyLock::new(|| {
        vec![
            // The names of the earlier connector API.
            Tool::in_set::<connector_names::ConnectorJiraSearch>(NameSet::Earlier),
            Tool::in_set::<connector_names::ConnectorJiraCreate>(NameSet::Earlier),
            Tool::in_set::<connector_names::ConnectorJiraProjects>(NameSet::Earlier),
            Tool::in_set::<connector_names::ConnectorConfluenceSearch>(NameSet::Earlier),
            Tool::in_set::<connector_names::ConnectorConfluenceSpaces>(NameSet::Earlier),
            Tool::in_set::<connector_names::ConnectorConfluenceCreate>(NameSet::Earlier),
            // The names that agents already know.
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
        ]
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So that the scopes of a login say which tools it allows.
    #[test]
    fn the_operations_that_tools_name_are_in_the_policy_and_change_as_much_as_the_tool() {
        for tool in all().iter().filter(|tool| tool.set == NameSet::Usual) {
            let operations: Vec<_> = tool.operations().collect();
            assert!(!operations.is_empty(), "{}", tool.name);
            assert_eq!(operations.len(), tool.facts.calls.len(), "{}", tool.name);
            let changes = operations.iter().any(|operation| operation.changes());
            assert_eq!(changes, !tool.read_only, "{}", tool.name);
        }
    }
}

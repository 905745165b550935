//! Tools that look at JQL without reading issues.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::asking::nonsense;
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::Operation;
use crate::atlassian::named_call::NamedCall;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::issues::{as_searched, walled_in};

/// A query.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Query {
    jql: String,
}

/// The arguments of `jira_count_issues`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Counted {
    jql: String,
    /// The projects that the caller is limited to; nobody can ask for them.
    #[schema(ignore)]
    projects_filter: Option<Vec<String>>,
}

/// `jira_count_issues`.
pub(super) struct CountIssues;

impl Operation for CountIssues {
    const NAME: &'static str = "jira_count_issues";
    const FACTS: Facts = Facts {
        title: "Count issues",
        description: "Count what a JQL query finds. The newest changes may be missing.",
        calls: &["countIssues"],
        ..Facts::reading(Toolset::JIRA_ISSUES, Gives::Object("count"))
    };
    type Arguments = Counted;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Counted,
    ) -> Result<Outcome, ServiceError> {
        let (issues, asked) = context.issues.named(scope, &arguments.jql).await?;
        let jql = match &arguments.projects_filter {
            None => as_searched(&asked)?,
            Some(projects) => walled_in(&asked, projects)?,
        };
        let call = NamedCall::of(Product::Jira, "countIssues", &[]);
        let call = call.sending(json!({ "jql": jql })).or_there(none_of(&jql));
        let answer = issues.ask(scope, &call).await?;
        let count = answer.get("count").or_else(|| answer.get("total"));
        let count = count.and_then(Value::as_u64);
        let count = count.ok_or_else(|| nonsense("the answer holds no number"))?;
        Ok(Outcome::of_object(json!({ "count": count })))
    }
}

/// `jira_validate_jql`.
pub(super) struct ValidateJql;

impl Operation for ValidateJql {
    const NAME: &'static str = "jira_validate_jql";
    const FACTS: Facts = Facts {
        title: "Check JQL",
        description: "Check JQL, its fields and values, without running it. Gives what is wrong.",
        calls: &["parseJqlQueries"],
        ..Facts::reading(Toolset::JIRA_ISSUES, Gives::Object("valid errors"))
    };
    type Arguments = Query;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Query,
    ) -> Result<Outcome, ServiceError> {
        // What is wrong with it beyond that, Jira says.
        let (issues, asked) = context.issues.named(scope, &arguments.jql).await?;
        let jql = as_searched(&asked).unwrap_or(asked);
        let call = NamedCall::of(Product::Jira, "parseJqlQueries", &[])
            .with("validation", "strict")
            .sending(json!({ "queries": [jql] }))
            .or_there(none_of(&jql));
        let errors = match issues.ask(scope, &call).await {
            // Jira tells each query again, with what is wrong; a Data Center finds something with it.
            Ok(answer) if answer.pointer("/queries/0").is_some() => {
                answer.pointer("/queries/0/errors").cloned()
            }
            Ok(answer) if answer.get("issues").is_some() => None,
            Ok(_) => return Err(nonsense("the answer says nothing of the query")),
            // A Data Center says by refusing the search what is wrong with it.
            Err(ServiceError::Rejected { messages, .. }) => Some(json!(messages)),
            Err(error) => return Err(error),
        };
        let errors = errors.unwrap_or_else(|| json!([]));
        let valid = errors.as_array().is_none_or(Vec::is_empty);
        Ok(Outcome::of_object(
            json!({ "valid": valid, "errors": errors }),
        ))
    }
}

/// A search on a Data Center that gives no issue, but their number, or what is wrong with the query.
fn none_of(jql: &str) -> NamedCall {
    NamedCall::of(Product::Jira, "searchForIssuesUsingJqlPost", &[])
        .sending(json!({ "jql": jql, "maxResults": 0, "fields": ["summary"] }))
}

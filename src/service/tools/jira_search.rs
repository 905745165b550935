//! Tools that search issues and fields.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::arguments::{Names, names, ten};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::plain::{WantedFields, issue};
use super::registry::{Operation, Paging};
use crate::model::issue::IssueField;
use crate::model::page::PageRequest;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::issues::ResultRequest;

/// The most issues of one call; there is a cursor for the others.
const MOST: u32 = 100;
/// The fields that are given when none are named.
pub(super) const USUAL_FIELDS: &str = "status,description,labels,issuetype,summary,assignee,created,priority,versions,updated,reporter";

/// [`USUAL_FIELDS`] as the default of an argument.
pub(super) fn usual_fields() -> Names {
    Names(names(USUAL_FIELDS))
}

/// The arguments of `jira_search`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchIssuesArguments {
    /// JQL, or the key of one issue.
    #[schema(example = "project = APP AND status = \"In Progress\" ORDER BY updated DESC")]
    jql: String,
    /// Ids or names, comma-separated, such as comment, issuelinks; `*all`.
    #[serde(default = "usual_fields")]
    #[schema(
        required = false,
        value_type = String,
        format = "names",
        default = "status,description,labels,issuetype,summary,assignee,created,priority,versions,updated,reporter"
    )]
    fields: Names,
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, default = 10)]
    limit: u32,
    /// How many issues to leave out, on Data Center. Jira Cloud knows page tokens only: leave it at 0 and use `page_token`.
    #[serde(default)]
    #[schema(required = false, minimum = 0, default = 0)]
    start_at: u32,
    /// Project keys, comma-separated.
    #[schema(value_type = Option<String>, format = "names")]
    projects_filter: Option<Names>,
    /// Such as changelog.
    #[schema(value_type = Option<String>, format = "names")]
    expand: Option<Names>,
    page_token: Option<String>,
    /// Name custom fields as people do.
    #[serde(default)]
    #[schema(required = false, default = false)]
    use_display_names: bool,
}

/// `jira_search`.
pub(super) struct SearchIssues;

impl Operation for SearchIssues {
    const NAME: &'static str = "jira_search";
    const FACTS: Facts = Facts {
        title: "Search issues",
        description: "Find issues with JQL, such as `project = APP AND status != Done ORDER BY updated DESC`. Gives the fields asked for: name only those you need. Page with next_cursor as page_token.",
        calls: &["searchAndReconsileIssuesUsingJqlPost"],
        unlisted: &["start_at", "projects_filter", "expand", "use_display_names"],
        ..Facts::reading(Toolset::JIRA_ISSUES, Gives::List("key"))
    };
    const PAGING: Option<Paging> = Some(Paging {
        cursor: "page_token",
        limit: Some("limit"),
    });
    type Arguments = SearchIssuesArguments;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: SearchIssuesArguments,
    ) -> Result<Outcome, ServiceError> {
        let mut expand = arguments.expand.unwrap_or_default().0;
        if arguments.use_display_names {
            expand.push(String::from("names"));
        }
        let query = Query {
            jql: arguments.jql,
            fields: arguments.fields.0,
            start_at: u64::from(arguments.start_at),
            projects: arguments.projects_filter.unwrap_or_default().0,
            expand,
            page: PageRequest {
                limit: arguments.limit.min(MOST),
                cursor: arguments.page_token,
            },
        };
        find(context, scope, query).await
    }
}

/// What is wanted of which issues.
#[derive(Debug)]
pub(super) struct Query {
    /// Which issues.
    pub(super) jql: String,
    /// Their fields, by id or by name.
    pub(super) fields: Vec<String>,
    /// How many are left out at the beginning, on a Data Center.
    pub(super) start_at: u64,
    /// The projects to look in; all of them where none is named.
    pub(super) projects: Vec<String>,
    /// Jira's expansions.
    pub(super) expand: Vec<String>,
    /// Which part of the list.
    pub(super) page: PageRequest,
}

impl Query {
    /// The issues that JQL finds anywhere.
    pub(super) fn anywhere(jql: String, fields: Vec<String>, page: PageRequest) -> Self {
        Self {
            jql,
            fields,
            start_at: 0,
            projects: Vec::new(),
            expand: Vec::new(),
            page,
        }
    }
}

/// The issues that a query finds, in few words.
///
/// # Errors
/// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for a query or fields that cannot be read.
pub(super) async fn find(
    context: &ToolContext,
    scope: &Scope,
    query: Query,
) -> Result<Outcome, ServiceError> {
    // What a field is called is asked of the site that is searched.
    let issues = context.issues.where_found(scope, &query.jql).await?;
    let fields = issues.field_names(scope, "fields", query.fields).await?;
    let wanted = WantedFields::new(fields);
    let projects = query.projects;
    let filters = (!projects.is_empty()).then(|| json!({ "project": projects }).to_string());
    let expand = query.expand.join(",");
    let request = ResultRequest {
        jql: &query.jql,
        filters: filters.as_deref(),
        fields: wanted.ids(),
        expand: (!expand.is_empty()).then_some(expand.as_str()),
        start_at: query.start_at,
    };
    let mut result = issues.search_result(scope, &request, &query.page).await?;
    if let Some(found) = result.get_mut("issues").and_then(Value::as_array_mut) {
        *found = issues.readable(scope, std::mem::take(found)).await;
    }
    Ok(search_outcome(&result, &wanted))
}

fn search_outcome(result: &Value, wanted: &WantedFields) -> Outcome {
    let titles = result.get("names").and_then(Value::as_object);
    let issues = result.get("issues").and_then(Value::as_array);
    let next = result
        .get("nextPageToken")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let entries = issues.into_iter().flatten().map(|raw| {
        let mut flat = issue(raw, wanted, titles);
        for extra in ["changelog", "renderedFields", "transitions"] {
            if let Some(value) = raw.get(extra) {
                flat.insert(extra.to_owned(), super::plain::plain(value));
            }
        }
        flat
    });
    Outcome::of_entries(entries, next)
}

/// The arguments of `jira_search_fields`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldSearch {
    #[serde(default)]
    #[schema(required = false, default = "")]
    keyword: String,
    #[serde(default = "ten")]
    #[schema(required = false, minimum = 1, default = 10)]
    limit: u32,
    /// Taken for agents that send it; the list is always asked for anew.
    #[serde(default, rename = "refresh")]
    #[schema(required = false, default = false)]
    _refresh: bool,
}

/// `jira_search_fields`.
pub(super) struct SearchFields;

impl Operation for SearchFields {
    const NAME: &'static str = "jira_search_fields";
    const FACTS: Facts = Facts {
        title: "Search fields",
        description: "Find fields by part of a name, best first. Use the id in fields and JQL.",
        calls: &["getFields"],
        unlisted: &["refresh"],
        ..Facts::reading(Toolset::JIRA_FIELDS, Gives::List("id name custom"))
    };
    type Arguments = FieldSearch;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: FieldSearch,
    ) -> Result<Outcome, ServiceError> {
        let fields = context.issues.fields(scope).await?;
        let mut ranked: Vec<(u8, IssueField)> = fields
            .into_iter()
            .filter_map(|field| Some((rank(&field.value, &arguments.keyword)?, field.value)))
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let most = usize::try_from(arguments.limit.max(1)).unwrap_or(usize::MAX);
        let has_more = ranked.len() > most;
        ranked.truncate(most);
        let fields = ranked.into_iter().map(|(_, field)| field);
        Ok(Outcome::of_entries(fields, None).ending_early(has_more))
    }
}

/// How well a field fits: the name itself, its beginning, a part of it, every word of the keyword
/// somewhere; none when it does not fit.
fn rank(field: &IssueField, keyword: &str) -> Option<u8> {
    let keyword = keyword.trim().to_lowercase();
    let (name, id) = (field.name.to_lowercase(), field.id.to_lowercase());
    if keyword.is_empty() || name == keyword || id == keyword {
        Some(0)
    } else if name.starts_with(&keyword) {
        Some(1)
    } else if name.contains(&keyword) || id.contains(&keyword) {
        Some(2)
    } else if keyword.split_whitespace().all(|word| name.contains(word)) {
        Some(3)
    } else {
        None
    }
}

/// The names that people know custom fields by, for issues that came without them.
///
/// # Errors
/// Those of a [call for an owner](ServiceError#calls-for-an-owner).
pub(super) async fn titles(
    context: &ToolContext,
    scope: &Scope,
) -> Result<Map<String, Value>, ServiceError> {
    let fields = context.issues.fields(scope).await?;
    Ok(fields
        .into_iter()
        .map(|field| (field.value.id, Value::from(field.value.name)))
        .collect())
}

//! Tools about what can be written into the issues of a project: types, fields, and the choices of a field.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::asking::{OneProject, few, next_start, nonsense};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::Operation;
use crate::atlassian::named_call::NamedCall;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// As many as one answer may have.
const ALL: &str = "200";
/// How often the rest of a list is asked for.
const MOST_PARTS: usize = 20;
/// How many choices of a field are shown beside others.
const MOST_CHOICES: usize = 30;

/// `jira_get_project_issue_types`.
pub(super) struct GetProjectIssueTypes;

impl Operation for GetProjectIssueTypes {
    const NAME: &'static str = "jira_get_project_issue_types";
    const FACTS: Facts = Facts {
        title: "List issue types",
        description: "List a project's issue types. jira_get_create_fields takes the id.",
        calls: &["getCreateIssueMetaIssueTypes"],
        ..Facts::reading(Toolset::JIRA_PROJECTS, Gives::List("id name"))
    };
    type Arguments = OneProject;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OneProject,
    ) -> Result<Outcome, ServiceError> {
        let found = types(context, scope, &arguments.project_key).await?;
        let members = ["id", "name", "description", "subtask"];
        let types = found.iter().map(|one| Value::Object(few(one, &members)));
        Ok(Outcome::of_entries(types, None))
    }
}

/// The arguments of `jira_get_create_fields`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OneType {
    project_key: String,
    issue_type_id: String,
}

/// `jira_get_create_fields`.
pub(super) struct GetCreateFields;

impl Operation for GetCreateFields {
    const NAME: &'static str = "jira_get_create_fields";
    const FACTS: Facts = Facts {
        title: "List create fields",
        description: "List the fields that a new issue of a type takes. Gives whether required and first choices.",
        calls: &["getCreateIssueMetaIssueTypeId"],
        ..Facts::reading(Toolset::JIRA_FIELDS, Gives::List("id name required"))
    };
    type Arguments = OneType;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OneType,
    ) -> Result<Outcome, ServiceError> {
        let OneType {
            project_key,
            issue_type_id,
        } = arguments;
        let kind = type_id(context, scope, &project_key, &issue_type_id).await?;
        let found = fields(context, scope, &project_key, &kind).await?;
        let shown = found.iter().map(|field| {
            let mut shown = json!({
                "id": id_of(field), "name": field.get("name"), "type": field.pointer("/schema/type"),
                "required": field.get("required").and_then(Value::as_bool).unwrap_or(false),
            });
            let mut choices: Vec<Value> = choices(field).map(|one| one["value"].clone()).collect();
            choices.truncate(MOST_CHOICES);
            if !choices.is_empty() {
                shown["choices"] = json!(choices);
            }
            shown
        });
        Ok(Outcome::of_entries(shown, None))
    }
}

/// The arguments of `jira_get_field_options`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldOptions {
    /// Id or name.
    field_id: String,
    /// Contexts are for administrators and not offered here; leave it out.
    context_id: Option<String>,
    project_key: Option<String>,
    /// Default: the first with the field.
    issue_type: Option<String>,
    contains: Option<String>,
    #[schema(minimum = 1)]
    return_limit: Option<u32>,
    /// Give the texts alone.
    #[serde(default)]
    #[schema(required = false, default = false)]
    values_only: bool,
}

/// `jira_get_field_options`.
pub(super) struct GetFieldOptions;

impl Operation for GetFieldOptions {
    const NAME: &'static str = "jira_get_field_options";
    const FACTS: Facts = Facts {
        title: "List field options",
        description: "List the choices of a field, such as a priority or select list. project_key is needed.",
        calls: &[
            "getCreateIssueMetaIssueTypes",
            "getCreateIssueMetaIssueTypeId",
        ],
        unlisted: &["context_id", "values_only", "return_limit"],
        ..Facts::reading(Toolset::JIRA_FIELDS, Gives::List("value"))
    };
    type Arguments = FieldOptions;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: FieldOptions,
    ) -> Result<Outcome, ServiceError> {
        if arguments.context_id.is_some() {
            let why = "context_id is for administrators and is not offered here; project_key and issue_type say where the field is asked for";
            return Err(ServiceError::invalid("context_id", why));
        }
        let Some(project) = &arguments.project_key else {
            let why = "project_key is needed: what can be chosen depends on the project";
            return Err(ServiceError::invalid("project_key", why));
        };
        let field = field(context, scope, project, &arguments).await?;
        if field.get("allowedValues").is_none() {
            return Err(ServiceError::invalid("field_id", no_choices(&field)));
        }
        let wanted = arguments.contains.unwrap_or_default().to_lowercase();
        let holds = |value: &Value| {
            let value = value.as_str().unwrap_or_default();
            value.to_lowercase().contains(&wanted)
        };
        let mut found: Vec<Value> = choices(&field)
            .filter(|choice| {
                let mut below = choice["below"].as_array().into_iter().flatten();
                holds(&choice["value"]) || below.any(holds)
            })
            .collect();
        let most = arguments.return_limit.unwrap_or(u32::MAX).max(1);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let goes_on = found.len() > most;
        found.truncate(most);
        if arguments.values_only {
            for choice in &mut found {
                *choice = json!({ "value": choice["value"] });
            }
        }
        Ok(Outcome::of_entries(found, None).ending_early(goes_on))
    }
}

/// What is said of a field that takes what nobody lists.
fn no_choices(field: &Value) -> String {
    let is_of_people = |part: &str| field.pointer(part).and_then(Value::as_str) == Some("user");
    let takes = if is_of_people("/schema/type") || is_of_people("/schema/items") {
        "people, whom jira_search_users finds"
    } else {
        "any value of its kind"
    };
    format!("field_id names a field without a list to choose from; it takes {takes}")
}

/// The id of a type, which people call by its name.
async fn type_id(
    context: &ToolContext,
    scope: &Scope,
    project: &str,
    named: &str,
) -> Result<String, ServiceError> {
    let named = named.trim();
    if named.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(named.to_owned());
    }
    let known = types(context, scope, project).await?;
    let name = |one: &Value| one["name"].as_str().unwrap_or_default().to_owned();
    let meant = known
        .iter()
        .find(|one| name(one).eq_ignore_ascii_case(named));
    meant.map(id_of).ok_or_else(|| {
        let there_are: Vec<String> = known.iter().map(name).collect();
        let why = format!(
            "issue_type_id is none of this project's types, which are {}",
            there_are.join(", ")
        );
        ServiceError::invalid("issue_type_id", why)
    })
}

/// The field that is asked for, as the create screen of a type has it.
async fn field(
    context: &ToolContext,
    scope: &Scope,
    project: &str,
    asked: &FieldOptions,
) -> Result<Value, ServiceError> {
    let known = types(context, scope, project).await?;
    let name = |one: &Value| {
        one.get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let is_meant = |one: &&Value| {
        let kind = asked.issue_type.as_deref();
        kind.is_none_or(|kind| name(one).eq_ignore_ascii_case(kind.trim()))
    };
    let meant: Vec<&Value> = known.iter().filter(is_meant).collect();
    if meant.is_empty() {
        let names: Vec<String> = known.iter().map(name).collect();
        let why = format!(
            "issue_type is none of this project's, which are {}",
            names.join(", ")
        );
        return Err(ServiceError::invalid("issue_type", why));
    }
    let wanted = asked.field_id.trim();
    for kind in meant {
        let id = id_of(kind);
        let fields = fields(context, scope, project, &id).await?;
        let found = fields
            .into_iter()
            .find(|field| id_of(field) == wanted || name(field).eq_ignore_ascii_case(wanted));
        if let Some(field) = found {
            return Ok(field);
        }
    }
    let why = format!(
        "field_id names {wanted:?}, which no new issue of this project asks for; jira_get_create_fields lists what does"
    );
    Err(ServiceError::invalid("field_id", why))
}

/// The types of issues of a project.
async fn types(
    context: &ToolContext,
    scope: &Scope,
    project: &str,
) -> Result<Vec<Value>, ServiceError> {
    let segments = [project];
    let call = NamedCall::of(Product::Jira, "getCreateIssueMetaIssueTypes", &segments);
    every(context, scope, &call, "issueTypes").await
}

/// The fields of the create screen of a type.
async fn fields(
    context: &ToolContext,
    scope: &Scope,
    project: &str,
    kind: &str,
) -> Result<Vec<Value>, ServiceError> {
    let segments = [project, kind];
    let call = NamedCall::of(Product::Jira, "getCreateIssueMetaIssueTypeId", &segments);
    every(context, scope, &call, "fields").await
}

/// The whole of a list that counts from a start: Jira may give fewer at once than it is asked for.
async fn every(
    context: &ToolContext,
    scope: &Scope,
    call: &NamedCall,
    name: &str,
) -> Result<Vec<Value>, ServiceError> {
    let mut found = Vec::new();
    for _ in 0..MOST_PARTS {
        let start = found.len() as u64;
        let mut call = call.clone().with("maxResults", ALL);
        if start > 0 {
            call = call.with("startAt", start.to_string());
        }
        let answer = context.issues.ask(scope, &call).await?;
        let part = listed(answer.clone(), name)?;
        let goes_on = next_start(&answer, start, part.len()).is_some();
        found.extend(part);
        if !goes_on {
            break;
        }
    }
    Ok(found)
}

/// The list in an answer: under this name on Cloud, under `values` on a Data Center.
fn listed(mut answer: Value, name: &str) -> Result<Vec<Value>, ServiceError> {
    let place = if answer.get(name).is_some() {
        name
    } else {
        "values"
    };
    match answer.get_mut(place).map(Value::take) {
        Some(Value::Array(entries)) => Ok(entries),
        _ => Err(nonsense("the answer holds no list")),
    }
}

fn id_of(one: &Value) -> String {
    let id = ["fieldId", "id", "key"]
        .into_iter()
        .find_map(|name| one.get(name));
    match id {
        Some(Value::String(id)) => id.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// What can be chosen in a field, with what can be chosen below each.
fn choices(field: &Value) -> impl Iterator<Item = Value> {
    let allowed = field.get("allowedValues").and_then(Value::as_array);
    allowed.into_iter().flatten().map(|one| {
        let named = |one: &Value| {
            let name = ["value", "name", "key"]
                .into_iter()
                .find_map(|name| one.get(name));
            name.cloned().unwrap_or_else(|| json!(""))
        };
        let mut shown = json!({ "id": id_of(one), "value": named(one) });
        if let Some(below) = one.get("children").and_then(Value::as_array) {
            shown["below"] = below.iter().map(named).collect();
        }
        shown
    })
}

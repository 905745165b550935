//! An issue as JSON: which fields are wanted, and what each of them looks like.

use serde_json::{Map, Value, json};

use super::catalog::{issue_type, priority_json, resolution_json, status, status_json, type_json};
use super::custom_fields::EVERYWHERE;
use super::{attachments, comments, issues, links, projects, releases, users, watchers, worklogs};
use crate::clock::jira_time;
use crate::state::SiteRequest;
use crate::storage;
use crate::world::{Change, Issue, Project};

/// The custom field of the sandbox.
pub(crate) const STORY_POINTS: &str = "customfield_10016";

/// Fields of `*navigable`, in the order of the official examples.
const NAVIGABLE: &[&str] = &[
    "statuscategorychangedate",
    "parent",
    "resolution",
    "priority",
    "labels",
    "assignee",
    "status",
    "components",
    "subtasks",
    "reporter",
    "progress",
    "issuetype",
    "project",
    "resolutiondate",
    "watches",
    "created",
    "updated",
    "description",
    "summary",
    "duedate",
    "environment",
    "versions",
    "fixVersions",
    "creator",
    "issuelinks",
    STORY_POINTS,
    EVERYWHERE[0],
    EVERYWHERE[1],
    EVERYWHERE[2],
    EVERYWHERE[3],
    EVERYWHERE[4],
];
/// Fields that only `*all` adds.
const REST: &[&str] = &["comment", "attachment", "worklog", "timetracking", "votes"];

/// Which fields were asked for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    names: Vec<String>,
}

impl Wanted {
    /// Reads names, `*all`, `*navigable` and `-name`; `default` stands when none was given.
    pub(crate) fn new(asked: &[String], default: &str) -> Self {
        let asked: Vec<&str> = asked
            .iter()
            .map(|name| name.trim())
            .filter(|name| !name.is_empty())
            .collect();
        let only_exclusions = !asked.is_empty() && asked.iter().all(|name| name.starts_with('-'));
        let mut names: Vec<String> = Vec::new();
        let add = |name: &str, names: &mut Vec<String>| match name {
            "*all" => names.extend(NAVIGABLE.iter().chain(REST).map(|name| (*name).to_owned())),
            "*navigable" => names.extend(NAVIGABLE.iter().map(|name| (*name).to_owned())),
            name => names.push(name.to_owned()),
        };
        if asked.is_empty() || only_exclusions {
            add(default, &mut names);
        }
        for name in &asked {
            match name.strip_prefix('-') {
                Some(excluded) => names.retain(|known| known != excluded),
                None => add(name, &mut names),
            }
        }
        Self { names }
    }

    /// Whether nothing but id and key is wanted.
    pub(crate) fn is_bare(&self) -> bool {
        self.names
            .iter()
            .all(|name| matches!(name.as_str(), "id" | "key" | "issuekey"))
    }
}

/// The issue with the wanted fields and expansions.
pub(crate) fn issue_json(
    request: &SiteRequest<'_>,
    issue: &Issue,
    wanted: &Wanted,
    expand: &[String],
) -> Value {
    let only_id = wanted.names == ["id"];
    let mut value = json!({
        "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
        "id": issue.id.to_string(),
        "self": format!("https://{}/rest/api/3/issue/{}", request.site.host, issue.id),
    });
    if only_id {
        return json!({"id": issue.id.to_string()});
    }
    value["key"] = json!(issue.key);
    if wanted.is_bare() {
        return value;
    }
    let mut fields = Map::new();
    for name in &wanted.names {
        if let Some(field) = field_json(request, issue, name) {
            fields.insert(name.clone(), field);
        }
    }
    for name in expand {
        match name.as_str() {
            "renderedFields" => value["renderedFields"] = rendered(issue, &fields),
            "names" => value["names"] = named(&fields),
            "schema" => value["schema"] = schemas(&fields),
            "changelog" => value["changelog"] = issues::changelog_json(request, issue),
            "transitions" => {
                value["transitions"] = super::transitions::list_json(request, issue, false);
            }
            "editmeta" => {
                value["editmeta"] =
                    json!({"fields": super::screens::fields_by_key(request, issue)});
            }
            "operations" => value["operations"] = json!({"linkGroups": []}),
            _ => {}
        }
    }
    value["fields"] = Value::Object(fields);
    value
}

fn field_json(request: &SiteRequest<'_>, issue: &Issue, name: &str) -> Option<Value> {
    own_field(request, issue, name).or_else(|| related_field(request, issue, name))
}

/// Fields that hold a value of the issue itself.
fn own_field(request: &SiteRequest<'_>, issue: &Issue, name: &str) -> Option<Value> {
    let base = format!("https://{}", request.site.host);
    let user = |id: &Option<String>| {
        id.as_ref()
            .map_or(Value::Null, |id| users::user_json(request, id))
    };
    Some(match name {
        "summary" => json!(issue.summary),
        "description" => json!(issue.description),
        "environment" => json!(issue.environment),
        "status" => status(&issue.status).map_or(Value::Null, |status| status_json(&base, status)),
        "statusCategory" => status(&issue.status).map_or(Value::Null, |status| {
            status_json(&base, status)["statusCategory"].clone()
        }),
        "updated" => json!(jira_time(issue.updated)),
        "statuscategorychangedate" => json!(jira_time(category_changed(issue))),
        "created" => json!(jira_time(issue.created)),
        "resolutiondate" => json!(issue.resolved.map(jira_time)),
        "resolution" => issue
            .resolution
            .as_ref()
            .map_or(Value::Null, |name| resolution_json(&base, name)),
        "priority" => priority_json(&base, &issue.priority),
        "labels" => json!(issue.labels),
        "assignee" => user(&issue.assignee),
        "reporter" | "creator" => users::user_json(request, &issue.reporter),
        "issuetype" => issue_type(&issue.kind).map_or(Value::Null, |kind| type_json(&base, kind)),
        "duedate" => json!(issue.due),
        STORY_POINTS => json!(issue.story_points),
        custom if EVERYWHERE.contains(&custom) => json!(issue.custom.get(custom)),
        _ => return None,
    })
}

/// Fields that are about other things, or lists.
pub(crate) fn related_field(request: &SiteRequest<'_>, issue: &Issue, name: &str) -> Option<Value> {
    let base = format!("https://{}", request.site.host);
    let project = request.site.project(issue.project)?;
    Some(match name {
        "project" => projects::short_json(request, project),
        "parent" => {
            return issue
                .parent
                .and_then(|id| request.site.issue(id))
                .map(|parent| linked(&base, parent));
        }
        "subtasks" => request
            .site
            .issues
            .iter()
            .filter(|child| child.parent == Some(issue.id) && child.kind == "10004")
            .map(|child| linked(&base, child))
            .collect(),
        "components" => issue
            .components
            .iter()
            .filter_map(|name| project.components.iter().find(|known| known.name == *name))
            .map(|component| projects::component_json(request, component))
            .collect(),
        "fixVersions" => released(request, project, &issue.around.fix_versions),
        "versions" => released(request, project, &issue.around.versions),
        "issuelinks" => links::field(request, issue),
        "progress" => json!({"progress": 0, "total": 0}),
        "watches" => watchers::field(request, issue),
        "votes" => watchers::votes_field(request, issue),
        "worklog" => worklogs::page_json(request, issue, 0, 20),
        "timetracking" => worklogs::tracking(issue),
        "comment" => comments::page_json(
            request,
            issue,
            &issue.comments.iter().collect::<Vec<_>>(),
            0,
            issue.comments.len(),
        ),
        "attachment" => issue
            .attachments
            .iter()
            .map(|attachment| attachments::json_of(request, attachment))
            .collect(),
        _ => return None,
    })
}

/// Versions of a project by their ids.
fn released(request: &SiteRequest<'_>, project: &Project, ids: &[u64]) -> Value {
    let found = project
        .releases
        .iter()
        .filter(|release| ids.contains(&release.id));
    found
        .map(|release| releases::json_of(request, project.id, release))
        .collect()
}

/// The short form of a parent, a sub-task or a linked issue.
pub(crate) fn linked(base: &str, issue: &Issue) -> Value {
    json!({
        "id": issue.id.to_string(),
        "key": issue.key,
        "self": format!("{base}/rest/api/3/issue/{}", issue.id),
        "fields": {
            "summary": issue.summary,
            "status": status(&issue.status).map(|status| status_json(base, status)),
            "priority": priority_json(base, &issue.priority),
            "issuetype": issue_type(&issue.kind).map(|kind| type_json(base, kind)),
        },
    })
}

/// A document as HTML, as in `renderedFields` and `renderedBody`.
pub(crate) fn html_of(document: Option<&Value>) -> String {
    let storage = document.map(storage::storage_of).unwrap_or_default();
    storage::parse(&storage)
        .map(|nodes| storage::view_of(&nodes))
        .unwrap_or_default()
}

fn rendered(issue: &Issue, fields: &Map<String, Value>) -> Value {
    let mut rendered = Map::new();
    for name in fields.keys() {
        let value = match name.as_str() {
            "description" => json!(html_of(issue.description.as_ref())),
            "environment" => json!(html_of(issue.environment.as_ref())),
            "created" => json!(crate::clock::friendly_day(issue.created)),
            "updated" => json!(crate::clock::friendly_day(issue.updated)),
            _ => Value::Null,
        };
        rendered.insert(name.clone(), value);
    }
    Value::Object(rendered)
}

fn named(fields: &Map<String, Value>) -> Value {
    fields
        .keys()
        .map(|key| (key.clone(), json!(super::metadata::name_of(key))))
        .collect::<Map<_, _>>()
        .into()
}

fn schemas(fields: &Map<String, Value>) -> Value {
    fields
        .keys()
        .map(|key| (key.clone(), super::metadata::schema_of(key)))
        .collect::<Map<_, _>>()
        .into()
}

/// When the issue came into another category of statuses for the last time.
fn category_changed(issue: &Issue) -> i64 {
    let category = |name: &Option<String>| status(name.as_deref()?).map(|status| status.category);
    let moved = |change: &&Change| {
        change.field == "status" && category(&change.from) != category(&change.to)
    };
    let last = issue.history.iter().rev().find(moved);
    last.map_or(issue.created, |change| change.at)
}

//! Jira Data Center's JSON: texts in wiki markup, people by name and key.

use serde_json::{Map, Value, json};

use super::{base, jira_files, people};
use crate::clock::jira_time;
use crate::jira::custom_fields::EVERYWHERE;
use crate::jira::fields;
use crate::jira::metadata::{name_of, schema_of};
use crate::jira::{self, PRIORITIES, TypeInfo};
use crate::state::SiteRequest;
use crate::world::{Issue, IssueComment, Project};

/// The field of Jira Software's that holds the epic of an issue.
pub(crate) const EPIC_LINK: &str = "customfield_10014";
/// The id of the type of epics.
pub(crate) const EPIC: &str = "10000";

const ALL: [&str; 34] = [
    "summary",
    "description",
    "environment",
    "status",
    "priority",
    "issuetype",
    "project",
    "assignee",
    "reporter",
    "creator",
    "labels",
    "created",
    "updated",
    "resolution",
    "resolutiondate",
    "duedate",
    "parent",
    "comment",
    "components",
    "fixVersions",
    "versions",
    "issuelinks",
    "subtasks",
    "watches",
    "votes",
    "progress",
    "timetracking",
    "attachment",
    "worklog",
    EVERYWHERE[0],
    EVERYWHERE[1],
    EVERYWHERE[2],
    EVERYWHERE[3],
    EVERYWHERE[4],
];

pub(crate) fn project(request: &SiteRequest<'_>, project: &Project) -> Value {
    let base = base(request);
    let avatar = format!(
        "{base}/secure/projectavatar?pid={}&avatarId=10324",
        project.id
    );
    json!({
        "expand": "description,lead,url,projectKeys", "self": format!("{base}/rest/api/2/project/{}", project.id),
        "id": project.id.to_string(), "key": project.key, "name": project.name,
        "avatarUrls": {"48x48": avatar, "24x24": avatar, "16x16": avatar, "32x32": avatar},
        "projectTypeKey": project.kind, "archived": false,
    })
}

pub(crate) fn kind(base: &str, kind: &TypeInfo) -> Value {
    json!({
        "self": format!("{base}/rest/api/2/issuetype/{}", kind.id), "id": kind.id, "description": kind.description,
        "iconUrl": format!("{base}/secure/viewavatar?size=xsmall&avatarId=10300&avatarType=issuetype"),
        "name": kind.name, "subtask": kind.subtask, "avatarId": 10_300,
    })
}

pub(crate) fn types(request: &SiteRequest<'_>, project: &Project) -> Value {
    let base = base(request);
    let kinds = project
        .issue_types
        .iter()
        .filter_map(|id| jira::issue_type(id));
    kinds.map(|found| kind(&base, found)).collect()
}

pub(crate) fn status(base: &str, id: &str) -> Value {
    jira::status(id).map_or(Value::Null, |status| {
        json!({
            "self": format!("{base}/rest/api/2/status/{}", status.id), "description": "",
            "iconUrl": format!("{base}/images/icons/statuses/generic.png"), "name": status.name, "id": status.id,
            "statusCategory": category(base, status.category),
        })
    })
}

/// The category of a status, as an issue shows it.
fn category(base: &str, key: &str) -> Value {
    let (id, name, color) = match key {
        "done" => (3, "Done", "green"),
        "indeterminate" => (4, "In Progress", "yellow"),
        _ => (2, "To Do", "default"),
    };
    json!({"self": format!("{base}/rest/api/2/statuscategory/{id}"), "id": id, "key": key, "colorName": color, "name": name})
}

pub(crate) fn priority(base: &str, id: &str) -> Value {
    let (id, name, _) = PRIORITIES
        .iter()
        .find(|(known, ..)| *known == id)
        .unwrap_or(&PRIORITIES[2]);
    json!({"self": format!("{base}/rest/api/2/priority/{id}"), "iconUrl": format!("{base}/images/icons/priorities/{id}.svg"), "name": name, "id": id})
}

/// An issue with the fields that were asked for; none or `*all` gives all.
pub(crate) fn issue(request: &SiteRequest<'_>, issue: &Issue, asked: &[String]) -> Value {
    let everything = asked.is_empty()
        || asked
            .iter()
            .any(|name| name == "*all" || name == "*navigable");
    let names = ALL
        .into_iter()
        .filter(|name| everything || asked.iter().any(|wanted| wanted == name));
    let fields: Map<String, Value> = names
        .map(|name| (name.to_owned(), field(request, issue, name)))
        .filter(|(name, value)| name != "parent" || !value.is_null())
        .collect();
    let mut value = json!({
        "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields", "id": issue.id.to_string(),
        "self": format!("{}/rest/api/2/issue/{}", base(request), issue.id), "key": issue.key,
    });
    if request.call.path.contains("/issue/") {
        describe(request, &fields, &mut value);
    }
    value["fields"] = Value::Object(fields);
    value
}

/// The names and kinds of fields beside them, where `expand` asks for these.
pub(crate) fn describe(request: &SiteRequest<'_>, fields: &Map<String, Value>, value: &mut Value) {
    let asked = request.call.list("expand");
    let described = |describe: fn(&str) -> Value| -> Value {
        let keys = fields.keys();
        keys.map(|key| (key.clone(), describe(key)))
            .collect::<Map<_, _>>()
            .into()
    };
    if asked.iter().any(|name| name == "names") {
        value["names"] = described(|key| json!(name_of(key)));
    }
    if asked.iter().any(|name| name == "schema") {
        value["schema"] = described(schema_of);
    }
}

fn field(request: &SiteRequest<'_>, issue: &Issue, name: &str) -> Value {
    let base = base(request);
    let person = |name: &str| people::in_jira(request, name);
    match name {
        "summary" => json!(issue.summary),
        "description" => json!(issue.description),
        "environment" => json!(issue.environment),
        "status" => status(&base, &issue.status),
        "priority" => priority(&base, &issue.priority),
        "issuetype" => {
            jira::issue_type(&issue.kind).map_or(Value::Null, |found| kind(&base, found))
        }
        "project" => request
            .site
            .project(issue.project)
            .map_or(Value::Null, |found| project(request, found)),
        "assignee" => issue.assignee.as_deref().map_or(Value::Null, person),
        "reporter" | "creator" => person(&issue.reporter),
        "labels" => json!(issue.labels),
        "created" => json!(jira_time(issue.created)),
        "updated" => json!(jira_time(issue.updated)),
        "resolution" => issue
            .resolution
            .as_ref()
            .map_or(Value::Null, |name| json!({"name": name})),
        "resolutiondate" => json!(issue.resolved.map(jira_time)),
        "duedate" => json!(issue.due),
        "parent" => {
            issue
                .parent
                .and_then(|id| request.site.issue(id))
                .map_or(Value::Null, |parent| {
                    super::around::shown(
                        request,
                        fields::linked(&format!("https://{}", request.site.host), parent),
                    )
                })
        }
        "comment" => {
            let all: Vec<Value> = issue
                .comments
                .iter()
                .map(|one| comment(request, issue, one))
                .collect();
            json!({"comments": all, "maxResults": all.len(), "total": all.len(), "startAt": 0})
        }
        "attachment" => {
            let files = issue.attachments.iter();
            files
                .map(|file| jira_files::json_of(request, file))
                .collect()
        }
        custom if EVERYWHERE.contains(&custom) => json!(issue.custom.get(custom)),
        // What lies around an issue is as on Cloud.
        around => fields::related_field(request, issue, around)
            .map_or(Value::Null, |value| super::around::shown(request, value)),
    }
}

pub(crate) fn comment(request: &SiteRequest<'_>, issue: &Issue, comment: &IssueComment) -> Value {
    let author = people::in_jira(request, &comment.author);
    let mut value = json!({
        "self": format!("{}/rest/api/2/issue/{}/comment/{}", base(request), issue.id, comment.id), "id": comment.id.to_string(),
        "author": author, "body": comment.body, "updateAuthor": author,
        "created": jira_time(comment.created), "updated": jira_time(comment.updated),
    });
    if let Some(visibility) = &comment.visibility {
        value["visibility"] = visibility.clone();
    }
    let expanded = request.call.list("expand");
    if comment.internal && expanded.iter().any(|name| name == "properties") {
        value["properties"] = json!([{"key": "sd.public.comment", "value": {"internal": true}}]);
    }
    value
}

/// `GET field`: an array.
pub(crate) fn fields() -> Value {
    let epic_link = json!({
        "id": EPIC_LINK, "name": "Epic Link", "custom": true, "orderable": true, "navigable": true, "searchable": true,
        "clauseNames": ["cf[10014]", "Epic Link"],
        "schema": {"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-epic-link", "customId": 10014},
    });
    let others = ALL.iter().map(|id| {
        json!({
            "id": id, "name": name_of(id), "custom": EVERYWHERE.contains(id), "orderable": true, "navigable": true,
            "searchable": true, "clauseNames": [id], "schema": schema_of(id),
        })
    });
    others.chain([epic_link]).collect()
}

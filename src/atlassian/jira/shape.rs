//! Jira's JSON in our words.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::FieldKinds;
use super::dialect::{account_id, markdown};
use super::plain::plain;
use crate::atlassian::json::{entries, text, time};
use crate::atlassian::lenient::{self, Json};
use crate::model::hit::SearchHit;
use crate::model::issue::{FieldName, Issue, IssueMetadata, Project};
use crate::model::person::AtlassianUser;
use crate::model::time::Timestamp;

/// What a search asks of every issue.
pub(super) const HIT_FIELDS: [&str; 7] = [
    "summary",
    "status",
    "priority",
    "project",
    "assignee",
    "updated",
    "issuetype",
];
/// What [`issue`] reads of an issue.
pub(super) const ISSUE_FIELDS: [&str; 13] = [
    "summary",
    "project",
    "status",
    "issuetype",
    "priority",
    "assignee",
    "reporter",
    "labels",
    "created",
    "updated",
    "duedate",
    "description",
    "parent",
];
/// Two or three lines: enough to know an issue again, and a page of hits stays short for an agent.
const LONGEST_SNIPPET: usize = 200;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ProjectJson {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    key: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    project_type_key: Option<String>,
}

/// A project; none when it has no id or key.
pub(super) fn project(raw: &impl Json, base: &str) -> Option<Project> {
    let raw: ProjectJson = raw.read()?;
    let key = raw.key?;
    Some(Project {
        id: raw.id?,
        name: raw.name.unwrap_or_else(|| key.clone()),
        url: browse(base, &key),
        kind: raw.project_type_key,
        key,
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HitJson {
    #[serde(deserialize_with = "lenient::text")]
    key: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    fields: HitFieldsJson,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HitFieldsJson {
    #[serde(deserialize_with = "lenient::text")]
    summary: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    status: NamedJson,
    #[serde(deserialize_with = "lenient::object")]
    priority: NamedJson,
    #[serde(deserialize_with = "lenient::object")]
    project: NamedJson,
    #[serde(deserialize_with = "lenient::object")]
    assignee: NamedJson,
    #[serde(deserialize_with = "lenient::time")]
    updated: Option<Timestamp>,
    #[serde(rename = "issuetype", deserialize_with = "lenient::object")]
    issue_type: NamedJson,
    description: Option<Value>,
}

/// What other objects are shown by.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct NamedJson {
    #[serde(deserialize_with = "lenient::text")]
    key: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    display_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    icon_url: Option<String>,
}

/// Fields that are wanted of a hit besides the usual ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Further {
    /// Their ids and what the caller calls them; `*all` and `*navigable` stand for many.
    pub fields: Vec<FieldName>,
    /// What those hold that do not show it.
    pub kinds: FieldKinds,
}

impl Further {
    /// The ids, as Jira takes them.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.id.as_str())
    }
}

/// A hit of a search; none when it has no key.
pub(super) fn hit(
    raw: &impl Json,
    base: &str,
    further: &Further,
) -> Option<SearchHit<IssueMetadata>> {
    let HitJson { key, fields } = raw.read()?;
    let (key, kind) = (key?, fields.issue_type);
    Some(SearchHit {
        title: fields.summary.unwrap_or_else(|| key.clone()),
        url: browse(base, &key),
        id: key,
        kind: String::from("issue"),
        icon: kind.icon_url.filter(|url| url.starts_with("https://")),
        snippet: fields
            .description
            .map(|description| snippet(&markdown(&description))),
        metadata: IssueMetadata {
            status: fields.status.name,
            priority: fields.priority.name,
            project: fields.project.key,
            assignee: fields.assignee.display_name,
            updated: fields.updated,
            issue_type: kind.name,
            fields: (!further.fields.is_empty()).then(|| asked_for(raw, further)),
        },
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AllFieldsJson {
    #[serde(deserialize_with = "lenient::object")]
    fields: Map<String, Value>,
}

/// The fields that were asked for, in few words. Of those that were not named, the empty ones are left out: sites have
/// hundreds of their own.
fn asked_for(raw: &impl Json, further: &Further) -> Map<String, Value> {
    let AllFieldsJson { fields } = raw.read().unwrap_or_default();
    let shown = |id: &str, value: &Value| {
        let is_wiki = matches!(id, "description" | "environment") || further.kinds.is_text(id);
        if value.is_string() && is_wiki {
            Value::from(markdown(value))
        } else {
            plain(value)
        }
    };
    let mut found = Map::new();
    if further.ids().any(|id| id.starts_with('*')) {
        let filled = fields.iter().filter(|(_, value)| !value.is_null());
        found.extend(filled.map(|(id, value)| (id.clone(), shown(id, value))));
    }
    for field in &further.fields {
        // Jira leaves out the parent of an issue that has none.
        let none = (field.id == "parent").then_some(&Value::Null);
        if let Some(value) = fields.get(&field.id).or(none) {
            found.insert(field.asked.clone(), shown(&field.id, value));
        }
    }
    found
}

/// An issue; none when it has no id or key.
pub(super) fn issue(raw: &Value, base: &str) -> Option<Issue> {
    let key = text(raw, "/key")?;
    Some(Issue {
        id: text(raw, "/id")?,
        title: text(raw, "/fields/summary").unwrap_or_else(|| key.clone()),
        url: browse(base, &key),
        project: text(raw, "/fields/project/key"),
        status: text(raw, "/fields/status/name"),
        issue_type: text(raw, "/fields/issuetype/name"),
        priority: text(raw, "/fields/priority/name"),
        assignee: person(raw, "/fields/assignee"),
        reporter: person(raw, "/fields/reporter"),
        labels: entries(raw, "/fields/labels")
            .filter_map(|label| label.as_str().map(str::to_owned))
            .collect(),
        created: time(raw, "/fields/created"),
        updated: time(raw, "/fields/updated"),
        due_date: text(raw, "/fields/duedate"),
        description: raw
            .pointer("/fields/description")
            .filter(|description| !description.is_null())
            .map(markdown),
        parent: text(raw, "/fields/parent/key"),
        key,
    })
}

/// Where a person sees the project or issue with this key.
pub(super) fn browse(base: &str, key: &str) -> String {
    format!("{base}/browse/{key}")
}

/// The account at a JSON pointer.
pub(super) fn person(raw: &Value, pointer: &str) -> Option<AtlassianUser> {
    let raw = raw.pointer(pointer)?;
    Some(AtlassianUser {
        account_id: account_id(raw)?,
        display_name: text(raw, "/displayName"),
    })
}

fn snippet(markdown: &str) -> String {
    let words: Vec<&str> = markdown.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_SNIPPET).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BASE: &str = "https://acme.atlassian.net";

    #[test]
    fn a_full_issue_is_read() {
        let raw = json!({"id": "10002", "key": "EX-1", "self": "https://x", "fields": {
            "summary": "Fire", "status": {"name": "To Do"}, "issuetype": {"name": "Bug"},
            "priority": {"name": "High"}, "project": {"id": "1", "key": "EX"},
            "assignee": {"accountId": "5b", "displayName": "Mia"}, "reporter": null,
            "labels": ["a", "b"], "created": "2021-01-17T12:34:00.000+0000",
            "updated": "2021-01-17T12:34:00.000-0330", "duedate": "2021-02-01",
            "description": {"type": "doc", "version": 1, "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": "hot", "marks": [{"type": "strong"}]}]}]},
            "parent": {"key": "EX-0"}, "customfield_1": {"x": 1}}});
        let issue = serde_json::to_value(issue(&raw, BASE)).unwrap();
        assert_eq!(
            issue,
            json!({
                "key": "EX-1", "id": "10002", "title": "Fire",
                "url": "https://acme.atlassian.net/browse/EX-1", "project": "EX",
                "status": "To Do", "issue_type": "Bug", "priority": "High",
                "assignee": {"account_id": "5b", "display_name": "Mia"}, "reporter": null,
                "labels": ["a", "b"], "created": "2021-01-17T12:34:00Z",
                "updated": "2021-01-17T16:04:00Z", "due_date": "2021-02-01",
                "description": "**hot**", "parent": "EX-0",
            })
        );
    }

    #[test]
    fn no_field_is_read_that_is_not_asked_for() {
        let named =
            |name: &str| json!({"key": "EX", "name": name, "accountId": name, "displayName": name});
        let fields = ISSUE_FIELDS.map(|name| {
            let value = match name {
                "summary" | "description" => json!(name),
                "labels" => json!([name]),
                "created" | "updated" => json!("2021-01-17T12:34:00.000+0000"),
                "duedate" => json!("2021-02-01"),
                _ => named(name),
            };
            (name.to_owned(), value)
        });
        let whole = json!({"id": "1", "key": "EX-1", "fields": Map::from_iter(fields)});
        let shown = serde_json::to_value(issue(&whole, BASE)).unwrap();
        let empty = [Value::Null, json!([])];
        for (name, value) in shown.as_object().unwrap() {
            assert!(
                !empty.contains(value),
                "{name} is read from a field that is not asked for"
            );
        }
    }

    #[test]
    fn an_issue_of_data_center_is_read_alike() {
        let raw = json!({"id": "1", "key": "EX-1", "fields": {"description": "h2. Hot\n\n*very*",
            "assignee": {"name": "mia", "key": "JIRAUSER1", "displayName": "Mia"}, "reporter": {"key": "JIRAUSER2"}}});
        let issue = issue(&raw, BASE).unwrap();
        assert_eq!(issue.description.as_deref(), Some("## Hot\n\n**very**"));
        let names = [issue.assignee, issue.reporter].map(|who| who.unwrap().account_id);
        assert_eq!(names, ["mia", "JIRAUSER2"]);
    }

    #[test]
    fn an_issue_without_fields_is_read_too() {
        let issue = issue(&json!({"id": 10002, "key": "EX-1"}), BASE).unwrap();
        assert_eq!((issue.id.as_str(), issue.title.as_str()), ("10002", "EX-1"));
        let value = serde_json::to_value(&issue).unwrap();
        assert_eq!(value["assignee"], Value::Null);
        assert_eq!(value["labels"], json!([]));
    }

    fn further(names: &[&str]) -> Further {
        Further {
            fields: names.iter().map(|name| FieldName::plain(name)).collect(),
            kinds: FieldKinds::default(),
        }
    }

    #[test]
    fn the_fields_of_a_hit_are_in_few_words_on_either_kind_of_site() {
        let document = json!({"type": "doc", "version": 1, "content": [{"type": "paragraph",
            "content": [{"type": "text", "text": "Hi", "marks": [{"type": "strong"}]}]}]});
        let asked = further(&[
            "description",
            "customfield_1",
            "status",
            "assignee",
            "customfield_2",
        ]);
        let region = json!({"value": "EU", "id": "1", "child": {"value": "Berlin", "id": "2"}});
        for (description, custom, person, account) in [
            (
                document.clone(),
                document,
                json!({"accountId": "5b10", "displayName": "Mia", "avatarUrls": {}}),
                "5b10",
            ),
            (
                json!("*Hi*"),
                json!("*Hi*"),
                json!({"name": "mia", "key": "JIRAUSER1", "displayName": "Mia"}),
                "mia",
            ),
        ] {
            let schema = json!({"type": "string", "custom": "com.atlassian.x:textarea"});
            let raw = json!({"id": "1", "key": "EX-1", "fields": {"description": description,
                "customfield_1": custom, "status": {"name": "Done", "iconUrl": "x"}, "assignee": person,
                "customfield_2": region}});
            let fields = raw["fields"].as_object().unwrap();
            let asked = Further {
                kinds: FieldKinds::of(fields, |id| (id == "customfield_1").then_some(&schema)),
                ..asked.clone()
            };
            assert_eq!(
                Value::from(asked_for(&raw, &asked)),
                json!({"description": "**Hi**", "customfield_1": "**Hi**", "status": "Done",
                    "assignee": {"account_id": account, "display_name": "Mia"},
                    "customfield_2": "EU → Berlin"})
            );
        }
    }

    #[test]
    fn all_fields_of_a_hit_are_those_that_hold_something() {
        let raw = json!({"id": "1", "key": "EX-1",
            "fields": {"summary": "Fire", "customfield_1": null, "labels": ["a"], "duedate": null}});
        assert_eq!(
            Value::from(asked_for(&raw, &further(&["*all", "duedate"]))),
            json!({"summary": "Fire", "labels": ["a"], "duedate": null})
        );
    }

    #[test]
    fn a_hit_carries_the_fields_that_were_asked_for() {
        let raw = json!({"id": "1", "key": "EX-1", "fields": {
            "summary": "Fire", "duedate": "2021-02-01", "issuetype": {"name": "Bug", "iconUrl": "javascript:x"}}});
        let plain = serde_json::to_value(hit(&raw, BASE, &further(&[]))).unwrap();
        assert_eq!(plain["icon"], Value::Null);
        assert!(plain["metadata"].get("fields").is_none());
        let asked = further(&["duedate", "absent"]);
        let hit = hit(&raw, BASE, &asked).unwrap();
        assert_eq!(
            hit.metadata.fields.map(Value::from),
            Some(json!({"duedate": "2021-02-01"}))
        );
    }

    #[test]
    fn what_has_no_key_is_no_project() {
        assert_eq!(project(&json!({"id": "1"}), BASE), None);
        let project = project(&json!({"id": 1, "key": "EX"}), BASE).unwrap();
        assert_eq!((project.id.as_str(), project.name.as_str()), ("1", "EX"));
        assert_eq!(project.url, "https://acme.atlassian.net/browse/EX");
    }
}

//! The configuration all projects share: issue types, statuses, priorities, workflows.

use serde_json::{Value, json};

use crate::world::Workflow;

/// An issue type.
#[derive(Debug)]
pub(crate) struct TypeInfo {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) subtask: bool,
    /// 1 for epics, 0 for standard, -1 for sub-tasks.
    pub(crate) level: i8,
}

pub(crate) const TYPES: [TypeInfo; 5] = [
    TypeInfo {
        id: "10000",
        name: "Epic",
        description: "A big user story that needs to be broken down.",
        subtask: false,
        level: 1,
    },
    TypeInfo {
        id: "10001",
        name: "Story",
        description: "Functionality or a feature expressed as a user goal.",
        subtask: false,
        level: 0,
    },
    TypeInfo {
        id: "10002",
        name: "Task",
        description: "A small, distinct piece of work.",
        subtask: false,
        level: 0,
    },
    TypeInfo {
        id: "10003",
        name: "Bug",
        description: "A problem or error.",
        subtask: false,
        level: 0,
    },
    TypeInfo {
        id: "10004",
        name: "Sub-task",
        description: "A small piece of work that is part of a larger task.",
        subtask: true,
        level: -1,
    },
];

/// A status; the category is `new`, `indeterminate` or `done`.
#[derive(Debug)]
pub(crate) struct StatusInfo {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) category: &'static str,
}

pub(crate) const STATUSES: [StatusInfo; 7] = [
    StatusInfo {
        id: "10000",
        name: "To Do",
        category: "new",
    },
    StatusInfo {
        id: "3",
        name: "In Progress",
        category: "indeterminate",
    },
    StatusInfo {
        id: "10002",
        name: "In Review",
        category: "indeterminate",
    },
    StatusInfo {
        id: "10001",
        name: "Done",
        category: "done",
    },
    StatusInfo {
        id: "10010",
        name: "Open",
        category: "new",
    },
    StatusInfo {
        id: "10011",
        name: "Waiting for approval",
        category: "indeterminate",
    },
    StatusInfo {
        id: "10012",
        name: "Closed",
        category: "done",
    },
];

pub(crate) const PRIORITIES: [(&str, &str, &str); 5] = [
    ("1", "Highest", "#d04437"),
    ("2", "High", "#f15C75"),
    ("3", "Medium", "#f79232"),
    ("4", "Low", "#707070"),
    ("5", "Lowest", "#999999"),
];

pub(crate) const RESOLUTIONS: [(&str, &str); 3] =
    [("10000", "Done"), ("10001", "Won't Do"), ("10002", "Fixed")];

/// A step of a workflow.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// Status ids it starts from; empty means from everywhere.
    pub(crate) from: &'static [&'static str],
    pub(crate) to: &'static str,
    /// Whether it has a screen, which asks for a resolution.
    pub(crate) screen: bool,
}

const SOFTWARE: [Step; 4] = [
    Step {
        id: "11",
        name: "To Do",
        from: &[],
        to: "10000",
        screen: false,
    },
    Step {
        id: "21",
        name: "In Progress",
        from: &[],
        to: "3",
        screen: false,
    },
    Step {
        id: "31",
        name: "In Review",
        from: &[],
        to: "10002",
        screen: false,
    },
    Step {
        id: "41",
        name: "Done",
        from: &[],
        to: "10001",
        screen: false,
    },
];
const SIMPLE: [Step; 3] = [
    Step {
        id: "11",
        name: "To Do",
        from: &[],
        to: "10000",
        screen: false,
    },
    Step {
        id: "21",
        name: "In Progress",
        from: &[],
        to: "3",
        screen: false,
    },
    Step {
        id: "31",
        name: "Done",
        from: &[],
        to: "10001",
        screen: false,
    },
];
const APPROVAL: [Step; 4] = [
    Step {
        id: "4",
        name: "Request approval",
        from: &["10010"],
        to: "10011",
        screen: false,
    },
    Step {
        id: "5",
        name: "Send back",
        from: &["10011"],
        to: "10010",
        screen: false,
    },
    Step {
        id: "2",
        name: "Approve and close",
        from: &["10011"],
        to: "10012",
        screen: true,
    },
    Step {
        id: "3",
        name: "Reopen",
        from: &["10012"],
        to: "10010",
        screen: false,
    },
];

/// The steps of a workflow.
pub(crate) fn steps(workflow: Workflow) -> &'static [Step] {
    match workflow {
        Workflow::Software => &SOFTWARE,
        Workflow::Simple => &SIMPLE,
        Workflow::Approval => &APPROVAL,
    }
}

/// Status ids of a workflow, the first one is where issues begin.
pub(crate) fn workflow_statuses(workflow: Workflow) -> &'static [&'static str] {
    match workflow {
        Workflow::Software => &["10000", "3", "10002", "10001"],
        Workflow::Simple => &["10000", "3", "10001"],
        Workflow::Approval => &["10010", "10011", "10012"],
    }
}

pub(crate) fn issue_type(id_or_name: &str) -> Option<&'static TypeInfo> {
    TYPES
        .iter()
        .find(|kind| kind.id == id_or_name || kind.name.eq_ignore_ascii_case(id_or_name))
}

pub(crate) fn status(id_or_name: &str) -> Option<&'static StatusInfo> {
    STATUSES
        .iter()
        .find(|status| status.id == id_or_name || status.name.eq_ignore_ascii_case(id_or_name))
}

/// Id and name of a priority.
pub(crate) fn priority(
    id_or_name: &str,
) -> Option<&'static (&'static str, &'static str, &'static str)> {
    PRIORITIES
        .iter()
        .find(|(id, name, _)| *id == id_or_name || name.eq_ignore_ascii_case(id_or_name))
}

pub(crate) fn type_json(base: &str, kind: &TypeInfo) -> Value {
    json!({
        "self": format!("{base}/rest/api/3/issuetype/{}", kind.id),
        "id": kind.id,
        "description": kind.description,
        "iconUrl": format!("{base}/rest/api/2/universal_avatar/view/type/issuetype/avatar/{}?size=medium", 10_300 + i32::from(kind.level)),
        "name": kind.name,
        "subtask": kind.subtask,
        "avatarId": 10_300 + i32::from(kind.level),
        "hierarchyLevel": kind.level,
    })
}

pub(crate) fn category_json(base: &str, key: &str) -> Value {
    let (id, name, color) = match key {
        "new" => (2, "To Do", "blue-gray"),
        "done" => (3, "Done", "green"),
        "undefined" => (1, "No Category", "medium-gray"),
        _ => (4, "In Progress", "yellow"),
    };
    json!({"self": format!("{base}/rest/api/3/statuscategory/{id}"), "id": id, "key": key, "colorName": color, "name": name})
}

pub(crate) fn status_json(base: &str, status: &StatusInfo) -> Value {
    json!({
        "self": format!("{base}/rest/api/3/status/{}", status.id),
        "description": "",
        "iconUrl": format!("{base}/images/icons/statuses/generic.png"),
        "name": status.name,
        "id": status.id,
        "statusCategory": category_json(base, status.category),
    })
}

pub(crate) fn priority_json(base: &str, id: &str) -> Value {
    let (id, name, color) = PRIORITIES
        .iter()
        .find(|(known, ..)| *known == id)
        .unwrap_or(&PRIORITIES[2]);
    json!({
        "self": format!("{base}/rest/api/3/priority/{id}"),
        "iconUrl": format!("{base}/images/icons/priorities/{}.svg", name.to_lowercase()),
        "name": name,
        "id": id,
        "statusColor": color,
    })
}

pub(crate) fn resolution_json(base: &str, name: &str) -> Value {
    let id = RESOLUTIONS
        .iter()
        .find(|(_, known)| *known == name)
        .map_or("10000", |(id, _)| id);
    json!({"self": format!("{base}/rest/api/3/resolution/{id}"), "id": id, "description": "", "name": name})
}

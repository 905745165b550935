//! What is said of a member of a body that is not taken: which one may be meant.

use super::nearest::{is_misspelt, is_same, nearest};

/// What clients call a member otherwise, by the name that it has here. Of several, the first that a body takes is meant.
const OTHER_NAMES: [(&str, &[&str]); 16] = [
    ("epic", &["parent"]),
    ("epic_link", &["parent"]),
    ("epic_key", &["parent"]),
    ("epic_id", &["parent"]),
    ("ancestors", &["parent_id"]),
    ("title", &["summary"]),
    ("name", &["summary", "title"]),
    ("text", &["body", "description"]),
    ("content", &["body", "description"]),
    ("markdown", &["body", "description"]),
    ("message", &["body", "comment"]),
    ("comment", &["body"]),
    ("deadline", &["due_date"]),
    ("owner", &["assignee"]),
    ("version_comment", &["message"]),
    ("args", &["fields"]),
];

/// How a refusal of `name` goes on behind the name, where a body takes `known`.
pub(crate) fn hint(name: &str, known: &[&str]) -> String {
    if let Some(meant) = meant(name, known) {
        return format!("is unknown; {meant} may be meant");
    }
    if known.contains(&"additional_fields") {
        return String::from("is unknown here; additional_fields takes further fields");
    }
    if known.contains(&"fields") && known.contains(&"comment") {
        return String::from("is unknown here; fields takes the fields of the transition's screen");
    }
    match known {
        [] => String::from("is unknown here, and nothing was written"),
        _ => format!(
            "is unknown here, and nothing was written; known are {}",
            known.join(", ")
        ),
    }
}

fn meant<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if let Some(misspelt) = known.iter().find(|known| is_misspelt(name, known)) {
        return Some(misspelt);
    }
    let other = OTHER_NAMES.iter().find(|(other, _)| is_same(other, name));
    if let Some((_, meant)) = other {
        let taken = meant
            .iter()
            .find_map(|meant| known.iter().find(|known| *known == meant));
        if let Some(taken) = taken {
            return Some(taken);
        }
    }
    nearest(name, known.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_meant_is_named_and_else_what_there_is() {
        let issue = [
            "project_key",
            "summary",
            "due_date",
            "parent",
            "additional_fields",
        ];
        let comment = ["body", "visibility"];
        let step = ["transition", "comment", "fields", "replace"];
        for (name, known, said) in [
            ("parent_key", &issue[..], "is unknown; parent may be meant"),
            ("due", &issue, "is unknown; due_date may be meant"),
            ("epicLink", &issue, "is unknown; parent may be meant"),
            ("project", &issue, "is unknown; project_key may be meant"),
            ("title", &issue, "is unknown; summary may be meant"),
            (
                "sprint",
                &issue,
                "is unknown here; additional_fields takes further fields",
            ),
            ("text", &comment, "is unknown; body may be meant"),
            (
                "internal",
                &comment,
                "is unknown here, and nothing was written; known are body, visibility",
            ),
            (
                "assignee",
                &step,
                "is unknown here; fields takes the fields of the transition's screen",
            ),
            ("x", &[], "is unknown here, and nothing was written"),
        ] {
            assert_eq!(hint(name, known), said, "{name}");
        }
    }
}

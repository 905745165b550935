//! Tasks that stand elsewhere now keep their identifiers: reports and assignments hang on them.

use std::collections::HashMap;

use serde_json::Value;

use crate::adf::inline::{attribute, kind};
use crate::adf::reader::{children, is_running_text};
use crate::edit::same_tasks::same_tasks;

const ID: &str = "localId";

/// The written document, whose tasks are called as in the current one.
pub(super) fn named(current: &Value, mut written: Value) -> Value {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    find(current, &mut old);
    if old.is_empty() {
        return written;
    }
    find(&written, &mut new);
    let names: HashMap<&str, &str> = same_tasks(&old, &new)
        .into_iter()
        .map(|(i, j)| (new[j].0.as_str(), old[i].0.as_str()))
        .collect();
    if !names.is_empty() {
        rename(&mut written, &names);
    }
    written
}

fn is_task(node: &Value) -> bool {
    matches!(kind(node), "taskItem" | "blockTaskItem")
}

/// Every task: its identifier, and what it says.
fn find(node: &Value, found: &mut Vec<(String, String)>) {
    if is_task(node)
        && let Some(id) = attribute(node, ID)
    {
        let mut text = String::new();
        say(node, &mut text);
        found.push((id.to_owned(), text));
    }
    for child in children(node) {
        find(child, found);
    }
}

fn say(node: &Value, text: &mut String) {
    text.push_str(node["text"].as_str().unwrap_or_default());
    if is_running_text(node) {
        text.push_str(attribute(node, "id").unwrap_or_default());
    }
    for child in children(node) {
        say(child, text);
    }
}

fn rename(node: &mut Value, names: &HashMap<&str, &str>) {
    if is_task(node)
        && let Some(name) = attribute(node, ID).and_then(|id| names.get(id))
    {
        node["attrs"][ID] = Value::from(*name);
    }
    if let Some(Value::Array(nodes)) = node.get_mut("content") {
        for child in nodes {
            rename(child, names);
        }
    }
}

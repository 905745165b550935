//! Where nodes may stand that an edit moved.

use serde_json::Value;

use crate::adf::inline;

/// Whether a block may stand directly in another node.
pub(super) fn may_stand(kind: &str, parent: &str) -> bool {
    let simple = matches!(
        kind,
        "paragraph" | "bulletList" | "orderedList" | "codeBlock"
    );
    match parent {
        "listItem" => simple || kind == "mediaSingle",
        "blockquote" => simple || matches!(kind, "mediaSingle" | "mediaGroup"),
        "layoutSection" => kind == "layoutColumn",
        "panel" => !matches!(
            kind,
            "panel"
                | "expand"
                | "nestedExpand"
                | "table"
                | "blockquote"
                | "layoutSection"
                | "layoutColumn"
        ),
        "tableCell" | "tableHeader" | "nestedExpand" => {
            !matches!(kind, "expand" | "table" | "layoutSection" | "layoutColumn")
        }
        "doc" => !matches!(kind, "layoutColumn" | "nestedExpand"),
        "taskItem" | "decisionItem" | "caption" => false,
        "blockTaskItem" => matches!(kind, "paragraph" | "extension"),
        "taskList" => kind == "taskList",
        _ => !matches!(kind, "expand" | "layoutColumn" | "layoutSection"),
    }
}

/// Blocks that may come from elsewhere, without the marks that they cannot have in another node: alignment and indentation
/// stand in the document, in columns and cells, and a width of its own in the document alone.
pub(super) fn fitting(nodes: &[Value], was_in: &str, parent: &str) -> Vec<Value> {
    let fits = |mark: &Value| match inline::kind(mark) {
        "alignment" | "indentation" => {
            matches!(parent, "doc" | "layoutColumn" | "tableCell" | "tableHeader")
        }
        "breakout" => parent == "doc",
        _ => true,
    };
    let mut nodes = nodes.to_vec();
    for node in nodes.iter_mut().filter(|_| was_in != parent) {
        let Some(Value::Array(marks)) = node.get_mut("marks") else {
            continue;
        };
        marks.retain(fits);
        if marks.is_empty() {
            node.as_object_mut().map(|fields| fields.remove("marks"));
        }
    }
    nodes
}

/// What may stand in new text at a place, of all that the writer can write.
pub(super) fn place(parent: &str) -> crate::adf::writer::Place {
    use crate::adf::writer::Place;
    match parent {
        "listItem" => Place::Item,
        "blockquote" => Place::Quote,
        "panel" => Place::Panel,
        "tableCell" | "tableHeader" | "nestedExpand" => Place::Inner,
        "expand" => Place::Details,
        _ => Place::Document,
    }
}

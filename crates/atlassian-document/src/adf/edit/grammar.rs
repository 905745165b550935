//! Where nodes may stand that an edit moved.

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

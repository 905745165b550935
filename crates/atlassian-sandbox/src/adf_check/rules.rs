//! The tables behind the check: what may stand where, and which attributes each node takes.

use serde_json::Value;

pub(crate) const TOP: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "codeBlock",
    "blockquote",
    "rule",
    "panel",
    "table",
    "taskList",
    "expand",
    "mediaSingle",
    "mediaGroup",
    "blockCard",
    "decisionList",
    "extension",
    "bodiedExtension",
];
const CELL: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "codeBlock",
    "blockquote",
    "rule",
    "panel",
    "taskList",
    "nestedExpand",
    "mediaSingle",
    "mediaGroup",
    "blockCard",
    "extension",
];
const PANEL: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "codeBlock",
    "rule",
    "taskList",
    "blockCard",
    "mediaSingle",
    "mediaGroup",
];
const EXPAND: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "codeBlock",
    "blockquote",
    "rule",
    "panel",
    "table",
    "taskList",
    "mediaSingle",
    "mediaGroup",
    "blockCard",
    "nestedExpand",
];
const QUOTE: &[&str] = &[
    "paragraph",
    "bulletList",
    "orderedList",
    "codeBlock",
    "mediaSingle",
    "mediaGroup",
];
pub(crate) const ITEM_FIRST: &[&str] = &["paragraph", "codeBlock", "mediaSingle"];
const ITEM: &[&str] = &[
    "paragraph",
    "codeBlock",
    "mediaSingle",
    "bulletList",
    "orderedList",
];
const INLINE: &[&str] = &[
    "text",
    "hardBreak",
    "mention",
    "emoji",
    "date",
    "status",
    "inlineCard",
    "mediaInline",
    "inlineExtension",
];
const COLORS: &[&str] = &["neutral", "purple", "blue", "red", "yellow", "green"];
const PANELS: &[&str] = &[
    "info", "note", "tip", "warning", "error", "success", "custom",
];

/// What may stand inside a node, and how many at least; `None` for leaves.
pub(crate) fn content_model(kind: &str) -> Option<(&'static [&'static str], usize)> {
    Some(match kind {
        "paragraph" | "heading" | "taskItem" | "decisionItem" | "caption" => (INLINE, 0),
        "codeBlock" => (&["text"], 0),
        "bulletList" | "orderedList" => (&["listItem"], 1),
        "listItem" => (ITEM, 1),
        "blockquote" => (QUOTE, 1),
        "panel" => (PANEL, 1),
        "table" => (&["tableRow"], 1),
        "tableRow" => (&["tableHeader", "tableCell"], 1),
        "tableHeader" | "tableCell" => (CELL, 1),
        "taskList" => (&["taskItem", "taskList"], 1),
        "decisionList" => (&["decisionItem"], 1),
        "expand" | "nestedExpand" | "bodiedExtension" => (EXPAND, 1),
        "mediaSingle" => (&["media", "caption"], 1),
        "mediaGroup" => (&["media"], 1),
        _ => return None,
    })
}

/// Name, whether it is required, and the test of its value.
pub(crate) type Attribute = (&'static str, bool, fn(&Value) -> bool);

pub(crate) fn string(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn any_string(value: &Value) -> bool {
    value.is_string()
}

fn anything(_: &Value) -> bool {
    true
}

pub(crate) fn rule_of(kind: &str) -> &'static [Attribute] {
    match kind {
        "heading" => &[("level", true, |value| {
            value.as_u64().is_some_and(|level| (1..=6).contains(&level))
        })],
        "orderedList" => &[("order", false, |value| value.as_u64().is_some())],
        "codeBlock" => &[
            ("language", false, any_string),
            ("uniqueId", false, any_string),
        ],
        "panel" => &[
            ("panelType", true, |value| {
                value.as_str().is_some_and(|name| PANELS.contains(&name))
            }),
            ("panelIcon", false, any_string),
            ("panelColor", false, any_string),
            ("panelIconId", false, any_string),
            ("panelIconText", false, any_string),
        ],
        "table" => &[
            ("isNumberColumnEnabled", false, Value::is_boolean),
            ("layout", false, any_string),
            ("width", false, Value::is_number),
            ("displayMode", false, any_string),
        ],
        "tableHeader" | "tableCell" => &[
            ("colspan", false, Value::is_u64),
            ("rowspan", false, Value::is_u64),
            ("colwidth", false, Value::is_array),
            ("background", false, any_string),
        ],
        _ => rule_of_rest(kind),
    }
}

/// The rules of items and inline nodes.
fn rule_of_rest(kind: &str) -> &'static [Attribute] {
    match kind {
        "taskItem" => &[
            ("localId", true, string),
            ("state", true, |value| {
                matches!(value.as_str(), Some("TODO" | "DONE"))
            }),
        ],
        "decisionItem" => &[("localId", true, string), ("state", true, any_string)],
        "taskList" | "decisionList" => &[("localId", true, string)],
        "expand" | "nestedExpand" => &[("title", false, any_string)],
        "mention" => &[
            ("id", true, string),
            ("text", false, any_string),
            ("accessLevel", false, any_string),
            ("userType", false, any_string),
        ],
        "emoji" => &[
            ("shortName", true, string),
            ("id", false, any_string),
            ("text", false, any_string),
        ],
        "date" => &[("timestamp", true, |value| {
            value
                .as_str()
                .is_some_and(|text| text.parse::<i64>().is_ok())
        })],
        "status" => &[
            ("text", true, string),
            ("color", true, |value| {
                value.as_str().is_some_and(|color| COLORS.contains(&color))
            }),
            ("style", false, any_string),
        ],
        "hardBreak" => &[("text", false, any_string)],
        "inlineCard" | "blockCard" => &[("url", false, string), ("data", false, Value::is_object)],
        _ => rule_of_media(kind),
    }
}

/// The rules of media and extensions.
fn rule_of_media(kind: &str) -> &'static [Attribute] {
    match kind {
        "mediaSingle" => &[
            ("layout", true, any_string),
            ("width", false, Value::is_number),
            ("widthType", false, any_string),
        ],
        "media" | "mediaInline" => &[
            ("type", false, any_string),
            ("id", false, string),
            ("collection", false, any_string),
            ("url", false, string),
            ("alt", false, any_string),
            ("width", false, Value::is_number),
            ("height", false, Value::is_number),
            ("occurrenceKey", false, any_string),
        ],
        "extension" | "bodiedExtension" | "inlineExtension" => &[
            ("extensionType", true, string),
            ("extensionKey", true, string),
            ("parameters", false, anything),
            ("text", false, any_string),
            ("layout", false, any_string),
        ],
        _ => &[],
    }
}

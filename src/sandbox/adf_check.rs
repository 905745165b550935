//! Whether a document is valid ADF: the minimal grammar that Jira and Confluence accept when something is written.

use serde_json::{Map, Value};

type Object = Map<String, Value>;

const TOP: &[&str] = &[
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
const ITEM_FIRST: &[&str] = &["paragraph", "codeBlock", "mediaSingle"];
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

/// How deep a document may nest.
const DEPTH: usize = 60;

/// Checks a whole document; the error names the node.
pub(crate) fn check(document: &Value) -> Result<(), String> {
    let root = document
        .as_object()
        .ok_or("the document is not an object")?;
    keys(root, &["type", "version", "content"])?;
    if root.get("type") != Some(&Value::from("doc")) || root.get("version") != Some(&Value::from(1))
    {
        return Err("the root must be a doc of version 1".to_owned());
    }
    let children = root
        .get("content")
        .and_then(Value::as_array)
        .ok_or("doc: content is required")?;
    children.iter().try_for_each(|child| node(child, TOP, 1))
}

fn keys(object: &Object, allowed: &[&str]) -> Result<(), String> {
    object
        .keys()
        .find(|key| !allowed.contains(&key.as_str()))
        .map_or(Ok(()), |key| Err(format!("unknown key {key}")))
}

fn node(value: &Value, allowed: &[&str], depth: usize) -> Result<(), String> {
    let object = value.as_object().ok_or("a node is not an object")?;
    let kind = object
        .get("type")
        .and_then(Value::as_str)
        .ok_or("a node has no type")?;
    if depth > DEPTH {
        return Err(format!("{kind}: nested too deeply"));
    }
    if !allowed.contains(&kind) {
        return Err(format!("{kind}: not allowed here"));
    }
    if kind == "text" {
        return text(object);
    }
    keys(object, &["type", "attrs", "content", "marks"])
        .map_err(|problem| format!("{kind}: {problem}"))?;
    attributes(kind, object.get("attrs")).map_err(|problem| format!("{kind}: {problem}"))?;
    marks_of_block(kind, object, depth)?;
    children(kind, object, depth)
}

/// What may stand inside a node, and how many at least; `None` for leaves.
fn content_model(kind: &str) -> Option<(&'static [&'static str], usize)> {
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

fn children(kind: &str, object: &Object, depth: usize) -> Result<(), String> {
    let Some((allowed, least)) = content_model(kind) else {
        return if object.contains_key("content") {
            Err(format!("{kind}: takes no content"))
        } else {
            Ok(())
        };
    };
    let empty = Vec::new();
    let items = match object.get("content") {
        None => &empty,
        Some(content) => content
            .as_array()
            .ok_or_else(|| format!("{kind}: content is not an array"))?,
    };
    if items.len() < least {
        return Err(format!("{kind}: content must not be empty"));
    }
    for (index, item) in items.iter().enumerate() {
        let here = if kind == "listItem" && index == 0 {
            ITEM_FIRST
        } else {
            allowed
        };
        node(item, here, depth + 1)?;
        if kind == "codeBlock" && item.get("marks").is_some() {
            return Err("codeBlock: its text takes no marks".to_owned());
        }
        let line_break = item
            .get("text")
            .and_then(Value::as_str)
            .is_some_and(|text| text.contains('\n'));
        if kind != "codeBlock" && line_break {
            return Err(format!("{kind}: a line break inside a text node"));
        }
    }
    Ok(())
}

fn marks_of_block(kind: &str, object: &Object, depth: usize) -> Result<(), String> {
    let allowed: &[&str] = match kind {
        "paragraph" | "heading" if depth == 1 => &["alignment", "indentation"],
        "codeBlock" | "expand" if depth == 1 => &["breakout"],
        "media" => &["link", "border", "annotation"],
        "inlineCard" | "mention" | "emoji" | "status" | "date" => &["annotation"],
        _ => &[],
    };
    let Some(marks) = object.get("marks") else {
        return Ok(());
    };
    let marks = marks
        .as_array()
        .ok_or_else(|| format!("{kind}: marks is not an array"))?;
    let fits = |mark: &Value| {
        mark.get("type")
            .and_then(Value::as_str)
            .is_some_and(|name| allowed.contains(&name))
    };
    if marks.iter().all(fits) {
        Ok(())
    } else {
        Err(format!("{kind}: a mark that is not allowed here"))
    }
}

/// Name, whether it is required, and the test of its value.
type Attribute = (&'static str, bool, fn(&Value) -> bool);

fn string(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

fn any_string(value: &Value) -> bool {
    value.is_string()
}

fn anything(_: &Value) -> bool {
    true
}

fn rule_of(kind: &str) -> &'static [Attribute] {
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

fn attributes(kind: &str, attrs: Option<&Value>) -> Result<(), String> {
    let rules = rule_of(kind);
    let empty = Object::new();
    let attrs = match attrs {
        None => &empty,
        Some(value) => value.as_object().ok_or("attrs is not an object")?,
    };
    for (name, required, fits) in rules {
        match attrs.get(*name) {
            None if *required => return Err(format!("attribute {name} is required")),
            Some(value) if !fits(value) => {
                return Err(format!("attribute {name} has a wrong value"));
            }
            _ => {}
        }
    }
    if matches!(kind, "inlineCard" | "blockCard") && attrs.is_empty() {
        return Err("url or data is required".to_owned());
    }
    let known = |name: &String| name == "localId" || rules.iter().any(|(known, ..)| known == name);
    attrs
        .keys()
        .find(|name| !known(name))
        .map_or(Ok(()), |name| Err(format!("unknown attribute {name}")))
}

fn text(object: &Object) -> Result<(), String> {
    keys(object, &["type", "text", "marks"]).map_err(|problem| format!("text: {problem}"))?;
    if !object.get("text").is_some_and(string) {
        return Err("text: must not be empty".to_owned());
    }
    let Some(marks) = object.get("marks") else {
        return Ok(());
    };
    let marks = marks.as_array().ok_or("text: marks is not an array")?;
    let mut names = Vec::new();
    for mark in marks {
        names.push(text_mark(mark)?);
    }
    let doubled = names
        .iter()
        .enumerate()
        .any(|(index, name)| names[..index].contains(name));
    if doubled {
        return Err("text: a mark twice".to_owned());
    }
    if names.contains(&"code")
        && names
            .iter()
            .any(|name| !matches!(*name, "code" | "link" | "annotation"))
    {
        return Err("text: code combines with link only".to_owned());
    }
    Ok(())
}

fn text_mark(mark: &Value) -> Result<&str, String> {
    let object = mark.as_object().ok_or("text: a mark is not an object")?;
    keys(object, &["type", "attrs"]).map_err(|problem| format!("mark: {problem}"))?;
    let name = object
        .get("type")
        .and_then(Value::as_str)
        .ok_or("text: a mark has no type")?;
    let attribute = |key: &str| {
        object
            .get("attrs")
            .and_then(|attrs| attrs.get(key))
            .and_then(Value::as_str)
    };
    let color = |text: &str| {
        text.len() == 7
            && text.starts_with('#')
            && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let (fits, allowed): (bool, &[&str]) = match name {
        "strong" | "em" | "strike" | "underline" | "code" => (true, &[]),
        "link" => (
            attribute("href").is_some_and(|href| !href.is_empty()),
            &["href", "title", "id", "collection", "occurrenceKey"],
        ),
        "subsup" => (matches!(attribute("type"), Some("sub" | "sup")), &["type"]),
        "textColor" | "backgroundColor" => (attribute("color").is_some_and(color), &["color"]),
        "annotation" => (attribute("id").is_some(), &["id", "annotationType"]),
        _ => return Err(format!("text: unknown mark {name}")),
    };
    let known = match object.get("attrs") {
        None => true,
        Some(attrs) => attrs
            .as_object()
            .is_some_and(|attrs| keys(attrs, allowed).is_ok()),
    };
    if fits && known {
        Ok(name)
    } else {
        Err(format!("text: mark {name} has wrong attributes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn doc(content: &Value) -> Value {
        json!({"type": "doc", "version": 1, "content": content})
    }

    #[test]
    fn a_document_with_every_common_node_is_accepted() {
        let words = json!([{"type": "text", "text": "x", "marks": [{"type": "strong"}, {"type": "link", "attrs": {"href": "https://example.com"}}]}]);
        let paragraph = json!({"type": "paragraph", "content": words});
        let document = doc(&json!([
            {"type": "heading", "attrs": {"level": 2}, "content": words},
            {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph, {"type": "orderedList", "attrs": {"order": 3}, "content": [{"type": "listItem", "content": [paragraph]}]}]}]},
            {"type": "codeBlock", "attrs": {"language": "rust"}, "content": [{"type": "text", "text": "a\nb"}]},
            {"type": "codeBlock", "content": []},
            {"type": "blockquote", "content": [paragraph]},
            {"type": "rule"},
            {"type": "panel", "attrs": {"panelType": "info"}, "content": [paragraph]},
            {"type": "table", "content": [{"type": "tableRow", "content": [{"type": "tableHeader", "attrs": {}, "content": [{"type": "paragraph", "content": []}]}]}]},
            {"type": "taskList", "attrs": {"localId": "l"}, "content": [{"type": "taskItem", "attrs": {"localId": "i", "state": "DONE"}, "content": words}]},
            {"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "5b"}}, {"type": "hardBreak"}, {"type": "inlineCard", "attrs": {"url": "https://example.com"}}]}
        ]));
        assert_eq!(check(&document), Ok(()));
    }

    #[rstest]
    #[case::plain_string(json!("hello"))]
    #[case::wrong_version(json!({"type": "doc", "version": 2, "content": []}))]
    #[case::empty_text(doc(&json!([{"type": "paragraph", "content": [{"type": "text", "text": ""}]}])))]
    #[case::code_and_strong(doc(&json!([{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "code"}, {"type": "strong"}]}]}])))]
    #[case::mark_twice(doc(&json!([{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "em"}, {"type": "em"}]}]}])))]
    #[case::list_first_in_item(doc(&json!([{"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "bulletList", "content": []}]}]}])))]
    #[case::heading_in_item(doc(&json!([{"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "heading", "attrs": {"level": 1}}]}]}])))]
    #[case::nested_quote(doc(&json!([{"type": "blockquote", "content": [{"type": "blockquote", "content": [{"type": "paragraph"}]}]}])))]
    #[case::unknown_key(doc(&json!([{"type": "rule", "color": "red"}])))]
    #[case::unknown_attribute(doc(&json!([{"type": "heading", "attrs": {"level": 1, "size": 3}}])))]
    #[case::level_seven(doc(&json!([{"type": "heading", "attrs": {"level": 7}}])))]
    #[case::no_local_id(doc(&json!([{"type": "taskList", "attrs": {}, "content": [{"type": "taskItem", "attrs": {"state": "TODO"}}]}])))]
    #[case::marked_code(doc(&json!([{"type": "codeBlock", "content": [{"type": "text", "text": "x", "marks": [{"type": "em"}]}]}])))]
    #[case::line_break(doc(&json!([{"type": "paragraph", "content": [{"type": "text", "text": "a\nb"}]}])))]
    #[case::inline_at_top(doc(&json!([{"type": "text", "text": "x"}])))]
    #[case::unknown_node(doc(&json!([{"type": "marquee"}])))]
    #[case::empty_list(doc(&json!([{"type": "bulletList", "content": []}])))]
    fn a_document_that_breaks_a_rule_is_refused(#[case] document: Value) {
        assert!(check(&document).is_err());
    }
}

//! Random ADF documents with every kind of node that Jira's and Confluence's editors write.

use proptest::prelude::*;
use serde_json::{Value, json};

/// Letters and digits as the editors' identifiers have them.
fn identifier() -> impl Strategy<Value = String> {
    "[0-9a-f]{8}"
}

fn words() -> impl Strategy<Value = String> {
    let words = prop::sample::select(
        &[
            "alpha",
            "beta",
            "gamma",
            "*delta*",
            "[x]",
            "1.",
            "_e_",
            "snake_case",
            "<b>",
            "é",
            "字",
            "a|b",
            "#",
        ][..],
    );
    let gap = prop::sample::select(&[" ", " ", " ", "  ", "\u{a0}"][..]);
    let edges = prop::sample::select(&["", "", "", " "][..]);
    (
        edges.clone(),
        prop::collection::vec((words, gap), 1..5),
        edges,
    )
        .prop_map(|(before, words, after)| {
            let pieces = words.iter().flat_map(|(word, gap)| [*word, *gap]);
            let text: String = pieces.collect();
            format!("{before}{}{after}", text.trim_end())
        })
}

fn marks() -> impl Strategy<Value = Vec<Value>> {
    let mark = prop_oneof![
        3 => Just(json!({ "type": "strong" })),
        2 => Just(json!({ "type": "em" })),
        1 => Just(json!({ "type": "strike" })),
        1 => Just(json!({ "type": "underline" })),
        1 => Just(json!({ "type": "subsup", "attrs": { "type": "sup" } })),
        1 => Just(json!({ "type": "textColor", "attrs": { "color": "#ff5630" } })),
        1 => Just(json!({ "type": "backgroundColor", "attrs": { "color": "#fedec8" } })),
        1 => Just(json!({ "type": "link", "attrs": { "href": "https://example.com/a", "occurrenceKey": "o1" } })),
        1 => identifier().prop_map(|id| json!({
            "type": "annotation", "attrs": { "id": id, "annotationType": "inlineComment" },
        })),
    ];
    prop_oneof![
        3 => Just(Vec::new()),
        2 => prop::collection::btree_map(0..1_u8, mark.clone(), 1).prop_map(|marks| marks.into_values().collect()),
        1 => prop::collection::vec(mark, 2..3).prop_map(|mut marks| {
            marks.dedup_by_key(|mark| mark["type"].clone());
            marks
        }),
    ]
}

fn text() -> impl Strategy<Value = Value> {
    let plain = (words(), marks()).prop_map(|(text, marks)| {
        if marks.is_empty() {
            json!({ "type": "text", "text": text })
        } else {
            json!({ "type": "text", "text": text, "marks": marks })
        }
    });
    let code = words().prop_map(|text| {
        json!({
            "type": "text", "text": text, "marks": [{ "type": "code" }],
        })
    });
    prop_oneof![5 => plain, 1 => code]
}

fn inline() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => text(),
        1 => Just(json!({ "type": "hardBreak" })),
        1 => identifier().prop_map(|id| json!({
            "type": "mention", "attrs": { "id": "5b10", "localId": id, "text": "@Mia", "accessLevel": "" },
        })),
        1 => Just(json!({ "type": "emoji", "attrs": { "shortName": ":tada:", "id": "1f389", "text": "🎉" } })),
        1 => Just(json!({ "type": "emoji", "attrs": { "shortName": ":parrot:", "id": "a-b", "text": ":parrot:" } })),
        1 => Just(json!({ "type": "date", "attrs": { "timestamp": "1700000000000" } })),
        1 => identifier().prop_map(|id| json!({
            "type": "status", "attrs": { "text": "DONE", "color": "green", "localId": id, "style": "" },
        })),
        1 => Just(json!({ "type": "inlineCard", "attrs": { "url": "https://example.com/browse/EX-1" } })),
        1 => identifier().prop_map(|id| json!({
            "type": "mediaInline", "attrs": { "id": id, "type": "file", "collection": "c" },
        })),
        1 => Just(json!({ "type": "inlineExtension", "attrs": {
            "extensionType": "com.atlassian.confluence.macro.core", "extensionKey": "anchor",
            "parameters": { "macroParams": { "": { "value": "here" } } },
        }})),
        1 => Just(json!({ "type": "placeholder", "attrs": { "text": "Describe it" } })),
        1 => Just(json!({ "type": "futureInline", "attrs": { "text": "new" } })),
    ]
}

fn inlines() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(inline(), 0..5)
}

fn paragraph() -> impl Strategy<Value = Value> {
    (inlines(), prop::option::of(identifier()), any::<bool>()).prop_map(|(content, id, centred)| {
        let mut node = json!({ "type": "paragraph", "content": content });
        if let Some(id) = id {
            node["attrs"] = json!({ "localId": id });
        }
        if centred {
            node["marks"] = json!([{ "type": "alignment", "attrs": { "align": "center" } }]);
        }
        node
    })
}

fn media() -> impl Strategy<Value = Value> {
    (identifier(), any::<bool>(), any::<bool>()).prop_map(|(id, caption, named)| {
        let mut media = json!({ "type": "media", "attrs": {
            "id": id, "type": "file", "collection": "contentId-1", "width": 800, "height": 600,
        }});
        if named {
            media["attrs"]["alt"] = json!("shot.png");
        }
        let mut content = vec![media];
        if caption {
            content.push(json!({ "type": "caption", "content": [{ "type": "text", "text": "What one sees" }] }));
        }
        json!({ "type": "mediaSingle", "attrs": { "layout": "center", "width": 50 }, "content": content })
    })
}

fn leaf() -> impl Strategy<Value = Value> {
    let extension = |key: &'static str| {
        json!({ "type": "extension", "attrs": {
            "extensionType": "com.atlassian.confluence.macro.core", "extensionKey": key, "layout": "default",
            "parameters": { "macroMetadata": { "title": key } },
        }})
    };
    prop_oneof![
        10 => paragraph(),
        2 => (1..7, inlines(), identifier()).prop_map(|(level, content, id)| json!({
            "type": "heading", "attrs": { "level": level, "localId": id }, "content": content,
        })),
        1 => (words(), identifier()).prop_map(|(text, id)| json!({
            "type": "codeBlock", "attrs": { "language": "rust", "uniqueId": id },
            "content": [{ "type": "text", "text": format!("{text}\nsecond line") }],
        })),
        1 => Just(json!({ "type": "rule" })),
        2 => media(),
        1 => (identifier(), identifier()).prop_map(|(one, other)| json!({ "type": "mediaGroup", "content": [
            { "type": "media", "attrs": { "id": one, "type": "file", "collection": "c" } },
            { "type": "media", "attrs": { "id": other, "type": "file", "collection": "c" } },
        ]})),
        1 => prop_oneof![Just(extension("toc")), Just(extension("jira"))],
        1 => Just(json!({ "type": "blockCard", "attrs": { "url": "https://example.com/browse/EX-2" } })),
        1 => Just(json!({ "type": "embedCard", "attrs": { "url": "https://example.com/v", "layout": "wide" } })),
        1 => Just(json!({ "type": "futureBlock", "attrs": { "key": "x" } })),
    ]
}

fn list(inner: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    let item = (paragraph(), prop::collection::vec(inner, 0..2)).prop_map(|(first, others)| {
        let mut content = vec![first];
        content.extend(others);
        json!({ "type": "listItem", "content": content })
    });
    (prop::collection::vec(item, 1..4), prop::option::of(1..5)).prop_map(|(items, order)| {
        match order {
            Some(order) => {
                json!({ "type": "orderedList", "attrs": { "order": order }, "content": items })
            }
            None => json!({ "type": "bulletList", "content": items }),
        }
    })
}

fn tasks() -> impl Strategy<Value = Value> {
    let task = (identifier(), any::<bool>(), inlines()).prop_map(|(id, done, content)| {
        json!({
            "type": "taskItem",
            "attrs": { "localId": id, "state": if done { "DONE" } else { "TODO" } },
            "content": content,
        })
    });
    let tasks = prop::collection::vec(task, 1..4).boxed();
    (
        identifier(),
        tasks.clone(),
        prop::option::of((identifier(), tasks)),
    )
        .prop_map(|(id, tasks, nested)| {
            let mut content = tasks;
            if let Some((id, nested)) = nested {
                content.insert(
                    1,
                    json!({ "type": "taskList", "attrs": { "localId": id }, "content": nested }),
                );
            }
            json!({ "type": "taskList", "attrs": { "localId": id }, "content": content })
        })
}

fn decisions() -> impl Strategy<Value = Value> {
    let decision = (identifier(), inlines()).prop_map(|(id, content)| json!({
        "type": "decisionItem", "attrs": { "localId": id, "state": "DECIDED" }, "content": content,
    }));
    (identifier(), prop::collection::vec(decision, 1..3)).prop_map(|(id, content)| {
        json!({
            "type": "decisionList", "attrs": { "localId": id }, "content": content,
        })
    })
}

fn table() -> impl Strategy<Value = Value> {
    let lines = prop_oneof![
        5 => paragraph(),
        1 => list(paragraph()),
        1 => media(),
        1 => inlines().prop_map(|content| json!({ "type": "panel", "attrs": { "panelType": "note" }, "content": [
            { "type": "paragraph", "content": content },
        ]})),
    ];
    let content = prop_oneof![4 => paragraph().prop_map(|one| vec![one]), 1 => prop::collection::vec(lines, 1..3)];
    let row = prop::collection::vec((content, any::<bool>()), 2..4);
    (prop::collection::vec(row, 1..4), any::<bool>(), identifier()).prop_map(|(rows, header, id)| {
        let rows = rows.into_iter().enumerate().map(|(index, cells)| {
            let kind = if header && index == 0 { "tableHeader" } else { "tableCell" };
            let cells = cells.into_iter().map(|(content, wide)| {
                let attributes = if wide { json!({ "colwidth": [120], "background": "#deebff" }) } else { json!({}) };
                json!({ "type": kind, "attrs": attributes, "content": content })
            });
            json!({ "type": "tableRow", "content": cells.collect::<Vec<_>>() })
        });
        json!({ "type": "table", "attrs": { "layout": "default", "localId": id, "isNumberColumnEnabled": false },
            "content": rows.collect::<Vec<_>>() })
    })
}

fn frame(inner: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        prop::sample::select(&["info", "note", "warning", "success", "error"][..])
            .prop_map(|kind| json!({ "type": "panel", "attrs": { "panelType": kind } })),
        Just(json!({ "type": "panel", "attrs": { "panelType": "custom", "panelIcon": ":x:", "panelColor": "#eae6ff" } })),
        Just(json!({ "type": "expand", "attrs": { "title": "More" } })),
        identifier().prop_map(|id| json!({ "type": "bodiedExtension", "attrs": {
            "extensionType": "com.atlassian.confluence.macro.core", "extensionKey": "excerpt", "localId": id,
        }})),
        Just(json!({ "type": "futureFrame", "attrs": { "mode": "x" } })),
    ];
    (kind, prop::collection::vec(inner, 1..4)).prop_map(|(mut node, content)| {
        node["content"] = Value::from(content);
        node
    })
}

fn block() -> impl Strategy<Value = Value> {
    let inner =
        prop_oneof![6 => leaf().boxed(), 1 => list(paragraph()).boxed(), 1 => tasks().boxed()];
    prop_oneof![
        8 => leaf().boxed(),
        2 => list(prop_oneof![paragraph().boxed(), list(paragraph()).boxed(), media().boxed()]).boxed(),
        1 => tasks().boxed(),
        1 => decisions().boxed(),
        2 => table().boxed(),
        1 => prop::collection::vec(paragraph(), 1..3)
            .prop_map(|content| json!({ "type": "blockquote", "content": content })).boxed(),
        2 => frame(inner).boxed(),
    ]
}

/// A whole document.
pub(super) fn document() -> impl Strategy<Value = Value> {
    let column = prop::collection::vec(block(), 1..3).prop_map(|content| {
        json!({
            "type": "layoutColumn", "attrs": { "width": 50 }, "content": content,
        })
    });
    let layout = prop::collection::vec(column, 2..3).prop_map(|content| {
        json!({
            "type": "layoutSection", "content": content,
        })
    });
    let part = prop_oneof![12 => block().boxed(), 1 => layout.boxed()];
    prop::collection::vec(part, 0..6)
        .prop_map(|content| json!({ "type": "doc", "version": 1, "content": content }))
}

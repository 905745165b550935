//! Lists and tables that are divided, joined and mixed: entries and rows that stand in another one now are the same ones.

use serde_json::{Value, json};

use crate::{Losses, adf_to_markdown, edit_adf};

fn document(content: &[Value]) -> Value {
    json!({ "type": "doc", "version": 1, "content": content })
}

fn text(words: &str) -> Value {
    json!({ "type": "paragraph", "attrs": { "localId": format!("p-{words}") },
        "content": [{ "type": "text", "text": words }] })
}

fn plain(words: &str) -> Value {
    json!({ "type": "paragraph", "content": [{ "type": "text", "text": words }] })
}

fn item(words: &str) -> Value {
    json!({ "type": "listItem", "attrs": { "localId": format!("i-{words}") }, "content": [text(words)] })
}

fn list(kind: &str, id: &str, items: &[Value]) -> Value {
    match id {
        "" => json!({ "type": kind, "content": items }),
        id => json!({ "type": kind, "attrs": { "localId": id }, "content": items }),
    }
}

fn numbered(attributes: &Value, items: &[Value]) -> Value {
    json!({ "type": "orderedList", "attrs": attributes, "content": items })
}

/// A row whose second cell holds a list, which Markdown shows as lines.
fn row(word: &str) -> Value {
    let inside = list(
        "bulletList",
        "",
        &[item(&format!("{word} one")), item(&format!("{word} two"))],
    );
    json!({ "type": "tableRow", "attrs": { "localId": format!("r-{word}") }, "content": [
        { "type": "tableCell", "attrs": { "background": "#ff0000" }, "content": [text(word)] },
        { "type": "tableCell", "attrs": {}, "content": [inside] }] })
}

fn header(words: &[&str]) -> Value {
    let cells = words
        .iter()
        .map(|word| json!({ "type": "tableHeader", "attrs": {}, "content": [text(word)] }));
    json!({ "type": "tableRow", "content": cells.collect::<Vec<_>>() })
}

fn table(id: &str, rows: &[Value]) -> Value {
    match id {
        "" => json!({ "type": "table", "attrs": { "layout": "wide" }, "content": rows }),
        id => {
            json!({ "type": "table", "attrs": { "layout": "wide", "localId": id }, "content": rows })
        }
    }
}

fn assert_adf(before: &Value, edited: &str, after: &Value) {
    let written = edit_adf(before, edited, Losses::Refused);
    let written = written.unwrap_or_else(|lost| panic!("{lost}: {edited}"));
    assert_eq!(
        serde_json::to_string_pretty(&written).unwrap(),
        serde_json::to_string_pretty(after).unwrap(),
        "{edited}"
    );
}

#[test]
fn a_list_that_is_divided_keeps_all_of_its_entries() {
    for kind in ["bulletList", "orderedList"] {
        let before = document(&[list(
            kind,
            "l",
            &["alpha", "beta", "gamma", "delta"].map(item),
        )]);
        let shown = adf_to_markdown(&before);
        let at = shown.find("gamma").unwrap();
        let at = shown[..at].rfind('\n').unwrap();
        let edited = format!("{}\n\nbetween\n\n{}", &shown[..at], shown[at..].trim());
        let second = match kind {
            "bulletList" => list(kind, "", &["gamma", "delta"].map(item)),
            _ => numbered(&json!({ "order": 3 }), &["gamma", "delta"].map(item)),
        };
        let after = document(&[
            list(kind, "l", &["alpha", "beta"].map(item)),
            plain("between"),
            second,
        ]);
        assert_adf(&before, &edited, &after);
    }
}

#[test]
fn lists_that_are_joined_keep_all_of_their_entries() {
    let before = document(&[
        list("bulletList", "l", &["alpha", "beta"].map(item)),
        text("between"),
        list("bulletList", "m", &["gamma", "delta"].map(item)),
    ]);
    let edited = "- alpha\n- beta\n- gamma\n- delta";
    let after = document(&[list(
        "bulletList",
        "l",
        &["alpha", "beta", "gamma", "delta"].map(item),
    )]);
    assert_adf(&before, edited, &after);
}

#[test]
fn an_entry_that_moves_between_levels_of_a_list_stays_the_same_entry() {
    let nested = |words: &str, inside: &[Value]| {
        let below = list("bulletList", "n", inside);
        json!({ "type": "listItem", "attrs": { "localId": format!("i-{words}") }, "content": [text(words), below] })
    };
    let before = document(&[list(
        "bulletList",
        "l",
        &[nested("alpha", &["beta", "gamma"].map(item)), item("delta")],
    )]);
    let out = document(&[list(
        "bulletList",
        "l",
        &[
            nested("alpha", &["beta"].map(item)),
            item("gamma"),
            item("delta"),
        ],
    )]);
    assert_adf(&before, "- alpha\n  - beta\n- gamma\n- delta", &out);
    let into = document(&[list(
        "bulletList",
        "l",
        &[nested("alpha", &["beta", "gamma", "delta"].map(item))],
    )]);
    assert_adf(&before, "- alpha\n  - beta\n  - gamma\n  - delta", &into);
    // With another word, too.
    let mut changed = into.clone();
    changed["content"][0]["content"][0]["content"][1]["content"][2]["content"][0]["content"][0]["text"] =
        json!("delta was here");
    let long = json!("delta is here");
    let mut before = before;
    before["content"][0]["content"][1]["content"][0]["content"][0]["text"] = long;
    assert_adf(
        &before,
        "- alpha\n  - beta\n  - gamma\n  - delta was here",
        &changed,
    );
}

#[test]
fn a_list_that_gets_numbers_keeps_its_entries_and_one_that_loses_them_does() {
    let before = document(&[
        list("bulletList", "l", &["alpha", "beta"].map(item)),
        text("last"),
    ]);
    let after = document(&[
        numbered(
            &json!({ "localId": "l", "order": 1 }),
            &["alpha", "beta"].map(item),
        ),
        text("last"),
    ]);
    assert_adf(&before, "1. alpha\n2. beta\n\nlast", &after);
    assert_adf(&after, "- alpha\n- beta\n\nlast", &before);
    let from_five = document(&[
        numbered(
            &json!({ "localId": "l", "order": 5 }),
            &["alpha", "beta"].map(item),
        ),
        text("last"),
    ]);
    assert_adf(&before, "5. alpha\n6. beta\n\nlast", &from_five);
    assert_adf(&from_five, "- alpha\n- beta\n\nlast", &before);
}

#[test]
fn tasks_that_are_divided_keep_their_identifiers() {
    let task = |word: &str| {
        json!({ "type": "taskItem", "attrs": { "localId": word, "state": "TODO" },
        "content": [{ "type": "text", "text": word }] })
    };
    let before = document(&[list("taskList", "l", &["alpha", "beta", "gamma"].map(task))]);
    let edited = "- [ ] alpha\n\nbetween\n\n- [ ] beta\n- [ ] gamma";
    let written = edit_adf(&before, edited, Losses::Refused).unwrap();
    let ids = |at: usize| -> Vec<String> {
        let tasks = written["content"][at]["content"].as_array().unwrap();
        tasks
            .iter()
            .map(|task| task["attrs"]["localId"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        [ids(0), ids(2)],
        [
            vec!["alpha".to_owned()],
            vec!["beta".to_owned(), "gamma".to_owned()]
        ]
    );
    let lists = [0, 2].map(|at| {
        written["content"][at]["attrs"]["localId"]
            .as_str()
            .unwrap()
            .to_owned()
    });
    assert!(
        lists.contains(&String::from("l")) && lists[0] != lists[1],
        "{lists:?}"
    );
}

#[test]
fn a_table_that_is_divided_keeps_all_of_its_rows() {
    let before = document(&[table(
        "t",
        &[
            header(&["key", "value"]),
            row("alpha"),
            row("beta"),
            row("gamma"),
        ],
    )]);
    let edited = "| key | value |\n| --- | --- |\n| alpha | • alpha one<br>• alpha two |\n\nbetween\n\n| key | value |\n| --- | --- |\n| beta | • beta one<br>• beta two |\n| gamma | • gamma one<br>• gamma two |";
    let written = edit_adf(&before, edited, Losses::Refused).unwrap();
    let rows = |at: usize| {
        written["content"][at]["content"]
            .as_array()
            .unwrap()
            .clone()
    };
    assert_eq!(rows(0)[1..], [row("alpha")]);
    assert_eq!(rows(2)[1..], [row("beta"), row("gamma")]);
    let layouts = [0, 2].map(|at| written["content"][at]["attrs"].clone());
    assert!(
        layouts.contains(&json!({ "layout": "wide", "localId": "t" })),
        "{layouts:?}"
    );
    assert!(
        layouts.contains(&json!({ "layout": "wide" })),
        "{layouts:?}"
    );
    // And back.
    let joined = adf_to_markdown(&before);
    let again = edit_adf(&written, &joined, Losses::Refused).unwrap();
    assert_eq!(
        again["content"][0]["content"].as_array().unwrap()[1..],
        [row("alpha"), row("beta"), row("gamma")]
    );
}

#[test]
fn rows_that_no_cell_joins_may_move_and_go_in_a_table_with_merged_cells() {
    let cell = |word: &str, attributes: &Value| json!({ "type": "tableCell", "attrs": attributes, "content": [plain(word)] });
    let wide = json!({ "type": "tableRow", "content": [cell("wide", &json!({ "colspan": 2, "background": "#fff" }))] });
    let row = |one: &str, two: &str| json!({ "type": "tableRow", "content": [cell(one, &json!({})), cell(two, &json!({ "background": "#eee" }))] });
    let tall = [
        json!({ "type": "tableRow", "content": [cell("tall", &json!({ "rowspan": 2 })), cell("up", &json!({}))] }),
        json!({ "type": "tableRow", "content": [cell("down", &json!({}))] }),
    ];
    let [upper, lower] = tall.clone();
    let before = document(&[table(
        "t",
        &[
            header(&["key", "value"]),
            wide.clone(),
            row("one", "two"),
            upper.clone(),
            lower.clone(),
        ],
    )]);
    let moved =
        "| key | value |\n| --- | --- |\n| one | two |\n| tall | up |\n|  | down |\n| wide |  |";
    let after = document(&[table(
        "t",
        &[
            header(&["key", "value"]),
            row("one", "two"),
            upper.clone(),
            lower.clone(),
            wide.clone(),
        ],
    )]);
    assert_adf(&before, moved, &after);
    let gone = "| key | value |\n| --- | --- |\n| wide |  |\n| one | two |";
    assert_adf(
        &before,
        gone,
        &document(&[table(
            "t",
            &[header(&["key", "value"]), wide, row("one", "two")],
        )]),
    );
    let torn =
        "| key | value |\n| --- | --- |\n| wide |  |\n| tall | up |\n| one | two |\n|  | down |";
    let refused = edit_adf(&before, torn, Losses::Refused).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "would destroy the merged cells of a table"
    );
}

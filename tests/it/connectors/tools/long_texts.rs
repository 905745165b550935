//! Texts that are longer than a tool shows: they can be read to their end, and their beginning is never taken for the whole.

use serde_json::{Value, json};

use crate::connectors::confluence::fixture::made as made_page;
use crate::connectors::jira::fixture::made as made_issue;
use crate::connectors::tools::fixture::{given, invoke};
use crate::support::TestApp;

fn long_text(lines: usize) -> String {
    let line = |number| format!("Line {number} says something of its own.\n\n");
    (0..lines)
        .map(line)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// What a tool showed, as a model tidies it: without the mark, and without the word that was cut.
fn tidied(shown: &str) -> &str {
    let text = shown.split("… [cut off here]").next().unwrap();
    text.rsplit_once("\n\n").unwrap().0
}

#[tokio::test]
async fn a_long_page_is_read_in_parts_and_its_beginning_is_not_written_as_the_whole() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let text = long_text(700);
    let id = made_page(&browser, "Long", text.as_str()).await;
    let first = given(&browser, "confluence_get_page", json!({"page_id": id})).await;
    let shown = first["body"].as_str().unwrap();
    let next = first["next_start"].as_u64().unwrap();
    let rest = json!({"page_id": id, "start": next});
    let rest = given(&browser, "confluence_get_page", rest).await;
    assert_eq!(rest["next_start"], Value::Null);
    let begun = shown.split("… [cut off here]").next().unwrap();
    assert_eq!(format!("{begun}{}", rest["body"].as_str().unwrap()), text);

    let write = async |content: &str, replace: bool| {
        let args = json!({"page_id": id, "title": "Long", "content": content, "replace": replace});
        invoke(&browser, "confluence_update_page", args).await
    };
    let refused = write(tidied(shown), false).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(
        refused.body.contains("read on with start"),
        "{}",
        refused.body
    );
    let edited = text.replace("Line 3 ", "The third line ");
    assert_eq!(write(&edited, false).await.status, 200);
    assert_eq!(write(tidied(shown), true).await.status, 200);
}

/// The mark is gone, the length and the end are others, and what was not shown is still not known.
#[tokio::test]
async fn an_edited_part_of_a_long_text_is_not_written_as_the_whole() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let text = long_text(1_200);
    let id = made_page(&browser, "Edited", text.as_str()).await;
    let part = async |start: u64| {
        let args = json!({"page_id": id, "start": start});
        let shown = given(&browser, "confluence_get_page", args).await;
        let body = shown["body"].as_str().unwrap().to_owned();
        body.split("… [cut off here]").next().unwrap().to_owned()
    };
    let parts = [part(0).await, part(20_000).await, part(40_000).await];
    assert_eq!(parts.concat(), text, "three of them are all");
    let begun = tidied(&parts[0]);
    let stored = browser
        .read(&format!("/connectors/confluence/pages/{id}"))
        .await;
    for content in [
        format!("# New\n\nA section above all of it.\n\n{begun}"),
        format!("{begun}\n\nUpdated by the agent."),
        format!("{}ends here.", parts[0]),
        begun.replacen(&text[2_000..4_000], "", 1),
        parts[1].clone(),
        parts[2].clone(),
        format!("{}{}", parts[0], parts[1]),
        format!("{}{}", parts[0], parts[2]),
        format!("{begun}\n\n[... rest of the page unchanged ...]"),
        format!("{}\n\n...\n\n{}", &text[..9_000], &text[30_000..]),
    ] {
        let args = json!({"page_id": id, "title": "Edited", "content": content});
        let refused = invoke(&browser, "confluence_update_page", args).await;
        assert_eq!(refused.status, 422, "{}: {}", content.len(), refused.body);
        assert!(refused.body.contains("replace: true"), "{}", refused.body);
        let put = json!({"body": content});
        let path = format!("/connectors/confluence/pages/{id}");
        assert_eq!(browser.put(&path, put).await.status, 422);
    }
    let path = format!("/connectors/confluence/pages/{id}");
    assert_eq!(browser.read(&path).await["body"], stored["body"]);
    // What is deleted in plain sight may go.
    let shorter = json!({"body": format!("{}{}", &text[..6_000], &text[9_000..])});
    assert_eq!(browser.put(&path, shorter).await.status, 200);
}

#[tokio::test]
async fn parts_join_where_characters_are_left_out_that_nobody_sees() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let text = long_text(700);
    let hidden = text.replace("something", "some\u{ad}thing");
    let id = made_page(&browser, "Hyphens", hidden.as_str()).await;
    let first = given(&browser, "confluence_get_page", json!({"page_id": id})).await;
    let rest = json!({"page_id": id, "start": first["next_start"]});
    let rest = given(&browser, "confluence_get_page", rest).await;
    let shown = first["body"].as_str().unwrap();
    let begun = shown.split("… [cut off here]").next().unwrap();
    assert_eq!(format!("{begun}{}", rest["body"].as_str().unwrap()), text);
}

#[tokio::test]
async fn the_storage_format_of_a_long_page_is_not_cut_by_writing_it_back() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made_page(&browser, "Stored", long_text(700).as_str()).await;
    let read = json!({"page_id": id, "convert_to_markdown": false});
    let shown = given(&browser, "confluence_get_page", read).await;
    let shown = shown["body"].as_str().unwrap();
    let begun = shown.split("… [cut off here]").next().unwrap();
    let whole_blocks = &begun[..begun.rfind("</p>").unwrap() + 4];
    let args = json!({"page_id": id, "title": "Stored", "content": whole_blocks, "content_format": "storage"});
    let refused = invoke(&browser, "confluence_update_page", args).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
}

#[tokio::test]
async fn a_description_that_a_search_shortened_is_not_written_as_the_whole() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mut keys = Vec::new();
    for number in 0..30 {
        let issue = json!({"project_key": "OPS", "summary": format!("Shortened {number}"), "description": long_text(120)});
        keys.push(made_issue(&browser, issue).await);
    }
    let args = json!({"jql": "summary ~ Shortened", "limit": 30, "fields": "description"});
    let found = given(&browser, "jira_search", args).await;
    let hits = found
        .as_array()
        .or(found["issues"].as_array())
        .or(found["items"].as_array());
    let shown = hits.unwrap()[0]["description"].as_str().unwrap();
    assert!(shown.contains("(keep:cut)"), "{shown}");
    let edited = tidied(shown).replace("Line 3 ", "The third line ");
    let args = json!({"issue_key": keys[0], "fields": {"description": edited}});
    let refused = invoke(&browser, "jira_update_issue", args).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    // Whoever reads the issue itself sees all of it, and may take away its end.
    let shorter = long_text(100);
    let args = json!({"issue_key": keys[0], "fields": {"description": shorter}});
    given(&browser, "jira_update_issue", args).await;
}

/// What models write for "and so on", and what hides a whole text.
#[tokio::test]
async fn a_text_of_which_nothing_would_be_seen_or_that_leaves_the_rest_out_is_not_written() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made_page(&browser, "Kept", "# Plan\n\nFirst.\n\nSecond.").await;
    let key = made_issue(
        &browser,
        json!({"project_key": "OPS", "summary": "Kept", "description": "First."}),
    )
    .await;
    let (page, issue) = (
        format!("/connectors/confluence/pages/{id}"),
        format!("/connectors/jira/issues/{key}"),
    );
    for text in [
        "<!-- rest unchanged -->",
        "# Plan\n\n<!-- ... existing content ... -->",
        "First, changed.\n\n<!-- … -->",
        "---\ntitle: Risks\ntags: [rollout]\n---\n",
    ] {
        let refused = browser.put(&page, json!({"body": text})).await;
        assert_eq!(refused.status, 422, "{text}: {}", refused.body);
        let refused = browser.put(&issue, json!({"description": text})).await;
        assert_eq!(refused.status, 422, "{text}: {}", refused.body);
    }
    let emptied = browser.put(&issue, json!({"description": ""})).await;
    assert_eq!(emptied.status, 200, "{}", emptied.body);
    let meant = json!({"body": "# Plan\n\n<!-- rest unchanged -->", "replace": true});
    assert_eq!(browser.put(&page, meant).await.status, 200);
}

#[tokio::test]
async fn who_says_what_they_read_writes_over_nothing_newer() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made_page(&browser, "Shared", "First.\n\nSecond.").await;
    let read = given(&browser, "confluence_get_page", json!({"page_id": id})).await;
    let path = format!("/connectors/confluence/pages/{id}");
    let meanwhile = json!({"body": "First.\n\nSecond.\n\nThird, by somebody else."});
    assert_eq!(browser.put(&path, meanwhile).await.status, 200);
    let args = json!({"page_id": id, "title": "Shared", "content": "First!\n\nSecond.", "version": read["version"]});
    let refused = invoke(&browser, "confluence_update_page", args).await;
    assert_eq!(refused.status, 409, "{}", refused.body);

    let key = made_issue(
        &browser,
        json!({"project_key": "OPS", "summary": "Shared", "description": "First."}),
    )
    .await;
    let args = json!({"issue_key": key, "fields": "updated,description"});
    let read = given(&browser, "jira_get_issue", args).await;
    app.advance(std::time::Duration::from_mins(1));
    let path = format!("/connectors/jira/issues/{key}");
    let shown = browser.read(&path).await;
    assert_eq!(
        browser
            .put(&path, json!({"description": "First.\n\nSecond."}))
            .await
            .status,
        200
    );
    let args =
        json!({"issue_key": key, "fields": {"description": "First!"}, "updated": read["updated"]});
    let refused = invoke(&browser, "jira_update_issue", args).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    let stale = json!({"description": "First!", "updated": shown["updated"]});
    assert_eq!(browser.put(&path, stale).await.status, 409);
    let own = json!({"fields": {"summary": "Mine"}, "updated": shown["updated"]});
    assert_eq!(browser.put(&path, own).await.status, 409, "Jira's own form");
    let fresh = browser.read(&path).await;
    let good = json!({"description": "First!", "updated": fresh["updated"]});
    assert_eq!(browser.put(&path, good).await.status, 200);
    // Two within a second, too.
    let read = browser.read(&path).await;
    app.advance(std::time::Duration::from_millis(7));
    let other = browser.put(&path, json!({"summary": "Hers"})).await;
    assert_eq!(other.status, 200, "{}", other.body);
    let late = json!({"summary": "His", "updated": read["updated"]});
    let refused = browser.put(&path, late).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    let now = other.json()["updated"].as_str().unwrap().to_owned();
    assert!(refused.body.contains(&now), "{} {now}", refused.body);
}

/// Paragraphs as people write them, of some 120 characters each.
fn paragraphs(length: usize) -> Vec<String> {
    let paragraph = |number: usize| {
        format!(
            "Paragraph {number} tells what the team found on day {}, what it means for plan {}, and who is to look at it next.",
            number * 7,
            number * 13
        )
    };
    (0..length / 120).map(paragraph).collect()
}

#[tokio::test]
async fn paragraphs_of_a_text_that_was_shown_whole_are_moved_and_deleted_freely() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for length in [500, 800, 1_100, 2_200, 5_200, 10_500] {
        let all = paragraphs(length);
        let last = all.len() - 1;
        let rotated = [&all[1..], &all[..1]].concat();
        let reversed: Vec<String> = all.iter().rev().cloned().collect();
        let swapped = [
            &all[..last - 1],
            &[all[last].clone(), all[last - 1].clone()],
        ]
        .concat();
        let edits = [
            rotated,
            reversed,
            swapped,
            all[..last].to_vec(),
            all[..last - 1].to_vec(),
            all[..last - 2].to_vec(),
        ];
        let key = made_issue(
            &browser,
            json!({"project_key": "OPS", "summary": "Moved", "description": all.join("\n\n")}),
        )
        .await;
        let path = format!("/connectors/jira/issues/{key}");
        for (number, edit) in edits.iter().enumerate() {
            let text = edit.join("\n\n");
            let answer = browser.put(&path, json!({"description": text})).await;
            assert_eq!(answer.status, 200, "{length} {number}: {}", answer.body);
            assert_eq!(answer.json()["description"], text);
            let whole = json!({"description": all.join("\n\n")});
            assert_eq!(browser.put(&path, whole).await.status, 200);
        }
    }
}

#[tokio::test]
async fn a_line_that_stands_for_the_rest_is_never_written_in_its_place() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for length in [480, 7_000, 59_000] {
        let all = paragraphs(length);
        let id = made_page(
            &browser,
            &format!("Rest {length}"),
            all.join("\n\n").as_str(),
        )
        .await;
        let key = made_issue(
            &browser,
            json!({"project_key": "OPS", "summary": "Rest", "description": all[..all.len().min(200)].join("\n\n")}),
        )
        .await;
        for kept in [1, 2, 3] {
            let edited = all[..kept].join("\n\n").replacen("tells", "says", 1);
            for line in [
                "[... rest unchanged ...]",
                "[... rest of the page unchanged ...]",
                "(remaining content unchanged)",
            ] {
                let text = format!("{edited}\n\n{line}");
                for (path, body) in [
                    (
                        format!("/connectors/confluence/pages/{id}"),
                        json!({"body": text}),
                    ),
                    (
                        format!("/connectors/jira/issues/{key}"),
                        json!({"description": text}),
                    ),
                ] {
                    let refused = browser.put(&path, body).await;
                    assert_eq!(
                        refused.status, 422,
                        "{length} {kept} {line}: {}",
                        refused.body
                    );
                    assert!(
                        refused.body.contains("stands for a part"),
                        "{}",
                        refused.body
                    );
                }
            }
        }
        // A text that was written anew may have dots for a line.
        let anew = json!({"body": "All new.\n\n...\n\nAnd an end."});
        let path = format!("/connectors/confluence/pages/{id}");
        assert_eq!(browser.put(&path, anew).await.status, 200);
    }
}

//! What fails in tools over single operations of Atlassian's, and what it says.

use serde_json::{Value, json};

use atlassian_sandbox::FaultAction;

use crate::mcp::every_tool::SCOPES;
use crate::mcp::fixture::{message, text};
use crate::support::faults::on_api;
use crate::support::{Browser, TestApp};

async fn call(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let call = message("tools/call", json!({"name": tool, "arguments": arguments}));
    let answer = browser.post("/mcp?toolsets=all", call).await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    answer.json()["result"].take()
}

#[tokio::test]
async fn a_login_that_lacks_a_scope_says_which_one() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let result = call(&mia, "jira_get_agile_boards", json!({})).await;
    assert_eq!(result["isError"], true);
    assert!(text(&result).contains("(FORBIDDEN)"), "{result}");
    assert!(
        text(&result).contains("read:board-scope:jira-software"),
        "{result}"
    );
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_before_anything_is_sent() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for (tool, arguments, told) in [
        (
            "jira_get_worklog",
            json!({"issue_key": "../x"}),
            "is malformed",
        ),
        ("jira_get_issue_watchers", json!({"issue_key": ""}), "issue"),
        (
            "jira_remove_watcher",
            json!({"issue_key": "WEB-1"}),
            "account_id",
        ),
        (
            "jira_create_issue_link",
            json!({"link_type": "Blocks", "inward_issue_key": "WEB-1", "outward_issue_key": "?"}),
            "outward_issue_key",
        ),
        ("jira_get_agile_boards", json!({"limit": 51}), "limit"),
        ("jira_get_agile_boards", json!({"cursor": "x"}), "cursor"),
        (
            "jira_add_worklog",
            json!({"issue_key": "WEB-1", "time_spent": "1h", "original_estimate": "2h"}),
            "original_estimate",
        ),
    ] {
        let result = call(&mia, tool, arguments.clone()).await;
        assert_eq!(result["isError"], true, "{tool} {arguments}");
        assert!(
            text(&result).contains(told),
            "{tool} {arguments}: {}",
            text(&result)
        );
    }
    assert!(
        app.sandbox.journal().is_empty(),
        "{:?}",
        app.sandbox.journal()
    );
}

#[tokio::test]
async fn what_jira_says_about_a_query_or_a_link_is_told() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let good = call(&mia, "jira_validate_jql", json!({"jql": "project = WEB"})).await;
    assert_eq!(
        good["structuredContent"],
        json!({"valid": true, "errors": []})
    );
    let bad = call(&mia, "jira_validate_jql", json!({"jql": "project = "})).await;
    assert_eq!(bad["structuredContent"]["valid"], false, "{bad}");
    assert_ne!(bad["structuredContent"]["errors"], json!([]), "{bad}");
    let link =
        json!({"link_type": "Nothing", "inward_issue_key": "WEB-1", "outward_issue_key": "WEB-2"});
    let refused = call(&mia, "jira_create_issue_link", link).await;
    assert_eq!(refused["isError"], true, "{refused}");
    let absent = call(
        &mia,
        "confluence_get_page_versions",
        json!({"page_id": "999999"}),
    )
    .await;
    assert!(text(&absent).contains("(NOT_FOUND)"), "{absent}");
}

#[tokio::test]
async fn times_and_durations_are_taken_in_every_usual_form() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for (started, spent) in [
        ("2026-11-20T10:00:00.000+0000", "1h 30m"),
        ("2026-11-20T10:00:00Z", "1h30m"),
        ("2026-11-20T15:30:00+05:30", "5400"),
        ("2026-11-20T10:00:00.000456+00:00", "90 minutes"),
        ("2026-11-20 10:00:00Z", "PT1H30M"),
        ("2026-11-20T10:00:00Z", "1:30"),
    ] {
        let entry = json!({"issue_key": "WEB-1", "time_spent": spent, "started": started});
        let entry = call(&mia, "jira_add_worklog", entry).await;
        let entry = &entry["structuredContent"];
        assert_eq!(
            (&entry["started"], &entry["seconds"]),
            (&json!("2026-11-20T10:00:00Z"), &json!(5400)),
            "{started} {spent}: {entry}"
        );
    }
    for (argument, wrong) in [("started", "2026-11-20"), ("time_spent", "a while")] {
        let mut entry = json!({"issue_key": "WEB-1", "time_spent": "1h"});
        entry[argument] = json!(wrong);
        let refused = call(&mia, "jira_add_worklog", entry).await;
        assert!(
            text(&refused)
                .to_lowercase()
                .contains(&format!("{argument} must be")),
            "{refused}"
        );
    }
    let due = json!({"issue_key": "WEB-1", "fields": {"duedate": "2026-12-24T10:00:00Z"}, "return_fields": "duedate"});
    let due = call(&mia, "jira_update_issue", due).await;
    assert_eq!(due["structuredContent"]["duedate"], "2026-12-24", "{due}");
}

#[tokio::test]
async fn an_internal_note_is_kept_from_who_made_the_request() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let note = json!({"issue_key": "WEB-1", "body": "Among us", "public": false});
    let note = call(&mia, "jira_add_comment", note).await;
    assert_eq!(
        note["structuredContent"]["visibility"],
        json!({"type": "internal", "value": null}),
        "{note}"
    );
    let both = json!({"issue_key": "WEB-1", "body": "x", "public": false,
        "visibility": {"type": "role", "value": "Administrators"}});
    let both = call(&mia, "jira_add_comment", both).await;
    assert!(text(&both).contains("leave one of them out"), "{both}");
    let open = json!({"issue_key": "WEB-1", "body": "To all", "public": true});
    let open = call(&mia, "jira_add_comment", open).await;
    assert_eq!(open["structuredContent"]["visibility"], Value::Null);
    let by_rest = json!({"body": "Among us", "visibility": {"type": "internal"}});
    let by_rest = mia
        .post("/connectors/jira/issues/WEB-1/comments", by_rest)
        .await;
    assert_eq!(
        by_rest.json()["visibility"]["type"],
        "internal",
        "{}",
        by_rest.body
    );
}

#[tokio::test]
async fn every_comment_comes_once() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let comment = json!({"issue_key": "WEB-1", "body": "Once"});
    call(&mia, "jira_add_comment", comment).await;
    let all = json!({"issue_key": "WEB-1", "fields": "*all"});
    let all = call(&mia, "jira_get_issue", all).await;
    assert_eq!(
        all["structuredContent"]
            .to_string()
            .matches("\"Once\"")
            .count(),
        1,
        "{all}"
    );
}

#[tokio::test]
async fn a_wrong_argument_is_named_as_the_tool_calls_it() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for (tool, arguments, field) in [
        ("confluence_search", json!({"query": "(("}), "query"),
        (
            "confluence_create_page",
            json!({"space_key": "ENG", "title": "x", "content": "[x](keep:nope)"}),
            "content",
        ),
        (
            "jira_create_issue",
            json!({"project_key": "WEB", "summary": "x", "issue_type": "Nope"}),
            "issue_type",
        ),
        (
            "jira_transition_issue",
            json!({"issue_key": "WEB-1", "transition_id": "Nope"}),
            "transition_id",
        ),
        (
            "jira_create_remote_issue_link",
            json!({"issue_key": "WEB-1", "url": "javascript:alert(1)", "title": "t"}),
            "url",
        ),
        (
            "jira_get_agile_boards",
            json!({"board_type": "nope"}),
            "board_type",
        ),
        (
            "confluence_move_page",
            json!({"page_id": "1", "target_parent_id": "2", "position": "top"}),
            "position",
        ),
    ] {
        let refused = call(&mia, tool, arguments).await;
        let details = &refused["_meta"]["io.integration-backend/error"]["details"];
        assert_eq!(details["fields"], json!([field]), "{tool}: {refused}");
    }
}

#[tokio::test]
async fn the_end_of_a_list_is_told_and_a_query_is_counted_as_it_is_searched() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let some = call(&mia, "jira_search_fields", json!({"limit": 3})).await;
    assert_eq!(some["structuredContent"]["truncated"], true, "{some}");
    let all = call(&mia, "jira_search_fields", json!({"limit": 1000})).await;
    assert_eq!(all["structuredContent"].get("truncated"), None, "{all}");
    let count = async |jql: &str| {
        let counted = call(&mia, "jira_count_issues", json!({ "jql": jql })).await;
        counted["structuredContent"]["count"]
            .as_u64()
            .unwrap_or_else(|| panic!("{jql}: {counted}"))
    };
    assert_eq!(count("WEB-1").await, 1);
    let whole = count("order by created").await;
    assert!(whole > 10);
    assert_eq!(count("").await, whole);
    let one = call(&mia, "jira_validate_jql", json!({"jql": "WEB-1"})).await;
    assert_eq!(one["structuredContent"]["valid"], true, "{one}");
}

/// The texts of pages come with what is found of them, so that nobody asks for each.
#[tokio::test]
async fn a_search_gives_the_texts_of_the_first_pages_where_they_are_asked_for() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let made =
        json!({"space_key": "ENG", "title": "Plan for Orion", "content": "Nothing is _blocked_."});
    let made = call(&mia, "confluence_create_page", made).await;
    assert_eq!(made["isError"], false, "{made}");
    let query = json!({"query": "title ~ \"Plan for Orion\"", "include_content": true});
    let found = call(&mia, "confluence_search", query).await;
    let first = &found["structuredContent"]["items"][0];
    assert_eq!(first["body"], "Nothing is _blocked_.", "{found}");
    let many = json!({"query": "type = page", "include_content": true, "limit": 5});
    let many = call(&mia, "confluence_search", many).await;
    let items = many["structuredContent"]["items"].as_array().unwrap();
    let with_text = items.iter().filter(|item| item["body"].is_string());
    assert_eq!((items.len(), with_text.count()), (5, 3), "{many}");
}

#[tokio::test]
async fn a_file_of_a_page_is_read_where_it_lies_and_no_credential_goes_there() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.own_addresses = true);
    let mia = app.logged_in("mia").await;
    let page = json!({"space_key": "ENG", "title": "Files", "content": "x"});
    let page = call(&mia, "confluence_create_page", page).await;
    let page = &page["structuredContent"]["id"];
    for (name, base64, place, content) in [
        ("a.txt", "SGVsbG8=", "/structuredContent/text", "Hello"),
        ("a.png", "iVBORw==", "/content/1/resource/blob", "iVBORw=="),
    ] {
        let file = json!({"content_id": page, "filename": name, "content_base64": base64});
        let file = call(&mia, "confluence_upload_attachment", file).await;
        let id = json!({"attachment_id": file["structuredContent"]["id"]});
        app.sandbox.clear_journal();
        let read = call(&mia, "confluence_download_attachment", id).await;
        assert_eq!(
            (&read["structuredContent"]["filename"], read.pointer(place)),
            (&json!(name), Some(&json!(content))),
            "{read}"
        );
        let journal = app.sandbox.journal();
        let elsewhere = journal
            .iter()
            .find(|call| call.path.starts_with("/file/"))
            .unwrap();
        assert_eq!(elsewhere.header("authorization"), None);
    }
    for strange in [
        "https://evil.example/file",
        "http://api.media.atlassian.com/file",
    ] {
        let file = json!({"content_id": page, "filename": "b.txt", "content_base64": "SGVsbG8="});
        let file = call(&mia, "confluence_upload_attachment", file).await;
        let action = FaultAction::Redirect(strange.to_owned());
        app.sandbox.fault(on_api("/download", action, Some(1)));
        let id = json!({"attachment_id": file["structuredContent"]["id"]});
        let read = call(&mia, "confluence_download_attachment", id).await;
        assert_eq!(read["isError"], true, "{strange}: {read}");
    }
}

#[tokio::test]
async fn changes_of_issues_are_asked_for_by_address_and_what_is_not_there_is_named() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let asked = json!({"issue_ids_or_keys": "https://acme.atlassian.net/browse/WEB-1, NOPE-9"});
    let found = call(&mia, "jira_batch_get_changelogs", asked).await;
    let items = &found["structuredContent"]["items"];
    assert_eq!(
        (&items[0]["key"], &items[1]["key"]),
        (&json!("WEB-1"), &json!("NOPE-9")),
        "{found}"
    );
    assert_eq!(
        items[1]["missing"],
        "it is not there, or not for this account"
    );
    let nothing = call(
        &mia,
        "jira_batch_get_changelogs",
        json!({"issue_ids_or_keys": ["NOPE-9"]}),
    )
    .await;
    assert_eq!(nothing["isError"], true);
    assert!(text(&nothing).contains("NOPE-9 is not there"), "{nothing}");
}

#[tokio::test]
async fn the_word_null_for_what_can_be_no_words_counts_as_not_sent() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for word in [json!("null"), json!(["null"]), json!("None"), json!([])] {
        for argument in [
            "limit",
            "page_token",
            "projects_filter",
            "fields",
            "expand",
            "use_display_names",
        ] {
            let mut asked = json!({"jql": "project = WEB"});
            asked[argument] = word.clone();
            let found = call(&mia, "jira_search", asked).await;
            assert_eq!(found["isError"], false, "{argument} {word}: {found}");
        }
    }
}

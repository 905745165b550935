//! Every route and tool about one issue or page takes its address, also one of another site that the login reaches, and
//! the forms in which people paste keys.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::{given, invoke};
use crate::mcp::every_tool::SCOPES;
use crate::support::{Browser, TestApp};

/// What each tool about one issue is asked, besides the issue.
fn tools() -> Vec<(&'static str, Value)> {
    vec![
        ("jira_get_issue", json!({})),
        ("jira_update_issue", json!({"fields": {"labels": ["seen"]}})),
        ("jira_add_comment", json!({"body": "Seen"})),
        ("jira_get_comments", json!({})),
        ("jira_get_transitions", json!({})),
        ("jira_get_attachments", json!({})),
        ("jira_add_worklog", json!({"time_spent": "1h"})),
        ("jira_get_worklog", json!({})),
        ("jira_add_watcher", json!({"user_identifier": "me"})),
        ("jira_get_issue_watchers", json!({})),
        ("jira_get_issue_dates", json!({})),
        (
            "jira_upload_attachment",
            json!({"filename": "note.txt", "content_base64": "SGVsbG8="}),
        ),
        ("jira_download_attachments", json!({})),
        (
            "jira_create_remote_issue_link",
            json!({"url": "https://example.com", "title": "x"}),
        ),
    ]
}

async fn every_tool_takes(browser: &Browser, issue: &str) {
    for (tool, mut args) in tools() {
        args["issue_key"] = json!(issue);
        given(browser, tool, args).await;
    }
    let listed = json!({ "issue_key": issue });
    let listed = given(browser, "jira_get_transitions", listed).await;
    let step = listed["items"][0]["id"].as_str().unwrap();
    let moved =
        json!({"issue_key": issue, "transition_id": step, "fields": {"resolution": "Done"}});
    let plain = json!({"issue_key": issue, "transition_id": step});
    if invoke(browser, "jira_transition_issue", plain).await.status != 200 {
        given(browser, "jira_transition_issue", moved).await;
    }
}

#[tokio::test]
async fn every_tool_about_an_issue_takes_its_address_and_what_people_paste() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "WEB", "summary": "Named"})).await;
    for name in [
        format!("https://acme.atlassian.net/browse/{key}"),
        format!("[{key}](https://acme.atlassian.net/browse/{key})"),
        format!("HTTPS://ACME.ATLASSIAN.NET/browse/{key}"),
        format!("http://acme.atlassian.net/browse/{key}?focusedCommentId=1"),
        format!("\"{}\"", key.to_lowercase()),
        format!("#{key}."),
    ] {
        every_tool_takes(&browser, &name).await;
    }
    // On another site of the same login: what is read there is acted on there.
    let there = "https://globex.atlassian.net/browse/GX-1";
    every_tool_takes(&browser, there).await;
    let read = given(&browser, "jira_get_issue", json!({ "issue_key": there })).await;
    assert!(read["labels"].to_string().contains("seen"), "{read}");
    for unreached in [
        "https://initech.atlassian.net/browse/WEB-1",
        "https://tracker.example/browse/WEB-1",
    ] {
        for (tool, mut args) in tools() {
            args["issue_key"] = json!(unreached);
            let refused = invoke(&browser, tool, args).await;
            refused.assert_invalid(&["issue_key"], tool);
        }
    }
    for malformed in ["nothing", "WEB", "../WEB-1", "https://acme.atlassian.net/"] {
        for (tool, mut args) in tools() {
            args["issue_key"] = json!(malformed);
            let refused = invoke(&browser, tool, args).await;
            refused.assert_invalid(&["issue_key"], tool);
        }
    }
}

#[tokio::test]
async fn every_route_about_an_issue_takes_its_address() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "WEB", "summary": "Named"})).await;
    let address = format!("https://acme.atlassian.net/browse/{key}");
    let escaped: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
    let path = format!("/connectors/jira/issues/{escaped}");
    assert_eq!(browser.read(&path).await["key"], json!(key));
    let changed = browser.put(&path, json!({"summary": "Changed"})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let comments = format!("{path}/comments");
    let made = browser.post(&comments, json!({"body": "Seen"})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(browser.read(&comments).await.as_array().unwrap().len(), 1);
    browser.read(&format!("{path}/transitions")).await;
    assert_eq!(browser.delete(&path).await.status, 204);
}

#[tokio::test]
async fn every_tool_about_a_page_takes_its_address() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    let browser = app.logged_in("mia").await;
    let page = json!({"space_key": "ENG", "title": "Named page", "body": "x"});
    let page = browser
        .post("/connectors/confluence/create", page)
        .await
        .json();
    let id = page["id"].as_str().unwrap();
    let at = "https://acme.atlassian.net/wiki";
    for name in [
        format!("{at}/spaces/ENG/pages/{id}/Named+page"),
        format!("{at}/display/ENG/Named+page"),
        format!("{at}/pages/viewpage.action?pageId={id}"),
        format!("[Named page]({at}/spaces/ENG/pages/{id})"),
    ] {
        for (tool, mut args) in [
            ("confluence_get_page", json!({})),
            (
                "confluence_update_page",
                json!({"title": "Named page", "content": "y"}),
            ),
            ("confluence_add_comment", json!({"body": "Seen"})),
            ("confluence_get_comments", json!({})),
            ("confluence_get_page_children", json!({})),
            ("confluence_get_labels", json!({})),
            ("confluence_get_page_versions", json!({})),
            ("confluence_get_page_history", json!({"version": 1})),
            (
                "confluence_get_page_diff",
                json!({"from_version": 1, "to_version": 2}),
            ),
            ("confluence_get_ancestors", json!({})),
            ("confluence_get_inline_comments", json!({})),
            ("confluence_add_label", json!({"name": "seen"})),
            ("confluence_get_attachments", json!({})),
            (
                "confluence_upload_attachment",
                json!({"filename": "note.txt", "content_base64": "SGVsbG8="}),
            ),
        ] {
            let argument = match tool {
                "confluence_get_page_children" => "parent_id",
                "confluence_get_attachments" | "confluence_upload_attachment" => "content_id",
                _ => "page_id",
            };
            args[argument] = json!(name);
            given(&browser, tool, args).await;
        }
        let escaped: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        for below in ["", "/comments", "/children"] {
            browser
                .read(&format!("/connectors/confluence/pages/{escaped}{below}"))
                .await;
        }
    }
    let elsewhere =
        json!({"page_id": format!("https://initech.atlassian.net/wiki/spaces/ENG/pages/{id}")});
    let refused = invoke(&browser, "confluence_get_labels", elsewhere).await;
    refused.assert_invalid(&["page_id"], "a site that is not reached");
}

#[tokio::test]
async fn links_and_parents_take_addresses_and_every_word_for_the_type() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let at = "https://acme.atlassian.net/browse";
    for (word, swapped) in [
        ("Blocks", false),
        ("blocks", false),
        ("is blocked by", true),
    ] {
        let one = made(&browser, json!({"project_key": "WEB", "summary": "One"})).await;
        let two = made(&browser, json!({"project_key": "WEB", "summary": "Two"})).await;
        let args = json!({"link_type": word, "inward_issue_key": format!("{at}/{one}"), "outward_issue_key": two.to_lowercase()});
        given(&browser, "jira_create_issue_link", args).await;
        let (first, second) = if swapped { (&two, &one) } else { (&one, &two) };
        let args = json!({"issue_key": second, "fields": "issuelinks"});
        let read = given(&browser, "jira_get_issue", args).await;
        let link = &read["issuelinks"][0];
        assert_eq!(link["issue"]["key"], json!(first), "{word}: {read}");
        assert_eq!(link["relation"], "is blocked by", "{word}");
    }
    let args =
        json!({"link_type": "Nonsense", "inward_issue_key": "WEB-1", "outward_issue_key": "WEB-2"});
    let refused = invoke(&browser, "jira_create_issue_link", args).await;
    refused.assert_invalid(&["link_type"], "no such type");
    assert!(
        refused.body.contains("Blocks (blocks, is blocked by)"),
        "{}",
        refused.body
    );
    let args = json!({"link_type": "Blocks", "inward_issue_key": "WEB-1", "outward_issue_key": "https://globex.atlassian.net/browse/GX-1"});
    let refused = invoke(&browser, "jira_create_issue_link", args).await;
    refused.assert_invalid(&["outward_issue_key"], "two sites");
}

#[tokio::test]
async fn the_assignee_is_named_like_anybody_else_by_rest_and_tools() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let omar = "712020:8f1f8f0e-2d1a-4c53-9a55-6a8b7f1d3c20";
    for person in [
        json!("Omar Haddad"),
        json!("omar haddad"),
        json!("@Omar Haddad"),
        json!(format!("@[Omar Haddad](accountid:{omar})")),
        json!(omar),
        json!({"accountId": omar}),
        json!({"account_id": omar, "display_name": "Omar Haddad"}),
        json!({"display_name": "Omar Haddad"}),
        json!({"displayName": "Omar Haddad"}),
        json!(["Omar Haddad"]),
    ] {
        let draft = json!({"project_key": "WEB", "summary": "Given", "assignee": person});
        let key = made(&browser, draft).await;
        let path = format!("/connectors/jira/issues/{key}");
        let issue = browser.read(&path).await;
        assert_eq!(issue["assignee"]["account_id"], omar, "{person}");
        let taken = browser.put(&path, json!({"assignee": "none"})).await;
        assert_eq!(taken.json()["assignee"], Value::Null);
        let given_back = browser.put(&path, json!({ "assignee": person })).await;
        assert_eq!(
            given_back.json()["assignee"]["account_id"],
            omar,
            "{person}"
        );
        // The same forms for every other field that holds people.
        let people = json!({"reporter": person, "Reviewer": person, "Testers": person});
        let written = browser
            .put(&path, json!({ "additional_fields": people }))
            .await;
        assert_eq!(written.status, 200, "{person}: {}", written.body);
        let raw = browser.read(&format!("{path}?format=raw")).await;
        for field in ["reporter", "customfield_10033"] {
            assert_eq!(raw["fields"][field]["accountId"], omar, "{person} {field}");
        }
        assert_eq!(
            raw["fields"]["customfield_10034"][0]["accountId"], omar,
            "{person}"
        );
    }
    let me = json!({"project_key": "WEB", "summary": "Mine", "assignee": "ME"});
    let key = made(&browser, me).await;
    let issue = browser
        .read(&format!("/connectors/jira/issues/{key}"))
        .await;
    assert_eq!(issue["assignee"]["display_name"], "Mia Krystof");
    let nobody = json!({"project_key": "WEB", "summary": "Nobody", "assignee": "Nobody Known"});
    let refused = browser.post("/connectors/jira/create", nobody).await;
    refused.assert_invalid(&["assignee"], "nobody has the name");
}

#[tokio::test]
async fn what_a_tool_read_of_an_issue_may_be_written_back_with_a_change() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let draft = json!({"project_key": "WEB", "summary": "Back", "description": "**It** burns", "assignee": "me",
        "labels": ["a"], "additional_fields": {"Region": "EU → Berlin", "Testers": ["Omar Haddad"]}});
    let key = made(&browser, draft).await;
    let args = json!({"issue_key": key, "fields": "*all"});
    let mut read = given(&browser, "jira_get_issue", args).await;
    read["summary"] = json!("Changed");
    let update = json!({"issue_key": key, "fields": read});
    let written = given(&browser, "jira_update_issue", update).await;
    assert_eq!(written["summary"], "Changed");
    for same in [
        "description",
        "labels",
        "customfield_10031",
        "assignee",
        "status",
    ] {
        assert_eq!(written[same], read[same], "{same}");
    }
    for (name, value) in [
        ("status", json!("Done")),
        ("created", json!("2020-01-01T00:00:00Z")),
        ("key", json!("WEB-1")),
    ] {
        let mut other = read.clone();
        other[name] = value;
        let update = json!({"issue_key": key, "fields": other});
        let refused = invoke(&browser, "jira_update_issue", update).await;
        refused.assert_invalid(&["fields"], name);
        assert!(refused.body.contains(name), "{}", refused.body);
    }
}

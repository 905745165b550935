//! Comments on issues through the connector.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::given;
use crate::data_center::fixture::connected;
use crate::support::directly::{self, MIA};
use crate::support::faults::{answering, on_method};
use crate::support::paging::pages;
use crate::support::{Browser, TestApp};

/// An issue with this many comments, `1` being the oldest.
async fn discussed(browser: &Browser, comments: usize) -> String {
    let key = made(
        browser,
        json!({"project_key": "WEB", "summary": "Discussed"}),
    )
    .await;
    for number in 1..=comments {
        let address = format!("/connectors/jira/issues/{key}/comments");
        let answer = browser
            .post(&address, json!({"body": number.to_string()}))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
    key
}

/// The bodies of a list, page by page.
async fn bodies(browser: &Browser, first: &str) -> Vec<Vec<String>> {
    let body = |comment: &Value| comment["body"].as_str().unwrap().to_owned();
    let pages = pages(browser, first).await.into_iter();
    pages.map(|page| page.iter().map(body).collect()).collect()
}

#[tokio::test]
async fn a_comment_that_was_written_comes_back_as_it_was_meant() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = discussed(&browser, 0).await;
    let address = format!("/connectors/jira/issues/{key}/comments");
    let body = "# Found\n\n- **cause**: `toner`\n- see [docs](https://example.com)";
    let answer = browser.post(&address, json!({"body": body})).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let comment = answer.json();
    assert_eq!(
        comment.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["author", "body", "created", "id", "updated", "visibility"]
    );
    assert_eq!(comment["body"], body);
    assert_eq!(comment["author"]["display_name"], "Mia Krystof");
    assert!(comment["author"]["account_id"].is_string());
    assert!(comment["created"].as_str().unwrap().ends_with('Z'));
    let location = answer.header("location").to_owned();
    assert_eq!(
        location,
        format!("{address}/{}", comment["id"].as_str().unwrap())
    );
    assert_eq!(browser.get(&location).await.json(), comment);
    let raw = browser.get(&format!("{address}?format=raw")).await.json();
    assert_eq!(raw[0]["body"]["type"], "doc");
    let raw = browser.get(&format!("{location}?format=raw")).await.json();
    assert_eq!(raw["body"]["type"], "doc");
}

#[tokio::test]
async fn comments_come_page_by_page_the_oldest_first_or_the_newest() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = discussed(&browser, 5).await;
    let address = format!("/connectors/jira/issues/{key}/comments");
    assert_eq!(
        bodies(&browser, &format!("{address}?limit=2")).await,
        [vec!["1", "2"], vec!["3", "4"], vec!["5"]]
    );
    assert_eq!(
        bodies(&browser, &format!("{address}?limit=3&order=newest")).await,
        [vec!["5", "4", "3"], vec!["2", "1"]]
    );
    let quiet = discussed(&browser, 0).await;
    let none = browser
        .get(&format!("/connectors/jira/issues/{quiet}/comments"))
        .await;
    assert_eq!((none.status, none.json()), (200, json!([])));
}

#[tokio::test]
async fn a_cursor_of_comments_belongs_to_its_issue_and_order() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = discussed(&browser, 2).await;
    let other = discussed(&browser, 2).await;
    let first = browser
        .get(&format!("/connectors/jira/issues/{key}/comments?limit=1"))
        .await;
    let cursor = first.header("x-next-cursor");
    for address in [
        format!("/connectors/jira/issues/{other}/comments?cursor={cursor}"),
        format!("/connectors/jira/issues/{key}/comments?order=newest&cursor={cursor}"),
        format!("/connectors/jira/issues/{key}/comments?order=random"),
        format!("/connectors/jira/issues/{key}/comments?limit=0"),
        format!("/connectors/jira/issues/{key}/comments?limit=101"),
        format!("/connectors/jira/issues/{key}/comments?limit=1000000000000000000000000000000"),
    ] {
        let answer = browser.get(&address).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn an_empty_comment_is_refused_before_anything_is_sent() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for (body, field) in [
        (json!({}), "body"),
        (json!({"body": null}), "body"),
        (json!({"body": " \n"}), "body"),
        (json!({"body": {"type": "doc"}}), "body"),
        (json!("text"), "body"),
        (json!({"body": "x", "visibility": "staff"}), "visibility"),
    ] {
        let answer = browser
            .post("/connectors/jira/issues/WEB-1/comments", body)
            .await;
        answer.assert_invalid(&[field], "");
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn a_comment_may_be_for_some_readers_only() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = discussed(&browser, 0).await;
    let readers = json!({"type": "role", "value": "Administrators"});
    let answer = browser
        .post(
            &format!("/connectors/jira/issues/{key}/comments"),
            json!({"body": "hush", "visibility": readers}),
        )
        .await;
    let raw = browser
        .get(&format!("{}?format=raw", answer.header("location")))
        .await
        .json();
    let identified =
        json!({"type": "role", "value": "Administrators", "identifier": "Administrators"});
    assert_eq!(raw["visibility"], identified);
    told_everywhere(&browser, &key, &readers).await;
}

/// The readers of the only comment, in every answer that shows it.
async fn told_everywhere(browser: &Browser, key: &str, readers: &Value) {
    let address = format!("/connectors/jira/issues/{key}/comments");
    let listed = browser.read(&address).await;
    assert_eq!(listed[0]["visibility"], *readers, "{listed}");
    let one = format!("{address}/{}", listed[0]["id"].as_str().unwrap());
    assert_eq!(browser.read(&one).await["visibility"], *readers);
    let by_tool = given(browser, "jira_get_comments", json!({"issue_key": key})).await;
    assert_eq!(by_tool["items"][0]["visibility"], *readers, "{by_tool}");
    let issue = given(browser, "jira_get_issue", json!({"issue_key": key})).await;
    assert_eq!(issue["comments"][0]["visibility"], *readers, "{issue}");
}

#[tokio::test]
async fn readers_that_there_are_not_are_told_with_the_field() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = discussed(&browser, 0).await;
    let address = format!("/connectors/jira/issues/{key}/comments");
    let readers = json!({"type": "role", "value": "Nobody"});
    let body = json!({"body": "hush", "visibility": readers});
    let answer = browser.post(&address, body).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (400, "VALIDATION")
    );
    assert!(answer.body.contains("Nobody"), "{}", answer.body);
    assert_eq!(
        browser.read(&address).await,
        json!([]),
        "nothing was said in public"
    );
}

#[tokio::test]
async fn a_restricted_comment_does_not_look_public_on_data_center_either() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let key = made(
        &browser,
        json!({"project_key": "MILL", "summary": "Discussed"}),
    )
    .await;
    let address = format!("/connectors/jira/issues/{key}/comments");
    let readers = json!({"type": "group", "value": "jira-administrators"});
    let body = json!({"body": "hush", "visibility": readers});
    let answer = browser.post(&address, body).await;
    assert_eq!(answer.json()["visibility"], readers, "{}", answer.body);
    told_everywhere(&browser, &key, &readers).await;
}

#[tokio::test]
async fn an_internal_note_of_a_service_desk_does_not_look_public() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = discussed(&browser, 0).await;
    let path = format!("/sites/acme.atlassian.net/rest/api/3/issue/{key}/comment");
    let text = json!({"type": "text", "text": "they owe us"});
    let body =
        json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [text]}]});
    let base = app.sandbox.base_url();
    let (status, note) = directly::post(&base, &path, MIA, &noted(&body)).await;
    assert_eq!((status, &note["jsdPublic"]), (201, &json!(false)));
    told_everywhere(&browser, &key, &json!({"type": "internal", "value": null})).await;
    let address = format!("/connectors/jira/issues/{key}/comments");
    browser.post(&address, json!({"body": "hello"})).await;
    let listed = browser.read(&address).await;
    assert_eq!(listed[1]["visibility"], Value::Null, "{listed}");
}

/// An internal note, as agents of a service desk write it.
fn noted(body: &Value) -> Value {
    let property = json!({"key": "sd.public.comment", "value": {"internal": true}});
    json!({"body": body, "properties": [property]})
}

#[tokio::test]
async fn an_internal_note_does_not_look_public_on_data_center_either() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let draft = json!({"project_key": "MILL", "summary": "Discussed"});
    let key = made(&browser, draft).await;
    let path = format!("/rest/api/2/issue/{key}/comment");
    let base = app.sandbox.data_center_url();
    let note = noted(&json!("they owe us"));
    let (status, note) = directly::post(&base, &path, "Bearer jira-pat-mia", &note).await;
    assert_eq!((status, note.get("properties")), (201, None));
    told_everywhere(&browser, &key, &json!({"type": "internal", "value": null})).await;
}

#[tokio::test]
async fn a_comment_is_deleted_by_its_author_and_not_by_others() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    let key = discussed(&mia, 1).await;
    let list = mia
        .get(&format!("/connectors/jira/issues/{key}/comments"))
        .await
        .json();
    let address = format!(
        "/connectors/jira/issues/{key}/comments/{}",
        list[0]["id"].as_str().unwrap()
    );
    let lead = mia
        .get("/connectors/jira/projects/WEB?format=raw")
        .await
        .json()["lead"]["displayName"]
        .clone();
    if lead != "Omar Haddad" {
        let refused = omar.delete(&address).await;
        assert_eq!(
            (refused.status, refused.error_code().as_str()),
            (400, "VALIDATION")
        );
    }
    assert_eq!(mia.delete(&address).await.status, 204);
    assert_eq!(mia.get(&address).await.status, 404);
    assert_eq!(mia.delete(&address).await.status, 404);
}

#[tokio::test]
async fn hostile_names_of_comments_are_not_found_without_asking_atlassian() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for name in [
        "x",
        "..%2f1",
        "%2e%2e",
        "1%3Fx",
        "-1",
        "1%00",
        "%EF%BC%91",
        "11111111111111111111",
    ] {
        for answer in [
            browser
                .get(&format!("/connectors/jira/issues/WEB-1/comments/{name}"))
                .await,
            browser
                .delete(&format!("/connectors/jira/issues/WEB-1/comments/{name}"))
                .await,
        ] {
            assert_eq!(
                (answer.status, answer.error_code().as_str()),
                (404, "NOT_FOUND"),
                "{name}"
            );
        }
    }
    for address in [
        "/connectors/jira/issues/WEB/comments",
        "/connectors/jira/issues/..%2f/comments",
    ] {
        assert_eq!(browser.get(address).await.status, 404);
        assert_eq!(
            browser.post(address, json!({"body": "x"})).await.status,
            404
        );
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn a_comment_without_an_id_does_not_hide_the_others() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let entries: Value = json!({"startAt": 0, "maxResults": 3, "total": 6, "comments": [
        {"id": "1", "body": null}, {"body": "lost"}, {"id": 3, "created": "soon"}]});
    app.sandbox.fault(on_method(
        "GET",
        "/comment",
        answering(200, &entries),
        Some(1),
    ));
    let page = browser
        .get("/connectors/jira/issues/WEB-1/comments?limit=3")
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(
        page.json(),
        json!([
            {"id": "1", "author": null, "body": "", "created": null, "updated": null, "visibility": null},
            {"id": "3", "author": null, "body": "", "created": null, "updated": null, "visibility": null},
        ])
    );
    // The next page starts behind all that came, the lost one included.
    app.sandbox.clear_journal();
    browser
        .get(
            page.header("link")
                .split('>')
                .next()
                .unwrap()
                .trim_start_matches('<'),
        )
        .await;
    let query = &app.sandbox.journal()[0].query;
    assert!(query.contains("startAt=3"), "{query}");
}

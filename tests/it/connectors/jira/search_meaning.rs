//! What a person types into Jira's search is taken as it is meant: JQL with every operator, the name of
//! one issue, an order alone, or words.

use serde_json::{Value, json};

use super::fixture::made;
use crate::connectors::tools::fixture::{given, invoke};
use crate::support::paging::{ids, walk};
use crate::support::{Browser, TestApp, with_query};

pub(crate) async fn hits(browser: &Browser, parameters: &[(&str, &str)]) -> Vec<Value> {
    let address = with_query("/connectors/jira/search", parameters);
    let answer = browser.get(&address).await;
    assert_eq!(answer.status, 200, "{parameters:?}: {}", answer.body);
    answer.json().as_array().unwrap().clone()
}

/// The queries that reached Jira, in order.
fn sent(app: &TestApp) -> Vec<String> {
    let journal = app.sandbox.journal();
    let searches = journal
        .iter()
        .filter(|entry| entry.path.ends_with("/search/jql"));
    searches
        .map(|entry| {
            let body: Value = serde_json::from_str(&entry.body).unwrap();
            body["jql"].as_str().unwrap().to_owned()
        })
        .collect()
}

#[tokio::test]
async fn every_operator_and_function_of_jql_is_sent_as_it_was_typed() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for jql in [
        "sprint in openSprints()",
        "issue in linkedIssues(WEB-1)",
        "status was Done",
        "status was not in (Done, \"To Do\") before -1w",
        "status changed",
        "assignee changed after -1d",
        "NOT project = WEB",
        "due < endOfWeek() and assignee is not EMPTY",
    ] {
        app.sandbox.clear_journal();
        hits(&browser, &[("q", jql)]).await;
        assert_eq!(sent(&app), [jql]);
    }
}

#[tokio::test]
async fn what_jira_refuses_as_a_query_is_looked_for_as_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let summary = "NullPointerException: user is null in the zebra page";
    let draft = json!({"project_key": "WEB", "issue_type": "Task", "summary": summary});
    let key = made(&browser, draft).await;
    app.sandbox.clear_journal();
    let found = hits(&browser, &[("q", "user is null")]).await;
    assert_eq!(ids(&found), [key.as_str()]);
    assert_eq!(sent(&app), ["user is null", "text ~ \"user is null\""]);
    // Where the words find nothing either, Jira's own sentence helps more than an empty list.
    let address = with_query("/connectors/jira/search", &[("q", "severety is null")]);
    let refused = browser.get(&address).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("severety"), "{}", refused.body);
}

#[tokio::test]
async fn what_names_an_issue_finds_it_first_and_then_the_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = "WEB-3";
    let id = browser
        .get(&format!("/connectors/jira/issues/{key}?format=raw"))
        .await
        .json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for mention in ["As in WEB-3", "See WEB-3, too", "3 web pages"] {
        let draft = json!({"project_key": "APP", "issue_type": "Task", "summary": mention});
        made(&browser, draft).await;
    }
    for text in [
        key,
        " web-3 ",
        "[WEB-3]",
        id.as_str(),
        "https://acme.atlassian.net/browse/WEB-3?focusedCommentId=7",
        "https://acme.atlassian.net/jira/software/projects/WEB/boards/1?selectedIssue=WEB-3",
        "acme.atlassian.net/browse/web-3",
    ] {
        let found = hits(&browser, &[("q", text)]).await;
        assert_eq!(found[0]["id"], key, "{text}");
        assert_eq!(found[0]["type"], "issue");
        let again = found.iter().filter(|hit| hit["id"] == key).count();
        assert_eq!(again, 1, "{text}");
        if text != id {
            assert!(found.len() >= 4, "{text}: {found:?}");
        }
    }
    // Page by page, even one by one, nothing is lost and nothing comes twice.
    let whole = hits(&browser, &[("q", key), ("limit", "50")]).await;
    for limit in ["1", "2", "3"] {
        let address = with_query("/connectors/jira/search", &[("q", key), ("limit", limit)]);
        assert_eq!(ids(&walk(&browser, &address).await), ids(&whole), "{limit}");
    }
}

#[tokio::test]
async fn a_name_of_nothing_here_is_looked_for_as_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let draft = json!({"project_key": "WEB", "issue_type": "Task", "summary": "UTF-8 umlauts"});
    let key = made(&browser, draft).await;
    let found = hits(&browser, &[("q", "UTF-8")]).await;
    assert_eq!(ids(&found), [key.as_str()]);
    // A site that is not reached is told in every mode: its key names another issue here.
    let elsewhere = "https://initech.atlassian.net/browse/WEB-3";
    for mode in ["auto", "jql"] {
        let query = [("q", elsewhere), ("mode", mode)];
        let route = with_query("/connectors/jira/search", &query);
        browser.get(&route).await.assert_invalid(&["q"], mode);
    }
    let answer = invoke(&browser, "jira_search", json!({"jql": elsewhere})).await;
    answer.assert_invalid(&["jql"], elsewhere);
    // An address that is none of Atlassian's may be mentioned, and what the filters leave out is no hit.
    for (q, filters) in [
        ("https://tracker.example/browse/WEB-3", "{}"),
        ("WEB-3", r#"{"project":"APP"}"#),
        ("WEB-99999", "{}"),
    ] {
        let found = hits(&browser, &[("q", q), ("filters", filters)]).await;
        assert!(found.iter().all(|hit| hit["id"] != "WEB-3"), "{q}");
    }
}

/// An issue that was made more than a year ago and changed just now.
async fn old_but_changed(app: &TestApp, browser: &Browser) -> String {
    let old = hits(
        browser,
        &[("q", "created < -366d and project = WEB"), ("limit", "1")],
    )
    .await;
    let key = old[0]["id"].as_str().unwrap().to_owned();
    app.advance(std::time::Duration::from_mins(1));
    let change = json!({"summary": "Changed today"});
    let address = format!("/connectors/jira/issues/{key}");
    assert_eq!(browser.put(&address, change).await.status, 200);
    key
}

#[tokio::test]
async fn an_order_alone_leaves_nothing_out() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = old_but_changed(&app, &browser).await;
    let order = "ORDER BY updated DESC";
    for mode in ["auto", "jql"] {
        let found = hits(&browser, &[("q", order), ("mode", mode)]).await;
        assert_eq!(found[0]["id"], key.as_str(), "{mode}");
    }
    let panel = browser.read("/api/auth/oauth/jira/issues").await;
    assert_eq!(panel[0]["key"], key.as_str());
    let body = json!({"jql": order, "max_results": 5});
    let searched = browser.post("/api/jira/search", body).await.json();
    assert_eq!(searched["issues"][0]["key"], key.as_str());
    let tool = given(&browser, "jira_search", json!({"jql": order})).await;
    assert!(tool.to_string().contains(&key));
    let tool = given(&browser, "jira.search", json!({"q": order})).await;
    assert!(tool.to_string().contains(&key));
    // Oldest first, the oldest are there.
    for field in ["created", "updated", "key", "priority"] {
        let address = with_query(
            "/connectors/jira/search",
            &[("q", &format!("order by {field} asc")), ("limit", "100")],
        );
        let whole = walk(&browser, &address).await.len();
        let all = with_query(
            "/connectors/jira/search",
            &[("q", "project is not EMPTY"), ("limit", "100")],
        );
        assert_eq!(whole, walk(&browser, &all).await.len(), "{field}");
    }
}

#[tokio::test]
async fn a_key_is_understood_where_jql_is_asked_for() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let body = json!({"jql": "web-3"});
    let found = browser.post("/api/jira/search", body).await.json();
    assert_eq!(found["issues"][0]["key"], "WEB-3");
    let tool = given(&browser, "jira_search", json!({"jql": "WEB-3"})).await;
    assert!(tool.to_string().contains("WEB-3"));
}

#[tokio::test]
async fn an_issue_that_was_just_made_is_found_by_its_key_before_the_index_knows_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.index_lag_seconds = 3600);
    let draft = json!({"project_key": "WEB", "issue_type": "Task", "summary": "Zebra crossing",
        "due_date": "2026-12-24"});
    let key = made(&browser, draft).await;
    let url = format!("https://acme.atlassian.net/browse/{key}");
    for text in [key.as_str(), url.as_str()] {
        let found = hits(&browser, &[("q", text), ("fields", "duedate")]).await;
        let hit = &found[0];
        assert_eq!(
            (&hit["id"], &hit["title"]),
            (&json!(key), &json!("Zebra crossing"))
        );
        let shown = hit["url"].as_str().unwrap();
        assert!(shown.ends_with(&format!("acme.atlassian.net/browse/{key}")));
        assert_eq!(hit["metadata"]["fields"]["duedate"], "2026-12-24");
    }
    let found = hits(&browser, &[("q", &key), ("mode", "jql")]).await;
    assert_eq!(ids(&found), [key.as_str()]);
    let asked = json!({"jql": key, "fields": "summary"});
    let found = given(&browser, "jira_search", asked).await;
    assert_eq!(found["items"][0]["summary"], "Zebra crossing", "{found}");
    let walls = r#"{"project": "PAY"}"#;
    let walled = hits(&browser, &[("q", &key), ("filters", walls)]).await;
    assert!(walled.is_empty(), "filters are walls");
}

#[tokio::test]
async fn custom_fields_are_searched_by_number_and_by_name() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let fields = json!({"customfield_10030": "the **zebra** crosses", "customfield_10031": "EU → Berlin",
        "customfield_10032": "gnu"});
    let draft = json!({"project_key": "WEB", "summary": "Custom", "additional_fields": fields});
    let key = made(&browser, draft).await;
    for q in [
        "cf[10030] ~ zebra",
        "\"Acceptance criteria\" ~ \"zebra crosses\" ORDER BY created",
        "cf[10032] ~ gnu and cf[10031] is not EMPTY",
        "Region = EU",
        "Region in cascadeOption(EU, Berlin)",
        "NOT cf[10031] in cascadeOption(EU, Paris) and Build ~ gnu",
    ] {
        app.sandbox.clear_journal();
        let found = hits(&browser, &[("q", q)]).await;
        assert_eq!(ids(&found), [key.as_str()], "{q}");
        assert_eq!(sent(&app), [q]);
    }
}

#[tokio::test]
async fn no_word_of_jqls_own_is_sent_without_quotes() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let search = |parameters: &[(&str, &str)]| with_query("/connectors/jira/search", parameters);
    for word in [
        "IF", "AND", "ORDER", "is", "not", "user", "LIMIT", "empty", "Null", "by",
    ] {
        for filter in [
            "project",
            "status",
            "assignee",
            "priority",
            "labels",
            "issue_type",
        ] {
            let filters = json!({ filter: word }).to_string();
            for q in ["", "fire", "order by updated", "summary ~ fire", word] {
                let answer = browser
                    .get(&search(&[("q", q), ("filters", &filters)]))
                    .await;
                assert!(
                    !answer.body.contains("reserved JQL word"),
                    "{q} {filters}: {}",
                    answer.body
                );
            }
        }
        for route in [
            search(&[("q", word)]),
            search(&[("q", word), ("mode", "text")]),
            with_query("/api/jira/issues", &[("project", word)]),
            with_query("/connectors/jira/projects", &[("q", word)]),
        ] {
            let answer = browser.get(&route).await;
            assert!(
                !answer.body.contains("reserved JQL word"),
                "{route}: {}",
                answer.body
            );
        }
        let tool = json!({"jql": "order by updated", "projects_filter": word});
        let answer = invoke(&browser, "jira_search", tool).await;
        assert!(
            !answer.body.contains("reserved JQL word"),
            "{word}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_word_of_jqls_own_that_can_only_be_a_value_is_quoted_in_jql_too() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let search = |parameters: &[(&str, &str)]| with_query("/connectors/jira/search", parameters);
    let raw = browser.get(&search(&[("q", "project = IF")])).await;
    assert_eq!(raw.status, 400, "{}", raw.body);
    assert!(
        raw.body
            .contains("The value 'IF' does not exist for the field 'project'"),
        "{}",
        raw.body
    );
    // Elsewhere Jira's sentence comes back.
    let raw = browser
        .get(&search(&[("q", "if = x"), ("mode", "jql")]))
        .await;
    assert!(
        raw.body.contains("'if' is a reserved JQL word"),
        "{}",
        raw.body
    );
}

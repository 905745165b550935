//! An issue named by its address: the name of the site in it counts, wherever an address is taken.

use serde_json::{Value, json};

use crate::connectors::tools::fixture::{given, invoke};
use crate::support::journey::ACME;
use crate::support::{Answer, Browser, TestApp, with_query};

const THERE: &str = "https://globex.atlassian.net/browse/";

/// The ways of searching that take an address, with what it found.
async fn asked(browser: &Browser, address: &str) -> [Answer; 4] {
    let search =
        |mode: &str| with_query("/connectors/jira/search", &[("q", address), ("mode", mode)]);
    let panel = json!({"jql": address});
    [
        browser.get(&search("auto")).await,
        browser.get(&search("jql")).await,
        browser.post("/api/jira/search", panel.clone()).await,
        invoke(browser, "jira_search", panel).await,
    ]
}

/// The keys in an answer of any of them.
fn keys(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let lists = [&body, &body["issues"], &body["items"]];
    let entries = lists.into_iter().filter_map(Value::as_array).flatten();
    let key = |one: &Value| {
        [&one["key"], &one["id"]]
            .into_iter()
            .find_map(Value::as_str)
            .map(str::to_owned)
    };
    entries.filter_map(key).collect()
}

#[tokio::test]
async fn an_address_of_another_site_that_the_login_reaches_finds_the_issue_there() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for answer in asked(&mia, &format!("{THERE}GX-1")).await {
        assert_eq!(answer.status, 200, "{}", answer.body);
        // The lists of this service hand out an id that leads there: the whole address.
        let named = keys(&answer)[0].clone();
        let is_hit = answer.json().is_array();
        let key = named.rsplit('/').next().unwrap();
        assert_eq!((key, key != named), ("GX-1", is_hit), "{}", answer.body);
    }
    // The same key is an issue of this site: it is not the one that was meant.
    for answer in asked(&mia, &format!("{THERE}WEB-1")).await {
        assert!(
            !keys(&answer).contains(&String::from("WEB-1")),
            "{}",
            answer.body
        );
    }
    let own = "https://acme.atlassian.net/browse/WEB-1";
    for answer in asked(&mia, own).await {
        assert_eq!(keys(&answer)[0], "WEB-1", "{}", answer.body);
    }
}

#[tokio::test]
async fn an_address_of_a_site_that_is_not_reached_never_finds_an_issue_of_this_one() {
    let app = TestApp::start().await;
    let omar = app.logged_in("omar").await;
    for host in [
        "globex.atlassian.net",
        "acme.atlassian.net.evil.example",
        "127.0.0.1",
    ] {
        let address = format!("https://{host}/browse/WEB-1");
        let [words, query, panel, tool] = asked(&omar, &address).await;
        assert!(
            !keys(&words).contains(&String::from("WEB-1")),
            "{}",
            words.body
        );
        query.assert_invalid(&["q"], &address);
        panel.assert_invalid(&["jql"], &address);
        tool.assert_invalid(&["jql"], &address);
    }
    let page = "https://globex.atlassian.net/wiki/pages/viewpage.action?pageId=98400";
    let cql = with_query(
        "/connectors/confluence/search",
        &[("q", page), ("mode", "cql")],
    );
    omar.get(&cql).await.assert_invalid(&["q"], page);
}

#[tokio::test]
async fn a_cursor_of_an_address_stays_on_its_site() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let args = json!({"jql": format!("{THERE}GX-1"), "limit": 1});
    let found = given(&mia, "jira_search", args).await;
    assert_eq!(found["items"][0]["key"], "GX-1", "{found}");
    let url = found["items"][0]["url"].as_str().unwrap_or(THERE);
    assert!(url.starts_with(THERE), "{url}");
}

#[tokio::test]
async fn one_issue_that_a_text_names_is_found_first() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for q in [
        "feature/WEB-1-fix-login",
        "web-1-my-branch",
        "fixes WEB-1",
        "what is WEB-1?",
        "PR #12: WEB-1",
        "\u{201c}WEB-1\u{201d}",
        "*WEB-1*",
        "jira:WEB-1",
        "WEB\u{2011}1",
        "View https://acme.atlassian.net/browse/WEB-1",
        "https://acme.atlassian.net/browse/WEB-1 Title",
        &format!("https://api.atlassian.com/ex/jira/{ACME}/rest/api/3/issue/WEB-1"),
    ] {
        let asked = with_query("/connectors/jira/search", &[("q", q), ("limit", "3")]);
        let found = browser.read(&asked).await;
        assert_eq!(found[0]["id"], "WEB-1", "{q}: {found}");
    }
    let asked = with_query("/connectors/jira/search", &[("q", "WEB-1/WEB-2")]);
    let found = browser.read(&asked).await;
    assert_eq!(
        (&found[0]["id"], &found[1]["id"]),
        (&json!("WEB-1"), &json!("WEB-2"))
    );
    // What looks like a key and is none are words.
    let asked = with_query("/connectors/jira/search", &[("q", "in UTF-8 text")]);
    assert_eq!(browser.get(&asked).await.status, 200);
    let own = json!({"issue_key": format!("https://api.atlassian.com/ex/jira/{ACME}/rest/api/3/issue/WEB-1")});
    let issue = given(&browser, "jira_get_issue", own).await;
    assert_eq!(issue["key"], "WEB-1");
}

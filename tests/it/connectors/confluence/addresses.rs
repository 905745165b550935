//! A page named by its address: the name of the site in it counts.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::connections::fixture::choose;
use crate::connectors::tools::fixture::{given, invoke};
use crate::data_center::fixture::connected;
use crate::support::journey::{ACME, GLOBEX};
use crate::support::{Browser, TestApp, with_query};

const TOOL: &str = "confluence_get_page";

/// A page of the site that is chosen now, with its id in its address.
async fn any_page(browser: &Browser) -> Value {
    let pages = browser.read("/connectors/confluence/pages?limit=50").await;
    let has_id = |page: &&Value| text(&page["url"]).contains(text(&page["id"]));
    pages
        .as_array()
        .unwrap()
        .iter()
        .find(has_id)
        .unwrap()
        .clone()
}

/// Mia, who uses acme, and a page of globex, which her login reaches as well.
async fn stage(settings: &[(&str, &str)]) -> (TestApp, Browser, Value) {
    let app = TestApp::start_with(settings).await;
    let browser = app.logged_in("mia").await;
    choose(&browser, "confluence", json!({"cloud_id": GLOBEX})).await;
    let page = any_page(&browser).await;
    choose(&browser, "confluence", json!({"cloud_id": ACME})).await;
    app.sandbox.clear_journal();
    (app, browser, page)
}

/// A text as one segment of a path.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn an_address_of_another_site_that_the_login_reaches_is_read_there() {
    let (app, browser, page) = stage(&[]).await;
    let id = text(&page["id"]);
    let own = text(&page["url"]).to_owned();
    let tiny = format!("https://globex.atlassian.net/wiki/pages/viewpage.action?pageId={id}");
    let plain = format!("https://GLOBEX.atlassian.net/wiki/spaces/X/pages/{id}/Any+title");
    for address in [own, tiny, plain] {
        let found = given(&browser, TOOL, json!({"page_id": address})).await;
        assert_eq!(
            (&found["id"], &found["title"]),
            (&page["id"], &page["title"])
        );
    }
    let calls = app.sandbox.journal();
    assert!(
        calls.iter().all(|call| call.path.contains(GLOBEX)),
        "{calls:?}"
    );
    let here = any_page(&browser).await;
    let found = given(&browser, TOOL, json!({"page_id": here["url"]})).await;
    assert_eq!(found["title"], here["title"]);
}

#[tokio::test]
async fn a_space_is_the_address_of_its_home_page() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let address = "https://acme.atlassian.net/wiki/spaces/ENG/overview";
    let home = given(&browser, TOOL, json!({"page_id": address})).await;
    let id = text(&home["id"]);
    for same in [
        format!("{address}?mode=global"),
        format!("{address}?homepageId={id}"),
    ] {
        let again = given(&browser, TOOL, json!({"page_id": same})).await;
        assert_eq!(again["id"], home["id"], "{same}");
    }
    let nowhere = "https://acme.atlassian.net/wiki/spaces/NOWHERE/overview";
    let answer = invoke(&browser, TOOL, json!({"page_id": nowhere})).await;
    assert_eq!(answer.status, 404, "{}", answer.body);
}

#[tokio::test]
async fn an_address_of_a_site_that_is_not_reached_is_refused_and_nothing_is_sent() {
    let app = TestApp::start().await;
    let omar = app.logged_in("omar").await;
    let here = any_page(&omar).await;
    let id = text(&here["id"]);
    app.sandbox.clear_journal();
    for host in [
        "globex.atlassian.net",
        "acme.atlassian.net.evil.example",
        "evil.example",
        "127.0.0.1",
        "acme.example",
    ] {
        for path in [
            "wiki/spaces/ENG/pages",
            "wiki/pages/viewpage.action?pageId=",
        ] {
            let address = if path.ends_with('=') {
                format!("https://{host}/{path}{id}")
            } else {
                format!("https://{host}/{path}/{id}/Home")
            };
            let answer = invoke(&omar, TOOL, json!({"page_id": address})).await;
            answer.assert_invalid(&["page_id"], &address);
        }
        let titled = format!("https://{host}/wiki/display/ENG/Home");
        let answer = invoke(&omar, TOOL, json!({"page_id": titled})).await;
        answer.assert_invalid(&["page_id"], &titled);
    }
    app.assert_no_site_called();
}

#[tokio::test]
async fn a_site_that_may_not_be_used_here_is_not_reached_by_its_address_either() {
    let (app, browser, page) = stage(&[]).await;
    let walled = app
        .another_process_with(&[("ALLOWED_SITES", "acme.atlassian.net")])
        .await;
    let inside = crate::support::app::elsewhere(&walled, &browser);
    let id = text(&page["id"]);
    let address = format!("https://globex.atlassian.net/wiki/pages/viewpage.action?pageId={id}");
    let answer = invoke(&inside, TOOL, json!({"page_id": address})).await;
    answer.assert_invalid(&["page_id"], &address);
}

#[tokio::test]
async fn a_token_reaches_its_own_site_only() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let page = &browser.read("/connectors/confluence/pages?limit=1").await[0];
    let id = text(&page["id"]);
    let own = format!(
        "{}/pages/viewpage.action?pageId={id}",
        app.sandbox.data_center_url()
    );
    let found = given(&browser, TOOL, json!({"page_id": own})).await;
    assert_eq!(found["title"], page["title"]);
    let elsewhere = format!("https://acme.atlassian.net/wiki/pages/viewpage.action?pageId={id}");
    let answer = invoke(&browser, TOOL, json!({"page_id": elsewhere})).await;
    answer.assert_invalid(&["page_id"], &elsewhere);
}

#[tokio::test]
async fn what_a_search_finds_on_another_site_is_read_there_by_the_id_it_hands_out() {
    let (_app, browser, page) = stage(&[]).await;
    let search = with_query(
        "/connectors/confluence/search",
        &[("q", text(&page["url"]))],
    );
    let hit = browser.read(&search).await[0].clone();
    assert_eq!(hit["title"], page["title"]);
    assert_ne!(hit["id"], page["id"], "that is another page here");
    let read = format!("/connectors/confluence/pages/{}", encoded(text(&hit["id"])));
    let read = browser.read(&read).await;
    assert_eq!((&read["id"], &read["title"]), (&page["id"], &page["title"]));
    let read = given(&browser, TOOL, json!({"page_id": hit["id"]})).await;
    assert_eq!(read["title"], page["title"]);

    choose(&browser, "jira", json!({"cloud_id": GLOBEX})).await;
    let issue = browser
        .read("/connectors/jira/search?q=order%20by%20key&limit=1")
        .await[0]
        .clone();
    choose(&browser, "jira", json!({"cloud_id": ACME})).await;
    let search = with_query("/connectors/jira/search", &[("q", text(&issue["url"]))]);
    let hit = browser.read(&search).await[0].clone();
    assert_eq!(hit["title"], issue["title"]);
    let read = format!("/connectors/jira/issues/{}", encoded(text(&hit["id"])));
    assert_eq!(browser.read(&read).await["title"], issue["title"]);
    let args = json!({"issue_key": hit["id"]});
    let read = given(&browser, "jira_get_issue", args).await;
    assert_eq!(read["summary"], issue["title"]);
    let jql = json!({"jql": issue["url"]});
    let found = given(&browser, "jira_search", jql).await;
    assert_eq!(found["items"][0]["key"], issue["id"], "{found}");
    let args = json!({"issue_key": hit["id"], "fields": {"summary": "x"}});
    // What was read there is changed there, and nothing here.
    let written = given(&browser, "jira_update_issue", args).await;
    assert_eq!(written["key"], issue["id"], "{written}");
    assert_eq!(written["summary"], "x");
}

#[tokio::test]
async fn the_page_whose_address_stands_among_words_is_found_first() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let found = browser
        .read("/connectors/confluence/search?q=type%20%3D%20page&limit=1")
        .await;
    let (id, url) = (&found[0]["id"], found[0]["url"].as_str().unwrap());
    let q = format!("see {url} please");
    let asked = with_query("/connectors/confluence/search", &[("q", q.as_str())]);
    assert_eq!(&browser.read(&asked).await[0]["id"], id);
}

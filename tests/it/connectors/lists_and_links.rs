//! What people paste into a search: several keys or addresses at once, and addresses of elsewhere.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::{given, invoke};
use crate::data_center::fixture::connected;
use crate::support::paging::{ids, walk};
use crate::support::{Browser, TestApp, with_query};

const JIRA: &str = "/connectors/jira/search";
const CONFLUENCE: &str = "/connectors/confluence/search";

async fn hits(browser: &Browser, route: &str, q: &str) -> Vec<Value> {
    let address = with_query(route, &[("q", q)]);
    let answer = browser.get(&address).await;
    assert_eq!(answer.status, 200, "{q}: {}", answer.body);
    answer.json().as_array().unwrap().clone()
}

async fn every_key_of_a_list_is_found(browser: &Browser, project: &str, host: &str) {
    let key = |number: u32| format!("{project}-{number}");
    let (one, two, three) = (key(1), key(2), key(3));
    let small = two.to_lowercase();
    for text in [
        format!("{three}, {one}, {two}"),
        format!("{three} {one} {small}"),
        format!("{three}\n{one}\r\n{two}\n"),
        format!("- {three}\n- {one}\n- {two}"),
        format!("1. {three}\n2. {one}\n3. {two}"),
        format!("[{three}], ({one}) and {two}"),
        format!("{three}; {one}; {two}; {three}"),
        format!("{host}/browse/{three}\n{host}/browse/{one} {two}"),
    ] {
        let found = hits(browser, JIRA, &text).await;
        assert_eq!(ids(&found), [&three, &one, &two], "{text}");
    }
    // Those that are not there are left out; where none is, the text is words.
    let some = hits(browser, JIRA, &format!("{two}, {project}-99999")).await;
    assert_eq!(ids(&some), [two.as_str()]);
    hits(browser, JIRA, "UTF-8 ISO-8859").await;
    // Page by page nothing is lost.
    let list = format!("{three}, {one}, {project}-99999, {two}");
    for limit in ["1", "2"] {
        let address = with_query(JIRA, &[("q", &list), ("limit", limit)]);
        let found = walk(browser, &address).await;
        assert_eq!(ids(&found), [&three, &one, &two], "{limit}");
    }
    for jql in [format!("{three}, {one}"), format!("{three} {one}")] {
        let args = json!({ "jql": jql });
        let found = given(browser, "jira_search", args).await;
        let mut keys: Vec<&str> = found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["key"].as_str().unwrap())
            .collect();
        keys.sort_unstable();
        assert_eq!(keys, [&one, &three], "{found}");
    }
}

#[tokio::test]
async fn a_list_of_keys_finds_each_of_them_in_its_order_on_cloud() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    every_key_of_a_list_is_found(&browser, "WEB", "https://acme.atlassian.net").await;
    // Issues of two sites in one list.
    let both = "WEB-1, https://globex.atlassian.net/browse/GX-1";
    let found = hits(&browser, JIRA, both).await;
    let [here, there] = ids(&found)[..] else {
        panic!("{found:?}");
    };
    assert_eq!(here, "WEB-1");
    assert!(there.ends_with("/browse/GX-1"), "{there}");
    let refused = invoke(&browser, "jira_search", json!({ "jql": both })).await;
    refused.assert_invalid(&["jql"], "one query cannot ask two sites");
    let unreached = "WEB-1, https://initech.atlassian.net/browse/WEB-2";
    let address = with_query(JIRA, &[("q", unreached)]);
    browser
        .get(&address)
        .await
        .assert_invalid(&["q"], unreached);
    let many: Vec<String> = (1..=51).map(|number| format!("WEB-{number}")).collect();
    let address = with_query(JIRA, &[("q", &many.join(" "))]);
    browser
        .get(&address)
        .await
        .assert_invalid(&["q"], "too many");
    // What the filters leave out is no hit.
    let walled = with_query(
        JIRA,
        &[("q", "WEB-1, WEB-2"), ("filters", r#"{"project":"APP"}"#)],
    );
    let found = browser.read(&walled).await;
    assert!(!found.to_string().contains("WEB-1"), "{found}");
}

#[tokio::test]
async fn a_list_of_keys_finds_each_of_them_in_its_order_on_data_center() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let issue = browser.read("/connectors/jira/issues/MILL-1").await;
    let url = issue["url"].as_str().unwrap();
    let host = url.strip_suffix("/browse/MILL-1").unwrap().to_owned();
    every_key_of_a_list_is_found(&browser, "MILL", &host).await;
}

#[tokio::test]
async fn a_list_of_pages_finds_each_of_them_in_its_order() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let pages = browser
        .read("/connectors/confluence/pages?space=ENG&limit=3")
        .await;
    let of = |place: usize, part: &str| pages[place][part].as_str().unwrap().to_owned();
    let (one, two) = (of(1, "id"), of(2, "id"));
    for text in [
        format!("{two}, {one}"),
        format!("{}\n{}", of(2, "url"), of(1, "url")),
        format!("{two} {}", of(1, "url")),
    ] {
        let found = hits(&browser, CONFLUENCE, &text).await;
        assert_eq!(ids(&found), [two.as_str(), one.as_str()], "{text}");
    }
    let cql = with_query(
        CONFLUENCE,
        &[("q", &format!("{two}, {one}")), ("mode", "cql")],
    );
    assert_eq!(browser.read(&cql).await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_address_of_elsewhere_finds_what_mentions_it_and_nothing_that_has_its_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for link in [
        "https://tracker.example/browse/WEB-3",
        "https://github.com/acme/app/pull/5",
        "http://build.example:8080/job/app/42/",
    ] {
        let mention = json!({"project_key": "WEB", "summary": "Mention", "description": format!("See {link} for more.")});
        let mention = made(&browser, mention).await;
        let words: String = link.replace(|sign: char| !sign.is_alphanumeric(), " zebra ");
        let loose = json!({"project_key": "WEB", "summary": "Loose", "description": words});
        made(&browser, loose).await;
        for q in [link.to_owned(), format!("<{link}>."), format!("see {link}")] {
            let found = hits(&browser, JIRA, &q).await;
            assert_eq!(ids(&found), [mention.as_str()], "{q}");
        }
    }
    let link = "https://github.com/acme/app/pull/6";
    let page =
        json!({"space_key": "ENG", "title": "Mention", "body": format!("See {link} for more.")});
    let page = browser.post("/connectors/confluence/create", page).await;
    let loose = json!({"space_key": "ENG", "title": "Loose", "body": "github.com and acme or app and pull or 6"});
    browser.post("/connectors/confluence/create", loose).await;
    let found = hits(&browser, CONFLUENCE, link).await;
    assert_eq!(ids(&found), [page.json()["id"].as_str().unwrap()]);
}

#[tokio::test]
async fn an_address_of_a_project_board_filter_or_space_finds_what_lies_there() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let at = "https://acme.atlassian.net";
    for path in [
        "/jira/software/projects/WEB/boards/1",
        "/browse/WEB",
        "/projects/WEB/issues/?filter=allopenissues",
        "/jira/software/c/projects/WEB/list",
    ] {
        let found = hits(&browser, JIRA, &format!("{at}{path}")).await;
        assert!(!found.is_empty(), "{path}");
        assert!(
            found.iter().all(|hit| hit["metadata"]["project"] == "WEB"),
            "{path}"
        );
        let args = json!({"jql": format!("{at}{path}")});
        let listed = given(&browser, "jira_search", args).await;
        assert!(
            listed["items"][0]["key"]
                .as_str()
                .unwrap()
                .starts_with("WEB-")
        );
    }
    let globex = "https://globex.atlassian.net/browse/GX";
    let found = hits(&browser, JIRA, globex).await;
    assert!(found[0]["id"].as_str().unwrap().contains("/browse/GX-"));
}

#[tokio::test]
async fn an_address_in_an_older_form_finds_its_issue_page_or_space() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let at = "https://acme.atlassian.net";
    let issue = hits(
        &browser,
        JIRA,
        &format!("{at}/secure/ViewIssue.jspa?key=WEB-1"),
    )
    .await;
    assert_eq!(issue[0]["id"], "WEB-1");
    for path in ["/wiki/spaces/ENG", "/wiki/spaces/viewspace.action?key=ENG"] {
        let found = hits(&browser, CONFLUENCE, &format!("{at}{path}")).await;
        assert!(!found.is_empty(), "{path}");
        assert!(
            found.iter().all(|hit| hit["metadata"]["space"] == "ENG"),
            "{path}"
        );
    }
    let pages = browser
        .read("/connectors/confluence/pages?space=ENG&limit=2")
        .await;
    let (id, title) = (
        pages[1]["id"].as_str().unwrap(),
        pages[1]["title"].as_str().unwrap(),
    );
    for path in [
        format!("/wiki/rest/api/content/{id}"),
        format!("/wiki/download/attachments/{id}/x.png?version=1"),
        format!("/wiki/pages/resumedraft.action?draftId={id}"),
        with_query(
            "/wiki/pages/viewpage.action",
            &[("spaceKey", "ENG"), ("title", title)],
        ),
    ] {
        let found = hits(&browser, CONFLUENCE, &format!("{at}{path}")).await;
        assert_eq!(found[0]["id"], id, "{path}");
    }
}

#[tokio::test]
async fn an_address_that_stands_for_nothing_here_is_told() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let at = "https://acme.atlassian.net";
    // What stands for nothing is told, and what lies on a site that is not reached.
    for (route, address) in [
        (JIRA, format!("{at}/jira/your-work")),
        (JIRA, format!("{at}/jira/dashboards/10000")),
        (
            JIRA,
            String::from("https://initech.atlassian.net/jira/your-work"),
        ),
        (
            JIRA,
            String::from("https://initech.atlassian.net/projects/WEB"),
        ),
        (CONFLUENCE, format!("{at}/wiki/home")),
        (
            CONFLUENCE,
            String::from("https://initech.atlassian.net/wiki/spaces/ENG"),
        ),
    ] {
        let asked = with_query(route, &[("q", &address)]);
        browser.get(&asked).await.assert_invalid(&["q"], &address);
        let words = with_query(route, &[("q", &address), ("mode", "text")]);
        assert_eq!(browser.get(&words).await.status, 200, "{address}");
    }
    let args = json!({"jql": format!("{at}/jira/your-work")});
    let refused = invoke(&browser, "jira_search", args).await;
    refused.assert_invalid(&["jql"], "an address of nothing");
}

//! Confluence's routes, each told once and played twice: on Cloud and on Data Center.

use serde_json::{Value, json};

use crate::data_center::fixture::connected;
use crate::support::paging::walk;
use crate::support::{Browser, TestApp};

async fn cloud() -> (TestApp, Browser, &'static str) {
    let app = TestApp::start().await;
    // Deleting is outside the scopes that logins ask for by default.
    let browser = app
        .logged_in_by(
            "/auth/atlassian/login?site=acme&scope=delete:page:confluence",
            "mia",
        )
        .await;
    (app, browser, "ENG")
}

async fn data_center() -> (TestApp, Browser, &'static str) {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    (app, browser, "PLANT")
}

async fn spaces_and_search(browser: &Browser, space: &str) {
    let all = walk(browser, "/connectors/confluence/spaces?limit=2").await;
    assert!(all.len() > 2);
    let found = all.iter().find(|one| one["key"] == space).unwrap();
    assert!(
        found["url"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/{space}"))
    );
    assert_eq!(found["type"], "global");
    let filters = format!("filters=%7B%22space%22%3A%22{space}%22%7D&limit=2");
    let hits = walk(browser, &format!("/connectors/confluence/search?{filters}")).await;
    assert!(hits.len() > 2);
    assert!(hits.iter().all(|hit| hit["metadata"]["space"] == space));
    let of_type = |kind: &str| hits.iter().filter(|hit| hit["type"] == kind).count();
    assert!(of_type("page") > 2);
    assert_eq!(of_type("blogpost"), 1);
    let words = browser
        .read("/connectors/confluence/search?q=release")
        .await;
    assert!(words[0]["title"].is_string() && words[0]["snippet"].is_string());
    let bad = browser
        .get("/connectors/confluence/search?q=nonsense%20%3D%201")
        .await;
    assert_eq!((bad.status, bad.error_code().as_str()), (400, "VALIDATION"));
}

async fn a_pages_life(browser: &Browser, space: &str) {
    let id = |raw: &Value| raw["id"].as_str().unwrap().to_owned();
    let text = "# Notes\n\n- **bold** and `code`\n\n| a | b |\n| --- | --- |\n| 1 | 2 |";
    let body = json!({"space_key": space, "title": "Printer notes", "body": text});
    let made = browser
        .post("/connectors/confluence/create", body.clone())
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = made.header("location").to_owned();
    let page = browser.read(&path).await;
    assert_eq!(
        (&page["title"], &page["body"]),
        (&json!("Printer notes"), &json!(text))
    );
    assert_eq!(
        (&page["space_key"], &page["version"]),
        (&json!(space), &json!(1))
    );
    assert!(
        page["space_id"].is_string()
            && page["parent_id"].is_string()
            && page["created"].is_string()
    );
    let again = browser.post("/connectors/confluence/create", body).await;
    assert_eq!(
        (again.status, again.error_code().as_str()),
        (400, "VALIDATION")
    );

    let child = json!({"space_id": page["space_id"], "title": "Below", "parent_id": id(&page)});
    let child = browser.post("/connectors/confluence/create", child).await;
    assert_eq!(child.status, 201, "{}", child.body);
    let below = browser.read(&format!("{path}/children")).await;
    assert_eq!(
        (&below[0]["title"], &below[0]["parent_id"]),
        (&json!("Below"), &page["id"])
    );

    changes(browser, &path).await;
    let listed = browser
        .read(&format!(
            "/connectors/confluence/pages?space={space}&title=Printer%20book"
        ))
        .await;
    assert_eq!(
        (listed.as_array().unwrap().len(), id(&listed[0])),
        (1, id(&page))
    );
    comments(browser, &path).await;
    assert_eq!(browser.delete(&path).await.status, 204);
    assert_eq!(browser.get(&path).await.status, 404);
}

async fn changes(browser: &Browser, path: &str) {
    let put = |change: Value| {
        let path = path.to_owned();
        async move {
            browser
                .send("PUT", &path, &[], Some(change.to_string()))
                .await
        }
    };
    let changed = put(json!({"body": "_changed_", "version": 1})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(
        (&changed.json()["body"], &changed.json()["version"]),
        (&json!("_changed_"), &json!(2))
    );
    let titled = put(json!({"title": "Printer book"})).await.json();
    assert_eq!(
        (&titled["title"], &titled["body"], &titled["version"]),
        (&json!("Printer book"), &json!("_changed_"), &json!(3))
    );
    let stale = put(json!({"body": "x", "version": 1})).await;
    assert_eq!(
        (stale.status, stale.error_code().as_str()),
        (409, "VALIDATION")
    );
}

async fn comments(browser: &Browser, page: &str) {
    let path = format!("{page}/comments");
    assert_eq!(browser.read(&path).await, json!([]));
    for body in ["**first**", "second"] {
        let made = browser.post(&path, json!({ "body": body })).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(made.json()["body"], body);
        assert_eq!(made.json()["author"]["display_name"], "Mia Krystof");
    }
    let all = walk(browser, &format!("{path}?limit=1")).await;
    let bodies: Vec<&str> = all.iter().filter_map(|one| one["body"].as_str()).collect();
    assert_eq!(bodies, ["**first**", "second"]);
}

#[tokio::test]
async fn spaces_and_content_are_found_alike() {
    for (_app, browser, space) in [cloud().await, data_center().await] {
        spaces_and_search(&browser, space).await;
    }
}

#[tokio::test]
async fn a_page_lives_alike() {
    for (_app, browser, space) in [cloud().await, data_center().await] {
        a_pages_life(&browser, space).await;
    }
}

#[tokio::test]
async fn pages_of_a_space_are_walked_and_their_space_looked_up_once() {
    let (app, browser, space) = data_center().await;
    let all = walk(
        &browser,
        &format!("/connectors/confluence/pages?space={space}&limit=2"),
    )
    .await;
    assert!(all.len() > 3 && all.iter().all(|one| one["space_key"] == space));
    let calls = app.sandbox.journal();
    let looked = calls
        .iter()
        .filter(|call| call.path == "/rest/api/space")
        .count();
    assert_eq!(looked, 1);
    // Another process has not seen the space and goes through them.
    let other = app.another_process().await;
    let id = all[0]["space_id"].as_str().unwrap();
    let session = browser.cookie("ib_session").unwrap();
    let browser = Browser::new(other.router());
    browser.set_cookie("ib_session", &session);
    let found = browser
        .read(&format!("/connectors/confluence/pages?space={id}&limit=50"))
        .await;
    assert_eq!(found.as_array().unwrap().len(), all.len());
    let missing = browser.get("/connectors/confluence/pages?space=1").await;
    missing.assert_invalid(&["space"], "a space that is not there, as by its key");
}

#[tokio::test]
async fn only_confluences_own_first_version_is_called() {
    let (app, browser, space) = data_center().await;
    a_pages_life(&browser, space).await;
    for call in app.sandbox.journal() {
        assert!(
            call.path.starts_with("/rest/api/content") || call.path == "/rest/api/space",
            "{}",
            call.path
        );
        assert!(
            call.header("authorization")
                .unwrap()
                .starts_with("Bearer confluence-pat-")
        );
    }
}

#[tokio::test]
async fn under_a_context_path_links_and_calls_stay_below_it() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = app.logged_in("omar").await;
    let base = format!("{}/confluence", app.sandbox.data_center_url());
    let change = json!({"pat": "confluence-pat-lea", "base_url": base});
    let answer = browser
        .patch("/connectors/confluence/connection", change)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    app.sandbox.clear_journal();
    let spaces = browser.read("/connectors/confluence/spaces").await;
    assert_eq!(spaces[0]["url"], format!("{base}/display/PLANT"));
    assert_eq!(app.sandbox.journal()[0].path, "/confluence/rest/api/space");
}

#[tokio::test]
async fn a_page_is_read_by_every_address_that_browsers_show_and_a_space_is_its_home_page() {
    let (app, browser, space) = data_center().await;
    let base = app.sandbox.data_center_url();
    let read = async |address: &str| {
        let tool = json!({"tool": "confluence_get_page", "args": {"page_id": address}});
        let answer = browser.post("/connectors/tools/invoke", tool).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        answer.json()
    };
    let home = read(&format!("{base}/display/{space}")).await;
    let id = home["id"].as_str().unwrap();
    let shown = browser
        .read(&format!("/connectors/confluence/pages/{id}"))
        .await;
    assert_eq!(shown["space_key"], space);
    let by_title = shown["url"].as_str().unwrap().to_owned();
    assert!(
        by_title.contains(&format!("/display/{space}/")),
        "{by_title}"
    );
    for address in [
        by_title,
        format!("{base}/display/{space}/"),
        format!("{base}/display/{space}?src=contextnavpagetreemode"),
        format!("{base}/spaces/{space}/overview"),
        format!("{base}/spaces/{space}/overview?homepageId={id}"),
        format!("{base}/pages/viewpage.action?pageId={id}"),
    ] {
        assert_eq!(read(&address).await["id"], home["id"], "{address}");
    }
    let nowhere = json!({"tool": "confluence_get_page", "args": {"page_id": format!("{base}/display/NOWHERE")}});
    let nowhere = browser.post("/connectors/tools/invoke", nowhere).await;
    assert_eq!(nowhere.status, 404, "{}", nowhere.body);
}

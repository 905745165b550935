//! Stored projects and pages over HTTP: upserts, listings, `fetch`, and what is refused.

use serde_json::{Value, json};

use crate::support::{Browser, TestApp};

async fn put(browser: &Browser, path: &str, body: Value) -> Value {
    let answer = browser.post(path, body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

async fn user(browser: &Browser, email: &str) -> String {
    let made = put(browser, "/users", json!({"email": email})).await;
    made["id"].as_str().unwrap().to_owned()
}

/// Follows `Link` to the end and gives one field of every entry.
async fn field_of_all(browser: &Browser, first: &str, field: &str) -> Vec<String> {
    let (mut address, mut seen) = (first.to_owned(), Vec::new());
    loop {
        let page = browser.get(&address).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let body = page.json();
        let items = body.as_array().or_else(|| body["items"].as_array());
        let texts = items.unwrap().iter().map(|item| item[field].as_str());
        seen.extend(texts.map(|text| text.unwrap().to_owned()));
        match page.header("link").split_once('>') {
            None => return seen,
            Some((link, _)) => link.trim_start_matches('<').clone_into(&mut address),
        }
    }
}

#[tokio::test]
async fn a_project_is_stored_changed_by_its_key_and_cleared_by_null() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let owner = user(&browser, "ann@example.com").await;
    let first = put(
        &browser,
        "/jira/projects",
        json!({"owner_id": owner, "key": "EX", "name": "Example", "lead": "Ann", "url": "https://acme.example/EX"}),
    )
    .await;
    assert_eq!(
        first,
        json!({
            "id": first["id"], "owner_id": owner, "key": "EX", "name": "Example", "lead": "Ann",
            "url": "https://acme.example/EX", "site": "acme.example",
        })
    );
    let second = put(
        &browser,
        "/jira/projects",
        json!({"owner_id": owner, "key": "EX", "name": "Renamed", "lead": null}),
    )
    .await;
    assert_eq!(
        second,
        json!({"id": first["id"], "owner_id": owner, "key": "EX", "name": "Renamed", "lead": null, "url": null, "site": null})
    );
    let list = browser.get(&format!("/jira/projects/{owner}")).await;
    assert_eq!((list.status, list.json()), (200, json!([second])));
}

#[tokio::test]
async fn a_page_is_known_by_its_space_and_id_and_listed_by_title() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let owner = user(&browser, "ann@example.com").await;
    let page = |space: &str, id: Value, title: &str| json!({"owner_id": owner, "space_key": space, "page_id": id, "title": title});
    let first = put(
        &browser,
        "/confluence/pages",
        page("ENG", json!(7), "Zebra"),
    )
    .await;
    assert_eq!(
        first,
        json!({"id": first["id"], "owner_id": owner, "space_key": "ENG", "page_id": "7", "title": "Zebra", "url": null, "site": null})
    );
    put(
        &browser,
        "/confluence/pages",
        page("OPS", json!("7"), "Apple"),
    )
    .await;
    put(
        &browser,
        "/confluence/pages",
        page("OPS", json!("8"), "Apple"),
    )
    .await;
    let renamed = put(
        &browser,
        "/confluence/pages",
        page("ENG", json!("7"), "Mango"),
    )
    .await;
    assert_eq!(renamed["id"], first["id"]);
    let path = format!("/confluence/pages/{owner}");
    for first in [
        path.clone(),
        format!("{path}?limit=1"),
        format!("{path}?limit=2"),
    ] {
        assert_eq!(
            field_of_all(&browser, &first, "title").await,
            ["Apple", "Apple", "Mango"],
            "{first}"
        );
    }
}

#[tokio::test]
async fn projects_are_listed_by_key_page_by_page() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let owner = user(&browser, "ann@example.com").await;
    for key in ["C", "A", "E", "B", "D"] {
        put(
            &browser,
            "/jira/projects",
            json!({"owner_id": owner, "key": key, "name": key}),
        )
        .await;
    }
    for query in ["", "?limit=1", "?limit=2", "?limit=5"] {
        let first = format!("/jira/projects/{owner}{query}");
        assert_eq!(
            field_of_all(&browser, &first, "key").await,
            ["A", "B", "C", "D", "E"],
            "{query}"
        );
    }
    let fetch = format!("/integrations/jira/projects/fetch?owner_id={owner}&limit=2");
    assert_eq!(
        field_of_all(&browser, &fetch, "key").await,
        ["A", "B", "C", "D", "E"]
    );
}

#[tokio::test]
async fn without_an_owner_the_rows_are_the_callers_own() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let empty = browser.get("/integrations/jira/projects/fetch").await;
    assert_eq!(
        empty.json(),
        json!({"provider": "jira", "items": [], "synced_at": null})
    );
    assert_eq!(
        browser.get("/users").await.json(),
        json!([]),
        "looking makes no row"
    );
    let stored = put(
        &browser,
        "/jira/projects",
        json!({"key": "EX", "name": "Example"}),
    )
    .await;
    let users = browser.get("/users").await.json();
    assert_eq!(users[0]["id"], stored["owner_id"]);
    assert_eq!(users[0]["display_name"], "Mia Krystof");
    let other = user(&browser, "ann@example.com").await;
    let page = put(
        &browser,
        "/confluence/pages",
        json!({"owner_id": null, "space_key": "ENG", "page_id": "1", "title": "Home"}),
    )
    .await;
    assert_eq!(page["owner_id"], stored["owner_id"], "the own row stays");
    assert_ne!(page["owner_id"], json!(other));
    for (path, items) in [
        ("/integrations/jira/projects/fetch", json!([stored])),
        ("/integrations/confluence/pages/fetch", json!([page])),
    ] {
        assert_eq!(browser.get(path).await.json()["items"], items);
    }
}

#[tokio::test]
async fn the_first_user_somebody_stores_is_their_own_row() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let first = user(&browser, "ann@example.com").await;
    user(&browser, "bob@example.com").await;
    let stored = put(
        &browser,
        "/jira/projects",
        json!({"key": "EX", "name": "Example"}),
    )
    .await;
    assert_eq!(stored["owner_id"], json!(first));
}

#[tokio::test]
async fn unknown_owners_are_refused_and_have_no_rows() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    let theirs = user(&omar, "ann@example.com").await;
    put(
        &omar,
        "/jira/projects",
        json!({"owner_id": theirs, "key": "EX", "name": "Example"}),
    )
    .await;
    for owner in [json!(theirs), json!(1), json!("nobody"), json!("a\\b")] {
        let project = json!({"owner_id": owner, "key": "EX", "name": "Example"});
        let page = json!({"owner_id": owner, "space_key": "ENG", "page_id": "1", "title": "Home"});
        for answer in [
            browser.post("/jira/projects", project).await,
            browser.post("/confluence/pages", page).await,
        ] {
            answer.assert_invalid(&["owner_id"], "");
        }
    }
    for owner in [theirs.as_str(), "1", "%00", "%F0%9F%92%A9"] {
        for path in [
            format!("/jira/projects/{owner}"),
            format!("/confluence/pages/{owner}"),
            format!("/integrations/jira/projects/fetch?owner_id={owner}"),
            format!("/integrations/confluence/pages/fetch?owner_id={owner}"),
        ] {
            let answer = browser.get(&path).await;
            if path.ends_with("?owner_id=%00") {
                answer.assert_invalid(&["owner_id"], &path);
                continue;
            }
            assert_eq!(
                (answer.status, answer.error_code().as_str()),
                (404, "NOT_FOUND"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn bad_rows_are_refused_by_field_and_not_stored() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (path, field, body) in [
        ("/jira/projects", "key", json!({"name": "Example"})),
        ("/jira/projects", "name", json!({"key": "EX"})),
        (
            "/jira/projects",
            "key",
            json!({"key": "", "name": "Example"}),
        ),
        (
            "/jira/projects",
            "key",
            json!({"key": "x".repeat(65), "name": "Example"}),
        ),
        (
            "/jira/projects",
            "name",
            json!({"key": "EX", "name": "a\u{0}b"}),
        ),
        (
            "/jira/projects",
            "url",
            json!({"key": "EX", "name": "Example", "url": "javascript:alert(1)"}),
        ),
        (
            "/jira/projects",
            "lead",
            json!({"key": "EX", "name": "Example", "lead": true}),
        ),
        (
            "/confluence/pages",
            "page_id",
            json!({"space_key": "ENG", "title": "Home"}),
        ),
        (
            "/confluence/pages",
            "title",
            json!({"space_key": "ENG", "page_id": "1", "title": "x".repeat(513)}),
        ),
        (
            "/confluence/pages",
            "space_key",
            json!({"space_key": "\u{202e}", "page_id": "1", "title": "Home"}),
        ),
    ] {
        let answer = browser.post(path, body.clone()).await;
        answer.assert_invalid(&[field], &body.to_string());
    }
    for table in ["stored_projects", "stored_pages", "user_rows"] {
        assert_eq!(app.rows(table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn texts_in_any_script_come_back_as_they_were() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let name = "Größe 👩‍💻 <script>alert(1)</script> ' ; DROP TABLE user_rows; --";
    let stored = put(
        &browser,
        "/jira/projects",
        json!({"key": "EX", "name": name}),
    )
    .await;
    assert_eq!(stored["name"], name);
    let title = "\\\"".repeat(256);
    for id in ["1", "2", "3"] {
        put(
            &browser,
            "/confluence/pages",
            json!({"space_key": "ENG", "page_id": id, "title": title}),
        )
        .await;
    }
    let owner = stored["owner_id"].as_str().unwrap();
    let seen = field_of_all(
        &browser,
        &format!("/confluence/pages/{owner}?limit=1"),
        "page_id",
    )
    .await;
    assert_eq!(seen.len(), 3, "the longest titles fit into a cursor");
}

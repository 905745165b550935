//! Users: rows in the caller's namespace, found again by their address, and whose they are.

use serde_json::{Value, json};

use crate::support::{Browser, TestApp};

async fn put(browser: &Browser, body: Value) -> Value {
    let answer = browser.post("/users", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let user = answer.json();
    assert_eq!(
        answer.header("location"),
        format!("/users/{}", user["id"].as_str().unwrap())
    );
    user
}

fn names(list: &Value) -> Vec<&str> {
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| row["email"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_user_has_its_documented_shape_and_its_text_id_finds_it_again() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let made = put(
        &browser,
        json!({"email": "ann@example.com", "display_name": "Ann"}),
    )
    .await;
    assert_eq!(
        made,
        json!({"id": made["id"], "email": "ann@example.com", "display_name": "Ann"})
    );
    let path = format!("/users/{}", made["id"].as_str().unwrap());
    let found = browser.get(&path).await;
    assert_eq!((found.status, found.json()), (200, made));
}

#[tokio::test]
async fn the_same_address_in_any_case_is_the_same_row_unchanged() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let first = put(
        &browser,
        json!({"email": "ann@example.com", "display_name": "Ann"}),
    )
    .await;
    let again = put(
        &browser,
        json!({"email": "Ann@Example.COM", "display_name": "Another"}),
    )
    .await;
    assert_eq!(first, again);
    assert_eq!(
        browser.get("/users").await.json().as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn users_come_newest_first_whole_or_page_by_page() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for name in ["a", "b", "c", "d", "e"] {
        put(&browser, json!({"email": format!("{name}@example.com")})).await;
    }
    let whole = browser.get("/users").await;
    assert!(whole.header("x-next-cursor").is_empty());
    let whole = whole.json();
    assert_eq!(
        names(&whole),
        ["e", "d", "c", "b", "a"].map(|name| format!("{name}@example.com"))
    );
    let (mut address, mut seen) = (String::from("/users?limit=2"), Vec::new());
    loop {
        let page = browser.get(&address).await;
        assert_eq!(page.status, 200, "{}", page.body);
        seen.extend(page.json().as_array().unwrap().clone());
        let cursor = page.header("x-next-cursor");
        if cursor.is_empty() {
            break;
        }
        address = format!("/users?cursor={cursor}");
    }
    assert_eq!(Value::from(seen), whole);
}

#[tokio::test]
async fn tokens_in_a_body_are_stored_nowhere() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    put(
        &browser,
        json!({
            "email": "ann@example.com", "jira_token": "canary-token", "confluence_token": "canary-token",
            "jira_base_url": "https://canary-token.example",
        }),
    )
    .await;
    for entry in std::fs::read_dir(app.database_folder()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(12).any(|window| window == b"canary-token"));
    }
}

#[tokio::test]
async fn bad_users_are_refused_by_field() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (field, body) in [
        ("email", json!({})),
        ("email", json!({"email": null})),
        ("email", json!({"email": "mia"})),
        ("email", json!({"email": 7})),
        ("email", json!({"email": ["mia@example.com"]})),
        ("email", json!({"email": "mia@example.com\u{0}"})),
        (
            "display_name",
            json!({"email": "mia@example.com", "display_name": "x".repeat(256)}),
        ),
        (
            "display_name",
            json!({"email": "mia@example.com", "display_name": "a\nb"}),
        ),
        (
            "display_name",
            json!({"email": "mia@example.com", "display_name": {}}),
        ),
        ("body", json!([])),
    ] {
        let answer = browser.post("/users", body.clone()).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION"),
            "{body}"
        );
        let fields = &answer.json()["details"]["fields"];
        assert_eq!(fields[0], json!(field), "{body}");
    }
    assert_eq!(browser.get("/users").await.json(), json!([]));
}

#[tokio::test]
async fn users_belong_to_their_owner_in_one_namespace() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let made = put(&mia, json!({"email": "ann@example.com"})).await;
    let path = format!("/users/{}", made["id"].as_str().unwrap());
    let omar = app.logged_in("omar").await;
    let elsewhere = [("x-tenant-id", "acme")];
    for answer in [
        omar.get(&path).await,
        mia.get_with(&path, &elsewhere).await,
        mia.get("/users/1").await,
        mia.get("/users/%00").await,
        mia.get("/users/..%2f..").await,
    ] {
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (404, "NOT_FOUND")
        );
    }
    assert_eq!(omar.get("/users").await.json(), json!([]));
    assert_eq!(mia.get_with("/users", &elsewhere).await.json(), json!([]));
    let theirs = put(&omar, json!({"email": "ann@example.com"})).await;
    assert_ne!(theirs["id"], made["id"]);
    assert_eq!(app.browser().get("/users").await.status, 401);
}

#[tokio::test]
async fn a_cursor_of_users_opens_no_other_list_and_a_limit_has_bounds() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    put(&browser, json!({"email": "a@example.com"})).await;
    let last = put(&browser, json!({"email": "b@example.com"})).await;
    let page = browser.get("/users?limit=1").await;
    let cursor = page.header("x-next-cursor");
    let id = last["id"].as_str().unwrap();
    for path in [
        format!("/jira/projects/{id}?cursor={cursor}"),
        format!("/integrations/jira/projects/fetch?cursor={cursor}"),
        String::from("/users?limit=0"),
        String::from("/users?limit=1001"),
        String::from("/users?cursor=MQ"),
    ] {
        assert_eq!(browser.get(&path).await.status, 422, "{path}");
    }
}

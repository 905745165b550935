//! What clients of S3, the persistence backend, were promised, as far as no other test asserts it.

use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::support::app::{FRONTEND, ORIGIN};
use crate::support::{Browser, TestApp, parameter};

const FETCH: [(&str, &str); 3] = [
    ("origin", FRONTEND),
    ("sec-fetch-site", "same-site"),
    ("sec-fetch-mode", "cors"),
];

#[tokio::test]
async fn a_login_button_leads_through_pkce_back_to_the_frontend_which_sees_the_sites() {
    let callback = format!("{ORIGIN}/api/oauth/callback/atlassian");
    let app = TestApp::start_with(&[
        ("ATLASSIAN_REDIRECT_URI", &callback),
        ("APP_FRONTEND_URL", FRONTEND),
        ("BACKEND_CORS_ORIGINS", FRONTEND),
    ])
    .await;
    let browser = app.browser();
    let nobody = browser.get("/api/atlassian/resources").await;
    assert_eq!(
        (nobody.status, nobody.error_code().as_str()),
        (401, "UNAUTHORIZED")
    );
    let start = browser
        .navigate("/api/oauth/atlassian/login?state=mine")
        .await;
    assert_eq!(start.status, 307);
    let consent = start.header("location").to_owned();
    assert_eq!(
        parameter(&consent, "code_challenge_method").unwrap(),
        "S256"
    );
    assert_eq!(parameter(&consent, "code_challenge").unwrap().len(), 43);
    let back = app.sandbox.consent(&consent, "mia", None).await.unwrap();
    assert!(back.starts_with(&format!("{callback}?")), "{back}");
    let ended = browser.navigate(&back).await;
    let expected = format!("{FRONTEND}?provider=atlassian&status=success&state=mine");
    assert_eq!(
        (ended.status, ended.header("location")),
        (303, expected.as_str())
    );
    let cookies: Vec<String> = ended
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap().to_owned())
        .filter(|cookie| cookie.starts_with("ib_session="))
        .collect();
    assert!(cookies[0].contains("; HttpOnly"), "{cookies:?}");
    let exchanged = app.sandbox.journal()[0].body.clone();
    assert!(exchanged.contains("code_verifier"), "{exchanged}");
    let resources = browser.get_with("/api/atlassian/resources", &FETCH).await;
    assert_eq!(resources.header("access-control-allow-credentials"), "true");
    let body = resources.json();
    assert_eq!(
        (&body["status"], &body["message"]),
        (&json!("success"), &json!("ok"))
    );
    assert_eq!(body["data"].as_array().unwrap().len(), 2);
    for name in ["id", "name", "url", "scopes", "avatarUrl"] {
        assert!(body["data"][0].get(name).is_some(), "{name}");
    }
    let renewed = browser
        .send("POST", "/api/oauth/atlassian/refresh", &FETCH, None)
        .await;
    assert_eq!(renewed.json()["message"], "Token refreshed");
    for name in ["expires_in", "scope", "token_type"] {
        assert!(renewed.json()["data"].get(name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn without_a_frontend_a_login_ends_at_connected() {
    let app = TestApp::start().await;
    let ended = app
        .complete(&app.browser(), "/api/oauth/atlassian/login", "omar")
        .await;
    let expected = format!("{ORIGIN}/connected?provider=atlassian&status=success");
    assert_eq!(ended.header("location"), expected);
}

#[tokio::test]
async fn a_login_without_a_client_secret_says_that_atlassian_wants_one() {
    let app = TestApp::start_with(&[("ATLASSIAN_CLIENT_SECRET", "")]).await;
    let ended = app
        .complete(&app.browser(), "/api/oauth/atlassian/login", "omar")
        .await;
    assert!(
        ended
            .header("location")
            .contains("error=client_secret_missing")
    );
}

#[tokio::test]
async fn nobody_and_whoever_is_not_connected_has_nothing_to_refresh() {
    let app = TestApp::start().await;
    let refresh = async |browser: &Browser| {
        let answer = browser
            .send("POST", "/api/oauth/atlassian/refresh", &[], None)
            .await;
        (answer.status, answer.error_code())
    };
    assert_eq!(refresh(&app.browser()).await, (401, "UNAUTHORIZED".into()));
    let browser = app.logged_in("omar").await;
    for product in ["jira", "confluence"] {
        browser
            .delete(&format!("/connectors/{product}/connection"))
            .await;
    }
    assert_eq!(refresh(&browser).await, (409, "NOT_CONNECTED".into()));
}

/// Its frontend sent no credential at all; on one's own machine it still need not.
#[tokio::test]
async fn in_open_mode_users_projects_and_pages_are_stored_and_read_without_a_credential() {
    let app = TestApp::start_with(&[("AUTH_MODE", "open")]).await;
    let client = app.browser();
    let post = async |path: &str, body: Value| {
        let answer = client
            .send("POST", path, &FETCH, Some(body.to_string()))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    };
    let user = post(
        "/users",
        json!({"email": "ann@example.com", "display_name": "Ann"}),
    )
    .await;
    let again = post("/users", json!({"email": "ann@example.com"})).await;
    assert_eq!(again, user);
    let owner = &user["id"];
    let project =
        json!({"owner_id": owner, "key": "APP", "name": "Apollo", "lead": "Ann", "url": null});
    let project = post("/jira/projects", project).await;
    let page = json!({"owner_id": owner, "space_key": "ENG", "page_id": "7", "title": "Seven"});
    let page = post("/confluence/pages", page).await;
    let id = owner.as_str().unwrap();
    let get = async |path: &str| client.get(path).await.json();
    assert_eq!(get("/users").await, json!([user]));
    assert_eq!(get(&format!("/users/{id}")).await, user);
    assert_eq!(get(&format!("/jira/projects/{id}")).await, json!([project]));
    assert_eq!(get(&format!("/confluence/pages/{id}")).await, json!([page]));
    let projects = get("/integrations/jira/projects/fetch").await;
    assert_eq!(
        (&projects["provider"], &projects["items"]),
        (&json!("jira"), &json!([project]))
    );
    let pages = get("/integrations/confluence/pages/fetch").await;
    assert_eq!(
        (&pages["provider"], &pages["items"]),
        (&json!("confluence"), &json!([page]))
    );
}

#[tokio::test]
async fn an_owner_that_is_a_number_is_a_name_that_nobody_has() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let body = json!({"owner_id": 1, "key": "APP", "name": "Apollo"});
    let answer = browser.post("/jira/projects", body).await;
    assert_eq!(
        (answer.status, &answer.json()["details"]["fields"]),
        (422, &json!(["owner_id"]))
    );
}

#[tokio::test]
async fn the_older_logins_redirect_a_browser_to_atlassian_and_back_to_the_frontend() {
    let app = TestApp::start_with(&[("APP_FRONTEND_URL", FRONTEND)]).await;
    for product in ["jira", "confluence"] {
        let browser = app.browser();
        let start = browser
            .navigate(&format!("/auth/{product}/login?state=s"))
            .await;
        assert_eq!(start.status, 307);
        let back = app
            .sandbox
            .consent(start.header("location"), "omar", None)
            .await
            .unwrap();
        assert!(
            back.contains(&format!("/auth/{product}/callback?")),
            "{back}"
        );
        let ended = browser.navigate(&back).await;
        let expected = format!(
            "{FRONTEND}/login?connected={product}&provider={product}&status=success&state=s"
        );
        assert_eq!(ended.header("location"), expected);
    }
}

#[tokio::test]
async fn its_own_database_file_serves_and_its_tables_stay_as_they_were() {
    let app = TestApp::start().await;
    let file = app.database_folder().join("theirs.db");
    let theirs = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let mut connection = theirs.connect().await.unwrap();
    for statement in [
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(255) UNIQUE, jira_token TEXT)",
        "CREATE TABLE jira_projects (id INTEGER PRIMARY KEY, owner_id INTEGER, key VARCHAR(64))",
        "CREATE TABLE confluence_pages (id INTEGER PRIMARY KEY, owner_id INTEGER, title TEXT)",
        "CREATE TABLE connector_tokens (id INTEGER PRIMARY KEY, token_payload TEXT)",
        "INSERT INTO users (email) VALUES ('old@example.com')",
    ] {
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
    let address = format!("sqlite:///{}", file.display());
    let settings = [
        ("INTEGRATION_DB_URL", address.as_str()),
        ("AUTH_MODE", "open"),
    ];
    let client = Browser::new(app.another_process_with(&settings).await.router());
    assert_eq!(client.get("/ready").await.status, 200);
    let made = client
        .post("/users", json!({"email": "new@example.com"}))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(
        client.get("/users").await.json().as_array().unwrap().len(),
        1
    );
    let mut connection = SqliteConnectOptions::new()
        .filename(&file)
        .connect()
        .await
        .unwrap();
    let rows: Vec<String> = sqlx::query_scalar("SELECT email FROM users")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(rows, ["old@example.com"]);
}

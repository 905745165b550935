//! Who may call what: every route against every kind of caller, from the router's own table.

use integration_backend::http::caller::access::{RouteAccess, TABLE};
use integration_backend::http::router;
use integration_backend::model::api_key::KeyScope;
use integration_backend::model::ids::TenantId;
use serde_json::json;

use crate::callers::with_operation;
use crate::support::{Answer, Browser, TestApp};

/// Calls a route with harmless values in its path and body.
async fn call(browser: &Browser, method: &str, template: &str, headers: &[(&str, &str)]) -> Answer {
    let path = with_operation(method, template)
        .replace("{provider}", "jira")
        .replace("{product}", "jira")
        .replace("{key}", "NOPE-1")
        .replace("{id}", "1")
        .replace("{owner_id}", "1")
        .replace("{*file}", "swagger-ui.css")
        .replace("{part}", "dom.js");
    let body = (method != "GET").then(|| String::from("{}"));
    browser.send(method, &path, headers, body).await
}

/// Whether an answer means "you may not", rather than anything about the request itself.
fn is_refused(answer: &Answer) -> bool {
    matches!(answer.status, 401 | 403)
        && matches!(answer.error_code().as_str(), "UNAUTHORIZED" | "FORBIDDEN")
}

#[tokio::test]
async fn every_route_of_the_document_has_a_row_in_the_access_table() {
    let document = serde_json::to_value(router::document()).unwrap();
    let mut missing = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            if !TABLE
                .iter()
                .any(|(known, template, _)| *known == method && template == path)
            {
                missing.push(format!("{method} {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "routes without a row: {missing:?}");
}

#[tokio::test]
async fn each_route_admits_exactly_the_callers_its_row_admits() {
    let app = TestApp::start().await;
    // On another machine: being on this one is enough for some.
    let elsewhere_in_the_network = "192.168.1.20";
    let session = app.browser().on_machine(elsewhere_in_the_network);
    app.log_in(&session, "mia").await;
    let nobody = app.browser().on_machine(elsewhere_in_the_network);
    let reader = app.api_key("service", "default", &[KeyScope::Read]).await;
    let writer = app.api_key("service", "default", &[KeyScope::Write]).await;
    let elsewhere = app
        .api_key("service", "acme", &[KeyScope::Read, KeyScope::Write])
        .await;
    for (method, template, access) in TABLE {
        let refused = |answer: Answer| is_refused(&answer);
        let seen = [
            refused(call(&nobody, method, template, &[]).await),
            refused(call(&nobody, method, template, &[("authorization", &reader)]).await),
            refused(call(&nobody, method, template, &[("authorization", &writer)]).await),
            refused(
                call(
                    &nobody,
                    method,
                    template,
                    &[("authorization", &elsewhere), ("x-tenant-id", "default")],
                )
                .await,
            ),
        ];
        // nobody, a key that reads, a key that writes, a key of another tenant
        let is_passed = template.starts_with("/ex/");
        // What a request passed on needs depends on its operation.
        let access = match (is_passed, *method) {
            (true, "GET") => &RouteAccess::Read,
            (true, _) => &RouteAccess::Write,
            // Taking something back works in a service that only reads, too.
            (false, "DELETE") if *template == "/agents/{id}" => &RouteAccess::Write,
            (false, _) => access,
        };
        let expected = match access {
            RouteAccess::Public => [
                false,
                STARTS.contains(template),
                false,
                SCOPED.contains(template),
            ],
            RouteAccess::Read => [true, false, true, true],
            RouteAccess::Write => [true, true, false, true],
            RouteAccess::Depends => [true, false, false, true],
            RouteAccess::Admin => [true, true, true, true],
        };
        assert_eq!(seen, expected, "{method} {template}");
        if !template.ends_with("logout") && *method != "DELETE" {
            let answer = call(&session, method, template, &[]).await;
            assert_eq!(
                is_refused(&answer),
                *access == RouteAccess::Admin || (is_passed && *method != "GET"),
                "a session at {method} {template}: {}",
                answer.body
            );
        }
    }
}

/// Starts that a key may use for its owner, if it may write.
const STARTS: [&str; 6] = [
    "/api/auth/oauth/login",
    "/api/auth/{provider}/login",
    "/auth/{provider}/login",
    "/auth/{product}/oauth/start",
    "/api/v1/auth/atlassian/login",
    "/api/oauth/atlassian/login",
];

/// Public routes that show a caller's own rows, so that a key must name its own tenant.
const SCOPED: &[&str] = &[
    "/api/auth/oauth/login",
    "/api/jira/health",
    "/api/auth/{provider}/login",
    "/api/v1/integrations/{product}/ping",
    "/integrations/{product}/connect",
    "/connectors",
    "/connectors/{provider}/connection",
    "/api/v1/auth/atlassian/login",
    "/api/oauth/atlassian/login",
    "/auth/session",
    "/api/auth/oauth/token/status",
    "/api/v1/auth/status",
    "/auth/logout",
    "/authorize",
    "/login",
    "/login/",
    "/connected",
    "/connected/",
    "/auth/{product}/api-token",
    "/auth/{provider}/login",
    "/auth/{product}/oauth/start",
];

#[tokio::test]
async fn a_key_sees_the_rows_of_its_owner_in_its_own_tenant_only() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let id = mia.get("/auth/session").await.json()["user"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let script = app.browser();
    let hers = app.api_key(&id, "default", &[KeyScope::Read]).await;
    let projects = script
        .get_with(
            "/connectors/jira/projects?limit=1",
            &[("authorization", &hers)],
        )
        .await;
    assert_eq!(projects.status, 200, "{}", projects.body);
    let service = app.api_key("service", "default", &[KeyScope::Read]).await;
    let nothing = script
        .get_with("/connectors/jira/projects", &[("authorization", &service)])
        .await;
    assert_eq!(
        (nothing.status, nothing.error_code().as_str()),
        (409, "NOT_CONNECTED")
    );
    let acme = app.api_key(&id, "acme", &[KeyScope::Read]).await;
    let elsewhere = script
        .get_with("/connectors/jira/projects", &[("authorization", &acme)])
        .await;
    assert_eq!(
        (elsewhere.status, elsewhere.error_code().as_str()),
        (409, "NOT_CONNECTED")
    );
}

#[tokio::test]
async fn a_tenant_that_exists_is_refused_to_a_key_in_the_same_words_as_one_that_does_not() {
    let app = TestApp::start().await;
    let _mia = app.logged_in("mia").await;
    let script = app.browser();
    let acme = app.api_key("service", "acme", &[KeyScope::Read]).await;
    let known = script
        .get_with(
            "/connectors/jira/projects",
            &[("authorization", &acme), ("x-tenant-id", "default")],
        )
        .await;
    let unknown = script
        .get_with(
            "/connectors/jira/projects",
            &[("authorization", &acme), ("x-tenant-id", "nobody-has-this")],
        )
        .await;
    assert_eq!((known.status, unknown.status), (403, 403));
    assert_eq!(known.json()["message"], unknown.json()["message"]);
}

#[tokio::test]
async fn a_key_ends_when_it_expires_or_is_revoked() {
    let app = TestApp::start().await;
    let tenant = TenantId::default();
    let lifetime = std::time::Duration::from_hours(1);
    let (_, short) = app
        .app
        .api_keys()
        .create(
            "service",
            tenant.clone(),
            vec![KeyScope::Read],
            Some(lifetime),
        )
        .await
        .unwrap();
    let (long_key, long) = app
        .app
        .api_keys()
        .create("service", tenant, vec![KeyScope::Read], None)
        .await
        .unwrap();
    let script = app.browser();
    let status = async |text: &str| {
        let header = format!("Bearer {text}");
        script
            .get_with("/connectors/jira/projects", &[("authorization", &header)])
            .await
            .status
    };
    assert_eq!(
        (status(short.expose()).await, status(long.expose()).await),
        (409, 409)
    );
    app.advance(lifetime);
    assert_eq!(
        (status(short.expose()).await, status(long.expose()).await),
        (401, 409)
    );
    assert!(app.app.api_keys().revoke(&long_key.id).await.unwrap());
    assert_eq!(status(long.expose()).await, 401);
    assert!(!app.app.api_keys().revoke(&long_key.id).await.unwrap());
}

#[tokio::test]
async fn read_only_refuses_writes_for_all_and_lets_people_look() {
    let app = TestApp::start_with(&[("READ_ONLY", "true")]).await;
    // Nor is anybody asked for the right to write, whatever the caller wants asked.
    let start = "/auth/jira/login?scope=write:jira-work%20read:sprint:jira-software";
    let asked = app.authorize_url(&app.browser(), start).await;
    assert!(asked.contains("read%3Asprint%3Ajira-software"), "{asked}");
    assert!(!asked.contains("write%3A"), "{asked}");
    let mia = app.logged_in("mia").await;
    assert_eq!(
        mia.get("/connectors/jira/projects?limit=1").await.status,
        200
    );
    let write = mia
        .post(
            "/connectors/jira/create",
            json!({"project_key": "APP", "summary": "x"}),
        )
        .await;
    assert_eq!(
        (write.status, write.error_code().as_str()),
        (403, "FORBIDDEN")
    );
    let writer = app.api_key("service", "default", &[KeyScope::Write]).await;
    let refused = app
        .browser()
        .send(
            "DELETE",
            "/connectors/jira/connection",
            &[("authorization", &writer)],
            None,
        )
        .await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn no_key_is_kept_in_clear() {
    let app = TestApp::start().await;
    let text = app.api_key("service", "default", &[KeyScope::Read]).await;
    let secret = text.trim_start_matches("Bearer ibk_").as_bytes();
    for file in std::fs::read_dir(app.database_folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}

#[tokio::test]
async fn a_key_that_may_write_attaches_an_api_token_to_its_owner_and_one_that_may_only_read_does_not()
 {
    let app = TestApp::start().await;
    let script = app.browser();
    let login =
        json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme"})
            .to_string();
    let attach = async |key: &str| {
        script
            .send(
                "POST",
                "/auth/jira/api-token",
                &[("authorization", key)],
                Some(login.clone()),
            )
            .await
    };
    let reader = app.api_key("service", "default", &[KeyScope::Read]).await;
    assert_eq!(attach(&reader).await.status, 403);
    let both = app
        .api_key("service", "default", &[KeyScope::Read, KeyScope::Write])
        .await;
    let attached = attach(&both).await;
    assert_eq!(
        (attached.status, attached.json()["session_token"].is_null()),
        (200, true)
    );
    let projects = script
        .get_with(
            "/connectors/jira/projects?limit=1",
            &[("authorization", &both)],
        )
        .await;
    assert_eq!(projects.status, 200, "{}", projects.body);
    let nobody = app.browser().get("/connectors/jira/projects").await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test]
async fn a_login_started_with_a_key_connects_its_owner_and_opens_no_session() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let both = app
        .api_key("service", "default", &[KeyScope::Read, KeyScope::Write])
        .await;
    let start = browser
        .get_with(
            "/auth/atlassian/login?site=acme",
            &[("authorization", &both)],
        )
        .await;
    let callback = app
        .sandbox
        .consent(start.json()["url"].as_str().unwrap(), "mia", None)
        .await
        .unwrap();
    assert_eq!(browser.get(&callback).await.status, 303);
    assert_eq!(
        browser.get("/auth/session").await.json()["authenticated"],
        false
    );
    let projects = app
        .browser()
        .get_with(
            "/connectors/jira/projects?limit=1",
            &[("authorization", &both)],
        )
        .await;
    assert_eq!(projects.status, 200, "{}", projects.body);
}

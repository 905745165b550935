//! Whose a key is, which routes take it, and what of it is kept in clear.

use integration_backend::http::caller::access::{RouteAccess, TABLE};
use integration_backend::http::edge::idempotency::{NOT_CREATES, READ_OR_CREATE, takes_key};
use rstest::rstest;

use crate::edge::idempotency::fixture::{CONFLUENCE, JIRA, creates, is_replay, issue, send};
use crate::support::database::Database;
use crate::support::{Browser, TestApp};

#[rstest]
#[tokio::test]
async fn the_same_key_of_another_person_or_in_another_tenant_is_another_key(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let (mia, omar) = (app.logged_in("mia").await, app.logged_in("omar").await);
    let hers = send(&mia, JIRA, "k", &issue("mine")).await;
    let his = send(&omar, JIRA, "k", &issue("mine")).await;
    assert_eq!((hers.status, his.status), (201, 201));
    assert!(!is_replay(&his));
    assert_ne!(hers.json()["id"], his.json()["id"]);
    let elsewhere = [("idempotency-key", "k"), ("x-tenant-id", "acme")];
    let body = Some(issue("mine").to_string());
    let answer = mia.send("POST", JIRA, &elsewhere, body).await;
    assert_eq!(answer.error_code(), "NOT_CONNECTED");
}

#[tokio::test]
async fn a_kept_answer_is_given_only_to_those_who_may_still_write() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    send(&browser, JIRA, "k", &issue("mine")).await;
    let read_only = app.another_process_with(&[("READ_ONLY", "true")]).await;
    let there = Browser::new(read_only.router());
    there.set_cookie("ib_session", &browser.cookie("ib_session").unwrap());
    assert_eq!(send(&there, JIRA, "k", &issue("mine")).await.status, 403);
    let foreign = [("idempotency-key", "k"), ("origin", "https://evil.example")];
    let body = Some(issue("mine").to_string());
    let answer = browser.send("POST", JIRA, &foreign, body).await;
    assert_eq!(answer.status, 403);
    browser.forget_cookies();
    assert_eq!(send(&browser, JIRA, "k", &issue("mine")).await.status, 401);
}

#[tokio::test]
async fn neither_keys_nor_bodies_nor_results_stand_in_the_database_in_clear() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let made = send(
        &browser,
        JIRA,
        "canary-of-a-key",
        &issue("canary of a body"),
    )
    .await;
    let id = made.json()["metadata"]["self"].as_str().unwrap().to_owned();
    for file in std::fs::read_dir(app.database_folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for canary in ["canary-of-a-key", "canary of a body", id.as_str()] {
            let found = bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes());
            assert!(!found, "{canary}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_as_without_a_key() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let large = issue(&"x".repeat(1024 * 1024));
    let answer = send(&browser, JIRA, "k", &large).await;
    assert_eq!((answer.status, creates(&app)), (413, 0));
    let form = [
        ("idempotency-key", "k"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let answer = browser
        .send("POST", JIRA, &form, Some(String::from("a=b")))
        .await;
    assert_eq!(answer.status, 415);
}

#[test]
fn every_write_takes_the_key_but_those_that_are_known_to_make_nothing() {
    for (method, template, access) in TABLE {
        let makes = *access == RouteAccess::Write || READ_OR_CREATE.contains(template);
        let expected = makes && !NOT_CREATES.contains(template);
        if *method == "POST" {
            assert_eq!(takes_key(template), expected, "{template}");
        }
    }
    assert!(takes_key(JIRA) && takes_key(CONFLUENCE));
    for template in NOT_CREATES {
        let row = ("POST", *template, RouteAccess::Write);
        assert!(TABLE.contains(&row), "{template} is no write by POST");
        assert!(!READ_OR_CREATE.contains(template));
    }
}

/// Repeating a renewal, a logout or the start of a sync does no harm, and a kept answer would hide what
/// has happened since. Operations say by their names what they do.
#[test]
fn the_key_is_for_operations_that_make_something() {
    const MAKES: [&str; 5] = ["create", "add", "make", "store", "invoke"];
    let document = serde_json::to_value(integration_backend::http::router::document()).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let Some(name) = operations["post"]["operationId"].as_str() else {
            continue;
        };
        let makes = MAKES.iter().any(|verb| name.starts_with(verb));
        assert_eq!(takes_key(path), makes, "{name}: {path}");
    }
}

#[test]
fn the_document_names_the_header_where_it_is_taken() {
    let document = serde_json::to_value(integration_backend::http::router::document()).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let named = operation["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key"));
            assert_eq!(
                named,
                method == "post" && takes_key(path),
                "{method} {path}"
            );
        }
    }
}

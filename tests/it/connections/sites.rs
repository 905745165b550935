//! Which site a connection uses: the only one, a chosen one, the operator's.

use rstest::rstest;
use serde_json::{Value, json};

use crate::connections::fixture::{choose, connection};
use crate::support::TestApp;
use crate::support::journey::{ACME, GLOBEX};

#[tokio::test]
async fn a_person_on_one_site_is_asked_nothing() {
    let app = TestApp::start().await;
    let browser = app.logged_in_by("/auth/atlassian/login", "omar").await;
    for product in ["jira", "confluence"] {
        let body = connection(&browser, product).await;
        assert_eq!(body["connected"], true);
        assert_eq!(body["status"], "active");
        assert_eq!(body["auth_method"], "oauth");
        assert_eq!(
            body["site"],
            json!({ "cloud_id": ACME, "name": "Acme", "url": "https://acme.atlassian.net" })
        );
        assert_eq!(body["account"]["display_name"], "Omar Haddad");
        assert!(body["expires_at"].as_str().unwrap().ends_with('Z'));
        assert!(body["refreshed_at"].as_str().unwrap().ends_with('Z'));
        assert_eq!(body["error"], Value::Null);
    }
}

#[tokio::test]
async fn a_person_on_several_sites_chooses_one_for_each_product() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.complete(&browser, "/auth/atlassian/login", "mia").await;
    let body = connection(&browser, "jira").await;
    assert_eq!(
        (&body["status"], &body["connected"]),
        (&json!("needs_site"), &json!(false))
    );
    assert_eq!(body["site"], Value::Null);
    let sites: Vec<&Value> = body["sites"]
        .as_array()
        .unwrap()
        .iter()
        .map(|site| &site["cloud_id"])
        .collect();
    assert_eq!(sites, [ACME, GLOBEX]);
    let changed = choose(&browser, "jira", json!({ "cloud_id": GLOBEX })).await;
    assert_eq!(changed["ok"], true);
    assert_eq!(changed["provider"], "jira");
    assert_eq!(changed["status"]["status"], "active");
    assert_eq!(changed["status"]["site"]["name"], "Globex");
    assert_eq!(
        connection(&browser, "confluence").await["status"],
        "needs_site"
    );
    for spelling in [
        "acme",
        "ACME.atlassian.net",
        "https://acme.atlassian.net/wiki",
    ] {
        let changed = choose(&browser, "confluence", json!({ "base_url": spelling })).await;
        assert_eq!(changed["status"]["site"]["cloud_id"], ACME);
    }
    assert_eq!(connection(&browser, "jira").await["site"]["name"], "Globex");
}

#[tokio::test]
async fn a_site_that_the_login_does_not_reach_is_422_and_changes_nothing() {
    let app = TestApp::start().await;
    let browser = app.logged_in_by("/auth/atlassian/login", "omar").await;
    for change in [
        json!({ "cloud_id": GLOBEX }),
        json!({ "cloud_id": "00000000-0000-0000-0000-000000000000" }),
        json!({ "cloud_id": "not-a-uuid" }),
        json!({ "cloud_id": "" }),
        json!({ "cloud_id": "../../me" }),
        json!({ "base_url": "https://globex.atlassian.net" }),
        json!({ "base_url": "https://evil.example" }),
    ] {
        let answer = browser
            .patch("/connectors/jira/connection", change.clone())
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (422, "VALIDATION".into()),
            "{change}"
        );
        let field = change.as_object().unwrap().keys().next().unwrap();
        assert_eq!(answer.json()["details"]["fields"][0], field.as_str());
    }
    assert_eq!(connection(&browser, "jira").await["site"]["cloud_id"], ACME);
}

#[tokio::test]
async fn a_site_on_which_the_login_lacks_the_product_cannot_be_chosen() {
    let app = TestApp::start().await;
    let browser = app.logged_in_by("/auth/atlassian/login", "lea").await;
    assert_eq!(
        connection(&browser, "jira").await["site"]["name"],
        "Acme",
        "her only site with Jira"
    );
    assert_eq!(
        connection(&browser, "confluence").await["status"],
        "needs_site"
    );
    let answer = browser
        .patch("/connectors/jira/connection", json!({ "cloud_id": GLOBEX }))
        .await;
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn a_site_that_was_granted_after_the_login_is_found() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let url = app.authorize_url(&browser, "/auth/atlassian/login").await;
    let callback = app
        .sandbox
        .consent(&url, "mia", Some(&["acme.atlassian.net"]))
        .await
        .unwrap();
    browser.get(&callback).await;
    assert_eq!(
        connection(&browser, "jira").await["sites"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // The consent given elsewhere replaces the one grant that Atlassian keeps per app and account.
    let url = app
        .authorize_url(&app.browser(), "/auth/atlassian/login")
        .await;
    app.sandbox.consent(&url, "mia", None).await.unwrap();
    let changed = choose(&browser, "jira", json!({ "cloud_id": GLOBEX })).await;
    assert_eq!(changed["status"]["site"]["name"], "Globex");
}

#[rstest]
#[case("site=globex", "Globex")]
#[case("site=https://Acme.atlassian.net/", "Acme")]
#[tokio::test]
async fn a_start_can_name_the_site(#[case] query: &str, #[case] name: &str) {
    let app = TestApp::start().await;
    let browser = app.browser();
    let ended = app
        .complete(&browser, &format!("/auth/atlassian/login?{query}"), "mia")
        .await;
    assert!(!ended.header("location").contains("needs_site"));
    for product in ["jira", "confluence"] {
        assert_eq!(connection(&browser, product).await["site"]["name"], name);
    }
}

#[tokio::test]
async fn a_start_that_names_a_site_the_person_does_not_reach_leaves_the_choice_open() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let ended = app
        .complete(&browser, "/auth/jira/login?site=initech", "mia")
        .await;
    assert!(
        ended.header("location").contains("needs_site=1"),
        "{}",
        ended.header("location")
    );
    assert_eq!(connection(&browser, "jira").await["status"], "needs_site");
}

#[rstest]
#[case::typo("initech", "site=not_reached", "Acme")]
#[case::another("globex", "", "Globex")]
#[case::by_cloud_id(GLOBEX, "", "Globex")]
#[tokio::test]
async fn a_wish_that_cannot_be_met_takes_no_chosen_site_away_and_is_told(
    #[case] asked: &str,
    #[case] told: &str,
    #[case] name: &str,
) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let start = format!("/auth/atlassian/login?site={asked}");
    let ended = app.complete(&browser, &start, "mia").await;
    let location = ended.header("location");
    assert!(!location.contains("needs_site"), "{location}");
    assert!(location.contains(told), "{location}");
    assert_eq!(location.contains("not_reached"), !told.is_empty());
    for product in ["jira", "confluence"] {
        let seen = connection(&browser, product).await;
        assert_eq!(
            (&seen["status"], &seen["site"]["name"]),
            (&json!("active"), &json!(name))
        );
    }
    let page = location.strip_prefix(crate::support::app::ORIGIN);
    let page = browser.get(page.unwrap_or(location)).await.body;
    let says = page.contains("does not reach the site that was asked for");
    assert_eq!(says, !told.is_empty());
}

#[tokio::test]
async fn a_login_that_reaches_other_sites_leaves_no_connection_green_on_one_that_it_does_not_reach()
{
    let app = TestApp::start().await;
    let browser = app.browser();
    let url = app.authorize_url(&browser, "/auth/atlassian/login").await;
    let callback = app
        .sandbox
        .consent(&url, "mia", Some(&["globex.atlassian.net"]))
        .await;
    browser.get(&callback.unwrap()).await;
    let on_globex = connection(&browser, "confluence").await;
    assert_eq!(on_globex["site"]["name"], "Globex", "{on_globex}");
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    let callback = app
        .sandbox
        .consent(&url, "mia", Some(&["acme.atlassian.net"]))
        .await;
    let ended = browser.get(&callback.unwrap()).await;
    let location = ended.header("location");
    assert!(location.contains("needs_site=1"), "{location}");
    let seen = connection(&browser, "confluence").await;
    assert_eq!(
        (&seen["status"], &seen["site"]),
        (&json!("needs_site"), &json!(null))
    );
    let answer = browser.get("/connectors/confluence/spaces").await;
    assert_eq!(
        (answer.status, answer.error_code()),
        (409, "NOT_CONNECTED".into())
    );
    assert_eq!(connection(&browser, "jira").await["site"]["name"], "Acme");
    // A consent that reaches it again brings it back.
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    let callback = app.sandbox.consent(&url, "mia", None).await.unwrap();
    browser.get(&callback).await;
    let seen = connection(&browser, "confluence").await;
    assert_eq!(
        (&seen["status"], &seen["site"]["name"]),
        (&json!("active"), &json!("Globex"))
    );
}

#[tokio::test]
async fn the_operators_setting_picks_the_site_for_each_product() {
    let changes = [
        ("ATLASSIAN_CLOUD_BASE_URL", "https://globex.atlassian.net"),
        ("CONFLUENCE_BASE_URL", "https://acme.atlassian.net/wiki"),
    ];
    let app = TestApp::start_with(&changes).await;
    let browser = app.logged_in_by("/auth/atlassian/login", "mia").await;
    assert_eq!(connection(&browser, "jira").await["site"]["name"], "Globex");
    assert_eq!(
        connection(&browser, "confluence").await["site"]["name"],
        "Acme"
    );
    let browser = app.logged_in_by("/auth/atlassian/login", "omar").await;
    assert_eq!(
        connection(&browser, "jira").await["site"]["name"],
        "Acme",
        "the only one wins"
    );
}

#[tokio::test]
async fn logging_in_again_keeps_the_chosen_site() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.complete(&browser, "/auth/atlassian/login", "mia").await;
    choose(&browser, "jira", json!({ "cloud_id": GLOBEX })).await;
    choose(&browser, "confluence", json!({ "cloud_id": ACME })).await;
    let again = app.browser();
    let ended = app.complete(&again, "/auth/atlassian/login", "mia").await;
    assert!(!ended.header("location").contains("needs_site"));
    assert_eq!(connection(&again, "jira").await["site"]["name"], "Globex");
    assert_eq!(
        connection(&again, "confluence").await["site"]["name"],
        "Acme"
    );
}

#[tokio::test]
async fn calls_without_a_chosen_site_are_409_and_list_the_sites() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.complete(&browser, "/auth/atlassian/login", "mia").await;
    let calls = [
        ("jira", "/connectors/jira/projects"),
        ("jira", "/connectors/jira/search"),
        ("confluence", "/connectors/confluence/spaces"),
        ("confluence", "/connectors/confluence/search"),
    ];
    for (product, path) in calls {
        let answer = browser.get(path).await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (409, "NOT_CONNECTED".into())
        );
        let sites = answer.json()["details"]["sites"].clone();
        assert_eq!(sites, connection(&browser, product).await["sites"]);
        assert_eq!(sites[1]["cloud_id"], GLOBEX);
    }
    for product in ["jira", "confluence"] {
        choose(&browser, product, json!({ "cloud_id": GLOBEX })).await;
    }
    for (_, path) in calls {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn the_chosen_site_is_the_one_that_is_called() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.complete(&browser, "/auth/atlassian/login", "mia").await;
    for cloud_id in [ACME, GLOBEX, ACME] {
        choose(&browser, "jira", json!({ "cloud_id": cloud_id })).await;
        app.sandbox.clear_journal();
        assert_eq!(browser.get("/connectors/jira/projects").await.status, 200);
        let called = app.sandbox.journal();
        let gateway = format!("/ex/jira/{cloud_id}/");
        assert!(
            called.iter().all(|call| call.path.starts_with(&gateway)),
            "{called:?}"
        );
    }
}

#[tokio::test]
async fn sites_that_a_later_consent_adds_leave_the_chosen_one() {
    let app = TestApp::start().await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.consents_replace_sites = false);
    let browser = app.browser();
    for host in ["acme.atlassian.net", "globex.atlassian.net"] {
        let url = app.authorize_url(&browser, "/auth/atlassian/login").await;
        let callback = app.sandbox.consent(&url, "mia", Some(&[host])).await;
        browser.get(&callback.unwrap()).await;
    }
    let body = connection(&browser, "jira").await;
    assert_eq!(body["status"], "active");
    assert_eq!(body["site"]["cloud_id"], ACME, "the one before stays");
    let reached: Vec<&Value> = body["sites"]
        .as_array()
        .unwrap()
        .iter()
        .map(|site| &site["cloud_id"])
        .collect();
    assert_eq!(reached.len(), 2, "{body}");
    assert!(reached.contains(&&json!(GLOBEX)), "{body}");
}

//! Sites as Atlassian lists them: odd entries, and names and addresses that change.

use rstest::rstest;
use serde_json::{Value, json};

use crate::connections::fixture::{choose, connection};
use crate::connectors::tools::fixture::{given, invoke};
use crate::support::TestApp;
use crate::support::database::Database;
use crate::support::faults::{answering, on_api};
use crate::support::journey::{ACME, GLOBEX};
use crate::support::with_query;

const LIST: &str = "/oauth/token/accessible-resources";

fn entry(cloud_id: &str, host: &str) -> Value {
    json!({
        "id": cloud_id, "name": host, "url": format!("https://{host}.atlassian.net"),
        "scopes": ["read:jira-work", "read:confluence-content.all"], "avatarUrl": null,
    })
}

fn without(field: &str, value: &Value) -> Value {
    let mut odd = entry(GLOBEX, "globex");
    odd[field] = value.clone();
    odd
}

#[rstest]
#[case::no_id(without("id", &Value::Null))]
#[case::id_of_another_kind(without("id", &json!(7)))]
#[case::no_name(without("name", &Value::Null))]
#[case::no_scopes(without("scopes", &Value::Null))]
#[case::scopes_of_another_kind(without("scopes", &json!([null])))]
#[case::no_url(without("url", &Value::Null))]
#[case::empty_url(without("url", &json!("")))]
#[case::url_without_a_host(without("url", &json!("javascript:alert(1)")))]
#[case::no_object(json!("globex"))]
#[case::nothing(Value::Null)]
#[tokio::test]
async fn one_odd_entry_is_left_out_and_does_not_end_the_login(#[case] odd: Value) {
    let app = TestApp::start().await;
    let list = json!([odd, entry(ACME, "acme")]);
    app.sandbox.fault(on_api(LIST, answering(200, &list), None));
    let browser = app.logged_in_by("/auth/atlassian/login", "mia").await;
    let status = connection(&browser, "jira").await;
    assert_eq!(status["site"]["cloud_id"], ACME, "{status}");
}

#[rstest]
#[tokio::test]
async fn a_renamed_site_has_its_new_name_and_address_after_each_time_the_list_is_read(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
    #[values("login", "resources", "choice")] read_by: &str,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .rename_site("acme", "Acme Holding", "acme-holding");
    match read_by {
        // A login for Jira alone: Confluence's connection hangs on the same grant.
        "login" => {
            app.complete(&browser, "/auth/jira/login", "mia").await;
        }
        "resources" => {
            browser.read("/api/atlassian/resources").await;
        }
        _ => {
            let renamed = json!({ "base_url": "acme-holding" });
            choose(&browser, "jira", renamed).await;
        }
    }
    for product in ["jira", "confluence"] {
        let status = connection(&browser, product).await;
        let expected = json!({
            "cloud_id": ACME, "name": "Acme Holding", "url": "https://acme-holding.atlassian.net",
        });
        assert_eq!(status["site"], expected, "{product}");
    }
    let project = &browser.read("/connectors/jira/projects?limit=1").await[0];
    assert!(project["url"].as_str().unwrap().contains("acme-holding"));
}

#[rstest]
#[tokio::test]
async fn an_address_with_the_name_that_a_site_had_before_still_leads_to_it(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
    #[values("login", "resources")] read_by: &str,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    let page = browser
        .read("/connectors/confluence/pages?space=ENG&limit=1")
        .await[0]
        .clone();
    for (old, name, new) in [
        ("acme", "Acme Holding", "acme-holding"),
        ("acme-holding", "Acme Group", "acme-group"),
    ] {
        app.sandbox.rename_site(old, name, new);
        match read_by {
            "login" => {
                app.complete(&browser, "/auth/atlassian/login", "mia").await;
            }
            _ => {
                browser.read("/api/atlassian/resources").await;
            }
        }
    }
    for host in ["acme", "acme-holding", "acme-group"] {
        let address = format!("https://{host}.atlassian.net/browse/WEB-1");
        let args = json!({ "issue_key": address });
        let issue = invoke(&browser, "jira_get_issue", args).await;
        assert_eq!(issue.status, 200, "{host}: {}", issue.body);
        assert_eq!(issue.json()["key"], "WEB-1", "{host}");
        let search = with_query("/connectors/jira/search", &[("q", &address)]);
        assert_eq!(browser.read(&search).await[0]["id"], "WEB-1", "{host}");
        let id = page["id"].as_str().unwrap();
        let address = format!("https://{host}.atlassian.net/wiki/spaces/ENG/pages/{id}/Title");
        let args = json!({ "page_id": address });
        let read = given(&browser, "confluence_get_page", args).await;
        assert_eq!(read["title"], page["title"], "{host}");
        let chosen = json!({ "base_url": host });
        choose(&browser, "jira", chosen).await;
        assert_eq!(connection(&browser, "jira").await["site"]["cloud_id"], ACME);
    }
    let elsewhere = json!({"issue_key": "https://initech.atlassian.net/browse/WEB-1"});
    let refused = invoke(&browser, "jira_get_issue", elsewhere).await;
    refused.assert_invalid(&["issue_key"], "a site that is not reached");
    // Whoever does not reach the site is led nowhere by its earlier name.
    let other = json!({"issue_key": "https://globex.atlassian.net/browse/GX-1"});
    let omar = app.logged_in("omar").await;
    let refused = invoke(&omar, "jira_get_issue", other).await;
    refused.assert_invalid(&["issue_key"], "a site of somebody else");
}

#[tokio::test]
async fn the_new_address_of_a_renamed_site_is_known_before_anybody_lists_the_sites() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.rename_site("acme", "Acme Two", "acme-two");
    app.sandbox.clear_journal();
    let address = "https://acme-two.atlassian.net/browse/WEB-1";
    let search = with_query("/connectors/jira/search", &[("q", address)]);
    assert_eq!(browser.read(&search).await[0]["id"], "WEB-1");
    let seen = connection(&browser, "jira").await;
    assert_eq!(seen["site"]["url"], "https://acme-two.atlassian.net");
    // What is nobody's is asked for once a minute at most.
    let stranger = with_query(
        "/connectors/jira/search",
        &[("q", "https://initech.atlassian.net/browse/WEB-1")],
    );
    for _ in 0..5 {
        browser.get(&stranger).await.assert_invalid(&["q"], "");
    }
    assert_eq!(lists_of_sites(&app), 1);
    app.advance(std::time::Duration::from_mins(2));
    browser.get(&stranger).await.assert_invalid(&["q"], "");
    assert_eq!(lists_of_sites(&app), 2);
}

#[tokio::test]
async fn a_site_that_was_taken_out_of_the_consent_is_offered_no_longer_once_a_call_found_it_gone() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let url = app
        .authorize_url(&app.browser(), "/auth/atlassian/login")
        .await;
    let only = Some(&["globex.atlassian.net"][..]);
    app.sandbox.consent(&url, "mia", only).await.unwrap();
    assert_eq!(browser.get("/connectors/jira/projects").await.status, 404);
    let seen = connection(&browser, "jira").await;
    assert_eq!(seen["status"], "needs_site", "{seen}");
    let offered = seen["sites"].as_array().unwrap();
    assert_eq!(offered.len(), 1);
    assert_eq!(offered[0]["name"], "Globex");
}

fn lists_of_sites(app: &TestApp) -> usize {
    let journal = app.sandbox.journal();
    let lists = journal.iter().filter(|one| one.path == LIST);
    lists.count()
}

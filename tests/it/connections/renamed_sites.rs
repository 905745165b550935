//! Sites as Atlassian lists them: odd entries, and names and addresses that change.

use rstest::rstest;
use serde_json::{Value, json};

use crate::connections::fixture::{choose, connection};
use crate::support::TestApp;
use crate::support::database::Database;
use crate::support::faults::{answering, on_api};
use crate::support::journey::{ACME, GLOBEX};

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

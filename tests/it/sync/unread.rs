//! Syncs of lists with entries that cannot be read: what is only told oddly is not gone.

use rstest::rstest;
use serde_json::{Value, json};

use crate::data_center::fixture::connected;
use crate::support::TestApp;
use crate::support::database::Database;
use crate::support::faults::{answering, on_api};
use crate::sync::fixture::{PAGES, PROJECTS, ended, fetched, start, stored_projects, synced};

const PAGES_STORED: &str = "/integrations/confluence/pages/fetch?limit=100";

#[rstest]
#[tokio::test]
async fn an_entry_that_cannot_be_read_keeps_its_row_and_the_run_says_so(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
    #[values(
        "null",
        "\"x\"",
        r#"{"id": "1", "key": null, "name": "A"}"#,
        r#"{"id": 2}"#
    )]
    odd: &str,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    synced(&browser, "jira").await;
    let before = stored_projects(&browser).await;
    let odd: Value = serde_json::from_str(odd).unwrap();
    let good = json!({"id": "9", "key": "ODD", "name": "Beside an odd one"});
    let list = json!({"values": [good, odd], "total": 2, "isLast": true});
    app.sandbox
        .fault(on_api(PROJECTS, answering(200, &list), None));
    start(&browser, "jira").await;
    let end = ended(&browser, "jira").await;
    assert_eq!(
        (&end["status"], &end["removed"], &end["error"]),
        (
            &json!("failed"),
            &json!(0),
            &json!(
                "1 of 2 entries of the list could not be read; the others are stored, and nothing was removed"
            )
        ),
        "{end}"
    );
    assert_eq!(stored_projects(&browser).await.len(), before.len() + 1);
    app.sandbox.clear_faults();
    assert_eq!(synced(&browser, "jira").await["removed"], 1);
    assert_eq!(stored_projects(&browser).await.len(), before.len());
}

#[rstest]
#[case::cloud(PAGES, json!([null, {"id": "7", "title": "No space"}]))]
#[case::data_center("/rest/api/content", json!(["x", {"id": "7", "title": "No space"}]))]
#[tokio::test]
async fn a_page_that_cannot_be_read_keeps_its_row(#[case] path: &str, #[case] odd: Value) {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = if path == PAGES {
        app.logged_in("mia").await
    } else {
        connected(&app, "mia").await
    };
    synced(&browser, "confluence").await;
    let before = fetched(&browser, PAGES_STORED).await.len();
    let list = json!({"results": odd, "_links": {}, "start": 0, "limit": 200, "size": 2});
    app.sandbox.fault(on_api(path, answering(200, &list), None));
    start(&browser, "confluence").await;
    let end = ended(&browser, "confluence").await;
    assert_eq!(
        (&end["status"], &end["removed"]),
        (&json!("failed"), &json!(0)),
        "{end}"
    );
    app.sandbox.clear_faults();
    assert_eq!(fetched(&browser, PAGES_STORED).await.len(), before);
}

#[tokio::test]
async fn a_project_of_a_data_center_without_a_key_forbids_removing() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    synced(&browser, "jira").await;
    let before = stored_projects(&browser).await.len();
    let list = json!([{"id": "9", "key": "ODD", "name": "Odd"}, {"id": "1"}, null]);
    app.sandbox
        .fault(on_api("/rest/api/2/project", answering(200, &list), None));
    start(&browser, "jira").await;
    let end = ended(&browser, "jira").await;
    assert_eq!(
        (&end["status"], &end["removed"], &end["fetched"]),
        (&json!("failed"), &json!(0), &json!(3)),
        "{end}"
    );
    assert_eq!(stored_projects(&browser).await.len(), before + 1);
}

#[tokio::test]
async fn a_list_that_says_it_has_entries_and_gives_none_is_not_empty() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let list = json!({"values": [], "total": 329, "isLast": true});
    app.sandbox
        .fault(on_api(PROJECTS, answering(200, &list), None));
    start(&browser, "jira").await;
    let end = ended(&browser, "jira").await;
    assert_eq!(
        (&end["status"], &end["error"]),
        (
            &json!("failed"),
            &json!("Jira says that there are 329 entries and gives none; nothing was removed")
        ),
        "{end}"
    );
}

//! Syncs of a Data Center: projects that come in one array, pages by their place.

use serde_json::json;

use crate::data_center::fixture::connected;
use crate::support::{Browser, TestApp};
use crate::sync::fixture::{fetched, keys, stored_projects, synced};

fn crowded(app: &TestApp, projects: u64, pages: u64) {
    let host = app.sandbox.data_center_url();
    let host = host.strip_prefix("http://").unwrap();
    app.sandbox.crowd(host, projects, pages);
}

async fn stored_pages(browser: &Browser) -> Vec<serde_json::Value> {
    fetched(browser, "/integrations/confluence/pages/fetch?limit=100").await
}

#[tokio::test]
async fn every_project_of_a_data_center_is_stored_and_those_that_go_are_removed() {
    let app = TestApp::start_with_data_center(&[]).await;
    crowded(&app, 1500, 0);
    let browser = connected(&app, "mia").await;
    let end = synced(&browser, "jira").await;
    let stored = stored_projects(&browser).await;
    assert_eq!(end["fetched"], json!(stored.len()), "{end}");
    assert_eq!(
        (&end["total"], stored.len() > 1500),
        (&end["fetched"], true)
    );
    assert_eq!(
        app.walked("/rest/api/2/project").len(),
        2,
        "a thousand at once"
    );
    assert!(keys(&stored).contains(&"C01500"));
    let host = app.sandbox.data_center_url();
    let one = stored.iter().find(|row| row["key"] == "C00001").unwrap();
    assert_eq!(one["url"], json!(format!("{host}/browse/C00001")));
    assert!(one["lead"].is_string(), "{one}");
    crowded(&app, 1000, 0);
    assert_eq!(synced(&browser, "jira").await["removed"], json!(500));
    assert_eq!(stored_projects(&browser).await.len(), stored.len() - 500);
}

#[tokio::test]
async fn every_page_of_a_data_center_is_stored_once_and_those_that_go_are_removed() {
    let app = TestApp::start_with_data_center(&[]).await;
    crowded(&app, 0, 450);
    let browser = connected(&app, "mia").await;
    let end = synced(&browser, "confluence").await;
    let stored = stored_pages(&browser).await;
    assert_eq!(end["fetched"], json!(stored.len()), "none twice: {end}");
    assert_eq!(end["upserted"], end["fetched"]);
    assert!(stored.len() > 450, "{}", stored.len());
    let asked = app.walked("/rest/api/content");
    assert_eq!(asked.len(), 3, "{asked:?}");
    let host = app.sandbox.data_center_url();
    let one = stored
        .iter()
        .find(|row| row["title"] == "Crowd 450")
        .unwrap();
    assert_eq!(one["space_key"], "CROWD");
    let page = one["page_id"].as_str().unwrap();
    assert_eq!(
        one["url"],
        json!(format!("{host}/pages/viewpage.action?pageId={page}"))
    );
    crowded(&app, 0, 300);
    assert_eq!(synced(&browser, "confluence").await["removed"], json!(150));
    assert_eq!(stored_pages(&browser).await.len(), stored.len() - 150);
}

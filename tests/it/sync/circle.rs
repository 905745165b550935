//! Syncs of a list without end: a server that hands out cursors in a circle.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::faults::{answering, on_api};
use crate::sync::fixture::{PAGES, ended, start};

/// A page of one entry that leads to `cursor`.
fn leading_to(cursor: &str) -> Value {
    json!({
        "results": [{"id": "98400", "title": "Home", "spaceId": "98306"}],
        "_links": {"next": format!("/wiki/api/v2/pages?cursor={cursor}")},
    })
}

#[rstest]
#[case::of_one(&["x"], 2)]
#[case::of_two(&["x", "y"], 3)]
#[tokio::test]
async fn a_sync_ends_where_cursors_lead_in_a_circle(#[case] circle: &[&str], #[case] asked: usize) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for cursor in circle.iter().cycle().take(10) {
        let page = answering(200, &leading_to(cursor));
        app.sandbox.fault(on_api(PAGES, page, Some(1)));
    }
    start(&browser, "confluence").await;
    let end = ended(&browser, "confluence").await;
    assert_eq!(
        (&end["status"], &end["removed"]),
        (&json!("failed"), &json!(0)),
        "{end}"
    );
    let why = end["error"].as_str().unwrap();
    assert!(why.contains("a list that leads to itself"), "{why}");
    assert_eq!(app.walked(PAGES).len(), asked);
}

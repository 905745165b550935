//! Health, readiness, and the envelope around everything.

use crate::support::TestApp;

#[tokio::test]
async fn an_unknown_path_is_404_and_a_wrong_method_405_with_allow_both_in_the_envelope() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let unknown = browser.get("/no/such/path").await;
    assert_eq!(
        (unknown.status, unknown.error_code().as_str()),
        (404, "NOT_FOUND")
    );
    let wrong = browser.post("/health", serde_json::json!({})).await;
    assert_eq!(
        (wrong.status, wrong.error_code().as_str()),
        (405, "VALIDATION")
    );
    assert!(wrong.header("allow").contains("GET"));
}

//! Logging in with Atlassian: starts, callbacks, endings.

use crate::support::TestApp;

#[tokio::test]
async fn a_person_logs_in_and_is_still_known_on_the_next_request() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let session = browser.get("/auth/session").await.json();
    assert_eq!(session["authenticated"], true);
    assert_eq!(session["user"]["display_name"], "Mia Krystof");
    assert_eq!(session["connections"].as_array().unwrap().len(), 2);
}

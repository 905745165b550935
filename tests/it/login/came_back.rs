//! People who go back to Atlassian's page after a login was declined or finished, and answer it once more.

use crate::support::journey::parameter;
use crate::support::{Browser, TestApp};

async fn who(browser: &Browser) -> String {
    let session = browser.read("/auth/session").await;
    session["user"]["display_name"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn another_choice_after_a_finished_login_is_not_said_to_be_taken_over() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let start = "/auth/atlassian/login?return_url=/connected";
    let url = app.authorize_url(&browser, start).await;
    let first = app.sandbox.consent(&url, "mia", None).await.unwrap();
    assert_eq!(browser.get(&first).await.status, 303);
    let mia = who(&browser).await;
    let second = app.sandbox.consent(&url, "omar", None).await.unwrap();
    assert_ne!(parameter(&first, "code"), parameter(&second, "code"));
    let page = browser.navigate(&second).await.body;
    for words in [
        format!("you are logged in as {mia}."),
        String::from("that was not taken over: start again to change it"),
        String::from("Start again"),
        String::from("Go on"),
    ] {
        assert!(page.contains(&words), "{words}: {page}");
    }
    assert_eq!(who(&browser).await, mia);
}

#[tokio::test]
async fn who_declines_and_then_accepts_is_told_so_in_words_for_people() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    let accepted = app.sandbox.consent(&url, "mia", None).await.unwrap();
    let state = parameter(&accepted, "state").unwrap();
    let declined = format!("/auth/jira/callback?error=access_denied&state={state}");
    browser.navigate(&declined).await;
    app.sandbox.clear_journal();
    let page = browser.navigate(&accepted).await.body;
    assert!(
        page.contains("it was declined, finished or broken off before"),
        "{page}"
    );
    assert!(
        !page.contains("fetch") && page.contains("Start again"),
        "{page}"
    );
    app.assert_nothing_sent();
}

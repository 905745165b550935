//! A person in a browser gets pages, and a program at the same address gets JSON.

use rstest::rstest;

use crate::dashboard::own_pages::assert_strict;
use crate::support::{Answer, Browser, TestApp};

/// As a browser asks that only says where it goes.
async fn navigate(browser: &Browser, path: &str) -> Answer {
    let headers = [
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ];
    browser.get_with(path, &headers).await
}

#[rstest]
#[case("/no/such/page", 404, "There is nothing here")]
#[case("/dashboard/no-such-page", 404, "There is nothing here")]
#[case("/docs/no-such-file.js", 404, "There is nothing here")]
#[case("/connectors/jira/projects", 401, "Log in first")]
#[case("/connectors/trello/connection", 404, "There is nothing here")]
#[case("/auth/trello/login", 404, "There is nothing here")]
#[case("/auth/logout", 405, "does not accept this method")]
#[case(
    "/auth/jira/login?return_url=https://evil.example",
    400,
    "is not listed here"
)]
#[case("/auth/jira/login?return_url=%00", 400, "This login cannot start")]
#[case("/auth/jira/login?site=a.b", 422, "This did not work")]
#[case("/auth/jira/login?scope=read", 422, "knows no scope read")]
#[case("/login?tenant=%00", 422, "NUL character")]
#[case("/auth/jira/callback?state=x&state=y", 422, "This did not work")]
#[tokio::test]
async fn a_failure_is_a_page_for_people_and_the_envelope_for_programs(
    #[case] path: &str,
    #[case] status: u16,
    #[case] words: &str,
) {
    let app = TestApp::start().await;
    let page = navigate(&app.browser(), path).await;
    assert_eq!(page.status, status, "{}", page.body);
    assert_strict(&page);
    assert!(page.body.contains(words), "{}", page.body);
    let over_http = [("upgrade-insecure-requests", "1")];
    let same = app.browser().get_with(path, &over_http).await;
    assert_strict(&same);
    assert!(same.body.contains(words), "{}", same.body);
    assert!(page.body.contains("href=\"/"), "a way on: {}", page.body);
    assert!(!page.header("x-request-id").is_empty());
    let text_html = [("accept", "text/html, image/gif, */*; q=.2")];
    for headers in [&[][..], &text_html, &[("sec-fetch-mode", "cors")]] {
        let answer = app.browser().get_with(path, headers).await;
        assert_eq!(answer.status, status, "{headers:?}");
        answer.error_code();
    }
}

#[tokio::test]
async fn too_many_logins_are_a_page_that_says_how_long_to_wait() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for _ in 0..30 {
        assert_eq!(navigate(&browser, "/auth/jira/login").await.status, 307);
    }
    let page = navigate(&browser, "/auth/jira/login").await;
    assert_eq!((page.status, page.header("retry-after")), (429, "60"));
    assert_strict(&page);
    assert!(page.body.contains("Wait 60 seconds"), "{}", page.body);
}

#[tokio::test]
async fn without_an_app_a_start_is_a_page() {
    let unset = [("ATLASSIAN_CLIENT_ID", ""), ("ATLASSIAN_CLIENT_SECRET", "")];
    let app = TestApp::start_with(&unset).await;
    for start in ["/auth/jira/login", "/api/v1/auth/atlassian/login"] {
        let page = navigate(&app.browser(), start).await;
        assert_eq!(page.status, 400, "{start}");
        assert_strict(&page);
        assert!(
            page.body.contains("No Atlassian app is configured"),
            "{}",
            page.body
        );
        assert!(page.body.contains("href=\"/login\""), "{}", page.body);
    }
}

#[tokio::test]
async fn the_first_page_and_the_pages_with_a_slash_at_their_end_are_pages() {
    let app = TestApp::start().await;
    let (stranger, omar) = (app.browser(), app.logged_in("omar").await);
    for (path, status) in [
        ("/", 200),
        ("/login/", 200),
        ("/connected/", 200),
        ("/dashboard/", 401),
        ("/dashboard/token/", 401),
    ] {
        let page = navigate(&stranger, path).await;
        assert_eq!(page.status, status, "{path}");
        assert_strict(&page);
        let page = navigate(&omar, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.body.contains("Omar Haddad"), "{path}: {}", page.body);
    }
    let program = stranger.read("/").await;
    assert_eq!(program["docs"], "/docs");
    let open = app.another_process_with(&[("AUTH_MODE", "open")]).await;
    let page = navigate(&Browser::new(open.router()), "/dashboard/").await;
    assert_eq!(page.status, 200, "{}", page.body);
}

#[tokio::test]
async fn what_a_person_is_not_connected_to_leads_to_where_it_is_connected() {
    let app = TestApp::start().await;
    let browser = app.logged_in_by("/auth/jira/login", "omar").await;
    let page = navigate(&browser, "/connectors/confluence/spaces").await;
    assert_eq!(page.status, 409);
    assert!(
        page.body.contains("<h1>A connection is needed</h1>"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("href=\"/connected\">See"),
        "{}",
        page.body
    );
    let page = navigate(&browser, "/connected").await;
    assert!(
        page.body.contains("/auth/confluence/login"),
        "{}",
        page.body
    );
}

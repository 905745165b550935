//! Our own pages: what they say in each state, and that nothing hostile gets into them.

use integration_backend::model::api_key::KeyScope;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::faults::{answering, on_api};
use crate::support::journey::{ACME, GLOBEX};
use crate::support::{Answer, Browser, TestApp};

/// Asserts what holds for every page of ours.
pub(crate) fn assert_strict(page: &Answer) {
    assert!(
        page.header("content-type").starts_with("text/html"),
        "{}",
        page.body
    );
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("cache-control"), "no-store");
    let body = page.body.to_ascii_lowercase();
    // Text may say anything, once it is escaped; tags may not.
    let tags: Vec<&str> = body
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .collect();
    for tag in tags {
        let hostile = [" style=", " on", "javascript:"]
            .iter()
            .any(|sign| tag.contains(sign));
        let foreign = ["style", "iframe", "base", "object"]
            .iter()
            .any(|name| tag.split([' ', '/']).next() == Some(name));
        assert!(!hostile && !foreign, "<{tag}>");
    }
    for script in body.split("<script").skip(1) {
        assert!(
            script.contains(" src=\"/static/") && script.contains("></script>"),
            "{script}"
        );
    }
}

/// Where a page's links to starts of a login lead.
pub(crate) fn starts(page: &str, provider: &str) -> Vec<String> {
    let start = format!("/auth/{provider}/login?redirect=true");
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|address| address.starts_with(&start))
        .map(|address| address.replace("&amp;", "&").replace("&#38;", "&"))
        .collect()
}

async fn page(browser: &Browser, path: &str) -> String {
    let page = browser.navigate(path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_strict(&page);
    page.body
}

#[tokio::test]
async fn the_login_page_offers_each_login() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let body = page(&browser, "/login").await;
    for provider in ["atlassian", "jira", "confluence"] {
        let starts = starts(&body, provider);
        assert_eq!(starts.len(), 1, "{body}");
        assert_eq!(browser.navigate(&starts[0]).await.status, 307);
    }
    app.log_in(&browser, "omar").await;
    assert!(
        page(&browser, "/login")
            .await
            .contains("logged in as <strong>Omar Haddad</strong>")
    );
}

#[tokio::test]
async fn without_an_app_the_login_page_tells_the_operator_what_to_do() {
    let app =
        TestApp::start_with(&[("ATLASSIAN_CLIENT_ID", ""), ("ATLASSIAN_CLIENT_SECRET", "")]).await;
    let body = page(&app.browser(), "/login").await;
    assert!(body.contains("ATLASSIAN_CLIENT_ID"));
    assert!(
        body.contains("ATLASSIAN_REDIRECT_URI=http://localhost:3001/auth/atlassian/callback"),
        "without it, each product's login has a callback of its own"
    );
    assert!(!body.contains("/login?redirect=true"));
}

#[tokio::test]
async fn without_an_app_the_login_page_names_the_scopes_and_what_works_already() {
    let unset = [("ATLASSIAN_CLIENT_ID", ""), ("ATLASSIAN_CLIENT_SECRET", "")];
    let app = TestApp::start_with(&unset).await;
    let body = page(&app.browser(), "/login").await;
    for scope in ["read:me", "read:jira-work", "write:jira-work"] {
        assert!(body.contains(scope), "{scope}: {body}");
    }
    assert!(
        body.contains("http://localhost:3001/auth/jira/api-token"),
        "{body}"
    );
    assert!(!body.contains("nobody can log in"), "{body}");
    let neither = [&unset[..], &[("ENABLE_API_TOKEN_LOGIN", "false")]].concat();
    let app = TestApp::start_with(&neither).await;
    let body = page(&app.browser(), "/login").await;
    assert!(body.contains("nobody can log in"), "{body}");
    assert!(!body.contains("api-token"), "{body}");
}

#[rstest]
#[case("access_denied", "declined")]
#[case("exchange_failed", "start it again")]
#[case("client_secret_missing", "no client secret")]
#[case("server_misconfigured", "client id or secret")]
#[case("invalid_scope", "scopes")]
#[case("not_allowed", "may be used here")]
#[case("no_site", "reaches no site")]
#[case("identity_unavailable", "User Identity API")]
#[case("temporarily_unavailable", "try again")]
#[tokio::test]
async fn both_pages_explain_a_failure_in_words(#[case] error: &str, #[case] words: &str) {
    let app = TestApp::start().await;
    for path in ["/login", "/connected"] {
        let body = page(&app.browser(), &format!("{path}?error={error}")).await;
        assert!(body.contains(words), "{body}");
        assert!(body.contains("role=\"alert\""));
    }
}

#[tokio::test]
async fn the_pages_show_nothing_of_their_address() {
    let app = TestApp::start().await;
    let hostile = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for path in ["/login", "/connected"] {
        for name in ["error", "connected", "status", "needs_site", "state"] {
            let body = page(&app.browser(), &format!("{path}?{name}={hostile}")).await;
            assert!(!body.contains("alert(1)"), "{body}");
        }
    }
}

#[tokio::test]
async fn nobody_is_told_that_they_are_connected_because_an_address_says_so() {
    let app = TestApp::start().await;
    let body = page(&app.browser(), "/connected?connected=jira").await;
    assert!(body.contains("Nobody is logged in"));
    assert!(!body.contains("You are logged in"));
}

#[tokio::test]
async fn the_connections_page_shows_each_state() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let ended = app.complete(&browser, "/auth/jira/login", "mia").await;
    let body = page(&browser, ended.header("location")).await;
    assert!(body.contains("Please choose the site to use"), "{body}");
    assert!(body.contains("Choose a site") && body.contains("Not connected"));
    for (cloud_id, name) in [
        (ACME, "Acme (acme.atlassian.net)"),
        (GLOBEX, "Globex (globex.atlassian.net)"),
    ] {
        assert!(
            body.contains(&format!("<option value=\"{cloud_id}\">{name}</option>")),
            "{body}"
        );
    }
    assert_eq!(starts(&body, "confluence").len(), 1, "{body}");
    browser
        .patch("/connectors/jira/connection", json!({ "cloud_id": GLOBEX }))
        .await;
    let body = page(&browser, "/connected").await;
    for words in ["Globex</a>", "Mia Krystof", "Atlassian login"] {
        assert!(body.contains(words), "{words}: {body}");
    }
    assert!(
        body.contains(&format!("<option value=\"{GLOBEX}\" selected>")),
        "{body}"
    );
    app.sandbox.revoke_grants("mia");
    browser.get("/api/atlassian/resources").await;
    let body = page(&browser, "/connected").await;
    assert!(body.contains("Log in again"), "{body}");
    assert_eq!(starts(&body, "jira").len(), 1, "{body}");
}

/// What a person could change with: buttons and forms for anything but logging in and out.
fn offers_to_write(body: &str) -> Vec<&str> {
    [
        "<form",
        "<select",
        "Disconnect",
        "Use this site",
        "Refresh now",
    ]
    .into_iter()
    .filter(|words| body.contains(words))
    .collect()
}

#[rstest]
#[case("/auth/jira/login")]
#[case("/auth/atlassian/login?site=acme")]
#[tokio::test]
async fn who_may_not_write_is_offered_nothing_to_write_with(#[case] start: &str) {
    let app = TestApp::start_with(&[("READ_ONLY", "true")]).await;
    let browser = app.browser();
    app.complete(&browser, start, "mia").await;
    for path in ["/connected", "/login", "/login?error=no_site"] {
        let body = page(&browser, path).await;
        assert_eq!(offers_to_write(&body), Vec::<&str>::new(), "{path}: {body}");
    }
    let body = page(&browser, "/connected").await;
    assert!(body.contains("READ_ONLY=true"), "{body}");
    assert!(body.contains("looks-only") && body.contains("id=\"logout\""));
    let app = TestApp::start().await;
    let reader = app.api_key("service", "default", &[KeyScope::Read]).await;
    let headers = [
        ("authorization", reader.as_str()),
        ("sec-fetch-mode", "navigate"),
    ];
    let body = app.browser().get_with("/connected", &headers).await.body;
    assert!(body.contains("Your API key may only read"), "{body}");
    assert_eq!(offers_to_write(&body), Vec::<&str>::new(), "{body}");
    let browser = app.browser();
    app.complete(&browser, start, "mia").await;
    let body = page(&browser, "/connected").await;
    assert!(offers_to_write(&body).len() >= 4, "{body}");
}

#[tokio::test]
async fn the_page_ending_shows_how_it_came_out() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let ended = app
        .complete(&browser, "/api/v1/auth/atlassian/login", "omar")
        .await;
    assert_strict(&ended);
    assert!(ended.body.contains("You are logged in"));
    let url = app
        .authorize_url(&browser, "/api/v1/auth/atlassian/login")
        .await;
    let declined = browser
        .navigate(&app.sandbox.decline(&url).await.unwrap())
        .await;
    assert_eq!(declined.status, 400);
    assert_strict(&declined);
    assert!(declined.body.contains("declined") && declined.body.contains("Start again"));
    let refused = browser.navigate("/auth/jira/callback?state=x&code=y").await;
    assert_eq!(refused.status, 422);
    assert_strict(&refused);
}

fn answers(app: &TestApp, path: &str, body: &Value) {
    app.sandbox.fault(on_api(path, answering(200, body), None));
}

#[tokio::test]
async fn hostile_names_of_people_and_sites_are_shown_as_text() {
    let app = TestApp::start().await;
    let hostile = "\"><script>alert('x')</script><img src=x onerror=alert(1)>";
    answers(
        &app,
        "/me",
        &json!({ "account_id": "a-1", "name": hostile, "email": hostile }),
    );
    let site = |id: &str, url: &str| json!({ "id": id, "name": hostile, "url": url, "scopes": ["read:jira-work"], "avatarUrl": "javascript:alert(1)" });
    let sites = json!([
        site(ACME, "https://acme.atlassian.net"),
        site(GLOBEX, "javascript:alert(1)//x.atlassian.net")
    ]);
    answers(&app, "/oauth/token/accessible-resources", &sites);
    let browser = app.browser();
    app.complete(&browser, "/auth/jira/login?site=acme", "omar")
        .await;
    for path in ["/connected", "/login"] {
        let body = page(&browser, path).await;
        assert!(
            !body.contains("<script>alert") && !body.contains("<img src=x"),
            "{body}"
        );
        assert!(body.contains("alert(&#39;x&#39;)"), "{body}");
    }
}

#[tokio::test]
async fn what_the_pages_load_is_there_and_is_ours() {
    let app = TestApp::start().await;
    for (path, media_type) in [
        ("/static/pages.css", "text/css; charset=utf-8"),
        ("/static/connected.js", "text/javascript; charset=utf-8"),
        ("/static/icon.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
    ] {
        let file = app.browser().get(path).await;
        assert_eq!(
            (file.status, file.header("content-type")),
            (200, media_type)
        );
        assert!(
            file.header("content-security-policy")
                .starts_with("default-src 'none'"),
            "{path}"
        );
        assert!(
            !file.body.contains("https://") && !file.body.contains("innerHTML"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn where_nothing_can_be_changed_a_login_names_its_site() {
    let app = TestApp::start_with(&[("READ_ONLY", "true")]).await;
    let browser = app.browser();
    app.complete(&browser, "/auth/jira/login", "mia").await;
    let body = page(&browser, "/connected").await;
    let again =
        "/auth/jira/login?redirect=true&#38;return_url=/connected&amp;site=acme.atlassian.net";
    assert!(body.contains(again), "{body}");
    let start = "/auth/jira/login?redirect=true&return_url=/connected&site=acme.atlassian.net";
    app.complete(&browser, start, "mia").await;
    let body = page(&browser, "/connected").await;
    assert!(!body.contains("Log in for Acme"), "{body}");
}

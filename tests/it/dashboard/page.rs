//! The dashboard's page: who sees it, what it says before any script runs, and that nothing leaks.

use integration_backend::model::api_key::KeyScope;
use rstest::rstest;
use serde_json::json;

use crate::dashboard::own_pages::{assert_strict, starts};
use crate::support::faults::{answering, on_api};
use crate::support::{Answer, Browser, TestApp};

const PAGE: &str = "/dashboard/token";

/// Goes to the page, which must be there.
async fn shown(browser: &Browser, path: &str) -> String {
    let page = browser.navigate(path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_strict(&page);
    page.body
}

/// The part of the page about one product.
fn card<'a>(page: &'a str, product: &str) -> &'a str {
    let mark = format!("<section class=\"card product\" data-product=\"{product}\"");
    let (_, rest) = page.split_once(&mark).expect("the product's card");
    rest.split_once("</section>").expect("its end").0
}

fn shows_nobody(page: &Answer) {
    assert_strict(page);
    for hers in ["Mia", "acme", "data-product", "Disconnect"] {
        assert!(!page.body.contains(hers), "{hers}: {}", page.body);
    }
}

#[rstest]
#[case("/dashboard")]
#[case(PAGE)]
#[tokio::test]
async fn a_person_sees_their_connections_before_any_script_runs(#[case] path: &str) {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let page = shown(&browser, path).await;
    for product in ["jira", "confluence"] {
        let card = card(&page, product);
        for words in [
            "> Connected</span>",
            "Acme</a>",
            "Omar Haddad",
            "Atlassian login",
        ] {
            assert!(card.contains(words), "{words}: {card}");
        }
        assert!(card.contains("granted</summary>"), "{card}");
        assert!(card.contains("<code>read:jira-work</code>"), "{card}");
        assert!(
            card.contains("Token expires</dt><dd><time datetime=\"20"),
            "{card}"
        );
    }
    assert!(page.contains("<strong>Omar Haddad</strong>"));
    assert!(!page.contains("looks-only"));
}

#[tokio::test]
async fn without_a_principal_there_are_login_buttons_that_lead_back() {
    let app = TestApp::start().await;
    app.logged_in("mia").await;
    let stranger = app.browser();
    let page = stranger.navigate(PAGE).await;
    assert_eq!(page.status, 401);
    shows_nobody(&page);
    for provider in ["atlassian", "jira", "confluence"] {
        let start = starts(&page.body, provider);
        assert_eq!(start.len(), 1, "{}", page.body);
        assert!(
            start[0].ends_with("return_url=/dashboard/token"),
            "{start:?}"
        );
    }
    let start = starts(&page.body, "atlassian").remove(0);
    let ended = app.complete(&stranger, &start, "omar").await;
    let location = ended.header("location");
    assert!(
        location
            .ends_with("/dashboard/token?connected=atlassian&provider=atlassian&status=success"),
        "{location}"
    );
    let page = shown(&stranger, location).await;
    assert!(page.contains("You are logged in and connected."), "{page}");
}

#[tokio::test]
async fn a_program_without_a_principal_gets_the_envelope() {
    let app = TestApp::start().await;
    let answer = app.browser().get(PAGE).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (401, "UNAUTHORIZED")
    );
    let bad = app
        .browser()
        .get_with(PAGE, &[("x-session-token", "ibs_nothing")])
        .await;
    assert_eq!(bad.status, 401);
}

#[tokio::test]
async fn head_answers_as_get_does_without_a_body() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let navigation = [("sec-fetch-mode", "navigate"), ("accept", "text/html")];
    for (browser, status) in [(&browser, 200), (&app.browser(), 401)] {
        let answer = browser.send("HEAD", PAGE, &navigation, None).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.body, "");
        assert!(answer.header("content-type").starts_with("text/html"));
    }
    let posted = browser.post(PAGE, json!({})).await;
    assert_eq!(posted.status, 405);
}

#[tokio::test]
async fn a_namespace_has_its_own_page_and_its_logins_stay_in_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = shown(&browser, "/dashboard/token?tenant=acme").await;
    assert!(page.contains("data-tenant=\"acme\""), "{page}");
    assert!(card(&page, "jira").contains("Not connected"), "{page}");
    let start = starts(&page, "jira").remove(0);
    assert_eq!(
        start,
        "/auth/jira/login?redirect=true&return_url=/dashboard/token%3Ftenant%3Dacme&tenant=acme"
    );
    let ended = app.complete(&browser, &start, "mia").await;
    let page = shown(&browser, ended.header("location")).await;
    assert!(page.contains("data-tenant=\"acme\""), "{page}");
    assert!(card(&page, "jira").contains("Choose a site"), "{page}");
    let bad = browser
        .navigate("/dashboard/token?tenant=%22%3E%3Cscript%3E")
        .await;
    assert_eq!(bad.status, 422);
    assert_strict(&bad);
}

#[tokio::test]
async fn in_open_mode_whoever_is_on_the_machine_sees_it_and_nobody_else() {
    let app = TestApp::start_with(&[("AUTH_MODE", "open")]).await;
    let page = shown(&app.browser(), PAGE).await;
    assert!(page.contains("Open mode"), "{page}");
    assert!(!page.contains("id=\"logout\""), "{page}");
    let neighbour = app.browser().on_machine("192.168.1.20");
    let refused = neighbour.navigate(PAGE).await;
    assert_eq!(refused.status, 403);
    shows_nobody(&refused);
    assert!(refused.body.contains("answers this machine only"));
    let foreign = [
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-dest", "iframe"),
        ("accept", "text/html"),
    ];
    let framed = app.browser().get_with(PAGE, &foreign).await;
    assert_eq!(framed.status, 403);
    shows_nobody(&framed);
    let link = [
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-dest", "document"),
        ("accept", "text/html"),
    ];
    assert_eq!(app.browser().get_with(PAGE, &link).await.status, 200);
}

#[tokio::test]
async fn who_may_not_write_is_told_why_the_buttons_are_missing() {
    let app = TestApp::start_with(&[("READ_ONLY", "true")]).await;
    let page = shown(&app.logged_in("mia").await, PAGE).await;
    assert!(page.contains("READ_ONLY=true"), "{page}");
    assert!(page.contains("looks-only"), "{page}");

    let app = TestApp::start().await;
    let reader = app.api_key("service", "default", &[KeyScope::Read]).await;
    let headers = [
        ("authorization", reader.as_str()),
        ("sec-fetch-mode", "navigate"),
    ];
    let page = app.browser().get_with(PAGE, &headers).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Your API key may only read"),
        "{}",
        page.body
    );
    let writer = app.api_key("service", "default", &[KeyScope::Write]).await;
    let headers = [
        ("authorization", writer.as_str()),
        ("sec-fetch-mode", "navigate"),
    ];
    assert_eq!(app.browser().get_with(PAGE, &headers).await.status, 403);
}

#[tokio::test]
async fn the_address_says_how_a_login_ended_and_nothing_of_it_is_repeated() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = shown(&browser, "/dashboard/token?error=access_denied").await;
    assert!(page.contains("declined"), "{page}");
    let hostile = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for name in ["error", "connected", "status", "needs_site", "state"] {
        let page = shown(&browser, &format!("/dashboard/token?{name}={hostile}")).await;
        assert!(!page.contains("alert(1)"), "{page}");
    }
}

#[tokio::test]
async fn hostile_names_and_scopes_are_text_and_hostile_addresses_are_no_links() {
    let app = TestApp::start().await;
    let hostile = "\"><script>alert('x')</script><img src=x onerror=alert(1)>";
    let profile = json!({ "account_id": "a-1", "name": hostile, "email": hostile });
    app.sandbox
        .fault(on_api("/me", answering(200, &profile), None));
    let browser = app.browser();
    app.complete(&browser, "/auth/jira/login?site=acme", "omar")
        .await;
    let page = shown(&browser, PAGE).await;
    assert!(
        !page.contains("<script>alert") && !page.contains("<img src=x"),
        "{page}"
    );
    assert!(page.contains("alert(&#39;x&#39;)"), "{page}");
}

#[tokio::test]
async fn no_secret_is_on_the_page() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = shown(&browser, PAGE).await;
    let session = browser.cookie("ib_session").unwrap();
    assert!(!page.contains(&session));
    for kind in ["ibs_", "ibk_", "sandbox-secret", "eyJ"] {
        assert!(!page.contains(kind), "{kind}");
    }
}

#[rstest]
#[case("/static/dashboard.js")]
#[case("/static/parts/call.js")]
#[case("/static/parts/chart.js")]
#[case("/static/parts/choices.js")]
#[case("/static/parts/confluence.js")]
#[case("/static/parts/connections.js")]
#[case("/static/parts/controls.js")]
#[case("/static/parts/dom.js")]
#[case("/static/parts/drawer.js")]
#[case("/static/parts/history.js")]
#[case("/static/parts/issue.js")]
#[case("/static/parts/jira.js")]
#[case("/static/parts/lists.js")]
#[case("/static/parts/markdown.js")]
#[case("/static/parts/new_issue.js")]
#[case("/static/parts/problems.js")]
#[case("/static/parts/question.js")]
#[case("/static/parts/stream.js")]
#[case("/static/parts/sync.js")]
#[case("/static/parts/times.js")]
#[tokio::test]
async fn a_module_is_ours_and_sets_text_as_text(#[case] path: &str) {
    let app = TestApp::start().await;
    let file = app.browser().get(path).await;
    assert_eq!(
        (file.status, file.header("content-type")),
        (200, "text/javascript; charset=utf-8")
    );
    assert!(
        file.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    for means in [
        "https://",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "localStorage",
    ] {
        assert!(!file.body.contains(means), "{means} in {path}");
    }
    let imports = file.body.split(" from \"").skip(1);
    for import in imports.filter_map(|rest| rest.split('"').next()) {
        let address = import.replace("./parts/", "/static/parts/");
        let address = address.replace("./", "/static/parts/");
        assert_eq!(app.browser().get(&address).await.status, 200, "{import}");
    }
}

#[tokio::test]
async fn a_module_that_does_not_exist_is_not_found() {
    let app = TestApp::start().await;
    for path in ["/static/parts/nothing.js", "/static/parts/..%2fpages.css"] {
        let answer = app.browser().get(path).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (404, "NOT_FOUND")
        );
    }
}

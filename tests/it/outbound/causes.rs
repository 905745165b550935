//! The cause of a failure is told: whose it is, in Atlassian's own words, without anything secret.

use atlassian_sandbox::FaultAction;
use integration_backend::model::product::Product;
use integration_backend::policy;
use rstest::rstest;
use serde_json::{Value, json};

use crate::data_center::fixture::connect;
use crate::outbound::fixture::{LIST, is_vendors};
use crate::support::faults::{answering, answering_text, on_api};
use crate::support::{Answer, Browser, TestApp};

const PAGE: &str = "<!DOCTYPE html><html><body>Access denied</body></html>";

fn page(status: u16, headers: &[(&str, &str)]) -> FaultAction {
    let mut headers: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    headers.push((String::from("content-type"), String::from("text/html")));
    FaultAction::Status {
        status,
        headers,
        body: PAGE.to_owned(),
    }
}

async fn log_in(app: &TestApp) -> Answer {
    let login =
        json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme"});
    app.browser().post("/auth/jira/api-token", login).await
}

#[rstest]
#[case::limited(FaultAction::RateLimit { retry_after: "40".into(), reason: "jira-burst-based".into() }, 429, "RATE_LIMITED", "rate limit")]
#[case::allow_list(page(403, &[]), 403, "FORBIDDEN", "IP allow list")]
#[case::captcha(page(403, &[("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=https://acme.atlassian.net/login.jsp")]), 403, "FORBIDDEN", "CAPTCHA")]
#[case::captcha_as_401(page(401, &[("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=https://acme.atlassian.net/login.jsp"), ("X-Seraph-LoginReason", "AUTHENTICATION_DENIED")]), 403, "FORBIDDEN", "CAPTCHA")]
#[case::down(page(503, &[]), 502, "VENDOR_ERROR", "503")]
#[case::unpaid(page(402, &[]), 502, "VENDOR_ERROR", "402")]
#[tokio::test]
async fn a_login_with_an_api_token_says_why_the_site_did_not_look_at_it(
    #[case] action: FaultAction,
    #[case] status: u16,
    #[case] code: &str,
    #[case] words: &str,
    #[values("/_edge/tenant_info", "/myself")] place: &str,
) {
    let app = TestApp::start().await;
    app.sandbox.fault(on_api(place, action, None));
    let answer = log_in(&app).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (status, code),
        "{}",
        answer.body
    );
    let told = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(
        told.contains(words) && !told.contains("no such site"),
        "{told}"
    );
    if status == 429 {
        assert_eq!(answer.header("retry-after"), "40");
    }
}

const BASIC_IS_OFF: &str = "Basic authentication has been disabled on this instance";

/// What both ways to a site say, with which status and word the login answers then, and what it tells.
#[rstest]
#[case::ip_list(answering(403, &json!({"message": "IP not allowed by allowlist"})), 403, "IP not allowed")]
#[case::basic_is_off(answering(403, &json!({"message": BASIC_IS_OFF})), 403, BASIC_IS_OFF)]
#[case::captcha(page(403, &[("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE"), ("X-Seraph-LoginReason", "AUTHENTICATION_DENIED")]), 403, "CAPTCHA")]
#[case::no_such_product(page(404, &[]), 422, "answers on this site")]
#[case::single_sign_on(page(401, &[("WWW-Authenticate", "Negotiate")]), 403, "single sign-on")]
#[tokio::test]
async fn a_token_that_nobody_judged_is_not_said_to_be_refused_and_does_not_count(
    #[case] action: FaultAction,
    #[case] status: u16,
    #[case] words: &str,
    #[values("jira", "confluence")] product: &str,
) {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.sandbox.fault(on_api("/myself", action.clone(), None));
    app.sandbox.fault(on_api("/user/current", action, None));
    let path = format!("/auth/{product}/api-token");
    let login =
        json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme"});
    for time in 0..12 {
        let answer = browser.post(&path, login.clone()).await;
        assert_eq!(answer.status, status, "{time}: {}", answer.body);
        assert!(answer.body.contains(words), "{}", answer.body);
        assert!(
            !answer.body.contains("credential_rejected"),
            "{}",
            answer.body
        );
    }
    app.sandbox.clear_faults();
    assert_eq!(browser.post(&path, login).await.status, 200);
}

#[rstest]
#[case::captcha(page(403, &[("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE"), ("X-Seraph-LoginReason", "AUTHENTICATION_DENIED")]), 403, "CAPTCHA")]
#[case::forged(answering_text(403, "XSRF check failed"), 403, "403")]
#[case::single_sign_on(page(401, &[("WWW-Authenticate", "Negotiate")]), 403, "single sign-on")]
#[case::login_page(page(200, &[]), 422, "context path")]
#[case::redirect(
    FaultAction::Redirect(String::from("https://sso.example/login.jsp")),
    422,
    "context path"
)]
#[tokio::test]
async fn nor_is_a_personal_access_token(
    #[case] action: FaultAction,
    #[case] status: u16,
    #[case] words: &str,
) {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = app.logged_in("omar").await;
    app.sandbox
        .fault(on_api("/rest/api/2/myself", action, None));
    for time in 0..6 {
        let answer = connect(&browser, "jira", json!({"pat": "jira-pat-mia"})).await;
        assert_eq!(answer.status, status, "{time}: {}", answer.body);
        assert!(answer.body.contains(words), "{}", answer.body);
        assert!(
            !answer.body.contains("credential_rejected"),
            "{}",
            answer.body
        );
    }
    app.sandbox.clear_faults();
    let answer = connect(&browser, "jira", json!({"pat": "jira-pat-mia"})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[rstest]
#[case::redirect(
    FaultAction::Redirect(String::from("https://sso.example/")),
    502,
    "led to another address"
)]
#[case::page(page(200, &[]), 502, "a web page answers")]
#[case::gone(page(410, &[]), 502, "removed")]
#[tokio::test]
async fn a_site_behind_something_else_is_not_said_to_be_none(
    #[case] action: FaultAction,
    #[case] status: u16,
    #[case] words: &str,
) {
    let app = TestApp::start().await;
    app.sandbox
        .fault(on_api("/_edge/tenant_info", action, None));
    let answer = log_in(&app).await;
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(words), "{}", answer.body);
}

#[tokio::test]
async fn a_site_that_is_none_is_still_said_to_be_none() {
    let app = TestApp::start().await;
    app.sandbox
        .fault(on_api("/_edge/tenant_info", page(404, &[]), None));
    let answer = log_in(&app).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["message"], "there is no such site");
}

async fn refused(app: &TestApp, browser: &Browser, body: &Value) -> Answer {
    app.sandbox.clear_faults();
    app.sandbox
        .fault(on_api("/rest/", answering(400, body), Some(1)));
    let answer = browser
        .get("/connectors/confluence/search?q=type%20%3D%20x&mode=cql")
        .await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    answer
}

#[tokio::test]
async fn atlassians_sentences_keep_all_their_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for sentence in [
        "com.atlassian.confluence.api.service.exceptions.BadRequestException: Could not parse cql : type = x",
        "Version name 'Release-2026.11-Customer-Portal-Hardening-Sprint42' is not valid",
        "https://acme.atlassian.net/wiki/spaces/ENG/pages/98400/A-long-title-of-a-page is no page",
    ] {
        let answer = refused(
            &app,
            &browser,
            &json!({"statusCode": 400, "message": sentence}),
        )
        .await;
        assert_eq!(answer.json()["message"], sentence);
    }
}

#[rstest]
#[case("ATATT3xFfGF0T4JNjBdnwyQgfHkzY2mSample_9-Tail=1A2B3C4D")]
#[case("ATCTT3xFfGN0samplesamplesample=1A2B3C4D")]
#[case("ATOAsamplesamplesamplesamplesample9F8E7D6C")]
#[case("eyJraWQiOiJhIiwiYWxnIjoiUlMyNTYifQ.eyJzdWIiOiJtaWEifQ.c2lnbmF0dXJl")]
#[case("ibk_3q2yVhJ0sample0sample0sample0sample0sample0a")]
#[case("ibs_3q2yVhJ0sample0sample0sample0sample0sample0a")]
#[tokio::test]
async fn what_has_the_shape_of_a_token_is_blanked(#[case] token: &str) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for sentence in [
        format!("the token {token} is no good"),
        format!("no good: (token={token})."),
        format!("Authorization: Bearer {token}, said the proxy"),
    ] {
        let answer = refused(&app, &browser, &json!({"message": sentence})).await;
        assert!(!answer.body.contains(&token[..16]), "{}", answer.body);
        assert!(
            answer.body.contains("good") || answer.body.contains("proxy"),
            "{}",
            answer.body
        );
    }
}

#[rstest]
#[case(402)]
#[case(405)]
#[case(421)]
#[case(423)]
#[case(451)]
#[tokio::test]
async fn a_refusal_that_the_caller_cannot_mend_is_no_fault_of_theirs(#[case] status: u16) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let sentence = json!({"errorMessages": ["Your subscription has lapsed."]});
    app.sandbox.fault(on_api(
        "/project/search",
        answering(status, &sentence),
        None,
    ));
    let answer = browser.get(LIST).await;
    is_vendors(&answer, 502, "a refusal");
    let told = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(told.contains(&status.to_string()), "{told}");
    assert!(told.contains("Your subscription has lapsed."), "{told}");
}

#[tokio::test]
async fn a_failure_is_said_once() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .fault(on_api("/project/search", answering_text(503, ""), None));
    let answer = browser.get(LIST).await;
    assert_eq!(answer.json()["message"], "Atlassian failed with status 503");
    app.sandbox.clear_faults();
    app.sandbox
        .fault(on_api("/project/search", FaultAction::Garbage, None));
    let told = browser.get(LIST).await.json()["message"].clone();
    assert_eq!(
        told.as_str().unwrap().matches("Atlassian").count(),
        1,
        "{told}"
    );
}

/// Calls of ours, and the operation that each is. What it needs stands in the table of operations.
const CALLS: [(&str, &str, &str); 11] = [
    ("GET", "/connectors/jira/projects", "searchProjects"),
    ("GET", "/connectors/jira/projects/WEB", "getProject"),
    (
        "GET",
        "/connectors/jira/search?q=project%20%3D%20WEB",
        "searchAndReconsileIssuesUsingJqlPost",
    ),
    ("GET", "/connectors/jira/issues/WEB-1", "getIssue"),
    (
        "GET",
        "/connectors/jira/issues/WEB-1/comments",
        "getComments",
    ),
    (
        "GET",
        "/connectors/jira/issues/WEB-1/transitions",
        "getTransitions",
    ),
    ("GET", "/connectors/jira/users?q=mia", "findUsers"),
    ("GET", "/api/jira/myself", "getCurrentUser"),
    (
        "POST",
        "/connectors/jira/issues/WEB-1/comments",
        "addComment",
    ),
    ("PUT", "/connectors/jira/issues/WEB-1", "editIssue"),
    ("DELETE", "/connectors/jira/issues/WEB-1", "deleteIssue"),
];

#[rstest]
#[case("read:jira-user")]
#[case("read:jira-work")]
#[tokio::test]
async fn every_call_to_jira_names_the_scope_that_is_missing(#[case] granted: &str) {
    let scopes = format!("offline_access read:me {granted}");
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", &scopes)]).await;
    let browser = app.browser();
    app.complete(&browser, "/auth/jira/login?site=acme", "mia")
        .await;
    let mut refused = 0;
    for (method, path, operation) in CALLS {
        let operation = policy::named(Product::Jira, operation).unwrap();
        let missing = operation.missing(&[granted.to_owned()]);
        if missing.is_empty() {
            continue;
        }
        let body = match method {
            "POST" => Some(json!({"body": "x"}).to_string()),
            "PUT" => Some(json!({"summary": "x"}).to_string()),
            _ => None,
        };
        let answer = browser.send(method, path, &[], body).await;
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.body);
        assert_eq!(
            answer.json()["details"]["missing_scopes"],
            json!(missing),
            "{method} {path}"
        );
        refused += 1;
    }
    assert!(refused >= 5, "{refused}");
}

#[tokio::test]
async fn the_scope_is_named_but_not_called_missing_where_the_login_has_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mismatch = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    app.sandbox
        .fault(on_api("/project/search", answering(401, &mismatch), None));
    let answer = browser.get(LIST).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    assert!(
        answer
            .body
            .contains("although this login has read:jira-work: it may not offer this operation"),
        "{}",
        answer.body
    );
    assert!(!answer.body.contains("missing_scopes"), "{}", answer.body);
}

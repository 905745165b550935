//! Credentials that Atlassian refuses: no empty answer, told at once, and not sent again.

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::{Value, json};

use crate::connections::fixture::connection;
use crate::connectors::tools::fixture::invoke;
use crate::data_center::fixture::connected;
use crate::support::faults::{answering, on_api};
use crate::support::{Answer, Browser, TestApp};

const JIRA_READS: [&str; 8] = [
    "/connectors/jira/projects",
    "/connectors/jira/projects/WEB",
    "/connectors/jira/search?q=project%20%3D%20WEB",
    "/connectors/jira/issues/WEB-1",
    "/connectors/jira/issues/WEB-1/comments",
    "/connectors/jira/issues/WEB-1/transitions",
    "/connectors/jira/users?q=mia",
    "/api/jira/myself",
];
const CONFLUENCE_READS: [&str; 4] = [
    "/connectors/confluence/spaces",
    "/connectors/confluence/pages",
    "/connectors/confluence/search?q=notes",
    "/connectors/confluence/pages/98400",
];

/// Connects `product` in this browser with Mia's own token for her site.
pub(crate) async fn attach(browser: &Browser, product: &str) {
    let login =
        json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme"});
    let answer = browser
        .post(&format!("/auth/{product}/api-token"), login)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// A call as nobody's: what everybody may see, and a header that says so.
fn as_nobodys(reason: &str, status: u16) -> FaultAction {
    let body = json!({"values": [], "issues": [], "results": [], "comments": [], "transitions": [],
        "total": 0, "isLast": true, "errorMessages": ["It does not exist or you may not see it."]});
    FaultAction::Status {
        status,
        headers: vec![(String::from("X-Seraph-LoginReason"), reason.to_owned())],
        body: body.to_string(),
    }
}

#[track_caller]
fn is_expired(answer: &Answer, what: &str) {
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (401, "TOKEN_EXPIRED"),
        "{what}: {}",
        answer.body
    );
}

#[rstest]
#[case("AUTHENTICATED_FAILED", 200)]
#[case("AUTHENTICATION_DENIED", 200)]
#[case("OUT", 200)]
#[case("AUTHENTICATED_FAILED", 404)]
#[case("AUTHENTICATED_FAILED", 400)]
#[tokio::test]
async fn what_a_site_shows_nobody_is_never_given_as_the_answer(
    #[case] reason: &str,
    #[case] status: u16,
) {
    let app = TestApp::start().await;
    let browser = app.browser();
    let jira = JIRA_READS.map(|path| ("jira", "/rest/api/3/", path));
    let confluence = CONFLUENCE_READS.map(|path| ("confluence", "/wiki/", path));
    for (product, upstream, path) in jira.into_iter().chain(confluence) {
        app.sandbox.clear_faults();
        attach(&browser, product).await;
        app.sandbox
            .fault(on_api(upstream, as_nobodys(reason, status), None));
        is_expired(&browser.get(path).await, path);
    }
}

#[tokio::test]
async fn a_revoked_api_token_is_told_by_every_way_of_reading() {
    let app = TestApp::start().await;
    let browser = app.browser();
    attach(&browser, "jira").await;
    app.sandbox.revoke_tokens("mia");
    is_expired(&browser.get("/connectors/jira/projects").await, "a list");
    let tool = invoke(&browser, "jira_get_issue", json!({"issue_key": "WEB-1"})).await;
    is_expired(&tool, "a tool");
}

#[tokio::test]
async fn a_refused_token_shows_at_once_with_what_to_do_and_nothing_more_is_sent() {
    let app = TestApp::start().await;
    let browser = app.browser();
    attach(&browser, "jira").await;
    app.sandbox.revoke_tokens("mia");
    is_expired(&browser.get("/connectors/jira/projects").await, "the first");
    let seen = connection(&browser, "jira").await;
    assert_eq!(
        (&seen["status"], &seen["connected"]),
        (&json!("reauth_required"), &json!(false))
    );
    let told = seen["error"].as_str().unwrap();
    assert!(
        told.contains("API token") && told.contains("new one"),
        "{told}"
    );
    let connectors = browser.read("/connectors").await;
    assert_eq!(connectors[0]["last_error"], json!(told));
    let token = browser.read("/api/auth/oauth/token/status").await;
    assert_eq!(token["status"], "error");
    assert!(
        token["message"].as_str().unwrap().contains("new one"),
        "{token}"
    );
    let page = browser.get("/connected").await.body;
    assert!(page.contains("Make a new one"), "{page}");
    app.sandbox.clear_journal();
    for path in JIRA_READS {
        let answer = browser.get(path).await;
        is_expired(&answer, path);
        assert!(
            answer.json()["message"]
                .as_str()
                .unwrap()
                .contains("new one")
        );
    }
    is_expired(
        &browser.post("/connectors/jira/sync", json!({})).await,
        "a sync",
    );
    app.assert_nothing_sent();
}

#[tokio::test]
async fn a_new_token_after_a_refused_one_works_at_once() {
    let app = TestApp::start().await;
    let browser = app.browser();
    attach(&browser, "jira").await;
    app.sandbox.fault(on_api(
        "/project/search",
        as_nobodys("AUTHENTICATED_FAILED", 200),
        Some(2),
    ));
    is_expired(&browser.get("/connectors/jira/projects").await, "refused");
    attach(&browser, "jira").await;
    let seen = connection(&browser, "jira").await;
    assert_eq!(
        (&seen["status"], &seen["error"]),
        (&json!("active"), &Value::Null)
    );
    assert_eq!(browser.get("/connectors/jira/projects").await.status, 200);
}

#[tokio::test]
async fn one_refusal_in_passing_costs_nobody_a_token() {
    let app = TestApp::start().await;
    let browser = app.browser();
    attach(&browser, "jira").await;
    let in_passing = as_nobodys("AUTHENTICATED_FAILED", 200);
    app.sandbox
        .fault(on_api("/project/search", in_passing, Some(1)));
    let answer = browser.get("/connectors/jira/projects").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let seen = connection(&browser, "jira").await;
    assert_eq!(seen["status"], "active");
}

#[tokio::test]
async fn a_refused_personal_access_token_shows_at_once_as_well() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    app.sandbox.revoke_tokens("mia");
    for product in ["jira", "confluence"] {
        let list = if product == "jira" {
            "projects"
        } else {
            "spaces"
        };
        let path = format!("/connectors/{product}/{list}");
        is_expired(&browser.get(&path).await, &path);
        let seen = connection(&browser, product).await;
        assert_eq!(seen["status"], "reauth_required");
        let told = seen["error"].as_str().unwrap();
        assert!(told.contains("personal access token"), "{told}");
        app.sandbox.clear_journal();
        is_expired(&browser.get(&path).await, &path);
        app.assert_nothing_sent();
    }
}

/// What a write did is done, whoever the site took us for.
#[tokio::test]
async fn a_write_that_a_site_took_as_nobodys_is_no_failure() {
    let app = TestApp::start().await;
    let browser = app.browser();
    attach(&browser, "jira").await;
    let made = FaultAction::Status {
        status: 201,
        headers: vec![(String::from("X-Seraph-LoginReason"), String::from("OUT"))],
        body: json!({"id": "7", "key": "WEB-7"}).to_string(),
    };
    app.sandbox
        .fault(on_api("/rest/api/3/issue", made, Some(1)));
    let body = json!({"project_key": "WEB", "summary": "once"});
    let answer = browser.post("/connectors/jira/create", body).await;
    assert!(answer.status < 300, "{}", answer.body);
}

#[tokio::test]
async fn a_site_that_is_gone_is_no_empty_list() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let gone = json!({"status": 404, "error": "Not Found", "message": "No message available"});
    for (path, body) in [
        ("/connectors/jira/projects", gone.to_string()),
        ("/connectors/jira/projects?q=nothing", gone.to_string()),
        ("/connectors/jira/projects", String::from("<html>")),
        ("/connectors/jira/projects", String::new()),
        ("/jira/projects", gone.to_string()),
    ] {
        let action = FaultAction::Status {
            status: 404,
            headers: vec![],
            body: body.clone(),
        };
        app.sandbox
            .fault(on_api("/project/search", action, Some(1)));
        let answer = browser.get(path).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (404, "NOT_FOUND"),
            "{path} {body}: {}",
            answer.body
        );
        let told = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(told.contains("site"), "{told}");
        app.sandbox.clear_faults();
    }
    let nothing = json!({"errorMessages": ["No project matches."], "errors": {}});
    let action = FaultAction::Status {
        status: 404,
        headers: vec![],
        body: nothing.to_string(),
    };
    app.sandbox
        .fault(on_api("/project/search", action, Some(1)));
    let answer = browser.get("/connectors/jira/projects?q=zzz").await;
    assert_eq!((answer.status, answer.json()), (200, json!([])));
}

/// Whatever is asked of a site that is gone, or that was taken out of the consent, is answered by the gateway.
#[tokio::test]
async fn a_site_that_is_gone_is_never_nothing_there_by_any_way_of_reading() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let gone = json!({"status": 404, "error": "Not Found", "message": "No message available"});
    let action = FaultAction::Status {
        status: 404,
        headers: vec![],
        body: gone.to_string(),
    };
    app.sandbox.fault(on_api("/ex/", action, None));
    let further = [
        "/connectors/jira/projects/WEB/issue-types",
        "/connectors/jira/search?q=printer",
        "/connectors/jira/search?q=WEB-1",
        "/connectors/confluence/pages?space=ENG",
        "/connectors/confluence/search?q=98400",
        "/connectors/confluence/pages/98400/children",
        "/connectors/confluence/pages/98400/comments",
        "/api/jira/projects",
        "/jira/projects",
        "/confluence/spaces",
    ];
    let paths = JIRA_READS.iter().chain(&CONFLUENCE_READS).chain(&further);
    for path in paths {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        assert_eq!(answer.error_code(), "NOT_FOUND", "{path}");
    }
    for (tool, args) in [
        ("jira_get_all_projects", json!({})),
        ("jira_search", json!({"jql": "project = WEB"})),
        ("jira_search", json!({"jql": "WEB-1"})),
        ("jira_search_fields", json!({"keyword": "summary"})),
        ("jira_get_comments", json!({"issue_key": "WEB-1"})),
        ("confluence_search", json!({"query": "notes"})),
        (
            "confluence_get_page_children",
            json!({"parent_id": "98400"}),
        ),
    ] {
        let answer = invoke(&browser, tool, args.clone()).await;
        assert_eq!(answer.status, 404, "{tool} {args}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_token_that_died_while_calls_were_refused_is_renewed_by_itself() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let list = "/connectors/jira/projects";
    let refused = answering(401, &json!({"code": 401, "message": "Unauthorized"}));
    app.sandbox.fault(on_api("/ex/jira/", refused, Some(2)));
    is_expired(&browser.get(list).await, "with the renewed token, too");
    app.sandbox.expire_access_tokens();
    app.advance(std::time::Duration::from_secs(30));
    is_expired(&browser.get(list).await, "renewed a moment ago");
    app.advance(std::time::Duration::from_mins(10));
    assert_eq!(browser.get(list).await.status, 200);
}

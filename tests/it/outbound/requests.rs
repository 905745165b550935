//! What we send: headers of our own choice only, and to no address in place of a site.

use std::time::Duration;

use serde_json::json;

use crate::outbound::fixture::{LIST, REFRESH, Stage, WRITE, bytes};
use crate::refresh::fixture::READ;
use crate::support::TestApp;

/// The names of a request's headers in order, without those of the connection itself.
fn names(head: &str) -> Vec<String> {
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let mut names: Vec<String> = lines.map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    names
}

fn value<'a>(head: &'a str, name: &str) -> &'a str {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut found = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
    found.next().unwrap().1.trim()
}

const STRANGE: [(&str, &str); 9] = [
    ("user-agent", "Mozilla/5.0"),
    ("x-forwarded-for", "10.0.0.1"),
    ("x-request-id", "mine"),
    ("accept", "text/html"),
    ("accept-language", "de"),
    (
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ),
    ("referer", "http://localhost:3000/"),
    ("x-atlassian-token", "mine"),
    ("expect", ""),
];

#[tokio::test]
async fn only_headers_of_our_choice_go_out() {
    let stage = Stage::set(&["ATLASSIAN_API_URL", "ATLASSIAN_AUTH_URL"], "1").await;
    let empty = bytes("200 OK", &[], br#"{"values":[],"isLast":true}"#);
    stage.upstream.answer([empty]);
    // Tokens that have just come are not renewed.
    stage.app.advance(Duration::from_mins(1));
    stage.browser.get_with(LIST, &STRANGE).await;
    stage.browser.get_with(READ, &STRANGE).await;
    let body = json!({"body": "Hello"}).to_string();
    stage
        .browser
        .send("POST", WRITE, &STRANGE, Some(body))
        .await;
    stage
        .browser
        .send("POST", REFRESH, &STRANGE, Some(String::from("{}")))
        .await;
    let heads = stage.upstream.heads();
    let reading = [
        "accept",
        "accept-encoding",
        "authorization",
        "host",
        "user-agent",
    ]
    .map(str::to_owned);
    assert_eq!(names(&heads[0]), reading);
    assert_eq!(names(&heads[1]), reading);
    let writing = [
        "accept",
        "accept-encoding",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-atlassian-token",
    ];
    assert_eq!(names(&heads[2]), writing);
    assert_eq!(value(&heads[2], "x-atlassian-token"), "no-check");
    assert!(heads[3].starts_with("POST /oauth/token "), "{}", heads[3]);
    let renewing = [
        "accept",
        "accept-encoding",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    ];
    assert_eq!(names(&heads[3]), renewing);
    let own = concat!("integration-backend/", env!("CARGO_PKG_VERSION"));
    for head in &heads {
        assert_eq!(value(head, "user-agent"), own);
        assert_eq!(value(head, "accept"), "application/json");
        assert_eq!(value(head, "accept-encoding"), "gzip");
    }
}

#[tokio::test]
async fn no_spelling_of_an_ip_address_is_a_site() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for literal in [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "[::1]",
        "::1",
        "[::ffff:127.0.0.1]",
        "10.0.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "127.0.0.1.",
        "127.0.0.1:80",
        "127。0。0。1",
        "①②⑦.0.0.1",
    ] {
        for site in [
            literal.to_owned(),
            format!("https://{literal}"),
            format!("https://{literal}/wiki"),
        ] {
            let login =
                json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": site});
            let answer = app.browser().post("/auth/jira/api-token", login).await;
            assert_eq!(
                (answer.status, answer.error_code().as_str()),
                (422, "VALIDATION"),
                "{site}: {}",
                answer.body
            );
            for body in [
                json!({"base_url": site}),
                json!({"pat": "x", "base_url": site}),
            ] {
                let answer = browser.patch("/connectors/jira/connection", body).await;
                assert!(matches!(answer.status, 400 | 422), "{site}");
                assert_eq!(answer.error_code(), "VALIDATION", "{site}");
            }
        }
    }
    for number in ["2130706433", "0x7f000001", "017700000001"] {
        for site in [format!("https://{number}"), format!("{number}.")] {
            let login =
                json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": site});
            let answer = app.browser().post("/auth/jira/api-token", login).await;
            assert_eq!(answer.status, 422, "{site}: {}", answer.body);
        }
    }
    app.assert_nothing_sent();
}

//! Hostile addresses: where a login may return to, whom a site may be, where a path may lead.

use integration_backend::model::product::Product;
use integration_backend::model::site::SiteHost;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;

use crate::login::start::STARTS;
use crate::support::files;
use crate::support::journey::ACME;
use crate::support::{TestApp, with_query};

const ORIGINS: &str = "https://app.example,https://ports.example:8443,http://localhost:3000";
const GOOD: [&str; 22] = [
    "/",
    "/done",
    "/done/",
    "/a/b/c.html",
    "/done?next=//evil.example&x=https://evil.example",
    "/done#//evil.example",
    "/a%20b",
    "/a%2fb",
    "/~mia/(x)!$&'*+,;=:@",
    "/...",
    "/.well-known/x",
    "http://localhost:3001",
    "http://localhost:3001/done",
    "HTTP://LOCALHOST:3001/Done",
    "http://localhost:3000/done?x=1#y",
    "https://app.example",
    "https://app.example/",
    "https://App.Example:443/done",
    "https://app.example?x=1",
    "https://app.example#x",
    "https://ports.example:8443/x",
    "https://app.example/?user=mia@example.com",
];

/// The four families of starts.
fn starts() -> [&'static str; 4] {
    [STARTS[0].0, STARTS[3].0, STARTS[5].0, STARTS[6].0]
}

fn hostile() -> Vec<String> {
    let text = files::text("tests/data/hostile_return_urls.txt");
    files::entries(&text)
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON text: {line}")))
        .collect()
}

#[tokio::test]
async fn no_hostile_return_url_gets_through_any_start() {
    let app = TestApp::start_with(&[("RETURN_URL_ORIGINS", ORIGINS)]).await;
    let hostile = hostile();
    assert!(hostile.len() >= 300, "{}", hostile.len());
    for start in starts() {
        for text in &hostile {
            let address = with_query(start, &[("return_url", text)]);
            let answer = app.browser().get(&address).await;
            assert_eq!(answer.status, 400, "{start} {text:?}: {}", answer.body);
            assert_eq!(answer.error_code(), "VALIDATION");
            for header in ["set-cookie", "x-session-token", "location"] {
                assert_eq!(answer.header(header), "", "{text:?}");
            }
        }
    }
    assert_eq!(app.rows("flows").await, 0);
    app.assert_nothing_sent();
}

#[tokio::test]
async fn good_return_urls_pass_every_start() {
    let app = TestApp::start_with(&[("RETURN_URL_ORIGINS", ORIGINS)]).await;
    for start in starts() {
        for text in GOOD {
            let address = with_query(start, &[("return_url", text)]);
            let answer = app.browser().get(&address).await;
            assert!(answer.status < 400, "{start} {text:?}: {}", answer.body);
            assert!(answer.header("set-cookie").contains("_oauth_state="));
        }
    }
}

#[tokio::test]
async fn two_return_urls_are_none() {
    let app = TestApp::start_with(&[("RETURN_URL_ORIGINS", ORIGINS)]).await;
    for start in starts() {
        let address = format!("{start}?return_url=%2Fdone&return_url=https%3A%2F%2Fevil.example");
        let answer = app.browser().get(&address).await;
        assert!((400..500).contains(&answer.status), "{}", answer.body);
        assert_eq!(answer.header("set-cookie"), "");
    }
}

/// Texts around everything that URL parsers repair.
fn address_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("https://"),
        Just("http:"),
        Just("//"),
        Just("\\"),
        Just("/"),
        Just("@"),
        Just(":"),
        Just("acme"),
        Just(".atlassian.net"),
        Just("evil.example"),
        Just("%2e"),
        Just(".."),
        Just("#"),
        Just("?"),
        Just("127.0.0.1"),
        Just("[::1]"),
        Just("xn--"),
        Just("ａ"),
        Just("\t"),
        Just("\u{0}"),
        Just(":443"),
        Just("/wiki"),
        Just("%00"),
        Just(" "),
        Just("。"),
    ];
    prop::collection::vec(piece, 1..7).prop_map(|pieces| pieces.concat())
}

/// Many texts of a kind.
fn many(strategy: impl Strategy<Value = String>, count: usize) -> Vec<String> {
    let mut runner = TestRunner::default();
    let mut next = || strategy.new_tree(&mut runner).unwrap().current();
    (0..count).map(|_| next()).collect()
}

#[tokio::test]
async fn whatever_is_said_to_be_a_site_is_called_by_its_label_or_not_at_all() {
    let app = TestApp::start().await;
    for (number, site) in many(address_like(), 400).into_iter().enumerate() {
        app.sandbox.clear_journal();
        let email = format!("person{number}@example.com");
        let body = json!({ "email": email, "api_token": "wrong", "site": site });
        let answer = app.browser().post("/auth/jira/api-token", body).await;
        match SiteHost::pasted(&site) {
            Err(_) => {
                assert_eq!(answer.status, 422, "{site:?}: {}", answer.body);
                app.assert_nothing_sent();
            }
            Ok(host) => {
                let own = format!("/sites/{}/", host.as_str());
                // The other product is asked, too, before a token is said to be bad.
                let by_gateway = Product::ALL.map(|product| format!("/ex/{product}/{ACME}/"));
                let calls = app.sandbox.journal();
                assert!(!calls.is_empty(), "{site:?}");
                for call in calls {
                    let path = &call.path;
                    let there = path.starts_with(&own)
                        || by_gateway.iter().any(|start| path.starts_with(start));
                    assert!(there, "{site:?} went to {path}");
                }
            }
        }
    }
}

#[tokio::test]
async fn whatever_stands_in_a_path_goes_upstream_as_one_segment_or_not_at_all() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let fixed = [
        "..",
        "%2e%2e",
        "../../../../me",
        "a/b",
        "a\\b",
        "a?b",
        "a#b",
        "a%2fb",
        "a;b",
        "@evil",
    ];
    let texts = fixed
        .iter()
        .map(ToString::to_string)
        .chain(many(address_like(), 150));
    for text in texts {
        let segment = utf8_percent_encode(&text, NON_ALPHANUMERIC);
        for (route, folder) in [
            (
                "/connectors/jira/issues",
                format!("/ex/jira/{ACME}/rest/api/3/issue/"),
            ),
            (
                "/connectors/confluence/pages",
                format!("/ex/confluence/{ACME}/wiki/"),
            ),
        ] {
            app.sandbox.clear_journal();
            let answer = browser.get(&format!("{route}/{segment}")).await;
            assert!(
                (400..500).contains(&answer.status),
                "{text:?}: {}",
                answer.body
            );
            for call in app.sandbox.journal() {
                assert!(
                    call.path.starts_with(&folder),
                    "{text:?} went to {}",
                    call.path
                );
                let rest = call.path.strip_prefix(&folder).unwrap_or_default();
                if route.ends_with("issues") {
                    assert!(!rest.contains('/'), "{text:?} went to {}", call.path);
                }
                assert!(!call.path.contains("/.."), "{text:?} went to {}", call.path);
            }
        }
    }
}

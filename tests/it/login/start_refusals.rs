//! What the starts of a login refuse: addresses to return to, pages, hosts, methods, values.

use integration_backend::http::CALLBACK_PATHS;

use crate::login::start::STARTS;
use crate::support::app::FRONTEND;
use crate::support::{TestApp, with_query};

#[tokio::test]
async fn a_return_url_on_our_own_or_a_listed_origin_is_taken() {
    let app = TestApp::start().await;
    for allowed in [
        "/",
        "/done?a=1&b=//x#top",
        "http://localhost:3001/done",
        FRONTEND,
        "http://localhost:3000/a/b?c=d",
        "HTTP://LOCALHOST:3000/done",
        "http://127.0.0.1:3000/",
    ] {
        let start = with_query("/auth/jira/login", &[("return_url", allowed)]);
        let answer = app.browser().get(&start).await;
        assert_eq!(answer.status, 200, "{allowed}: {}", answer.body);
    }
}

const HOSTILE_RETURN_URLS: [&str; 46] = [
    "",
    " ",
    "done",
    "?x=1",
    "#x",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "http:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "http:\\\\evil.example",
    "https://evil.example",
    "http://evil.example:3000/",
    "http://localhost:3000.evil.example/",
    "http://localhost:3000@evil.example/",
    "http://evil.example/http://localhost:3000",
    "http://user@localhost:3000/",
    "http://user:password@localhost:3000/",
    "http://evillocalhost:3000/",
    "http://localhost:30000/",
    "http://localhost/",
    "https://localhost:3000/",
    "http://localhost.:3000/",
    "http://localhost:3000//evil.example",
    "http://localhost:3000/../x",
    "http://localhost:3000/a/%2e%2e/b",
    "http://localhost:3000/.",
    "http://[::1]:3000/",
    "http://0x7f000001:3000/",
    "http://localhost:3000/a%0d%0aset-cookie:x=1",
    "http://localhost:3000/a%00",
    "http://localhost:3000/%5cevil.example",
    "http://localhost:3000/%2f%2fevil.example",
    "http://localhost:3000/%252f",
    "http://localhost:3000/a b",
    "http://localhost:3000/ä",
    "http://localhost:3000/\u{7f}",
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://localhost:3000/",
    "null",
];

#[tokio::test]
async fn a_hostile_return_url_is_refused_at_the_start_with_400_and_no_cookie() {
    let app = TestApp::start().await;
    let long = format!("/{}", "a".repeat(2048));
    for (start, _) in [STARTS[0], STARTS[3], STARTS[5], STARTS[6]] {
        for hostile in HOSTILE_RETURN_URLS.into_iter().chain([long.as_str()]) {
            let start = with_query(start, &[("return_url", hostile)]);
            let answer = app.browser().get(&start).await;
            assert_eq!(answer.status, 400, "{hostile:?}: {}", answer.body);
            assert_eq!(answer.error_code(), "VALIDATION");
            assert_eq!(answer.header("set-cookie"), "", "{hostile:?}");
            assert_eq!(answer.header("x-session-token"), "", "{hostile:?}");
        }
    }
    assert_eq!(app.rows("flows").await, 0);
}

#[tokio::test]
async fn a_navigation_to_another_name_of_us_is_sent_to_the_redirect_uris_host_once() {
    let app = TestApp::start().await;
    let browser = app.browser().at("127.0.0.1:3001");
    let moved = browser
        .navigate("/auth/jira/login?return_url=%2Fdone&state=a%26b")
        .await;
    assert_eq!(moved.status, 307);
    assert_eq!(moved.header("set-cookie"), "", "its cookie would be lost");
    let there = moved.header("location");
    assert!(
        there.starts_with("http://localhost:3001/auth/jira/login?return_url=%2Fdone&state=a%26b"),
        "{there}"
    );
    let started = app.browser().navigate(there).await;
    assert_eq!(started.status, 307);
    assert!(
        started
            .header("location")
            .starts_with(&app.sandbox.base_url())
    );
    // Behind a proxy that rewrites Host the browser must not go round in circles.
    let circled = browser.navigate(there).await;
    assert!(
        circled
            .header("location")
            .starts_with(&app.sandbox.base_url())
    );
}

#[tokio::test]
async fn a_fetch_under_another_name_of_us_is_400_and_names_both() {
    let app = TestApp::start().await;
    for (start, _) in STARTS {
        let answer = app.browser().at("127.0.0.1:3001").get(start).await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (400, "VALIDATION".into())
        );
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("127.0.0.1:3001"), "{message}");
        assert!(message.contains("localhost:3001"), "{message}");
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn a_foreign_page_can_send_a_person_to_a_start_but_not_fetch_one() {
    let app = TestApp::start().await;
    for (start, _) in STARTS {
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[
                ("origin", "https://evil.example"),
                ("sec-fetch-mode", "cors"),
                ("accept", "text/html"),
            ],
            &[
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "no-cors"),
            ],
            &[
                ("sec-fetch-site", "same-site"),
                ("sec-fetch-mode", "no-cors"),
            ],
        ] {
            let answer = app.browser().get_with(start, headers).await;
            assert_eq!(
                (answer.status, answer.error_code()),
                (403, "FORBIDDEN".into()),
                "{headers:?}"
            );
            assert_eq!(answer.header("set-cookie"), "");
            assert_eq!(answer.header("x-session-token"), "");
        }
        let listed = [
            ("origin", FRONTEND),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-mode", "cors"),
        ];
        assert!(
            app.browser().get_with(start, &listed).await.status < 400,
            "{start}"
        );
        let link = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
        ];
        assert!(
            app.browser().get_with(start, &link).await.status < 400,
            "{start}"
        );
    }
}

#[tokio::test]
async fn a_start_and_a_callback_answer_get_only() {
    let app = TestApp::start().await;
    for path in STARTS
        .iter()
        .map(|(start, _)| *start)
        .chain(CALLBACK_PATHS.iter().copied())
    {
        for method in ["HEAD", "POST", "DELETE"] {
            let answer = app.browser().send(method, path, &[], None).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert!(answer.header("allow").starts_with("GET"), "{method} {path}");
            assert_eq!(answer.header("set-cookie"), "", "{method} {path}");
        }
    }
    assert_eq!(app.rows("flows").await, 0);
}

#[tokio::test]
async fn an_unknown_provider_is_404() {
    let app = TestApp::start().await;
    for path in [
        "/auth/trello/login",
        "/auth/JIRA/login",
        "/auth/atlassian/oauth/start",
    ] {
        let answer = app.browser().get(path).await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (404, "NOT_FOUND".into()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn values_that_make_no_sense_are_422_and_named() {
    let app = TestApp::start().await;
    let long = "s".repeat(1025);
    for (name, value) in [
        ("redirect", "maybe"),
        ("site", "evil.example"),
        ("site", "acme.atlassian.net:8443"),
        ("site", "https://acme.atlassian.net@evil.example"),
        ("tenant", "a/b"),
        ("tenant", ""),
        ("state", long.as_str()),
    ] {
        let answer = app
            .browser()
            .get(&with_query("/auth/jira/login", &[(name, value)]))
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (422, "VALIDATION".into()),
            "{name}={value}"
        );
        assert_eq!(answer.json()["details"]["fields"][0], name);
        assert_eq!(answer.header("set-cookie"), "");
    }
    let twice = app.browser().get("/auth/jira/login?state=a&state=b").await;
    assert_eq!(twice.status, 422);
}

#[tokio::test]
async fn on_plain_http_outside_this_machine_nobody_can_start_a_login_unless_the_operator_insists() {
    let public = ("PUBLIC_BASE_URL", "http://ib.example");
    let app = TestApp::start_with(&[public]).await;
    let answer = app.browser().at("ib.example").get("/auth/jira/login").await;
    assert_eq!(
        (answer.status, answer.error_code()),
        (400, "VALIDATION".into())
    );
    assert_eq!(answer.header("set-cookie"), "");
    let app = TestApp::start_with(&[public, ("ALLOW_INSECURE_HTTP", "1")]).await;
    let answer = app.browser().at("ib.example").get("/auth/jira/login").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

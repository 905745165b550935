//! Behind a proxy: whose word about the client counts, and for what.

use crate::support::{Browser, TestApp};

async fn behind(trusted: &str) -> TestApp {
    let settings = [("TRUSTED_PROXIES", trusted), ("RATE_LIMIT_PER_MINUTE", "2")];
    TestApp::start_with(&settings).await
}

async fn get(browser: &Browser, forwarded_for: &str) -> u16 {
    let header = [("x-forwarded-for", forwarded_for)];
    browser.get_with("/login", &header).await.status
}

#[tokio::test]
async fn limits_count_the_clients_of_a_trusted_proxy_each_for_itself() {
    let app = behind("10.0.0.0/8, fd00::/8").await;
    let proxy = app.browser().on_machine("10.0.0.1");
    for client in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
        assert_eq!(get(&proxy, client).await, 200);
        // What the client wrote itself stands left of what the proxy added.
        assert_eq!(get(&proxy, &format!("6.6.6.6, {client}")).await, 200);
        assert_eq!(
            get(&proxy, &format!("7.7.7.7, {client}, 10.0.0.2")).await,
            429
        );
    }
    assert_eq!(get(&proxy, "6.6.6.6").await, 200, "nobody came from there");
}

#[tokio::test]
async fn nobody_else_chooses_the_address_they_are_counted_under() {
    for trusted in ["", "10.0.0.0/8"] {
        let app = behind(trusted).await;
        let client = app.browser().on_machine("192.0.2.1");
        assert_eq!(get(&client, "1.1.1.1").await, 200);
        assert_eq!(get(&client, "2.2.2.2").await, 200);
        assert_eq!(get(&client, "3.3.3.3").await, 429);
    }
}

#[tokio::test]
async fn other_headers_name_no_client() {
    let app = behind("10.0.0.0/8").await;
    let proxy = app.browser().on_machine("10.0.0.1");
    for (name, allowed) in [
        ("forwarded", 200),
        ("x-real-ip", 200),
        ("cf-connecting-ip", 429),
    ] {
        let answer = proxy.get_with("/login", &[(name, "for=192.0.2.1")]).await;
        assert_eq!(answer.status, allowed, "{name}");
    }
}

#[tokio::test]
async fn a_login_that_begins_on_the_plain_address_of_an_https_proxy_is_sent_to_https() {
    let settings = [
        ("TRUSTED_PROXIES", "10.0.0.1"),
        ("PUBLIC_BASE_URL", "https://ib.example"),
    ];
    let app = TestApp::start_with(&settings).await;
    let by_proxy = || app.browser().at("ib.example").on_machine("10.0.0.1");
    let plain = ("x-forwarded-proto", "http");
    let navigates = ("sec-fetch-mode", "navigate");
    let sent = by_proxy()
        .get_with("/auth/jira/login?state=a", &[plain, navigates])
        .await;
    assert_eq!(sent.status, 307);
    assert_eq!(sent.header("set-cookie"), "", "a browser would drop it");
    let there = sent.header("location");
    assert!(
        there.starts_with("https://ib.example/auth/jira/login?state=a&"),
        "{there}"
    );
    let fetched = by_proxy().get_with("/auth/jira/login", &[plain]).await;
    assert_eq!(fetched.status, 400);
    let secure = [("x-forwarded-proto", "https"), navigates];
    let goes_on = by_proxy().get_with("/auth/jira/login", &secure).await;
    assert!(
        goes_on.header("set-cookie").contains("Secure"),
        "{goes_on:?}"
    );
    let stranger = app.browser().at("ib.example").on_machine("192.0.2.1");
    let claimed = stranger
        .get_with("/auth/jira/login", &[plain, navigates])
        .await;
    assert!(
        claimed.header("set-cookie").contains("Secure"),
        "not to be believed"
    );
}

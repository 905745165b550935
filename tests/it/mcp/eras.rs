//! Both eras at one address: what each request must say about itself, and what it is answered.

use serde_json::{Value, json};

use crate::mcp::fixture::{MODERN, legacy, message, modern, send, with_meta};
use crate::support::{Answer, Browser, TestApp};

async fn refused(browser: &Browser, headers: &[(&str, &str)], body: &Value, code: i32) -> Answer {
    let answer = send(browser, "/mcp", headers, body).await;
    assert_eq!(answer.status, 400, "{headers:?} {body}: {}", answer.body);
    assert_eq!(answer.json()["error"]["code"], code, "{headers:?} {body}");
    assert_eq!(answer.json()["id"], 1);
    answer
}

#[tokio::test]
async fn a_handshake_agrees_on_the_clients_version_or_the_newest_that_it_may_know() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for (asked, agreed) in [
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2024-11-05", "2024-11-05"),
        ("2026-07-28", "2025-11-25"),
        ("1", "2025-11-25"),
    ] {
        let params = json!({"protocolVersion": asked, "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}});
        let answer = legacy(&mia, "initialize", params).await;
        assert_eq!(answer.status, 200, "{asked}");
        let result = &answer.json()["result"];
        assert_eq!(result["protocolVersion"], agreed, "{asked}");
        assert_eq!(result["capabilities"], json!({"tools": {}}));
        assert_eq!(result["serverInfo"]["name"], "integration-backend");
        assert!(result["instructions"].as_str().unwrap().contains("JQL"));
        assert!(answer.headers.get("mcp-session-id").is_none());
    }
}

#[tokio::test]
async fn legacy_requests_need_no_header_and_unknown_methods_are_answered_200() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let list = message("tools/list", json!({}));
    for version in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let headers = [("mcp-protocol-version", version)];
        let answer = send(&mia, "/mcp", &headers, &list).await;
        assert_eq!(answer.status, 200, "{version}");
        assert!(answer.json()["result"].get("resultType").is_none());
    }
    assert_eq!(send(&mia, "/mcp", &[], &list).await.status, 200);
    for method in ["resources/list", "server/discover", "logging/setLevel"] {
        let answer = legacy(&mia, method, json!({})).await;
        assert_eq!(answer.status, 200, "{method}");
        assert_eq!(answer.json()["error"]["code"], -32601, "{method}");
    }
    let answer = refused(
        &mia,
        &[("mcp-protocol-version", "1999-01-01")],
        &list,
        -32022,
    )
    .await;
    assert_eq!(answer.json()["error"]["data"]["requested"], "1999-01-01");
}

#[tokio::test]
async fn a_modern_client_discovers_the_server() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let answer = modern(&mia, "server/discover", json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut result = answer.json()["result"].take();
    result["instructions"].take();
    assert_eq!(
        result,
        json!({
            "resultType": "complete",
            "supportedVersions": ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"],
            "capabilities": {"tools": {}},
            "instructions": null,
            "ttlMs": 60000,
            "cacheScope": "private",
            "_meta": {"io.modelcontextprotocol/serverInfo": {
                "name": "integration-backend", "title": "Jira and Confluence",
                "version": env!("CARGO_PKG_VERSION")}},
        })
    );
    let list = modern(&mia, "tools/list", json!({})).await.json()["result"].take();
    assert_eq!(
        (&list["resultType"], &list["ttlMs"], &list["cacheScope"]),
        (&json!("complete"), &json!(60000), &json!("private"))
    );
}

#[tokio::test]
async fn modern_clients_have_no_handshake_and_no_ping() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for method in ["initialize", "ping", "resources/list", "logging/setLevel"] {
        let answer = modern(&mia, method, json!({})).await;
        assert_eq!(answer.status, 404, "{method}");
        assert_eq!(answer.json()["error"]["code"], -32601, "{method}");
    }
}

#[tokio::test]
async fn headers_must_say_what_the_body_says() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let call = json!({"name": "jira_get_current_user", "arguments": {}});
    let call = message("tools/call", with_meta(call, json!({})));
    let (version, method) = (
        ("mcp-protocol-version", MODERN),
        ("mcp-method", "tools/call"),
    );
    let name = ("mcp-name", "jira_get_current_user");
    for headers in [
        vec![],
        vec![version],
        vec![version, method],
        vec![version, name],
        vec![method, name],
        vec![("mcp-protocol-version", "2025-11-25"), method, name],
        vec![version, ("mcp-method", "tools/list"), name],
        vec![version, ("mcp-method", "Tools/Call"), name],
        vec![version, method, ("mcp-name", "jira_delete_comment")],
        vec![version, method, ("mcp-name", "=?base64?!!!?=")],
        vec![version, method, name, ("mcp-name", "jira_search")],
    ] {
        refused(&mia, &headers, &call, -32020).await;
    }
    let encoded = ("mcp-name", "=?base64?amlyYV9nZXRfY3VycmVudF91c2Vy?=");
    for headers in [[version, method, name], [version, method, encoded]] {
        let answer = send(&mia, "/mcp", &headers, &call).await;
        assert_eq!(answer.status, 200, "{headers:?}: {}", answer.body);
        assert_eq!(answer.json()["result"]["isError"], false);
    }
}

#[tokio::test]
async fn a_modern_request_says_its_version_and_its_clients_capabilities() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let headers = [
        ("mcp-protocol-version", MODERN),
        ("mcp-method", "tools/list"),
    ];
    refused(&mia, &headers, &message("tools/list", json!({})), -32602).await;
    let mut params = with_meta(json!({}), json!({}));
    params["_meta"]
        .as_object_mut()
        .unwrap()
        .remove("io.modelcontextprotocol/clientCapabilities");
    refused(&mia, &headers, &message("tools/list", params), -32602).await;
    let mut params = with_meta(json!({}), json!({}));
    params["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("2031-01-01");
    let headers = [
        ("mcp-protocol-version", "2031-01-01"),
        ("mcp-method", "tools/list"),
    ];
    let answer = refused(&mia, &headers, &message("tools/list", params), -32022).await;
    assert_eq!(
        answer.json()["error"]["data"],
        json!({"supported": ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"],
            "requested": "2031-01-01"})
    );
}

#[tokio::test]
async fn a_list_has_one_part_and_no_cursor() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let answer = legacy(&mia, "tools/list", json!({"cursor": "x"})).await;
    assert_eq!(answer.json()["error"]["code"], -32602);
}

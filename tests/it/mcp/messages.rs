//! What is a message, and what HTTP says about the rest.

use integration_backend::model::api_key::KeyScope;
use serde_json::{Value, json};

use crate::mcp::fixture::{legacy, message, send};
use crate::support::TestApp;

#[tokio::test]
async fn only_post_is_served_with_and_without_a_slash() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for address in ["/mcp", "/mcp/"] {
        for method in ["GET", "DELETE"] {
            let answer = mia.send(method, address, &[], None).await;
            assert_eq!(answer.status, 405, "{method} {address}");
            assert_eq!(answer.header("allow"), "POST");
        }
        let answer = send(&mia, address, &[], &message("ping", json!({}))).await;
        assert_eq!(answer.status, 200, "{address}");
        assert_eq!(
            answer.json(),
            json!({"jsonrpc": "2.0", "id": 1, "result": {}})
        );
    }
}

#[tokio::test]
async fn notifications_are_accepted_without_an_answer() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for body in [
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}),
        json!({"jsonrpc": "2.0", "id": 7, "result": {}}),
    ] {
        let answer = send(&mia, "/mcp", &[], &body).await;
        assert_eq!((answer.status, answer.body.as_str()), (202, ""), "{body}");
    }
}

#[tokio::test]
async fn what_is_no_message_is_400_with_an_error_of_json_rpc() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for (body, code) in [
        ("{", -32700),
        ("", -32700),
        ("[]", -32600),
        (r#"{"id":1,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"pi\u0000ng"}"#, -32600),
    ] {
        let answer = mia.send("POST", "/mcp", &[], Some(body.to_owned())).await;
        assert_eq!(answer.status, 400, "{body}");
        let told = answer.json();
        assert_eq!(told["error"]["code"], code, "{body}: {told}");
        assert_eq!(
            (&told["jsonrpc"], &told["id"]),
            (&json!("2.0"), &Value::Null)
        );
    }
}

#[tokio::test]
async fn several_messages_in_one_request_are_answered_where_the_revision_has_that() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let call = |id: u32, name: &str| {
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call",
            "params": {"name": name, "arguments": {}}})
    };
    let batch = json!([
        {"jsonrpc": "2.0", "id": "a", "method": "ping"},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        call(2, "jira_get_current_user"),
        call(3, "no_such_tool"),
        {"jsonrpc": "2.0", "id": 4, "method": "initialize", "params": {}},
        7,
    ]);
    for headers in [vec![], vec![("mcp-protocol-version", "2025-03-26")]] {
        let answer = send(&mia, "/mcp", &headers, &batch).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let told = answer.json();
        assert_eq!(told.as_array().unwrap().len(), 5, "{told}");
        assert_eq!(told[0], json!({"jsonrpc": "2.0", "id": "a", "result": {}}));
        let account = &told[1]["result"]["structuredContent"];
        assert_eq!(account["display_name"], "Mia Krystof", "{told}");
        let codes: Vec<_> = (2..5).map(|at| told[at]["error"]["code"].clone()).collect();
        assert_eq!(codes, [-32602, -32600, -32600], "{told}");
    }
    let silent = json!([{"jsonrpc": "2.0", "method": "notifications/initialized"}]);
    let answer = send(&mia, "/mcp", &[], &silent).await;
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
    for (version, count) in [("2025-06-18", 1), ("2026-07-28", 1), ("2025-03-26", 11)] {
        let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
        let many = json!(vec![ping; count]);
        let answer = send(&mia, "/mcp", &[("mcp-protocol-version", version)], &many).await;
        assert_eq!(answer.status, 400, "{version} {count}");
        assert_eq!(answer.json()["error"]["code"], -32600);
    }
}

/// Several messages in one request are no way around the limit.
#[tokio::test]
async fn every_message_of_a_batch_is_counted_as_a_request() {
    let app = TestApp::start_with(&[("RATE_LIMIT_PER_MINUTE", "12")]).await;
    let key = app.api_key("service", "default", &[KeyScope::Read]).await;
    let script = app.browser();
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let batch = json!(vec![ping; 9]);
    let mut went_well = Vec::new();
    for _ in 0..2 {
        let answer = send(&script, "/mcp", &[("authorization", &key)], &batch).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let told = answer.json();
        let told = told.as_array().unwrap().clone();
        went_well.extend(told.into_iter().map(|one| match one.get("error") {
            None => json!("done"),
            Some(error) => {
                let data = &error["data"];
                assert!(data["retry_after"].as_u64().unwrap() >= 1, "{error}");
                json!([error["code"], data["code"]])
            }
        }));
    }
    let mut expected = vec![json!("done"); 12];
    expected.extend(vec![json!([-32603, "RATE_LIMITED"]); 6]);
    assert_eq!(went_well, expected);
    let ping = message("ping", json!({}));
    let alone = send(&script, "/mcp", &[("authorization", &key)], &ping).await;
    assert_eq!(alone.status, 429, "{}", alone.body);
}

#[tokio::test]
async fn a_body_of_another_type_or_size_is_refused_as_everywhere() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let ping = message("ping", json!({})).to_string();
    let as_text = mia
        .send(
            "POST",
            "/mcp",
            &[("content-type", "text/plain")],
            Some(ping),
        )
        .await;
    assert_eq!(as_text.status, 415);
    let large = message("ping", json!({"x": "x".repeat(1024 * 1024)}));
    assert_eq!(send(&mia, "/mcp", &[], &large).await.status, 413);
}

#[tokio::test]
async fn ids_are_repeated_as_they_came() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for id in [json!(0), json!(-7), json!("a-b"), json!("")] {
        let body = json!({"jsonrpc": "2.0", "id": id, "method": "ping"});
        let answer = send(&mia, "/mcp", &[], &body).await;
        assert_eq!((answer.status, &answer.json()["id"]), (200, &id));
    }
}

#[tokio::test]
async fn without_the_setting_there_is_no_such_address() {
    let app = TestApp::start_with(&[("MCP", "false")]).await;
    let mia = app.logged_in("mia").await;
    let answer = legacy(&mia, "ping", json!({})).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.error_code(), "NOT_FOUND");
}

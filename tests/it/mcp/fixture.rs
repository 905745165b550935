//! An agent's client, in either era.

use serde_json::{Value, json};

use crate::support::{Answer, Browser};

pub(crate) const MODERN: &str = "2026-07-28";
const META: &str = "io.modelcontextprotocol";

/// Sends a message as a legacy client does after its handshake.
pub(crate) async fn legacy(browser: &Browser, method: &str, params: Value) -> Answer {
    send(browser, "/mcp", &[], &message(method, params)).await
}

/// Sends a message as a modern client does.
pub(crate) async fn modern(browser: &Browser, method: &str, params: Value) -> Answer {
    let params = with_meta(params, json!({}));
    let name = params["name"].as_str().unwrap_or_default().to_owned();
    let mut headers = vec![("mcp-protocol-version", MODERN), ("mcp-method", method)];
    if !name.is_empty() {
        headers.push(("mcp-name", name.as_str()));
    }
    send(browser, "/mcp", &headers, &message(method, params)).await
}

pub(crate) async fn send(
    browser: &Browser,
    address: &str,
    headers: &[(&str, &str)],
    message: &Value,
) -> Answer {
    browser.post_with(address, headers, message).await
}

pub(crate) fn message(method: &str, params: Value) -> Value {
    let mut message = json!({"jsonrpc": "2.0", "id": 1, "method": method});
    message["params"] = params;
    message
}

/// Parameters with what every modern request says about itself.
pub(crate) fn with_meta(mut params: Value, capabilities: Value) -> Value {
    let mut meta = json!({});
    meta[format!("{META}/protocolVersion")] = json!(MODERN);
    meta[format!("{META}/clientInfo")] = json!({"name": "test", "version": "1"});
    meta[format!("{META}/clientCapabilities")] = capabilities;
    params["_meta"] = meta;
    params
}

/// Calls a tool as a legacy client, and gives its result.
pub(crate) async fn call(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let answer = legacy(
        browser,
        "tools/call",
        json!({"name": tool, "arguments": arguments}),
    )
    .await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    answer.json()["result"].clone()
}

/// The texts of a result.
pub(crate) fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

pub(crate) fn names(list: &Value) -> Vec<&str> {
    let tools = list["result"]["tools"].as_array().unwrap().iter();
    tools.map(|tool| tool["name"].as_str().unwrap()).collect()
}

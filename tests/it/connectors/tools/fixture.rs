//! Tools as an agent invokes them.

use serde_json::{Value, json};

use crate::support::{Answer, Browser};

const INVOKE: &str = "/connectors/tools/invoke";

pub(crate) async fn invoke(browser: &Browser, tool: &str, args: Value) -> Answer {
    let call = json!({ "tool": tool, "args": args });
    browser.post(INVOKE, call).await
}

/// The same with a key, as a script calls it.
pub(crate) async fn invoke_by_key(script: &Browser, bearer: &str, call: &Value) -> Answer {
    let headers = [("authorization", bearer)];
    script.post_with(INVOKE, &headers, call).await
}

/// The object that a tool gave, after checking that it did.
pub(crate) async fn given(browser: &Browser, tool: &str, args: Value) -> Value {
    let answer = invoke(browser, tool, args).await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    answer.json()
}

pub(crate) fn names(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|tool| tool["name"].as_str().unwrap()).collect()
}

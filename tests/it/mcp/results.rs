//! Every tool's result fits what its definition says about it, and is what a model can use.

use serde_json::{Value, json};

use crate::mcp::every_tool::{SCOPES, faults, play};
use crate::mcp::fixture::{call, legacy, names, text};
use crate::support::{Browser, TestApp};

/// What the sandbox's world has none of.
const EMPTY: [&str; 1] = ["confluence_get_page_children"];

async fn definitions(browser: &Browser) -> Value {
    let address = "/mcp?toolsets=all";
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    browser.post(address, list).await.json()
}

#[tokio::test]
async fn every_result_fits_the_output_schema_of_its_tool() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.own_addresses = true);
    let mia = app.logged_in("mia").await;
    let list = definitions(&mia).await;
    let tools = list["result"]["tools"].as_array().unwrap();
    let mut wrong = Vec::new();
    let played = play(&mia, "WEB", "ENG").await;
    for one in &played {
        let (tool, result) = (one.tool, &one.result);
        if result["isError"] != false {
            wrong.push(format!("{tool}: {result}"));
            continue;
        }
        let structured = &result["structuredContent"];
        assert_eq!(
            serde_json::from_str::<Value>(text(result)).unwrap(),
            *structured
        );
        let definition = tools.iter().find(|known| known["name"] == tool).unwrap();
        wrong.extend(faults(&definition["outputSchema"], structured, tool));
        let is_list = definition["outputSchema"]["properties"]["items"].is_object();
        if is_list && structured["items"] == json!([]) && !EMPTY.contains(&tool) {
            wrong.push(format!("{tool} gave nothing to look at"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut tried: Vec<&str> = played.iter().map(|one| one.tool).collect();
    let mut listed = names(&list);
    tried.sort_unstable();
    listed.sort_unstable();
    assert_eq!(tried, listed, "each tool has a call in this test");
}

#[tokio::test]
async fn arguments_that_are_not_listed_are_still_taken_or_refused_by_name() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let list = legacy(&mia, "tools/list", json!({})).await.json();
    let tools = list["result"]["tools"].as_array().unwrap();
    let issue = tools.iter().find(|tool| tool["name"] == "jira_get_issue");
    assert!(
        issue.unwrap()["inputSchema"]["properties"]
            .get("properties")
            .is_none()
    );
    let asked = json!({"issue_key": "WEB-1", "update_history": true});
    assert_eq!(call(&mia, "jira_get_issue", asked).await["isError"], false);
    let asked = json!({"issue_key": "WEB-1", "properties": "x"});
    let refused = call(&mia, "jira_get_issue", asked).await;
    assert!(
        text(&refused).contains("properties are not offered here"),
        "{refused}"
    );
}

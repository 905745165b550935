//! `/mcp/search`: the two tools that research agents ask for.

use serde_json::{Value, json};

use crate::mcp::fixture::{message, names, text};
use crate::support::faults::{answering, on_api};
use crate::support::{Browser, TestApp};

async fn call(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let call = message("tools/call", json!({"name": tool, "arguments": arguments}));
    let answer = browser.post("/mcp/search", call).await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    answer.json()["result"].take()
}

#[tokio::test]
async fn there_are_two_tools_with_one_block_of_text_each() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for address in ["/mcp/search", "/mcp/search/"] {
        let list = mia
            .post(address, message("tools/list", json!({})))
            .await
            .json();
        assert_eq!(names(&list), ["search", "fetch"]);
    }
    let found = call(&mia, "search", json!({"query": "release"})).await;
    assert_eq!(found["content"].as_array().unwrap().len(), 1, "{found}");
    let results = found["structuredContent"]["results"].as_array().unwrap();
    assert!(!results.is_empty(), "{found}");
    for hit in results {
        let id = hit["id"].as_str().unwrap();
        assert!(hit["title"].is_string() && hit["url"].is_string(), "{hit}");
        let read = call(&mia, "fetch", json!({"id": id})).await;
        assert_eq!(read["isError"], false, "{id}: {read}");
        let whole: Value = serde_json::from_str(text(&read)).unwrap();
        assert_eq!((&whole["id"], &whole["title"]), (&hit["id"], &hit["title"]));
        assert!(
            whole["text"].is_string() && whole["metadata"].is_object(),
            "{whole}"
        );
    }
    let products = ["jira:", "confluence:"].map(|product| {
        results
            .iter()
            .any(|hit| hit["id"].as_str().unwrap().starts_with(product))
    });
    assert!(products.contains(&true), "{found}");
}

#[tokio::test]
async fn what_is_found_is_read_by_its_address_and_by_the_id_that_it_has_across_products() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let sites = mia.read("/connectors/jira/connection").await;
    let site = sites["site"]["cloud_id"].as_str().unwrap();
    let found = call(&mia, "search", json!({"query": "release"})).await;
    let results = found["structuredContent"]["results"].as_array().unwrap();
    for (product, kind) in [("jira", "issue"), ("confluence", "page")] {
        let is_of = |hit: &&Value| hit["id"].as_str().unwrap().starts_with(product);
        let hit = results.iter().find(is_of).unwrap();
        let by_id = call(&mia, "fetch", json!({"id": hit["id"]})).await;
        let metadata = &by_id["structuredContent"]["metadata"];
        let id = if product == "jira" {
            &metadata["key"]
        } else {
            &metadata["id"]
        };
        let across = format!("ari:cloud:{product}:{site}:{kind}/{}", id.as_str().unwrap());
        for name in [hit["url"].as_str().unwrap(), &across] {
            let read = call(&mia, "fetch", json!({ "id": name })).await;
            assert_eq!(read["isError"], false, "{name}: {read}");
            assert_eq!(read["structuredContent"]["title"], hit["title"], "{name}");
        }
        let elsewhere = format!("ari:cloud:{product}:no-such-site:{kind}/1");
        let refused = call(&mia, "fetch", json!({ "id": elsewhere })).await;
        assert!(text(&refused).contains("(VALIDATION)"), "{refused}");
    }
}

#[tokio::test]
async fn a_question_finds_what_its_words_are_about() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let new =
        json!({"project_key": "WEB", "issue_type": "Task", "summary": "The zeppelin is late"});
    let new = message(
        "tools/call",
        json!({"name": "jira_create_issue", "arguments": new}),
    );
    mia.post("/mcp", new).await;
    app.advance(std::time::Duration::from_mins(1));
    for query in [
        "Why is the zeppelin late?",
        "What blocks the zeppelin?",
        "zeppelin mooring",
    ] {
        let found = call(&mia, "search", json!({ "query": query })).await;
        let results = found["structuredContent"]["results"].as_array().unwrap();
        let is_it = |hit: &Value| hit["title"].as_str().unwrap().contains("zeppelin");
        assert!(results.iter().any(is_it), "{query}: {found}");
    }
    let nothing = call(&mia, "search", json!({"query": "Where is the quagga?"})).await;
    assert_eq!(nothing["structuredContent"]["results"], json!([]));
}

#[tokio::test]
async fn one_connected_product_is_enough_and_none_says_where_to_log_in() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    mia.delete("/connectors/confluence/connection").await;
    let found = call(&mia, "search", json!({"query": "a"})).await;
    assert_eq!(found["isError"], false, "{found}");
    mia.delete("/connectors/jira/connection").await;
    let told = call(&mia, "search", json!({"query": "a"})).await;
    assert!(text(&told).contains("/login?redirect=true"), "{told}");
    let odd = call(&mia, "fetch", json!({"id": "confluence:"})).await;
    assert_eq!(odd["isError"], true, "{odd}");
}

#[tokio::test]
async fn a_product_that_fails_is_told_beside_what_the_other_has_and_is_never_nothing() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let refused = answering(403, &json!({"errorMessages": ["no"]}));
    for (product, other) in [("jira", "confluence"), ("confluence", "jira")] {
        app.sandbox.clear_faults();
        let of_other = call(&mia, "search", json!({"query": "release"})).await;
        let of_other = of_other["structuredContent"]["results"].as_array().unwrap();
        let of_other = of_other
            .iter()
            .filter(|hit| hit["id"].as_str().unwrap().starts_with(other));
        let of_other: Vec<Value> = of_other.cloned().collect();
        let place = format!("/ex/{product}/");
        app.sandbox.fault(on_api(&place, refused.clone(), None));
        let found = call(&mia, "search", json!({"query": "release"})).await;
        let told = &found["structuredContent"];
        if of_other.is_empty() {
            assert_eq!(found["isError"], true, "{product}: {found}");
        } else {
            assert_eq!(told["results"], json!(of_other), "{product}");
            assert_eq!(told["left_out"][0]["product"], product, "{told}");
            assert!(told["left_out"][0]["why"].is_string(), "{told}");
        }
        let nothing = call(&mia, "search", json!({"query": "xyzzy"})).await;
        assert_eq!(nothing["isError"], true, "{product}: {nothing}");
    }
    app.sandbox.clear_faults();
    let nothing = call(&mia, "search", json!({"query": "xyzzy"})).await;
    assert_eq!(nothing["structuredContent"], json!({"results": []}));
}

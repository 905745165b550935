//! Where pages lie and get: beside others, several levels at once; and which projects allow what.

use serde_json::{Value, json};

use crate::mcp::fixture::{message, text};
use crate::mcp::pages::{call, given, page, worlds};
use crate::support::{Browser, TestApp};

/// The titles of what lies directly below a page, in its order.
async fn below(browser: &Browser, parent: &str) -> Vec<String> {
    let asked = json!({"parent_id": parent});
    let found = given(browser, "confluence_get_page_children", asked).await;
    let items = found["items"].as_array().unwrap().iter();
    items
        .map(|item| item["title"].as_str().unwrap().to_owned())
        .collect()
}

async fn page_below(browser: &Browser, space: &str, title: &str, parent: &str) -> String {
    let page = json!({"space_key": space, "title": title, "content": "x", "parent_id": parent});
    let made = given(browser, "confluence_create_page", page).await;
    made["id"].as_str().unwrap().to_owned()
}

/// A call of one of the tools under the names of Atlassian's own server.
async fn rovo(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let call = message("tools/call", json!({"name": tool, "arguments": arguments}));
    let answer = browser.post("/mcp/rovo?toolsets=all", call).await;
    answer.json()["result"].take()
}

const TREE_SCOPES: &str = "offline_access read:me read:space:confluence read:page:confluence write:page:confluence read:hierarchical-content:confluence search:confluence";

#[tokio::test]
async fn a_page_is_put_above_or_below_another_one() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", TREE_SCOPES)]).await;
    let mia = app.logged_in("mia").await;
    let top = page(&mia, "ENG", "Top", "x").await;
    let elsewhere = page(&mia, "ENG", "Elsewhere", "x").await;
    let mut ids = Vec::new();
    for title in ["One", "Two", "Three"] {
        ids.push(page_below(&mia, "ENG", title, &top).await);
    }
    let new = page_below(&mia, "ENG", "New", &elsewhere).await;
    for (position, target, order) in [
        ("above", &ids[1], ["One", "New", "Two", "Three"]),
        ("below", &ids[1], ["One", "Two", "New", "Three"]),
        ("above", &ids[0], ["New", "One", "Two", "Three"]),
        ("below", &ids[2], ["One", "Two", "Three", "New"]),
    ] {
        let moved = json!({"page_id": new, "target_parent_id": target, "position": position});
        let moved = given(&mia, "confluence_move_page", moved).await;
        assert_eq!(
            (&moved["title"], &moved["parent_id"]),
            (&json!("New"), &json!(top)),
            "{moved}"
        );
        assert_eq!(below(&mia, &top).await, order);
    }
    assert!(below(&mia, &elsewhere).await.is_empty());
}

#[tokio::test]
async fn nothing_is_put_beside_what_is_itself_at_the_top_or_elsewhere() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", TREE_SCOPES)]).await;
    let mia = app.logged_in("mia").await;
    let own = page(&mia, "ENG", "Own", "x").await;
    let space = json!({"space_key": "ENG"});
    let tree = given(&mia, "confluence_get_space_page_tree", space).await;
    let items = tree["items"].as_array().unwrap();
    let top = items.iter().find(|item| item["parent_id"].is_null());
    let top = top.unwrap()["id"].clone();
    let query = json!({"query": "type = page AND space != ENG", "limit": 20});
    let found = given(&mia, "confluence_search", query).await;
    let other = found["items"][0]["id"].clone();
    app.sandbox.clear_journal();
    for (target, why) in [
        (json!(own), "another page than page_id"),
        (top, "at the top of its space"),
        (other, "in another space"),
    ] {
        let moved = json!({"page_id": own, "target_parent_id": target, "position": "below"});
        let refused = call(&mia, "confluence_move_page", moved).await;
        assert_eq!(refused["isError"], true, "{refused}");
        assert!(text(&refused).contains(why), "{why}: {refused}");
    }
    let journal = app.sandbox.journal();
    assert!(journal.iter().all(|call| call.method != "PUT"));
}

/// A Data Center has no such call, and a person is told so.
#[tokio::test]
async fn a_data_center_puts_pages_below_others_only() {
    let (_host, mia, space) = worlds().await.swap_remove(1);
    let one = page(&mia, space, "One", "x").await;
    let two = page_below(&mia, space, "Two", &one).await;
    let three = page_below(&mia, space, "Three", &one).await;
    let moved = json!({"page_id": three, "target_parent_id": two, "position": "above"});
    let refused = call(&mia, "confluence_move_page", moved).await;
    assert!(text(&refused).contains("Data Center"), "{refused}");
    let deep = json!({"parent_id": one, "depth": 2});
    let refused = call(&mia, "confluence_get_page_children", deep).await;
    assert!(text(&refused).contains("leave depth out"), "{refused}");
}

#[tokio::test]
async fn as_many_levels_of_a_tree_come_as_are_asked_for() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", TREE_SCOPES)]).await;
    let mia = app.logged_in("mia").await;
    let mut above = page(&mia, "ENG", "Level 0", "x").await;
    let top = above.clone();
    for level in 1..=3 {
        above = page_below(&mia, "ENG", &format!("Level {level}"), &above).await;
    }
    for (depth, titles) in [
        (json!(null), vec!["Level 1"]),
        (json!(1), vec!["Level 1"]),
        (json!(2), vec!["Level 1", "Level 2"]),
        (json!("10"), vec!["Level 1", "Level 2", "Level 3"]),
    ] {
        let asked = json!({"pageId": top, "depth": depth});
        let found = rovo(&mia, "getConfluencePageDescendants", asked).await;
        let items = found["structuredContent"]["items"].as_array().unwrap();
        let told: Vec<_> = items.iter().map(|item| item["title"].clone()).collect();
        assert_eq!(told, titles, "{depth}: {found}");
    }
    let asked = json!({"pageId": top, "depth": 11});
    let refused = rovo(&mia, "getConfluencePageDescendants", asked).await;
    assert!(
        text(&refused).contains("depth is out of range"),
        "{refused}"
    );
    // A part at a time, too.
    let asked = json!({"pageId": top, "depth": 3, "limit": 2});
    let first = rovo(&mia, "getConfluencePageDescendants", asked.clone()).await;
    let mut rest = asked;
    rest["cursor"] = first["structuredContent"]["next_cursor"].clone();
    let rest = rovo(&mia, "getConfluencePageDescendants", rest).await;
    let items = rest["structuredContent"]["items"].as_array().unwrap();
    assert_eq!(
        (items.len(), &items[0]["title"]),
        (1, &json!("Level 3")),
        "{rest}"
    );
}

/// Each part has its place in the whole tree.
#[tokio::test]
async fn the_parts_of_a_tree_together_are_the_tree() {
    for (_app, mia, space) in worlds().await {
        let top = page(&mia, space, "Top", "x").await;
        let under = page_below(&mia, space, "Under", &top).await;
        page_below(&mia, space, "Deep", &under).await;
        let whole = json!({"space_key": space, "limit": 250});
        let whole = given(&mia, "confluence_get_space_page_tree", whole).await;
        let whole = whole["items"].as_array().unwrap().clone();
        let depth = |title: &str| {
            let found = whole.iter().find(|item| item["title"] == title);
            found.unwrap()["depth"].as_u64()
        };
        let above = depth("Top").unwrap();
        assert_eq!(
            (depth("Under"), depth("Deep")),
            (Some(above + 1), Some(above + 2))
        );
        let mut parts: Vec<Value> = Vec::new();
        let mut asked = json!({"space_key": space, "limit": 2});
        loop {
            let part = given(&mia, "confluence_get_space_page_tree", asked.clone()).await;
            parts.extend(part["items"].as_array().unwrap().clone());
            if part["next_cursor"].is_null() {
                break;
            }
            asked["cursor"] = part["next_cursor"].clone();
        }
        assert_eq!(parts, whole, "{space}");
    }
}

#[tokio::test]
async fn projects_are_listed_by_what_a_person_may_do_there() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for (arguments, asked) in [
        (json!({"action": "create"}), Some("create")),
        (
            json!({"action": "Edit", "searchString": "web"}),
            Some("edit"),
        ),
        (json!({}), None),
    ] {
        app.sandbox.clear_journal();
        let found = rovo(&mia, "getVisibleJiraProjects", arguments).await;
        assert_eq!(found["isError"], false, "{found}");
        let journal = app.sandbox.journal();
        let sent = journal
            .iter()
            .find(|call| call.path.ends_with("/project/search"))
            .unwrap();
        let mut pairs = sent.query.split('&');
        let action = pairs.find_map(|pair| pair.strip_prefix("action="));
        assert_eq!(action, asked);
    }
    let asked = json!({"action": "destroy"});
    let refused = rovo(&mia, "getVisibleJiraProjects", asked).await;
    assert!(
        text(&refused).contains("action must be view, browse, edit or create"),
        "{refused}"
    );
}

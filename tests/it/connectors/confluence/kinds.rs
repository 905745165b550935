//! Whatever a search, a list or our own create hands out is read and followed by its id: blog posts, folders
//! and what else lies in a tree, drafts, pages of the archive.

use serde_json::{Value, json};

use crate::connectors::confluence::fixture::{address, archive, made, put, stored};
use crate::connectors::tools::fixture::{given, invoke};
use crate::data_center::fixture::connected;
use crate::support::faults::{answering, on_method};
use crate::support::paging::{ids, walk};
use crate::support::{Browser, TestApp, with_query};

const ALL_KINDS: &str = "/auth/atlassian/login?site=acme&scope=read:folder:confluence+read:whiteboard:confluence+read:database:confluence+read:embed:confluence+delete:page:confluence";

/// The first hit of a search for one type of content.
async fn hit(browser: &Browser, kind: &str) -> Value {
    let cql = format!("type = {kind}");
    let found = browser
        .read(&with_query("/connectors/confluence/search", &[("q", &cql)]))
        .await;
    assert_eq!(found[0]["type"], kind, "{found}");
    found[0].clone()
}

/// What a search finds of these kinds is read at the route that its type names.
async fn every_hit_is_read(browser: &Browser, kinds: &[&str]) {
    for kind in kinds {
        let cql = format!("type = {kind}");
        let asked = [("q", cql.as_str()), ("limit", "10")];
        let hits = browser
            .read(&with_query("/connectors/confluence/search", &asked))
            .await;
        let hits = hits.as_array().unwrap();
        assert!(!hits.is_empty(), "{kind}");
        let (noun, id, title) = match *kind {
            "space" => ("spaces", "key", "name"),
            _ => ("pages", "id", "title"),
        };
        for hit in hits {
            let named = hit["id"].as_str().unwrap();
            let path = format!("/connectors/confluence/{noun}/{named}");
            let read = browser.read(&path).await;
            assert_eq!(
                (&hit["type"], &read[id], &read[title]),
                (&json!(kind), &hit["id"], &hit["title"])
            );
        }
    }
}

#[tokio::test]
async fn every_hit_of_every_kind_is_read_at_the_route_that_its_type_names() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let kinds = [
        "page",
        "blogpost",
        "folder",
        "whiteboard",
        "database",
        "embed",
        "space",
    ];
    every_hit_is_read(&browser, &kinds).await;
    let nowhere = [
        "NOPE",
        "a%20b",
        "https%3A%2F%2Facme.atlassian.net%2Fwiki%2Fhome",
    ];
    for key in nowhere {
        let answer = browser
            .get(&format!("/connectors/confluence/spaces/{key}"))
            .await;
        assert_eq!(answer.status, 404, "{key}: {}", answer.body);
    }
    // On another site a key alone would name another space.
    let there = "https://globex.atlassian.net/wiki/spaces/GX";
    let address = |site: &str| {
        let site = site.replace(':', "%3A").replace('/', "%2F");
        format!("/connectors/confluence/spaces/{site}")
    };
    let space = browser.read(&address(there)).await;
    assert_eq!(space["key"], "GX");
    let url = space["url"].as_str().unwrap();
    assert!(
        url.ends_with("globex.atlassian.net/wiki/spaces/GX"),
        "{space}"
    );
    let foreign = there.replace("globex", "elsewhere");
    assert_eq!(browser.get(&address(&foreign)).await.status, 422);
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    every_hit_is_read(&browser, &["page", "space"]).await;
}

fn id(hit: &Value) -> &str {
    hit["id"].as_str().unwrap()
}

/// Reads, changes and discusses the blog post that a search finds.
async fn a_posts_life(browser: &Browser) {
    let hit = hit(browser, "blogpost").await;
    let id = id(&hit);
    let post = browser.read(&address(id)).await;
    assert_eq!(
        (&post["type"], &post["title"], &post["parent_id"]),
        (&json!("blogpost"), &hit["title"], &Value::Null)
    );
    assert_eq!(post["url"], hit["url"]);
    let body = post["body"].as_str().unwrap();
    assert!(body.contains("_spring_"), "{post}");
    let titled = json!({"title": hit["title"], "space_key": post["space_key"]});
    let titled = given(browser, "confluence_get_page", titled).await;
    assert_eq!(titled["id"], post["id"]);
    for name in [id.to_owned(), hit["url"].as_str().unwrap().to_owned()] {
        let by_tool = given(browser, "confluence_get_page", json!({ "page_id": name })).await;
        assert_eq!(
            (&by_tool["id"], &by_tool["body"]),
            (&post["id"], &post["body"])
        );
    }
    let changed = put(
        browser,
        id,
        json!({"body": body.replace("spring", "summer"), "version": 1}),
    )
    .await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(
        (&changed.json()["type"], &changed.json()["version"]),
        (&json!("blogpost"), &json!(2))
    );
    let titled = put(browser, id, json!({"title": "Looking back"})).await;
    assert_eq!(titled.status, 200, "{}", titled.body);
    assert_eq!(titled.json()["title"], "Looking back");
    assert!(titled.json()["body"].as_str().unwrap().contains("_summer_"));
    let update = json!({"page_id": id, "title": "Looking back", "content": "By **tool**"});
    given(browser, "confluence_update_page", update).await;
    assert_eq!(browser.read(&address(id)).await["body"], "By **tool**");

    let comments = format!("{}/comments", address(id));
    assert_eq!(browser.read(&comments).await, json!([]));
    for body in ["one", "two"] {
        let written = browser.post(&comments, json!({ "body": body })).await;
        assert_eq!(written.status, 201, "{}", written.body);
    }
    given(
        browser,
        "confluence_add_comment",
        json!({"page_id": id, "body": "three"}),
    )
    .await;
    let listed = walk(browser, &format!("{comments}?limit=1")).await;
    let bodies: Vec<&str> = listed
        .iter()
        .filter_map(|one| one["body"].as_str())
        .collect();
    assert_eq!(bodies, ["one", "two", "three"]);
    let below = browser.read(&format!("{}/children", address(id))).await;
    assert_eq!(below, json!([]));
}

#[tokio::test]
async fn a_blog_post_lives_as_a_page_does() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    a_posts_life(&browser).await;
    let post = id(&hit(&browser, "blogpost").await).to_owned();
    let refused = browser.delete(&address(&post)).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    app.complete(&browser, ALL_KINDS, "mia").await;
    let deleted = browser.delete(&address(&post)).await;
    assert_eq!(deleted.status, 204, "{}", deleted.body);
    assert_eq!(browser.get(&address(&post)).await.status, 404);
}

#[tokio::test]
async fn a_blog_post_of_data_center_lives_as_a_page_does() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    a_posts_life(&browser).await;
}

#[tokio::test]
async fn what_lies_in_a_tree_is_read_by_its_id_with_the_scopes_there_are() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for scopes in ["few", "all"] {
        for kind in ["folder", "whiteboard", "database", "embed"] {
            let hit = hit(&browser, kind).await;
            let shown = browser.get(&address(id(&hit))).await;
            assert_eq!(shown.status, 200, "{scopes} {kind}: {}", shown.body);
            let shown = shown.json();
            assert_eq!(
                (&shown["type"], &shown["title"], &shown["url"]),
                (&json!(kind), &hit["title"], &hit["url"])
            );
            assert_eq!(
                (&shown["body"], &shown["space_key"]),
                (&Value::Null, &json!("ENG"))
            );
            assert_eq!(shown["parent_id"].is_string(), scopes == "all", "{shown}");
            let by_tool = json!({"page_id": hit["url"]});
            let by_tool = given(&browser, "confluence_get_page", by_tool).await;
            assert_eq!(by_tool["type"], kind);
            // There is no text to be changed.
            let refused = put(&browser, id(&hit), json!({"body": "x"})).await;
            assert_eq!(refused.status, 422, "{}", refused.body);
            assert!(refused.body.contains(kind), "{}", refused.body);
            let update = json!({"page_id": id(&hit), "title": "x"});
            let refused = invoke(&browser, "confluence_update_page", update).await;
            assert_eq!(refused.status, 422, "{}", refused.body);
        }
        app.complete(&browser, ALL_KINDS, "mia").await;
    }
    for path in ["", "/children", "/comments"] {
        let missing = browser.get(&format!("{}{path}", address("1"))).await;
        assert_eq!(missing.status, 404, "{path}: {}", missing.body);
    }
}

#[tokio::test]
async fn a_tree_is_walked_through_everything_that_lies_in_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let folder = hit(&browser, "folder").await;
    let inside = format!("{}/children", address(id(&folder)));
    let listed = walk(&browser, &format!("{inside}?limit=50")).await;
    let kinds: Vec<&str> = listed
        .iter()
        .filter_map(|one| one["type"].as_str())
        .collect();
    assert_eq!(kinds, ["page", "whiteboard", "database", "embed"]);
    assert_eq!(
        ids(&walk(&browser, &format!("{inside}?limit=1")).await),
        ids(&listed)
    );
    for child in &listed {
        assert_eq!(child["parent_id"], folder["id"]);
        let shown = browser.read(&address(id(child))).await;
        for same in ["type", "title", "url"] {
            assert_eq!(child[same], shown[same], "{child}");
        }
        let below = browser
            .read(&format!("{}/children", address(id(child))))
            .await;
        assert_eq!(below, json!([]), "{child}");
    }
    let by_tool = json!({"parent_id": id(&folder)});
    let by_tool = given(&browser, "confluence_get_page_children", by_tool).await;
    assert_eq!(ids(by_tool["items"].as_array().unwrap()), ids(&listed));
    let pages = json!({"parent_id": id(&folder), "include_folders": false});
    let pages = given(&browser, "confluence_get_page_children", pages).await;
    assert_eq!(pages["items"].as_array().unwrap().len(), 1);
    // The page above shows the folder, and the page inside leads to it.
    let page = browser.read(&address(id(&listed[0]))).await;
    assert_eq!(page["parent_id"], folder["id"]);
    let home = walk(&browser, "/connectors/confluence/pages?space=ENG&limit=250").await;
    let home = home
        .iter()
        .find(|page| page["parent_id"].is_null())
        .unwrap();
    let above = walk(&browser, &format!("{}/children?limit=1", address(id(home)))).await;
    assert!(ids(&above).contains(&id(&folder)), "{above:?}");
}

#[tokio::test]
async fn a_comment_and_an_attachment_that_were_found_are_read_as_what_they_are() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = made(&browser, "Discussed", "").await;
    let comments = format!("{}/comments", address(&page));
    let written = browser.post(&comments, json!({"body": "**mauve**"})).await;
    assert_eq!(written.status, 201, "{}", written.body);
    let hit = hit(&browser, "comment").await;
    let comment = browser.read(&address(id(&hit))).await;
    assert_eq!(
        (&comment["type"], &comment["url"], &comment["title"]),
        (&json!("comment"), &hit["url"], &hit["title"])
    );
    assert!(comment["body"].is_string(), "{comment}");
    let own = browser
        .read(&address(written.json()["id"].as_str().unwrap()))
        .await;
    assert_eq!(
        (&own["body"], &own["parent_id"]),
        (&json!("**mauve**"), &json!(page))
    );

    let file = json!({"results": [{"content": {"id": "att98401", "type": "attachment", "status": "current",
        "title": "plan.pdf", "_links": {"webui": "/spaces/ENG/pages/98400?preview=plan.pdf"}},
        "title": "plan.pdf", "lastModified": "2026-01-02T03:04:05.000Z"}], "_links": {}});
    app.sandbox
        .fault(on_method("GET", "/search", answering(200, &file), None));
    let shown = browser.read(&address("att98401")).await;
    assert_eq!(
        (&shown["type"], &shown["title"], &shown["body"]),
        (&json!("attachment"), &json!("plan.pdf"), &Value::Null)
    );
    assert_eq!(shown["space_key"], "ENG");
    assert_eq!(browser.get(&address("att98402")).await.status, 404);
}

#[tokio::test]
async fn a_draft_that_was_made_is_read_and_stays_a_draft() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let near = made(&browser, "Near", "").await;
    let space = browser.read(&address(&near)).await["space_id"].clone();
    let own = json!({"spaceId": space, "status": "draft", "title": "Not yet",
        "body": {"representation": "storage", "value": "<p>soon</p>"}});
    let draft = browser.post("/connectors/confluence/create", own).await;
    assert_eq!(draft.status, 201, "{}", draft.body);
    let path = draft.header("location").to_owned();
    let shown = browser.get(&path).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert_eq!(
        (&shown.json()["status"], &shown.json()["body"]),
        (&json!("draft"), &json!("soon"))
    );
    for change in [json!({"body": "sooner"}), json!({"title": "Nearly"})] {
        let changed = browser.put(&path, change).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let changed = changed.json();
        assert_eq!(
            (&changed["status"], &changed["version"]),
            (&json!("draft"), &json!(1))
        );
    }
    let shown = browser.read(&path).await;
    assert_eq!(
        (&shown["title"], &shown["body"], &shown["status"]),
        (&json!("Nearly"), &json!("sooner"), &json!("draft"))
    );
}

#[tokio::test]
async fn a_page_of_the_archive_stays_there_when_it_is_changed() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let id = made(&browser, "Old plan", "old").await;
    archive(&app, &id).await;
    assert_eq!(browser.read(&address(&id)).await["status"], "archived");
    for change in [
        json!({"body": "newer"}),
        json!({"title": "Older plan"}),
        json!({"body": "newest", "version": 3, "message": "m"}),
    ] {
        let changed = put(&browser, &id, change).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        assert_eq!(changed.json()["status"], "archived");
    }
    let stored = stored(&browser, &id).await;
    assert_eq!(
        (&stored["status"], &stored["title"]),
        (&json!("archived"), &json!("Older plan"))
    );
    // Atlassian's document names two other words for the status of a change, and none would leave the page there.
    let objections = app.sandbox.objections();
    let only_the_status = |one: &String| one.ends_with("status is no current|draft");
    assert!(
        !objections.is_empty() && objections.iter().all(only_the_status),
        "{objections:?}"
    );
    app.sandbox.clear_objections();
}

#[tokio::test]
async fn a_folder_above_a_page_has_its_name_without_the_scope_for_folders() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let folder = hit(&browser, "folder").await;
    let path = format!(
        "/connectors/confluence/pages/{}",
        folder["id"].as_str().unwrap()
    );
    let folder = browser.read(&path).await;
    let draft = json!({"space_key": folder["space_key"], "title": "In a folder", "body": "x"});
    let page = browser.post("/connectors/confluence/create", draft).await;
    let page = page.json()["id"].clone();
    let moved = json!({"page_id": page, "target_parent_id": folder["id"]});
    given(&browser, "confluence_move_page", moved).await;
    let above = given(
        &browser,
        "confluence_get_ancestors",
        json!({"page_id": page}),
    )
    .await;
    let nearest = above["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(nearest["id"], folder["id"], "{above}");
    assert_eq!(nearest["title"], folder["title"], "{above}");
    assert_eq!(nearest["type"], "folder");
    assert_eq!(nearest["url"], folder["url"], "{above}");
    assert_eq!(
        above["truncated"], true,
        "what lies above the folder is not known"
    );
}

//! What the tools about single pages give, on Cloud and on a Data Center: versions, differences, sections, places, files.

use serde_json::{Value, json};

use crate::data_center::fixture::connected;
use crate::mcp::fixture::{message, text};
use crate::support::{Browser, TestApp};

pub(super) async fn call(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let call = message("tools/call", json!({"name": tool, "arguments": arguments}));
    let answer = browser.post("/mcp?toolsets=all", call).await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    answer.json()["result"].take()
}

/// What a tool gives, after checking that it did.
pub(super) async fn given(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let mut result = call(browser, tool, arguments).await;
    assert_eq!(result["isError"], false, "{tool}: {result}");
    result["structuredContent"].take()
}

/// A browser on either kind of site, with a space where it may write.
pub(super) async fn worlds() -> Vec<(TestApp, Browser, &'static str)> {
    let files = "read:attachment:confluence write:confluence-file delete:attachment:confluence";
    let scopes = format!(
        "offline_access read:me read:space:confluence read:page:confluence write:page:confluence read:comment:confluence write:comment:confluence search:confluence {files}"
    );
    let cloud = TestApp::start_with(&[("ATLASSIAN_SCOPES", &scopes)]).await;
    let mia = cloud.logged_in("mia").await;
    let host = TestApp::start_with_data_center(&[]).await;
    let there = connected(&host, "mia").await;
    vec![(cloud, mia, "ENG"), (host, there, "PLANT")]
}

pub(super) async fn page(browser: &Browser, space: &str, title: &str, content: &str) -> String {
    let page = json!({"space_key": space, "title": title, "content": content});
    let made = given(browser, "confluence_create_page", page).await;
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_page_is_read_as_it_was_and_the_difference_is_told() {
    for (_app, mia, space) in worlds().await {
        let id = page(&mia, space, "Pump", "# Pump\n\nOne\n\nTwo").await;
        let change = json!({"page_id": id, "title": "Pumps", "content": "# Pump\n\nOne\n\nThree"});
        given(&mia, "confluence_update_page", change).await;
        let versions = [(1, "Pump", "Two"), (2, "Pumps", "Three")];
        for (version, title, word) in versions {
            let old = json!({"page_id": id, "version": version});
            let old = given(&mia, "confluence_get_page_history", old).await;
            assert_eq!(
                (&old["id"], &old["title"], &old["version"], &old["body"]),
                (
                    &json!(id),
                    &json!(title),
                    &json!(version),
                    &json!(format!("# Pump\n\nOne\n\n{word}"))
                )
            );
        }
        let two = json!({"page_id": id, "from_version": 1, "to_version": 2});
        assert_eq!(
            given(&mia, "confluence_get_page_diff", two).await,
            json!({
                "page_id": id, "title": "Pumps", "title_before": "Pump", "from_version": 1, "to_version": 2,
                "lines_added": 1, "lines_removed": 1,
                "diff": "@@ -2,4 +2,4 @@\n \n One\n \n-Two\n+Three\n",
            })
        );
        let back = json!({"page_id": id, "from_version": 2, "to_version": 2});
        let back = given(&mia, "confluence_get_page_diff", back).await;
        assert_eq!(
            (&back["diff"], &back["lines_added"]),
            (&json!(""), &json!(0))
        );
        let never = json!({"page_id": id, "version": 9});
        let never = call(&mia, "confluence_get_page_history", never).await;
        assert!(text(&never).contains("(NOT_FOUND)"), "{never}");
    }
}

#[tokio::test]
async fn one_section_is_changed_and_all_else_stays() {
    for (_app, mia, space) in worlds().await {
        let before = "# Plan\n\nIntro\n\n## Steps\n\nOld\n\n### Detail\n\nOlder\n\n## End\n\nLast";
        let id = page(&mia, space, "Plan", before).await;
        let section = |heading: &str, content: &str| {
            json!({"page_id": id, "heading_text": heading, "new_content": content,
                "version_comment": "why"})
        };
        let changed = section("steps", "- new\n- newer");
        let changed = given(&mia, "confluence_update_page_section", changed).await;
        assert_eq!(
            (&changed["id"], &changed["version"]),
            (&json!(id), &json!(2))
        );
        let read = given(&mia, "confluence_get_page", json!({"page_id": id})).await;
        assert_eq!(
            read["body"],
            "# Plan\n\nIntro\n\n## Steps\n\n- new\n- newer\n\n## End\n\nLast"
        );
        let wrong = call(
            &mia,
            "confluence_update_page_section",
            section("Begin", "x"),
        )
        .await;
        assert!(
            text(&wrong).contains("there are: Plan, Steps, End"),
            "{wrong}"
        );
        let read = given(&mia, "confluence_get_page", json!({"page_id": id})).await;
        assert_eq!(read["version"], 2, "nothing was written");
    }
}

#[tokio::test]
async fn a_section_in_a_column_or_a_panel_ends_with_it() {
    for (_app, mia, space) in worlds().await {
        let info = "<ac:structured-macro ac:name=\"info\"><ac:rich-text-body><h3>Note</h3><p>noted</p></ac:rich-text-body></ac:structured-macro>";
        let cell =
            |name: &str| format!("<ac:layout-cell><h2>{name}</h2><p>old</p></ac:layout-cell>");
        let before = format!(
            "<ac:layout><ac:layout-section ac:type=\"two_equal\">{}{}</ac:layout-section><ac:layout-section ac:type=\"single\"><ac:layout-cell>{info}</ac:layout-cell></ac:layout-section></ac:layout>",
            cell("Left"),
            cell("Right")
        );
        let made = json!({"space_key": space, "title": "Columns", "content": before, "content_format": "storage"});
        let made = given(&mia, "confluence_create_page", made).await;
        for heading in ["Left", "Right", "Note"] {
            let changed = json!({"page_id": made["id"], "heading_text": heading, "new_content": format!("new {heading}")});
            given(&mia, "confluence_update_page_section", changed).await;
        }
        let mut after = before.replace("noted", "new Note");
        for name in ["Left", "Right"] {
            let old = format!("{name}</h2><p>old");
            after = after.replace(&old, &format!("{name}</h2><p>new {name}"));
        }
        let path = format!(
            "/connectors/confluence/pages/{}?format=raw",
            made["id"].as_str().unwrap()
        );
        let raw = mia.get(&path).await.json();
        assert!(raw.to_string().contains(&json!(after).to_string()), "{raw}");
    }
}

#[tokio::test]
async fn what_lies_above_a_page_is_listed_from_the_top_and_a_space_is_a_tree() {
    for (_app, mia, space) in worlds().await {
        let top = page(&mia, space, "Top", "x").await;
        let mut below = vec![top.clone()];
        for title in ["Middle", "Leaf"] {
            let parent = below.last().unwrap();
            let page =
                json!({"space_key": space, "title": title, "content": "x", "parent_id": parent});
            let made = given(&mia, "confluence_create_page", page).await;
            below.push(made["id"].as_str().unwrap().to_owned());
        }
        let above = given(
            &mia,
            "confluence_get_ancestors",
            json!({"page_id": below[2]}),
        )
        .await;
        let titles = |list: &Value| -> Vec<String> {
            let items = list["items"].as_array().unwrap().iter();
            items
                .map(|one| one["title"].as_str().unwrap().to_owned())
                .collect()
        };
        let found = titles(&above);
        assert_eq!(found[found.len() - 2..], ["Top", "Middle"], "{above}");
        let parents = above["items"].as_array().unwrap();
        assert_eq!(parents.last().unwrap()["parent_id"], json!(top));
        let tree = given(
            &mia,
            "confluence_get_space_page_tree",
            json!({"space_key": space, "limit": 250}),
        )
        .await;
        let listed = tree["items"].as_array().unwrap();
        let place = |id: &str| listed.iter().position(|one| one["id"] == id).unwrap();
        let (top, middle, leaf) = (place(&below[0]), place(&below[1]), place(&below[2]));
        assert_eq!((middle, leaf), (top + 1, top + 2), "{tree}");
        let depth = |place: usize| listed[place]["depth"].as_u64().unwrap();
        assert_eq!(
            (depth(middle), depth(leaf)),
            (depth(top) + 1, depth(top) + 2)
        );
        let nowhere = json!({"space_key": "NOPE"});
        let nowhere = call(&mia, "confluence_get_space_page_tree", nowhere).await;
        assert!(text(&nowhere).contains("(VALIDATION)"), "{nowhere}");
    }
}

#[tokio::test]
async fn a_file_of_the_same_name_is_a_new_version_and_no_page_goes_in_the_place_of_a_file() {
    for (_app, mia, space) in worlds().await {
        let id = page(&mia, space, "Files", "x").await;
        let mut ids = Vec::new();
        for content in ["SGVsbG8=", "SGVsbG8gYWdhaW4="] {
            let file = json!({"content_id": id, "filename": "a.txt", "content_base64": content});
            let file = given(&mia, "confluence_upload_attachment", file).await;
            ids.push(file["id"].clone());
        }
        assert_eq!(ids[0], ids[1]);
        let listed = given(
            &mia,
            "confluence_get_attachments",
            json!({"content_id": id}),
        )
        .await;
        let files = listed["items"].as_array().unwrap();
        assert_eq!(files.len(), 1, "{listed}");
        assert_eq!(
            (
                &files[0]["filename"],
                &files[0]["size"],
                &files[0]["media_type"]
            ),
            (&json!("a.txt"), &json!(11), &json!("text/plain"))
        );
        assert_eq!(
            files[0]["author"]["display_name"], "Mia Krystof",
            "{listed}"
        );
        let none = json!({"content_id": id, "filename": "b.txt"});
        let none = given(&mia, "confluence_get_attachments", none).await;
        assert_eq!(none["items"], json!([]));
        let page_as_file = call(
            &mia,
            "confluence_delete_attachment",
            json!({"attachment_id": id}),
        )
        .await;
        assert!(
            text(&page_as_file).contains("(NOT_FOUND)"),
            "{page_as_file}"
        );
        given(&mia, "confluence_get_page", json!({"page_id": id})).await;
        given(
            &mia,
            "confluence_delete_attachment",
            json!({"attachment_id": ids[0]}),
        )
        .await;
        let listed = given(
            &mia,
            "confluence_get_attachments",
            json!({"content_id": id}),
        )
        .await;
        assert_eq!(listed["items"], json!([]));
    }
}

#[tokio::test]
async fn comments_on_words_are_told_apart_from_those_below() {
    let (_app, mia, space) = worlds().await.swap_remove(0);
    let id = page(&mia, space, "Words", "Some words to talk about").await;
    let comment = json!({"page_id": id, "body": "Which?", "text_selection": "words"});
    let written = given(&mia, "confluence_add_inline_comment", comment).await;
    assert_eq!(
        (
            &written["text_selection"],
            &written["status"],
            &written["body"]
        ),
        (&json!("words"), &json!("open"), &json!("Which?"))
    );
    let below = json!({"page_id": id, "body": "Below"});
    let below = given(&mia, "confluence_add_comment", below).await;
    for (of, body) in [(&written, "These"), (&below, "Indeed")] {
        let reply = json!({"comment_id": of["id"], "body": body});
        let reply = given(&mia, "confluence_reply_to_comment", reply).await;
        assert_eq!(reply["body"], body);
    }
    let told = |list: &Value| -> Vec<Value> {
        let items = list["items"].as_array().unwrap().iter();
        items
            .map(|one| json!([one["body"], one["text_selection"], one["parent_id"]]))
            .collect()
    };
    let all = given(&mia, "confluence_get_comments", json!({"page_id": id})).await;
    let (words, foot) = (&written["id"], &below["id"]);
    let expected = [
        json!(["Below", null, null]),
        json!(["Indeed", null, foot]),
        json!(["Which?", "words", null]),
        json!(["These", "words", words]),
    ];
    assert_eq!(told(&all), expected, "{all}");
    assert_eq!(all["items"][2]["author"]["display_name"], "Mia Krystof");
    let inline = json!({"page_id": id});
    let inline = given(&mia, "confluence_get_inline_comments", inline).await;
    assert_eq!(told(&inline), expected[2..], "{inline}");
    let first = json!({"page_id": id, "limit": 1});
    let first = given(&mia, "confluence_get_comments", first).await;
    let rest = json!({"page_id": id, "limit": 1, "cursor": first["next_cursor"]});
    let rest = given(&mia, "confluence_get_comments", rest).await;
    assert_eq!([told(&first), told(&rest)].concat(), expected);
    assert_eq!(rest.get("next_cursor"), None);
    let absent = json!({"page_id": id, "body": "x", "text_selection": "not there"});
    let absent = call(&mia, "confluence_add_inline_comment", absent).await;
    assert!(text(&absent).contains("could not be matched"), "{absent}");
}

#[tokio::test]
async fn replies_on_a_data_center_name_what_they_reply_to() {
    let (_host, mia, space) = worlds().await.swap_remove(1);
    let id = page(&mia, space, "Words", "x").await;
    let top = json!({"page_id": id, "body": "Top"});
    let top = given(&mia, "confluence_add_comment", top).await;
    let reply = json!({"comment_id": top["id"], "body": "Reply"});
    let reply = given(&mia, "confluence_reply_to_comment", reply).await;
    assert_eq!(reply["parent_id"], top["id"], "{reply}");
    let all = given(&mia, "confluence_get_comments", json!({"page_id": id})).await;
    let items = all["items"].as_array().unwrap();
    let told: Vec<(&Value, Option<&Value>)> = items
        .iter()
        .map(|one| (&one["body"], one.get("parent_id")))
        .collect();
    assert_eq!(
        told,
        [(&json!("Top"), None), (&json!("Reply"), Some(&top["id"]))]
    );
}

#[tokio::test]
async fn a_blog_post_has_versions_and_no_place_in_the_tree() {
    let (_cloud, mia, space) = worlds().await.swap_remove(0);
    let post = json!({"query": format!("type = blogpost AND space = {space}"), "limit": 1});
    let post = given(&mia, "confluence_search", post).await["items"][0]["id"].clone();
    let versions = json!({"page_id": post});
    let versions = given(&mia, "confluence_get_page_versions", versions).await;
    assert_eq!(
        versions["items"].as_array().unwrap().last().unwrap()["version"],
        1
    );
    let parent = page(&mia, space, "Parent", "x").await;
    let moved = json!({"page_id": post, "target_parent_id": parent});
    let moved = call(&mia, "confluence_move_page", moved).await;
    assert!(text(&moved).contains("has no place in the tree"), "{moved}");
}

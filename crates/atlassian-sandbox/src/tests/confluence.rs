//! Spaces, pages, the tree, comments, labels and CQL.

use serde_json::{Value, json};

use super::{ALL, Bench, text, wiki};

fn space_id(bench: &mut Bench, bearer: &str, key: &str) -> String {
    text(
        &bench
            .call(
                "GET",
                &wiki(&format!("api/v2/spaces?keys={key}")),
                bearer,
                None,
            )
            .value(),
        "/results/0/id",
    )
    .to_owned()
}

fn new_page(bench: &mut Bench, bearer: &str, space: &str, title: &str, body: &str) -> super::Reply {
    let body = json!({"spaceId": space, "status": "current", "title": title, "body": {"representation": "storage", "value": body}});
    bench.call("POST", &wiki("api/v2/pages"), bearer, Some(&body))
}

#[test]
fn a_list_is_followed_by_its_cursor_with_the_same_filters_only() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let reply = bench.call(
            "GET",
            &wiki(&format!("api/v2/spaces?limit=7&sort=key{cursor}")),
            &bearer,
            None,
        );
        let value = reply.value();
        found.extend(
            value["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|space| text(space, "/key").to_owned()),
        );
        let next = text(&value, "/_links/next").to_owned();
        let link = reply
            .headers
            .iter()
            .find(|(name, _)| name == "link")
            .unwrap()
            .1
            .clone();
        assert_eq!(link.contains("rel=\"next\""), !next.is_empty());
        if next.is_empty() {
            break;
        }
        assert!(next.starts_with("/wiki/api/v2/spaces?"), "{next}");
        let raw = next.split("cursor=").nth(1).unwrap();
        assert!(raw.contains("%3D"), "a cursor has to be decoded");
        cursor = format!("&cursor={raw}");
    }
    assert_eq!(found.len(), bench.state.saved.world.sites[0].spaces.len());
    assert!(found.is_sorted());
    assert_eq!(
        bench
            .call(
                "GET",
                &wiki(&format!("api/v2/spaces?limit=8&sort=key{cursor}")),
                &bearer,
                None
            )
            .status,
        400
    );
}

#[test]
fn a_limit_outside_1_to_250_is_refused() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    for limit in ["0", "251", "x"] {
        assert_eq!(
            bench
                .call(
                    "GET",
                    &wiki(&format!("api/v2/spaces?limit={limit}")),
                    &bearer,
                    None
                )
                .status,
            400
        );
    }
}

#[test]
fn a_page_has_a_body_only_in_the_format_asked_for() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let space = space_id(&mut bench, &bearer, "ENG");
    let made = new_page(
        &mut bench,
        &bearer,
        &space,
        "Format",
        "<h1>A</h1><p>b <strong>c</strong></p>",
    );
    assert_eq!(made.status, 200);
    let path = wiki(&format!("api/v2/pages/{}", text(&made.value(), "/id")));
    assert_eq!(
        bench.call("GET", &path, &bearer, None).value()["body"],
        json!({})
    );
    let adf = bench
        .call(
            "GET",
            &format!("{path}?body-format=atlas_doc_format"),
            &bearer,
            None,
        )
        .value();
    let document: Value = serde_json::from_str(text(&adf, "/body/atlas_doc_format/value")).unwrap();
    assert_eq!(document["content"][0]["type"], "heading");
    assert_eq!(
        bench
            .call(
                "GET",
                &format!("{path}?body-format=nonsense"),
                &bearer,
                None
            )
            .status,
        400
    );
    assert_eq!(
        bench
            .call("GET", &wiki("api/v2/pages?body-format=view"), &bearer, None)
            .status,
        400
    );
}

#[test]
fn bodies_must_be_well_formed_in_both_formats() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let space = space_id(&mut bench, &bearer, "ENG");
    assert_eq!(
        new_page(&mut bench, &bearer, &space, "Bad", "<p>a<br>b").status,
        400
    );
    for (value, status) in [
        (
            json!("{\"type\":\"doc\",\"version\":1,\"content\":[]}"),
            200,
        ),
        (
            json!("{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"nonsense\"}]}"),
            400,
        ),
        (json!({"type": "doc", "version": 1, "content": []}), 400),
    ] {
        let body = json!({"spaceId": space, "title": "ADF", "body": {"representation": "atlas_doc_format", "value": value}});
        assert_eq!(
            bench
                .call("POST", &wiki("api/v2/pages"), &bearer, Some(&body))
                .status,
            status
        );
    }
}

#[test]
fn an_update_needs_all_five_parts_and_the_next_version_number() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let space = space_id(&mut bench, &bearer, "ENG");
    let page = new_page(&mut bench, &bearer, &space, "Version", "<p>1</p>").value();
    let id = text(&page, "/id").to_owned();
    let path = wiki(&format!("api/v2/pages/{id}"));
    let good = json!({"id": id, "status": "current", "title": "Version", "body": {"representation": "storage", "value": "<p>2</p>"}, "version": {"number": 2, "message": "m"}});
    for part in ["id", "status", "title", "body", "version"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(part);
        assert_eq!(
            bench.call("PUT", &path, &bearer, Some(&body)).status,
            400,
            "{part}"
        );
    }
    assert_eq!(bench.call("PUT", &path, &bearer, Some(&good)).status, 200);
    let stale = bench.call("PUT", &path, &bearer, Some(&good));
    assert_eq!(
        (stale.status, text(&stale.value(), "/errors/0/code")),
        (409, "CONFLICT")
    );
    let versions = bench
        .call("GET", &format!("{path}/versions"), &bearer, None)
        .value();
    assert_eq!(versions["results"][0]["number"], 2);
    let old = bench
        .call(
            "GET",
            &format!("{path}?version=1&body-format=storage"),
            &bearer,
            None,
        )
        .value();
    assert_eq!(text(&old, "/body/storage/value"), "<p>1</p>");
    assert_eq!(
        new_page(&mut bench, &bearer, &space, "version", "<p/>").status,
        400,
        "titles are unique in a space"
    );
}

#[test]
fn pages_hang_in_a_tree_below_the_homepage() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let space = space_id(&mut bench, &bearer, "ENG");
    let value = bench
        .call(
            "GET",
            &wiki(&format!("api/v2/spaces/{space}")),
            &bearer,
            None,
        )
        .value();
    let home = text(&value, "/homepageId").to_owned();
    let page = new_page(&mut bench, &bearer, &space, "Leaf", "<p/>").value();
    assert_eq!(text(&page, "/parentId"), home);
    let id = text(&page, "/id").to_owned();
    let children = bench
        .call(
            "GET",
            &wiki(&format!("api/v2/pages/{home}/direct-children?limit=250")),
            &bearer,
            None,
        )
        .value();
    assert!(
        children["results"]
            .as_array()
            .unwrap()
            .iter()
            .any(|child| child["id"] == id && child["type"] == "page")
    );
    let ancestors = bench
        .call(
            "GET",
            &wiki(&format!("api/v2/pages/{id}/ancestors")),
            &bearer,
            None,
        )
        .value();
    assert_eq!(text(&ancestors, "/results/0/id"), home);
    assert_eq!(
        bench
            .call(
                "DELETE",
                &wiki(&format!("api/v2/pages/{id}")),
                &bearer,
                None
            )
            .status,
        204
    );
    assert_eq!(
        bench
            .call("GET", &wiki(&format!("api/v2/pages/{id}")), &bearer, None)
            .status,
        404
    );
}

#[test]
fn a_comment_is_on_a_page_or_a_reply_never_both() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let space = space_id(&mut bench, &bearer, "ENG");
    let page = text(
        &new_page(&mut bench, &bearer, &space, "Talk", "<p>hello</p>").value(),
        "/id",
    )
    .to_owned();
    let body = json!({"representation": "storage", "value": "<p>ok</p>"});
    let post = |bench: &mut Bench, value: &Value| {
        bench.call(
            "POST",
            &wiki("api/v2/footer-comments"),
            &bearer,
            Some(value),
        )
    };
    let first = post(&mut bench, &json!({"pageId": page, "body": body}));
    assert_eq!(first.status, 201);
    let id = text(&first.value(), "/id").to_owned();
    assert_eq!(
        post(
            &mut bench,
            &json!({"pageId": page, "parentCommentId": id, "body": body})
        )
        .status,
        400
    );
    assert_eq!(
        post(&mut bench, &json!({"parentCommentId": id, "body": body})).status,
        201
    );
    let top = bench
        .call(
            "GET",
            &wiki(&format!(
                "api/v2/pages/{page}/footer-comments?body-format=storage"
            )),
            &bearer,
            None,
        )
        .value();
    assert_eq!(
        (
            top["results"].as_array().unwrap().len(),
            text(&top, "/results/0/body/storage/value")
        ),
        (1, "<p>ok</p>")
    );
    let replies = bench
        .call(
            "GET",
            &wiki(&format!("api/v2/footer-comments/{id}/children")),
            &bearer,
            None,
        )
        .value();
    assert_eq!(text(&replies, "/results/0/parentCommentId"), id);
}

#[test]
fn labels_are_written_in_v1_and_read_in_v2() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let space = space_id(&mut bench, &bearer, "ENG");
    let page = text(
        &new_page(&mut bench, &bearer, &space, "Labels", "<p/>").value(),
        "/id",
    )
    .to_owned();
    let path = wiki(&format!("rest/api/content/{page}/label"));
    let added = bench.call(
        "POST",
        &path,
        &bearer,
        Some(&json!([{"prefix": "global", "name": "x/y"}])),
    );
    assert_eq!(added.status, 200);
    let read = bench
        .call(
            "GET",
            &wiki(&format!("api/v2/pages/{page}?include-labels=true")),
            &bearer,
            None,
        )
        .value();
    assert_eq!(text(&read, "/labels/results/0/name"), "x/y");
    assert_eq!(
        bench
            .call("DELETE", &format!("{path}?name=x%2Fy"), &bearer, None)
            .status,
        204
    );
    assert_eq!(
        bench
            .call("DELETE", &format!("{path}?name=x%2Fy"), &bearer, None)
            .status,
        404
    );
}

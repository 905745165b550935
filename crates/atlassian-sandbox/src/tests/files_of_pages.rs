//! Files of pages and blog posts; versions of posts; the tree without circles.

use serde_json::{Value, json};

use super::{ALL, Bench, text, wiki};

const TOKEN: (&str, &str) = ("x-atlassian-token", "nocheck");

fn page(bench: &mut Bench, bearer: &str, kind: &str, title: &str) -> Value {
    let spaces = bench
        .call("GET", &wiki("api/v2/spaces?keys=ENG"), bearer, None)
        .value();
    let body = json!({"spaceId": spaces["results"][0]["id"], "title": title, "body": {"representation": "storage", "value": "<p>a</p>"}});
    let made = bench.call(
        "POST",
        &wiki(&format!("api/v2/{kind}")),
        bearer,
        Some(&body),
    );
    assert_eq!(made.status, 200, "{}", made.value());
    made.value()
}

/// <https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content---attachments/> and
/// <https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-attachment/>
#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one way from its beginning to its end"
)]
fn a_file_of_a_page_goes_up_in_v1_and_is_read_in_v2() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    for kind in ["pages", "blogposts"] {
        let id = text(&page(&mut bench, &bearer, kind, "With a file"), "/id").to_owned();
        let upload = wiki(&format!("rest/api/content/{id}/child/attachment"));
        let file = ("a.txt", "text/plain", b"0123".as_slice());
        assert_eq!(bench.upload(&upload, &bearer, file, &[]).status, 403);
        let made = bench.upload(&upload, &bearer, file, &[TOKEN]);
        assert_eq!(made.status, 200, "{}", made.value());
        let made = made.value();
        let attachment = text(&made, "/results/0/id").to_owned();
        assert!(attachment.starts_with("att"));
        assert_eq!(
            bench.upload(&upload, &bearer, file, &[TOKEN]).status,
            400,
            "the name is taken"
        );
        let again = format!("{upload}/{attachment}/data");
        let again = bench
            .upload(
                &again,
                &bearer,
                ("b", "text/plain", b"56789".as_slice()),
                &[TOKEN],
            )
            .value();
        assert_eq!(
            (text(&again, "/title"), again["version"]["number"].clone()),
            ("a.txt", json!(2))
        );

        let list = bench
            .call(
                "GET",
                &wiki(&format!("api/v2/{kind}/{id}/attachments?filename=a.txt")),
                &bearer,
                None,
            )
            .value();
        assert_eq!(
            (
                text(&list, "/results/0/id"),
                list["results"][0]["fileSize"].clone()
            ),
            (attachment.as_str(), json!(5))
        );
        let one = wiki(&format!("api/v2/attachments/{attachment}"));
        assert_eq!(
            text(
                &bench.call("GET", &one, &bearer, None).value(),
                "/mediaType"
            ),
            "text/plain"
        );
        let sent = bench.call(
            "GET",
            &format!("{upload}/{attachment}/download"),
            &bearer,
            None,
        );
        assert_eq!(sent.status, 302);
        let address = sent
            .headers
            .iter()
            .find(|(name, _)| name == "location")
            .unwrap()
            .1
            .clone();
        let address = address
            .strip_prefix("https://api.media.atlassian.com")
            .unwrap();
        assert_eq!(bench.call("GET", address, "", None).body, b"56789");
        let narrow = bench.login("mia", "read:page:confluence");
        assert_eq!(bench.call("GET", &one, &narrow, None).status, 401);
        let bearer = bench.login("mia", ALL);
        assert_eq!(bench.call("DELETE", &one, &bearer, None).status, 204);
        assert_eq!(bench.call("GET", &one, &bearer, None).status, 404);
    }
}

#[test]
fn posts_have_versions_and_lie_in_their_space() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let post = page(&mut bench, &bearer, "blogposts", "News");
    let id = text(&post, "/id");
    let versions = bench
        .call(
            "GET",
            &wiki(&format!("api/v2/blogposts/{id}/versions")),
            &bearer,
            None,
        )
        .value();
    assert_eq!(versions["results"][0]["number"], 1);
    let one = bench.call(
        "GET",
        &wiki(&format!("api/v2/blogposts/{id}/versions/1")),
        &bearer,
        None,
    );
    assert_eq!(one.status, 200);
    let list = wiki(&format!(
        "api/v2/spaces/{}/blogposts?title=News",
        text(&post, "/spaceId")
    ));
    assert_eq!(
        text(
            &bench.call("GET", &list, &bearer, None).value(),
            "/results/0/id"
        ),
        id
    );
    assert_eq!(
        bench
            .call(
                "GET",
                &wiki(&format!("api/v2/pages/{id}/versions")),
                &bearer,
                None
            )
            .status,
        404
    );
}

//! Files of issues: up, down, in parts, away.

use serde_json::json;

use super::{ALL, Bench, jira, text};

const TOKEN: (&str, &str) = ("x-atlassian-token", "no-check");

fn header<'a>(reply: &'a super::Reply, name: &str) -> &'a str {
    reply
        .headers
        .iter()
        .find(|(known, _)| known == name)
        .map_or("", |(_, value)| value)
}

/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/>
#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one way from its beginning to its end"
)]
fn a_file_goes_up_and_comes_down_from_a_signed_address() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let path = jira("issue/WEB-1/attachments");
    let file = ("a b.txt", "text/plain", b"0123456789".as_slice());
    assert_eq!(bench.upload(&path, &bearer, file, &[]).status, 403);
    let made = bench.upload(&path, &bearer, file, &[TOKEN]);
    assert_eq!(made.status, 200, "{}", made.value());
    let made = made.value();
    let id = text(&made, "/0/id").to_owned();
    assert_eq!(
        (text(&made, "/0/filename"), made[0]["size"].clone()),
        ("a b.txt", json!(10))
    );
    assert!(text(&made, "/0/content").starts_with("https://api.atlassian.com/ex/jira/"));
    let one = bench
        .call("GET", &jira(&format!("attachment/{id}")), &bearer, None)
        .value();
    assert_eq!(one["id"].to_string(), id, "a number here");

    let content = jira(&format!("attachment/content/{id}"));
    let sent = bench.call("GET", &content, &bearer, None);
    assert_eq!(sent.status, 303);
    let address = header(&sent, "location")
        .strip_prefix("https://api.media.atlassian.com")
        .unwrap()
        .to_owned();
    let bytes = bench.call("GET", &address, "", None);
    assert_eq!(
        (bytes.status, bytes.body.as_slice()),
        (200, b"0123456789".as_slice())
    );
    assert_eq!(
        bench
            .call("GET", &address.replace("token=", "token=1"), "", None)
            .status,
        403
    );
    bench.advance(11 * 60 * 1000);
    assert_eq!(
        bench.call("GET", &address, "", None).status,
        403,
        "too late"
    );

    let plain = format!("{content}?redirect=false");
    let all = bench.call("GET", &plain, &bearer, None);
    assert_eq!(
        (all.status, header(&all, "content-type")),
        (200, "text/plain")
    );
    for (range, status, bytes, told) in [
        ("bytes=2-4", 206, "234", "bytes 2-4/10"),
        ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"),
        ("bytes=4-99", 206, "456789", "bytes 4-9/10"),
        ("bytes=10-", 416, "", "bytes */10"),
    ] {
        let part = bench.get_with(&plain, &bearer, ("range", range));
        assert_eq!(
            (
                part.status,
                String::from_utf8_lossy(&part.body).as_ref(),
                header(&part, "content-range")
            ),
            (status, bytes, told)
        );
    }
    let omar = bench.login("omar", ALL);
    assert_eq!(bench.call("GET", &content, &omar, None).status, 303);
    assert_eq!(
        bench
            .call("DELETE", &jira(&format!("attachment/{id}")), &bearer, None)
            .status,
        204
    );
    assert_eq!(bench.call("GET", &content, &bearer, None).status, 404);
}

#[test]
fn pictures_have_thumbnails_and_other_files_have_none() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let path = jira("issue/WEB-1/attachments");
    for (kind, status) in [("image/png", 303), ("text/plain", 404)] {
        let made = bench
            .upload(&path, &bearer, ("a", kind, b"x".as_slice()), &[TOKEN])
            .value();
        assert_eq!(made[0].get("thumbnail").is_some(), status == 303);
        let thumbnail = jira(&format!("attachment/thumbnail/{}", text(&made, "/0/id")));
        assert_eq!(bench.call("GET", &thumbnail, &bearer, None).status, status);
    }
}

//! How long texts may be, on Cloud in both of its versions and on the Data Center host.

use serde_json::{Value, json};

use super::data_center::{Host, JIRA};
use super::{ALL, Bench, jira};

const SENTENCE: &str =
    "The entered text is too long. It exceeds the allowed limit of 32,767 characters.";
const SHORT_SENTENCE: &str =
    "The entered text is too long. It exceeds the allowed limit of 255 characters.";

fn long(count: usize) -> String {
    "ä".repeat(count)
}

fn adf(words: &str) -> Value {
    json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": words}]}]})
}

#[test]
fn a_document_that_shows_more_than_jira_takes_is_refused_with_one_word() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let mut send = |method: &str, path: &str, body: Value| {
        let reply = bench.call(method, &jira(path), &bearer, Some(&body));
        (
            reply.status,
            String::from_utf8_lossy(&reply.body).into_owned(),
        )
    };
    for field in ["description", "environment", "customfield_10030"] {
        let mut put = |count| {
            send(
                "PUT",
                "issue/WEB-1",
                json!({"fields": {field: adf(&long(count))}}),
            )
        };
        assert_eq!(put(32_767).0, 204, "{field}");
        let (status, body) = put(32_768);
        let errors: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(status, 400, "{field}");
        assert_eq!(errors["errors"][field], "CONTENT_LIMIT_EXCEEDED", "{body}");
    }
    let comment = json!({"body": adf(&long(32_768))});
    let (status, body) = send("POST", "issue/WEB-1/comment", comment);
    assert_eq!(status, 400);
    assert!(
        body.contains(r#""errorMessages":["CONTENT_LIMIT_EXCEEDED"]"#),
        "{body}"
    );
}

#[test]
fn markup_that_is_longer_than_jira_takes_is_refused_with_a_sentence() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let path = jira("issue/WEB-1").replace("/3/", "/2/");
    let mut put = |count| {
        let body = json!({"fields": {"description": long(count)}});
        bench.call("PUT", &path, &bearer, Some(&body))
    };
    assert_eq!(put(32_767).status, 204);
    let refused = put(32_768);
    assert_eq!(refused.status, 400);
    assert_eq!(refused.value()["errors"]["description"], SENTENCE);

    let mut host = Host::new();
    let path = "/rest/api/2/issue/MILL-1";
    for field in ["description", "environment", "customfield_10030"] {
        let mut put =
            |count| host.call("PUT", path, JIRA, &json!({"fields": {field: long(count)}}));
        assert_eq!(put(32_767).status, 204, "{field}");
        let refused = put(32_768);
        assert_eq!(refused.status, 400, "{field}");
        assert_eq!(refused.value()["errors"][field], SENTENCE);
    }
    let comment = json!({"body": long(32_768)});
    let refused = host.call("POST", &format!("{path}/comment"), JIRA, &comment);
    assert_eq!(
        (refused.status, &refused.value()["errors"]["comment"]),
        (400, &json!(SENTENCE))
    );
}

#[test]
fn a_text_of_one_line_and_a_label_have_255_characters() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let path = jira("issue/WEB-1");
    for (field, value) in [
        ("customfield_10032", json!(long(256))),
        ("labels", json!([long(256)])),
    ] {
        let body = json!({"fields": {field: value}});
        let refused = bench.call("PUT", &path, &bearer, Some(&body));
        assert_eq!(
            (refused.status, &refused.value()["errors"][field]),
            (400, &json!(SHORT_SENTENCE))
        );
    }
    let fits = json!({"fields": {"customfield_10032": long(255), "labels": [long(255)], "summary": long(255)}});
    assert_eq!(bench.call("PUT", &path, &bearer, Some(&fits)).status, 204);
}

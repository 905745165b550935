//! Comments on words of a page: the mark that they leave in its text, and what is left of them without it.

use serde_json::{Value, json};

use super::{ALL, Bench, wiki};

struct Written {
    bench: Bench,
    bearer: String,
    page: Value,
}

impl Written {
    fn new(body: &Value) -> Self {
        let mut bench = Bench::new();
        let bearer = bench.login("mia", ALL);
        let spaces = bench
            .call("GET", &wiki("api/v2/spaces"), &bearer, None)
            .value();
        let body =
            json!({"spaceId": spaces["results"][0]["id"], "title": "Commented", "body": body});
        let page = bench
            .call("POST", &wiki("api/v2/pages"), &bearer, Some(&body))
            .value();
        Self {
            bench,
            bearer,
            page,
        }
    }

    fn comment(&mut self, words: &str, count: u64, index: u64) -> (u16, Value) {
        let body = json!({"pageId": self.page["id"], "body": {"representation": "storage", "value": "<p>why?</p>"},
            "inlineCommentProperties": {"textSelection": words, "textSelectionMatchCount": count, "textSelectionMatchIndex": index}});
        let reply = self.bench.call(
            "POST",
            &wiki("api/v2/inline-comments"),
            &self.bearer,
            Some(&body),
        );
        (reply.status, reply.value())
    }

    fn text(&mut self, format: &str) -> String {
        let id = self.page["id"].as_str().unwrap();
        let path = wiki(&format!("api/v2/pages/{id}?body-format={format}"));
        let page = self.bench.call("GET", &path, &self.bearer, None).value();
        page["body"][format]["value"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_comment_marks_its_words_and_is_dangling_when_the_page_is_written_without_the_mark() {
    let body =
        json!({"representation": "storage", "value": "<p>alpha beta <strong>bold</strong></p>"});
    let mut written = Written::new(&body);
    let (status, made) = written.comment("beta bold", 1, 0);
    assert_eq!(
        (status, &made["resolutionStatus"]),
        (201, &json!("open")),
        "{made}"
    );
    let reference = made["properties"]["inlineMarkerRef"].as_str().unwrap();
    let mark = format!("<ac:inline-comment-marker ac:ref=\"{reference}\">");
    assert_eq!(
        written.text("storage"),
        format!(
            "<p>alpha {mark}beta </ac:inline-comment-marker><strong>{mark}bold</ac:inline-comment-marker></strong></p>"
        )
    );
    assert!(written.text("atlas_doc_format").contains(reference));
    for (words, count, index) in [("gamma", 1, 0), ("alpha", 2, 1), ("alpha", 1, 1)] {
        assert_eq!(written.comment(words, count, index).0, 400, "{words}");
    }
    let id = written.page["id"].as_str().unwrap().to_owned();
    let body = json!({"id": id, "status": "current", "title": "Commented", "version": {"number": 2}, "body": body});
    let path = wiki(&format!("api/v2/pages/{id}"));
    assert_eq!(
        written
            .bench
            .call("PUT", &path, &written.bearer, Some(&body))
            .status,
        200
    );
    let path = wiki(&format!(
        "api/v2/inline-comments/{}",
        made["id"].as_str().unwrap()
    ));
    let left = written
        .bench
        .call("GET", &path, &written.bearer, None)
        .value();
    assert_eq!(left["resolutionStatus"], "dangling");
}

#[test]
fn a_page_of_the_new_editor_keeps_its_document_and_gets_the_mark_in_it() {
    let document = json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "attrs": {"localId": "p1"},
        "content": [{"type": "text", "text": "alpha beta"}]}]});
    let mut written =
        Written::new(&json!({"representation": "atlas_doc_format", "value": document.to_string()}));
    let (_, made) = written.comment("beta", 1, 0);
    let text: Value = serde_json::from_str(&written.text("atlas_doc_format")).unwrap();
    let mark = json!({"type": "annotation", "attrs": {"id": made["properties"]["inlineMarkerRef"], "annotationType": "inlineComment"}});
    assert_eq!(
        text["content"][0],
        json!({"type": "paragraph", "attrs": {"localId": "p1"}, "content": [
            {"type": "text", "text": "alpha "}, {"type": "text", "text": "beta", "marks": [mark]}]})
    );
}

/// <https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-content-properties/>
#[test]
fn a_property_of_a_page_has_versions_of_its_own() {
    let body = json!({"representation": "storage", "value": "<p>words</p>"});
    let Written {
        mut bench,
        bearer,
        page,
    } = Written::new(&body);
    let all = wiki(&format!(
        "api/v2/pages/{}/properties",
        page["id"].as_str().unwrap()
    ));
    let new = json!({"key": "state", "value": {"hash": "1"}});
    let made = bench.call("POST", &all, &bearer, Some(&new)).value();
    assert_eq!(
        (&made["key"], &made["version"]["number"]),
        (&json!("state"), &json!(1))
    );
    assert_eq!(bench.call("POST", &all, &bearer, Some(&new)).status, 409);
    let one = format!("{all}/{}", made["id"].as_str().unwrap());
    for (number, status) in [(1, 409), (2, 200)] {
        let body = json!({"key": "state", "value": 2, "version": {"number": number}});
        assert_eq!(bench.call("PUT", &one, &bearer, Some(&body)).status, status);
    }
    let found = bench
        .call("GET", &format!("{all}?key=state"), &bearer, None)
        .value();
    assert_eq!(
        (
            &found["results"][0]["value"],
            &found["results"][0]["version"]["number"]
        ),
        (&json!(2), &json!(2))
    );
    assert_eq!(bench.call("DELETE", &one, &bearer, None).status, 204);
    assert_eq!(bench.call("GET", &one, &bearer, None).status, 404);
    assert_eq!(bench.call("GET", &all, "", None).status, 401);
}

#[test]
fn letters_of_several_bytes_stand_before_the_words_and_the_count_must_be_right() {
    let value = "<p>\u{201c}na\u{ef}ve\u{201d} fox and fox</p>";
    let mut written = Written::new(&json!({"representation": "storage", "value": value}));
    assert_eq!(written.comment("fox", 1, 0).0, 400);
    assert_eq!(written.comment("fox", 2, 1).0, 201);
    assert!(
        written
            .text("storage")
            .contains("fox and <ac:inline-comment-marker")
    );
}

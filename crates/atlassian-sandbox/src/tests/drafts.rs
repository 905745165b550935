//! Drafts of pages: their one number, what readers see meanwhile, and what publishing makes of them.

use serde_json::{Value, json};

use super::{ALL, Bench, text, wiki};

/// A way to ask for the pages of one space as Mia.
struct Desk {
    bench: Bench,
    bearer: String,
    space: String,
}

impl Desk {
    fn new() -> Self {
        let mut bench = Bench::new();
        let bearer = bench.login("mia", ALL);
        let path = wiki("api/v2/spaces?keys=ENG");
        let spaces = bench.call("GET", &path, &bearer, None).value();
        let space = text(&spaces, "/results/0/id").to_owned();
        Self {
            bench,
            bearer,
            space,
        }
    }

    fn call(&mut self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let path = wiki(&format!("api/v2/{path}"));
        let reply = self.bench.call(method, &path, &self.bearer, body);
        let value = if reply.body.is_empty() {
            Value::Null
        } else {
            reply.value()
        };
        (reply.status, value)
    }

    /// Makes a page, or what is to become one; gives its path.
    fn made(&mut self, status: &str, title: &str) -> String {
        let page = json!({"spaceId": self.space, "status": status, "title": title,
            "body": {"representation": "storage", "value": "<p>first</p>"}});
        let (code, made) = self.call("POST", "pages", Some(&page));
        assert_eq!(code, 200, "{made}");
        format!("pages/{}", text(&made, "/id"))
    }

    fn put(&mut self, path: &str, status: &str, number: u64, body: &str) -> (u16, Value) {
        let id = path.trim_start_matches("pages/");
        let change = json!({"id": id, "status": status, "title": "Plan", "version": {"number": number},
            "body": {"representation": "storage", "value": body}});
        self.call("PUT", path, Some(&change))
    }

    /// Status, number and text.
    fn shown(&mut self, path: &str, query: &str) -> (String, u64, String) {
        let (code, page) = self.call("GET", &format!("{path}?body-format=storage{query}"), None);
        assert_eq!(code, 200, "{page}");
        (
            text(&page, "/status").to_owned(),
            page["version"]["number"].as_u64().unwrap(),
            text(&page, "/body/storage/value").to_owned(),
        )
    }
}

fn seen(status: &str, number: u64, body: &str) -> (String, u64, String) {
    (status.to_owned(), number, body.to_owned())
}

#[test]
fn a_draft_keeps_its_number_and_is_published_as_the_first_version() {
    let mut desk = Desk::new();
    let path = desk.made("draft", "Plan");
    for body in ["<p>second</p>", "<p>third</p>"] {
        assert_eq!(desk.put(&path, "draft", 2, body).0, 409);
        let (code, written) = desk.put(&path, "draft", 1, body);
        assert_eq!((code, &written["version"]["number"]), (200, &json!(1)));
        let now = desk.shown(&path, "&get-draft=true");
        assert_eq!(now, seen("draft", 1, body));
    }
    assert_eq!(desk.put(&path, "current", 2, "<p>out</p>").0, 409);
    assert_eq!(desk.put(&path, "current", 1, "<p>out</p>").0, 200);
    assert_eq!(desk.shown(&path, ""), seen("current", 1, "<p>out</p>"));
    let (_, versions) = desk.call("GET", &format!("{path}/versions"), None);
    assert_eq!(versions["results"].as_array().unwrap().len(), 1);
    assert_eq!(desk.put(&path, "current", 1, "<p>x</p>").0, 409);
    assert_eq!(desk.put(&path, "current", 2, "<p>x</p>").0, 200);
}

#[test]
fn a_draft_of_a_published_page_changes_nothing_for_readers() {
    let mut desk = Desk::new();
    let path = desk.made("current", "Plan");
    assert_eq!(desk.put(&path, "current", 2, "<p>second</p>").0, 200);
    assert_eq!(desk.put(&path, "draft", 3, "<p>next</p>").0, 409);
    let (code, written) = desk.put(&path, "draft", 1, "<p>next</p>");
    assert_eq!((code, text(&written, "/status")), (200, "draft"));
    let published = seen("current", 2, "<p>second</p>");
    assert_eq!(desk.shown(&path, ""), published);
    let draft = seen("draft", 1, "<p>next</p>");
    assert_eq!(desk.shown(&path, "&get-draft=true"), draft);
    let first = desk.shown(&path, "&version=1");
    assert_eq!(first.2, "<p>first</p>", "no version was lost");
    // A draft is thrown away alone, and a page that is published anew has none.
    assert_eq!(
        desk.call("DELETE", &format!("{path}?draft=true"), None).0,
        204
    );
    assert_eq!(desk.shown(&path, "&get-draft=true"), published);
    assert_eq!(
        desk.call("DELETE", &format!("{path}?draft=true"), None).0,
        404
    );
    desk.put(&path, "draft", 1, "<p>next</p>");
    assert_eq!(desk.put(&path, "current", 3, "<p>third</p>").0, 200);
    let third = seen("current", 3, "<p>third</p>");
    assert_eq!(desk.shown(&path, "&get-draft=true"), third);
}

#[test]
fn a_title_is_taken_by_pages_that_are_published_and_that_of_a_post_for_a_day() {
    let mut desk = Desk::new();
    let draft = desk.made("draft", "Plan");
    desk.made("current", "Plan");
    assert_eq!(desk.put(&draft, "draft", 1, "<p>x</p>").0, 200);
    assert_eq!(desk.put(&draft, "current", 1, "<p>x</p>").0, 409);
    let post = json!({"spaceId": desk.space, "title": "Plan"});
    let mut posted = || desk.call("POST", "blogposts", Some(&post)).0;
    assert_eq!((posted(), posted()), (200, 400));
    desk.bench.advance(crate::clock::DAY);
    desk.bearer = desk.bench.login("mia", ALL);
    assert_eq!(desk.call("POST", "blogposts", Some(&post)).0, 200);
}

//! Every write of either product, by every way there is, while nothing can be read after it: what was done is never
//! answered as failed.

use serde_json::{Value, json};

use crate::connectors::confluence::fixture::made as made_page;
use crate::connectors::jira::fixture::made as made_issue;
use crate::support::faults::{after, answering, on_method};
use crate::support::{Browser, TestApp};

/// A write: how it is asked for, and how Atlassian sees it.
struct Write {
    method: &'static str,
    path: String,
    body: Value,
    upstream: (&'static str, &'static str),
}

fn write(
    method: &'static str,
    path: &str,
    body: Value,
    upstream: (&'static str, &'static str),
) -> Write {
    let path = path.to_owned();
    Write {
        method,
        path,
        body,
        upstream,
    }
}

fn tool(name: &str, args: &Value, upstream: (&'static str, &'static str)) -> Write {
    let call = json!({"tool": name, "args": args});
    write("POST", "/connectors/tools/invoke", call, upstream)
}

async fn jira_writes(browser: &Browser) -> Vec<Write> {
    let new =
        async || made_issue(browser, json!({"project_key": "OPS", "summary": "Before"})).await;
    let one = json!({"project_key": "OPS", "summary": "One", "issue_type": "Task"});
    let summary = json!({"summary": "After"});
    let done = json!({"transition": "Done"});
    let (create, comment) = (("POST", "/rest/api/3/issue"), ("POST", "/comment"));
    let (edit, step) = (("PUT", "/rest/api/3/issue/"), ("POST", "/transitions"));
    let key = new().await;
    let of = |rest: &str| format!("/connectors/jira/issues/{key}{rest}");
    let earlier = |rest: &str| format!("/api/jira/issues/{key}{rest}");
    let words = json!({"body": "said"});
    vec![
        write("POST", "/connectors/jira/create", one.clone(), create),
        write("POST", "/api/jira/issues", one.clone(), create),
        tool("jira_create_issue", &one, create),
        write("PUT", &of(""), summary.clone(), edit),
        write("PUT", &earlier(""), summary.clone(), edit),
        tool(
            "jira_update_issue",
            &json!({"issue_key": key, "fields": summary}),
            edit,
        ),
        write("POST", &of("/comments"), words.clone(), comment),
        write(
            "POST",
            &earlier("/comments"),
            json!({"comment": "said", "body": "said"}),
            comment,
        ),
        tool(
            "jira_add_comment",
            &json!({"issue_key": key, "body": "said"}),
            comment,
        ),
        tool(
            "jira_upload_attachment",
            &json!({"issue_key": key, "filename": "a.txt", "content_base64": "SGVsbG8="}),
            ("POST", "/attachments"),
        ),
        write("POST", &of("/transitions"), done, step),
        write(
            "POST",
            &earlier("/transitions"),
            json!({"transition_id": "21"}),
            step,
        ),
        tool(
            "jira_transition_issue",
            &json!({"issue_key": key, "transition_id": "31"}),
            step,
        ),
        write(
            "DELETE",
            &of(""),
            Value::Null,
            ("DELETE", "/rest/api/3/issue/"),
        ),
    ]
}

async fn confluence_writes(browser: &Browser) -> Vec<Write> {
    let id = made_page(browser, "Before", "first").await;
    let page = |title: &str| json!({"space_key": "ENG", "title": title, "body": "text"});
    let of = |rest: &str| format!("/connectors/confluence/pages/{id}{rest}");
    let (create, edit) = (("POST", "/api/v2/pages"), ("PUT", "/api/v2/pages/"));
    let comment = ("POST", "/footer-comments");
    let shown =
        json!({"space_key": "ENG", "title": "By tool", "content": "text", "include_content": true});
    let changed =
        json!({"page_id": id, "title": "Then", "content": "then", "include_content": true});
    vec![
        write("POST", "/connectors/confluence/create", page("One"), create),
        tool("confluence_create_page", &shown, create),
        write(
            "PUT",
            &of(""),
            json!({"title": "After", "body": "second"}),
            edit,
        ),
        tool("confluence_update_page", &changed, edit),
        write("POST", &of("/comments"), json!({"body": "said"}), comment),
        tool(
            "confluence_add_comment",
            &json!({"page_id": id, "body": "said"}),
            comment,
        ),
    ]
}

#[tokio::test]
async fn what_was_done_is_answered_as_done_whatever_cannot_be_read_after_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mut writes = jira_writes(&browser).await;
    writes.extend(confluence_writes(&browser).await);
    for status in [404, 403] {
        for one in &writes {
            if one.method == "DELETE" && status == 403 {
                continue;
            }
            app.sandbox.clear_faults();
            let gone = answering(status, &json!({"errorMessages": ["gone"]}));
            let (method, path) = one.upstream;
            let reads = on_method("GET", "/ex/", gone, None);
            app.sandbox.fault(after(method, path, reads));
            app.sandbox.clear_journal();
            let body = (!one.body.is_null()).then(|| again(&one.body, status).to_string());
            let answer = browser.send(one.method, &one.path, &[], body).await;
            let what = format!("{} {} {}: {}", one.method, one.path, one.body, answer.body);
            let written = app.sandbox.journal();
            let reached = written
                .iter()
                .any(|call| call.method == method && call.path.contains(path) && call.status < 300);
            assert!(reached, "it was to be done: {what}");
            assert!(answer.status < 300, "{what}");
        }
        if status == 404 {
            // The first round has deleted the issue and written the pages.
            app.sandbox.clear_faults();
            let issues = jira_writes(&browser).await.into_iter();
            writes.splice(..14, issues);
        }
    }
}

/// The same once more: a title is taken by now.
fn again(body: &Value, round: u16) -> Value {
    let mut body = body.clone();
    for place in ["/title", "/args/title"] {
        if let Some(Value::String(title)) = body.pointer_mut(place) {
            *title = format!("{title} {round}");
        }
    }
    body
}

#[tokio::test]
async fn a_page_that_a_tool_made_is_told_with_its_text_although_it_cannot_be_read() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let reads = on_method("GET", "/api/v2/pages/", answering(404, &json!({})), None);
    app.sandbox.fault(after("POST", "/api/v2/pages", reads));
    let args = json!({"space_key": "ENG", "title": "Told", "content": "**text**", "include_content": true});
    let made =
        crate::connectors::tools::fixture::given(&browser, "confluence_create_page", args).await;
    assert_eq!(
        (&made["title"], &made["body"]),
        (&json!("Told"), &json!("**text**"))
    );
}

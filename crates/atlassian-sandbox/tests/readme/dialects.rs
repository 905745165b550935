//! Sentences on what the sandbox checks: drafts, screens, readers of comments, people of Data Center.

use serde_json::{Value, json};

use super::client::ask;
use super::stage::{Sentences, Stage};

pub(crate) async fn dialects(stage: &Stage, sentences: &mut Sentences) {
    drafts(stage, sentences).await;
    screens(stage, sentences).await;
    comments_on_words(stage, sentences).await;
    steps_of_new_issues(stage, sentences).await;
    let body = json!({"body": doc(), "visibility": {"type": "role", "value": "Nobody"}});
    let path = "issue/WEB-1/comment";
    let refused = stage.jira("POST", path, &body).await.status == 400;
    let body = json!({"body": doc(), "visibility": {"type": "role", "value": "Administrators"}});
    let kept = stage.jira("POST", path, &body).await.json();
    let kept = kept["visibility"]["identifier"] == "Administrators";
    sentences.shown("A comment is kept to a role or a group", refused && kept);
    people(stage, sentences).await;
    lengths(stage, sentences).await;
    comments(stage, sentences).await;
    links(stage, sentences).await;
    let count = async |moment: &str| {
        let body = json!({"jql": format!("project = WEB and updated > {moment}"), "maxResults": 1});
        stage.jira("POST", "search/jql", &body).await.status
    };
    let is_so = count("\"2026-01-31T12:00:00.000Z\"").await == 400 && count("0").await == 200;
    sentences.shown("JQL takes no times", is_so);
    clocks(stage, sentences).await;
}

/// Mia lives in Sydney, where it was midday when it was one in the morning in Greenwich.
async fn clocks(stage: &Stage, sentences: &mut Sentences) {
    let found = async |jql: &str| {
        let body = json!({"jql": jql, "maxResults": 1});
        let answer = stage.jira("POST", "search/jql", &body).await.json();
        !answer["issues"].as_array().unwrap().is_empty()
    };
    let read = stage.jira("GET", "issue/WEB-1?fields=created", &Value::Null);
    let created = read.await.json()["fields"]["created"].clone();
    let day = created.as_str().unwrap().replace('T', " ");
    let same = found(&format!("key = WEB-1 AND created <= \"{}\"", &day[..16])).await;
    sentences.shown("Times in JQL and CQL", !same);
}

async fn links(stage: &Stage, sentences: &mut Sentences) {
    let made = async |inward: &str| {
        let body = json!({"type": {"name": "Relates"}, "inwardIssue": {"key": inward}, "outwardIssue": {"key": "WEB-2"}});
        stage.jira("POST", "issueLink", &body).await.status
    };
    let mut is_so = made("WEB-1").await == 201 && made("WEB-1").await == 201;
    is_so &= made("WEB-2").await == 400;
    let read = stage.jira("GET", "issue/WEB-1?fields=issuelinks", &Value::Null);
    let all = read.await.json()["fields"]["issuelinks"].clone();
    let to_second = |link: &&Value| link["outwardIssue"]["key"] == "WEB-2";
    let count = all.as_array().unwrap().iter().filter(to_second).count();
    sentences.shown("The same link twice", is_so && count == 1);
}

async fn lengths(stage: &Stage, sentences: &mut Sentences) {
    let mut is_so = true;
    for (field, count, status) in [
        ("description", 32_767, 204),
        ("description", 32_768, 400),
        ("customfield_10032", 255, 204),
        ("customfield_10032", 256, 400),
    ] {
        let text = "x".repeat(count);
        let value = if field == "description" {
            said(&text)
        } else {
            json!(text)
        };
        let body = json!({"fields": {field: value}});
        let answer = stage.jira("PUT", "issue/WEB-1", &body).await;
        is_so &= answer.status == status;
    }
    sentences.shown("A text of several lines is", is_so);
}

async fn comments(stage: &Stage, sentences: &mut Sentences) {
    let base = stage.sandbox.data_center_url();
    let headers = [("authorization", "Bearer confluence-pat-mia")];
    let get = async |path: &str| ask(&base, "GET", path, &headers, "").await;
    let found = get("/rest/api/search?cql=type%3Dcomment").await.json();
    let hit = found["results"][0].clone();
    let path = format!(
        "/rest/api/content/{}",
        hit["content"]["id"].as_str().unwrap()
    );
    let comment = get(&path).await.json();
    let leads = hit["url"].as_str().unwrap().contains("?focusedCommentId=");
    let is_so = comment["type"] == "comment" && leads;
    sentences.shown("On the Data Center host a comment", is_so);
}

fn said(text: &str) -> Value {
    let text = json!({"type": "text", "text": text});
    json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [text]}]})
}

fn doc() -> Value {
    said("why")
}

async fn drafts(stage: &Stage, sentences: &mut Sentences) {
    let spaces = stage.wiki("GET", "api/v2/spaces?keys=LEG", &Value::Null);
    let space = spaces.await.json()["results"][0]["id"].clone();
    let draft = json!({"spaceId": space, "status": "draft", "title": "Plan"});
    let draft = stage.wiki("POST", "api/v2/pages", &draft).await.json();
    let id = draft["id"].as_str().unwrap();
    let path = format!("api/v2/pages/{id}");
    let put = async |status: &str, number: u64| {
        let body = json!({"id": id, "status": status, "title": "Plan", "version": {"number": number},
            "body": {"representation": "storage", "value": "<p>c</p>"}});
        let answer = stage.wiki("PUT", &path, &body).await;
        (answer.status, answer.json()["version"]["number"].clone())
    };
    let mut is_so = put("draft", 1).await == (200, json!(1));
    is_so &= put("draft", 1).await == (200, json!(1)) && put("draft", 2).await.0 == 409;
    is_so &= put("current", 1).await == (200, json!(1)) && put("current", 2).await.0 == 200;
    is_so &= put("draft", 1).await.0 == 200;
    let page = stage.wiki("GET", &path, &Value::Null).await.json();
    is_so &= page["status"] == "current" && page["version"]["number"] == 2;
    sentences.shown("A draft is number 1", is_so);
}

async fn comments_on_words(stage: &Stage, sentences: &mut Sentences) {
    let spaces = stage.wiki("GET", "api/v2/spaces?keys=LEG", &Value::Null);
    let space = spaces.await.json()["results"][0]["id"].clone();
    let text = json!({"representation": "storage", "value": "<p>some words</p>"});
    let page = json!({"spaceId": space, "title": "Commented", "body": text});
    let page = stage.wiki("POST", "api/v2/pages", &page).await.json();
    let selected = json!({"textSelection": "words", "textSelectionMatchCount": 1, "textSelectionMatchIndex": 0});
    let comment = json!({"pageId": page["id"], "body": text, "inlineCommentProperties": selected});
    let comment = stage.wiki("POST", "api/v2/inline-comments", &comment);
    let comment = comment.await.json();
    let id = page["id"].as_str().unwrap();
    let marked = format!("api/v2/pages/{id}?body-format=storage");
    let marked = stage.wiki("GET", &marked, &Value::Null).await.json();
    let marked = marked["body"]["storage"]["value"]
        .as_str()
        .unwrap()
        .contains("inline-comment-marker");
    let without = json!({"id": id, "status": "current", "title": "Commented", "version": {"number": 2}, "body": text});
    stage
        .wiki("PUT", &format!("api/v2/pages/{id}"), &without)
        .await;
    let left = format!("api/v2/inline-comments/{}", comment["id"].as_str().unwrap());
    let left = stage.wiki("GET", &left, &Value::Null).await.json();
    let is_so =
        marked && comment["resolutionStatus"] == "open" && left["resolutionStatus"] == "dangling";
    sentences.shown("A comment on words", is_so);
}

async fn steps_of_new_issues(stage: &Stage, sentences: &mut Sentences) {
    let fields = json!({"project": {"key": "APP"}, "issuetype": {"name": "Task"}, "summary": "x"});
    let made = stage
        .jira("POST", "issue", &json!({"fields": fields}))
        .await
        .json();
    let path = format!("issue/{}/transitions", made["key"].as_str().unwrap());
    let open = stage.jira("GET", &path, &Value::Null).await.json();
    let mut shown = true;
    for (step, status) in [
        (open["transitions"][0]["id"].clone(), 201),
        (json!("4711"), 400),
    ] {
        let body = json!({"fields": fields, "transition": {"id": step}});
        shown &= stage.jira("POST", "issue", &body).await.status == status;
    }
    sentences.shown("A new issue goes a transition", shown);
}

async fn screens(stage: &Stage, sentences: &mut Sentences) {
    let issue = json!({"fields": {"project": {"key": "CRM"}, "issuetype": {"name": "Task"}, "summary": "x"}});
    let made = stage.jira("POST", "issue", &issue).await.json();
    let path = format!("issue/{}/transitions", made["key"].as_str().unwrap());
    let go = async |id: &str, fields: Value| {
        let body = json!({"transition": {"id": id}, "fields": fields});
        stage.jira("POST", &path, &body).await.status
    };
    let mut is_so = go("4", json!({"customfield_10030": doc()})).await == 400;
    is_so &= go("4", json!({})).await == 204;
    let close = |name: &str, value: Value| json!({"resolution": {"name": "Fixed"}, name: value});
    is_so &= go("2", close("labels", json!(["a"]))).await == 400;
    is_so &= go("2", close("customfield_10030", json!("plain"))).await == 400;
    is_so &= go("2", close("customfield_10030", doc())).await == 204;
    sentences.shown("The screen of a transition", is_so);
}

async fn people(stage: &Stage, sentences: &mut Sentences) {
    let base = stage.sandbox.data_center_url();
    let headers = [("authorization", "Bearer confluence-pat-mia")];
    let made = async |person: &str| {
        let storage = format!("<p><ac:link><ri:user {person}/></ac:link></p>");
        let page = json!({"type": "page", "title": person, "space": {"key": "PLANT"},
            "body": {"storage": {"representation": "storage", "value": storage}}});
        let page = page.to_string();
        ask(&base, "POST", "/rest/api/content", &headers, &page).await
    };
    let named = made("ri:username=\"mia\"").await;
    let stored = named.json()["body"]["storage"]["value"].clone();
    let keyed = stored.as_str().unwrap().contains("ri:userkey=\"8a7f");
    let refused = made("ri:account-id=\"5b10ac8d82e05b22cc7d4ef5\"")
        .await
        .status
        == 400;
    sentences.shown("On the Data Center host a person", keyed && refused);
}

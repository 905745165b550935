//! What is checked of boards, links, files and versions of Jira's API.

use serde_json::{Value, json};

use super::client::{Answer, ask, login};
use super::stage::{ACME, Sentences, Stage};

/// Everything that these calls need.
const SCOPES: &str = "read:page:confluence write:page:confluence write:confluence-file read:space:confluence search:confluence read:jira-work write:jira-work read:jira-user read:sprint:jira-software write:sprint:jira-software";

/// A login with more scopes than the stage's.
struct Planner<'a> {
    stage: &'a Stage,
    bearer: String,
}

impl Planner<'_> {
    async fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let path = format!("/ex/jira/{ACME}/rest/{path}");
        let headers = [("authorization", self.bearer.as_str())];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        ask(
            &self.stage.sandbox.base_url(),
            method,
            &path,
            &headers,
            &body,
        )
        .await
    }

    async fn status(&self, method: &str, path: &str, body: Value) -> u16 {
        self.call(method, path, &body).await.status
    }
}

pub(crate) async fn tracker(stage: &Stage, sentences: &mut Sentences) {
    let tokens = login(&stage.sandbox, SCOPES, None).await;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let planner = Planner { stage, bearer };
    texts(&planner, sentences).await;
    scopes(&planner, sentences).await;
    plans(&planner, sentences).await;
    people(&planner, sentences).await;
    pages(&planner, sentences).await;
    files(&planner, sentences).await;
}

async fn pages(planner: &Planner<'_>, sentences: &mut Sentences) {
    let home = planner
        .stage
        .wiki("GET", "api/v2/spaces?keys=ENG", &Value::Null)
        .await
        .json();
    let space = &home["results"][0]["id"];
    let page = json!({"spaceId": space, "title": "Upper", "body": {"representation": "storage", "value": ""}});
    let upper = planner
        .stage
        .wiki("POST", "api/v2/pages", &page)
        .await
        .json();
    let page = json!({"spaceId": space, "title": "Lower", "parentId": upper["id"], "body": {"representation": "storage", "value": ""}});
    let lower = planner
        .stage
        .wiki("POST", "api/v2/pages", &page)
        .await
        .json();
    let path = format!("api/v2/pages/{}", upper["id"].as_str().unwrap());
    let mut is_so = true;
    for parent in [&upper["id"], &lower["id"]] {
        let change = json!({
            "id": upper["id"], "status": "current", "title": "Upper", "parentId": parent,
            "body": {"representation": "storage", "value": ""}, "version": {"number": 2},
        });
        is_so &= planner.stage.wiki("PUT", &path, &change).await.status == 400;
    }
    sentences.shown("A page is not moved below itself", is_so);

    let base = planner.stage.sandbox.base_url();
    let path = format!(
        "/ex/confluence/{ACME}/wiki/rest/api/content/{}/child/attachment",
        upper["id"].as_str().unwrap()
    );
    let form = "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--xyz--\r\n";
    let headers = [
        ("authorization", planner.bearer.as_str()),
        ("content-type", "multipart/form-data; boundary=xyz"),
        ("x-atlassian-token", "nocheck"),
    ];
    let mut statuses = Vec::new();
    for method in ["POST", "POST", "PUT"] {
        statuses.push(ask(&base, method, &path, &headers, form).await.status);
    }
    sentences.shown("A file of a page", statuses == [200, 400, 200]);
}

async fn texts(planner: &Planner<'_>, sentences: &mut Sentences) {
    let markup = json!({"fields": {"description": "*bold*"}});
    let document = json!({"fields": {"description": {"type": "doc", "version": 1, "content": []}}});
    let mut is_so = planner.status("PUT", "api/2/issue/WEB-1", markup).await == 204;
    for version in ["2", "latest"] {
        let path = format!("api/{version}/issue/WEB-1");
        let issue = planner.call("GET", &path, &Value::Null).await.json();
        is_so &= issue["fields"]["description"] == "*bold*";
        is_so &= planner.status("PUT", &path, document.clone()).await == 400;
    }
    let newer = planner
        .call("GET", "api/3/issue/WEB-1", &Value::Null)
        .await
        .json();
    is_so &= newer["fields"]["description"].is_object();
    sentences.shown("Version 2 of Jira's API", is_so);
    let gateway = format!("https://api.atlassian.com/ex/jira/{ACME}/rest/api/3/issue/");
    let is_so = newer["self"].as_str().unwrap().starts_with(&gateway);
    let path = "/sites/acme.atlassian.net/rest/api/3/issue/WEB-1";
    let basic = "Basic bWlhQGV4YW1wbGUuY29tOmNsYXNzaWMtdG9rZW4tbWlh";
    let base = planner.stage.sandbox.base_url();
    let issue = ask(&base, "GET", path, &[("authorization", basic)], "")
        .await
        .json();
    let site = "https://acme.atlassian.net/rest/api/3/issue/";
    let on_site = issue["self"].as_str().unwrap().starts_with(site);
    sentences.shown("Addresses in Jira's answers", is_so && on_site);
}

async fn scopes(planner: &Planner<'_>, sentences: &mut Sentences) {
    let boards = planner.status("GET", "agile/1.0/board", Value::Null).await;
    let sprints = planner
        .status("GET", "agile/1.0/board/1/sprint", Value::Null)
        .await;
    let version = json!({"name": "9", "project": "WEB"});
    let versions = planner
        .status("POST", "api/3/version", version.clone())
        .await;
    let components = planner.status("POST", "api/3/component", version).await;
    sentences.shown(
        "Boards and sprints",
        (boards, sprints, versions, components) == (401, 200, 401, 401),
    );
}

async fn plans(planner: &Planner<'_>, sentences: &mut Sentences) {
    let start = json!({"state": "active"});
    let early = planner.status("POST", "agile/1.0/sprint/13", start).await;
    let start = json!({"state": "active", "startDate": "2026-05-01", "endDate": "2026-05-14"});
    let started = planner.status("POST", "agile/1.0/sprint/13", start).await;
    let issues = json!({"issues": ["WEB-1"]});
    let closed = planner
        .status("POST", "agile/1.0/sprint/11/issue", issues)
        .await;
    sentences.shown(
        "A sprint starts only",
        (early, started, closed) == (400, 200, 400),
    );

    let link = json!({"type": {"name": "Relates"}, "inwardIssue": {"key": "WEB-1"}, "outwardIssue": {"key": "WEB-2"}});
    let made = planner.call("POST", "api/3/issueLink", &link).await;
    let told = made.head.to_lowercase().contains("/rest/api/3/issuelink/");
    sentences.shown(
        "A link between issues",
        made.status == 201 && made.body.is_empty() && told,
    );

    let kept = json!({"name": "Round", "jql": "project = WEB"});
    let kept = planner.call("POST", "api/3/filter", &kept).await.json();
    let path = format!("api/3/filter/{}", kept["id"].as_str().unwrap());
    let round = json!({"name": "Round", "jql": "filter = Round"});
    let changed = planner.status("PUT", &path, round).await;
    let search = json!({"jql": "filter = Round"});
    let found = planner.status("POST", "api/3/search/jql", search).await;
    sentences.shown("A kept query", (changed, found) == (200, 400));
}

async fn people(planner: &Planner<'_>, sentences: &mut Sentences) {
    let fields =
        json!({"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "own"});
    let own = planner
        .call("POST", "api/3/issue", &json!({"fields": fields}))
        .await
        .json();
    let own = own["key"].as_str().unwrap();
    let vote = planner
        .status("POST", &format!("api/3/issue/{own}/votes"), Value::Null)
        .await;
    sentences.shown("A person does not vote", vote == 404);

    let path = format!("api/3/issue/{own}/worklog");
    let soon = planner
        .status("POST", &path, json!({"timeSpent": "soon"}))
        .await;
    let other = json!({"timeSpent": "1h", "started": "2026-02-03T04:05:06Z"});
    let other = planner.status("POST", &path, other).await;
    let good = json!({"timeSpent": "1h", "started": "2026-02-03T04:05:06.000+0000"});
    let good = planner.status("POST", &path, good).await;
    sentences.shown("Time is logged", (soon, other, good) == (400, 400, 201));
}

async fn files(planner: &Planner<'_>, sentences: &mut Sentences) {
    let base = planner.stage.sandbox.base_url();
    let path = format!("/ex/jira/{ACME}/rest/api/3/issue/WEB-1/attachments");
    let form = "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n0123456789\r\n--xyz--\r\n";
    let headers = [
        ("authorization", planner.bearer.as_str()),
        ("content-type", "multipart/form-data; boundary=xyz"),
        ("x-atlassian-token", "no-check"),
    ];
    let made = ask(&base, "POST", &path, &headers, form).await.json();
    let id = made[0]["id"].as_str().unwrap();
    let content = format!("/ex/jira/{ACME}/rest/api/3/attachment/content/{id}");
    let sent = ask(&base, "GET", &content, &headers[..1], "").await;
    let address = sent
        .head
        .split("https://api.media.atlassian.com")
        .nth(1)
        .unwrap();
    let address = address.split_whitespace().next().unwrap().to_owned();
    let part = [("range", "bytes=2-4")];
    let part = ask(&base, "GET", &address, &part, "").await;
    let good = (sent.status, part.status, part.body.as_str()) == (303, 206, "234");
    planner
        .stage
        .sandbox
        .advance_clock(std::time::Duration::from_mins(11));
    let late = ask(&base, "GET", &address, &[], "").await;
    sentences.shown("A file's bytes", good && late.status == 403);
}

//! Jira's routes, each told once and played twice: on Cloud and on Data Center.

use serde_json::{Value, json};

use crate::data_center::fixture::connected;
use crate::support::faults::{answering_text, on_api};
use crate::support::paging::walk;
use crate::support::{Browser, TestApp};

/// A browser of Mia's on either system, and a project there in which she may write.
async fn cloud() -> (TestApp, Browser, &'static str) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    (app, browser, "WEB")
}

async fn data_center() -> (TestApp, Browser, &'static str) {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    (app, browser, "MILL")
}

const DESCRIPTION: &str = "## Steps\n\n1. Press **start**\n2. Wait for _smoke_\n\n> It smells.\n\n```java\nint x = 1;\n```\n\n| a | b |\n| --- | --- |\n| 1 | [two](https://example.com/2) |";

async fn projects_and_issue_types(browser: &Browser, project: &str) {
    let all = walk(browser, "/connectors/jira/projects?limit=3").await;
    assert!(all.len() > 3);
    let keys: Vec<&str> = all.iter().filter_map(|one| one["key"].as_str()).collect();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(keys, sorted, "by key, each once");
    let found = browser
        .read(&format!(
            "/connectors/jira/projects?q={}",
            project.to_lowercase()
        ))
        .await;
    assert_eq!(found[0]["key"], project);
    let nothing = browser
        .read("/connectors/jira/projects?q=nothing-like-it")
        .await;
    assert_eq!(nothing, json!([]));
    let one = browser
        .read(&format!("/connectors/jira/projects/{project}"))
        .await;
    assert_eq!(one, found[0]);
    assert!(
        one["url"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/browse/{project}"))
    );
    let types = browser
        .read(&format!("/connectors/jira/projects/{project}/issue-types"))
        .await;
    let names: Vec<&str> = types
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert!(
        names.contains(&"Bug") && names.contains(&"Sub-task"),
        "{names:?}"
    );
    let missing = browser.get("/connectors/jira/projects/NOPE").await;
    assert_eq!(
        (missing.status, missing.error_code().as_str()),
        (404, "NOT_FOUND")
    );
}

async fn searching(browser: &Browser, project: &str) {
    let jql = format!("q=project%20%3D%20{project}%20order%20by%20key&limit=2");
    let all = walk(browser, &format!("/connectors/jira/search?{jql}")).await;
    assert!(all.len() > 4, "{}", all.len());
    let mut keys: Vec<&str> = all.iter().filter_map(|one| one["id"].as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all.len(), "each once");
    assert!(
        all.iter()
            .all(|one| one["metadata"]["project"] == project && one["type"] == "issue")
    );
    let words = browser
        .read("/connectors/jira/search?q=the&mode=text&fields=duedate")
        .await;
    assert!(words[0]["metadata"]["fields"].is_object());
    let mine = browser
        .read("/connectors/jira/search?filters=%7B%22assignee%22%3A%22me%22%7D")
        .await;
    assert!(
        mine.as_array()
            .unwrap()
            .iter()
            .all(|one| one["metadata"]["assignee"] == "Mia Krystof")
    );
    let bad = browser
        .get("/connectors/jira/search?q=nonsense%20%3D%201")
        .await;
    assert_eq!((bad.status, bad.error_code().as_str()), (400, "VALIDATION"));
    let foreign = browser.get("/connectors/jira/search?cursor=abc").await;
    assert_eq!(foreign.status, 422);
}

async fn an_issues_life(browser: &Browser, project: &str) {
    let body = json!({
        "project_key": project, "summary": "The printer is on fire", "issue_type": "Bug", "description": DESCRIPTION,
        "labels": ["printer"], "priority": "High", "assignee": "me", "due_date": "2027-02-28",
    });
    let made = browser.post("/connectors/jira/create", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = made.header("location").to_owned();
    let issue = browser.read(&path).await;
    assert_eq!(issue["description"], DESCRIPTION);
    assert_eq!(issue["assignee"]["display_name"], "Mia Krystof");
    assert_eq!(issue["assignee"], issue["reporter"]);
    assert_eq!(
        (&issue["priority"], &issue["labels"]),
        (&json!("High"), &json!(["printer"]))
    );
    assert_eq!(
        (&issue["issue_type"], &issue["due_date"]),
        (&json!("Bug"), &json!("2027-02-28"))
    );

    let change = json!({"summary": "It is out", "description": "- [x] done", "assignee": null, "labels": null});
    let changed = browser
        .send("PUT", &path, &[], Some(change.to_string()))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let changed = changed.json();
    assert_eq!(
        (&changed["title"], &changed["description"]),
        (&json!("It is out"), &json!("- [x] done"))
    );
    assert_eq!(
        (&changed["assignee"], &changed["labels"]),
        (&Value::Null, &json!([]))
    );
    let account = &issue["reporter"]["account_id"];
    let given = json!({ "assignee": account, "description": null }).to_string();
    let given = browser.send("PUT", &path, &[], Some(given)).await.json();
    assert_eq!(
        (&given["assignee"]["account_id"], &given["description"]),
        (account, &Value::Null)
    );

    let bad = json!({"project_key": project, "summary": "x", "issue_type": "Nonsense"});
    let bad = browser.post("/connectors/jira/create", bad).await;
    bad.assert_invalid(&["issue_type"], "no such type");
    comments(browser, &path).await;
    transitions(browser, &path).await;
    assert_eq!(browser.delete(&path).await.status, 204);
    assert_eq!(browser.get(&path).await.status, 404);
}

async fn comments(browser: &Browser, issue: &str) {
    let path = format!("{issue}/comments");
    assert_eq!(browser.read(&path).await, json!([]));
    for body in ["**first** {code} of `two`", "second", "third"] {
        let made = browser.post(&path, json!({ "body": body })).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(made.json()["body"], body);
        assert_eq!(made.json()["author"]["display_name"], "Mia Krystof");
    }
    let all = walk(browser, &format!("{path}?limit=2")).await;
    let bodies: Vec<&str> = all.iter().filter_map(|one| one["body"].as_str()).collect();
    assert_eq!(bodies, ["**first** {code} of `two`", "second", "third"]);
    let one = format!("{path}/{}", all[1]["id"].as_str().unwrap());
    assert_eq!(browser.read(&one).await["body"], "second");
    assert_eq!(browser.delete(&one).await.status, 204);
    assert_eq!(browser.read(&path).await.as_array().unwrap().len(), 2);
}

async fn transitions(browser: &Browser, issue: &str) {
    let path = format!("{issue}/transitions");
    let open = browser.read(&path).await;
    let names: Vec<&str> = open
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert!(names.contains(&"In Progress"), "{names:?}");
    let step = json!({"transition": "In Progress", "comment": "_started_"});
    let moved = browser.post(&path, step).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    assert_eq!(moved.json()["status"], "In Progress");
    let last = browser.read(&format!("{issue}/comments")).await;
    assert_eq!(
        last.as_array().unwrap().last().unwrap()["body"],
        "_started_"
    );
}

async fn people(browser: &Browser) {
    let me = browser.read("/connectors/jira/myself").await;
    assert_eq!(
        (&me["display_name"], &me["email"]),
        (&json!("Mia Krystof"), &json!("mia@example.com"))
    );
    assert_eq!(me["time_zone"], "Australia/Sydney");
    let found = browser.read("/connectors/jira/users?q=mia").await;
    assert_eq!(found[0]["account_id"], me["account_id"]);
}

#[tokio::test]
async fn projects_are_listed_alike() {
    for (_app, browser, project) in [cloud().await, data_center().await] {
        projects_and_issue_types(&browser, project).await;
    }
}

#[tokio::test]
async fn issues_are_found_alike() {
    for (_app, browser, project) in [cloud().await, data_center().await] {
        searching(&browser, project).await;
    }
}

#[tokio::test]
async fn an_issue_lives_alike() {
    for (_app, browser, project) in [cloud().await, data_center().await] {
        an_issues_life(&browser, project).await;
    }
}

#[tokio::test]
async fn people_are_found_alike() {
    for (_app, browser, _) in [cloud().await, data_center().await] {
        people(&browser).await;
    }
}

#[tokio::test]
async fn data_center_gets_wiki_markup_user_names_and_start_at() {
    let (app, browser, project) = data_center().await;
    let body = json!({"project_key": project, "summary": "x", "description": "**hot**", "assignee": "omar"});
    let made = browser.post("/connectors/jira/create", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let sent = app.sandbox.journal();
    let create = sent.iter().find(|call| call.method == "POST").unwrap();
    assert_eq!(create.path, "/rest/api/2/issue");
    let fields: Value = serde_json::from_str(&create.body).unwrap();
    assert_eq!(fields["fields"]["description"], "*hot*");
    assert_eq!(fields["fields"]["assignee"], json!({"name": "omar"}));
    app.sandbox.clear_journal();
    walk(
        &browser,
        "/connectors/jira/search?q=order%20by%20key&limit=20",
    )
    .await;
    let starts: Vec<u64> = app
        .sandbox
        .journal()
        .iter()
        .map(|call| {
            serde_json::from_str::<Value>(&call.body).unwrap()["startAt"]
                .as_u64()
                .unwrap()
        })
        .collect();
    assert_eq!(starts[..2], [0, 20]);
    assert!(
        app.sandbox
            .journal()
            .iter()
            .all(|call| call.path == "/rest/api/2/search")
    );
}

#[tokio::test]
async fn raw_gives_data_centers_own_json() {
    let (_app, browser, project) = data_center().await;
    let raw = browser
        .read(&format!("/connectors/jira/projects/{project}?format=raw"))
        .await;
    assert!(raw["lead"]["name"].is_string(), "{raw}");
    let issue = browser
        .read(&format!("/connectors/jira/issues/{project}-1?format=raw"))
        .await;
    assert!(
        issue["fields"]["reporter"]["key"]
            .as_str()
            .unwrap()
            .starts_with("JIRAUSER")
    );
}

#[tokio::test]
async fn failures_of_data_center_leave_in_the_envelope() {
    let (app, browser, project) = data_center().await;
    let path = format!("/connectors/jira/issues/{project}-1");
    let fault = |status: u16| {
        on_api(
            "/rest/api/2/",
            answering_text(status, "<html>oops</html>"),
            None,
        )
    };
    for (status, expected, code) in [
        (403, 403, "FORBIDDEN"),
        (404, 404, "NOT_FOUND"),
        (500, 502, "VENDOR_ERROR"),
        (302, 502, "VENDOR_ERROR"),
    ] {
        app.sandbox.clear_faults();
        app.sandbox.fault(fault(status));
        let answer = browser.get(&path).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (expected, code),
            "{status}"
        );
        assert!(!answer.body.contains("oops"));
    }
    assert_eq!(app.sandbox.token_calls(), 0);
}

#[tokio::test]
async fn an_edit_on_data_center_keeps_what_markdown_cannot_say() {
    let (_app, browser, project) = data_center().await;
    let path = format!("/connectors/jira/issues/{project}-1");
    let wiki = "It *stalls* at {color:red}200{color} rpm, see !curve.png|thumbnail! and [^stall.log].\r\n\r\n\
        {jira:ENG-1}\r\n\r\n||a||b||\r\n|c|{status:colour=Green|title=OK}|";
    let own = json!({"fields": {"description": wiki}});
    let written = browser.put(&path, own).await;
    assert_eq!(written.status, 200, "{}", written.body);
    let shown = browser.read(&path).await["description"].clone();
    let shown = shown.as_str().unwrap();
    assert!(shown.contains("![curve.png](keep:image-"), "{shown}");
    let edited = shown.replace("stalls", "smokes").replace("| c |", "| d |");
    let done = browser.put(&path, json!({ "description": edited })).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let raw = browser.read(&format!("{path}?format=raw")).await;
    let expected = wiki.replace("stalls", "smokes").replace("|c|", "|d|");
    assert_eq!(raw["fields"]["description"], expected);
    let foreign = format!("{edited}\n\n[x](keep:macro-00000000)");
    let refused = browser.put(&path, json!({ "description": foreign })).await;
    assert_eq!(
        (refused.status, refused.error_code().as_str()),
        (422, "VALIDATION")
    );
}

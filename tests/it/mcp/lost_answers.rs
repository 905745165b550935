//! Every tool that writes, where the answer to its write is lost or is none: nobody is told that it failed, or that it was
//! done.

use atlassian_sandbox::FaultAction;
use serde_json::{Value, json};

use crate::mcp::every_tool::{SCOPES, call, calls, filled, ids};
use crate::mcp::fixture::{message, text};
use crate::support::faults::{answering, answering_text, on_method};
use crate::support::{Browser, TestApp};

const WRITING: [&str; 3] = ["POST", "PUT", "DELETE"];
/// These read with a body.
const READS_BY_POST: [&str; 5] = [
    "/search/jql",
    "/approximate-count",
    "/jql/parse",
    "/bulkfetch",
    "/permissions/check",
];
const UNKNOWN: &str = "nobody knows whether this was carried out: look before you send it again";

/// The tools that write, by what they say of themselves.
async fn writing_tools(browser: &Browser) -> Vec<String> {
    let list = message("tools/list", json!({}));
    let list = browser.post("/mcp?toolsets=all", list).await.json();
    let tools = list["result"]["tools"].as_array().unwrap();
    let writes = |tool: &&Value| tool["annotations"]["readOnlyHint"] != true;
    let names = tools.iter().filter(writes);
    names
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Plays every tool with `fault` on all that may write, once before it is done in earnest. `told` judges what each of them
/// answers whose write was sent.
async fn each_with(fault: FaultAction, told: impl Fn(&str, &Value)) {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    let mia = app.logged_in("mia").await;
    let writing = writing_tools(&mia).await;
    let search = json!({"query": "type = page AND space = ENG", "limit": 1});
    let home = call(&mia, "confluence_search", search).await;
    let home = home["structuredContent"]["items"][0]["id"].as_str();
    let epic = json!({"jql": "project = WEB AND issuetype = Epic", "limit": 1});
    let epic = call(&mia, "jira_search", epic).await;
    let epic = epic["structuredContent"]["items"][0]["key"].as_str();
    let mut made = vec![
        ("home", home.unwrap().to_owned()),
        ("epic", epic.unwrap().to_owned()),
    ];
    let mut sent = 0;
    for (tool, arguments) in calls() {
        let arguments = filled(&arguments, &made);
        if writing.iter().any(|name| name == tool) {
            app.sandbox.clear_journal();
            for method in WRITING {
                app.sandbox
                    .fault(on_method(method, "/ex/", fault.clone(), None));
            }
            let lost = call(&mia, tool, arguments.clone()).await;
            app.sandbox.clear_faults();
            let journal = app.sandbox.journal();
            let was_sent = journal.iter().any(|sent| {
                WRITING.contains(&sent.method.as_str())
                    && !READS_BY_POST.iter().any(|end| sent.path.contains(end))
            });
            if was_sent {
                told(tool, &lost);
                sent += 1;
            }
        }
        let done = call(&mia, tool, arguments).await;
        made.extend(ids(&done["structuredContent"]).map(|id| (tool, id)));
    }
    assert!(sent > 25, "tools whose write was sent: {sent}");
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_said_to_be_unknown() {
    each_with(FaultAction::Drop, |tool, lost| {
        assert_eq!(lost["isError"], true, "{tool}: {lost}");
        assert!(text(lost).contains(UNKNOWN), "{tool}: {}", text(lost));
    })
    .await;
}

#[tokio::test]
async fn a_login_page_in_place_of_an_answer_is_no_success() {
    let page = answering_text(200, "<html><title>Anmelden</title></html>");
    each_with(page, |tool, answered| {
        assert_eq!(answered["isError"], true, "{tool}: {answered}");
        assert!(text(answered).contains(UNKNOWN), "{tool}: {answered}");
        assert!(
            text(answered).contains("a web page answers")
                || text(answered).contains("A web page answers"),
            "{tool}: {answered}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_error_that_came_with_200_is_no_success() {
    let errors = json!({"errorMessages": ["Jira is down for maintenance"], "errors": {}});
    each_with(answering(200, &errors), |tool, answered| {
        assert_eq!(answered["isError"], true, "{tool}: {answered}");
        assert!(
            text(answered).contains("Jira is down for maintenance"),
            "{tool}: {answered}"
        );
    })
    .await;
}

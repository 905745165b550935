//! `/mcp/rovo`: the tools under the names and arguments of Atlassian's own server.

use integration_backend::model::api_key::KeyScope;
use serde_json::{Value, json};

use crate::mcp::every_tool::faults;
use crate::mcp::fixture::{message, names, text};
use crate::support::{Browser, TestApp};

async fn call(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let call = message("tools/call", json!({"name": tool, "arguments": arguments}));
    let answer = browser.post("/mcp/rovo", call).await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    let mut answer = answer.json();
    assert!(answer["result"].is_object(), "{tool}: {answer}");
    answer["result"].take()
}

async fn listed(browser: &Browser, address: &str) -> Value {
    browser
        .post(address, message("tools/list", json!({})))
        .await
        .json()
}

/// Each with arguments that succeed. `{name}` stands for the id that the tool of that name gave.
fn calls() -> Vec<(&'static str, Value)> {
    [of_jira(), of_confluence()].concat()
}

fn of_jira() -> Vec<(&'static str, Value)> {
    vec![
        ("atlassianUserInfo", json!({})),
        ("lookupJiraAccountId", json!({"searchString": "Mia"})),
        (
            "getVisibleJiraProjects",
            json!({"searchString": "web", "maxResults": 5}),
        ),
        (
            "getJiraProjectIssueTypesMetadata",
            json!({"projectIdOrKey": "WEB"}),
        ),
        (
            "getJiraIssueTypeMetaWithFields",
            json!({"projectIdOrKey": "WEB", "issueTypeId": "{getJiraProjectIssueTypesMetadata}"}),
        ),
        (
            "searchJiraIssuesUsingJql",
            json!({"jql": "project = WEB ORDER BY key", "fields": ["summary", "status"], "maxResults": 2}),
        ),
        (
            "getJiraIssue",
            json!({"issueIdOrKey": "WEB-1", "fields": ["summary"]}),
        ),
        (
            "createJiraIssue",
            json!({"projectKey": "WEB", "issueTypeName": "Task", "summary": "New", "parent": "{epic}",
                "additional_fields": {"labels": ["a"]}}),
        ),
        (
            "editJiraIssue",
            json!({"issueIdOrKey": "{createJiraIssue}", "fields": {"summary": "Newer"}}),
        ),
        (
            "addCommentToJiraIssue",
            json!({"issueIdOrKey": "WEB-1", "commentBody": "**Hi**"}),
        ),
        (
            "getTransitionsForJiraIssue",
            json!({"issueIdOrKey": "WEB-1"}),
        ),
        (
            "transitionJiraIssue",
            json!({"issueIdOrKey": "WEB-1", "transition": {"id": "{getTransitionsForJiraIssue}"}}),
        ),
    ]
}

fn of_confluence() -> Vec<(&'static str, Value)> {
    vec![
        ("getConfluenceSpaces", json!({"keys": ["ENG"], "limit": 5})),
        (
            "searchConfluenceUsingCql",
            json!({"cql": "type = page", "limit": 2}),
        ),
        (
            "createConfluencePage",
            json!({"spaceId": "{getConfluenceSpaces}", "title": "Rovo", "body": "# Plan\n\nHello"}),
        ),
        (
            "getConfluencePage",
            json!({"pageId": "{createConfluencePage}"}),
        ),
        (
            "getPagesInConfluenceSpace",
            json!({"spaceId": "{getConfluenceSpaces}", "limit": 50}),
        ),
        (
            "getConfluencePageDescendants",
            json!({"pageId": "{createConfluencePage}", "depth": 2}),
        ),
        (
            "getConfluencePageAncestors",
            json!({"pageId": "{createConfluencePage}"}),
        ),
        (
            "updateConfluencePage",
            json!({"pageId": "{createConfluencePage}", "body": "# Plan\n\nBye", "versionMessage": "why"}),
        ),
        (
            "createConfluenceFooterComment",
            json!({"pageId": "{createConfluencePage}", "body": "Nice"}),
        ),
        (
            "createConfluenceInlineComment",
            json!({"pageId": "{createConfluencePage}", "body": "Why?", "inlineCommentProperties":
                {"textSelection": "Bye", "textSelectionMatchCount": 1, "textSelectionMatchIndex": 0}}),
        ),
        (
            "getConfluencePageFooterComments",
            json!({"pageId": "{createConfluencePage}"}),
        ),
        (
            "getConfluencePageInlineComments",
            json!({"pageId": "{createConfluencePage}"}),
        ),
        ("search", json!({"query": "release"})),
        ("fetch", json!({"id": "jira:WEB-1"})),
    ]
}

#[tokio::test]
async fn every_name_works_with_the_arguments_that_it_is_known_by() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let list = listed(&mia, "/mcp/rovo").await;
    let epic = json!({"jql": "project = WEB AND issuetype = Epic", "maxResults": 1});
    let epic = call(&mia, "searchJiraIssuesUsingJql", epic).await;
    let epic = epic["structuredContent"]["items"][0]["key"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut made = vec![("epic", epic)];
    let mut tried = Vec::new();
    for (tool, arguments) in calls() {
        let text = made.iter().fold(arguments.to_string(), |text, (name, id)| {
            text.replace(&format!("{{{name}}}"), id)
        });
        let result = call(&mia, tool, serde_json::from_str(&text).unwrap()).await;
        assert_eq!(result["isError"], false, "{tool}: {result}");
        let structured = &result["structuredContent"];
        for id in [&structured["id"], &structured["items"][0]["id"]] {
            made.extend(id.as_str().map(|id| (tool, id.to_owned())));
        }
        let tools = list["result"]["tools"].as_array().unwrap();
        let definition = tools.iter().find(|known| known["name"] == tool).unwrap();
        let wrong = faults(&definition["outputSchema"], structured, tool);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        tried.push(tool);
    }
    tried.sort_unstable();
    let mut known = names(&list);
    known.sort_unstable();
    assert_eq!(tried, known, "each name has a call in this test");
    let child = call(&mia, "getJiraIssue", json!({"issueIdOrKey": made_id(&made, "createJiraIssue"), "fields": ["parent", "labels", "summary"]})).await;
    let child = &child["structuredContent"];
    assert_eq!(
        (&child["parent"]["key"], &child["labels"], &child["summary"]),
        (
            &json!(made_id(&made, "epic")),
            &json!(["a"]),
            &json!("Newer")
        )
    );
    let reply = json!({"parentCommentId": made_id(&made, "createConfluenceFooterComment"), "body": "Indeed"});
    let reply = call(&mia, "createConfluenceFooterComment", reply).await;
    assert_eq!(reply["structuredContent"]["body"], "Indeed", "{reply}");
}

fn made_id<'a>(made: &'a [(&str, String)], tool: &str) -> &'a str {
    &made.iter().find(|(name, _)| *name == tool).unwrap().1
}

#[tokio::test]
async fn what_asks_for_something_else_than_is_done_is_refused_and_nothing_is_done() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let new = json!({"space_key": "ENG", "title": "Published", "body": "Finished."});
    let made = mia.post("/connectors/confluence/create", new).await.json()["id"].clone();
    app.sandbox.clear_journal();
    for (tool, mut arguments, argument, value) in [
        (
            "updateConfluencePage",
            json!({"pageId": made, "body": "Unfinished."}),
            "status",
            "draft",
        ),
        (
            "updateConfluencePage",
            json!({"pageId": made, "body": "{}"}),
            "contentFormat",
            "adf",
        ),
        (
            "getConfluencePage",
            json!({"pageId": made}),
            "contentFormat",
            "storage",
        ),
        ("getConfluenceSpaces", json!({}), "status", "archived"),
    ] {
        arguments[argument] = json!(value);
        let refused = call(&mia, tool, arguments.clone()).await;
        assert_eq!(refused["isError"], true, "{tool} {arguments}: {refused}");
        let told = refused["content"][0]["text"].as_str().unwrap();
        assert!(
            told.contains(argument) && told.contains("only here"),
            "{told}"
        );
    }
    assert_eq!(app.sandbox.journal().len(), 0);
    // What is done anyway may be said.
    let said =
        json!({"pageId": made, "status": "CURRENT", "contentFormat": "markdown", "body": "Newer."});
    let done = call(&mia, "updateConfluencePage", said).await;
    assert_eq!(done["isError"], false, "{done}");
}

#[tokio::test]
async fn a_list_goes_on_and_a_site_is_named_by_its_id_or_address() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let sites = mia.read("/connectors/jira/connection").await;
    let id = sites["site"]["cloud_id"]
        .as_str()
        .unwrap_or_else(|| panic!("{sites}"));
    let mut seen = Vec::new();
    let mut arguments =
        json!({"jql": "project = WEB ORDER BY key", "fields": ["summary"], "maxResults": 2});
    for site in [id, "https://acme.atlassian.net", "acme.atlassian.net"] {
        arguments["cloudId"] = json!(site);
        let page = call(&mia, "searchJiraIssuesUsingJql", arguments.clone()).await;
        let page = &page["structuredContent"];
        let keys = page["items"]
            .as_array()
            .unwrap_or_else(|| panic!("{page}"))
            .iter();
        seen.extend(keys.map(|issue| issue["key"].as_str().unwrap().to_owned()));
        // A cursor belongs to the list that it came from, whichever way the site is named.
        arguments.as_object_mut().unwrap().remove("nextPageToken");
        assert!(page["next_cursor"].is_string(), "{page}");
    }
    assert_eq!(seen[..2], seen[2..4]);
    arguments["nextPageToken"] = call(&mia, "searchJiraIssuesUsingJql", arguments.clone()).await
        ["structuredContent"]["next_cursor"]
        .take();
    let more = call(&mia, "searchJiraIssuesUsingJql", arguments).await;
    let next = more["structuredContent"]["items"][0]["key"]
        .as_str()
        .unwrap_or_else(|| panic!("{more}"));
    assert!(!seen.iter().any(|key| key == next), "{next} came twice");
    for other in [
        "00000000-0000-4000-8000-000000000000",
        "https://evil.example",
    ] {
        let refused = call(
            &mia,
            "getJiraIssue",
            json!({"cloudId": other, "issueIdOrKey": "WEB-1"}),
        )
        .await;
        assert_eq!(refused["isError"], true);
        assert!(text(&refused).contains("(VALIDATION)"), "{refused}");
    }
}

#[tokio::test]
async fn a_failure_names_the_argument_as_it_is_called_here() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for (tool, arguments, told) in [
        ("getJiraIssue", json!({}), "issueIdOrKey"),
        (
            "transitionJiraIssue",
            json!({"issueIdOrKey": "WEB-1", "transition": {"id": "nothing"}}),
            "transition",
        ),
        (
            "searchJiraIssuesUsingJql",
            json!({"jql": "project = WEB", "maxResults": 0}),
            "maxResults",
        ),
        (
            "createConfluencePage",
            json!({"spaceId": "ENG", "title": "x"}),
            "body",
        ),
        (
            "createJiraIssue",
            json!({"projectKey": "WEB", "issueTypeName": "Task", "summary": "x", "assignee_account_id": "nobody at all"}),
            "assignee_account_id",
        ),
        ("getJiraIssue", json!({"issue_key": "WEB-1"}), "issue_key"),
    ] {
        let refused = call(&mia, tool, arguments.clone()).await;
        assert_eq!(refused["isError"], true, "{tool} {arguments}");
        assert!(
            text(&refused).contains(told),
            "{tool} {arguments}: {}",
            text(&refused)
        );
    }
    let usual = message(
        "tools/call",
        json!({"name": "jira_get_issue", "arguments": {"issue_key": "WEB-1"}}),
    );
    let answer = mia.post("/mcp/rovo", usual).await.json();
    assert_eq!(
        answer["error"]["code"], -32602,
        "sets are not blended: {answer}"
    );
}

#[tokio::test]
async fn a_reader_is_shown_what_reads_and_the_list_is_the_same_without_the_protocol() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let owner = mia.read("/auth/session").await["user"]["id"].clone();
    let reader = app
        .api_key(owner.as_str().unwrap(), "default", &[KeyScope::Read])
        .await;
    let script = app.browser();
    let list = message("tools/list", json!({}));
    let shown = script
        .post_with("/mcp/rovo/", &[("authorization", &reader)], &list)
        .await
        .json();
    let shown = names(&shown).join(" ");
    insta::assert_snapshot!(shown, @r"search fetch atlassianUserInfo lookupJiraAccountId getVisibleJiraProjects getJiraProjectIssueTypesMetadata getJiraIssueTypeMetaWithFields searchJiraIssuesUsingJql getJiraIssue getTransitionsForJiraIssue getConfluenceSpaces searchConfluenceUsingCql getConfluencePage getPagesInConfluenceSpace getConfluencePageDescendants getConfluencePageAncestors getConfluencePageFooterComments getConfluencePageInlineComments");
    let plain = script
        .get_with(
            "/connectors/tools?set=rovo&style=mcp",
            &[("authorization", &reader)],
        )
        .await
        .json();
    let plain: Vec<&str> = plain
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(plain.join(" "), shown);
}

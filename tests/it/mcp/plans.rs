//! What the tools about several issues, fields, boards and sprints give, on Cloud and on a Data Center.

use serde_json::{Value, json};

use crate::data_center::fixture::connected;
use crate::mcp::every_tool::SCOPES;
use crate::mcp::fixture::{message, text};
use crate::support::{Browser, TestApp};

async fn call(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let call = message("tools/call", json!({"name": tool, "arguments": arguments}));
    let answer = browser.post("/mcp?toolsets=all", call).await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    answer.json()["result"].take()
}

async fn given(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let mut result = call(browser, tool, arguments).await;
    assert_eq!(result["isError"], false, "{tool}: {result}");
    result["structuredContent"].take()
}

/// A browser on either kind of site, with a project where it may write.
async fn worlds() -> Vec<(TestApp, Browser, &'static str)> {
    let cloud = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    let mia = cloud.logged_in("mia").await;
    let host = TestApp::start_with_data_center(&[]).await;
    let there = connected(&host, "mia").await;
    vec![(cloud, mia, "WEB"), (host, there, "MILL")]
}

#[tokio::test]
async fn of_several_new_issues_those_are_made_that_can_be() {
    for (_app, mia, project) in worlds().await {
        let issue = |summary: &str, kind: &str| json!({"project_key": project, "summary": summary, "issue_type": kind, "description": "**Now**", "labels": ["a"]});
        let asked = json!([
            issue("One", "Task"),
            issue("Two", "No such type"),
            issue("Three", "Bug")
        ]);
        let done = given(
            &mia,
            "jira_batch_create_issues",
            json!({"issues": asked.to_string()}),
        )
        .await;
        let made = done["created"].as_array().unwrap();
        assert_eq!(
            made.iter()
                .map(|one| (&one["index"], &one["title"]))
                .collect::<Vec<_>>(),
            [(&json!(0), &json!("One")), (&json!(2), &json!("Three"))]
        );
        assert_eq!(done["failed"][0]["index"], 1, "{done}");
        assert!(
            done["failed"][0]["why"]
                .as_str()
                .unwrap()
                .contains("issuetype: "),
            "{done}"
        );
        let third = json!({"issue_key": made[1]["id"], "fields": "summary,labels,description"});
        let third = given(&mia, "jira_get_issue", third).await;
        assert_eq!(
            (&third["summary"], &third["labels"], &third["description"]),
            (&json!("Three"), &json!(["a"]), &json!("**Now**"))
        );
        let only = json!({"issues": [issue("Four", "Task")], "validate_only": true});
        let only = given(&mia, "jira_batch_create_issues", only).await;
        assert_eq!(
            only,
            json!({"created": [], "failed": [], "valid": 1,
            "checked": ["project_key", "issue_type", "summary", "assignee"]})
        );
        let none = json!({"issues": [issue("Two", "No such type")]});
        let none = call(&mia, "jira_batch_create_issues", none).await;
        assert_eq!(none["isError"], true);
        assert!(text(&none).to_lowercase().contains("issuetype: "), "{none}");
        let wrong = json!({"issues": [issue("One", "Task"), {"project_key": project, "issue_type": "Task"}]});
        let wrong = call(&mia, "jira_batch_create_issues", wrong).await;
        assert!(
            text(&wrong).to_lowercase().contains("issues[1]: ") && text(&wrong).contains("summary"),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn what_changed_is_told_by_issue_and_field() {
    for (_app, mia, project) in worlds().await {
        let new = json!({"project_key": project, "summary": "Old", "issue_type": "Task"});
        let new = given(&mia, "jira_create_issue", new).await;
        let key = new["id"].as_str().unwrap();
        let change = json!({"issue_key": key, "fields": {"summary": "New"}});
        given(&mia, "jira_update_issue", change).await;
        let step = json!({"issue_key": key, "transition_id": "Done"});
        given(&mia, "jira_transition_issue", step).await;
        let asked = json!({"issue_ids_or_keys": [key, format!("{project}-1")]});
        let logs = given(&mia, "jira_batch_get_changelogs", asked).await;
        let items = logs["items"].as_array().unwrap();
        assert_eq!(items.len(), 2, "{logs}");
        let log = &items[0];
        assert_eq!(log["key"], key);
        let fields: Vec<&Value> = log["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["items"][0]["field"])
            .collect();
        assert!(fields.contains(&&json!("status")), "{log}");
        assert_eq!(log["changes"][0]["author"]["display_name"], "Mia Krystof");
        let narrow = json!({"issue_ids_or_keys": key, "fields": "Status", "limit": 1});
        let narrow = given(&mia, "jira_batch_get_changelogs", narrow).await;
        let changes = narrow["items"][0]["changes"].as_array().unwrap();
        assert_eq!(
            (changes.len(), &changes[0]["items"][0]["to"]),
            (1, &json!("Done"))
        );
        let dates = given(&mia, "jira_get_issue_dates", json!({"issue_key": key})).await;
        let statuses = dates["statuses"]
            .as_array()
            .unwrap_or_else(|| panic!("{dates}"));
        assert_eq!(statuses.last().unwrap()["status"], "Done", "{dates}");
        assert!(
            statuses[0]["seconds"].is_u64() && dates["created"].is_string(),
            "{dates}"
        );
        let wrong = json!({"issue_ids_or_keys": format!("{key}, ../x")});
        let wrong = call(&mia, "jira_batch_get_changelogs", wrong).await;
        assert!(text(&wrong).contains("issue_ids_or_keys"), "{wrong}");
    }
}

#[tokio::test]
async fn an_issue_goes_into_an_epic_and_choices_are_told() {
    for (_app, mia, project) in worlds().await {
        let epic = json!({"project_key": project, "summary": "Big", "issue_type": "Epic"});
        let epic = given(&mia, "jira_create_issue", epic).await["id"].clone();
        let new = json!({"project_key": project, "summary": "Small", "issue_type": "Task"});
        let new = given(&mia, "jira_create_issue", new).await["id"].clone();
        let link = json!({"issue_key": new, "epic_key": epic});
        let linked = given(&mia, "jira_link_to_epic", link.clone()).await;
        assert_eq!(linked, link);
        let issue = json!({"issue_key": new, "fields": "parent"});
        let issue = given(&mia, "jira_get_issue", issue).await;
        assert_eq!(issue["parent"]["key"], epic, "{issue}");
        let options = json!({"project_key": project, "field_id": "Priority", "contains": "high", "values_only": true});
        let options = given(&mia, "jira_get_field_options", options).await;
        let values: Vec<&Value> = options["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["value"])
            .collect();
        assert!(
            values.contains(&&json!("High")) && options["items"][0].get("id").is_none(),
            "{options}"
        );
        for (wrong, told) in [
            (json!({"field_id": "priority"}), "project_key is needed"),
            (
                json!({"field_id": "nothing", "project_key": project}),
                "jira_get_create_fields",
            ),
            (
                json!({"field_id": "priority", "project_key": project, "issue_type": "Whale"}),
                "issue_type is none",
            ),
            (
                json!({"field_id": "priority", "project_key": project, "context_id": "7"}),
                "administrators",
            ),
        ] {
            let refused = call(&mia, "jira_get_field_options", wrong).await;
            assert!(text(&refused).to_lowercase().contains(told), "{refused}");
        }
    }
}

/// A new sprint on the project's board: the board's id and the sprint.
async fn new_sprint(mia: &Browser, project: &str) -> (Value, Value) {
    let boards = json!({"project_key": project});
    let boards = given(mia, "jira_get_agile_boards", boards).await;
    let board = boards["items"][0]["id"].clone();
    let sprint = json!({"board_id": board, "name": "Next", "start_date": "2026-12-01T09:00:00.000Z",
        "end_date": "2026-12-15T09:00:00.000Z", "goal": "Ship"});
    let sprint = given(mia, "jira_create_sprint", sprint).await;
    (board, sprint)
}

fn keys(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|one| one["key"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_sprint_is_planned_filled_and_read() {
    for (_app, mia, project) in worlds().await {
        let (board, sprint) = new_sprint(&mia, project).await;
        assert_eq!(
            (&sprint["state"], &sprint["goal"]),
            (&json!("future"), &json!("Ship"))
        );
        let id = &sprint["id"];
        let two = [format!("{project}-2"), format!("{project}-3")];
        let filled = json!({"sprint_id": id, "issue_keys": two.join(",")});
        given(&mia, "jira_add_issues_to_sprint", filled).await;
        let issues = json!({"sprint_id": id, "fields": "summary"});
        let found = given(&mia, "jira_get_sprint_issues", issues.clone()).await;
        assert_eq!(keys(&found), two);
        let out = json!({"issue_keys": two[0]});
        given(&mia, "jira_move_issues_to_backlog", out).await;
        let left = given(&mia, "jira_get_sprint_issues", issues).await;
        assert_eq!(keys(&left), two[1..]);
        let change = json!({"sprint_id": id, "name": "Now"});
        let changed = given(&mia, "jira_update_sprint", change).await;
        assert_eq!(
            (&changed["name"], &changed["goal"]),
            (&json!("Now"), &json!("Ship"))
        );
        let some = json!({"board_id": board, "state": ["active", "future"]});
        let some = given(&mia, "jira_get_sprints_from_board", some).await;
        let mut states = some["items"].as_array().unwrap().iter();
        assert!(states.all(|sprint| sprint["state"] != "closed"), "{some}");
    }
}

/// Calls about boards and sprints that are refused, and what of the refusal is told.
fn wrong_plans(board: &Value, id: &Value, one: &str) -> Vec<(&'static str, Value, &'static str)> {
    vec![
        (
            "jira_create_sprint",
            json!({"board_id": "x", "name": "y"}),
            "board_id must be a number",
        ),
        (
            "jira_get_sprints_from_board",
            json!({"board_id": "APP board"}),
            "jira_get_agile_boards finds boards by their names",
        ),
        (
            "jira_get_board_issues",
            json!({"board_id": "0"}),
            "board_id must be a number",
        ),
        (
            "jira_get_sprints_from_board",
            json!({"board_id": board, "state": ["active", "done"]}),
            "state must be some of active, future, closed",
        ),
        (
            "jira_create_sprint",
            json!({"board_id": board, "name": "y", "start_date": "2026-12-01"}),
            "start_date must be a time with its zone",
        ),
        (
            "jira_update_sprint",
            json!({"sprint_id": id, "start_date": "2026-12-14T09:00:00Z", "end_date": "2026-12-01T09:00:00Z"}),
            "end_date must be after start_date",
        ),
        (
            "jira_add_issues_to_sprint",
            json!({"sprint_id": id, "issue_keys": [one, "NOPE-1"]}),
            "there is no issue nope-1 that this account may see; none was moved",
        ),
        (
            "jira_update_sprint",
            json!({ "sprint_id": id }),
            "what is to change",
        ),
        (
            "jira_add_issues_to_sprint",
            json!({"sprint_id": id, "issue_keys": "no key"}),
            "issue_keys",
        ),
        (
            "jira_get_sprint_issues",
            json!({"sprint_id": "1 OR 1=1"}),
            "sprint_id must be a number",
        ),
    ]
}

#[tokio::test]
async fn what_is_wrong_about_a_board_or_a_sprint_is_told() {
    for (_app, mia, project) in worlds().await {
        let (board, sprint) = new_sprint(&mia, project).await;
        let (id, one) = (&sprint["id"], format!("{project}-2"));
        for (tool, wrong, told) in wrong_plans(&board, id, &one) {
            let refused = call(&mia, tool, wrong).await;
            let told_then = text(&refused).to_lowercase();
            assert!(told_then.contains(told), "{tool}: {refused}");
        }
    }
}

#[tokio::test]
async fn a_boards_issues_come_in_its_order_part_by_part() {
    for (_app, mia, project) in worlds().await {
        let (board, _) = new_sprint(&mia, project).await;
        let mut asked = json!({"board_id": board, "fields": "summary", "limit": 2});
        let first = given(&mia, "jira_get_board_issues", asked.clone()).await;
        assert_eq!(keys(&first).len(), 2);
        asked["cursor"] = first["next_cursor"].clone();
        let second = given(&mia, "jira_get_board_issues", asked).await;
        assert_ne!(keys(&first)[0], keys(&second)[0]);
        let jql = format!("key = {project}-2");
        let narrow = json!({"board_id": board, "jql": jql, "fields": "summary"});
        let narrow = given(&mia, "jira_get_board_issues", narrow).await;
        assert_eq!(keys(&narrow), [format!("{project}-2")]);
    }
}

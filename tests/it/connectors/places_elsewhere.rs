//! Projects, spaces, boards and sprints named by their addresses: the site in them is the one that is asked, or it is told
//! that it is not reached.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::connections::fixture::choose;
use crate::connectors::tools::fixture::{given, invoke};
use crate::mcp::every_tool::SCOPES;
use crate::support::faults::{answering, on_method};
use crate::support::journey::{ACME, GLOBEX};
use crate::support::{Browser, TestApp, with_query};

const JIRA: &str = "https://globex.atlassian.net";
const WIKI: &str = "https://globex.atlassian.net/wiki";
/// What every address of that site has in it, in the sandbox as in the world.
const HOST: &str = "globex.atlassian.net";

/// Mia, who uses acme and reaches globex.
async fn stage() -> (TestApp, Browser) {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    let browser = app.logged_in("mia").await;
    (app, browser)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The tools that name a project or a board, with what each is asked besides.
fn tools(project: &str, board: &str, sprint: &str) -> Vec<(&'static str, Value)> {
    let with_type = json!({"project_key": project, "issue_type_id": "10001"});
    vec![
        ("jira_get_project_versions", json!({"project_key": project})),
        (
            "jira_get_project_components",
            json!({"project_key": project}),
        ),
        (
            "jira_get_project_issue_types",
            json!({"project_key": project}),
        ),
        ("jira_get_create_fields", with_type),
        (
            "jira_get_field_options",
            json!({"project_key": project, "field_id": "priority"}),
        ),
        ("jira_get_agile_boards", json!({"project_key": project})),
        ("jira_get_sprints_from_board", json!({"board_id": board})),
        (
            "jira_get_board_issues",
            json!({"board_id": board, "fields": "summary"}),
        ),
        (
            "jira_get_sprint_issues",
            json!({"sprint_id": sprint, "fields": "summary"}),
        ),
        (
            "jira_search",
            json!({"jql": "ORDER BY key", "projects_filter": project, "fields": "summary"}),
        ),
        ("jira_search_projects", json!({"query": project})),
    ]
}

#[tokio::test]
async fn every_tool_that_names_a_project_or_a_board_by_its_address_asks_that_site() {
    let (app, browser) = stage().await;
    choose(&browser, "jira", json!({"cloud_id": GLOBEX})).await;
    let boards = given(
        &browser,
        "jira_get_agile_boards",
        json!({"project_key": "GX"}),
    )
    .await;
    let board = text(&boards["items"][0]["id"]).to_owned();
    let asked = json!({"board_id": board, "state": "closed"});
    let sprints = given(&browser, "jira_get_sprints_from_board", asked).await;
    let sprint = text(&sprints["items"][0]["id"]).to_owned();
    let mut there = Vec::new();
    for (tool, args) in tools("GX", &board, &sprint) {
        there.push(given(&browser, tool, args).await);
    }
    choose(&browser, "jira", json!({"cloud_id": ACME})).await;
    app.sandbox.clear_journal();
    let project = format!("{JIRA}/browse/GX");
    let at_board = format!("{JIRA}/jira/software/projects/GX/boards/{board}");
    let at_sprint = format!("{JIRA}/secure/RapidBoard.jspa?rapidView={board}&sprint={sprint}");
    for ((tool, args), same) in tools(&project, &at_board, &at_sprint)
        .into_iter()
        .zip(there)
    {
        let asked = given(&browser, tool, args).await;
        assert_eq!(asked["items"], same["items"], "{tool}");
        assert_ne!(asked["items"], json!([]), "{tool}");
    }
    let calls = app.sandbox.journal();
    assert!(
        calls.iter().all(|call| call.path.contains(GLOBEX)),
        "{calls:?}"
    );
}

#[tokio::test]
async fn an_address_of_a_site_that_is_not_reached_or_of_something_else_is_told() {
    let (app, browser) = stage().await;
    app.sandbox.clear_journal();
    for (project, board) in [
        (
            "https://initech.atlassian.net/browse/GX",
            "https://initech.atlassian.net/jira/software/projects/GX/boards/1",
        ),
        (
            "https://acme.atlassian.net/jira/your-work",
            "https://acme.atlassian.net/jira/your-work",
        ),
    ] {
        let sprint = format!("{board}?sprint=1");
        let sprint = if board.contains("boards") {
            sprint
        } else {
            board.to_owned()
        };
        for (tool, args) in tools(project, board, &sprint) {
            let named = [
                "project_key",
                "board_id",
                "sprint_id",
                "projects_filter",
                "query",
            ];
            let named = named
                .into_iter()
                .find(|name| args.get(name).is_some())
                .unwrap();
            let refused = invoke(&browser, tool, args).await;
            refused.assert_invalid(&[named], tool);
        }
    }
    for (tool, argument) in [
        ("jira_get_link_types", "name_filter"),
        ("jira_get_agile_boards", "board_name"),
    ] {
        let mut args = json!({});
        args[argument] = json!("https://globex.atlassian.net/browse/GX");
        invoke(&browser, tool, args)
            .await
            .assert_invalid(&[argument], tool);
    }
    app.assert_no_site_called();
}

#[tokio::test]
async fn a_route_refuses_an_address_of_a_site_that_is_not_reached() {
    let (app, browser) = stage().await;
    app.sandbox.clear_journal();
    let draft = json!({"project_key": "https://initech.atlassian.net/browse/GX", "summary": "x"});
    let refused = browser.post("/connectors/jira/create", draft).await;
    refused.assert_invalid(&["project_key"], "create");
    let page = json!({"space_key": "https://initech.atlassian.net/wiki/spaces/GX", "title": "x"});
    let refused = browser.post("/connectors/confluence/create", page).await;
    refused.assert_invalid(&["space_key"], "create");
    for (route, filter) in [
        (
            "/connectors/jira/search",
            json!({"project": "https://initech.atlassian.net/browse/GX"}),
        ),
        (
            "/connectors/confluence/search",
            json!({"space": ["https://initech.atlassian.net/wiki/spaces/GX"]}),
        ),
    ] {
        let asked = with_query(route, &[("q", ""), ("filters", &filter.to_string())]);
        browser
            .get(&asked)
            .await
            .assert_invalid(&["filters"], route);
    }
    let asked = with_query(
        "/connectors/confluence/pages",
        &[("space", "https://initech.atlassian.net/wiki/spaces/GX")],
    );
    browser
        .get(&asked)
        .await
        .assert_invalid(&["space"], "pages");
    let asked = with_query(
        "/connectors/jira/projects",
        &[("q", "https://initech.atlassian.net/browse/GX")],
    );
    browser.get(&asked).await.assert_invalid(&["q"], "projects");
    app.assert_no_site_called();
}

#[tokio::test]
async fn an_issue_is_made_in_the_project_of_the_address_and_its_id_leads_there() {
    let (_app, browser) = stage().await;
    let project = format!("{JIRA}/projects/GX");
    let draft = json!({"project_key": project, "summary": "There", "assignee": "me"});
    let rest = browser.post("/connectors/jira/create", draft).await;
    assert_eq!(rest.status, 201, "{}", rest.body);
    let args = json!({"project_key": project, "summary": "There", "issue_type": "Task"});
    let tool = given(&browser, "jira_create_issue", args.clone()).await;
    let batch = given(
        &browser,
        "jira_batch_create_issues",
        json!({"issues": [args]}),
    )
    .await;
    for id in [&rest.json()["id"], &tool["id"], &batch["created"][0]["id"]] {
        assert!(text(id).contains("globex.atlassian.net/browse/GX-"), "{id}");
        let read = given(&browser, "jira_get_issue", json!({"issue_key": id})).await;
        assert_eq!(read["summary"], "There");
    }
    let location = rest.header("location").to_owned();
    assert_eq!(browser.read(&location).await["title"], "There");
    let two = json!([
        {"project_key": project, "summary": "a", "issue_type": "Task"},
        {"project_key": "https://acme.atlassian.net/browse/WEB", "summary": "b", "issue_type": "Task"},
    ]);
    let refused = invoke(&browser, "jira_batch_create_issues", json!({"issues": two})).await;
    refused.assert_invalid(&["project_key"], "two sites");
}

#[tokio::test]
async fn projects_and_their_types_are_read_by_their_addresses() {
    let (_app, browser) = stage().await;
    let address = format!("{JIRA}/browse/GX");
    let segment = utf8_percent_encode(&address, NON_ALPHANUMERIC);
    let project = browser
        .read(&format!("/connectors/jira/projects/{segment}"))
        .await;
    assert_eq!(text(&project["key"]), "GX");
    assert!(text(&project["url"]).contains(HOST), "{project}");
    let types = browser
        .read(&format!("/connectors/jira/projects/{segment}/issue-types"))
        .await;
    assert_ne!(types, json!([]));
    let listed = browser
        .read(&with_query("/connectors/jira/projects", &[("q", &address)]))
        .await;
    assert_eq!(listed[0]["url"], project["url"]);
}

#[tokio::test]
async fn a_space_of_another_site_is_listed_searched_and_written_there() {
    let (app, browser) = stage().await;
    app.sandbox.clear_journal();
    let space = format!("{WIKI}/spaces/GX");
    let page = json!({"space_key": space, "title": "Made there", "body": "x"});
    let made = browser.post("/connectors/confluence/create", page).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let location = made.header("location").to_owned();
    assert_eq!(browser.read(&location).await["title"], "Made there");
    let args = json!({"space_key": format!("{space}/overview"), "title": "By a tool", "content": "x", "parent_id": made.json()["id"]});
    let by_tool = given(&browser, "confluence_create_page", args).await;
    let read = given(
        &browser,
        "confluence_get_page",
        json!({"page_id": by_tool["id"]}),
    )
    .await;
    assert_eq!(read["title"], "By a tool");
    let titled = json!({"space_key": space, "title": "By a tool"});
    let titled = given(&browser, "confluence_get_page", titled).await;
    assert_eq!(titled["id"], read["id"]);
    let tree = given(
        &browser,
        "confluence_get_space_page_tree",
        json!({"space_key": space}),
    )
    .await;
    let listed = browser
        .read(&with_query(
            "/connectors/confluence/pages",
            &[("space", &space)],
        ))
        .await;
    let filters = json!({"space": space}).to_string();
    let asked = with_query(
        "/connectors/confluence/search",
        &[("q", ""), ("filters", &filters)],
    );
    let found = browser.read(&asked).await;
    let args = json!({"query": "type = page", "spaces_filter": space});
    let by_tool = given(&browser, "confluence_search", args).await;
    for pages in [&tree["items"], &listed, &found, &by_tool["items"]] {
        let page = &pages[0];
        assert!(text(&page["id"]).contains(HOST), "{page}");
        let read = given(
            &browser,
            "confluence_get_page",
            json!({"page_id": page["id"]}),
        )
        .await;
        assert_eq!(read["title"], page["title"]);
    }
    let pages = tree["items"].as_array().unwrap();
    assert!(pages.iter().any(|page| page["depth"] != 0), "{tree}");
    let spaces = given(&browser, "confluence_get_spaces", json!({"keys": space})).await;
    assert!(text(&spaces["items"][0]["url"]).contains(HOST), "{spaces}");
    let calls = app.sandbox.journal();
    assert!(
        calls.iter().all(|call| call.path.contains(GLOBEX)),
        "{calls:?}"
    );
}

#[tokio::test]
async fn filters_name_projects_by_their_addresses_on_every_route() {
    let (_app, browser) = stage().await;
    let address = format!("{JIRA}/browse/GX");
    let filters = json!({"project": [address]}).to_string();
    let asked = with_query(
        "/connectors/jira/search",
        &[("q", ""), ("filters", &filters)],
    );
    let hit = browser.read(&asked).await[0].clone();
    assert!(text(&hit["id"]).contains(HOST), "{hit}");
    let args = json!({"issue_key": hit["id"], "fields": "summary"});
    assert_eq!(
        given(&browser, "jira_get_issue", args).await["summary"],
        hit["title"]
    );
    // A name with a dot and a slash in it is no address.
    let filters = json!({"project": "Node.js/React"}).to_string();
    let asked = with_query(
        "/connectors/jira/search",
        &[("q", ""), ("filters", &filters)],
    );
    assert_ne!(browser.get(&asked).await.status, 422);
}

#[tokio::test]
async fn fields_are_called_by_the_names_of_the_site_that_is_searched_or_written() {
    let (app, browser) = stage().await;
    let field = json!([{"id": "customfield_10999", "name": "Only there", "custom": true,
        "clauseNames": ["cf[10999]"], "schema": {"type": "string", "customId": 10999}}]);
    let path = format!("{GLOBEX}/rest/api/3/field");
    app.sandbox
        .fault(on_method("GET", &path, answering(200, &field), None));
    let there = format!("{JIRA}/browse/GX-1");
    app.sandbox.clear_journal();
    let search = [("q", there.as_str()), ("fields", "Only there")];
    let asked = with_query("/connectors/jira/search", &search);
    let found = browser.read(&asked).await;
    assert!(text(&found[0]["id"]).contains(HOST), "{found}");
    let there_is_asked = app
        .sandbox
        .journal()
        .iter()
        .any(|call| call.path.contains(GLOBEX) && call.body.contains("customfield_10999"));
    assert!(there_is_asked);
    app.sandbox.clear_journal();
    let args = json!({"jql": there, "fields": "summary,Only there"});
    given(&browser, "jira_search", args).await;
    let args = json!({"issue_key": there, "fields": {"summary": "x"}, "return_fields": "summary,Only there"});
    given(&browser, "jira_update_issue", args).await;
    let here = app.sandbox.journal();
    let asked_here = here
        .iter()
        .filter(|call| call.path.contains(ACME) && call.path.ends_with("/field"));
    assert_eq!(asked_here.count(), 0, "{here:?}");
    let args = json!({"jql": there, "fields": "Story Points"});
    invoke(&browser, "jira_search", args)
        .await
        .assert_invalid(&["fields"], "unknown there");
}

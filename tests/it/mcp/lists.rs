//! Which tools are listed to whom, and how they are described.

use integration_backend::model::api_key::KeyScope;
use serde_json::{Value, json};

use crate::connectors::tools::fixture::SPEAKING;
use crate::data_center::fixture::connected;
use crate::mcp::every_tool::SCOPES;
use crate::mcp::fixture::{message, names};
use crate::support::{Browser, TestApp};

/// The names listed at an address, as words.
async fn listed(browser: &Browser, address: &str, headers: &[(&str, &str)]) -> String {
    let list = message("tools/list", json!({}));
    let answer = browser.post_with(address, headers, &list).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
    names(&answer.json()).join(" ")
}

async fn definitions(app: &TestApp) -> Vec<Value> {
    let mia = app.logged_in("mia").await;
    let list = message("tools/list", json!({}));
    let mut answer = mia.post("/mcp?toolsets=all", list).await.json();
    match answer["result"]["tools"].take() {
        Value::Array(tools) => tools,
        other => panic!("no list: {other}"),
    }
}

#[tokio::test]
async fn each_credential_sees_what_it_may_run() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let owner = mia.read("/auth/session").await["user"]["id"].clone();
    let owner = owner.as_str().unwrap();
    let script = app.browser();
    insta::assert_snapshot!(listed(&mia, "/mcp", &[]).await, @r"jira_get_all_projects jira_search_projects jira_search jira_search_fields jira_get_issue jira_create_issue jira_update_issue jira_add_comment jira_get_comments jira_delete_comment jira_get_transitions jira_transition_issue jira_get_user_profile jira_get_current_user jira_search_users confluence_search confluence_get_spaces confluence_get_page confluence_get_page_children confluence_create_page confluence_update_page confluence_add_comment jira_count_issues jira_validate_jql jira_get_project_versions jira_get_project_components confluence_get_comments confluence_get_page_versions confluence_move_page confluence_get_ancestors confluence_get_space_page_tree confluence_update_page_section confluence_get_inline_comments confluence_add_inline_comment confluence_reply_to_comment jira_batch_create_issues jira_batch_get_changelogs jira_get_project_issue_types jira_get_create_fields jira_get_field_options");
    let reader = app.api_key(owner, "default", &[KeyScope::Read]).await;
    insta::assert_snapshot!(listed(&script, "/mcp", &[("authorization", &reader)]).await, @r"jira_get_all_projects jira_search_projects jira_search jira_search_fields jira_get_issue jira_get_comments jira_get_transitions jira_get_user_profile jira_get_current_user jira_search_users confluence_search confluence_get_spaces confluence_get_page confluence_get_page_children jira_count_issues jira_validate_jql jira_get_project_versions jira_get_project_components confluence_get_comments confluence_get_page_versions confluence_get_ancestors confluence_get_space_page_tree confluence_get_inline_comments jira_batch_get_changelogs jira_get_project_issue_types jira_get_create_fields jira_get_field_options");
    let writer = app.api_key(owner, "default", &[KeyScope::Write]).await;
    insta::assert_snapshot!(listed(&script, "/mcp", &[("authorization", &writer)]).await, @r"jira_create_issue jira_update_issue jira_add_comment jira_delete_comment jira_transition_issue confluence_create_page confluence_update_page confluence_add_comment confluence_move_page confluence_update_page_section confluence_add_inline_comment confluence_reply_to_comment jira_batch_create_issues");
    let frozen = app.another_process_with(&[("READ_ONLY", "true")]).await;
    let there = Browser::new(frozen.router());
    let by_reader = listed(&script, "/mcp", &[("authorization", &reader)]).await;
    let both = app
        .api_key(owner, "default", &[KeyScope::Read, KeyScope::Write])
        .await;
    assert_eq!(
        listed(&there, "/mcp", &[("authorization", &both)]).await,
        by_reader
    );
}

#[tokio::test]
async fn addresses_and_headers_narrow_the_list_and_the_calls() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    insta::assert_snapshot!(listed(&mia, "/mcp?toolsets=jira_comments,jira_transitions", &[]).await, @r"jira_add_comment jira_get_comments jira_delete_comment jira_get_transitions jira_transition_issue");
    let by_header = [
        ("x-mcp-toolsets", "jira_comments"),
        ("x-mcp-readonly", "true"),
    ];
    assert_eq!(listed(&mia, "/mcp", &by_header).await, "jira_get_comments");
    assert_eq!(
        listed(&mia, "/mcp?toolsets=jira_comments&readonly=1", &[]).await,
        "jira_get_comments"
    );
    assert!(
        listed(&mia, "/mcp?readonly=0", &[])
            .await
            .contains("jira_add_comment")
    );
    let call =
        json!({"name": "jira_add_comment", "arguments": {"issue_key": "WEB-1", "body": "x"}});
    let call = message("tools/call", call);
    for address in ["/mcp?toolsets=jira_issues", "/mcp?readonly=1"] {
        let answer = mia.post(address, call.clone()).await.json();
        assert_eq!(answer["error"]["code"], -32602, "{address}: {answer}");
    }
    let answer = mia.post("/mcp?toolsets=jira", call).await;
    answer.assert_invalid(&["toolsets"], "");
}

#[tokio::test]
async fn a_parameter_that_was_meant_to_narrow_is_not_overlooked() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let list = message("tools/list", json!({}));
    for (query, field, told) in [
        ("read_only=1", "read_only", "readonly may be meant"),
        ("readOnly=1", "readOnly", "readonly may be meant"),
        ("Readonly", "Readonly", "readonly may be meant"),
        ("Toolsets=all", "Toolsets", "toolsets may be meant"),
        ("toolset=jira_issues", "toolset", "toolsets may be meant"),
        ("foo=1", "foo", "known are toolsets and readonly"),
        ("readonly=1&readonly=0", "readonly", "must be sent once"),
        (
            "toolsets=jira_issues&toolsets=jira_agile",
            "toolsets",
            "must be sent once",
        ),
    ] {
        for address in ["/mcp", "/mcp/", "/mcp/search"] {
            let answer = mia.post(&format!("{address}?{query}"), list.clone()).await;
            answer.assert_invalid(&[field], told);
            assert!(answer.body.contains(told), "{query}: {}", answer.body);
        }
    }
    for query in ["?_=1", "?utm_source=x", "?gclid=x"] {
        let all = listed(&mia, &format!("/mcp{query}"), &[]).await;
        assert_eq!(all, listed(&mia, "/mcp", &[]).await, "{query}");
    }
    for (query, headers) in [
        ("?readonly", vec![]),
        ("?readonly=", vec![]),
        ("?readonly=TRUE", vec![]),
        ("?readonly=0", vec![("x-mcp-readonly", "1")]),
        ("?readonly=1", vec![("x-mcp-readonly", "0")]),
        ("", vec![("x-mcp-readonly", "0"), ("x-mcp-readonly", "1")]),
    ] {
        let address = format!("/mcp{query}");
        let some = listed(&mia, &address, &headers).await;
        assert!(
            some.contains("jira_get_issue") && !some.contains("jira_create_issue"),
            "{address} {headers:?}: {some}"
        );
    }
    let both = [("x-mcp-toolsets", "jira_comments,jira_issues")];
    let narrowed = listed(&mia, "/mcp?toolsets=jira_comments,jira_users", &both).await;
    assert_eq!(
        narrowed,
        "jira_add_comment jira_get_comments jira_delete_comment"
    );
}

#[tokio::test]
async fn a_tool_that_is_not_offered_here_is_not_called_unknown() {
    let app = TestApp::start_with(&[("MCP_TOOLSETS", "jira_issues,jira_agile,search")]).await;
    let mia = app.logged_in("mia").await;
    for (address, tool, told) in [
        (
            "/mcp?readonly=1",
            "jira_create_issue",
            "this address asks for tools that change nothing",
        ),
        (
            "/mcp?toolsets=jira_issues",
            "jira_get_agile_boards",
            "its toolset jira_agile is not among those that this address asks for; a person adds it as ?toolsets=jira_agile",
        ),
        ("/mcp/search", "jira_search", "it is offered at /mcp"),
        ("/mcp", "fetch", "it is offered at /mcp/search"),
        (
            "/mcp",
            "confluence_get_page",
            "the operator offers it to nobody (MCP_TOOLSETS)",
        ),
    ] {
        let call = message("tools/call", json!({"name": tool, "arguments": {}}));
        let answer = mia.post(address, call).await.json();
        assert_eq!(answer["error"]["code"], -32602, "{address}: {answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(
            message.starts_with(&format!("{tool} is not offered here: {told}")),
            "{message}"
        );
    }
    for (name, told) in [
        (
            "jira_serch",
            "Unknown tool: jira_serch; jira_search may be meant",
        ),
        ("confluence_get_pag", "Unknown tool: confluence_get_pag"),
    ] {
        let call = message("tools/call", json!({"name": name, "arguments": {}}));
        let answer = mia.post("/mcp", call).await.json();
        assert_eq!(answer["error"]["message"], told);
    }
}

#[tokio::test]
async fn what_the_operator_leaves_out_nobody_gets() {
    let app = TestApp::start_with(&[("MCP_TOOLSETS", "jira_comments,confluence_comments")]).await;
    let mia = app.logged_in("mia").await;
    let all = "jira_add_comment jira_get_comments jira_delete_comment confluence_add_comment confluence_get_comments confluence_get_inline_comments confluence_add_inline_comment confluence_reply_to_comment";
    assert_eq!(listed(&mia, "/mcp", &[]).await, all);
    assert_eq!(listed(&mia, "/mcp?toolsets=all", &[]).await, all);
    assert_eq!(
        listed(&mia, "/mcp?toolsets=jira_issues,confluence_comments", &[]).await,
        "confluence_add_comment confluence_get_comments confluence_get_inline_comments confluence_add_inline_comment confluence_reply_to_comment"
    );
}

#[tokio::test]
async fn only_tools_that_the_logins_allow_are_listed() {
    let narrow = "offline_access read:me read:jira-work read:space:confluence read:page:confluence search:confluence";
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", narrow)]).await;
    let mia = app.logged_in("mia").await;
    insta::assert_snapshot!(listed(&mia, "/mcp", &[]).await, @r"jira_get_all_projects jira_search_projects jira_search jira_search_fields jira_get_issue jira_get_comments jira_get_transitions confluence_search confluence_get_spaces confluence_get_page jira_count_issues jira_validate_jql jira_get_project_versions jira_get_project_components confluence_get_page_versions confluence_get_ancestors confluence_get_space_page_tree jira_batch_get_changelogs jira_get_project_issue_types jira_get_create_fields jira_get_field_options");
    mia.delete("/connectors/confluence/connection").await;
    let jira_only = listed(&mia, "/mcp", &[]).await;
    assert!(
        jira_only.contains("jira_search") && !jira_only.contains("confluence"),
        "{jira_only}"
    );
    mia.delete("/connectors/jira/connection").await;
    let nothing = listed(&mia, "/mcp", &[]).await;
    assert!(nothing.contains("jira_search") && nothing.contains("confluence_search"));
}

/// The rules of the models' APIs and of clients: `OpenAI`, Anthropic, Gemini, and Anthropic's directory of connectors.
#[tokio::test]
async fn every_definition_keeps_the_rules_of_models_and_clients() {
    let app = TestApp::start().await;
    let tools = definitions(&app).await;
    for tool in &tools {
        let name = tool["name"].as_str().unwrap();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        assert!(
            (1..=64).contains(&name.len()) && name.bytes().all(is_plain),
            "{name}"
        );
        let title = tool["title"].as_str().unwrap();
        assert!((3..=60).contains(&title.len()), "{name}: {title}");
        let description = tool["description"].as_str().unwrap();
        let sentences = description.matches(". ").count() + 1;
        assert!((2..=5).contains(&sentences), "{name}: {description}");
        assert!(
            description.ends_with('.') && description.len() <= 420,
            "{name}: {description}"
        );
        for hint in ["readOnly", "destructive", "idempotent", "openWorld"] {
            let said = &tool["annotations"][format!("{hint}Hint")];
            assert!(said.is_boolean(), "{name}.{hint}: {said}");
        }
        let input = &tool["inputSchema"];
        assert_eq!(input["type"], "object", "{name}");
        assert!(input["properties"].is_object(), "{name}: {input}");
        for (argument, schema) in input["properties"].as_object().unwrap() {
            assert!(schema["type"].is_string(), "{name}.{argument}: {schema}");
            let is_told =
                schema["description"].is_string() || SPEAKING.contains(&argument.as_str());
            assert!(is_told, "{name}.{argument}: {schema}");
        }
        for schema in [input, &tool["outputSchema"]] {
            assert_eq!(schema["type"], "object", "{name}");
            let text = schema.to_string();
            for word in [
                "$ref",
                "$defs",
                "oneOf",
                "anyOf",
                "allOf",
                "\"example\"",
                "int32",
                "int64",
                "\"null\"",
                "nullable",
            ] {
                assert!(!text.contains(word), "{name} says {word}: {schema}");
            }
        }
    }
}

/// A model is shown names, descriptions and arguments; titles, annotations and schemas of results are for its client. Those of others
/// have two of the four annotations.
#[tokio::test]
async fn all_tools_cost_a_model_less_than_a_third_of_what_others_cost() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    let tools = definitions(&app).await;
    assert!(tools.len() >= 70, "{}", tools.len());
    // mcp-atlassian 0.23.1 has 86,643 bytes of these, and 114,909 of all. tests/mcp/ counts tokens, which are less than a third of both.
    let shown = |tool: &Value| {
        let [name, description, arguments] =
            ["name", "description", "inputSchema"].map(|word| &tool[word]);
        json!({"name": name, "description": description, "inputSchema": arguments})
    };
    let bytes: usize = tools.iter().map(|tool| shown(tool).to_string().len()).sum();
    assert!(bytes < 86_643 / 3, "{bytes} bytes");
    let whole: usize = tools.iter().map(|tool| tool.to_string().len()).sum();
    assert!(whole < 114_909 * 7 / 20, "{whole} bytes");
}

#[tokio::test]
async fn annotations_say_what_a_tool_does() {
    let app = TestApp::start().await;
    let tools = definitions(&app).await;
    let lines: Vec<String> = tools
        .iter()
        .filter(|tool| tool["annotations"]["readOnlyHint"] != true)
        .map(|tool| {
            let on = |hint: &str| tool["annotations"][hint] == true;
            let words = [
                ("destructiveHint", "destroys"),
                ("idempotentHint", "idempotent"),
            ];
            let words: Vec<&str> = words
                .iter()
                .filter(|(hint, _)| on(hint))
                .map(|(_, word)| *word)
                .collect();
            let line = format!("{} {}", tool["name"].as_str().unwrap(), words.join(" "));
            line.trim_end().to_owned()
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    jira_create_issue
    jira_update_issue destroys idempotent
    jira_add_comment
    jira_delete_comment destroys idempotent
    jira_upload_attachment
    jira_transition_issue destroys
    confluence_create_page
    confluence_update_page destroys
    confluence_add_comment
    jira_create_issue_link
    jira_remove_issue_link destroys idempotent
    jira_create_remote_issue_link
    jira_add_worklog
    jira_add_watcher idempotent
    jira_remove_watcher destroys idempotent
    confluence_move_page destroys idempotent
    confluence_update_page_section destroys idempotent
    confluence_add_inline_comment
    confluence_reply_to_comment
    jira_batch_create_issues
    jira_link_to_epic destroys idempotent
    ");
}

#[tokio::test]
async fn what_only_cloud_has_is_not_listed_to_who_works_on_a_data_center() {
    let app = TestApp::start_with_data_center(&[]).await;
    let omar = connected(&app, "omar").await;
    let there = listed(&omar, "/mcp?toolsets=all", &[]).await;
    assert!(there.contains("confluence_reply_to_comment"), "{there}");
    assert!(!there.contains("confluence_add_inline_comment"), "{there}");
}

#[tokio::test]
async fn the_definitions_are_a_promise() {
    let app = TestApp::start().await;
    insta::assert_json_snapshot!(definitions(&app).await);
}

//! Keys that are narrowed to a product or to operations, at the gateway, on routes and for tools.

use integration_backend::commands::keys::{self, NewKey};
use integration_backend::model::api_key::KeyScope;
use integration_backend::model::ids::TenantId;
use integration_backend::model::key_limits::KeyLimits;
use integration_backend::model::product::Product;
use serde_json::json;

use super::fixture::{Client, assert_ours};

async fn narrowed(products: &[Product], operations: &[&str]) -> Client {
    let mut client = Client::start().await;
    let session = client.mia.get("/auth/session").await.json();
    let limits = KeyLimits {
        products: products.to_vec(),
        operations: operations.iter().map(ToString::to_string).collect(),
        ..KeyLimits::default()
    };
    let keys = client.app.app.api_keys();
    let made = keys
        .create_narrowed(
            session["user"]["id"].as_str().unwrap(),
            TenantId::default(),
            vec![KeyScope::Read, KeyScope::Write],
            limits,
            None,
        )
        .await
        .unwrap();
    client.authorization = format!("Bearer {}", made.1.expose());
    client
}

#[tokio::test]
async fn a_key_for_one_product_does_not_call_the_other() {
    let client = narrowed(&[Product::Jira], &[]).await;
    for path in [
        "/ex/confluence/-/wiki/api/v2/pages",
        "/connectors/confluence/spaces",
        "/connectors/confluence/search?q=x",
        "/users",
        "/api/auth/oauth/token/events",
        "/integrations/confluence/pages/fetch",
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
    }
    let tool = json!({"tool": "confluence_search", "args": {"query": "x"}}).to_string();
    let invoked = client
        .send("POST", "/connectors/tools/invoke", &[], Some(&tool))
        .await;
    assert_eq!(invoked.status, 403, "{}", invoked.body);
    client.app.assert_nothing_sent();
    let sites = client.get("/oauth/token/accessible-resources").await.body;
    assert!(!sites.contains(":confluence") && sites.contains("jira-work"));
    for path in [
        "/ex/jira/-/rest/api/3/myself",
        "/connectors/jira/projects?limit=1",
        "/connectors",
    ] {
        assert_eq!(client.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_key_for_some_operations_does_no_other_whichever_way_it_asks() {
    let client = narrowed(&[], &["getIssue", "search"]).await;
    for (method, path) in [
        ("GET", "/ex/jira/-/rest/api/3/myself"),
        ("DELETE", "/ex/jira/-/rest/api/2/issue/WEB-1"),
        ("GET", "/ex/jira/-/rest/api/3/issue/WEB-1/comment"),
        ("GET", "/connectors/jira/projects"),
        ("DELETE", "/connectors/jira/issues/WEB-1"),
        ("DELETE", "/connectors/jira/connection"),
        ("GET", "/auth/jira/login"),
    ] {
        let answer = client.send(method, path, &[], None).await;
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.body);
        assert!(answer.body.contains("narrowed"), "{}", answer.body);
    }
    client.app.assert_nothing_sent();
    let issue = client
        .get("/ex/jira/-/rest/api/latest/issue/WEB-1?fields=summary")
        .await;
    assert_eq!(issue.status, 200, "{}", issue.body);
    let found = client
        .get("/ex/jira/-/rest/api/3/search/jql?jql=project%3DWEB&maxResults=1")
        .await;
    assert_eq!(found.status, 200, "{}", found.body);
}

#[tokio::test]
async fn a_key_that_may_not_read_comments_reads_an_issue_without_them() {
    let client = narrowed(&[], &["addComment", "getIssue"]).await;
    let tool = |more: serde_json::Value| {
        let mut args = json!({"issue_key": "WEB-1"});
        args.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"tool": "jira_get_issue", "args": args}).to_string()
    };
    let path = "/connectors/tools/invoke";
    let read = client.send("POST", path, &[], Some(&tool(json!({})))).await;
    assert_eq!(read.status, 200, "{}", read.body);
    assert_eq!(read.json()["key"], "WEB-1");
    assert!(
        read.json()["comments_left_out"].is_string(),
        "{}",
        read.body
    );
    let asked = tool(json!({"include": "comments"}));
    let asked = client.send("POST", path, &[], Some(&asked)).await;
    assert_eq!(
        asked.status, 403,
        "who asks for them is told: {}",
        asked.body
    );
    let list = client.get("/connectors/tools?style=mcp").await.json();
    let names: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"jira_get_issue") && names.contains(&"jira_add_comment"));
    assert!(!names.contains(&"jira_get_comments"), "{names:?}");
}

#[tokio::test]
async fn a_key_that_may_not_read_files_gets_none_whichever_way_it_asks() {
    let client = narrowed(&[], &["getIssue"]).await;
    let invoke = "/connectors/tools/invoke";
    let file = json!({"issue_key": "WEB-1", "filename": "a.txt", "content_base64": "SGk="});
    let attached = json!({"tool": "jira_upload_attachment", "args": file});
    let attached = client.mia.post(invoke, attached).await;
    assert_eq!(attached.status, 200, "{}", attached.body);
    let id = attached.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/connectors/jira/issues/WEB-1/attachments/{id}");
    assert_eq!(client.mia.get(&path).await.body, "Hi");
    client.app.sandbox.clear_journal();
    let read = json!({"tool": "jira_download_attachments", "args": {"issue_key": "WEB-1"}});
    for refused in [
        client.get(&path).await,
        client
            .get(&format!("/ex/jira/-/rest/api/3/attachment/content/{id}"))
            .await,
        client
            .send("POST", invoke, &[], Some(&read.to_string()))
            .await,
    ] {
        assert_eq!(refused.status, 403, "{}", refused.body);
        assert!(
            refused.body.contains("getAttachmentContent"),
            "{}",
            refused.body
        );
    }
    let journal = client.app.sandbox.journal();
    let files = journal
        .iter()
        .filter(|call| call.path.contains("/attachment/"));
    assert_eq!(files.count(), 0);
}

#[tokio::test]
async fn a_refusal_of_a_narrowed_key_has_the_form_of_the_gateway() {
    let client = narrowed(&[Product::Jira], &["issue"]).await;
    let refused = client.get("/ex/jira/-/rest/api/3/myself").await;
    assert_ours(&refused, 403, "FORBIDDEN");
}

#[tokio::test]
async fn a_name_that_no_operation_has_makes_no_key() {
    let client = Client::start().await;
    let keys = client.app.app.api_keys();
    for (products, name) in [
        (vec![], "getIsue"),
        (vec![Product::Confluence], "issue"),
        (vec![], "registerModules"),
        (vec![], "*"),
    ] {
        let limits = KeyLimits {
            products,
            operations: vec![name.to_owned()],
            ..KeyLimits::default()
        };
        let scopes = vec![KeyScope::Read];
        let made = keys
            .create_narrowed("service", TenantId::default(), scopes, limits, None)
            .await;
        assert!(made.unwrap_err().to_string().contains("--allow"), "{name}");
    }
}

#[tokio::test]
async fn a_key_whose_scopes_allow_none_of_its_operations_is_not_made() {
    let client = Client::start().await;
    let new = |allow, scopes| NewKey {
        owner: "service",
        tenant: "default",
        scopes,
        products: None,
        allow: Some(allow),
        projects: None,
        spaces: None,
        lifetime: None,
    };
    for (allow, scopes, needed) in [
        ("getIssue", "write", "read"),
        ("createIssue", "read", "write"),
        ("getIssue,createIssue", "admin", "write or read"),
    ] {
        let refused = keys::create(&client.app.app, &new(allow, scopes)).await;
        let said = refused.unwrap_err();
        let wanted = format!("--allow {allow} needs the scope {needed}, and --scope leaves it out");
        assert!(said.starts_with(&wanted), "{said}");
    }
    for (allow, scopes) in [
        ("getIssue", "read"),
        ("issue", "read"),
        ("createIssue", "write"),
    ] {
        let made = keys::create(&client.app.app, &new(allow, scopes)).await;
        assert!(made.is_ok(), "{allow}: {made:?}");
    }
}

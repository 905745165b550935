//! What an agent's token opens: the tools at `/mcp`, as its owner, with what was consented to, until it is taken back.

use std::time::Duration;

use serde_json::{Value, json};

use crate::agents::fixture::{Client, REDIRECT, Tokens, decide, form};
use crate::mcp::fixture::{message, names, send};
use crate::support::{Answer, Browser, TestApp, parameter};

const WRITING: &str = "jira_create_issue";

async fn list(wire: &Browser, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    send(wire, "/mcp", &headers, &message("tools/list", json!({}))).await
}

async fn call(wire: &Browser, token: &str, tool: &str, arguments: Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let params = json!({ "name": tool, "arguments": arguments });
    send(wire, "/mcp", &headers, &message("tools/call", params)).await
}

/// What the refusal's header says under this name.
fn told(answer: &Answer, name: &str) -> String {
    let header = answer.header("www-authenticate");
    let rest = header.split_once(&format!("{name}=\"")).unwrap().1;
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_client_that_knows_one_address_finds_its_way_to_a_tool() {
    let app = TestApp::start().await;
    let wire = app.browser();
    let nobody = send(&wire, "/mcp", &[], &message("tools/list", json!({}))).await;
    assert_eq!(nobody.status, 401);
    let resource = wire.read(&told(&nobody, "resource_metadata")).await;
    assert_eq!(resource["resource"], "http://localhost:3001/mcp");
    let issuer = resource["authorization_servers"][0].as_str().unwrap();
    let at = format!("{issuer}/.well-known/oauth-authorization-server");
    let server = wire.read(&at).await;
    assert_eq!(server["issuer"], issuer);
    let endpoint = |name: &str| server[name].as_str().unwrap().to_owned();
    let metadata = json!({ "client_name": "Finder", "redirect_uris": [REDIRECT] });
    let registered = wire
        .post(&endpoint("registration_endpoint"), metadata)
        .await;
    let client = Client {
        id: registered.json()["client_id"].as_str().unwrap().to_owned(),
        wire: app.browser(),
    };
    let mia = app.logged_in("mia").await;
    let scope = told(&nobody, "scope");
    let page = mia.navigate(&client.address(&[("scope", &scope)])).await;
    let allowed = decide(&mia, &page, "write").await;
    let code = parameter(allowed.header("location"), "code").unwrap();
    let tokens = Tokens::of(&client.exchange(&code).await);
    let tools = list(&wire, &tokens.access).await.json();
    assert!(names(&tools).contains(&WRITING));
    let me = call(&wire, &tokens.access, "jira_get_current_user", json!({})).await;
    let account = &me.json()["result"]["structuredContent"];
    assert_eq!(account["display_name"], "Mia Krystof", "{account}");
    let issue = json!({ "project_key": "WEB", "summary": "By an agent", "issue_type": "Task" });
    let made = call(&wire, &tokens.access, WRITING, issue).await.json();
    assert_eq!(made["result"]["isError"], false, "{made}");
    let agents = mia.read("/agents").await;
    assert_eq!(agents[0]["used_at"], app.clock_text());
}

#[tokio::test]
async fn an_agent_that_may_only_read_sees_no_tool_that_writes_and_is_told_what_it_lacks() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let page = mia.navigate(&client.address(&[])).await;
    let allowed = decide(&mia, &page, "read").await;
    let code = parameter(allowed.header("location"), "code").unwrap();
    let tokens = Tokens::of(&client.exchange(&code).await);
    let wire = app.browser();
    let tools = list(&wire, &tokens.access).await.json();
    assert!(names(&tools).contains(&"jira_get_issue") && !names(&tools).contains(&WRITING));
    let refused = call(&wire, &tokens.access, WRITING, json!({})).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json()["message"], "this needs a consent to write");
    assert_eq!(told(&refused, "error"), "insufficient_scope");
    assert_eq!(told(&refused, "scope"), "read write");
}

#[tokio::test]
async fn a_token_taken_back_opens_nothing_at_once_in_any_process() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let tokens = client.tokens(&mia).await;
    let other = app.another_process().await;
    let wires = [app.browser(), Browser::new(other.router())];
    for wire in &wires {
        assert_eq!(list(wire, &tokens.access).await.status, 200);
    }
    let id = mia.read("/agents").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(mia.delete(&format!("/agents/{id}")).await.status, 200);
    for wire in &wires {
        let refused = list(wire, &tokens.access).await;
        assert_eq!(refused.status, 401);
        assert_ne!(refused.header("www-authenticate"), "");
    }
}

#[tokio::test]
async fn a_token_lives_as_long_as_the_operator_says_and_a_client_may_give_it_up_before() {
    let app = TestApp::start_with(&[("MCP_TOKEN_TTL", "5m")]).await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let tokens = client.tokens(&mia).await;
    let wire = app.browser();
    app.advance(Duration::from_secs(299));
    assert_eq!(list(&wire, &tokens.access).await.status, 200);
    app.advance(Duration::from_secs(1));
    assert_eq!(list(&wire, &tokens.access).await.status, 401);
    let renewed = Tokens::of(&client.refresh(&tokens.refresh).await);
    assert_eq!(list(&wire, &renewed.access).await.status, 200);
    // Replacing its refresh token ends no access token.
    let further = Tokens::of(&client.refresh(&renewed.refresh).await);
    assert_eq!(list(&wire, &renewed.access).await.status, 200);
    let fields = [
        ("token", further.access.as_str()),
        ("client_id", client.id.as_str()),
    ];
    assert_eq!(
        form(&client.wire, "/revoke", &fields, &[]).await.status,
        200
    );
    assert_eq!(list(&wire, &further.access).await.status, 401);
    assert_eq!(list(&wire, &renewed.access).await.status, 200);
}

#[tokio::test]
async fn an_agent_works_in_the_namespace_of_its_consent_only() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.browser();
    let ended = app
        .complete(&mia, "/auth/atlassian/login?site=acme&tenant=acme", "mia")
        .await;
    assert!(ended.status < 400);
    let resource = [("resource", "http://localhost:3001/mcp?tenant=acme")];
    let page = mia.navigate(&client.address(&resource)).await;
    assert!(
        page.body.contains("<dt>Namespace</dt><dd>acme</dd>"),
        "{}",
        page.body
    );
    let tokens = {
        let code = client.code(&mia, &resource).await;
        Tokens::of(&client.exchange_with(&code, &resource).await)
    };
    let wire = app.browser();
    let me = call(&wire, &tokens.access, "jira_get_current_user", json!({})).await;
    assert_eq!(me.json()["result"]["isError"], false, "{}", me.body);
    let bearer = format!("Bearer {}", tokens.access);
    let ping = message("ping", json!({}));
    for (tenant, status) in [("acme", 200), ("default", 403), ("other", 403)] {
        let headers = [("authorization", bearer.as_str()), ("x-tenant-id", tenant)];
        assert_eq!(
            send(&wire, "/mcp", &headers, &ping).await.status,
            status,
            "{tenant}"
        );
    }
}

#[tokio::test]
async fn in_open_mode_an_agent_acts_for_this_machine_until_that_mode_is_off() {
    let app = TestApp::start_with(&[("AUTH_MODE", "open")]).await;
    let local = app.browser().on_machine("127.0.0.1");
    app.log_in(&local, "mia").await;
    let client = Client::registered(&app).await;
    let tokens = client.tokens(&local).await;
    // From a page elsewhere nobody consents, and no program elsewhere is asked for.
    let far = app.browser().on_machine("192.0.2.1");
    let page = far.navigate(&client.address(&[])).await;
    assert!(!page.body.contains("name=\"seal\""), "{}", page.body);
    assert_eq!(list(&far, &tokens.access).await.status, 200);
    let closed = app.another_process_with(&[("AUTH_MODE", "session")]).await;
    let wire = Browser::new(closed.router());
    assert_eq!(list(&wire, &tokens.access).await.status, 401);
}

#[tokio::test]
async fn without_an_authorization_server_no_challenge_names_one_and_its_tokens_are_none() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let tokens = client.tokens(&mia).await;
    for off in [("MCP_OAUTH", "false"), ("MCP", "false")] {
        let without = app.another_process_with(&[off]).await;
        let wire = Browser::new(without.router());
        let refused = list(&wire, &tokens.access).await;
        let expected = if off.0 == "MCP" { 404 } else { 401 };
        assert_eq!(refused.status, expected);
        assert_eq!(refused.header("www-authenticate"), "");
        assert_eq!(
            wire.get("/.well-known/oauth-protected-resource")
                .await
                .status,
            404
        );
    }
}

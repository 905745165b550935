//! The audit trail: logins, logouts, and API keys made, used, refused and revoked.

use serde_json::{Value, json};

use super::log_file::{audit_lines, lines};
use crate::support::installation::Installation;
use crate::support::waiting::until;

/// The only line of an event.
async fn only(installation: &Installation, event: &str) -> Value {
    audit_lines(installation, event, 1).await.remove(0)
}

/// What `keys` says with these arguments, and its audit line.
async fn keys(installation: &Installation, arguments: &[&str]) -> (String, Value) {
    let mut command = installation.command(&[]);
    command.arg("keys").args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    assert!(output.status.success(), "{output:?}");
    let line = serde_json::from_slice(&output.stderr).unwrap_or_default();
    (String::from_utf8(output.stdout).unwrap(), line)
}

#[tokio::test]
async fn logins_and_logouts_are_in_the_trail() {
    let installation = Installation::new().await;
    let mut command = installation.command(&[]);
    command.env("LOG_LEVEL", "error");
    let process = installation.start_command(command).await;
    let mia = installation.logged_in().await;
    let session = mia.read("/auth/session").await;
    let id = &session["user"]["id"];
    let login = only(&installation, "login").await;
    for (field, value) in [
        ("principal", id),
        ("provider", &json!("atlassian")),
        ("means", &json!("oauth")),
        ("address", &json!("127.0.0.1")),
        ("level", &json!("INFO")),
    ] {
        assert_eq!(&login[field], value, "{login:#}");
    }
    assert!(login["span"]["request_id"].is_string(), "{login:#}");
    mia.post("/auth/logout", json!({})).await;
    assert_eq!(&only(&installation, "logout").await["principal"], id);
    let token =
        |token: &str| json!({"email": "mia@example.com", "api_token": token, "site": "acme"});
    let wrong = installation.browser();
    wrong
        .post("/auth/jira/api-token", token("wrong-token"))
        .await;
    let failed = only(&installation, "login_failed").await;
    assert_eq!(failed["reason"], "the credential was refused", "{failed:#}");
    assert_eq!(failed["means"], "api_token");
    let good = installation.browser();
    good.post("/auth/jira/api-token", token("classic-token-mia"))
        .await;
    let logins = audit_lines(&installation, "login", 2).await;
    assert_eq!(logins.last().unwrap()["means"], "api_token", "{logins:#?}");
    let start = installation.browser();
    let declined = start.get("/auth/atlassian/login?redirect=false").await;
    let authorize = declined.json()["url"].as_str().unwrap().to_owned();
    let callback = installation.sandbox.decline(&authorize).await.unwrap();
    start.get(&callback).await;
    let failed = audit_lines(&installation, "login_failed", 2).await;
    assert_eq!(
        failed.last().unwrap()["reason"],
        "access_denied",
        "{failed:#?}"
    );
    let all = lines(&installation, |line| line["target"] == "audit");
    let text = serde_json::to_string(&all).unwrap();
    for secret in [
        "@example.com",
        "classic-token-mia",
        "wrong-token",
        "ibs_",
        "Mia",
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    process.stop().await;
}

#[tokio::test]
async fn a_change_that_the_gateway_passes_on_is_in_the_trail_with_its_key_and_operation() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let mia = installation.logged_in().await;
    let session = mia.read("/auth/session").await;
    let owner = session["user"]["id"].as_str().unwrap();
    let arguments = ["create", "--as", owner, "--product", "jira", "--allow"];
    let arguments = [&arguments[..], &["addComment,getIssue"]].concat();
    let (said, made) = keys(&installation, &arguments).await;
    let bearer = format!("Bearer {}", said.lines().next().unwrap());
    let comment = json!({"body": {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x"}]}]}}).to_string();
    let headers = [("authorization", bearer.as_str())];
    let send = async |method: &str, path: &str| {
        let body = (method == "POST").then(|| comment.clone());
        let client = installation.browser();
        client.send(method, path, &headers, body).await.status
    };
    let issue = "/ex/jira/-/rest/api/3/issue/WEB-1";
    assert_eq!(send("GET", issue).await, 200);
    assert_eq!(send("DELETE", issue).await, 403, "the key is narrowed");
    assert_eq!(send("POST", &format!("{issue}/comment")).await, 201);
    let passed = only(&installation, "passed_on").await;
    for (field, value) in [
        ("operation", "POST /rest/api/3/issue/{issueIdOrKey}/comment"),
        ("provider", "jira"),
        ("principal", owner),
        ("key", made["key"].as_str().unwrap()),
    ] {
        assert_eq!(passed[field], value, "{passed:#}");
    }
    assert!(!passed.to_string().contains("WEB-1"), "{passed:#}");
    let (listed, _) = keys(&installation, &["list"]).await;
    assert!(
        listed.contains("product:jira allow:addComment allow:getIssue"),
        "{listed}"
    );
    process.stop().await;
}

#[tokio::test]
async fn an_agents_tool_that_changes_something_is_in_the_trail_and_one_that_reads_is_not() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let mia = installation.logged_in().await;
    let session = mia.read("/auth/session").await;
    let owner = session["user"]["id"].as_str().unwrap();
    let (said, made) = keys(
        &installation,
        &["create", "--as", owner, "--scope", "read,write"],
    )
    .await;
    let bearer = format!("Bearer {}", said.lines().next().unwrap());
    let run = async |tool: &str, arguments: Value| {
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": tool, "arguments": arguments}});
        let headers = [("authorization", bearer.as_str())];
        let script = installation.browser();
        let answer = script.post_with("/mcp", &headers, &call).await;
        assert_eq!(answer.json()["result"]["isError"], false, "{}", answer.body);
    };
    run("jira_get_issue", json!({"issue_key": "WEB-1"})).await;
    let comment = json!({"issue_key": "WEB-1", "body": "Words of a person"});
    run("jira_add_comment", comment).await;
    let line = only(&installation, "tool_run").await;
    for (field, value) in [
        ("operation", "jira_add_comment"),
        ("principal", owner),
        ("key", made["key"].as_str().unwrap()),
    ] {
        assert_eq!(line[field], value, "{line:#}");
    }
    let told = line.to_string();
    assert!(!told.contains("WEB-1") && !told.contains("Words"), "{told}");
    process.stop().await;
}

#[tokio::test]
async fn a_key_leaves_its_trail_from_its_making_to_its_refusal() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let (said, made) = keys(&installation, &["create", "--as", "service"]).await;
    let key = said.lines().next().unwrap().to_owned();
    let id = made["key"].as_str().unwrap().to_owned();
    assert_eq!(
        (&made["event"], &made["principal"]),
        (&json!("key_made"), &json!("service"))
    );
    assert!(said.contains(&id) && !made.to_string().contains(&key));
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str())];
    for _ in 0..3 {
        let answer = installation.browser().get_with("/users", &headers).await;
        assert_eq!(answer.status, 200);
    }
    assert_eq!(
        only(&installation, "key_first_used").await["key"],
        id.as_str()
    );
    let is_use = |line: &Value| line["message"] == "answered" && line["key"] == id.as_str();
    until("every use is in its request's line", async || {
        lines(&installation, is_use).len() == 3
    })
    .await;
    let (_, revoked) = keys(&installation, &["revoke", &id]).await;
    assert_eq!(
        (&revoked["event"], &revoked["key"]),
        (&json!("key_revoked"), &json!(id))
    );
    for bearer in [bearer.as_str(), "Bearer ibk_nobody-made-this-one"] {
        let headers = [("authorization", bearer)];
        let answer = installation.browser().get_with("/users", &headers).await;
        assert_eq!(answer.status, 401);
    }
    let refused = audit_lines(&installation, "key_refused", 2).await;
    assert_eq!(
        (&refused[0]["key"], &refused[0]["reason"]),
        (&json!(id), &json!("it is revoked"))
    );
    assert_eq!(refused[1]["reason"], "there is no such key");
    assert!(refused.iter().all(|line| line["address"] == "127.0.0.1"));
    let log = std::fs::read_to_string(installation.file("log")).unwrap();
    assert!(!log.contains("ibk_"), "{log}");
    process.stop().await;
}

//! No secret in what the real program says, at its finest level, nor in any file it leaves.

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::json;

use crate::refresh::fixture::on_refresh;
use crate::secrets::hunt::{CLIENT_SECRET, Hunt};
use crate::support::faults::{answering, on_api};
use crate::support::installation::Installation;
use crate::support::{Browser, parameter};

/// A day in the life of the service: what goes well, and what does not.
async fn live(installation: &Installation, hunt: &mut Hunt) {
    let sandbox = &installation.sandbox;
    let browser = installation.browser();
    for start in ["/auth/jira/oauth/start", "/auth/atlassian/login?site=acme"] {
        let started = browser.get(start).await;
        let body = started.json();
        let url = body["url"].as_str().or_else(|| body["auth_url"].as_str());
        let url = url.unwrap();
        hunt.secret("state", parameter(url, "state").unwrap());
        let early = started.header("x-session-token");
        if !early.is_empty() {
            hunt.secret("session", early);
        }
        let callback = sandbox.consent(url, "mia", None).await.unwrap();
        hunt.secret("code", parameter(&callback, "code").unwrap());
        let ended = browser.navigate(&callback).await;
        assert!(ended.status < 400, "{}", ended.body);
        hunt.secret("session", browser.cookie("ib_session").unwrap());
    }
    use_everything(&browser).await;
    for action in [
        FaultAction::Echo(400),
        FaultAction::Echo(403),
        FaultAction::Echo(500),
        FaultAction::Garbage,
        FaultAction::ProcessThenDrop,
    ] {
        let fault = on_api("/", action, None);
        sandbox.fault(fault);
        use_everything(&browser).await;
        sandbox.clear_faults();
    }
    sandbox.expire_access_tokens();
    use_everything(&browser).await;
    let revoked = json!({"error": "invalid_grant", "error_description": "no"});
    sandbox.expire_access_tokens();
    sandbox.fault(on_refresh(answering(403, &revoked), None));
    use_everything(&browser).await;
}

async fn use_everything(browser: &Browser) {
    for path in [
        "/auth/session",
        "/connectors",
        "/api/atlassian/resources",
        "/connectors/jira/projects",
        "/connectors/jira/search?q=printer",
        "/connectors/confluence/spaces",
    ] {
        browser.get(path).await;
    }
    let issue = json!({"project_key": "WEB", "summary": "x", "assignee": "me"});
    browser.post("/connectors/jira/create", issue).await;
    let refresh = "/api/oauth/atlassian/refresh";
    browser.send("POST", refresh, &[], None).await;
    for token in ["classic-token-mia", "canary-api-token"] {
        let body = json!({"email": "mia@example.com", "api_token": token, "site": "acme"});
        let elsewhere = Browser::new(browser.router()).at(browser.host());
        elsewhere.post("/auth/jira/api-token", body).await;
        elsewhere.get("/connectors/jira/projects").await;
    }
    let forged = "/auth/jira/callback?code=canary-code&state=canary-state";
    browser.navigate(forged).await;
    let bad = [("authorization", "Bearer canary-bearer")];
    browser.get_with("/connectors", &bad).await;
}

#[rstest]
#[case::as_an_operator_would("trace", "json")]
#[case::every_library_named(
    "trace,hyper=trace,hyper_util=trace,h2=trace,reqwest=trace,rustls=trace,sqlx=trace",
    "pretty"
)]
#[tokio::test]
async fn the_program_says_and_leaves_no_secret(#[case] level: &str, #[case] format: &str) {
    let installation = Installation::new().await;
    let sandbox = &installation.sandbox;
    sandbox.rotate_secret("sandbox-client", CLIENT_SECRET);
    let jira = format!("http://localhost:{}/auth/jira/callback", installation.port);
    sandbox.add_redirect_uri("sandbox-client", &jira);
    let mut command = installation.command(&[]);
    command
        .env("ATLASSIAN_CLIENT_SECRET", CLIENT_SECRET)
        .env("LOG_LEVEL", level)
        .env("LOG_FORMAT", format);
    let process = installation.start_command(command).await;
    let mut hunt = Hunt::default();
    live(&installation, &mut hunt).await;
    process.stop().await;
    hunt.exchanged(sandbox);
    for (kind, text) in [
        ("client_secret", CLIENT_SECRET),
        ("API token", "canary-api-token"),
        ("code", "canary-code"),
        ("state", "canary-state"),
        ("bad credential", "canary-bearer"),
    ] {
        hunt.secret(kind, text);
    }
    let key = std::fs::read_to_string(installation.file("vault.key")).unwrap();
    hunt.secret("vault key", key.trim().rsplit(':').next().unwrap());
    for entry in std::fs::read_dir(&installation.database.folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.ends_with("vault.key") {
            let bytes = std::fs::read(&path).unwrap();
            hunt.look(
                &path.display().to_string(),
                &String::from_utf8_lossy(&bytes),
            );
        }
    }
    let log = std::fs::read_to_string(installation.file("log")).unwrap();
    assert!(log.contains("answered"), "{log}");
    let fine = log.matches("TRACE").count();
    assert!(fine > 100 || level == "trace", "{fine} lines");
    hunt.secret("e-mail address", "@example.com");
    hunt.look("the log", &log);
    hunt.has_found_nothing();
}

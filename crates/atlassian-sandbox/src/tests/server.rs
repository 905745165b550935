//! The running server: faults, journal, switches over HTTP, and the state file.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Bench, CALLBACK};
use crate::{App, Fault, FaultAction, Options, Sandbox};

fn options() -> Options {
    Options {
        apps: vec![App {
            redirect_uris: vec![CALLBACK.to_owned()],
            ..App::default()
        }],
        ..Options::default()
    }
}

/// Sends one request and reads until the end, or half a second.
async fn send(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> String {
    let address = sandbox.base_url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 100_000];
    let mut length = 0;
    while length < answer.len() {
        match tokio::time::timeout(
            Duration::from_millis(500),
            stream.read(&mut answer[length..]),
        )
        .await
        {
            Ok(Ok(count)) if count > 0 => length += count,
            _ => break,
        }
    }
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

fn fault(action: FaultAction) -> Fault {
    Fault {
        method: None,
        path_contains: "/oauth/token".into(),
        body_contains: None,
        times: Some(1),
        action,
    }
}

#[tokio::test]
async fn every_call_is_in_the_journal_with_its_answered_status() {
    let sandbox = Sandbox::start(options()).await.unwrap();
    assert!(
        send(&sandbox, "GET", "/me?x=1", "")
            .await
            .starts_with("HTTP/1.1 401")
    );
    assert!(
        send(&sandbox, "POST", "/oauth/token", "{}")
            .await
            .starts_with("HTTP/1.1 400")
    );
    let journal = sandbox.journal();
    let seen: Vec<_> = journal
        .iter()
        .map(|entry| {
            (
                entry.method.as_str(),
                entry.path.as_str(),
                entry.query.as_str(),
                entry.status,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("GET", "/me", "x=1", 401),
            ("POST", "/oauth/token", "", 400)
        ]
    );
    assert_eq!(journal[1].body, "{}");
    assert_eq!(journal[1].header("content-type"), Some("application/json"));
    assert_eq!((sandbox.token_calls(), sandbox.refresh_calls()), (1, 0));
}

#[tokio::test]
async fn faults_change_the_answer_as_often_as_they_say() {
    let sandbox = Sandbox::start(options()).await.unwrap();
    sandbox.fault(fault(FaultAction::Status {
        status: 503,
        headers: vec![("retry-after".into(), "0".into())],
        body: "<html>".into(),
    }));
    let answer = send(&sandbox, "POST", "/oauth/token", "{}").await;
    assert!(
        answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 0"),
        "{answer}"
    );
    sandbox.fault(fault(FaultAction::RateLimit {
        retry_after: "7".into(),
        reason: "jira-burst-based".into(),
    }));
    let answer = send(&sandbox, "POST", "/oauth/token", "{}").await;
    assert!(
        answer.starts_with("HTTP/1.1 429") && answer.contains("ratelimit-reason: jira-burst-based"),
        "{answer}"
    );
    sandbox.fault(fault(FaultAction::Drop));
    assert_eq!(send(&sandbox, "POST", "/oauth/token", "{}").await, "");
    assert_eq!(sandbox.token_calls(), 0, "none of them was processed");
    sandbox.fault(fault(FaultAction::ProcessThenDrop));
    assert_eq!(send(&sandbox, "POST", "/oauth/token", "{}").await, "");
    assert_eq!(sandbox.token_calls(), 1);
    sandbox.fault(fault(FaultAction::Garbage));
    assert!(
        send(&sandbox, "POST", "/oauth/token", "{}")
            .await
            .contains("{not json")
    );
    sandbox.fault(fault(FaultAction::Huge));
    assert!(send(&sandbox, "POST", "/oauth/token", "{}").await.len() > 90_000);
    assert!(
        send(&sandbox, "POST", "/oauth/token", "{}")
            .await
            .starts_with("HTTP/1.1 400")
    );
}

#[tokio::test]
async fn the_switches_work_over_http_and_stay_out_of_the_journal() {
    let sandbox = Sandbox::start(options()).await.unwrap();
    let wish = json!({"path_contains": "/me", "times": 1, "action": {"status": {"status": 418}}})
        .to_string();
    assert!(
        send(&sandbox, "POST", "/_sandbox/faults", &wish)
            .await
            .starts_with("HTTP/1.1 204")
    );
    assert!(
        send(&sandbox, "GET", "/me", "")
            .await
            .starts_with("HTTP/1.1 418")
    );
    assert!(
        send(
            &sandbox,
            "POST",
            "/_sandbox/behaviour",
            "{\"expired_quirk\":true}"
        )
        .await
        .starts_with("HTTP/1.1 204")
    );
    assert!(
        send(&sandbox, "GET", "/_sandbox/behaviour", "")
            .await
            .contains("\"expired_quirk\":true")
    );
    let url = json!({"url": Bench::authorize_url("read:me", ""), "account": "lea"}).to_string();
    assert!(
        send(&sandbox, "POST", "/_sandbox/consent", &url)
            .await
            .contains("callback?code=")
    );
    assert_eq!(sandbox.journal().len(), 1);
}

#[tokio::test]
async fn a_restarted_sandbox_still_knows_its_tokens() {
    let file = std::env::temp_dir().join(format!("sandbox-state-{}.json", std::process::id()));
    let with_file = || Options {
        state_file: Some(file.clone()),
        ..options()
    };
    let sandbox = Sandbox::start(with_file()).await.unwrap();
    let callback = sandbox
        .consent(
            &Bench::authorize_url("offline_access read:me", ""),
            "mia",
            None,
        )
        .await
        .unwrap();
    let code = url::Url::parse(&callback)
        .unwrap()
        .query_pairs()
        .find(|(name, _)| name == "code")
        .unwrap()
        .1
        .into_owned();
    let body = json!({"grant_type": "authorization_code", "client_id": "sandbox-client", "client_secret": "sandbox-secret", "code": code, "redirect_uri": CALLBACK});
    let answer = send(&sandbox, "POST", "/oauth/token", &body.to_string()).await;
    let tokens: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    drop(sandbox);
    let sandbox = Sandbox::start(with_file()).await.unwrap();
    let body = json!({"grant_type": "refresh_token", "client_id": "sandbox-client", "client_secret": "sandbox-secret", "refresh_token": tokens["refresh_token"]});
    assert!(
        send(&sandbox, "POST", "/oauth/token", &body.to_string())
            .await
            .starts_with("HTTP/1.1 200")
    );
    drop(sandbox);
    std::fs::remove_file(&file).unwrap();
}

#[tokio::test]
async fn every_use_of_a_token_is_remembered_with_what_was_issued_and_what_went_on_beside() {
    let sandbox = Sandbox::start(options()).await.unwrap();
    let address = Bench::authorize_url("offline_access read:me", "");
    let callback = sandbox.consent(&address, "mia", None).await.unwrap();
    let (_, code) = callback.split_once("code=").unwrap();
    let code = code.split('&').next().unwrap();
    let redeem = json!({"grant_type": "authorization_code", "client_id": "sandbox-client", "client_secret": "sandbox-secret", "code": code, "redirect_uri": CALLBACK});
    send(&sandbox, "POST", "/oauth/token", &redeem.to_string()).await;
    let first = sandbox.token_uses().remove(0);
    assert_eq!(
        (first.status, first.is_refresh, first.beside),
        (200, false, 0)
    );
    let token = first.refresh_token.unwrap();
    let refresh = json!({"grant_type": "refresh_token", "client_id": "sandbox-client", "client_secret": "sandbox-secret", "refresh_token": token}).to_string();
    sandbox.fault(Fault {
        times: None,
        ..fault(FaultAction::Delay(Duration::from_millis(100)))
    });
    tokio::join!(
        send(&sandbox, "POST", "/oauth/token", &refresh),
        send(&sandbox, "POST", "/oauth/token", &refresh)
    );
    send(&sandbox, "POST", "/oauth/token", &refresh).await;
    let uses = sandbox.token_uses();
    let beside: Vec<usize> = uses.iter().map(|token_use| token_use.beside).collect();
    assert_eq!(beside, [0, 0, 1, 0]);
    assert!(
        uses[1..]
            .iter()
            .all(|token_use| token_use.presented == token)
    );
    assert_ne!(uses[1].access_token, uses[2].access_token);
}

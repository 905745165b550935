//! The switches over HTTP, the faults and the behaviours.

use std::time::Duration;

use atlassian_sandbox::{FaultAction, Options, Sandbox};
use serde_json::{Value, json};

use super::client::{CALLBACK, ask, authorize_url, try_ask};
use super::rows;

#[tokio::test]
async fn every_switch_is_there_over_http() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let base = sandbox.base_url();
    sandbox.add_redirect_uri("sandbox-client", CALLBACK);
    for row in rows("## Switches", "Method of `Sandbox`") {
        let (method, switch) = row[1].split_once(' ').unwrap();
        let body = row[2].replace("AUTHORIZE-URL", &authorize_url(&base, "read:jira-work"));
        let path = format!("/_sandbox/{switch}");
        let answer = ask(&base, method, &path, &[], &body).await;
        assert!([200, 204].contains(&answer.status), "{row:?}: {answer:?}");
        if ["consent", "decline"].contains(&switch) {
            let callback = answer.json()["callback"].as_str().unwrap().to_owned();
            assert!(callback.starts_with(CALLBACK), "{callback}");
        }
    }
}

#[test]
fn every_switch_of_the_library_is_in_the_table() {
    let source = include_str!("../../src/sandbox.rs").replace("pub async fn", "pub fn");
    let table = rows("## Switches", "Method of `Sandbox`");
    let mut shown: Vec<&str> = table.iter().flat_map(|row| row[0].split(", ")).collect();
    shown.retain(|name| !name.is_empty());
    shown.sort_unstable();
    let lines = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub fn "));
    let mut there: Vec<&str> = lines.map(|line| line.split('(').next().unwrap()).collect();
    // These are no switches but where to find it.
    let addresses = ["start", "base_url", "data_center_url", "site_url_template"];
    there.retain(|name| !addresses.contains(name));
    there.sort_unstable();
    assert_eq!(shown, there);
}

#[tokio::test]
async fn the_journal_has_the_fields_of_the_table() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let base = sandbox.base_url();
    ask(&base, "GET", "/me?x=1", &[], "").await;
    let journal = ask(&base, "GET", "/_sandbox/journal", &[], "").await.json();
    let mut fields: Vec<&String> = journal[0].as_object().unwrap().keys().collect();
    fields.sort();
    let table = rows("## Switches", "Method of `Sandbox`");
    let row = table.iter().find(|row| row[1] == "GET journal").unwrap();
    let (_, named) = row[3].split_once(": ").unwrap();
    let mut named: Vec<&str> = named.split(", ").collect();
    named.sort_unstable();
    assert_eq!(fields, named);
    assert_eq!(journal[0]["status"], 401);
}

/// The place of a kind of fault in the table; a new kind must be shown there.
fn place_of(action: &FaultAction) -> usize {
    match action {
        FaultAction::Status { .. } => 0,
        FaultAction::RateLimit { .. } => 1,
        FaultAction::Delay(_) => 2,
        FaultAction::Drop => 3,
        FaultAction::ProcessThenDrop => 4,
        FaultAction::Hang => 5,
        FaultAction::Garbage => 6,
        FaultAction::Huge => 7,
        FaultAction::Redirect(_) => 8,
        FaultAction::Echo(_) => 9,
        FaultAction::Then(_) => 10,
    }
}

#[tokio::test]
async fn every_fault_does_what_the_table_says() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let base = sandbox.base_url();
    let table = rows("### Faults", "Action");
    assert_eq!(table.len(), 11);
    for (place, row) in table.iter().enumerate() {
        let action: Value = serde_json::from_str(&row[0]).unwrap();
        assert_eq!(
            place_of(&serde_json::from_value(action.clone()).unwrap()),
            place
        );
        let fault = json!({"path_contains": "/oauth/token", "method": "POST", "times": 1, "action": action});
        ask(&base, "POST", "/_sandbox/faults", &[], &fault.to_string()).await;
        sandbox.clear_journal();
        let call = try_ask(&base, "POST", "/oauth/token", &[("x-probe", "seen")], "{}");
        let answer = tokio::time::timeout(Duration::from_millis(500), call).await;
        let processed = sandbox.token_calls() == 1;
        let endless = answer.is_err();
        let closed = matches!(answer, Ok(None));
        let answer = answer.ok().flatten();
        let status = answer.as_ref().map_or(0, |answer| answer.status);
        let holds = |text: &str| {
            answer
                .as_ref()
                .is_some_and(|answer| answer.head.contains(text))
        };
        let is_so = match place {
            0 => status == 503 && holds("retry-after: 1") && !processed,
            1 => status == 429 && holds("retry-after: 30") && holds("jira-burst-based"),
            2 | 10 => status == 400 && processed,
            3 => closed && !processed,
            4 => closed && processed,
            5 => endless && !processed,
            6 => status == 200 && holds("content-type: application/json"),
            7 => endless,
            8 => status == 302 && holds("location: https://example.com/"),
            _ => status == 500 && answer.as_ref().unwrap().body.contains("x-probe: seen"),
        };
        assert!(is_so, "{row:?}: {answer:?}, processed: {processed}");
        if place == 6 {
            assert_eq!(answer.unwrap().json(), Value::Null);
        }
    }
}

#[tokio::test]
async fn every_behaviour_is_in_the_table_and_off() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let base = sandbox.base_url();
    let behaviour = ask(&base, "GET", "/_sandbox/behaviour", &[], "")
        .await
        .json();
    let behaviour = behaviour.as_object().unwrap();
    let table = rows("### Behaviours", "Name");
    assert_eq!(table.len(), behaviour.len());
    for row in table {
        let value = &behaviour[&row[0]];
        let off = [json!(false), json!(0), json!("")];
        assert!(off.contains(value), "{row:?}");
    }
}

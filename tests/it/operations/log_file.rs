//! The log of a running program, read line by line.

use serde_json::Value;

use crate::support::Answer;
use crate::support::installation::Installation;
use crate::support::waiting::until;

/// The lines so far that `is_wanted` wants.
pub(super) fn lines(installation: &Installation, is_wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let log = std::fs::read_to_string(installation.file("log")).unwrap();
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    lines.filter(is_wanted).collect()
}

/// The lines that name this request, once it has been answered.
pub(super) async fn of_request(installation: &Installation, request_id: &str) -> Vec<Value> {
    let of_it = |line: &Value| line["span"]["request_id"] == request_id;
    until("the request's line is there", async || {
        lines(installation, of_it)
            .iter()
            .any(|line| line["message"] == "answered")
    })
    .await;
    lines(installation, of_it)
}

/// The one line of an answer.
pub(super) async fn line_of(installation: &Installation, answer: &Answer) -> Value {
    let mut lines = of_request(installation, answer.header("x-request-id")).await;
    lines.retain(|line| line["target"] != "audit" && line["message"] != "asking Atlassian again");
    assert_eq!(lines.len(), 1, "one line and no more: {lines:#?}");
    lines.remove(0)
}

/// The audit lines of an event, once there are as many as are expected. There must not be more.
pub(super) async fn audit_lines(
    installation: &Installation,
    event: &str,
    expected: usize,
) -> Vec<Value> {
    let is_it = |line: &Value| line["target"] == "audit" && line["event"] == event;
    until(
        &format!("the audit trail has {expected} of {event}"),
        async || lines(installation, is_it).len() >= expected,
    )
    .await;
    let found = lines(installation, is_it);
    assert_eq!(found.len(), expected, "{found:#?}");
    found
}

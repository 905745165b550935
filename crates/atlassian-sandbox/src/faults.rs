//! Faults that can be switched on, and the journal of everything that was asked.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Something to go wrong on the calls that match.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fault {
    /// Only this method; any if absent.
    #[serde(default)]
    pub method: Option<String>,
    /// Only calls whose path holds this text.
    pub path_contains: String,
    /// Only calls whose body holds this text.
    #[serde(default)]
    pub body_contains: Option<String>,
    /// So many times, then no more; for ever if absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// What happens.
    pub action: FaultAction,
}

/// What a fault does to a call.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultAction {
    /// Answer this, without processing the call.
    Status {
        /// The status code.
        status: u16,
        /// Response headers.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The body, sent as JSON unless a header says otherwise.
        #[serde(default)]
        body: String,
    },
    /// Wait, then go on as usual.
    Delay(Duration),
    /// Close the connection; the call is not processed.
    Drop,
    /// Process the call, then close the connection without an answer.
    ProcessThenDrop,
    /// Never answer; the call is not processed.
    Hang,
    /// 200 with a body that is not what the content type says.
    Garbage,
    /// 200 with a body that does not end.
    Huge,
    /// 429 with the rate-limit headers.
    RateLimit {
        /// The value of `Retry-After`.
        retry_after: String,
        /// The value of `RateLimit-Reason`.
        reason: String,
    },
    /// 302 to this address.
    Redirect(String),
    /// Answer this status with everything that was asked, credentials included, in the words of an error.
    Echo(u16),
    /// Process the call as usual, and let this go wrong from then on.
    Then(Box<Fault>),
}

/// A fault with the number of times it will still fire.
#[derive(Debug)]
pub(crate) struct ActiveFault {
    pub(crate) fault: Fault,
    pub(crate) left: Option<u32>,
}

/// One call as it was received, and the status it was answered with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The HTTP method.
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The query as sent, without `?`.
    pub query: String,
    /// Names in lower case, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
    /// The answered status; 0 if there was no answer (yet).
    pub status: u16,
}

impl JournalEntry {
    /// The first value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The first fault that matches the call; uses up one of its times.
pub(crate) fn take(
    faults: &mut Vec<ActiveFault>,
    method: &str,
    path: &str,
    body: &[u8],
) -> Option<FaultAction> {
    let text = String::from_utf8_lossy(body);
    let active = faults.iter_mut().find(|active| {
        let fault = &active.fault;
        active.left != Some(0)
            && fault
                .method
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && path.contains(&fault.path_contains)
            && fault
                .body_contains
                .as_ref()
                .is_none_or(|wanted| text.contains(wanted))
    })?;
    if let Some(left) = &mut active.left {
        *left -= 1;
    }
    match active.fault.action.clone() {
        FaultAction::Then(fault) => {
            faults.push(ActiveFault {
                left: fault.times,
                fault: *fault,
            });
            None
        }
        action => Some(action),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_fires_as_often_as_it_says_and_only_where_it_matches() {
        let fault = Fault {
            method: Some("POST".into()),
            path_contains: "/oauth/token".into(),
            body_contains: Some("refresh".into()),
            times: Some(1),
            action: FaultAction::Drop,
        };
        let mut faults = vec![ActiveFault {
            left: fault.times,
            fault,
        }];
        assert!(take(&mut faults, "GET", "/oauth/token", b"refresh").is_none());
        assert!(take(&mut faults, "POST", "/oauth/token", b"authorization_code").is_none());
        assert!(take(&mut faults, "POST", "/oauth/token", b"refresh").is_some());
        assert!(take(&mut faults, "POST", "/oauth/token", b"refresh").is_none());
    }

    #[test]
    fn a_fault_that_follows_a_call_does_not_touch_that_call() {
        let fault = |action| Fault {
            method: None,
            path_contains: "/issue".into(),
            body_contains: None,
            times: Some(1),
            action,
        };
        let then = fault(FaultAction::Then(Box::new(fault(FaultAction::Drop))));
        let mut faults = vec![ActiveFault {
            left: then.times,
            fault: then,
        }];
        let answers = [(); 3].map(|()| take(&mut faults, "GET", "/issue", b"").is_some());
        assert_eq!(answers, [false, true, false]);
    }
}

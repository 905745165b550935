//! Failures of Atlassian's that a test orders from the sandbox.

use atlassian_sandbox::{Fault, FaultAction};
use serde_json::Value;

/// Lets `action` happen to calls whose path holds `path`.
pub fn on_api(path: &str, action: FaultAction, times: Option<u32>) -> Fault {
    Fault {
        method: None,
        path_contains: path.to_owned(),
        body_contains: None,
        times,
        action,
    }
}

/// Lets `action` happen to calls with this method whose path holds `path`.
pub fn on_method(method: &str, path: &str, action: FaultAction, times: Option<u32>) -> Fault {
    Fault {
        method: Some(method.to_owned()),
        ..on_api(path, action, times)
    }
}

/// Lets `fault` begin with the first call that has this method and whose path holds `path`; that call
/// itself is processed.
pub fn after(method: &str, path: &str, fault: Fault) -> Fault {
    on_method(method, path, FaultAction::Then(Box::new(fault)), Some(1))
}

/// An answer with a JSON body.
pub fn answering(status: u16, body: &Value) -> FaultAction {
    answering_text(status, &body.to_string())
}

/// An answer with any body.
pub fn answering_text(status: u16, body: &str) -> FaultAction {
    FaultAction::Status {
        status,
        headers: vec![],
        body: body.to_owned(),
    }
}

//! What the tests of the earlier systems' routes share.

use serde_json::Value;

use crate::support::TestApp;

/// The bodies of the writes that were sent to Jira.
pub(crate) fn written(app: &TestApp) -> Vec<Value> {
    app.sandbox
        .journal()
        .into_iter()
        .filter(|call| call.path.contains("/rest/api/") && call.method != "GET")
        .map(|call| serde_json::from_str(&call.body).unwrap())
        .collect()
}

//! Jira's error shapes.

use serde_json::{Map, Value, json};

use crate::state::SiteRequest;
use crate::wire::Reply;

/// `errorMessages` only.
pub(crate) fn messages(status: u16, texts: &[&str]) -> Reply {
    Reply::json(status, &json!({"errorMessages": texts, "errors": {}}))
}

/// `errors` by field only.
pub(crate) fn fields(errors: &Map<String, Value>) -> Reply {
    Reply::json(400, &json!({"errorMessages": [], "errors": errors}))
}

/// One field's error.
pub(crate) fn field(name: &str, text: &str) -> Reply {
    Reply::json(400, &json!({"errorMessages": [], "errors": {name: text}}))
}

pub(crate) fn no_issue() -> Reply {
    messages(
        404,
        &["Issue does not exist or you do not have permission to see it."],
    )
}

/// The removed search endpoints, in Atlassian's words (as quoted in pycontribs/jira#2369).
pub(crate) fn gone() -> Reply {
    messages(
        410,
        &[
            "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046",
        ],
    )
}

/// The JSON object of the body.
pub(crate) fn body(request: &SiteRequest<'_>) -> Result<Map<String, Value>, Reply> {
    if request.call.content_type() != "application/json" {
        return Err(Reply::json(
            415,
            &json!({"errorMessages": ["Unsupported Media Type"], "errors": {}}),
        ));
    }
    match serde_json::from_slice(&request.call.body) {
        Ok(Value::Object(body)) => Ok(body),
        _ => Err(messages(
            400,
            &["There was an error parsing JSON. Check that your request body is valid."],
        )),
    }
}

/// Refuses keys that a closed body schema does not have (`additionalProperties: false` in Jira's OpenAPI
/// document).
pub(crate) fn closed(body: &Map<String, Value>, allowed: &[&str]) -> Result<(), Reply> {
    match body.keys().find(|key| !allowed.contains(&key.as_str())) {
        Some(_) => Err(messages(
            400,
            &["Invalid request payload. Refer to the REST API documentation and try again."],
        )),
        None => Ok(()),
    }
}

//! What apps keep with an issue: values of JSON under keys that nobody sees in Jira.
//!
//! <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-properties/>

use serde_json::{Value, json};

use super::{error, issues};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Issue;

/// The largest value, in characters, and the longest key.
const LARGEST: usize = 32_768;
const LONGEST_KEY: usize = 255;

pub(super) fn list(request: &SiteRequest<'_>, issue: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    let address = |key: &str| {
        let host = &request.site.host;
        format!(
            "https://{host}/rest/api/3/issue/{}/properties/{key}",
            issue.key
        )
    };
    let keys = issue.around.properties.keys();
    let keys: Vec<Value> = keys
        .map(|key| json!({"self": address(key), "key": key}))
        .collect();
    Ok(Reply::ok(&json!({"keys": keys})))
}

pub(super) fn get(request: &SiteRequest<'_>, issue: &str, key: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    let value = issue.around.properties.get(key).ok_or_else(missing)?;
    Ok(Reply::ok(&json!({"key": key, "value": value})))
}

fn missing() -> Reply {
    error::messages(404, &["The property was not found."])
}

fn checked(key: &str, value: &Value) -> Result<(), Reply> {
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Err(error::messages(
            400,
            &["The property key must have 1 to 255 characters."],
        ));
    }
    if value.to_string().chars().count() > LARGEST {
        return Err(error::messages(
            400,
            &["The property value is longer than 32768 characters."],
        ));
    }
    Ok(())
}

pub(super) fn set(request: &mut SiteRequest<'_>, issue: &str, key: &str) -> Answer {
    let value: Value = serde_json::from_slice(&request.call.body)
        .map_err(|_| error::messages(400, &["The property value must be valid JSON."]))?;
    checked(key, &value)?;
    let place = issues::find_to_write(request, issue)?;
    let properties = &mut request.site.issues[place].around.properties;
    let is_new = properties.insert(key.to_owned(), value).is_none();
    Ok(Reply::empty(if is_new { 201 } else { 200 }))
}

pub(super) fn delete(request: &mut SiteRequest<'_>, issue: &str, key: &str) -> Answer {
    let place = issues::find_to_write(request, issue)?;
    let removed = request.site.issues[place].around.properties.remove(key);
    removed.ok_or_else(missing)?;
    Ok(Reply::empty(204))
}

/// Those that a new issue is made with.
pub(super) fn keep(issue: &mut Issue, sent: Option<&Value>) -> Result<(), Reply> {
    for property in sent.and_then(Value::as_array).into_iter().flatten() {
        let key = property["key"].as_str().unwrap_or_default();
        checked(key, &property["value"])?;
        issue
            .around
            .properties
            .insert(key.to_owned(), property["value"].clone());
    }
    Ok(())
}

//! What changed in many issues at once.
//!
//! Times are numbers there, as in the example of the documentation
//! (<https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/>, "Bulk fetch changelogs").

use serde_json::{Value, json};

use super::{error, issues, users};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Change, Issue};

/// `POST changelog/bulkfetch`: the oldest first, by issue; what cannot be seen is left out without a word.
pub(crate) fn bulk_fetch(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    let known = ["issueIdsOrKeys", "fieldIds", "maxResults", "nextPageToken"];
    error::closed(&body, &known)?;
    let texts = |name: &str| -> Vec<String> {
        let list = body.get(name).and_then(Value::as_array);
        let list = list.into_iter().flatten();
        list.map(|item| {
            item.as_str()
                .map_or_else(|| item.to_string(), str::to_owned)
        })
        .collect()
    };
    let (keys, fields) = (texts("issueIdsOrKeys"), texts("fieldIds"));
    if keys.is_empty() || keys.len() > 1_000 || fields.len() > 10 {
        let why =
            "Between 1 and 1000 issue IDs or keys, and at most 10 field IDs, must be provided.";
        return Err(error::messages(400, &[why]));
    }
    let most = body.get("maxResults").and_then(Value::as_u64);
    let most = usize::try_from(most.unwrap_or(1_000).clamp(1, 10_000)).unwrap_or(1_000);
    let start = body.get("nextPageToken").and_then(Value::as_str);
    let start: usize = start.and_then(|token| token.parse().ok()).unwrap_or(0);
    let mut found: Vec<&Issue> = keys
        .iter()
        .filter_map(|key| issues::find(request, key).ok())
        .collect();
    found.sort_by_key(|issue| issue.id);
    found.dedup_by_key(|issue| issue.id);
    let all: Vec<(&Issue, &Change)> = found
        .iter()
        .flat_map(|issue| issue.history.iter().map(move |change| (*issue, change)))
        .filter(|(_, change)| fields.is_empty() || fields.contains(&change.field))
        .collect();
    let mut logs: Vec<Value> = Vec::new();
    for (issue, change) in all.iter().skip(start).take(most) {
        let id = issue.id.to_string();
        if logs.last().is_none_or(|log| log["issueId"] != id.as_str()) {
            logs.push(json!({"issueId": id, "changeHistories": []}));
        }
        let log = logs.last_mut().map(|log| &mut log["changeHistories"]);
        if let Some(Value::Array(histories)) = log {
            histories.push(json_of(request, change));
        }
    }
    let end = start.saturating_add(most);
    let mut answer = json!({ "issueChangeLogs": logs });
    if end < all.len() {
        answer["nextPageToken"] = json!(end.to_string());
    }
    Ok(Reply::ok(&answer))
}

fn json_of(request: &SiteRequest<'_>, change: &Change) -> Value {
    json!({
        "id": change.id.to_string(),
        "author": users::user_json(request, &change.author),
        "created": change.at,
        "items": [{
            "field": change.field, "fieldtype": "jira", "fieldId": change.field,
            "from": change.from, "fromString": change.from, "to": change.to, "toString": change.to,
        }],
    })
}

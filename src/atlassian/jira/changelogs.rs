//! What changed in issues: on Cloud asked for all at once, on a Data Center issue by issue.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::Jira;
use super::shape::person;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::{entries, expect_list, text, time};
use crate::atlassian::request::Call;
use crate::model::changelog::{Changelogs, FieldChanged, IssueChanged, IssueChanges};
use crate::model::issue_key::IssueKey;
use crate::model::time::Timestamp;

/// How many changes Cloud gives at once, and how often it is asked for more.
const AT_ONCE: u32 = 1_000;
const MOST_PARTS: usize = 10;
/// Times that are smaller are in seconds: in thousandths of one this is the year 1973.
const SMALLEST_MILLIS: i64 = 100_000_000_000;

impl Jira<'_> {
    /// What changed in these issues, in their order. Issues that this account may not see are left out.
    pub(crate) async fn changelogs(self, keys: &[IssueKey]) -> Result<Changelogs, AtlassianError> {
        if self.data_center().is_some() {
            let mut found = Changelogs::default();
            for key in keys {
                let (issue, goes_on) = self.changes_in(key).await?;
                if issue.is_none() {
                    found.missing.push(key.as_str().to_owned());
                }
                found.items.extend(issue);
                found.goes_on |= goes_on;
            }
            return Ok(found);
        }
        let (known, found) = tokio::try_join!(self.known_keys(keys), self.bulk(keys))?;
        let (mut changes, goes_on) = found;
        let missing = missing(keys, &known);
        let items = known.into_iter().map(|(id, key)| IssueChanges {
            changes: newest_first(changes.remove(&id).unwrap_or_default()),
            key,
        });
        Ok(Changelogs {
            items: items.collect(),
            goes_on,
            missing,
        })
    }

    /// The issue with its history, and whether that is longer than what came; none where it is not there.
    async fn changes_in(
        &self,
        key: &IssueKey,
    ) -> Result<(Option<IssueChanges>, bool), AtlassianError> {
        let path = ["issue", key.as_str()];
        let query = [
            ("fields", String::from("summary")),
            ("expand", String::from("changelog")),
        ];
        let call = Call::get("issue changelog", Api::Jira, &path, &query);
        let issue: Value = match self.site.fetch(call).await {
            Err(AtlassianError::NotFound(_)) => return Ok((None, false)),
            outcome => outcome?,
        };
        expect_list(&issue, "/changelog/histories")?;
        let came = entries(&issue, "/changelog/histories").count();
        let total = issue.pointer("/changelog/total").and_then(Value::as_u64);
        let changes = entries(&issue, "/changelog/histories").filter_map(changed);
        let changes = IssueChanges {
            key: text(&issue, "/key").unwrap_or_else(|| key.as_str().to_owned()),
            changes: newest_first(changes.collect()),
        };
        let goes_on = total.is_some_and(|total| total > came as u64);
        Ok((Some(changes), goes_on))
    }

    /// Ids and keys of the issues, of which Cloud's histories tell the ids alone.
    async fn known_keys(&self, keys: &[IssueKey]) -> Result<Vec<(String, String)>, AtlassianError> {
        let named: Vec<&str> = keys.iter().map(IssueKey::as_str).collect();
        let body = json!({ "issueIdsOrKeys": named, "fields": ["summary"] });
        let path = ["issue", "bulkfetch"];
        let call = Call::reading_post("issues", Api::Jira, &path, body);
        let answer: Value = self.site.fetch(call).await?;
        expect_list(&answer, "/issues")?;
        let found = entries(&answer, "/issues");
        let mut known: Vec<(String, String)> = found
            .filter_map(|issue| Some((text(issue, "/id")?, text(issue, "/key")?)))
            .collect();
        let place = |(id, key): &(String, String)| {
            let mut asked = named.iter();
            asked.position(|one| one.eq_ignore_ascii_case(key) || *one == id.as_str())
        };
        known.sort_by_key(place);
        Ok(known)
    }

    /// What changed, by the issue's id, and whether there is more.
    async fn bulk(
        &self,
        keys: &[IssueKey],
    ) -> Result<(HashMap<String, Vec<IssueChanged>>, bool), AtlassianError> {
        let named: Vec<&str> = keys.iter().map(IssueKey::as_str).collect();
        let mut found: HashMap<String, Vec<IssueChanged>> = HashMap::new();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PARTS {
            let mut body = json!({ "issueIdsOrKeys": named, "maxResults": AT_ONCE });
            if let Some(token) = &token {
                body["nextPageToken"] = Value::from(token.as_str());
            }
            let path = ["changelog", "bulkfetch"];
            let call = Call::reading_post("changelogs", Api::Jira, &path, body);
            let answer: Value = self.site.fetch(call).await?;
            expect_list(&answer, "/issueChangeLogs")?;
            for issue in entries(&answer, "/issueChangeLogs") {
                let changes = entries(issue, "/changeHistories").filter_map(changed);
                let id = text(issue, "/issueId").unwrap_or_default();
                found.entry(id).or_default().extend(changes);
            }
            let next = text(&answer, "/nextPageToken");
            if next.is_none() || next == token {
                return Ok((found, false));
            }
            token = next;
        }
        Ok((found, true))
    }
}

/// Which issues are not among those found. One that has moved to another project is found by another key than it was asked for.
fn missing(asked: &[IssueKey], found: &[(String, String)]) -> Vec<String> {
    let is_one = |key: &IssueKey, (id, known): &(String, String)| {
        key.as_str() == id || key.as_str().eq_ignore_ascii_case(known)
    };
    let unfound = |key: &&IssueKey| !found.iter().any(|one| is_one(key, one));
    let moved = found
        .iter()
        .filter(|one| !asked.iter().any(|key| is_one(key, one)))
        .count();
    let missing: Vec<String> = asked
        .iter()
        .filter(unfound)
        .map(|key| key.as_str().to_owned())
        .collect();
    if moved < missing.len() {
        missing
    } else {
        Vec::new()
    }
}

fn newest_first(mut changes: Vec<IssueChanged>) -> Vec<IssueChanged> {
    changes.sort_by_key(|change| std::cmp::Reverse(change.created));
    changes
}

/// One entry of a history; none where nothing was changed.
fn changed(raw: &Value) -> Option<IssueChanged> {
    let items: Vec<FieldChanged> = entries(raw, "/items")
        .filter_map(|item| {
            let told = |names: [&str; 2]| names.into_iter().find_map(|name| text(item, name));
            Some(FieldChanged {
                field: text(item, "/field")?,
                field_id: text(item, "/fieldId"),
                from: told(["/fromString", "/from"]),
                to: told(["/toString", "/to"]),
            })
        })
        .collect();
    // Many at once have their times as numbers.
    let number = raw.get("created").and_then(Value::as_i64);
    let moment = number.map(|number| {
        let is_seconds = number < SMALLEST_MILLIS;
        Timestamp::from_millis(number.saturating_mul(if is_seconds { 1_000 } else { 1 }))
    });
    (!items.is_empty()).then(|| IssueChanged {
        author: person(raw, "/author"),
        created: moment.or_else(|| time(raw, "/created")),
        items,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form() {
        let at = |created: Value| {
            let raw =
                json!({"created": created, "items": [{"field": "status", "toString": "Done"}]});
            changed(&raw).unwrap().created.unwrap().rfc3339()
        };
        assert_eq!(at(json!(1_492_070_429)), "2017-04-13T08:00:29Z");
        assert_eq!(at(json!(1_492_070_429_000_i64)), "2017-04-13T08:00:29Z");
        assert_eq!(
            at(json!("2017-04-13T10:00:29.000+0200")),
            "2017-04-13T08:00:29Z"
        );
        assert_eq!(changed(&json!({"created": 1, "items": []})), None);
    }
}

//! People's names, where the scopes allow.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::READ_USER;
use crate::atlassian::Atlassian;
use crate::atlassian::access::{Access, Api};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::{entries, text};
use crate::atlassian::request::Call;

impl Atlassian {
    /// The names of these accounts, by account id; at most 250 at once. Unknown ones are missing.
    pub async fn confluence_names(
        &self,
        access: &Access,
        account_ids: &[String],
    ) -> Result<HashMap<String, String>, AtlassianError> {
        let call = Call {
            method: Method::POST,
            body: Some(json!({ "accountIds": account_ids })),
            ..Call::get("people", Api::Confluence, &["users-bulk"], &[])
        };
        let answer: Value = self.fetch(access, call.needing(READ_USER)).await?;
        let name = |person: &Value| {
            let shown = text(person, "/displayName").or_else(|| text(person, "/publicName"));
            text(person, "/accountId").zip(shown)
        };
        Ok(entries(&answer, "/results").filter_map(name).collect())
    }
}

//! People's names, where the scopes allow.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Confluence, READ_USER};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::{entries, text};
use crate::atlassian::request::Call;

impl Confluence<'_> {
    /// The names of these accounts, by account id; at most 250 at once. Unknown ones are missing.
    pub(crate) async fn names(
        self,
        account_ids: &[String],
    ) -> Result<HashMap<String, String>, AtlassianError> {
        let call = Call {
            method: Method::POST,
            body: Some(json!({ "accountIds": account_ids })),
            ..Call::get("people", Api::Confluence, &["users-bulk"], &[])
        };
        let answer: Value = self.site.fetch(call.needing(READ_USER)).await?;
        let name = |person: &Value| {
            let shown = text(person, "/displayName").or_else(|| text(person, "/publicName"));
            text(person, "/accountId").zip(shown)
        };
        Ok(entries(&answer, "/results").filter_map(name).collect())
    }
}

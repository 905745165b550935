//! People's names, where the scopes allow.

use reqwest::Method;
use serde_json::{Value, json};

use super::Confluence;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::{entries, text};
use crate::atlassian::people::all_told;
use crate::atlassian::request::Call;
use crate::model::person::{Names, NamesTold};

/// The most people that can be asked for at once
/// (<https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-user/>).
const MOST_PEOPLE: usize = 250;

impl Confluence<'_> {
    /// The user names of people who are known by keys; none on Cloud, which has neither.
    pub(crate) async fn user_names(self, keys: &[String]) -> Result<Names, AtlassianError> {
        Ok(match self.data_center() {
            Some(data_center) => data_center.user_names(keys).await,
            None => Names::new(),
        })
    }

    /// Those of these people whom a Data Center surely does not know.
    pub(crate) async fn nobodies(self, people: &[String]) -> Result<Vec<String>, AtlassianError> {
        Ok(match self.data_center() {
            Some(data_center) => data_center.nobodies(people).await,
            None => Vec::new(),
        })
    }

    /// The time zone of the account behind the connection, by its name.
    pub(crate) async fn time_zone(self) -> Result<Option<String>, AtlassianError> {
        let call = Call::get("account", Api::ConfluenceV1, &["user", "current"], &[]);
        let answer: Value = self.site.fetch(call).await?;
        Ok(text(&answer, "/timeZone"))
    }

    /// What the first of these accounts are called.
    pub(crate) async fn names(self, account_ids: &[String]) -> Result<NamesTold, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            return Ok(data_center.names(account_ids).await);
        }
        let account_ids = &account_ids[..account_ids.len().min(MOST_PEOPLE)];
        let call = Call {
            method: Method::POST,
            body: Some(json!({ "accountIds": account_ids })),
            ..Call::get("people", Api::Confluence, &["users-bulk"], &[])
        };
        let answer: Value = self.site.fetch(call).await?;
        let name = |person: &Value| {
            let shown = text(person, "/displayName").or_else(|| text(person, "/publicName"));
            text(person, "/accountId").zip(shown)
        };
        let found = entries(&answer, "/results").filter_map(name);
        Ok(all_told(account_ids, found))
    }
}

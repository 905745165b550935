//! Whether a personal access token is any good, and whose it is.

use serde_json::Value;

use super::{DataCenterConfluence, DataCenterJira};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::model::grant::Account;

impl DataCenterJira<'_> {
    /// Checks a token with a call that has no anonymous answer.
    pub(in crate::atlassian) async fn check_credential(&self) -> Result<Account, AtlassianError> {
        let call = Call::get("myself", Api::Jira, &["myself"], &[]);
        let myself: Value = self.site.fetch(call).await?;
        account(&myself, "/name", "/key")
            .ok_or(AtlassianError::Nonsense("an account without a name"))
    }
}

impl DataCenterConfluence<'_> {
    /// Checks a token with a call whose anonymous answer says that it is one.
    pub(in crate::atlassian) async fn check_credential(&self) -> Result<Account, AtlassianError> {
        let path = ["user", "current"];
        let call = Call::get("current user", Api::ConfluenceV1, &path, &[]);
        let current: Value = self.site.fetch(call).await?;
        if text(&current, "/type").as_deref() == Some("anonymous") {
            return Err(AtlassianError::Unauthorized);
        }
        account(&current, "/username", "/userKey")
            .ok_or(AtlassianError::Nonsense("an account without a name"))
    }
}

/// Data Center knows people by their user names; the key stands in where names are hidden.
fn account(raw: &Value, name: &str, key: &str) -> Option<Account> {
    Some(Account {
        account_id: text(raw, name).or_else(|| text(raw, key))?,
        display_name: text(raw, "/displayName"),
        email: text(raw, "/emailAddress"),
    })
}

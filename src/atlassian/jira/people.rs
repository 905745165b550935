//! People: the account itself, one user, and users found by a few letters.

use serde_json::Value;

use super::Jira;
use super::dialect::account_id;
use crate::atlassian::access::{Api, Dialect};
use crate::atlassian::cursor::offset;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{fetched, shaped};
use crate::atlassian::json::{entries, text};
use crate::atlassian::people::all_told;
use crate::atlassian::request::Call;
use crate::model::hit::Fetched;
use crate::model::issue_key::IssueKey;
use crate::model::page::{Page, PageRequest};
use crate::model::person::{AccountId, NamesTold, UserProfile, UserSummary};

/// Jira gives no users behind this one (<https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/>).
const MOST_USERS: u64 = 1000;
/// How many are looked at for the one that a name fits.
const MOST_ASSIGNABLE: u32 = 100;
/// How many accounts are named in one address, so that it stays shorter than gateways take. There is no
/// documented bound (<https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/>).
const MOST_NAMED: usize = 50;

/// Where somebody is to work.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AssignedIn<'a> {
    /// On a new issue of the project with this key or number.
    Project(&'a str),
    /// On this issue.
    Issue(&'a IssueKey),
}

impl Jira<'_> {
    /// Those of these people whom a Data Center surely does not know.
    pub(crate) async fn nobodies(self, people: &[String]) -> Result<Vec<String>, AtlassianError> {
        Ok(match self.data_center() {
            Some(data_center) => data_center.nobodies(people).await,
            None => Vec::new(),
        })
    }

    /// The account behind the connection.
    pub(crate) async fn myself(self) -> Result<Fetched<UserProfile>, AtlassianError> {
        let call = Call::get("myself", Api::Jira, &["myself"], &[]);
        profile(self.site.fetch(call).await?)
    }

    /// One user.
    pub(crate) async fn user(self, id: &AccountId) -> Result<Fetched<UserProfile>, AtlassianError> {
        let name = match self.site.dialect() {
            Dialect::Cloud => "accountId",
            Dialect::DataCenter => "username",
        };
        let parameters = [(name, id.as_str().to_owned())];
        let call = Call::get("user", Api::Jira, &["user"], &parameters);
        profile(self.site.fetch(call).await?)
    }

    /// What the first of these accounts are called; on Data Center they are user names or keys.
    pub(crate) async fn names(self, accounts: &[String]) -> Result<NamesTold, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            return Ok(data_center.names(accounts).await);
        }
        let accounts = &accounts[..accounts.len().min(MOST_NAMED)];
        let mut parameters = vec![("maxResults", MOST_NAMED.to_string())];
        parameters.extend(
            accounts
                .iter()
                .map(|account| ("accountId", account.clone())),
        );
        let call = Call::get("people", Api::Jira, &["user", "bulk"], &parameters);
        let answer: Value = self.site.fetch(call).await?;
        let name = |user: &Value| account_id(user).zip(text(user, "/displayName"));
        let found = entries(&answer, "/values").filter_map(name);
        Ok(all_told(accounts, found))
    }

    /// Those who may be given work there, and whose name or e-mail address starts with `query`. Also for accounts that may not
    /// look for people, to whom the search for users shows nobody
    /// (<https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/>).
    pub(crate) async fn assignable(
        self,
        query: &str,
        place: AssignedIn<'_>,
    ) -> Result<Vec<Fetched<UserSummary>>, AtlassianError> {
        let name = match self.site.dialect() {
            Dialect::Cloud => "query",
            Dialect::DataCenter => "username",
        };
        let place = match place {
            AssignedIn::Project(key) => ("project", key.to_owned()),
            AssignedIn::Issue(key) => ("issueKey", key.as_str().to_owned()),
        };
        let most = ("maxResults", MOST_ASSIGNABLE.to_string());
        let parameters = [(name, query.to_owned()), place, most];
        let path = ["user", "assignable", "search"];
        let call = Call::get("assignable users", Api::Jira, &path, &parameters);
        let users: Vec<Value> = self.site.fetch(call).await?;
        Ok(shaped("assignable users", users, user_summary))
    }

    /// Users whose name or e-mail address starts with `query`, as far as Jira shows them: at most
    /// the first 1000.
    pub(crate) async fn users(
        self,
        query: &str,
        page: &PageRequest,
    ) -> Result<Page<Fetched<UserSummary>>, AtlassianError> {
        let start = offset(page)?;
        let name = match self.site.dialect() {
            Dialect::Cloud => "query",
            Dialect::DataCenter => "username",
        };
        let parameters = [
            (name, query.to_owned()),
            ("startAt", start.to_string()),
            ("maxResults", page.limit.to_string()),
        ];
        let call = Call::get("user search", Api::Jira, &["user", "search"], &parameters);
        let users: Vec<Value> = self.site.fetch(call).await?;
        let came = users.len() as u64;
        let end = start + came;
        // Jira filters first and then cuts the page, so a page that is not full is the last one.
        let last = came < u64::from(page.limit) || end >= MOST_USERS;
        Ok(Page {
            items: shaped("user search", users, user_summary),
            next: (!last).then(|| end.to_string()),
        })
    }
}

fn profile(raw: Value) -> Result<Fetched<UserProfile>, AtlassianError> {
    fetched(raw, "a user without an account", user_profile)
}

fn user_profile(raw: &Value) -> Option<UserProfile> {
    Some(UserProfile {
        account_id: account_id(raw)?,
        display_name: text(raw, "/displayName"),
        email: text(raw, "/emailAddress"),
        avatar_url: avatar(raw),
        time_zone: text(raw, "/timeZone"),
    })
}

fn user_summary(raw: &Value) -> Option<UserSummary> {
    Some(UserSummary {
        account_id: account_id(raw)?,
        display_name: text(raw, "/displayName"),
        avatar_url: avatar(raw),
        active: raw.get("active").and_then(Value::as_bool),
        account_type: text(raw, "/accountType"),
    })
}

fn avatar(raw: &Value) -> Option<String> {
    text(raw, "/avatarUrls/48x48").filter(|url| url.starts_with("https://"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_user_hides_is_null_and_a_picture_is_never_a_script() {
        let raw = json!({"accountId": "5b", "avatarUrls": {"48x48": "javascript:x"}});
        assert_eq!(
            serde_json::to_value(user_profile(&raw)).unwrap(),
            json!({"account_id": "5b", "display_name": null, "email": null, "avatar_url": null,
                "time_zone": null})
        );
        assert_eq!(user_summary(&json!({"displayName": "Mia"})), None);
    }
}

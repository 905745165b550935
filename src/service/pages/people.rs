//! The names of people: authors of comments, and those whom a text mentions.

use std::collections::{BTreeSet, HashMap};

use atlassian_document::{people_in_storage, storage_to_markdown_with_names};
use serde_json::Value;

use super::Pages;
use crate::atlassian::confluence::READ_USERS;
use crate::model::comment::Comment;
use crate::model::content::{Child, WikiPage};
use crate::model::hit::Fetched;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::work::long_text::on_text;

/// What has a text that was read from storage format.
pub(super) trait Texted {
    /// The text, to be written anew.
    fn text(&mut self) -> Option<&mut String>;
}

impl Texted for WikiPage {
    fn text(&mut self) -> Option<&mut String> {
        self.body.as_mut()
    }
}

impl Texted for Child {
    fn text(&mut self) -> Option<&mut String> {
        self.body.as_mut()
    }
}

impl Texted for Comment {
    fn text(&mut self) -> Option<&mut String> {
        Some(&mut self.body)
    }
}

impl Pages {
    /// Names the people whom texts mention. A text is worth reading without.
    pub(super) async fn name_mentioned<T: Texted>(&self, scope: &Scope, read: &mut [Fetched<T>]) {
        let accounts: BTreeSet<String> = read
            .iter()
            .filter_map(|one| storage(&one.raw))
            .flat_map(people_in_storage)
            .collect();
        if accounts.is_empty() {
            return;
        }
        let Ok(names) = self.names_of(scope, accounts).await else {
            return;
        };
        for one in read {
            let Some(storage) = storage(&one.raw) else {
                continue;
            };
            if let Some(text) = one.value.text() {
                *text = on_text(storage.len(), || {
                    storage_to_markdown_with_names(storage, |account| names.get(account).cloned())
                });
            }
        }
    }

    /// The page with the people whom it mentions by name.
    pub(super) async fn with_names(
        &self,
        scope: &Scope,
        page: Fetched<WikiPage>,
    ) -> Fetched<WikiPage> {
        let mut pages = [page];
        self.name_mentioned(scope, &mut pages).await;
        let [page] = pages;
        page
    }

    /// The names of these accounts. The caller's own is known; those of others are looked up where the
    /// login covers that.
    ///
    /// # Errors
    /// `NotConnected` and `NeedsSite`; when the store fails. A name that Atlassian does not tell is left out.
    pub(super) async fn names_of(
        &self,
        scope: &Scope,
        mut accounts: BTreeSet<String>,
    ) -> Result<HashMap<String, String>, ServiceError> {
        let granted = self.connections.granted(scope, Product::Confluence).await?;
        let own = &granted.account;
        accounts.remove(&own.account_id);
        let accounts: Vec<String> = accounts.into_iter().collect();
        let mut names = HashMap::new();
        if !accounts.is_empty() && granted.may_cover(READ_USERS) {
            names = self.looked_up(scope, &accounts).await;
        }
        let name = own.display_name.clone();
        names.extend(name.map(|name| (own.account_id.clone(), name)));
        Ok(names)
    }

    /// What can be read is worth reading without names.
    async fn looked_up(&self, scope: &Scope, accounts: &[String]) -> HashMap<String, String> {
        self.connections
            .confluence(scope, |confluence| confluence.names(accounts))
            .await
            .unwrap_or_else(|error| {
                tracing::info!(%error, "people's names could not be had");
                HashMap::new()
            })
    }
}

fn storage(raw: &Value) -> Option<&str> {
    raw.pointer("/body/storage/value").and_then(Value::as_str)
}

//! The names of people: authors of comments, and those whom a text mentions.

use std::borrow::Cow;
use std::collections::BTreeSet;

use atlassian_document::{people_by_user_name, people_in_storage, storage_to_markdown_with_names};
use serde_json::Value;

use super::Pages;
use crate::model::comment::Comment;
use crate::model::content::{Child, WikiPage};
use crate::model::hit::Fetched;
use crate::model::page_body::PageBody;
use crate::model::product::Product;
use crate::model::scope::Scope;
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
        let names = self
            .connections
            .names(scope, Product::Confluence, accounts)
            .await;
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

    /// A new text with the people whom it names by user names, where they have such.
    pub(super) async fn meant(&self, scope: &Scope, body: &PageBody) -> PageBody {
        if let PageBody::Markdown(markdown) = body
            && let Cow::Owned(named) = on_text(markdown.len(), || people_by_user_name(markdown))
            && self
                .connections
                .has_user_names(scope, Product::Confluence)
                .await
        {
            return PageBody::Markdown(named);
        }
        body.clone()
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
}

fn storage(raw: &Value) -> Option<&str> {
    raw.pointer("/body/storage/value").and_then(Value::as_str)
}

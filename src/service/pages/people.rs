//! The names of people: authors of comments, and those whom a text mentions.

use std::borrow::Cow;
use std::collections::BTreeSet;

use atlassian_document::{
    people_by_user_name, people_in_markdown, people_in_storage, pictures_by_name,
    storage_to_markdown_with_names, with_files,
};
use serde_json::Value;

use super::Pages;
use super::user_keys::UserKeys;
use crate::model::attachment::FileFilter;
use crate::model::comment::Comment;
use crate::model::content::{Child, ContentId, WikiPage};
use crate::model::hit::Fetched;
use crate::model::page::PageRequest;
use crate::model::page_body::PageBody;
use crate::model::person::Names;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::nobody::expect_none;
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
        let keys = self
            .user_names(scope, read.iter().filter_map(|one| storage(&one.raw)))
            .await;
        let accounts: BTreeSet<String> = read
            .iter()
            .filter_map(|one| storage(&one.raw))
            .flat_map(|storage| people_in_storage(&keys.shown(storage)))
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
                    let storage = keys.shown(storage);
                    storage_to_markdown_with_names(&storage, |account| names.get(account).cloned())
                });
            }
        }
    }

    /// The user names of the people whom texts in storage format mention by keys, where they have such.
    pub(super) async fn user_names<'text>(
        &self,
        scope: &Scope,
        texts: impl Iterator<Item = &'text str>,
    ) -> UserKeys {
        let keys: BTreeSet<String> = texts.flat_map(UserKeys::in_storage).collect();
        if keys.is_empty() {
            return UserKeys::default();
        }
        let asked: &[String] = &keys.into_iter().collect::<Vec<String>>();
        let told = self
            .connections
            .confluence(scope, |confluence| confluence.user_names(asked))
            .await;
        UserKeys::new(told.unwrap_or_default())
    }

    /// Refuses a text that mentions somebody whom a Data Center does not know; `present` is what is there already.
    ///
    /// # Errors
    /// `Validation` that names them.
    pub(super) async fn expect_known(
        &self,
        scope: &Scope,
        body: &PageBody,
        present: &Value,
    ) -> Result<(), ServiceError> {
        let PageBody::Markdown(markdown) = body else {
            return Ok(());
        };
        let accounts = on_text(markdown.len(), || people_in_markdown(markdown));
        let accounts: BTreeSet<String> = accounts.into_iter().collect();
        if accounts.is_empty() {
            return Ok(());
        }
        let (product, known) = (Product::Confluence, Names::new());
        let present = present.to_string();
        let nobodies = self
            .connections
            .nobodies(scope, product, accounts, &known, &present);
        expect_none("body", &nobodies.await)
    }

    /// A new text for something of a page with the pictures that lie beside it, and with the people whom it names by user
    /// names, where they have such.
    pub(super) async fn meant_on(
        &self,
        scope: &Scope,
        id: &ContentId,
        body: &PageBody,
    ) -> PageBody {
        let body = self.with_attached(scope, id, body).await;
        self.meant(scope, &body).await
    }

    /// A text with the files of the page that it names as pictures. A name of nothing that is attached stays words, and so
    /// do all where the login may not read the files.
    async fn with_attached(&self, scope: &Scope, id: &ContentId, body: &PageBody) -> PageBody {
        let PageBody::Markdown(markdown) = body else {
            return body.clone();
        };
        let mut files = Vec::new();
        for name in on_text(markdown.len(), || pictures_by_name(markdown)) {
            let filter = &FileFilter {
                filename: Some(name),
                ..FileFilter::default()
            };
            let one = &PageRequest {
                limit: 1,
                cursor: None,
            };
            let found = self
                .connections
                .confluence(scope, |confluence| confluence.attachments(id, filter, one))
                .await;
            match found {
                Ok(found) => files.extend(
                    found
                        .items
                        .into_iter()
                        .map(|file| (file.value.filename, None)),
                ),
                Err(error) => {
                    tracing::info!(cause = %error.cause(), "the files of a page could not be had for its text");
                    break;
                }
            }
        }
        PageBody::Markdown(on_text(markdown.len(), || {
            with_files(markdown, &files).into_owned()
        }))
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

/// The text of a page or comment in storage format.
pub(super) fn storage(raw: &Value) -> Option<&str> {
    raw.pointer("/body/storage/value").and_then(Value::as_str)
}

//! Comments below pages.

use serde_json::Value;

use super::{Pages, content_id};
use crate::model::comment::{Comment, CommentPlace, NamedWords};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::page_body::PageBody;
use crate::model::person::AtlassianUser;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::writing::writing;

/// Comments are not asked for replies any more once there are so many: each is a call.
const MOST_IN_THREADS: usize = 200;

impl Pages {
    /// The comments below a page, oldest first.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// page's id.
    pub(crate) async fn comments(
        &self,
        scope: &Scope,
        id: &str,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Comment>>, ServiceError> {
        self.listed(scope, id, CommentPlace::Footer, false, page)
            .await
    }

    /// The comments of a page in one place, oldest first, after each the replies to it: as many more than `page` asks for. And
    /// whether there are more replies than were read.
    ///
    /// # Errors
    /// Those of [`Pages::comments`].
    pub(crate) async fn threads(
        &self,
        scope: &Scope,
        id: &str,
        place: CommentPlace,
        page: &PageRequest,
    ) -> Result<(Page<Fetched<Comment>>, bool), ServiceError> {
        let (this, id) = &self.located(scope, id).await?;
        let found = this.listed(scope, id.as_str(), place, true, page).await?;
        let mut goes_on = false;
        let mut left: Vec<Fetched<Comment>> = found.items.into_iter().rev().collect();
        let mut items = Vec::new();
        while let Some(comment) = left.pop() {
            let parent = content_id(&comment.value.id)?;
            items.push(comment);
            // What is not asked for may be there: who reads the list is told so.
            if items.len() + left.len() >= MOST_IN_THREADS {
                goes_on = true;
                continue;
            }
            let parent = &parent;
            let mut replies = this
                .connections
                .confluence(scope, |confluence| confluence.replies(place, parent))
                .await?;
            goes_on |= replies.next.is_some();
            this.name_people(scope, &mut replies.items).await;
            left.extend(replies.items.into_iter().rev());
        }
        let next = found.next;
        Ok((Page { items, next }, goes_on))
    }

    async fn listed(
        &self,
        scope: &Scope,
        id: &str,
        place: CommentPlace,
        all: bool,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Comment>>, ServiceError> {
        let (this, id) = &self.located(scope, id).await?;
        let found = this
            .connections
            .confluence(scope, |confluence| {
                confluence.comments(id, place, all, page)
            })
            .await;
        match found {
            Ok(mut found) => {
                this.name_people(scope, &mut found.items).await;
                Ok(found)
            }
            Err(error) => {
                let named = ("id", id.as_str());
                Err(this.why_missing(scope, named, error, false).await)
            }
        }
    }

    /// Writes a comment below a page.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for an empty
    /// comment.
    pub(crate) async fn add_comment(
        &self,
        scope: &Scope,
        id: &str,
        body: &PageBody,
    ) -> Result<Fetched<Comment>, ServiceError> {
        writing(async {
            let (this, id) = &self.located(scope, id).await?;
            expect_words(body)?;
            this.expect_known(scope, body, &Value::Null).await?;
            let body = &this.meant_on(scope, id, body).await;
            let written = this
                .connections
                .confluence(scope, |confluence| confluence.add_comment(id, body))
                .await;
            match written {
                Ok(written) => Ok(this.with_people(scope, written).await),
                Err(error) => {
                    let named = ("id", id.as_str());
                    Err(this.why_missing(scope, named, error, true).await)
                }
            }
        })
        .await
    }

    /// Writes a comment at words of a page.
    ///
    /// # Errors
    /// Those of [`Pages::add_comment`]; `Blocked` on a Data Center; `Validation` for words that stand on the page several times.
    pub(crate) async fn add_inline_comment(
        &self,
        scope: &Scope,
        id: &str,
        on: &NamedWords,
        body: &PageBody,
    ) -> Result<Fetched<Comment>, ServiceError> {
        writing(async {
            let (this, id) = &self.located(scope, id).await?;
            expect_words(body)?;
            this.expect_known(scope, body, &Value::Null).await?;
            let body = &this.meant_on(scope, id, body).await;
            let on = &this.selection(scope, id, on).await?;
            let written = this
                .connections
                .confluence(scope, |confluence| {
                    confluence.add_inline_comment(id, on, body)
                })
                .await?;
            Ok(this.with_people(scope, written).await)
        })
        .await
    }

    /// Writes a reply to a comment.
    ///
    /// # Errors
    /// Those of [`Pages::add_comment`]; `NotFound` for what is no comment's id.
    pub(crate) async fn reply(
        &self,
        scope: &Scope,
        comment_id: &str,
        body: &PageBody,
    ) -> Result<Fetched<Comment>, ServiceError> {
        writing(async {
            let id = &content_id(comment_id)?;
            expect_words(body)?;
            self.expect_known(scope, body, &Value::Null).await?;
            let body = &self.meant(scope, body).await;
            let written = self
                .connections
                .confluence(scope, |confluence| confluence.reply(id, body))
                .await?;
            Ok(self.with_people(scope, written).await)
        })
        .await
    }

    async fn with_people(&self, scope: &Scope, written: Fetched<Comment>) -> Fetched<Comment> {
        let mut written = [written];
        self.name_people(scope, &mut written).await;
        let [written] = written;
        written
    }

    async fn name_people(&self, scope: &Scope, comments: &mut [Fetched<Comment>]) {
        self.name_mentioned(scope, comments).await;
        let authors = comments.iter_mut();
        let authors = authors
            .filter_map(|one| one.value.author.as_mut())
            .collect();
        self.name_authors(scope, authors).await;
    }

    /// On Cloud Confluence tells account ids only.
    pub(super) async fn name_authors(&self, scope: &Scope, mut authors: Vec<&mut AtlassianUser>) {
        authors.retain(|author| author.display_name.is_none());
        let accounts = authors.iter().map(|author| author.account_id.clone());
        let names = self
            .connections
            .names(scope, Product::Confluence, accounts.collect())
            .await;
        for author in authors {
            author.display_name = names.get(&author.account_id).cloned();
        }
    }
}

/// Refuses a comment that says nothing.
fn expect_words(body: &PageBody) -> Result<(), ServiceError> {
    if body.text().trim().is_empty() {
        return Err(ServiceError::invalid("body", "body must not be empty"));
    }
    Ok(())
}

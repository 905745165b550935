//! Comments below pages.

use std::collections::HashMap;

use super::{Pages, content_id};
use crate::atlassian::confluence::READ_USERS;
use crate::model::comment::Comment;
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::page_body::PageBody;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

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
        let id = &content_id(id)?;
        let mut found = self
            .connections
            .confluence(scope, |confluence| confluence.comments(id, page))
            .await?;
        self.name_authors(scope, &mut found.items).await?;
        Ok(found)
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
        let id = &content_id(id)?;
        if body.text().trim().is_empty() {
            return Err(ServiceError::invalid("body", "body must not be empty"));
        }
        let written = self
            .connections
            .confluence(scope, |confluence| confluence.add_comment(id, body))
            .await?;
        let mut written = [written];
        // It is written, whether or not its author's name can be told.
        let _ = self.name_authors(scope, &mut written).await;
        let [written] = written;
        Ok(written)
    }

    /// On Cloud Confluence tells account ids only. The caller's own name is known; those of others are
    /// looked up where the login covers that.
    async fn name_authors(
        &self,
        scope: &Scope,
        comments: &mut [Fetched<Comment>],
    ) -> Result<(), ServiceError> {
        let granted = self.connections.granted(scope, Product::Confluence).await?;
        let own = granted.account.account_id.as_str();
        let mut others: Vec<String> = comments
            .iter()
            .filter_map(|one| one.value.author.as_ref())
            .filter(|author| author.display_name.is_none())
            .map(|author| author.account_id.clone())
            .filter(|id| id != own)
            .collect();
        others.sort_unstable();
        others.dedup();
        let mut names = HashMap::new();
        if !others.is_empty() && granted.may_cover(READ_USERS) {
            names = self.names(scope, &others).await;
        }
        names.extend(
            granted
                .account
                .display_name
                .clone()
                .map(|name| (own.to_owned(), name)),
        );
        for one in comments {
            if let Some(author) = &mut one.value.author
                && author.display_name.is_none()
            {
                author.display_name = names.get(&author.account_id).cloned();
            }
        }
        Ok(())
    }

    /// A comment is worth reading without its author's name.
    async fn names(&self, scope: &Scope, account_ids: &[String]) -> HashMap<String, String> {
        self.connections
            .confluence(scope, |confluence| confluence.names(account_ids))
            .await
            .unwrap_or_else(|error| {
                tracing::info!(%error, "the names of comments' authors could not be had");
                HashMap::new()
            })
    }
}

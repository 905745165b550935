//! Comments below pages.

use super::Pages;
use crate::model::comment::Comment;
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::page_body::PageBody;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::writing::writing;

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
        let (this, id) = &self.located(scope, id).await?;
        let mut found = this
            .connections
            .confluence(scope, |confluence| confluence.comments(id, page))
            .await?;
        this.name_people(scope, &mut found.items).await;
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
        writing(async {
            let (this, id) = &self.located(scope, id).await?;
            if body.text().trim().is_empty() {
                return Err(ServiceError::invalid("body", "body must not be empty"));
            }
            let body = &this.meant(scope, body).await;
            let written = this
                .connections
                .confluence(scope, |confluence| confluence.add_comment(id, body))
                .await?;
            let mut written = [written];
            this.name_people(scope, &mut written).await;
            let [written] = written;
            Ok(written)
        })
        .await
    }

    /// On Cloud Confluence tells account ids only.
    async fn name_people(&self, scope: &Scope, comments: &mut [Fetched<Comment>]) {
        self.name_mentioned(scope, comments).await;
        let authors = comments.iter().filter_map(|one| one.value.author.as_ref());
        let nameless = authors.filter(|author| author.display_name.is_none());
        let accounts = nameless.map(|author| author.account_id.clone()).collect();
        let names = self
            .connections
            .names(scope, Product::Confluence, accounts)
            .await;
        for one in comments {
            if let Some(author) = &mut one.value.author
                && author.display_name.is_none()
            {
                author.display_name = names.get(&author.account_id).cloned();
            }
        }
    }
}

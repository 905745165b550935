//! Making and deleting pages.

use super::Pages;
use super::change::expect_state;
use crate::atlassian::confluence::new_page;
use crate::model::entity_tag::IfMatch;
use crate::model::hit::Created;
use crate::model::page_draft::{NewPage, PageDraft};
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::writing::writing;

impl Pages {
    /// Makes a page.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for a space
    /// that is not there.
    pub(crate) async fn create(
        &self,
        scope: &Scope,
        draft: &PageDraft,
    ) -> Result<Created, ServiceError> {
        writing(async {
            let body = match draft {
                PageDraft::Own(body) => body.clone(),
                PageDraft::Short(page) => {
                    let page = &NewPage {
                        body: self.meant(scope, &page.body).await,
                        ..page.clone()
                    };
                    new_page(page, &self.space_id(scope, &page.space, "space_key").await?)?
                }
            };
            self.connections
                .confluence(scope, |confluence| confluence.create(&body))
                .await
        })
        .await
    }

    /// Moves a page to the trash.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// page's id, `OtherState` for a page that `if_match` does not admit.
    pub(crate) async fn delete(
        &self,
        scope: &Scope,
        id: &str,
        if_match: &IfMatch,
    ) -> Result<(), ServiceError> {
        writing(async {
            let (this, id) = &self.located(scope, id).await?;
            if if_match.asks() {
                expect_state(&this.read(scope, id).await?.value, if_match)?;
            }
            this.connections
                .confluence(scope, |confluence| confluence.delete(id))
                .await
        })
        .await
    }
}

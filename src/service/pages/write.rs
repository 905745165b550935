//! Making and deleting pages.

use serde_json::Value;

use super::Pages;
use super::change::expect_state;
use super::titles::is_about_title;
use crate::atlassian::confluence::new_page;
use crate::model::entity_tag::IfMatch;
use crate::model::hit::Created;
use crate::model::page_draft::{NewPage, PageDraft, SpaceName};
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::writing::writing;

const NOT_HERE: &str = "this account may not make pages in this space, or not below that parent";

/// Whether the space was looked up by its key, so that it is there.
fn has_space(draft: &PageDraft) -> bool {
    matches!(draft, PageDraft::Short(page) if !matches!(page.space, SpaceName::Id(_)))
}

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
            let (this, body) = &match draft {
                PageDraft::Own(body) => (self.clone(), body.clone()),
                PageDraft::Short(page) => self.new_page(scope, page).await?,
            };
            let made = this
                .connections
                .confluence(scope, |confluence| confluence.create(body))
                .await;
            match made {
                // Confluence says the same of a space that is not there and of one where this account may not write.
                Err(ServiceError::NotFound(_)) if has_space(draft) => {
                    let missing = this.missing_parent(scope, body["parentId"].as_str());
                    let missing = Box::pin(missing).await;
                    Err(missing.unwrap_or_else(|| ServiceError::forbidden(NOT_HERE)))
                }
                Err(error) if is_about_title(&error) => {
                    let named = |member: &str| body[member].as_str().unwrap_or_default();
                    Err(this.taken(scope, named("spaceId"), named("title")).await)
                }
                made => made.map(|made| Created {
                    id: this.connections.way_to(&made.id).unwrap_or(made.id),
                    ..made
                }),
            }
        })
        .await
    }

    /// The pages of the site where a new page is to lie, and what is sent to make it.
    async fn new_page(&self, scope: &Scope, page: &NewPage) -> Result<(Self, Value), ServiceError> {
        let (this, space) = self.at_space(scope, "space_key", &page.space).await?;
        this.expect_known(scope, &page.body, &Value::Null).await?;
        let page = &NewPage {
            body: this.meant(scope, &page.body).await,
            ..page.clone()
        };
        let space = this.space_id(scope, &space, "space_key").await?;
        let body = new_page(page, &space)?;
        Ok((this, body))
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
            let deleted = this
                .connections
                .confluence(scope, |confluence| confluence.delete(id))
                .await;
            match deleted {
                Err(error) => {
                    let named = ("id", id.as_str());
                    Err(this.why_missing(scope, named, error, true).await)
                }
                done => done,
            }
        })
        .await
    }
}

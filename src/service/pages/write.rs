//! Making and deleting pages.

use serde_json::Value;

use super::Pages;
use super::change::{expect_state, with_article};
use super::titles::is_about_title;
use crate::atlassian::confluence::new_page;
use crate::model::content::{ContentKind, WikiPage};
use crate::model::entity_tag::IfMatch;
use crate::model::hit::Created;
use crate::model::page_draft::{NewPage, PageDraft, SpaceName};
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::writing::writing;

const NOT_HERE: &str = "this account may not make pages in this space, or not below that parent";

/// Whether the space was looked up by its key, so that it is there.
fn has_space(draft: &PageDraft) -> bool {
    matches!(draft, PageDraft::Short(page) if matches!(page.space, SpaceName::Key(_)))
}

fn is_page(content: &WikiPage) -> bool {
    ContentKind::parse(&content.summary.kind).is_some_and(ContentKind::has_text)
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
            let body = match draft {
                PageDraft::Own(body) => body.clone(),
                PageDraft::Short(page) => {
                    self.expect_known(scope, &page.body, &Value::Null).await?;
                    let page = &NewPage {
                        body: self.meant(scope, &page.body).await,
                        ..page.clone()
                    };
                    new_page(page, &self.space_id(scope, &page.space, "space_key").await?)?
                }
            };
            let made = self
                .connections
                .confluence(scope, |confluence| confluence.create(&body))
                .await;
            match made {
                // Confluence says the same of a space that is not there and of one where this account may not write.
                Err(ServiceError::NotFound(_)) if has_space(draft) => {
                    Err(ServiceError::forbidden(NOT_HERE))
                }
                Err(error) if is_about_title(&error) => {
                    let named = |member: &str| body[member].as_str().unwrap_or_default();
                    Err(self.taken(scope, named("spaceId"), named("title")).await)
                }
                made => made,
            }
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
            let deleted = this
                .connections
                .confluence(scope, |confluence| confluence.delete(id))
                .await;
            let Err(missing @ ServiceError::NotFound(_)) = deleted else {
                return deleted;
            };
            // What is there and is no page was not found as one.
            match this.read(scope, id).await {
                Ok(there) if !is_page(&there.value) => {
                    let why = format!(
                        "this is no page but {}, which cannot be deleted here",
                        with_article(&there.value.summary.kind)
                    );
                    Err(ServiceError::invalid("id", why))
                }
                _ => Err(missing),
            }
        })
        .await
    }
}

//! Pages as they were.

use super::{Pages, content_id};
use crate::model::content::WikiPage;
use crate::model::hit::Fetched;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

impl Pages {
    /// A page at the version of this number, with its text.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no page's id, and for a
    /// version that the page never had.
    pub(crate) async fn page_at(
        &self,
        scope: &Scope,
        id: &str,
        number: u32,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        let id = &content_id(id)?;
        let page = self
            .connections
            .confluence(scope, |confluence| confluence.page_at(id, number))
            .await?;
        Ok(self.with_names(scope, page).await)
    }
}

//! Pages as they were.

use super::Pages;
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
        let (this, id) = &self.located(scope, id).await?;
        let page = this
            .connections
            .confluence(scope, |confluence| confluence.page_at(id, number))
            .await?;
        Ok(this.with_names(scope, page).await)
    }
}

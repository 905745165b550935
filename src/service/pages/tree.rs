//! What lies below a page, and above it.

use super::Pages;
use crate::model::content::{Ancestors, Child, WantedChildren};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

impl Pages {
    /// What lies directly below a page, in its order.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// page's id.
    pub(crate) async fn children(
        &self,
        scope: &Scope,
        id: &str,
        wanted: WantedChildren,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Child>>, ServiceError> {
        let (this, id) = &self.located(scope, id).await?;
        let mut found = this
            .connections
            .confluence(scope, |confluence| confluence.children(id, wanted, page))
            .await?;
        this.name_mentioned(scope, &mut found.items).await;
        Ok(found)
    }

    /// What lies above a page, from the top down.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// page's id.
    pub(crate) async fn ancestors(
        &self,
        scope: &Scope,
        id: &str,
    ) -> Result<Ancestors, ServiceError> {
        let (this, id) = &self.located(scope, id).await?;
        this.connections
            .confluence(scope, |confluence| confluence.ancestors(id))
            .await
    }
}

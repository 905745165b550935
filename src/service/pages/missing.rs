//! Why Confluence says that a page is not there which can be read: it may not be changed, or is no page.

use super::Pages;
use super::change::with_article;
use crate::model::content::{ContentId, ContentKind, WantedChildren, WikiPage};
use crate::model::page::PageRequest;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

const READ_ONLY: &str = "this account may read this page and not change it, or that right was taken from it just now; nothing was written";

const NO_PARENT: &str =
    "there is no such page or folder here, or this account may not see it; nothing was written";

impl Pages {
    /// The failure that says so, where nothing is to be seen at the place that was named for a page.
    pub(in crate::service) async fn missing_parent(
        &self,
        scope: &Scope,
        parent: Option<&str>,
    ) -> Option<ServiceError> {
        let parent = parent?;
        let id = ContentId::parse(parent).ok()?;
        let read = self.read(scope, &id).await;
        if !matches!(read, Err(ServiceError::NotFound(_))) {
            return None;
        }
        // A folder is no page, and pages lie below it.
        let one = PageRequest {
            limit: 1,
            cursor: None,
        };
        let below = self.children(scope, parent, WantedChildren::default(), &one);
        let is_missing = below.await.is_err();
        let why = || ServiceError::invalid("parent_id", format!("parent_id: {NO_PARENT}"));
        is_missing.then(why)
    }

    /// The failure of a call about the page that `field` names, with the reason where Confluence says that it is not there
    /// and it can be read.
    pub(in crate::service) async fn why_missing(
        &self,
        scope: &Scope,
        (field, page): (&str, &str),
        error: ServiceError,
        writes: bool,
    ) -> ServiceError {
        if !matches!(error, ServiceError::NotFound(_)) {
            return error;
        }
        let Ok((this, id)) = self.located(scope, page).await else {
            return error;
        };
        match this.read(scope, &id).await {
            Ok(there) if !is_page(&there.value) => {
                let kind = with_article(&there.value.summary.kind);
                let why = if writes {
                    format!("this is no page but {kind}, which cannot be changed here")
                } else {
                    format!("this is no page but {kind}, of which this cannot be told")
                };
                ServiceError::invalid(field, why)
            }
            Ok(_) if writes => ServiceError::forbidden(READ_ONLY),
            _ => error,
        }
    }
}

fn is_page(content: &WikiPage) -> bool {
    ContentKind::parse(&content.summary.kind).is_some_and(ContentKind::has_text)
}

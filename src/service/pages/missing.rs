//! Why Confluence says that a page is not there which can be read: it may not be changed, or is no page.

use super::Pages;
use super::change::with_article;
use crate::model::content::{ContentId, ContentKind, WantedChildren, WikiPage};
use crate::model::page::PageRequest;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

const READ_ONLY: &str = "this account may read this page and not change it, or that right was taken from it just now; nothing was written";

impl Pages {
    /// The refusal of a parent that is not there, where Confluence says that something is not there and does not say
    /// what; none for one that pages can lie below.
    pub(in crate::service) async fn missing_parent(
        &self,
        scope: &Scope,
        parent: Option<&str>,
    ) -> Option<ServiceError> {
        let parent = parent?;
        let id = ContentId::parse(parent).ok()?;
        let why = match self.read(scope, &id).await {
            Err(ServiceError::NotFound(_)) if !self.has_list_below(scope, parent).await => {
                "that this account may see"
            }
            Ok(there) if there.value.summary.status.as_deref() == Some("trashed") => {
                "outside of the trash"
            }
            _ => return None,
        };
        let said = format!(
            "parent_id: there is nothing with the id {parent} {why}, so no page can lie below it; nothing was written"
        );
        Some(ServiceError::invalid("parent_id", said))
    }

    /// Whether something can lie below this: a folder is no page, and pages lie below it.
    async fn has_list_below(&self, scope: &Scope, id: &str) -> bool {
        let one = PageRequest {
            limit: 1,
            cursor: None,
        };
        let below = self.children(scope, id, WantedChildren::default(), &one);
        below.await.is_ok()
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

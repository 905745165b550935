//! Titles that another page of the space has already: each is there once, so whoever writes it is told which page has it.

use super::{Pages, content_id};
use crate::model::content::{ContentId, WikiPage};
use crate::model::page_change::PageChange;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// Whether Confluence refused a title because it is there already; it says so in words alone.
pub(super) fn is_about_title(error: &ServiceError) -> bool {
    let ServiceError::Rejected { messages, .. } = error else {
        return false;
    };
    messages.iter().any(|message| {
        let message = message.to_lowercase();
        message.contains("title") && message.contains("already exists")
    })
}

impl Pages {
    /// Confluence's refusal of a title that a page of the space has, with that page.
    pub(super) async fn taken(&self, scope: &Scope, space: &str, title: &str) -> ServiceError {
        let other = match content_id(space) {
            Ok(space) => self.other_titled(scope, &space, title).await,
            Err(_) => None,
        };
        ServiceError::Rejected {
            messages: Vec::new(),
            fields: vec![(String::from("title"), sentence(other.as_deref()))],
        }
    }

    /// The refusal of a change to `page` whose title belongs to another page of the space, if it does: Confluence answers
    /// it as if the version were wrong (sooperset/mcp-atlassian#692).
    pub(super) async fn taken_from(
        &self,
        scope: &Scope,
        page: &WikiPage,
        change: &PageChange,
    ) -> Option<ServiceError> {
        let space = page.summary.space_id.as_deref().map(content_id)?.ok()?;
        let title = change.title.as_deref()?;
        let other = self.other_titled(scope, &space, title).await?;
        let is_other = other != page.summary.id;
        is_other.then(|| ServiceError::Conflict(sentence(Some(&other))))
    }

    async fn other_titled(&self, scope: &Scope, space: &ContentId, title: &str) -> Option<String> {
        self.titled(scope, space, title).await.ok().flatten()
    }
}

fn sentence(other: Option<&str>) -> String {
    let taken = "another page of this space has that title already";
    match other {
        Some(id) => format!("{taken}: the one with the id {id}"),
        None => format!("{taken}, which this account may not see or which is in the trash"),
    }
}

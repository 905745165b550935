//! Changing a page: read, number it one higher, write; and what to do when somebody else did so too.

use serde_json::{Value, json};

use super::Pages;
use super::people::storage;
use super::titles::is_about_title;
use super::user_keys::UserKeys;
use crate::atlassian::confluence::{planned_page, rebased};
use crate::model::content::{ContentId, ContentKind, WikiPage};
use crate::model::entity_tag::IfMatch;
use crate::model::hit::Fetched;
use crate::model::page_change::{PageChange, PageUpdate};
use crate::model::page_draft::SpaceName;
use crate::model::repeats::{Repeats, Sent};
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::writing::writing;

/// The page that a page is to lie below.
fn named_parent(update: &PageUpdate) -> Option<&str> {
    match update {
        PageUpdate::Own(body) => body["parentId"].as_str(),
        PageUpdate::Short(change) => change.parent_id.as_ref().map(ContentId::as_str),
    }
}

impl Pages {
    /// Changes a page from Confluence's own form or the short one.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// page's id, `Conflict` when somebody else changed the page, `OtherState` for a page that `if_match` does not
    /// admit.
    pub(crate) async fn update(
        &self,
        scope: &Scope,
        id: &str,
        sent: &Sent<PageUpdate>,
        if_match: &IfMatch,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        // In a box: it is too large to be moved about on the stack.
        let work = Box::pin(async {
            let (this, id) = self.located(scope, id).await?;
            let mut update = sent.change.clone();
            if let PageUpdate::Short(change) = &mut update
                && let Some(body) = &mut change.body
            {
                *body = this.meant_on(scope, &id, body).await;
            }
            let is_by_tag = if_match.asks() && !names_version(&update);
            if if_match.asks() {
                let page = this.read(scope, &id).await?.value;
                expect_state(&page, if_match)?;
                // Whoever comes in between is found out by the number, as for a caller who named it.
                if let PageUpdate::Short(change) = &mut update {
                    change.version = change.version.or(page.summary.version);
                }
            }
            let written = match &update {
                PageUpdate::Own(body) => {
                    if !sent.repeats.is_empty() {
                        let raw = this.read(scope, &id).await?.raw;
                        sent.repeats.expect(&raw)?;
                    }
                    this.replace(scope, &id, body).await
                }
                PageUpdate::Short(change) => this.change(scope, &id, change, &sent.repeats).await,
            };
            match written {
                Ok(written) => Ok(this.with_names(scope, written).await),
                // Somebody came in between, after the state was looked at.
                Err(ServiceError::Conflict(_)) if is_by_tag => Err(other_state()),
                Err(error) => {
                    let is_missing = matches!(error, ServiceError::NotFound(_));
                    let parent = named_parent(&update).filter(|_| is_missing);
                    if let Some(missing) = this.missing_parent(scope, parent).await {
                        return Err(missing);
                    }
                    let named = ("id", id.as_str());
                    Err(this.why_missing(scope, named, error, true).await)
                }
            }
        });
        writing(work).await
    }

    /// Without a version from the caller, a change that somebody else made in between is read and taken into
    /// account by one more try.
    async fn change(
        &self,
        scope: &Scope,
        id: &ContentId,
        change: &PageChange,
        repeats: &Repeats,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        let current = self.read(scope, id).await?;
        if let Some(body) = &change.body {
            self.expect_known(scope, body, &current.raw).await?;
        }
        expect_version(&current.value, change.version)?;
        self.expect_repeated(scope, &current.value, repeats).await?;
        let refusal = match self.write(scope, id, &current, change).await {
            Err(ServiceError::Conflict(refusal)) => refusal,
            Err(error) if is_about_title(&error) => {
                let space = current.value.summary.space_id.as_deref();
                let title = change.title.as_deref().unwrap_or_default();
                return Err(self.taken(scope, space.unwrap_or_default(), title).await);
            }
            outcome => return outcome,
        };
        let newer = self.read(scope, id).await?;
        let has_moved = newer.value.summary.version != current.value.summary.version;
        if !has_moved && let Some(taken) = self.taken_from(scope, &newer.value, change).await {
            return Err(taken);
        }
        expect_version(&newer.value, change.version)?;
        // Where nobody came in between, Confluence refused for a moment: its readings lag behind what is written, and
        // what it refused it has not done.
        let change = if has_moved {
            let texts = [&current.raw, &newer.raw].map(storage);
            let keys = self.user_names(scope, texts.into_iter().flatten()).await;
            let [first, last] = [&current.raw, &newer.raw].map(|page| keys.shown_page(page));
            rebased(&first, &last, &named(change, &keys)).await?
        } else {
            change.clone()
        };
        let written = self.write(scope, id, &newer, &change).await;
        written.map_err(|error| match error {
            ServiceError::Conflict(_) if !has_moved => ServiceError::Conflict(refusal),
            // Confluence's own words name a version that the caller never sent.
            ServiceError::Conflict(_) if change.version.is_none() => {
                ServiceError::Conflict(String::from(
                    "others are changing this page at the same moment; read it and try again",
                ))
            }
            error => error,
        })
    }

    /// Refuses what is said of the page otherwise than it is. Most answers have the id of its space alone.
    async fn expect_repeated(
        &self,
        scope: &Scope,
        page: &WikiPage,
        repeats: &Repeats,
    ) -> Result<(), ServiceError> {
        if repeats.is_empty() {
            return Ok(());
        }
        let mut shown = json!(page);
        if let (Some(key), None) = (repeats.text("space_key"), &page.summary.space_key) {
            let named = SpaceName::Key(key.to_owned());
            let id = self.space_id(scope, &named, "space_key").await?;
            if page.summary.space_id.as_deref() == Some(id.as_str()) {
                shown["space_key"] = json!(key);
            }
        }
        Ok(repeats.expect(&shown)?)
    }

    /// A new title alone leaves the text untouched, unless the caller's version must hold: only
    /// the whole page can be written under a version.
    async fn write(
        &self,
        scope: &Scope,
        id: &ContentId,
        current: &Fetched<WikiPage>,
        change: &PageChange,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        let known = &current.raw;
        let kind = written_kind(&current.value)?;
        if kind == ContentKind::BlogPost && change.parent_id.is_some() {
            let why =
                "this is a blog post, which has no place in the tree of pages; leave parent_id out";
            return Err(ServiceError::invalid("parent_id", why));
        }
        if let PageChange {
            title: Some(title),
            body: None,
            version: None,
            parent_id: None,
            message: None,
            replace: _,
        } = change
        {
            return self
                .connections
                .confluence(scope, |confluence| {
                    confluence.retitle(kind, id, title, known)
                })
                .await;
        }
        let keys = self.user_names(scope, storage(known).into_iter()).await;
        let shown = keys.shown_page(known);
        let mut body = planned_page(&shown, &named(change, &keys)).await?;
        keys.stored(&mut body);
        self.put(scope, kind, id, &body, Some(known)).await
    }

    /// Writes Confluence's own form as it is; what can be wrong with it, Confluence says.
    async fn replace(
        &self,
        scope: &Scope,
        id: &ContentId,
        body: &Value,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        let mut body = body.clone();
        let named = match &body["id"] {
            Value::Null => None,
            Value::String(named) => Some(named.clone()),
            other => Some(other.to_string()),
        };
        match named {
            None => body["id"] = Value::from(id.as_str()),
            Some(named) if named == id.as_str() => {}
            Some(_) => {
                let why = "id is not the one in the address";
                return Err(ServiceError::invalid("id", why));
            }
        }
        match self.put(scope, ContentKind::Page, id, &body, None).await {
            Err(ServiceError::NotFound(_)) => {
                self.put(scope, ContentKind::BlogPost, id, &body, None)
                    .await
            }
            outcome => outcome,
        }
    }

    /// The answer to a write shows the text only in the format it was written in.
    async fn put(
        &self,
        scope: &Scope,
        kind: ContentKind,
        id: &ContentId,
        body: &Value,
        known: Option<&Value>,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        let written = self
            .connections
            .confluence(scope, |confluence| confluence.update(kind, id, body, known))
            .await?;
        if written.value.body.is_some() && written.raw.get("labels").is_some() {
            return Ok(written);
        }
        // The change is made: a failure to show all of it is none of the change's.
        Ok(self.read(scope, id).await.unwrap_or(written))
    }
}

/// The change with people by their user names.
fn named(change: &PageChange, keys: &UserKeys) -> PageChange {
    PageChange {
        body: change.body.as_ref().map(|body| keys.named(body)),
        ..change.clone()
    }
}

/// The kind of content, if it is one whose text can be changed.
fn written_kind(page: &WikiPage) -> Result<ContentKind, ServiceError> {
    let kind = ContentKind::parse(&page.summary.kind);
    kind.filter(|kind| kind.has_text()).ok_or_else(|| {
        let why = format!(
            "this is no page but {}, which cannot be changed here",
            with_article(&page.summary.kind)
        );
        ServiceError::invalid("id", why)
    })
}

/// The name of a kind with `a` or `an` before it.
pub(super) fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {kind}")
}

/// Whether the page is in the state that the caller names.
///
/// # Errors
/// `OtherState` where it is not.
pub(super) fn expect_state(page: &WikiPage, if_match: &IfMatch) -> Result<(), ServiceError> {
    if if_match.admits(page.tag().as_deref()) {
        return Ok(());
    }
    Err(other_state())
}

fn other_state() -> ServiceError {
    ServiceError::OtherState(String::from(
        "the page was changed after the state that If-Match names; nothing was written; read it again",
    ))
}

/// Whether the caller says which version they changed.
fn names_version(update: &PageUpdate) -> bool {
    match update {
        PageUpdate::Short(change) => change.version.is_some(),
        PageUpdate::Own(_) => true,
    }
}

fn expect_version(page: &WikiPage, seen: Option<i64>) -> Result<(), ServiceError> {
    match (page.summary.version, seen) {
        (Some(present), Some(seen)) if present != seen => Err(ServiceError::Conflict(format!(
            "the page is at version {present}, not {seen}; read it again"
        ))),
        _ => Ok(()),
    }
}

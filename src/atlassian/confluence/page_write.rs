//! Making and changing pages.

use std::cell::LazyCell;

use reqwest::Method;
use serde_json::{Value, json};

use super::Confluence;
use super::shape::summary;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::text;
use crate::atlassian::prose::{Edit, new_text};
use crate::atlassian::request::Call;
use crate::model::content::{ContentId, ContentKind, WikiPage};
use crate::model::hit::{Created, Fetched};
use crate::model::page_body::PageBody;
use crate::model::page_change::PageChange;
use crate::model::page_draft::NewPage;
use crate::model::visible::visible;
use crate::work::long_text::{on_text, planned};
use atlassian_document::{edit_storage, markdown_to_storage, merge_edits, storage_to_markdown};

impl Confluence<'_> {
    /// Makes a page from Confluence's own body; [`new_page`] builds one. Never sent twice.
    pub(crate) async fn create(self, body: &Value) -> Result<Created, AtlassianError> {
        let metadata = match self.data_center() {
            Some(data_center) => data_center.create(body).await?,
            None => self.create_on_cloud(body).await?,
        };
        let base = self.base();
        let page = summary(&metadata, &base, "page")
            .ok_or(AtlassianError::Nonsense("a new page without an id"))?;
        Ok(Created {
            id: page.id,
            url: page.url,
            title: Some(page.title).filter(|title| !title.is_empty()),
            metadata,
        })
    }

    async fn create_on_cloud(&self, body: &Value) -> Result<Value, AtlassianError> {
        let call = Call::write(
            "page create",
            Api::Confluence,
            Method::POST,
            &["pages"],
            Some(body.clone()),
        );
        self.site.fetch(call).await
    }

    /// Replaces a page or a blog post by Confluence's own body; [`changed_page`] builds one. What the answer
    /// leaves out is taken from `known`, the page as it was read before.
    pub(crate) async fn update(
        self,
        kind: ContentKind,
        id: &ContentId,
        body: &Value,
        known: Option<&Value>,
    ) -> Result<Fetched<WikiPage>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            let answer = data_center.update(kind, id, body, known).await?;
            return self.page_read(answer, kind);
        }
        let path = [kind.plural(), id.as_str()];
        let call = Call::write(
            "page update",
            Api::Confluence,
            Method::PUT,
            &path,
            Some(body.clone()),
        );
        let answer: Value = self.site.fetch(call).await?;
        let text = (body.pointer("/body/representation") == Some(&json!("storage")))
            .then(|| json!({ "storage": body["body"] }));
        let labels = known.and_then(|known| known.get("labels")).cloned();
        self.page_read(completed(answer, text, labels), kind)
    }

    /// Gives a page or a blog post another title and leaves its text alone. `known` is the page as it was
    /// read.
    pub(crate) async fn retitle(
        self,
        kind: ContentKind,
        id: &ContentId,
        title: &str,
        known: &Value,
    ) -> Result<Fetched<WikiPage>, AtlassianError> {
        if self.data_center().is_some() || kind != ContentKind::Page {
            // There a title changes with the whole page only.
            let change = PageChange {
                title: Some(title.to_owned()),
                ..PageChange::default()
            };
            let body = changed_page(known, &change)?;
            return self.update(kind, id, &body, Some(known)).await;
        }
        let path = ["pages", id.as_str(), "title"];
        let body = json!({ "status": status_of(known), "title": title });
        let call = Call::write(
            "page title",
            Api::Confluence,
            Method::PUT,
            &path,
            Some(body),
        );
        let answer: Value = self.site.fetch(call).await?;
        let kept = |name: &str| known.get(name).cloned();
        self.page_read(completed(answer, kept("body"), kept("labels")), kind)
    }
}

/// Confluence's own body for the short form.
///
/// # Errors
/// When its text holds a placeholder.
pub(crate) fn new_page(page: &NewPage, space: &ContentId) -> Result<Value, AtlassianError> {
    let mut body = json!({
        "spaceId": space.as_str(),
        "status": "current",
        "title": page.title,
        "body": written("body", &page.body)?,
    });
    if let Some(parent) = &page.parent_id {
        body["parentId"] = Value::from(parent.as_str());
    }
    Ok(body)
}

/// [`changed_page`], worked out beside everything else where a text is long.
///
/// # Errors
/// Those of [`changed_page`]; when it takes too long.
pub(crate) async fn planned_page(
    current: &Value,
    change: &PageChange,
) -> Result<Value, AtlassianError> {
    let size = size_of_edit(current, change);
    let (current, change) = (current.clone(), change.clone());
    planned(size, move || changed_page(&current, &change))
        .await
        .map_err(|why| AtlassianError::unplanned("body", why))?
}

/// How much text is looked at for a change of the text: both are compared, in whatever form they are written.
fn size_of_edit(current: &Value, change: &PageChange) -> usize {
    match &change.body {
        Some(body) => {
            let stored = current.pointer("/body/storage/value");
            body.text().len() + stored.and_then(Value::as_str).map_or(0, str::len)
        }
        None => 0,
    }
}

/// Confluence's own body for a change to the page that was read as `current`: what the change does
/// not name stays as it is, the text in the very form it was read in.
///
/// # Errors
/// When `current` is not a whole page.
fn changed_page(current: &Value, change: &PageChange) -> Result<Value, AtlassianError> {
    let partial = AtlassianError::Nonsense("a page without its number, title or text");
    let read = |pointer: &str| text(current, pointer);
    let (Some(id), Some(number)) = (
        read("/id"),
        current.pointer("/version/number").and_then(Value::as_i64),
    ) else {
        return Err(partial);
    };
    let stored = current
        .pointer("/body/storage/value")
        .and_then(Value::as_str);
    let text = match (&change.body, stored) {
        (Some(body), Some(stored)) => new_body(body, stored, change.replace)?,
        // A text that did not come is none that is empty: what it holds would go unseen.
        (Some(body), None) if change.replace => new_body(body, "", true)?,
        (None, Some(storage)) => json!({ "representation": "storage", "value": storage }),
        (_, None) => return Err(partial),
    };
    let title = change.title.clone().or_else(|| read("/title"));
    let mut body = json!({
        "id": id,
        "status": status_of(current),
        "title": title.ok_or(partial)?,
        "body": text,
        // Confluence's optimistic lock: any other number is a conflict. A draft has one version only
        // (https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-page/).
        "version": { "number": if status_of(current) == "draft" { 1 } else { number + 1 } },
    });
    if let Some(message) = &change.message {
        body["version"]["message"] = Value::from(message.as_str());
    }
    if let Some(parent) = &change.parent_id {
        body["parentId"] = Value::from(parent.as_str());
    }
    Ok(body)
}

/// The text of a page in Confluence's own form, where `stored` is there now. What Markdown cannot say stays as it is.
fn new_body(body: &PageBody, stored: &str, replace: bool) -> Result<Value, AtlassianError> {
    let edit = Edit {
        field: "body",
        markdown: body.text(),
        replace,
    };
    if !matches!(body, PageBody::Markdown(_)) {
        edit.goes_to_the_end(|| stored.to_owned())?;
        return written("body", body);
    }
    let markdown = edit.whole()?;
    let shown = LazyCell::new(|| on_text(stored.len(), || storage_to_markdown(stored)));
    edit.goes_to_the_end(|| visible(&shown).into_owned())?;
    let storage = on_text(stored.len().max(markdown.len()), || {
        let markdown = &edit.with_unseen(|| shown.clone(), markdown);
        edit_storage(stored, markdown, edit.losses())
    })
    .map_err(|lost| edit.refusal(&lost))?;
    Ok(json!({ "representation": "storage", "value": storage }))
}

/// The change as it is to be made to `newer`, where it was meant for the page as it was read first: what
/// somebody else wrote in between stays beside it.
///
/// # Errors
/// When that takes too long to be worked out.
pub(crate) async fn rebased(
    first: &Value,
    newer: &Value,
    change: &PageChange,
) -> Result<PageChange, AtlassianError> {
    let size = size_of_edit(newer, change);
    let (first, newer, change) = (first.clone(), newer.clone(), change.clone());
    planned(size, move || merged(&first, &newer, &change))
        .await
        .map_err(|why| AtlassianError::unplanned("body", why))
}

fn merged(first: &Value, newer: &Value, change: &PageChange) -> PageChange {
    let mut change = change.clone();
    // A title that is not new is no change of the title.
    if change.body.is_some() && change.title == text(first, "/title") {
        change.title = None;
    }
    let shown = |page: &Value| {
        let stored = page.pointer("/body/storage/value").and_then(Value::as_str);
        storage_to_markdown(stored.unwrap_or_default())
    };
    if let (Some(PageBody::Markdown(edited)), false) = (&change.body, change.replace) {
        let merged = on_text(edited.len(), || {
            merge_edits(&shown(first), &shown(newer), edited)
        });
        change.body = Some(PageBody::Markdown(merged));
    }
    change
}

/// A new text as Confluence takes it.
pub(super) fn written(field: &str, body: &PageBody) -> Result<Value, AtlassianError> {
    Ok(match body {
        PageBody::Markdown(markdown) => {
            let markdown = new_text(field, markdown)?;
            let storage = on_text(markdown.len(), || markdown_to_storage(markdown));
            json!({ "representation": "storage", "value": storage })
        }
        PageBody::Written {
            representation,
            value,
        } => json!({ "representation": representation.as_str(), "value": value }),
    })
}

/// The state that a page is in, and stays in: whoever sends another one publishes a draft, or takes a page out
/// of the archive.
fn status_of(page: &Value) -> &str {
    let status = page.get("status").and_then(Value::as_str);
    status.unwrap_or("current")
}

/// The answer to a write need not show the whole page: it has the text only in the form that was sent,
/// and no labels.
fn completed(mut answer: Value, text: Option<Value>, labels: Option<Value>) -> Value {
    if answer.pointer("/body/storage/value").is_none()
        && let (Some(text), Some(page)) = (text, answer.as_object_mut())
    {
        page.insert(String::from("body"), text);
    }
    if let (Some(labels), Some(page)) = (labels, answer.as_object_mut()) {
        page.entry("labels").or_insert(labels);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change() -> PageChange {
        PageChange {
            title: None,
            body: None,
            version: None,
            parent_id: None,
            message: None,
            replace: false,
        }
    }

    #[test]
    fn what_a_change_does_not_name_is_sent_back_as_it_was_read() {
        let storage = "<p>a<ac:structured-macro ac:name=\"toc\" />b</p>";
        let current = json!({"id": "7", "status": "current", "title": "Old", "version": {"number": 3},
            "body": {"storage": {"representation": "storage", "value": storage}}});
        let title = PageChange {
            title: Some(String::from("New")),
            message: Some(String::from("why")),
            ..change()
        };
        assert_eq!(
            changed_page(&current, &title).unwrap(),
            json!({"id": "7", "status": "current", "title": "New",
                "body": {"representation": "storage", "value": storage},
                "version": {"number": 4, "message": "why"}})
        );
        let mut text = PageChange {
            body: Some(PageBody::Markdown(String::from("**x**"))),
            ..change()
        };
        // The macro was shown, by its placeholder: who leaves it out deletes it.
        let sent = changed_page(&current, &text).unwrap();
        assert_eq!(sent["title"], "Old");
        assert_eq!(sent["body"]["value"], "<p><strong>x</strong></p>");
        // The anchor of a discussion would go unseen.
        let anchored =
            "<p>a <ac:inline-comment-marker ac:ref=\"r\">b</ac:inline-comment-marker></p>";
        let current = json!({"id": "7", "status": "current", "title": "Old", "version": {"number": 3},
            "body": {"storage": {"representation": "storage", "value": anchored}}});
        assert!(changed_page(&current, &text).is_err());
        text.replace = true;
        let sent = changed_page(&current, &text).unwrap();
        assert_eq!(sent["body"]["value"], "<p><strong>x</strong></p>");
    }

    #[test]
    fn a_page_stays_in_the_state_it_is_in() {
        let page = |status: &str| {
            json!({"id": "7", "status": status, "title": "Old", "version": {"number": 3},
                "body": {"storage": {"representation": "storage", "value": "<p>a</p>"}}})
        };
        for (status, number) in [("current", 4), ("archived", 4), ("draft", 1)] {
            let sent = changed_page(&page(status), &change()).unwrap();
            assert_eq!(sent["status"], status);
            assert_eq!(sent["version"]["number"], number, "{status}");
        }
    }

    #[test]
    fn a_page_that_was_not_read_whole_is_never_written_back() {
        let partial = json!({"id": "7", "title": "Old", "version": {"number": 3}, "body": {}});
        assert!(changed_page(&partial, &change()).is_err());
        let mut text = PageChange {
            body: Some(PageBody::Markdown(String::from("new"))),
            ..change()
        };
        for body in [
            json!({}),
            json!({"storage": null}),
            json!({"storage": {"representation": "storage"}}),
            json!({"storage": {"value": null}}),
        ] {
            let partial =
                json!({"id": "7", "title": "Old", "version": {"number": 3}, "body": body});
            text.replace = false;
            assert!(changed_page(&partial, &text).is_err(), "{partial}");
            text.replace = true;
            assert!(changed_page(&partial, &text).is_ok(), "{partial}");
        }
    }

    #[test]
    fn what_an_answer_leaves_out_is_what_was_known_and_no_more() {
        let known = json!({"storage": {"value": "<p>known</p>"}});
        let labels = json!({"results": []});
        let bare = completed(
            json!({"id": "7"}),
            Some(known.clone()),
            Some(labels.clone()),
        );
        assert_eq!(bare, json!({"id": "7", "body": known, "labels": labels}));
        let full = json!({"id": "7", "body": {"storage": {"value": "<p>new</p>"}}, "labels": {"results": [1]}});
        assert_eq!(completed(full.clone(), Some(known), Some(labels)), full);
    }
}

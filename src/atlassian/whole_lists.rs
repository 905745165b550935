//! The lists that are walked through from end to end: all projects, all pages.

use serde_json::Value;

use super::access::Api;
use super::confluence::Confluence;
use super::cursor::cursor_of;
use super::error::AtlassianError;
use super::jira::Jira;
use super::json::{space_key, take_entries, text};
use super::request::Call;
use crate::model::page::PageRequest;
use crate::model::stored::{PageEntry, ProjectEntry};
use crate::model::sync::{Entries, ListPage};

/// The most projects that Jira gives at once.
pub(crate) const PROJECTS_AT_ONCE: u32 = 100;
/// The most spaces, pages, children or comments that Confluence gives at once.
pub(crate) const CONFLUENCE_AT_ONCE: u32 = 250;

impl Jira<'_> {
    /// The projects from a place on, by key, with who leads them.
    pub(crate) async fn projects_from(
        self,
        cursor: Option<String>,
    ) -> Result<ListPage, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            return data_center.projects_from(cursor).await;
        }
        let page = PageRequest {
            limit: PROJECTS_AT_ONCE,
            cursor,
        };
        let lead = vec![("expand", String::from("lead"))];
        let (found, total) = self.project_search("all projects", &page, lead).await?;
        let base = self.base();
        let projects = found.items.iter().filter_map(|raw| project(raw, &base));
        Ok(ListPage {
            entries: Entries::Projects(projects.collect()),
            count: i64::try_from(found.items.len()).unwrap_or(i64::MAX),
            next: found.next,
            total,
        })
    }
}

impl Confluence<'_> {
    /// The pages of all spaces from a place on, by id, so many at once: an order that new titles do not
    /// disturb.
    pub(crate) async fn pages_from(
        self,
        cursor: Option<String>,
        at_once: u32,
    ) -> Result<ListPage, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            return data_center.pages_from(cursor).await;
        }
        let mut query = vec![("sort", String::from("id")), ("limit", at_once.to_string())];
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let path = ["pages"];
        let call = Call::get("all pages", Api::Confluence, &path, &query)
            .needing(&["read:page:confluence"]);
        let mut answer: Value = self.site.fetch(call).await?;
        let values = take_entries(&mut answer, "results")?;
        let next = text(&answer, "/_links/next").and_then(|link| cursor_of(&link));
        if next
            .as_deref()
            .is_some_and(|next| next.contains(char::is_control))
        {
            return Err(AtlassianError::Nonsense("a cursor with control characters"));
        }
        let base = self.base();
        let pages = values.iter().filter_map(|raw| page(raw, &base));
        Ok(ListPage {
            count: i64::try_from(values.len()).unwrap_or(i64::MAX),
            next,
            total: None,
            entries: Entries::Pages(pages.collect()),
        })
    }
}

/// A project as it is stored.
pub(super) fn project(raw: &Value, base: &str) -> Option<ProjectEntry> {
    let key = text(raw, "/key")?;
    ProjectEntry {
        name: text(raw, "/name").unwrap_or_else(|| key.clone()),
        lead: text(raw, "/lead/displayName"),
        url: Some(format!("{base}/browse/{key}")),
        key,
    }
    .fitting()
}

fn page(raw: &Value, base: &str) -> Option<PageEntry> {
    let page_id = text(raw, "/id")?;
    let address = text(raw, "/_links/webui").filter(|address| address.starts_with("/spaces/"));
    let space = address.as_deref().and_then(space_key);
    let segment = address.as_deref().and_then(|address| {
        let rest = address.strip_prefix("/spaces/")?;
        rest.split(['/', '?', '#']).next()
    });
    // The title at an address's end may make it longer than we keep; the page is found without it.
    let address = match segment {
        Some(segment) => format!("/spaces/{segment}/pages/{page_id}"),
        None => format!("/pages/viewpage.action?pageId={page_id}"),
    };
    PageEntry {
        space_key: space.or_else(|| text(raw, "/spaceId"))?,
        title: text(raw, "/title").unwrap_or_else(|| page_id.clone()),
        url: Some(format!("{base}{address}")),
        page_id,
    }
    .fitting()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BASE: &str = "https://acme.atlassian.net";
    const WIKI: &str = "https://acme.atlassian.net/wiki";

    #[test]
    fn a_project_is_known_by_its_key_and_its_lead_by_name() {
        let raw =
            json!({"id": "1", "key": "EX", "name": "Ex\u{0}ample", "lead": {"displayName": "Mia"}});
        let entry = project(&raw, BASE).unwrap();
        assert_eq!(
            (entry.name.as_str(), entry.lead.as_deref()),
            ("Example", Some("Mia"))
        );
        assert_eq!(
            entry.url.as_deref(),
            Some("https://acme.atlassian.net/browse/EX")
        );
        assert_eq!(project(&json!({"id": "1"}), BASE), None);
    }

    #[test]
    fn a_page_is_known_by_its_space_and_id() {
        let raw = json!({"id": "7", "title": "Home", "spaceId": "9", "_links": {"webui": "/spaces/%7Emia/pages/7/Home"}});
        let entry = page(&raw, WIKI).unwrap();
        assert_eq!(entry.space_key, "~mia");
        assert_eq!(
            entry.url.as_deref(),
            Some("https://acme.atlassian.net/wiki/spaces/%7Emia/pages/7")
        );
        let hostile = json!({"id": "7", "title": "Home", "spaceId": "9", "_links": {"webui": "https://evil.example/"}});
        let entry = page(&hostile, WIKI).unwrap();
        assert_eq!(entry.space_key, "9");
        assert_eq!(
            entry.url.as_deref(),
            Some("https://acme.atlassian.net/wiki/pages/viewpage.action?pageId=7")
        );
    }
}

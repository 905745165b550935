//! The lists that are walked through from end to end: all projects, all pages.

use serde::Deserialize;
use serde_json::Value;

use super::access::Api;
use super::confluence::Confluence;
use super::cursor::cursor_of;
use super::error::AtlassianError;
use super::jira::Jira;
use super::json::{space_key, text};
use super::lenient::{self, Json};
use super::request::Call;
use super::shaped_list::{ShapedList, Unread};
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
        let base = self.base();
        let shape = |raw: &Unread<'_>| project(raw, &base);
        let asked = self.project_search("all projects", &page, lead, shape);
        let (found, next) = asked.await?;
        Ok(ListPage {
            count: i64::try_from(found.came).unwrap_or(i64::MAX),
            next,
            total: found.rest.get("total").and_then(Value::as_i64),
            entries: Entries::Projects(values(found)),
        })
    }
}

impl Confluence<'_> {
    /// The pages of all spaces from a place on, by id: an order that new titles do not disturb.
    pub(crate) async fn pages_from(
        self,
        cursor: Option<String>,
    ) -> Result<ListPage, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            return data_center.pages_from(cursor).await;
        }
        let mut query = vec![
            ("sort", String::from("id")),
            ("limit", CONFLUENCE_AT_ONCE.to_string()),
        ];
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let path = ["pages"];
        let call = Call::get("all pages", Api::Confluence, &path, &query);
        let base = self.base();
        let shape = |raw: &Unread<'_>| page(raw, &base);
        let found = self.site.fetch_shaped(call, "results", shape).await?;
        let next = text(&found.rest, "/_links/next").and_then(|link| cursor_of(&link));
        if next
            .as_deref()
            .is_some_and(|next| next.contains(char::is_control))
        {
            return Err(AtlassianError::Nonsense("a cursor with control characters"));
        }
        Ok(ListPage {
            count: i64::try_from(found.came).unwrap_or(i64::MAX),
            next,
            total: None,
            entries: Entries::Pages(values(found)),
        })
    }
}

fn values<T>(found: ShapedList<T>) -> Vec<T> {
    found.entries.into_iter().map(|entry| entry.value).collect()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ProjectJson {
    #[serde(deserialize_with = "lenient::text")]
    key: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    lead: LeadJson,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct LeadJson {
    #[serde(deserialize_with = "lenient::text")]
    display_name: Option<String>,
}

/// A project as it is stored.
pub(super) fn project(raw: &impl Json, base: &str) -> Option<ProjectEntry> {
    let raw: ProjectJson = raw.read()?;
    let key = raw.key?;
    ProjectEntry {
        name: raw.name.unwrap_or_else(|| key.clone()),
        lead: raw.lead.display_name,
        url: Some(format!("{base}/browse/{key}")),
        key,
    }
    .fitting()
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PageJson {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    space_id: Option<String>,
    #[serde(rename = "_links", deserialize_with = "lenient::object")]
    links: LinksJson,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LinksJson {
    #[serde(deserialize_with = "lenient::text")]
    webui: Option<String>,
}

fn page(raw: &impl Json, base: &str) -> Option<PageEntry> {
    let raw: PageJson = raw.read()?;
    let page_id = raw.id?;
    let address = raw.links.webui;
    let address = address.filter(|address| address.starts_with("/spaces/"));
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
        space_key: space.or(raw.space_id)?,
        title: raw.title.unwrap_or_else(|| page_id.clone()),
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

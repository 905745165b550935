//! Calls to the Confluence Cloud REST API: v2, and v1 for the search that v2 does not have.

use reqwest::Method;
use serde_json::{Value, json};

use super::Atlassian;
use super::access::{Access, Api};
use super::confluence_shape::{hit, page as page_of, space, summary};
use super::cursor::{cursor_of, next_filled};
use super::document::markdown_to_storage;
use super::error::AtlassianError;
use super::json::{take_entries, text};
use super::request::Call;
use crate::model::content::{ContentId, ContentMetadata, Space, WikiPage};
use crate::model::hit::{Created, Fetched, SearchHit};
use crate::model::page::{Page, PageRequest};
use crate::model::page_draft::NewPage;

type Parameters<'a> = Vec<(&'a str, String)>;

impl Atlassian {
    /// The spaces this account may see, by key. At most 250 at once.
    pub async fn confluence_spaces(
        &self,
        access: &Access,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Space>>, AtlassianError> {
        let base = self.endpoints().browser_base(&access.site);
        let parameters = vec![("sort", String::from("key"))];
        self.confluence_list(access, Api::Confluence, "spaces", parameters, page, |raw| {
            space(raw, &base)
        })
        .await
    }

    /// The content that a CQL query finds, in its order.
    pub async fn confluence_search(
        &self,
        access: &Access,
        cql: &str,
        page: &PageRequest,
    ) -> Result<Page<Fetched<SearchHit<ContentMetadata>>>, AtlassianError> {
        let base = self.endpoints().browser_base(&access.site);
        let parameters = vec![
            ("cql", cql.to_owned()),
            ("excerpt", String::from("highlight_unescaped")),
        ];
        self.confluence_list(
            access,
            Api::ConfluenceV1,
            "search",
            parameters,
            page,
            |raw| hit(raw, &base),
        )
        .await
    }

    /// One list of either version: both page by the cursor in `_links.next`.
    async fn confluence_list<T>(
        &self,
        access: &Access,
        api: Api,
        list: &'static str,
        parameters: Parameters<'_>,
        page: &PageRequest,
        shape: impl Fn(&Value) -> Option<T>,
    ) -> Result<Page<Fetched<T>>, AtlassianError> {
        let found = next_filled(page.cursor.clone(), |cursor| {
            let mut parameters = parameters.clone();
            parameters.push(("limit", page.limit.to_string()));
            parameters.extend(cursor.map(|cursor| ("cursor", cursor)));
            self.confluence_list_once(access, api, list, parameters)
        })
        .await?;
        let items: Result<Vec<Fetched<T>>, AtlassianError> = found
            .items
            .into_iter()
            .map(|raw| {
                let value =
                    shape(&raw).ok_or(AtlassianError::Nonsense("an entry without an id"))?;
                Ok(Fetched { value, raw })
            })
            .collect();
        Ok(Page {
            items: items?,
            next: found.next,
        })
    }

    async fn confluence_list_once(
        &self,
        access: &Access,
        api: Api,
        list: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Page<Value>, AtlassianError> {
        let path = [list];
        let call = Call::get(list, api, &path, &parameters);
        let mut answer: Value = self.fetch(access, call).await?;
        Ok(Page {
            items: take_entries(&mut answer, "results")?,
            next: text(&answer, "/_links/next").and_then(|link| cursor_of(&link)),
        })
    }

    /// The id of the space with this key; none when there is none that this account may see.
    pub async fn confluence_space_id(
        &self,
        access: &Access,
        key: &str,
    ) -> Result<Option<ContentId>, AtlassianError> {
        let parameters = vec![("keys", key.to_owned()), ("limit", String::from("1"))];
        let found = self
            .confluence_list_once(access, Api::Confluence, "spaces", parameters)
            .await?;
        let id = found.items.first().and_then(|raw| text(raw, "/id"));
        Ok(id.and_then(|id| ContentId::parse(&id).ok()))
    }

    /// One page with its text and labels.
    pub async fn confluence_page(
        &self,
        access: &Access,
        id: &ContentId,
    ) -> Result<Fetched<WikiPage>, AtlassianError> {
        let parameters = [
            ("body-format", String::from("storage")),
            ("include-labels", String::from("true")),
        ];
        let path = ["pages", id.as_str()];
        let raw: Value = self
            .fetch(
                access,
                Call::get("page", Api::Confluence, &path, &parameters),
            )
            .await?;
        let base = self.endpoints().browser_base(&access.site);
        let value = page_of(&raw, &base).ok_or(AtlassianError::Nonsense("a page without an id"))?;
        Ok(Fetched { value, raw })
    }

    /// Makes a page from Confluence's own body; [`new_page`] builds one. Never sent twice.
    pub async fn confluence_create(
        &self,
        access: &Access,
        body: &Value,
    ) -> Result<Created, AtlassianError> {
        let call = Call::write(
            "page create",
            Api::Confluence,
            Method::POST,
            &["pages"],
            Some(body.clone()),
        );
        let metadata: Value = self.fetch(access, call).await?;
        let base = self.endpoints().browser_base(&access.site);
        let page = summary(&metadata, &base)
            .ok_or(AtlassianError::Nonsense("a new page without an id"))?;
        Ok(Created {
            id: page.id,
            url: page.url,
            title: Some(page.title).filter(|title| !title.is_empty()),
            metadata,
        })
    }
}

/// Confluence's own body for the friendly form.
pub fn new_page(page: &NewPage, space: &ContentId) -> Value {
    let mut body = json!({
        "spaceId": space.as_str(),
        "status": "current",
        "title": page.title,
        "body": { "representation": "storage", "value": markdown_to_storage(&page.body) },
    });
    if let Some(parent) = &page.parent_id {
        body["parentId"] = Value::from(parent.as_str());
    }
    body
}

//! Files attached to pages and blog posts.

use reqwest::Method;
use serde_json::Value;

use super::Confluence;
use super::list::CursorList;
use super::page_or_post::of_page_or_post;
use crate::atlassian::access::Api;
use crate::atlassian::download::Download;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{fetched, shaped_page};
use crate::atlassian::json::{entries, text, time};
use crate::atlassian::request::Call;
use crate::model::attachment::{Attachment, FileDraft, FileFilter};
use crate::model::content::{ContentId, ContentKind};
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::person::AtlassianUser;

impl Confluence<'_> {
    /// The files of a page or a blog post. At most 250 at once.
    pub(crate) async fn attachments(
        self,
        id: &ContentId,
        filter: &FileFilter,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Attachment>>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            let found = data_center.attachments(id, filter, page).await?;
            return Ok(shaped_page("attachments", found, attachment));
        }
        let this = &self;
        of_page_or_post(page, |kind, page| async move {
            this.attachments_of(kind, id, filter, &page).await
        })
        .await
    }

    async fn attachments_of(
        &self,
        kind: ContentKind,
        id: &ContentId,
        filter: &FileFilter,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Attachment>>, AtlassianError> {
        let path = [kind.plural(), id.as_str(), "attachments"];
        let listing = CursorList {
            name: "attachments",
            api: Api::Confluence,
            path: &path,
            query: query_of(filter),
        };
        self.list_of_values(&listing, page, attachment).await
    }

    /// A file and the id of what it is attached to.
    pub(crate) async fn attachment(
        self,
        id: &ContentId,
    ) -> Result<(Attachment, String), AtlassianError> {
        let raw: Value = if self.data_center().is_some() {
            let query = [("expand", String::from("container,version"))];
            let path = ["content", id.as_str()];
            let call = Call::get("attachment", Api::ConfluenceV1, &path, &query);
            self.site.fetch(call).await?
        } else {
            let path = ["attachments", id.as_str()];
            let call = Call::get("attachment", Api::Confluence, &path, &[]);
            self.site.fetch(call).await?
        };
        let above = [
            "/pageId",
            "/blogPostId",
            "/customContentId",
            "/container/id",
        ];
        let above = above.iter().find_map(|place| text(&raw, place));
        let of = fetched(raw, "an attachment without an id", attachment)?.value;
        let odd = AtlassianError::Nonsense("an attachment of nothing");
        Ok((of, above.ok_or(odd)?))
    }

    /// What is in a file that is attached to `above`.
    pub(crate) async fn attached(
        self,
        file: &Attachment,
        above: &str,
    ) -> Result<Download, AtlassianError> {
        let (id, name) = (file.id.as_str(), file.filename.as_str());
        let path = if self.data_center().is_some() {
            vec![above, name]
        } else {
            vec!["content", above, "child", "attachment", id, "download"]
        };
        let call = Call::get("attachment content", Api::ConfluenceFiles, &path, &[]);
        self.site.download(&call, file.media_type.as_deref()).await
    }

    /// Attaches a file to a page or a blog post; one of the same name gets a new version. Never sent twice.
    pub(crate) async fn attach(
        self,
        id: &ContentId,
        file: &FileDraft,
    ) -> Result<Fetched<Attachment>, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            let answer = data_center.attach(id, file).await?;
            return first_of(answer);
        }
        let path = ["content", id.as_str(), "child", "attachment"];
        let call = Call {
            file: Some(file),
            ..Call::write(
                "attachment add",
                Api::ConfluenceV1,
                Method::PUT,
                &path,
                None,
            )
        };
        first_of(self.site.fetch(call).await?)
    }
}

/// What narrows a list of files.
pub(in crate::atlassian) fn query_of(filter: &FileFilter) -> Vec<(&'static str, String)> {
    let name = filter.filename.clone().map(|name| ("filename", name));
    let kind = filter.media_type.clone().map(|kind| ("mediaType", kind));
    name.into_iter().chain(kind).collect()
}

/// The file that an upload made: alone, or the first of a list.
fn first_of(answer: Value) -> Result<Fetched<Attachment>, AtlassianError> {
    let listed = entries(&answer, "/results").next().cloned();
    let raw = listed.unwrap_or(answer);
    fetched(raw, "a new attachment without an id", attachment)
}

/// A file in the words of either version of the API.
fn attachment(raw: &Value) -> Option<Attachment> {
    let id = text(raw, "/id")?;
    let told = |places: &[&str]| places.iter().find_map(|place| text(raw, place));
    let author = told(&[
        "/version/authorId",
        "/version/by/accountId",
        "/version/by/username",
        "/version/by/userKey",
    ]);
    let sizes = ["/fileSize", "/extensions/fileSize"];
    Some(Attachment {
        filename: text(raw, "/title").unwrap_or_else(|| id.clone()),
        size: sizes.iter().find_map(|place| raw.pointer(place)?.as_u64()),
        media_type: told(&["/mediaType", "/metadata/mediaType", "/extensions/mediaType"]),
        author: author.map(|account_id| AtlassianUser {
            account_id,
            display_name: text(raw, "/version/by/displayName"),
        }),
        created: time(raw, "/version/createdAt").or_else(|| time(raw, "/version/when")),
        id,
    })
}

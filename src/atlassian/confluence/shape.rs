//! Confluence's JSON in our words.

use serde_json::Value;

use super::shape_json::{HitJson, SpaceJson, SummaryJson};
use crate::atlassian::json::{entries, space_key, text, time};
use crate::atlassian::lenient::Json;
use crate::model::comment::Comment;
use crate::model::content::{Child, ContentMetadata, PageSummary, Space, WikiPage};
use crate::model::hit::SearchHit;
use crate::model::person::AtlassianUser;
use crate::work::long_text::on_text;
use atlassian_document::storage_to_markdown;

/// A space; none when it has no id or key.
pub(super) fn space(raw: &impl Json, base: &str) -> Option<Space> {
    let raw: SpaceJson = raw.read()?;
    let key = raw.key?;
    let address = raw.links.webui;
    let address = address.unwrap_or_else(|| format!("/spaces/{key}"));
    Some(Space {
        id: raw.id?,
        name: raw.name.unwrap_or_else(|| key.clone()),
        kind: raw.kind,
        url: browse(base, &address),
        key,
    })
}

/// A hit of a CQL search; none when nothing here reads what it names. Hits need not be content: spaces are found
/// too, and people, who are nobody's page.
pub(super) fn hit(raw: &impl Json, base: &str) -> Option<SearchHit<ContentMetadata>> {
    let raw: HitJson = raw.read()?;
    let content = raw.content;
    let id = content.id.or(raw.space.key)?;
    let address = content.links.webui.or(raw.url);
    let address = address.unwrap_or_else(|| page_address(&id));
    let container = raw.result_global_container;
    Some(SearchHit {
        title: content
            .title
            .or(raw.title)
            .map_or_else(|| id.clone(), |title| unmarked(&title)),
        url: browse(base, &address),
        id,
        kind: content
            .kind
            .or(raw.entity_type)
            .unwrap_or_else(|| String::from("page")),
        icon: None,
        snippet: raw.excerpt.map(|excerpt| unmarked(&excerpt)),
        metadata: ContentMetadata {
            space: container
                .display_url
                .as_deref()
                .and_then(space_key)
                .or_else(|| space_key(&address))
                .or(container.title),
            last_modified: raw.last_modified,
        },
    })
}

/// What a search tells of content that cannot be read otherwise; none when it has no id.
pub(super) fn page_of_hit(raw: &Value, base: &str) -> Option<WikiPage> {
    let hit = hit(raw, base)?;
    let address = text(raw, "/content/_links/webui").unwrap_or_default();
    Some(WikiPage {
        summary: PageSummary {
            id: hit.id,
            kind: hit.kind,
            title: hit.title,
            url: hit.url,
            space_id: text(raw, "/content/space/id"),
            space_key: space_key(&address),
            parent_id: None,
            status: text(raw, "/content/status"),
            version: None,
            created: None,
        },
        body: None,
        labels: Vec::new(),
        updated: hit.metadata.last_modified,
    })
}

/// A page with its text, from its storage format; none when it has no id. `kind` is what it is unless it
/// tells so itself.
pub(super) fn page(raw: &Value, base: &str, kind: &str) -> Option<WikiPage> {
    Some(WikiPage {
        summary: summary(raw, base, kind)?,
        body: body(raw),
        labels: entries(raw, "/labels/results")
            .chain(entries(raw, "/metadata/labels/results"))
            .filter_map(|label| text(label, "/name"))
            .collect(),
        updated: time(raw, "/version/createdAt").or_else(|| time(raw, "/version/when")),
    })
}

/// A page without its text; none when it has no id. `kind` is as in [`page`].
pub(super) fn summary(raw: &impl Json, base: &str, kind: &str) -> Option<PageSummary> {
    let raw: SummaryJson = raw.read()?;
    let id = raw.id?;
    let address = raw.links.webui.unwrap_or_else(|| page_address(&id));
    let above = || text(raw.ancestors.last()?, "/id");
    let parent = raw.parent_id.or(raw.page_id).or(raw.blog_post_id);
    Some(PageSummary {
        kind: raw.kind.unwrap_or_else(|| kind.to_owned()),
        title: raw.title.unwrap_or_default(),
        url: browse(base, &address),
        space_id: raw.space_id.or(raw.space.id),
        space_key: raw.space.key.or_else(|| space_key(&address)),
        parent_id: parent.or_else(above),
        status: raw.status,
        version: raw.version.number,
        created: raw.created_at.or(raw.history.created_date),
        id,
    })
}

/// An entry of the page tree, of which no more is known than the tree tells; none when it has no id.
pub(super) fn child(raw: &Value, base: &str) -> Option<Child> {
    Some(Child {
        summary: summary(raw, base, "page")?,
        body: None,
    })
}

/// A comment; none when it has no id. Cloud tells the time of the present version only, and
/// nobody but its author can change a comment; Data Center tells who wrote it and when.
pub(super) fn comment(raw: &Value) -> Option<Comment> {
    let updated = time(raw, "/version/createdAt").or_else(|| time(raw, "/version/when"));
    let is_first = raw.pointer("/version/number").and_then(Value::as_i64) == Some(1);
    let author = [
        "/version/authorId",
        "/history/createdBy/username",
        "/history/createdBy/userKey",
    ];
    Some(Comment {
        id: text(raw, "/id")?,
        author: author
            .iter()
            .find_map(|pointer| text(raw, pointer))
            .map(|account_id| AtlassianUser {
                account_id,
                display_name: text(raw, "/history/createdBy/displayName"),
            }),
        body: body(raw).unwrap_or_default(),
        created: time(raw, "/history/createdDate").or_else(|| updated.filter(|_| is_first)),
        updated,
        visibility: None,
    })
}

fn body(raw: &Value) -> Option<String> {
    raw.pointer("/body/storage/value")
        .and_then(Value::as_str)
        .map(|storage| on_text(storage.len(), || storage_to_markdown(storage)))
}

/// Where a person sees what lies at an address relative to Confluence. An address that is not
/// relative leads to Confluence's front page: it could lead anywhere.
fn browse(base: &str, address: &str) -> String {
    let relative = address.starts_with('/') && !address.starts_with("//");
    format!("{base}{}", if relative { address } else { "" })
}

/// Where a person sees something in a tree that is no page.
pub(super) fn place_of(base: &str, space_key: &str, kind: &str, id: &str) -> String {
    let key = percent_encoding::utf8_percent_encode(space_key, percent_encoding::NON_ALPHANUMERIC);
    browse(base, &format!("/spaces/{key}/{kind}/{id}"))
}

fn page_address(id: &str) -> String {
    format!("/pages/viewpage.action?pageId={id}")
}

/// Without the marks that Confluence puts around what was searched for
/// (`excerpt=highlight_unescaped`).
fn unmarked(text: &str) -> String {
    text.replace("@@@hl@@@", "").replace("@@@endhl@@@", "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BASE: &str = "https://acme.atlassian.net/wiki";

    #[test]
    fn a_full_page_is_read() {
        let raw = json!({"id": "98400", "status": "current", "title": "Home", "spaceId": "98306",
            "parentId": null, "createdAt": "2024-01-02T03:04:05.678Z",
            "version": {"number": 3, "createdAt": "2024-02-02T03:04:05.678Z"},
            "body": {"storage": {"representation": "storage", "value": "<p>Hi &amp; bye</p>"}},
            "labels": {"results": [{"id": "1", "name": "release", "prefix": "global"}]},
            "_links": {"webui": "/spaces/ENG/overview", "base": "https://evil.example/wiki"}});
        let page = serde_json::to_value(page(&raw, BASE, "page")).unwrap();
        assert_eq!(
            page,
            json!({
                "id": "98400", "type": "page", "title": "Home",
                "url": "https://acme.atlassian.net/wiki/spaces/ENG/overview",
                "space_id": "98306", "space_key": "ENG", "parent_id": null, "status": "current",
                "version": 3, "created": "2024-01-02T03:04:05Z", "body": "Hi & bye",
                "labels": ["release"], "updated": "2024-02-02T03:04:05Z",
            })
        );
    }

    #[test]
    fn a_hit_loses_its_marks_and_keeps_its_space() {
        let raw = json!({"content": {"id": "98400", "type": "page", "title": "Home",
                "_links": {"webui": "/spaces/ENG/overview"}},
            "title": "@@@hl@@@Home@@@endhl@@@", "excerpt": "the @@@hl@@@release@@@endhl@@@ notes",
            "url": "/spaces/ENG/overview", "resultGlobalContainer": {"title": "Engineering", "displayUrl": "/spaces/ENG"},
            "lastModified": "2024-01-02T03:04:05.000Z"});
        assert_eq!(
            serde_json::to_value(hit(&raw, BASE)).unwrap(),
            json!({
                "id": "98400", "title": "Home",
                "url": "https://acme.atlassian.net/wiki/spaces/ENG/overview", "type": "page",
                "icon": null, "snippet": "the release notes",
                "metadata": {"space": "ENG", "last_modified": "2024-01-02T03:04:05Z"},
            })
        );
    }

    #[test]
    fn a_page_of_data_center_is_read_alike() {
        let raw = json!({"id": "7", "type": "page", "status": "current", "title": "Home",
            "space": {"id": 3, "key": "ENG"}, "ancestors": [{"id": "1"}, {"id": "5"}],
            "history": {"createdDate": "2024-01-02T03:04:05.678Z"},
            "version": {"number": 3, "when": "2024-02-02T03:04:05.678Z"},
            "body": {"storage": {"value": "<p>Hi</p>"}},
            "metadata": {"labels": {"results": [{"name": "release"}]}}, "_links": {"webui": "/display/ENG/Home"}});
        let base = "https://wiki.example.com/confluence";
        assert_eq!(
            serde_json::to_value(page(&raw, base, "page")).unwrap(),
            json!({
                "id": "7", "type": "page", "title": "Home", "url": "https://wiki.example.com/confluence/display/ENG/Home",
                "space_id": "3", "space_key": "ENG", "parent_id": "5", "status": "current", "version": 3,
                "created": "2024-01-02T03:04:05Z", "body": "Hi", "labels": ["release"],
                "updated": "2024-02-02T03:04:05Z",
            })
        );
    }

    #[test]
    fn hits_without_content_are_read_too() {
        let raw = json!({"space": {"key": "ENG"}, "title": "Engineering", "entityType": "space",
            "url": "https://evil.example/"});
        let hit = hit(&raw, BASE).unwrap();
        assert_eq!((hit.id.as_str(), hit.kind.as_str()), ("ENG", "space"));
        assert_eq!(hit.url, "https://acme.atlassian.net/wiki");
        let person = json!({"user": {"accountId": "5b10"}, "title": "Mia", "entityType": "user"});
        assert_eq!(super::hit(&person, BASE), None);
    }
}

//! Confluence Data Center's JSON: storage bodies, `/display/` addresses, what `expand` asks for.

use serde_json::{Value, json};

use super::{base, people};
use crate::clock::{confluence_time, day_text};
use crate::confluence::cql::{self, Hit};
use crate::confluence::{bodies, comments};
use crate::state::SiteRequest;
use crate::world::{Page, PageComment, Space, Version};

fn expands(request: &SiteRequest<'_>, name: &str) -> bool {
    request.call.method != "GET"
        || request
            .call
            .list("expand")
            .iter()
            .any(|asked| asked == name || asked.starts_with(&format!("{name}.")))
}

pub(crate) fn space(request: &SiteRequest<'_>, space: &Space) -> Value {
    json!({
        "id": space.id, "key": space.key, "name": space.name, "type": space.kind, "status": "CURRENT",
        "_links": {"webui": format!("/display/{}", space.key), "self": format!("{}/rest/api/space/{}", base(request), space.key)},
        "_expandable": {"metadata": "", "icon": "", "description": "", "homepage": format!("/rest/api/content/{}", space.home)},
    })
}

fn webui(request: &SiteRequest<'_>, page: &Page) -> String {
    let key = request
        .site
        .space(page.space)
        .map_or("", |space| space.key.as_str());
    let title: String = url::form_urlencoded::byte_serialize(page.title.as_bytes()).collect();
    if page.is_post() {
        let day = day_text(page.created).replace('-', "/");
        return format!("/display/{key}/{day}/{title}");
    }
    format!("/display/{key}/{title}")
}

pub(super) fn version(request: &SiteRequest<'_>, version: &Version) -> Value {
    json!({
        "by": people::in_confluence(request, &version.author), "when": confluence_time(version.created),
        "message": version.message, "number": version.number, "minorEdit": version.minor, "hidden": false,
    })
}

/// Adds what was asked for besides id, type and title.
fn expanded(request: &SiteRequest<'_>, value: &mut Value, latest: &Version, first: (&str, i64)) {
    let forms = [
        ("storage", latest.storage.clone()),
        ("view", bodies::view(&latest.storage)),
        ("export_view", bodies::view(&latest.storage)),
    ];
    for (form, text) in forms {
        if expands(request, &format!("body.{form}")) {
            value["body"][form] = json!({"value": text, "representation": form});
        }
    }
    if expands(request, "version") {
        value["version"] = version(request, latest);
    }
    if expands(request, "history") {
        value["history"] = json!({
            "latest": true, "createdBy": people::in_confluence(request, first.0), "createdDate": confluence_time(first.1),
        });
    }
}

pub(crate) fn page(request: &SiteRequest<'_>, page: &Page) -> Value {
    let mut value = json!({
        "id": page.id.to_string(), "type": page.kind, "status": page.status, "title": page.title, "position": -1,
        "extensions": {"position": page.position}, "_links": {
            "webui": webui(request, page), "edit": format!("/pages/resumedraft.action?draftId={}", page.id),
            "tinyui": "/x/AQAB", "self": format!("{}/rest/api/content/{}", base(request), page.id),
            "base": base(request), "context": "", "collection": "/rest/api/content",
        },
    });
    expanded(
        request,
        &mut value,
        page.latest(),
        (&page.author, page.created),
    );
    if expands(request, "space") {
        value["space"] = request
            .site
            .space(page.space)
            .map_or(Value::Null, |found| space(request, found));
    }
    if expands(request, "ancestors") {
        let mut above = Vec::new();
        let mut next = page.parent;
        while let Some(parent) = next.and_then(|id| request.site.page(id)) {
            above.push(json!({"id": parent.id.to_string(), "type": "page", "status": parent.status, "title": parent.title}));
            next = parent.parent;
        }
        above.reverse();
        value["ancestors"] = Value::Array(above);
    }
    if expands(request, "metadata") {
        let labels: Vec<Value> = page
            .labels
            .iter()
            .map(|label| json!({"prefix": label.prefix, "name": label.name, "id": label.id.to_string()}))
            .collect();
        value["metadata"] =
            json!({"labels": {"results": labels, "start": 0, "limit": 200, "size": labels.len()}});
    }
    value
}

/// The address of a comment is its page's, with the comment in it.
fn comment_address(request: &SiteRequest<'_>, comment: &PageComment) -> String {
    let page = request.site.page(comment.page);
    let page = page.map_or_else(String::new, |page| webui(request, page));
    format!("{page}?focusedCommentId={0}#comment-{0}", comment.id)
}

pub(crate) fn comment(request: &SiteRequest<'_>, comment: &PageComment) -> Value {
    let title = request
        .site
        .page(comment.page)
        .map_or("", |page| page.title.as_str());
    let mut value = json!({
        "id": comment.id.to_string(), "type": "comment", "status": "current", "title": format!("Re: {title}"),
        "extensions": {"location": if comment.selection.is_some() { "inline" } else { "footer" }},
        "_links": {"webui": comment_address(request, comment), "self": format!("{}/rest/api/content/{}", base(request), comment.id)},
    });
    if expands(request, "ancestors") {
        let above = comment
            .parent
            .map(|id| json!([{"id": id.to_string(), "type": "comment"}]));
        value["ancestors"] = above.unwrap_or_else(|| json!([]));
    }
    if let (Some(selection), true) = (&comment.selection, expands(request, "extensions")) {
        value["extensions"]["inlineProperties"] =
            json!({"originalSelection": selection, "markerRef": comments::reference(comment)});
        value["extensions"]["resolution"] = json!({"status": "open"});
    }
    expanded(
        request,
        &mut value,
        comment.latest(),
        (&comment.author, comment.created),
    );
    if expands(request, "container")
        && let Some(on) = request.site.page(comment.page)
    {
        value["container"] = page(request, on);
    }
    value
}

pub(crate) fn hit(request: &SiteRequest<'_>, hit: Hit<'_>) -> Value {
    let found_in = cql::space_of(request, hit);
    let id = cql::id_text(hit);
    let address = match hit {
        Hit::Page(page) => webui(request, page),
        Hit::Comment(comment) => comment_address(request, comment),
        Hit::Space(space) => format!("/display/{}", space.key),
        Hit::File(page, file) => format!(
            "/pages/viewpageattachments.action?pageId={}&metadataLink=true#att{}",
            page.id, file.id
        ),
        Hit::Other(_) => String::new(),
    };
    let mut value = json!({
        "title": cql::title(request, hit), "excerpt": cql::text(hit).chars().take(200).collect::<String>(), "url": address,
        "entityType": if matches!(hit, Hit::Space(_)) { "space" } else { "content" },
        "iconCssClass": "icon-file-text", "lastModified": confluence_time(cql::modified(hit)), "score": 0.0,
    });
    if let Hit::Space(found) = hit {
        value["space"] = space(request, found);
    } else {
        value["content"] = json!({
            "id": id, "type": cql::kind(hit), "status": "current", "title": cql::title(request, hit),
            "_links": {"webui": address, "self": format!("{}/rest/api/content/{id}", base(request))},
        });
        value["resultGlobalContainer"] = json!({
            "title": found_in.map(|space| &space.name), "displayUrl": found_in.map(|space| format!("/display/{}", space.key)),
        });
    }
    value
}

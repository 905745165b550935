//! v1 search by CQL: paged by cursor, `start` has no effect, excerpts with highlight marks.
//!
//! That `start` is echoed and ignored was measured by others (`brekkylab/backlot#323`): a client that
//! counts with it reads the first page for ever.

use serde_json::{Value, json};

use super::cql::{self, Hit};
use super::{attachments, bodies, error, pages, paging, tree};
use crate::clock::{confluence_time, friendly_day};
use crate::query::{Node, Query, Term, words_of};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply, escape};

/// Limit, start and hits of the call.
fn hits<'a>(request: &'a SiteRequest<'_>) -> Result<(usize, usize, Query, Vec<Hit<'a>>), Reply> {
    let Some(text) = request
        .call
        .param("cql")
        .filter(|text| !text.trim().is_empty())
    else {
        return Err(error::v1(400, "The CQL query parameter is required."));
    };
    let (query, hits) = cql::find(request, text).map_err(|problem| error::v1(400, &problem))?;
    let limit = match request.call.param("limit").map(str::parse::<i64>) {
        None => 25,
        Some(Ok(limit)) if limit >= 0 => usize::try_from(limit).unwrap_or(25).min(250),
        Some(_) => {
            return Err(error::v1(
                400,
                "limit must be a number that is not negative",
            ));
        }
    };
    let start = paging::start(request).map_err(|_| error::v1(400, "Invalid cursor"))?;
    Ok((limit, start, query, hits))
}

/// `_links` of v1: `next` has no `/wiki`, it is relative to `base`; that of v2 has it and is relative to the
/// site.
fn links(request: &SiteRequest<'_>, end: usize, total: usize, path: &str) -> Value {
    let mut links =
        json!({"base": format!("https://{}/wiki", request.site.host), "context": "/wiki"});
    if end < total {
        links["next"] = json!(format!(
            "/rest/api/{path}?{}",
            paging::next_query(request, end)
        ));
    }
    links
}

pub(crate) fn search(request: &SiteRequest<'_>) -> Answer {
    let (limit, start, query, hits) = hits(request)?;
    let words = query
        .filter
        .as_ref()
        .map(searched_words)
        .unwrap_or_default();
    let mode = request.call.param("excerpt").unwrap_or("highlight");
    let results: Vec<Value> = hits
        .iter()
        .skip(start)
        .take(limit)
        .map(|hit| result(request, *hit, &words, mode))
        .collect();
    let links = links(request, start + results.len(), hits.len(), "search");
    let echoed = request
        .call
        .param("start")
        .and_then(|start| start.parse::<u64>().ok())
        .unwrap_or(0);
    Ok(Reply::ok(&json!({
        "results": results, "start": echoed, "limit": limit, "size": results.len(), "totalSize": hits.len(),
        "cqlQuery": request.call.param("cql"), "searchDuration": 12, "_links": links,
    })))
}

pub(crate) fn content(request: &SiteRequest<'_>) -> Answer {
    let (limit, start, _, hits) = hits(request)?;
    let hits: Vec<Hit<'_>> = hits
        .into_iter()
        .filter(|hit| !matches!(hit, Hit::Space(_)))
        .collect();
    let results: Vec<Value> = hits
        .iter()
        .skip(start)
        .take(limit)
        .map(|hit| expanded_json(request, *hit))
        .collect();
    let links = links(request, start + results.len(), hits.len(), "content/search");
    Ok(Reply::ok(
        &json!({"results": results, "start": 0, "limit": limit, "size": results.len(), "_links": links}),
    ))
}

fn address(request: &SiteRequest<'_>, hit: Hit<'_>) -> String {
    let of_page = |id: u64| {
        request
            .site
            .page(id)
            .and_then(|page| {
                request
                    .site
                    .space(page.space)
                    .map(|space| pages::webui(space, page))
            })
            .unwrap_or_default()
    };
    match hit {
        Hit::Page(page) => of_page(page.id),
        Hit::Comment(comment) => {
            format!("{}?focusedCommentId={}", of_page(comment.page), comment.id)
        }
        Hit::File(page, file) => attachments::webui(page, file),
        Hit::Space(space) => format!("/spaces/{}", space.key),
        Hit::Other(folder) => request
            .site
            .space(folder.space)
            .map(|space| tree::webui(space, folder))
            .unwrap_or_default(),
    }
}

/// A hit of `content/search` with what `expand` asks for.
fn expanded_json(request: &SiteRequest<'_>, hit: Hit<'_>) -> Value {
    let mut value = content_json(request, hit);
    let asked = request.call.list("expand");
    let latest = match hit {
        Hit::Page(page) => page.latest(),
        Hit::Comment(comment) => comment.latest(),
        Hit::File(..) | Hit::Space(_) | Hit::Other(_) => return value,
    };
    let mut left: Vec<&str> = vec!["container", "body", "version", "space"];
    for (form, text) in [
        ("storage", latest.storage.clone()),
        ("view", bodies::view(&latest.storage)),
        ("export_view", bodies::view(&latest.storage)),
    ] {
        if asked.contains(&format!("body.{form}")) {
            value["body"][form] = json!({"value": text, "representation": form});
            left.retain(|name| *name != "body");
        }
    }
    if asked.iter().any(|name| name == "version") {
        value["version"] =
            json!({"number": latest.number, "when": confluence_time(latest.created)});
        left.retain(|name| *name != "version");
    }
    if let (true, Some(space)) = (
        asked.iter().any(|name| name == "space"),
        cql::space_of(request, hit),
    ) {
        value["space"] =
            json!({"id": space.id, "key": space.key, "name": space.name, "type": space.kind});
        left.retain(|name| *name != "space");
    }
    value["_expandable"] = left
        .into_iter()
        .map(|name| (name.to_owned(), json!("")))
        .collect();
    value
}

fn content_json(request: &SiteRequest<'_>, hit: Hit<'_>) -> Value {
    let id = cql::id_text(hit);
    json!({
        "id": id, "type": cql::kind(hit), "status": "current", "title": cql::title(request, hit), "childTypes": {},
        "macroRenderedOutput": {}, "restrictions": {}, "_expandable": {"container": "", "body": "", "version": "", "space": ""},
        "_links": {"webui": address(request, hit), "self": format!("https://{}/wiki/rest/api/content/{id}", request.site.host), "tinyui": format!("/x/{:X}", cql::id(hit))},
    })
}

fn result(request: &SiteRequest<'_>, hit: Hit<'_>, words: &[String], mode: &str) -> Value {
    let space = cql::space_of(request, hit);
    let body = cql::text(hit);
    let excerpt = match mode {
        "none" => String::new(),
        "indexed" => escape(&shorten(&body, &[])),
        "indexed_unescaped" => shorten(&body, &[]),
        "highlight_unescaped" => mark(&shorten(&body, words), words),
        _ => mark(&escape(&shorten(&body, words)), words),
    };
    let mut value = json!({
        "title": mark(&escape(&cql::title(request, hit)), words),
        "excerpt": excerpt,
        "url": address(request, hit),
        "breadcrumbs": [],
        "entityType": if matches!(hit, Hit::Space(_)) { "space" } else { "content" },
        "iconCssClass": format!("aui-icon content-type-{}", cql::kind(hit)),
        "lastModified": confluence_time(cql::modified(hit)),
        "friendlyLastModified": friendly_day(cql::modified(hit)),
        "score": 0.0,
    });
    if let Hit::Space(space) = hit {
        let links = json!({"webui": format!("/spaces/{}", space.key), "self": format!("https://{}/wiki/rest/api/space/{}", request.site.host, space.key)});
        value["space"] = json!({"id": space.id, "key": space.key, "name": space.name, "type": space.kind, "status": space.status, "_links": links});
    } else {
        value["content"] = content_json(request, hit);
        value["resultGlobalContainer"] = json!({"title": space.map(|space| &space.name), "displayUrl": space.map(|space| format!("/spaces/{}", space.key))});
    }
    value
}

/// Words of all `~` searches that are not denied.
fn searched_words(node: &Node) -> Vec<String> {
    match node {
        Node::And(parts) | Node::Or(parts) => parts.iter().flat_map(searched_words).collect(),
        Node::Clause(clause) if clause.operator == crate::query::Operator::Contains => {
            let texts = clause.operand.terms().iter().filter_map(|term| {
                if let Term::Text(text) = term {
                    Some(text)
                } else {
                    None
                }
            });
            texts.flat_map(|text| words_of(text)).collect()
        }
        Node::Not(_) | Node::Clause(_) => Vec::new(),
    }
}

/// About 300 characters, beginning a little before the first found word.
fn shorten(text: &str, words: &[String]) -> String {
    let parts: Vec<&str> = text.split(' ').collect();
    let hit = parts
        .iter()
        .position(|part| words_of(part).iter().any(|word| words.contains(word)))
        .unwrap_or(0);
    let mut short = String::new();
    for part in &parts[hit.saturating_sub(6)..] {
        if short.len() + part.len() > 300 {
            break;
        }
        short.push_str(part);
        short.push(' ');
    }
    short.trim_end().to_owned()
}

/// Puts the marks of the vendor around found words.
fn mark(text: &str, words: &[String]) -> String {
    let parts: Vec<String> = text
        .split(' ')
        .map(|part| {
            let found = words_of(part).iter().any(|word| words.contains(word));
            if found {
                format!("@@@hl@@@{part}@@@endhl@@@")
            } else {
                part.to_owned()
            }
        })
        .collect();
    parts.join(" ")
}

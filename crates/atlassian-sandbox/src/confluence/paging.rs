//! Cursor paging of v2: opaque, bound to path and filters, `next` relative to the site.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::error;
use crate::random::sha256_text;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};

/// `limit` from 1 to 250, 25 if absent.
pub(crate) fn limit(request: &SiteRequest<'_>) -> Result<usize, Reply> {
    match request.call.param("limit") {
        None => Ok(25),
        Some(text) => match text.parse::<usize>() {
            Ok(limit @ 1..=250) => Ok(limit),
            _ => Err(error::invalid(
                "Provided value for 'limit' must be between 1 and 250",
            )),
        },
    }
}

/// What binds a cursor: site, reader, path, and all of the query but the cursor, in a fixed order. A
/// client must send the same filters and the same limit with it.
fn filters(request: &SiteRequest<'_>) -> String {
    let mut pairs: Vec<_> = request
        .call
        .query
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "cursor" | "start" | "next" | "prev"))
        .collect();
    pairs.sort();
    let path = request
        .call
        .path
        .split_once("/wiki/")
        .map_or("", |(_, path)| path);
    sha256_text(&format!(
        "{} {} {path} {pairs:?}",
        request.site.cloud_id,
        request.me()
    ))
    .chars()
    .take(20)
    .collect()
}

/// Where the page begins, from the cursor of the call.
pub(crate) fn start(request: &SiteRequest<'_>) -> Result<usize, Reply> {
    let Some(cursor) = request
        .call
        .param("cursor")
        .filter(|cursor| !cursor.is_empty())
    else {
        return Ok(0);
    };
    let read = || -> Option<usize> {
        let text =
            String::from_utf8(URL_SAFE_NO_PAD.decode(cursor.trim_end_matches('=')).ok()?).ok()?;
        let value: Value = serde_json::from_str(&text).ok()?;
        let bound = value["f"] == filters(request);
        bound.then(|| {
            value["o"]
                .as_u64()
                .and_then(|offset| usize::try_from(offset).ok())
        })?
    };
    read().ok_or_else(|| error::invalid("Invalid cursor"))
}

/// The cursor for a page that begins there. It ends in `==`, so that a client has to decode what it reads
/// in a URL: one that passes the encoded text on would encode it twice.
pub(crate) fn cursor(request: &SiteRequest<'_>, offset: usize) -> String {
    format!(
        "{}==",
        URL_SAFE_NO_PAD.encode(json!({"o": offset, "f": filters(request)}).to_string())
    )
}

/// The query of the next page.
pub(crate) fn next_query(request: &SiteRequest<'_>, offset: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in request
        .call
        .query
        .iter()
        .filter(|(name, _)| name != "cursor")
    {
        query.append_pair(name, value);
    }
    query
        .append_pair("cursor", &cursor(request, offset))
        .finish()
}

/// A v2 answer with one page of the items.
pub(crate) fn page<T: Copy>(
    request: &SiteRequest<'_>,
    items: &[T],
    shown: &dyn Fn(&SiteRequest<'_>, T) -> Value,
) -> Answer {
    let (limit, start) = (limit(request)?, start(request)?);
    let results: Vec<Value> = items
        .iter()
        .skip(start)
        .take(limit)
        .map(|item| shown(request, *item))
        .collect();
    // `next` is relative to the site, and the gateway's prefix is not in it: a client of the gateway that
    // follows it as it stands leaves the gateway.
    let base = format!("https://{}/wiki", request.site.host);
    let end = start + results.len();
    let mut links = json!({"base": base});
    let mut link_header = format!("<{base}>; rel=\"base\"");
    if end < items.len() {
        let path = request
            .call
            .path
            .split_once("/wiki/")
            .map_or("", |(_, path)| path);
        let next = format!("/wiki/{path}?{}", next_query(request, end));
        link_header = format!("<{next}>; rel=\"next\", {link_header}");
        links["next"] = json!(next);
    }
    Ok(Reply::ok(&json!({"results": results, "_links": links})).with("link", &link_header))
}

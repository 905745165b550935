//! Where a page of Atlassian's lists ends, and how to ask for the page behind it.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::error::{AtlassianError, Explanation};
use crate::model::page::{Page, PageRequest};

/// How many empty pages in a row are passed over before the caller is given one. An empty page is not
/// the end of a list: what the account may not see can be left out after the page was cut.
const MOST_EMPTY_PAGES: u32 = 4;

/// The offset a page starts at.
pub(super) fn offset(page: &PageRequest) -> Result<u64, AtlassianError> {
    page.cursor
        .as_deref()
        .map_or(Ok(0), |text| text.parse().map_err(|_| unknown_cursor()))
}

/// Refuses a page that begins elsewhere than at `start`, as its answer says: a server that gives the same page whatever it is
/// asked for would be asked for ever.
pub(super) fn expect_start(answer: &Value, start: u64) -> Result<(), AtlassianError> {
    let begins = answer.get("startAt").and_then(Value::as_u64);
    if begins.is_none_or(|begins| begins == start) {
        return Ok(());
    }
    Err(AtlassianError::Nonsense(
        "Jira gives another page of the list than the one that was asked for",
    ))
}

/// Stands between the kind of content and Confluence's cursor in ours.
const KIND_MARK: char = '!';

/// The cursor of a list below content of this kind, which Confluence keeps at an address of its own.
pub(super) fn with_kind(plural: &str, cursor: String) -> String {
    match plural {
        "pages" => cursor,
        _ => format!("{plural}{KIND_MARK}{cursor}"),
    }
}

/// The kind that a cursor tells, and Confluence's own cursor.
pub(super) fn of_kind(cursor: Option<&str>) -> (Option<&str>, Option<String>) {
    match cursor.map(|cursor| (cursor, cursor.split_once(KIND_MARK))) {
        None => (None, None),
        Some((_, Some((plural, own)))) => (Some(plural), Some(own.to_owned())),
        Some((own, None)) => (Some("pages"), Some(own.to_owned())),
    }
}

fn unknown_cursor() -> AtlassianError {
    AtlassianError::BadRequest(Explanation {
        messages: vec![String::from("the cursor does not belong to this list")],
        fields: vec![],
    })
}

/// The cursor of a `next` link. The rest of the link is never used: it points at the site, not at
/// the address our token is for.
pub(super) fn cursor_of(link: &str) -> Option<String> {
    let (_, query) = link.split_once('?')?;
    let query = query.split('#').next().unwrap_or(query);
    let value = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("cursor="))?;
    let cursor = percent_decode_str(value).decode_utf8().ok()?;
    (!cursor.is_empty()).then(|| cursor.into_owned())
}

/// The cursors of one list that were followed so far. One that comes again leads in a circle: whoever
/// followed it would ask for ever.
#[derive(Debug)]
pub(crate) struct CursorTrail(HashSet<String>);

impl CursorTrail {
    /// A trail that begins at `cursor`.
    pub(crate) fn from(cursor: Option<&str>) -> Self {
        Self(cursor.map(str::to_owned).into_iter().collect())
    }

    /// Whether `next` is a new place; from now on it is an old one.
    pub(crate) fn leads_on(&mut self, next: &str) -> bool {
        self.0.insert(next.to_owned())
    }
}

/// Asks for the page at `cursor`, and for those behind it while they are empty: an empty page is
/// not the end. A cursor that came before is.
pub(super) async fn next_filled<T, F, Answer>(
    mut cursor: Option<String>,
    fetch: F,
) -> Result<Page<T>, AtlassianError>
where
    F: Fn(Option<String>) -> Answer,
    Answer: Future<Output = Result<Page<T>, AtlassianError>>,
{
    let mut trail = CursorTrail::from(cursor.as_deref());
    let mut empty = 0;
    loop {
        let mut page = fetch(cursor).await?;
        page.next = page.next.filter(|next| trail.leads_on(next));
        if page.next.is_none() || !page.items.is_empty() || empty == MOST_EMPTY_PAGES {
            return Ok(page);
        }
        empty += 1;
        cursor = page.next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn only_the_cursor_of_a_link_is_taken() {
        for (link, cursor) in [
            (
                "/wiki/api/v2/spaces?limit=5&cursor=abc%3D%3D",
                Some("abc=="),
            ),
            (
                "/rest/api/search?cql=a%26cursor%3Db&cursor=_f_x%2B&limit=25",
                Some("_f_x+"),
            ),
            ("https://evil.example/?cursor=x#y", Some("x")),
            ("/wiki/api/v2/spaces?xcursor=a", None),
            ("/wiki/api/v2/spaces?cursor=", None),
            ("/wiki/api/v2/spaces", None),
        ] {
            assert_eq!(cursor_of(link).as_deref(), cursor, "{link}");
        }
    }

    #[test]
    fn an_offset_is_a_number() {
        let page = |cursor: Option<&str>| PageRequest {
            limit: 25,
            cursor: cursor.map(str::to_owned),
        };
        assert_eq!(offset(&page(None)), Ok(0));
        assert_eq!(offset(&page(Some("50"))), Ok(50));
        assert!(offset(&page(Some("-1"))).is_err() && offset(&page(Some("abc"))).is_err());
    }

    #[tokio::test]
    async fn empty_pages_are_passed_over_but_not_for_ever() {
        let asked = Cell::new(0_u32);
        let page = next_filled(None, |cursor| {
            asked.set(asked.get() + 1);
            let number = cursor.map_or(0, |text| text.parse::<u32>().unwrap());
            let items = if number == 2 { vec!["found"] } else { vec![] };
            async move {
                Ok(Page {
                    items,
                    next: Some((number + 1).to_string()),
                })
            }
        })
        .await
        .unwrap();
        assert_eq!(
            (page.items.len(), page.next.as_deref(), asked.get()),
            (1, Some("3"), 3)
        );
        let endless = next_filled(None, |cursor| {
            asked.set(asked.get() + 1);
            let next = cursor.map_or(0, |text| text.parse::<u32>().unwrap()) + 1;
            async move {
                Ok(Page::<()> {
                    items: vec![],
                    next: Some(next.to_string()),
                })
            }
        })
        .await
        .unwrap();
        assert_eq!((endless.next.as_deref(), asked.get()), (Some("5"), 8));
    }

    #[tokio::test]
    async fn a_cursor_that_leads_to_itself_is_the_end() {
        let page = next_filled(Some(String::from("x")), |cursor| async move {
            Ok(Page {
                items: vec![1],
                next: cursor,
            })
        })
        .await
        .unwrap();
        assert_eq!(page, Page::last(vec![1]));
    }

    #[tokio::test]
    async fn empty_pages_that_lead_in_a_circle_are_the_end() {
        let asked = Cell::new(0);
        let page = next_filled(Some(String::from("x")), |cursor| {
            asked.set(asked.get() + 1);
            let next = if cursor.as_deref() == Some("x") {
                "y"
            } else {
                "x"
            };
            async move {
                Ok(Page::<u32> {
                    items: vec![],
                    next: Some(next.to_owned()),
                })
            }
        });
        assert_eq!(page.await.unwrap(), Page::last(vec![]));
        assert_eq!(asked.get(), 2);
    }
}

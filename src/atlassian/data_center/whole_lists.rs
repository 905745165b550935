//! The lists that are walked through from end to end, on Data Center.

use serde_json::Value;

use super::{DataCenterConfluence, DataCenterJira};
use crate::atlassian::access::Api;
use crate::atlassian::error::{AtlassianError, Explanation};
use crate::atlassian::json::{take_entries, text};
use crate::atlassian::request::Call;
use crate::atlassian::whole_lists::project;
use crate::model::product::Product;
use crate::model::stored::PageEntry;
use crate::model::sync::{Entries, ListPage};

/// How many projects are stored at once; they all come in one array, each time.
const PROJECTS_AT_ONCE: usize = 1000;
/// The largest page of contents that is asked for; a server may cut it further.
const PAGES_AT_ONCE: u64 = 200;
/// How many entries are asked for a second time, so that those that move up while others go away in
/// front of them are met all the same.
const OVERLAP: u64 = 20;

impl DataCenterJira<'_> {
    /// The projects behind the one with the key `cursor`, by key. None is passed over, whatever comes
    /// and goes in the meantime.
    pub(in crate::atlassian) async fn projects_from(
        &self,
        cursor: Option<String>,
    ) -> Result<ListPage, AtlassianError> {
        let query = [("expand", String::from("lead"))];
        let call = Call::get("all projects", Api::Jira, &["project"], &query);
        let mut all: Vec<Value> = self.site.fetch(call).await?;
        let total = all.len();
        all.retain(|raw| text(raw, "/key").is_some());
        let without_key = total - all.len();
        all.sort_by_cached_key(|raw| text(raw, "/key"));
        all.retain(|raw| text(raw, "/key") > cursor);
        let more = all.len() > PROJECTS_AT_ONCE;
        all.truncate(PROJECTS_AT_ONCE);
        let next = all
            .last()
            .filter(|_| more)
            .and_then(|raw| text(raw, "/key"));
        // What has no key has no place among the others: it counts at the end.
        let count = all.len() + if next.is_none() { without_key } else { 0 };
        let base = self.site.address(Product::Jira);
        let projects = all.iter().filter_map(|raw| project(raw, &base));
        Ok(ListPage {
            entries: Entries::Projects(projects.collect()),
            count: i64::try_from(count).unwrap_or(i64::MAX),
            next,
            total: i64::try_from(total).ok(),
        })
    }
}

impl DataCenterConfluence<'_> {
    /// The pages of all spaces from a place on, in the order Confluence gives them.
    pub(in crate::atlassian) async fn pages_from(
        &self,
        cursor: Option<String>,
    ) -> Result<ListPage, AtlassianError> {
        let position = WalkPosition::parse(cursor.as_deref())?;
        let query = [
            ("type", String::from("page")),
            ("expand", String::from("space")),
            ("start", position.start.to_string()),
            ("limit", PAGES_AT_ONCE.to_string()),
        ];
        let call = Call::get("all pages", Api::ConfluenceV1, &["content"], &query);
        let mut answer: Value = self.site.fetch(call).await?;
        let more = text(&answer, "/_links/next").is_some();
        // The server may have cut the limit, and says so.
        let limit = answer.get("limit").and_then(Value::as_u64);
        let step = limit.filter(|limit| *limit > 0).unwrap_or(PAGES_AT_ONCE);
        let values = take_entries(&mut answer, "results")?;
        let next = more.then(|| position.next(step, &values).to_string());
        let new = position.new_ones(&values)?;
        let base = self.site.address(Product::Confluence);
        let pages = new.iter().filter_map(|raw| page(raw, &base));
        Ok(ListPage {
            entries: Entries::Pages(pages.collect()),
            count: i64::try_from(new.len()).unwrap_or(i64::MAX),
            next,
            total: None,
        })
    }
}

/// Where a page of contents begins, and the last entry that was met before, if it should be there again.
#[derive(Debug, PartialEq, Eq)]
struct WalkPosition {
    start: u64,
    behind: Option<String>,
}

impl WalkPosition {
    fn parse(cursor: Option<&str>) -> Result<Self, AtlassianError> {
        let text = cursor.unwrap_or("0");
        let (start, behind) = match text.split_once(':') {
            Some((start, behind)) => (start, Some(behind.to_owned())),
            None => (text, None),
        };
        let start = start.parse().map_err(|_| lost())?;
        Ok(Self { start, behind })
    }

    /// Where to go on after a page that holds `values` of `step` entries. What an account may not see
    /// is left out after pages were cut, and then no entry is known to be at a certain position.
    fn next(&self, step: u64, values: &[Value]) -> Self {
        let end = self.start.saturating_add(step);
        let is_whole = values.len() as u64 >= step;
        match values.last().and_then(|raw| text(raw, "/id")) {
            Some(last) if is_whole => Self {
                start: end - OVERLAP.min(step / 2),
                behind: Some(last),
            },
            _ => Self {
                start: end,
                behind: None,
            },
        }
    }

    /// The entries that were not met before. When the last one that was met has gone from where it
    /// was, so many others may have gone that some were passed over.
    fn new_ones<'a>(&self, values: &'a [Value]) -> Result<&'a [Value], AtlassianError> {
        let Some(behind) = &self.behind else {
            return Ok(values);
        };
        let met = values
            .iter()
            .position(|raw| text(raw, "/id").as_ref() == Some(behind))
            .ok_or_else(lost)?;
        Ok(&values[met + 1..])
    }
}

impl std::fmt::Display for WalkPosition {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.start)?;
        match &self.behind {
            Some(behind) => write!(formatter, ":{behind}"),
            None => Ok(()),
        }
    }
}

fn lost() -> AtlassianError {
    AtlassianError::BadRequest(Explanation {
        messages: vec![String::from(
            "the list has changed too much while it was read",
        )],
        fields: vec![],
    })
}

fn page(raw: &Value, base: &str) -> Option<PageEntry> {
    let page_id = text(raw, "/id")?;
    PageEntry {
        space_key: text(raw, "/space/key")?,
        title: text(raw, "/title").unwrap_or_else(|| page_id.clone()),
        url: Some(format!("{base}/pages/viewpage.action?pageId={page_id}")),
        page_id,
    }
    .fitting()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entries(ids: std::ops::Range<u64>) -> Vec<Value> {
        ids.map(|id| json!({ "id": id.to_string() })).collect()
    }

    fn position(text: &str) -> WalkPosition {
        WalkPosition::parse(Some(text)).unwrap()
    }

    #[test]
    fn the_walk_goes_on_a_little_before_the_end_and_knows_what_it_met() {
        let first = WalkPosition::parse(None)
            .unwrap()
            .next(200, &entries(0..200));
        assert_eq!(first.to_string(), "180:199");
        assert_eq!(position("180:199"), first);
        let second = entries(180..380);
        assert_eq!(first.new_ones(&second).unwrap(), &second[20..]);
        assert_eq!(first.next(200, &second).to_string(), "360:379");
    }

    #[test]
    fn entries_that_move_up_are_met_and_a_place_that_is_lost_is_said() {
        // Fifteen in front have gone.
        let moved = entries(195..395);
        assert_eq!(position("180:199").new_ones(&moved).unwrap(), &moved[5..]);
        assert_eq!(
            position("180:199").new_ones(&entries(200..400)),
            Err(lost())
        );
        for strange in ["", "x", "-1", ":7", "x:7"] {
            assert_eq!(WalkPosition::parse(Some(strange)), Err(lost()), "{strange}");
        }
    }

    #[test]
    fn pages_that_are_not_full_and_short_limits_still_lead_on() {
        assert_eq!(position("0").next(200, &entries(0..150)).to_string(), "200");
        assert_eq!(position("0").next(200, &[]).to_string(), "200");
        assert_eq!(position("5").next(1, &entries(5..6)).to_string(), "6:5");
        assert_eq!(position("0").next(25, &entries(0..25)).to_string(), "13:24");
    }
}

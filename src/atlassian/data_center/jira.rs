//! Jira's lists on Data Center: every project at once, and the old search with `startAt`.

use serde_json::{Value, json};

use crate::atlassian::access::Api;
use crate::atlassian::cursor::offset;
use crate::atlassian::data_center::DataCenterJira;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::jira::IssueQuery;
use crate::atlassian::json::{entries, text};
use crate::atlassian::request::Call;
use crate::model::issue::ProjectFilter;
use crate::model::page::{Page, PageRequest};

const SEEN_ONLY: &str = "a Data Center lists projects by what may be seen alone; leave action out";

impl DataCenterJira<'_> {
    /// One page of the projects by key. Data Center gives all of them in one array, neither sorted
    /// nor searched nor cut: that is done here.
    pub(in crate::atlassian) async fn projects(
        &self,
        page: &PageRequest,
        filter: ProjectFilter<'_>,
    ) -> Result<Page<Value>, AtlassianError> {
        if !matches!(filter.action, None | Some("view" | "browse")) {
            return Err(AtlassianError::Blocked(SEEN_ONLY));
        }
        let start = usize::try_from(offset(page)?).unwrap_or(usize::MAX);
        let archived = [("includeArchived", filter.archived.to_string())];
        let call = Call::get("projects", Api::Jira, &["project"], &archived);
        let mut all: Vec<Value> = self.site.fetch(call).await?;
        let wanted = filter.words.unwrap_or_default().to_lowercase();
        all.retain(|raw| {
            ["/key", "/name"].iter().any(|pointer| {
                text(raw, pointer).is_some_and(|text| text.to_lowercase().contains(&wanted))
            })
        });
        all.sort_by_key(|raw| text(raw, "/key"));
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let end = start.saturating_add(limit);
        let next = (end < all.len()).then(|| end.to_string());
        let items = all.into_iter().skip(start).take(limit).collect();
        Ok(Page { items, next })
    }

    /// One page of what a JQL query finds. `isLast` and `nextPageToken` are added to Jira's answer,
    /// so that it ends as Cloud's do.
    pub(in crate::atlassian) async fn query(
        &self,
        query: &IssueQuery,
        page: &PageRequest,
    ) -> Result<Value, AtlassianError> {
        let start = offset(page)?;
        let mut body = json!({
            "jql": query.jql, "startAt": start, "maxResults": page.limit, "fields": query.fields,
        });
        if let Some(expand) = &query.expand {
            body["expand"] = expand.split(',').map(str::trim).collect();
        }
        let call = Call::reading_post("issue search", Api::Jira, &["search"], body);
        let mut answer: Value = self.site.fetch(call).await?;
        if !answer.get("issues").is_some_and(Value::is_array) {
            return Err(AtlassianError::Nonsense("a search result without issues"));
        }
        let came = entries(&answer, "/issues").count() as u64;
        let end = start + came;
        let total = answer.get("total").and_then(Value::as_u64);
        // Permissions are looked at page by page: only an empty page or the total is the end.
        let last = came == 0 || total.is_some_and(|total| end >= total);
        if let Some(answer) = answer.as_object_mut() {
            answer.insert(String::from("isLast"), Value::from(last));
            if !last {
                answer.insert(String::from("nextPageToken"), Value::from(end.to_string()));
            }
        }
        Ok(answer)
    }
}

//! Searches by JQL.

use std::future::{Ready, ready};

use serde_json::{Map, Value, json};

use super::Jira;
use super::shape::{Further, HIT_FIELDS, hit};
use crate::atlassian::access::Api;
use crate::atlassian::cursor::next_filled;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::fetched::{entries_of, fetched, shaped};
use crate::atlassian::json::{take_entries, text};
use crate::atlassian::recent_writes::SearchPlace;
use crate::atlassian::request::Call;
use crate::model::hit::{Entry, Fetched, SearchHit};
use crate::model::issue::IssueMetadata;
use crate::model::issue_key::IssueKey;
use crate::model::page::{Page, PageRequest};
use crate::model::product::Product;

/// How much shorter a page becomes that was too large: issues differ in size by orders of magnitude, so
/// that half of it would seldom be enough.
const SHORTER: u32 = 5;

/// What is searched for.
#[derive(Debug, Clone)]
pub(crate) struct IssueSearch {
    /// The query, as [`crate::atlassian::jql::read`] makes it.
    pub jql: String,
    /// Fields that are wanted besides the usual ones.
    pub further: Further,
}

/// A search whose result is wanted in Jira's own words.
#[derive(Debug, Clone)]
pub(crate) struct IssueQuery {
    /// The query, as [`crate::atlassian::jql::read`] makes it.
    pub jql: String,
    /// Exactly the fields that are wanted; `*all`, `*navigable` and `-name` have Jira's meaning.
    pub fields: Vec<String>,
    /// What of Jira's expansions is wanted, such as `names`.
    pub expand: Option<String>,
}

impl Jira<'_> {
    /// The issues that a JQL query finds, in its order.
    pub(crate) async fn search(
        self,
        search: &IssueSearch,
        page: &PageRequest,
    ) -> Result<Page<Entry<SearchHit<IssueMetadata>>>, AtlassianError> {
        let further = search.further.ids().map(String::from);
        let query = IssueQuery {
            jql: self.on_the_accounts_clock(&search.jql).await,
            fields: HIT_FIELDS
                .into_iter()
                .map(String::from)
                .chain(further)
                .collect(),
            expand: None,
        };
        let (jira, query) = (&self, &query);
        next_filled(page.cursor.clone(), |cursor| async move {
            let request = PageRequest {
                limit: page.limit,
                cursor,
            };
            let asked = shortened(&request, |page| async move {
                jira.hits_once(query, &search.further, &page).await
            });
            let (items, answer) = asked.await?;
            // A short page is not the last one.
            let next = text(&answer, "/nextPageToken");
            Ok(Page { items, next })
        })
        .await
    }

    /// An issue as a search shows it, read by its key.
    pub(crate) async fn hit_by_key(
        self,
        key: &IssueKey,
        further: &Further,
    ) -> Result<Entry<SearchHit<IssueMetadata>>, AtlassianError> {
        let fields: Vec<&str> = HIT_FIELDS.into_iter().chain(further.ids()).collect();
        let query = vec![("fields", fields.join(","))];
        let raw = self.by_key(key, &query).await?;
        let base = self.base();
        let found = fetched(raw, "an issue without a key", |raw| {
            hit(raw, &base, further)
        });
        found.map(Fetched::into_entry)
    }

    /// What a search would answer that finds this issue alone, read by its key.
    pub(crate) async fn only(
        self,
        key: &IssueKey,
        query: &IssueQuery,
    ) -> Result<Value, AtlassianError> {
        let mut parameters = vec![("fields", query.fields.join(","))];
        parameters.extend(query.expand.clone().map(|list| ("expand", list)));
        let raw = self.by_key(key, &parameters).await?;
        Ok(json!({ "issues": [raw], "isLast": true }))
    }

    async fn by_key(
        &self,
        key: &IssueKey,
        query: &[(&'static str, String)],
    ) -> Result<Value, AtlassianError> {
        let path = ["issue", key.as_str()];
        let call = Call::get("issue", Api::Jira, &path, query);
        self.site.fetch(call).await
    }

    /// Whether a search may begin anywhere: Data Center counts what it finds, Cloud goes on from tokens only.
    pub(crate) fn counts_results(self) -> Ready<Result<bool, AtlassianError>> {
        ready(Ok(self.data_center().is_some()))
    }

    /// One page of what a JQL query finds, as Jira answers it.
    pub(crate) async fn query(
        self,
        query: &IssueQuery,
        page: &PageRequest,
    ) -> Result<Value, AtlassianError> {
        let query = &IssueQuery {
            jql: self.on_the_accounts_clock(&query.jql).await,
            ..query.clone()
        };
        let jira = &self;
        shortened(
            page,
            |page| async move { jira.query_once(query, &page).await },
        )
        .await
    }

    async fn on_the_accounts_clock(&self, jql: &str) -> String {
        self.site.on_the_accounts_clock(Product::Jira, jql).await
    }

    async fn query_once(
        &self,
        query: &IssueQuery,
        page: &PageRequest,
    ) -> Result<Value, AtlassianError> {
        if let Some(data_center) = self.data_center() {
            return data_center.query(query, page).await;
        }
        let place = self.place(page);
        let call = search_call(query, page.limit, &place);
        let mut answer: Map<String, Value> = self.site.fetch(call).await?;
        // A token that leads to itself leads nowhere: whoever followed it would ask for ever.
        let token = answer.get("nextPageToken").and_then(Value::as_str);
        if token.is_some() && token == place.token.as_deref() {
            answer.remove("nextPageToken");
            answer.insert(String::from("isLast"), Value::Bool(true));
        }
        let is_empty = answer.get("issues") == Some(&json!([]));
        settle_the_end(&mut answer, is_empty);
        if let Some(next) = answer.get_mut("nextPageToken") {
            goes_on(next, &place);
        }
        result(answer)
    }

    /// The same with its issues as hits, and what Jira answers beside them.
    async fn hits_once(
        &self,
        query: &IssueQuery,
        further: &Further,
        page: &PageRequest,
    ) -> Result<(Vec<Entry<SearchHit<IssueMetadata>>>, Value), AtlassianError> {
        let (name, base) = ("issue search", self.base());
        if let Some(data_center) = self.data_center() {
            let mut answer = data_center.query(query, page).await?;
            let issues = take_entries(&mut answer, "issues")?;
            let found = shaped(name, issues, |raw| hit(raw, &base, further));
            return Ok((found.into_iter().map(Fetched::into_entry).collect(), answer));
        }
        let place = self.place(page);
        let call = search_call(query, page.limit, &place);
        let asked = self
            .site
            .fetch_shaped(call, "issues", |raw| hit(raw, &base, further));
        let mut found = asked.await?;
        let mut answer = found.rest.take();
        if let Some(answer) = answer.as_object_mut() {
            settle_the_end(answer, found.came == 0);
        }
        if let Some(next) = answer.get_mut("nextPageToken") {
            goes_on(next, &place);
        }
        Ok((entries_of(name, found), answer))
    }
}

impl Jira<'_> {
    /// Where the search begins or goes on, with the issues that Jira's index may not know yet as they are.
    fn place(&self, page: &PageRequest) -> SearchPlace {
        let writes = &self.site.atlassian.recent_writes;
        writes.place(self.site.cloud_id(), page.cursor.as_deref())
    }
}

/// Jira sometimes says `isLast` and gives a token all the same: whoever believed the word would miss issues, so the token leads
/// on, until a page is empty
/// (<https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/>).
fn settle_the_end(answer: &mut Map<String, Value>, is_empty: bool) {
    let says_last = answer.get("isLast") == Some(&Value::Bool(true));
    let has_token = answer.get("nextPageToken").is_some_and(Value::is_string);
    if says_last && has_token {
        if is_empty {
            answer.remove("nextPageToken");
        } else {
            answer.insert(String::from("isLast"), Value::Bool(false));
        }
    }
}

/// Makes Jira's token the cursor of the same search.
fn goes_on(token: &mut Value, place: &SearchPlace) {
    if let Some(own) = token.as_str() {
        *token = Value::from(place.cursor(own));
    }
}

/// When a page would be larger than we read, a shorter one is asked for: its token leads to the rest.
async fn shortened<A, F, Answer>(page: &PageRequest, ask: F) -> Result<A, AtlassianError>
where
    F: Fn(PageRequest) -> Answer,
    Answer: Future<Output = Result<A, AtlassianError>>,
{
    let mut page = page.clone();
    loop {
        match ask(page.clone()).await {
            Err(AtlassianError::AnswerTooLarge) if page.limit > 1 => {
                page.limit = (page.limit / SHORTER).max(1);
            }
            answer => return answer,
        }
    }
}

/// `/search` with `startAt` was removed on Cloud (CHANGE-2046). A long query does not fit into an address,
/// hence the POST.
fn search_call(query: &IssueQuery, limit: u32, place: &SearchPlace) -> Call<'static> {
    let mut body = json!({ "jql": query.jql, "maxResults": limit, "fields": query.fields });
    if let Some(expand) = &query.expand {
        body["expand"] = Value::from(expand.as_str());
    }
    if !place.told.is_empty() {
        body["reconcileIssues"] = Value::from(place.told.as_slice());
    }
    if let Some(token) = &place.token {
        body["nextPageToken"] = Value::from(token.as_str());
    }
    Call::reading_post("issue search", Api::Jira, &["search", "jql"], body)
}

/// What of Jira's answer is handed on as it is. Whatever else stands in it was not asked for.
const PARTS: [&str; 7] = [
    "issues",
    "isLast",
    "nextPageToken",
    "names",
    "schema",
    "warningMessages",
    "warnings",
];

fn result(mut answer: Map<String, Value>) -> Result<Value, AtlassianError> {
    if !answer.get("issues").is_some_and(Value::is_array) {
        return Err(AtlassianError::Nonsense("a search result without issues"));
    }
    answer.retain(|name, _| PARTS.contains(&name.as_str()));
    Ok(Value::Object(answer))
}

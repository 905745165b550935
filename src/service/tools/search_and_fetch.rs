//! The two tools that research agents ask for: find something anywhere, and read it whole.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::ToolContext;
use super::facts::{Facts, Gives};
use super::named_anywhere::{CONFLUENCE, JIRA, NamedAnywhere, START, place_in};
use super::outcome::{Outcome, offset, part};
use super::registry::Operation;
use crate::model::page::PageRequest;
use crate::model::page_reference::PageReference;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::issues::SearchRequest;

/// The most hits of each product.
const MOST: u32 = 10;

/// The arguments of `search`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// Words to find.
    query: String,
    /// The projects that the caller is limited to; nobody can ask for them.
    #[schema(ignore)]
    projects: Option<Vec<String>>,
    /// The spaces.
    #[schema(ignore)]
    spaces: Option<Vec<String>>,
}

/// `search`.
pub(super) struct SearchAnywhere;

impl Operation for SearchAnywhere {
    const NAME: &'static str = "search";
    const FACTS: Facts = Facts {
        title: "Search Jira and Confluence",
        calls: &["searchAndReconsileIssuesUsingJqlPost", "searchByCQL"],
        description: "Find Jira issues and Confluence pages by words. Gives id, title and address of up to 20; read one with fetch.",
        ..Facts::reading(Toolset::ANYWHERE, Gives::Object("results"))
    };
    type Arguments = Words;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Words,
    ) -> Result<Outcome, ServiceError> {
        let mut found = found_by(context, scope, &arguments, &arguments.query, None).await;
        // Words of a question stand in few texts: then those that tell something are looked for, and then any of them.
        let words = telling_words(&arguments.query);
        if found.results.is_empty() && !words.is_empty() {
            let all = words.join(" ");
            found = found_by(context, scope, &arguments, &all, Some("text")).await;
        }
        if found.results.is_empty() && words.len() > 1 {
            let any: Vec<String> = words
                .iter()
                .map(|word| format!("text ~ \"{word}\""))
                .collect();
            found = found_by(context, scope, &arguments, &any.join(" OR "), None).await;
        }
        found.told()
    }
}

/// What both products gave.
struct Both {
    results: Vec<Value>,
    /// Those that gave nothing because they failed.
    failures: Vec<(Product, ServiceError)>,
}

impl Both {
    /// One product is enough for an answer, and the other is told beside it: nobody takes what is not searched for empty.
    /// A product that is not connected is none to search, unless there is no other.
    fn told(mut self) -> Result<Outcome, ServiceError> {
        let is_to_search =
            |(_, error): &(Product, ServiceError)| !matches!(error, ServiceError::NotConnected(_));
        let has_failed = self.failures.iter().position(is_to_search);
        if self.results.is_empty() && (has_failed.is_some() || self.failures.len() > 1) {
            return Err(self.failures.swap_remove(has_failed.unwrap_or_default()).1);
        }
        let mut told = json!({ "results": self.results });
        if has_failed.is_some() || (self.results.is_empty() && !self.failures.is_empty()) {
            let failures = self.failures.iter();
            let left_out = failures
                .map(|(product, why)| json!({"product": product.as_str(), "why": why.to_string()}));
            told["left_out"] = left_out.collect();
        }
        Ok(Outcome::of_object(told))
    }
}

/// What a query finds in both products.
async fn found_by(
    context: &ToolContext,
    scope: &Scope,
    arguments: &Words,
    query: &str,
    mode: Option<&str>,
) -> Both {
    let (issues, pages) = tokio::join!(
        issues(context, scope, (query, mode), arguments.projects.as_deref()),
        pages(context, scope, (query, mode), arguments.spaces.as_deref())
    );
    let mut both = Both {
        results: Vec::new(),
        failures: Vec::new(),
    };
    for (product, found) in [(Product::Jira, issues), (Product::Confluence, pages)] {
        match found {
            Ok(found) => both.results.extend(found),
            Err(error) => both.failures.push((product, error)),
        }
    }
    both
}

/// Words that a question has and a text about its answer need not have.
const OF_QUESTIONS: [&str; 43] = [
    "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "is", "are", "was",
    "were", "be", "do", "does", "did", "can", "could", "should", "would", "will", "may", "the",
    "a", "an", "i", "we", "you", "our", "my", "to", "of", "in", "on", "for", "with", "and", "or",
    "there", "about", "me", "us",
];
/// The most words of a question that are looked for one by one.
const MOST_WORDS: usize = 8;

/// The words of a question that its answer has, too; none where there is no other word in it.
fn telling_words(query: &str) -> Vec<&str> {
    let is_between = |letter: char| !(letter.is_alphanumeric() || letter == '_');
    let words = query.split(is_between).filter(|word| !word.is_empty());
    words
        .filter(|word| !OF_QUESTIONS.contains(&word.to_lowercase().as_str()))
        .take(MOST_WORDS)
        .collect()
}

/// The issues found, in these projects only where some are named, even if that is none.
async fn issues(
    context: &ToolContext,
    scope: &Scope,
    query: (&str, Option<&str>),
    projects: Option<&[String]>,
) -> Result<Vec<Value>, ServiceError> {
    if projects.is_some_and(<[String]>::is_empty) {
        return Ok(Vec::new());
    }
    let filters = projects.map(|keys| json!({ "project": keys }).to_string());
    let request = words(query, filters.as_deref());
    let found = context.issues.search(scope, &request, &first()).await?;
    let hits = found.items.into_iter().map(|hit| hit.value);
    let told = hits.map(
        |hit| json!({ "id": format!("{JIRA}{}", hit.id), "title": hit.title, "url": hit.url }),
    );
    Ok(told.collect())
}

/// The pages found, in these spaces only where some are named, even if that is none.
async fn pages(
    context: &ToolContext,
    scope: &Scope,
    query: (&str, Option<&str>),
    spaces: Option<&[String]>,
) -> Result<Vec<Value>, ServiceError> {
    if spaces.is_some_and(<[String]>::is_empty) {
        return Ok(Vec::new());
    }
    let filters = spaces.map(|keys| json!({ "space": keys }).to_string());
    let request = words(query, filters.as_deref());
    let found = context.pages.search(scope, &request, &first()).await?;
    let hits = found.items.into_iter().map(|hit| hit.value);
    let told = hits.map(|hit| {
        json!({ "id": format!("{CONFLUENCE}{}", hit.id), "title": hit.title, "url": hit.url })
    });
    Ok(told.collect())
}

fn words<'a>((q, mode): (&'a str, Option<&'a str>), filters: Option<&'a str>) -> SearchRequest<'a> {
    SearchRequest {
        q,
        mode,
        filters,
        ..SearchRequest::default()
    }
}

fn first() -> PageRequest {
    PageRequest {
        limit: MOST,
        cursor: None,
    }
}

/// The arguments of `fetch`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Found {
    /// The id that search gave, such as `jira:APP-1`, an address, or `next_id` of a long text.
    id: String,
    start: Option<u32>,
}

/// `fetch`.
pub(super) struct FetchFound;

impl Operation for FetchFound {
    const NAME: &'static str = "fetch";
    const FACTS: Facts = Facts {
        title: "Read what was found",
        calls: &["getIssue", "getPageById"],
        description: "Read one Jira issue or Confluence page that search found. Gives title, address and the text in Markdown; a long one goes on with next_id as id.",
        ..Facts::reading(Toolset::ANYWHERE, Gives::Object("id title text url"))
    };
    type Arguments = Found;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: Found,
    ) -> Result<Outcome, ServiceError> {
        let (id, place) = place_in(&arguments.id);
        let start = arguments.start.or(place).unwrap_or_default();
        let NamedAnywhere {
            product,
            name,
            site,
        } = NamedAnywhere::of(id);
        if product == Product::Confluence {
            let named = PageReference::parse(name)
                .map_err(|error| ServiceError::invalid("id", error.to_string()))?;
            let pages = match site {
                Some(site) => context.pages.at_site(scope, "id", site).await?,
                None => context.pages.clone(),
            };
            let page = pages.find(scope, &named).await?.value;
            let text = page.body.as_deref();
            let told = found(id, &page.summary.title, &page.summary.url, &json!(page));
            return Ok(with_text(told, id, text, start));
        }
        let issues = match site {
            Some(site) => context.issues.at_site(scope, "id", site).await?,
            None => context.issues.clone(),
        };
        let issue = issues.shown_issue(scope, name).await?;
        let told = found(id, &issue.title, &issue.url, &json!(issue));
        Ok(with_text(told, id, issue.description.as_deref(), start))
    }
}

/// A thing with its text from the character `start` on, and the id that gives the part after it.
fn with_text(mut told: Value, id: &str, text: Option<&str>, start: u32) -> Outcome {
    let (shown, next) = part(text.unwrap_or_default(), offset(start));
    told["text"] = json!(shown);
    if let Some(next) = next {
        told["next_start"] = json!(next);
        told["next_id"] = json!(format!("{id}{START}{next}"));
    }
    Outcome::of_object(told)
}

/// A thing without its text: everything else that is short is in `metadata`.
fn found(id: &str, title: &str, url: &str, all: &Value) -> Value {
    let told = ["body", "description", "title", "url"];
    let all = all.as_object().cloned().unwrap_or_default();
    let metadata: Map<String, Value> = all
        .into_iter()
        .filter(|(name, value)| !told.contains(&name.as_str()) && !value.is_null())
        .collect();
    json!({ "id": id, "title": title, "text": "", "url": url, "metadata": metadata })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_question_that_tell_something_are_known() {
        assert_eq!(
            telling_words("What blocks the release?"),
            ["blocks", "release"]
        );
        assert_eq!(
            telling_words("How do I deploy to production?"),
            ["deploy", "production"]
        );
        assert_eq!(telling_words("What is it about?"), ["it"]);
        assert!(telling_words("how do we?").is_empty());
        assert_eq!(telling_words("a \"quoted\" word"), ["quoted", "word"]);
    }
}

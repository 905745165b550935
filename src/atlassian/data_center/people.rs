//! People's names on Data Center, which are asked for one at a time.

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::Value;

use super::{DataCenterConfluence, DataCenterJira};
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::model::person::{Names, NamesTold};

/// How many people of one text are asked for.
const MOST_PEOPLE: usize = 25;
/// How many of them at the same time.
const AT_ONCE: usize = 4;
/// How long a user's key is in Confluence: 16 bytes in hexadecimal digits.
const KEY_LENGTH: usize = 32;

impl DataCenterConfluence<'_> {
    /// What the first of these people are called, each known by key or by user name.
    pub(in crate::atlassian) async fn names(&self, people: &[String]) -> NamesTold {
        let asked = people.iter().take(MOST_PEOPLE);
        told(asked.map(|person| async move { name(person, self.user(person).await) })).await
    }

    /// The user names of the first of these people, by their keys, where they can be had.
    pub(in crate::atlassian) async fn user_names(&self, keys: &[String]) -> Names {
        let (known, base) = (&self.site.atlassian.user_names, &self.site.access.site.url);
        let asked = keys.iter().take(MOST_PEOPLE).map(|key| async move {
            if let Some(name) = known.name(base, key) {
                return Some((key.clone(), name));
            }
            let name = text(&self.user(key).await.ok()?, "/username")?;
            known.remember(base, key, &name);
            Some((key.clone(), name))
        });
        told(asked).await
    }

    /// Those of these people who are surely nobody here.
    pub(in crate::atlassian) async fn nobodies(&self, people: &[String]) -> Vec<String> {
        let asked = people.iter().take(MOST_PEOPLE);
        told(asked.map(|person| async move { nobody(person, &self.user(person).await) })).await
    }

    async fn user(&self, person: &str) -> Result<Value, AtlassianError> {
        let is_key =
            person.len() == KEY_LENGTH && person.bytes().all(|byte| byte.is_ascii_hexdigit());
        let named_by = if is_key { "key" } else { "username" };
        let query = [(named_by, person.to_owned())];
        let call = Call::get("person", Api::ConfluenceV1, &["user"], &query);
        self.site.fetch(call).await
    }
}

impl DataCenterJira<'_> {
    /// What the first of these people are called, each known by user name or by key.
    pub(in crate::atlassian) async fn names(&self, people: &[String]) -> NamesTold {
        let asked = people.iter().take(MOST_PEOPLE);
        told(asked.map(|person| async move { name(person, self.named(person).await) })).await
    }

    /// Those of these people who are surely nobody here.
    pub(in crate::atlassian) async fn nobodies(&self, people: &[String]) -> Vec<String> {
        let asked = people.iter().take(MOST_PEOPLE);
        told(asked.map(|person| async move { nobody(person, &self.named(person).await) })).await
    }

    /// Who was made anonymous has a user name that looks like a key
    /// (<https://confluence.atlassian.com/adminjiraserver/anonymizing-users-992677655.html>).
    async fn named(&self, person: &str) -> Result<Value, AtlassianError> {
        let by_name = self.user("username", person).await;
        if looks_like_a_key(person) && matches!(by_name, Err(AtlassianError::NotFound(_))) {
            return self.user("key", &person.to_uppercase()).await;
        }
        by_name
    }

    async fn user(&self, named_by: &str, person: &str) -> Result<Value, AtlassianError> {
        let query = [(named_by, person.to_owned())];
        let call = Call::get("person", Api::Jira, &["user"], &query);
        self.site.fetch(call).await
    }
}

/// What the calls tell, a few at a time; what one does not tell is left out.
async fn told<T, All: Default + Extend<T>>(
    calls: impl Iterator<Item = impl Future<Output = Option<T>>>,
) -> All {
    let calls: Vec<_> = calls.collect();
    let found: Vec<Option<T>> = stream::iter(calls)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut all = All::default();
    all.extend(found.into_iter().flatten());
    all
}

/// A person and what they are called, or surely nothing; none where that was not told.
fn name(person: &str, answer: Result<Value, AtlassianError>) -> Option<(String, Option<String>)> {
    let name = match answer {
        Ok(user) => text(&user, "/displayName"),
        Err(AtlassianError::NotFound(_) | AtlassianError::Forbidden(_)) => None,
        Err(_) => return None,
    };
    Some((person.to_owned(), name))
}

fn nobody(person: &str, answer: &Result<Value, AtlassianError>) -> Option<String> {
    matches!(answer, Err(AtlassianError::NotFound(_))).then(|| person.to_owned())
}

/// `JIRAUSER10100`, which Jira gives to every user since 8.4.
fn looks_like_a_key(person: &str) -> bool {
    let start = person.get(..8);
    start.is_some_and(|start| start.eq_ignore_ascii_case("JIRAUSER"))
        && person[8..].bytes().all(|byte| byte.is_ascii_digit())
}

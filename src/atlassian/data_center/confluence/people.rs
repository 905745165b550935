//! People's names on Data Center, which are asked for one at a time.

use std::collections::HashMap;

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::Value;

use crate::atlassian::access::Api;
use crate::atlassian::data_center::DataCenterConfluence;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;

/// How many people of one text are asked for.
const MOST_PEOPLE: usize = 25;
/// How many of them at the same time.
const AT_ONCE: usize = 4;
/// How long a user's key is: 16 bytes in hexadecimal digits.
const KEY_LENGTH: usize = 32;

impl DataCenterConfluence<'_> {
    /// The names of the first of these people, each known by key or by user name; unknown ones are missing.
    pub(in crate::atlassian) async fn names(&self, people: &[String]) -> HashMap<String, String> {
        let asked = people.iter().take(MOST_PEOPLE);
        let calls: Vec<_> = asked.map(|person| self.named(person)).collect();
        let calls = stream::iter(calls).buffer_unordered(AT_ONCE);
        let found: Vec<Option<(String, String)>> = calls.collect().await;
        found.into_iter().flatten().collect()
    }

    /// A person with their name; none where it cannot be had: a text is worth reading without.
    async fn named(&self, person: &str) -> Option<(String, String)> {
        let is_key =
            person.len() == KEY_LENGTH && person.bytes().all(|byte| byte.is_ascii_hexdigit());
        let named_by = if is_key { "key" } else { "username" };
        let query = [(named_by, person.to_owned())];
        let call = Call::get("person", Api::ConfluenceV1, &["user"], &query);
        let user: Value = self.site.fetch(call).await.ok()?;
        Some((person.to_owned(), text(&user, "/displayName")?))
    }
}

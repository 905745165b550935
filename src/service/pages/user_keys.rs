//! People by their user names where a Data Center stores keys: each has one name in every answer, and what is stored keeps
//! its keys.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use crate::model::page_body::PageBody;
use crate::model::person::Names;

/// What stands before a key in storage format.
const ATTRIBUTE: &str = " ri:userkey=\"";
/// What stands before an account in Markdown.
const MENTION: &str = "accountid:";

/// User names by keys.
#[derive(Debug, Clone, Default)]
pub(super) struct UserKeys(HashMap<String, String>);

impl UserKeys {
    /// From user names by keys. A name that could not be written as it is, is none.
    pub(super) fn new(mut names: Names) -> Self {
        let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "._@+-:".contains(sign);
        names.retain(|_, name| !name.is_empty() && name.chars().all(is_plain));
        Self(names)
    }

    /// The keys in storage format.
    pub(super) fn in_storage(storage: &str) -> impl Iterator<Item = String> {
        let behind = storage.split(ATTRIBUTE).skip(1);
        behind.filter_map(|text| Some(text.split_once('"')?.0.to_owned()))
    }

    /// Storage format as it is shown: with user names in the places of keys.
    pub(super) fn shown<'text>(&self, storage: &'text str) -> Cow<'text, str> {
        replaced(storage, ATTRIBUTE, '"', &self.0)
    }

    /// The same of a page.
    pub(super) fn shown_page(&self, page: &Value) -> Value {
        let mut page = page.clone();
        if let Some(Value::String(storage)) = page.pointer_mut("/body/storage/value") {
            *storage = self.shown(storage).into_owned();
        }
        page
    }

    /// What is to be stored, with the keys in their places again.
    pub(super) fn stored(&self, body: &mut Value) {
        let back: HashMap<String, String> = self
            .0
            .iter()
            .map(|(key, name)| (name.clone(), key.clone()))
            .collect();
        if let Some(Value::String(storage)) = body.pointer_mut("/body/value") {
            *storage = replaced(storage, ATTRIBUTE, '"', &back).into_owned();
        }
    }

    /// A text that was read, also where it names people by their keys.
    pub(super) fn named(&self, body: &PageBody) -> PageBody {
        match body {
            PageBody::Markdown(markdown) => {
                PageBody::Markdown(replaced(markdown, MENTION, ')', &self.0).into_owned())
            }
            written @ PageBody::Written { .. } => written.clone(),
        }
    }
}

/// The text with what stands between `before` and `after` put otherwise, where it is known.
fn replaced<'text>(
    text: &'text str,
    before: &str,
    after: char,
    others: &HashMap<String, String>,
) -> Cow<'text, str> {
    if others.is_empty() || !text.contains(before) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(before);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        written.push_str(before);
        let end = part.find(after).unwrap_or(0);
        let (name, rest) = part.split_at(end);
        written.push_str(others.get(name).map_or(name, String::as_str));
        written.push_str(rest);
    }
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_shown_as_names_and_stored_as_keys() {
        let keys = UserKeys::new(Names::from([(String::from("8a7f"), String::from("omar"))]));
        let storage =
            "<p><ri:user ri:userkey=\"8a7f\" /> <ri:user ri:userkey=\"9b\" /> ri:userkey=8a7f</p>";
        assert_eq!(
            UserKeys::in_storage(storage).collect::<Vec<_>>(),
            ["8a7f", "9b"]
        );
        let shown = keys.shown(storage).into_owned();
        assert_eq!(
            shown,
            "<p><ri:user ri:userkey=\"omar\" /> <ri:user ri:userkey=\"9b\" /> ri:userkey=8a7f</p>"
        );
        let mut body = json!({"body": {"value": shown}});
        keys.stored(&mut body);
        assert_eq!(body["body"]["value"], storage);
        let read = PageBody::Markdown(String::from(
            "@[O](accountid:8a7f) @[M](accountid:mia) accountid:8a7f",
        ));
        let named = PageBody::Markdown(String::from(
            "@[O](accountid:omar) @[M](accountid:mia) accountid:8a7f",
        ));
        assert_eq!(keys.named(&read), named);
    }
}

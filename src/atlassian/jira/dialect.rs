//! What Jira Data Center writes otherwise than Jira Cloud: texts, and people.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::mentions::{name_in_documents, name_newcomers, nameless_in_documents};
use crate::atlassian::access::Dialect;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::text;
use crate::atlassian::prose::{Edit, new_text};
use crate::model::own_document::document_in;
use crate::model::person::Names;
use crate::model::visible::visible;
use crate::work::long_text::{on_document, on_text};
use atlassian_document::{
    adf_to_markdown, adf_to_wiki, edit_adf, edit_wiki, markdown_to_adf, markdown_to_wiki,
    people_in_wiki, wiki_to_markdown, wiki_to_markdown_with_names,
};

/// What is said of a text that is to be changed and did not come.
const NO_TEXT: &str = "an issue without the text that is to be changed";

impl Dialect {
    /// A new text as Jira takes it: a document on Cloud, which calls people by `names`, wiki markup on Data
    /// Center.
    pub(in crate::atlassian) fn text(
        self,
        field: &str,
        markdown: &str,
        names: &Names,
    ) -> Result<Value, AtlassianError> {
        if let Some(document) = document_in(markdown) {
            return Ok(self.own(document));
        }
        let markdown = new_text(field, markdown)?;
        Ok(on_text(markdown.len(), || match self {
            Self::Cloud => {
                let mut document = markdown_to_adf(markdown);
                name_newcomers(&mut document, &Value::Null, names);
                document
            }
            Self::DataCenter => Value::from(markdown_to_wiki(markdown)),
        }))
    }

    /// A text as Jira takes it in the place of `current`, of which stays what Markdown cannot say. Those whom it
    /// does not mention yet are called by `names`.
    pub(super) fn edited(
        self,
        edit: Edit<'_>,
        current: Option<&Value>,
        names: &Names,
    ) -> Result<Value, AtlassianError> {
        if let Some(document) = document_in(edit.markdown) {
            return Ok(self.own(document));
        }
        let current = self.read(current, edit.replace)?;
        let markdown = edit.whole()?;
        let shown = LazyCell::new(|| self::markdown(current));
        edit.goes_to_the_end(|| visible(&shown).into_owned())?;
        let edited = || {
            let markdown = &edit.with_unseen(|| shown.clone(), markdown);
            match self {
                Self::Cloud => {
                    let mut document = edit_adf(current, markdown, edit.losses())?;
                    name_newcomers(&mut document, current, names);
                    Ok(document)
                }
                Self::DataCenter => {
                    let current = current.as_str().unwrap_or_default();
                    edit_wiki(current, markdown, edit.losses()).map(Value::from)
                }
            }
        };
        on_text(markdown.len(), edited).map_err(|lost| edit.refusal(&lost))
    }

    /// The text that is there, if it came in the form that the product gives it in. One that did not come is none that is
    /// empty: what it holds would go unseen.
    fn read(self, current: Option<&Value>, replace: bool) -> Result<&Value, AtlassianError> {
        let is_text = |value: &Value| match self {
            Self::Cloud => value["content"].is_array(),
            Self::DataCenter => value.is_string(),
        };
        match current {
            Some(value) if value.is_null() || is_text(value) => Ok(value),
            _ if replace => Ok(&Value::Null),
            _ => Err(AtlassianError::Nonsense(NO_TEXT)),
        }
    }

    /// A document in Atlassian's own form: as it is, where the product knows that form.
    fn own(self, document: Value) -> Value {
        match self {
            Self::Cloud => document,
            Self::DataCenter => on_document(&document, || Value::from(adf_to_wiki(&document))),
        }
    }

    /// A person as Jira takes them: by account id on Cloud, by user name on Data Center.
    pub(super) fn account(self, account: &str) -> Value {
        match self {
            Self::Cloud => json!({ "accountId": account }),
            Self::DataCenter => json!({ "name": account }),
        }
    }
}

/// A text that Jira gave, in Markdown: it tells by its type what it is.
pub(super) fn markdown(raw: &Value) -> String {
    match raw {
        Value::String(wiki) => on_text(wiki.len(), || wiki_to_markdown(wiki)),
        document => on_document(document, || adf_to_markdown(document)),
    }
}

/// The name under which Jira knows a person. Data Center has no account ids, and where user names
/// are hidden there is only a key.
pub(super) fn account_id(person: &Value) -> Option<String> {
    ["/accountId", "/name", "/key"]
        .iter()
        .find_map(|pointer| text(person, pointer))
}

/// The accounts that a text which Jira gave mentions without a name.
pub(crate) fn nameless_in(text: &Value) -> BTreeSet<String> {
    match text {
        Value::String(wiki) => on_text(wiki.len(), || people_in_wiki(wiki))
            .into_iter()
            .collect(),
        document => nameless_in_documents(document),
    }
}

/// A text that Jira gave in Markdown, with the names of those whom it mentions without.
pub(crate) fn markdown_with_names(text: &Value, names: &Names) -> String {
    match text {
        Value::String(wiki) => on_text(wiki.len(), || {
            wiki_to_markdown_with_names(wiki, |account| names.get(account).cloned())
        }),
        document => {
            let mut document = document.clone();
            name_in_documents(&mut document, names);
            markdown(&document)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_dialect_shows_people_by_their_names() {
        let names = Names::from([(String::from("mia"), String::from("Mia [K]"))]);
        let document = json!({"type": "doc", "version": 1, "content": [{"type": "paragraph",
            "content": [{"type": "mention", "attrs": {"id": "mia"}}]}]});
        for text in [document, json!("[~mia]")] {
            assert_eq!(nameless_in(&text).len(), 1, "{text}");
            assert_eq!(
                markdown_with_names(&text, &names),
                r"@[Mia \[K\]](accountid:mia)"
            );
        }
        assert!(nameless_in(&Value::Null).is_empty());
    }
}

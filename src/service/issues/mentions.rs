//! The names of people whom the texts of issues and comments mention.

use std::collections::BTreeSet;

use atlassian_document::people_in_markdown;
use serde_json::Value;

use super::Issues;
use crate::atlassian::jira::{
    markdown_with_names, name_in_documents, nameless_in, nameless_in_documents,
};
use crate::atlassian::named_call::NamedCall;
use crate::model::comment::Comment;
use crate::model::hit::Fetched;
use crate::model::issue::Issue;
use crate::model::person::Names;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::nobody::expect_none;
use crate::work::long_text::on_text;

/// What has a text of Jira's.
pub(super) trait Texted {
    /// Where Jira's answer holds it.
    const PLACE: &str;

    /// The text, to be written anew.
    fn text(&mut self) -> Option<&mut String>;
}

impl Texted for Issue {
    const PLACE: &str = "/fields/description";

    fn text(&mut self) -> Option<&mut String> {
        self.description.as_mut()
    }
}

impl Texted for Comment {
    const PLACE: &str = "/body";

    fn text(&mut self) -> Option<&mut String> {
        Some(&mut self.body)
    }
}

/// The texts that are to be written into an issue.
pub(super) struct Texts<'a> {
    description: Vec<&'a str>,
    further: Vec<&'a str>,
}

impl<'a> Texts<'a> {
    /// The description, and the texts in further fields.
    pub(super) fn of(
        description: Option<&'a str>,
        further: Option<impl Iterator<Item = &'a str>>,
    ) -> Self {
        Self {
            description: description.into_iter().collect(),
            further: further.into_iter().flatten().collect(),
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a str> {
        self.description.iter().chain(&self.further).copied()
    }
}

impl Issues {
    /// Refuses texts of an issue, like [`Issues::expect_known`].
    ///
    /// # Errors
    /// Those of that, about the field that holds the mention.
    pub(super) async fn expect_all_known(
        &self,
        scope: &Scope,
        texts: &Texts<'_>,
        names: &Names,
        present: &Value,
    ) -> Result<(), ServiceError> {
        let description = ("description", texts.description.as_slice());
        self.expect_known(scope, description, names, present)
            .await?;
        let further = ("additional_fields", texts.further.as_slice());
        self.expect_known(scope, further, names, present).await
    }

    /// Names the people whom texts mention. A text is worth reading without.
    pub(super) async fn name_mentioned<T: Texted>(&self, scope: &Scope, read: &mut [Fetched<T>]) {
        let texts = read.iter().filter_map(|one| one.raw.pointer(T::PLACE));
        let accounts = texts.flat_map(nameless_in).collect();
        let names = self.connections.names(scope, Product::Jira, accounts).await;
        if names.is_empty() {
            return;
        }
        for one in read {
            let stored = one.raw.pointer(T::PLACE);
            let stored = stored.filter(|stored| !nameless_in(stored).is_empty());
            if let (Some(stored), Some(text)) = (stored, one.value.text()) {
                *text = markdown_with_names(stored, &names);
            }
        }
    }

    /// One issue or comment with the people whom it mentions by name.
    pub(super) async fn with_names<T: Texted>(&self, scope: &Scope, one: Fetched<T>) -> Fetched<T> {
        let mut read = [one];
        self.name_mentioned(scope, &mut read).await;
        let [one] = read;
        one
    }

    /// What those are called whom texts in Markdown mention, so that they are written by their right names.
    pub(super) async fn names_in(
        &self,
        scope: &Scope,
        texts: impl IntoIterator<Item = &str>,
    ) -> Names {
        let people = |text: &str| on_text(text.len(), || people_in_markdown(text));
        let accounts = texts.into_iter().flat_map(people).collect();
        self.connections.names(scope, Product::Jira, accounts).await
    }

    /// A call with a text of people's, in which those whom it mentions have their right names.
    ///
    /// # Errors
    /// `Validation` for a mention of somebody whom a Data Center does not know.
    pub(crate) async fn saying(
        &self,
        scope: &Scope,
        call: NamedCall,
        member: &'static str,
        markdown: String,
    ) -> Result<NamedCall, ServiceError> {
        let names = self.names_in(scope, [markdown.as_str()]).await;
        self.expect_known(scope, (member, &[&markdown]), &names, &Value::Null)
            .await?;
        Ok(call.saying(member, markdown, names))
    }

    /// Refuses the texts of a field that mention somebody whom a Data Center does not know; `present` is what is there already.
    ///
    /// # Errors
    /// `Validation` that names them.
    pub(super) async fn expect_known(
        &self,
        scope: &Scope,
        (field, texts): (&str, &[&str]),
        names: &Names,
        present: &Value,
    ) -> Result<(), ServiceError> {
        let people = |text: &&str| on_text(text.len(), || people_in_markdown(text));
        let accounts: BTreeSet<String> = texts.iter().flat_map(people).collect();
        if accounts.is_empty() {
            return Ok(());
        }
        let (product, present) = (Product::Jira, present.to_string());
        let nobodies = self
            .connections
            .nobodies(scope, product, accounts, names, &present);
        expect_none(field, &nobodies.await)
    }

    /// Names the people whom documents anywhere in issues mention, which are in Jira's form and only shown.
    pub(super) async fn name_in_fields(&self, scope: &Scope, issues: &mut [Value]) {
        let accounts = issues.iter().flat_map(nameless_in_documents).collect();
        let names = self.connections.names(scope, Product::Jira, accounts).await;
        for issue in issues {
            name_in_documents(issue, &names);
        }
    }
}

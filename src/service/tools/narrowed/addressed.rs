//! Addresses in what a limited key asks for: one of the key's own site stands for the key or the id in it, which is held to
//! the key's projects and spaces like any other. That of another site is refused: names are others' there.

use serde_json::{Map, Value};

use super::super::ToolContext;
use crate::model::issue_reference::IssueReference;
use crate::model::page_reference::{PageName, PageReference};
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// The arguments that name issues.
const ISSUES: [&str; 6] = [
    "issue_key",
    "inward_issue_key",
    "outward_issue_key",
    "epic_key",
    "issue_keys",
    "issue_ids_or_keys",
];
/// Those that name pages.
const PAGES: [&str; 4] = ["page_id", "content_id", "parent_id", "target_parent_id"];

/// Puts the names of what lies at addresses of the own site in their place. What is no address of one thing stays.
///
/// # Errors
/// `Forbidden` for an address of another site; `Validation` for one of a site that is not reached; those of finding a
/// connection.
pub(super) async fn by_names(
    context: &ToolContext,
    scope: &Scope,
    given: &mut Map<String, Value>,
) -> Result<(), ServiceError> {
    for (argument, value) in given.iter_mut() {
        let (is_issue, is_page) = (
            ISSUES.contains(&argument.as_str()),
            PAGES.contains(&argument.as_str()),
        );
        let texts = match value {
            Value::Array(list) => list.as_mut_slice(),
            one => std::slice::from_mut(one),
        };
        for text in texts {
            let Some(named) = text.as_str() else { continue };
            if is_issue && is_address_of_issue(named) {
                let (_, key) = context.issues.named(scope, named).await?;
                *text = Value::from(key);
            } else if is_page && is_address_with_id(named) {
                let (_, id) = context.pages.located(scope, named).await?;
                *text = Value::from(id.as_str());
            }
        }
    }
    Ok(())
}

fn is_address_of_issue(text: &str) -> bool {
    IssueReference::parse(text).is_some_and(|named| named.address.is_some())
}

/// Whether the address tells the id: a title would have to be looked up, and whether it is there is not for everybody.
fn is_address_with_id(text: &str) -> bool {
    PageReference::parse(text)
        .is_ok_and(|named| named.address.is_some() && matches!(named.name, PageName::Id(_)))
}

//! Which person a caller means by a name.

use serde_json::Value;

use super::Issues;
use super::called::{Meant, as_typed, meant, near};
use crate::atlassian::jira::AssignedIn;
use crate::model::hit::Fetched;
use crate::model::page::PageRequest;
use crate::model::person::UserSummary;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// How many accounts are looked at for the one that a name fits.
const CANDIDATES: u32 = 100;

impl Issues {
    /// The id of the account that `field` names: by the id itself, by `me`, by an e-mail address or a name that
    /// fits one person, or by the mention that texts show people in.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` when the name fits
    /// nobody, or several people.
    pub(crate) async fn account(
        &self,
        scope: &Scope,
        field: &str,
        named: &str,
    ) -> Result<String, ServiceError> {
        let named = &as_typed(named);
        if named.is_empty() {
            let why = format!(
                "{field} must name a person: a name, an e-mail address, an account id or me"
            );
            return Err(ServiceError::invalid(field, why));
        }
        if is_caller(named) {
            return Ok(self.myself(scope).await?.value.account_id);
        }
        if let Some(id) = named.strip_prefix("accountid:") {
            return Ok(id.to_owned());
        }
        if !looks_like_a_name(named) {
            return Ok(named.to_owned());
        }
        let mut others = String::new();
        for query in queries(named) {
            let request = PageRequest {
                limit: CANDIDATES,
                cursor: None,
            };
            let found = self.users(scope, query, &request).await?.items;
            if let Some(id) = the_one(&found, field, named, query == named)? {
                return Ok(id);
            }
            if others.is_empty() {
                others = near(&found);
            }
        }
        let near = if others.is_empty() {
            others
        } else {
            format!(" (near: {others})")
        };
        let why = format!("no person matches {field}{near}; jira_search_users finds people");
        Err(ServiceError::invalid(field, why))
    }
}

impl Issues {
    /// The id of the account that an assignee is called by. Where the search for people finds nobody, or several, those are
    /// looked through who may be given this work: whoever may assign need not be allowed to look for people.
    ///
    /// # Errors
    /// Those of [`Issues::account`].
    pub(super) async fn assigned(
        &self,
        scope: &Scope,
        named: &str,
        place: AssignedIn<'_>,
    ) -> Result<String, ServiceError> {
        let refusal = match self.account(scope, "assignee", named).await {
            Err(error @ (ServiceError::Validation { .. } | ServiceError::Forbidden { .. })) => {
                error
            }
            outcome => return outcome,
        };
        let named = &as_typed(named);
        for query in queries(named) {
            let found = self
                .connections
                .jira(scope, |jira| jira.assignable(query, place))
                .await;
            let Ok(found) = found else {
                return Err(refusal);
            };
            if let Ok(Some(id)) = the_one(&found, "assignee", named, query == named) {
                return Ok(id);
            }
        }
        Err(refusal)
    }
}

/// The name that stands for a person in a value: a text, or an object that tells no account but what people are
/// called. A `name` in one piece is a user name of Data Center, which Jira takes itself.
pub(super) fn name_in(person: &Value) -> Option<&str> {
    let parts = match person {
        Value::String(named) => return Some(named),
        Value::Object(parts) => parts,
        _ => return None,
    };
    if ["accountId", "account_id", "id", "key"]
        .iter()
        .any(|part| parts.contains_key(*part))
    {
        return None;
    }
    let text = |part: &str| parts.get(part).and_then(Value::as_str);
    let name = text("name").filter(|name| name.trim().contains(' '));
    ["displayName", "display_name", "emailAddress", "email"]
        .into_iter()
        .find_map(text)
        .or(name)
        .filter(|named| !named.trim().is_empty())
}

/// What Jira is asked for: the name, and where it may be spelled otherwise there, as much of it as cannot.
fn queries(named: &str) -> Vec<&str> {
    let plain = named.split(|sign: char| sign == '\'' || !sign.is_ascii());
    let start = plain.into_iter().next().unwrap_or_default().trim();
    let is_shorter = start.len() < named.len() && start.chars().count() > 1;
    let shorter = is_shorter.then_some(start);
    [named].into_iter().chain(shorter).collect()
}

/// The one of some accounts that a name means; `is_asked_for` says that Jira found them for the name itself.
fn the_one(
    found: &[Fetched<UserSummary>],
    field: &str,
    named: &str,
    is_asked_for: bool,
) -> Result<Option<String>, ServiceError> {
    match meant(found, named, is_asked_for) {
        Meant::One(id) => Ok(Some(id)),
        Meant::Nobody => Ok(None),
        Meant::Several(told) => {
            let why = format!("{field} fits several people ({told}); name one by their account id");
            Err(ServiceError::invalid(field, why))
        }
    }
}

/// Whether the caller means themselves, also in JQL's words.
fn is_caller(named: &str) -> bool {
    let words = ["me", "myself", "currentUser()"];
    words.iter().any(|word| named.eq_ignore_ascii_case(word))
}

/// Account ids have no spaces, no `@` and no letters beyond ASCII, and are long.
fn looks_like_a_name(text: &str) -> bool {
    text.contains(['@', ' ', '\'']) || !text.is_ascii() || text.len() < 16
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_that_tells_no_account_is_read_for_the_name_in_it() {
        for (person, name) in [
            (json!("Omar"), Some("Omar")),
            (json!({"displayName": "Omar Haddad"}), Some("Omar Haddad")),
            (json!({"name": "Omar Haddad"}), Some("Omar Haddad")),
            (
                json!({"emailAddress": "o@example.com", "name": "omar"}),
                Some("o@example.com"),
            ),
            (json!({"name": "omar"}), None),
            (json!({"accountId": "5b10", "displayName": "Mia"}), None),
            (json!({"account_id": "5b10", "display_name": "Mia"}), None),
            (json!({"display_name": "Mia"}), Some("Mia")),
            (json!({"id": "5b10"}), None),
            (json!({"displayName": " "}), None),
            (json!({"name": 7}), None),
            (json!(["Omar"]), None),
            (Value::Null, None),
        ] {
            assert_eq!(name_in(&person), name, "{person}");
        }
    }

    #[test]
    fn jira_is_asked_for_what_cannot_be_spelled_otherwise() {
        assert_eq!(queries("José García"), ["José García", "Jos"]);
        assert_eq!(queries("Pat O'Brien"), ["Pat O'Brien", "Pat O"]);
        assert_eq!(queries("Omar Haddad"), ["Omar Haddad"]);
        for me in ["me", "Me", "myself", "currentUser()"] {
            assert!(is_caller(me), "{me}");
        }
        assert!(looks_like_a_name("Jürgen-Großmüller-Ñ"));
        assert!(!looks_like_a_name("5b10ac8d82e05b22cc7d4ef5"));
    }
}

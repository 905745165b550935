//! Which person a caller means by a name.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::Issues;
use crate::atlassian::jira::AssignedIn;
use crate::model::hit::Fetched;
use crate::model::page::PageRequest;
use crate::model::person::UserSummary;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// How many accounts are looked at for the one that a name fits.
const CANDIDATES: u32 = 100;

/// How many of several accounts a refusal names.
const MOST_TOLD: usize = 5;

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
        for query in queries(named) {
            let request = PageRequest {
                limit: CANDIDATES,
                cursor: None,
            };
            let found = self.users(scope, query, &request).await?.items;
            if let Some(id) = the_one(&found, field, named, query == named)? {
                return Ok(id);
            }
        }
        let why = format!("no person matches {field}; jira_search_users finds people");
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

/// The one of some accounts that a name means; one who is not called so exactly only where `loosely`.
fn the_one(
    found: &[Fetched<UserSummary>],
    field: &str,
    named: &str,
    loosely: bool,
) -> Result<Option<String>, ServiceError> {
    let (colleagues, others): (Vec<_>, Vec<_>) =
        found.iter().partition(|user| user.value.is_colleague());
    // Whoever has left, apps and customers are meant only where nobody else has the name.
    for accounts in [&colleagues, &others] {
        match meant(accounts, named, loosely) {
            Meant::One(id) => return Ok(Some(id)),
            Meant::Several(told) => {
                let why =
                    format!("{field} fits several people ({told}); name one by their account id");
                return Err(ServiceError::invalid(field, why));
            }
            Meant::Nobody => {}
        }
    }
    Ok(None)
}

/// Whether the caller means themselves, also in JQL's words.
fn is_caller(named: &str) -> bool {
    let words = ["me", "myself", "currentUser()"];
    words.iter().any(|word| named.eq_ignore_ascii_case(word))
}

/// A name as somebody types it: without the mention that texts show it in, without quotes and the `@` in front,
/// with single spaces, the apostrophe of the keyboard, and letters in one piece.
fn as_typed(named: &str) -> String {
    let named = named.trim();
    let mention = named
        .strip_prefix("[~")
        .or_else(|| Some(named.strip_prefix("@[")?.split_once("](")?.1))
        .and_then(|rest| rest.strip_suffix([']', ')']));
    let bare = mention
        .unwrap_or(named)
        .trim_matches(['"', '\u{201c}', '\u{201d}']);
    let bare = bare.strip_prefix('@').unwrap_or(bare);
    let words: Vec<&str> = bare.split_whitespace().collect();
    let name = words
        .join(" ")
        .replace(['\u{2018}', '\u{2019}', '\u{2bc}'], "'");
    name.nfc().collect()
}

/// Whom a name means among some accounts.
#[derive(Debug, PartialEq, Eq)]
enum Meant {
    One(String),
    Several(String),
    Nobody,
}

/// The account whose name or e-mail address it is; else the only one that it fits at all.
fn meant(accounts: &[&Fetched<UserSummary>], named: &str, loosely: bool) -> Meant {
    let named = named.to_lowercase();
    let is_so =
        |text: Option<&str>| text.is_some_and(|text| as_typed(text).to_lowercase() == named);
    // Data Center has user names besides.
    let is_called = |user: &Fetched<UserSummary>| {
        let raw = ["emailAddress", "name"].map(|part| user.raw.get(part));
        let mut raw = raw.into_iter().flatten();
        is_so(user.value.display_name.as_deref()) || raw.any(|text| is_so(text.as_str()))
    };
    let exact: Vec<_> = accounts.iter().filter(|user| is_called(user)).collect();
    let fitting: Vec<_> = if exact.is_empty() && loosely {
        accounts.iter().collect()
    } else {
        exact
    };
    match fitting.as_slice() {
        [] => Meant::Nobody,
        [one] => Meant::One(one.value.account_id.clone()),
        several => {
            let told = several.iter().take(MOST_TOLD).map(|user| {
                let name = user.value.display_name.as_deref().unwrap_or("nameless");
                format!("{name}: {}", user.value.account_id)
            });
            Meant::Several(told.collect::<Vec<_>>().join(", "))
        }
    }
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
    fn a_name_is_the_same_however_it_is_typed() {
        for (typed, name) in [
            (" Omar \u{a0} Haddad ", "Omar Haddad"),
            ("Jose\u{301} Garci\u{301}a", "José García"),
            ("Pat O\u{2019}Brien", "Pat O'Brien"),
            ("@[Omar Haddad](accountid:712020:8f)", "accountid:712020:8f"),
            ("[~accountid:712020:8f]", "accountid:712020:8f"),
            ("[~omar]", "omar"),
            ("@Omar Haddad", "Omar Haddad"),
            ("\"Omar Haddad\"", "Omar Haddad"),
            ("omar@example.com", "omar@example.com"),
            (
                "@[\u{201c}Omar\u{201d}](accountid:712020:8f)",
                "accountid:712020:8f",
            ),
        ] {
            assert_eq!(as_typed(typed), name, "{typed:?}");
        }
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

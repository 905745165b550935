//! Users as rows of an owner: names to store projects and pages under, never principals.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::fields::{FieldReader, InvalidFields};
use super::request_body::{FromBody, Rule, line, request_body, required};

/// RFC 5321 §4.5.3.1: the longest address and the longest part before the `@`.
const LONGEST_EMAIL: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;
/// RFC 1035, section 2.3.4.
const LONGEST_LABEL: usize = 63;
/// As in the stored rows that belong to the user.
const LONGEST_NAME: usize = 255;

/// A stored user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserRow {
    /// Opaque; the `owner_id` of stored projects and pages.
    #[schema(example = "01994f2a-7c11-7d3a-9a1e-3f5b8c2d4e6f")]
    pub id: String,
    /// The e-mail address; none where the row was made for its owner and no address is known.
    #[schema(example = "mia@example.com")]
    pub email: Option<String>,
    /// The name to show.
    #[schema(example = "Mia Krystof")]
    pub display_name: Option<String>,
    /// The place among the owner's rows.
    #[serde(skip)]
    pub number: i64,
}

request_body! {
    /// A user to store. The tokens and addresses that an earlier system stored are never looked at.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct NewUser {
        /// The same address, in any case, is the same row.
        #[schema(example = "mia@example.com")]
        pub email: String = required(Rule::new("must be an e-mail address", is_email)),
        /// At most 255 characters.
        #[schema(example = "Mia Krystof")]
        pub display_name: Option<String> = line(LONGEST_NAME),
    }
}

/// What an earlier system stored of its users. Tokens do not belong into a body.
const NEVER_LOOKED_AT: [&str; 5] = [
    "id",
    "jira_token",
    "confluence_token",
    "jira_base_url",
    "confluence_base_url",
];

impl FromBody for NewUser {
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        Self::from_fields(FieldReader::new(body)?.passing(&NEVER_LOOKED_AT))
    }
}

impl NewUser {
    /// What two spellings of one address have in common.
    pub(crate) fn email_key(&self) -> String {
        email_key(&self.email)
    }
}

/// What two spellings of one address have in common.
pub(crate) fn email_key(email: &str) -> String {
    email.to_lowercase()
}

/// Whether `text` can be the id of a row of ours. What cannot is not looked for.
pub(crate) fn is_row_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The everyday form of an address: no quotes, comments or address literals.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let allowed =
        |character: char| character.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(character);
    let dots_well = |part: &str| part.split('.').all(|piece| !piece.is_empty());
    text.len() <= LONGEST_EMAIL
        && local.len() <= LONGEST_LOCAL_PART
        && local.chars().all(allowed)
        && dots_well(local)
        && domain.contains('.')
        && domain.split('.').all(is_domain_label)
}

fn is_domain_label(label: &str) -> bool {
    (1..=LONGEST_LABEL).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .chars()
            .all(|character| character.is_alphanumeric() || character == '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn everyday_addresses_are_taken() {
        for good in [
            "mia@example.com",
            "Mia.Krystof+jira@Sub.Example.co.uk",
            "o'brien@example.com",
            "léa@exämple.fr",
            "a@b.c",
        ] {
            assert!(is_email(good), "{good}");
        }
    }

    #[test]
    fn anything_else_is_no_address() {
        let long = format!("{}@example.com", "a".repeat(65));
        let longer = format!("a@{}.com", "b.".repeat(126));
        for bad in [
            "",
            "mia",
            "mia@",
            "@example.com",
            "mia@localhost",
            "mia@@example.com",
            "mia @example.com",
            "mia@exa mple.com",
            "mia@example.com\n",
            "mia\u{0}@example.com",
            ".mia@example.com",
            "mi..a@example.com",
            "mia@.com",
            "mia@example..com",
            "mia@-example.com",
            "mia@example-.com",
            "<mia@example.com>",
            "Mia <mia@example.com>",
            "\"mia\"@example.com",
            "mia@[127.0.0.1]",
            "mia@example.com,omar@example.com",
            &long,
            &longer,
        ] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }

    #[test]
    fn tokens_in_a_body_are_never_looked_at() {
        let body = json!({"email": "mia@example.com", "display_name": null, "jira_token": "secret", "confluence_token": 7});
        let user = NewUser::read(&body).unwrap();
        assert!(!format!("{user:?}").contains("secret"));
        assert_eq!(user.display_name, None);
    }
}

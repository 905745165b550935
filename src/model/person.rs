//! Atlassian accounts, as others and as they themselves see them.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::ids::InvalidId;

/// What people are called, by account; on Data Center by user name or key.
pub(crate) type Names = HashMap<String, String>;

/// What a look-up of names tells: a name, or surely none. Who is missing was not told of.
pub(crate) type NamesTold = HashMap<String, Option<String>>;

/// An Atlassian account as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct AtlassianUser {
    /// The account's id.
    #[schema(example = "5b10ac8d82e05b22cc7d4ef5")]
    pub account_id: String,
    /// The name to show.
    #[schema(example = "Mia Krystof")]
    pub display_name: Option<String>,
}

/// An account as a search for people finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct UserSummary {
    /// The account's id.
    #[schema(example = "5b10ac8d82e05b22cc7d4ef5")]
    pub account_id: String,
    /// The name to show.
    #[schema(example = "Mia Krystof")]
    pub display_name: Option<String>,
    /// The address of a small picture.
    #[schema(
        example = "https://avatar-management--avatars.us-west-2.prod.public.atl-paas.net/mia/48"
    )]
    pub avatar_url: Option<String>,
    /// Whether somebody still uses it.
    #[schema(example = true)]
    pub active: Option<bool>,
    /// `atlassian` for a person, `app`, or `customer` of a service desk; none on Data Center.
    #[schema(example = "atlassian")]
    pub account_type: Option<String>,
}

impl UserSummary {
    /// Whether work can be given to this account: no person who has left, no app, no customer.
    pub(crate) fn is_colleague(&self) -> bool {
        let is_person = self
            .account_type
            .as_deref()
            .is_none_or(|kind| kind == "atlassian");
        is_person && self.active != Some(false)
    }
}

/// An account with its profile. What the person hides is `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct UserProfile {
    /// The account's id.
    #[schema(example = "5b10ac8d82e05b22cc7d4ef5")]
    pub account_id: String,
    /// The name to show.
    #[schema(example = "Mia Krystof")]
    pub display_name: Option<String>,
    /// The e-mail address.
    #[schema(example = "mia@example.com")]
    pub email: Option<String>,
    /// The address of a small picture.
    #[schema(
        example = "https://avatar-management--avatars.us-west-2.prod.public.atl-paas.net/mia/48"
    )]
    pub avatar_url: Option<String>,
    /// The time zone, by its name in the IANA database.
    #[schema(example = "Australia/Sydney")]
    pub time_zone: Option<String>,
}

/// The id of an Atlassian account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountId(String);

impl AccountId {
    /// Accepts 1 to 128 of `[A-Za-z0-9:_.-]`.
    ///
    /// # Errors
    /// For a text that is no account id.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidId> {
        let allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'.');
        if (1..=128).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId("this is not the id of an Atlassian account"))
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether nobody is meant: people and models write an empty text for `null`, or a word for it.
pub(crate) fn is_nobody(named: &str) -> bool {
    let named = named.trim();
    let words = ["", "unassigned", "none", "nobody"];
    words.iter().any(|word| named.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_e_mail_address_is_no_account() {
        assert!(AccountId::parse("712020:5b10ac8d-82e0").is_ok());
        for bad in ["", "mia@example.com", "a b", "a/b", &"x".repeat(129)] {
            assert!(AccountId::parse(bad).is_err(), "{bad:?}");
        }
    }
}

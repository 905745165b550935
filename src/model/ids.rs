//! Names of things: tenants, sites' cloud ids, and the ids we make ourselves.

use std::cell::RefCell;
use std::fmt;
use std::sync::LazyLock;

use serde::Serialize;
use uuid::Builder;

use super::shared_text::SharedText;
use super::time::Timestamp;

/// A text that is not a valid id of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidId(pub &'static str);

/// A namespace inside what a caller may see: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct TenantId(SharedText);

impl TenantId {
    /// Checks the form.
    ///
    /// # Errors
    /// For anything else: the name becomes part of keys and rows as it is.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let starts_well = text
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric());
        if starts_well && text.len() <= 64 && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidId(
                "a tenant is 1 to 64 letters, digits, dots, dashes or underscores and starts with a letter or digit",
            ))
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The namespace of all who name none.
static USUAL_TENANT: LazyLock<TenantId> = LazyLock::new(|| TenantId("default".into()));

impl Default for TenantId {
    fn default() -> Self {
        USUAL_TENANT.clone()
    }
}

/// What the stand-in for a Data Center's cloud id begins with.
const DATA_CENTER: &str = "dc:";

/// The UUID of an Atlassian site; for a Data Center, which has none, `dc:` and its host.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct CloudId(SharedText);

impl CloudId {
    /// Checks that the text can only be one path segment: hexadecimal digits and dashes.
    ///
    /// # Errors
    /// For anything else: the id becomes part of an address.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let allowed = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_ascii_lowercase().into()))
        } else {
            Err(InvalidId("a cloud id is a UUID"))
        }
    }

    /// The stand-in for the cloud id of a Data Center, which has none: `dc:` and its host.
    pub(crate) fn of_data_center(authority: &str) -> Self {
        Self(format!("{DATA_CENTER}{authority}").into())
    }

    /// Reads what a row holds: a UUID, or the stand-in for one.
    ///
    /// # Errors
    /// For anything else: such a row was not written here.
    pub(crate) fn stored(text: &str) -> Result<Self, InvalidId> {
        let allowed = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']')
        };
        match text.strip_prefix(DATA_CENTER) {
            Some(host) if !host.is_empty() && host.bytes().all(allowed) => Ok(Self(text.into())),
            _ => Self::parse(text),
        }
    }

    /// Whether this stands for a host of Data Center rather than for a site of Atlassian Cloud.
    pub(crate) fn is_data_center(&self) -> bool {
        self.0.starts_with(DATA_CENTER)
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CloudId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether a text is one of Atlassian's numbers: 1 to 19 digits, as 64 bits hold.
pub(super) fn is_number(text: &str) -> bool {
    (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A new row id (UUID version 7), ordered by the time it was made. It is a name and no secret: tokens come from
/// [`super::secret`].
pub(crate) fn new_id(now: Timestamp) -> String {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random_part())
        .into_uuid()
        .to_string()
}

/// As many ids are made of what the system gives at once: every request has one, and asking is a call of the system.
const IDS_AT_ONCE: usize = 64;
const RANDOM_PART: usize = 10;

thread_local! {
    static RANDOM_PARTS: RefCell<Vec<[u8; RANDOM_PART]>> = const { RefCell::new(Vec::new()) };
}

fn random_part() -> [u8; RANDOM_PART] {
    RANDOM_PARTS.with_borrow_mut(|parts| {
        if parts.is_empty() {
            let mut bytes = [0; RANDOM_PART * IDS_AT_ONCE];
            // Without it no secret could be made either; the ids would still differ by their time.
            if getrandom::fill(&mut bytes).is_err() {
                tracing::error!("the system's random number source is not available");
            }
            parts.extend(bytes.as_chunks::<RANDOM_PART>().0);
        }
        parts.pop().unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_a_short_plain_name() {
        for good in ["default", "a", "A.b-c_9", &"x".repeat(64)] {
            assert!(TenantId::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            " ",
            ".a",
            "-a",
            "a b",
            "a/b",
            "ä",
            "a\n",
            &"x".repeat(65),
        ] {
            assert!(TenantId::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_cloud_id_never_leaves_its_path_segment() {
        assert!(CloudId::parse("1324a887-45db-1bf4-1e99-ef0ff456d421").is_ok());
        for bad in ["", "..", "a/b", "%2e%2e", "g", "a\\b"] {
            assert!(CloudId::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_row_may_hold_the_stand_in_of_a_data_center() {
        let id = CloudId::of_data_center("jira.example.com:8443");
        assert!(id.is_data_center());
        assert_eq!(CloudId::stored(id.as_str()), Ok(id.clone()));
        assert!(CloudId::parse(id.as_str()).is_err());
        for bad in ["dc:", "dc:a/b", "dc:..%2f", "xx:a"] {
            assert!(CloudId::stored(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_of_one_moment_differ() {
        let now = Timestamp::from_millis(1_700_000_000_123);
        assert_ne!(new_id(now), new_id(now));
    }
}

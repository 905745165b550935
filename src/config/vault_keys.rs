//! The keys that seal stored secrets, as settings or a key file write them.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::model::vault_key::VaultKey;

/// The id of a key that was written without one.
const UNNAMED: &str = "main";

/// Parses `id:key,…`, the key being base64 or base64url of 32 bytes; a single key may stand alone and is then
/// called `main`. Gives the keys in their order, which is the order of use: the first seals.
///
/// # Errors
/// Which entry is wrong, never what it holds.
pub fn parse_vault_keys(text: &str) -> Result<Vec<VaultKey>, String> {
    let entries: Vec<&str> = text
        .split([',', '\n'])
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .collect();
    let mut keys: Vec<VaultKey> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let number = index + 1;
        let (id, key) = match entry.split_once(':') {
            Some((id, key)) => (id.trim(), key.trim()),
            None if entries.len() == 1 => (UNNAMED, *entry),
            None => {
                return Err(format!(
                    "key {number} has no name; write id:key for each of several keys"
                ));
            }
        };
        if !is_id(id) {
            return Err(format!(
                "key {number} needs a name of up to 32 letters, digits, - or _ before the colon"
            ));
        }
        if keys.iter().any(|known| known.id() == id) {
            return Err(format!(
                "key {number} has the name of an earlier key; give it another one"
            ));
        }
        let key = decode(id, key).ok_or_else(|| {
            format!(
                "key {number} must be base64 of 32 bytes; make one with: openssl rand -base64 32"
            )
        })?;
        keys.push(key);
    }
    if keys.is_empty() {
        Err("holds no key".to_owned())
    } else {
        Ok(keys)
    }
}

fn is_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=32).contains(&id.len()) && id.bytes().all(allowed)
}

fn decode(id: &str, key: &str) -> Option<VaultKey> {
    let url_safe = key.contains(['-', '_']);
    let alphabet = if url_safe {
        &alphabet::URL_SAFE
    } else {
        &alphabet::STANDARD
    };
    let forgiving =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = Zeroizing::new(GeneralPurpose::new(alphabet, forgiving).decode(key).ok()?);
    let bytes: [u8; 32] = bytes.as_slice().try_into().ok()?;
    Some(VaultKey::new(id, bytes))
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};

    use super::*;

    fn ids(text: &str) -> Result<Vec<String>, String> {
        parse_vault_keys(text).map(|keys| keys.iter().map(|key| key.id().to_owned()).collect())
    }

    #[test]
    fn keys_keep_their_names_and_order() {
        let (new, old) = (
            BASE64_STANDARD.encode([0xfb; 32]),
            BASE64_STANDARD.encode([2; 32]),
        );
        let keys = parse_vault_keys(&format!("2026-01:{new}, old:{old}")).unwrap();
        assert_eq!(keys[0].id(), "2026-01");
        assert_eq!(keys[0].expose(), &[0xfb; 32]);
        assert_eq!(keys[1].expose(), &[2; 32]);
    }

    #[test]
    fn a_single_key_needs_no_name_and_may_be_url_safe() {
        for text in [
            BASE64_URL_SAFE.encode([0xfb; 32]),
            BASE64_URL_SAFE_NO_PAD.encode([0xfb; 32]),
        ] {
            let keys = parse_vault_keys(&text).unwrap();
            assert_eq!((keys[0].id(), keys[0].expose()), ("main", &[0xfb; 32]));
        }
    }

    #[test]
    fn a_bad_key_is_refused_without_being_repeated() {
        let good = BASE64_STANDARD.encode([1; 32]);
        let short = BASE64_STANDARD.encode([7; 31]);
        for text in [
            short.clone(),
            format!("a:{good},b:{short}"),
            format!("a:{good},a:{good}"),
            format!("{good},{good}"),
            format!("bad name:{good}"),
            ",".to_owned(),
        ] {
            let problem = ids(&text).unwrap_err();
            assert!(
                !problem.contains(&short) && !problem.contains(&good),
                "{problem}"
            );
        }
    }

    #[test]
    fn debug_does_not_show_a_key() {
        let keys = parse_vault_keys(&BASE64_STANDARD.encode([200; 32])).unwrap();
        assert!(!format!("{keys:?}").contains("200"));
    }
}

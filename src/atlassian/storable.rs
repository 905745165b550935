//! Takes out of Atlassian's JSON the two things that JSON can write and a stored text cannot hold.
//!
//! A NUL is refused by PostgreSQL and kept by SQLite. Half of a surrogate pair is no character (RFC 8259,
//! section 8.2), and one in a name would make the whole answer unreadable.

/// The same JSON without NULs, and with U+FFFD in place of lone halves of surrogate pairs.
pub(super) fn storable(json: Vec<u8>) -> Vec<u8> {
    if memchr::memmem::find(&json, br"\u").is_none() {
        return json;
    }
    let mut kept = Vec::with_capacity(json.len());
    let mut rest = json.as_slice();
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'\\' {
            kept.push(byte);
            rest = after;
            continue;
        }
        let (replacement, length) = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0), _) => (&b""[..], 6),
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (&rest[..12], 12),
            (Some(0xd800..=0xdfff), _) => (&br"\ufffd"[..], 6),
            (Some(_), _) => (&rest[..6], 6),
            // Another escape: the character behind the backslash begins none itself.
            (None, _) => (&rest[..rest.len().min(2)], rest.len().min(2)),
        };
        kept.extend_from_slice(replacement);
        rest = &rest[length..];
    }
    kept
}

/// The UTF-16 unit of an escape such as `\u00e9` at the start of `text`.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(br"\u")?.get(..4)?;
    let plain = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| plain)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> String {
        String::from_utf8(storable(text.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn what_no_text_can_hold_goes_and_all_else_stays() {
        for (json, expected) in [
            (r#""plain \n \" \\ é""#, r#""plain \n \" \\ é""#),
            (r#""a\u0000b\u0000""#, r#""ab""#),
            (r#""a\\u0000b""#, r#""a\\u0000b""#),
            (r#""a\\\u0000b""#, r#""a\\b""#),
            (r#""\u00e9\u0001""#, r#""\u00e9\u0001""#),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ude00x""#, r#""\ufffdx""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ud83d\u0000""#, r#""\ufffd""#),
            (r#""\u12""#, r#""\u12""#),
            (r"\", r"\"),
        ] {
            assert_eq!(of(json), expected, "{json}");
        }
    }

    proptest! {
        #[test]
        fn every_text_arrives_but_for_its_nuls(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let read: String = serde_json::from_slice(&storable(json.into_bytes())).unwrap();
            prop_assert_eq!(read, text.replace('\0', ""));
        }

        #[test]
        fn whatever_comes_is_read_to_its_end(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _kept = storable(bytes);
        }
    }
}

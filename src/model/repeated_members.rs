//! A member that stands twice in a JSON object: readers differ in which of the two they take (RFC 8259, section 4), so what
//! was meant is not known.

use std::collections::HashSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

/// How a refusal of ours is told from those of the parser.
const MARK: &str = "stands twice: ";

/// Where in a JSON text the first member stands that stood in the same object before; none in a text that is no JSON.
pub(crate) fn repeated_member(bytes: &[u8]) -> Option<String> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let found = Distinct {
        path: String::new(),
    }
    .deserialize(&mut deserializer);
    let sentence = found.err()?.to_string();
    let path = sentence.strip_prefix(MARK)?;
    // The parser says behind it where it was.
    let path = path.rsplit_once(" at line ").map_or(path, |(path, _)| path);
    Some(path.to_owned())
}

/// Reads a value at `path` of the whole, and fails at the first member that stands twice.
struct Distinct {
    path: String,
}

impl<'de> DeserializeSeed<'de> for Distinct {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Distinct {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut place = 0_usize;
        loop {
            let path = format!("{}[{place}]", self.path);
            if entries.next_element_seed(Distinct { path })?.is_none() {
                return Ok(());
            }
            place += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            let path = match self.path.as_str() {
                "" => name.clone(),
                above => format!("{above}.{name}"),
            };
            if !names.insert(name) {
                return Err(A::Error::custom(format_args!("{MARK}{path}")));
            }
            members.next_value_seed(Distinct { path })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_stands_twice_is_found_at_every_depth() {
        for (text, path) in [
            (r#"{"a":1,"b":2}"#, None),
            (r#"{"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1}]}"#, None),
            (r#"{"a":1,"a":1}"#, Some("a")),
            (r#"{"a":"\"a\":","b":"a"}"#, None),
            (r#"{"a":1,"\u0061":2}"#, Some("a")),
            (r#"{"f":{"c":[1,{"x":null,"x":true}]}}"#, Some("f.c[1].x")),
            (r#"[{"x":1.5,"x":-1}]"#, Some("[0].x")),
            (r#"{"a at line b":1,"a at line b":2}"#, Some("a at line b")),
            ("", None),
            ("{", None),
        ] {
            let found = repeated_member(text.as_bytes());
            assert_eq!(found.as_deref(), path, "{text}");
        }
    }
}

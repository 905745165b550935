//! An answer that holds a list: its entries, and what stands beside them.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::error::AtlassianError;

/// The entries of an answer's list, and its other members.
#[derive(Debug)]
pub(super) struct Listed<R> {
    pub(super) entries: Vec<R>,
    pub(super) rest: Value,
}

impl<R: DeserializeOwned> Listed<R> {
    /// Reads the answer whose list stands under `key`.
    ///
    /// # Errors
    /// `Nonsense` when it is no object or holds no such list.
    pub(super) fn read(answer: &[u8], key: &'static str) -> Result<Self, AtlassianError> {
        let mut json = serde_json::Deserializer::from_slice(answer);
        let seed = Seed {
            key,
            entries: PhantomData,
        };
        let listed = seed.deserialize(&mut json);
        let listed = listed.and_then(|listed| json.end().map(|()| listed));
        listed.map_err(|_| AtlassianError::Nonsense("the answer holds no list"))
    }
}

struct Seed<R> {
    key: &'static str,
    entries: PhantomData<R>,
}

impl<'de, R: DeserializeOwned> DeserializeSeed<'de> for Seed<R> {
    type Value = Listed<R>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de, R: DeserializeOwned> Visitor<'de> for Seed<R> {
    type Value = Listed<R>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object with a list under {}", self.key)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut entries, mut rest) = (None, Map::new());
        while let Some(name) = members.next_key::<String>()? {
            if name == self.key {
                entries = Some(members.next_value()?);
            } else {
                rest.insert(name, members.next_value()?);
            }
        }
        Ok(Listed {
            entries: entries.ok_or_else(|| A::Error::missing_field(self.key))?,
            rest: Value::Object(rest),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_entries_and_the_rest_are_read() {
        let answer = br#"{"isLast": false, "values": [{"b": 1,  "a": 2}, 7], "total": 2}"#;
        let read = Listed::<Value>::read(answer, "values").unwrap();
        assert_eq!(read.entries, [json!({"a": 2, "b": 1}), json!(7)]);
        assert_eq!(read.rest, json!({"isLast": false, "total": 2}));
    }

    #[test]
    fn what_holds_no_list_is_nonsense() {
        for answer in [
            "",
            "[]",
            "{}",
            r#"{"values": {}}"#,
            r#"{"values": null}"#,
            r#"{"values": []} x"#,
            r#"{"values": [1"#,
        ] {
            assert!(
                Listed::<Value>::read(answer.as_bytes(), "values").is_err(),
                "{answer}"
            );
        }
    }
}

//! An answer that holds a list: its entries, read or as the texts that came, and what stands beside them.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::error::AtlassianError;
use super::json::take_entries;
use crate::model::hit::unread;

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

impl Listed<Box<RawValue>> {
    /// The same of an answer that was read whole.
    ///
    /// # Errors
    /// As [`Listed::read`].
    pub(super) fn of(mut answer: Value, key: &'static str) -> Result<Self, AtlassianError> {
        let entries = take_entries(&mut answer, key)?;
        Ok(Self {
            entries: entries.iter().map(unread).collect(),
            rest: answer,
        })
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
    fn entries_come_as_they_are_and_the_rest_is_read() {
        let answer = br#"{"isLast": false, "values": [{"b": 1,  "a": 2}, 7], "total": 2}"#;
        let listed = Listed::<Box<RawValue>>::read(answer, "values").unwrap();
        let entries: Vec<&str> = listed.entries.iter().map(|entry| entry.get()).collect();
        assert_eq!(entries, [r#"{"b": 1,  "a": 2}"#, "7"]);
        assert_eq!(listed.rest, json!({"isLast": false, "total": 2}));
        let read = Listed::<Value>::read(answer, "values").unwrap();
        assert_eq!(read.entries, [json!({"a": 2, "b": 1}), json!(7)]);
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
            if let Ok(read) = serde_json::from_str(answer) {
                assert!(Listed::of(read, "values").is_err(), "{answer}");
            }
        }
    }
}

//! Reads Atlassian's JSON from its bytes into types, without minding what else is there, missing or of another
//! kind: one odd member must not cost an entry, and one odd entry not the list.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

use crate::model::time::Timestamp;

/// An object of Atlassian's, read already or not.
pub(super) trait Json {
    /// What of it `T` names; none when it is no object, or names something twice.
    fn read<T: DeserializeOwned>(&self) -> Option<T>;
}

impl Json for Value {
    fn read<T: DeserializeOwned>(&self) -> Option<T> {
        T::deserialize(self).ok()
    }
}

/// A text; a number counts as its text, an empty text as none.
pub(super) fn text<'de, D: Deserializer<'de>>(json: D) -> Result<Option<String>, D::Error> {
    json.deserialize_any(Text)
}

/// A time.
pub(super) fn time<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Timestamp>, D::Error> {
    let text = text(json)?;
    Ok(text.as_deref().and_then(Timestamp::parse))
}

/// A whole number.
pub(super) fn integer<'de, D: Deserializer<'de>>(json: D) -> Result<Option<i64>, D::Error> {
    Ok(Value::deserialize(json)?.as_i64())
}

/// The members of an object; the default where there is none.
pub(super) fn object<'de, D, T>(json: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    json.deserialize_any(Object(PhantomData))
}

/// The entries of an array; none where there is no array.
pub(super) fn list<'de, D: Deserializer<'de>>(json: D) -> Result<Vec<Value>, D::Error> {
    match Value::deserialize(json)? {
        Value::Array(entries) => Ok(entries),
        _ => Ok(Vec::new()),
    }
}

/// Takes the rest of an array and of an object, which the parser must have passed.
macro_rules! passing_over {
    (array) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            while entries.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
    (object) => {
        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
    (null) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
}

struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = Option<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok((!text.is_empty()).then_some(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(number).map(|number| number.to_string()))
    }

    passing_over!(null);
    passing_over!(array);
    passing_over!(object);
}

struct Object<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Object<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members))
    }

    fn visit_str<E>(self, _: &str) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<T, E> {
        Ok(T::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::default())
    }

    passing_over!(null);
    passing_over!(array);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlassian::shaped_list::Unread;
    use serde_json::json;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Thing {
        #[serde(deserialize_with = "text")]
        id: Option<String>,
        #[serde(deserialize_with = "object")]
        inner: Inner,
        #[serde(deserialize_with = "list")]
        many: Vec<Value>,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Inner {
        #[serde(deserialize_with = "text")]
        name: Option<String>,
        #[serde(deserialize_with = "integer")]
        number: Option<i64>,
        #[serde(deserialize_with = "time")]
        at: Option<Timestamp>,
    }

    /// Read both ways, which must be the same.
    fn read(json: &Value) -> Option<Thing> {
        let thing = json.read();
        let text = json.to_string();
        assert_eq!(Unread::at_start_of(&text).read(), thing, "{json}");
        thing
    }

    #[test]
    fn what_is_there_is_read_whatever_stands_beside_it() {
        let thing = read(
            &json!({"id": 10, "x": {"y": [1, {"z": null}]}, "many": [1, "a"],
            "inner": {"name": "n", "number": 3, "at": "2024-01-02T03:04:05.000Z", "more": []}}),
        );
        let thing = thing.unwrap();
        assert_eq!(thing.id.as_deref(), Some("10"));
        assert_eq!(
            (thing.inner.name.as_deref(), thing.inner.number),
            (Some("n"), Some(3))
        );
        assert!(thing.inner.at.is_some() && thing.many.len() == 2);
    }

    #[test]
    fn what_is_of_another_kind_counts_as_missing() {
        let odd = [
            json!(null),
            json!(true),
            json!(1),
            json!(-1),
            json!(1.5),
            json!("text"),
            json!(""),
            json!([1, [2], {"a": 3}]),
            json!({"a": {"b": [1]}}),
        ];
        for value in &odd {
            let thing = read(&json!({"inner": value, "many": value, "id": "after"})).unwrap();
            assert_eq!(thing.id.as_deref(), Some("after"), "{value}");
            assert_eq!(thing.inner, Inner::default(), "{value}");
            let inner = json!({"name": [value, {}], "number": [value], "at": value});
            let thing = read(&json!({"inner": inner, "id": "after"})).unwrap();
            assert_eq!(thing.inner, Inner::default(), "{value}");
            assert_eq!(thing.id.as_deref(), Some("after"));
        }
    }

    #[test]
    fn numbers_count_as_their_text() {
        for (value, expected) in [
            (json!(7), Some("7")),
            (json!(-7), Some("-7")),
            (json!(1.5), Some("1.5")),
            (json!(1e30), Some("1e+30")),
            (json!(""), None),
            (json!(false), None),
        ] {
            let thing = read(&json!({ "id": value })).unwrap();
            assert_eq!(thing.id.as_deref(), expected, "{value}");
        }
        let odd = [json!([]), json!("x"), json!(null)];
        assert!(
            odd.iter()
                .all(|odd| read(odd).is_none_or(|thing| thing == Thing::default()))
        );
    }
}

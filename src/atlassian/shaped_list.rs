//! An answer that holds a list, read in one pass: each entry is read into our words where it stands, and its text is
//! found thereby.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};

use super::error::AtlassianError;
use super::lenient::Json;
use crate::model::hit::{Entry, Fetched, RawJson};

const NO_LIST: AtlassianError = AtlassianError::Nonsense("the answer holds no list");

/// The entries of an answer's list that could be read, how many came, and what stands beside them.
#[derive(Debug)]
pub(super) struct ShapedList<T> {
    pub(super) entries: Vec<Entry<T>>,
    pub(super) came: usize,
    pub(super) rest: Value,
}

impl<T> ShapedList<T> {
    /// Reads the answer whose list stands under `key`, each entry with `shape`. What that makes nothing of is left
    /// out: it must not cost the caller the others.
    ///
    /// # Errors
    /// `Nonsense` when it is no object or holds no such list.
    pub(super) fn read(
        answer: Vec<u8>,
        key: &'static str,
        shape: impl Fn(&Unread<'_>) -> Option<T>,
    ) -> Result<Self, AtlassianError> {
        let whole = Arc::new(String::from_utf8(answer).map_err(|_| NO_LIST)?);
        let mut place = Place::start(&whole);
        let (mut found, mut rest) = (None, Map::new());
        let is_whole = place.members(|place, name| {
            if name == key {
                found = Some(place.entries(&whole, &shape)?);
            } else {
                rest.insert(name, place.value()?);
            }
            Some(())
        });
        // One that breaks off behind the list is none: what it says of the rest of it is missing.
        is_whole.filter(|()| place.is_end()).ok_or(NO_LIST)?;
        let (entries, came) = found.ok_or(NO_LIST)?;
        Ok(Self {
            entries,
            came,
            rest: Value::Object(rest),
        })
    }
}

/// An object that stands somewhere in an answer and is read when it is asked what it is.
pub(super) struct Unread<'a> {
    text: &'a str,
    /// How long it is, once that is known.
    length: Cell<Option<usize>>,
}

impl<'a> Unread<'a> {
    /// The object that `text` begins with.
    pub(super) fn at_start_of(text: &'a str) -> Self {
        let length = Cell::new(None);
        Self { text, length }
    }
}

impl Json for Unread<'_> {
    fn read<T: DeserializeOwned>(&self) -> Option<T> {
        let (value, length) = first_value(self.text)?;
        self.length.set(Some(length));
        Some(value)
    }
}

/// The value that a text begins with, and how many bytes of the text it takes.
fn first_value<'a, T: Deserialize<'a>>(text: &'a str) -> Option<(T, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let value = values.next()?.ok()?;
    Some((value, values.byte_offset()))
}

/// How far a text is read. Whatever does not go on as JSON would gives nothing.
struct Place<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Place<'a> {
    fn start(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is no white space.
    fn next(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn take(&mut self, expected: u8) -> Option<()> {
        (self.next()? == expected).then(|| self.at += 1)
    }

    fn is_end(&mut self) -> bool {
        self.next().is_none()
    }

    fn value<T: Deserialize<'a>>(&mut self) -> Option<T> {
        let (value, length) = first_value(self.text.get(self.at..)?)?;
        self.at += length;
        Some(value)
    }

    /// Whether another item follows the one before it, up to `end`, which is taken.
    fn has_next(&mut self, end: u8, is_first: bool) -> Option<bool> {
        match self.next()? {
            byte if byte == end => self.take(end).map(|()| false),
            b',' if !is_first => self.take(b',').map(|()| true),
            _ if is_first => Some(true),
            _ => None,
        }
    }

    /// The members of an object; `member` reads the value of the one it is told the name of.
    fn members(&mut self, mut member: impl FnMut(&mut Self, String) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        let mut is_first = true;
        while self.has_next(b'}', is_first)? {
            is_first = false;
            let name = self.value()?;
            self.take(b':')?;
            self.next()?;
            member(self, name)?;
        }
        Some(())
    }

    /// The entries of an array, and how many there are.
    fn entries<T>(
        &mut self,
        whole: &Arc<String>,
        shape: &impl Fn(&Unread<'_>) -> Option<T>,
    ) -> Option<(Vec<Entry<T>>, usize)> {
        self.take(b'[')?;
        let (mut entries, mut came) = (Vec::new(), 0);
        while self.has_next(b']', came == 0)? {
            self.next()?;
            came += 1;
            let (value, place) = self.entry(shape)?;
            let raw = RawJson::part(whole, place);
            entries.extend(value.map(|value| Fetched { value, raw }));
        }
        Some((entries, came))
    }

    fn entry<T>(
        &mut self,
        shape: &impl Fn(&Unread<'_>) -> Option<T>,
    ) -> Option<(Option<T>, Range<usize>)> {
        let (start, text) = (self.at, self.text.get(self.at..)?);
        let unread = Unread::at_start_of(text);
        let value = shape(&unread);
        let length = match unread.length.get() {
            Some(length) => length,
            // Nothing that `shape` reads; it may still be JSON.
            None => first_value::<IgnoredAny>(text)?.1,
        };
        self.at += length;
        Some((value, start..self.at))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize)]
    struct Named {
        name: String,
    }

    fn read(answer: &str) -> Option<ShapedList<String>> {
        let shape = |unread: &Unread<'_>| Some(unread.read::<Named>()?.name);
        ShapedList::read(answer.as_bytes().to_vec(), "values", shape).ok()
    }

    #[test]
    fn each_entry_is_read_and_keeps_its_text() {
        let list = read(
            r#" { "isLast" : false, "values":[ {"name": "a",  "x": [1, "]"]} ,{"name":"\u00e9"}], "next": null }  "#,
        )
        .unwrap();
        let entries: Vec<(&str, &str)> = list
            .entries
            .iter()
            .map(|entry| (entry.value.as_str(), entry.raw.get()))
            .collect();
        let expected = [
            ("a", r#"{"name": "a",  "x": [1, "]"]}"#),
            ("é", r#"{"name":"\u00e9"}"#),
        ];
        assert_eq!(entries, expected);
        assert_eq!(list.rest, json!({"isLast": false, "next": null}));
    }

    #[test]
    fn one_odd_entry_costs_no_other() {
        let list = read(
            r#"{"values": [7, {"name": 1, "x": {}}, {"name": "b"}, null, "t", [], {"name": "c", "name": "d"}]}"#,
        )
        .unwrap();
        let names: Vec<&str> = list
            .entries
            .iter()
            .map(|entry| entry.value.as_str())
            .collect();
        assert_eq!((names, list.came), (vec!["b"], 7));
        assert_eq!(read(r#"{"values": []}"#).unwrap().came, 0);
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
            r#"{"values": [1 2]}"#,
            r#"{"values": [1,]}"#,
            r#"{"values": [,1]}"#,
            r#"{"values": [], }"#,
            r#"{"values" []}"#,
            r#"{"values": [] "a": 1}"#,
            r"{values: []}",
            r#"{"values": [{]}"#,
            r#"{"values": [tru]}"#,
        ] {
            assert!(read(answer).is_none(), "{answer}");
        }
        let latin_1 = b"{\"values\": [{\"name\": \"\xe9\"}]}".to_vec();
        assert!(ShapedList::read(latin_1, "values", |_| Some(())).is_err());
    }

    proptest! {
        /// Every JSON is taken apart as serde_json takes it apart.
        #[test]
        fn the_pieces_are_those_of_the_whole(
            names in prop::collection::vec(any::<String>(), 0..6),
            beside in any::<String>(),
            is_pretty in any::<bool>(),
        ) {
            let entries: Vec<Value> = names.iter().map(|name| json!({"x": [name, {name: 1.5}], "name": name})).collect();
            let whole = json!({"a": &beside, "values": &entries, "z": {"values": [&beside]}});
            let text = if is_pretty { format!("{whole:#}") } else { whole.to_string() };
            let list = read(&text).unwrap();
            prop_assert_eq!(list.rest, json!({"a": &beside, "z": {"values": [&beside]}}));
            prop_assert_eq!(list.came, names.len());
            for ((entry, name), value) in list.entries.iter().zip(&names).zip(&entries) {
                prop_assert_eq!(&entry.value, name);
                prop_assert_eq!(&serde_json::from_str::<Value>(entry.raw.get()).unwrap(), value);
            }
        }

        #[test]
        fn whatever_comes_is_read_to_its_end(text in "[\\[\\]{}\",:a1 ]{0,40}") {
            let answer = format!("{{\"values\":{text}");
            let by_serde = serde_json::from_str::<Value>(&answer);
            let is_list = by_serde.is_ok_and(|value| value["values"].is_array());
            prop_assert_eq!(read(&answer).is_some(), is_list, "{}", answer);
        }
    }
}

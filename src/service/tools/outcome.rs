//! What a tool gives back: small, and honest about what was left out.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::cut::{LONGEST_SHOWN, MARK, place_within};
use crate::model::page::Page;
use crate::model::visible::visible;

/// The most text in a whole list, shared among its entries.
const LIST_TEXT: usize = 60_000;
/// The most entries of a list inside an object, such as labels.
const MOST_INNER_ENTRIES: usize = 200;

/// The result of a tool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// Entries of a list.
    List {
        /// The entries.
        items: Vec<Value>,
        /// Where the list goes on, in the words of the system that was asked.
        next: Option<String>,
        /// Whether something was left out of the entries, or of the list's end.
        truncated: bool,
    },
    /// One object.
    Object(Map<String, Value>),
}

impl Outcome {
    /// A page of a list; long texts in it are cut.
    pub(super) fn of_page<T: Serialize>(page: Page<T>) -> Self {
        Self::of_entries(page.items, page.next)
    }

    /// Entries of a list; long texts in them are cut.
    pub(super) fn of_entries<T: Serialize>(
        entries: impl IntoIterator<Item = T>,
        next: Option<String>,
    ) -> Self {
        let mut items: Vec<Value> = entries.into_iter().map(to_value).collect();
        let longest = longest_of(items.len());
        let room = LIST_TEXT / items.len().max(1);
        let mut truncated = false;
        for item in &mut items {
            truncated |= shorten_within(item, longest, room);
        }
        Self::List {
            items,
            next,
            truncated,
        }
    }

    /// The same, which says `truncated` where there is more than was read.
    pub(super) fn ending_early(mut self, goes_on: bool) -> Self {
        match &mut self {
            Self::List { truncated, .. } => *truncated |= goes_on,
            Self::Object(members) if goes_on => {
                members.insert(String::from("truncated"), Value::Bool(true));
            }
            Self::Object(_) => {}
        }
        self
    }

    /// One object; long texts in it are cut, and then it says `truncated`.
    pub(super) fn of_object<T: Serialize>(object: T) -> Self {
        let mut value = to_value(object);
        let was_cut = shorten_within(&mut value, LONGEST_SHOWN, LIST_TEXT);
        let mut map = match value {
            Value::Object(map) => map,
            other => Map::from_iter([(String::from("value"), other)]),
        };
        if was_cut {
            map.insert(String::from("truncated"), Value::Bool(true));
        }
        Self::Object(map)
    }
}

/// Where a part begins, as a tool was told.
pub(super) fn offset(start: u32) -> usize {
    usize::try_from(start).unwrap_or(usize::MAX)
}

/// The longest text in each of so many entries of a list, in characters.
pub(super) fn longest_of(entries: usize) -> usize {
    place_within(LIST_TEXT / entries.max(1))
}

/// A text as it is shown, from its character `start` on; and where the part after it begins, if one tool's answer does not hold it
/// all. What nobody sees is taken out first: the parts are counted as they are shown.
pub(super) fn part(text: &str, start: usize) -> (String, Option<usize>) {
    part_of(text, start, LONGEST_SHOWN)
}

/// The same, where an answer holds no more than `longest` characters of it. What stands behind the cut is left to the outcome, which
/// marks it.
pub(super) fn part_of(text: &str, start: usize, longest: usize) -> (String, Option<usize>) {
    let shown = visible(text);
    let from = shown.char_indices().nth(start);
    let rest = &shown[from.map_or(shown.len(), |(at, _)| at)..];
    match rest.char_indices().nth(longest) {
        // One character more than is shown: that it goes on can be seen.
        Some((end, more)) => {
            let part = rest[..end + more.len_utf8()].to_owned();
            (part, Some(start + longest))
        }
        None => (rest.to_owned(), None),
    }
}

fn to_value(value: impl Serialize) -> Value {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    show(&mut value);
    value
}

/// Takes out of every text what nobody sees.
pub(crate) fn show(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(shown) = visible(text) {
                *text = shown;
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(show),
        Value::Object(fields) => {
            let hides =
                |name: &String| matches!(visible(name), Cow::Owned(shown) if shown != *name);
            if fields.keys().any(hides) {
                let shown = std::mem::take(fields).into_iter();
                *fields = shown
                    .map(|(name, field)| (visible(&name).into_owned(), field))
                    .collect();
            }
            fields.values_mut().for_each(show);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The same, where the lists inside a thing, such as the comments and the logged work of an issue, share `room` characters.
fn shorten_within(value: &mut Value, longest: usize, room: usize) -> bool {
    let (entries, length) = listed(value);
    if length <= room {
        return shorten(value, longest, longest);
    }
    let fair = place_within(room / entries.max(1));
    shorten(value, longest, fair.min(longest))
}

/// How many entries the lists inside a thing have, and how many characters the texts in them.
fn listed(value: &Value) -> (usize, usize) {
    match value {
        Value::Array(entries) => (entries.len(), entries.iter().map(length).sum()),
        Value::Object(fields) => fields
            .values()
            .map(listed)
            .fold((0, 0), |sum, more| (sum.0 + more.0, sum.1 + more.1)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => (0, 0),
    }
}

/// How many characters the texts in a value have.
fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        Value::Array(entries) => entries.iter().map(length).sum(),
        Value::Object(fields) => fields.values().map(length).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// Cuts texts and lists that are too long; `inside` is the longest of a text in a list. Gives whether anything was cut.
fn shorten(value: &mut Value, longest: usize, inside: usize) -> bool {
    match value {
        Value::String(text) => match text.char_indices().nth(longest) {
            Some((end, _)) => {
                text.truncate(end);
                text.push_str(MARK);
                true
            }
            None => false,
        },
        Value::Array(entries) => {
            let mut was_cut = entries.len() > MOST_INNER_ENTRIES;
            entries.truncate(MOST_INNER_ENTRIES);
            for entry in entries {
                was_cut |= shorten(entry, inside, inside);
            }
            was_cut
        }
        Value::Object(fields) => {
            let mut was_cut = false;
            for field in fields.values_mut() {
                was_cut |= shorten(field, longest, inside);
            }
            was_cut
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_fits_is_left_as_it_is() {
        let outcome = Outcome::of_object(json!({"title": "x", "labels": ["a"]}));
        assert_eq!(
            outcome,
            Outcome::Object(Map::from_iter([
                (String::from("title"), json!("x")),
                (String::from("labels"), json!(["a"])),
            ]))
        );
    }

    #[test]
    fn a_long_text_is_cut_at_a_character_and_the_object_says_so() {
        let Outcome::Object(map) =
            Outcome::of_object(json!({"body": "é".repeat(LONGEST_SHOWN + 1)}))
        else {
            panic!("not an object");
        };
        let body = map["body"].as_str().unwrap();
        let text = body.strip_suffix(MARK).unwrap();
        assert_eq!(text.chars().count(), LONGEST_SHOWN);
        assert!(text.ends_with('é'));
        assert_eq!(map["truncated"], true);
    }

    #[test]
    fn the_lists_inside_an_object_share_the_room() {
        let said = json!({"body": "x".repeat(3_600)});
        let issue = json!({"description": "d".repeat(27_500), "labels": ["a"],
            "comment": {"comments": vec![said.clone(); 45]}, "worklog": vec![said; 5]});
        let Outcome::Object(map) = Outcome::of_object(issue) else {
            panic!("not an object");
        };
        assert_eq!(map["truncated"], true);
        let length = Value::Object(map).to_string().len();
        assert!(length < 90_000, "{length}");
        let few = json!({"comments": vec![json!({"body": "x".repeat(15_000)}); 4]});
        let Outcome::Object(map) = Outcome::of_object(few) else {
            panic!("not an object");
        };
        assert!(!map.contains_key("truncated"));
    }

    #[test]
    fn entries_of_a_long_list_share_the_room() {
        let entry = json!({"description": "x".repeat(5_000)});
        let Outcome::List {
            items, truncated, ..
        } = Outcome::of_entries(vec![entry; 50], None)
        else {
            panic!("not a list");
        };
        assert!(truncated);
        assert_eq!(items.len(), 50);
        let total: usize = items.iter().map(|item| item.to_string().len()).sum();
        assert!(total < LIST_TEXT + 50 * (40 + MARK.len()), "{total}");
    }
}

//! Reads a JSON object that a caller sent, and remembers every field that is wrong with it.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::list_in_text::entries as entries_of;
use super::own_document::is_document;
use super::unknown_members::hint;

/// Fields that are missing or malformed, and one sentence about them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct InvalidFields {
    /// Safe to show to a person.
    pub message: String,
    /// The fields' names.
    pub fields: Vec<String>,
}

impl InvalidFields {
    /// One field is wrong.
    pub(crate) fn one(field: &str, why: &str) -> Self {
        Self {
            message: format!("{field} {why}"),
            fields: vec![field.to_owned()],
        }
    }

    /// What a parser's sentence says of a field, in few words and without the value.
    pub(crate) fn fault_in(sentence: &str) -> Cow<'static, str> {
        if sentence.starts_with("unknown field `") {
            let mut names = sentence.split('`').skip(1).step_by(2);
            let unknown = names.next().unwrap_or_default();
            return hint(unknown, &names.collect::<Vec<&str>>()).into();
        }
        if sentence.starts_with("unknown variant")
            && let Some((_, expected)) = sentence.rsplit_once("`, expected ")
        {
            let names: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
            return format!("must be {}", one_of(&names)).into();
        }
        let fault = if sentence.starts_with("missing field") {
            "is missing"
        } else if sentence.starts_with("duplicate field") {
            "stands twice"
        } else if sentence.starts_with("invalid type") {
            let expected = sentence.rsplit_once(", expected ");
            match expected.map_or("", |(_, expected)| expected) {
                words if words.starts_with("a boolean") => "must be true or false",
                words if words.starts_with("a string") => "must be a text",
                words if words.starts_with("a sequence") => "must be a list",
                words if words.starts_with(['u', 'i', 'f']) => "must be a number",
                words if words.starts_with("a map") || words.starts_with("struct") => {
                    "must be a JSON object"
                }
                _ => "has the wrong type",
            }
        } else {
            "is malformed or out of range"
        };
        Cow::Borrowed(fault)
    }

    /// The field that a parser's error is about, from where it was and its sentence. The sentence
    /// may quote the value, so only a name is taken from it.
    pub(crate) fn field_of(path: &str, sentence: &str) -> String {
        let named = ["missing field `", "duplicate field `", "unknown field `"]
            .iter()
            .find_map(|start| sentence.strip_prefix(start)?.split('`').next());
        match named {
            Some(field) if matches!(path, "." | "?") || path == field => field.to_owned(),
            Some(field) => format!("{path}.{field}"),
            None if path == "." => String::from("body"),
            None => path.to_owned(),
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
fn one_of(names: &[&str]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        names => names.concat(),
    }
}

/// A reader over one object. `null` counts as absent, and a number in place of a text is taken as
/// its text.
#[derive(Debug)]
pub(crate) struct FieldReader<'a> {
    object: &'a Map<String, Value>,
    wrong: Vec<(String, String)>,
    /// Members that clients of earlier systems send and that are never looked at.
    passed: &'static [&'static str],
    null_is_a_wish: bool,
}

impl<'a> FieldReader<'a> {
    /// A reader over `body`, which must be an object.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn new(body: &'a Value) -> Result<Self, InvalidFields> {
        let object = body
            .as_object()
            .ok_or_else(|| InvalidFields::one("body", "must be a JSON object"))?;
        Ok(Self {
            object,
            wrong: Vec::new(),
            passed: &[],
            null_is_a_wish: false,
        })
    }

    /// The same, which lets these members pass without a look.
    pub(crate) fn passing(self, passed: &'static [&'static str]) -> Self {
        Self { passed, ..self }
    }

    /// The same, for a change: there `null` asks for something, namely to clear.
    pub(crate) fn for_change(self) -> Self {
        Self {
            null_is_a_wish: true,
            ..self
        }
    }

    /// Refuses every member besides `known`: to leave one out would be another act than the one asked for, such as a
    /// note that the customer reads, or an issue without its epic.
    pub(crate) fn refuse_unknown(&mut self, known: &[&str]) {
        let object = self.object;
        for (name, value) in object {
            let is_known = known.contains(&name.as_str()) || self.passed.contains(&name.as_str());
            // An earlier system's clients send a comment's text under both names.
            let is_text_again = name == "comment" && object.get("body") == Some(value);
            if is_known || is_text_again || (value.is_null() && !self.null_is_a_wish) {
                continue;
            }
            self.refuse(name, &hint(name, known));
        }
    }

    /// Notes that a field is wrong; `why` follows its name in a sentence.
    pub(crate) fn refuse(&mut self, field: &str, why: &str) {
        self.wrong.push((field.to_owned(), why.to_owned()));
    }

    /// The value of a field; none when it is absent or `null`.
    pub(crate) fn value(&self, field: &str) -> Option<&'a Value> {
        self.object.get(field).filter(|value| !value.is_null())
    }

    /// Whether a field is there and `null`.
    pub(crate) fn is_null(&self, field: &str) -> bool {
        self.object.get(field).is_some_and(Value::is_null)
    }

    /// A text that is not blank and that `fits`; otherwise the field is refused as `why`.
    pub(crate) fn text(
        &mut self,
        field: &str,
        why: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let text = match self.value(field)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let fitting = text.filter(|text| !text.trim().is_empty() && fits(text));
        if fitting.is_none() {
            self.refuse(field, why);
        }
        fitting
    }

    /// Like [`FieldReader::text`], and refused as missing when absent.
    pub(crate) fn required(
        &mut self,
        field: &str,
        why: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Option<String> {
        if self.value(field).is_none() {
            self.refuse(field, "is missing");
        }
        self.text(field, why, fits)
    }

    /// One line of at most `longest` characters, without the blanks around it; none when absent or
    /// blank.
    pub(crate) fn line(&mut self, field: &str, longest: usize) -> Option<String> {
        let text = match self.value(field)? {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        match text {
            Some(text) if is_line(&text, longest) => Some(text).filter(|text| !text.is_empty()),
            _ => {
                self.refuse(
                    field,
                    &format!("must be one line of at most {longest} characters"),
                );
                None
            }
        }
    }

    /// Like [`FieldReader::line`], and refused when absent or blank.
    pub(crate) fn required_line(&mut self, field: &str, longest: usize) -> Option<String> {
        let refused = self.wrong.len();
        let line = self.line(field, longest);
        if line.is_none() && self.wrong.len() == refused {
            self.refuse(field, "is missing");
        }
        line
    }

    /// Markdown, which may also be empty, or a document in Atlassian's own form as its JSON.
    pub(crate) fn prose(&mut self, field: &str) -> Option<String> {
        let text = match self.value(field)? {
            Value::String(text) => Some(text.clone()),
            document if is_document(document) => Some(document.to_string()),
            _ => None,
        };
        if text.is_none() {
            self.refuse(
                field,
                "must be a text in Markdown, or a whole document in Atlassian's own form (ADF)",
            );
        }
        text
    }

    /// A list of texts that all `fit`; empty when absent.
    pub(crate) fn texts(
        &mut self,
        field: &str,
        why: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let Some(value) = self.value(field) else {
            return Vec::new();
        };
        // A list as a text, as people and models write it.
        let in_text = value.as_str().map(entries_of);
        let in_text = in_text.map(|entries| entries.into_iter().map(Value::from).collect());
        let entries = in_text.or_else(|| value.as_array().cloned());
        let texts: Option<Vec<String>> = entries.and_then(|entries: Vec<Value>| {
            entries
                .iter()
                .map(|entry| {
                    let text = match entry {
                        Value::String(text) => text.clone(),
                        Value::Number(number) => number.to_string(),
                        _ => return None,
                    };
                    fits(&text).then_some(text)
                })
                .collect()
        });
        if texts.is_none() {
            self.refuse(field, why);
        }
        texts.unwrap_or_default()
    }

    /// An object; empty when absent.
    pub(crate) fn object(&mut self, field: &str) -> Map<String, Value> {
        match self.value(field) {
            None => Map::new(),
            Some(Value::Object(object)) => object.clone(),
            Some(_) => {
                self.refuse(field, "must be a JSON object");
                Map::new()
            }
        }
    }

    /// What was read, unless a field was refused.
    ///
    /// # Errors
    /// Every field that was refused.
    pub(crate) fn finish<T>(self, read: Option<T>) -> Result<T, InvalidFields> {
        match read {
            Some(read) if self.wrong.is_empty() => Ok(read),
            _ => {
                let sentences: Vec<String> = self
                    .wrong
                    .iter()
                    .map(|(field, why)| format!("{field} {why}"))
                    .collect();
                Err(InvalidFields {
                    message: sentences.join("; "),
                    fields: self.wrong.into_iter().map(|(field, _)| field).collect(),
                })
            }
        }
    }
}

/// Whether `text` is one line of at most `longest` characters that shows what it holds: without
/// control characters, and without those that turn the direction of the text around them.
pub(crate) fn is_line(text: &str, longest: usize) -> bool {
    let hidden = |character: char| {
        character.is_control()
            || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().count() <= longest && !text.contains(hidden)
}

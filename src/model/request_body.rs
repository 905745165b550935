//! Request bodies as tables: one line a field gives its type, its JSON Schema and how it is read.

use serde_json::{Map, Value};

use super::fields::{FieldReader, InvalidFields};
use super::reference::member;

/// A request that is read from a JSON body.
pub(crate) trait FromBody: Sized {
    /// Reads a body.
    ///
    /// # Errors
    /// Every field that is missing or malformed.
    fn read(body: &Value) -> Result<Self, InvalidFields>;
}

/// Declares a body: a struct whose every field says behind `=` how it is read. The documentation and the
/// `#[schema]` of a field stand above it, so the OpenAPI document cannot describe another body than the
/// one that is read.
macro_rules! request_body {
    (
        $(#[$about:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$about_field:meta])* pub $field:ident: $type:ty = $read:expr,)+
        }
    ) => {
        #[derive(utoipa::ToSchema)]
        $(#[$about])*
        $visibility struct $name {
            $($(#[$about_field])* pub $field: $type,)+
        }

        impl $name {
            /// Reads every field before it fails, so that all that are wrong are named at once.
            fn from_fields(
                mut reader: $crate::model::fields::FieldReader<'_>,
            ) -> Result<Self, $crate::model::fields::InvalidFields> {
                $(let $field = $read(&mut reader, stringify!($field));)+
                reader.refuse_unknown(&[$(stringify!($field)),+]);
                let body = (|| Some(Self { $($field: $field?,)+ }))();
                reader.finish(body)
            }
        }
    };
}
pub(super) use request_body;

/// What a text must be: how a refusal goes on behind the field's name, and the check.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    why: &'static str,
    fits: fn(&str) -> bool,
}

impl Rule {
    pub(super) const fn new(why: &'static str, fits: fn(&str) -> bool) -> Self {
        Self { why, fits }
    }

    /// How a refusal goes on behind the field's name.
    pub(super) const fn why(self) -> &'static str {
        self.why
    }

    /// Whether a text is one and not blank.
    pub(super) fn admits(self, text: &str) -> bool {
        !text.trim().is_empty() && (self.fits)(text)
    }

    /// Such a text, if there is one.
    pub(super) fn text(self, reader: &mut FieldReader<'_>, field: &str) -> Option<String> {
        reader.text(field, self.why, self.fits)
    }

    /// A list of such texts; empty when absent.
    pub(super) fn texts(self, reader: &mut FieldReader<'_>, field: &str) -> Vec<String> {
        reader.texts(field, self.why, self.fits)
    }
}

/// A text that must be there.
pub(super) fn required(rule: Rule) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<String> {
    move |reader, field| reader.required(field, rule.why, rule.fits)
}

/// A text that may be absent.
pub(super) fn text(rule: Rule) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<String>> {
    move |reader, field| Some(reader.text(field, rule.why, rule.fits))
}

/// A text that may be absent, and that `parse` makes something of.
pub(super) fn parsed<T>(
    why: &'static str,
    parse: fn(&str) -> Option<T>,
) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<T>> {
    move |reader, field| {
        let text = reader.text(field, why, |text| parse(text).is_some());
        Some(text.and_then(|text| parse(&text)))
    }
}

/// The same, also in one of these members of an object, as Atlassian refers to things.
pub(super) fn referred<T>(
    members: &'static [&'static str],
    why: &'static str,
    parse: fn(&str) -> Option<T>,
) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<T>> {
    let read = parsed(why, parse);
    move |reader, field| match reader.value(field) {
        Some(value @ Value::Object(_)) => {
            let read = member(value, members).and_then(|(_, text)| parse(&text));
            if read.is_none() {
                reader.refuse(field, why);
            }
            Some(read)
        }
        _ => read(reader, field),
    }
}

/// Markdown that may be empty or absent.
pub(super) fn markdown() -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<String>> {
    |reader, field| Some(reader.prose(field))
}

/// Markdown that must say something.
pub(super) fn required_markdown() -> impl Fn(&mut FieldReader<'_>, &str) -> Option<String> {
    |reader, field| {
        if reader.value(field).is_none() {
            reader.refuse(field, "is missing");
        }
        let text = match reader.value(field) {
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => reader.prose(field),
        }?;
        if text.trim().is_empty() {
            reader.refuse(field, "must not be empty");
        }
        Some(text)
    }
}

/// A list of texts that may be absent.
pub(super) fn list(
    rule: Rule,
) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<Vec<String>>> {
    move |reader, field| {
        let texts = reader.texts(field, rule.why, rule.fits);
        Some(reader.value(field).map(|_| texts))
    }
}

/// An object; empty when absent.
pub(super) fn object() -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Map<String, Value>> {
    |reader, field| Some(reader.object(field))
}

/// One line of at most `longest` characters, which may be absent.
pub(super) fn line(
    longest: usize,
) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<String>> {
    move |reader, field| Some(reader.line(field, longest))
}

/// One line of at most `longest` characters.
pub(super) fn required_line(
    longest: usize,
) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<String> {
    move |reader, field| reader.required_line(field, longest)
}

/// A switch, which is off when absent.
pub(super) fn switch() -> impl Fn(&mut FieldReader<'_>, &str) -> Option<bool> {
    |reader, field| match reader.value(field) {
        None => Some(false),
        Some(Value::Bool(on)) => Some(*on),
        // As a query string and a model write it.
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Some(true),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Some(false),
        Some(_) => {
            reader.refuse(field, "must be true or false");
            None
        }
    }
}

/// A field that has a default when it is absent.
pub(super) fn or<T>(
    default: fn() -> T,
    read: impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<T>>,
) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<T> {
    move |reader, field| Some(read(reader, field)?.unwrap_or_else(default))
}

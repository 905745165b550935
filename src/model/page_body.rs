//! The text of a page or of a comment below one, as a caller writes it.

use atlassian_document::outside_code;
use serde_json::Value;

use super::fields::{FieldReader, InvalidFields};
use super::own_document::{document_in, document_of};
use super::request_body::{FromBody, request_body};

/// A text to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PageBody {
    /// In Markdown.
    Markdown(String),
    /// In one of Confluence's own formats, passed through as it is.
    Written {
        /// The format.
        representation: Representation,
        /// The text.
        value: String,
    },
}

/// A format that Confluence takes texts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Representation {
    /// XHTML with macros.
    Storage,
    /// Atlassian Document Format, serialized to a text.
    AtlasDocFormat,
    /// Wiki markup.
    Wiki,
}

impl Representation {
    /// Confluence's names.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "storage" => Some(Self::Storage),
            "atlas_doc_format" => Some(Self::AtlasDocFormat),
            "wiki" => Some(Self::Wiki),
            _ => None,
        }
    }

    /// Confluence's name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Storage => "storage",
            Self::AtlasDocFormat => "atlas_doc_format",
            Self::Wiki => "wiki",
        }
    }
}

impl Default for PageBody {
    fn default() -> Self {
        Self::Markdown(String::new())
    }
}

impl PageBody {
    /// The text, in whatever format.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Markdown(text) | Self::Written { value: text, .. } => text,
        }
    }

    fn own(body: &Value) -> Option<Self> {
        let known = ["representation", "value"];
        if body
            .as_object()?
            .keys()
            .any(|name| !known.contains(&name.as_str()))
        {
            return None;
        }
        Some(Self::Written {
            representation: Representation::parse(body.get("representation")?.as_str()?)?,
            value: body.get("value")?.as_str()?.to_owned(),
        })
    }
}

request_body! {
    /// A new comment on a page.
    #[derive(Debug)]
    pub(crate) struct NewPageComment {
        /// Markdown, or Confluence's own `{representation, value}`.
        #[schema(value_type = String, example = "Looks **good**.")]
        pub body: PageBody = written,
    }
}

impl FromBody for NewPageComment {
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        Self::from_fields(FieldReader::new(body)?)
    }
}

/// Reads a field that holds Markdown, or Confluence's own `{representation, value}`, also below the
/// name of its format. It may be absent.
pub(super) fn page_body() -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<PageBody>> {
    |reader, field| {
        let Some(value) = reader.value(field) else {
            return Some(None);
        };
        let document = match value {
            Value::String(text) => document_in(text),
            value => document_of(value),
        };
        if let Some(document) = document {
            return Some(Some(PageBody::Written {
                representation: Representation::AtlasDocFormat,
                value: document.to_string(),
            }));
        }
        let body = match value {
            Value::String(text) if is_storage(text) => {
                reader.refuse(field, STORAGE);
                return Some(None);
            }
            Value::String(markdown) => Some(PageBody::Markdown(markdown.clone())),
            Value::Object(own) => {
                let formats = ["storage", "atlas_doc_format", "wiki"];
                let nested = formats.iter().find_map(|name| own.get(*name));
                PageBody::own(nested.unwrap_or(value))
            }
            _ => None,
        };
        if body.is_none() {
            let why = "must be a text in Markdown, or an object with a representation (storage, atlas_doc_format or wiki) and a value";
            reader.refuse(field, why);
        }
        Some(body)
    }
}

/// Why a text is not taken as Markdown.
const STORAGE: &str = "is in storage format and would be shown as it stands: send it as an object with the representation storage and the value, or with content_format=storage where a tool takes that";

/// Whether a text is Confluence's storage format: outside of code, nobody means such tags as words.
fn is_storage(text: &str) -> bool {
    let has_tag = |text: &str| {
        ["<ac:", "</ac:", "<ri:"]
            .iter()
            .any(|tag| text.contains(tag))
    };
    has_tag(text) && has_tag(&outside_code(text))
}

/// Reads a text that must be there and say something.
fn written(reader: &mut FieldReader<'_>, field: &str) -> Option<PageBody> {
    let body = page_body()(reader, field)?;
    if reader.value(field).is_none() {
        reader.refuse(field, "is missing");
    }
    let is_empty = |body: &PageBody| body.text().trim().is_empty();
    if body.as_ref().is_some_and(is_empty) {
        reader.refuse(field, "must not be empty");
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: &Value) -> Result<PageBody, Vec<String>> {
        NewPageComment::read(body)
            .map(|comment| comment.body)
            .map_err(|error| error.fields)
    }

    #[test]
    fn a_text_is_markdown_and_an_object_is_confluences_own() {
        assert_eq!(
            read(&json!({"body": "**x**"})),
            Ok(PageBody::Markdown(String::from("**x**")))
        );
        let own = json!({"representation": "wiki", "value": "*x*"});
        for body in [json!({ "body": own }), json!({"body": {"wiki": own}})] {
            let text = read(&body).unwrap();
            assert_eq!(text.text(), "*x*");
            assert!(matches!(
                text,
                PageBody::Written {
                    representation: Representation::Wiki,
                    ..
                }
            ));
        }
    }

    #[test]
    fn a_document_is_taken_as_one_and_storage_format_is_no_markdown() {
        let document = json!({"type": "doc", "version": 1, "content": []});
        for body in [document.clone(), Value::from(document.to_string())] {
            let text = read(&json!({ "body": body })).unwrap();
            assert!(matches!(
                text,
                PageBody::Written {
                    representation: Representation::AtlasDocFormat,
                    ..
                }
            ));
            assert_eq!(text.text(), document.to_string());
        }
        for refused in [
            "<p>Hi <ac:structured-macro ac:name=\"toc\"/></p>",
            "See <ac:link><ri:page ri:content-title=\"x\"/></ac:link>",
        ] {
            assert!(read(&json!({ "body": refused })).is_err(), "{refused}");
        }
        for taken in [
            "Write `<ac:link>` so",
            "```xml\n<ac:link/>\n```",
            "\\<ac:x>",
        ] {
            let text = read(&json!({ "body": taken })).unwrap();
            assert_eq!(text, PageBody::Markdown(taken.to_owned()));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for body in [
            json!(null),
            json!(" \n"),
            json!(1),
            json!(["x"]),
            json!({}),
            json!({"storage": {}}),
            json!({"representation": "html", "value": "x"}),
            json!({"representation": "storage", "value": 1}),
        ] {
            assert_eq!(
                read(&json!({ "body": body })),
                Err(vec![String::from("body")])
            );
        }
    }
}

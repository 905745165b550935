//! A page that a caller wants to have made: Confluence's own form, or a friendly one checked here.

use serde_json::Value;
use utoipa::ToSchema;

use super::content::ContentId;
use super::fields::{FieldReader, InvalidFields};
use super::page_body::PageBody;

/// Confluence's longest title.
const LONGEST_TITLE: usize = 255;
/// Follows the field's name in a sentence.
pub(super) const WHAT_A_TITLE_IS: &str = "must be one line of at most 255 characters";

/// A request for a new page.
#[derive(Debug, Clone, PartialEq)]
pub enum PageDraft {
    /// Confluence v2's own `{spaceId, …}`, passed through as it is.
    Own(Value),
    /// The friendly form.
    Friendly(NewPage),
}

/// How a space is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpaceName {
    /// By its key.
    Key(String),
    /// By its id.
    Id(ContentId),
}

impl SpaceName {
    /// Reads an id (digits) or a key; none when it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        match ContentId::parse(text) {
            Ok(id) => Some(Self::Id(id)),
            Err(_) => (!text.is_empty() && is_space_key(text)).then(|| Self::Key(text.to_owned())),
        }
    }
}

/// The friendly form of a new page, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPage {
    /// Where it is to be.
    pub space: SpaceName,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: PageBody,
    /// The page above it.
    pub parent_id: Option<ContentId>,
}

/// The friendly form of a new page. Exactly one of `space_key` and `space_id` names its space.
#[derive(Debug, ToSchema)]
#[schema(as = NewPage)]
pub struct NewPageBody {
    /// The key of the space.
    #[schema(example = "ENG")]
    pub space_key: Option<String>,
    /// The id of the space.
    #[schema(example = "98306")]
    pub space_id: Option<String>,
    /// At most 255 characters, and new in its space.
    #[schema(example = "Release notes")]
    pub title: String,
    /// Markdown, or Confluence's own `{representation, value}`.
    #[schema(required = false, example = "# Release notes\n\nNothing broke.")]
    pub body: Option<String>,
    /// The id of the page above.
    #[schema(example = "98400")]
    pub parent_id: Option<String>,
}

impl PageDraft {
    /// Reads either form. An object with `spaceId` is Confluence's own.
    ///
    /// # Errors
    /// Every field of the friendly form that is missing or malformed.
    pub fn read(body: &Value) -> Result<Self, InvalidFields> {
        let reader = FieldReader::new(body)?;
        if reader.value("spaceId").is_some() {
            return Ok(Self::Own(body.clone()));
        }
        NewPage::read(reader).map(Self::Friendly)
    }
}

impl NewPage {
    fn read(mut reader: FieldReader<'_>) -> Result<Self, InvalidFields> {
        let space_key = reader.text("space_key", "is not the key of a space", is_space_key);
        let space_id = reader.text("space_id", "is not the id of a space", is_id);
        let space = match (reader.value("space_key"), reader.value("space_id")) {
            (Some(_), None) => space_key.map(SpaceName::Key),
            (None, Some(_)) => space_id
                .and_then(|id| ContentId::parse(&id).ok())
                .map(SpaceName::Id),
            (None, None) => {
                reader.refuse("space_key", "or space_id is needed");
                None
            }
            (Some(_), Some(_)) => {
                reader.refuse("space_key", "and space_id exclude each other");
                None
            }
        };
        let title = reader.required("title", WHAT_A_TITLE_IS, is_title);
        let body = PageBody::read(&mut reader, "body").unwrap_or_default();
        let parent_id = reader
            .text("parent_id", "is not the id of a page", is_id)
            .and_then(|id| ContentId::parse(&id).ok());
        let page = space.zip(title).map(|(space, title)| Self {
            space,
            title,
            body,
            parent_id,
        });
        reader.finish(page)
    }
}

/// Keys of personal spaces start with `~` and may hold an account id.
pub(crate) fn is_space_key(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'~' | b'_' | b'-' | b'.' | b':');
    text.len() <= 255 && text.bytes().all(allowed)
}

pub(super) fn is_id(text: &str) -> bool {
    ContentId::parse(text).is_ok()
}

pub(super) fn is_title(text: &str) -> bool {
    text.chars().count() <= LONGEST_TITLE && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn confluences_own_form_is_passed_through_untouched() {
        let body = json!({"spaceId": "98306", "title": "New", "body": {"representation": "wiki", "value": "x"}});
        assert_eq!(PageDraft::read(&body), Ok(PageDraft::Own(body)));
    }

    #[test]
    fn a_number_is_taken_as_its_text() {
        let draft =
            PageDraft::read(&json!({"space_id": 98306, "title": 7, "parent_id": 98400})).unwrap();
        let PageDraft::Friendly(page) = draft else {
            panic!("not the friendly form");
        };
        assert_eq!(page.title, "7");
        assert_eq!(
            page.space,
            SpaceName::Id(ContentId::parse("98306").unwrap())
        );
        assert_eq!(page.parent_id, ContentId::parse("98400").ok());
    }

    #[test]
    fn exactly_one_name_of_the_space_is_needed() {
        for body in [
            json!({"title": "x"}),
            json!({"title": "x", "space_key": "ENG", "space_id": "1"}),
            json!({"title": "x", "space_key": "E\" OR 1"}),
        ] {
            assert_eq!(PageDraft::read(&body).unwrap_err().fields, ["space_key"]);
        }
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let body =
            json!({"space_id": "../1", "title": " ", "body": {"storage": {}}, "parent_id": "x"});
        assert_eq!(
            PageDraft::read(&body).unwrap_err().fields,
            ["space_id", "title", "body", "parent_id"]
        );
    }
}

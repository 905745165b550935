//! A page that a caller wants to have made: Confluence's own form, or a short one checked here.

use serde_json::Value;
use url::Url;

use super::content::ContentId;
use super::fields::{FieldReader, InvalidFields};
use super::page_body::{PageBody, page_body};
use super::place_reference::PlaceKind;
use super::request_body::{FromBody, Rule, or, parsed, request_body, required};

/// Confluence's longest title.
const LONGEST_TITLE: usize = 255;

/// A request for a new page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PageDraft {
    /// Confluence v2's own `{spaceId, …}`, passed through as it is.
    Own(Value),
    /// The short form.
    Short(NewPage),
}

/// How a space is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SpaceName {
    /// By its key.
    Key(String),
    /// By its id.
    Id(ContentId),
    /// By its key, on the site of an address.
    At(String, Url),
}

impl SpaceName {
    /// Reads an id (digits), a key, or the address of a space; none when it is none of them.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match ContentId::parse(text) {
            Ok(id) => Some(Self::Id(id)),
            Err(_) => Self::by_key(text),
        }
    }

    /// Reads a key, of digits alone, too, or the address of a space.
    fn by_key(text: &str) -> Option<Self> {
        if let Some(named) = PlaceKind::Space.in_text(text).ok()? {
            return named.address.map(|address| Self::At(named.key, address));
        }
        (!text.is_empty() && is_space_key(text)).then(|| Self::Key(text.to_owned()))
    }
}

/// The short form of a new page, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewPage {
    /// Where it is to be.
    pub space: SpaceName,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: PageBody,
    /// The page above it.
    pub parent_id: Option<ContentId>,
}

request_body! {
    /// The short form of a new page. Exactly one of `space_key` and `space_id` names its space.
    #[derive(Debug)]
    #[schema(as = NewPage)]
    pub(crate) struct NewPageBody {
        /// The key of the space.
        #[schema(value_type = Option<String>, example = "ENG")]
        pub space_key: Option<SpaceName> = parsed("is not the key of a space", |text| SpaceName::by_key(text.trim())),
        /// The id of the space.
        #[schema(value_type = Option<String>, example = "98306")]
        pub space_id: Option<ContentId> = content_id("is not the id of a space"),
        /// At most 255 characters, and new in its space.
        #[schema(example = "Release notes")]
        pub title: String = required(TITLE),
        /// Markdown, or Confluence's own `{representation, value}`.
        #[schema(required = false, value_type = Option<String>, example = "# Release notes\n\nNothing broke.")]
        pub body: PageBody = or(PageBody::default, page_body()),
        /// The id of the parent page.
        #[schema(value_type = Option<String>, example = "98400")]
        pub parent_id: Option<ContentId> = content_id("is not the id of a page"),
    }
}

impl FromBody for PageDraft {
    /// Reads either form. An object with `spaceId` is Confluence's own.
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        let reader = FieldReader::new(body)?;
        if reader.value("spaceId").is_some() {
            let mut reader = reader;
            reader.refuse_unknown(&["spaceId", "status", "title", "parentId", "body", "subtype"]);
            return reader.finish(Some(Self::Own(body.clone())));
        }
        NewPage::read(reader).map(Self::Short)
    }
}

impl NewPage {
    fn read(mut reader: FieldReader<'_>) -> Result<Self, InvalidFields> {
        match (reader.value("space_key"), reader.value("space_id")) {
            (None, None) => reader.refuse("space_key", "or space_id is needed"),
            (Some(_), Some(_)) => reader.refuse("space_key", "and space_id exclude each other"),
            (Some(_), None) | (None, Some(_)) => {}
        }
        let body = NewPageBody::from_fields(reader)?;
        let space = body.space_key.or(body.space_id.map(SpaceName::Id));
        Ok(Self {
            space: space.ok_or_else(|| InvalidFields::one("space_key", "or space_id is needed"))?,
            title: body.title,
            body: body.body,
            parent_id: body.parent_id,
        })
    }
}

/// Keys of personal spaces start with `~` and may hold an account id.
pub(crate) fn is_space_key(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'~' | b'_' | b'-' | b'.' | b':');
    text.len() <= 255 && text.bytes().all(allowed)
}

/// What a title must be.
pub(super) const TITLE: Rule = Rule::new("must be one line of at most 255 characters", is_title);

/// Reads an id of Confluence's that may be absent.
pub(super) fn content_id(
    why: &'static str,
) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<ContentId>> {
    parsed(why, |text| ContentId::parse(text).ok())
}

fn is_title(text: &str) -> bool {
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
        let PageDraft::Short(page) = draft else {
            panic!("not the short form");
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

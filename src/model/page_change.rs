//! A change to a page: Confluence's own form, or a short one checked here.

use serde_json::Value;

use super::content::ContentId;
use super::fields::{FieldReader, InvalidFields};
use super::page_body::{PageBody, page_body};
use super::page_draft::{TITLE, content_id};
use super::repeats::Changes;
use super::request_body::{FromBody, Rule, parsed, request_body, switch, text};

/// A request to change a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PageUpdate {
    /// Confluence v2's own `{id, status, title, body, version:{number}}`, passed through.
    Own(Value),
    /// The short form.
    Short(PageChange),
}

request_body! {
    /// The short form of a page change. Fields that are absent stay unchanged. At least one of
    /// `title`, `body` and `parent_id` is required.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub(crate) struct PageChange {
        /// At most 255 characters, and new in its space.
        #[schema(example = "Release notes")]
        pub title: Option<String> = text(TITLE),
        /// The new body: Markdown, or Confluence's own `{representation, value}`.
        #[schema(value_type = Option<String>, example = "# Release notes\n\nNothing broke.")]
        pub body: Option<PageBody> = page_body(),
        /// The id of the new parent page, in the same space.
        #[schema(value_type = Option<String>, example = "98400")]
        pub parent_id: Option<ContentId> = content_id("is not the id of a page"),
        /// The number of the version you read. If the page has a newer one, the answer is 409 and
        /// nothing changes. Without it the change applies to the current version.
        #[schema(minimum = 1, example = 3)]
        pub version: Option<i64> = parsed("must be the number of the version you read", number),
        /// Whether a text that would destroy what Markdown cannot say is written all the same. Without it
        /// such a change is refused with 422.
        #[schema(required = false)]
        pub replace: bool = switch(),
        /// A comment on the new version.
        #[schema(example = "Corrected a name")]
        pub message: Option<String> = text(MESSAGE),
    }
}

const MESSAGE: Rule = Rule::new("must be a text of at most 1000 characters", |text| {
    text.chars().count() <= 1000
});

impl FromBody for PageUpdate {
    /// Reads either form. Confluence's own has an object as `version`, and never a bare text as its body.
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        let mut reader = FieldReader::new(body)?.for_change();
        if is_confluences_own(body) {
            reader.refuse_unknown(&CONFLUENCES_OWN);
            return reader.finish(Some(Self::Own(body.clone())));
        }
        PageChange::read(reader).map(Self::Short)
    }
}

/// What Confluence's own form of a change takes.
const CONFLUENCES_OWN: [&str; 7] = [
    "id", "status", "title", "parentId", "ownerId", "body", "version",
];

fn is_confluences_own(body: &Value) -> bool {
    let has = |name: &str, fits: fn(&Value) -> bool| body.get(name).is_some_and(fits);
    has("version", Value::is_object) && !has("body", Value::is_string)
}

/// What the short form changes. Where it is `null`, it repeats that there is none: nothing can be cleared.
const CHANGED: [&str; 3] = ["title", "body", "parent_id"];

impl Changes for PageUpdate {
    fn repeated(body: &Value) -> Vec<&'static str> {
        let is_null =
            |name: &&str| !is_confluences_own(body) && body.get(*name) == Some(&Value::Null);
        let nulls = CHANGED.into_iter().filter(is_null);
        nulls.chain(Self::shown(body).iter().copied()).collect()
    }

    fn shown(body: &Value) -> &'static [&'static str] {
        if is_confluences_own(body) {
            &[
                "type",
                "spaceId",
                "parentType",
                "position",
                "subtype",
                "authorId",
                "lastOwnerId",
                "createdAt",
                "labels",
                "properties",
                "likes",
                "versions",
                "isFavoritedByCurrentUser",
            ]
        } else {
            &[
                "id",
                "type",
                "url",
                "space_id",
                "space_key",
                "status",
                "created",
                "updated",
                "labels",
            ]
        }
    }
}

impl PageChange {
    fn read(mut reader: FieldReader<'_>) -> Result<Self, InvalidFields> {
        if CHANGED.iter().all(|field| reader.value(field).is_none()) {
            let why = "or body or parent_id is needed: what is to change?";
            reader.refuse("title", why);
        }
        Self::from_fields(reader)
    }
}

fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number >= 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn confluences_own_form_is_known_by_its_version() {
        let body = json!({"id": "7", "status": "current", "title": "x", "version": {"number": 4},
            "body": {"representation": "storage", "value": ""}});
        assert_eq!(PageUpdate::read(&body), Ok(PageUpdate::Own(body)));
    }

    #[test]
    fn the_short_form_says_what_is_to_change() {
        let body = json!({"title": "New", "version": "3", "parent_id": 98400, "message": "why"});
        let PageUpdate::Short(change) = PageUpdate::read(&body).unwrap() else {
            panic!("not the short form");
        };
        assert_eq!(change.title.as_deref(), Some("New"));
        assert_eq!((change.version, change.body), (Some(3), None));
        assert_eq!(change.parent_id, ContentId::parse("98400").ok());
        let empty_text = PageUpdate::read(&json!({"body": ""})).unwrap();
        assert!(matches!(empty_text, PageUpdate::Short(change) if change.body.is_some()));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        for (body, fields) in [
            (json!({}), vec!["title"]),
            (json!({"title": null, "version": 1}), vec!["title"]),
            (
                json!({"title": " ", "body": 1, "parent_id": "x", "version": 0}),
                vec!["title", "body", "parent_id", "version"],
            ),
            (json!({"body": "x", "version": 1.5}), vec!["version"]),
            (json!({"body": "x", "version": [1]}), vec!["version"]),
            (
                json!({"body": "x", "version": {"number": 2}}),
                vec!["version"],
            ),
            (json!(["x"]), vec!["body"]),
        ] {
            assert_eq!(
                PageUpdate::read(&body).unwrap_err().fields,
                fields,
                "{body}"
            );
        }
    }
}

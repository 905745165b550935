//! Comments, on issues and on pages.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::fields::{FieldReader, InvalidFields};
use super::ids::{InvalidId, is_number};
use super::person::AtlassianUser;
use super::request_body::{FromBody, request_body, required_markdown};
use super::time::Timestamp;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Comment {
    /// Its id.
    #[schema(example = "10000")]
    pub id: String,
    /// Who wrote it.
    pub author: Option<AtlassianUser>,
    /// The text in Markdown.
    #[schema(example = "Put out with **foam**.")]
    pub body: String,
    /// When it was written.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-30T12:00:00Z")]
    pub created: Option<Timestamp>,
    /// When it was changed last.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    pub updated: Option<Timestamp>,
    /// Who may read it; `null`: everybody who may read what it is about.
    pub visibility: Option<CommentVisibility>,
}

/// The only ones who may read a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct CommentVisibility {
    /// `role` or `group`; or `internal` for those who work on the requests of a service desk.
    #[serde(rename = "type")]
    #[schema(example = "role")]
    pub kind: String,
    /// The name of the role in the project, or of the group.
    #[schema(example = "Administrators")]
    pub value: Option<String>,
}

/// Where on a page a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommentPlace {
    /// Below it.
    Footer,
    /// At words of its text.
    Inline,
}

/// The words of a page that a comment is to be about, as somebody names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedWords {
    /// The words.
    pub text: String,
    /// How often the page has them, if the caller knows.
    pub count: Option<u32>,
    /// Which of those is meant, from 0 on; where the page has them once it need not be said.
    pub index: Option<u32>,
}

/// The words of a page that a comment is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextSelection {
    /// The words, as the page has them.
    pub text: String,
    /// How often the page has them.
    pub count: u32,
    /// Which of those is meant, from 0 on.
    pub index: u32,
}

/// The order of comments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(title = "CommentOrder")]
pub(crate) enum CommentOrder {
    /// As a conversation is read.
    #[default]
    Oldest,
    /// The last comment first.
    Newest,
}

impl CommentOrder {
    /// Its name in queries and cursors.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Oldest => "oldest",
            Self::Newest => "newest",
        }
    }
}

request_body! {
    /// A new comment on an issue.
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[schema(as = NewComment)]
    pub(crate) struct CommentDraft {
        /// Markdown.
        #[schema(example = "Put out with **foam**.")]
        pub body: String = required_markdown(),
        /// Who may read it. Default: everybody who may read the issue.
        pub visibility: Option<Visibility> = visibility,
    }
}

/// The readers of a comment.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
pub(crate) struct Visibility {
    /// What `value` names.
    #[schema(rename = "type")]
    pub kind: ReaderKind,
    /// The name of a role in the project, or of a group; nothing for `internal`.
    #[schema(example = "Administrators")]
    pub value: Option<String>,
}

/// A kind of readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase")]
pub(crate) enum ReaderKind {
    /// Those with a role in the project.
    Role,
    /// The members of a group.
    Group,
    /// Those who work on the requests of a service desk: an internal note, which who made the request does not see.
    Internal,
}

impl ReaderKind {
    /// As Jira spells it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Group => "group",
            Self::Internal => "internal",
        }
    }
}

impl FromBody for CommentDraft {
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        Self::from_fields(FieldReader::new(body)?)
    }
}

#[expect(
    clippy::option_option,
    clippy::unnecessary_wraps,
    reason = "as every reader of a field: nothing on the outside means that the body is refused"
)]
fn visibility(reader: &mut FieldReader<'_>, field: &str) -> Option<Option<Visibility>> {
    let Some(value) = reader.value(field) else {
        return Some(None);
    };
    let visibility = Visibility::read(value);
    if visibility.is_none() {
        let why = "must be an object with a type (role or group) and a value, or with the type internal alone";
        reader.refuse(field, why);
    }
    Some(visibility)
}

impl Visibility {
    fn read(value: &Value) -> Option<Self> {
        let known = ["type", "value", "identifier"];
        if value
            .as_object()?
            .keys()
            .any(|name| !known.contains(&name.as_str()))
        {
            return None;
        }
        let kind = match value.get("type")?.as_str()? {
            "role" => ReaderKind::Role,
            "group" => ReaderKind::Group,
            "internal" => {
                let is_alone = value.get("value").is_none_or(Value::is_null);
                return is_alone.then_some(Self {
                    kind: ReaderKind::Internal,
                    value: None,
                });
            }
            _ => return None,
        };
        let name = value.get("value")?.as_str()?;
        let fits = !name.trim().is_empty() && name.len() <= 255;
        fits.then(|| Self {
            kind,
            value: Some(name.to_owned()),
        })
    }
}

/// The number of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommentId(String);

impl CommentId {
    /// Accepts 1 to 19 digits.
    ///
    /// # Errors
    /// For anything but a number.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidId> {
        if is_number(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId("a comment is named by its number"))
        }
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_comment_says_something() {
        for body in [
            json!({}),
            json!({"body": " \n"}),
            json!({"body": ["x"]}),
            json!({"body": null}),
        ] {
            assert_eq!(CommentDraft::read(&body).unwrap_err().fields[0], "body");
        }
        let draft = CommentDraft::read(&json!({"body": "# Hi", "visibility": null})).unwrap();
        assert_eq!((draft.body.as_str(), draft.visibility), ("# Hi", None));
    }

    #[test]
    fn its_readers_are_a_role_or_a_group() {
        let staff = json!({"body": "x", "visibility": {"type": "group", "value": "staff"}});
        let readers = CommentDraft::read(&staff).unwrap().visibility.unwrap();
        assert_eq!(
            (readers.kind, readers.value.as_deref()),
            (ReaderKind::Group, Some("staff"))
        );
        let note = json!({"body": "x", "visibility": {"type": "internal", "value": null}});
        let readers = CommentDraft::read(&note).unwrap().visibility.unwrap();
        assert_eq!((readers.kind, readers.value), (ReaderKind::Internal, None));
        for bad in [
            json!("staff"),
            json!({"type": "user", "value": "x"}),
            json!({"type": "role"}),
            json!({"type": "internal", "value": "x"}),
        ] {
            let error = CommentDraft::read(&json!({"body": "x", "visibility": bad})).unwrap_err();
            assert_eq!(error.fields, ["visibility"]);
        }
    }
}

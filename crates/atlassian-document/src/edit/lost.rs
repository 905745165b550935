//! Why an edit is refused: what would be lost, in words for the one who edits.

use std::fmt;

/// What an edit as Markdown would destroy, or what it asks for that the document does not have.
///
/// Its text is one sentence for the one who sent the edit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lost {
    /// A placeholder stands for nothing in the document as it is now.
    Unknown(String),
    /// A placeholder stands twice: a node can be moved, but not be copied.
    Twice(String),
    /// The words of a placeholder are others.
    Words(String),
    /// A placeholder stands where its node cannot be.
    Misplaced(String),
    /// One of several parts that read alike, and differ in what Markdown does not show, was left out.
    Doubtful(String),
    /// Something that Markdown does not show would go with the text that was changed.
    Hidden(String),
}

impl Lost {
    /// An inline comment, by the words that it is about.
    pub(crate) fn comment(text: &str) -> Self {
        Self::Hidden(comment_in_words(text))
    }
}

/// An inline comment as messages name it.
pub(crate) fn comment_in_words(text: &str) -> String {
    format!("the inline comment on “{text}”")
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(reference) => write!(
                formatter,
                "holds the placeholder `keep:{reference}`, which stands for nothing in the text as it is now; read the text again; one of an older version or of another text is left out"
            ),
            Self::Twice(reference) => write!(
                formatter,
                "holds the placeholder `keep:{reference}` twice; what it stands for can be moved or deleted, but not be copied"
            ),
            Self::Words(reference) => write!(
                formatter,
                "holds other words in the placeholder `keep:{reference}`; they only show what it stands for, which can be moved or deleted, but not be changed"
            ),
            Self::Misplaced(what) => write!(formatter, "holds {what}, which cannot stand there"),
            Self::Doubtful(what) => write!(
                formatter,
                "leaves out one of several parts that read “{what}” and differ in what Markdown does not show, so that nobody can tell which one is meant; keep all of them or none"
            ),
            Self::Hidden(what) => write!(formatter, "would destroy {what}"),
        }
    }
}

impl std::error::Error for Lost {}

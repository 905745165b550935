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
    /// A placeholder stands where its node cannot be.
    Misplaced(String),
    /// Something that Markdown does not show would go with the text that was changed.
    Hidden(String),
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(reference) => write!(
                formatter,
                "holds the placeholder `keep:{reference}`, which stands for nothing in the text as it is now; read the text again"
            ),
            Self::Twice(reference) => write!(
                formatter,
                "holds the placeholder `keep:{reference}` twice; what it stands for can be moved or deleted, but not be copied"
            ),
            Self::Misplaced(what) => write!(formatter, "holds {what}, which cannot stand there"),
            Self::Hidden(what) => write!(formatter, "would destroy {what}"),
        }
    }
}

impl std::error::Error for Lost {}

//! Running text taken apart into its smallest pieces.

use crate::tree::keep::Keep;
use crate::tree::{Inline, Style};

/// The smallest piece of running text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Sign {
    /// A character.
    Char(char),
    /// A character of literal text.
    Code(char),
    /// A line break.
    Break,
    /// A placeholder, by its reference.
    Keep(String),
    /// A person, by the account.
    Person(String),
    /// A picture, and what else is one thing.
    Thing(Box<Inline>),
    /// Something that stands in the source and is never shown, such as a comment; nothing new is like it.
    Unseen,
}

impl Sign {
    /// The sign as a text of its own.
    pub(crate) fn alone(&self, style: &Style) -> Inline {
        let (text, style) = (String::from, style.clone());
        match self {
            Self::Char(c) => Inline::Text {
                text: text(*c),
                style,
            },
            Self::Code(c) => Inline::Code {
                text: text(*c),
                style,
            },
            Self::Break => Inline::Break,
            Self::Keep(reference) => Inline::Keep(Keep::new(reference, "", false)),
            Self::Person(account) => Inline::Mention {
                account: account.clone(),
                name: String::new(),
            },
            Self::Thing(thing) => Inline::clone(thing),
            Self::Unseen => Inline::plain(""),
        }
    }
}

/// A sign of the current text and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// Which leaf of the source it belongs to: a text node, an element, a token.
    pub(crate) leaf: usize,
    /// The sign as it reads.
    pub(crate) sign: Sign,
    /// Whether its leaf can only be kept or go as a whole, though several signs show it.
    pub(crate) is_whole: bool,
    /// Whether the source makes it a link. What reads like an address is shown as one, whatever its source says.
    pub(crate) is_linked: bool,
}

/// Signs and how each is marked.
pub(crate) type Signs = Vec<(Sign, Style)>;

/// Takes running text apart.
pub(crate) fn signs(inlines: &[Inline]) -> Signs {
    let mut signs = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Text { text, style } => {
                signs.extend(text.chars().map(|c| (Sign::Char(c), style.clone())));
            }
            Inline::Code { text, style } => {
                signs.extend(text.chars().map(|c| (Sign::Code(c), style.clone())));
            }
            Inline::Break => signs.push((Sign::Break, Style::default())),
            Inline::Keep(keep) => {
                signs.push((Sign::Keep(keep.reference.clone()), Style::default()));
            }
            Inline::Mention { account, .. } => {
                signs.push((Sign::Person(account.clone()), Style::default()));
            }
            Inline::Image { .. } | Inline::Note(_) => {
                signs.push((Sign::Thing(Box::new(inline.clone())), Style::default()));
            }
        }
    }
    signs
}

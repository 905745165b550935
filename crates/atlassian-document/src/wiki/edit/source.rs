//! The source of a text in wiki markup: what stands where in it, and how new text is spelt there.

use std::collections::HashMap;
use std::ops::Range;

use crate::edit::lost::Lost;
use crate::edit::weave::{Effect, Spelling};
use crate::tree::keep::{self, Keep, mark};
use crate::tree::{Block, Inline, Script, Style};
use crate::wiki::text::{self, Place};

/// A text, and how new text is spelt at a place of it.
pub(super) struct TextSource<'s> {
    pub(super) source: &'s str,
    pub(super) nodes: HashMap<String, Range<usize>>,
    pub(super) place: Place,
    /// Whether marks stand in braces, where they may stand beside letters.
    pub(super) in_braces: bool,
}

impl TextSource<'_> {
    /// New text with sources in the place of their references.
    pub(super) fn resolved(&self, text: &str) -> Result<String, Lost> {
        let mut written = String::with_capacity(text.len());
        for (index, piece) in text.split('\0').enumerate() {
            if index % 2 == 0 {
                written.push_str(piece);
            } else {
                let span = self.nodes.get(piece).cloned();
                let span = span.ok_or_else(|| Lost::Unknown(piece.to_owned()))?;
                written.push_str(self.source.get(span).unwrap_or_default());
            }
        }
        Ok(written)
    }
}

impl Spelling for TextSource<'_> {
    fn mark(&self, effect: &Effect) -> (String, String) {
        let sign = match effect {
            Effect::Hidden | Effect::Literal => return (String::new(), String::new()),
            Effect::Link(link) => {
                let close = format!("|{}]", text::address(&link.href));
                return (String::from("["), close);
            }
            Effect::Code => return (String::from("{{"), String::from("}}")),
            Effect::Strong => '*',
            Effect::Emphasis => '_',
            Effect::Strike => '-',
            Effect::Underline => '+',
            Effect::Script(Script::Super) => '^',
            Effect::Script(Script::Sub) => '~',
        };
        let sign = if self.in_braces {
            format!("{{{sign}}}")
        } else {
            sign.to_string()
        };
        (sign.clone(), sign)
    }

    /// Only a picture without other settings says itself.
    fn repictured(&self, _: &str, _: &Inline) -> Option<String> {
        None
    }

    fn inline(&self, inline: &Inline, before: &str) -> Result<String, Lost> {
        let begins_line = before.is_empty() || before.ends_with('\n');
        Ok(match inline {
            Inline::Text { text, .. } => text::escaped(text, begins_line, begins_line, false),
            Inline::Code { text, .. } => text::literal(text),
            Inline::Break if self.place == Place::Paragraph => String::from("\n"),
            Inline::Keep(keep) => self.resolved(&mark(&keep.reference))?,
            other => {
                let mut plain = other.clone();
                if let Some(style) = plain.style_mut() {
                    *style = Style::default();
                }
                text::write(&[Inline::plain(""), plain], self.place)
            }
        })
    }
}

/// The same blocks with placeholders that are told apart by what they stand for only, and people by account.
pub(super) fn comparable(mut blocks: Vec<Block>) -> Vec<Block> {
    keep::each_text(&mut blocks, &mut |content| {
        for inline in content.iter_mut() {
            match inline {
                Inline::Keep(keep) => {
                    let parts: Vec<&str> = keep.reference.split('-').take(2).collect();
                    *inline = Inline::Keep(Keep::new(&parts.join("-"), "", false));
                }
                Inline::Mention { name, .. } => name.clear(),
                _ => {}
            }
        }
    });
    blocks
}

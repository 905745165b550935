//! Running text in wiki markup: what it says, and where each sign of it stands.

use std::ops::Range;

use crate::edit::text::{Sign, Unit, signs};
use crate::edit::weave::Text;
use crate::tree::{Inline, Style};

/// Running text as it is read.
#[derive(Debug, Default)]
pub(crate) struct Running {
    /// What it says; not yet in normal form.
    pub(crate) inlines: Vec<Inline>,
    /// Where it stands.
    pub(crate) text: Text,
    leaves: usize,
}

impl Running {
    /// Adds a character of text, or of literal text, inside of some marks.
    pub(crate) fn push_character(
        &mut self,
        (c, is_code): (char, bool),
        style: &Style,
        span: Range<usize>,
        chain: &[usize],
    ) {
        self.leaves += 1;
        let sign = if is_code {
            Sign::Code(c)
        } else {
            Sign::Char(c)
        };
        self.text.units.push(Unit {
            leaf: self.leaves,
            sign: sign.clone(),
            is_whole: true,
            is_linked: style.link.is_some(),
        });
        self.text.spans.push(span);
        self.text.chains.push(chain.to_vec());
        match (self.inlines.last_mut(), is_code) {
            (Some(Inline::Text { text, style: last }), false)
            | (Some(Inline::Code { text, style: last }), true)
                if last == style =>
            {
                text.push(c);
            }
            _ => self.inlines.push(sign.alone(style)),
        }
    }

    /// Adds what a stretch of the source is read as, inside of some marks.
    pub(crate) fn push(&mut self, inlines: Vec<Inline>, span: Range<usize>, chain: &[usize]) {
        self.leaves += 1;
        for (sign, style) in signs(&inlines) {
            self.text.units.push(Unit {
                leaf: self.leaves,
                sign,
                is_whole: true,
                is_linked: style.link.is_some(),
            });
            self.text.spans.push(span.clone());
            self.text.chains.push(chain.to_vec());
        }
        for inline in inlines {
            match (self.inlines.last_mut(), inline) {
                (
                    Some(Inline::Text {
                        text: last,
                        style: of_last,
                    }),
                    Inline::Text { text, style },
                ) if *of_last == style => last.push_str(&text),
                (
                    Some(Inline::Code {
                        text: last,
                        style: of_last,
                    }),
                    Inline::Code { text, style },
                ) if *of_last == style => last.push_str(&text),
                (_, inline) => self.inlines.push(inline),
            }
        }
    }
}

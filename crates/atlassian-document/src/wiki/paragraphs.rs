//! Reads the lines of wiki markup that are no list and no table: text, headings, rules, quotations of one line.

use std::ops::Range;

use super::lines::{begins_block, heading, is_rule};
use super::parts::{Builder, Kind};
use crate::edit::lines::blocks_of;
use crate::edit::part::{Inside, Part, Shown};
use crate::tree::Block;

impl Builder<'_> {
    /// Reads lines with text of a kind; an empty line ends a text, and so does a line that begins something else.
    pub(super) fn lines(&mut self, range: Range<usize>, text: &Kind, found: &mut Vec<Part>) {
        let mut open = Vec::new();
        let mut from = range.start;
        for line in self.source[range].split_inclusive('\n') {
            let start = from + (line.len() - line.trim_start().len());
            let own = line.trim();
            from += line.len();
            if own.is_empty() || begins_block(own) {
                self.close(&mut open, text, found);
            }
            let span = start..start + own.len();
            if !own.is_empty() && !self.begin(own, span.clone(), found) {
                open.push(span);
            }
        }
        self.close(&mut open, text, found);
    }

    /// Reads a line that is a block; false if it is text.
    fn begin(&mut self, own: &str, span: Range<usize>, found: &mut Vec<Part>) -> bool {
        if let Some((level, text)) = heading(own) {
            let inner = span.end - text.trim_start().len()..span.end;
            let running = self.running(std::slice::from_ref(&inner));
            let block = Block::heading(level, running.inlines.clone());
            found.extend(self.text_part(Kind::Heading, span, running, block));
        } else if let Some(text) = own.strip_prefix("bq. ") {
            let inner = span.end - text.len()..span.end;
            let quote = self.origin(Kind::ShortQuote, span, inner.clone());
            let running = self.running(std::slice::from_ref(&inner));
            let block = Block::paragraph(running.inlines.clone());
            let part = self.text_part(Kind::Loose, inner, running, block);
            let parts: Vec<Part> = part.into_iter().collect();
            self.origins[quote].parts = parts.iter().map(|part| part.source).collect();
            let blocks = parts
                .iter()
                .flat_map(|part| blocks_of(part, &self.register));
            if let Some(block) = Block::quote(blocks.collect()) {
                found.push(self.part(quote, Shown::Block(block), Inside::Parts(parts)));
            }
        } else if is_rule(own) {
            let source = self.origin(Kind::Rule, span.clone(), span);
            found.push(self.part(source, Shown::Block(Block::Rule), Inside::Whole));
        } else {
            return false;
        }
        true
    }

    /// Ends the text whose lines are open.
    fn close(&mut self, open: &mut Vec<Range<usize>>, text: &Kind, found: &mut Vec<Part>) {
        let lines = std::mem::take(open);
        if lines.is_empty() {
            return;
        }
        let running = self.running(&lines);
        let block = Block::paragraph(running.inlines.clone());
        let whole = running.text.inner.clone();
        found.extend(self.text_part(text.clone(), whole, running, block));
    }
}

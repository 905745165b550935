//! Wiki markup in a text that is Markdown: people and models who know Jira write `h2. Title` and `{code}` out of habit.
//!
//! Only what certainly is wiki markup is taken for it: lines of their own that nobody writes as Markdown. What stands in
//! code or is escaped stays as it is, and so does `*x*`, which means something in both.

use std::borrow::Cow;
use std::ops::Range;

use super::outside::{is_within, meaningless};
use super::wiki_lists::{as_markdown, ending, is_nested};
use super::wiki_words::{in_type, links, pictures};
use super::writer;
use crate::tree::panel::Panel;

/// Macros around literal text, and those around other blocks.
const LITERAL: [&str; 2] = ["code", "noformat"];
const FRAMES: [&str; 6] = ["quote", "panel", "info", "note", "tip", "warning"];

/// Before a quotation of one paragraph.
const QUOTED: &str = "bq. ";

/// How many frames may lie inside each other.
const MOST_FRAMES: usize = 8;

/// The text with Markdown in the place of such wiki markup.
pub(crate) fn without_wiki_markup(markdown: &str) -> Cow<'_, str> {
    rewritten(markdown, 0)
}

fn rewritten(markdown: &str, depth: usize) -> Cow<'_, str> {
    let begins = |line: &str| {
        line.starts_with(['{', '|'])
            || line.starts_with(QUOTED)
            || is_nested(line)
            || heading(line).is_some()
    };
    let is_likely =
        markdown.contains("|http") || markdown.contains("!http") || markdown.lines().any(begins);
    if !is_likely || depth > MOST_FRAMES {
        return Cow::Borrowed(markdown);
    }
    let mut rewriter = Rewriter {
        source: markdown,
        lines: lines(markdown),
        inert: meaningless(markdown),
        written: String::with_capacity(markdown.len()),
        from: 0,
        depth,
        is_wiki: depth > 0,
    };
    rewriter.is_wiki |= (0..rewriter.lines.len()).any(|line| rewriter.is_certain(line));
    let mut at = 0;
    while at < rewriter.lines.len() {
        at = rewriter.line(at);
    }
    match rewriter.from {
        0 => Cow::Borrowed(markdown),
        from => Cow::Owned(rewriter.written + &markdown[from..]),
    }
}

struct Rewriter<'s> {
    source: &'s str,
    /// Where each line stands, without its end.
    lines: Vec<Range<usize>>,
    /// Code and escaped characters, in order.
    inert: Vec<Range<usize>>,
    written: String,
    /// Up to where the source is written.
    from: usize,
    depth: usize,
    /// Whether something else in it is wiki markup for certain, so that signs which could be Markdown are not.
    is_wiki: bool,
}

impl<'s> Rewriter<'s> {
    /// Whether a line is nothing but wiki markup.
    fn is_certain(&self, at: usize) -> bool {
        let own = self.text(at);
        let is_sign = || {
            let name = sign(own).map(|(name, _)| name);
            name.is_some_and(|name| {
                (LITERAL.contains(&name) || FRAMES.contains(&name))
                    && self.end_of(name, at).is_some()
            })
        };
        let is_heading = || heading(own).is_some() && self.begins_block(at);
        !self.is_inert(self.lines[at].start) && (is_heading() || is_sign())
    }

    /// Rewrites what begins with a line; gives the line behind it.
    fn line(&mut self, at: usize) -> usize {
        let (span, own) = (self.lines[at].clone(), self.text(at));
        if self.is_inert(span.start) {
            return at + 1;
        }
        if let Some((level, length)) = heading(own).filter(|_| self.begins_block(at)) {
            self.replace(
                span.start..span.start + length,
                &format!("{} ", "#".repeat(level)),
            );
            return at + 1;
        }
        if let Some(end) = self.literal_end(at) {
            let region = span.start..self.lines[end].end;
            let read = crate::wiki::read(&self.source[region.clone()]);
            self.replace_block(region, &writer::write(&read));
            return end + 1;
        }
        if let Some((name, parameters)) = sign(own).filter(|(name, _)| FRAMES.contains(name))
            && let Some(end) = self.end_of(name, at)
        {
            let inner = match end - at {
                1 => String::new(),
                _ => rewritten(
                    &self.source[self.lines[at + 1].start..self.lines[end - 1].end],
                    self.depth + 1,
                )
                .into_owned(),
            };
            self.replace_block(
                span.start..self.lines[end].end,
                &framed(name, parameters, &inner),
            );
            return end + 1;
        }
        if let Some(end) = self.table_end(at) {
            let region = span.start..self.lines[end - 1].end;
            let read = crate::wiki::read(&self.source[region.clone()]);
            self.replace_block(region, &writer::write(&read));
            return end;
        }
        if let Some(end) = self.list_end(at) {
            let region = span.start..self.lines[end - 1].end;
            let list = as_markdown(&self.source[region.clone()]);
            self.replace_block(region, &list);
            return end;
        }
        if own.starts_with(QUOTED) && self.begins_block(at) {
            self.replace(span.start..span.start + QUOTED.len(), "> ");
            return at + 1;
        }
        self.inside(&span);
        at + 1
    }

    /// The line behind a list that no Markdown is: with entries below others, or numbered in a text that is wiki markup.
    fn list_end(&self, at: usize) -> Option<usize> {
        if !self.begins_block(at) {
            return None;
        }
        let lines = (at..self.lines.len()).map(|line| self.text(line));
        ending(lines, self.is_wiki).map(|count| at + count)
    }

    fn text(&self, line: usize) -> &'s str {
        self.lines
            .get(line)
            .map_or("", |span| &self.source[span.clone()])
    }

    fn is_inert(&self, place: usize) -> bool {
        is_within(&self.inert, place)
    }

    /// Whether nothing goes on to this line.
    fn begins_block(&self, at: usize) -> bool {
        let is_over = |before: &str| before.trim().is_empty() || heading(before).is_some();
        at.checked_sub(1)
            .is_none_or(|before| is_over(self.text(before)) || self.from > self.lines[before].start)
    }

    /// The line that ends literal text between two signs.
    fn literal_end(&self, at: usize) -> Option<usize> {
        let own = self.text(at).trim_end();
        if let Some((name, _)) = sign(own).filter(|(name, _)| LITERAL.contains(name)) {
            return self.end_of(name, at);
        }
        // All on one line.
        let (first, rest) = own.split_once('}')?;
        let name = first.strip_prefix('{')?.split(':').next()?;
        let inner = rest.strip_suffix(&format!("{{{name}}}"))?;
        (LITERAL.contains(&name) && !inner.is_empty() && !inner.contains('{')).then_some(at)
    }

    /// The next line that is the sign of this name and nothing else.
    fn end_of(&self, name: &str, at: usize) -> Option<usize> {
        let sign = format!("{{{name}}}");
        (at + 1..self.lines.len()).find(|line| self.text(*line).trim_end() == sign)
    }

    /// The line behind a table that begins with a header between double bars.
    fn table_end(&self, at: usize) -> Option<usize> {
        let own = self.text(at).trim_end();
        let inner = own.strip_prefix("||")?.strip_suffix("||")?;
        let is_row = |line: &str| {
            let line = line.trim_end();
            let is_rule = line.chars().all(|c| "|-: \t".contains(c));
            line.len() > 2 && line.starts_with('|') && line.ends_with('|') && !is_rule
        };
        let rows = (at + 1..self.lines.len()).take_while(|line| is_row(self.text(*line)));
        let end = at + 1 + rows.count();
        let has_cells = !inner.trim().is_empty() && !inner.starts_with('|');
        (has_cells && self.begins_block(at) && end > at + 1).then_some(end)
    }

    /// What stands in a line: links with a bar between the words and the address, pictures, and words in type.
    fn inside(&mut self, line: &Range<usize>) {
        let own = &self.source[line.clone()];
        if own.starts_with('|') {
            return;
        }
        let mut found = links(own);
        found.extend(pictures(own));
        if self.is_wiki {
            found.extend(in_type(own));
        }
        found.sort_by_key(|(place, _)| place.start);
        for (place, text) in found {
            let span = line.start + place.start..line.start + place.end;
            let is_free = span.start >= self.from
                && !self.is_inert(span.start)
                && !self.is_inert(span.end - 1);
            if is_free {
                self.replace(span, &text);
            }
        }
    }

    fn replace(&mut self, span: Range<usize>, text: &str) {
        self.written.push_str(&self.source[self.from..span.start]);
        self.written.push_str(text);
        self.from = span.end;
    }

    /// A block has empty lines around it.
    fn replace_block(&mut self, span: Range<usize>, text: &str) {
        self.replace(span, &format!("\n{text}\n"));
    }
}

fn lines(source: &str) -> Vec<Range<usize>> {
    let mut from = 0;
    let lines = source.split_inclusive('\n').map(|line| {
        let start = from;
        from += line.len();
        start..start + line.trim_end_matches(['\n', '\r']).len()
    });
    lines.collect()
}

/// The level of a heading, and how long its sign is.
fn heading(line: &str) -> Option<(usize, usize)> {
    let rest = line.strip_prefix('h')?;
    let level = rest
        .chars()
        .next()?
        .to_digit(10)
        .filter(|level| (1..=6).contains(level))?;
    let text = rest[1..].strip_prefix(". ")?;
    (!text.trim().is_empty()).then_some((level as usize, line.len() - text.len()))
}

/// The name and the parameters of a sign that is all of a line.
fn sign(line: &str) -> Option<(&str, &str)> {
    let inner = line.trim_end().strip_prefix('{')?.strip_suffix('}')?;
    let (name, parameters) = inner.split_once(':').unwrap_or((inner, ""));
    (!inner.contains(['{', '}'])).then_some((name, parameters))
}

/// A frame as Markdown: a quotation, which says its kind if it is a panel.
fn framed(name: &str, parameters: &str, inner: &str) -> String {
    let mut pairs = parameters.split('|');
    let title = pairs.find_map(|pair| pair.trim().strip_prefix("title="));
    let kind = match name {
        "quote" => None,
        "panel" => Some(title.and_then(Panel::named).unwrap_or(Panel::Info)),
        name => Panel::named(name),
    };
    let marker = kind.map(|kind| format!("[!{}]", kind.name()));
    let own = title.filter(|title| name != "quote" && Panel::named(title).is_none());
    let title = own.filter(|title| !title.trim().is_empty());
    let title = title.map(|title| format!("**{}**\n", title.trim()));
    let inner = inner.trim_matches(['\n', '\r']);
    let parts = [marker, title, Some(inner.to_owned())];
    let text: Vec<String> = parts.into_iter().flatten().collect();
    let text = text.join("\n");
    let quoted = text.lines().map(|line| format!("> {line}"));
    quoted.collect::<Vec<_>>().join("\n")
}

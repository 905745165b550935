//! Turns flat runs of styled text into properly nested marks.
//!
//! ADF marks every run on its own; Markdown, storage format and wiki markup need marks that open and
//! close around each other.

use super::keep::Keep;
use super::link::Link;
use super::{Inline, Script, Style};

/// A mark that surrounds text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark<'tree> {
    /// A link to an address.
    Link(&'tree Link),
    /// Struck out.
    Strike,
    /// Strong emphasis.
    Strong,
    /// Emphasis.
    Emphasis,
    /// Underlined.
    Underline,
    /// Above or below the line.
    Script(Script),
}

impl Mark<'_> {
    /// The mark as HTML spells it, which both storage format and Markdown take.
    pub(crate) fn element(self) -> &'static str {
        match self {
            Self::Link(_) => "a",
            Self::Strike => "del",
            Self::Strong => "strong",
            Self::Emphasis => "em",
            Self::Underline => "u",
            Self::Script(Script::Sub) => "sub",
            Self::Script(Script::Super) => "sup",
        }
    }
}

/// Receives running text in order; every opened mark is closed, innermost first.
pub(crate) trait Sink<'tree> {
    /// A mark begins, and covers exactly these runs.
    fn open(&mut self, mark: Mark<'tree>, covered: &'tree [Inline]);
    /// The mark ends.
    fn close(&mut self, mark: Mark<'tree>, covered: &'tree [Inline]);
    /// Text inside the open marks.
    fn text(&mut self, text: &'tree str);
    /// Literal text inside the open marks.
    fn code(&mut self, text: &'tree str);
    /// A line break.
    fn line_break(&mut self);
    /// A placeholder, outside of every mark.
    fn keep(&mut self, keep: &'tree Keep);
    /// A picture inside the open marks.
    fn image(&mut self, source: &'tree Link, text: &'tree str);
    /// A person.
    fn mention(&mut self, account: &'tree str, name: &'tree str);
    /// The number of a note; only Markdown has notes.
    fn note(&mut self, _: usize) {}
}

/// Sends running text to a sink; the mark that reaches furthest is opened first.
pub(crate) fn nest<'tree>(inlines: &'tree [Inline], sink: &mut impl Sink<'tree>) {
    nest_within(inlines, &mut Vec::new(), sink);
}

fn nest_within<'tree>(
    inlines: &'tree [Inline],
    open: &mut Vec<Mark<'tree>>,
    sink: &mut impl Sink<'tree>,
) {
    let mut rest = inlines;
    while let Some((first, after)) = rest.split_first() {
        let marks = first.style().map(marks).into_iter().flatten().flatten();
        let marks = marks.filter(|mark| !open.contains(mark));
        let furthest = marks
            .map(|mark| (extent(rest, mark), mark))
            .reduce(|best, next| if next.0 > best.0 { next } else { best });
        if let Some((length, mark)) = furthest {
            let (covered, others) = rest.split_at(length);
            sink.open(mark, covered);
            open.push(mark);
            nest_within(covered, open, sink);
            open.pop();
            sink.close(mark, covered);
            rest = others;
        } else {
            match first {
                Inline::Text { text, .. } => sink.text(text),
                Inline::Code { text, .. } => sink.code(text),
                Inline::Break => sink.line_break(),
                Inline::Keep(keep) => sink.keep(keep),
                Inline::Image { source, text, .. } => sink.image(source, text),
                Inline::Mention { account, name } => sink.mention(account, name),
                Inline::Note(number) => sink.note(*number),
            }
            rest = after;
        }
    }
}

fn marks(style: &Style) -> [Option<Mark<'_>>; 6] {
    [
        style.link.as_deref().map(Mark::Link),
        style.strike.then_some(Mark::Strike),
        style.strong.then_some(Mark::Strong),
        style.emphasis.then_some(Mark::Emphasis),
        style.underline.then_some(Mark::Underline),
        style.script.map(Mark::Script),
    ]
}

fn extent(inlines: &[Inline], mark: Mark<'_>) -> usize {
    let carries = |inline: &&Inline| {
        let style = inline.style();
        style.is_some_and(|style| marks(style).contains(&Some(mark)))
    };
    inlines.iter().take_while(carries).count()
}

//! Puts changed running text together from its source and from new text.
//!
//! What stays is copied byte for byte, with the marks around it. New text goes into the marks of the text
//! that it stands for, as far as they say what the new text is to be.

use std::ops::Range;
use std::sync::Arc;

use super::lost::Lost;
use super::text::{Run, Sign, Unit};
use crate::tree::link::Link;
use crate::tree::{Inline, Script, Style};

/// What a mark around text says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Something that Markdown does not show: a colour, an inline comment.
    Hidden,
    /// Text in it is spelt as it is, and nothing else stands in it.
    Literal,
    Strong,
    Emphasis,
    Strike,
    Underline,
    Code,
    Script(Script),
    Link(Arc<Link>),
}

impl Effect {
    fn is_in(&self, style: &Style, is_code: bool) -> bool {
        match self {
            Self::Hidden => true,
            Self::Literal => false,
            Self::Strong => style.strong,
            Self::Emphasis => style.emphasis,
            Self::Strike => style.strike,
            Self::Underline => style.underline,
            Self::Code => is_code,
            Self::Script(script) => style.script == Some(*script),
            Self::Link(link) => style.link.as_ref() == Some(link),
        }
    }

    /// Everything that a text is marked with.
    fn all(style: &Style, is_code: bool) -> Vec<Self> {
        let marks = [
            style.link.clone().map(Self::Link),
            style.strike.then_some(Self::Strike),
            style.strong.then_some(Self::Strong),
            style.emphasis.then_some(Self::Emphasis),
            style.underline.then_some(Self::Underline),
            style.script.map(Self::Script),
            is_code.then_some(Self::Code),
        ];
        marks.into_iter().flatten().collect()
    }
}

/// A mark of the source: where it begins and ends, and what it says.
#[derive(Debug, Clone)]
pub(crate) struct Wrapper {
    pub(crate) open: Range<usize>,
    pub(crate) close: Range<usize>,
    pub(crate) effect: Effect,
}

/// Running text of a source: its units, and for each where it stands and the marks around it.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) units: Vec<Unit>,
    pub(crate) spans: Vec<Range<usize>>,
    pub(crate) chains: Vec<Vec<usize>>,
    pub(crate) wrappers: Vec<Wrapper>,
    /// All of it.
    pub(crate) inner: Range<usize>,
}

/// How a format spells new text.
pub(crate) trait Spelling {
    /// The beginning and the end of a mark.
    fn mark(&self, effect: &Effect) -> (String, String);
    /// The source of a picture with the words and the title of another one that lies at the same address; none where
    /// the format has no place for them in it.
    fn repictured(&self, own: &str, picture: &Inline) -> Option<String>;
    /// Text, a line break, a picture, a person or a placeholder, without marks; what is written before it.
    fn inline(&self, inline: &Inline, before: &str) -> Result<String, Lost>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Open {
    Old(usize),
    New(Effect),
}

/// The source of the text after the change.
pub(crate) fn woven(
    source: &str,
    text: &Text,
    runs: &[Run],
    spelling: &dyn Spelling,
) -> Result<String, Lost> {
    let mut weaver = Weaver {
        source,
        text,
        spelling,
        written: String::new(),
        open: Vec::new(),
        last: None,
        brought: None,
    };
    for run in runs {
        match run {
            Run::Kept(from, to) => (*from..*to).for_each(|unit| weaver.kept(unit)),
            Run::Restyled(from, to, style) => {
                for unit in *from..*to {
                    weaver.restyled(unit, style)?;
                }
            }
            Run::New(inline, like) => weaver.added(inline, *like)?,
        }
    }
    Ok(weaver.finish())
}

struct Weaver<'a> {
    source: &'a str,
    text: &'a Text,
    spelling: &'a dyn Spelling,
    written: String,
    open: Vec<Open>,
    /// The unit that was written last, if it stands as it stood.
    last: Option<usize>,
    /// The unit that was written last, wherever it stands now.
    brought: Option<usize>,
}

impl Weaver<'_> {
    fn source(&self, range: Range<usize>) -> &str {
        self.source.get(range).unwrap_or_default()
    }

    fn chain(&self, unit: usize) -> Vec<Open> {
        self.text.chains[unit]
            .iter()
            .copied()
            .map(Open::Old)
            .collect()
    }

    /// Closes and opens marks until these are open.
    fn turn(&mut self, wanted: Vec<Open>) {
        let pairs = self.open.iter().zip(&wanted);
        let same = pairs.take_while(|(one, other)| one == other).count();
        let mut tags = String::new();
        for open in self.open.drain(same..).collect::<Vec<_>>().iter().rev() {
            tags.push_str(&self.tag(open, false));
        }
        for open in &wanted[same..] {
            tags.push_str(&self.tag(open, true));
        }
        self.written.push_str(&tags);
        self.open = wanted;
    }

    fn tag(&self, open: &Open, begins: bool) -> String {
        match open {
            Open::Old(wrapper) => {
                let wrapper = &self.text.wrappers[*wrapper];
                let range = if begins {
                    &wrapper.open
                } else {
                    &wrapper.close
                };
                self.source(range.clone()).to_owned()
            }
            Open::New(effect) => {
                let (open, close) = self.spelling.mark(effect);
                if begins { open } else { close }
            }
        }
    }

    /// Whether a unit shows a thing that the unit before it has brought already.
    fn is_there(&mut self, unit: usize) -> bool {
        let before = self.brought.replace(unit);
        let units = &self.text.units;
        before.is_some_and(|before| {
            before + 1 == unit
                && units[before].leaf == units[unit].leaf
                && self.text.spans[before] == self.text.spans[unit]
        })
    }

    fn kept(&mut self, unit: usize) {
        if self.is_there(unit) {
            self.last = self.last.map(|_| unit);
            return;
        }
        let span = self.text.spans[unit].clone();
        let chain = self.chain(unit);
        let follows = match self.last {
            Some(last) => last + 1 == unit,
            None => unit == 0 && self.written.is_empty() && self.open.is_empty(),
        };
        if follows {
            let from = match self.last {
                Some(last) => self.text.spans[last].end,
                None => self.text.inner.start,
            };
            let between = self.source(from.min(span.start)..span.start).to_owned();
            self.written.push_str(&between);
            self.open = chain;
        } else {
            let own = self.source(span.clone());
            if own == ">" && self.is_literal(unit) && self.written.ends_with("]]") {
                // Together they would end it.
                self.turn(Vec::new());
            }
            self.turn(chain);
        }
        let own = self.source(span).to_owned();
        self.written.push_str(&own);
        self.last = Some(unit);
    }

    fn restyled(&mut self, unit: usize, style: &Style) -> Result<(), Lost> {
        if self.is_there(unit) {
            return Ok(());
        }
        if self.is_literal(unit) {
            // No mark can stand in literal text.
            let inline = self.text.units[unit].sign.alone(style);
            return self.added(&inline, Some((unit, unit)));
        }
        let is_code = matches!(self.text.units[unit].sign, Sign::Code(_));
        let chain = self.marked(&self.text.chains[unit], style, is_code);
        self.turn(chain);
        let own = self.source(self.text.spans[unit].clone()).to_owned();
        self.written.push_str(&own);
        self.last = None;
        Ok(())
    }

    fn is_literal(&self, unit: usize) -> bool {
        let last = self.text.chains[unit].last();
        last.is_some_and(|last| self.text.wrappers[*last].effect == Effect::Literal)
    }

    /// The marks of the source that a text of a style may lie in, and those that it needs beyond them.
    fn marked(&self, chain: &[usize], style: &Style, is_code: bool) -> Vec<Open> {
        let effect = |wrapper: usize| &self.text.wrappers[wrapper].effect;
        let is_script = |wrapper: &usize| matches!(effect(*wrapper), Effect::Script(_));
        // Of two within each other the inner one counts.
        let counts = chain.iter().rposition(is_script);
        let is_unseen = |index: usize, wrapper: usize| {
            let inner = counts.filter(|inner| index < *inner && is_script(&wrapper));
            inner.is_some_and(|inner| effect(chain[inner]).is_in(style, is_code))
        };
        let fits = chain.iter().copied().enumerate();
        let fits = fits.filter(|(index, wrapper)| {
            effect(*wrapper).is_in(style, is_code) || is_unseen(*index, *wrapper)
        });
        let fits: Vec<usize> = fits.map(|(_, wrapper)| wrapper).collect();
        let missing = Effect::all(style, is_code);
        let missing = missing
            .into_iter()
            .filter(|mark| fits.iter().all(|has| effect(*has) != mark));
        let missing: Vec<Open> = missing.map(Open::New).collect();
        fits.iter().copied().map(Open::Old).chain(missing).collect()
    }

    fn added(&mut self, inline: &Inline, like: Option<(usize, usize)>) -> Result<(), Lost> {
        if let Some((one, other)) = like
            && self.is_literal(one)
            && self.text.chains[one] == self.text.chains[other]
            && self.added_literally(inline, one)
        {
            return Ok(());
        }
        let is_code = matches!(inline, Inline::Code { .. });
        let common: Vec<usize> = if let Some((one, other)) = like {
            self.between(one, other, inline)
        } else {
            // What is marked alike goes on; hidden marks end with the text that has them.
            let old = self.open.iter().map_while(|open| match open {
                Open::Old(wrapper) => Some(*wrapper),
                Open::New(_) => None,
            });
            let effect = |wrapper: &usize| &self.text.wrappers[*wrapper].effect;
            old.take_while(|wrapper| !matches!(effect(wrapper), Effect::Hidden | Effect::Literal))
                .collect()
        };
        let chain = match inline {
            Inline::Text { style, .. }
            | Inline::Code { style, .. }
            | Inline::Image { style, .. } => self.marked(&common, style, is_code),
            Inline::Break | Inline::Keep(_) | Inline::Mention { .. } | Inline::Note(_) => {
                // Things stand in whatever is marked around them, but in no link and no code.
                let plain = |wrapper: &&usize| {
                    !matches!(
                        self.text.wrappers[**wrapper].effect,
                        Effect::Link(_) | Effect::Code | Effect::Literal
                    )
                };
                common
                    .iter()
                    .take_while(plain)
                    .copied()
                    .map(Open::Old)
                    .collect()
            }
        };
        self.turn(chain);
        let text = match self.repictured(inline, like) {
            Some(text) => text,
            None => self.spelling.inline(inline, &self.written)?,
        };
        self.written.push_str(&text);
        (self.last, self.brought) = (None, None);
        Ok(())
    }

    /// A picture with other words in the place of one that lies where it lies, whose other settings stay.
    fn repictured(&self, picture: &Inline, like: Option<(usize, usize)>) -> Option<String> {
        let (unit, _) = like.filter(|(one, other)| one == other)?;
        let Sign::Thing(old) = &self.text.units[unit].sign else {
            return None;
        };
        let (Inline::Image { source: old, .. }, Inline::Image { source, .. }) = (&**old, picture)
        else {
            return None;
        };
        let own = self.source(self.text.spans[unit].clone());
        let fits = old.href == source.href;
        fits.then(|| self.spelling.repictured(own, picture))
            .flatten()
    }

    /// The marks of the source between two units: those around both, or around one if they say what the new text is.
    fn between(&self, one: usize, other: usize, inline: &Inline) -> Vec<usize> {
        let chains = [one, other].map(|unit| self.text.chains[unit].as_slice());
        let pairs = chains[0].iter().zip(chains[1]);
        let same = pairs.take_while(|(one, other)| one == other).count();
        let is_code = matches!(inline, Inline::Code { .. });
        let says_it = |chain: &&[usize]| {
            let effect = |wrapper: &usize| &self.text.wrappers[*wrapper].effect;
            let mut own = chain[same..].iter().map(effect);
            let is_seen = own.all(|effect| !matches!(effect, Effect::Hidden | Effect::Literal));
            let style = inline.style().filter(|_| is_seen);
            style.is_some_and(|style| {
                let marks = self.marked(chain, style, is_code);
                marks.into_iter().eq(chain.iter().copied().map(Open::Old))
            })
        };
        let like = chains.into_iter().find(says_it);
        like.unwrap_or(&chains[0][..same]).to_vec()
    }

    /// Adds text inside of the literal text of a unit; false where it cannot stand there.
    fn added_literally(&mut self, inline: &Inline, like: usize) -> bool {
        let (text, style, is_code) = match inline {
            Inline::Text { text, style } => (text, style, false),
            Inline::Code { text, style } => (text, style, true),
            _ => return false,
        };
        let chain = self.chain(like);
        let outer = self.text.chains[like].split_last();
        let outer = outer.map_or(&[][..], |(_, outer)| outer);
        if text.contains([']', '>']) || self.marked(outer, style, is_code) != chain[..outer.len()] {
            return false;
        }
        self.turn(chain);
        self.written.push_str(text);
        (self.last, self.brought) = (None, None);
        true
    }

    fn finish(mut self) -> String {
        match self.last {
            Some(last) if last + 1 == self.text.units.len() => {
                let from = self.text.spans[last].end;
                let tail = self.source(from..self.text.inner.end.max(from)).to_owned();
                self.written.push_str(&tail);
            }
            _ => self.turn(Vec::new()),
        }
        self.written
    }
}

//! Writes the plan of an edit into a text in wiki markup.

use std::ops::Range;

use super::sequence::{APART, Written, blocks};
use super::source::{TextSource, comparable};
use crate::edit::elsewhere::Elsewhere;
use crate::edit::grafts::graft_number;
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::Plan;
use crate::edit::text::Run;
use crate::edit::weave::{Effect, woven};
use crate::tree::keep::mark;
use crate::tree::panel::Panel;
use crate::tree::{Block, Inline};
use crate::wiki::parts::{self, Kind, Origin, Read};
use crate::wiki::text::{self, Place};
use crate::wiki::writer::{Inside, parameter, write_inside};

/// Writes plans as wiki markup.
pub(super) struct Renderer<'s> {
    pub(super) origins: Vec<Origin>,
    pub(super) text: TextSource<'s>,
    /// The blocks around what is written.
    pub(super) inside: Inside,
    /// What stands in new blocks.
    grafts: &'s [Elsewhere],
}

impl<'s> Renderer<'s> {
    /// A renderer for a text.
    pub(super) fn new(read: Read<'s>, grafts: &'s [Elsewhere]) -> Self {
        let text = TextSource {
            source: read.source,
            nodes: read.nodes,
            place: Place::Paragraph,
            in_braces: false,
        };
        Self {
            origins: read.origins,
            text,
            inside: Inside::default(),
            grafts,
        }
    }

    /// The whole text.
    pub(super) fn all(&mut self, plans: &[Plan]) -> Result<String, Lost> {
        self.inside(0, plans, APART)
    }

    pub(super) fn raw(&self, span: Range<usize>) -> &'s str {
        self.text.source.get(span).unwrap_or_default()
    }

    pub(super) fn whole(&self, source: Source) -> String {
        self.raw(self.origins[source].whole.clone()).to_owned()
    }

    /// What lies in a part, or in the text, when it is to hold these; new blocks stand apart from others.
    pub(super) fn inside(
        &mut self,
        own: Source,
        plans: &[Plan],
        apart: &str,
    ) -> Result<String, Lost> {
        let mut written = Vec::with_capacity(plans.len());
        for plan in plans {
            written.push(self.block(plan)?);
        }
        Ok(blocks(
            self.text.source,
            &self.origins,
            own,
            &written,
            apart,
        ))
    }

    pub(super) fn block(&mut self, plan: &Plan) -> Result<Written, Lost> {
        Ok(match plan {
            Plan::Fresh(block) => (None, self.fresh(block)?),
            Plan::Elsewhere(elsewhere) => (None, self.elsewhere(elsewhere)?),
            Plan::Another(plan) => self.block(plan)?,
            // Wiki markup has nothing that can be opened.
            Plan::Keep(source) | Plan::Details(source, ..) | Plan::Picture(source, _) => {
                (Some(*source), self.whole(*source))
            }
            Plan::Text(source, level, runs, content) => (
                Some(*source),
                self.paragraph(*source, *level, runs, content)?,
            ),
            Plan::Code(source, names, text) => {
                let names = names.each_ref().map(Option::as_deref);
                (Some(*source), self.code(*source, names, text)?)
            }
            Plan::Inside(source, plans) => (Some(*source), self.filled(*source, plans)?),
            Plan::Panel(source, kind, plans) => {
                let text = self.filled(*source, plans)?;
                (Some(*source), self.of_kind(*source, *kind, text))
            }
            Plan::List(source, start, entries) => {
                (Some(*source), self.list(*source, start.is_some(), entries)?)
            }
            Plan::Table(source, has_header, rows) => {
                (Some(*source), self.table(*source, *has_header, rows)?)
            }
        })
    }

    /// Whether a part from elsewhere can stand as it is where something is written now.
    pub(super) fn may_move(&self, source: Source) -> bool {
        let own = self.raw(self.origins[source].whole.clone());
        match self.origins[source].kind {
            Kind::Loose | Kind::OfEntry => false,
            // It would end what it stands in.
            Kind::Braced => {
                !(self.inside.quote && own.contains("{quote")
                    || self.inside.panel && own.contains("{panel"))
            }
            _ => true,
        }
    }

    /// What stood in another block, as it is if it can stand here.
    fn elsewhere(&mut self, elsewhere: &Elsewhere) -> Result<String, Lost> {
        let source = elsewhere.plan.source();
        if !source.is_some_and(|source| self.may_move(source)) {
            return self.fresh(elsewhere.anew()?);
        }
        if let Block::List { start, .. } = elsewhere.shown() {
            return self.list_below("", start.is_some(), &elsewhere.plan);
        }
        Ok(self.block(&elsewhere.plan)?.1)
    }

    /// New blocks, with the sources of their placeholders, and with what stood elsewhere.
    pub(super) fn fresh(&mut self, block: &Block) -> Result<String, Lost> {
        let written = write_inside(std::slice::from_ref(block), self.inside);
        let mut text = String::with_capacity(written.len());
        for (index, piece) in written.split('\0').enumerate() {
            let graft = graft_number(piece).filter(|_| index % 2 == 1);
            if let Some(graft) = graft.and_then(|at| self.grafts.get(at)) {
                let around = self.inside;
                (self.inside.quote, self.inside.panel) = (true, true);
                let own = self.elsewhere(graft);
                self.inside = around;
                text.push_str(&own?);
            } else if index % 2 == 0 {
                text.push_str(piece);
            } else {
                text.push_str(&self.text.resolved(&mark(piece))?);
            }
        }
        Ok(text)
    }

    /// What lies in a quotation or a panel, between its ends.
    fn filled(&mut self, own: Source, plans: &[Plan]) -> Result<String, Lost> {
        let around = self.inside;
        let begun = self.raw(self.origins[own].whole.clone());
        let is_short = self.origins[own].kind == Kind::ShortQuote;
        self.inside.quote |= is_short || begun.starts_with("{quote");
        self.inside.panel |= begun.starts_with("{panel");
        let filled = self.filled_inside(own, plans);
        self.inside = around;
        filled
    }

    fn filled_inside(&mut self, own: Source, plans: &[Plan]) -> Result<String, Lost> {
        let (whole, inner) = (
            self.origins[own].whole.clone(),
            self.origins[own].inner.clone(),
        );
        let before = self.raw(whole.start..inner.start);
        if self.origins[own].kind != Kind::ShortQuote {
            let text = self.inside(own, plans, APART)?;
            return Ok(format!("{before}{text}{}", self.raw(inner.end..whole.end)));
        }
        if let [Plan::Text(source, None, runs, content)] = plans {
            let text = self.line(*source, runs, content)?;
            return Ok(format!("{before}{text}"));
        }
        let mut texts = Vec::with_capacity(plans.len());
        for plan in plans {
            texts.push(self.block(plan)?.1);
        }
        Ok(format!("{{quote}}\n{}\n{{quote}}", texts.join("\n\n")))
    }

    /// A paragraph or a heading with changed text.
    fn paragraph(
        &mut self,
        own: Source,
        level: Option<u8>,
        runs: &[Run],
        content: &[Inline],
    ) -> Result<String, Lost> {
        let Some(level) = level else {
            let block = Block::Paragraph(content.to_vec());
            return self.checked(own, runs, content, Place::Paragraph, &block, "");
        };
        let block = Block::Heading {
            level,
            content: content.to_vec(),
        };
        let origin = &self.origins[own];
        let begun = self.raw(origin.whole.start..origin.inner.start);
        let prefix = if origin.kind == Kind::Heading && begun.starts_with(&format!("h{level}")) {
            begun.to_owned()
        } else {
            format!("h{level}. ")
        };
        self.checked(own, runs, content, Place::Line, &block, &prefix)
    }

    /// Text inside of a line.
    pub(super) fn line(
        &mut self,
        own: Source,
        runs: &[Run],
        content: &[Inline],
    ) -> Result<String, Lost> {
        let block = Block::Paragraph(content.to_vec());
        self.checked(own, runs, content, Place::Line, &block, "")
    }

    /// The changed text if it reads as it is meant; otherwise the text is written anew.
    fn checked(
        &mut self,
        own: Source,
        runs: &[Run],
        content: &[Inline],
        place: Place,
        block: &Block,
        prefix: &str,
    ) -> Result<String, Lost> {
        let Some(text) = &self.origins[own].text else {
            return Err(Lost::Hidden(String::from("a text that cannot be followed")));
        };
        let wanted = comparable(vec![block.clone()]);
        // An entry of a list may go on below its line.
        let had_lines = self.raw(text.inner.clone()).contains('\n');
        let is_of_entry = self.origins[own].kind == Kind::OfEntry;
        let before = self.raw(0..self.origins[own].whole.start).chars().rev();
        let begins_line = !before
            .take_while(|c| *c != '\n')
            .any(|c| !c.is_whitespace());
        let fits = |own: &str| place == Place::Paragraph || had_lines || !own.contains('\n');
        self.text.place = place;
        for in_braces in [false, true] {
            self.text.in_braces = in_braces;
            let own = woven(self.text.source, text, runs, &self.text)?;
            let own = format!("{prefix}{own}");
            let read = match (place, block) {
                (Place::Line, Block::Paragraph(_)) if is_of_entry => {
                    parts::read_of_entry(&own, begins_line)
                }
                (Place::Line, Block::Paragraph(_)) => parts::read_line(&own),
                _ => parts::read(&own).blocks(),
            };
            if fits(&own) && comparable(read) == wanted {
                return Ok(own);
            }
        }
        if text
            .wrappers
            .iter()
            .any(|wrapper| wrapper.effect == Effect::Hidden)
        {
            return Err(Lost::Hidden(String::from("a colour of a text")));
        }
        let written = self.text.resolved(&text::write(content, place))?;
        Ok(format!("{prefix}{written}"))
    }

    fn code(
        &mut self,
        own: Source,
        [language, title]: [Option<&str>; 2],
        text: &str,
    ) -> Result<String, Lost> {
        let origin = &self.origins[own];
        let (before, after) = (
            self.raw(origin.whole.start..origin.inner.start),
            self.raw(origin.inner.end..origin.whole.end),
        );
        let old = crate::wiki::parts::read(self.raw(origin.whole.clone())).blocks();
        let known = match old.as_slice() {
            [
                Block::Code {
                    language, title, ..
                },
            ] => [language, title].map(Option::as_deref),
            _ => [None, None],
        };
        let name = if before.starts_with("{code") {
            "{code}"
        } else {
            "{noformat}"
        };
        let ends = text.contains(name);
        if known == [language, title] && !ends {
            return Ok(format!("{before}{text}{after}"));
        }
        let before = retitled(before, title);
        if known[0] == language && !ends && (known[1].is_some() || title.is_none()) {
            return Ok(format!("{before}{text}{after}"));
        }
        if before.replace("title=", "").contains('=') {
            return Err(Lost::Hidden(String::from("the settings of a `{code}`")));
        }
        self.fresh(&Block::Code {
            language: language.map(str::to_owned),
            title: title.map(str::to_owned),
            text: text.to_owned(),
        })
    }

    /// A panel of another kind.
    fn of_kind(&self, own: Source, kind: Panel, text: String) -> String {
        let origin = &self.origins[own];
        let before = self.raw(origin.whole.start..origin.inner.start);
        let name = before
            .trim_start_matches('{')
            .split([':', '}'])
            .next()
            .unwrap_or_default();
        let title = before
            .split_once("title=")
            .map(|(_, title)| title.split(['|', '}']).next().unwrap_or_default());
        let known = Panel::named(title.unwrap_or(name));
        if known == Some(kind) {
            return text;
        }
        let label = kind.label();
        if let Some(title) = title {
            return text.replacen(&format!("title={title}"), &format!("title={label}"), 1);
        }
        let inner = text.strip_prefix(before).unwrap_or(&text);
        let inner = inner.strip_suffix(&format!("{{{name}}}")).unwrap_or(inner);
        format!("{{panel:title={label}}}{inner}{{panel}}")
    }
}

/// The beginning of a macro with another title in the place of its own.
fn retitled(before: &str, title: Option<&str>) -> String {
    let Some((start, rest)) = before.split_once("title=") else {
        return before.to_owned();
    };
    let end = rest.find(['|', '}']).unwrap_or(rest.len());
    let behind = &rest[end..];
    match title.map(parameter) {
        Some(title) => format!("{start}title={title}{behind}"),
        None => match behind.strip_prefix('|') {
            Some(behind) => format!("{start}{behind}"),
            None => format!("{}{behind}", start.trim_end_matches([':', '|'])),
        },
    }
}

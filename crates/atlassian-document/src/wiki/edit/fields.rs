//! Writes changed lists into a text in wiki markup.

use super::markers::{numbered, remarked};
use super::render::Renderer;
use super::sequence::{ON_NEXT_LINE, Written, blocks, lines};
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::{EntryPlan, Plan};
use crate::tree::flatten::into_inlines;
use crate::tree::{Block, Item};
use crate::wiki::parts::Kind;
use crate::wiki::text::{self, Place};
use crate::wiki::writer::{self, Holds};

/// What an entry of a list holds, as far as it is written.
#[derive(Default)]
struct Held {
    /// Its parts, and whether they are lists.
    parts: Vec<(Written, bool)>,
    holds: Holds,
}

impl Held {
    fn list(&mut self, old: Option<Source>, text: String) {
        self.holds = Holds::of(&text);
        self.parts.push(((old, text), true));
    }

    /// No line goes back to this entry: what stands behind a list stands with the list's last one.
    fn add(&mut self, old: Option<Source>, text: String, holds: Holds) {
        let shared = writer::between(self.holds, holds);
        match self.parts.last_mut() {
            Some(((_, last), is_list)) if shared.is_some() || *is_list => {
                last.extend([shared.unwrap_or("\n"), text.as_str()]);
            }
            _ => self.parts.push(((old, text), false)),
        }
        self.holds = holds;
    }
}

impl Renderer<'_> {
    fn markers(&self, own: Source) -> String {
        match &self.origins[own].kind {
            Kind::List(markers) => markers.clone(),
            _ => String::from("*"),
        }
    }

    pub(super) fn list(
        &mut self,
        own: Source,
        is_numbered: bool,
        entries: &[EntryPlan],
    ) -> Result<String, Lost> {
        let markers = self.markers(own);
        let mut written: Vec<Written> = Vec::with_capacity(entries.len());
        for entry in entries {
            written.push(self.entry_of(&markers, entry)?);
        }
        let text = lines(self.text.source, &self.origins, own, &written);
        let wanted = numbered(&markers, is_numbered);
        Ok(remarked(text, &markers, &wanted))
    }

    /// What stands in the place of an entry of a list with these markers.
    fn entry_of(&mut self, markers: &str, entry: &EntryPlan) -> Result<Written, Lost> {
        Ok(match entry {
            EntryPlan::Keep(source) => (Some(*source), self.whole(*source)),
            EntryPlan::Changed(source, _, plans) => (Some(*source), self.entry(*source, plans)?),
            EntryPlan::Elsewhere(elsewhere) => {
                let (source, text) = self.entry_of(markers, &elsewhere.plan)?;
                let own = source.map(|source| self.markers(source));
                (None, remarked(text, &own.unwrap_or_default(), markers))
            }
            EntryPlan::Fresh(item) => (None, self.fresh_entry(markers, item)?),
        })
    }

    /// A list that stood elsewhere, in an entry with these markers.
    pub(super) fn list_below(
        &mut self,
        above: &str,
        is_numbered: bool,
        plan: &Plan,
    ) -> Result<String, Lost> {
        let own = plan.source().map(|source| self.markers(source));
        let own = numbered(&own.unwrap_or_default(), is_numbered);
        let wanted = format!("{above}{}", own.chars().last().unwrap_or('*'));
        let text = self.block(plan)?.1;
        Ok(remarked(text, &own, &wanted))
    }

    /// An entry of a list with these markers, and what lies below it.
    fn fresh_entry(&self, markers: &str, item: &Item) -> Result<String, Lost> {
        let mut written = Vec::new();
        let items = std::slice::from_ref(item);
        writer::entries(items, markers, self.inside, &mut written);
        self.text.resolved(&written.join("\n"))
    }

    fn entry(&mut self, own: Source, plans: &[Plan]) -> Result<String, Lost> {
        let markers = self.markers(own);
        let (whole, inner) = (&self.origins[own].whole, &self.origins[own].inner);
        let mut marks = self.raw(whole.start..inner.start).to_owned();
        let mut held = Held::default();
        for plan in plans {
            self.hold(plan, &markers, &mut held)?;
        }
        let begins_with_list = held.parts.first().is_some_and(|(_, is_list)| *is_list);
        let written: Vec<Written> = held.parts.into_iter().map(|(part, _)| part).collect();
        let source = self.text.source;
        let content = blocks(source, &self.origins, own, &written, ON_NEXT_LINE);
        // No empty line may follow.
        let content = content.trim_end_matches(['\r', '\n']);
        // An entry that had no line of its own needs none for the lists below it.
        if marks.is_empty() && !begins_with_list {
            marks = markers;
        }
        let blank = &content[..content.len() - content.trim_start().len()];
        let is_apart = marks.is_empty() || blank.contains('\n');
        if begins_with_list && !is_apart {
            marks.push('\n');
        } else if !is_apart && blank.is_empty() && !marks.ends_with(char::is_whitespace) {
            marks.push(' ');
        }
        Ok(format!("{marks}{content}"))
    }

    /// Adds what a plan becomes in an entry.
    fn hold(&mut self, plan: &Plan, markers: &str, held: &mut Held) -> Result<(), Lost> {
        let may_move = |source: Option<Source>| source.is_some_and(|source| self.may_move(source));
        match plan {
            Plan::Keep(source) => {
                let text = self.whole(*source);
                match &self.origins[*source].kind {
                    Kind::List(_) => held.list(Some(*source), text),
                    Kind::OfEntry => held.add(Some(*source), text, Holds::Text),
                    Kind::Table => held.add(Some(*source), text, Holds::Table),
                    _ => held.add(Some(*source), text, Holds::Other),
                }
            }
            Plan::List(source, start, entries) => {
                let text = self.list(*source, start.is_some(), entries)?;
                held.list(Some(*source), text);
            }
            Plan::Text(source, None, runs, content) => {
                let text = self.line(*source, runs, content)?;
                held.add(Some(*source), text, Holds::Text);
            }
            Plan::Elsewhere(elsewhere)
                if let Block::List { start, .. } = elsewhere.shown()
                    && may_move(elsewhere.plan.source()) =>
            {
                let text = self.list_below(markers, start.is_some(), &elsewhere.plan)?;
                held.list(None, text);
            }
            Plan::Elsewhere(elsewhere) if may_move(elsewhere.plan.source()) => {
                let text = self.block(&elsewhere.plan)?.1;
                let is_table = matches!(elsewhere.shown(), Block::Table { .. });
                let holds = if is_table { Holds::Table } else { Holds::Other };
                held.add(None, text, holds);
            }
            Plan::Elsewhere(elsewhere) => self.hold_fresh(elsewhere.anew()?, markers, held)?,
            Plan::Fresh(block) => self.hold_fresh(block, markers, held)?,
            plan => {
                let is_table = matches!(plan, Plan::Table(..));
                let holds = if is_table { Holds::Table } else { Holds::Other };
                let (source, text) = self.block(plan)?;
                held.add(source, text, holds);
            }
        }
        Ok(())
    }

    fn hold_fresh(&self, block: &Block, markers: &str, held: &mut Held) -> Result<(), Lost> {
        for block in writer::standing(std::slice::from_ref(block), self.inside) {
            if let Block::List { start, items } = &*block {
                let mut written = Vec::new();
                writer::list(*start, items, markers, self.inside, &mut written);
                held.list(None, self.text.resolved(&written.join("\n"))?);
            } else {
                let written = writer::in_entry(&block, self.inside, held.holds);
                held.add(None, self.text.resolved(&written.text)?, written.holds);
            }
        }
        Ok(())
    }

    /// What a plan becomes inside of a line.
    pub(super) fn in_line(&mut self, plan: &Plan) -> Result<String, Lost> {
        match plan {
            Plan::Keep(source) => Ok(self.whole(*source)),
            Plan::Text(source, _, runs, content) => self.line(*source, runs, content),
            Plan::Elsewhere(elsewhere) => self.new_in_line(elsewhere.anew()?),
            Plan::Fresh(block) => self.new_in_line(block),
            _ => Err(Lost::Hidden(String::from("a block inside of a line"))),
        }
    }

    fn new_in_line(&self, block: &Block) -> Result<String, Lost> {
        let content = into_inlines(std::slice::from_ref(block));
        self.text.resolved(&text::write(&content, Place::Line))
    }
}

//! Writes changed lists into a text in wiki markup.

use super::render::Renderer;
use super::sequence::{Written, lines};
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::{EntryPlan, Plan};
use crate::tree::flatten::into_inlines;
use crate::tree::{Block, Item};
use crate::wiki::parts::Kind;
use crate::wiki::text::{self, Place};
use crate::wiki::writer;

impl Renderer<'_> {
    fn markers(&self, own: Source) -> String {
        match &self.origins[own].kind {
            Kind::List(markers) => markers.clone(),
            _ => String::from("*"),
        }
    }

    pub(super) fn list(&mut self, own: Source, entries: &[EntryPlan]) -> Result<String, Lost> {
        let markers = self.markers(own);
        let mut written: Vec<Written> = Vec::with_capacity(entries.len());
        for entry in entries {
            written.push(match entry {
                EntryPlan::Keep(source) => (Some(*source), self.whole(*source)),
                EntryPlan::Changed(source, _, plans) => {
                    (Some(*source), self.entry(*source, plans)?)
                }
                EntryPlan::Fresh(item) => (None, self.fresh_entry(&markers, item)?),
            });
        }
        Ok(lines(self.text.source, &self.origins, own, &written))
    }

    /// An entry of a list with these markers, and what lies below it.
    fn fresh_entry(&self, markers: &str, item: &Item) -> Result<String, Lost> {
        let mut signs = markers.chars();
        let last = signs.next_back().unwrap_or('*');
        let above = signs.as_str();
        let start = (last == '#').then_some(1);
        let mut written = Vec::new();
        writer::list(start, std::slice::from_ref(item), above, &mut written);
        // Jira tells `-` from `*`, and begins another list for it.
        let ours = format!("{above}{}", if last == '#' { '#' } else { '*' });
        let theirs = written.iter().map(|line| match line.strip_prefix(&ours) {
            Some(rest) => format!("{markers}{rest}"),
            None => line.clone(),
        });
        self.text.resolved(&theirs.collect::<Vec<_>>().join("\n"))
    }

    fn entry(&mut self, own: Source, plans: &[Plan]) -> Result<String, Lost> {
        let markers = self.markers(own);
        let whole = self.origins[own].whole.clone();
        let first = self.origins[own].parts.first().copied();
        let first = first.filter(|first| self.origins[*first].kind == Kind::Loose);
        let prefix = match first {
            Some(first) => self
                .raw(whole.start..self.origins[first].whole.start)
                .to_owned(),
            None => format!("{markers} "),
        };
        let (mut text, mut below): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for plan in plans {
            match plan {
                Plan::List(source, _, entries) => below.push(self.list(*source, entries)?),
                Plan::Keep(source) if self.origins[*source].kind != Kind::Loose => {
                    below.push(self.whole(*source));
                }
                Plan::Fresh(Block::List { start, items })
                | Plan::Moved(_, Block::List { start, items }) => {
                    let mut written = Vec::new();
                    writer::list(*start, items, &markers, &mut written);
                    below.push(self.text.resolved(&written.join("\n"))?);
                }
                plan => {
                    let line = self.in_line(plan)?;
                    match below.last_mut() {
                        // No line goes back to this entry: text behind a list stands with the list's last one.
                        Some(list) => list.extend(["\\\\ ", line.as_str()]),
                        None => text.push(line),
                    }
                }
            }
        }
        let mut written = vec![format!("{prefix}{}", text.join("\\\\ "))];
        // An entry that had no line of its own needs none for the lists below it.
        if first.is_none() && text.is_empty() {
            written.clear();
        }
        written.extend(below);
        Ok(written.join("\n"))
    }

    /// What a plan becomes inside of a line.
    pub(super) fn in_line(&mut self, plan: &Plan) -> Result<String, Lost> {
        match plan {
            Plan::Keep(source) => Ok(self.whole(*source)),
            Plan::Text(source, _, runs, content) => self.line(*source, runs, content),
            Plan::Fresh(block) | Plan::Moved(_, block) => {
                let content = into_inlines(std::slice::from_ref(block));
                self.text.resolved(&text::write(&content, Place::Line))
            }
            _ => Err(Lost::Hidden(String::from("a block inside of a line"))),
        }
    }
}

//! Writes changed lists, tables and macros into the page.

use super::render::Renderer;
use super::sequence::{Kind, Written, between};
use super::source::with_attribute;
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::{EntryPlan, FieldPlan, Plan, RowPlan};
use crate::storage::macros::parameter;
use crate::storage::reader::cells;
use crate::storage::writer::{escaped, literal};
use crate::storage::xml::{Element, Span};
use crate::tree::language::{self, Target};
use crate::tree::{Cell, normal};

fn stays(source: Source, text: String) -> Written {
    Written {
        old: Some(source),
        text,
        kind: Kind::Block,
    }
}

fn is_new(text: String) -> Written {
    Written {
        old: None,
        text,
        kind: Kind::Block,
    }
}

impl Renderer<'_> {
    pub(super) fn list(
        &mut self,
        own: Source,
        start: Option<u64>,
        entries: &[EntryPlan],
    ) -> Result<String, Lost> {
        let element = self.origins[own].element;
        let is_tasks = element.is_some_and(|list| list.name == "ac:task-list");
        let mut written = Vec::with_capacity(entries.len());
        for entry in entries {
            written.push(match entry {
                EntryPlan::Keep(source) => stays(*source, self.whole(*source)),
                EntryPlan::Changed(source, checked, plans) => {
                    stays(*source, self.entry(*source, *checked, plans)?)
                }
                EntryPlan::Fresh(item) => {
                    let text = self.writer.one_entry(item, is_tasks);
                    is_new(self.page.resolved(&text)?)
                }
            });
        }
        let inner = between(self.page.source, &self.origins, own, written)?;
        let mut changes = vec![self.filling(own, inner)];
        if let (Some(list), Some(start)) = (element, start) {
            let known = list
                .attribute("start")
                .and_then(|start| start.trim().parse().ok());
            if known.unwrap_or(1) != start {
                let tag = list.span.start..list.inner.start;
                let renumbered = with_attribute(self.page.text(&tag), "start", &start.to_string());
                changes.push((tag, renumbered));
            }
        }
        Ok(self.changed(own, changes))
    }

    fn entry(
        &mut self,
        own: Source,
        checked: Option<bool>,
        plans: &[Plan],
    ) -> Result<String, Lost> {
        let inner = self.inside(own, plans)?;
        let mut changes = vec![self.filling(own, inner)];
        let status = self.origins[own]
            .element
            .and_then(|task| task.child("ac:task-status"));
        if let (Some(done), Some(status)) = (checked, status) {
            let was_done = status.all_text().trim() == "complete";
            if was_done != done {
                let word = if done { "complete" } else { "incomplete" };
                changes.push((status.inner.clone(), word.to_owned()));
            }
        }
        Ok(self.changed(own, changes))
    }

    pub(super) fn table(&mut self, own: Source, rows: &[RowPlan]) -> Result<String, Lost> {
        let olds = self.origins[own].element.map(crate::storage::reader::rows);
        let olds = olds.unwrap_or_default();
        let is_header = |row: &&&Element| cells(row).all(|cell| cell.name == "th");
        let header = olds.first().filter(is_header).copied();
        let pattern = olds.iter().find(|row| !is_header(row)).copied();
        let mut written = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            written.push(match row {
                RowPlan::Keep(source) => stays(*source, self.whole(*source)),
                RowPlan::Changed(source, fields) => stays(*source, self.row(*source, fields)?),
                RowPlan::Fresh(cells) => {
                    let like = header.filter(|_| index == 0).or(pattern);
                    is_new(self.fresh_row(like, cells)?)
                }
            });
        }
        let inner = between(self.page.source, &self.origins, own, written)?;
        Ok(self.filled(own, inner))
    }

    fn row(&mut self, own: Source, fields: &[FieldPlan]) -> Result<String, Lost> {
        let olds: Vec<&Element> = self.origins[own]
            .element
            .into_iter()
            .flat_map(cells)
            .collect();
        let mut written = Vec::with_capacity(fields.len());
        for (column, field) in fields.iter().enumerate() {
            written.push(match field {
                FieldPlan::Keep(source) => stays(*source, self.whole(*source)),
                FieldPlan::Changed(source, plans) => {
                    let inner = self.inside(*source, plans)?;
                    stays(*source, self.filled(*source, inner))
                }
                FieldPlan::Fresh(cell) => {
                    let like = olds.get(column).or(olds.last()).copied();
                    is_new(self.fresh_cell(like, cell)?)
                }
            });
        }
        let inner = between(self.page.source, &self.origins, own, written)?;
        Ok(self.filled(own, inner))
    }

    fn fresh_row(&mut self, like: Option<&Element>, new: &[Cell]) -> Result<String, Lost> {
        let likes: Vec<&Element> = like.into_iter().flat_map(cells).collect();
        let mut row = String::from("<tr>");
        for (column, cell) in new.iter().enumerate() {
            row.push_str(&self.fresh_cell(likes.get(column).copied(), cell)?);
        }
        Ok(row + "</tr>")
    }

    /// A cell of the kind of its neighbours, with a paragraph in it if they have one.
    fn fresh_cell(&mut self, like: Option<&Element>, cell: &Cell) -> Result<String, Lost> {
        let name = like.map_or("td", |like| like.name.as_str()).to_owned();
        let in_paragraph = like.is_some_and(|like| like.child("p").is_some());
        let text = self.loose(cell)?;
        Ok(if in_paragraph {
            format!("<{name}><p>{text}</p></{name}>")
        } else {
            format!("<{name}>{text}</{name}>")
        })
    }

    pub(super) fn code(&mut self, own: Source, language: Option<&str>, text: &str) -> String {
        let origin = &self.origins[own];
        let (Some(element), Some(holder)) = (origin.element, origin.holder) else {
            return self.whole(own);
        };
        let mut changes = Vec::new();
        if normal::code_text(&holder.all_text()) != text {
            let is_plain = holder.name == "ac:plain-text-body";
            let text = if is_plain {
                literal(text)
            } else {
                escaped(text)
            };
            changes.push(self.filling(own, text));
        }
        let known = parameter(element, "language").and_then(|known| normal::language(&known));
        if known.as_deref() != language && element.name != "pre" {
            let language = language.and_then(|name| language::known(name, Target::Storage));
            changes.extend(self.parameter(
                own,
                "language",
                Some(language.as_deref().unwrap_or_default()),
            ));
        }
        self.changed(own, changes)
    }

    /// The change of a macro's parameter; an empty one goes.
    pub(super) fn parameter(
        &self,
        own: Source,
        name: &str,
        value: Option<&str>,
    ) -> Option<(Span, String)> {
        let (element, value) = (self.origins[own].element?, value?);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let known = parameter(element, name).unwrap_or_default();
        if words(&known) == words(value) {
            return None;
        }
        let is_it = |child: &&Element| {
            child.name == "ac:parameter" && child.attribute("ac:name") == Some(name)
        };
        let text = escaped(value);
        match element.elements().find(is_it) {
            Some(found) if value.is_empty() => Some((found.span.clone(), String::new())),
            Some(found) if !found.is_empty_tag() => Some((found.inner.clone(), text)),
            found => {
                let start = element.inner.start;
                let place = found.map_or(start..start, |found| found.span.clone());
                Some((
                    place,
                    format!("<ac:parameter ac:name=\"{name}\">{text}</ac:parameter>"),
                ))
            }
        }
    }
}

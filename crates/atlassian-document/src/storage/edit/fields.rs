//! Writes changed lists and macros into the page.

use super::render::Renderer;
use super::sequence::{Kind, Written, between};
use super::source::{with_attribute, without_attribute};
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::{EntryPlan, Plan};
use crate::storage::macros::parameter;
use crate::storage::writer::{escaped, literal};
use crate::storage::xml::{Element, Span};
use crate::tree::language::{self, Target};
use crate::tree::{Item, normal};

pub(super) fn stays(source: Source, text: String) -> Written {
    Written {
        old: Some(source),
        text,
        kind: Kind::Block,
    }
}

pub(super) fn is_new(text: String) -> Written {
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
            written.push(self.entry_of(is_tasks, entry)?);
        }
        let inner = between(self.page.source, &self.origins, own, written)?;
        let mut changes = vec![self.filling(own, inner)];
        if let Some(list) = element.filter(|list| !is_tasks && !list.is_empty_tag()) {
            changes.extend(self.tags_of_list(list, start));
        }
        Ok(self.changed(own, changes))
    }

    /// What stands in the place of an entry. One of another kind of list is written anew.
    fn entry_of(&mut self, of_tasks: bool, entry: &EntryPlan) -> Result<Written, Lost> {
        Ok(match entry {
            EntryPlan::Keep(source) => stays(*source, self.whole(*source)),
            EntryPlan::Changed(source, checked, plans) => {
                stays(*source, self.entry(*source, *checked, plans)?)
            }
            EntryPlan::Elsewhere(elsewhere) => match &elsewhere.plan {
                EntryPlan::Keep(source) | EntryPlan::Changed(source, ..)
                    if self.is_task(*source) == of_tasks =>
                {
                    is_new(self.entry_of(of_tasks, &elsewhere.plan)?.text)
                }
                _ => self.fresh_entry(of_tasks, elsewhere.anew()?)?,
            },
            EntryPlan::Fresh(item) => self.fresh_entry(of_tasks, item)?,
        })
    }

    fn is_task(&self, entry: Source) -> bool {
        let element = self.origins[entry].element;
        element.is_some_and(|entry| entry.name == "ac:task")
    }

    fn fresh_entry(&mut self, of_tasks: bool, item: &Item) -> Result<Written, Lost> {
        let text = self.writer.one_entry(item, of_tasks);
        Ok(is_new(self.resolved(&text)?))
    }

    /// The tags of a list that begins with another number, or has numbers now, or none.
    fn tags_of_list(&self, list: &Element, start: Option<u64>) -> Vec<(Span, String)> {
        let open = list.span.start..list.inner.start;
        let known = list.attribute("start");
        let number = known.and_then(|start| start.trim().parse().ok());
        let mut tag = self.page.text(&open).to_owned();
        match start {
            Some(start) if number.unwrap_or(1) != start => {
                tag = with_attribute(&tag, "start", &start.to_string());
            }
            None if known.is_some() => tag = without_attribute(&tag, "start"),
            _ => {}
        }
        let name = if start.is_some() { "ol" } else { "ul" };
        let mut changes = Vec::new();
        if list.name != name {
            tag = format!("<{name}{}", &tag[1 + list.name.len()..]);
            changes.push((list.inner.end..list.span.end, format!("</{name}>")));
        }
        if tag != self.page.text(&open) {
            changes.push((open, tag));
        }
        changes
    }

    fn entry(
        &mut self,
        own: Source,
        checked: Option<bool>,
        plans: &[Plan],
    ) -> Result<String, Lost> {
        let inner = self.inside(own, plans)?;
        let Some(task) = self.origins[own]
            .element
            .filter(|task| task.name == "ac:task")
        else {
            return Ok(self.filled(own, inner));
        };
        let mut changes = Vec::new();
        let body = task.child("ac:task-body");
        if let Some(done) = checked {
            let word = if done { "complete" } else { "incomplete" };
            let status = task.child("ac:task-status");
            let was_done = status.is_some_and(|status| status.all_text().trim() == "complete");
            let new = |word: &str| format!("<ac:task-status>{word}</ac:task-status>");
            match status {
                _ if was_done == done => {}
                Some(status) if status.is_empty_tag() => {
                    changes.push((status.span.clone(), new(word)));
                }
                Some(status) => changes.push((status.inner.clone(), word.to_owned())),
                None => {
                    let at = body.map_or(task.inner.end, |body| body.span.start);
                    changes.push((at..at, new(word)));
                }
            }
        }
        // A task that nobody has written yet has no body.
        match body {
            None if inner.is_empty() => {}
            None => {
                let (at, body) = self.filling(own, inner);
                changes.push((at, format!("<ac:task-body>{body}</ac:task-body>")));
            }
            Some(_) => changes.push(self.filling(own, inner)),
        }
        Ok(self.changed(own, changes))
    }

    pub(super) fn code(
        &mut self,
        own: Source,
        [language, title]: [Option<&str>; 2],
        text: &str,
    ) -> String {
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
        let known = parameter(element, "title").and_then(|known| normal::code_title(&known));
        if known.as_deref() != title && element.name != "pre" {
            changes.extend(self.parameter(own, "title", Some(title.unwrap_or_default())));
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

//! Reads a page in parts.

use std::collections::HashMap;

use super::comments::Comments;
use super::margins::{seen, trimmed};
use super::shape::{anonymous, body, form, is_transparent, odd};
use super::units;
use crate::edit::lines::blocks_of;
use crate::edit::part::{Entry, Inside, Known, Part, Register, Shown, Source, key};
use crate::edit::text::fits;
use crate::edit::unchanged::{Stays, Unchanged, Within};
use crate::edit::weave::Text;
use crate::storage::keep::{holder, label};
use crate::storage::reader::{element_blocks, is_list, nodes, read_items, read_tasks};
use crate::storage::stretches::{Stretch, stretches};
use crate::storage::xml::{Element, Node, Span};
use crate::tree::keep::{Keep, is_alone, is_frame};
use crate::tree::{Block, Item};

/// Where a part is.
#[derive(Debug)]
pub(super) struct Origin<'d> {
    /// The element; none for text that lies loose between blocks.
    pub(super) element: Option<&'d Element>,
    /// The element that holds what is inside, as far as it can be changed.
    pub(super) holder: Option<&'d Element>,
    /// Where all of it stands, and what is inside of it.
    pub(super) whole: Span,
    pub(super) inner: Span,
    /// The parts directly inside, in order.
    pub(super) parts: Vec<Source>,
    /// Running text that can be followed.
    pub(super) text: Option<Text>,
    /// Whether it is an element that shows no text and stands among blocks.
    pub(super) is_thing: bool,
}

/// A page in parts.
pub(super) struct Read<'d> {
    pub(super) parts: Vec<Part>,
    pub(super) origins: Vec<Origin<'d>>,
}

/// Reads a page that is well-formed; none where a part of it is built otherwise than it reads.
pub(super) fn read<'d>(
    source: &'d str,
    root: &'d Element,
    content: &[Block],
    register: &Register,
    unchanged: &Unchanged<'_>,
) -> Option<Read<'d>> {
    let mut reader = Reader {
        source,
        register,
        unchanged,
        stays: Stays::default(),
        comments: Comments::of(root, source),
        origins: Vec::new(),
    };
    let own = reader.origin(None, Some(root), root.span.clone());
    let parts = reader.sequence_of(&root.children, content, own, Within::Document)?;
    Some(Read {
        parts,
        origins: reader.origins,
    })
}

/// Every element with a reference.
pub(super) fn register(root: &Element) -> Register {
    let mut nodes = HashMap::new();
    register_element(root, &mut nodes);
    Register {
        nodes,
        pictures_apart: false,
        entries_hold_blocks: true,
        has_tasks: true,
    }
}

fn register_element(element: &Element, register: &mut HashMap<String, Known>) {
    if let Some(reference) = &element.reference {
        let is_picture = matches!(element.name.as_str(), "ac:image" | "img");
        let keep = Keep::new(reference, &label(element), is_picture);
        let is_block = false;
        register.insert(reference.clone(), Known { keep, is_block });
    }
    element
        .elements()
        .for_each(|child| register_element(child, register));
}

pub(super) struct Reader<'d, 'r> {
    pub(super) source: &'d str,
    register: &'r Register,
    unchanged: &'r Unchanged<'r>,
    /// What stays of the sequence that is read.
    stays: Stays,
    comments: Comments,
    pub(super) origins: Vec<Origin<'d>>,
}

impl<'d> Reader<'d, '_> {
    pub(super) fn origin(
        &mut self,
        element: Option<&'d Element>,
        holder: Option<&'d Element>,
        whole: Span,
    ) -> Source {
        let inner = holder.map_or(whole.clone(), |holder| holder.inner.clone());
        self.origins.push(Origin {
            element,
            holder,
            whole,
            inner,
            parts: Vec::new(),
            text: None,
            is_thing: false,
        });
        self.origins.len() - 1
    }

    /// The parts of some nodes that lie beside each other, inside of what `own` stands for.
    pub(super) fn sequence(&mut self, children: &'d [Node], own: Source) -> Option<Vec<Part>> {
        self.sequence_of(children, &nodes(children), own, Within::Other)
    }

    /// The same, of nodes that show these blocks.
    fn sequence_of(
        &mut self,
        children: &'d [Node],
        blocks: &[Block],
        own: Source,
        within: Within<'_>,
    ) -> Option<Vec<Part>> {
        let stays = self.unchanged.stays(within, blocks.iter());
        let around = std::mem::replace(&mut self.stays, stays);
        let mut parts = Vec::new();
        let gathered = self.gather(children, &mut parts);
        self.stays = around;
        gathered?;
        let shown = parts.iter().flat_map(|part| blocks_of(part, self.register));
        if shown.collect::<Vec<_>>() != blocks {
            return None;
        }
        self.origins[own].parts = parts.iter().map(|part| part.source).collect();
        Some(parts)
    }

    fn gather(&mut self, children: &'d [Node], parts: &mut Vec<Part>) -> Option<()> {
        for stretch in stretches(children) {
            match stretch {
                Stretch::Text(run) => self.loose(run, parts)?,
                Stretch::Thing(thing) => self.thing(thing, parts)?,
                Stretch::Block(element) if is_transparent(element) => {
                    self.gather(&element.children, parts)?;
                }
                Stretch::Block(element) => parts.extend(self.block(element)?),
            }
        }
        Some(())
    }

    /// An element that shows no text and stands among blocks.
    fn thing(&mut self, thing: &'d [Node], parts: &mut Vec<Part>) -> Option<()> {
        let mut shown = nodes(thing);
        let (Some(node), Some(block)) = (thing.first(), shown.pop()) else {
            return Some(());
        };
        if !shown.is_empty() {
            return None;
        }
        let span = node.span().clone();
        let source = self.origin(None, None, span.clone());
        self.origins[source].is_thing = true;
        parts.push(if is_alone(&block).is_some() {
            self.part(source, Shown::Block(block), None, Inside::Whole)
        } else {
            let text = units::text(self.source, thing, span);
            self.text_part(source, block, text)
        });
        Some(())
    }

    /// Running text between blocks.
    fn loose(&mut self, run: &'d [Node], parts: &mut Vec<Part>) -> Option<()> {
        let mut shown = nodes(run);
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return Some(());
        };
        let Some(block) = shown.pop() else {
            return Some(());
        };
        if !shown.is_empty() {
            return None;
        }
        let span = first.span().start..last.span().end;
        let span = seen(self.source, span);
        let source = self.origin(None, None, span.clone());
        let text = units::text(self.source, run, span);
        parts.push(self.text_part(source, block, text));
        Some(())
    }

    fn text_part(&mut self, source: Source, block: Block, text: Option<Text>) -> Part {
        let content = match &block {
            Block::Paragraph(content) | Block::Heading { content, .. } => content.as_slice(),
            _ => &[],
        };
        let text = text.map(trimmed).filter(|text| fits(&text.units, content));
        let unsayable = text
            .is_none()
            .then(|| String::from("a text whose source cannot be followed"));
        let inside = match &text {
            Some(text) => Inside::Text(text.units.clone()),
            None => Inside::Whole,
        };
        self.origins[source].text = text;
        self.part(source, Shown::Block(block), unsayable, inside)
    }

    fn part(
        &self,
        source: Source,
        shown: Shown,
        unsayable: Option<String>,
        inside: Inside,
    ) -> Part {
        let whole = &self.origins[source].whole;
        Part {
            source,
            shown,
            nature: self.nature(whole),
            unsayable: unsayable.or_else(|| self.comments.within(whole)),
            form: self.origins[source].element.and_then(form),
            inside,
        }
    }

    /// A number for what stands in the source, whatever the editor calls it.
    pub(super) fn nature(&self, span: &Span) -> u64 {
        key(&anonymous(&self.source[span.clone()]))
    }

    /// A block as a part; no part where it shows nothing.
    fn block(&mut self, element: &'d Element) -> Option<Vec<Part>> {
        let span = element.span.clone();
        if let Some(reference) = element
            .reference
            .as_deref()
            .filter(|reference| is_frame(reference))
        {
            let holder = holder(element)?;
            let source = self.origin(Some(element), Some(holder), span);
            let within = Within::Frame(reference);
            let blocks = nodes(&holder.children);
            let parts = self.sequence_of(&holder.children, &blocks, source, within)?;
            let shown = Shown::Frame(reference.to_owned());
            return Some(vec![self.part(source, shown, None, Inside::Parts(parts))]);
        }
        let mut shown = element_blocks(element);
        let Some(block) = shown.pop() else {
            return Some(Vec::new());
        };
        if !shown.is_empty() {
            return None;
        }
        let holder = body(element);
        let source = self.origin(Some(element), holder, span);
        if self.stays.holds(&block) {
            return Some(vec![Part::unchanged(source, block)]);
        }
        if let ("p", Block::Paragraph(_)) | (_, Block::Heading { .. }) =
            (element.name.as_str(), &block)
        {
            let text = units::text(self.source, &element.children, element.inner.clone());
            return Some(vec![self.text_part(source, block, text)]);
        }
        let inside = self.inside(element, holder, &block, source);
        let unsayable = inside.is_none().then(|| odd(element));
        let inside = inside.unwrap_or(Inside::Whole);
        let part = self.part(source, Shown::Block(block), unsayable, inside);
        Some(vec![part])
    }

    /// What a block is made of; none where that cannot be followed.
    fn inside(
        &mut self,
        element: &'d Element,
        holder: Option<&'d Element>,
        block: &Block,
        source: Source,
    ) -> Option<Inside> {
        let is_literal = |holder: &Element| {
            let plain = holder.name == "ac:plain-text-body" || element.name == "pre";
            plain && holder.elements().next().is_none()
        };
        Some(match (element.name.as_str(), block) {
            (_, Block::Code { .. }) => {
                holder.filter(|holder| is_literal(holder))?;
                Inside::Code
            }
            ("blockquote", Block::Quote(_)) | (_, Block::Panel { .. } | Block::Details { .. }) => {
                Inside::Parts(self.sequence(&holder?.children, source)?)
            }
            ("ac:task-list", Block::List { .. }) => Inside::List(self.tasks(element, source)?),
            ("ul" | "ol", Block::List { .. }) => Inside::List(self.items(element, source)?),
            ("table", Block::Table { header, rows }) => {
                Inside::Table(self.rows(element, header, rows, source)?)
            }
            ("hr", _) => Inside::Whole,
            _ => return None,
        })
    }

    fn items(&mut self, list: &'d Element, own: Source) -> Option<Vec<Entry>> {
        let mut items = read_items(list).into_iter();
        let mut entries: Vec<Entry> = Vec::new();
        for child in list.elements() {
            if is_list(child) && !entries.is_empty() {
                // It belongs to the entry above it, beside which it stands.
                let entry = entries.last_mut()?;
                let part = self.block(child)?.pop()?;
                let origin = &mut self.origins[entry.source];
                (origin.whole.end, origin.inner.end) = (child.span.end, child.span.end);
                origin.parts.push(part.source);
                entry.parts.push(part);
                continue;
            }
            if child.name != "li" {
                return None;
            }
            let source = self.origin(Some(child), Some(child), child.span.clone());
            let parts = self.sequence(&child.children, source)?;
            entries.push(Entry {
                source,
                shown: items.next()?,
                // It is known when all that belongs to the entry is read.
                nature: 0,
                is_task: false,
                parts,
            });
        }
        for entry in &mut entries {
            entry.nature = self.nature(&self.origins[entry.source].whole);
        }
        self.origins[own].parts = entries.iter().map(|entry| entry.source).collect();
        items.next().is_none().then_some(entries)
    }

    fn tasks(&mut self, list: &'d Element, own: Source) -> Option<Vec<Entry>> {
        let mut entries = Vec::new();
        let items: Vec<Item> = read_tasks(list);
        let tasks = list.elements().filter(|child| child.name == "ac:task");
        for (task, shown) in tasks.zip(items) {
            let body = task.child("ac:task-body");
            if task.is_empty_tag() {
                return None;
            }
            let source = self.origin(Some(task), body, task.span.clone());
            let parts = if let Some(body) = body {
                self.sequence(&body.children, source)?
            } else {
                self.origins[source].inner = task.inner.end..task.inner.end;
                Vec::new()
            };
            entries.push(Entry {
                source,
                shown,
                nature: self.nature(&task.span),
                is_task: true,
                parts,
            });
        }
        self.origins[own].parts = entries.iter().map(|entry| entry.source).collect();
        Some(entries)
    }
}

//! Writes the plan of an edit into the page.

use std::collections::HashMap;

use super::parts::Origin;
use super::sequence::{Kind, Written, between};
use super::shape::anonymous;
use super::source::{PageSource, with_attribute};
use super::tags::token;
use crate::edit::elsewhere::Elsewhere;
use crate::edit::grafts::graft_number;
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::Plan;
use crate::edit::text::Run;
use crate::edit::weave::woven;
use crate::storage::writer::{Writer, macro_name};
use crate::storage::xml::{Element, Span};
use crate::tree::flatten::into_inlines;
use crate::tree::keep::is_alone;
use crate::tree::panel::Panel;
use crate::tree::{Block, Inline};

/// Writes plans as storage format.
pub(super) struct Renderer<'d> {
    pub(super) origins: Vec<Origin<'d>>,
    pub(super) page: PageSource<'d>,
    pub(super) writer: Writer,
    /// What stands in new blocks.
    grafts: &'d [Elsewhere],
}

impl<'d> Renderer<'d> {
    /// A renderer for a page.
    pub(super) fn new(
        source: &'d str,
        root: &'d Element,
        origins: Vec<Origin<'d>>,
        grafts: &'d [Elsewhere],
    ) -> Self {
        let page = PageSource::new(source, root);
        let mut writer = Writer::counting_from(page.tasks);
        writer.know(page.people.keys().copied());
        Self {
            origins,
            page,
            writer,
            grafts,
        }
    }

    /// What lies in a part, or in the page, when it is to hold these.
    pub(super) fn inside(&mut self, own: Source, plans: &[Plan]) -> Result<String, Lost> {
        let origin = &self.origins[own];
        let is_fixed = origin
            .element
            .is_some_and(|element| element.name == "ac:adf-extension");
        if is_fixed {
            let kept = plans.iter().map(|plan| match plan {
                Plan::Keep(source) => Some(*source),
                _ => None,
            });
            let kept: Option<Vec<Source>> = kept.collect();
            if kept.as_deref() != Some(origin.parts.as_slice()) {
                return Err(Lost::Hidden(String::from(
                    "what only Confluence's own editor can change",
                )));
            }
        }
        let mut written = Vec::with_capacity(plans.len());
        for plan in plans {
            written.push(self.block(plan)?);
        }
        between(self.page.source, &self.origins, own, written)
    }

    /// A part with other content between its tags.
    pub(super) fn filled(&self, own: Source, inner: String) -> String {
        self.changed(own, vec![self.filling(own, inner)])
    }

    pub(super) fn filling(&self, own: Source, inner: String) -> (Span, String) {
        let origin = &self.origins[own];
        match origin.holder.filter(|holder| holder.is_empty_tag()) {
            Some(holder) => {
                let tag = self.page.text(&holder.span);
                if inner.is_empty() {
                    return (holder.span.clone(), tag.to_owned());
                }
                let tag = tag.trim_end_matches('>').trim_end_matches('/').trim_end();
                let text = format!("{tag}>{inner}</{}>", holder.name);
                (holder.span.clone(), text)
            }
            None => (origin.inner.clone(), inner),
        }
    }

    /// A part with other texts in some places.
    pub(super) fn changed(&self, own: Source, changes: Vec<(Span, String)>) -> String {
        self.page.changed(&self.origins[own].whole, changes)
    }

    fn block(&mut self, plan: &Plan) -> Result<Written, Lost> {
        let (source, text) = match plan {
            Plan::Fresh(block) => return self.fresh(block),
            Plan::Elsewhere(elsewhere) => return self.elsewhere(elsewhere),
            Plan::Another(plan) => {
                let written = self.block(plan)?;
                let text = without_identifier(&written.text);
                return Ok(Written { text, ..written });
            }
            // A picture is running text here.
            Plan::Keep(source) | Plan::Picture(source, _) => (*source, self.whole(*source)),
            Plan::Text(source, level, runs, _) => return self.text(*source, *level, runs),
            Plan::Code(source, names, text) => {
                let names = names.each_ref().map(Option::as_deref);
                (*source, self.code(*source, names, text))
            }
            Plan::Inside(source, plans) => {
                let inner = self.inside(*source, plans)?;
                (*source, self.filled(*source, inner))
            }
            Plan::Panel(source, kind, plans) => (*source, self.panel(*source, *kind, plans)?),
            Plan::Details(source, title, plans) => {
                let inner = self.inside(*source, plans)?;
                let mut changes = vec![self.filling(*source, inner)];
                changes.extend(self.parameter(*source, "title", Some(title.as_str())));
                (*source, self.changed(*source, changes))
            }
            Plan::List(source, start, entries) => (*source, self.list(*source, *start, entries)?),
            Plan::Table(source, has_header, rows) => {
                (*source, self.table(*source, *has_header, rows)?)
            }
        };
        let (old, kind) = (Some(source), self.kind(source));
        Ok(Written { old, text, kind })
    }

    /// What stood in another element; loose text gets one of its own.
    fn elsewhere(&mut self, elsewhere: &Elsewhere) -> Result<Written, Lost> {
        let written = self.block(&elsewhere.plan)?;
        let (text, kind) = match written.kind {
            Kind::Loose => (format!("<p>{}</p>", written.text), Kind::Block),
            Kind::Thing => (written.text, Kind::Thing),
            _ => (written.text, Kind::Block),
        };
        let old = None;
        Ok(Written { old, text, kind })
    }

    fn kind(&self, source: Source) -> Kind {
        let origin = &self.origins[source];
        match origin.element.map(|element| element.name.as_str()) {
            None if origin.is_thing => Kind::Thing,
            None => Kind::Loose,
            Some("ac:layout-section") => Kind::Layout,
            Some("ac:layout-cell") => Kind::Column,
            Some(_) => Kind::Block,
        }
    }

    pub(super) fn whole(&self, source: Source) -> String {
        self.page.text(&self.origins[source].whole).to_owned()
    }

    fn text(&mut self, own: Source, level: Option<u8>, runs: &[Run]) -> Result<Written, Lost> {
        let origin = &self.origins[own];
        let Some(text) = &origin.text else {
            return Err(Lost::Hidden(String::from("a text that cannot be followed")));
        };
        let inner = woven(self.page.source, text, runs, &self.page)?;
        let wanted = level.map_or_else(|| String::from("p"), |level| format!("h{level}"));
        let (text, kind) = match origin.element {
            None if origin.is_thing && is_picture(runs) => (inner, Kind::Thing),
            None if origin.is_thing || level.is_some() => {
                (format!("<{wanted}>{inner}</{wanted}>"), Kind::Block)
            }
            None => (inner, Kind::Loose),
            Some(element) if element.name == wanted => (self.filled(own, inner), Kind::Block),
            Some(element) => {
                let tag = self.page.text(&(element.span.start..element.inner.start));
                let attributes = tag
                    .strip_prefix('<')
                    .and_then(|tag| tag.strip_prefix(&*element.name));
                let attributes = attributes.unwrap_or(">");
                (
                    format!("<{wanted}{attributes}{inner}</{wanted}>"),
                    Kind::Block,
                )
            }
        };
        let old = Some(own);
        Ok(Written { old, text, kind })
    }

    fn panel(&mut self, own: Source, kind: Panel, plans: &[Plan]) -> Result<String, Lost> {
        let inner = self.inside(own, plans)?;
        let mut changes = vec![self.filling(own, inner)];
        if let Some(element) = self.origins[own].element {
            let known = element.attribute("ac:name").and_then(Panel::named);
            let tag = element.span.start..element.inner.start;
            if known.map(macro_name) != Some(macro_name(kind)) {
                let renamed = with_attribute(self.page.text(&tag), "ac:name", macro_name(kind));
                changes.push((tag, renamed));
            }
        }
        Ok(self.changed(own, changes))
    }

    /// A new block, with the elements of its placeholders.
    pub(super) fn fresh(&mut self, block: &Block) -> Result<Written, Lost> {
        if let Some(keep) = is_alone(block)
            && let Some((span, Some(kind))) = self.page.nodes.get(keep.reference.as_str())
        {
            let (old, kind) = (None, *kind);
            let text = self.page.text(span).to_owned();
            return Ok(Written { old, text, kind });
        }
        let text = self.writer.one_block(block);
        let text = self.resolved(&text)?;
        let (old, kind) = (None, Kind::Block);
        Ok(Written { old, text, kind })
    }

    /// Running text without a block around it.
    pub(super) fn loose(&mut self, content: &[Inline]) -> Result<String, Lost> {
        let text = self.writer.one_text(content);
        self.resolved(&text)
    }

    /// New text with elements in the place of their references, and with what stood elsewhere.
    pub(super) fn resolved(&mut self, text: &str) -> Result<String, Lost> {
        let mut written = String::with_capacity(text.len());
        let mut pieces = text.split('\0').peekable();
        while let Some(piece) = pieces.next() {
            written.push_str(piece);
            let Some(reference) = pieces.next() else {
                break;
            };
            let Some(graft) = graft_number(reference).and_then(|at| self.grafts.get(at)) else {
                written.push_str(self.page.node(reference)?);
                continue;
            };
            let behind = pieces.peek().and_then(|next| next.strip_prefix("</p>"));
            if let (true, Some(behind)) = (written.ends_with("<p>"), behind) {
                written.truncate(written.len() - "<p>".len());
                written.push_str(&self.elsewhere(graft)?.text);
                if let Some(next) = pieces.peek_mut() {
                    *next = behind;
                }
            } else {
                let content = into_inlines(std::slice::from_ref(graft.anew()?));
                written.push_str(&self.loose(&content)?);
            }
        }
        Ok(written)
    }
}

/// An element without its own identifiers, which stand once.
fn without_identifier(text: &str) -> String {
    let (tag, rest) = text.split_at(token(text).0);
    anonymous(tag) + rest
}

/// Where the elements with placeholders stand, and what each is if it lies loose between blocks.
pub(super) type Nodes<'d> = HashMap<&'d str, (Span, Option<Kind>)>;

/// Whether a new text is one picture and nothing else.
fn is_picture(runs: &[Run]) -> bool {
    matches!(runs, [Run::New(Inline::Image { .. }, _)])
}

//! The source of a page: what stands where in it, and how new text is spelt there.

use std::collections::HashMap;

use super::render::Nodes;
use super::sequence::Kind;
use crate::edit::lost::Lost;
use crate::edit::weave::{Effect, Spelling};
use crate::storage::macros::account;
use crate::storage::stretches::is_thing_element;
use crate::storage::writer::{ANCHOR_CLOSE, PERSON, Writer, anchor_of, anchor_open, escaped};
use crate::storage::xml::{Element, Span};
use crate::tree::Inline;

/// A page, and what can be found in it.
pub(super) struct PageSource<'d> {
    pub(super) source: &'d str,
    pub(super) nodes: Nodes<'d>,
    /// People, by the account: how the page names each.
    pub(super) people: HashMap<&'d str, Span>,
    /// The highest number of a task.
    pub(super) tasks: u64,
}

impl<'d> PageSource<'d> {
    pub(super) fn new(source: &'d str, root: &'d Element) -> Self {
        let mut page = Self {
            source,
            nodes: HashMap::new(),
            people: HashMap::new(),
            tasks: 0,
        };
        page.find(root, true);
        page
    }

    fn find(&mut self, element: &'d Element, is_loose: bool) {
        if let Some(reference) = &element.reference {
            let kind = if is_thing_element(element) {
                Kind::Thing
            } else {
                Kind::Loose
            };
            self.nodes
                .insert(reference, (element.span.clone(), is_loose.then_some(kind)));
        }
        let number = || element.all_text().trim().parse().unwrap_or_default();
        match element.name.as_str() {
            "ac:task-id" => self.tasks = self.tasks.max(number()),
            "ac:link" => {
                if let Some(user) = element.child("ri:user") {
                    self.people
                        .entry(account(user))
                        .or_insert_with(|| element.span.clone());
                }
            }
            _ => {}
        }
        let holds_blocks = matches!(
            element.name.as_str(),
            "" | "ac:layout"
                | "ac:layout-section"
                | "ac:layout-cell"
                | "ac:structured-macro"
                | "ac:macro"
                | "ac:rich-text-body"
                | "div"
                | "section"
                | "article"
        );
        for child in element.elements() {
            self.find(child, holds_blocks);
        }
    }

    pub(super) fn text(&self, span: &Span) -> &'d str {
        self.source.get(span.clone()).unwrap_or_default()
    }

    /// A stretch of the source with other texts in some places.
    pub(super) fn changed(&self, whole: &Span, mut changes: Vec<(Span, String)>) -> String {
        changes.sort_by_key(|(span, _)| span.start);
        let mut written = String::new();
        let mut from = whole.start;
        for (span, text) in changes {
            written.push_str(self.text(&(from..span.start)));
            written.push_str(&text);
            from = span.end;
        }
        written + self.text(&(from..whole.end))
    }

    /// An element by its reference, or a person as the page names that one.
    pub(super) fn node(&self, reference: &str) -> Result<&'d str, Lost> {
        let person = reference.strip_prefix(PERSON);
        if let Some(span) = person.and_then(|account| self.people.get(account)) {
            return Ok(self.text(span));
        }
        let found = self.nodes.get(reference);
        let (span, _) = found.ok_or_else(|| Lost::Unknown(reference.to_owned()))?;
        Ok(self.text(span))
    }
}

impl Spelling for PageSource<'_> {
    fn mark(&self, effect: &Effect) -> (String, String) {
        let name = match effect {
            Effect::Hidden | Effect::Literal => return (String::new(), String::new()),
            Effect::Link(link) => {
                if let Some(anchor) = anchor_of(link) {
                    return (anchor_open(&anchor), ANCHOR_CLOSE.to_owned());
                }
                let title = link.title.as_deref().map(escaped);
                let title = title.map_or_else(String::new, |title| format!(" title=\"{title}\""));
                let open = format!("<a href=\"{}\"{title}>", escaped(&link.href));
                return (open, String::from("</a>"));
            }
            Effect::Code => "code",
            Effect::Strong => "strong",
            Effect::Emphasis => "em",
            Effect::Strike => "del",
            Effect::Underline => "u",
            Effect::Script(crate::tree::Script::Sub) => "sub",
            Effect::Script(crate::tree::Script::Super) => "sup",
        };
        (format!("<{name}>"), format!("</{name}>"))
    }

    fn repictured(&self, own: &str, picture: &Inline) -> Option<String> {
        let Inline::Image { source, text, .. } = picture else {
            return None;
        };
        let end = own.find('>')? + 1;
        let (tag, behind) = own.split_at(end);
        let names = if tag.starts_with("<img") {
            ["alt", "title"]
        } else {
            ["ac:alt", "ac:title"]
        };
        let values = [text, source.title.as_deref().unwrap_or_default()];
        let mut tag = tag.to_owned();
        for (name, value) in names.into_iter().zip(values) {
            tag = with_attribute(&tag, name, value);
        }
        Some(tag + behind)
    }

    fn inline(&self, inline: &Inline, _: &str) -> Result<String, Lost> {
        Ok(match inline {
            Inline::Text { text, .. } | Inline::Code { text, .. } => escaped(text),
            Inline::Keep(keep) => self.node(&keep.reference)?.to_owned(),
            Inline::Mention { account, .. } if self.people.contains_key(account.as_str()) => {
                self.node(&format!("{PERSON}{account}"))?.to_owned()
            }
            other => Writer::default().one_text(std::slice::from_ref(&plain(other))),
        })
    }
}

/// A picture without the link around it, which is written already.
fn plain(inline: &Inline) -> Inline {
    let mut inline = inline.clone();
    if let Some(style) = inline.style_mut() {
        *style = crate::tree::Style::default();
    }
    inline
}

/// A tag without an attribute.
pub(super) fn without_attribute(tag: &str, name: &str) -> String {
    let emptied = with_attribute(tag, name, "");
    emptied.replacen(&format!(" {name}=\"\""), "", 1)
}

/// A tag with another value of an attribute; an empty one needs none.
pub(super) fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    let value = escaped(value);
    let found = [format!(" {name}=\""), format!(" {name}='")];
    for begin in &found {
        if let Some((before, rest)) = tag.split_once(begin.as_str()) {
            let quote = if begin.ends_with('"') { '"' } else { '\'' };
            let behind = rest.split_once(quote).map_or("", |(_, behind)| behind);
            return format!("{before} {name}=\"{value}\"{behind}");
        }
    }
    if value.is_empty() {
        return tag.to_owned();
    }
    let end = tag.trim_end_matches('>').trim_end_matches('/').trim_end();
    format!("{end} {name}=\"{value}\"{}", &tag[end.len()..])
}

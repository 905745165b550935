//! A page's running text as units: for each where it stands in the source, and in which elements.

use quick_xml::events::BytesRef;

use crate::edit::text::{Sign, Unit, signs};
use crate::edit::weave::{Effect, Text, Wrapper};
use crate::storage::keep::{anchor_link, leads};
use crate::storage::reader::{Context, is_struck, read_element};
use crate::storage::xml::{Element, Node, Span, resolve, unseen_length};
use crate::tree::collector::Collector;
use crate::tree::{Inline, Script};

/// What stands around literal text.
const LITERAL: &str = "<![CDATA[";
const LITERAL_END: &str = "]]>";

/// The running text of some nodes; none where something in it cannot be followed.
pub(super) fn text<'a>(
    source: &str,
    nodes: impl IntoIterator<Item = &'a Node>,
    inner: Span,
) -> Option<Text> {
    let mut units = Units {
        source,
        text: Text {
            inner: inner.clone(),
            ..Text::default()
        },
        chain: Vec::new(),
        leaves: 0,
    };
    for node in nodes {
        units.node(node, &Context::default())?;
    }
    Some(units.text)
}

struct Units<'a> {
    source: &'a str,
    text: Text,
    /// The elements that are open.
    chain: Vec<usize>,
    leaves: usize,
}

impl Units<'_> {
    fn node(&mut self, node: &Node, context: &Context) -> Option<()> {
        match node {
            Node::Text(_, span) => self.characters(span.clone(), context),
            Node::Literal(_, span) => self.literal(span, context),
            Node::Element(element) => self.element(element, context),
        }
    }

    fn element(&mut self, element: &Element, context: &Context) -> Option<()> {
        let mut inner = context.clone();
        let anchor = anchor_link(element).filter(|_| element.reference.is_none());
        if let Some((link, body)) = anchor.filter(|(_, body)| !body.is_empty_tag()) {
            inner.style.link = inner.style.link.take().or(Some(link.clone()));
            let wrapper = Wrapper {
                open: element.span.start..body.inner.start,
                close: body.inner.end..element.span.end,
                effect: Effect::Link(link),
            };
            return self.within(wrapper, &body.children, &inner);
        }
        let effect = match element.name.as_str() {
            _ if element.reference.is_some() => None,
            "strong" | "b" => Some((Effect::Strong, inner.style.strong = true)),
            "em" | "i" => Some((Effect::Emphasis, inner.style.emphasis = true)),
            "del" | "s" | "strike" => Some((Effect::Strike, inner.style.strike = true)),
            "span" if is_struck(element) => Some((Effect::Strike, inner.style.strike = true)),
            "u" | "ins" => Some((Effect::Underline, inner.style.underline = true)),
            "sub" => Some((
                Effect::Script(Script::Sub),
                inner.style.script = Some(Script::Sub),
            )),
            "sup" => Some((
                Effect::Script(Script::Super),
                inner.style.script = Some(Script::Super),
            )),
            "code" | "tt" | "kbd" | "samp" => Some((Effect::Code, inner.code = true)),
            "a" => {
                let link = leads(element);
                let effect = link.clone().map_or(Effect::Hidden, Effect::Link);
                // The outer one of two links leads.
                Some((effect, inner.style.link = inner.style.link.take().or(link)))
            }
            "br" | "img" => None,
            name if name.starts_with("ac:") && name != "ac:inline-comment-marker" => None,
            _ => Some((Effect::Hidden, ())),
        };
        let Some((effect, ())) = effect else {
            return self.thing(element, context);
        };
        if element.is_empty_tag() {
            return Some(());
        }
        let wrapper = Wrapper {
            open: element.span.start..element.inner.start,
            close: element.inner.end..element.span.end,
            effect,
        };
        self.within(wrapper, &element.children, &inner)
    }

    fn within(&mut self, wrapper: Wrapper, nodes: &[Node], context: &Context) -> Option<()> {
        self.chain.push(self.text.wrappers.len());
        self.text.wrappers.push(wrapper);
        for node in nodes {
            self.node(node, context)?;
        }
        self.chain.pop();
        Some(())
    }

    /// An element that is read as a whole.
    fn thing(&mut self, element: &Element, context: &Context) -> Option<()> {
        let mut collector = Collector::default();
        read_element(element, context, &mut collector);
        let mut inlines = collector.take_inlines();
        if !collector.finish().is_empty() {
            return None;
        }
        for style in inlines.iter_mut().filter_map(Inline::style_mut) {
            let link = style.link.take();
            *style = crate::tree::Style {
                link,
                ..crate::tree::Style::default()
            };
        }
        let signs = signs(&inlines);
        // What stands in the source must not go unseen with the text around it.
        if signs.is_empty() {
            return None;
        }
        let leaf = self.leaf();
        for (sign, _) in signs {
            self.push(leaf, sign, true, element.span.clone());
        }
        Some(())
    }

    fn leaf(&mut self) -> usize {
        self.leaves += 1;
        self.leaves
    }

    fn push(&mut self, leaf: usize, sign: Sign, is_whole: bool, span: Span) {
        let mut effects = self.chain.iter().map(|at| &self.text.wrappers[*at].effect);
        let is_linked = effects.any(|effect| matches!(effect, Effect::Link(_)));
        self.text.units.push(Unit {
            leaf,
            sign,
            is_whole,
            is_linked,
        });
        self.text.spans.push(span);
        self.text.chains.push(self.chain.clone());
    }

    /// A character that stands for itself.
    fn character(&mut self, c: char, context: &Context, span: Span) {
        let leaf = self.leaf();
        self.push(leaf, sign(c, context), true, span);
    }

    /// A comment, and what else stands in the source and is not shown.
    fn unseen(&mut self, span: Span) {
        let leaf = self.leaf();
        self.push(leaf, Sign::Unseen, true, span);
    }

    /// Literal text: its characters are spelt as they are, and lie in a mark of their own.
    fn literal(&mut self, span: &Span, context: &Context) -> Option<()> {
        let inner = span.start + LITERAL.len()..span.end.checked_sub(LITERAL_END.len())?;
        let text = self.source.get(inner.clone())?;
        if text.is_empty() {
            self.unseen(span.clone());
            return Some(());
        }
        self.chain.push(self.text.wrappers.len());
        self.text.wrappers.push(Wrapper {
            open: span.start..inner.start,
            close: inner.end..span.end,
            effect: Effect::Literal,
        });
        for (at, c) in text.char_indices() {
            let at = inner.start + at;
            let leaf = self.leaf();
            let sign = if c == '\n' {
                Sign::Break
            } else {
                sign(c, context)
            };
            self.push(leaf, sign, true, at..at + c.len_utf8());
        }
        self.chain.pop();
        Some(())
    }

    /// Characters as the reader sees them: references are what they stand for, and white space with a line
    /// feed in it is one space.
    fn characters(&mut self, span: Span, context: &Context) -> Option<()> {
        let is_layout = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
        let mut at = span.start;
        while at < span.end {
            let rest = &self.source[at..span.end];
            if let Some(length) = unseen_length(rest) {
                self.unseen(at..at + length);
                at += length;
                continue;
            }
            // White space is looked at as a whole: for each of its characters anew it would be slow.
            let space = rest.find(|c| !is_layout(c)).unwrap_or(rest.len());
            if rest[..space].contains(['\n', '\r']) {
                self.character(' ', context, at..at + space);
                at += space;
                continue;
            }
            for c in rest[..space].chars() {
                self.character(c, context, at..at + c.len_utf8());
                at += c.len_utf8();
            }
            let Some(first) = rest[space..].chars().next() else {
                break;
            };
            let length = if first == '&' {
                let end = rest[space..].find(';')?;
                let text = resolve(&BytesRef::new(&rest[space..][1..end]));
                let leaf = self.leaf();
                for c in text.chars() {
                    self.push(leaf, sign(c, context), true, at..at + end + 1);
                }
                end + 1
            } else if unseen_length(&rest[space..]).is_some() {
                continue;
            } else {
                self.character(first, context, at..at + first.len_utf8());
                first.len_utf8()
            };
            at += length;
        }
        Some(())
    }
}

fn sign(c: char, context: &Context) -> Sign {
    if context.code {
        Sign::Code(c)
    } else {
        Sign::Char(c)
    }
}

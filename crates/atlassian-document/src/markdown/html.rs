//! Raw HTML inside Markdown: tags that say what Markdown or the formats can say are understood,
//! comments are hidden, and everything else is text.
//!
//! Nothing is passed on: a text must not be able to put anything on a page.

use super::reader::Reader;
use super::tokens::{Tag, Token, tokens};
use crate::tree::flatten::words;
use crate::tree::keep::{Keep, reference_in};
use crate::tree::node::linked;
use crate::tree::{Inline, Script, Style};

/// How many tags may be open around a text; further ones are text.
const MAXIMUM_TAGS: usize = 16;

/// Tags of the open paragraph that are not closed yet: each stands as text where it was opened, and
/// stays so if it is never closed.
#[derive(Debug, Default)]
pub(super) struct Tags(Vec<Open>);

#[derive(Debug)]
struct Open {
    name: String,
    from: usize,
    href: String,
    title: String,
}

impl Tags {
    /// The paragraph ends.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Reader {
    /// A tag or a comment in running text. A block that begins there has to end in the same text.
    pub(super) fn inline_html(&mut self, html: &str, start: usize) {
        for token in tokens(html) {
            match token {
                Token::Comment => {}
                Token::Text(text) => self.text(text),
                Token::Tag(tag) => {
                    let is_free = !self.in_heading && !self.is_in_link();
                    let is_known = self.inline_tag(&tag) || is_free && self.block_tag(&tag, start);
                    if !is_known {
                        self.text(tag.source);
                    }
                }
            }
        }
    }

    /// Reads a tag in running text; gives whether it was understood.
    pub(super) fn inline_tag(&mut self, tag: &Tag<'_>) -> bool {
        match tag.name.as_str() {
            "br" => self.collector.inline(Inline::Break),
            "img" if !tag.closing => {
                let [source, text, title] = ["src", "alt", "title"].map(|name| tag.attribute(name));
                let image = match reference_in(&source) {
                    Some(reference) => vec![Inline::Keep(Keep::new(&reference, &text, true))],
                    None => Inline::image(&source, &title, &text, &self.style()),
                };
                self.collector.inlines(image);
            }
            "span" | "picture" | "source" | "font" | "small" | "big" | "mark" | "abbr" | "wbr" => {}
            name if !is_inline(name) => return false,
            _ if tag.closing => return self.close_tag(&tag.name),
            _ if self.tags.0.len() == MAXIMUM_TAGS => return false,
            _ => {
                self.tags.0.push(Open {
                    name: tag.name.clone(),
                    from: self.collector.pending(),
                    href: tag.attribute("href"),
                    title: tag.attribute("title"),
                });
                self.text(tag.source);
            }
        }
        true
    }

    fn close_tag(&mut self, name: &str) -> bool {
        let Some(position) = self.tags.0.iter().rposition(|open| open.name == name) else {
            return false;
        };
        let Some(open) = self.tags.0.drain(position..).next() else {
            return false;
        };
        let mut content = self.collector.take_from(open.from);
        if !content.is_empty() {
            content.remove(0);
        }
        if name == "a"
            && let Some(reference) = reference_in(&open.href)
        {
            let keep = Keep::new(&reference, &words(&content), false);
            // Those inside are not its words.
            content.retain(|inline| matches!(inline, Inline::Keep(_)));
            content.insert(0, Inline::Keep(keep));
        } else if name == "a" {
            content = linked(content, &open.href, &open.title);
        } else if matches!(name, "code" | "kbd" | "samp" | "tt" | "pre") {
            content = content.into_iter().map(into_code).collect();
        } else {
            let styles = content.iter_mut().filter_map(Inline::style_mut);
            styles.for_each(|style| mark(style, name));
        }
        self.collector.inlines(content);
        true
    }
}

pub(super) fn is_inline(name: &str) -> bool {
    let marks = [
        "b", "strong", "i", "em", "cite", "dfn", "var", "s", "del", "strike", "u", "ins", "sub",
        "sup",
    ];
    let others = [
        "br", "img", "span", "picture", "source", "font", "small", "big", "mark", "abbr", "wbr",
        "a", "code", "kbd", "samp", "tt", "pre",
    ];
    marks.contains(&name) || others.contains(&name)
}

fn mark(style: &mut Style, name: &str) {
    match name {
        "b" | "strong" => style.strong = true,
        "i" | "em" | "cite" | "dfn" | "var" => style.emphasis = true,
        "s" | "del" | "strike" => style.strike = true,
        "u" | "ins" => style.underline = true,
        "sub" => style.script = Some(Script::Sub),
        "sup" => style.script = Some(Script::Super),
        _ => {}
    }
}

fn into_code(inline: Inline) -> Inline {
    match inline {
        Inline::Text { text, style } => Inline::Code { text, style },
        other => other,
    }
}

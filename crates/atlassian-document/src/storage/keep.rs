//! Gives the elements of a page that Markdown cannot say their references, and reads them as placeholders.

use std::collections::HashMap;
use std::sync::Arc;

use super::elements::is_known;
use super::macros::{account, body_text, emoticon, parameter, resource};
use super::reader::content;
use super::xml::{self, Element, Node};
use crate::tree::collector::Collector;
use crate::tree::keep::{Keep, SUBJECTS, digest, framed, is_frame, is_wide};
use crate::tree::link::Link;
use crate::tree::{Block, Inline, Style};

/// Macros that Markdown says as panels, unless they have a title.
pub(crate) const PANELS: &[&str] = &["info", "note", "tip", "warning"];

/// The page with a reference at every element that Markdown cannot say.
pub(crate) fn identified(source: &str) -> Element {
    let mut root = xml::read(source);
    let mut identifier = Identifier {
        source,
        seen: HashMap::new(),
    };
    identifier.children(&mut root, false);
    root
}

struct Identifier<'a> {
    source: &'a str,
    seen: HashMap<String, usize>,
}

impl Identifier<'_> {
    fn children(&mut self, element: &mut Element, in_text: bool) {
        let in_layout = holds_columns(element);
        for node in &mut element.children {
            if let Node::Element(child) = node {
                self.element(child, in_text, in_layout);
            }
        }
    }

    fn element(&mut self, element: &mut Element, in_text: bool, in_layout: bool) {
        let is_column = in_layout && element.name == "ac:layout-cell";
        if let Some(word) = word(element, in_text).or(is_column.then_some("column")) {
            element.reference = Some(self.reference(word, element));
            // What a placeholder covers needs no references of its own.
            if !is_frame(word) || element.name == "ac:adf-extension" {
                return;
            }
        }
        let name = element.name.as_str();
        let is_line = matches!(
            name,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "a" | "ac:link"
        );
        self.children(element, in_text || is_line);
    }

    /// Made from all of an element, or from all but the content of a frame. Equal ones are counted.
    fn reference(&mut self, word: &str, element: &Element) -> String {
        let text = |span: xml::Span| self.source.get(span).unwrap_or_default();
        let text = match holder(element).filter(|_| is_frame(word)) {
            Some(holder) => {
                let before = text(element.span.start..holder.inner.start);
                format!("{before}{}", text(holder.inner.end..element.span.end))
            }
            None => text(element.span.clone()).to_owned(),
        };
        let reference = format!("{word}-{}", digest(&text));
        let count = self.seen.entry(reference.clone()).or_default();
        *count += 1;
        match *count {
            1 => reference,
            number => format!("{reference}-{number}"),
        }
    }
}

/// The element that holds what a frame shows.
pub(crate) fn holder(frame: &Element) -> Option<&Element> {
    match frame.name.as_str() {
        "ac:structured-macro" | "ac:macro" => frame.child("ac:rich-text-body"),
        "ac:adf-extension" => frame.child("ac:adf-fallback"),
        _ => Some(frame),
    }
}

/// Whether an element is a macro.
pub(crate) fn is_macro(element: &Element) -> bool {
    matches!(element.name.as_str(), "ac:structured-macro" | "ac:macro")
}

/// What a reference begins with: a short word for the kind of an element. None: Markdown says it.
fn word(element: &Element, in_text: bool) -> Option<&'static str> {
    match element.name.as_str() {
        "ac:structured-macro" | "ac:macro" => macro_word(element, in_text),
        "ac:link" => link_word(element),
        "ac:image" => {
            let address = element
                .child("ri:url")
                .and_then(|url| url.attribute("ri:value"));
            let own = ["ac:alt", "ac:title", "ac:href"];
            let plain = element.names().all(|name| own.contains(&name))
                && element.child("ac:caption").is_none();
            let said = address.is_some_and(is_picture) && plain;
            (!said).then_some("image")
        }
        "img" => (!element.attribute("src").is_some_and(is_picture)).then_some("image"),
        "ac:emoticon" => emoticon(element).is_ascii().then_some("emoji"),
        "time" => Some("date"),
        "ac:placeholder" => Some("hint"),
        "ac:layout-section" => {
            let cells = element
                .elements()
                .filter(|cell| cell.name == "ac:layout-cell");
            (cells.count() > 1).then_some("layout")
        }
        "ac:layout-cell" => None,
        "ac:adf-extension" => {
            let shows = holder(element).is_some_and(|holder| !content(holder).is_empty());
            Some(if shows { "frame" } else { "node" })
        }
        "a" => match element.attribute("href") {
            Some(_) => leads(element).is_none().then_some("link"),
            None => element.all_text().trim().is_empty().then_some("anchor"),
        },
        name if is_known(name) => None,
        // What is unknown and shows text is passed over; without any it would go unseen.
        _ => element.all_text().trim().is_empty().then_some("node"),
    }
}

/// Where an element leads to: to an address of any length if it shows one piece of text only.
pub(crate) fn leads(element: &Element) -> Option<Arc<Link>> {
    let attribute = |name: &str| element.attribute(name).unwrap_or_default();
    let (address, title) = (attribute("href"), attribute("title"));
    match element.children.as_slice() {
        [Node::Text(..)] => Link::once(address, title),
        _ => Link::new(address, title),
    }
}

fn is_picture(address: &str) -> bool {
    let read = Inline::image(address, "", "", &Style::default());
    matches!(read.as_slice(), [Inline::Image { .. }])
}

fn macro_word(element: &Element, in_text: bool) -> Option<&'static str> {
    let name = element.attribute("ac:name").unwrap_or_default();
    let is_plain = element.child("ac:plain-text-body").is_some();
    let is_rich = element.child("ac:rich-text-body").is_some();
    let titled = parameter(element, "title").is_some();
    match name {
        _ if in_text => Some("macro"),
        _ if is_plain => None,
        "code" | "noformat" | "expand" if is_rich => None,
        "status" if !is_rich => Some("status"),
        "anchor" if !is_rich => Some("anchor"),
        "section" if is_rich => Some("layout"),
        "column" if is_rich => Some("column"),
        name if is_rich && PANELS.contains(&name) => titled.then_some("panel"),
        "panel" if is_rich => Some("panel"),
        _ => Some(if is_rich { "body" } else { "macro" }),
    }
}

fn link_word(link: &Element) -> Option<&'static str> {
    if let Some(user) = link.child("ri:user") {
        return Inline::mention(account(user), "")
            .is_none()
            .then_some("person");
    }
    if anchor_link(link).is_some() {
        return None;
    }
    let is_file = link.child("ri:attachment").is_some();
    Some(if is_file { "file" } else { "link" })
}

/// A link to a place of its own page, and the element that holds its text.
pub(crate) fn anchor_link(link: &Element) -> Option<(Arc<Link>, &Element)> {
    let anchor = link.attribute("ac:anchor")?;
    let mut inside = link.elements();
    let bodies = ["ac:link-body", "ac:plain-text-link-body"];
    let body = inside
        .next()
        .filter(|body| bodies.contains(&body.name.as_str()))?;
    let is_plain = link.names().all(|name| name == "ac:anchor") && inside.next().is_none();
    let says_it = !anchor.trim().is_empty() && shows_something(body);
    let link = Link::new(&format!("#{anchor}"), "").filter(|_| is_plain && says_it);
    Some((link?, body))
}

/// Whether an element shows a text or a picture; white space counts in code alone.
fn shows_something(element: &Element) -> bool {
    let shows = |child: &Element| match child.name.as_str() {
        "code" | "tt" | "kbd" | "samp" => !child.all_text().is_empty(),
        "ac:image" | "img" => true,
        _ => shows_something(child),
    };
    !element.all_text().trim().is_empty() || element.elements().any(shows)
}

/// Reads an element that has a reference.
pub(crate) fn read(element: &Element, reference: &str, collector: &mut Collector) {
    let keep = Keep::new(
        reference,
        &label(element),
        element.name == "ac:image" || element.name == "img",
    );
    if is_frame(reference) {
        collector.block(framed(keep, inside(element)));
    } else {
        collector.inline(Inline::Keep(keep));
    }
}

/// What lies in a frame. The columns of a layout are frames, too, whatever they hold.
fn inside(frame: &Element) -> Vec<Block> {
    holder(frame).map(content).unwrap_or_default()
}

/// The words below a picture.
pub(crate) fn caption(picture: &Element) -> Option<&Element> {
    picture.child("ac:caption")
}

/// The words for a picture, or what it is called.
pub(crate) fn alternative(picture: &Element) -> String {
    let names: &[&str] = if picture.name == "img" {
        &["alt", "src"]
    } else {
        &["ac:alt"]
    };
    let given = names.iter().find_map(|name| picture.attribute(name));
    let target = || picture.elements().find_map(resource);
    given.map(str::to_owned).or_else(target).unwrap_or_default()
}

/// The words for an element that has a reference.
pub(crate) fn label(element: &Element) -> String {
    let named = |name: &str| element.attribute(name).map(str::to_owned);
    let words = match element.name.as_str() {
        "ac:structured-macro" | "ac:macro" => Some(macro_label(element)),
        "ac:link" => Some(link_label(element)),
        "ac:image" | "img" => {
            let said = caption(element).map(|caption| caption.all_text().trim().to_owned());
            let words = [Some(alternative(element)), said];
            Some(
                words
                    .into_iter()
                    .flatten()
                    .filter(|text| !text.is_empty())
                    .collect::<Vec<_>>()
                    .join(", "),
            )
        }
        "ac:emoticon" => Some(emoticon(element)),
        "time" => named("datetime"),
        "ac:layout-section" => Some(String::from("layout")),
        "ac:layout-cell" => Some(String::from("column")),
        "ac:adf-extension" => {
            let node = element.child("ac:adf-node");
            node.and_then(|node| node.attribute("type"))
                .map(str::to_owned)
        }
        _ => None,
    };
    let words = words.unwrap_or_else(|| element.all_text());
    if words.trim().is_empty() {
        element.name.replace(':', " ")
    } else {
        words
    }
}

/// A link's own text, and where it leads to as Confluence's wiki markup says it, `ENG:Home#top`: whoever reads it can
/// find the page.
fn link_label(link: &Element) -> String {
    let target = link.elements().find_map(|target| {
        let shown = resource(target)?;
        let space = target.attribute("ri:space-key");
        let space = space.filter(|_| target.name != "ri:space");
        Some(space.map_or_else(|| shown.clone(), |space| format!("{space}:{shown}")))
    });
    let anchor = link.attribute("ac:anchor").map(|name| format!("#{name}"));
    let leads = [target, anchor].map(Option::unwrap_or_default).concat();
    match body_text(link) {
        Some(text) if leads.is_empty() || text.trim() == leads => text,
        Some(text) => format!("{} ({leads})", text.trim()),
        None => leads,
    }
}

fn macro_label(element: &Element) -> String {
    let name = element.attribute("ac:name").unwrap_or("unknown");
    let title = parameter(element, "title");
    match name {
        "status" => title.unwrap_or_else(|| name.to_owned()),
        // Its name is given without one.
        "anchor" => {
            let name = element.child("ac:parameter").map(Element::all_text);
            format!("anchor: {}", name.unwrap_or_default())
        }
        "section" => String::from("layout"),
        "column" => String::from("column"),
        "panel" => title.unwrap_or_else(|| String::from("Panel")),
        name if PANELS.contains(&name) => format!("{name}: {}", title.unwrap_or_default()),
        name => {
            let subject = subject(element).map(|subject| format!(" {subject}"));
            format!("macro: {name}{}", subject.unwrap_or_default())
        }
    }
}

/// What a macro is about: the first of its parameters that names an issue, a person, a page, a file, an
/// address, a search or a title.
fn subject(element: &Element) -> Option<String> {
    let given = |wanted: &&str| {
        let named = |child: &&Element| {
            let name = child.attribute("ac:name").unwrap_or_default();
            child.name == "ac:parameter" && name == *wanted
        };
        element.elements().find(named).map(said)
    };
    let mut values = SUBJECTS.iter().filter_map(given);
    values.find(|value| !value.trim().is_empty())
}

/// The text of a parameter, or what it points to.
fn said(parameter: &Element) -> String {
    let text = parameter.all_text();
    if !text.trim().is_empty() {
        return text.trim().to_owned();
    }
    let link = parameter.child("ac:link").unwrap_or(parameter);
    link_label(link)
}

/// Whether a frame's columns are the only thing that may lie in it.
pub(crate) fn holds_columns(element: &Element) -> bool {
    element.reference.as_deref().is_some_and(is_wide) && element.name == "ac:layout-section"
}

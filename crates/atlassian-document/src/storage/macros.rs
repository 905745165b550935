//! Reads Confluence's own elements (`ac:` and `ri:`): code exactly, the rest as readable text.
//!
//! A macro's output is made by the server when the page is shown. What is in the page is its name, its
//! parameters and perhaps a body, and of these the body is what people wrote.

use super::reader::content;
use super::xml::Element;
use crate::tree::collector::Collector;
use crate::tree::node::{linked, named_mention};
use crate::tree::panel::Panel;
use crate::tree::{Block, Inline, Style};

/// Reads one of Confluence's own elements that Markdown can say; `inside` reads the content of one that
/// only wraps.
pub(crate) fn read(
    element: &Element,
    style: &Style,
    collector: &mut Collector,
    inside: impl FnOnce(&Element, &mut Collector),
) {
    match element.name.as_str() {
        // `ac:macro` is the spelling of Confluence 4.
        "ac:structured-macro" | "ac:macro" => read_macro(element, style, collector),
        // What only the new editor knows is stored as ADF, with a fallback in plain storage format.
        "ac:adf-extension" => {
            if let Some(fallback) = element.child("ac:adf-fallback") {
                inside(fallback, collector);
            }
        }
        "ac:link" => collector.inline(read_person(element, style)),
        "ac:image" => collector.inlines(read_image(element, style)),
        "ac:emoticon" => collector.inline(Inline::text(emoticon(element), style)),
        // Settings, hints of templates and identifiers: nothing that a reader of the page sees.
        "ac:parameter" | "ac:placeholder" | "ac:task-id" | "ac:task-uuid" | "ac:task-status" => {}
        _ => inside(element, collector),
    }
}

/// What a macro is given under a name.
pub(crate) fn parameter(element: &Element, name: &str) -> Option<String> {
    let named =
        |child: &&Element| child.name == "ac:parameter" && child.attribute("ac:name") == Some(name);
    let value = element.elements().find(named)?.all_text();
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn read_macro(element: &Element, style: &Style, collector: &mut Collector) {
    let name = element.attribute("ac:name").unwrap_or("unknown");
    let rich = element.child("ac:rich-text-body");
    let body = || rich.map(content).unwrap_or_default();
    let plain = element.child("ac:plain-text-body");
    match (name, plain) {
        // A plain body is literal text in whatever macro it stands: code, noformat, html, markdown, …
        (_, Some(plain)) => {
            let language = parameter(element, "language").unwrap_or_default();
            let title = parameter(element, "title").unwrap_or_default();
            let text = plain.all_text();
            collector.block([Block::titled_code(&language, &title, &text)]);
        }
        ("code" | "noformat", None) => {
            collector.block([Block::code(
                "",
                &rich.map(Element::all_text).unwrap_or_default(),
            )]);
        }
        ("expand", None) => {
            let title = parameter(element, "title").unwrap_or_default();
            collector.block(Block::details(&title, body()));
        }
        (name, None) if rich.is_some() => {
            collector.block(match Panel::named(name) {
                Some(kind) => Block::panel(kind, body()).into_iter().collect(),
                None => body(),
            });
        }
        (name, None) => collector.inline(Inline::text(format!("[macro: {name}]"), style)),
    }
}

/// A link's own text.
pub(crate) fn body_text(link: &Element) -> Option<String> {
    let names = ["ac:link-body", "ac:plain-text-link-body"];
    let body = names.iter().find_map(|name| link.child(name))?;
    Some(body.all_text()).filter(|text| !text.trim().is_empty())
}

/// A person; what else a link inside Confluence leads to is a placeholder.
fn read_person(link: &Element, style: &Style) -> Inline {
    let name = body_text(link).unwrap_or_default();
    match link.child("ri:user") {
        Some(user) => named_mention(account(user), &name),
        None => Inline::text(name, style),
    }
}

fn read_image(element: &Element, style: &Style) -> Vec<Inline> {
    let address = element
        .child("ri:url")
        .and_then(|url| url.attribute("ri:value"));
    let Some(address) = address else {
        return Vec::new();
    };
    let text = element.attribute("ac:alt").unwrap_or_default();
    let title = element.attribute("ac:title").unwrap_or_default();
    let image = Inline::image(address, title, text, style);
    match element.attribute("ac:href") {
        Some(href) => linked(image, href, ""),
        None => image,
    }
}

/// Whom an element points to: the account on Cloud, the user's name or key on Data Center.
pub(crate) fn account(user: &Element) -> &str {
    let keys = ["ri:account-id", "ri:username", "ri:userkey"];
    let found = keys.iter().find_map(|key| user.attribute(key));
    found.unwrap_or_default()
}

/// The readable name of what an `ri:` element points to.
pub(crate) fn resource(element: &Element) -> Option<String> {
    let name = |attribute: &str| element.attribute(attribute);
    match element.name.as_str() {
        "ri:page" | "ri:blog-post" => name("ri:content-title").map(str::to_owned),
        "ri:attachment" => name("ri:filename").map(str::to_owned),
        "ri:user" => Some(format!("@{}", account(element))),
        "ri:space" => name("ri:space-key").map(str::to_owned),
        "ri:url" => name("ri:value").map(str::to_owned),
        "ri:content-entity" => name("ri:content-id").map(str::to_owned),
        _ => None,
    }
}

/// What is shown for an emoticon.
pub(crate) fn emoticon(element: &Element) -> String {
    let names = ["ac:emoji-fallback", "ac:emoji-shortname"];
    let known = names.iter().find_map(|name| element.attribute(name));
    let name = element.attribute("ac:name").unwrap_or("emoticon");
    known.map_or_else(|| format!(":{name}:"), str::to_owned)
}

//! Reads Confluence's own elements (`ac:` and `ri:`): code exactly, the rest as readable text.
//!
//! A macro's output is made by the server when the page is shown. What is in the page is its name, its
//! parameters and perhaps a body, and of these the body is what people wrote.

use super::reader::content;
use super::xml::Element;
use crate::tree::collector::Collector;
use crate::tree::flatten::{labelled, labelled_quote};
use crate::tree::link::Link;
use crate::tree::node::{linked, named_mention};
use crate::tree::panel::Panel;
use crate::tree::{Block, Inline, Style};

/// Reads one of Confluence's own elements; `inside` reads the content of one that only wraps.
pub(crate) fn read(
    element: &Element,
    style: &Style,
    collector: &mut Collector,
    inside: impl FnOnce(&Element, &mut Collector),
) {
    let text = match element.name.as_str() {
        // `ac:macro` is the spelling of Confluence 4.
        "ac:structured-macro" | "ac:macro" => {
            read_macro(element, style, collector);
            return;
        }
        // What only the new editor knows is stored as ADF, with a fallback in plain storage format.
        "ac:adf-extension" => {
            if let Some(fallback) = element.child("ac:adf-fallback") {
                inside(fallback, collector);
            }
            return;
        }
        "ac:link" => {
            collector.inline(read_link(element, style));
            return;
        }
        "ac:image" => {
            collector.inlines(read_image(element, style));
            return;
        }
        "ac:emoticon" => emoticon(element),
        "time" => {
            let date = element.attribute("datetime").map(str::to_owned);
            date.unwrap_or_else(|| element.all_text())
        }
        // Settings, hints of templates and identifiers: nothing that a reader of the page sees.
        "ac:parameter" | "ac:placeholder" | "ac:task-id" | "ac:task-status" => return,
        name if name.starts_with("ri:") => resource(element).unwrap_or_default(),
        _ => {
            inside(element, collector);
            return;
        }
    };
    collector.inline(Inline::text(text, style));
}

fn parameter(element: &Element, name: &str) -> Option<String> {
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
            collector.block([Block::code(&language, &plain.all_text())]);
        }
        ("code" | "noformat", None) => {
            collector.block([Block::code(
                "",
                &rich.map(Element::all_text).unwrap_or_default(),
            )]);
        }
        ("panel", None) => {
            let label = parameter(element, "title").unwrap_or_else(|| "Panel".to_owned());
            collector.block(labelled_quote(&label, body()));
        }
        (name @ ("info" | "note" | "tip" | "warning"), None) => {
            let blocks = match parameter(element, "title") {
                Some(title) => labelled(&title, body()),
                None => body(),
            };
            let kind = Panel::named(name).unwrap_or(Panel::Info);
            collector.block(Block::panel(kind, blocks));
        }
        ("expand", None) => {
            let title = parameter(element, "title").unwrap_or_default();
            collector.block(Block::details(&title, body()));
        }
        ("status", None) => {
            let title = parameter(element, "title").unwrap_or_default();
            collector.inline(Inline::text(format!("[{title}]"), style));
        }
        ("anchor", None) => {}
        (_, None) if rich.is_some() => collector.block(body()),
        (_, None) => {
            let key = parameter(element, "key").map(|key| format!(" {key}"));
            let text = format!("[macro: {name}{}]", key.unwrap_or_default());
            collector.inline(Inline::text(text, style));
        }
    }
}

/// A link inside Confluence: its text, or what it leads to; only anchors have an address.
///
/// The page names its targets by title, space or account, and the server finds the address when the
/// page is shown. Where the link leads is therefore lost.
fn read_link(element: &Element, style: &Style) -> Inline {
    if let Some(user) = element.child("ri:user") {
        let name = ["ac:link-body", "ac:plain-text-link-body"];
        let name = name.iter().find_map(|name| element.child(name));
        let name = name.map(Element::all_text).unwrap_or_default();
        return named_mention(account(user), &name);
    }
    let body = ["ac:link-body", "ac:plain-text-link-body"];
    let body = body.iter().find_map(|name| element.child(name));
    let body = body.map(Element::all_text);
    let target = element.elements().find_map(resource);
    let anchor = element.attribute("ac:anchor");
    let mut style = style.clone();
    if let (None, Some(anchor)) = (&target, anchor) {
        style.link = Link::new(&format!("#{anchor}"), "");
    }
    let text = body.filter(|body| !body.trim().is_empty());
    let text = text.or(target).or_else(|| anchor.map(str::to_owned));
    Inline::text(text.unwrap_or_default(), &style)
}

fn read_image(element: &Element, style: &Style) -> Vec<Inline> {
    let address = element
        .child("ri:url")
        .and_then(|url| url.attribute("ri:value"));
    let Some(address) = address else {
        let name = element.elements().find_map(resource);
        let name = name.unwrap_or_else(|| "[attachment: unknown]".to_owned());
        return vec![Inline::text(name, style)];
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
fn account(user: &Element) -> &str {
    let keys = ["ri:account-id", "ri:username", "ri:userkey"];
    let found = keys.iter().find_map(|key| user.attribute(key));
    found.unwrap_or_default()
}

/// The readable name of what an `ri:` element points to.
fn resource(element: &Element) -> Option<String> {
    let name = |attribute: &str| element.attribute(attribute);
    match element.name.as_str() {
        "ri:page" | "ri:blog-post" => name("ri:content-title").map(str::to_owned),
        "ri:attachment" => name("ri:filename").map(|file| format!("[attachment: {file}]")),
        "ri:user" => Some(format!("@{}", account(element))),
        "ri:space" => name("ri:space-key").map(str::to_owned),
        "ri:url" => name("ri:value").map(str::to_owned),
        "ri:content-entity" => name("ri:content-id").map(str::to_owned),
        _ => None,
    }
}

fn emoticon(element: &Element) -> String {
    let names = ["ac:emoji-fallback", "ac:emoji-shortname"];
    let known = names.iter().find_map(|name| element.attribute(name));
    let name = element.attribute("ac:name").unwrap_or("emoticon");
    known.map_or_else(|| format!(":{name}:"), str::to_owned)
}

//! Reads storage-format XHTML; anything that is not well-formed is an error.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// A part of a page body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Element {
        name: String,
        attributes: Vec<(String, String)>,
        children: Vec<Node>,
    },
    Text(String),
}

impl Node {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Element { name, .. } => name,
            Self::Text(_) => "",
        }
    }

    pub(crate) fn children(&self) -> &[Node] {
        match self {
            Self::Element { children, .. } => children,
            Self::Text(_) => &[],
        }
    }

    pub(crate) fn attribute(&self, wanted: &str) -> Option<&str> {
        match self {
            Self::Element { attributes, .. } => attributes
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.as_str()),
            Self::Text(_) => None,
        }
    }

    /// All text inside, without markup.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Element { children, .. } => children.iter().map(Self::text).collect(),
        }
    }

    /// The value of a macro's parameter.
    pub(crate) fn parameter(&self, wanted: &str) -> Option<String> {
        let parameter = self.children().iter().find(|child| {
            child.name() == "ac:parameter" && child.attribute("ac:name") == Some(wanted)
        });
        parameter.map(Self::text)
    }

    pub(crate) fn child(&self, wanted: &str) -> Option<&Node> {
        self.children().iter().find(|child| child.name() == wanted)
    }
}

/// Entities of HTML that storage format knows beyond the five of XML; others are refused here, which is
/// stricter than Confluence, whose list is longer.
const ENTITIES: &[(&str, char)] = &[
    ("nbsp", '\u{a0}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("bull", '•'),
    ("middot", '·'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("euro", '€'),
    ("pound", '£'),
    ("deg", '°'),
    ("times", '×'),
    ("rarr", '→'),
    ("larr", '←'),
    ("harr", '↔'),
    ("uarr", '↑'),
    ("darr", '↓'),
    ("le", '≤'),
    ("ge", '≥'),
    ("ne", '≠'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("auml", 'ä'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("ecirc", 'ê'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
    ("Auml", 'Ä'),
    ("Ouml", 'Ö'),
    ("Uuml", 'Ü'),
    ("szlig", 'ß'),
    ("ccedil", 'ç'),
    ("para", '¶'),
    ("sect", '§'),
    ("dagger", '†'),
    ("shy", '\u{ad}'),
    ("thinsp", '\u{2009}'),
    ("zwj", '\u{200d}'),
];

/// Elements that stand within a line of text.
pub(crate) const INLINE: [&str; 16] = [
    "strong",
    "b",
    "em",
    "i",
    "u",
    "s",
    "del",
    "ins",
    "sub",
    "sup",
    "code",
    "span",
    "a",
    "small",
    "big",
    "ac:inline-comment-marker",
];

/// How deep elements may nest.
const DEPTH: usize = 200;

struct Open {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
}

/// The nodes of a body, or what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Vec<Node>, String> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Open {
        name: String::new(),
        attributes: Vec::new(),
        children: Vec::new(),
    }];
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Eof if open.len() == 1 => return Ok(open.remove(0).children),
            Event::Eof => {
                return Err(format!(
                    "element \"{}\" is not closed",
                    open[open.len() - 1].name
                ));
            }
            Event::Start(start) if open.len() < DEPTH => open.push(opened(&start)?),
            Event::Start(_) => return Err("elements are nested too deeply".to_owned()),
            Event::Empty(start) => {
                let Open {
                    name, attributes, ..
                } = opened(&start)?;
                add(
                    &mut open,
                    Node::Element {
                        name,
                        attributes,
                        children: Vec::new(),
                    },
                );
            }
            Event::End(_) => {
                let Some(Open {
                    name,
                    attributes,
                    children,
                }) = open.pop().filter(|_| !open.is_empty())
                else {
                    return Err("an end tag without its start".to_owned());
                };
                add(
                    &mut open,
                    Node::Element {
                        name,
                        attributes,
                        children,
                    },
                );
            }
            Event::Text(part) => add(&mut open, Node::Text(part.xml10_content().into_owned())),
            Event::CData(part) => add(&mut open, Node::Text(part.xml10_content().into_owned())),
            Event::GeneralRef(reference) => add(&mut open, Node::Text(resolved(&reference)?)),
            Event::Comment(_) => {}
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {
                return Err("declarations are not allowed in a body".to_owned());
            }
        }
    }
}

/// The character of a reference.
fn resolved(reference: &BytesRef<'_>) -> Result<String, String> {
    let character = reference
        .resolve_char_ref()
        .map_err(|error| error.to_string())?;
    match character {
        Some(character) => Ok(character.to_string()),
        None => {
            entity(reference).ok_or_else(|| format!("the entity \"{}\" is not known", &**reference))
        }
    }
}

fn entity(name: &str) -> Option<String> {
    let known = ENTITIES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, character)| character.to_string());
    known.or_else(|| resolve_predefined_entity(name).map(str::to_owned))
}

fn opened(start: &BytesStart<'_>) -> Result<Open, String> {
    let name = start.name().as_ref().to_owned();
    let prefix_known = match name.split_once(':') {
        Some((prefix, _)) => matches!(prefix, "ac" | "ri" | "at"),
        None => true,
    };
    if !prefix_known {
        return Err(format!("the prefix of element \"{name}\" is not bound"));
    }
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute
            .normalized_value_with(XmlVersion::Implicit1_0, 1, |name| {
                resolve_predefined_entity(name).or((name == "nbsp").then_some("\u{a0}"))
            })
            .map_err(|error| error.to_string())?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Open {
        name,
        attributes,
        children: Vec::new(),
    })
}

fn add(open: &mut [Open], node: Node) {
    let Some(parent) = open.last_mut() else {
        return;
    };
    if let (Node::Text(more), Some(Node::Text(text))) = (&node, parent.children.last_mut()) {
        text.push_str(more);
    } else {
        parent.children.push(node);
    }
}

//! ADF's running text as units, and changed running text as ADF.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::adf::inline::{self, kind};
use crate::adf::text as writer;
use crate::edit::text::{Sign, Unit, signs};
use crate::tree::{Inline, Style};

/// The units of inline nodes; none where one of them is no inline node.
pub(super) fn units(nodes: &[Value]) -> Option<Vec<Unit>> {
    let mut units = Vec::new();
    for (leaf, node) in nodes.iter().enumerate() {
        let is_text = matches!(kind(node), "text" | "hardBreak");
        let signs = signs(&inline::read(node)?);
        // Where an address that cannot be a link is said behind the text, both belong together.
        let own = node["text"].as_str().map(|text| text.chars().count());
        let says_more = own.is_some_and(|own| signs.len() > own);
        units.extend(signs.into_iter().map(|(sign, style)| Unit {
            leaf,
            sign,
            is_linked: style.link.is_some(),
            is_whole: !is_text || says_more,
        }));
    }
    Some(units)
}

/// A stretch of one leaf.
#[derive(Debug)]
pub(super) struct Piece {
    /// The node, without its text if it has one.
    node: Value,
    text: Option<String>,
    /// The leaf that it comes from or stands for.
    leaf: Option<usize>,
}

/// Puts running text together from old leaves and new nodes.
pub(super) struct Runs<'d> {
    nodes: &'d [Value],
    units: Vec<Unit>,
    /// For every leaf where its units begin and end.
    leaves: HashMap<usize, (usize, usize)>,
    /// For every unit of a text where it begins in it.
    offsets: Vec<usize>,
    pieces: Vec<Piece>,
}

impl<'d> Runs<'d> {
    /// Runs of the text in `nodes`.
    pub(super) fn new(nodes: &'d [Value]) -> Self {
        let units = units(nodes).unwrap_or_default();
        let mut leaves: HashMap<usize, (usize, usize)> = HashMap::new();
        for (at, unit) in units.iter().enumerate() {
            leaves.entry(unit.leaf).or_insert((at, at)).1 = at + 1;
        }
        let mut offsets = vec![0; units.len()];
        for (leaf, (from, to)) in &leaves {
            let text = nodes[*leaf]["text"].as_str().unwrap_or_default();
            let places = offsets[*from..*to].iter_mut().zip(text.char_indices());
            places.for_each(|(offset, (at, _))| *offset = at);
        }
        Self {
            nodes,
            units,
            leaves,
            offsets,
            pieces: Vec::new(),
        }
    }

    /// Takes units over, marked otherwise if a style is given.
    pub(super) fn take(&mut self, from: usize, to: usize, style: Option<&Style>) {
        let mut at = from;
        while at < to {
            let leaf = self.units[at].leaf;
            let (first, last) = self.leaves.get(&leaf).copied().unwrap_or((at, at + 1));
            let end = to.min(last);
            let is_all = at == first && end == last;
            let mut node = without_text(&self.nodes[leaf]);
            if let Some(text) = self.nodes[leaf]["text"].as_str() {
                let part = if is_all {
                    text
                } else {
                    let until = (end < last).then(|| self.offsets[end]);
                    let part = text.get(self.offsets[at]..until.unwrap_or(text.len()));
                    part.unwrap_or_default()
                };
                node["text"] = Value::from(part);
            }
            if let Some(style) = style {
                let is_code = matches!(self.units[at].sign, Sign::Code(_));
                node = restyled(&node, style, is_code);
            }
            self.push(node, Some(leaf));
            at = end;
        }
    }

    /// Adds new text, with the hidden marks of the leaves that it stands for or between.
    pub(super) fn add(&mut self, inline: &Inline, like: Option<(usize, usize)>) {
        let mut node = writer::inline(inline);
        let like = like.map(|(one, other)| (self.units[one].leaf, self.units[other].leaf));
        if let Some((leaf, other)) = like
            && leaf == other
            && kind(&self.nodes[leaf]) == "text"
            && let Inline::Text { text, style } | Inline::Code { text, style } = inline
        {
            let mut node = without_text(&self.nodes[leaf]);
            node["text"] = Value::from(text.as_str());
            let is_code = matches!(inline, Inline::Code { .. });
            self.push(restyled(&node, style, is_code), Some(leaf));
            return;
        }
        if let Some((one, other)) = like
            && kind(&node) == "text"
        {
            let (one, other) = (hidden(&self.nodes[one]), hidden(&self.nodes[other]));
            let is_code = matches!(inline, Inline::Code { .. });
            let both = one.into_iter().filter(|mark| other.contains(mark));
            add_marks(
                &mut node,
                both.filter(|mark| !is_code || kind(mark) == "annotation"),
            );
        }
        let leaf = like.filter(|(one, other)| one == other);
        self.push(node, leaf.map(|(leaf, _)| leaf));
    }

    /// Adds a node as it is.
    pub(super) fn put(&mut self, node: Value) {
        let (leaf, text) = (None, None);
        self.pieces.push(Piece { node, text, leaf });
    }

    /// Joins what was one leaf, or is new and marked alike; leaves that lie beside each other stay two.
    fn push(&mut self, mut node: Value, leaf: Option<usize>) {
        let text = match node.get_mut("text").map(Value::take) {
            Some(Value::String(text)) if kind(&node) == "text" => text,
            Some(text) => {
                node["text"] = text;
                self.pieces.push(Piece {
                    node,
                    text: None,
                    leaf,
                });
                return;
            }
            None => {
                let text = None;
                self.pieces.push(Piece { node, text, leaf });
                return;
            }
        };
        if let Some(last) = self.pieces.last_mut()
            && last.node == node
            && (last.leaf == leaf || last.leaf.is_none() || leaf.is_none())
            && let Some(before) = &mut last.text
        {
            before.push_str(&text);
            return;
        }
        let text = Some(text);
        self.pieces.push(Piece { node, text, leaf });
    }

    /// The nodes.
    pub(super) fn finish(self) -> Vec<Value> {
        let pieces = self.pieces.into_iter().map(|piece| {
            let mut node = piece.node;
            if let Some(text) = piece.text {
                node["text"] = Value::from(text);
            }
            node
        });
        pieces.collect()
    }
}

/// A copy of a node that is not made of its text, which may be long.
pub(super) fn without_text(node: &Value) -> Value {
    let Some(fields) = node.as_object() else {
        return node.clone();
    };
    let fields = fields.iter().map(|(name, value)| {
        let value = if name == "text" {
            Value::Null
        } else {
            value.clone()
        };
        (name.clone(), value)
    });
    Value::Object(fields.collect())
}

/// The marks of a node that Markdown does not show.
fn hidden(node: &Value) -> Vec<Value> {
    let marks = node["marks"].as_array().into_iter().flatten();
    marks.filter(|mark| is_hidden(mark)).cloned().collect()
}

/// Whether Markdown does not show a mark.
pub(super) fn is_hidden(mark: &Value) -> bool {
    let alone = json!({ "type": "text", "text": "x", "marks": [mark] });
    let shown = inline::read(&alone).unwrap_or_default();
    shown == [Inline::plain("x")]
}

fn add_marks(node: &mut Value, marks: impl Iterator<Item = Value>) {
    let mut all = node["marks"].as_array().cloned().unwrap_or_default();
    all.extend(marks);
    if !all.is_empty() {
        node["marks"] = Value::from(all);
    }
}

/// A text node that is marked as `style` says, and keeps the marks that Markdown does not show.
fn restyled(node: &Value, style: &Style, is_code: bool) -> Value {
    if kind(node) != "text" {
        return node.clone();
    }
    let text = node["text"].as_str().unwrap_or_default().to_owned();
    let style = style.clone();
    let shown = if is_code {
        Inline::Code { text, style }
    } else {
        Inline::Text { text, style }
    };
    if inline::read(node).is_some_and(|read| read == [shown.clone()]) {
        return node.clone();
    }
    let shown = writer::inline(&shown);
    let mut marks = hidden(node);
    if is_code {
        marks.retain(|mark| kind(mark) == "annotation");
    }
    // A mark that shows the same is the same mark, whatever else it says.
    for mark in shown["marks"].as_array().into_iter().flatten() {
        let visible = ["href", "title", "type"];
        let same = |known: &&Value| {
            let alike = |name: &&str| known["attrs"][*name] == mark["attrs"][*name];
            kind(known) == kind(mark) && visible.iter().all(alike)
        };
        let known = node["marks"].as_array().into_iter().flatten().find(same);
        marks.insert(0, known.unwrap_or(mark).clone());
    }
    let mut node = node.clone();
    if let Some(fields) = node.as_object_mut() {
        fields.remove("marks");
    }
    add_marks(&mut node, marks.into_iter());
    node
}

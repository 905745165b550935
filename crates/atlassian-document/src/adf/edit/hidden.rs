//! Marks that Markdown does not show, and what a mention has beside its person, on the words of the written document.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::runs::{is_hidden, without_text};
use crate::adf::inline::{attribute, kind};
use crate::adf::reader::{children, is_running_text};
use crate::edit::hidden::{Carried, Mark, Marks, Stretch, carried};
use crate::edit::lost::Lost;
use crate::edit::part::key;
use crate::edit::text::Sign;

/// The written document with what hung on the words of the current one, and what could not stay with its words.
pub(super) fn restored(current: &Value, mut written: Value) -> (Value, Option<Lost>) {
    let (mut old, mut new) = (Texts::default(), Texts::default());
    old.read(current);
    new.read(&written);
    old.marks.extend(new.marks);
    let carried = carried(&old.stretches, &new.stretches);
    let mut writer = Writer {
        places: HashMap::new(),
        marks: &old.marks,
        stretches: &new.stretches,
        used: HashSet::new(),
        next: 0,
        carried: &carried,
    };
    for ((text, from), (place, to)) in &carried.people {
        let place = (*place, new.leaves[*place][*to]);
        writer.places.insert(
            place,
            old.nodes[*text][old.leaves[*text][*from]]["attrs"].clone(),
        );
    }
    writer.look(&written);
    writer.node(&mut written);
    (written, carried.torn)
}

/// The nodes of a holder of running text that are read.
fn texts_of(node: &Value) -> Option<&[Value]> {
    let nodes = children(node);
    let is_text = kind(node) != "codeBlock" && nodes.iter().any(is_running_text);
    is_text.then_some(nodes)
}

/// The running texts of a document.
#[derive(Default)]
struct Texts<'d> {
    stretches: Vec<Stretch>,
    nodes: Vec<&'d [Value]>,
    /// For every sign the node that it stands in.
    leaves: Vec<Vec<usize>>,
    /// What each mark is.
    marks: HashMap<u64, Value>,
    /// Whether a mark is hidden.
    known: HashMap<u64, bool>,
}

impl<'d> Texts<'d> {
    fn read(&mut self, node: &'d Value) {
        if let Some(nodes) = texts_of(node) {
            let (mut stretch, mut leaves) = (Stretch::default(), Vec::new());
            for (leaf, node) in nodes.iter().enumerate() {
                let marks = self.marks_of(node);
                for sign in signs(node) {
                    stretch.push(sign, marks.clone());
                    leaves.push(leaf);
                }
            }
            self.stretches.push(stretch);
            self.nodes.push(nodes);
            self.leaves.push(leaves);
        }
        for child in children(node) {
            self.read(child);
        }
    }

    fn marks_of(&mut self, node: &Value) -> Marks {
        let mut found = Vec::new();
        for mark in node["marks"].as_array().into_iter().flatten() {
            let key = key(mark);
            if *self.known.entry(key).or_insert_with(|| is_hidden(mark)) {
                self.marks.entry(key).or_insert_with(|| mark.clone());
                found.push(of(mark));
            }
        }
        Arc::from(found)
    }
}

fn of(mark: &Value) -> Mark {
    Mark {
        key: key(mark),
        is_comment: kind(mark) == "annotation",
    }
}

fn signs(node: &Value) -> Vec<Sign> {
    match kind(node) {
        "text" => {
            let text = node["text"].as_str().unwrap_or_default();
            text.chars().map(Sign::Char).collect()
        }
        "hardBreak" => vec![Sign::Break],
        "mention" => vec![Sign::Person(
            attribute(node, "id").unwrap_or_default().to_owned(),
        )],
        other => vec![Sign::Keep(other.to_owned())],
    }
}

/// Writes what is carried over.
struct Writer<'c> {
    /// The attributes of the mentions that stand elsewhere now, by text and node.
    places: HashMap<(usize, usize), Value>,
    marks: &'c HashMap<u64, Value>,
    stretches: &'c [Stretch],
    /// The identifiers of the written document.
    used: HashSet<String>,
    next: usize,
    carried: &'c Carried,
}

impl Writer<'_> {
    fn look(&mut self, node: &Value) {
        self.used
            .extend(attribute(node, "localId").map(str::to_owned));
        for child in children(node) {
            self.look(child);
        }
    }

    /// The texts stand in the order in which they were read.
    fn node(&mut self, node: &mut Value) {
        if texts_of(node).is_some() {
            let place = self.next;
            self.next += 1;
            self.name_people(node, place);
            if self.carried.changes(self.stretches, place) {
                let nodes = self.marked(children(node), place);
                node["content"] = Value::from(nodes);
            }
        }
        if let Some(Value::Array(nodes)) = node.get_mut("content") {
            for child in nodes {
                self.node(child);
            }
        }
    }

    fn name_people(&mut self, node: &mut Value, place: usize) {
        let Some(Value::Array(nodes)) = node.get_mut("content") else {
            return;
        };
        for (leaf, node) in nodes.iter_mut().enumerate() {
            if kind(node) != "mention" || attribute(node, "localId").is_some() {
                continue;
            }
            let Some(known) = self.places.get(&(place, leaf)) else {
                continue;
            };
            let Some(own) = known["localId"].as_str() else {
                continue;
            };
            if self.used.insert(own.to_owned()) {
                for name in ["localId", "accessLevel"] {
                    if let Some(value) = known.get(name) {
                        node["attrs"][name] = value.clone();
                    }
                }
            }
        }
    }

    fn marked(&self, nodes: &[Value], place: usize) -> Vec<Value> {
        let wanted = &self.carried.wanted[place];
        let mut written: Vec<(Value, bool)> = Vec::new();
        let mut at = 0;
        for node in nodes {
            let Some(text) = node["text"].as_str().filter(|_| kind(node) == "text") else {
                at += signs(node).len();
                written.push((node.clone(), false));
                continue;
            };
            let letters: Vec<(char, &Marks)> = text.chars().zip(&wanted[at..]).collect();
            at += letters.len();
            let bare = without_text(node);
            for same in letters.chunk_by(|one, other| one.1 == other.1) {
                let text: String = same.iter().map(|(c, _)| *c).collect();
                let mut piece = bare.clone();
                let is_other = self.mark(&mut piece, same[0].1) || same.len() < letters.len();
                if let Some((last, was_other)) = written.last_mut()
                    && (is_other || *was_other)
                    && alike(last, &piece)
                    && let Some(Value::String(before)) = last.get_mut("text")
                {
                    before.push_str(&text);
                    *was_other = true;
                    continue;
                }
                piece["text"] = Value::from(text);
                written.push((piece, is_other));
            }
        }
        written.into_iter().map(|(node, _)| node).collect()
    }

    /// Gives a text its hidden marks; whether they are others.
    fn mark(&self, node: &mut Value, wanted: &Marks) -> bool {
        let own = node["marks"].as_array().cloned().unwrap_or_default();
        let is_code = own.iter().any(|mark| kind(mark) == "code");
        let stays =
            |mark: &&Value| !self.marks.contains_key(&key(*mark)) || wanted.contains(&of(mark));
        let mut marks: Vec<Value> = own.iter().filter(stays).cloned().collect();
        for mark in wanted.iter().filter_map(|mark| self.marks.get(&mark.key)) {
            // Code takes no colour.
            if !own.contains(mark) && (!is_code || kind(mark) == "annotation") {
                marks.push(mark.clone());
            }
        }
        if marks == own {
            return false;
        }
        if marks.is_empty() {
            node.as_object_mut().map(|fields| fields.remove("marks"));
        } else {
            node["marks"] = Value::from(marks);
        }
        true
    }
}

/// Whether two texts are marked alike, and differ in their words only.
fn alike(one: &Value, other: &Value) -> bool {
    kind(one) == "text" && kind(other) == "text" && one["marks"] == other["marks"]
}

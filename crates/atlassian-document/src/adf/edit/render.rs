//! Writes the plan of an edit as ADF.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::fields::largest_identifier;
use super::grammar::{fitting, may_stand, place};
use super::nodes::{code, is_blank, mentions, remove, repictured, retitle};
use super::parts::Origin;
use super::runs::Runs;
use crate::adf::inline::kind;
use crate::adf::keep::{KEY, reference_of, title};
use crate::adf::reader::{children, is_running_text};
use crate::adf::text;
use crate::adf::writer::Writer;
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::Plan;
use crate::edit::text::Run;
use crate::tree::panel::Panel;
use crate::tree::{Block, Inline};

/// Writes plans; nodes that it takes over still have their references.
pub(super) struct Renderer<'d> {
    pub(super) origins: Vec<Origin<'d>>,
    /// Nodes with a reference, and the kind of node that each lies in.
    nodes: HashMap<&'d str, (&'d Value, &'d str)>,
    root: &'d Value,
    /// The first mention of each account.
    people: HashMap<&'d str, &'d Value>,
    /// The names that the edited text has for people.
    names: HashMap<String, String>,
    pub(super) writer: Writer,
}

impl<'d> Renderer<'d> {
    /// A renderer for a document with references.
    pub(super) fn new(
        root: &'d Value,
        origins: Vec<Origin<'d>>,
        names: HashMap<String, String>,
    ) -> Self {
        let (mut nodes, mut people) = (HashMap::new(), HashMap::new());
        find(root, "", &mut nodes);
        mentions(root, &mut people);
        Self {
            origins,
            nodes,
            root,
            people,
            names,
            writer: Writer::counting_from(largest_identifier(root)),
        }
    }

    /// The whole document.
    pub(super) fn document(&mut self, plans: &[Plan]) -> Result<Value, Lost> {
        let mut content = self.origins[0].lead.to_vec();
        content.extend(self.blocks(plans, "doc")?);
        let mut document = self.root.clone();
        document["content"] = Value::from(content);
        Ok(document)
    }

    /// Blocks inside a node of the kind `parent`.
    pub(super) fn blocks(&mut self, plans: &[Plan], parent: &str) -> Result<Vec<Value>, Lost> {
        let mut nodes = Vec::new();
        for plan in plans {
            self.block(plan, parent, &mut nodes)?;
        }
        Ok(nodes)
    }

    fn block(&mut self, plan: &Plan, parent: &str, nodes: &mut Vec<Value>) -> Result<(), Lost> {
        let source = match plan {
            Plan::Fresh(block) => {
                nodes.extend(self.fresh(block, parent)?);
                return Ok(());
            }
            Plan::Moved(source, block) => {
                let origin = self.origins[*source];
                let fits = |node: &Value| is_running_text(node) || may_stand(kind(node), parent);
                let is_loose = origin.nodes.iter().any(is_running_text);
                if is_loose || !(origin.parent == parent || origin.nodes.iter().all(fits)) {
                    nodes.extend(self.fresh(block, parent)?);
                    return Ok(());
                }
                *source
            }
            Plan::Keep(source)
            | Plan::Text(source, ..)
            | Plan::Code(source, ..)
            | Plan::Picture(source, _)
            | Plan::Inside(source, _)
            | Plan::Panel(source, ..)
            | Plan::Details(source, ..)
            | Plan::List(source, ..)
            | Plan::Table(source, ..) => *source,
        };
        let origin = self.origins[source];
        match plan {
            Plan::Text(_, level, runs, _) => {
                nodes.extend(self.words(source, *level, runs, parent)?);
            }
            // ADF has no place for a title.
            Plan::Code(_, [language, _], text) => {
                nodes.push(code(&origin.nodes[0], language.as_deref(), text));
            }
            Plan::Picture(_, picture) => nodes.push(repictured(&origin.nodes[0], picture)),
            Plan::Inside(_, plans) => nodes.push(self.inside(source, plans, parent)?),
            Plan::Panel(_, kind, plans) => {
                let mut node = self.inside(source, plans, parent)?;
                let known = node["attrs"]["panelType"].as_str().and_then(Panel::named);
                if known != Some(*kind) {
                    node["attrs"]["panelType"] = Value::from(kind.name().to_ascii_lowercase());
                }
                nodes.push(node);
            }
            Plan::Details(_, new, plans) => {
                let mut node = self.inside(source, plans, parent)?;
                retitle(&mut node, new);
                nodes.push(node);
            }
            Plan::List(_, start, entries) => nodes.push(self.list(source, *start, entries)?),
            Plan::Table(_, has_header, rows) => {
                nodes.push(self.table(source, *has_header, rows)?);
            }
            Plan::Keep(_) | Plan::Moved(..) | Plan::Fresh(_) => {
                nodes.extend(fitting(origin.nodes, origin.parent, parent));
            }
        }
        nodes.extend_from_slice(origin.trail);
        Ok(())
    }

    /// A quotation or a frame.
    fn inside(&mut self, source: Source, plans: &[Plan], parent: &str) -> Result<Value, Lost> {
        let origin = self.origins[source];
        let mut node = origin.nodes[0].clone();
        if origin.parent != parent && !may_stand(kind(&node), parent) {
            return Err(Lost::Misplaced(name(&node)));
        }
        let content = self.blocks(plans, kind(&origin.nodes[0]))?;
        node["content"] = filled(origin.lead, content);
        Ok(node)
    }

    /// Text inside a node of the kind `parent`, with what may stand there.
    fn words(
        &mut self,
        source: Source,
        level: Option<u8>,
        runs: &[Run],
        parent: &str,
    ) -> Result<Vec<Value>, Lost> {
        let was = kind(&self.origins[source].nodes[0]);
        // A quotation and an entry of a list take no heading.
        let level = level.filter(|_| was == "heading" || may_stand("heading", parent));
        let takes_pictures = level.is_none() && may_stand("mediaSingle", parent);
        if takes_pictures && runs.iter().any(is_picture) {
            self.around_pictures(source, runs)
        } else {
            self.text(source, level, runs)
        }
    }

    fn text(
        &mut self,
        source: Source,
        level: Option<u8>,
        runs: &[Run],
    ) -> Result<Vec<Value>, Lost> {
        let nodes = self.origins[source].nodes;
        if is_running_text(&nodes[0]) {
            return self.runs(nodes, runs);
        }
        let mut node = nodes[0].clone();
        let content = self.runs(children(&nodes[0]), runs)?;
        node["content"] = Value::from(content);
        match level {
            Some(level) => {
                node["type"] = Value::from("heading");
                if node["attrs"]["level"] != level {
                    node["attrs"]["level"] = Value::from(level);
                }
            }
            None if kind(&node) == "heading" => {
                node["type"] = Value::from("paragraph");
                remove(&mut node, "level");
            }
            None => {}
        }
        Ok(vec![node])
    }

    /// A paragraph into which pictures came: each is a block of its own and ends it.
    fn around_pictures(&mut self, source: Source, runs: &[Run]) -> Result<Vec<Value>, Lost> {
        let mut nodes = Vec::new();
        for part in runs.chunk_by(|one, other| !is_picture(one) && !is_picture(other)) {
            if let [Run::New(picture @ Inline::Image { .. }, _)] = part {
                nodes.extend(text::mixed(std::slice::from_ref(picture)));
                continue;
            }
            let mut written = self.text(source, None, part)?;
            written.retain(|node| kind(node) != "paragraph" || !is_blank(node));
            // An identifier stands once.
            if nodes.iter().any(|node| kind(node) == "paragraph") {
                for node in &mut written {
                    remove(node, "localId");
                }
            }
            nodes.extend(written);
        }
        Ok(nodes)
    }

    fn runs(&self, nodes: &'d [Value], runs: &[Run]) -> Result<Vec<Value>, Lost> {
        let mut written = Runs::new(nodes);
        for run in runs {
            match run {
                Run::Kept(from, to) => written.take(*from, *to, None),
                Run::Restyled(from, to, style) => written.take(*from, *to, Some(style)),
                Run::New(Inline::Keep(keep), _) => written.put(self.inline(&keep.reference)?),
                Run::New(Inline::Mention { account, .. }, _) => written.put(self.person(account)),
                Run::New(inline, like) => written.add(inline, *like),
            }
        }
        Ok(written.finish())
    }

    /// A person as the document names them already, or as the edited text does.
    fn person(&self, account: &str) -> Value {
        let known = self.people.get(account).copied().cloned();
        let mut node = known.unwrap_or_else(|| {
            text::inline(&Inline::Mention {
                name: self.names.get(account).cloned().unwrap_or_default(),
                account: account.to_owned(),
            })
        });
        if let Some(attributes) = node["attrs"].as_object_mut() {
            attributes.remove("localId");
        }
        node
    }

    /// The node of a placeholder in running text.
    fn inline(&self, reference: &str) -> Result<Value, Lost> {
        let (node, parent) = self.node(reference)?;
        let is_inline = is_running_text(node)
            || matches!(
                parent,
                "paragraph" | "heading" | "caption" | "taskItem" | "decisionItem"
            );
        if is_inline {
            Ok(node.clone())
        } else {
            Err(Lost::Misplaced(name(node)))
        }
    }

    fn node(&self, reference: &str) -> Result<(&'d Value, &'d str), Lost> {
        let node = self.nodes.get(reference).copied();
        node.ok_or_else(|| Lost::Unknown(reference.to_owned()))
    }

    /// New blocks, with the nodes of their placeholders.
    pub(super) fn fresh(&mut self, block: &Block, parent: &str) -> Result<Vec<Value>, Lost> {
        if parent == "layoutSection" {
            return Err(Lost::Misplaced(String::from(
                "text between the columns of a layout",
            )));
        }
        let nodes = self
            .writer
            .blocks(std::slice::from_ref(block), place(parent));
        self.resolved(nodes, parent)
    }

    /// Puts nodes in the place of references.
    pub(super) fn resolved(&self, nodes: Vec<Value>, parent: &str) -> Result<Vec<Value>, Lost> {
        let mut resolved = Vec::with_capacity(nodes.len());
        for mut node in nodes {
            if node.get("type").is_none() {
                let reference = node[KEY].as_str().unwrap_or_default();
                resolved.push(self.inline(reference)?);
                continue;
            }
            if let Some(block) = self.lone_block(&node)? {
                let (block, origin) = block;
                if origin != parent && !may_stand(kind(block), parent) {
                    return Err(Lost::Misplaced(name(block)));
                }
                resolved.push(block.clone());
                continue;
            }
            if let Some(content) = node.get_mut("content").map(Value::take) {
                let content = match content {
                    Value::Array(content) => self.resolved(content, kind(&node))?,
                    _ => Vec::new(),
                };
                node["content"] = Value::from(content);
            }
            resolved.push(node);
        }
        Ok(resolved)
    }

    /// The block whose placeholder is all that a paragraph holds.
    fn lone_block(&self, node: &Value) -> Result<Option<(&'d Value, &'d str)>, Lost> {
        let ("paragraph", [only]) = (kind(node), children(node)) else {
            return Ok(None);
        };
        let Some(reference) = only[KEY].as_str().filter(|_| only.get("type").is_none()) else {
            return Ok(None);
        };
        let (block, parent) = self.node(reference)?;
        let in_text = matches!(
            parent,
            "paragraph" | "heading" | "caption" | "taskItem" | "decisionItem"
        );
        Ok((!is_running_text(block) && !in_text).then_some((block, parent)))
    }
}

/// What lies in a frame; none may be empty.
pub(super) fn filled(lead: &[Value], content: Vec<Value>) -> Value {
    let mut nodes = lead.to_vec();
    nodes.extend(content);
    if nodes.is_empty() {
        nodes.push(json!({ "type": "paragraph", "content": [] }));
    }
    Value::from(nodes)
}

fn is_picture(run: &Run) -> bool {
    matches!(run, Run::New(Inline::Image { .. }, _))
}

/// A node as an error names it.
fn name(node: &Value) -> String {
    let reference = reference_of(node).unwrap_or_default();
    format!("the placeholder `keep:{reference}` ({})", title(node))
}

fn find<'d>(node: &'d Value, parent: &'d str, nodes: &mut HashMap<&'d str, (&'d Value, &'d str)>) {
    if let Some(reference) = reference_of(node) {
        nodes.insert(reference, (node, parent));
    }
    for child in children(node) {
        find(child, kind(node), nodes);
    }
}

//! Writes the plan of an edit as ADF.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::fields::largest_identifier;
use super::grammar::may_stand;
use super::nodes::{code, is_blank, mentions, remove, repictured, retitle};
use super::parts::Origin;
use super::runs::Runs;
use crate::adf::inline::kind;
use crate::adf::keep::{reference_of, title};
use crate::adf::reader::{children, is_running_text};
use crate::adf::text;
use crate::adf::writer::Writer;
use crate::edit::elsewhere::Elsewhere;
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::Plan;
use crate::edit::text::Run;
use crate::tree::Inline;
use crate::tree::panel::Panel;

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
    /// What stands in new blocks.
    pub(super) grafts: &'d [Elsewhere],
}

impl<'d> Renderer<'d> {
    /// A renderer for a document with references.
    pub(super) fn new(
        root: &'d Value,
        origins: Vec<Origin<'d>>,
        names: HashMap<String, String>,
        grafts: &'d [Elsewhere],
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
            grafts,
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
            Plan::Elsewhere(elsewhere) => {
                nodes.extend(self.elsewhere(elsewhere, parent)?);
                return Ok(());
            }
            Plan::Another(plan) => {
                nodes.extend(self.another(plan, parent)?);
                return Ok(());
            }
            plan => plan.source().unwrap_or_default(),
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
            Plan::Keep(_) | Plan::Elsewhere(_) | Plan::Another(_) | Plan::Fresh(_) => {
                nodes.extend_from_slice(origin.nodes);
            }
        }
        nodes.extend_from_slice(origin.trail);
        Ok(())
    }

    /// A node like one that stands elsewhere: an identifier stands once, and what lies behind that one is not shown.
    fn another(&mut self, plan: &Plan, parent: &str) -> Result<Option<Value>, Lost> {
        let mut written = Vec::new();
        self.block(plan, parent, &mut written)?;
        let mut node = written.into_iter().next();
        if let Some(node) = &mut node {
            self.writer.name_anew(node);
        }
        Ok(node)
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
    pub(super) fn inline(&self, reference: &str) -> Result<Value, Lost> {
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

    pub(super) fn node(&self, reference: &str) -> Result<(&'d Value, &'d str), Lost> {
        let node = self.nodes.get(reference).copied();
        node.ok_or_else(|| Lost::Unknown(reference.to_owned()))
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
pub(super) fn name(node: &Value) -> String {
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

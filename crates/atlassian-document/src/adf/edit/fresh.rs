//! Writes new blocks as ADF, and what stood elsewhere into them.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::fields::is_list;
use super::grammar::{fitting, may_stand, place};
use super::render::{Renderer, name};
use crate::adf::inline::kind;
use crate::adf::keep::KEY;
use crate::adf::reader::{children, is_running_text};
use crate::adf::writer::Writer;
use crate::edit::elsewhere::Elsewhere;
use crate::edit::grafts::{graft_number, grafts_in, without_grafts};
use crate::edit::lost::Lost;
use crate::tree::Block;

impl<'d> Renderer<'d> {
    /// What stood in another node: as it is, if it may stand in this one.
    pub(super) fn elsewhere(
        &mut self,
        elsewhere: &Elsewhere,
        parent: &str,
    ) -> Result<Vec<Value>, Lost> {
        if !self.may_stand(elsewhere, parent) {
            return self.fresh(elsewhere.anew()?, parent);
        }
        let source = elsewhere.plan.source().unwrap_or_default();
        let origin = self.origins[source];
        let written = self.blocks(std::slice::from_ref(&elsewhere.plan), parent)?;
        Ok(fitting(&written, origin.parent, parent))
    }

    fn may_stand(&self, elsewhere: &Elsewhere, parent: &str) -> bool {
        let source = elsewhere.plan.source().unwrap_or_default();
        let origin = self.origins[source];
        let fits = |node: &Value| may_stand(kind(node), parent);
        let is_loose = origin.nodes.iter().any(is_running_text);
        !is_loose && (origin.parent == parent || origin.nodes.iter().all(fits))
    }

    fn graft(&self, reference: &str) -> Option<&'d Elsewhere> {
        self.grafts.get(graft_number(reference)?)
    }

    /// Writes new blocks. What stood elsewhere and cannot stand where it would come to stand is written anew.
    pub(super) fn settled(
        &mut self,
        blocks: &[Block],
        parent: &str,
        write: &dyn Fn(&mut Writer, &[Block]) -> Vec<Value>,
    ) -> Result<Vec<Value>, Lost> {
        let mut nodes = write(&mut self.writer, blocks);
        let mut blocks = Cow::Borrowed(blocks);
        while !self.grafts.is_empty() {
            let mut anew = Vec::new();
            self.misplaced(&nodes, parent, &mut anew);
            if anew.is_empty() {
                break;
            }
            for number in &anew {
                self.grafts[*number].anew()?;
            }
            blocks = without_grafts(blocks.into_owned(), self.grafts, &anew).into();
            nodes = write(&mut self.writer, &blocks);
        }
        self.resolved(nodes, parent)
    }

    /// Blocks for a place that takes lines of text only: what stood elsewhere is written anew in them.
    pub(super) fn without_grafts(&self, blocks: &[Block]) -> Result<Vec<Block>, Lost> {
        let mut all = Vec::new();
        grafts_in(blocks, &mut all);
        for number in &all {
            if let Some(graft) = self.grafts.get(*number) {
                graft.anew()?;
            }
        }
        Ok(without_grafts(blocks.to_vec(), self.grafts, &all))
    }

    /// The grafts in new nodes that cannot stand there.
    fn misplaced(&self, nodes: &[Value], parent: &str, found: &mut Vec<usize>) {
        let number = |reference: Option<&str>| {
            let number = graft_number(reference?)?;
            self.grafts.get(number).map(|graft| (number, graft))
        };
        for node in nodes {
            if let Some((graft, elsewhere)) = number(lone_reference(node)) {
                if !self.may_stand(elsewhere, parent) {
                    found.push(graft);
                }
            } else if let Some((graft, _)) = number(node[KEY].as_str()) {
                found.push(graft);
            } else {
                self.misplaced(children(node), kind(node), found);
            }
        }
    }

    /// New blocks, with the nodes of their placeholders.
    pub(super) fn fresh(&mut self, block: &Block, parent: &str) -> Result<Vec<Value>, Lost> {
        if parent == "layoutSection" {
            return Err(Lost::Misplaced(String::from(
                "text between the columns of a layout",
            )));
        }
        let write = |writer: &mut Writer, blocks: &[Block]| writer.blocks(blocks, place(parent));
        self.settled(std::slice::from_ref(block), parent, &write)
    }

    /// Puts nodes in the place of references.
    pub(super) fn resolved(&mut self, nodes: Vec<Value>, parent: &str) -> Result<Vec<Value>, Lost> {
        let mut resolved = Vec::with_capacity(nodes.len());
        for mut node in nodes {
            if node.get("type").is_none() {
                let reference = node[KEY].as_str().unwrap_or_default();
                resolved.push(self.inline(reference)?);
                continue;
            }
            if let Some(graft) = lone_reference(&node).and_then(|own| self.graft(own)) {
                resolved.extend(self.elsewhere(graft, parent)?);
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
                let begins = kind(&node) == "listItem" && content.first().is_some_and(is_list);
                let text = begins.then(|| json!({ "type": "paragraph", "content": [] }));
                node["content"] = text.into_iter().chain(content).collect();
            }
            resolved.push(node);
        }
        Ok(resolved)
    }

    /// The block whose placeholder is all that a paragraph holds.
    fn lone_block(&self, node: &Value) -> Result<Option<(&'d Value, &'d str)>, Lost> {
        let Some(reference) = lone_reference(node) else {
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

/// The reference that is all that a paragraph holds.
fn lone_reference(node: &Value) -> Option<&str> {
    let ("paragraph", [only]) = (kind(node), children(node)) else {
        return None;
    };
    only[KEY].as_str().filter(|_| only.get("type").is_none())
}

//! Writes changed lists as ADF.

use serde_json::{Value, json};

use super::nodes::remove;
use super::parts::odd;
use super::render::{Renderer, filled};
use crate::adf::inline::kind;
use crate::adf::reader::children;
use crate::adf::writer::Writer;
use crate::edit::lost::Lost;
use crate::edit::part::Source;
use crate::edit::plan::{EntryPlan, Plan};
use crate::tree::flatten::is_simple_task;
use crate::tree::{Block, Item};

pub(super) fn is_list(node: &Value) -> bool {
    matches!(kind(node), "bulletList" | "orderedList")
}

/// Whether a node is an entry of such a list.
fn is_entry_of(entry: &str, list: &str) -> bool {
    match list {
        "taskList" => matches!(entry, "taskItem" | "blockTaskItem" | "taskList"),
        "decisionList" => entry == "decisionItem",
        _ => entry == "listItem",
    }
}

/// Checks the box of a task, or clears it.
fn tick(task: &mut Value, checked: Option<bool>) {
    let is_done = task["attrs"]["state"] == "DONE";
    if let Some(done) = checked.filter(|done| *done != is_done) {
        task["attrs"]["state"] = Value::from(if done { "DONE" } else { "TODO" });
    }
}

/// The highest number among the identifiers that the writer counts.
pub(super) fn largest_identifier(node: &Value) -> u64 {
    let own = node["attrs"]["localId"].as_str();
    let own = own.and_then(|id| id.strip_prefix("00000000-0000-4000-8000-"));
    let own = own.and_then(|number| u64::from_str_radix(number, 16).ok());
    let below = children(node).iter().map(largest_identifier);
    below.chain(own).max().unwrap_or_default()
}

impl Renderer<'_> {
    pub(super) fn list(
        &mut self,
        source: Source,
        start: Option<u64>,
        entries: &[EntryPlan],
    ) -> Result<Value, Lost> {
        let origin = self.origins[source];
        let mut node = origin.nodes[0].clone();
        let list = kind(&origin.nodes[0]);
        let mut content = Vec::new();
        for entry in entries {
            content.extend(self.entry_of(list, entry)?);
        }
        node["content"] = Value::from(content);
        match start {
            Some(start) => {
                node["type"] = Value::from("orderedList");
                let had_none = list != "orderedList";
                if had_none || node["attrs"]["order"].as_u64().unwrap_or(1) != start {
                    node["attrs"]["order"] = Value::from(start);
                }
            }
            None if list == "orderedList" => {
                node["type"] = Value::from("bulletList");
                remove(&mut node, "order");
            }
            None => {}
        }
        Ok(node)
    }

    /// What stands in the place of an entry of a kind of list. One of another kind is written anew.
    fn entry_of(&mut self, list: &str, entry: &EntryPlan) -> Result<Vec<Value>, Lost> {
        match entry {
            EntryPlan::Keep(source) => Ok(self.origins[*source].nodes.to_vec()),
            EntryPlan::Changed(source, checked, plans) => self.entry(*source, *checked, plans),
            EntryPlan::Elsewhere(elsewhere) => match &elsewhere.plan {
                EntryPlan::Keep(source) | EntryPlan::Changed(source, ..)
                    if is_entry_of(kind(&self.origins[*source].nodes[0]), list) =>
                {
                    self.entry_of(list, &elsewhere.plan)
                }
                _ => self.fresh_entry(list, elsewhere.anew()?),
            },
            EntryPlan::Fresh(item) => self.fresh_entry(list, item),
        }
    }

    fn entry(
        &mut self,
        source: Source,
        checked: Option<bool>,
        plans: &[Plan],
    ) -> Result<Vec<Value>, Lost> {
        let origin = self.origins[source];
        let mut node = origin.nodes[0].clone();
        match kind(&origin.nodes[0]) {
            "taskItem" | "decisionItem" => self.task(source, checked, plans),
            "blockTaskItem" => self.block_task(source, checked, plans),
            "taskList" if checked.is_none() => self.tasks_below(plans.iter()),
            "taskList" => Err(odd("a box above tasks that stand below none")),
            of_item => {
                let starts_with_list = children(&node).first().is_some_and(is_list);
                let mut content = filled(origin.lead, self.blocks(plans, of_item)?);
                if let Some(nodes) = content.as_array_mut()
                    && nodes.first().is_some_and(is_list)
                    && of_item == "listItem"
                    && !starts_with_list
                {
                    nodes.insert(0, json!({ "type": "paragraph", "content": [] }));
                }
                node["content"] = content;
                Ok(vec![node])
            }
        }
    }

    /// A task holds running text, and the tasks below it stand behind it.
    fn task(
        &mut self,
        source: Source,
        checked: Option<bool>,
        plans: &[Plan],
    ) -> Result<Vec<Value>, Lost> {
        let origin = self.origins[source];
        let mut node = origin.nodes[0].clone();
        let (text, below): (Vec<&Plan>, Vec<&Plan>) = plans.iter().partition(|plan| {
            let is_text = |block: &Block| matches!(block, Block::Paragraph(_));
            match plan {
                Plan::Text(..) => true,
                Plan::Fresh(block) => is_text(block),
                Plan::Elsewhere(elsewhere) => is_text(elsewhere.shown()),
                Plan::Keep(source) => self.is_in_task(*source),
                _ => false,
            }
        });
        let mut content = origin.lead.to_vec();
        for plan in text {
            for written in self.blocks(std::slice::from_ref(plan), kind(&origin.nodes[0]))? {
                match kind(&written) {
                    "paragraph" => content.extend_from_slice(children(&written)),
                    _ => content.push(written),
                }
            }
        }
        node["content"] = Value::from(content);
        if kind(&node) == "taskItem" {
            tick(&mut node, checked);
        }
        let mut nodes = vec![node];
        nodes.extend(self.tasks_below(below.into_iter())?);
        Ok(nodes)
    }

    /// A task holds blocks, and the tasks below it stand behind it, too.
    fn block_task(
        &mut self,
        source: Source,
        checked: Option<bool>,
        plans: &[Plan],
    ) -> Result<Vec<Value>, Lost> {
        let origin = self.origins[source];
        let mut node = origin.nodes[0].clone();
        let (below, own): (Vec<&Plan>, Vec<&Plan>) = plans.iter().partition(|plan| match plan {
            Plan::Keep(source) | Plan::List(source, ..) => {
                self.origins[*source].parent == "taskList"
            }
            Plan::Fresh(block) => matches!(block, Block::List { .. }),
            Plan::Elsewhere(elsewhere) => matches!(elsewhere.shown(), Block::List { .. }),
            _ => false,
        });
        let mut content = origin.lead.to_vec();
        for plan in own {
            content.extend(self.blocks(std::slice::from_ref(plan), "blockTaskItem")?);
        }
        node["content"] = Value::from(content);
        tick(&mut node, checked);
        let mut nodes = vec![node];
        nodes.extend(self.tasks_below(below.into_iter())?);
        Ok(nodes)
    }

    fn tasks_below<'p>(
        &mut self,
        plans: impl Iterator<Item = &'p Plan>,
    ) -> Result<Vec<Value>, Lost> {
        let mut nodes = Vec::new();
        for plan in plans {
            let new = match plan {
                Plan::Fresh(block) => Some(block),
                Plan::Elsewhere(elsewhere) if !self.is_task_list(&elsewhere.plan) => {
                    Some(elsewhere.anew()?)
                }
                _ => None,
            };
            match (new, plan) {
                (Some(list @ Block::List { .. }), _) => {
                    for list in self.without_grafts(std::slice::from_ref(list))? {
                        if let Block::List { items, .. } = list {
                            let list = self.writer.task_list(&items);
                            nodes.extend(self.resolved(vec![list], "taskList")?);
                        }
                    }
                }
                (_, plan) => nodes.extend(self.blocks(std::slice::from_ref(plan), "taskList")?),
            }
        }
        Ok(nodes)
    }

    fn is_task_list(&self, plan: &Plan) -> bool {
        let nodes = plan.source().map(|source| self.origins[source].nodes);
        nodes.is_some_and(|nodes| nodes.iter().all(|node| kind(node) == "taskList"))
    }

    fn is_in_task(&self, source: Source) -> bool {
        matches!(self.origins[source].parent, "taskItem" | "decisionItem")
    }

    fn fresh_entry(&mut self, list: &str, item: &Item) -> Result<Vec<Value>, Lost> {
        let nodes = match list {
            "taskList" if is_simple_task(item) => {
                let blocks = self.without_grafts(&item.blocks)?;
                let checked = item.checked;
                let list = self.writer.task_list(&[Item { checked, blocks }]);
                children(&list).to_vec()
            }
            "decisionList" => {
                let blocks = self.without_grafts(&item.blocks)?;
                let content = crate::tree::flatten::into_inlines(&blocks);
                vec![self.writer.decision(&content)]
            }
            _ => {
                let write = |writer: &mut Writer, blocks: &[Block]| {
                    let blocks = blocks.to_vec();
                    let checked = item.checked;
                    vec![writer.list_item(&Item { checked, blocks })]
                };
                return self.settled(&item.blocks, list, &write);
            }
        };
        self.resolved(nodes, list)
    }
}

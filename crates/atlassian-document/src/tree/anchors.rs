//! Links to the headings of the same document, as Confluence names those: their words with `-` for every space.
//!
//! Markdown's readers name them otherwise, `#my-heading` for "My heading", and that is what people write.

use std::collections::{HashMap, HashSet};

use super::keep::{each_text, look_at_text};
use super::link::Link;
use super::{Block, Inline, flatten};

/// The blocks, of which links to their headings lead to what Confluence calls these; links that stand in `known` already
/// stay as they are.
pub(crate) fn spelt(mut blocks: Vec<Block>, known: &[Block]) -> Vec<Block> {
    let mut leads = addresses(&blocks);
    if leads.is_empty() {
        return blocks;
    }
    let stays = addresses(known);
    leads.retain(|address| !stays.contains(address));
    let mut names = HashMap::new();
    headings(&blocks, &mut names);
    let own: HashSet<String> = names.values().cloned().collect();
    names.retain(|address, _| leads.contains(address) && !own.contains(address));
    if names.is_empty() {
        return blocks;
    }
    each_text(&mut blocks, &mut |content| {
        for style in content.iter_mut().filter_map(Inline::style_mut) {
            let name = style.link.as_ref().and_then(|link| names.get(&link.href));
            if let Some(name) = name {
                let title = style.link.as_ref().and_then(|link| link.title.clone());
                style.link = Link::new(name, title.as_deref().unwrap_or_default());
            }
        }
    });
    blocks
}

/// Where the links lead that lead to a place of the document.
fn addresses(blocks: &[Block]) -> HashSet<String> {
    let mut found = HashSet::new();
    look_at_text(blocks, &mut |content| {
        let links = content
            .iter()
            .filter_map(|inline| inline.style()?.link.as_ref());
        let own = links.filter(|link| link.href.starts_with('#'));
        found.extend(own.map(|link| link.href.clone()));
    });
    found
}

/// The headings: what they are called in Markdown, and in Confluence.
fn headings(blocks: &[Block], names: &mut HashMap<String, String>) {
    each_heading(blocks, &mut |words| {
        let own = Link::new(&format!("#{}", on_cloud(words)), "");
        let is_word = words.starts_with(char::is_alphanumeric);
        if let Some(own) = own.filter(|_| is_word) {
            let name = Link::new(&format!("#{}", slug(words)), "");
            let name = name.map_or_else(String::new, |name| name.href.clone());
            names.entry(name).or_insert_with(|| own.href.clone());
        }
    });
}

/// What the headings are called on Cloud, and on Data Center, where a name is the words without blanks.
pub(crate) fn on_both(blocks: &[Block]) -> HashMap<String, String> {
    let mut names = HashMap::new();
    each_heading(blocks, &mut |words| {
        let there: String = words.split_whitespace().collect();
        names.entry(on_cloud(words)).or_insert(there);
    });
    names
}

fn on_cloud(words: &str) -> String {
    words.replace(' ', "-")
}

/// Gives the words of every heading.
fn each_heading(blocks: &[Block], give: &mut dyn FnMut(&str)) {
    for block in blocks {
        match block {
            Block::Heading { content, .. } => give(flatten::words(content).trim()),
            Block::Quote(blocks) | Block::Panel { blocks, .. } | Block::Details { blocks, .. } => {
                each_heading(blocks, give);
            }
            Block::List { items, .. } => {
                for item in items {
                    each_heading(&item.blocks, give);
                }
            }
            _ => {}
        }
    }
}

/// The name of a heading as GitHub and others make it.
fn slug(words: &str) -> String {
    let lower = words.trim().to_lowercase();
    let kept = lower.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
        _ => None,
    });
    kept.collect()
}

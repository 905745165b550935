//! People whom a text mentions: storage format knows accounts, and their names are known elsewhere.

use std::collections::HashMap;

use super::keep::{each_text, look_at_text};
use super::{Block, Inline};

/// The accounts that are mentioned, with the first name that the text has for each.
pub(crate) fn mentioned(blocks: &[Block]) -> HashMap<String, String> {
    let mut found: HashMap<String, String> = HashMap::new();
    look_at_text(blocks, &mut |content| {
        for inline in content {
            if let Inline::Mention { account, name } = inline {
                let known = found.entry(account.clone()).or_default();
                if known.is_empty() {
                    known.clone_from(name);
                }
            }
        }
    });
    found
}

/// The accounts that are mentioned without a name, in the order of their letters.
pub(crate) fn nameless(blocks: &[Block]) -> Vec<String> {
    let found = mentioned(blocks).into_iter();
    let found = found.filter(|(_, name)| name.is_empty());
    let mut accounts: Vec<String> = found.map(|(account, _)| account).collect();
    accounts.sort_unstable();
    accounts
}

/// The same blocks with names for the people whom they mention by account alone.
pub(crate) fn named(
    mut blocks: Vec<Block>,
    name_of: &dyn Fn(&str) -> Option<String>,
) -> Vec<Block> {
    each_text(&mut blocks, &mut |content| {
        for inline in content.iter_mut() {
            if let Inline::Mention { account, name } = inline
                && name.is_empty()
                && let Some(known) = name_of(account)
                && let Some(person) = Inline::mention(account, &known)
            {
                *inline = person;
            }
        }
    });
    blocks
}

/// What was edited, with people named as the current document names them: who is mentioned is said by
/// the account, and another name for the same person changes nothing.
pub(crate) fn named_as_in(mut edited: Vec<Block>, current: &[Block]) -> Vec<Block> {
    let known = mentioned(current);
    each_text(&mut edited, &mut |content| {
        for inline in content.iter_mut() {
            if let Inline::Mention { account, name } = inline {
                *name = known.get(account).cloned().unwrap_or_default();
            }
        }
    });
    edited
}

//! The edited Markdown in pieces: placeholders checked against the document, frames put together.

use std::collections::HashSet;
use std::sync::Arc;

use super::lost::Lost;
use super::part::{Known, Register};
use super::renamed::{Renames, is_same};
use super::{Changed, Losses, literal};
use crate::tree::keep::{self, Keep, alone, is_alone, is_frame, is_wide};
use crate::tree::{Block, Inline};

/// A block of the edited text.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// A block.
    Block(Block),
    /// A frame around other pieces, by its reference.
    Frame(String, Vec<Piece>),
}

/// Gives every placeholder the words that it has in the document, so that only its reference counts,
/// and refuses those that are unknown, stand twice or say something else, or takes their words instead. A picture may say
/// something else.
pub(crate) fn checked(
    blocks: Vec<Block>,
    register: &Register,
    losses: Losses,
) -> Result<Changed, Lost> {
    let mut renames = Renames::default();
    let mut seen = HashSet::new();
    let mut fault = None;
    let mut blocks = blocks;
    keep::each_text(&mut blocks, &mut |content| {
        for inline in content.iter_mut() {
            let Inline::Keep(keep) = inline else {
                continue;
            };
            let fresh = seen.insert(keep.reference.clone());
            let known = register.get(keep.ends().unwrap_or(&keep.reference));
            match known {
                Some(_) if !fresh => {
                    fault = fault.take().or(Some(Lost::Twice(keep.reference.clone())));
                }
                None => fault = fault.take().or(Some(Lost::Unknown(keep.reference.clone()))),
                Some(known) => {
                    let own = same_words(keep, known);
                    if !renames.take(keep, known) && !is_same(keep, &own.label) {
                        fault = fault.take().or(Some(Lost::Words(keep.reference.clone())));
                    }
                    *inline = Inline::Keep(own);
                    continue;
                }
            }
            if losses == Losses::Accepted {
                *inline = Inline::plain(keep.label.clone());
            }
        }
    });
    let fault = fault.or_else(|| {
        let reference = literal::reference(&blocks, register, &seen)?;
        let what = format!("the placeholder `{}{reference}` as mere text", keep::SCHEME);
        Some(Lost::Misplaced(what))
    });
    match fault {
        Some(fault) if losses == Losses::Refused => Err(fault),
        Some(_) => Ok(Changed {
            blocks: keep::as_words(blocks, &|_| false),
            renamed: Vec::new(),
        }),
        None => Ok(Changed {
            blocks,
            renamed: renames.found,
        }),
    }
}

fn same_words(keep: &Keep, known: &Known) -> Arc<Keep> {
    match keep.ends() {
        Some(reference) => Keep::end(reference, &format!("end of {}", known.keep.label)),
        None => known.keep.clone(),
    }
}

/// Puts blocks that lie beside each other together to pieces.
pub(crate) fn pieces(blocks: &[Block], register: &Register) -> Result<Vec<Piece>, Lost> {
    let apart: Vec<Block> = blocks
        .iter()
        .flat_map(|block| apart(block, register))
        .collect();
    let mut pieces = Vec::new();
    let mut rest = apart.as_slice();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let frame =
            is_alone(first).filter(|keep| is_frame(&keep.reference) || keep.ends().is_some());
        if let Some(keep) = frame {
            let reference = keep.reference.as_str();
            let ends =
                |block: &Block| is_alone(block).is_some_and(|keep| keep.ends() == Some(reference));
            let Some(end) = rest.iter().position(ends) else {
                return Err(Lost::Misplaced(open_frame(keep)));
            };
            let inside = self::pieces(&rest[..end], register)?;
            pieces.push(Piece::Frame(reference.to_owned(), inside));
            rest = &rest[end + 1..];
        } else if let Some((reference, inside)) = quoted_frame(first) {
            let inside = self::pieces(&inside, register)?;
            pieces.push(Piece::Frame(reference, inside));
        } else {
            pieces.push(Piece::Block(first.clone()));
        }
    }
    Ok(pieces)
}

fn open_frame(keep: &Keep) -> String {
    let address = keep.address();
    if keep.ends().is_some() {
        format!("the end `{address}` without its beginning before it")
    } else if is_wide(&keep.reference) {
        format!("the beginning `{address}` without its end behind it")
    } else {
        format!("`{address}` outside of the quotation that it begins")
    }
}

/// Cuts a paragraph where a node stands in it that is a block of its own.
fn apart(block: &Block, register: &Register) -> Vec<Block> {
    let Block::Paragraph(content) = block else {
        return vec![block.clone()];
    };
    let is_block = |inline: &Inline| match inline {
        Inline::Keep(keep) => {
            let known = register.get(&keep.reference);
            keep.ends().is_some() || known.is_some_and(|known| known.is_block)
        }
        Inline::Image { .. } => register.pictures_apart,
        _ => false,
    };
    if content.len() == 1 || !content.iter().any(is_block) {
        return vec![block.clone()];
    }
    let mut blocks = Vec::new();
    for stretch in content.chunk_by(|one, other| !is_block(one) && !is_block(other)) {
        match stretch {
            [Inline::Keep(keep)] if is_block(&stretch[0]) => blocks.push(alone(keep.clone())),
            [picture @ Inline::Image { .. }] if register.pictures_apart => {
                blocks.push(Block::Paragraph(vec![picture.clone()]));
            }
            text => blocks.extend(Block::paragraph(text.to_vec())),
        }
    }
    blocks
}

/// A quotation that begins with a frame's placeholder: the frame's reference, and what is in it.
fn quoted_frame(block: &Block) -> Option<(String, Vec<Block>)> {
    let Block::Quote(blocks) = block else {
        return None;
    };
    let (Block::Paragraph(first), others) = blocks.split_first()? else {
        return None;
    };
    let (Inline::Keep(keep), text) = first.split_first()? else {
        return None;
    };
    if !is_frame(&keep.reference) || is_wide(&keep.reference) {
        return None;
    }
    let text = Block::paragraph(text.to_vec());
    let inside = text.into_iter().chain(others.iter().cloned());
    Some((keep.reference.clone(), inside.collect()))
}

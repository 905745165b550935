//! Emphasis inside a word, which only asterisks can say (`CommonMark`, section 6.2).

use super::cjk::is_cjk;
use super::inline::Piece;

/// Makes asterisks of the underscores that begin or end inside a word, where no other mark is near that
/// they could melt together with.
pub(super) fn starred(pieces: &mut [Piece]) {
    let mut opened = None;
    for index in 0..pieces.len() {
        match pieces[index] {
            Piece::Open("_") => opened = Some(index),
            Piece::Close("_") => {
                if let Some(open) = opened.take()
                    && is_inside_word(pieces, open, index)
                {
                    pieces[open] = Piece::Open("*");
                    pieces[index] = Piece::Close("*");
                }
            }
            _ => {}
        }
    }
}

fn is_inside_word(pieces: &[Piece], open: usize, close: usize) -> bool {
    let is_word = |piece: Option<&Piece>| matches!(piece, Some(Piece::Char(c)) if c.is_alphanumeric() || is_cjk(*c));
    let is_mark = |piece: Option<&Piece>| matches!(piece, Some(Piece::Open(_) | Piece::Close(_)));
    let before = open.checked_sub(1).and_then(|index| pieces.get(index));
    let after = pieces.get(close + 1);
    let near_word = is_word(before) || is_word(after);
    let begins_and_ends = is_word(pieces.get(open + 1)) && is_word(pieces.get(close - 1));
    near_word && begins_and_ends && !is_mark(before) && !is_mark(after)
}

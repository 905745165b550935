//! Texts that were read in parts and are written without one of them: what nobody meant to delete.

use std::collections::{HashMap, HashSet};

use super::cut::LONGEST_SHOWN;

/// How short a piece may be to tell anything: shorter ones stand in many places.
const SHORTEST: usize = 12;
/// How many pieces a part must have to be missed.
const FEWEST: usize = 3;

/// Why a text without one of its parts is not written.
pub(crate) const WHY: &str = "leaves out all of a part that one answer of a tool does not show together with the rest, and it would be deleted; read on with start, and write the whole text; with `replace: true` it is written as it stands";

/// Whether `text`, which is to be written in the place of `whole`, has nothing of one of the parts in which tools show a long
/// text, and most of another. How long it is and how it ends says nothing: what was read may have been edited.
pub(crate) fn forgets_a_part(whole: &str, text: &str) -> bool {
    let parts = parts(whole);
    if parts.len() < 2 {
        return false;
    }
    let kept: HashSet<&str> = pieces(text).collect();
    let mut told: HashMap<&str, Option<usize>> = HashMap::new();
    for (number, part) in parts.iter().enumerate() {
        for piece in pieces(part) {
            // What stands in two parts tells of neither.
            told.entry(piece)
                .and_modify(|known| *known = known.filter(|known| *known == number))
                .or_insert(Some(number));
        }
    }
    let mut counts = vec![(0_usize, 0_usize); parts.len()];
    for (piece, number) in told {
        let Some(count) = number.and_then(|number| counts.get_mut(number)) else {
            continue;
        };
        count.0 += 1;
        count.1 += usize::from(kept.contains(piece));
    }
    let is_gone = |(all, kept): &(usize, usize)| *all >= FEWEST && *kept == 0;
    let is_kept = |(all, kept): &(usize, usize)| *all >= FEWEST && kept * 2 >= *all;
    counts.iter().any(is_gone) && counts.iter().any(is_kept)
}

/// The parts in which a tool shows a text.
fn parts(whole: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = whole;
    while let Some((at, _)) = rest.char_indices().nth(LONGEST_SHOWN) {
        let (part, behind) = rest.split_at(at);
        parts.push(part);
        rest = behind;
    }
    parts.push(rest);
    parts
}

/// Lines, and in storage format what stands between tags.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '<', '>'])
        .map(str::trim)
        .filter(|piece| piece.len() >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(from: usize, to: usize) -> String {
        (from..to)
            .map(|number| {
                format!("Paragraph {number} says something of its own, at some length.\n\n")
            })
            .collect()
    }

    #[test]
    fn a_part_that_is_not_there_is_missed_however_the_rest_was_edited() {
        let whole = lines(0, 900);
        let read = &whole[..20_000];
        for text in [
            format!("# New\n\nA section above.\n\n{read}"),
            format!("{read}\n\nUpdated by the agent."),
            read.replace("Paragraph 7 ", "The seventh paragraph "),
            read[3_000..].to_owned(),
            whole[20_000..40_000].to_owned(),
            whole[40_000..].to_owned(),
            format!("{read}{}", &whole[40_000..]),
        ] {
            assert!(forgets_a_part(&whole, &text), "{}", text.len());
        }
        let storage: String = (0..600)
            .map(|number| format!("<p>Paragraph {number} says something of its own.</p>"))
            .collect();
        assert!(forgets_a_part(
            &storage,
            &format!("{}</p>", &storage[..20_000])
        ));
    }

    #[test]
    fn what_was_edited_throughout_or_is_short_is_no_question() {
        let whole = lines(0, 900);
        for text in [
            whole.clone(),
            whole.replace("something", "nothing"),
            whole.replacen("Paragraph 880 ", "x", 1),
            lines(0, 700),
            String::from("A new text."),
            String::new(),
        ] {
            assert!(!forgets_a_part(&whole, &text), "{}", text.len());
        }
        assert!(!forgets_a_part(&lines(0, 200), &lines(0, 20)));
    }
}

//! Pictures with other words: they stay what and where they are, and say something else.

use std::collections::HashMap;

use super::lost::Lost;
use super::part::Known;
use crate::tree::keep::Keep;

/// A picture whose placeholder holds other words than the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Renamed {
    /// Its reference once the edit is done: equal pictures are counted by where they stand.
    pub(crate) reference: String,
    /// The words as they are to be.
    pub(crate) new: String,
}

impl Renamed {
    /// What is said where the words cannot be changed.
    pub(crate) fn refused(&self) -> Lost {
        Lost::Words(self.reference.clone())
    }

    /// The words for the picture and those below it, where it shows both: one of them is another.
    pub(crate) fn words<'r>(
        &'r self,
        alternative: &str,
        caption: Option<&str>,
    ) -> Option<Words<'r>> {
        let Some(caption) = caption else {
            return Some(Words::Alternative(&self.new));
        };
        if let Some(new) = self.new.strip_suffix(&format!(", {}", short(caption))) {
            return Some(Words::Alternative(new));
        }
        let new = self
            .new
            .strip_prefix(&format!("{}, ", short(alternative)))?;
        Some(Words::Caption(new))
    }
}

/// Which words of a picture are others.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Words<'r> {
    /// Those for people who do not see it.
    Alternative(&'r str),
    /// Those below it.
    Caption(&'r str),
}

/// Finds the pictures with other words while the placeholders of an edited text are looked at in order.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// How many pictures that are equal stood so far.
    counts: HashMap<String, usize>,
    pub(super) found: Vec<Renamed>,
}

impl Renames {
    /// Takes a placeholder that stands for something known; gives whether its words can be others.
    pub(super) fn take(&mut self, keep: &Keep, known: &Known) -> bool {
        let old = &known.keep;
        if !old.is_picture || keep.ends().is_some() {
            return false;
        }
        let family: Vec<&str> = keep.reference.split('-').take(2).collect();
        let family = family.join("-");
        let count = self.counts.entry(family.clone()).or_default();
        *count += 1;
        let is_same = is_same(keep, &old.label);
        // Nobody can tell the words that were cut off.
        let is_cut = old.label.ends_with('…');
        if !is_same && !is_cut {
            let reference = match *count {
                1 => family,
                number => format!("{family}-{number}"),
            };
            self.found.push(Renamed {
                reference,
                new: keep.label.clone(),
            });
        }
        is_same || !is_cut
    }
}

/// Whether a placeholder holds the words that the document has for it: none stand for them, too.
pub(super) fn is_same(keep: &Keep, words: &str) -> bool {
    keep.label.is_empty() || short(&keep.label) == words
}

fn short(label: &str) -> String {
    Keep::new("", label, false).label.clone()
}

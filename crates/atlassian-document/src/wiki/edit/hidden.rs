//! Colours, which Markdown does not show, on the words of the written text.

use super::source::comparable;
use crate::edit::hidden::carried;
use crate::edit::rewrapped::{Tags, rewrapped, stretches};
use crate::edit::weave::Text;
use crate::wiki::parts::{self, Read};

/// The written text with what hung on the words of the current one, as far as it reads as before.
pub(super) fn restored(current: &str, written: String) -> String {
    let mut tags = Tags::new();
    let old = parts::read(current);
    let olds = stretches(current, &texts(&old), &mut tags);
    if tags.is_empty() {
        return written;
    }
    let new = parts::read(&written);
    let new_texts = texts(&new);
    let news = stretches(&written, &new_texts, &mut tags);
    let carried = carried(&olds, &news);
    let coloured = rewrapped(&written, &new_texts, &news, &carried, &tags);
    let reads_alike = comparable(parts::read(&coloured).blocks()) == comparable(new.blocks());
    if reads_alike { coloured } else { written }
}

fn texts<'r>(read: &'r Read<'_>) -> Vec<&'r Text> {
    let texts = read
        .origins
        .iter()
        .filter_map(|origin| origin.text.as_ref());
    let mut texts: Vec<&Text> = texts.collect();
    texts.sort_by_key(|text| text.inner.start);
    texts
}

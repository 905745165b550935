//! Gives the lines of a list other markers.

use crate::edit::part::Source;
use crate::wiki::parts::{self, Kind, Read};

/// The markers of a list that has numbers, or has none.
pub(super) fn numbered(markers: &str, is_numbered: bool) -> String {
    if markers.ends_with('#') == is_numbered {
        return markers.to_owned();
    }
    let mut markers = markers.to_owned();
    markers.pop();
    markers.push(if is_numbered { '#' } else { '*' });
    markers
}

/// The lines of a list, or of an entry of one, with other markers in the place of those that all of them begin with.
pub(super) fn remarked(text: String, own: &str, wanted: &str) -> String {
    if own == wanted || own.is_empty() {
        return text;
    }
    let read = parts::read(&text);
    let mut starts = Vec::new();
    for part in &read.parts {
        lines(&read, part.source, &mut starts);
    }
    starts.sort_unstable();
    starts.dedup();
    let (mut written, mut from) = (String::with_capacity(text.len()), 0);
    for start in starts {
        if text[start..].starts_with(own) {
            written.push_str(&text[from..start]);
            written.push_str(wanted);
            from = start + own.len();
        }
    }
    written.push_str(&text[from..]);
    written
}

/// Where the lines of lists begin; those in other blocks have markers of their own.
fn lines(read: &Read<'_>, source: Source, starts: &mut Vec<usize>) {
    let origin = &read.origins[source];
    if let Kind::List(_) = origin.kind {
        starts.push(origin.whole.start);
        for part in &origin.parts {
            lines(read, *part, starts);
        }
    }
}

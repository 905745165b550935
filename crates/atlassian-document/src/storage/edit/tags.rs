//! Cuts the source between the parts of a page into its tags.

/// What a piece of a source is.
pub(super) enum Tag<'a> {
    /// The beginning of an element, by its name.
    Open(&'a str),
    /// The end of one.
    Close,
    /// An element that is empty, a comment, or no tag at all.
    Other,
}

/// The first tag of a source, or what lies before it.
pub(super) fn token(source: &str) -> (usize, Tag<'_>) {
    let until = |end: &str| source.find(end).map_or(source.len(), |at| at + end.len());
    if !source.starts_with('<') {
        return (source.find('<').unwrap_or(source.len()), Tag::Other);
    }
    if source.starts_with("<!--") {
        return (until("-->"), Tag::Other);
    }
    if source.starts_with("<![CDATA[") {
        return (until("]]>"), Tag::Other);
    }
    let mut quote = None;
    let end = source.char_indices().find(|(_, c)| match (quote, *c) {
        (None, '"' | '\'') => {
            quote = Some(*c);
            false
        }
        (Some(open), c) if open == c => {
            quote = None;
            false
        }
        (None, '>') => true,
        _ => false,
    });
    let end = end.map_or(source.len(), |(at, _)| at + 1);
    let tag = &source[1..end];
    let name = tag.find(|c: char| c.is_whitespace() || c == '/' || c == '>');
    let name = &tag[..name.unwrap_or(tag.len())];
    match tag.as_bytes().first() {
        Some(b'/') => (end, Tag::Close),
        Some(b'!' | b'?') => (end, Tag::Other),
        _ if tag.ends_with("/>") => (end, Tag::Other),
        _ => (end, Tag::Open(name)),
    }
}

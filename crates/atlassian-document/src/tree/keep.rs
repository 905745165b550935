//! Placeholders: what Markdown cannot say, named so that the very node can be put back.

use std::sync::Arc;

use percent_encoding::percent_decode_str;

use super::{Block, Inline};

/// The scheme of a placeholder's address. It is none that leads anywhere, and it says what to do.
pub(crate) const SCHEME: &str = "keep:";

/// What the reference of a frame's end begins with.
pub(crate) const END: &str = "end-";

/// The kinds of frames around content that Markdown shows; any other placeholder stands for all of a node.
const FRAMES: &[&str] = &["panel", "body", "frame", "layout", "column"];

/// Frames whose begin and end are lines of their own: whole pages lie in them.
const WIDE: &[&str] = &["layout", "column"];

/// The parameters that say what a macro is about, the most telling first; the one without a name is the
/// page that an `include` shows.
pub(crate) const SUBJECTS: &[&str] = &[
    "key",
    "user",
    "page",
    "",
    "pageTitle",
    "name",
    "filename",
    "file",
    "url",
    "src",
    "jqlQuery",
    "jql",
    "query",
    "cql",
    "diagramName",
    "title",
    "space",
    "spaceKey",
];

/// Whether a reference, or the word that it begins with, is that of a frame.
pub(crate) fn is_frame(reference: &str) -> bool {
    FRAMES.contains(&reference.split('-').next().unwrap_or_default())
}

/// Whether a frame is shown between two lines.
pub(crate) fn is_wide(reference: &str) -> bool {
    WIDE.contains(&reference.split('-').next().unwrap_or_default())
}

/// Shows a frame: as a quotation that begins with the placeholder, or between two lines.
pub(crate) fn framed(keep: Arc<Keep>, content: Vec<Block>) -> Vec<Block> {
    if is_wide(&keep.reference) {
        let end = Keep::end(&keep.reference, &format!("end of {}", keep.label));
        let mut blocks = vec![alone(keep)];
        blocks.extend(content);
        blocks.push(alone(end));
        return blocks;
    }
    let mut blocks = vec![alone(keep)];
    blocks.extend(content);
    vec![Block::Quote(blocks)]
}

/// The longest text that is shown for a node.
const LONGEST_LABEL: usize = 80;

/// A node of the current document that Markdown cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Keep {
    /// Which node: a word for its kind and a number made from what it is.
    pub(crate) reference: String,
    /// What is shown for it, on one line. It says nothing to the one who writes the node back.
    pub(crate) label: String,
    /// Whether it is shown as a picture.
    pub(crate) is_picture: bool,
}

impl Keep {
    /// A placeholder; what cannot stand on one line is cut from its label.
    pub(crate) fn new(reference: &str, label: &str, is_picture: bool) -> Arc<Self> {
        let label = one_line(label);
        let cut = label.char_indices().nth(LONGEST_LABEL);
        let label = match cut {
            Some((end, _)) => format!("{}…", label[..end].trim_end()),
            None => label,
        };
        Arc::new(Self {
            reference: reference.to_owned(),
            label,
            is_picture,
        })
    }

    /// A placeholder as somebody wrote it, with all of its words.
    pub(crate) fn said(reference: &str, label: &str, is_picture: bool) -> Arc<Self> {
        let short = Self::new(reference, label, is_picture);
        if !short.label.ends_with('…') {
            return short;
        }
        let label = one_line(label);
        Arc::new(Self {
            label,
            ..Self::clone(&short)
        })
    }

    /// The end of a frame whose beginning has this reference.
    pub(crate) fn end(reference: &str, label: &str) -> Arc<Self> {
        Self::new(&format!("{END}{reference}"), label, false)
    }

    /// The reference of the frame that ends here.
    pub(crate) fn ends(&self) -> Option<&str> {
        self.reference.strip_prefix(END)
    }

    /// Its address in Markdown.
    pub(crate) fn address(&self) -> String {
        format!("{SCHEME}{}", self.reference)
    }
}

/// Words on one line.
fn one_line(label: &str) -> String {
    let words = label.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let words = words.join(" ");
    words.chars().map(super::normal::storable).collect()
}

/// What a writer of text puts where a node will be put back. No text can hold it: U+0000 is replaced
/// wherever it comes from.
pub(crate) fn mark(reference: &str) -> String {
    format!("\0{reference}\0")
}

/// The reference in an address, in whatever letters its scheme is written and whatever of it is encoded: no
/// other address begins so.
pub(crate) fn reference_in(address: &str) -> Option<String> {
    let address = address.trim();
    // Longer ones are none, and need no decoding.
    let near = address.get(..SCHEME.len() * 3).unwrap_or(address);
    let near = percent_decode_str(near).decode_utf8_lossy();
    let begin = near.get(..SCHEME.len())?;
    begin.eq_ignore_ascii_case(SCHEME).then(|| {
        let decoded = percent_decode_str(address).decode_utf8_lossy();
        decoded[SCHEME.len()..].trim().to_ascii_lowercase()
    })
}

/// A placeholder alone on its line.
pub(crate) fn alone(keep: Arc<Keep>) -> Block {
    Block::Paragraph(vec![Inline::Keep(keep)])
}

/// The placeholder that is all of a block.
pub(crate) fn is_alone(block: &Block) -> Option<&Arc<Keep>> {
    match block {
        Block::Paragraph(content) => match content.as_slice() {
            [Inline::Keep(keep)] => Some(keep),
            _ => None,
        },
        _ => None,
    }
}

/// A number for a text that stays the same on every machine and in every version (FNV-1a, 64 bits,
/// folded to 32), as eight digits.
pub(crate) fn digest(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{:08x}", (hash ^ (hash >> 32)) & 0xffff_ffff)
}

/// Shows every stretch of running text in some blocks.
pub(crate) fn look_at_text(blocks: &[Block], look: &mut dyn FnMut(&[Inline])) {
    for block in blocks {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => look(content),
            Block::List { items, .. } => {
                for item in items {
                    look_at_text(&item.blocks, look);
                }
            }
            Block::Quote(blocks) | Block::Panel { blocks, .. } | Block::Details { blocks, .. } => {
                look_at_text(blocks, look);
            }
            Block::Notes(notes) => notes.iter().for_each(|note| look_at_text(note, look)),
            Block::Table { header, rows } => {
                let cells = std::iter::once(header).chain(rows).flatten();
                cells.for_each(|cell| look(cell));
            }
            Block::Code { .. } | Block::Rule => {}
        }
    }
}

/// Changes every stretch of running text in some blocks.
pub(crate) fn each_text(blocks: &mut [Block], change: &mut dyn FnMut(&mut Vec<Inline>)) {
    for block in blocks {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => change(content),
            Block::List { items, .. } => {
                for item in items {
                    each_text(&mut item.blocks, change);
                }
            }
            Block::Quote(blocks) | Block::Panel { blocks, .. } | Block::Details { blocks, .. } => {
                each_text(blocks, change);
            }
            Block::Notes(notes) => notes.iter_mut().for_each(|note| each_text(note, change)),
            Block::Table { header, rows } => {
                let rows = std::iter::once(header).chain(rows);
                rows.flatten().for_each(&mut *change);
            }
            Block::Code { .. } | Block::Rule => {}
        }
    }
}

/// The placeholders in some blocks, in order.
pub(crate) fn all(blocks: &[Block]) -> Vec<Arc<Keep>> {
    let mut found = Vec::new();
    look_at_text(blocks, &mut |content| {
        found.extend(content.iter().filter_map(|inline| match inline {
            Inline::Keep(keep) => Some(keep.clone()),
            _ => None,
        }));
    });
    found
}

/// The same blocks with the words of the placeholders that are chosen instead of them.
pub(crate) fn as_words(mut blocks: Vec<Block>, chosen: &dyn Fn(&Keep) -> bool) -> Vec<Block> {
    each_text(&mut blocks, &mut |content| {
        for inline in content.iter_mut() {
            if let Inline::Keep(keep) = inline
                && chosen(keep)
            {
                *inline = Inline::plain(keep.label.clone());
            }
        }
        *content = super::normal::inlines(std::mem::take(content));
    });
    blocks
}

//! The elements of a page that are known by their names: how text looks, blocks, what stands around and in blocks.

/// Elements that say how text looks, or nothing: text in them stays, and they are nothing without it.
const LOOKS: &[&str] = &[
    "strong",
    "b",
    "em",
    "i",
    "del",
    "s",
    "strike",
    "span",
    "u",
    "ins",
    "sub",
    "sup",
    "code",
    "tt",
    "kbd",
    "samp",
    "small",
    "big",
    "font",
    "br",
    "wbr",
    "cite",
    "q",
    "abbr",
    "mark",
    "ac:inline-comment-marker",
];

/// Elements around blocks that say nothing of their own, and stay where they are.
pub(crate) const AROUND: &[&str] = &[
    "ac:layout",
    "ac:layout-section",
    "ac:layout-cell",
    "ac:rich-text-body",
    "div",
    "section",
    "header",
    "footer",
    "article",
    "dl",
    "dt",
    "dd",
];

/// Elements that are blocks, whatever stands beside them.
pub(crate) const BLOCKS: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "ac:task-list",
    "table",
    "blockquote",
    "pre",
    "hr",
];

/// Elements that are parts of blocks or of other elements.
const PARTS: &[&str] = &[
    "li",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "colgroup",
    "col",
    "caption",
    "ac:task",
    "ac:task-id",
    "ac:task-uuid",
    "ac:task-status",
    "ac:task-body",
    "ac:parameter",
    "ac:plain-text-body",
    "ac:link-body",
    "ac:plain-text-link-body",
    "ac:adf-fallback",
];

/// Whether an element says how text looks.
pub(crate) fn is_look(name: &str) -> bool {
    LOOKS.contains(&name)
}

/// Whether an element says how text looks, or is a block or a part of one.
pub(crate) fn is_known(name: &str) -> bool {
    [LOOKS, BLOCKS, AROUND, PARTS]
        .iter()
        .any(|names| names.contains(&name))
}

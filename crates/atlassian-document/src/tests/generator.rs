//! Random documents in normal form, with text made of everything that is special somewhere.

use proptest::prelude::*;

use crate::tree::flatten::read_task_box;
use crate::tree::link::Link;
use crate::tree::normal;
use crate::tree::panel::Panel;
use crate::tree::{Block, Cell, Inline, Item, Script, Style};

/// Which documents a format can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subset {
    /// Everything in the tree.
    Everything,
    /// No entry whose text looks like a task: storage format has no other way to say it.
    Storage,
    /// Like storage, without blocks that ADF refuses inside lists and quotes.
    Adf,
    /// Like storage, with one stretch of text between other blocks inside lists, the lists below all of them, and no
    /// quotes inside quotes.
    Wiki,
}

const SNIPPETS: &[&str] = &[
    "*",
    "**",
    "_",
    "__",
    "[",
    "]",
    "<",
    ">",
    "`",
    "``",
    "```",
    "#",
    "##",
    "|",
    "~",
    "~~",
    "!",
    "&",
    "amp;",
    "&amp;",
    "&#32;",
    "\\",
    "1.",
    "12)",
    "-",
    "---",
    "+",
    "=",
    "==",
    ":",
    " ",
    "  ",
    "a",
    "b",
    "word",
    "é",
    "字",
    "字。",
    "（",
    "：",
    "」",
    "한",
    "🎉",
    "\u{a0}",
    "(",
    ")",
    "\"",
    "'",
    "https://x.y",
    "]]>",
    "<br>",
    "</p>",
    "\t",
    "{",
    "}",
    "$",
    "^",
    "@",
    ".",
    ",",
    "[ ]",
    "[x]",
    "[^1]",
    "\u{200b}",
    "—",
    "“",
    "<!--",
    "0",
];

const ADDRESSES: &[&str] = &[
    "https://example.com",
    "https://example.com/a(b)c?d=1&amp=2&lt;#e",
    "http://example.com/with space|pipe",
    "mailto:someone@example.com",
    "/relative/path_with_underscores",
    "#anchor",
    "ftp://example.com/*star*",
    "https://example.com/[x]!",
    "https://example.com/é\\",
];

const TITLES: &[&str] = &[
    "",
    "",
    "",
    "title",
    "a \"quoted\" | \\ title &amp; <b>",
    "`*_[",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(SNIPPETS), 1..7).prop_map(|parts| parts.concat())
}

fn style(plain: bool, wiki: bool) -> BoxedStrategy<Style> {
    let link = (
        prop::sample::select(ADDRESSES),
        prop::sample::select(TITLES),
    )
        .prop_map(move |(href, title)| Link::new(href, if wiki { "" } else { title }))
        .prop_map(move |link| link.filter(|link| !wiki || !link.href.contains('[')));
    let link = prop_oneof![4 => Just(None), 1 => link];
    let mark = move || prop::bool::weighted(if plain { 0.0 } else { 0.3 });
    let script = if plain {
        Just(None).boxed()
    } else {
        let scripts = [Some(Script::Sub), Some(Script::Super)];
        prop_oneof![6 => Just(None), 1 => prop::sample::select(scripts.to_vec())].boxed()
    };
    (mark(), mark(), mark(), mark(), script, link)
        .prop_map(
            |(strong, emphasis, strike, underline, script, link)| Style {
                strong,
                emphasis,
                strike,
                underline,
                script,
                link,
            },
        )
        .boxed()
}

fn inline(subset: Subset) -> impl Strategy<Value = Inline> {
    let wiki = subset == Subset::Wiki;
    let autolink = prop::sample::select(ADDRESSES).prop_map(move |href| {
        let link = Link::new(href, "").filter(|link| !wiki || !link.href.contains('['));
        let text = link.as_ref().map(|link| link.href.clone());
        let style = Style {
            link,
            ..Style::default()
        };
        Inline::text(text.unwrap_or_default(), &style)
    });
    prop_oneof![
        8 => (text(), style(false, wiki)).prop_map(|(text, style)| Inline::Text { text, style }),
        2 => (text(), style(subset == Subset::Adf, wiki))
            .prop_map(|(text, style)| Inline::Code { text, style }),
        1 => autolink,
        1 => Just(Inline::Break),
        1 => mention(subset),
    ]
}

/// A person; storage format and wiki markup hold the account alone.
fn mention(subset: Subset) -> impl Strategy<Value = Inline> {
    let name = if matches!(subset, Subset::Everything | Subset::Adf) {
        prop::sample::select(&["", "Mia", "Mia K. *x*", "[Mia]"][..])
    } else {
        prop::sample::select(&[""][..])
    };
    name.prop_map(|name| Inline::mention("557058:ab-cd_1", name).unwrap())
}

/// A picture on its own: in ADF and wiki markup it stands nowhere else.
fn picture(subset: Subset) -> impl Strategy<Value = Block> {
    let addresses = ["https://example.com/a.png", "http://example.com/b(c)?d=1&e"];
    let title = if matches!(subset, Subset::Adf | Subset::Wiki) {
        ""
    } else {
        "a \"title\""
    };
    let link = prop_oneof![3 => Just(""), 1 => Just("https://example.com")];
    (
        prop::sample::select(addresses.to_vec()),
        prop::sample::select(&["", "shot", "a b"][..]),
        link,
    )
        .prop_filter_map("no picture", move |(address, text, link)| {
            let link = Link::new(link, "");
            let style = Style {
                link,
                ..Style::default()
            };
            Block::paragraph(Inline::image(address, title, text, &style))
        })
}

fn panel(content: impl Strategy<Value = Block>, storage: bool) -> impl Strategy<Value = Block> {
    let kinds: &[Panel] = if storage {
        &[Panel::Info, Panel::Note, Panel::Tip, Panel::Warning]
    } else {
        &[Panel::Info, Panel::Note, Panel::Success, Panel::Error]
    };
    (
        prop::sample::select(kinds),
        prop::collection::vec(content, 1..4),
    )
        .prop_filter_map("an empty panel", |(kind, blocks)| {
            Block::panel(kind, blocks)
        })
}

fn details(content: impl Strategy<Value = Block>) -> impl Strategy<Value = Block> {
    let title = prop::sample::select(&["More", "a <b> & c", ""][..]);
    (title, prop::collection::vec(content, 1..4))
        .prop_filter_map("nothing to open", |(title, blocks)| {
            Block::details(title, blocks)
        })
}

fn inlines(subset: Subset) -> impl Strategy<Value = Vec<Inline>> {
    // Wiki markup writes brackets in addresses by their codes.
    let with_bracket = |inline: &Inline| {
        let link = inline.style().and_then(|style| style.link.as_ref());
        link.is_some_and(|link| link.href.contains(['[', ']']))
    };
    prop::collection::vec(inline(subset), 1..6).prop_filter("a bracket", move |content| {
        let content = normal::inlines(content.clone());
        subset != Subset::Wiki || !content.iter().any(with_bracket)
    })
}

fn paragraph(subset: Subset) -> impl Strategy<Value = Block> {
    inlines(subset).prop_filter_map("nothing to see", Block::paragraph)
}

fn code() -> impl Strategy<Value = Block> {
    let language = prop::sample::select(&["", "java", "python", "c#"][..]);
    let line = prop_oneof![text(), Just(String::new()), Just("   ".to_owned())];
    let lines = prop::collection::vec(line, 0..4);
    (language, lines).prop_map(|(language, lines)| Block::code(language, &lines.join("\n")))
}

fn table(subset: Subset) -> impl Strategy<Value = Block> {
    let cell = prop_oneof![3 => inlines(subset), 1 => Just(Cell::new())];
    let row = prop::collection::vec(cell, 1..4);
    let rows = prop::collection::vec(row, 1..4);
    rows.prop_filter_map("an empty table", |mut rows| {
        let header = rows.remove(0);
        Block::table(header, rows)
    })
}

fn heading(subset: Subset) -> impl Strategy<Value = Block> {
    (1..=6_u64, inlines(subset)).prop_filter_map("nothing to see", |(level, text)| {
        Block::heading(level, text)
    })
}

fn leaf(subset: Subset) -> impl Strategy<Value = Block> {
    prop_oneof![
        6 => paragraph(subset),
        1 => heading(subset),
        1 => code(),
        1 => table(subset),
        1 => picture(subset),
        1 => Just(Block::Rule),
    ]
}

fn list(
    subset: Subset,
    content: impl Strategy<Value = Block> + 'static,
) -> impl Strategy<Value = Block> {
    let start = prop_oneof![
        3 => Just(None),
        1 => Just(Some(1)),
        1 => (0..2_000_000_000_u64).prop_map(Some),
    ];
    let checked = prop_oneof![3 => Just(None), 1 => any::<bool>().prop_map(Some)];
    let blocks = prop::collection::vec(content, 0..3);
    let item = (checked, blocks).prop_map(|(checked, blocks)| Item { checked, blocks });
    let unambiguous = move |item: &Item| {
        let mut read = item.clone();
        read_task_box(&mut read);
        subset == Subset::Everything || read == *item
    };
    let item = item.prop_filter("looks like a task", unambiguous).boxed();
    let tasks = prop::collection::vec(item.clone(), 1..4).prop_map(|mut items| {
        for item in &mut items {
            item.checked.get_or_insert(true);
        }
        items
    });
    let items = prop_oneof![3 => prop::collection::vec(item, 1..4), 1 => tasks];
    (start, items).prop_filter_map("no items", |(start, items)| Block::list(start, items))
}

fn block(subset: Subset) -> BoxedStrategy<Block> {
    if subset == Subset::Wiki {
        return wiki_block();
    }
    if subset == Subset::Adf {
        let leaf = prop_oneof![3 => paragraph(subset), 1 => code()];
        let inner = leaf.prop_recursive(3, 12, 3, move |inner| list(subset, inner));
        let quote = prop::collection::vec(inner.clone(), 1..4)
            .prop_filter_map("an empty quote", Block::quote);
        let panel = panel(inner.clone(), false);
        let opened = details(prop_oneof![self::leaf(subset), inner.clone()]);
        let parts =
            prop_oneof![4 => self::leaf(subset), 4 => inner, 2 => quote, 1 => panel, 1 => opened];
        return parts.boxed();
    }
    leaf(subset)
        .prop_recursive(3, 16, 3, move |inner| {
            let quote = prop::collection::vec(inner.clone(), 1..4)
                .prop_filter_map("an empty quote", Block::quote);
            let panel = panel(inner.clone(), subset == Subset::Storage);
            let details = details(inner.clone());
            prop_oneof![4 => list(subset, inner), 2 => quote, 1 => panel, 1 => details]
        })
        .boxed()
}

/// A list of wiki markup whose entries hold such blocks, and lists below them.
fn wiki_list(content: BoxedStrategy<Block>) -> BoxedStrategy<Block> {
    let checked = prop_oneof![3 => Just(None), 1 => any::<bool>().prop_map(Some)];
    // Two texts would be one, and so would two tables.
    let joins = |one: &Block, other: &Block| {
        let is_text = |block: &Block| matches!(block, Block::Paragraph(_));
        let is_table = |block: &Block| matches!(block, Block::Table { .. });
        is_text(one) && is_text(other) || is_table(one) && is_table(other)
    };
    let unambiguous = |item: &Item| {
        let mut read = item.clone();
        read_task_box(&mut read);
        read == *item
    };
    let text = prop::option::of(paragraph(Subset::Wiki));
    let others = prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(content, 1..4)];
    let entry = (checked, text, others)
        .prop_map(move |(checked, text, others)| {
            let mut blocks: Vec<Block> = text.into_iter().chain(others).collect();
            blocks.dedup_by(|next, last| joins(last, next));
            Item { checked, blocks }
        })
        .prop_filter("looks like a task", unambiguous)
        .boxed();
    let list_of = |items: BoxedStrategy<Item>| {
        let start = prop_oneof![Just(None), Just(Some(1))];
        (start, prop::collection::vec(items, 1..4))
            .prop_filter_map("no items", |(start, items)| Block::list(start, items))
    };
    let inner = list_of(entry.clone());
    let outer = (entry, prop::option::of(inner)).prop_map(|(mut item, below)| {
        item.blocks.extend(below);
        item
    });
    list_of(outer.boxed()).boxed()
}

fn wiki_block() -> BoxedStrategy<Block> {
    let leaf = leaf(Subset::Wiki).boxed();
    let quote = |content: BoxedStrategy<Block>| {
        prop::collection::vec(content, 1..4).prop_filter_map("an empty quote", Block::quote)
    };
    let part = prop_oneof![2 => leaf.clone(), 1 => wiki_list(leaf.clone())].boxed();
    let framed = prop_oneof![1 => quote(part.clone()), 1 => panel(part.clone(), false)];
    let in_entry = prop_oneof![3 => leaf, 1 => framed.clone()].boxed();
    let in_panel = prop_oneof![2 => part.clone(), 1 => quote(part.clone())].boxed();
    prop_oneof![
        4 => part,
        2 => wiki_list(in_entry),
        1 => framed,
        1 => panel(in_panel, false)
    ]
    .boxed()
}

/// A whole document that a format can hold.
pub(super) fn document(subset: Subset) -> impl Strategy<Value = Vec<Block>> {
    prop::collection::vec(block(subset), 0..5)
}

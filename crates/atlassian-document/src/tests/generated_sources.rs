//! Generated pages and texts with every element: read as Markdown, one word changed, written. Nothing else differs.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::real_documents::words;
use crate::{Losses, edit_storage, edit_wiki, storage_to_markdown, wiki_to_markdown};

/// Where a word is to stand that stands nowhere else.
const SLOT: &str = "§";

/// How many words of one text are tried.
const TRIED: usize = 6;

/// Running text of a page. The second list is for what stands on its own between white space.
const PAGE_WORDS: &[&str] = &[
    "§",
    "§ §",
    "<strong>§</strong>",
    "<em>§ <b>§</b></em>",
    "<u>§</u>",
    "<del>§</del>",
    "10<sup>§</sup>",
    "H<sub>2</sub>§",
    "<code>§ &lt;§&gt;</code>",
    "<span style=\"color: rgb(255,86,48);\">§</span>",
    "<a href=\"https://example.com/?a=1&amp;b=2\">§</a>",
    "<ac:inline-comment-marker ac:ref=\"r-§\">§</ac:inline-comment-marker>",
    "<ac:inline-comment-marker ac:ref=\"s-§\">§ <strong>§</strong></ac:inline-comment-marker>",
    "<ac:link><ri:user ri:account-id=\"5b10a\" /></ac:link>",
    "<ac:link ac:anchor=\"top\"><ri:page ri:space-key=\"ENG\" ri:content-title=\"§\" /><ac:link-body>§ <em>§</em></ac:link-body></ac:link>",
    "<ac:link><ri:page ri:content-title=\"§\" /><ac:plain-text-link-body><![CDATA[§ & §]]></ac:plain-text-link-body></ac:link>",
    "<ac:link><ri:attachment ri:filename=\"§.pdf\" /></ac:link>",
    "<ac:image ac:width=\"16\"><ri:attachment ri:filename=\"§.png\" /></ac:image>",
    "<ac:structured-macro ac:name=\"status\" ac:macro-id=\"§\"><ac:parameter ac:name=\"title\">§</ac:parameter><ac:parameter ac:name=\"colour\">Green</ac:parameter></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"jira\" ac:schema-version=\"1\"><ac:parameter ac:name=\"key\">ENG-1</ac:parameter></ac:structured-macro>",
    "<time datetime=\"2026-03-01\" />",
    "<ac:emoticon ac:name=\"smile\" />",
    "<ac:emoticon ac:name=\"blue-star\" ac:emoji-shortname=\":rocket:\" ac:emoji-id=\"1f680\" ac:emoji-fallback=\"🚀\" />",
    "<ac:placeholder>§</ac:placeholder>",
    "§<br />§",
    "&nbsp;§&hellip;",
    "§ &amp; §",
    "&eacute;§",
    "\n  §",
];

/// Blocks that hold no others. `¶` is running text.
const PAGE_BLOCKS: &[&str] = &[
    "<p>¶</p>",
    "<p local-id=\"§\" style=\"text-align: right;\">¶</p>",
    "<p />",
    "<h2 local-id=\"§\">¶</h2>",
    "<hr />",
    "<pre>§\n  §</pre>",
    "<ac:image ac:align=\"center\" ac:width=\"300\" ac:alt=\"§\"><ri:attachment ri:filename=\"§.png\" ri:version-at-save=\"1\" /><ac:caption><p>§ §</p></ac:caption></ac:image>",
    "<ac:image ac:src=\"x\"><ri:url ri:value=\"https://example.com/a.png\" /></ac:image>",
    "<ac:structured-macro ac:name=\"toc\" ac:schema-version=\"1\" ac:macro-id=\"§\" />",
    "<ac:structured-macro ac:name=\"code\" ac:schema-version=\"1\" ac:macro-id=\"§\"><ac:parameter ac:name=\"language\">java</ac:parameter><ac:parameter ac:name=\"title\">§</ac:parameter><ac:plain-text-body><![CDATA[if (§ < 1 && x) {\n  § }]]></ac:plain-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"noformat\"><ac:plain-text-body><![CDATA[§]]]]><![CDATA[> §]]></ac:plain-text-body></ac:structured-macro>",
    "<ul><li>§</li><li><p>¶</p><ol start=\"3\"><li>§ §</li></ol></li></ul>",
    "<ul>\n<li><p>¶</p></li>\n<li>§</li>\n<ul><li>§</li></ul></ul>",
    "<ac:task-list>\n<ac:task>\n<ac:task-id>7</ac:task-id>\n<ac:task-uuid>§</ac:task-uuid>\n<ac:task-status>incomplete</ac:task-status>\n<ac:task-body><span class=\"placeholder-inline-tasks\">¶</span></ac:task-body>\n</ac:task>\n<ac:task><ac:task-id>8</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>§</ac:task-body></ac:task></ac:task-list>",
    "<table data-layout=\"wide\" ac:local-id=\"§\"><colgroup><col style=\"width: 90.0px;\" /><col /></colgroup><thead><tr><th><p>§</p></th><th><p><strong>§</strong></p></th></tr></thead><tbody><tr><td data-highlight-colour=\"#fff\"><p>¶</p></td><td>§</td></tr><tr><th>§</th><td><p>§</p><ul><li>§</li></ul></td></tr></tbody></table>",
    "<table><tbody><tr><td rowspan=\"2\">§</td><td colspan=\"2\"><p>§ §</p></td></tr><tr><td>§</td><td>¶</td></tr></tbody></table>",
    "<ac:adf-extension><ac:adf-node type=\"decision-list\"><ac:adf-attribute key=\"local-id\">1</ac:adf-attribute></ac:adf-node></ac:adf-extension>",
];

/// What stands around blocks, before and behind them.
const PAGE_FRAMES: &[(&str, &str)] = &[
    ("<blockquote>", "</blockquote>"),
    ("<div class=\"x\">\n", "\n</div>"),
    (
        "<ac:structured-macro ac:name=\"info\" ac:macro-id=\"§\"><ac:rich-text-body>",
        "</ac:rich-text-body></ac:structured-macro>",
    ),
    (
        "<ac:structured-macro ac:name=\"note\"><ac:parameter ac:name=\"title\">§</ac:parameter><ac:rich-text-body>\n",
        "</ac:rich-text-body></ac:structured-macro>",
    ),
    (
        "<ac:structured-macro ac:name=\"panel\"><ac:parameter ac:name=\"bgColor\">#deebff</ac:parameter><ac:rich-text-body>",
        "</ac:rich-text-body></ac:structured-macro>",
    ),
    (
        "<ac:structured-macro ac:name=\"expand\" ac:macro-id=\"§\"><ac:parameter ac:name=\"title\">§ §</ac:parameter><ac:rich-text-body>",
        "</ac:rich-text-body></ac:structured-macro>",
    ),
    (
        "<ac:structured-macro ac:name=\"excerpt\"><ac:parameter ac:name=\"hidden\">true</ac:parameter><ac:rich-text-body>",
        "</ac:rich-text-body></ac:structured-macro>",
    ),
    (
        "<ac:structured-macro ac:name=\"section\"><ac:rich-text-body><ac:structured-macro ac:name=\"column\"><ac:parameter ac:name=\"width\">30%</ac:parameter><ac:rich-text-body>",
        "</ac:rich-text-body></ac:structured-macro></ac:rich-text-body></ac:structured-macro>",
    ),
];

const TEXT_WORDS: &[&str] = &[
    "§",
    "§ §",
    "*§*",
    "_§ *§*_",
    "-§-",
    "+§+",
    "10^§^",
    "H~2~§",
    "{*}§{*}§",
    "{{§ (§)}}",
    "??§??",
    "{color:#ff0000}§ §{color}",
    "[§|https://example.com/a?b=1&c=2]",
    "[§ *§*|https://example.com/d|tip]",
    "[https://example.com/e]",
    "https://example.com/f",
    "[~mia]",
    "[~accountid:5b10a]",
    "[^§.log]",
    "!§.png!",
    "!§.png|thumbnail,width=300!",
    "!https://example.com/a.png|align=right!",
    "{status:colour=Green|title=§}",
    "{anchor:§}",
    "{jira:ENG-1}",
    "(/) §",
    "§ :)",
    "\\{§\\}",
    "§&amp;§",
    "&#91;§",
    "§--§",
    "§\\\\§",
    "a * § - b",
    "{toc}",
    "{unknown}§{unknown}",
];

const TEXT_BLOCKS: &[&str] = &[
    "¶",
    "¶\n¶",
    "¶  \n  §",
    "h2. ¶",
    "h6.  §",
    "bq. ¶",
    "----",
    "* ¶\n* §\n** §\n** ¶\n* §",
    "# §\n#* ¶\n#* §\n# ¶",
    "- §\n- ¶\nmore §",
    "* [x] §\n* [ ] §",
    "||§||§||\n|¶|§|\n|{color:red}§{color}|!§.png|thumbnail!|",
    "||§|§|\n||§|¶|",
    "|§|§|\n| § | |",
    "{code}\n§ * {x}\n  §\n{code}",
    "{code:java}\n§\n{code}",
    "{code:title=§.java|borderStyle=solid|language=java}\n§\n\n§\n{code}",
    "{code:whitespace}§{code}",
    "{noformat}\n§ [x]\n{noformat}",
    "{noformat:nopanel=true}§{noformat}",
    "{excerpt}§{excerpt}",
    "{toc:maxLevel=2}",
    "{gallery}",
];

const TEXT_FRAMES: &[(&str, &str)] = &[
    ("{quote}\n", "\n{quote}"),
    ("{quote}", "{quote}"),
    ("{panel}\n", "\n{panel}"),
    (
        "{panel:title=§|borderStyle=dashed|bgColor=#eee}\n",
        "\n{panel}",
    ),
    ("{info}\n", "\n{info}"),
    ("{warning:title=§}\n\n", "\n{warning}"),
];

/// What a format is made of.
#[derive(Clone, Copy)]
struct Parts {
    words: &'static [&'static str],
    blocks: &'static [&'static str],
    frames: &'static [(&'static str, &'static str)],
    /// What may stand between blocks.
    between: &'static [&'static str],
}

const PAGE: Parts = Parts {
    words: PAGE_WORDS,
    blocks: PAGE_BLOCKS,
    frames: PAGE_FRAMES,
    between: &["", "", "\n", "<!-- x -->"],
};

const TEXT: Parts = Parts {
    words: TEXT_WORDS,
    blocks: TEXT_BLOCKS,
    frames: TEXT_FRAMES,
    between: &["\n\n", "\n\n", "\n \n\n", "\r\n\r\n"],
};

fn block(parts: Parts) -> impl Strategy<Value = String> {
    let line = vec(select(parts.words), 1..5).prop_map(|words| words.join(" "));
    (select(parts.blocks), vec(line, 3)).prop_map(|(block, lines)| {
        let mut lines = lines.into_iter().cycle();
        let mut pieces = block.split('¶');
        let mut written = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            written.extend(lines.next());
            written.push_str(piece);
        }
        written
    })
}

fn blocks(parts: Parts, nested: bool) -> BoxedStrategy<String> {
    let one = if nested {
        let framed = (select(parts.frames), blocks(parts, false));
        let framed =
            framed.prop_map(|((before, behind), inside)| [before, &inside, behind].concat());
        prop_oneof![4 => block(parts), 1 => framed].boxed()
    } else {
        block(parts).boxed()
    };
    vec((one, select(parts.between)), 1..5)
        .prop_map(|blocks| {
            let mut written = String::new();
            let last = blocks.len() - 1;
            for (index, (block, between)) in blocks.into_iter().enumerate() {
                written.push_str(&block);
                written.push_str(if index == last { "" } else { between });
            }
            written
        })
        .boxed()
}

/// Whether a word came into a slot.
fn is_own(word: &str) -> bool {
    word.len() == 4 && word.starts_with('q')
}

/// The text with a word of its own in every slot.
fn filled(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (number, piece) in text.split(SLOT).enumerate() {
        if number > 0 {
            let letter = |place: u32| {
                char::from(b'a' + u8::try_from(number / 26_usize.pow(place) % 26).unwrap())
            };
            written.extend(['q', letter(2), letter(1), letter(0)]);
        }
        written.push_str(piece);
    }
    written
}

fn page() -> impl Strategy<Value = String> {
    let section = (
        select(&["single", "two_equal"][..]),
        blocks(PAGE, true),
        blocks(PAGE, true),
    );
    let section = section.prop_map(|(kind, one, other)| {
        let cell = |blocks: &str| format!("<ac:layout-cell>{blocks}</ac:layout-cell>");
        let cells = match kind {
            "single" => cell(&one),
            _ => format!("{}\n{}", cell(&one), cell(&other)),
        };
        format!("<ac:layout-section ac:type=\"{kind}\">{cells}</ac:layout-section>")
    });
    let layout = vec(section, 1..3);
    let layout =
        layout.prop_map(|sections| format!("<ac:layout>{}</ac:layout>", sections.concat()));
    prop_oneof![3 => blocks(PAGE, true), 1 => layout].prop_map(|page| filled(&page))
}

fn text() -> impl Strategy<Value = String> {
    blocks(TEXT, true).prop_map(|text| filled(&text))
}

/// The words that are changed: some of those that stand once and in no placeholder.
fn tried<'a>(shown: &'a str, source: &str) -> Vec<&'a str> {
    let words = words(shown, source).into_iter();
    let words: Vec<&str> = words.filter(|word| is_own(word)).collect();
    let step = words.len().div_ceil(TRIED).max(1);
    words.into_iter().step_by(step).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_of_a_generated_page_changes_alone(page in page()) {
        let shown = storage_to_markdown(&page);
        prop_assert_eq!(edit_storage(&page, &shown, Losses::Refused), Ok(page.clone()));
        for word in tried(&shown, &page) {
            let edited = edit_storage(&page, &shown.replace(word, "thread"), Losses::Refused);
            prop_assert_eq!(edited, Ok(page.replace(word, "thread")), "{}: {}\n{}", word, shown, page);
        }
    }

    #[test]
    fn every_word_of_a_generated_text_in_wiki_markup_changes_alone(text in text()) {
        let shown = wiki_to_markdown(&text);
        prop_assert_eq!(edit_wiki(&text, &shown, Losses::Refused), Ok(text.clone()));
        for word in tried(&shown, &text) {
            let edited = edit_wiki(&text, &shown.replace(word, "thread"), Losses::Refused);
            prop_assert_eq!(edited, Ok(text.replace(word, "thread")), "{}: {}\n{}", word, shown, text);
        }
    }
}

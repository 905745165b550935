//! Generated pages and texts with every element: read as Markdown, one word changed, written. Nothing else differs.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::generated_parts::{PAGE, Parts, TEXT};
use super::real_documents::words;
use crate::{Losses, edit_storage, edit_wiki, markdown, storage_to_markdown, wiki_to_markdown};

/// Where a word is to stand that stands nowhere else.
const SLOT: &str = "§";

/// How many words of one text are tried.
const TRIED: usize = 6;

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
    let beside = (blocks(PAGE, true), layout.clone(), blocks(PAGE, false));
    let beside = beside.prop_map(|(before, layout, behind)| [before, layout, behind].concat());
    prop_oneof![3 => blocks(PAGE, true), 1 => layout, 1 => beside].prop_map(|page| filled(&page))
}

/// A page with blocks in the cells of a table, which Markdown shows as lines.
fn page_with_cells() -> impl Strategy<Value = String> {
    let cells = vec(blocks(PAGE, false), 1..4);
    cells.prop_map(|cells| {
        let cells = cells
            .iter()
            .map(|cell| format!("<tr><td>{cell}</td><td>§</td></tr>"));
        let rows: String = cells.collect();
        filled(&format!(
            "<table><tbody><tr><th>§</th><th>§</th></tr>{rows}</tbody></table>"
        ))
    })
}

/// The Markdown of some blocks with a paragraph more at a place.
fn with_paragraph(shown: &str, place: usize) -> String {
    let mut blocks = markdown::read(shown);
    let at = place % (blocks.len() + 1);
    blocks.splice(at..at, markdown::read("inserted words"));
    markdown::write(&blocks)
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
    fn every_word_of_a_cell_changes_alone_or_not_at_all(page in page_with_cells()) {
        let shown = storage_to_markdown(&page);
        prop_assert_eq!(edit_storage(&page, &shown, Losses::Refused), Ok(page.clone()));
        for word in tried(&shown, &page) {
            if let Ok(edited) = edit_storage(&page, &shown.replace(word, "thread"), Losses::Refused) {
                prop_assert_eq!(edited, page.replace(word, "thread"), "{}: {}\n{}", word, shown, page);
            }
        }
    }

    #[test]
    fn a_paragraph_that_comes_to_a_generated_page_changes_nothing_else(page in page(), place in 0..9_usize) {
        let edited = with_paragraph(&storage_to_markdown(&page), place);
        let Ok(written) = edit_storage(&page, &edited, Losses::Refused) else {
            // Between the columns of a layout, say.
            return Ok(());
        };
        prop_assert_eq!(storage_to_markdown(&written), &*edited, "{}\n{}", page, written);
        let section = "<ac:layout-section ac:type=\"single\"><ac:layout-cell><p>inserted words</p></ac:layout-cell></ac:layout-section>";
        let without = written.replace(section, "").replace("<p>inserted words</p>", "");
        prop_assert_eq!(without, page, "{}", edited);
    }

    #[test]
    fn a_paragraph_that_comes_to_a_generated_text_in_wiki_markup_changes_nothing_else(text in text(), place in 0..9_usize) {
        let edited = with_paragraph(&wiki_to_markdown(&text), place);
        let written = edit_wiki(&text, &edited, Losses::Refused).unwrap();
        prop_assert_eq!(wiki_to_markdown(&written), &*edited, "{}\n{}", text, written);
        // Blocks stand apart from what is new.
        let lines = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(lines(&written.replacen("inserted words", "", 1)), lines(&text), "{}", edited);
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

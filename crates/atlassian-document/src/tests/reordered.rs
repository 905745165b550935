//! Blocks are deleted, moved, put into new quotations, added, and have words changed, all at once: each stays what it was.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::{Losses, edit_storage, storage_to_markdown};

/// Blocks that Markdown cannot say in full, each once. Their words stand in no other, and `word#` is the one that changes.
const BLOCKS: &[&str] = &[
    "<p>plain prose about a word# here</p>",
    "<ac:structured-macro ac:name=\"noformat\" ac:macro-id=\"n\"><ac:plain-text-body><![CDATA[raw listing of word# output]]></ac:plain-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"plantuml\" ac:macro-id=\"u\"><ac:parameter ac:name=\"border\">1</ac:parameter><ac:plain-text-body><![CDATA[alice -> bob: word# greets\nbob -> carol: answer]]></ac:plain-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"code\" ac:macro-id=\"c\"><ac:parameter ac:name=\"language\">java</ac:parameter><ac:parameter ac:name=\"linenumbers\">true</ac:parameter><ac:plain-text-body><![CDATA[int word# = compute(first, second);]]></ac:plain-text-body></ac:structured-macro>",
    "<ac:structured-macro ac:name=\"info\" ac:macro-id=\"i\"><ac:parameter ac:name=\"icon\">false</ac:parameter><ac:rich-text-body><p>notice for word# readers</p><p>second sentence within</p></ac:rich-text-body></ac:structured-macro>",
    "<table data-layout=\"wide\" ac:local-id=\"t\"><tbody><tr><th>key</th><th>value</th></tr><tr><td data-highlight-colour=\"white\">speed of word# pumps</td><td><ul><li><p>slow</p></li><li><p>fast</p></li></ul></td></tr></tbody></table>",
    "<table><tbody><tr><th colspan=\"2\">merged heading</th></tr><tr><td>left side word# cell</td><td>right side cell</td></tr></tbody></table>",
    "<ac:structured-macro ac:name=\"expand\" ac:macro-id=\"e\"><ac:parameter ac:name=\"title\">Details</ac:parameter><ac:rich-text-body><p>hidden matter with word# inside</p></ac:rich-text-body></ac:structured-macro>",
    "<ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-uuid>x</ac:task-uuid><ac:task-status>incomplete</ac:task-status><ac:task-body>buy some word# milk</ac:task-body></ac:task><ac:task><ac:task-id>8</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>sell old bread</ac:task-body></ac:task></ac:task-list>",
    "<h2>chapter concerning word# matters</h2>",
];

/// What is done to the block at a place, which is counted from the start again where there are fewer.
#[derive(Debug, Clone, Copy)]
enum Act {
    Delete(usize),
    Move(usize, usize),
    Word(usize),
    Quote(usize),
    Add(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let at = 0..BLOCKS.len();
    prop_oneof![
        at.clone().prop_map(Act::Delete),
        (at.clone(), at.clone()).prop_map(|(from, to)| Act::Move(from, to)),
        at.clone().prop_map(Act::Word),
        at.clone().prop_map(Act::Quote),
        at.prop_map(Act::Add),
    ]
}

/// A block: its source, and what Markdown shows of it.
type Pair = (String, String);

fn done(blocks: &mut Vec<Pair>, act: Act, number: usize) {
    let length = blocks.len();
    if length == 0 {
        return;
    }
    match act {
        Act::Delete(at) => {
            blocks.remove(at % length);
        }
        Act::Move(from, to) => {
            let block = blocks.remove(from % length);
            blocks.insert(to % length, block);
        }
        Act::Word(at) => {
            let (source, shown) = &mut blocks[at % length];
            for text in [source, shown] {
                *text = text.replace("word", "other");
            }
        }
        Act::Quote(at) => {
            let (source, shown) = &mut blocks[at % length];
            if !source.starts_with("<blockquote>") {
                *source = format!("<blockquote>{source}</blockquote>");
                let lines = shown.lines().map(|line| format!("> {line}"));
                let lines: Vec<String> = lines.map(|line| line.trim_end().to_owned()).collect();
                *shown = lines.join("\n");
            }
        }
        Act::Add(at) => {
            let text = format!("brandnew{number} addition{number}");
            blocks.insert(at % length, (format!("<p>{text}</p>"), text));
        }
    }
}

proptest! {
    #[test]
    fn what_is_put_elsewhere_and_changed_stays_what_it_was(acts in vec(act(), 1..6)) {
        let blocks = BLOCKS.iter().enumerate();
        let mut blocks: Vec<Pair> = blocks
            .map(|(number, block)| {
                let source = block.replace('#', &number.to_string());
                let shown = storage_to_markdown(&source);
                (source, shown)
            })
            .collect();
        let all = |blocks: &[Pair]| -> Pair {
            let shown: Vec<&str> = blocks.iter().map(|(_, shown)| shown.as_str()).collect();
            (blocks.iter().map(|(source, _)| source.as_str()).collect(), shown.join("\n\n"))
        };
        let (page, before) = all(&blocks);
        prop_assert_eq!(&storage_to_markdown(&page), &before);
        for (number, act) in acts.into_iter().enumerate() {
            done(&mut blocks, act, number);
        }
        let (expected, edited) = all(&blocks);
        prop_assert_eq!(edit_storage(&page, &edited, Losses::Refused), Ok(expected), "{}", edited);
    }
}

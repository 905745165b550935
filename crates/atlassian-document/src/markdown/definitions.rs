//! Link reference definitions that nothing refers to: they stay text.
//!
//! `CommonMark` (section 4.7) shows no definition. But `[APP-1]: done` and `[~accountid:…]: please` are lines
//! that people write without knowing of definitions, and a text must not lose a line for that.

use std::collections::{HashSet, VecDeque};
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, RefDefs, Tag, TagEnd};

use crate::tree::collector::Collector;

/// A definition that is text: where it begins, and the Markdown for what it says.
pub(super) struct Unused(VecDeque<(usize, String)>);

/// What begins the name of a person.
const PERSON: &str = "[~accountid:";

/// The text with no definition for people: `[~accountid:…]: done` says something to somebody, also where that person is
/// mentioned elsewhere, which would be a reference to the definition.
pub(super) fn undefined(source: &str, events: &[(Event<'_>, Range<usize>)]) -> Option<String> {
    let mut code = events.iter().filter_map(|(event, range)| match event {
        Event::Code(_) | Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => Some(range),
        _ => None,
    });
    let mut last: Option<&Range<usize>> = None;
    let (mut written, mut from) = (String::new(), 0);
    for (at, _) in source.match_indices(PERSON) {
        let name = at + PERSON.len();
        let end = source[name..].find([']', '\n']).map(|length| name + length);
        let Some(end) = end.filter(|end| source[*end..].starts_with("]:")) else {
            continue;
        };
        while last.is_none_or(|last| last.end <= at) {
            match code.next() {
                Some(range) => last = Some(range),
                None => break,
            }
        }
        if last.is_none_or(|last| !last.contains(&at)) {
            written.extend([&source[from..=end], "\\"]);
            from = end + 1;
        }
    }
    (from > 0).then(|| written + &source[from..])
}

/// Definitions that stand for a comment; there the name says that nobody is to see them.
const COMMENTS: [&str; 2] = ["[//]:", "[comment]:"];

impl Unused {
    /// The definitions of a document that are not used, and those of a name that is defined before.
    pub(super) fn of(
        source: &str,
        events: &[(Event<'_>, Range<usize>)],
        definitions: &RefDefs<'_>,
    ) -> Self {
        if !source.contains("]:") {
            return Self(VecDeque::new());
        }
        let used: HashSet<usize> = events
            .iter()
            .filter_map(|(event, _)| Some(definitions.get(reference(event)?)?.span.start))
            .collect();
        let defined = definitions.iter();
        let mut defined: Vec<Range<usize>> = defined
            .map(|(_, definition)| definition.span.clone())
            .collect();
        defined.sort_unstable_by_key(|span| span.start);
        let is_defined = |place: usize| {
            let behind = defined.partition_point(|span| span.start <= place);
            behind > 0 && defined[behind - 1].contains(&place)
        };
        let mut found = hidden_lines(source, events);
        found.retain(|line| !is_defined(line.start));
        found.extend(
            defined
                .into_iter()
                .filter(|span| !used.contains(&span.start)),
        );
        found.sort_unstable_by_key(|span| span.start);
        let texts = found
            .into_iter()
            .filter(|span| !is_comment(&source[span.clone()]));
        Self(
            texts
                .map(|span| (span.start, as_text(&source[span])))
                .collect(),
        )
    }

    /// Reads those that stand before what this event reads.
    pub(super) fn read_before(
        &mut self,
        event: &Event<'_>,
        range: &Range<usize>,
        collector: &mut Collector,
    ) {
        match event {
            // What ends has them inside.
            Event::End(
                TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::FootnoteDefinition,
            ) => self.read_before_place(range.end, collector),
            Event::End(_) => {}
            _ => self.read_before_place(range.start, collector),
        }
    }

    /// Reads those that stand before a place.
    pub(super) fn read_before_place(&mut self, place: usize, collector: &mut Collector) {
        while let Some((_, text)) = self.0.pop_front_if(|(start, _)| *start < place) {
            collector.block(super::read(&text));
        }
    }
}

/// The name of the definition that a link or a picture refers to.
fn reference<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    let Event::Start(Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. }) = event
    else {
        return None;
    };
    let refers = matches!(
        link_type,
        LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut
    );
    refers.then_some(id)
}

/// Lines that begin as a definition does, and of which the parser made nothing: of two definitions of one
/// name it tells of the first only.
fn hidden_lines(source: &str, events: &[(Event<'_>, Range<usize>)]) -> Vec<Range<usize>> {
    let mut shown = events
        .iter()
        .filter(|(event, _)| !is_container(event))
        .peekable();
    let (mut found, mut line_start, mut shown_to) = (Vec::new(), 0, 0);
    for line in source.split_inclusive('\n') {
        let end = line_start + line.trim_end().len();
        line_start += line.len();
        let in_front = |c: char| c.is_ascii_digit() || " \t>*+-.)".contains(c);
        let own = line.trim_end().trim_start_matches(in_front);
        if own.starts_with("[^") || !is_definition(own) {
            continue;
        }
        let at = end - own.len();
        while let Some((_, range)) = shown.next_if(|(_, range)| range.start <= at) {
            shown_to = shown_to.max(range.end);
        }
        if shown_to <= at {
            found.push(at..end);
        }
    }
    found
}

/// Whether an event tells of something around blocks, in which definitions may stand.
fn is_container(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::End(_)
            | Event::Start(
                Tag::BlockQuote(_) | Tag::List(_) | Tag::Item | Tag::FootnoteDefinition(_)
            )
    )
}

fn is_comment(definition: &str) -> bool {
    let is = |name: &str| {
        let begin = definition.get(..name.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(name))
    };
    let Some(name) = COMMENTS.iter().find(|name| is(name)) else {
        return false;
    };
    let target = definition[name.len()..].trim_start();
    target.starts_with("<>") || target.split_whitespace().next() == Some("#")
}

/// The lines of a definition as Markdown that defines nothing.
fn as_text(definition: &str) -> String {
    let mut lines = definition.lines();
    let first = lines.next().unwrap_or_default().trim_end().to_owned();
    // The marks of quotations around it are no part of it.
    let others = lines.map(|line| line.trim_matches([' ', '\t', '>']));
    let others = others.filter(|line| !line.is_empty());
    let text = others.fold(first, |text, line| format!("{text} {line}"));
    match name_end(&text) {
        Some(at) => format!("{}\\{}", &text[..=at], &text[at + 1..]),
        None => text,
    }
}

/// Whether a line begins with a name in brackets and a colon.
fn is_definition(line: &str) -> bool {
    let end = name_end(line).filter(|_| line.starts_with('['));
    end.is_some_and(|end| line[end..].starts_with("]:") && !line[1..end].trim().is_empty())
}

/// Where the first bracket is closed that is not escaped.
fn name_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    let is_end = |(_, c): &(usize, char)| {
        let ends = *c == ']' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    };
    text.char_indices().find(is_end).map(|(at, _)| at)
}

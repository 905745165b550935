//! Puts what is written for Cloud into the words of Data Center, whose code macro shows an error for a language
//! that it does not know, which has no accounts, and which calls headings otherwise.

use std::collections::{HashMap, HashSet};

use super::reader::read;
use super::writer::escaped;
use crate::tree::anchors;
use crate::tree::language::{self, Target};

/// A code macro as it is written here. One that Confluence stored has further attributes, and is left alone
/// unless its language was changed.
const CODE: &str = "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">";
const CODE_WITHOUT_LANGUAGE: &str = "<ac:structured-macro ac:name=\"code\">";
const MACRO: &str = "<ac:structured-macro ";
const PARAMETER: &str = "<ac:parameter ";
const LANGUAGE: &str = "<ac:parameter ac:name=\"language\">";
const PARAMETER_END: &str = "</ac:parameter>";
const PERSON: &str = "<ri:user ri:account-id=\"";
const ANCHOR: &str = "<ac:link ac:anchor=\"";
const LITERAL: &str = "<![CDATA[";
const LITERAL_END: &str = "]]>";

/// How many digits the key of a user has.
const KEY_LENGTH: usize = 32;

/// The same page for Data Center, which has stored it as `before`: there, languages stay.
pub(crate) fn for_data_center(storage: &str, before: &str) -> String {
    let stored = Stored::new(before);
    let headings = Headings::of(storage, before);
    let mut written = String::with_capacity(storage.len());
    let mut rest = storage;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        written.push_str(before);
        rest = literal(tag, &mut written)
            .or_else(|| code(tag, &mut written))
            .or_else(|| stored.changed_code(tag, &mut written))
            .or_else(|| person(tag, &mut written))
            .or_else(|| headings.link(tag, &mut written))
            .unwrap_or_else(|| {
                written.push('<');
                &tag[1..]
            });
    }
    written.push_str(rest);
    written
}

/// Literal text stays, whatever it looks like; gives what comes after it.
fn literal<'text>(tag: &'text str, written: &mut String) -> Option<&'text str> {
    let inner = tag.strip_prefix(LITERAL)?;
    let end = inner.find(LITERAL_END);
    let end = end.map_or(tag.len(), |end| LITERAL.len() + end + LITERAL_END.len());
    let (text, rest) = tag.split_at(end);
    written.push_str(text);
    Some(rest)
}

fn code<'text>(tag: &'text str, written: &mut String) -> Option<&'text str> {
    let (name, rest) = tag.strip_prefix(CODE)?.split_once(PARAMETER_END)?;
    match language::known(name, Target::Macro) {
        Some(known) => written.extend([CODE, &known, PARAMETER_END]),
        None => written.push_str(CODE_WITHOUT_LANGUAGE),
    }
    Some(rest)
}

/// The code macros of a page as Confluence stored it: their tags, alone and with the language behind it.
#[derive(Default)]
struct Stored<'text> {
    tags: HashSet<&'text str>,
    with_language: HashSet<(&'text str, &'text str)>,
}

impl<'text> Stored<'text> {
    fn new(before: &'text str) -> Self {
        let mut stored = Self::default();
        let mut rest = before;
        while let Some(at) = rest.find(MACRO) {
            rest = &rest[at..];
            if let Some((tag, language)) = code_tag(rest) {
                stored.tags.insert(tag);
                stored
                    .with_language
                    .extend(language.map(|(name, _)| (tag, name)));
            }
            rest = &rest[MACRO.len()..];
        }
        stored
    }

    /// A macro of the page that has another language now.
    fn changed_code<'new>(&self, tag: &'new str, written: &mut String) -> Option<&'new str> {
        let (open, (name, rest)) =
            code_tag(tag).and_then(|(tag, language)| Some((tag, language?)))?;
        if !self.tags.contains(open) || self.with_language.contains(&(open, name)) {
            return None;
        }
        let before = &tag[..tag.len() - rest.len()];
        let parameter = before.rfind(LANGUAGE).unwrap_or(before.len());
        written.push_str(&before[..parameter]);
        if let Some(known) = language::known(name, Target::Macro) {
            written.extend([LANGUAGE, &known, PARAMETER_END]);
        }
        Some(rest)
    }
}

/// The tag of a code macro, and its language with what stands behind that.
fn code_tag(text: &str) -> Option<(&str, Option<(&str, &str)>)> {
    let end = text.strip_prefix(MACRO)?.find('>')? + MACRO.len() + 1;
    let (tag, mut rest) = text.split_at(end);
    if !tag.contains(" ac:name=\"code\"") || tag.ends_with("/>") {
        return None;
    }
    while rest.trim_start().starts_with(PARAMETER) {
        let (parameter, behind) = rest.split_once(PARAMETER_END)?;
        if let Some(name) = parameter.trim_start().strip_prefix(LANGUAGE) {
            return Some((tag, Some((name, behind))));
        }
        rest = behind;
    }
    Some((tag, None))
}

/// What links to the headings of a page are to lead to, by what they lead to on Cloud.
#[derive(Default)]
struct Headings(HashMap<String, String>);

impl Headings {
    /// Those of a page; links that it had before stay as they are.
    fn of(storage: &str, before: &str) -> Self {
        if !storage.contains(ANCHOR) {
            return Self::default();
        }
        let known = before.split(ANCHOR).skip(1);
        let known: HashSet<&str> = known.filter_map(|rest| rest.split('"').next()).collect();
        let names = anchors::on_both(&read(storage)).into_iter();
        let names = names.map(|(cloud, there)| (escaped(&cloud), escaped(&there)));
        let names = names.filter(|(cloud, there)| cloud != there && !known.contains(&**cloud));
        Self(names.collect())
    }

    fn link<'text>(&self, tag: &'text str, written: &mut String) -> Option<&'text str> {
        let (name, rest) = tag.strip_prefix(ANCHOR)?.split_once('"')?;
        let there = self.0.get(name)?;
        written.extend([ANCHOR, there, "\""]);
        Some(rest)
    }
}

/// People are known by their keys where the page was read, and by their user names otherwise.
fn person<'text>(tag: &'text str, written: &mut String) -> Option<&'text str> {
    let rest = tag.strip_prefix(PERSON)?;
    let account = rest.split('"').next().unwrap_or_default();
    let is_key = account.len() == KEY_LENGTH && account.bytes().all(|c| c.is_ascii_hexdigit());
    let attribute = if is_key { "userkey" } else { "username" };
    written.extend(["<ri:user ri:", attribute, "=\""]);
    Some(rest)
}

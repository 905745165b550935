//! Puts what is written for Cloud into the words of Data Center, whose code macro shows an error for a language
//! that it does not know, and which has no accounts.

use crate::tree::language::{self, Target};

/// A code macro as it is written here. One that Confluence stored has further attributes and is left alone.
const CODE: &str = "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">";
const CODE_WITHOUT_LANGUAGE: &str = "<ac:structured-macro ac:name=\"code\">";
const PARAMETER_END: &str = "</ac:parameter>";
const PERSON: &str = "<ri:user ri:account-id=\"";
const LITERAL: &str = "<![CDATA[";
const LITERAL_END: &str = "]]>";

/// How many digits the key of a user has.
const KEY_LENGTH: usize = 32;

/// The same page for Data Center.
pub(crate) fn for_data_center(storage: &str) -> String {
    let mut written = String::with_capacity(storage.len());
    let mut rest = storage;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        written.push_str(before);
        rest = literal(tag, &mut written)
            .or_else(|| code(tag, &mut written))
            .or_else(|| person(tag, &mut written))
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

/// People are known by their keys where the page was read, and by their user names otherwise.
fn person<'text>(tag: &'text str, written: &mut String) -> Option<&'text str> {
    let rest = tag.strip_prefix(PERSON)?;
    let account = rest.split('"').next().unwrap_or_default();
    let is_key = account.len() == KEY_LENGTH && account.bytes().all(|c| c.is_ascii_hexdigit());
    let attribute = if is_key { "userkey" } else { "username" };
    written.extend(["<ri:user ri:", attribute, "=\""]);
    Some(rest)
}

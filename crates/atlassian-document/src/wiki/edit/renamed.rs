//! Pictures of a text with other words.

use crate::edit::lost::Lost;
use crate::edit::renamed::Renamed;
use crate::wiki::parts;
use crate::wiki::text::alternative;

/// What the setting for the words begins with.
const SETTING: &str = "alt=";

/// The text after an edit, with the words that its pictures are to have.
pub(super) fn renamed(text: String, all: &[Renamed]) -> Result<String, Lost> {
    if all.is_empty() {
        return Ok(text);
    }
    let mut changes = Vec::new();
    let nodes = parts::read(&text).nodes;
    for one in all {
        let span = nodes.get(&one.reference).cloned();
        let own = span.clone().and_then(|span| text.get(span));
        let picture = own.and_then(|own| with_words(own, &one.new));
        changes.extend(span.zip(Some(picture.ok_or_else(|| one.refused())?)));
    }
    changes.sort_by_key(|(span, _)| span.start);
    let mut text = text;
    for (span, picture) in changes.into_iter().rev() {
        text.replace_range(span, &picture);
    }
    Ok(text)
}

/// A picture (`!name|setting,setting!`) with these words; none where they would end it.
fn with_words(own: &str, words: &str) -> Option<String> {
    let inner = own.strip_prefix('!')?.strip_suffix('!')?;
    let words = words.trim();
    if alternative(words) != words || words.is_empty() {
        return None;
    }
    let (name, settings) = inner.split_once('|').unwrap_or((inner, ""));
    let mut settings: Vec<String> = settings
        .split(',')
        .filter(|setting| !setting.trim().is_empty())
        .map(str::to_owned)
        .collect();
    let said = format!("{SETTING}{words}");
    match settings
        .iter_mut()
        .find(|setting| setting.trim().starts_with(SETTING))
    {
        Some(setting) => *setting = said,
        None => settings.push(said),
    }
    Some(format!("!{name}|{}!", settings.join(",")))
}

//! The values that a field takes where it takes certain ones only, and which of them somebody means.

use serde_json::Value;

use crate::atlassian::json::{entries, text};

/// How many choices a refusal names.
const MOST_TOLD: usize = 40;
/// What may stand between a choice and the one below it.
const BETWEEN: [char; 17] = [
    ' ', '→', '-', '–', '—', '=', '>', '»', '›', '/', '\\', '|', ':', ',', ';', '(', '.',
];

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) name: String,
    /// The choices below it.
    pub(super) below: Vec<Choice>,
}

/// A choice and one below it.
type Pair<'a> = (&'a Choice, &'a Choice);

/// Why a value is none of the choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Misfit {
    /// Nothing is called so.
    Unknown,
    /// Several are; their names.
    Several(String),
    /// There are several values where one belongs.
    TooMany,
    /// None is meant where one has to be.
    NeverEmpty,
}

impl Choice {
    /// Reads an allowed value; none where it tells no id.
    pub(super) fn of(raw: &Value) -> Option<Self> {
        let id = text(raw, "/id").or_else(|| text(raw, "/key"))?;
        let name = ["/name", "/value", "/label", "/displayName", "/key"]
            .iter()
            .find_map(|pointer| text(raw, pointer));
        Some(Self {
            name: name.unwrap_or_else(|| id.clone()),
            below: entries(raw, "/children").filter_map(Self::of).collect(),
            id,
        })
    }

    /// Whether it is called so to the letter.
    pub(super) fn is_exactly(&self, name: &str) -> bool {
        self.name == name
    }
}

/// The choice that a text names: by its name, else by its name in other letters, else by its id, else by its name joined
/// otherwise (`Subtask` for `Sub-task`). In names with digits what joins counts, too (1.0 is not 10).
///
/// # Errors
/// When none is called so, or several.
pub(super) fn chosen<'a>(choices: &'a [Choice], named: &str) -> Result<&'a Choice, Misfit> {
    let wanted = folded(named);
    let has_digits = wanted.contains(|sign: char| sign.is_numeric());
    let ways: [&dyn Fn(&Choice) -> bool; 4] = [
        &|choice| choice.name == named,
        &|choice| folded(&choice.name) == wanted,
        &|choice| choice.id == wanted,
        &|choice| !has_digits && joined(&choice.name) == joined(named),
    ];
    for way in ways {
        let fitting: Vec<&Choice> = choices.iter().filter(|choice| way(choice)).collect();
        match fitting.as_slice() {
            [] => {}
            [one] => return Ok(one),
            several => {
                let told: Vec<String> = several
                    .iter()
                    .map(|choice| format!("{}: {}", choice.name, choice.id))
                    .collect();
                return Err(Misfit::Several(told.join(", ")));
            }
        }
    }
    Err(Misfit::Unknown)
}

/// The choice, and the one below it, that one text names: both with a sign between, or either alone where no other is
/// called so.
///
/// # Errors
/// When none is called so, or several.
pub(super) fn chosen_below<'a>(
    choices: &'a [Choice],
    named: &str,
) -> Result<(&'a Choice, Option<&'a Choice>), Misfit> {
    match chosen(choices, named) {
        Ok(above) => return Ok((above, None)),
        Err(Misfit::Unknown) => {}
        Err(misfit) => return Err(misfit),
    }
    let pairs = || {
        choices
            .iter()
            .flat_map(|above| above.below.iter().map(move |below| (above, below)))
    };
    let wanted = folded(named);
    let is_both = |(above, below): &(&Choice, &Choice)| {
        let rest = wanted.strip_prefix(&folded(&above.name));
        rest.filter(|rest| rest.starts_with(BETWEEN))
            .map(|rest| rest.trim_start_matches(BETWEEN))
            .is_some_and(|rest| {
                let name = folded(&below.name);
                rest == name || rest.strip_suffix(')') == Some(&name)
            })
    };
    let is_below = |(_, below): &(&Choice, &Choice)| folded(&below.name) == wanted;
    let has_id = |(_, below): &(&Choice, &Choice)| below.id == wanted;
    let ways: [&dyn Fn(&Pair<'a>) -> bool; 3] = [&is_both, &is_below, &has_id];
    for way in ways {
        let fitting: Vec<(&Choice, &Choice)> = pairs().filter(|pair| way(pair)).collect();
        match fitting.as_slice() {
            [] => {}
            [(above, below)] => return Ok((above, Some(below))),
            several => {
                let told: Vec<String> = several
                    .iter()
                    .map(|(above, below)| format!("{} → {}", above.name, below.name))
                    .collect();
                return Err(Misfit::Several(told.join(", ")));
            }
        }
    }
    Err(Misfit::Unknown)
}

/// The choices in a sentence, those below others as they are written.
pub(super) fn told(choices: &[Choice]) -> String {
    let all = choices.iter().flat_map(|above| {
        let below = above.below.iter();
        let below = below.map(|below| format!("{} → {}", above.name, below.name));
        std::iter::once(above.name.clone()).chain(below)
    });
    let all: Vec<String> = all.collect();
    let more = all.len().saturating_sub(MOST_TOLD);
    let shown = all[..all.len() - more].join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The choice that a text names to the letter, but for capitals and blanks.
pub(super) fn called<'a>(choices: &'a [Choice], named: &str) -> Option<&'a Choice> {
    let wanted = folded(named);
    let mut fitting = choices
        .iter()
        .filter(|choice| folded(&choice.name) == wanted);
    let only = fitting.next();
    only.filter(|_| fitting.next().is_none())
}

/// A name without capitals and what joins or parts its words. Other signs stay: C, C# and C++ are three languages.
fn joined(name: &str) -> String {
    const BETWEEN_LETTERS: [char; 7] = ['-', '‐', '–', '_', '.', '\'', '’'];
    let is_joint = |sign: &char| sign.is_whitespace() || BETWEEN_LETTERS.contains(sign);
    let kept: String = name.chars().filter(|sign| !is_joint(sign)).collect();
    kept.to_lowercase()
}

/// A name without capitals, and with single blanks.
fn folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

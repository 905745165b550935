//! Every setting, its value or whether it is set, and where it comes from.

use super::report::Section;
use crate::config::{SetIn, SettingSource, Settings, VARIABLES};

pub(super) fn list(settings: &Settings) -> Section {
    let mut section = Section::new("Settings");
    for source in settings.sources() {
        section.note(source.name, value_text(source));
    }
    section
}

fn value_text(source: &SettingSource) -> String {
    let is_secret = VARIABLES
        .iter()
        .any(|variable| variable.name == source.name && variable.secret);
    let value = match source.shown.as_deref() {
        Some("[set]") => "set",
        Some(value) => value,
        None if is_secret => return String::from("not set"),
        None => return String::from("-"),
    };
    match (source.from, source.set_by) {
        (SetIn::Default, _) => format!("{value}  (default)"),
        (from, Some(name)) if name != source.name => format!("{value}  ({from}, as {name})"),
        (from, _) => format!("{value}  ({from})"),
    }
}

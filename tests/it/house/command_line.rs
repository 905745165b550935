//! The commands of the program and their arguments, as the page about the command line shows them.

use std::fmt::Write as _;

use clap::{Arg, Command};

use crate::house::reference_pages::one_line;

/// A command with its arguments, and those below it.
pub(super) fn commands(command: &mut Command, text: &mut String) {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").trim();
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let about = command.get_about().unwrap().to_string();
    write!(text, "\n## `{name}`\n\n{about}\n\n    {usage}\n").unwrap();
    let own: Vec<String> = command
        .get_arguments()
        .filter(|one| is_own(one))
        .map(argument)
        .collect();
    if !own.is_empty() {
        text.push_str("\n| argument | default | meaning |\n|---|---|---|\n");
        text.push_str(&own.concat());
    }
    for below in command.get_subcommands_mut() {
        if below.get_name() != "help" {
            commands(below, text);
        }
    }
}

/// Whether it is no argument that every command has.
fn is_own(argument: &Arg) -> bool {
    !matches!(argument.get_id().as_str(), "help" | "version")
}

fn argument(argument: &Arg) -> String {
    let value = argument
        .get_value_names()
        .map_or("", |names| names[0].as_str());
    let shown = match argument.get_long() {
        Some(long) if argument.get_action().takes_values() => format!("--{long} <{value}>"),
        Some(long) => format!("--{long}"),
        None if argument.is_required_set() => format!("<{value}>"),
        None => format!("[{value}]"),
    };
    let required = if argument.is_required_set() {
        "required"
    } else {
        "–"
    };
    let defaults = argument.get_default_values();
    let default = defaults
        .first()
        .filter(|_| argument.get_action().takes_values())
        .map_or_else(
            || String::from(required),
            |default| format!("`{}`", default.to_string_lossy()),
        );
    let mut meaning = one_line(&argument.get_help().unwrap().to_string());
    let choices: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|_| argument.get_action().takes_values())
        .map(|choice| {
            let help = choice
                .get_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            format!("`{}` ({})", choice.get_name(), one_line(&help))
        })
        .collect();
    if !choices.is_empty() {
        write!(meaning, ": {}", choices.join(", ")).unwrap();
    }
    format!("| `{shown}` | {default} | {meaning} |\n")
}

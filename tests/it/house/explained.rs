//! What sources must say about themselves, held against them: when a function fails, and why a limit is what it is.

use std::fs;
use std::path::Path;

use crate::support::files;

/// Where this holds for what the package keeps to itself, too; clippy asks it of what is exported.
const SAY_WHEN_THEY_FAIL: [&str; 2] = ["src/service", "src/model"];

#[test]
fn whatever_other_files_call_says_when_it_fails() {
    let mut silent = Vec::new();
    for file in SAY_WHEN_THEY_FAIL
        .iter()
        .flat_map(|folder| files::sources(&files::path(folder)))
    {
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            if is_shared_function(line)
                && is_fallible(&lines[number..])
                && !above(&lines[..number]).any(|line| line.contains("# Errors"))
            {
                silent.push(position(&file, number));
            }
        }
    }
    assert!(silent.is_empty(), "no `# Errors`:\n{}", silent.join("\n"));
}

#[test]
fn every_limit_says_why_it_is_what_it_is() {
    let mut silent = Vec::new();
    for file in files::sources(&files::path("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            // A group of limits has one reason, above its first.
            let is_in_group = number > 0 && is_limit(lines[number - 1]);
            let has_reason = above(&lines[..number]).next().is_some();
            if is_limit(line) && !is_in_group && !has_reason {
                silent.push(position(&file, number));
            }
        }
    }
    assert!(silent.is_empty(), "no reason:\n{}", silent.join("\n"));
}

/// Whether other files can call the function that begins on this line.
fn is_shared_function(line: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix("pub") else {
        return false;
    };
    let rest = match rest.strip_prefix('(') {
        Some(scope) => scope.split_once(')').map_or("", |(_, rest)| rest),
        None => rest,
    };
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("const ").unwrap_or(rest);
    let rest = rest.strip_prefix("async ").unwrap_or(rest);
    rest.starts_with("fn ")
}

/// Whether the signature that begins here gives a `Result`.
fn is_fallible(lines: &[&str]) -> bool {
    let mut signature = String::new();
    for line in lines {
        signature.push_str(line.trim());
        if line.trim_end().ends_with(['{', ';']) {
            break;
        }
    }
    let gives = signature.rsplit_once("-> ").map_or("", |(_, gives)| gives);
    let gives = gives.split(" where").next().unwrap_or_default();
    gives.starts_with("Result<") || signature.contains(") -> Result<")
}

/// A number or a length of time at the top of a file: constants inside functions stand beside what they bound.
fn is_limit(line: &str) -> bool {
    let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
    let line = line.strip_prefix("pub(super) ").unwrap_or(line);
    let Some((name, value)) = line
        .strip_prefix("const ")
        .and_then(|rest| rest.split_once(": "))
    else {
        return false;
    };
    let kinds = ["u32", "u64", "usize", "i64", "Duration", "[Duration"];
    let units = ["MINUTE", "HOUR", "DAY", "MICROS_PER_MINUTE", "HOUR_MILLIS"];
    let is_function = name.starts_with("fn ");
    !is_function && kinds.iter().any(|kind| value.starts_with(kind)) && !units.contains(&name)
}

/// The comments and attributes right above a line, from below.
fn above<'t>(lines: &'t [&'t str]) -> impl Iterator<Item = &'t str> {
    let lines = lines.iter().rev().map(|line| line.trim_start());
    lines.take_while(|line| line.starts_with("//") || line.starts_with("#["))
}

fn position(file: &Path, number: usize) -> String {
    format!("{}:{}", file.display(), number + 1)
}

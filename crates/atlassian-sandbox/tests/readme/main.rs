//! The README held against a running sandbox: its tables are read, its sentences are tried.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on must stop"
)]

mod absence;
mod addresses;
mod client;
mod dialects;
mod stage;
mod strictness;
mod switches;
mod tracker;

const README: &str = include_str!("../../README.md");

/// What stands below a heading, up to the next one.
fn section(heading: &str) -> &'static str {
    let (_, rest) = README
        .split_once(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("README.md has no {heading:?}"));
    rest.split_once("\n#").map_or(rest, |(section, _)| section)
}

/// The rows of the table below a heading that begins with a column of this name, without backticks.
fn rows(heading: &str, first_column: &str) -> Vec<Vec<String>> {
    let lines = section(heading).lines();
    let table = lines.skip_while(|line| !line.starts_with(&format!("| {first_column} |")));
    let rows: Vec<Vec<String>> = table
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells = line.split('|').skip(1);
            cells.map(|cell| cell.trim().replace('`', "")).collect()
        })
        .collect();
    assert!(
        !rows.is_empty(),
        "no table of {first_column:?} below {heading:?}"
    );
    rows
}

/// The entries of the list below a heading, each on one line and without backticks.
fn bullets(heading: &str) -> Vec<String> {
    let section = format!("\n{}", section(heading));
    let entries = section.split("\n- ").skip(1);
    let entries = entries.map(|entry| entry.split("\n\n").next().unwrap_or_default());
    entries
        .map(|entry| {
            let words: Vec<&str> = entry.split_whitespace().collect();
            words.join(" ").replace('`', "")
        })
        .collect()
}

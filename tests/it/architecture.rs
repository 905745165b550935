//! The house rules about rooms, held against the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms it may import from. `app`, `main`, `telemetry` and `probe` stand outside.
const ROOMS: [(&str, &[&str]); 7] = [
    ("model", &[]),
    ("config", &["model"]),
    ("store", &["model"]),
    ("atlassian", &["model"]),
    ("service", &["model", "store", "atlassian"]),
    ("http", &["model", "service"]),
    ("sandbox", &[]),
];

#[test]
fn rooms_import_in_one_direction_only() {
    let mut wrong = Vec::new();
    for (room, allowed) in ROOMS {
        for file in sources(&source_root().join(room)) {
            let text = fs::read_to_string(&file).unwrap();
            for (number, line) in text.lines().enumerate() {
                for imported in imports(line) {
                    let known = ROOMS.iter().any(|(name, _)| *name == imported);
                    if (known || imported == "app")
                        && imported != room
                        && !allowed.contains(&imported.as_str())
                    {
                        wrong.push(format!(
                            "{}:{} {room} -> {imported}",
                            file.display(),
                            number + 1
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "forbidden imports:\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_in_its_first_line_what_it_is_for() {
    let silent: Vec<_> = sources(&source_root())
        .into_iter()
        .filter(|file| !fs::read_to_string(file).unwrap().starts_with("//! "))
        .collect();
    assert!(silent.is_empty(), "files without a purpose: {silent:?}");
}

#[test]
fn only_authentication_and_logins_make_a_scope() {
    let makers = [
        "model/scope.rs",
        "model/principal.rs",
        "service/authorization/exchange.rs",
        "service/authorization/api_token.rs",
        "service/authorization/service_account.rs",
        "store/grant_rows.rs",
    ];
    let others: Vec<_> = sources(&source_root())
        .into_iter()
        .filter(|file| {
            fs::read_to_string(file)
                .unwrap()
                .contains("Scope::authenticated(")
        })
        .filter(|file| !makers.iter().any(|maker| file.ends_with(maker)))
        .collect();
    assert!(others.is_empty(), "a scope is made in {others:?}");
}

#[test]
fn no_file_is_an_attic() {
    let attics: Vec<_> = sources(&source_root())
        .into_iter()
        .filter(|file| {
            file.file_stem().is_some_and(|stem| {
                ["utils", "util", "helpers", "misc", "common"]
                    .iter()
                    .any(|attic| stem == *attic)
            })
        })
        .collect();
    assert!(attics.is_empty(), "{attics:?}");
}

/// The rooms a line names as `crate::room`, also inside `use crate::{…}`.
fn imports(line: &str) -> Vec<String> {
    line.match_indices("crate::")
        .filter(|(position, _)| !line[..*position].ends_with('$'))
        .flat_map(|(position, marker)| {
            let rest = &line[position + marker.len()..];
            let names = rest.strip_prefix('{').unwrap_or(rest);
            let one_only = !rest.starts_with('{');
            names
                .split(',')
                .take(if one_only { 1 } else { usize::MAX })
                .map(|name| {
                    name.trim()
                        .chars()
                        .take_while(|character| character.is_alphanumeric() || *character == '_')
                        .collect()
                })
                .collect::<Vec<String>>()
        })
        .collect()
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

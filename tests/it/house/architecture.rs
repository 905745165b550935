//! The house rules about modules and packages, held against the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::files;

/// Each module of the service and the modules it may import from. `app`, `main`, `telemetry` and
/// `probe` stand outside.
const MODULES: [(&str, &[&str]); 8] = [
    ("model", &[]),
    ("policy", &["model"]),
    ("work", &[]),
    ("config", &["model"]),
    ("store", &["model", "work"]),
    ("atlassian", &["model", "policy", "work"]),
    (
        "service",
        &["model", "policy", "work", "store", "atlassian"],
    ),
    ("http", &["model", "policy", "work", "service"]),
];

/// The floors of `http`, lowest first. A topic imports from its own floor's lower neighbours: from
/// floors below, never from beside or above.
const FLOORS_OF_HTTP: [&[&str]; 11] = [
    &["state"],
    &["wire"],
    &["caller"],
    &["edge", "openapi"],
    &[
        "jira",
        "confluence",
        "stored",
        "tools",
        "operations",
        "gateway",
    ],
    &["connections", "mcp"],
    &["pages", "dashboard"],
    &["login", "agents"],
    &["earlier"],
    &["router"],
    // The accept loop stands apart: it serves any router, and nothing of `http` imports it.
    &["server"],
];

#[test]
fn modules_import_in_one_direction_only() {
    let mut wrong = Vec::new();
    for (module, allowed) in MODULES {
        for file in files::sources(&source_root().join(module)) {
            for import in imports(&file) {
                let imported = import.path[0].as_str();
                let known = MODULES.iter().any(|(name, _)| *name == imported);
                if (known || imported == "app")
                    && imported != module
                    && !allowed.contains(&imported)
                {
                    wrong.push(import.describe(&file));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "forbidden imports:\n{}", wrong.join("\n"));
}

#[test]
fn the_model_does_no_io() {
    let mut wrong = Vec::new();
    for file in files::sources(&source_root().join("model")) {
        let text = without_unit_tests(&file);
        for means in [
            "std::fs", "std::env", "tokio", "sqlx", "reqwest", "axum", "metrics",
        ] {
            if text.contains(&format!("{means}::")) {
                wrong.push(format!("{}: {means}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "the model reaches out: {wrong:?}");
}

#[test]
fn topics_of_http_import_downwards_only() {
    let floor = |topic: &str| {
        FLOORS_OF_HTTP
            .iter()
            .position(|topics| topics.contains(&topic))
    };
    let mut wrong = Vec::new();
    for file in files::sources(&source_root().join("http")) {
        let Some(topic) = topic_of_http(&file) else {
            continue;
        };
        let own = floor(&topic).unwrap_or_else(|| panic!("{topic} stands on no floor of http"));
        for import in imports(&file) {
            let ["http", imported, ..] = names(&import.path)[..] else {
                continue;
            };
            let below = floor(imported).is_some_and(|floor| floor < own);
            if imported != topic && (topic == "server" || !below) {
                wrong.push(import.describe(&file));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "upward imports in http:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_files_of_http_import_each_other_in_a_circle() {
    let circles = circles(&source_root().join("http"));
    assert!(circles.is_empty(), "circles of files: {circles:#?}");
}

#[test]
fn the_libraries_know_nothing_of_the_service_or_of_each_other() {
    let root = files::path("crates");
    for library in ["atlassian-document", "atlassian-sandbox"] {
        let manifest = fs::read_to_string(root.join(library).join("Cargo.toml")).unwrap();
        assert!(
            !manifest.contains("path ="),
            "{library} depends on a neighbour"
        );
        for file in files::sources(&root.join(library).join("src")) {
            let text = fs::read_to_string(&file).unwrap();
            assert!(!text.contains("integration_backend"), "{}", file.display());
        }
    }
}

#[test]
fn the_service_does_not_compile_the_sandbox() {
    for file in files::sources(&source_root()) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("atlassian_sandbox"), "{}", file.display());
    }
}

#[test]
fn every_file_says_in_its_first_line_what_it_is_for() {
    let silent: Vec<_> = all_sources()
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
    let others: Vec<_> = files::sources(&source_root())
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
    let attics: Vec<_> = all_sources()
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

/// One path that a file names, from the root of its package.
struct Import {
    line: usize,
    path: Vec<String>,
}

impl Import {
    fn describe(&self, file: &Path) -> String {
        format!("{}:{} {}", file.display(), self.line, self.path.join("::"))
    }
}

/// What a file imports: every path behind `crate::` and `super::`, groups in braces opened up.
fn imports(file: &Path) -> Vec<Import> {
    let text = without_unit_tests(file);
    let own = module_path(file);
    let mut found = Vec::new();
    for (marker, base) in [("crate::", Vec::new()), ("super::", parent(&own))] {
        for (position, _) in text.match_indices(marker) {
            let before = &text[..position];
            let is_comment = before
                .rsplit('\n')
                .next()
                .is_some_and(|line| line.trim_start().starts_with("//"));
            if is_comment
                || before.ends_with(|character: char| {
                    "$_:".contains(character) || character.is_alphanumeric()
                })
            {
                continue;
            }
            let line = before.matches('\n').count() + 1;
            let mut rest = &text[position + marker.len()..];
            let mut base = base.clone();
            while let Some(further) = rest.strip_prefix("super::") {
                rest = further;
                base.pop();
            }
            for path in opened(rest) {
                let path = base.iter().cloned().chain(path).collect();
                found.push(Import { line, path });
            }
        }
    }
    found.retain(|import| !import.path.is_empty());
    found
}

/// A file's text up to its unit tests, in which `super` means the file itself.
fn without_unit_tests(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    match text.find("#[cfg(test)]\nmod tests {") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// The paths at the start of a text, `a::{b, c::d}` as `a::b` and `a::c::d`.
fn opened(text: &str) -> Vec<Vec<String>> {
    let name: String = text
        .chars()
        .take_while(|character| character.is_alphanumeric() || *character == '_')
        .collect();
    let rest = &text[name.len()..];
    if name.is_empty() {
        let Some(group) = text.strip_prefix('{') else {
            return vec![Vec::new()];
        };
        return members(group).into_iter().flat_map(opened).collect();
    }
    let tails = rest
        .strip_prefix("::")
        .map_or_else(|| vec![Vec::new()], opened);
    tails
        .into_iter()
        .map(|tail| std::iter::once(name.clone()).chain(tail).collect())
        .collect()
}

/// The members of a group in braces, whose opening brace is already taken.
fn members(group: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut start = 0;
    let mut found = Vec::new();
    for (position, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                found.push(group[start..position].trim());
                start = position + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    found.retain(|member| !member.is_empty());
    found
}

/// The circles in which the files below `folder` import each other.
fn circles(folder: &Path) -> Vec<Vec<String>> {
    let files: BTreeSet<Vec<String>> = files::sources(folder)
        .iter()
        .map(|file| module_path(file))
        .collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files::sources(folder) {
        let own = module_path(&file).join("::");
        let named = imports(&file).into_iter().filter_map(|import| {
            (1..=import.path.len())
                .rev()
                .find(|length| files.contains(&import.path[..*length]))
                .map(|length| import.path[..length].join("::"))
        });
        let targets = named.chain(used_children(&file, &files));
        arrows
            .entry(own.clone())
            .or_default()
            .extend(targets.filter(|target| *target != own));
    }
    let reach = |start: &str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![start.to_owned()];
        while let Some(file) = open.pop() {
            for next in arrows.get(&file).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<String, BTreeSet<String>> = arrows
        .keys()
        .map(|file| (file.clone(), reach(file)))
        .collect();
    let circles: BTreeSet<Vec<String>> = reached
        .iter()
        .filter(|(file, reached)| reached.contains(*file))
        .map(|(file, reachable)| {
            let back = |other: &&String| {
                reached
                    .get(*other)
                    .is_some_and(|reached| reached.contains(file))
            };
            reachable.iter().filter(back).cloned().collect()
        })
        .collect();
    circles.into_iter().collect()
}

/// The modules inside a `mod.rs` that it uses itself, by their bare name.
fn used_children(file: &Path, files: &BTreeSet<Vec<String>>) -> Vec<String> {
    let own = module_path(file);
    let text = without_unit_tests(file);
    let is_child = |path: &&Vec<String>| path.len() == own.len() + 1 && path.starts_with(&own);
    files
        .iter()
        .filter(is_child)
        .filter(|path| {
            let marker = format!("{}::", path[own.len()]);
            text.match_indices(&marker).any(|(position, _)| {
                text[..position].ends_with([' ', '(', '{', ',', '\n', '<', '!'])
            })
        })
        .map(|path| path.join("::"))
        .collect()
}

/// A file's module, from the root of the package: `src/http/edge/mod.rs` is `http::edge`.
fn module_path(file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(source_root()).unwrap().with_extension("");
    let mut path: Vec<String> = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if path
        .last()
        .is_some_and(|last| last == "mod" || last == "lib")
    {
        path.pop();
    }
    path
}

/// The module around a file's own.
fn parent(own: &[String]) -> Vec<String> {
    own[..own.len().saturating_sub(1)].to_vec()
}

/// The topic of `http` that a file belongs to; none for `http` itself, which only lists its topics.
fn topic_of_http(file: &Path) -> Option<String> {
    module_path(file).get(1).cloned()
}

fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

fn source_root() -> PathBuf {
    files::path("src")
}

/// The sources of the service and of its two libraries.
fn all_sources() -> Vec<PathBuf> {
    let mut found = files::sources(&source_root());
    found.extend(files::sources(&files::path("crates")));
    found
}

//! The house rules about modules and packages, held against the sources.

use std::fs;
use std::path::PathBuf;

use crate::house::imports::{circles, imports, names, topic_of_http, without_unit_tests};
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

/// The most lines of a file.
const LONGEST: usize = 400;

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
fn no_file_is_longer_than_a_person_reads_at_once() {
    let mut all = all_sources();
    all.extend(files::sources(&files::path("tests")));
    let long: Vec<_> = all
        .into_iter()
        .filter(|file| fs::read_to_string(file).unwrap().lines().count() > LONGEST)
        .collect();
    assert!(long.is_empty(), "more than {LONGEST} lines: {long:?}");
}

#[test]
fn the_page_about_the_architecture_has_the_floors_of_http() {
    let page = files::text("ARCHITECTURE.md");
    let (_, table) = page.split_once("## The floors of `http`").unwrap();
    for (number, topics) in FLOORS_OF_HTTP.iter().enumerate() {
        let row = match topics {
            ["server"] => String::from("| apart | "),
            _ => format!("| {} | ", number + 1),
        };
        let row = table.lines().find(|line| line.starts_with(&row));
        let row = row.unwrap_or_else(|| panic!("floor {number} of {topics:?}"));
        let told: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        assert_eq!(told, *topics, "{row}");
    }
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

pub(super) fn source_root() -> PathBuf {
    files::path("src")
}

/// The sources of the service and of its two libraries.
fn all_sources() -> Vec<PathBuf> {
    let mut found = files::sources(&source_root());
    found.extend(files::sources(&files::path("crates")));
    found
}

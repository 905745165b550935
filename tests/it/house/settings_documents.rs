//! What is written about the settings, held against the table the program reads them by.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use integration_backend::config::{self, VARIABLES, Variable};

use crate::support::files;

const SETTINGS_PAGE: &str = "docs/reference/settings.md";

/// A setting as a document shows it.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    aliases: Vec<String>,
    default: String,
}

#[test]
fn the_example_file_names_every_setting_once_with_its_default() {
    let mut found = BTreeMap::new();
    for (name, value) in assignments(&document(".env.example")) {
        assert!(
            found.insert(name.clone(), value).is_none(),
            "{name} stands twice"
        );
    }
    let expected = VARIABLES
        .iter()
        .map(|variable| (variable.name.to_owned(), filled_in(variable)))
        .collect();
    assert_same(&found, &expected);
}

#[test]
fn the_example_file_works_as_it_is_and_with_every_line_switched_on() {
    let example = document(".env.example");
    assert!(config::load(&|_| None, Some(&example)).is_ok());
    let switched_on: Vec<String> = assignments(&example)
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let with_everything = sources_shown(Some(&switched_on.join("\n")));
    assert_eq!(with_everything, sources_shown(None));
}

#[test]
fn the_sandbox_of_run_sh_asks_for_the_default_scopes_and_for_what_deletes_a_page() {
    let script = document("run.sh");
    let (_, rest) = script.split_once("${ATLASSIAN_SCOPES:-").unwrap();
    let (scopes, _) = rest.split_once('}').unwrap();
    let default = VARIABLES
        .iter()
        .find(|variable| variable.name == "ATLASSIAN_SCOPES");
    let default = default.unwrap().default.unwrap();
    assert_eq!(scopes, format!("{default} delete:page:confluence"));
}

/// The script asks the program whether all is on this machine, and knows the refusal by its words.
#[test]
fn run_sh_knows_the_words_by_which_open_mode_is_refused() {
    let elsewhere = "AUTH_MODE=open\nPUBLIC_BASE_URL=https://ib.example.com";
    let refusal = config::load(&|_| None, Some(elsewhere))
        .unwrap_err()
        .to_string();
    let script = document("run.sh");
    let (_, rest) = script
        .split_once(r"s/^integration-backend: \(.*\): ")
        .unwrap();
    let (words, _) = rest.split_once(".*/").unwrap();
    assert!(refusal.contains(&format!(": {words}")), "{refusal}");
}

#[test]
fn the_reference_lists_every_setting_with_its_aliases_and_default() {
    let mut found = BTreeMap::new();
    for row in table_rows(&document(SETTINGS_PAGE)) {
        let names = files::in_backticks(&row[0]);
        let [name] = names.as_slice() else {
            panic!("one name belongs into the first cell of {row:?}");
        };
        let shown = Shown {
            aliases: files::in_backticks(&row[1]),
            default: files::in_backticks(&row[2]).join(" "),
        };
        assert!(
            found.insert(name.clone(), shown).is_none(),
            "{name} stands twice"
        );
    }
    let shown = |variable: &Variable| Shown {
        aliases: variable.aliases.iter().map(ToString::to_string).collect(),
        default: variable.default.unwrap_or_default().to_owned(),
    };
    let expected = VARIABLES
        .iter()
        .map(|variable| (variable.name.to_owned(), shown(variable)))
        .collect();
    assert_same(&found, &expected);
}

#[test]
fn both_documents_say_of_the_same_settings_that_they_have_no_effect_yet() {
    let in_reference: BTreeSet<String> = table_rows(&document(SETTINGS_PAGE))
        .into_iter()
        .filter(|row| row[3].contains("Not yet in use"))
        .flat_map(|row| files::in_backticks(&row[0]))
        .collect();
    let mut in_example = BTreeSet::new();
    let (mut inactive, mut before_is_comment) = (false, false);
    for line in document(".env.example").lines() {
        let assignment = assignments(line);
        if assignment.is_empty() {
            // A comment speaks of the assignments below it, up to the next comment or blank line.
            inactive = line.contains("Not yet in use")
                || (inactive && before_is_comment && !line.is_empty());
            before_is_comment = line.starts_with('#');
        } else {
            before_is_comment = false;
            let names = assignment.into_iter().map(|(name, _)| name);
            in_example.extend(names.filter(|_| inactive));
        }
    }
    assert_eq!(in_reference, in_example);
}

fn assert_same<T: std::fmt::Debug + PartialEq>(
    found: &BTreeMap<String, T>,
    expected: &BTreeMap<String, T>,
) {
    let missing: Vec<_> = expected
        .keys()
        .filter(|name| !found.contains_key(*name))
        .collect();
    let invented: Vec<_> = found
        .keys()
        .filter(|name| !expected.contains_key(*name))
        .collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "missing: {missing:?}, invented: {invented:?}"
    );
    for (name, shown) in expected {
        assert_eq!(&found[name], shown, "{name}");
    }
}

/// The default with the other defaults filled in; the frontend has none.
fn filled_in(variable: &Variable) -> String {
    variable
        .default
        .unwrap_or_default()
        .replace("{PUBLIC_BASE_URL}", "http://localhost:{PORT}")
        .replace("{PORT}", "3001")
        .replace(",{APP_FRONTEND_URL}", "")
}

/// Every setting's value after a start with `dotenv`, without the place it came from.
fn sources_shown(dotenv: Option<&str>) -> Vec<(&'static str, Option<String>)> {
    let settings = config::load(&|_| None, dotenv).unwrap();
    let sources = settings.sources().iter();
    sources
        .map(|source| (source.name, source.shown.clone()))
        .collect()
}

/// The assignments of an example file, switched on or off.
fn assignments(text: &str) -> Vec<(String, String)> {
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_uppercase())
            && name
                .chars()
                .all(|each| each.is_ascii_uppercase() || each == '_')
    };
    text.lines()
        .filter_map(|line| line.strip_prefix('#').unwrap_or(line).split_once('='))
        .filter(|(name, _)| is_name(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The cells of every table row that is neither a heading nor a rule.
fn table_rows(text: &str) -> Vec<Vec<String>> {
    text.lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let inner = line.trim_matches('|');
            let cells: Vec<String> = inner.split(" | ").map(str::to_owned).collect();
            assert_eq!(cells.len(), 4, "{line}");
            cells
        })
        .collect()
}

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

//! The pages of `docs/reference/` that are made of the code: settings, endpoints, command line. The tests compare
//! page and code; `UPDATE_DOCS=1 cargo test --test it reference_pages` writes the pages anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use integration_backend::commands::arguments::Arguments;
use integration_backend::config::{Group, VARIABLES, Variable};
use integration_backend::http::caller::access::{RouteAccess, TABLE};
use integration_backend::http::router;
use integration_backend::service::authorization::outcome::LoginFailure;
use serde_json::Value;

use crate::house::command_line::commands;

const END: &str = "<!-- end -->";

/// What the routes are for that stand in no OpenAPI document: people open them in a browser.
const PAGES: &[(&str, &str)] = &[
    ("/docs", "The API, to read and to try"),
    ("/docs/", "The same"),
    ("/docs/{*file}", "What that page needs"),
    (
        "/openapi.json",
        "The OpenAPI document; also `integration-backend openapi`",
    ),
    ("/login", "Log in without a frontend"),
    ("/login/", "The same"),
    ("/connected", "Your connections, without JavaScript"),
    ("/connected/", "The same"),
    ("/dashboard", "The dashboard"),
    ("/dashboard/", "The same"),
    ("/dashboard/token", "The dashboard"),
    ("/dashboard/token/", "The same"),
    (
        "/operator",
        "The points an hour of each app, and which sites use them",
    ),
    ("/operator/", "The same"),
    ("/static/pages.css", "What our pages need"),
    ("/static/connected.js", "What our pages need"),
    ("/static/dashboard.js", "What our pages need"),
    ("/static/parts/{part}", "What our pages need"),
    ("/static/icon.svg", "The icon"),
    ("/favicon.ico", "The icon"),
];

/// What the gateway's routes do. They are Atlassian's own, so they stand in no OpenAPI document of ours.
const GATEWAY: &[(&str, &str)] = &[
    (
        "/ex/jira/{site}/{*path}",
        "Jira's own REST API on a site of the caller's logins",
    ),
    (
        "/ex/confluence/{site}/{*path}",
        "Confluence's own REST API on a site of the caller's logins",
    ),
    (
        "/oauth/token/accessible-resources",
        "The sites of the caller's logins, in Atlassian's form",
    ),
    (
        "/me",
        "The account behind the caller's logins, in Atlassian's form",
    ),
    (
        "/mcp",
        "The tools for agents' clients (Model Context Protocol); also with a slash at the end",
    ),
    ("/mcp/", "The same"),
    ("/mcp/search", "Two of them alone, `search` and `fetch`"),
    ("/mcp/search/", "The same"),
    (
        "/mcp/rovo",
        "The same tools under the names of Atlassian's own server",
    ),
    ("/mcp/rovo/", "The same"),
];

/// What the routes of the authorization server do, which standards describe.
const AGENTS: &[(&str, &str)] = &[
    (
        "/.well-known/oauth-protected-resource",
        "Which server gives tokens for `/mcp` (RFC 9728)",
    ),
    ("/.well-known/oauth-protected-resource/{*path}", "The same"),
    (
        "/.well-known/oauth-authorization-server",
        "Where its endpoints are, and what it can do (RFC 8414)",
    ),
    (
        "/.well-known/oauth-authorization-server/{*path}",
        "The same",
    ),
    ("/.well-known/openid-configuration", "The same"),
    ("/register", "A client registers itself (RFC 7591)"),
    (
        "/authorize",
        "A person is asked whether to let a program in; `POST` is the answer of that page",
    ),
    (
        "/token",
        "Tokens for a code or a refresh token (RFC 6749, RFC 7636)",
    ),
    ("/revoke", "A client takes a token back (RFC 7009)"),
];

#[test]
fn the_page_of_settings_is_made_of_the_table_in_the_code() {
    let text = Group::ALL.into_iter().map(settings).collect::<String>() + "\n";
    let rows = text.matches("\n| `").count();
    assert_eq!(rows, VARIABLES.len(), "a group is not among ALL");
    holds("settings.md", &BTreeMap::from([("settings", text)]));
}

#[test]
fn the_page_of_endpoints_is_made_of_the_openapi_document_and_the_access_table() {
    let document = document();
    let mut blocks: BTreeMap<&str, String> = BTreeMap::new();
    for (method, path, access) in TABLE {
        let pointer = path.replace('~', "~0").replace('/', "~1");
        let pointer = format!("/paths/{pointer}/{}", method.to_ascii_lowercase());
        let (tag, does, takes) = if let Some(operation) = document.pointer(&pointer) {
            (
                operation["tags"][0].as_str().unwrap(),
                does(operation),
                takes(operation, &document),
            )
        } else {
            let found =
                |table: &'static [(&str, &str)]| table.iter().find(|(known, _)| known == path);
            match (found(GATEWAY), found(AGENTS)) {
                (Some((_, does)), _) => ("Gateway", (*does).to_owned(), String::new()),
                (_, Some((_, does))) => ("Agents", (*does).to_owned(), String::new()),
                (None, None) => ("Pages", page(path).to_owned(), String::new()),
            }
        };
        let table = blocks.entry(tag).or_insert_with(|| {
            String::from("\n| operation | what it does | takes | who |\n|---|---|---|---|\n")
        });
        let who = who(*access);
        writeln!(table, "| {method} `{path}` | {does} | {takes} | {who} |").unwrap();
    }
    for table in blocks.values_mut() {
        table.push('\n');
    }
    every_body_is_told(&document);
    let operations = document["paths"].as_object().unwrap().values();
    let operations: usize = operations.map(|item| item.as_object().unwrap().len()).sum();
    let told = |path: &str| {
        GATEWAY
            .iter()
            .chain(AGENTS)
            .any(|(known, _)| *known == path)
    };
    let others = TABLE.iter().filter(|(_, path, _)| told(path)).count();
    assert_eq!(operations + PAGES.len() + others, TABLE.len());
    holds("endpoints.md", &blocks);
}

#[test]
fn the_page_of_the_command_line_is_made_of_its_definition() {
    let mut program = Arguments::definition();
    program.build();
    let mut text = String::new();
    commands(&mut program, &mut text);
    text.push('\n');
    holds("cli.md", &BTreeMap::from([("commands", text)]));
    let agents = fs::read_to_string(root().join("llms.txt")).unwrap();
    let row = agents
        .lines()
        .find(|line| line.contains("reference/cli.md"));
    for command in program.get_subcommands() {
        let name = format!("`{}`", command.get_name());
        let is_told = name == "`help`" || row.is_some_and(|row| row.contains(&name));
        assert!(is_told, "llms.txt lacks the command {name}");
    }
}

/// No cell may stay empty because a schema has a form that `fields` does not read.
fn every_body_is_told(document: &Value) {
    let mut bodies = 0;
    let items = document["paths"].as_object().unwrap().iter();
    let operations = items.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().values();
        methods.map(move |operation| (path, operation))
    });
    for (path, operation) in operations {
        let Some(body) = operation.get("requestBody") else {
            continue;
        };
        bodies += 1;
        for (kind, content) in body["content"].as_object().unwrap() {
            let told = fields(&content["schema"], document);
            // An earlier system's clients send this one a body that nothing reads.
            let is_told = !told.is_empty() || path == "/integrations/{product}/connect";
            assert!(is_told, "{path}: no field of the body ({kind})");
        }
    }
    assert!(bodies > 15, "{bodies} bodies");
}

#[test]
fn the_page_of_errors_names_every_code_and_every_way_a_login_fails() {
    let page = fs::read_to_string(file("errors-and-paging.md")).unwrap();
    let document = document();
    let codes = document["components"]["schemas"]["Code"]["enum"].clone();
    let codes = codes.as_array().unwrap().iter();
    let failures = LoginFailure::ALL.iter().map(|failure| failure.as_str());
    let names: Vec<&str> = codes
        .map(|code| code.as_str().unwrap())
        .chain(failures)
        .collect();
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        assert!(page.contains(&format!("\n| `{name}` |")), "{name}");
    }
}

fn settings(group: Group) -> String {
    let mut text = format!("\n## {}\n", group.title());
    if let Some(note) = group.note() {
        write!(text, "\n{note}\n").unwrap();
    }
    text.push_str("\n| setting | aliases | default | meaning |\n|---|---|---|---|\n");
    for variable in VARIABLES.iter().filter(|one| one.group == group) {
        let Variable {
            name, description, ..
        } = variable;
        let aliases = listed(variable.aliases);
        let default = variable
            .default
            .map_or_else(|| String::from("–"), |default| format!("`{default}`"));
        writeln!(text, "| `{name}` | {aliases} | {default} | {description} |").unwrap();
    }
    text
}

/// Names in backticks; a dash for none.
fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        String::from("–")
    } else {
        names.join(" ")
    }
}

/// The summary of an operation, and the first paragraph of what else there is to say. Who may call it has a
/// column of its own.
fn does(operation: &Value) -> String {
    let summary = one_line(operation["summary"].as_str().unwrap());
    let description = operation["description"].as_str().unwrap_or_default();
    let is_access = |text: &str| {
        let plain = ["Needs no credential", "Needs a session, or an API key"];
        plain.iter().any(|start| text.starts_with(start))
    };
    let mut paragraphs = description.split("\n\n");
    match paragraphs.find(|text| !text.is_empty()).map(one_line) {
        Some(further) if !is_access(&further) => format!("{summary}. {further}"),
        _ => summary,
    }
}

fn page(path: &str) -> &'static str {
    let known = PAGES.iter().find(|(known, _)| *known == path);
    known.expect("a route is in the document or in PAGES").1
}

const fn who(access: RouteAccess) -> &'static str {
    match access {
        RouteAccess::Public => "anybody",
        RouteAccess::Read => "read",
        RouteAccess::Write => "write",
        RouteAccess::Depends => "read or write",
        RouteAccess::Admin => "admin",
    }
}

/// The query parameters, the body's fields (a star: required) and the key of an operation.
fn takes(operation: &Value, document: &Value) -> String {
    let parameters = operation["parameters"].as_array();
    let named = |place: &str| -> Vec<&str> {
        let here = parameters.into_iter().flatten();
        let here = here.filter(|one| one["in"] == place);
        here.map(|one| one["name"].as_str().unwrap()).collect()
    };
    let mut parts = Vec::new();
    let query = named("query");
    if !query.is_empty() {
        parts.push(format!("query {}", listed(&query)));
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let body = fields(schema, document);
    if !body.is_empty() {
        parts.push(format!("body {body}"));
    }
    if named("header").contains(&"Idempotency-Key") {
        parts.push(String::from("`Idempotency-Key`"));
    }
    parts.join("; ")
}

fn fields(schema: &Value, document: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = document.pointer(reference.trim_start_matches('#')).unwrap();
        return fields(schema, document);
    }
    let forms = schema["anyOf"].as_array().or(schema["oneOf"].as_array());
    if let Some(forms) = forms {
        let forms = forms.iter().map(|form| fields(form, document));
        let forms: Vec<String> = forms.filter(|form| !form.is_empty()).collect();
        return forms.join(", or ");
    }
    let Some(properties) = schema["properties"].as_object() else {
        return schema["description"]
            .as_str()
            .map_or_else(String::new, one_line);
    };
    let required = schema["required"].as_array();
    let is_required =
        |name: &str| required.is_some_and(|names| names.iter().any(|one| one == name));
    let (mut first, others): (Vec<String>, Vec<String>) = properties
        .keys()
        .cloned()
        .partition(|name| is_required(name));
    for name in &mut first {
        *name = format!("`{name}`\\*");
    }
    first.extend(others.into_iter().map(|name| format!("`{name}`")));
    first.join(" ")
}

/// What the code says as one cell of a table; a last sentence that leads on to a list is left out.
pub(super) fn one_line(text: &str) -> String {
    let line = text.replace('\n', " ").replace('|', "\\|");
    let whole = match line.rsplit_once(". ") {
        Some((before, last)) if last.ends_with(':') => before,
        _ => &line,
    };
    whole.strip_suffix('.').unwrap_or(whole).to_owned()
}

fn document() -> Value {
    serde_json::to_value(router::document()).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn file(name: &str) -> PathBuf {
    root().join("docs/reference").join(name)
}

/// Compares a page with itself after every block between `<!-- generated: NAME -->` and `<!-- end -->` is made anew,
/// or writes it.
#[expect(
    clippy::disallowed_methods,
    reason = "a switch for whoever runs the tests"
)]
fn holds(name: &str, blocks: &BTreeMap<&str, String>) {
    let before = fs::read_to_string(file(name)).unwrap();
    let mut after = before.clone();
    for (block, text) in blocks {
        let start = format!("<!-- generated: {block} -->\n");
        let (head, rest) = after
            .split_once(&start)
            .unwrap_or_else(|| panic!("{name} lacks the line {start}"));
        let (_, tail) = rest.split_once(END).expect("the block has an end");
        after = format!("{head}{start}{text}{END}{tail}");
    }
    assert_eq!(
        after.matches("<!-- generated: ").count(),
        blocks.len(),
        "{name}"
    );
    if std::env::var("UPDATE_DOCS").is_ok() {
        fs::write(file(name), after).unwrap();
        return;
    }
    for (number, (was, is)) in before.lines().zip(after.lines()).enumerate() {
        assert_eq!(
            was,
            is,
            "docs/reference/{name}, line {}; to write it anew: UPDATE_DOCS=1 cargo test --test it reference_pages",
            number + 1
        );
    }
    assert_eq!(
        before, after,
        "docs/reference/{name} ends too early or too late"
    );
}

//! Every route that the five earlier systems documented, held against the router, the promises and docs/migrate.

use std::fs;
use std::path::Path;

use integration_backend::config::VARIABLES;
use integration_backend::http::caller::access::TABLE;

use crate::support::TestApp;

use crate::support::files;

/// System, method, path as its clients know it, file of `src/http` where it lives.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Every route of theirs. The parameters in paths have this router's names.
#[rustfmt::skip]
const ROUTES: &[Row] = &[
    ("S0", "GET", "/", "pages/home.rs"),
    ("S0", "GET", "/health", "operations/health.rs"),
    ("S0", "GET", "/ready", "operations/health.rs"),
    ("S0", "GET", "/docs", "pages/docs.rs"),
    ("S0", "GET", "/openapi.json", "pages/docs.rs"),
    ("S0", "GET", "/api/v1/auth/status", "login/session.rs"),
    ("S0", "GET", "/api/v1/integrations/jira/ping", "earlier/integrations.rs"),
    ("S0", "GET", "/api/v1/integrations/confluence/ping", "earlier/integrations.rs"),
    ("S0", "GET", "/api/v1/auth/atlassian/login", "login/start.rs"),
    ("S0", "GET", "/api/v1/auth/atlassian/callback", "login/callback.rs"),
    ("S1", "GET", "/", "pages/home.rs"),
    ("S1", "GET", "/health", "operations/health.rs"),
    ("S1", "GET", "/healthz", "operations/health.rs"),
    ("S1", "GET", "/health/authorize-url", "operations/redirect_uris.rs"),
    ("S1", "GET", "/health/redirect-uri", "operations/redirect_uris.rs"),
    ("S1", "GET", "/docs", "pages/docs.rs"),
    ("S1", "GET", "/openapi.json", "pages/docs.rs"),
    ("S1", "GET", "/auth/jira/login", "login/start.rs"),
    ("S1", "GET", "/auth/jira/callback", "login/callback.rs"),
    ("S1", "GET", "/connectors", "connections/connectors.rs"),
    ("S1", "GET", "/connectors/jira/connection", "connections/connectors.rs"),
    ("S1", "PATCH", "/connectors/jira/connection", "connections/change.rs"),
    ("S1", "DELETE", "/connectors/jira/connection", "connections/connectors.rs"),
    ("S1", "GET", "/connectors/confluence/connection", "connections/connectors.rs"),
    ("S1", "PATCH", "/connectors/confluence/connection", "connections/change.rs"),
    ("S1", "DELETE", "/connectors/confluence/connection", "connections/connectors.rs"),
    ("S1", "GET", "/connectors/jira/projects", "jira/projects.rs"),
    ("S1", "GET", "/connectors/jira/search", "jira/search.rs"),
    ("S1", "POST", "/connectors/jira/create", "jira/issues.rs"),
    ("S1", "GET", "/connectors/confluence/spaces", "confluence/spaces.rs"),
    ("S1", "GET", "/connectors/confluence/search", "confluence/search.rs"),
    ("S1", "POST", "/connectors/confluence/create", "confluence/pages.rs"),
    ("S1", "POST", "/connectors/tools/invoke", "tools.rs"),
    ("S2", "GET", "/", "pages/home.rs"),
    ("S2", "GET", "/docs", "pages/docs.rs"),
    ("S2", "GET", "/openapi.json", "pages/docs.rs"),
    ("S2", "GET", "/auth/jira/oauth/start", "login/start.rs"),
    ("S2", "GET", "/auth/jira/oauth/callback", "login/callback.rs"),
    ("S2", "POST", "/auth/jira/api-token", "login/api_token.rs"),
    ("S2", "GET", "/jira/projects", "earlier/live_lists.rs"),
    ("S2", "GET", "/auth/confluence/oauth/start", "login/start.rs"),
    ("S2", "GET", "/auth/confluence/oauth/callback", "login/callback.rs"),
    ("S2", "POST", "/auth/confluence/api-token", "login/api_token.rs"),
    ("S2", "GET", "/confluence/spaces", "earlier/live_lists.rs"),
    ("S3", "GET", "/", "pages/home.rs"),
    ("S3", "GET", "/api/oauth/atlassian/login", "login/start.rs"),
    ("S3", "GET", "/api/oauth/callback/atlassian", "login/callback.rs"),
    ("S3", "POST", "/api/oauth/atlassian/refresh", "connections/refresh.rs"),
    ("S3", "GET", "/api/atlassian/resources", "connections/connectors.rs"),
    ("S3", "GET", "/auth/jira/login", "login/start.rs"),
    ("S3", "GET", "/auth/jira/callback", "login/callback.rs"),
    ("S3", "GET", "/auth/confluence/login", "login/start.rs"),
    ("S3", "GET", "/auth/confluence/callback", "login/callback.rs"),
    ("S3", "POST", "/integrations/jira/connect", "earlier/integrations.rs"),
    ("S3", "POST", "/integrations/confluence/connect", "earlier/integrations.rs"),
    ("S3", "GET", "/integrations/jira/projects/fetch", "stored/rows.rs"),
    ("S3", "GET", "/integrations/confluence/pages/fetch", "stored/rows.rs"),
    ("S3", "POST", "/users", "stored/users.rs"),
    ("S3", "GET", "/users", "stored/users.rs"),
    ("S3", "GET", "/users/{id}", "stored/users.rs"),
    ("S3", "POST", "/jira/projects", "stored/rows.rs"),
    ("S3", "GET", "/jira/projects/{owner_id}", "stored/rows.rs"),
    ("S3", "POST", "/confluence/pages", "stored/rows.rs"),
    ("S3", "GET", "/confluence/pages/{owner_id}", "stored/rows.rs"),
    ("S4", "GET", "/docs", "pages/docs.rs"),
    ("S4", "GET", "/dashboard/token", "pages/dashboard.rs"),
    ("S4", "GET", "/dashboard/events", "dashboard/stream.rs"),
    ("S4", "GET", "/api/auth/callback", "login/callback.rs"),
    ("S4", "GET", "/api/auth/jira/callback", "login/callback.rs"),
    ("S4", "GET", "/api/auth/jira/login", "earlier/aliases.rs"),
    ("S4", "GET", "/api/health", "earlier/aliases.rs"),
    ("S4", "GET", "/api/auth/oauth/login", "earlier/aliases.rs"),
    ("S4", "POST", "/api/auth/oauth/logout", "earlier/aliases.rs"),
    ("S4", "POST", "/api/auth/jira/refresh", "earlier/aliases.rs"),
    ("S4", "POST", "/api/auth/jira/logout", "earlier/aliases.rs"),
    ("S4", "GET", "/api/auth/oauth/token/status", "connections/token_status.rs"),
    ("S4", "GET", "/api/auth/oauth/token/events", "connections/token_status.rs"),
    ("S4", "POST", "/api/auth/oauth/token/refresh", "connections/token_status.rs"),
    ("S4", "GET", "/api/auth/oauth/jira/projects", "earlier/chatbot/panel.rs"),
    ("S4", "GET", "/api/auth/oauth/jira/issues", "earlier/chatbot/panel.rs"),
    ("S4", "GET", "/api/jira/health", "earlier/chatbot/reading.rs"),
    ("S4", "GET", "/api/jira/projects", "earlier/chatbot/reading.rs"),
    ("S4", "GET", "/api/jira/myself", "earlier/chatbot/reading.rs"),
    ("S4", "POST", "/api/jira/search", "earlier/chatbot/reading.rs"),
    ("S4", "GET", "/api/jira/issues", "earlier/chatbot/reading.rs"),
    ("S4", "POST", "/api/jira/issues", "earlier/chatbot/writing.rs"),
    ("S4", "GET", "/api/jira/issues/{key}", "earlier/chatbot/reading.rs"),
    ("S4", "PUT", "/api/jira/issues/{key}", "earlier/chatbot/writing.rs"),
    ("S4", "POST", "/api/jira/issues/{key}/comments", "earlier/chatbot/writing.rs"),
    ("S4", "GET", "/api/jira/issues/{key}/transitions", "earlier/chatbot/reading.rs"),
    ("S4", "POST", "/api/jira/issues/{key}/transitions", "earlier/chatbot/writing.rs"),
];

/// What each system promised, and the test that sees it kept.
const PROMISES: &str = include_str!("earlier_promises.txt");

/// One line of the promises.
struct Promise {
    system: &'static str,
    routes: Vec<(&'static str, String)>,
    line: &'static str,
    kept_by: &'static str,
}

fn promises() -> Vec<Promise> {
    let lines = PROMISES.lines().map(str::trim_end);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(" | ").map(str::trim).collect();
            assert!(matches!(cells.len(), 4 | 5), "{line}");
            let routes = cells[1].split(", ").filter(|route| *route != "-");
            Promise {
                system: cells[0],
                routes: routes
                    .flat_map(|route| spelled_out_route(route, line))
                    .collect(),
                line,
                kept_by: cells[3],
            }
        })
        .collect()
}

fn spelled_out_route(route: &'static str, line: &str) -> Vec<(&'static str, String)> {
    let (method, path) = route.split_once(' ').expect(line);
    let paths = spelled_out(path).into_iter();
    paths.map(|path| (method, path)).collect()
}

/// `/a/{b,c}/d` as `/a/b/d` and `/a/c/d`; braces without a comma are parameters and stay.
fn spelled_out(path: &str) -> Vec<String> {
    let choice = path.match_indices('{').find_map(|(start, _)| {
        let end = start + path[start..].find('}')?;
        path[start..end].contains(',').then_some((start, end))
    });
    let Some((start, end)) = choice else {
        return vec![path.to_owned()];
    };
    let one = |word: &str| format!("{}{word}{}", &path[..start], &path[end + 1..]);
    let words = path[start + 1..end].split(',');
    words.flat_map(|word| spelled_out(&one(word))).collect()
}

/// The router's own spelling of a path: the row that has the most literal words.
fn template(method: &str, path: &str) -> Option<&'static str> {
    let fits = |template: &str| {
        let (ours, theirs) = (template.split('/'), path.split('/'));
        ours.clone().count() == theirs.clone().count()
            && ours
                .zip(theirs)
                .all(|(ours, theirs)| ours == theirs || ours.starts_with('{'))
    };
    let rows = TABLE.iter();
    rows.filter(|(known, template, _)| *known == method && fits(template))
        .map(|(_, template, _)| *template)
        .min_by_key(|template| template.matches('{').count())
}

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_route_of_an_earlier_system_lives_where_the_table_says() {
    for (system, method, path, file) in ROUTES {
        let template = template(method, path)
            .unwrap_or_else(|| panic!("{system} {method} {path} is not served"));
        let source: String = read(&format!("src/http/{file}"))
            .split_whitespace()
            .collect();
        let documented = format!("path=\"{template}\"");
        if source.contains(&documented) {
            let with_method = format!("{},{documented}", method.to_lowercase());
            assert!(
                source.contains(&with_method),
                "{method} {template} is not in {file}"
            );
        } else {
            assert!(
                source.contains(&format!("\"{template}\"")),
                "{template} is not in {file}"
            );
        }
    }
}

#[tokio::test]
async fn every_route_of_an_earlier_system_is_answered() {
    let app = TestApp::start().await;
    for (system, method, path, _) in ROUTES {
        let path = path
            .replace("{key}", "APP-1")
            .replace("{id}", "1")
            .replace("{owner_id}", "1");
        let body = (*method != "GET").then(|| String::from("{}"));
        // What does not exist is said before anybody is asked who they are.
        let answer = app.browser().send(method, &path, &[], body).await;
        assert!(
            !matches!(answer.status, 404 | 405 | 415 | 500..),
            "{system} {method} {path}: {} {}",
            answer.status,
            answer.body
        );
    }
}

#[test]
fn every_promise_names_a_test_and_every_route_has_a_promise() {
    let promises = promises();
    for promise in &promises {
        let (module, name) = promise.kept_by.rsplit_once("::").expect(promise.line);
        let source = read(&format!("tests/it/{}.rs", module.replace("::", "/")));
        let at = source.find(&format!("fn {name}("));
        let at = at.unwrap_or_else(|| panic!("there is no such test: {}", promise.line));
        let attributes = source[..at].rsplit("\n\n").next().unwrap_or_default();
        assert!(attributes.contains("test]"), "not a test: {}", promise.line);
        for (method, path) in &promise.routes {
            let known = ROUTES
                .iter()
                .any(|row| (row.0, row.1, row.2) == (promise.system, *method, path.as_str()));
            assert!(
                known,
                "{method} {path} is not in the table: {}",
                promise.line
            );
        }
    }
    for (system, method, path, _) in ROUTES {
        let kept = promises.iter().any(|promise| {
            promise.system == *system
                && promise
                    .routes
                    .iter()
                    .any(|route| (route.0, route.1.as_str()) == (*method, *path))
        });
        assert!(kept, "no promise about {system} {method} {path}");
    }
}

/// One section of the page of docs/migrate about a system.
fn section(system: &str, heading: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/migrate");
    let start = format!("{}-", system.to_lowercase());
    let mut names = fs::read_dir(folder).expect("docs/migrate").map(|entry| {
        let name = entry.expect("an entry of docs/migrate").file_name();
        name.into_string().expect("a plain name")
    });
    let name = names.find(|name| name.starts_with(&start)).expect(system);
    let page = read(&format!("docs/migrate/{name}"));
    let (_, text) = page
        .split_once(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("{name} has no section {heading}"));
    text.split("\n## ").next().unwrap_or_default().to_owned()
}

/// The routes in a table of methods and paths, spelled out.
fn routes_in(text: &str) -> Vec<(String, String)> {
    let rows = text.lines().filter(|line| line.contains('`'));
    let rows = rows.filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    rows.flat_map(|(methods, paths)| {
        let paths: Vec<String> = files::in_backticks(paths)
            .iter()
            .flat_map(|path| spelled_out(path))
            .collect();
        methods.split(", ").flat_map(move |method| {
            let paths = paths.clone().into_iter();
            paths.map(move |path| (method.to_owned(), path))
        })
    })
    .collect()
}

#[test]
fn a_page_tells_each_systems_people_about_each_of_its_routes_and_of_no_others() {
    for system in ["S0", "S1", "S2", "S3", "S4"] {
        let told = routes_in(&section(system, "Routes"));
        for (_, method, path, _) in ROUTES.iter().filter(|row| row.0 == system) {
            assert!(
                told.iter().any(|one| one.0 == *method && one.1 == *path),
                "{system} {method} {path} is not on its page"
            );
        }
        for (method, path) in &told {
            let known = ROUTES
                .iter()
                .any(|row| row.0 == system && row.1 == method && row.2 == path);
            assert!(
                known,
                "{system}'s page: {method} {path} is not in the table"
            );
        }
    }
}

#[test]
fn a_page_tells_of_settings_that_take_effect_and_of_those_that_do_not() {
    for system in ["S0", "S1", "S2", "S3", "S4"] {
        let settings = section(system, "Settings");
        let (_, settings) = settings.split_once("Take effect: ").expect(system);
        let (good, ignored) = settings
            .split_once("Without effect: ")
            .unwrap_or((settings, ""));
        let is_known = |name: &String| {
            VARIABLES
                .iter()
                .any(|one| one.names().any(|known| known == name))
        };
        let is_name = |span: &String| {
            span.bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        };
        let unknown: Vec<String> = files::in_backticks(good)
            .into_iter()
            .filter(|span| is_name(span) && !is_known(span))
            .collect();
        assert!(unknown.is_empty(), "{system}: {unknown:?}");
        let taken: Vec<String> = files::in_backticks(ignored)
            .into_iter()
            .filter(is_known)
            .collect();
        assert!(taken.is_empty(), "{system}: {taken:?} take effect");
        assert!(
            !files::in_backticks(good).is_empty(),
            "{system} has no settings"
        );
    }
}

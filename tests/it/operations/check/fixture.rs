//! A `check` of the test's own: what is asked, and its findings.

use std::collections::HashMap;

use atlassian_sandbox::App;
use integration_backend::commands::check::{self, CheckRequest, Mark, Report, Target};
use integration_backend::config;

use crate::support::{Browser, TestApp};

/// The one callback URL the tests' app has in the console.
pub(crate) const CALLBACK: (&str, &str) = (
    "ATLASSIAN_REDIRECT_URI",
    "http://localhost:3001/auth/atlassian/callback",
);

pub(crate) async fn check(app: &TestApp, changes: &[(&str, &str)]) -> Report {
    check_as(app, changes, Target::All, None, false).await
}

pub(crate) async fn check_as(
    app: &TestApp,
    changes: &[(&str, &str)],
    target: Target,
    owner: Option<&str>,
    refresh: bool,
) -> Report {
    let request = CheckRequest {
        target,
        tenant: "default",
        owner,
        refresh,
    };
    run(app, changes, &request).await
}

/// Everything, in a namespace.
pub(crate) async fn check_in(app: &TestApp, tenant: &str, owner: Option<&str>) -> Report {
    let request = CheckRequest {
        target: Target::All,
        tenant,
        owner,
        refresh: false,
    };
    run(app, &[], &request).await
}

async fn run(app: &TestApp, changes: &[(&str, &str)], request: &CheckRequest<'_>) -> Report {
    let mut settings: HashMap<String, String> = app.settings.clone();
    for (name, value) in changes {
        settings.insert((*name).to_owned(), (*value).to_owned());
    }
    let settings = config::load(&|name| settings.get(name).cloned(), None).unwrap();
    check::run(&settings, app.clock.clone(), request)
        .await
        .unwrap()
}

/// A section's text, with what differs from run to run made equal.
pub(crate) fn section(app: &TestApp, report: &Report, title: &str) -> String {
    let section = report.section(title);
    let text = section
        .unwrap_or_else(|| panic!("no {title} in {report}"))
        .to_string();
    let folder = app.database_folder().display().to_string();
    let time = |word: &str| word.starts_with("20") && word.contains('T') && word.contains('Z');
    let steady = |line: &str| {
        let words = line
            .split(' ')
            .map(|word| if time(word) { "TIME" } else { word });
        let line = words.collect::<Vec<_>>().join(" ");
        // What was changed last is another issue or page every day.
        let found = ["ok       issues      ", "ok       search      "];
        match found.iter().find(|found| line.contains(**found)) {
            Some(found) => format!("  {found}FOUND"),
            None => line,
        }
    };
    let text = text
        .replace(&app.sandbox.base_url(), "http://sandbox")
        .replace(&folder, "/data");
    text.lines().map(steady).collect::<Vec<_>>().join("\n")
}

/// What is wrong about a subject, and what to do.
pub(crate) fn wrong(report: &Report, subject: &str) -> (Mark, String, String) {
    let mut findings = report.findings();
    let found = findings.find(|one| one.subject == subject && one.mark >= Mark::Warning);
    let found = found.unwrap_or_else(|| panic!("nothing wrong with {subject}:\n{report}"));
    let advice = found.advice.clone().unwrap();
    (found.mark, found.text.clone(), advice)
}

pub(crate) async fn id_of(browser: &Browser) -> String {
    let session = browser.get("/auth/session").await.json();
    session["user"]["id"].as_str().unwrap().to_owned()
}

/// The app in the console, changed.
pub(crate) fn console(app: &TestApp, change: impl FnOnce(&mut App)) {
    let mut entry = App {
        redirect_uris: vec![CALLBACK.1.to_owned()],
        ..App::default()
    };
    change(&mut entry);
    app.sandbox.add_app(entry);
}

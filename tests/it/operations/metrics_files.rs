//! The files for Grafana and Prometheus use metrics that exist.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::refresh::fixture::force;
use crate::support::TestApp;
use crate::support::files;

fn file(name: &str) -> Value {
    serde_json::from_str(&files::text(&format!("deploy/{name}"))).unwrap()
}

/// Every text under a key of this name.
fn texts_of(value: &Value, key: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                match inner.as_str() {
                    Some(text) if name == key => found.push(text.to_owned()),
                    _ => texts_of(inner, key, found),
                }
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| texts_of(entry, key, found)),
        _ => {}
    }
}

/// The names of metrics in an expression: words of ours, and those every process has.
fn names(expression: &str) -> Vec<String> {
    expression
        .split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
        .filter(|word| word.starts_with("integration_backend_") || word.starts_with("process_"))
        .map(str::to_owned)
        .collect()
}

/// The names that a scrape shows, after everything has happened once.
async fn known() -> BTreeSet<String> {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.advance(std::time::Duration::from_secs(31));
    force(&browser).await;
    browser.get("/connectors/jira/projects?limit=1").await;
    let text = browser.get("/metrics").await.body;
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split(['{', ' ']).next().unwrap().to_owned())
        .collect()
}

async fn assert_known(expressions: &[String]) {
    let known = known().await;
    for expression in expressions {
        let used = names(expression);
        assert!(!used.is_empty(), "no metric of ours: {expression}");
        for name in used {
            assert!(known.contains(&name), "{name} is not among {known:?}");
        }
        let open = expression.matches(['(', '{', '[']).count();
        assert_eq!(
            open,
            expression.matches([')', '}', ']']).count(),
            "{expression}"
        );
    }
}

#[tokio::test]
async fn the_dashboard_for_grafana_uses_metrics_that_exist() {
    let dashboard = file("grafana-dashboard.json");
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_i64().unwrap()), "{panel}");
        assert!(!panel["title"].as_str().unwrap().is_empty());
    }
    let mut expressions = Vec::new();
    texts_of(&dashboard, "expr", &mut expressions);
    assert!(expressions.len() >= panels.len() / 2, "{expressions:?}");
    assert_known(&expressions).await;
}

/// The expressions of the rules file: YAML, of which only `expr: …` lines matter here.
#[tokio::test]
async fn the_alert_rules_use_metrics_that_exist_and_say_what_to_do() {
    let text = files::text("deploy/alert-rules.yml");
    let fields = |name: &str| -> Vec<String> {
        let start = format!("{name}: ");
        text.lines()
            .filter_map(|line| {
                line.trim_start()
                    .trim_start_matches("- ")
                    .strip_prefix(&start)
            })
            .map(|value| value.trim_matches('\'').to_owned())
            .collect()
    };
    let (alerts, expressions) = (fields("alert"), fields("expr"));
    assert!(alerts.len() >= 8, "{alerts:?}");
    for part in ["expr", "for", "severity", "summary", "description"] {
        assert_eq!(fields(part).len(), alerts.len(), "{part}");
    }
    assert_known(&expressions).await;
}

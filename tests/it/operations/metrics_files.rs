//! The files for Grafana and Prometheus use metrics that exist, and the page of metrics tells of all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use integration_backend::work::measures::METRICS;
use serde_json::Value;

use crate::refresh::fixture::force;
use crate::support::TestApp;

fn file(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("deploy")
        .join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
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

/// What Prometheus itself writes for each target (<https://prometheus.io/docs/concepts/jobs_instances/>).
const UP: &str = "up";

/// The names of metrics in an expression: words of ours, and those every process has.
fn names(expression: &str) -> Vec<String> {
    expression
        .split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
        .filter(|word| {
            word.starts_with("integration_backend_") || word.starts_with("process_") || *word == UP
        })
        .map(str::to_owned)
        .collect()
}

/// The samples that a scrape shows, after everything has happened once.
async fn samples() -> Vec<String> {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.advance(std::time::Duration::from_secs(31));
    force(&browser).await;
    browser.get("/connectors/jira/projects?limit=1").await;
    let tool = serde_json::json!({"tool": "jira_get_current_user"});
    browser.post("/connectors/tools/invoke", tool).await;
    let text = browser.get("/metrics").await.body;
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Their names.
async fn known() -> BTreeSet<String> {
    let samples = samples().await;
    samples
        .iter()
        .map(|line| line.split(['{', ' ']).next().unwrap().to_owned())
        .chain([UP.to_owned()])
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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/alert-rules.yml");
    let text = fs::read_to_string(path).unwrap();
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

fn in_backticks(text: &str) -> BTreeSet<String> {
    let parts = text.split('`').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

/// The labels of a sample, without a histogram's own.
fn labels(sample: &str) -> BTreeMap<String, String> {
    let inner = sample
        .split_once('{')
        .and_then(|(_, rest)| rest.rsplit_once('}'))
        .map_or("", |(inner, _)| inner);
    let pairs = inner.split("\",").filter_map(|pair| pair.split_once("=\""));
    pairs
        .map(|(name, value)| (name.to_owned(), value.trim_end_matches('"').to_owned()))
        .filter(|(name, _)| name != "le")
        .collect()
}

#[tokio::test]
async fn the_page_of_metrics_has_every_metric_with_its_labels_and_their_values() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/metrics.md");
    let page = fs::read_to_string(path).unwrap();
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| `integration_") || line.starts_with("| `process_"));
    let rows: Vec<Vec<&str>> = rows
        .map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), METRICS.len());
    let samples = samples().await;
    for (row, metric) in rows.iter().zip(METRICS) {
        let kind = format!("{:?}", metric.kind).to_lowercase();
        let name = format!("`{}`", metric.name);
        assert_eq!([row[0], row[1], row[3]], [&name, &kind, metric.help]);
        let is_its = |sample: &&String| {
            let sample = sample.split(['{', ' ']).next().unwrap();
            let rest = sample.strip_prefix(metric.name);
            rest.is_some_and(|rest| ["", "_bucket", "_sum", "_count"].contains(&rest))
        };
        let mut seen = 0;
        for sample in samples.iter().filter(is_its) {
            seen += 1;
            let labels = labels(sample);
            let names: BTreeSet<String> = labels.keys().cloned().collect();
            assert_eq!(names, in_backticks(row[2]), "{sample}");
            for (label, value) in labels {
                let free = ["version", "route", "method", "product", "operation", "tool"];
                let is_class = label == "status" && value.ends_with("xx");
                let told = page.contains(&format!("`{value}`"));
                assert!(
                    told || is_class || free.contains(&label.as_str()),
                    "{sample}"
                );
            }
        }
        assert!(seen > 0, "{} was not scraped", metric.name);
    }
}

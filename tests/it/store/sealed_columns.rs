//! The list of sealed columns, held against the schema and against what really stands in the rows.

use std::collections::BTreeSet;

use integration_backend::store::sealed_columns;
use rstest::rstest;

use crate::edge::idempotency::fixture::{JIRA, issue, send};
use crate::support::TestApp;
use crate::support::database::Database;
use crate::support::raw_database::Raw;

/// sqlx's own table, whose checksums are bytes.
const MIGRATIONS: &str = "_sqlx_migrations";

/// Every column of our tables as `table.column type`.
async fn columns(raw: &mut Raw) -> Vec<String> {
    let query = match raw {
        Raw::Sqlite(_) => {
            "SELECT group_concat(m.name || '.' || c.name || ' ' || lower(c.type), char(10))
             FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
        Raw::Postgres(_) => {
            "SELECT string_agg(table_name || '.' || column_name || ' ' || data_type, chr(10))
             FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    let text = raw.text(query).await.unwrap();
    let ours = text.lines().filter(|line| !line.starts_with(MIGRATIONS));
    ours.map(str::to_owned).collect()
}

fn listed() -> BTreeSet<String> {
    sealed_columns::all()
        .map(|(table, column)| format!("{table}.{column}"))
        .collect()
}

#[rstest]
#[tokio::test]
async fn every_sealed_column_of_the_schema_is_in_the_list_and_none_holds_bytes(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let columns = columns(&mut app.raw().await).await;
    assert!(columns.len() > 100, "{columns:?}");
    let mut sealed = BTreeSet::new();
    for column in &columns {
        let (name, kind) = column.split_once(' ').unwrap();
        assert!(
            ["text", "bigint", "boolean"].contains(&kind),
            "{column}: a column of bytes could hold anything"
        );
        if name.ends_with("sealed") {
            sealed.insert(name.to_owned());
        }
    }
    assert_eq!(sealed, listed());
}

#[rstest]
#[tokio::test]
async fn what_is_sealed_in_the_rows_of_a_used_service_stands_in_listed_columns_only(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    let created = send(&browser, JIRA, "sealed", &issue("sealed")).await;
    assert_eq!(created.status, 201, "{}", created.body);
    for start in ["/auth/atlassian/login?site=acme", "/auth/jira/oauth/start"] {
        assert_eq!(app.browser().get(start).await.status, 200);
    }
    let mut raw = app.raw().await;
    let mut sealed = BTreeSet::new();
    for column in columns(&mut raw).await {
        let Some(name) = column.strip_suffix(" text") else {
            continue;
        };
        let (table, column) = name.split_once('.').unwrap();
        let found = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE 'v1.test.%'");
        if raw.number(found).await != Some(0) {
            sealed.insert(name.to_owned());
        }
    }
    assert_eq!(sealed, listed());
}

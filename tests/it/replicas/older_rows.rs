//! Rows as the last released version wrote them, in its schema, while one of its processes renews a token.
//! The real older program runs in the long form (`rolling_upgrade.rs`).

use std::time::Duration;

use rstest::rstest;
use serde_json::json;

use crate::faults::history::{History, Lost};
use crate::refresh::fixture::READ;
use crate::support::TestApp;
use crate::support::app::elsewhere;
use crate::support::database::Database;
use crate::support::raw_database::Raw;
use crate::sync::fixture::{stored_projects, synced};

/// What the migrations after 0.1.0 added.
const NEWER: [&str; 21] = [
    "ALTER TABLE idempotency_keys DROP COLUMN lease_owner",
    "ALTER TABLE grants DROP COLUMN failed_at",
    "ALTER TABLE sync_runs DROP COLUMN noted_at",
    "DROP TABLE processes",
    "DROP TABLE moves",
    "ALTER TABLE connections DROP COLUMN trouble",
    "ALTER TABLE api_keys DROP COLUMN limits",
    "DROP TABLE agent_access_tokens",
    "DROP TABLE agent_refresh_tokens",
    "DROP TABLE agents",
    "DROP TABLE agent_codes",
    "DROP TABLE agent_consents",
    "DROP TABLE agent_clients",
    "DROP TABLE agent_requests",
    "DROP INDEX stored_projects_by_key_at_site",
    "DROP INDEX stored_pages_by_id_at_site",
    "UPDATE stored_projects SET project_key = COALESCE(key_at_site, project_key)",
    "UPDATE stored_pages SET page_id = COALESCE(id_at_site, page_id)",
    "ALTER TABLE stored_projects DROP COLUMN key_at_site",
    "ALTER TABLE stored_pages DROP COLUMN id_at_site",
    "ALTER TABLE sync_runs DROP COLUMN unread",
];
const LAST_OF_OLDER: i64 = 6;

/// Takes the schema back to that of 0.1.0, with all rows.
async fn take_back(raw: &mut Raw) {
    for statement in NEWER {
        raw.run(statement).await;
    }
    let left = raw
        .run(format!(
            "DELETE FROM _sqlx_migrations WHERE version > {LAST_OF_OLDER}"
        ))
        .await;
    assert_eq!(
        left, 8,
        "a migration after 0014 belongs into this test, too"
    );
}

#[rstest]
#[tokio::test]
async fn what_the_older_version_wrote_serves_and_its_running_renewal_is_waited_for(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    synced(&mia, "jira").await;
    let user = json!({"email": "ada@example.com"});
    assert_eq!(mia.post("/users", user).await.status, 201);
    let stored = stored_projects(&mia).await;
    let mut raw = app.raw().await;
    take_back(&mut raw).await;
    // 0.1.0 named itself by chance and held a lease for a minute, by its own clock.
    let until = app.clock_millis() + 60_000;
    let leased = raw
        .run(format!(
            "UPDATE grants SET lease_owner = '018f3c1a', lease_until = {until}, refresh_started_at = {until} - 60000, fence = fence + 1
             WHERE owner = (SELECT owner FROM grants ORDER BY created_at LIMIT 1)"
        ))
        .await;
    assert_eq!(leased, 1);
    let newer = app.another_process().await;
    let (mia, omar) = (elsewhere(&newer, &mia), elsewhere(&newer, &omar));
    assert_eq!(stored_projects(&mia).await, stored);
    assert_eq!(mia.read("/connectors").await, mia.read("/connectors").await);
    let mut history = History::begin(&app.settings["INTEGRATION_DB_URL"], &app.sandbox).await;
    history.expire(&app.sandbox);
    let calls = app.sandbox.token_uses().len();
    assert_eq!(omar.get(READ).await.status, 200, "nobody renews his");
    assert_eq!(app.sandbox.token_uses().len(), calls + 1);
    let waited = tokio::time::timeout(Duration::from_secs(2), mia.get(READ)).await;
    assert!(waited.is_err(), "hers is being renewed: {waited:?}");
    assert_eq!(app.sandbox.token_uses().len(), calls + 1);
    app.advance(Duration::from_secs(61));
    assert_eq!(mia.get(READ).await.status, 200, "its process has died");
    history.check(&app.sandbox, Lost(0)).await;
}

//! The first start beside what an earlier system left: its database file, its settings.

use rstest::rstest;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::support::Browser;
use crate::support::installation::Installation;

/// Makes a database as an earlier system did.
async fn their_database(installation: &Installation, name: &str, tables: &[&'static str]) {
    let options = SqliteConnectOptions::new()
        .filename(installation.file(name))
        .create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    for table in tables {
        let statement = format!("CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT)");
        let statement = sqlx::AssertSqlSafe(statement);
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    sqlx::Connection::close(connection).await.unwrap();
}

#[rstest]
#[case::s1("integration.db", &["users", "jira_projects", "confluence_pages", "connector_tokens"])]
#[case::s3("integration.db", &["users", "jira_projects", "confluence_pages"])]
#[case::s4("app.db", &["oauth_tokens", "reminders"])]
#[case::nothing_in_it("app.db", &["alembic_version"])]
#[tokio::test]
async fn the_service_starts_beside_the_tables_of_an_earlier_system(
    #[case] name: &str,
    #[case] tables: &[&'static str],
) {
    let installation = Installation::new().await;
    their_database(&installation, name, tables).await;
    let mut command = installation.command(&[]);
    command.env("INTEGRATION_DB_URL", format!("sqlite:///./{name}"));
    let process = installation.start_command(command).await;
    assert_eq!(installation.browser().get("/ready").await.status, 200);
    let browser = installation.logged_in().await;
    drop(process);
    assert!(installation.file("vault.key").exists());
    // Once our rows are there, a lost key stops the start, as ever.
    std::fs::rename(installation.file("vault.key"), installation.file("away")).unwrap();
    let mut command = installation.command(&[]);
    command.env("INTEGRATION_DB_URL", format!("sqlite:///./{name}"));
    let (code, said) = installation.outcome(command).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("put the key file back"), "{said}");
    std::fs::rename(installation.file("away"), installation.file("vault.key")).unwrap();
    let mut command = installation.command(&[]);
    command.env("INTEGRATION_DB_URL", format!("sqlite:///./{name}"));
    let _process = installation.start_command(command).await;
    let again: Browser = installation.browser();
    again.set_cookie("ib_session", &browser.cookie("ib_session").unwrap());
    assert_eq!(again.read("/auth/session").await["authenticated"], true);
}

#[tokio::test]
async fn a_table_of_theirs_under_a_name_of_ours_is_said_in_one_line() {
    let installation = Installation::new().await;
    their_database(&installation, "app.db", &["users", "sessions"]).await;
    let mut command = installation.command(&[]);
    command.env("INTEGRATION_DB_URL", "sqlite:///./app.db");
    let (code, said) = installation.outcome(command).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("a table sessions of its own"), "{said}");
    assert!(!installation.file("vault.key").exists());
}

#[tokio::test]
async fn what_is_no_database_gets_no_key() {
    let installation = Installation::new().await;
    std::fs::write(installation.file("app.db"), b"no database at all").unwrap();
    let mut command = installation.command(&[]);
    command.env("INTEGRATION_DB_URL", "sqlite:///./app.db");
    let (code, said) = installation.outcome(command).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(!installation.file("vault.key").exists());
}

#[tokio::test]
async fn a_short_signing_secret_of_an_old_file_is_replaced_with_a_warning() {
    let installation = Installation::new().await;
    std::fs::write(installation.file(".env"), "SECRET_KEY=change-me\n").unwrap();
    let _process = installation.start().await;
    installation.logged_in().await;
    let log = std::fs::read_to_string(installation.file("log")).unwrap();
    assert!(log.contains("SECRET_KEY is shorter than 16 bytes"), "{log}");
    assert!(!log.contains("change-me"), "{log}");
}

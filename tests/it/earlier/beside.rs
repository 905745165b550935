//! The first start beside what an earlier system left: its database file, its settings.

use rstest::rstest;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::support::Browser;
use crate::support::installation::Installation;
use crate::support::raw_database::Raw;

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

/// Another program that uses sqlx: its list of migrations would be ours, and it would not start any more.
#[rstest]
#[case::its_own_number(20_240_101)]
#[case::a_number_of_ours(1)]
#[tokio::test]
async fn a_database_of_another_program_with_migrations_is_left_as_it_is(#[case] version: i64) {
    use std::os::unix::fs::PermissionsExt;
    let installation = Installation::new().await;
    let file = installation.file("app.db");
    their_database(&installation, "app.db", &["reminders"]).await;
    let mut raw = Raw::open(&format!("sqlite:///{}", file.display())).await;
    for statement in [
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)",
        "CREATE TABLE users (id INTEGER PRIMARY KEY)",
        &format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES ({version}, 'theirs', TRUE, x'00', 1)"
        ),
    ] {
        raw.run(statement).await;
    }
    drop(raw);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let before = std::fs::read(&file).unwrap();
    let mut command = installation.command(&[]);
    command.env("INTEGRATION_DB_URL", "sqlite:///./app.db");
    let (code, said) = installation.outcome(command).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("is another program's"), "{said}");
    assert!(!installation.file("vault.key").exists());
    assert_eq!(std::fs::read(&file).unwrap(), before);
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
}

#[tokio::test]
async fn a_view_of_theirs_under_a_name_of_ours_is_said_too() {
    let installation = Installation::new().await;
    their_database(&installation, "app.db", &["t"]).await;
    let file = installation.file("app.db");
    let mut raw = Raw::open(&format!("sqlite:///{}", file.display())).await;
    raw.run("CREATE VIEW grants AS SELECT * FROM t").await;
    drop(raw);
    let mut command = installation.command(&[]);
    command.env("INTEGRATION_DB_URL", "sqlite:///./app.db");
    let (code, said) = installation.outcome(command).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("grants of its own"), "{said}");
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
    assert!(said.contains("is no SQLite database"), "{said}");
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

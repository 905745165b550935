//! A database of its own for every test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use integration_backend::model::database_url::DatabaseUrl;
use integration_backend::model::secret::Secret;
use sqlx::{Connection, PgConnection};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// A database that no other test uses. A SQLite file goes with its folder; PostgreSQL databases go
/// with the throwaway server that `test.sh` started.
#[derive(Debug)]
pub struct TestDatabase {
    pub location: DatabaseUrl,
    pub folder: PathBuf,
}

static COUNTER: AtomicU32 = AtomicU32::new(0);

impl TestDatabase {
    pub async fn new(kind: Database) -> Self {
        let name = format!(
            "ib_test_{}_{}",
            std::process::id(),
            COUNTER.fetch_add(1, Ordering::SeqCst)
        );
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).unwrap();
        let location = match kind {
            Database::Sqlite => DatabaseUrl::Sqlite(folder.join("integration.db")),
            Database::Postgres => {
                DatabaseUrl::Postgres(Secret::new(postgres_database(&name).await))
            }
        };
        Self { location, folder }
    }

    /// The location as the setting `INTEGRATION_DB_URL`.
    pub fn url(&self) -> String {
        match &self.location {
            DatabaseUrl::Sqlite(path) => format!("sqlite:///{}", path.display()),
            DatabaseUrl::Postgres(url) => url.expose().to_owned(),
        }
    }
}

impl TestDatabase {
    /// Lets a database server take its time from a file from now on, in milliseconds: the functions of a
    /// schema that stands before `pg_catalog` in the search path are found first.
    pub(super) async fn read_time_from_file(&self) -> Option<PathBuf> {
        let DatabaseUrl::Postgres(url) = &self.location else {
            return None;
        };
        let file = self.folder.join("server-time");
        let mut connection = PgConnection::connect(url.expose()).await.unwrap();
        let name = url.expose().rsplit_once('/').unwrap().1;
        for statement in [
            String::from("CREATE SCHEMA test_clock"),
            format!(
                "CREATE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
                 $$ SELECT to_timestamp(pg_read_file('{}')::float8 / 1000) $$",
                file.display()
            ),
            format!("ALTER DATABASE {name} SET search_path = public, test_clock, pg_catalog"),
        ] {
            let statement = sqlx::AssertSqlSafe(statement);
            sqlx::query(statement).execute(&mut connection).await.unwrap();
        }
        Some(file)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "test.sh says here where its PostgreSQL server is"
)]
async fn postgres_database(name: &str) -> String {
    let server = std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL is not set: run the tests with ./test.sh, which starts a throwaway PostgreSQL server");
    let mut connection = PgConnection::connect(&format!("{server}/postgres"))
        .await
        .expect("the PostgreSQL server of test.sh answers");
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .unwrap();
    format!("{server}/{name}")
}

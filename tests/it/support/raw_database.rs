//! A way into a database behind the program's back: what an operator, a thief or a crash would do there.

use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};

use super::TestApp;

impl TestApp {
    /// Such a connection to this app's database.
    pub async fn raw(&self) -> Raw {
        Raw::open(&self.settings["INTEGRATION_DB_URL"]).await
    }
}

/// A connection of its own, beside the program's.
#[derive(Debug)]
pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    /// The database at `url`, as `INTEGRATION_DB_URL` names it.
    pub async fn open(url: &str) -> Self {
        if let Some(path) = url.strip_prefix("sqlite:///") {
            let options = SqliteConnectOptions::new()
                .filename(path)
                .busy_timeout(Duration::from_secs(5));
            return Self::Sqlite(options.connect().await.unwrap());
        }
        Self::Postgres(PgConnection::connect(url).await.unwrap())
    }

    /// Runs a statement; gives how many rows it changed.
    pub async fn run(&mut self, sql: impl Into<String>) -> u64 {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Sqlite(db) => sqlx::query(sql).execute(db).await.unwrap().rows_affected(),
            Self::Postgres(db) => sqlx::query(sql).execute(db).await.unwrap().rows_affected(),
        }
    }

    /// The one text a query gives; none for NULL.
    pub async fn text(&mut self, sql: impl Into<String>) -> Option<String> {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Sqlite(db) => sqlx::query_scalar(sql).fetch_one(db).await.unwrap(),
            Self::Postgres(db) => sqlx::query_scalar(sql).fetch_one(db).await.unwrap(),
        }
    }

    /// How the database runs a query, a line for each step. PostgreSQL plans by the size of its tables,
    /// so there the query is really run.
    pub async fn plan(&mut self, sql: impl Into<String>) -> String {
        let sql = sql.into();
        let steps: Vec<String> = match self {
            Self::Sqlite(db) => {
                let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
                let steps: Vec<(i64, i64, i64, String)> =
                    sqlx::query_as(sql).fetch_all(db).await.unwrap();
                steps.into_iter().map(|step| step.3).collect()
            }
            Self::Postgres(db) => {
                let sql = AssertSqlSafe(format!("EXPLAIN ANALYZE {sql}"));
                sqlx::query_scalar(sql).fetch_all(db).await.unwrap()
            }
        };
        steps.into_iter().map(|step| step + "\n").collect()
    }

    /// How the database would run a statement with any values for its parameters, whatever the size of the tables;
    /// none where it does not know the statement.
    pub async fn generic_plan(&mut self, sql: &str) -> Option<String> {
        let db = match self {
            Self::Postgres(db) => db,
            Self::Sqlite(db) => {
                let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
                let steps: Vec<(i64, i64, i64, String)> =
                    sqlx::query_as(explain).fetch_all(db).await.ok()?;
                return Some(steps.into_iter().map(|step| step.3 + "\n").collect());
            }
        };
        for setting in [
            "plan_cache_mode = force_generic_plan",
            "enable_seqscan = off",
        ] {
            let set = AssertSqlSafe(format!("SET {setting}"));
            sqlx::query(set).execute(&mut *db).await.unwrap();
        }
        let prepare = AssertSqlSafe(format!("PREPARE planned AS {sql}"));
        sqlx::raw_sql(prepare).execute(&mut *db).await.ok()?;
        let count = "SELECT cardinality(parameter_types)::bigint FROM pg_prepared_statements WHERE name = 'planned'";
        let parameters: i64 = sqlx::query_scalar(count).fetch_one(&mut *db).await.unwrap();
        let values = vec!["NULL"; usize::try_from(parameters).unwrap()].join(", ");
        let values = if values.is_empty() {
            values
        } else {
            format!("({values})")
        };
        let explain = AssertSqlSafe(format!("EXPLAIN EXECUTE planned{values}"));
        let steps: Vec<String> = sqlx::query_scalar(explain)
            .fetch_all(&mut *db)
            .await
            .unwrap();
        sqlx::query("DEALLOCATE planned")
            .execute(&mut *db)
            .await
            .unwrap();
        Some(steps.into_iter().map(|step| step + "\n").collect())
    }

    /// The one number a query gives; none for NULL.
    pub async fn number(&mut self, sql: impl Into<String>) -> Option<i64> {
        let sql = AssertSqlSafe(sql.into());
        match self {
            Self::Sqlite(db) => sqlx::query_scalar(sql).fetch_one(db).await.unwrap(),
            Self::Postgres(db) => sqlx::query_scalar(sql).fetch_one(db).await.unwrap(),
        }
    }
}

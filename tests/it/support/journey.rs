//! The steps of a login one by one, and a look into the database.

use sqlx::{Connection, SqliteConnection};
use url::Url;

use super::{Answer, Browser, TestApp};

/// Mia reaches both sites, Omar only this one.
pub const ACME: &str = "1324a887-45db-1bf4-1e99-ef0ff456d421";
/// Mia's other site; Léa reaches only its Confluence.
pub const GLOBEX: &str = "7f0c2b1e-93d4-4a67-8c15-2be0d9a4f733";

impl TestApp {
    /// Starts a login in `browser`; gives the address at Atlassian, however the start answers it.
    pub async fn authorize_url(&self, browser: &Browser, start: &str) -> String {
        let answer = browser.get(start).await;
        if matches!(answer.status, 302 | 307) {
            return answer.header("location").to_owned();
        }
        assert_eq!(answer.status, 200, "{start}: {}", answer.body);
        let body = answer.json();
        let url = body["url"].as_str().or_else(|| body["auth_url"].as_str());
        url.unwrap().to_owned()
    }

    /// Starts a login and consents as `account` to all sites; gives the callback's address.
    pub async fn callback_url(&self, browser: &Browser, start: &str, account: &str) -> String {
        let url = self.authorize_url(browser, start).await;
        self.sandbox.consent(&url, account, None).await.unwrap()
    }

    /// A whole login; gives the callback's answer.
    pub async fn complete(&self, browser: &Browser, start: &str, account: &str) -> Answer {
        let callback = self.callback_url(browser, start, account).await;
        browser.get(&callback).await
    }

    /// A browser in which `account` has logged in through this start.
    pub async fn logged_in_by(&self, start: &str, account: &str) -> Browser {
        let browser = self.browser();
        let ended = self.complete(&browser, start, account).await;
        assert!(ended.status < 400, "{}", ended.body);
        assert!(
            browser.cookie("ib_session").is_some(),
            "{}",
            ended.header("location")
        );
        browser
    }

    /// A connection of the test's own to the SQLite file, past the store.
    pub async fn database(&self) -> SqliteConnection {
        let path = self.database_folder().join("integration.db");
        SqliteConnection::connect(&format!("sqlite://{}", path.display()))
            .await
            .unwrap()
    }

    /// How many rows a table has.
    pub async fn rows(&self, table: &str) -> i64 {
        let mut database = self.database().await;
        let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        sqlx::query_scalar(count)
            .fetch_one(&mut database)
            .await
            .unwrap()
    }

    /// Runs a statement past the store.
    pub async fn tamper(&self, statement: &'static str) {
        let mut database = self.database().await;
        sqlx::query(statement).execute(&mut database).await.unwrap();
    }

    /// Asserts that no login left anything behind.
    pub async fn assert_nothing_stored(&self) {
        for table in ["people", "sessions", "grants", "connections"] {
            assert_eq!(self.rows(table).await, 0, "{table}");
        }
    }
}

/// A parameter of an address's query.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let url = Url::parse(address).unwrap();
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// A path with `pairs` as its query, encoded.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{path}?{query}")
}

//! The app as production builds it, on a throwaway database, with a sandbox and a clock of its own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use atlassian_sandbox::{App as SandboxApp, Options, Sandbox};
use axum::Router;
use integration_backend::app::App;
use integration_backend::config;
use integration_backend::http::CALLBACK_PATHS;
use integration_backend::model::api_key::KeyScope;
use integration_backend::model::clock::Clock;
use integration_backend::model::ids::TenantId;

use super::browser::Browser;
use super::clock::TestClock;
use super::database::{Database, TestDatabase};
use super::waiting::until;

/// Where the service believes itself to be.
pub const ORIGIN: &str = "http://localhost:3001";
/// The frontend's origin, listed by default.
pub const FRONTEND: &str = "http://localhost:3000";

/// A running app without a socket.
pub struct TestApp {
    pub sandbox: Sandbox,
    pub clock: Arc<TestClock>,
    pub app: App,
    pub settings: HashMap<String, String>,
    database: TestDatabase,
}

impl TestApp {
    /// On SQLite, with the usual settings.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// On SQLite, with some settings changed; an empty value unsets one.
    pub async fn start_with(changes: &[(&str, &str)]) -> Self {
        Self::start_on(Database::Sqlite, changes).await
    }

    /// With the sandbox's Data Center host listed and Jira's personal access tokens allowed.
    pub async fn start_with_data_center(changes: &[(&str, &str)]) -> Self {
        let mut app = Self::start().await;
        let host = app.sandbox.data_center_url();
        let listed = [
            ("ALLOWED_UPSTREAM_HOSTS", host.as_str()),
            ("ENABLE_JIRA_PAT", "true"),
        ];
        for (name, value) in listed.iter().chain(changes) {
            app.settings.insert((*name).to_owned(), (*value).to_owned());
        }
        app.app = build(&app.settings, app.clock.clone()).await;
        app
    }

    /// On the given database.
    pub async fn start_on(kind: Database, changes: &[(&str, &str)]) -> Self {
        let database = TestDatabase::new(kind).await;
        let redirect_uris = CALLBACK_PATHS
            .iter()
            .map(|path| format!("{ORIGIN}{path}"))
            .collect();
        let app = SandboxApp {
            redirect_uris,
            ..SandboxApp::default()
        };
        let sandbox = Sandbox::start(Options {
            apps: vec![app],
            ..Options::default()
        })
        .await
        .unwrap();
        // Tests choose the sites of each login anew; Atlassian usually adds them to those of before.
        sandbox.set_behaviour(|behaviour| behaviour.consents_replace_sites = true);
        let mut settings: HashMap<String, String> = [
            ("INTEGRATION_DB_URL", database.url()),
            ("ATLASSIAN_CLIENT_ID", String::from("sandbox-client")),
            ("ATLASSIAN_CLIENT_SECRET", String::from("sandbox-secret")),
            ("ATLASSIAN_AUTH_URL", sandbox.base_url()),
            ("ATLASSIAN_API_URL", sandbox.base_url()),
            ("ATLASSIAN_SITE_URL_TEMPLATE", sandbox.site_url_template()),
            (
                "VAULT_KEYS",
                String::from("test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
            ),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        for (name, value) in changes {
            settings.insert((*name).to_owned(), (*value).to_owned());
        }
        let clock = Arc::new(TestClock::of(&database).await);
        let app = build(&settings, clock.clone()).await;
        Self {
            sandbox,
            clock,
            app,
            settings,
            database,
        }
    }

    /// The router as production serves it.
    pub fn router(&self) -> Router {
        self.app.router()
    }

    /// A browser with an empty cookie jar.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router())
    }

    /// The time by the service's clock, as bodies show it.
    pub fn clock_text(&self) -> String {
        self.clock.now().rfc3339()
    }

    /// The time by the service's clock, as rows hold it.
    pub fn clock_millis(&self) -> i64 {
        self.clock.now().millis()
    }

    /// Moves the service's clock and Atlassian's together.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.sandbox.advance_clock(by);
    }

    /// Waits until nothing runs beside the requests any more. Whoever says that no refresh was made waits for
    /// this first: inside the margin one is begun beside the request, and arrives after its answer.
    pub async fn settled(&self) {
        until("nothing runs beside the requests", async || {
            self.app.is_idle()
        })
        .await;
    }

    /// A second process on the same database, as after a restart or as another replica.
    pub async fn another_process(&self) -> App {
        build(&self.settings, self.clock.clone()).await
    }

    /// A second process with some settings changed.
    pub async fn another_process_with(&self, changes: &[(&str, &str)]) -> App {
        let mut settings = self.settings.clone();
        for (name, value) in changes {
            settings.insert((*name).to_owned(), (*value).to_owned());
        }
        build(&settings, self.clock.clone()).await
    }

    /// A browser in which `account` has logged in to both products; on several sites, Acme is chosen.
    pub async fn logged_in(&self, account: &str) -> Browser {
        let browser = self.browser();
        self.log_in(&browser, account).await;
        browser
    }

    /// Logs `account` in to both products in this browser.
    pub async fn log_in(&self, browser: &Browser, account: &str) {
        let start = browser.get("/auth/atlassian/login?site=acme").await;
        assert_eq!(start.status, 200, "{}", start.body);
        let callback = self
            .sandbox
            .consent(start.json()["url"].as_str().unwrap(), account, None)
            .await
            .unwrap();
        let ended = browser.get(&callback).await;
        assert_eq!(ended.status, 303, "{}", ended.body);
        assert!(
            ended.header("location").contains("connected=atlassian"),
            "{}",
            ended.header("location")
        );
    }

    /// A key of `owner`, as the `Authorization` header carries it.
    pub async fn api_key(&self, owner: &str, tenant: &str, scopes: &[KeyScope]) -> String {
        api_key(&self.app, owner, tenant, scopes).await
    }

    /// Where the database is, to look into its files.
    pub fn database_folder(&self) -> &std::path::Path {
        &self.database.folder
    }
}

/// Every call that leaves during a test must be one that Atlassian's OpenAPI documents describe.
impl Drop for TestApp {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let objections = self.sandbox.objections();
            assert!(objections.is_empty(), "{objections:#?}");
            let unlisted = super::sent::unlisted(&self.sandbox.journal());
            assert!(unlisted.is_empty(), "src/policy lacks: {unlisted:#?}");
        }
    }
}

/// A process with these settings.
pub async fn build(settings: &HashMap<String, String>, clock: Arc<TestClock>) -> App {
    let settings = config::load(&|name| settings.get(name).cloned(), None).unwrap();
    App::build(&settings, clock).await.unwrap()
}

/// A key of `owner`, made by this process, as the `Authorization` header carries it.
pub async fn api_key(process: &App, owner: &str, tenant: &str, scopes: &[KeyScope]) -> String {
    let tenant = TenantId::parse(tenant).unwrap();
    let keys = process.api_keys();
    let created = keys.create(owner, tenant, scopes.to_vec(), None).await;
    format!("Bearer {}", created.unwrap().1.expose())
}

/// The same person's browser, talking to another process.
pub fn elsewhere(process: &App, browser: &Browser) -> Browser {
    let other = Browser::new(process.router());
    other.set_cookie("ib_session", &browser.cookie("ib_session").unwrap());
    other
}

//! A walk through every route as everybody, that keeps every answer.

use futures_util::future::join_all;
use serde_json::json;
use tracing::subscriber::DefaultGuard;

use crate::callers::stage::{CALLERS, Stage};
use crate::callers::table::{Row, rows};
use crate::secrets::hunt::{CLIENT_SECRET, Ear, Hunt};
use crate::support::database::Database;
use crate::support::raw_database::Raw;
use crate::support::{Answer, Browser, TestApp, parameter};

pub(crate) const VAULT_KEY: &str = "Y2FuYXJ5LXZhdWx0LWtleS1vZi0zMi1ieXRlcyEhISE=";
pub(crate) const API_TOKEN: &str = "canary-api-token";
pub(crate) const PAT: &str = "canary-pat";
pub(crate) const CODE: &str = "canary-code";
pub(crate) const STATE: &str = "canary-state";
pub(crate) const BEARER: &str = "canary-bearer";

/// Whether later calls are not what they were after this one.
pub(crate) fn disturbs(row: &Row) -> bool {
    row.method == "DELETE" || row.template.ends_with("/logout") || row.template.ends_with("token")
}

/// The walk through every route.
pub(crate) struct Walk {
    pub(crate) stage: Stage,
    /// Connected with an API token that looks like any word.
    pub(crate) by_token: Browser,
    pub(crate) ear: Ear,
    pub(crate) answers: Vec<(String, Answer)>,
    /// What may be in answers and nowhere else.
    pub(crate) handed_out: Vec<(&'static str, String)>,
    _guard: DefaultGuard,
}

impl Walk {
    pub(crate) async fn new(kind: Database, timeout: &str) -> Self {
        let (ear, guard) = Ear::listen();
        let vault = format!("canary:{VAULT_KEY}");
        let settings = [
            ("ATLASSIAN_CLIENT_SECRET", CLIENT_SECRET),
            ("VAULT_KEYS", vault.as_str()),
            ("UPSTREAM_TIMEOUT", timeout),
            ("ENABLE_JIRA_PAT", "true"),
        ];
        let app = TestApp::start_on(kind, &settings).await;
        app.sandbox.rotate_secret("sandbox-client", CLIENT_SECRET);
        let stage = Stage::set_on(app).await;
        let mut handed_out = stage.credentials();
        let by_token = stage.app.browser();
        let body =
            json!({ "email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme" });
        let answer = by_token.post("/auth/jira/api-token", body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        handed_out.push(("session", by_token.cookie("ib_session").unwrap()));
        Self {
            stage,
            by_token,
            ear,
            answers: Vec::new(),
            handed_out,
            _guard: guard,
        }
    }

    pub(crate) fn app(&self) -> &TestApp {
        &self.stage.app
    }

    pub(crate) fn keep(&mut self, what: impl Into<String>, answer: Answer) {
        self.answers.push((what.into(), answer));
    }

    /// Every route, by everybody; those that disturb the others only if `all`.
    pub(crate) async fn through(&mut self, when: &str, all: bool) {
        let rows = rows();
        let calls = rows
            .iter()
            .filter(|row| !disturbs(row))
            .flat_map(|row| CALLERS.map(|name| (row, name)))
            .map(async |(row, name)| {
                let answer = self.stage.call(name, row.method, row.template, row.ask);
                let what = format!("{} {} by {name} {when}", row.method, row.template);
                (what, answer.await)
            });
        let answers = join_all(calls).await;
        self.answers.extend(answers);
        self.read_by_token(when).await;
        for row in rows.iter().filter(|row| all && disturbs(row)) {
            let answer = self
                .stage
                .call("session", row.method, row.template, row.ask);
            let answer = answer.await;
            self.keep(format!("{} {} {when}", row.method, row.template), answer);
        }
    }

    /// Logins that go as far as they get.
    pub(crate) async fn logins(&mut self, when: &str) {
        for start in [
            "/auth/atlassian/login?site=acme",
            "/auth/jira/oauth/start",
            "/api/v1/auth/atlassian/login?format=json",
        ] {
            let browser = self.app().browser();
            let url = self.app().authorize_url(&browser, start).await;
            self.handed_out
                .push(("state", parameter(&url, "state").unwrap()));
            let callback = self.app().sandbox.consent(&url, "mia", None).await.unwrap();
            self.handed_out
                .push(("code", parameter(&callback, "code").unwrap()));
            let ended = browser.get(&callback).await;
            self.keep(format!("callback of {start} {when}"), ended);
            if let Some(session) = browser.cookie("ib_session") {
                self.handed_out.push(("session", session));
            }
        }
        let browser = self.app().browser();
        let forged = format!("/auth/jira/callback?code={CODE}&state={STATE}");
        let answer = browser.navigate(&forged).await;
        self.keep(format!("a forged callback {when}"), answer);
    }

    /// API tokens and keys, good and bad, wherever one can be sent.
    pub(crate) async fn tokens(&mut self, when: &str) {
        for token in ["classic-token-mia", "scoped-token-mia", API_TOKEN] {
            let browser = self.app().browser();
            let body = json!({ "email": "mia@example.com", "api_token": token, "site": "acme" });
            let answer = browser.post("/auth/jira/api-token", body.clone()).await;
            self.keep(format!("an API-token login {when}"), answer);
            if let Some(session) = browser.cookie("ib_session") {
                self.handed_out.push(("session", session));
            }
            let answer = self
                .stage
                .call(
                    "session",
                    "PATCH",
                    "/connectors/{provider}/connection",
                    &body.to_string(),
                )
                .await;
            self.keep(format!("attaching an API token {when}"), answer);
        }
        for body in [
            json!({ "pat": PAT }),
            json!({ "pat": PAT, "base_url": "https://jira.example.com" }),
            json!({ "api_token": [API_TOKEN] }),
            json!({ "pat": { PAT: 1 } }),
        ] {
            let ask = body.to_string();
            let path = "/connectors/{provider}/connection";
            let answer = self.stage.call("session", "PATCH", path, &ask).await;
            self.keep(format!("attaching a PAT {when}"), answer);
        }
        let bearer = format!("Bearer {BEARER}");
        for header in [
            ("authorization", bearer.as_str()),
            ("x-session-token", BEARER),
            ("x-session-token", "ibs_canary-bearer"),
        ] {
            let browser = self.app().browser();
            let answer = browser
                .get_with("/connectors/jira/projects", &[header])
                .await;
            self.keep(format!("a bad credential {when}"), answer);
        }
    }

    /// Calls that go to Atlassian with an API token.
    pub(crate) async fn read_by_token(&mut self, when: &str) {
        let paths = [
            "/connectors/jira/projects",
            "/connectors/jira/search?q=x",
            "/connectors/jira/issues/WEB-1",
        ];
        let answers = join_all(paths.map(|path| self.by_token.get(path))).await;
        for (path, answer) in paths.into_iter().zip(answers) {
            self.keep(format!("{path} by API token {when}"), answer);
        }
        let body = json!({"project_key": "WEB", "summary": "x"});
        let answer = self.by_token.post("/connectors/jira/create", body).await;
        self.keep(format!("a create by API token {when}"), answer);
    }

    pub(crate) async fn databases(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(self.app().database_folder()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            all.push((path.display().to_string(), text));
        }
        let url = &self.app().settings["INTEGRATION_DB_URL"];
        if !url.starts_with("sqlite") {
            all.push((String::from("PostgreSQL"), dump(url).await));
        }
        assert!(!all.is_empty());
        all
    }

    pub(crate) async fn hunt(self) {
        let mut hunt = Hunt::default();
        for (kind, text) in [
            ("client_secret", CLIENT_SECRET),
            ("vault key", VAULT_KEY),
            ("vault key", "canary-vault-key-of-32-bytes!!!!"),
            ("API token", API_TOKEN),
            ("PAT", PAT),
            ("forged code", CODE),
            ("bad credential", BEARER),
        ] {
            hunt.secret(kind, text);
        }
        hunt.exchanged(&self.app().sandbox);
        assert!(self.answers.len() > 300);
        for (what, answer) in &self.answers {
            hunt.look(what, &format!("{:?}\n{}", answer.headers, answer.body));
        }
        hunt.secret("state", STATE);
        for (kind, text) in &self.handed_out {
            hunt.secret(kind, text.clone());
        }
        for (place, text) in self.databases().await {
            hunt.look(&place, &text);
        }
        hunt.secret("e-mail address", "@example.com");
        let heard = self.ear.heard();
        for library in ["hyper", "integration_backend::http::edge", "answered"] {
            assert!(heard.contains(library), "{library} is not heard");
        }
        assert!(!heard.contains("a handler panicked"));
        hunt.look("the log", &heard);
        hunt.has_found_nothing();
    }
}

/// Every row of every table as text.
pub(crate) async fn dump(url: &str) -> String {
    let mut raw = Raw::open(url).await;
    let tables = "SELECT string_agg(table_name, ',') FROM information_schema.tables WHERE table_schema = 'public'";
    let tables = raw.text(tables).await.unwrap();
    let mut all = String::new();
    for table in tables.split(',') {
        let rows = format!("SELECT string_agg(t::text, ' ') FROM {table} t");
        all.push_str(&raw.text(rows).await.unwrap_or_default());
    }
    assert!(all.contains("v1.canary."), "nothing sealed");
    all
}

//! No secret in any answer, log line, metric or database, at any route, whatever fails.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Mutex};

use atlassian_sandbox::{Fault, FaultAction, Sandbox};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::callers::stage::{CALLERS, Stage};
use crate::callers::table::{Row, rows};
use crate::refresh::fixture::{EXPIRY, answering};
use crate::support::database::Database;
use crate::support::raw_database::Raw;
use crate::support::{Answer, Browser, TestApp, parameter};

pub(crate) const CLIENT_SECRET: &str = "canary-client-secret";
const VAULT_KEY: &str = "Y2FuYXJ5LXZhdWx0LWtleS1vZi0zMi1ieXRlcyEhISE=";
const API_TOKEN: &str = "canary-api-token";
const PAT: &str = "canary-pat";
const CODE: &str = "canary-code";
const STATE: &str = "canary-state";
const BEARER: &str = "canary-bearer";

/// Everything this thread logs, at the finest level, from every library.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<u8>>>);

impl Ear {
    fn listen() -> (Self, DefaultGuard) {
        // With one subscriber in the process `tracing` asks the thread that comes first to a log line
        // whether anybody wants it, for ever; with several it asks all of them.
        static SEVERAL: LazyLock<[Dispatch; 2]> =
            LazyLock::new(|| [(); 2].map(|()| Dispatch::new(finest(std::io::sink))));
        LazyLock::force(&SEVERAL);
        let ear = Self::default();
        let writer = ear.clone();
        let guard = tracing::subscriber::set_default(finest(move || writer.clone()));
        tracing::callsite::rebuild_interest_cache();
        (ear, guard)
    }

    fn heard(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl std::io::Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn finest<W: for<'a> MakeWriter<'a> + Send + Sync + 'static>(
    writer: W,
) -> impl Subscriber + Send + Sync {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::NEW)
        .with_ansi(false)
        .with_writer(writer)
        .finish()
}

/// What must not be found, and where it was looked for.
#[derive(Default)]
pub(crate) struct Hunt {
    secrets: BTreeSet<(&'static str, String)>,
    found: String,
}

impl Hunt {
    pub(crate) fn secret(&mut self, kind: &'static str, text: impl Into<String>) {
        let text = text.into();
        assert!(text.len() >= 8, "too short to look for: {kind} {text}");
        self.secrets.insert((kind, text));
    }

    /// Every secret that passed between us and Atlassian.
    pub(crate) fn exchanged(&mut self, sandbox: &Sandbox) {
        for call in sandbox.journal() {
            let authorization = call.header("authorization").unwrap_or_default();
            if let Some(token) = authorization.strip_prefix("Bearer ") {
                self.secret("access token", token);
            }
            if let Some(pair) = authorization.strip_prefix("Basic ") {
                self.secret("basic credential", pair);
                let decoded = String::from_utf8(STANDARD.decode(pair).unwrap()).unwrap();
                self.secret("API token", decoded.split_once(':').unwrap().1);
            }
            if call.path == "/oauth/token" {
                let body: Value = serde_json::from_str(&call.body).unwrap();
                for name in ["client_secret", "code", "code_verifier", "refresh_token"] {
                    if let Some(text) = body[name].as_str() {
                        self.secret(name, text);
                    }
                }
            }
        }
    }

    pub(crate) fn look(&mut self, place: &str, text: &str) {
        for (kind, secret) in &self.secrets {
            if let Some(position) = text.find(secret.as_str()) {
                let start = text[..position]
                    .char_indices()
                    .rev()
                    .nth(160)
                    .map_or(0, |(start, _)| start);
                let before = &text[start..position];
                writeln!(self.found, "{kind} in {place}: …{before}<HERE>").unwrap();
            }
        }
    }

    pub(crate) fn has_found_nothing(&self) {
        let kinds: BTreeSet<&str> = self.secrets.iter().map(|(kind, _)| *kind).collect();
        assert!(
            kinds.len() >= 4,
            "hardly anything was looked for: {kinds:?}"
        );
        assert!(self.found.is_empty(), "{}", self.found);
    }
}

fn everywhere(action: FaultAction) -> Fault {
    Fault {
        method: None,
        path_contains: String::from("/"),
        body_contains: None,
        times: None,
        action,
    }
}

/// Whether later calls are not what they were after this one.
fn disturbs(row: &Row) -> bool {
    row.method == "DELETE" || row.template.ends_with("/logout") || row.template.ends_with("token")
}

/// The walk through every route.
struct Walk {
    stage: Stage,
    /// Connected with an API token that looks like any word.
    by_token: Browser,
    ear: Ear,
    answers: Vec<(String, Answer)>,
    /// What may be in answers and nowhere else.
    handed_out: Vec<(&'static str, String)>,
    _guard: DefaultGuard,
}

impl Walk {
    async fn new(kind: Database, timeout: &str) -> Self {
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

    fn app(&self) -> &TestApp {
        &self.stage.app
    }

    fn keep(&mut self, what: impl Into<String>, answer: Answer) {
        self.answers.push((what.into(), answer));
    }

    /// Every route, by everybody; those that disturb the others only if `all`.
    async fn through(&mut self, when: &str, all: bool) {
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
    async fn logins(&mut self, when: &str) {
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
    async fn tokens(&mut self, when: &str) {
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
    async fn read_by_token(&mut self, when: &str) {
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

    async fn databases(&self) -> Vec<(String, String)> {
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

    async fn hunt(self) {
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
async fn dump(url: &str) -> String {
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

#[rstest]
#[tokio::test]
async fn no_secret_is_told_when_all_goes_well(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let mut walk = Walk::new(kind, "20").await;
    walk.logins("first").await;
    walk.tokens("first").await;
    walk.app().advance(EXPIRY);
    walk.through("after a refresh", true).await;
    walk.hunt().await;
}

#[rstest]
#[case::bad_request(FaultAction::Echo(400))]
#[case::unauthorized(FaultAction::Echo(401))]
#[case::forbidden(FaultAction::Echo(403))]
#[case::not_found(FaultAction::Echo(404))]
#[case::conflict(FaultAction::Echo(409))]
#[case::too_many(FaultAction::Echo(429))]
#[case::failure(FaultAction::Echo(500))]
#[case::success_of_nonsense(FaultAction::Echo(200))]
#[case::garbage(FaultAction::Garbage)]
#[case::lost(FaultAction::ProcessThenDrop)]
#[case::redirect(FaultAction::Redirect(String::from("https://example.com/?x=1")))]
#[tokio::test]
async fn no_secret_is_told_when_atlassian_fails(#[case] action: FaultAction) {
    let mut walk = Walk::new(Database::Sqlite, "20").await;
    let is_passed_on = matches!(action, FaultAction::Echo(400 | 403 | 404 | 409));
    walk.app().sandbox.fault(everywhere(action));
    walk.through("in failure", false).await;
    walk.logins("in failure").await;
    walk.tokens("in failure").await;
    walk.app().advance(EXPIRY);
    walk.through("when a refresh is due in failure", false)
        .await;
    walk.app().sandbox.clear_faults();
    walk.through("when all is well again", true).await;
    let is_blanked = |(_, answer): &(String, Answer)| answer.body.contains("[redacted]");
    assert_eq!(walk.answers.iter().any(is_blanked), is_passed_on);
    walk.hunt().await;
}

#[tokio::test]
async fn no_secret_is_told_when_atlassian_does_not_answer() {
    let mut walk = Walk::new(Database::Sqlite, "1").await;
    walk.app().sandbox.fault(everywhere(FaultAction::Hang));
    walk.through("without answers", false).await;
    walk.hunt().await;
}

#[rstest]
#[case::revoked(403, "invalid_grant")]
#[case::wrong_secret(401, "access_denied")]
#[tokio::test]
async fn no_secret_is_told_when_the_refresh_is_refused(#[case] status: u16, #[case] error: &str) {
    let mut walk = Walk::new(Database::Sqlite, "20").await;
    let refused = answering(
        status,
        &json!({ "error": error, "error_description": "no" }),
    );
    let fault = Fault {
        path_contains: String::from("/oauth/token"),
        ..everywhere(refused)
    };
    walk.app().sandbox.fault(fault);
    walk.app().advance(EXPIRY);
    walk.through("when the refresh is refused", true).await;
    walk.logins("when the exchange is refused").await;
    walk.hunt().await;
}

#[tokio::test]
async fn no_secret_is_told_when_the_database_takes_nothing() {
    let mut walk = Walk::new(Database::Sqlite, "20").await;
    let mut raw = Raw::open(&walk.app().settings["INTEGRATION_DB_URL"]).await;
    for table in ["grants", "sessions", "connections", "people"] {
        for event in ["INSERT", "UPDATE"] {
            raw.run(format!(
                "CREATE TRIGGER full_{table}_{event} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"
            ))
            .await;
        }
    }
    walk.logins("with a full disk").await;
    walk.tokens("with a full disk").await;
    walk.through("with a full disk", true).await;
    walk.app().advance(EXPIRY);
    let read = walk
        .stage
        .call("session", "GET", "/connectors/jira/projects", "");
    let answer = read.await;
    walk.keep("a refresh that cannot be stored", answer);
    walk.hunt().await;
}

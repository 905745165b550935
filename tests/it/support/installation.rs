//! The real program as a process, in a folder of its own, with a sandbox; and clients that reach it over TCP.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use atlassian_sandbox::{App, Options, Sandbox};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use integration_backend::model::database_url::DatabaseUrl;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Browser;
use super::database::{Database, TestDatabase};
use super::waiting::until;

const PROGRAM: &str = env!("CARGO_BIN_EXE_integration-backend");

/// A folder, a port, a sandbox and settings: what one installation consists of.
pub struct Installation {
    pub sandbox: Sandbox,
    pub port: u16,
    pub database: TestDatabase,
}

/// A running service; it is killed when dropped.
pub struct Process(Child);

impl Installation {
    /// On SQLite.
    pub async fn new() -> Self {
        Self::new_on(Database::Sqlite).await
    }

    /// On the given database.
    pub async fn new_on(kind: Database) -> Self {
        let port = free_port();
        let app = App {
            redirect_uris: vec![format!("http://localhost:{port}/auth/atlassian/callback")],
            ..App::default()
        };
        let options = Options {
            apps: vec![app],
            ..Options::default()
        };
        Self {
            sandbox: Sandbox::start(options).await.unwrap(),
            port,
            database: TestDatabase::new(kind).await,
        }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.database.folder.join(name)
    }

    /// The program with this installation's settings and nobody else's.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command_of(PROGRAM);
        command.args(arguments);
        command
    }

    /// The service, started by a shell that says `first` before, such as `ulimit -n 64`.
    pub fn command_after(&self, first: &str) -> Command {
        let mut command = self.command_of("/bin/sh");
        command.args(["-c", &format!("{first}; exec \"$0\""), PROGRAM]);
        command
    }

    /// Any program with this installation's settings and nobody else's.
    pub fn command_of(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.database.folder)
            .env_clear()
            .env("PORT", self.port.to_string())
            .env("INTEGRATION_DB_URL", self.database.url())
            .env("ATLASSIAN_CLIENT_ID", "sandbox-client")
            .env("ATLASSIAN_CLIENT_SECRET", "sandbox-secret")
            .env("ATLASSIAN_AUTH_URL", self.sandbox.base_url())
            .env("ATLASSIAN_API_URL", self.sandbox.base_url())
            .env(
                "ATLASSIAN_SITE_URL_TEMPLATE",
                self.sandbox.site_url_template(),
            )
            .stdin(Stdio::null());
        // A database server has no folder for a key.
        if matches!(self.database.location, DatabaseUrl::Postgres(_)) {
            let key = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
            command.env("VAULT_KEYS", key);
        }
        command
    }

    /// Starts a second process on the same database; gives its port, too.
    pub async fn start_beside(&self) -> (Process, u16) {
        let port = free_port();
        (self.start_at(self.command(&[]), port).await, port)
    }

    /// Starts a process of this installation at a port of its own.
    pub async fn start_at(&self, mut command: Command, port: u16) -> Process {
        command.env("PORT", port.to_string());
        let log = File::create(self.file(&format!("log-{port}"))).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log);
        listening(command, port).await
    }

    /// Starts the service and waits until it listens.
    pub async fn start(&self) -> Process {
        self.start_command(self.command(&[])).await
    }

    pub async fn start_command(&self, mut command: Command) -> Process {
        let log = File::create(self.file("log")).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log);
        self.start_as_it_is(command).await
    }

    /// Starts the service with the standard error that `command` has, and waits until it listens.
    pub async fn start_as_it_is(&self, command: Command) -> Process {
        listening(command, self.port).await
    }

    /// Starts the service with a port of its own, and waits until it listens there.
    pub async fn start_on_port(&self, command: Command, port: u16) -> Process {
        listening(command, port).await
    }

    /// Runs a command that is to end by itself; gives its exit code and what it said on stderr.
    pub async fn outcome(&self, mut command: Command) -> (Option<i32>, String) {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        ended(command.spawn().unwrap()).await
    }

    /// The same with the standard output that `command` has.
    pub async fn outcome_as_it_is(&self, mut command: Command) -> (Option<i32>, String) {
        command.stderr(Stdio::piped());
        ended(command.spawn().unwrap()).await
    }

    /// A browser that talks to the process.
    pub fn browser(&self) -> Browser {
        Self::browser_at(self.port)
    }

    /// A browser that talks to whatever listens on `port`.
    pub fn browser_at(port: u16) -> Browser {
        let forward = move |request: Request| forward(port, request);
        Browser::new(Router::new().fallback(forward)).at(&format!("localhost:{port}"))
    }

    /// A browser in which Mia has logged in.
    pub async fn logged_in(&self) -> Browser {
        self.logged_in_as("mia").await
    }

    /// A browser in which `account` has logged in.
    pub async fn logged_in_as(&self, account: &str) -> Browser {
        let browser = self.browser();
        let start = browser.get("/auth/atlassian/login?site=acme").await;
        assert_eq!(start.status, 200, "{}", start.body);
        let authorize = start.json()["url"].as_str().unwrap().to_owned();
        let callback = self
            .sandbox
            .consent(&authorize, account, None)
            .await
            .unwrap();
        let ended = browser.get(&callback).await;
        assert_eq!(ended.status, 303, "{}", ended.body);
        browser
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }
}

/// What the real program sends must be what Atlassian's OpenAPI documents describe, too.
impl Drop for Installation {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let objections = self.sandbox.objections();
            assert!(objections.is_empty(), "{objections:#?}");
        }
    }
}

async fn listening(mut command: Command, port: u16) -> Process {
    let process = Process(command.spawn().unwrap());
    until("the service listens", async || {
        TcpStream::connect(("127.0.0.1", port)).await.is_ok()
    })
    .await;
    process
}

impl Process {
    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let kill = Command::new("kill")
            .args(["-s", name, &self.0.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
    }

    /// Its number on this machine.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Its standard error, where `command` asked for a pipe.
    pub fn take_stderr(&mut self) -> std::process::ChildStderr {
        self.0.stderr.take().unwrap()
    }

    /// Waits for the end, for no longer than `patience`.
    pub async fn ended(&mut self, patience: Duration) -> ExitStatus {
        let started = tokio::time::Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < patience, "it still runs");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends it as a power failure does.
    pub async fn kill(mut self) {
        self.signal("KILL");
        self.ended(Duration::from_secs(5)).await;
    }

    /// Ends it as an operator does.
    pub async fn stop(mut self) {
        self.signal("TERM");
        let status = self.ended(Duration::from_secs(20)).await;
        assert_eq!(status.code(), Some(0));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port nobody uses, below those the system gives to outgoing connections, so that it stays free
/// until the process listens, and while it is restarted.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 12_000 + u16::try_from(std::process::id() % 100).unwrap() * 150;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::SeqCst) % 5_000;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Carries one request over a TCP connection of its own. A process that is not there answers 502.
async fn forward(port: u16, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let target = parts.uri.path_and_query().unwrap();
    let mut head = format!(
        "{} {target} HTTP/1.1\r\nconnection: close\r\n",
        parts.method
    );
    for (name, value) in &parts.headers {
        write!(head, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
    }
    write!(head, "content-length: {}\r\n\r\n", body.len()).unwrap();
    match exchange(port, head.as_bytes(), &body).await {
        Ok(answer) if !answer.is_empty() => parse(&answer),
        _ => Response::builder().status(502).body(Body::empty()).unwrap(),
    }
}

async fn exchange(port: u16, head: &[u8], body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(head).await?;
    stream.write_all(body).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

fn parse(answer: &[u8]) -> Response {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let status: u16 = lines.next().unwrap()[9..12].parse().unwrap();
    let mut response = Response::builder().status(status);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        response = response.header(name, value.trim());
    }
    response.body(Body::from(body.to_owned())).unwrap()
}

impl Browser {
    /// The same person's browser, talking to whatever listens on another port.
    pub fn at_port(&self, port: u16) -> Self {
        let there = Installation::browser_at(port);
        there.set_cookie("ib_session", &self.cookie("ib_session").unwrap());
        there
    }
}

/// The exit code of a command that ends by itself, and what it said on stderr.
async fn ended(command: Child) -> (Option<i32>, String) {
    let id = command.id().to_string();
    let output = tokio::task::spawn_blocking(move || command.wait_with_output());
    let Ok(output) = tokio::time::timeout(Duration::from_secs(20), output).await else {
        // Else nobody would end it, and the test would wait for it.
        let _ = Command::new("kill").args(["-s", "KILL", &id]).status();
        panic!("the command does not end by itself");
    };
    let output = output.unwrap().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said)
}

//! The program, started as a person or a script starts it: what it says, where it answers, how it ends.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on must stop"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use atlassian_sandbox::CALLBACK_PATHS;

const PROGRAM: &str = env!("CARGO_BIN_EXE_atlassian-sandbox");

/// A running program; it ends with the test.
struct Program {
    child: Child,
    /// The lines that it greeted with.
    greeting: Vec<String>,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    /// Starts it on free ports and reads its greeting, whose last line tells of the Data Center's tokens.
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["--port", "0", "--exit-with-parent"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut program = Self {
            child,
            greeting: Vec::new(),
        };
        for line in output.lines() {
            program.greeting.push(line.unwrap().trim().to_owned());
            if program
                .greeting
                .last()
                .unwrap()
                .starts_with("Personal access tokens")
            {
                return program;
            }
        }
        panic!("the program did not say where it listens");
    }

    /// What it says for a setting.
    fn setting(&self, name: &str) -> &str {
        let prefix = format!("{name}=");
        let mut values = self
            .greeting
            .iter()
            .filter_map(|line| line.strip_prefix(&prefix));
        values.next().unwrap()
    }

    fn get(&self, path: &str) -> String {
        ask(self.setting("ATLASSIAN_API_URL"), "GET", path, "")
    }
}

fn ask(base: &str, method: &str, path: &str, body: &str) -> String {
    let host = base.strip_prefix("http://").unwrap();
    let mut client = TcpStream::connect(host).unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    client.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_says_where_it_listens_shows_its_tokens_and_takes_faults_over_http() {
    let program = Program::start(&[]);
    let page = program.get("/");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("classic-token-mia"));
    let fault = r#"{"path_contains": "/me", "action": {"status": {"status": 503}}}"#;
    let base = program.setting("ATLASSIAN_AUTH_URL");
    let taken = ask(base, "POST", "/_sandbox/faults", fault);
    assert!(taken.starts_with("HTTP/1.1 204"), "{taken}");
    assert!(program.get("/me").starts_with("HTTP/1.1 503"));
    assert!(program.get("/_sandbox/journal").contains("\"/me\""));
}

#[test]
fn its_sites_and_its_data_center_host_are_where_it_says() {
    let program = Program::start(&[]);
    let base = program.setting("ATLASSIAN_API_URL");
    let template = program.setting("ATLASSIAN_SITE_URL_TEMPLATE");
    let site = template.replace("{site}", "acme.atlassian.net");
    let path = format!("{}/_edge/tenant_info", site.strip_prefix(base).unwrap());
    assert!(program.get(&path).contains("\"cloudId\""));
    let host = program.setting("ALLOWED_UPSTREAM_HOSTS");
    let server = ask(host, "GET", "/rest/api/2/serverInfo", "");
    assert!(server.contains("\"deploymentType\":\"Server\""), "{server}");
}

#[test]
fn its_app_has_the_callbacks_it_was_given_or_those_of_the_backend() {
    let apps = Program::start(&[]).get("/_sandbox/apps");
    for path in CALLBACK_PATHS {
        assert!(
            apps.contains(&format!("\"http://localhost:3001{path}\"")),
            "{path}"
        );
    }
    let other = "http://localhost:8080/callback";
    let apps = Program::start(&["--redirect-uri", other]).get("/_sandbox/apps");
    assert!(
        apps.contains(other) && !apps.contains("localhost:3001"),
        "{apps}"
    );
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to_and_remembers_its_state() {
    let folder = std::env::temp_dir().join(format!("atlassian-sandbox-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("state.json");
    let state = ["--state", file.to_str().unwrap()];
    let year = |program: &Program| {
        let clock = program.get("/_sandbox/clock");
        clock.split_once("\"now\":\"").unwrap().1[..4].to_owned()
    };
    let mut program = Program::start(&state);
    let today = year(&program);
    let base = program.setting("ATLASSIAN_API_URL");
    ask(
        base,
        "POST",
        "/_sandbox/clock",
        r#"{"advance_seconds": 63072000}"#,
    );
    let later = year(&program);
    assert_ne!(later, today);
    let number = program.child.id().to_string();
    assert!(Command::new("kill").arg(number).status().unwrap().success());
    assert!(program.child.wait().unwrap().success());
    let again = Program::start(&state);
    assert_eq!(year(&again), later);
    drop(again);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_port_that_is_taken_is_an_error_and_quiet_is_quiet() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Command::new(PROGRAM)
        .args(["--port", &port, "--data-center-port", "0", "--quiet"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
}

#[test]
fn the_readme_shows_the_options_that_there_are() {
    let output = Command::new(PROGRAM).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let name = |line: &str, mark: &str| {
        let (_, rest) = line.split_once(mark)?;
        Some(rest.split([' ', '`', '<']).next()?.to_owned())
    };
    let offered = help.lines().filter(|line| line.trim().starts_with('-'));
    let mut offered: Vec<String> = offered.filter_map(|line| name(line, "--")).collect();
    offered.retain(|option| option != "help" && option != "version");
    let readme = include_str!("../README.md");
    let shown: Vec<String> = readme
        .lines()
        .filter_map(|line| name(line, "| `--"))
        .collect();
    assert_eq!(shown, offered);
}

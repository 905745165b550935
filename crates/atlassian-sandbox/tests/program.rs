//! The program, started as a person starts it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on must stop"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A running program; it ends with the test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn started() -> (Program, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_atlassian-sandbox"))
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Its output is read no further than needed: a reader that goes away must not end the program.
    let output = BufReader::new(child.stdout.take().unwrap());
    let program = Program(child);
    for line in output.lines() {
        if let Some(address) = line
            .unwrap()
            .trim()
            .strip_prefix("ATLASSIAN_API_URL=http://")
        {
            return (program, address.to_owned());
        }
    }
    panic!("the program did not say where it listens");
}

fn ask(address: &str, request: &str) -> String {
    let mut client = TcpStream::connect(address).unwrap();
    client.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_says_where_it_listens_shows_its_tokens_and_takes_faults_over_http() {
    let (_program, address) = started();
    let get = |path: &str| {
        ask(
            &address,
            &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"),
        )
    };
    let page = get("/");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("classic-token-mia"));
    let fault = r#"{"path_contains": "/me", "action": {"status": {"status": 503}}}"#;
    let length = fault.len();
    let taken = ask(
        &address,
        &format!(
            "POST /_sandbox/faults HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{fault}"
        ),
    );
    assert!(taken.starts_with("HTTP/1.1 204"), "{taken}");
    assert!(get("/me").starts_with("HTTP/1.1 503"));
    assert!(get("/_sandbox/journal").contains("\"/me\""));
}

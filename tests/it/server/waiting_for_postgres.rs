//! A start beside a PostgreSQL server that is not there, or comes later.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::support::database::{Database, TestDatabase};
use crate::support::installation::{Installation, free_port};
use crate::support::waiting::until;

const KEY: &str = "a:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Carries connections from `port` to the server that the tests have.
async fn carry(port: u16, to: (String, u16)) {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut server = TcpStream::connect((to.0.as_str(), to.1)).await.unwrap();
            tokio::spawn(async move {
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                let _ = client.shutdown().await;
            });
        }
    });
}

#[tokio::test]
async fn a_server_that_comes_later_is_waited_for_and_named_without_its_password() {
    let installation = Installation::new().await;
    let database = TestDatabase::new(Database::Postgres).await;
    let address = url::Url::parse(&database.url()).unwrap();
    let port = free_port();
    let mut later = address.clone();
    later.set_host(Some("127.0.0.1")).unwrap();
    later.set_port(Some(port)).unwrap();
    later.set_password(Some("pass-word-canary")).unwrap();
    let mut command = installation.command(&[]);
    command
        .env("INTEGRATION_DB_URL", later.as_str())
        .env("VAULT_KEYS", KEY);
    let log = std::fs::File::create(installation.file("log")).unwrap();
    command.stderr(log);
    let mut child = command.spawn().unwrap();
    let log = || std::fs::read_to_string(installation.file("log")).unwrap();
    until("it says what it waits for", async || {
        log().contains(&format!("PostgreSQL at 127.0.0.1:{port} is not there yet"))
    })
    .await;
    assert!(child.try_wait().unwrap().is_none(), "{}", log());
    let host = address.host_str().unwrap().to_owned();
    carry(port, (host, address.port().unwrap_or(5432))).await;
    until("the service listens", async || {
        TcpStream::connect(("127.0.0.1", installation.port))
            .await
            .is_ok()
    })
    .await;
    assert_eq!(
        installation.browser().get("/ready").await.status,
        200,
        "{}",
        log()
    );
    assert!(
        log().contains(&format!("PostgreSQL at 127.0.0.1:{port} is there")),
        "{}",
        log()
    );
    assert!(!log().contains("pass-word-canary"), "{}", log());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_come_stops_the_start_in_one_line_that_names_it() {
    let installation = Installation::new().await;
    let port = free_port();
    let url = format!("postgres://ib:pass-word-canary@127.0.0.1:{port}/ib");
    for (wait, lines) in [("off", 1), ("1", 2)] {
        let mut command = installation.command(&[]);
        command
            .env("INTEGRATION_DB_URL", &url)
            .env("INTEGRATION_DB_WAIT", wait)
            .env("VAULT_KEYS", KEY);
        let started = std::time::Instant::now();
        let (code, said) = installation.outcome(command).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(started.elapsed() < Duration::from_secs(4), "{said}");
        assert_eq!(said.lines().count(), lines, "{said}");
        let line = said.lines().last().unwrap();
        let named = format!("PostgreSQL at 127.0.0.1:{port} cannot be used");
        assert!(
            line.contains(&named) && line.contains("INTEGRATION_DB_URL"),
            "{line}"
        );
        assert!(!said.contains("pass-word-canary"), "{said}");
    }
}

#[tokio::test]
async fn what_waiting_does_not_mend_is_not_waited_for() {
    let installation = Installation::new().await;
    let database = TestDatabase::new(Database::Postgres).await;
    let mut elsewhere = url::Url::parse(&database.url()).unwrap();
    elsewhere.set_path("/no_such_database");
    let mut command = installation.command(&[]);
    command
        .env("INTEGRATION_DB_URL", elsewhere.as_str())
        .env("VAULT_KEYS", KEY);
    let (code, said) = installation.outcome(command).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no_such_database"), "{said}");
    assert!(!said.contains("not there yet"), "{said}");
}

//! Few open files: the limit is raised where it may be, and what is left is shared out so that people are
//! served and a probe for life is answered.

use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::support::installation::Installation;
use crate::support::waiting::until;

#[tokio::test]
async fn with_64_open_files_a_probe_is_answered_in_a_full_house_and_people_are_served_after_it() {
    let installation = Installation::new().await;
    let mut command = installation.command_after("ulimit -n 64");
    // Connections of a proxy are not counted by address.
    command.env("TRUSTED_PROXIES", "127.0.0.1");
    let process = installation.start_command(command).await;
    let mut silent: Vec<TcpStream> = Vec::new();
    for _ in 0..60 {
        silent.push(installation.connect().await);
    }
    for _ in 0..5 {
        let asked = Instant::now();
        let answer = installation.browser().get("/healthz").await;
        assert_eq!(answer.status, 200);
        assert!(
            asked.elapsed() < Duration::from_secs(4),
            "{:?}",
            asked.elapsed()
        );
    }
    drop(silent);
    until("a page is answered", async || {
        installation.browser().get("/login").await.status == 200
    })
    .await;
    let browser = installation.logged_in().await;
    for _ in 0..3 {
        let read = browser.get("/connectors/jira/projects").await;
        assert_eq!(read.status, 200, "{}", read.body);
    }
    process.stop().await;
    let log = std::fs::read_to_string(installation.file("log")).unwrap();
    assert!(!log.contains("cannot be accepted"), "{log}");
}

#[tokio::test]
async fn the_limit_on_open_files_is_raised_as_far_as_it_may_be() {
    let installation = Installation::new().await;
    let command = installation.command_after("ulimit -S -n 64 && ulimit -H -n 1000");
    let process = installation.start_command(command).await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", process.id())).unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let numbers: Vec<&str> = line.unwrap().split_whitespace().skip(3).take(2).collect();
    assert_eq!(numbers, ["1000", "1000"]);
    process.stop().await;
}

//! The last released version and this one on one database, under load, while one replaces the other.
//! `./test.sh --long-faults` builds the older program and says in `OLDER_PROGRAM` where it is.

use std::collections::BTreeMap;
use std::time::Duration;

use atlassian_sandbox::{Behaviour, FaultAction};
use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;

use crate::faults::history::{History, Lost};
use crate::refresh::fixture::{READ, on_refresh};
use crate::replicas::traffic::Traffic;
use crate::support::Browser;
use crate::support::database::Database;
use crate::support::installation::{Installation, Process, free_port};
use crate::sync::fixture::synced;

const PEOPLE: [&str; 3] = ["mia", "omar", "lea"];
const ROUTES: [&str; 5] = [
    READ,
    "/connectors/jira/projects",
    "/connectors",
    "/auth/session",
    "/integrations/jira/projects/fetch",
];

#[expect(
    clippy::disallowed_methods,
    reason = "test.sh says here where it built the older program"
)]
fn older_program() -> String {
    std::env::var("OLDER_PROGRAM")
        .expect("OLDER_PROGRAM is not set: run this with ./test.sh --long-faults")
}

async fn start_older(installation: &Installation, port: u16) -> Process {
    let command = installation.command_of(older_program());
    installation.start_at(command, port).await
}

/// People at work on some ports; each request's end is its status, and what it was where it failed.
fn work(people: &[Browser], ports: &[u16]) -> Traffic {
    let browsers: Vec<std::sync::Arc<Browser>> = people
        .iter()
        .flat_map(|browser| ports.iter().map(|port| browser.at_port(*port).into()))
        .collect();
    Traffic::begin(browsers.len() * 2, move |number, turn| {
        let browser = browsers[number % browsers.len()].clone();
        let route = ROUTES[(number + turn) % ROUTES.len()];
        async move {
            let answer = browser.get(route).await;
            match answer.status {
                200 => String::from("200"),
                status => format!("{status} {} {route} {}", browser.host(), answer.body),
            }
        }
    })
}

fn assert_all_served(ends: &BTreeMap<String, usize>) {
    assert_eq!(ends.keys().collect::<Vec<_>>(), ["200"], "{ends:#?}");
}

/// Lets everybody's token expire again and again while people work at these ports.
async fn renewals_under_load(
    installation: &Installation,
    history: &mut History,
    people: &[Browser],
    ports: &[u16],
) {
    let traffic = work(people, ports);
    for _ in 0..6 {
        history.expire(&installation.sandbox);
        tokio::time::sleep(Duration::from_millis(1200)).await;
        traffic.turned_over().await;
    }
    assert_all_served(&traffic.end().await);
}

/// Logs in with a start on one process and the callback on another.
async fn log_in_across(installation: &Installation, begins: u16, ends: u16) -> Browser {
    // One address in front of both, as behind a load balancer.
    let host = format!("localhost:{}", installation.port);
    let [first, second] = [begins, ends].map(|port| Installation::browser_at(port).at(&host));
    let start = first.get("/auth/atlassian/login?site=acme").await;
    let address = start.json()["url"].as_str().unwrap().to_owned();
    let consent = installation.sandbox.consent(&address, "mia", None).await;
    let state = first.cookie("atlassian_oauth_state");
    second.set_cookie(
        "atlassian_oauth_state",
        &state.expect("a flow of the login"),
    );
    let ended = second.get(&consent.unwrap()).await;
    assert_eq!(ended.status, 303, "{}", ended.body);
    second
}

#[rstest]
#[ignore = "needs the last released program: ./test.sh --long-faults"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_version_replaces_the_other_under_load_and_back_and_nobody_notices(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let installation = Installation::new_on(kind).await;
    let plenty = |behaviour: &mut Behaviour| behaviour.points_per_hour = u32::MAX;
    installation.sandbox.set_behaviour(plenty);
    let (old_port, new_port) = (installation.port, free_port());
    let older = start_older(&installation, old_port).await;
    let people = join_all(PEOPLE.map(|person| installation.logged_in_as(person))).await;
    for browser in &people {
        synced(browser, "jira").await;
        let user = json!({"email": "ada@example.com"});
        assert_eq!(browser.post("/users", user).await.status, 201);
    }
    let slow = FaultAction::Delay(Duration::from_millis(300));
    installation.sandbox.fault(on_refresh(slow, None));
    // The newer program changes the schema under the older one at work.
    let traffic = work(&people, &[old_port]);
    let newer = installation
        .start_at(redirected(&installation), new_port)
        .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_all_served(&traffic.end().await);
    let mut history = History::begin(&installation.database.url(), &installation.sandbox).await;
    renewals_under_load(&installation, &mut history, &people, &[old_port, new_port]).await;
    for (begins, ends) in [(old_port, new_port), (new_port, old_port)] {
        let browser = log_in_across(&installation, begins, ends).await;
        for port in [old_port, new_port] {
            assert_eq!(browser.at_port(port).get(READ).await.status, 200);
        }
    }
    for browser in &people {
        synced(&browser.at_port(new_port), "jira").await;
        synced(&browser.at_port(old_port), "jira").await;
    }
    // The older one ends, and comes back: somebody goes back a version.
    older.stop().await;
    renewals_under_load(&installation, &mut history, &people, &[new_port]).await;
    let older = start_older(&installation, old_port).await;
    renewals_under_load(&installation, &mut history, &people, &[old_port, new_port]).await;
    newer.stop().await;
    renewals_under_load(&installation, &mut history, &people, &[old_port]).await;
    history.check(&installation.sandbox, Lost(0)).await;
    older.stop().await;
}

/// The newer program with the callback that the sandbox knows.
fn redirected(installation: &Installation) -> std::process::Command {
    let mut command = installation.command(&[]);
    let port = installation.port;
    command.env(
        "ATLASSIAN_REDIRECT_URI",
        format!("http://localhost:{port}/auth/atlassian/callback"),
    );
    command.env("PUBLIC_BASE_URL", format!("http://localhost:{port}"));
    // These people ask for more than an hour's points within seconds, on a fast machine.
    command.env("ATLASSIAN_POINTS_PER_HOUR", "off");
    command
}

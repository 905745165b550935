//! Three real processes on one database and sixty-four clients, while the token endpoint is slow: one call
//! for each person, and everybody is served. The long form waits for endpoints that are very slow.

use std::time::{Duration, Instant};

use atlassian_sandbox::FaultAction;
use futures_util::future::join_all;
use rstest::rstest;

use crate::faults::history::{History, Lost};
use crate::faults::long;
use crate::refresh::fixture::{READ, on_refresh};
use crate::support::Browser;
use crate::support::database::Database;
use crate::support::installation::Installation;

const PEOPLE: [&str; 3] = ["mia", "omar", "lea"];
const CLIENTS: usize = 64;
/// So long a request may take at most, whatever happens.
const HANDLER: Duration = Duration::from_secs(30);

/// Asks until it is served, as a program does that takes `Retry-After` for a maximum; gives the number
/// of refusals.
async fn ask_until_served(browser: &Browser, patience: Duration) -> usize {
    let began = Instant::now();
    let mut refusals = 0;
    loop {
        let asked = Instant::now();
        let answer = browser.get(READ).await;
        assert!(asked.elapsed() < HANDLER, "{:?}", asked.elapsed());
        if answer.status == 200 {
            return refusals;
        }
        assert_eq!(answer.status, 503, "{}", answer.body);
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=15).contains(&wait), "{wait}");
        assert!(began.elapsed() < patience, "never served: {}", answer.body);
        refusals += 1;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn siege(kind: Database, slow: Duration) {
    let installation = Installation::new_on(kind).await;
    let first = installation.start().await;
    let people = join_all(PEOPLE.map(|person| installation.logged_in_as(person))).await;
    let (second, second_port) = installation.start_beside().await;
    let (third, third_port) = installation.start_beside().await;
    let ports = [installation.port, second_port, third_port];
    let mut history = History::begin(&installation.database.url(), &installation.sandbox).await;
    history.expire(&installation.sandbox);
    let fault = on_refresh(FaultAction::Delay(slow), None);
    installation.sandbox.fault(fault);
    let before = installation.sandbox.token_uses().len();
    let clients: Vec<Browser> = (0..CLIENTS)
        .map(|number| {
            let person = &people[number % people.len()];
            person.at_port(ports[number / people.len() % ports.len()])
        })
        .collect();
    let patience = slow + Duration::from_secs(10);
    let asked = clients
        .iter()
        .map(|browser| ask_until_served(browser, patience));
    let refusals: usize = join_all(asked).await.iter().sum();
    let calls = installation.sandbox.token_uses().len() - before;
    assert_eq!(calls, people.len(), "one call for each person");
    if slow < Duration::from_secs(20) {
        assert_eq!(refusals, 0, "who waits is served");
    }
    history.check(&installation.sandbox, Lost(0)).await;
    for process in [first, second, third] {
        process.stop().await;
    }
}

#[rstest]
#[tokio::test]
async fn three_processes_and_64_clients_make_one_call_for_each_person(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    siege(kind, Duration::ZERO).await;
    siege(kind, Duration::from_secs(1)).await;
}

#[rstest]
#[tokio::test]
async fn however_slow_the_token_endpoint_is(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    if long::is_asked_for() {
        for seconds in [9, 12, 15, 40] {
            siege(kind, Duration::from_secs(seconds)).await;
        }
    }
}

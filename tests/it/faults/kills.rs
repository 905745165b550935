//! A process that dies at any step of a refresh: the others and its own next start serve everybody at
//! once, and the whole history is as it must be.
//!
//! Twenty seeds for each step, ten on each database; two hundred in the long form. A seed says how many
//! ask at once, which of their refreshes dies, how slow the token endpoint is, and whether it loses answers.

use std::time::{Duration, Instant};

use atlassian_sandbox::FaultAction;
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream;

use crate::faults::history::{History, Lost};
use crate::faults::long::{self, Seeded};
use crate::refresh::fixture::{READ, on_refresh};
use crate::support::Browser;
use crate::support::database::Database;
use crate::support::installation::{Installation, Process};
use crate::support::waiting::until;

/// The steps at which a test build dies by itself; none: it is killed when its call has arrived.
const STEPS: [Option<&str>; 7] = [
    Some("before-lease"),
    Some("lease-committed"),
    None,
    Some("answer-received"),
    Some("before-commit"),
    Some("after-commit"),
    Some("before-telling"),
];
const PEOPLE: [&str; 3] = ["mia", "omar", "lea"];
/// How many installations run beside each other. More would measure this machine.
const AT_ONCE: usize = 4;
/// Within this everybody is served again: two seconds, and what a busy machine takes.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_at_any_step_of_a_refresh_costs_nobody_a_login() {
    let seeds = if long::is_asked_for() { 100 } else { 10 };
    let campaigns = [Database::Sqlite, Database::Postgres]
        .into_iter()
        .flat_map(|kind| STEPS.map(|step| Box::pin(campaign(kind, step, seeds))));
    stream::iter(campaigns)
        .buffer_unordered(AT_ONCE)
        .collect::<()>()
        .await;
}

/// One installation: a process that dies again and again, and one that lives beside it.
async fn campaign(kind: Database, step: Option<&str>, seeds: u64) {
    let installation = Installation::new_on(kind).await;
    let first = installation.start().await;
    let people = join_all(PEOPLE.map(|person| installation.logged_in_as(person))).await;
    let (survivor, port) = installation.start_beside().await;
    let elsewhere: Vec<Browser> = people.iter().map(|browser| browser.at_port(port)).collect();
    first.kill().await;
    let mut history = History::begin(&installation.database.url(), &installation.sandbox).await;
    for seed in 0..seeds {
        let process = mortal(&installation, step, &mut Seeded::new(seed)).await;
        let own = join_all(people.iter().map(|browser| browser.get(READ))).await;
        assert!(own.iter().all(|answer| answer.status == 200), "{step:?}");
        history.expire(&installation.sandbox);
        die(&installation, process, &people, step, seed).await;
        let died = Instant::now();
        let answers = join_all(elsewhere.iter().map(|browser| browser.get(READ))).await;
        for answer in answers {
            assert_eq!(answer.status, 200, "{step:?} {seed}: {}", answer.body);
        }
        assert!(
            died.elapsed() < SOON,
            "{step:?} {seed}: {:?}",
            died.elapsed()
        );
    }
    // What one process has under way may die with it for each of the three.
    let lost = Lost(usize::try_from(seeds).unwrap() * PEOPLE.len());
    history.check(&installation.sandbox, lost).await;
    survivor.stop().await;
}

/// A process that will die at this step, the first to third time that it comes by.
async fn mortal(installation: &Installation, step: Option<&str>, seeded: &mut Seeded) -> Process {
    let mut command = installation.command(&[]);
    if let Some(step) = step {
        let times = 1 + seeded.below(PEOPLE.len() as u64);
        command.env("INTEGRATION_TEST_KILL_AT", format!("{step}:{times}"));
    }
    installation.start_command(command).await
}

/// Lets everybody ask the process, which dies of it.
async fn die(
    installation: &Installation,
    mut process: Process,
    people: &[Browser],
    step: Option<&str>,
    seed: u64,
) {
    let sandbox = &installation.sandbox;
    let mut seeded = Seeded::new(seed + 1000);
    if seeded.below(4) == 0 {
        sandbox.fault(on_refresh(FaultAction::ProcessThenDrop, Some(1)));
    }
    let shortest = if step.is_none() { 300 } else { 0 };
    let slow = Duration::from_millis(shortest + seeded.below(60));
    sandbox.fault(on_refresh(FaultAction::Delay(slow), None));
    let each = 1 + usize::try_from(seeded.below(3)).unwrap();
    let clients = people.iter().cycle().take(people.len() * each);
    let asked = join_all(clients.map(|browser| browser.get(READ)));
    let before = sandbox.token_uses().len();
    let killed = async {
        if step.is_none() {
            until("a refresh arrives", async || {
                sandbox.token_uses().len() > before
            })
            .await;
            process.signal("KILL");
        }
        process.ended(Duration::from_secs(10)).await
    };
    futures_util::future::join(asked, killed).await;
    sandbox.clear_faults();
}

//! `vault rotate` beside real processes: under load, killed in the middle, and as the documentation has it.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use integration_backend::config::parse_vault_keys;
use integration_backend::model::clock::SystemClock;
use integration_backend::model::product::Product;
use integration_backend::store::Store;
use integration_backend::store::vault::Vault;
use rstest::rstest;

use crate::refresh::fixture::READ;
use crate::store::fixture::{login, scope};
use crate::support::Browser;
use crate::support::database::Database;
use crate::support::files;
use crate::support::installation::{Installation, Process, free_port};
use crate::support::raw_database::Raw;
use crate::support::waiting::until;

const FORCED: &str = "/api/oauth/atlassian/refresh";

pub(super) fn old_key() -> String {
    BASE64_STANDARD.encode([1; 32])
}

fn new_key() -> String {
    BASE64_STANDARD.encode([2; 32])
}

fn old_ring() -> String {
    format!("old:{}", old_key())
}

fn both() -> String {
    format!("new:{},{}", new_key(), old_ring())
}

/// Starts the service on `port` with these vault keys.
async fn start(installation: &Installation, port: u16, keys: &str) -> Process {
    let mut command = installation.command(&[]);
    command
        .env("PORT", port.to_string())
        // What a load balancer in front of both would be called.
        .env(
            "PUBLIC_BASE_URL",
            format!("http://localhost:{}", installation.port),
        )
        .env("RATE_LIMIT_PER_MINUTE", "0")
        .env("VAULT_KEYS", keys);
    let log = std::fs::File::create(installation.file(&format!("log-{port}"))).unwrap();
    command.stdout(log.try_clone().unwrap()).stderr(log);
    installation.start_on_port(command, port).await
}

fn rotate(installation: &Installation, keys: &str, wait: &str) -> Command {
    let mut command = installation.command(&["vault", "rotate", "--wait", wait]);
    command.env("VAULT_KEYS", keys).stdout(Stdio::null());
    command
}

/// How many texts of ours are sealed with the key of this name.
pub(super) async fn sealed_with(installation: &Installation, key: &str) -> i64 {
    let mut raw = Raw::open(&installation.database.url()).await;
    let mut count = 0;
    for (table, column) in integration_backend::store::sealed_columns::all() {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE 'v1.{key}.%'");
        count += raw.number(sql).await.unwrap();
    }
    count
}

/// A browser whose requests a load balancer takes to the process on `port`.
fn behind(installation: &Installation, port: u16) -> Browser {
    Installation::browser_at(port).at(&format!("localhost:{}", installation.port))
}

/// The same person's browsers at two processes, of which one may be away.
struct Pair([Browser; 2]);

impl Pair {
    fn of(installation: &Installation, other: u16, cookie: &str) -> Self {
        let browsers = [installation.port, other].map(|port| behind(installation, port));
        for browser in &browsers {
            browser.set_cookie("ib_session", cookie);
        }
        Self(browsers)
    }

    /// Sends a request to one process, and to the other if that is away, as a load balancer does.
    async fn send(&self, first: usize, method: &str, path: &str) -> (u16, String) {
        for turn in [first, first + 1] {
            let answer = self.0[turn % 2].send(method, path, &[], None).await;
            // What stands for a connection that was refused.
            if answer.status != 502 {
                return (answer.status, answer.body);
            }
        }
        panic!("neither process was there");
    }
}

/// Requests, refreshes and logins on and on until `over`; each must succeed. Gives how many there were.
async fn load(
    installation: Arc<Installation>,
    other: u16,
    cookie: String,
    over: Arc<AtomicBool>,
) -> usize {
    let pair = Pair::of(&installation, other, &cookie);
    let count = AtomicUsize::new(0);
    let done = |answer: (u16, String)| {
        assert_eq!(answer.0, 200, "{}", answer.1);
        count.fetch_add(1, Ordering::SeqCst);
    };
    let reads = async {
        while !over.load(Ordering::SeqCst) {
            for turn in 0..2 {
                done(pair.send(turn, "GET", READ).await);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let refreshes = async {
        while !over.load(Ordering::SeqCst) {
            for turn in 0..2 {
                done(pair.send(turn, "POST", FORCED).await);
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    };
    tokio::join!(reads, refreshes);
    count.into_inner()
}

/// A login that starts at one process and ends at another.
async fn log_in_across(installation: &Installation, from: u16, to: u16) {
    let here = behind(installation, from);
    let start = here.get("/auth/atlassian/login?site=acme").await;
    assert_eq!(start.status, 200, "{}", start.body);
    let authorize = start.json()["url"].as_str().unwrap().to_owned();
    let callback = installation
        .sandbox
        .consent(&authorize, "omar", None)
        .await
        .unwrap();
    let there = behind(installation, to);
    let state = "atlassian_oauth_state";
    there.set_cookie(state, &here.cookie(state).unwrap());
    let ended = there.get(&callback).await;
    assert_eq!(ended.status, 303, "{}", ended.body);
    assert!(
        ended.header("location").contains("connected="),
        "{}",
        ended.header("location")
    );
}

/// The steps of the documentation: the settings it names and the command it gives.
fn documented() -> (String, String, Vec<String>) {
    let page = std::fs::read_to_string(files::path("docs/run/vault-key.md")).unwrap();
    let settings: Vec<&str> = page
        .lines()
        .filter_map(|line| line.trim().strip_prefix("VAULT_KEYS="))
        .collect();
    let command = page
        .lines()
        .find_map(|line| line.trim().strip_prefix("integration-backend vault rotate"))
        .unwrap();
    let fill = |text: &str| {
        text.replace("<new>", &new_key())
            .replace("<old>", &old_key())
    };
    let mut words = vec![String::from("vault"), String::from("rotate")];
    words.extend(command.split_whitespace().map(str::to_owned));
    assert_eq!(
        settings.len(),
        2,
        "with both keys, then with the new one: {settings:?}"
    );
    (fill(settings[0]), fill(settings[1]), words)
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_steps_change_the_key_under_load_without_a_failed_request(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let (with_both, with_new, words) = documented();
    let before = with_both.split(',').nth(1).unwrap().to_owned();
    let installation = Arc::new(Installation::new_on(kind).await);
    let (one, two) = (installation.port, free_port());
    let first = start(&installation, one, &before).await;
    let second = start(&installation, two, &before).await;
    let cookie = installation.logged_in().await.cookie("ib_session").unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let working = tokio::spawn(load(
        installation.clone(),
        two,
        cookie.clone(),
        over.clone(),
    ));

    // The new key in front on one replica first: a login goes from each to the other.
    second.stop().await;
    let second = start(&installation, two, &with_both).await;
    log_in_across(&installation, two, one).await;
    log_in_across(&installation, one, two).await;
    first.stop().await;
    let first = start(&installation, one, &with_both).await;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut command = installation.command(&words);
    command.env("VAULT_KEYS", &with_both).stdout(Stdio::null());
    let (code, said) = installation.outcome(command).await;
    assert_eq!(code, Some(0), "{said}");
    first.stop().await;
    let _first = start(&installation, one, &with_new).await;
    second.stop().await;
    let _second = start(&installation, two, &with_new).await;
    over.store(true, Ordering::SeqCst);
    assert!(working.await.unwrap() > 50);
    let name = before.split(':').next().unwrap();
    assert_eq!(sealed_with(&installation, name).await, 0);
    let browser = installation.browser();
    browser.set_cookie("ib_session", &cookie);
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(browser.get("/ready").await.status, 200);
}

#[rstest]
#[tokio::test]
async fn a_living_process_that_does_not_know_the_new_key_or_puts_it_behind_is_named_and_not_harmed(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let installation = Installation::new_on(kind).await;
    let process = start(&installation, installation.port, &old_ring()).await;
    let mia = installation.logged_in().await;
    let (code, said) = installation
        .outcome(rotate(&installation, &both(), "1"))
        .await;
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("does not know the vault key \"new\""),
        "{said}"
    );
    assert!(
        said.contains("running since 20") && said.contains("VAULT_KEYS"),
        "{said}"
    );
    assert!(said.contains("number "), "{said}");
    assert_eq!(
        sealed_with(&installation, "new").await,
        0,
        "nothing it could not open"
    );
    assert_eq!(mia.get(READ).await.status, 200);
    let mut check = installation.command(&["check"]);
    check.env("VAULT_KEYS", both());
    let output = tokio::task::spawn_blocking(move || check.output())
        .await
        .unwrap()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("does not know the key \"new\""), "{shown}");
    process.stop().await;

    let behind = format!("{},new:{}", old_ring(), new_key());
    let process = start(&installation, installation.port, &behind).await;
    let (code, said) = installation
        .outcome(rotate(&installation, &both(), "1"))
        .await;
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("has \"old\" in front of the vault key \"new\""),
        "{said}"
    );
    assert_eq!(mia.get(READ).await.status, 200);
    process.stop().await;
    let (code, said) = installation
        .outcome(rotate(&installation, &both(), "30"))
        .await;
    assert_eq!(code, Some(0), "{said}");
    let process = start(
        &installation,
        installation.port,
        &format!("new:{}", new_key()),
    )
    .await;
    assert_eq!(mia.get(READ).await.status, 200);
    process.stop().await;
}

#[tokio::test]
async fn a_process_with_another_key_of_that_name_is_named_and_nothing_is_sealed_anew() {
    let installation = Installation::new().await;
    let mistaken = format!("{},new:{}", old_ring(), BASE64_STANDARD.encode([3; 32]));
    let process = start(&installation, installation.port, &mistaken).await;
    installation.logged_in().await;
    let (code, said) = installation
        .outcome(rotate(&installation, &both(), "1"))
        .await;
    assert_eq!(code, Some(1), "{said}");
    let problem = "has another vault key under the name \"new\"";
    assert!(said.contains(problem), "{said}");
    assert_eq!(sealed_with(&installation, "new").await, 0);
    process.stop().await;
}

#[rstest]
#[tokio::test]
async fn a_rotation_that_is_killed_goes_on_where_it_stopped_and_a_start_without_a_needed_key_names_it(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    const OWNERS: usize = 400;
    let installation = Installation::new_on(kind).await;
    let open = async |keys: &str| {
        let mut keys = parse_vault_keys(keys).unwrap().into_iter();
        let vault = Vault::new(keys.next().unwrap(), keys.collect());
        let clock = Arc::new(SystemClock);
        Store::open(&installation.database.location, vault, clock).await
    };
    let owner = |number: usize| scope("default", &format!("owner-{number}"));
    let store = open(&old_ring()).await.unwrap();
    for number in 0..OWNERS {
        let login = login(&number.to_string());
        store
            .put_login(&owner(number), &login, &[(Product::Jira, None)])
            .await
            .unwrap();
    }
    store.close().await;
    let mut command = rotate(&installation, &both(), "30");
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    until("it has begun", async || {
        sealed_with(&installation, "new").await > 10
    })
    .await;
    child.kill().unwrap();
    child.wait().unwrap();
    let left = sealed_with(&installation, "old").await;
    assert!(left > 0, "it was killed in the middle");
    let refused = open(&format!("new:{}", new_key())).await.unwrap_err();
    assert!(refused.to_string().contains("\"old\""), "{refused}");
    let (code, said) = installation
        .outcome(rotate(&installation, &both(), "30"))
        .await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(sealed_with(&installation, "old").await, 0);
    let store = open(&format!("new:{}", new_key())).await.unwrap();
    for number in 0..OWNERS {
        let read = store
            .connection(&owner(number), Product::Jira)
            .await
            .unwrap();
        let token = store.access_token(&read.unwrap().grant).unwrap().unwrap();
        assert_eq!(token.expose(), format!("access-{number}"));
    }
}

#[tokio::test]
async fn a_row_that_does_not_open_is_named_and_the_command_fails() {
    let installation = Installation::new().await;
    let process = start(&installation, installation.port, &old_ring()).await;
    installation.logged_in().await;
    process.stop().await;
    let mut raw = Raw::open(&installation.database.url()).await;
    raw.run("UPDATE grants SET refresh_token_sealed = access_token_sealed")
        .await;
    let id = raw.text("SELECT id FROM grants").await.unwrap();
    let (code, said) = installation
        .outcome(rotate(&installation, &both(), "5"))
        .await;
    assert_eq!(code, Some(1), "{said}");
    let named = format!("grants.refresh_token_sealed of row {id}");
    assert!(said.contains(&named), "{said}");
    raw.run("UPDATE grants SET refresh_token_sealed = NULL")
        .await;
    let (code, said) = installation
        .outcome(rotate(&installation, &both(), "5"))
        .await;
    assert_eq!(code, Some(0), "{said}");
}

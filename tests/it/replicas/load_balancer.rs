//! Three processes behind nginx and Caddy as the documentation shows them: a login, work, and a restart of
//! one process after another while people work.

use std::collections::BTreeMap;
use std::time::Duration;

use atlassian_sandbox::{Behaviour, FaultAction};
use rstest::rstest;

use crate::faults::history::{History, Lost};
use crate::refresh::fixture::on_refresh;
use crate::replicas::traffic::Traffic;
use crate::support::database::Database;
use crate::support::files;
use crate::support::front::{Front, Kind, NAME, UPSTREAM, changed, cookies, deployed, header};
use crate::support::installation::{Installation, Process, free_port};
use crate::support::waiting::until;

const PORTS: [&str; 3] = ["3001", "3002", "3003"];
const CALLBACK: &str = "https://ib.example.com/auth/atlassian/callback";
const PROJECTS: &str = "/connectors/jira/projects";

/// What the documentation says to wait before the next restart.
const PROXY_LOOKS: Duration = Duration::from_secs(2);

/// The block of that language on the documentation's page.
fn documented(language: &str) -> String {
    let page = files::text("docs/run/reverse-proxy.md");
    let (_, block) = page.split_once(&format!("```{language}\n")).unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

/// The files of `deploy/`, changed as the documentation says, for these ports.
fn for_three(ports: [u16; 3]) -> [String; 2] {
    let one =
        format!("upstream integration_backend {{\n    server {UPSTREAM};\n    keepalive 16;\n}}\n");
    let nginx = changed(&deployed("nginx.conf"), &one, &documented("nginx"));
    let block = documented("caddy");
    let indented: Vec<String> = block.lines().map(|line| format!("\t{line}")).collect();
    let caddy = deployed("Caddyfile");
    let (before, _) = caddy.split_once("\t# Server-sent events").unwrap();
    let caddy = format!("{before}{}\n}}\n", indented.join("\n"));
    [nginx, caddy].map(|mut text| {
        for (documented, port) in PORTS.into_iter().zip(ports) {
            text = changed(
                &text,
                &format!("127.0.0.1:{documented}"),
                &format!("127.0.0.1:{port}"),
            );
        }
        text
    })
}

/// The setting that the documentation asks for.
fn documented_delay() -> String {
    let page = files::text("docs/run/reverse-proxy.md");
    let (_, setting) = page.split_once("`SHUTDOWN_DELAY=").unwrap();
    setting.split_once('`').unwrap().0.to_owned()
}

async fn start_at(kind: Kind, installation: &Installation, port: u16) -> Process {
    let mut command = installation.command(&[]);
    command
        .env("PUBLIC_BASE_URL", format!("https://{NAME}"))
        .env("ATLASSIAN_REDIRECT_URI", CALLBACK)
        .env("TRUSTED_PROXIES", "127.0.0.1")
        // These people ask for more than an hour's points within seconds, on a fast machine.
        .env("ATLASSIAN_POINTS_PER_HOUR", "off");
    if kind == Kind::Caddy {
        command.env("SHUTDOWN_DELAY", documented_delay());
    }
    installation.start_at(command, port).await
}

/// Logs a person in through the proxy, which chooses a process for each request; gives the cookies.
async fn log_in(front: &Front, installation: &Installation, person: &str) -> String {
    let navigation = [("sec-fetch-mode", "navigate"), ("accept", "text/html")];
    let start = front
        .get("/auth/atlassian/login?site=acme", &navigation)
        .await;
    let (state, authorize) = (cookies(&start), header(&start, "location"));
    let consent = installation.sandbox.consent(authorize, person, None).await;
    let back = consent.unwrap();
    let path = back.strip_prefix(&format!("https://{NAME}")).unwrap();
    let ended = front
        .get(path, &[navigation[0], navigation[1], ("cookie", &state)])
        .await;
    assert_eq!(ended.status(), 303);
    cookies(&ended)
}

/// How a request through the proxy ended.
async fn ask(
    client: reqwest::Client,
    url: String,
    session: String,
    create: Option<String>,
) -> String {
    let request = match create {
        None => client.get(&url),
        Some(body) => client
            .post(&url)
            .body(body)
            .header("content-type", "application/json"),
    };
    let request = request.header("host", NAME).header("cookie", session);
    match request
        .header("origin", format!("https://{NAME}"))
        .send()
        .await
    {
        Ok(answer) => {
            let status = answer.status();
            let text = answer.text().await.unwrap_or_default();
            if status.is_success() {
                status.to_string()
            } else {
                format!("{status} {url} {text}")
            }
        }
        Err(error) => format!("{error:?}"),
    }
}

#[rstest]
#[case(Kind::Nginx, Database::Postgres)]
#[case(Kind::Caddy, Database::Sqlite)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_it_processes_are_restarted_one_after_another_and_nobody_notices(
    #[case] kind: Kind,
    #[case] database: Database,
) {
    let installation = Installation::new_on(database).await;
    installation
        .sandbox
        .add_redirect_uri("sandbox-client", CALLBACK);
    let plenty = |behaviour: &mut Behaviour| behaviour.points_per_hour = u32::MAX;
    installation.sandbox.set_behaviour(plenty);
    let ports = [installation.port, free_port(), free_port()];
    let front = Front::start_with(kind, &installation, for_three(ports)).await;
    let mut processes = Vec::new();
    for port in ports {
        processes.push(start_at(kind, &installation, port).await);
    }
    let mut sessions = Vec::new();
    for person in ["mia", "omar", "lea"] {
        sessions.push(log_in(&front, &installation, person).await);
    }
    let mut history = History::begin(&installation.database.url(), &installation.sandbox).await;
    let slow = FaultAction::Delay(Duration::from_millis(300));
    installation.sandbox.fault(on_refresh(slow, None));
    let (client, port) = (front.client.clone(), front.port);
    let of_client = sessions.clone();
    let traffic = Traffic::begin(9, move |number, turn| {
        let session = of_client[number % of_client.len()].clone();
        let is_create = turn % 5 == 4;
        let path = if is_create { "/users" } else { PROJECTS };
        let create = is_create.then(|| format!("{{\"email\": \"{number}-{turn}@example.com\"}}"));
        ask(
            client.clone(),
            format!("https://{NAME}:{port}{path}"),
            session,
            create,
        )
    });
    for (process, port) in processes.iter_mut().zip(ports) {
        history.expire(&installation.sandbox);
        process.signal("TERM");
        let status = process.ended(Duration::from_secs(20)).await;
        assert_eq!(status.code(), Some(0));
        *process = start_at(kind, &installation, port).await;
        let browser = Installation::browser_at(port);
        until("it is ready", async || {
            browser.get("/ready").await.status == 200
        })
        .await;
        for session in &sessions {
            let served = front.get(PROJECTS, &[("cookie", session)]).await;
            let status = served.status();
            assert_eq!(status, 200, "{}", served.text().await.unwrap_or_default());
        }
        // No request that began before the new tokens is under way when these expire again: it could
        // meet two expiries, and be refused with either token.
        traffic.turned_over().await;
        // The proxy has seen that the process is back.
        tokio::time::sleep(PROXY_LOOKS).await;
    }
    let ends: BTreeMap<String, usize> = traffic.end().await;
    let known = ["200 OK", "201 Created"];
    let is_known = |end: &String| known.contains(&end.as_str());
    // First what happened to tokens: it would explain what somebody was refused with.
    history.check(&installation.sandbox, Lost(0)).await;
    assert!(ends.keys().all(is_known), "{ends:#?}");
    for process in processes {
        process.stop().await;
    }
}

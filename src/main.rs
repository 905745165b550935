//! The command line: reads the settings, builds the service, serves, shuts down.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use integration_backend::app::App;
use integration_backend::commands::arguments::{
    Arguments, ClientAction, Command, KeyAction, VaultAction,
};
use integration_backend::commands::backup;
use integration_backend::commands::check::{self, CheckRequest, Mark};
use integration_backend::commands::keys::ShownOnce;
use integration_backend::commands::{clients, copy, keys, start, vault};
use integration_backend::config::{self, Settings};
use integration_backend::http::router;
use integration_backend::http::server::open_files;
use integration_backend::model::clock::SystemClock;
use integration_backend::{probe, telemetry};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::read();
    let result = match arguments.command.unwrap_or(Command::Serve) {
        Command::Openapi => print_document(),
        Command::Backup { file } => settings()
            .and_then(|settings| run(async move { print(&backup::make(&settings, &file).await?) })),
        Command::Restore { file } => settings().and_then(|settings| {
            run(async move { print(&backup::restore(&settings, &file).await?) })
        }),
        Command::CopyTo { url, .. } => settings()
            .and_then(|settings| run(async move { copy_or_undo(&settings, url.as_deref()).await })),
        Command::Keys { action } => {
            settings().and_then(|settings| run(manage_keys(settings, action)))
        }
        Command::Clients { action } => {
            settings().and_then(|settings| run(manage_clients(settings, action)))
        }
        Command::Vault { action } => {
            settings().and_then(|settings| run(change_vault_key(settings, action)))
        }
        Command::Check {
            what,
            tenant,
            owner,
            refresh,
        } => settings().and_then(|settings| {
            run(async move {
                let request = CheckRequest {
                    target: what,
                    tenant: &tenant,
                    owner: owner.as_deref(),
                    refresh,
                };
                check_installation(&settings, &request).await
            })
        }),
        Command::Serve => settings().and_then(|settings| run(serve(settings))),
        Command::Probe { question } => settings().and_then(|settings| {
            run(async move {
                let (host, port) = (settings.listener.host, settings.listener.port);
                probe::ask(host, port, question.path())
                    .await
                    .map_err(|error| error.to_string())
            })
        }),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            print_error(&message);
            ExitCode::FAILURE
        }
    }
}

/// Writes the one line that says why the program stops. Where nobody can read it, the exit code says it.
fn print_error(message: &str) {
    let _ = writeln!(std::io::stderr(), "integration-backend: {message}");
}

/// Writes a command's output. Whoever closed the pipe has seen enough: `keys list | head -1` is no error.
fn print(text: &str) -> Result<(), String> {
    match write_out(text) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("the output cannot be written: {error}"))
        }
        _ => Ok(()),
    }
}

fn write_out(text: &str) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{text}").and_then(|()| output.flush())
}

/// Writes what is shown this one time; what nobody has seen is taken back by `undo`, for it would be good for ever.
async fn print_once(
    shown: ShownOnce,
    undo: impl AsyncFnOnce(&str) -> Result<String, String>,
) -> Result<(), String> {
    let Err(error) = write_out(&shown.text) else {
        return Ok(());
    };
    let undone = undo(&shown.id).await?;
    Err(format!(
        "the output cannot be written: {error}; nobody has seen it, so it was taken back ({undone})"
    ))
}

fn print_document() -> Result<(), String> {
    let document = router::document().to_pretty_json();
    print(&document.map_err(|error| error.to_string())?)
}

async fn check_installation(settings: &Settings, request: &CheckRequest<'_>) -> Result<(), String> {
    let report = check::run(settings, Arc::new(SystemClock), request).await?;
    print(&report.to_string())?;
    match report.count(Mark::Problem) {
        0 => Ok(()),
        _ => Err(report.summary()),
    }
}

async fn manage_keys(settings: Settings, action: KeyAction) -> Result<(), String> {
    keys::refuse_new_database(&settings, "keys")?;
    // Of a command the log has the audit trail only.
    let _log = telemetry::start("audit=info", settings.telemetry.log_format);
    let app = App::build(&settings, Arc::new(SystemClock))
        .await
        .map_err(|error| error.to_string())?;
    let done = manage(&app, &settings, &action).await;
    app.close().await;
    done
}

async fn manage(app: &App, settings: &Settings, action: &KeyAction) -> Result<(), String> {
    match action {
        KeyAction::Create {
            owner,
            tenant,
            scope,
            product,
            allow,
            project,
            space,
            expires,
        } => {
            let new = keys::NewKey {
                owner,
                tenant,
                scopes: scope,
                products: product.as_deref(),
                allow: allow.as_deref(),
                projects: project.as_deref(),
                spaces: space.as_deref(),
                lifetime: expires.as_deref(),
            };
            let mut shown = keys::create(app, &new).await?;
            let place = start::store_name(settings);
            shown.text = format!("{}\nIt is in the database {place}.", shown.text);
            print_once(shown, async |id| keys::revoke(app, id).await).await
        }
        KeyAction::List => print(&keys::list(app).await?),
        KeyAction::Revoke { id } => print(&keys::revoke(app, id).await?),
    }
}

async fn manage_clients(settings: Settings, action: ClientAction) -> Result<(), String> {
    keys::refuse_new_database(&settings, "clients")?;
    let _log = telemetry::start("audit=info", settings.telemetry.log_format);
    let app = App::build(&settings, Arc::new(SystemClock))
        .await
        .map_err(|error| error.to_string())?;
    let done = enter_or_show_clients(&app, &action).await;
    app.close().await;
    done
}

async fn enter_or_show_clients(app: &App, action: &ClientAction) -> Result<(), String> {
    match action {
        ClientAction::Create {
            name,
            redirects,
            secret,
        } => {
            let shown = clients::create(app, name, redirects, *secret).await?;
            print_once(shown, async |id| clients::delete(app, id).await).await
        }
        ClientAction::List => print(&clients::list(app).await?),
        ClientAction::Delete { id } => print(&clients::delete(app, id).await?),
    }
}

async fn copy_or_undo(settings: &Settings, url: Option<&str>) -> Result<(), String> {
    let clock = Arc::new(SystemClock);
    let Some(url) = url else {
        return print(&copy::undo(settings, clock).await?);
    };
    start::wait_for_database(settings).await?;
    // Progress that nobody reads is no reason to stop.
    let mut say = |line: &str| drop(print(line));
    print(&copy::copy(settings, clock, url, &mut say).await?)
}

async fn change_vault_key(settings: Settings, action: VaultAction) -> Result<(), String> {
    let VaultAction::Rotate { wait } = action else {
        return print(&vault::new_key(&settings)?);
    };
    keys::refuse_new_database(&settings, "vault rotate")?;
    let _log = telemetry::start("audit=info", settings.telemetry.log_format);
    let app = App::build(&settings, Arc::new(SystemClock))
        .await
        .map_err(|error| error.to_string())?;
    // Progress that nobody reads is no reason to stop.
    let mut say = |line: &str| drop(print(line));
    let rotated = vault::rotate(&app, &settings, Duration::from_secs(wait), &mut say).await;
    app.close().await;
    print(&rotated?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the process environment"
)]
fn settings() -> Result<Settings, String> {
    let dotenv = match std::fs::read(".env") {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(format!(".env cannot be read: {error}")),
    };
    let mut settings = config::load(&|name| std::env::var(name).ok(), dotenv.as_deref())
        .map_err(|error| error.to_string())?;
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    settings.look_for_mistakes(names);
    Ok(settings)
}

fn run(work: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let result = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn serve(settings: Settings) -> Result<(), String> {
    let _log = telemetry::start(
        &settings.telemetry.log_filter,
        settings.telemetry.log_format,
    );
    open_files::raise_limit();
    if let Some(name) = settings.access.short_signing_secret {
        tracing::warn!(
            "{name} is shorter than 16 bytes and is not used; cookies and cursors are signed with a key derived from the vault's (make a secret with: openssl rand -base64 32)"
        );
    }
    let stop = stop_on_signals().map_err(|error| error.to_string())?;
    tokio::select! {
        waited = start::wait_for_database(&settings) => waited?,
        () = stop.cancelled() => return Ok(()),
    }
    let app = App::build(&settings, Arc::new(SystemClock))
        .await
        .map_err(|error| error.to_string())?;
    // Only now: a start that is refused says why in one line.
    start::report(&settings);
    let (host, port) = (settings.listener.host, settings.listener.port);
    let listener = TcpListener::bind((host, port))
        .await
        .map_err(|error| format!("cannot listen on {host}:{port} (HOST, PORT): {error}"))?;
    let metrics_stop = CancellationToken::new();
    if let Some(metrics) = settings.listener.metrics_address {
        let listener = TcpListener::bind(metrics)
            .await
            .map_err(|error| format!("cannot listen on {metrics} (METRICS_ADDR): {error}"))?;
        tokio::spawn(app.serve_metrics(listener, metrics_stop.clone()));
        tracing::info!(%metrics, "metrics have a listener of their own");
    }
    let address = settings.listener.public_base_url.origin();
    tracing::info!(%host, port, "listening; open {address}/login to log in, {address}/docs to look around");
    app.serve(listener, stop).await;
    metrics_stop.cancel();
    tracing::info!("stopped");
    Ok(())
}

/// Cancelled by the first SIGTERM, SIGINT or SIGQUIT; the second ends the process at once. Signals with
/// which other servers reopen logs or report end nothing here.
fn stop_on_signals() -> std::io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let mut ends = [
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
        signal(SignalKind::quit())?,
    ];
    let first = stop.clone();
    tokio::spawn(async move {
        any_of(&mut ends).await;
        tracing::info!("shutting down; requests under way may finish");
        first.cancel();
        any_of(&mut ends).await;
        std::process::exit(130);
    });
    let mut others = [
        signal(SignalKind::hangup())?,
        signal(SignalKind::user_defined1())?,
        signal(SignalKind::user_defined2())?,
    ];
    tokio::spawn(async move {
        loop {
            any_of(&mut others).await;
            tracing::info!(
                "this signal changes nothing here: settings are read at the start, and the log goes to standard error"
            );
        }
    });
    Ok(stop)
}

/// Waits until one of these signals comes.
async fn any_of(signals: &mut [Signal; 3]) {
    let [first, second, third] = signals;
    tokio::select! { _ = first.recv() => {} _ = second.recv() => {} _ = third.recv() => {} }
}

//! The program `atlassian-sandbox`: a stand-in for Atlassian Cloud on this machine, for development, demos and tests.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use atlassian_sandbox::{App, CALLBACK_PATHS, Options, Sandbox};
use clap::Parser;

/// A strict stand-in for Atlassian Cloud (OAuth, Jira, Confluence) on 127.0.0.1.
#[derive(Debug, Parser)]
#[command(name = "atlassian-sandbox", version)]
struct Arguments {
    /// The port on 127.0.0.1; 0 takes any free one.
    #[arg(long, default_value_t = 4001)]
    port: u16,
    /// The port of the Data Center host on 127.0.0.1; 0 takes any free one. Without it, the one after `--port`.
    #[arg(long)]
    data_center_port: Option<u16>,
    /// A callback URL of the default app (repeatable); without it, those of a backend on `http://localhost:3001`.
    #[arg(long = "redirect-uri", value_name = "URL")]
    redirect_uris: Vec<String>,
    /// Keep tokens and changes in this file over restarts.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Stop when the process that started this one ends.
    #[arg(long)]
    exit_with_parent: bool,
    /// Print nothing.
    #[arg(long)]
    quiet: bool,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let redirect_uris = if arguments.redirect_uris.is_empty() {
        CALLBACK_PATHS
            .iter()
            .map(|path| format!("http://localhost:3001{path}"))
            .collect()
    } else {
        arguments.redirect_uris.clone()
    };
    let app = App {
        redirect_uris,
        ..App::default()
    };
    let options = Options {
        port: arguments.port,
        data_center_port: arguments.data_center_port.unwrap_or(match arguments.port {
            0 => 0,
            port => port.wrapping_add(1),
        }),
        apps: vec![app],
        state_file: arguments.state.clone(),
    };
    // Before anybody can know that it runs, or a signal that comes at once would kill it.
    let stopped = stop_signal()?;
    let sandbox = Sandbox::start(options).await?;
    if !arguments.quiet {
        greet(&sandbox);
    }
    let parent_ended = async {
        if arguments.exit_with_parent {
            parent_ended().await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = stopped => {}
        () = parent_ended => {}
    }
    drop(sandbox);
    Ok(())
}

/// Says where it listens and with which credentials. Whoever started it may read only the first lines
/// and go, so a greeting that cannot be written ends nothing (`println!` would panic).
fn greet(sandbox: &Sandbox) {
    let base = sandbox.base_url();
    let site = sandbox.site_url_template();
    let data_center = sandbox.data_center_url();
    let greeting = format!(
        "Atlassian sandbox on {base} (open it in a browser)
  ATLASSIAN_AUTH_URL={base}
  ATLASSIAN_API_URL={base}
  ATLASSIAN_SITE_URL_TEMPLATE={site}
  ATLASSIAN_CLIENT_ID=sandbox-client
  ATLASSIAN_CLIENT_SECRET=sandbox-secret
  ALLOWED_UPSTREAM_HOSTS={data_center}
  ENABLE_JIRA_PAT=true
People: mia@example.com, omar@example.com, lea@example.com
API tokens: classic-token-mia (site acme.atlassian.net), scoped-token-mia (gateway); likewise omar, lea
Personal access tokens of the Data Center host: jira-pat-mia, confluence-pat-mia; likewise omar, lea
"
    );
    let _ = std::io::stdout().write_all(greeting.as_bytes());
}

#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "as where a signal needs a handler of its own"
)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler nobody stops it but the system.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

#[cfg(unix)]
async fn parent_ended() {
    let parent = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == parent {
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

#[cfg(not(unix))]
async fn parent_ended() {
    std::future::pending().await
}

//! PostgreSQL at the start: named by host and port where it cannot be used, and waited for where it is not
//! there yet.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::time::{Instant, sleep, timeout};

use super::error::StoreError;
use crate::model::database_url::DatabaseUrl;

/// How long one try may take: an address that nobody has answers nothing at all.
const ONE_TRY: Duration = Duration::from_secs(5);
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(500);
/// How often the log says that the start still waits.
const SAY_EVERY: Duration = Duration::from_secs(5);
/// What a server says that starts, stops or is full: that passes
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
const PASSING: [&str; 4] = ["57P01", "57P02", "57P03", "53300"];

/// Why a connection did not come about.
#[derive(Debug)]
struct Problem {
    text: String,
    /// Whether waiting may help: nobody mends a wrong password by it.
    passes: bool,
}

/// How every connection to a server is made.
pub(super) fn options(address: &str) -> Result<PgConnectOptions, sqlx::Error> {
    Ok(address
        .parse::<PgConnectOptions>()?
        .disable_statement_logging())
}

/// Waits until the PostgreSQL server of `database` is there, for as long as `patience`; none: not at all. Anything
/// else than PostgreSQL is there.
///
/// # Errors
/// When it is not there in time, or does not let us in.
pub(crate) async fn wait_for(
    database: &DatabaseUrl,
    patience: Option<Duration>,
) -> Result<(), StoreError> {
    let DatabaseUrl::Postgres(address) = database else {
        return Ok(());
    };
    let options = options(address.expose())?;
    let (started, patience) = (Instant::now(), patience.unwrap_or_default());
    let mut said: Option<Instant> = None;
    loop {
        let problem = match try_once(&options).await {
            Ok(()) if said.is_none() => return Ok(()),
            Ok(()) => {
                tracing::info!("PostgreSQL at {} is there", server_address(&options));
                return Ok(());
            }
            Err(problem) => problem,
        };
        let left = patience.saturating_sub(started.elapsed());
        if !problem.passes || left.is_zero() {
            return Err(refusal(&options, problem));
        }
        if said.is_none_or(|at| at.elapsed() >= SAY_EVERY) {
            tracing::warn!(
                "PostgreSQL at {} is not there yet ({}); waiting for it, {} seconds at most",
                server_address(&options),
                problem.text,
                left.as_secs().max(1)
            );
            said = Some(Instant::now());
        }
        sleep(PAUSE.min(left)).await;
    }
}

/// Proves that the server lets us in.
///
/// # Errors
/// With its host and port, and why not.
pub(super) async fn reach(options: &PgConnectOptions) -> Result<(), StoreError> {
    try_once(options)
        .await
        .map_err(|problem| refusal(options, problem))
}

async fn try_once(options: &PgConnectOptions) -> Result<(), Problem> {
    match timeout(ONE_TRY, options.connect()).await {
        Ok(Ok(connection)) => {
            // That it answered is all that was asked; how it ends tells nothing more.
            let _ = connection.close().await;
            Ok(())
        }
        Ok(Err(error)) => Err(Problem {
            passes: is_passing(&error),
            text: match error {
                sqlx::Error::Io(error) => error.to_string(),
                sqlx::Error::Database(error) => error.message().to_owned(),
                error => error.to_string(),
            },
        }),
        Err(_) => Err(Problem {
            text: format!("no answer in {} seconds", ONE_TRY.as_secs()),
            passes: true,
        }),
    }
}

fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error
            .code()
            .is_some_and(|code| PASSING.contains(&code.as_ref())),
        _ => false,
    }
}

fn refusal(options: &PgConnectOptions, problem: Problem) -> StoreError {
    StoreError::Server {
        address: server_address(options),
        problem: problem.text,
    }
}

/// The host and port, or the folder of the socket.
fn server_address(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(socket) => format!("{}:{}", socket.display(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

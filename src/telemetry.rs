//! Logs: where they go and in which form. What they never hold: queries, headers, bodies, e-mails.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;
use crate::work::log_lines;
use crate::work::span_fields::SpanFields;

/// Starts logging to standard error. `filter` is in the words of `tracing`; outbound libraries stay
/// silent below warnings unless it names them, because they would log addresses.
///
/// What is logged last is written when the guard is dropped.
#[must_use]
pub fn start(filter: &str, format: Option<LogFormat>) -> impl Drop {
    // Who got in and who was refused is told whatever else is wanted, unless the filter says otherwise.
    let trail = if filter.contains("audit=") || filter.trim().eq_ignore_ascii_case("off") {
        String::from(filter)
    } else {
        format!("{filter},audit=info")
    };
    let filter = trail.as_str();
    let quiet = ["hyper", "hyper_util", "h2", "reqwest", "rustls", "sqlx"];
    let filter = quiet
        .iter()
        .filter(|library| !filter.contains(&format!("{library}=")))
        .fold(EnvFilter::new(filter), |filter, library| {
            match format!("{library}=warn").parse() {
                Ok(directive) => filter.add_directive(directive),
                Err(_) => filter,
            }
        });
    let pretty = match format {
        Some(LogFormat::Pretty) => true,
        Some(LogFormat::Json) => false,
        None => std::io::stderr().is_terminal(),
    };
    let (writer, guard) = log_lines::writer();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // It would say on standard error that standard error cannot be written, and panic over it.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(writer);
    // Fails where there is a subscriber already, as in tests that start the service twice: the first one stays.
    let _ = if pretty {
        builder.with_target(false).compact().try_init()
    } else {
        builder
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .fmt_fields(SpanFields)
            .try_init()
    };
    guard
}

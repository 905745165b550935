//! Settings of logs: how much, in which form, under which name.

use tracing_subscriber::EnvFilter;

use super::error::SettingsError;
use super::sources::Sources;
use super::values::choice;
use super::variables::{APP_ENV, LOG_FORMAT, LOG_LEVEL};

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// What is logged and how.
#[derive(Debug, Clone)]
pub struct TelemetrySettings {
    /// A filter in the syntax of `tracing_subscriber::EnvFilter`.
    pub log_filter: String,
    /// The form; absent: pretty on a terminal, else JSON.
    pub log_format: Option<LogFormat>,
    /// The name of this installation.
    pub environment: String,
}

pub(super) fn load(sources: &Sources<'_>) -> Result<TelemetrySettings, SettingsError> {
    let formats = choice(&[("pretty", LogFormat::Pretty), ("json", LogFormat::Json)]);
    Ok(TelemetrySettings {
        log_filter: sources.read(LOG_LEVEL, log_filter)?,
        log_format: sources.read_given(LOG_FORMAT, formats)?,
        environment: sources.value_or_default(APP_ENV).value,
    })
}

/// A level, in Python's names too, or a filter.
fn log_filter(text: &str) -> Result<String, String> {
    let level = match text.to_ascii_lowercase().as_str() {
        "critical" | "fatal" | "error" => "error",
        "warning" | "warn" => "warn",
        "info" => "info",
        "debug" => "debug",
        "trace" | "notset" => "trace",
        "off" => "off",
        // A lone word is a filter too, for a module of that name: surely not what was meant.
        _ if text.contains(['=', ',']) && EnvFilter::try_new(text).is_ok() => text,
        _ => {
            return Err(
                "must be error, warn, info, debug or trace, or a filter such as info,sqlx=warn"
                    .to_owned(),
            );
        }
    };
    Ok(level.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("INFO", Some("info"))]
    #[case("WARNING", Some("warn"))]
    #[case("CRITICAL", Some("error"))]
    #[case("info,sqlx=warn", Some("info,sqlx=warn"))]
    #[case("verbose", None)]
    #[case("sqlx=loud", None)]
    fn a_level_may_be_written_as_python_does(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(log_filter(text).ok().as_deref(), expected);
    }
}

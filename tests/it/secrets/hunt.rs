//! Ears for every log line, and a hunt for secrets in what was heard and seen.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Mutex};

use atlassian_sandbox::Sandbox;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

pub(crate) const CLIENT_SECRET: &str = "canary-client-secret";

/// Everything this thread logs, at the finest level, from every library.
#[derive(Clone, Default)]
pub(crate) struct Ear(Arc<Mutex<Vec<u8>>>);

impl Ear {
    pub(crate) fn listen() -> (Self, DefaultGuard) {
        // With one subscriber in the process `tracing` asks the thread that comes first to a log line
        // whether anybody wants it, for ever; with several it asks all of them.
        static SEVERAL: LazyLock<[Dispatch; 2]> =
            LazyLock::new(|| [(); 2].map(|()| Dispatch::new(finest(std::io::sink))));
        LazyLock::force(&SEVERAL);
        let ear = Self::default();
        let writer = ear.clone();
        let guard = tracing::subscriber::set_default(finest(move || writer.clone()));
        tracing::callsite::rebuild_interest_cache();
        (ear, guard)
    }

    pub(crate) fn heard(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl std::io::Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) fn finest<W: for<'a> MakeWriter<'a> + Send + Sync + 'static>(
    writer: W,
) -> impl Subscriber + Send + Sync {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::NEW)
        .with_ansi(false)
        .with_writer(writer)
        .finish()
}

/// What must not be found, and where it was looked for.
#[derive(Default)]
pub(crate) struct Hunt {
    secrets: BTreeSet<(&'static str, String)>,
    found: String,
}

impl Hunt {
    pub(crate) fn secret(&mut self, kind: &'static str, text: impl Into<String>) {
        let text = text.into();
        assert!(text.len() >= 8, "too short to look for: {kind} {text}");
        self.secrets.insert((kind, text));
    }

    /// Every secret that passed between us and Atlassian.
    pub(crate) fn exchanged(&mut self, sandbox: &Sandbox) {
        for call in sandbox.journal() {
            let authorization = call.header("authorization").unwrap_or_default();
            if let Some(token) = authorization.strip_prefix("Bearer ") {
                self.secret("access token", token);
            }
            if let Some(pair) = authorization.strip_prefix("Basic ") {
                self.secret("basic credential", pair);
                let decoded = String::from_utf8(STANDARD.decode(pair).unwrap()).unwrap();
                self.secret("API token", decoded.split_once(':').unwrap().1);
            }
            if call.path == "/oauth/token" {
                let body: Value = serde_json::from_str(&call.body).unwrap();
                for name in ["client_secret", "code", "code_verifier", "refresh_token"] {
                    if let Some(text) = body[name].as_str() {
                        self.secret(name, text);
                    }
                }
            }
        }
    }

    pub(crate) fn look(&mut self, place: &str, text: &str) {
        for (kind, secret) in &self.secrets {
            if let Some(position) = text.find(secret.as_str()) {
                let start = text[..position]
                    .char_indices()
                    .rev()
                    .nth(160)
                    .map_or(0, |(start, _)| start);
                let before = &text[start..position];
                writeln!(self.found, "{kind} in {place}: …{before}<HERE>").unwrap();
            }
        }
    }

    pub(crate) fn has_found_nothing(&self) {
        let kinds: BTreeSet<&str> = self.secrets.iter().map(|(kind, _)| *kind).collect();
        assert!(
            kinds.len() >= 4,
            "hardly anything was looked for: {kinds:?}"
        );
        assert!(self.found.is_empty(), "{}", self.found);
    }
}

//! A reader of server-sent events (WHATWG HTML §9.2), as far as ours go.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::HeaderMap;
use futures_util::StreamExt;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(5);
/// Long enough for news of this process, which come at once.
const SILENCE: Duration = Duration::from_millis(150);

/// An open stream.
pub struct Listening {
    pub status: u16,
    headers: HeaderMap,
    body: BodyDataStream,
    text: String,
}

/// One event.
#[derive(Debug, Clone)]
pub struct Heard {
    pub name: String,
    pub id: Option<String>,
    pub retry: Option<u64>,
    pub data: Value,
}

impl Listening {
    pub fn new(status: u16, headers: HeaderMap, body: Body) -> Self {
        Self {
            status,
            headers,
            body: body.into_data_stream(),
            text: String::new(),
        }
    }

    /// A header's text; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The next event; none when the stream has ended. Waits five seconds at most.
    pub async fn next(&mut self) -> Option<Heard> {
        tokio::time::timeout(PATIENCE, self.read())
            .await
            .expect("an event comes, or the end")
    }

    /// The next events.
    pub async fn take(&mut self, count: usize) -> Vec<Heard> {
        let mut events = Vec::new();
        while events.len() < count {
            events.push(self.next().await.expect("the stream goes on"));
        }
        events
    }

    /// Asserts that nothing comes.
    pub async fn assert_silent(&mut self) {
        if let Ok(event) = tokio::time::timeout(SILENCE, self.read()).await {
            panic!("it was to be silent: {event:?}");
        }
    }

    /// Reads away changes of connections.
    pub async fn drain_connections(&mut self) {
        while let Ok(event) = tokio::time::timeout(SILENCE, self.read()).await {
            let event = event.expect("the stream goes on");
            assert_eq!(event.name, "connection");
        }
    }

    async fn read(&mut self) -> Option<Heard> {
        loop {
            while let Some(length) = self.text.find("\n\n") {
                let event = parse(&self.text[..length]);
                self.text.drain(..length + 2);
                if event.is_some() {
                    return event;
                }
            }
            let chunk = self.body.next().await?.unwrap();
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

/// An event's lines; comments alone are none.
fn parse(text: &str) -> Option<Heard> {
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(|value| value.trim_start().to_owned())
    };
    Some(Heard {
        name: field("event")?,
        id: field("id"),
        retry: field("retry").map(|millis| millis.parse().unwrap()),
        data: serde_json::from_str(&field("data")?).unwrap(),
    })
}

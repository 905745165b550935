//! Readers of the dashboard's stream.

use serde_json::Value;

use crate::support::listening::{Heard, Listening};
use crate::support::{Browser, TestApp};

pub(crate) const STREAM: &str = "/dashboard/events";

impl TestApp {
    /// How many streams the operator sees.
    pub(crate) async fn streams(&self) -> String {
        let text = self.browser().get("/metrics").await.body;
        let line = text
            .lines()
            .find(|line| line.starts_with("integration_backend_event_streams "));
        line.unwrap().rsplit(' ').next().unwrap().to_owned()
    }
}

pub(crate) async fn listen(browser: &Browser) -> Listening {
    browser.listen(STREAM, &[]).await
}

pub(crate) fn named<'a>(events: &'a [Heard], name: &str) -> Vec<&'a Value> {
    let events = events.iter().filter(|event| event.name == name);
    events.map(|event| &event.data).collect()
}

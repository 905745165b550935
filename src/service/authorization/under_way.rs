//! Logins that are being finished. A browser that loads the callback again meanwhile (a reload, a second request of a
//! phone) waits for the same end and gets the same session: the first answer reaches nobody then.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::watch;

use super::outcome::{FinishedLogin, LoggedIn, LoginFailure};
use crate::model::flow::Flow;
use crate::model::secret::sha256;
use crate::model::time::Timestamp;
use crate::service::authorization::FLOW_LIFETIME;
use crate::work::locked::lock;

/// How a login ended; none while it goes on.
pub(super) type Ending = Option<Result<LoggedIn, LoginFailure>>;

/// How often, and after which pauses, it is looked whether a login was begun.
const LOOKS: u32 = 5;
const BETWEEN_LOOKS: Duration = Duration::from_millis(40);

/// More are never kept; who is left out starts again.
const MOST: usize = 1_000;

/// The logins of this process whose end no browser has been told yet, by the hash of their state.
#[derive(Debug, Clone, Default)]
pub(super) struct UnderWay {
    flows: Arc<Mutex<HashMap<String, Begun>>>,
}

#[derive(Debug)]
struct Begun {
    at: Timestamp,
    /// Of the code that is exchanged: another code is another answer of Atlassian's.
    code_hash: String,
    flow: Flow,
    ending: watch::Receiver<Ending>,
}

impl UnderWay {
    /// Notes that a code is being exchanged; the sender tells the end.
    pub(super) fn begin(&self, now: Timestamp, flow: &Flow, code: &str) -> watch::Sender<Ending> {
        let (sender, ending) = watch::channel(None);
        let mut flows = lock(&self.flows);
        flows.retain(|_, begun| now.since(begun.at) < FLOW_LIFETIME);
        if flows.len() < MOST {
            let begun = Begun {
                at: now,
                code_hash: sha256(code),
                flow: flow.clone(),
                ending,
            };
            flows.insert(flow.state_hash.clone(), begun);
        }
        sender
    }

    /// A browser is told the end. Those that wait for it are told, too; whoever comes later is not: a login ends once.
    pub(super) fn told(&self, state_hash: &str) {
        lock(&self.flows).remove(state_hash);
    }

    /// The login that was begun with this state and this very code. Whoever used the flow up notes it a moment later.
    async fn begun(&self, state_hash: &str, code: &str) -> Option<(Flow, watch::Receiver<Ending>)> {
        for _ in 0..LOOKS {
            if let Some(begun) = lock(&self.flows).get(state_hash) {
                let is_same = begun.code_hash == sha256(code);
                return is_same.then(|| (begun.flow.clone(), begun.ending.clone()));
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        None
    }

    /// Waits for the end of the login that was begun with this state and this very code, unless a browser has been
    /// told it before.
    pub(super) async fn end_of(&self, state_hash: &str, code: &str) -> Option<FinishedLogin> {
        let (flow, mut ending) = self.begun(state_hash, code).await?;
        let ended = ending.wait_for(Option::is_some).await;
        let result = ended.ok().and_then(|ended| ended.clone());
        self.told(state_hash);
        Some(FinishedLogin {
            flow,
            result: result.unwrap_or(Err(LoginFailure::TemporarilyUnavailable)),
            told: None,
        })
    }
}

//! What was presented to the token endpoint and what was issued for it, for tests that check a client's
//! whole history.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::server::Shared;
use crate::wire::{Call, Reply};

/// One call of the token endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenUse {
    /// The authorization code or refresh token that was presented.
    pub presented: String,
    /// Whether it was a refresh token.
    pub is_refresh: bool,
    /// How many other calls with the same one were under way when it came.
    pub beside: usize,
    /// The access token that was issued for it, whether or not the answer arrived.
    pub access_token: Option<String>,
    /// The refresh token that was issued with it.
    pub refresh_token: Option<String>,
    /// The answered status; 0 if there was no answer (yet).
    pub status: u16,
    #[serde(skip)]
    number: u64,
    #[serde(skip)]
    is_under_way: bool,
}

/// Every call so far, in the order of their arrival.
#[derive(Debug, Default)]
pub(crate) struct TokenUses(Vec<TokenUse>);

impl TokenUses {
    pub(crate) fn all(&self) -> &[TokenUse] {
        &self.0
    }

    /// Notes a call that has come; false: it is none of the token endpoint's.
    fn begin(&mut self, number: u64, call: &Call) -> bool {
        if call.path != "/oauth/token" {
            return false;
        }
        let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let refresh_token = body["refresh_token"].as_str();
        let presented = refresh_token.or_else(|| body["code"].as_str());
        let presented = presented.unwrap_or_default().to_owned();
        let same = |other: &&TokenUse| other.is_under_way && other.presented == presented;
        let token_use = TokenUse {
            beside: self.0.iter().filter(same).count(),
            is_refresh: refresh_token.is_some(),
            presented,
            access_token: None,
            refresh_token: None,
            status: 0,
            number,
            is_under_way: true,
        };
        self.0.push(token_use);
        true
    }

    fn find(&mut self, number: u64) -> Option<&mut TokenUse> {
        self.0.iter_mut().rev().find(|known| known.number == number)
    }

    /// Notes what a processed call was given.
    pub(crate) fn issued(&mut self, number: u64, reply: &Reply) {
        let Some(token_use) = self.find(number) else {
            return;
        };
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let token = |name: &str| body[name].as_str().map(str::to_owned);
        token_use.access_token = token("access_token");
        token_use.refresh_token = token("refresh_token");
    }

    /// Notes that a call is answered.
    pub(crate) fn answered(&mut self, number: u64, status: u16) {
        if let Some(token_use) = self.find(number) {
            token_use.status = status;
        }
    }
}

/// A call for as long as its client waits for an answer.
pub(crate) struct UnderWay {
    shared: Arc<Shared>,
    number: u64,
}

impl UnderWay {
    /// The call, if it is one of the token endpoint's.
    pub(crate) fn of(shared: &Arc<Shared>, number: u64, call: &Call) -> Option<Self> {
        let is_one = shared.state().token_uses.begin(number, call);
        is_one.then(|| Self {
            shared: Arc::clone(shared),
            number,
        })
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some(token_use) = self.shared.state().token_uses.find(self.number) {
            token_use.is_under_way = false;
        }
    }
}

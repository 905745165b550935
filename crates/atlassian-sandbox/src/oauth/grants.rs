//! The ledger of consents, codes, token families and access tokens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::clock::{DAY, MINUTE};

/// How long a superseded refresh token may still be presented.
const REUSE_LEEWAY: i64 = 10 * MINUTE;
/// How long an unused refresh token lives.
const INACTIVITY: i64 = 90 * DAY;

/// Everything that was ever granted.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Grants {
    pub(crate) consents: Vec<Consent>,
    pub(crate) codes: BTreeMap<String, Code>,
    refresh: BTreeMap<String, Refresh>,
    access: BTreeMap<String, Access>,
    families: u64,
}

/// The one grant of an account to an app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Consent {
    pub(crate) client_id: String,
    pub(crate) account: String,
    pub(crate) scopes: Vec<String>,
    /// Cloud ids.
    pub(crate) sites: Vec<String>,
}

/// An authorization code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) client_id: String,
    pub(crate) account: String,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires: i64,
    pub(crate) used: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Refresh {
    family: u64,
    client_id: String,
    account: String,
    issued: i64,
    superseded: Option<i64>,
}

/// An access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Access {
    family: u64,
    pub(crate) client_id: String,
    pub(crate) account: String,
    pub(crate) expires: i64,
}

/// Whose tokens are to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) family: u64,
    pub(crate) client_id: String,
    pub(crate) account: String,
}

impl Grants {
    pub(crate) fn consent(&self, client_id: &str, account: &str) -> Option<&Consent> {
        self.consents
            .iter()
            .find(|consent| consent.client_id == client_id && consent.account == account)
    }

    /// Replaces the scopes and sites of the one grant per app and account; families live on.
    pub(crate) fn give(&mut self, consent: Consent) {
        self.consents
            .retain(|old| old.client_id != consent.client_id || old.account != consent.account);
        self.consents.push(consent);
    }

    /// Starts a new family of tokens.
    pub(crate) fn new_line(&mut self, client_id: &str, account: &str) -> Line {
        self.families += 1;
        Line {
            family: self.families,
            client_id: client_id.to_owned(),
            account: account.to_owned(),
        }
    }

    pub(crate) fn add_access(&mut self, token: &str, line: &Line, expires: i64) {
        let access = Access {
            family: line.family,
            client_id: line.client_id.clone(),
            account: line.account.clone(),
            expires,
        };
        self.access.insert(token.to_owned(), access);
    }

    pub(crate) fn add_refresh(&mut self, token: &str, line: &Line, now: i64) {
        let refresh = Refresh {
            family: line.family,
            client_id: line.client_id.clone(),
            account: line.account.clone(),
            issued: now,
            superseded: None,
        };
        self.refresh.insert(token.to_owned(), refresh);
    }

    /// The line a refresh token may continue. A token superseded more than the leeway ago ends its whole family.
    pub(crate) fn check_refresh(&mut self, token: &str, client_id: &str, now: i64) -> Option<Line> {
        let refresh = self
            .refresh
            .get(token)
            .filter(|refresh| refresh.client_id == client_id)?
            .clone();
        if refresh.superseded.is_some_and(|at| now - at > REUSE_LEEWAY) {
            self.end_family(refresh.family);
            return None;
        }
        if refresh.superseded.is_none() && now - refresh.issued > INACTIVITY {
            return None;
        }
        Some(Line {
            family: refresh.family,
            client_id: refresh.client_id,
            account: refresh.account,
        })
    }

    /// Marks a refresh token as used now, if it is not superseded already, and with it every other open one of its line.
    pub(crate) fn supersede(&mut self, line: &Line, now: i64) {
        for refresh in self.refresh.values_mut() {
            if refresh.family == line.family && refresh.superseded.is_none() {
                refresh.superseded = Some(now);
            }
        }
    }

    /// Forgets all tokens of a family.
    pub(crate) fn end_family(&mut self, family: u64) {
        self.refresh.retain(|_, refresh| refresh.family != family);
        self.access.retain(|_, access| access.family != family);
    }

    pub(crate) fn end_access_of(&mut self, line: &Line) {
        self.access.retain(|_, access| access.family != line.family);
    }

    pub(crate) fn access(&self, token: &str) -> Option<&Access> {
        self.access.get(token)
    }

    /// Ends every grant of the account, with all its codes and tokens.
    pub(crate) fn revoke(&mut self, account: &str) {
        self.consents.retain(|consent| consent.account != account);
        self.codes.retain(|_, code| code.account != account);
        self.refresh.retain(|_, refresh| refresh.account != account);
        self.access.retain(|_, access| access.account != account);
    }

    /// Makes every access token an expired one.
    pub(crate) fn expire_access(&mut self, now: i64) {
        for access in self.access.values_mut() {
            access.expires = access.expires.min(now - 1);
        }
    }
}

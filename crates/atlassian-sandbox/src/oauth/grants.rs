//! The ledger of consents, codes, token families and access tokens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::{DAY, MINUTE};

/// How long a superseded refresh token may still be presented: "reuse interval", so that a client whose
/// answer was lost can ask once more (developer.atlassian.com, "OAuth 2.0 (3LO) apps", refresh tokens).
const REUSE_LEEWAY: i64 = 10 * MINUTE;
/// How long an unused refresh token lives, by the same page; each rotation starts anew.
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

/// The one grant of an account to an app. The page above says it for Atlassian: a grant belongs to the app
/// and the account, whichever of the app's logins asked for it.
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

/// The tokens that go back to one login, and whose they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenFamily {
    pub(crate) number: u64,
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
    pub(crate) fn new_family(&mut self, client_id: &str, account: &str) -> TokenFamily {
        self.families += 1;
        TokenFamily {
            number: self.families,
            client_id: client_id.to_owned(),
            account: account.to_owned(),
        }
    }

    pub(crate) fn add_access(&mut self, token: &str, family: &TokenFamily, expires: i64) {
        let access = Access {
            family: family.number,
            client_id: family.client_id.clone(),
            account: family.account.clone(),
            expires,
        };
        self.access.insert(token.to_owned(), access);
    }

    pub(crate) fn add_refresh(&mut self, token: &str, family: &TokenFamily, now: i64) {
        let refresh = Refresh {
            family: family.number,
            client_id: family.client_id.clone(),
            account: family.account.clone(),
            issued: now,
            superseded: None,
        };
        self.refresh.insert(token.to_owned(), refresh);
    }

    /// The family that a refresh token may continue.
    ///
    /// A token that was superseded longer ago than the leeway ends its whole family: whoever presents it
    /// has a copy (RFC 9700, section 4.14.2, and Atlassian's "breach detection").
    pub(crate) fn check_refresh(
        &mut self,
        token: &str,
        client_id: &str,
        now: i64,
    ) -> Option<TokenFamily> {
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
        Some(TokenFamily {
            number: refresh.family,
            client_id: refresh.client_id,
            account: refresh.account,
        })
    }

    /// Marks every open refresh token of a family as used now.
    ///
    /// All of them, not only the one presented: after a reuse within the leeway two are open, and only
    /// the newest may stay.
    pub(crate) fn supersede(&mut self, family: &TokenFamily, now: i64) {
        for refresh in self.refresh.values_mut() {
            if refresh.family == family.number && refresh.superseded.is_none() {
                refresh.superseded = Some(now);
            }
        }
    }

    /// Forgets all tokens of a family.
    pub(crate) fn end_family(&mut self, family: u64) {
        self.refresh.retain(|_, refresh| refresh.family != family);
        self.access.retain(|_, access| access.family != family);
    }

    pub(crate) fn end_access_of(&mut self, family: &TokenFamily) {
        self.access
            .retain(|_, access| access.family != family.number);
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

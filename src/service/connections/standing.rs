//! Whether a connection's site answers at all: noted once it turns every call away, and forgotten with the first
//! answer. It is about the way to the site, never about the login, which it does not touch.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::Connections;
use super::calls::access;
use crate::atlassian::error::AtlassianError;
use crate::model::connection::{Connection, LOGIN_REFUSED};
use crate::model::grant::AuthMethod;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::work::locked::lock;
use crate::work::request_notes::RequestNotes;

/// How long a caller whose call was refused may be held up by the question whether all calls are.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a site that answered the question counts as one that answers, whatever it refuses meanwhile.
const KNOWN_FOR: Duration = Duration::from_secs(10);
/// Of how many connections that is kept in memory.
const MOST: usize = 1000;

/// What the answer to a call tells of the way to the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// The product itself answered.
    Answered,
    /// Somebody in front of it did, in these words.
    TurnedAway(&'static str),
    /// It was forbidden, by whom is not told.
    Forbidden,
    /// The login was refused, and renewing it did not help.
    Refused,
}

impl Sign {
    fn of<T>(result: &Result<T, AtlassianError>) -> Option<Self> {
        match result {
            Ok(_)
            | Err(
                AtlassianError::NotFound(_)
                | AtlassianError::BadRequest(_)
                | AtlassianError::Conflict(_),
            ) => Some(Self::Answered),
            Err(
                AtlassianError::NoSuchSite(words)
                | AtlassianError::Blocked(words)
                | AtlassianError::Replaced(words),
            ) => Some(Self::TurnedAway(words)),
            Err(AtlassianError::Forbidden(_)) => Some(Self::Forbidden),
            Err(_) => None,
        }
    }
}

/// What the last of some answers told.
#[derive(Debug)]
pub(super) struct LastAnswer {
    /// Whether a login is behind the calls, and no token that somebody attached.
    is_login: bool,
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
struct Told {
    sign: Option<Sign>,
    /// Whether one more refusal of the login is one for good.
    is_last_try: bool,
    /// The generation of the login that was refused for good.
    refused: Option<i64>,
    /// Whether the gateway led to no such site.
    no_site: bool,
}

impl LastAnswer {
    /// No answer yet, with a credential of this kind. A trial is refused by one refusal, any other call by a second
    /// one.
    pub(super) fn of(method: AuthMethod, is_trial: bool) -> Self {
        let told = Told {
            is_last_try: is_trial,
            ..Told::default()
        };
        Self {
            is_login: method == AuthMethod::OAuth,
            told: Mutex::new(told),
        }
    }

    /// Waits for a call with the login of this generation, and keeps what its answer tells.
    ///
    /// # Errors
    /// Those of the call.
    pub(super) async fn noting<T>(
        &self,
        generation: i64,
        call: impl Future<Output = Result<T, AtlassianError>>,
    ) -> Result<T, AtlassianError> {
        let result = call.await;
        let mut told = lock(&self.told);
        told.sign = Sign::of(&result);
        told.no_site = matches!(result, Err(AtlassianError::NoSuchSite(_)));
        if self.is_login && matches!(result, Err(AtlassianError::Unauthorized)) {
            if told.is_last_try {
                told.sign = Some(Sign::Refused);
                told.refused = Some(generation);
            }
            told.is_last_try = true;
        }
        drop(told);
        result
    }

    /// Whether it may tell something of a connection that is not known yet.
    pub(super) fn may_tell_of(&self, connection: &Connection) -> bool {
        match lock(&self.told).sign {
            None => false,
            Some(Sign::Answered) => connection.trouble.is_some(),
            Some(Sign::TurnedAway(_) | Sign::Forbidden | Sign::Refused) => true,
        }
    }

    /// Whether the way to the site ended before it.
    pub(super) fn found_no_site(&self) -> bool {
        lock(&self.told).no_site
    }

    /// The generation of the login that was refused for good, if it was.
    pub(super) fn refused(&self) -> Option<i64> {
        lock(&self.told).refused
    }
}

/// The connections whose sites were found to answer lately, by their ids.
#[derive(Debug, Clone, Default)]
pub(super) struct Answering(Arc<Mutex<HashMap<String, Instant>>>);

impl Answering {
    fn is_known(&self, connection: &Connection) -> bool {
        lock(&self.0)
            .get(&connection.id)
            .is_some_and(|since| since.elapsed() < KNOWN_FOR)
    }

    fn note(&self, connection: &Connection) {
        let mut known = lock(&self.0);
        if known.len() >= MOST {
            known.retain(|_, since| since.elapsed() < KNOWN_FOR);
        }
        if known.len() < MOST {
            known.insert(connection.id.clone(), Instant::now());
        }
    }
}

impl Connections {
    /// Notes what the last answer through a connection tells. It fails no call.
    pub(super) async fn learn_from(
        &self,
        scope: &Scope,
        connection: &Connection,
        last: LastAnswer,
    ) {
        let sign = lock(&last.told).sign;
        let mut before = connection.trouble.as_deref();
        if before == Some(LOGIN_REFUSED) && sign == Some(Sign::Forbidden) {
            // The login is taken again.
            self.note_trouble(scope, connection, None).await;
            before = None;
        }
        match (sign, before) {
            (Some(Sign::Refused), Some(LOGIN_REFUSED)) => {}
            (Some(Sign::Refused), _) => {
                self.note_trouble(scope, connection, Some(LOGIN_REFUSED))
                    .await;
            }
            (Some(Sign::Answered), Some(_)) => self.note_trouble(scope, connection, None).await,
            (Some(Sign::TurnedAway(words)), Some(before)) if words != before => {
                self.note_trouble(scope, connection, Some(words)).await;
            }
            (Some(Sign::Forbidden), None) if self.answering.is_known(connection) => {}
            (Some(Sign::TurnedAway(_) | Sign::Forbidden), None) => {
                // On a sheet of its own: the request is told of the call that it asked for.
                let notes = RequestNotes::default();
                let question = notes.over(self.why_nothing_is_answered(scope, connection.product));
                if let Ok(Some(why)) = timeout(PATIENCE, question).await {
                    self.note_trouble(scope, connection, Some(&why)).await;
                } else {
                    self.answering.note(connection);
                }
            }
            _ => {}
        }
    }

    /// Asks what every login may ask: one call may be refused for what it is about. The answer is read for this
    /// only, so that it ends no login.
    async fn why_nothing_is_answered(&self, scope: &Scope, product: Product) -> Option<String> {
        let connected = self.stored(scope, product).await.ok()?;
        let site = connected.connection.site?;
        let grant = self.grants.usable(connected.grant).await.ok()?;
        let token = self.store.access_token(&grant).ok().flatten()?;
        let site = self.atlassian.at(access(&grant, &site, token));
        match site.check_credential(product).await.err()? {
            AtlassianError::NoSuchSite(words)
            | AtlassianError::Blocked(words)
            | AtlassianError::Replaced(words) => Some(words.to_owned()),
            AtlassianError::Forbidden(explanation) => {
                let reason = explanation.messages.first();
                let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
                Some(format!(
                    "{} allows this account nothing{reason}: perhaps it has no access to the product, or not through this app; its administrator can tell",
                    product.title()
                ))
            }
            _ => None,
        }
    }

    async fn note_trouble(&self, scope: &Scope, connection: &Connection, trouble: Option<&str>) {
        match self.store.note_trouble(scope, connection, trouble).await {
            Ok(true) => {
                let (history, product) = (self.grants.history(), connection.product);
                match trouble {
                    Some(LOGIN_REFUSED) => history.login_refused(scope, product).await,
                    trouble => {
                        history
                            .site_answers(scope, product, trouble.is_none())
                            .await;
                    }
                }
            }
            // Somebody has chosen another site or logged in again meanwhile.
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "that a site turns calls away, or answers again, could not be written down");
            }
        }
    }
}

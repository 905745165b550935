//! Whether a connection's site answers at all: noted once it turns every call away, and forgotten with the first
//! answer. It is about the way to the site, never about the login, which it does not touch.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::timeout;

use super::Connections;
use super::calls::access;
use crate::atlassian::error::{AtlassianError, Explanation};
use crate::model::connection::{Connection, is_refusal, refused};
use crate::model::grant::AuthMethod;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::work::locked::lock;
use crate::work::request_notes::RequestNotes;

/// How long a caller whose call was refused may be held up by the question whether all calls are.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a site that answered the question counts as one that answers, whatever it refuses meanwhile.
pub(super) const KNOWN_FOR: Duration = Duration::from_secs(10);
/// What the answer to a call tells of the way to the site.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sign {
    /// The product itself answered.
    Answered,
    /// Somebody in front of it did, in these words.
    TurnedAway(&'static str),
    /// It was forbidden or is not there, and whether all calls are is not told.
    Forbidden,
    /// It failed in a way that may pass, in these words.
    Failed(String),
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
            Err(AtlassianError::Forbidden(_) | AtlassianError::Gone) => Some(Self::Forbidden),
            Err(AtlassianError::Unusable { status, .. }) if *status >= 400 => Some(Self::Forbidden),
            Err(
                error @ (AtlassianError::Failed { .. }
                | AtlassianError::RateLimited { .. }
                | AtlassianError::Timeout
                | AtlassianError::NotReached
                | AtlassianError::Unreachable
                | AtlassianError::NoJson
                | AtlassianError::Redirected
                | AtlassianError::Nonsense(_)),
            ) => Some(Self::Failed(error.to_string())),
            Err(_) => None,
        }
    }
}

/// What the last of some answers told.
#[derive(Debug)]
pub(super) struct LastAnswer(Mutex<Told>);

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
    /// No answer yet. A trial is refused by one refusal, any other call by a second one.
    pub(super) fn of(is_trial: bool) -> Self {
        let told = Told {
            is_last_try: is_trial,
            ..Told::default()
        };
        Self(Mutex::new(told))
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
        let mut told = lock(&self.0);
        told.sign = Sign::of(&result);
        told.no_site = matches!(result, Err(AtlassianError::NoSuchSite(_)));
        if matches!(result, Err(AtlassianError::Unauthorized)) {
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
        match lock(&self.0).sign {
            None | Some(Sign::Failed(_)) => false,
            Some(Sign::Answered) => connection.trouble.is_some(),
            Some(Sign::TurnedAway(_) | Sign::Forbidden | Sign::Refused) => true,
        }
    }

    /// Whether the way to the site ended before it.
    pub(super) fn found_no_site(&self) -> bool {
        lock(&self.0).no_site
    }

    /// The generation of the login that was refused for good, if it was.
    pub(super) fn refused(&self) -> Option<i64> {
        lock(&self.0).refused
    }
}

impl Connections {
    /// Notes whether the last call through a connection failed in a way that may pass.
    pub(super) fn note_whether_it_failed(
        &self,
        scope: &Scope,
        connection: &Connection,
        last: &LastAnswer,
    ) {
        let words = match &lock(&last.0).sign {
            None => return,
            Some(Sign::Failed(words)) => Some(words.clone()),
            Some(_) => None,
        };
        self.note_failing(scope, connection, words);
    }

    /// Notes what the last answer through a connection tells. It fails no call.
    pub(super) async fn learn_from(
        &self,
        scope: &Scope,
        connection: &Connection,
        method: AuthMethod,
        last: LastAnswer,
    ) {
        let sign = lock(&last.0).sign.take();
        let mut before = connection.trouble.as_deref();
        if connection.is_refused() && sign == Some(Sign::Forbidden) {
            // The login is taken again.
            self.note_trouble(scope, connection, None).await;
            before = None;
        }
        match (sign, before) {
            (Some(Sign::Refused), before) => {
                let why = refused(method);
                if before != Some(why) {
                    self.note_trouble(scope, connection, Some(why)).await;
                }
            }
            (Some(Sign::Answered), Some(_)) => self.note_trouble(scope, connection, None).await,
            (Some(Sign::TurnedAway(words)), Some(before)) if words != before => {
                self.note_trouble(scope, connection, Some(words)).await;
            }
            (Some(Sign::Forbidden), None) if self.answers(connection) => {}
            (Some(Sign::TurnedAway(_) | Sign::Forbidden), None) => {
                // On a sheet of its own: the request is told of the call that it asked for.
                let notes = RequestNotes::default();
                let question = notes.over(self.why_nothing_is_answered(scope, connection.product));
                if let Ok(Some(why)) = timeout(PATIENCE, question).await {
                    self.note_trouble(scope, connection, Some(&why)).await;
                } else {
                    let now = self.clock.now();
                    self.answering.note(connection.id.clone(), now);
                }
            }
            _ => {}
        }
    }

    fn answers(&self, connection: &Connection) -> bool {
        let now = self.clock.now();
        self.answering.is_within(KNOWN_FOR, &connection.id, now)
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
            AtlassianError::Forbidden(explanation) => Some(format!(
                "{} allows this account nothing{}: perhaps it has no access to the product, or not through this app; its administrator can tell",
                product.title(),
                in_brackets(&explanation)
            )),
            AtlassianError::Unusable {
                status,
                explanation,
            } => Some(nothing_but(product, status, &in_brackets(&explanation))),
            AtlassianError::Gone => Some(nothing_but(product, 410, "")),
            _ => None,
        }
    }

    async fn note_trouble(&self, scope: &Scope, connection: &Connection, trouble: Option<&str>) {
        match self.store.note_trouble(scope, connection, trouble).await {
            Ok(true) => {
                let (history, product) = (self.grants.history(), connection.product);
                match trouble {
                    Some(why) if why == refused(AuthMethod::OAuth) => {
                        history.login_refused(scope, product).await;
                    }
                    Some(why) if is_refusal(why) => {
                        history.credential_refused(scope, product).await;
                    }
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

/// What is told of a product whose every answer is a refusal with this status, such as of a site whose subscription
/// has ended.
fn nothing_but(product: Product, status: u16, reason: &str) -> String {
    format!(
        "{} answers every call with status {status}{reason}: perhaps the site's subscription has ended, or the site was deactivated; its administrator can tell",
        product.title()
    )
}

fn in_brackets(explanation: &Explanation) -> String {
    let reason = explanation.messages.first();
    reason.map_or_else(String::new, |reason| format!(" ({reason})"))
}

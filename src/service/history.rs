//! What is written down for owners to read: every sentence of the event history stands here.

use std::time::Duration;

use super::live::Live;
use crate::model::event::{EventType, NewEvent, RefreshNote};
use crate::model::grant::{AuthMethod, Grant};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::time::in_words;
use crate::store::Store;
use crate::work::measures::RefreshEnd;
use crate::work::meter::Meter;

/// What can be said every time a grant is looked at is said this often.
const REMIND_EVERY: Duration = Duration::from_hours(24);
/// What can change with every call is said this often.
const CHANGES_OF_MIND: Duration = Duration::from_hours(1);
/// How long events are kept, but for each owner's newest.
const KEPT_FOR: Duration = Duration::from_hours(90 * 24);

/// Writes events down and tells the subscribers; cheap to clone. It never fails the request it is about.
#[derive(Debug, Clone)]
pub(crate) struct History {
    store: Store,
    live: Live,
    meter: Meter,
}

impl History {
    /// A history in `store`, told to the subscribers of `live`.
    pub(crate) fn new(store: Store, live: Live, meter: Meter) -> Self {
        Self { store, live, meter }
    }

    /// Somebody has connected these products.
    pub(crate) async fn connected(&self, grant: &Grant, products: &[Product]) {
        let names: Vec<&str> = products.iter().map(|product| product.title()).collect();
        let means = match grant.method {
            AuthMethod::OAuth => "by logging in with Atlassian",
            AuthMethod::ApiToken => "with an API token",
            AuthMethod::Pat => "with a personal access token",
        };
        let event = NewEvent {
            grant_id: Some(grant.id.clone()),
            product: only(products),
            event_type: EventType::Info,
            refresh: None,
            message: format!("Connected to {} {means}.", names.join(" and ")),
        };
        self.write(&grant.scope, &event).await;
    }

    /// Somebody has removed a connection.
    pub(crate) async fn disconnected(&self, scope: &Scope, product: Product) {
        let message = format!("Disconnected from {}.", product.title());
        self.write(scope, &about(product, EventType::Info, message))
            .await;
    }

    /// Somebody has chosen a site.
    pub(crate) async fn site_chosen(&self, scope: &Scope, product: Product, host: &str) {
        let message = format!("{} is now used on {host}.", product.title());
        self.write(scope, &about(product, EventType::Info, message))
            .await;
    }

    /// Atlassian refuses a product's calls with a login that it has just renewed.
    pub(super) async fn login_refused(&self, scope: &Scope, product: Product) {
        let title = product.title();
        let message = format!(
            "Atlassian renews the login but refuses calls to {title} with it; log in again."
        );
        let event = about(product, EventType::Error, message);
        self.write_once_in(CHANGES_OF_MIND, scope, &event).await;
        self.live.changed(scope);
    }

    /// A connection's site turns all calls away, or answers again. One that changes its mind all the time is
    /// written down once an hour.
    pub(super) async fn site_answers(&self, scope: &Scope, product: Product, is_answered: bool) {
        let title = product.title();
        let event = if is_answered {
            let message = format!("{title} answers calls again.");
            about(product, EventType::Info, message)
        } else {
            let message = format!(
                "{title} turns all calls away though the login is good; the connection says why."
            );
            about(product, EventType::Error, message)
        };
        self.write_once_in(CHANGES_OF_MIND, scope, &event).await;
        self.live.changed(scope);
    }

    /// A token that somebody wanted to attach was not accepted.
    pub(crate) async fn credential_rejected(&self, scope: &Scope, product: Product) {
        let message = format!(
            "A token for {} was not accepted; nothing was changed.",
            product.title()
        );
        self.write(scope, &about(product, EventType::Error, message))
            .await;
    }

    /// The API token or personal access token of a connection is refused.
    pub(super) async fn credential_refused(&self, scope: &Scope, product: Product) {
        let title = product.title();
        let message = format!(
            "The token of this connection to {title} is refused; if that lasts, attach a new one."
        );
        let event = about(product, EventType::Error, message);
        self.write_once_in(CHANGES_OF_MIND, scope, &event).await;
        self.live.changed(scope);
    }

    /// A connection looks otherwise than before; nothing is written down.
    pub(super) fn looks_otherwise(&self, scope: &Scope) {
        self.live.changed(scope);
    }

    /// A grant has new tokens.
    pub(super) async fn renewed(&self, grant: &Grant, attempts: u32, lifetime: Duration) {
        self.meter.refreshed(RefreshEnd::Renewed);
        let message = format!(
            "Token renewed{}; it is good for {}.",
            tries(attempts),
            in_words(lifetime)
        );
        self.of_refresh(grant, EventType::Refresh, attempts, message)
            .await;
    }

    /// A refresh failed, and will be tried again after `wait`.
    pub(super) async fn failed(
        &self,
        grant: &Grant,
        end: RefreshEnd,
        client_is_at_fault: bool,
        attempts: u32,
        wait: Duration,
    ) {
        self.meter.refreshed(end);
        let reason = match (end, client_is_at_fault) {
            (_, true) => {
                "Atlassian does not accept this service's own OAuth client; its operator must check the client id and secret"
            }
            (RefreshEnd::ClientRejected, false) => "Atlassian refuses to renew this login",
            _ => "Atlassian could not renew the token",
        };
        let message = format!(
            "{reason}{}. It is tried again in {}; the login is kept.",
            tries(attempts),
            in_words(wait.max(Duration::from_secs(1)))
        );
        self.of_refresh(grant, EventType::Error, attempts, message)
            .await;
    }

    /// The login has ended at Atlassian.
    pub(super) async fn ended(&self, grant: &Grant, attempts: u32) {
        self.meter.refreshed(RefreshEnd::Dead);
        let message = String::from("Atlassian no longer accepts this login; log in again.");
        self.of_refresh(grant, EventType::Error, attempts, message)
            .await;
    }

    /// Something is wrong with a grant, and its row says what.
    pub(super) fn problem(&self, grant: &Grant) {
        self.live.changed(&grant.scope);
    }

    /// New tokens came, and the database did not take them at once.
    pub(super) fn not_committed(&self, grant: &Grant) {
        self.meter.refreshed(RefreshEnd::CommitFailed);
        self.live.changed(&grant.scope);
    }

    /// Somebody else renewed or replaced the grant first.
    pub(super) fn lost(&self) {
        self.meter.refreshed(RefreshEnd::LeaseLost);
    }

    /// The 90 days that an unused login lives are running out.
    pub(super) async fn about_to_lapse(&self, grant: &Grant) {
        let message = "This login is about to lapse: Atlassian forgets logins that were not renewed for 90 days.";
        self.remind(grant, EventType::Warning, message).await;
    }

    /// The grant was given to an OAuth client that is no longer configured.
    pub(super) async fn foreign_client(&self, grant: &Grant) {
        let message = "This login was made with another client id than the one now configured, and cannot be renewed; log in again.";
        self.remind(grant, EventType::Warning, message).await;
    }

    /// Removes what is older than 90 days, but for each owner's newest event: it keeps their numbering.
    pub(crate) async fn prune(&self) {
        if let Err(error) = self.store.prune_events(KEPT_FOR).await {
            tracing::warn!(%error, "old events could not be removed");
        }
    }

    async fn of_refresh(
        &self,
        grant: &Grant,
        event_type: EventType,
        attempts: u32,
        message: String,
    ) {
        let succeeded = event_type == EventType::Refresh;
        let event = NewEvent {
            grant_id: Some(grant.id.clone()),
            product: None,
            event_type,
            refresh: Some(RefreshNote {
                attempts,
                succeeded,
            }),
            message,
        };
        self.write(&grant.scope, &event).await;
    }

    /// Says once a day what holds all the time.
    async fn remind(&self, grant: &Grant, event_type: EventType, message: &str) {
        let event = NewEvent {
            grant_id: Some(grant.id.clone()),
            product: None,
            event_type,
            refresh: None,
            message: message.to_owned(),
        };
        self.write_once_in(REMIND_EVERY, &grant.scope, &event).await;
    }

    async fn write_once_in(&self, time: Duration, scope: &Scope, event: &NewEvent) {
        let since = self.store.clock().now().minus(time);
        match self.store.has_event(scope, event, since).await {
            Ok(true) => {}
            Ok(false) => self.write(scope, event).await,
            Err(error) => tracing::warn!(%error, "the events could not be read"),
        }
    }

    async fn write(&self, scope: &Scope, event: &NewEvent) {
        if let Err(error) = self.store.add_event(scope, event).await {
            tracing::warn!(%error, "an event could not be written down");
        }
        self.live.changed(scope);
    }
}

fn about(product: Product, event_type: EventType, message: String) -> NewEvent {
    NewEvent {
        grant_id: None,
        product: Some(product),
        event_type,
        refresh: None,
        message,
    }
}

fn only(products: &[Product]) -> Option<Product> {
    match products {
        [product] => Some(*product),
        _ => None,
    }
}

fn tries(attempts: u32) -> String {
    if attempts > 1 {
        format!(" after {attempts} tries")
    } else {
        String::new()
    }
}

//! In which time zone an account's queries are read: that of its profile, and no query can say another
//! (<https://support.atlassian.com/jira-software-cloud/docs/jql-fields/>).

use std::sync::Mutex;
use std::time::Duration;

use hashlink::LruCache;

use super::SiteClient;
use super::access::{Credential, Entrance};
use super::query::{Dates, has_zones, in_zone};
use crate::model::clock::SharedClock;
use crate::model::product::Product;
use crate::model::time::Timestamp;
use crate::model::time_zone::TimeZone;
use crate::work::locked::lock;

/// For how long a zone is believed: people move.
const KEPT: Duration = Duration::from_mins(10);
/// Of how many logins that is kept.
const MOST_LOGINS: usize = 1000;

/// JQL's fields that hold times. Of a custom field it is told by how it is compared.
const OF_JIRA: Dates = Dates {
    moments: &[
        "created",
        "createddate",
        "updated",
        "updateddate",
        "resolved",
        "resolutiondate",
        "lastviewed",
        "worklogdate",
        "statuscategorychangeddate",
    ],
    days: &["due", "duedate"],
    takes_numbers: true,
};

/// CQL's fields that hold times.
const OF_CONFLUENCE: Dates = Dates {
    moments: &["created", "lastmodified"],
    days: &[],
    takes_numbers: false,
};

/// The zones of the logins that asked for times lately.
#[derive(Debug)]
pub(super) struct Zones {
    clock: SharedClock,
    known: Mutex<LruCache<String, (Told, Timestamp)>>,
}

/// What a login tells of its zone, which may be nothing.
#[derive(Debug, Clone)]
struct Told(Option<TimeZone>);

impl Zones {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            known: Mutex::new(LruCache::new(MOST_LOGINS)),
        }
    }

    /// What is known of a login.
    fn known(&self, login: &str) -> Option<Told> {
        let now = self.clock.now();
        let mut known = lock(&self.known);
        let (told, since) = known.get(login)?;
        (now.since(*since) < KEPT).then(|| told.clone())
    }

    fn note(&self, login: String, zone: Option<TimeZone>) {
        lock(&self.known).insert(login, (Told(zone), self.clock.now()));
    }
}

impl SiteClient<'_> {
    /// A query with its times as its product reads them: where they say their zone, on the account's clock.
    pub(super) async fn on_the_accounts_clock(&self, product: Product, query: &str) -> String {
        let dates: &Dates = match product {
            Product::Jira => &OF_JIRA,
            Product::Confluence => &OF_CONFLUENCE,
        };
        let zone = if has_zones(query, dates) {
            self.zone(product).await
        } else {
            None
        };
        in_zone(query, dates, zone.as_ref())
    }

    async fn zone(&self, product: Product) -> Option<TimeZone> {
        let zones = &self.atlassian.zones;
        let login = format!("{product} {}", self.access.login());
        if let Some(Told(known)) = zones.known(&login) {
            return known;
        }
        let name = match product {
            Product::Jira => {
                let me = self.clone().jira().myself().await;
                me.ok().and_then(|me| me.value.time_zone)
            }
            Product::Confluence => self.zone_in_confluence().await,
        };
        let zone = name.and_then(|name| TimeZone::named(&name));
        zones.note(login, zone.clone());
        zone
    }

    /// Confluence tells it in a scope that logins do not ask for; the account itself tells it, too.
    async fn zone_in_confluence(&self) -> Option<String> {
        match (&self.access.credential, self.access.entrance) {
            (Credential::Bearer(token), Entrance::Gateway) => {
                self.atlassian.time_zone(token).await.ok().flatten()
            }
            _ => self.clone().confluence().time_zone().await.ok().flatten(),
        }
    }
}

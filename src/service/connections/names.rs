//! What people are called, remembered for a while: a text that is read again costs no look-up of its people.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use hashlink::LruCache;

use super::Connections;
use crate::atlassian::people::names_need;
use crate::model::connection::Connected;
use crate::model::grant::AuthMethod;
use crate::model::person::{Names, NamesTold};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::service::error::ServiceError;
use crate::work::deadline::{Deadline, TooLate};
use crate::work::locked::lock;

/// How many names a process remembers; beyond that the one that was read the longest time ago is forgotten.
const MOST: usize = 10_000;
/// How long a name counts. Whoever gets another one is shown by the old one until then.
const KNOWN_FOR: Duration = Duration::from_hours(1);
/// How long somebody without a name is not asked for again.
const NAMELESS_FOR: Duration = Duration::from_mins(10);
/// How long nobody is asked again who did not answer.
const UNTOLD_FOR: Duration = Duration::from_mins(1);
/// As many characters as a name has at Atlassian; whoever has more is shown by these.
const LONGEST_NAME: usize = 255;
/// How long a text waits for the names of its people.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whose view of which account it is: what one login sees is nothing for another, and a user name of one site is
/// somebody else's on the next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Viewed {
    grant: String,
    viewer: String,
    product: Product,
    site: String,
    account: String,
}

/// A name, or that there is none, and until when that counts.
#[derive(Debug, Clone)]
struct Remembered {
    name: Option<String>,
    until: Timestamp,
}

/// The names that this process remembers, in memory alone.
#[derive(Debug, Clone)]
pub(super) struct RememberedNames(Arc<Mutex<LruCache<Viewed, Remembered>>>);

impl Default for RememberedNames {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(MOST))))
    }
}

impl RememberedNames {
    fn lock(&self) -> MutexGuard<'_, LruCache<Viewed, Remembered>> {
        lock(&self.0)
    }

    /// Takes out of `accounts` whom it knows, and gives their names.
    fn take_known(
        &self,
        accounts: &mut BTreeSet<String>,
        now: Timestamp,
        viewed: impl Fn(&str) -> Viewed,
    ) -> Names {
        let mut names = Names::new();
        let mut remembered = self.lock();
        accounts.retain(|account| match remembered.get(&viewed(account)) {
            // One that counts for longer than any can was written before the clock was set back.
            Some(one) if now < one.until && one.until <= now.plus(KNOWN_FOR) => {
                names.extend(one.name.clone().map(|name| (account.clone(), name)));
                false
            }
            _ => true,
        });
        names
    }

    /// Remembers names, and for `nameless` who has none.
    fn keep(
        &self,
        told: &NamesTold,
        nameless: Duration,
        now: Timestamp,
        viewed: impl Fn(&str) -> Viewed,
    ) {
        let mut remembered = self.lock();
        for (account, name) in told {
            let counts = if name.is_some() { KNOWN_FOR } else { nameless };
            let one = Remembered {
                name: name.clone(),
                until: now.plus(counts),
            };
            remembered.insert(viewed(account), one);
        }
    }
}

impl Connections {
    /// What accounts are called, as far as the owner's login may know. The caller's own name is known, and others
    /// are looked up where the login covers that. It fails no read: who has no name is shown without.
    pub(in crate::service) async fn names(
        &self,
        scope: &Scope,
        product: Product,
        mut accounts: BTreeSet<String>,
    ) -> Names {
        if accounts.is_empty() {
            return Names::new();
        }
        let Ok(connected) = self.stored(scope, product).await else {
            return Names::new();
        };
        let grant = &connected.grant;
        let mut names = Names::new();
        if let Some(name) = &grant.account.display_name
            && accounts.remove(&grant.account.account_id)
        {
            names.insert(grant.account.account_id.clone(), name.clone());
        }
        let covers = grant.method != AuthMethod::OAuth
            || grant.scopes.iter().any(|one| one == names_need(product));
        let Some(site) = self.called(&connected).filter(|_| covers) else {
            return names;
        };
        let viewed = |account: &str| viewed(&connected, product, &site, account);
        let now = self.clock.now();
        names.extend(self.remembered.take_known(&mut accounts, now, viewed));
        if !accounts.is_empty() {
            let asked: Vec<String> = accounts.into_iter().collect();
            let (there, told, nameless) = self.looked_up(scope, product, &asked).await;
            // Somebody may have chosen another site meanwhile.
            if there.is_none_or(|there| there == site) {
                self.remembered.keep(&told, nameless, now, viewed);
                let known = told.into_iter();
                names.extend(known.filter_map(|(account, name)| Some((account, name?))));
            }
        }
        names
    }

    /// Whether people have user names where a product is connected: on Data Center, where a personal access token
    /// is all that logs in.
    pub(in crate::service) async fn has_user_names(&self, scope: &Scope, product: Product) -> bool {
        let stored = self.stored(scope, product).await;
        stored.is_ok_and(|connected| connected.grant.method == AuthMethod::Pat)
    }

    /// Those among the accounts that a new text mentions whom the site surely does not know, where people have user names:
    /// such a mention tells nobody. `known` are names that were found, and what `present` mentions already may stay.
    pub(in crate::service) async fn nobodies(
        &self,
        scope: &Scope,
        product: Product,
        mut accounts: BTreeSet<String>,
        known: &Names,
        present: &str,
    ) -> Vec<String> {
        accounts.retain(|one| !known.contains_key(one) && !present.contains(one.as_str()));
        if accounts.is_empty() || !self.has_user_names(scope, product).await {
            return Vec::new();
        }
        let asked: &[String] = &accounts.into_iter().collect::<Vec<String>>();
        let told = match product {
            Product::Jira => self.jira(scope, |jira| jira.nobodies(asked)).await,
            Product::Confluence => {
                self.confluence(scope, |confluence| confluence.nobodies(asked))
                    .await
            }
        };
        told.unwrap_or_default()
    }

    /// The site that is called for a connection.
    fn called(&self, connected: &Connected) -> Option<Site> {
        let elsewhere = self.elsewhere.as_ref();
        let elsewhere = elsewhere.filter(|(product, _)| *product == connected.connection.product);
        let site = elsewhere.map(|(_, site)| site);
        site.or(connected.connection.site.as_ref()).cloned()
    }

    /// What Atlassian tells now, which site told it, and for how long who has no name has none.
    async fn looked_up(
        &self,
        scope: &Scope,
        product: Product,
        accounts: &[String],
    ) -> (Option<Site>, NamesTold, Duration) {
        let call = self.site(scope, product, |site| site.names(product, accounts));
        let failed_for = match Deadline::within(PATIENCE).keep(Box::pin(call)).await {
            Ok(Ok((site, mut told))) => {
                for name in told.values_mut().flatten() {
                    *name = name.chars().take(LONGEST_NAME).collect();
                }
                return (Some(site), told, NAMELESS_FOR);
            }
            // It is refused again until somebody changes something.
            Ok(Err(ServiceError::Forbidden { .. })) => NAMELESS_FOR,
            Ok(Err(error)) => {
                tracing::info!(cause = %error.cause(), "people's names could not be had");
                UNTOLD_FOR
            }
            Err(TooLate) => {
                tracing::info!("people's names did not come in time");
                UNTOLD_FOR
            }
        };
        let nameless = accounts.iter().map(|account| (account.clone(), None));
        (None, nameless.collect(), failed_for)
    }
}

fn viewed(connected: &Connected, product: Product, site: &Site, account: &str) -> Viewed {
    Viewed {
        grant: connected.grant.id.clone(),
        viewer: connected.grant.account.account_id.clone(),
        product,
        // Below one host there may be several, each with its own path.
        site: format!("{} {}", site.cloud_id, site.url),
        account: account.to_owned(),
    }
}

//! A store on a throwaway database with a clock that stands still, and the rows tests put into it.

use std::sync::Arc;
use std::time::Duration;

use integration_backend::model::clock::Clock;
use integration_backend::model::connection::Connected;
use integration_backend::model::grant::{Account, AuthMethod, Grant, TokenBase};
use integration_backend::model::ids::{CloudId, TenantId};
use integration_backend::model::owner::Owner;
use integration_backend::model::product::Product;
use integration_backend::model::scope::Scope;
use integration_backend::model::secret::Secret;
use integration_backend::model::site::{ReachableSite, Site};
use integration_backend::model::time::Timestamp;
use integration_backend::model::vault_key::VaultKey;
use integration_backend::store::Store;
use integration_backend::store::error::StoreError;
use integration_backend::store::logins::NewGrant;
use integration_backend::store::refreshes::{LeaseState, RenewedTokens};
use integration_backend::store::vault::Vault;

use crate::support::clock::TestClock;
use crate::support::database::{Database, TestDatabase};
use crate::support::raw_database::Raw;

pub(crate) const HOUR: Duration = Duration::from_hours(1);

/// An open store.
pub(crate) struct Stored {
    pub(crate) store: Store,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) database: TestDatabase,
}

impl Stored {
    /// A grant's access and refresh token in clear; `-` for none.
    pub(crate) fn tokens(&self, grant: &Grant) -> String {
        tokens(&self.store, grant)
    }

    pub(crate) async fn new(kind: Database) -> Self {
        let database = TestDatabase::new(kind).await;
        let clock = Arc::new(TestClock::of(&database).await);
        let store = Store::open(&database.location, vault(), clock.clone())
            .await
            .unwrap();
        Self {
            store,
            clock,
            database,
        }
    }

    /// Another process on the same database.
    pub(crate) async fn another(&self, vault: Vault) -> Result<Store, StoreError> {
        Store::open(&self.database.location, vault, self.clock.clone()).await
    }

    pub(crate) async fn raw(&self) -> Raw {
        Raw::open(&self.database.url()).await
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Tokens as a refresh brings them, with `name` in their text.
    pub(crate) fn renewed(&self, name: &str) -> RenewedTokens {
        RenewedTokens {
            access_token: Secret::new(format!("access-{name}")),
            refresh_token: Some(Secret::new(format!("refresh-{name}"))),
            expires_at: self.now().plus(HOUR),
            lifetime: HOUR,
            scopes: None,
            due_at: self.now().plus(HOUR / 2),
        }
    }

    /// A login of `scope` to both products, with `name` in its tokens.
    pub(crate) async fn log_in(&self, scope: &Scope, name: &str) -> Grant {
        let connections = [
            (Product::Jira, Some(site("acme"))),
            (Product::Confluence, None),
        ];
        self.store
            .put_login(scope, &login(name), &connections)
            .await
            .unwrap()
    }

    /// Lets this process take the lease of `grant`; gives the grant as its holder sees it.
    pub(crate) async fn lease(&self, grant: &Grant) -> Option<Grant> {
        self.lease_by(&self.store, grant).await
    }

    /// Lets the process of `store` take the lease of `grant`.
    pub(crate) async fn lease_by(&self, store: &Store, grant: &Grant) -> Option<Grant> {
        let current = store.grant(&grant.scope, &grant.id).await.unwrap();
        let current = current.unwrap_or_else(|| grant.clone());
        let now = store.database_time().await.unwrap();
        let state = store.lease_state(&current, now).await.unwrap();
        if matches!(state, LeaseState::Held(_)) {
            return None;
        }
        let fence = store.take_lease(grant, now, state).await.unwrap()?;
        Some(Grant {
            fence,
            ..grant.clone()
        })
    }

    /// The grant as it is stored now.
    pub(crate) async fn reread(&self, grant: &Grant) -> Grant {
        self.store
            .grant(&grant.scope, &grant.id)
            .await
            .unwrap()
            .expect("the grant")
    }

    pub(crate) async fn connected(&self, scope: &Scope, product: Product) -> Connected {
        self.store
            .connection(scope, product)
            .await
            .unwrap()
            .expect("a connection")
    }
}

pub(crate) fn vault() -> Vault {
    Vault::new(key("first", 7), vec![])
}

pub(crate) fn key(id: &str, byte: u8) -> VaultKey {
    VaultKey::new(id, [byte; 32])
}

pub(crate) fn scope(tenant: &str, owner: &str) -> Scope {
    Scope::authenticated(TenantId::parse(tenant).unwrap(), Owner::from_text(owner))
}

/// Mia's rows in the default namespace.
pub(crate) fn mia() -> Scope {
    scope("default", "mia")
}

/// Owners and namespaces that must never see or change Mia's rows.
pub(crate) fn strangers() -> [Scope; 2] {
    [scope("default", "omar"), scope("acme", "mia")]
}

pub(crate) fn site(name: &str) -> Site {
    let digit = name.len() % 10;
    Site {
        cloud_id: CloudId::parse(&format!("1324a887-45db-4bf4-8e99-ef0ff456d42{digit}")).unwrap(),
        name: name.to_owned(),
        url: format!("https://{name}.atlassian.net"),
    }
}

fn reachable(name: &str) -> ReachableSite {
    ReachableSite {
        site: site(name),
        products: vec![Product::Jira, Product::Confluence],
        scopes: vec![String::from("read:jira-work")],
        avatar_url: Some(format!("https://example.com/{name}.png")),
        former_urls: vec![],
    }
}

/// What a login with the usual client and Mia's account brings.
pub(crate) fn login(name: &str) -> NewGrant {
    NewGrant {
        identity: String::from("oauth:client:account-mia"),
        method: AuthMethod::OAuth,
        base: TokenBase::Gateway,
        client_id: Some(String::from("client")),
        account: Account {
            account_id: String::from("account-mia"),
            display_name: Some(String::from("Mia Krystof")),
            email: None,
        },
        scopes: vec![
            String::from("read:jira-work"),
            String::from("offline_access"),
        ],
        sites: vec![reachable("acme"), reachable("other")],
        access_token: Secret::new(format!("access-{name}")),
        refresh_token: Some(Secret::new(format!("refresh-{name}"))),
        expires_in: Some(HOUR),
        due_at: None,
    }
}

/// A grant's access and refresh token in clear, as `store` opens them; `-` for none.
pub(crate) fn tokens(store: &Store, grant: &Grant) -> String {
    let access = store.access_token(grant).unwrap();
    let refresh = store.refresh_token(grant).unwrap();
    [access, refresh]
        .map(|token| token.map_or("-".to_owned(), |token| token.expose().to_owned()))
        .join(" ")
}

//! What a successful login leaves behind: a grant and its connections, written as one.

use std::time::Duration;

use super::Store;
use super::connections::{ERASE_UNUSED_GRANTS, LOCK_GRANTS, NAME_SITE};
use super::error::StoreError;
use super::grant_rows::{
    GrantRow, base_text, duration_millis, grant_columns, read_sites, remembering, seal, write_sites,
};
use super::pool::in_transaction;
use super::sealed_columns::{GRANT_ACCESS_TOKEN, GRANT_REFRESH_TOKEN};
use super::vault::Sealing;
use crate::model::grant::{Account, AuthMethod, Grant, TokenBase};
use crate::model::ids::new_id;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::Secret;
use crate::model::site::{ReachableSite, Site};
use crate::model::time::Timestamp;

/// How often a login that loses against another of the same identity is written again: it was sealed
/// for a generation that the other has taken, and must be sealed anew.
const WRITE_ATTEMPTS: usize = 8;

/// Credentials from a login, to be stored as a grant.
#[derive(Debug)]
pub struct NewGrant {
    /// What makes two logins the same grant.
    pub identity: String,
    /// How it authenticates.
    pub method: AuthMethod,
    /// Where its token is accepted.
    pub base: TokenBase,
    /// The OAuth client it was given to.
    pub client_id: Option<String>,
    /// The account that consented.
    pub account: Account,
    /// The scopes granted.
    pub scopes: Vec<String>,
    /// The sites it reaches.
    pub sites: Vec<ReachableSite>,
    /// The access token or API token.
    pub access_token: Secret,
    /// The refresh token.
    pub refresh_token: Option<Secret>,
    /// How long the access token lives; none for API tokens.
    pub expires_in: Option<Duration>,
    /// When a background refresh is due.
    pub due_at: Option<Timestamp>,
}

/// The sealed tokens of a grant under the id and generation they are sealed for.
struct SealedTokens {
    id: String,
    generation: i64,
    access: Option<String>,
    refresh: Option<String>,
}

/// The id, the generation and the sites of an earlier grant.
type Existing = (String, i64, String);

/// A statement with its values, in the order of its parameters.
macro_rules! with {
    ($statement:expr; $($value:expr),+) => { $statement$(.bind($value))+ };
}

/// The sites as they are written: those that are known already remember their earlier addresses.
fn sites_after(new: &NewGrant, existing: Option<&Existing>) -> Result<String, StoreError> {
    let before = existing
        .map(|(_, _, sites)| read_sites(sites))
        .transpose()?;
    write_sites(&remembering(&new.sites, &before.unwrap_or_default()))
}

impl Store {
    /// Stores the credentials of a login and points the owner's connections at them.
    ///
    /// An earlier grant of the same identity keeps its id and gets a new generation, so that a
    /// refresh under way cannot bring the old tokens back. Grants that no connection of the owner
    /// uses any more are erased.
    ///
    /// # Errors
    /// When the database fails, or other writers were first every time.
    pub async fn put_login(
        &self,
        scope: &Scope,
        new: &NewGrant,
        connections: &[(Product, Option<Site>)],
    ) -> Result<Grant, StoreError> {
        for _ in 0..WRITE_ATTEMPTS {
            if let Some(grant) = self.try_put_login(scope, new, connections).await? {
                return grant.read(&self.vault);
            }
        }
        Err(StoreError::Contended)
    }

    /// One try. None: another login of the same identity was first, and took the generation that the tokens
    /// were sealed for.
    async fn try_put_login(
        &self,
        scope: &Scope,
        new: &NewGrant,
        connections: &[(Product, Option<Site>)],
    ) -> Result<Option<GrantRow>, StoreError> {
        let now = self.clock.now();
        let (tenant, owner) = (scope.tenant().as_str(), scope.owner().as_str());
        // Held until the row is written: the key that seals it must not be retired before.
        let sealing = self.vault.sealing();
        in_transaction!(self, |tx| {
            with!(sqlx::query(LOCK_GRANTS); tenant, owner)
                .execute(&mut *tx)
                .await?;
            let existing = with!(sqlx::query_as(FIND_GRANT); tenant, owner, &new.identity);
            let existing: Option<Existing> = existing.fetch_optional(&mut *tx).await?;
            let sites = sites_after(new, existing.as_ref())?;
            let sealed = self.seal_login(&sealing, scope, new, existing)?;
            let row = with!(sqlx::query_as(PUT_GRANT);
                &sealed.id, tenant, owner, &new.identity, new.method.as_str(), base_text(new.base), &new.client_id,
                &new.account.account_id, &new.account.display_name, &new.account.email, new.scopes.join(" "), &sites,
                sealed.generation, &sealed.access, &sealed.refresh,
                new.expires_in.map(|lifetime| now.plus(lifetime).millis()),
                duration_millis(new.expires_in.unwrap_or_default()), now.millis(), new.due_at.map(Timestamp::millis));
            let row: Option<GrantRow> = row.fetch_optional(&mut *tx).await?;
            let Some(row) = row else { return Ok(None) };
            for ReachableSite { site, .. } in &new.sites {
                with!(sqlx::query(NAME_SITE);
                    &site.name, &site.url, tenant, owner, &sealed.id, site.cloud_id.as_str())
                .execute(&mut *tx)
                .await?;
            }
            for (product, site) in connections {
                let site = site.as_ref();
                with!(sqlx::query(PUT_CONNECTION);
                    new_id(now), tenant, owner, product.as_str(), &sealed.id,
                    site.map(|site| site.cloud_id.as_str()), site.map(|site| site.name.as_str()),
                    site.map(|site| site.url.as_str()), now.millis())
                .execute(&mut *tx)
                .await?;
            }
            with!(sqlx::query(ERASE_UNUSED_GRANTS); tenant, owner)
                .execute(&mut *tx)
                .await?;
            Ok(Some(row))
        })
    }

    fn seal_login(
        &self,
        sealing: &Sealing<'_>,
        scope: &Scope,
        new: &NewGrant,
        existing: Option<Existing>,
    ) -> Result<SealedTokens, StoreError> {
        let (id, previous, _) =
            existing.unwrap_or_else(|| (new_id(self.clock.now()), 0, String::new()));
        let generation = previous + 1;
        let sealed = |column, secret| seal(sealing, column, scope, &id, generation, secret);
        let access = sealed(&GRANT_ACCESS_TOKEN, Some(&new.access_token))?;
        let refresh = sealed(&GRANT_REFRESH_TOKEN, new.refresh_token.as_ref())?;
        Ok(SealedTokens {
            id,
            generation,
            access,
            refresh,
        })
    }
}

const FIND_GRANT: &str =
    "SELECT id, generation, sites FROM grants WHERE tenant = $1 AND owner = $2 AND identity = $3";

const PUT_GRANT: &str = concat!(
    "INSERT INTO grants (id, tenant, owner, identity, method, base, client_id, account_id, account_name, account_email,
       scopes, sites, generation, status, access_token_sealed, refresh_token_sealed, expires_at, lifetime, refreshed_at,
       used_at, due_at, fence, fail_count, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'active', $14, $15, $16, $17, $18, $18, $19, 0, 0, $18)
     ON CONFLICT (tenant, owner, identity) DO UPDATE SET
       base = excluded.base, account_name = excluded.account_name, account_email = excluded.account_email,
       scopes = excluded.scopes, sites = excluded.sites, generation = excluded.generation, status = 'active',
       access_token_sealed = excluded.access_token_sealed, refresh_token_sealed = excluded.refresh_token_sealed,
       expires_at = excluded.expires_at, lifetime = excluded.lifetime, refreshed_at = excluded.refreshed_at,
       used_at = excluded.used_at, due_at = excluded.due_at, fence = grants.fence + 1, lease_owner = NULL,
       lease_until = NULL, refresh_started_at = NULL, fail_count = 0, next_attempt_at = NULL, last_error = NULL
     WHERE grants.id = excluded.id AND grants.generation = excluded.generation - 1
     RETURNING ",
    grant_columns!()
);

const PUT_CONNECTION: &str = "INSERT INTO connections
       (id, tenant, owner, product, grant_id, cloud_id, site_name, site_url, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
     ON CONFLICT (tenant, owner, product) DO UPDATE SET grant_id = excluded.grant_id, cloud_id = excluded.cloud_id,
       site_name = excluded.site_name, site_url = excluded.site_url, updated_at = excluded.updated_at, trouble = NULL";

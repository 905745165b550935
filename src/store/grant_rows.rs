//! How a grant is laid out in its row, with its secrets sealed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::grants::DuePlace;
use super::row::row;
use super::sealed_columns::SealedColumn;
use super::vault::{AssociatedData, Sealing, Vault, VaultError};
use crate::model::grant::{Account, AuthMethod, Grant, GrantStatus, TokenBase};
use crate::model::ids::{CloudId, TenantId};
use crate::model::owner::Owner;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::{SealedSecret, Secret};
use crate::model::site::{ReachableSite, Site};
use crate::model::time::Timestamp;

/// Every column that [`GrantRow`] reads, for `SELECT` and `RETURNING` over `grants`.
macro_rules! grant_columns {
    () => {
        "grants.id, grants.tenant, grants.owner, grants.method, grants.base, grants.client_id, grants.account_id, grants.account_name, grants.account_email, grants.scopes, \
         grants.sites, grants.generation, grants.status, grants.access_token_sealed, grants.refresh_token_sealed, grants.expires_at, grants.lifetime, \
         grants.refreshed_at, grants.used_at, grants.due_at, grants.refresh_started_at, grants.lease_owner, grants.lease_until, grants.fence, grants.fail_count, grants.failed_at, \
         grants.next_attempt_at, grants.last_error"
    };
}
pub(super) use grant_columns;

row! {
    pub(super) struct GrantRow {
        id: String,
        tenant: String,
        owner: String,
        method: String,
        base: String,
        client_id: Option<String>,
        account_id: String,
        account_name: Option<String>,
        account_email: Option<String>,
        scopes: String,
        sites: String,
        generation: i64,
        status: String,
        access_token_sealed: Option<String>,
        refresh_token_sealed: Option<String>,
        expires_at: Option<i64>,
        lifetime: i64,
        refreshed_at: Option<i64>,
        used_at: i64,
        due_at: Option<i64>,
        refresh_started_at: Option<i64>,
        lease_owner: Option<String>,
        lease_until: Option<i64>,
        fence: i64,
        fail_count: i64,
        failed_at: Option<i64>,
        next_attempt_at: Option<i64>,
        last_error: Option<String>,
    }
}

impl GrantRow {
    /// Its place in the order of due grants.
    pub(super) fn due_place(&self) -> DuePlace {
        DuePlace {
            due_at: self.due_at.unwrap_or(i64::MAX),
            id: self.id.clone(),
        }
    }

    /// Reads the row. Its secrets stay sealed, but with keys that are there: a login whose key is lost is told
    /// of wherever it is shown.
    ///
    /// # Errors
    /// When the key of a secret is missing, or the row cannot be read.
    pub(super) fn read(self, vault: &Vault) -> Result<Grant, StoreError> {
        let tenant =
            TenantId::parse(&self.tenant).map_err(|_| StoreError::Corrupt("grants.tenant"))?;
        let scope = Scope::authenticated(tenant, Owner::from_text(self.owner));
        let with_a_key = |sealed: Option<String>| {
            let sealed = sealed.map(|text| vault.with_a_key(text));
            sealed.transpose()
        };
        let access_token = with_a_key(self.access_token_sealed)?;
        let refresh_token = with_a_key(self.refresh_token_sealed)?;
        Ok(Grant {
            method: parse_method(&self.method)?,
            base: parse_base(&self.base)?,
            client_id: self.client_id,
            account: Account {
                account_id: self.account_id,
                display_name: self.account_name,
                email: self.account_email,
            },
            scopes: split_scopes(&self.scopes),
            sites: read_sites(&self.sites)?,
            generation: self.generation,
            status: parse_status(&self.status)?,
            access_token,
            refresh_token,
            expires_at: self.expires_at.map(Timestamp::from_millis),
            lifetime: Duration::from_millis(u64::try_from(self.lifetime).unwrap_or(0)),
            used_at: Timestamp::from_millis(self.used_at),
            refreshed_at: self.refreshed_at.map(Timestamp::from_millis),
            refresh_started_at: self.refresh_started_at.map(Timestamp::from_millis),
            lease_owner: self.lease_owner,
            lease_until: self.lease_until.map(Timestamp::from_millis),
            fence: self.fence,
            fail_count: self.fail_count,
            failed_at: self.failed_at.map(Timestamp::from_millis),
            next_attempt_at: self.next_attempt_at.map(Timestamp::from_millis),
            last_error: self.last_error,
            id: self.id,
            scope,
        })
    }
}

/// Opens a secret of a grant.
///
/// # Errors
/// Those of [`Vault::open`].
pub(super) fn open(
    vault: &Vault,
    column: &'static SealedColumn,
    grant: &Grant,
    sealed: Option<&SealedSecret>,
) -> Result<Option<Secret>, VaultError> {
    let place = grant_associated_data(column, &grant.scope, &grant.id, grant.generation);
    sealed
        .map(|sealed| vault.open(&place, sealed.as_str()))
        .transpose()
}

/// Where a grant's secret is kept.
fn grant_associated_data<'a>(
    column: &'static SealedColumn,
    scope: &'a Scope,
    id: &'a str,
    generation: i64,
) -> AssociatedData<'a> {
    AssociatedData {
        column,
        tenant: scope.tenant().as_str(),
        owner: scope.owner().as_str(),
        row: id,
        generation,
    }
}

/// Seals a grant's secret for the generation it will be stored under: an older ciphertext put back into
/// the row, from a backup or by hand, does not open there.
pub(super) fn seal(
    sealing: &Sealing<'_>,
    column: &'static SealedColumn,
    scope: &Scope,
    id: &str,
    generation: i64,
    secret: Option<&Secret>,
) -> Result<Option<String>, VaultError> {
    secret
        .map(|secret| {
            sealing.seal(
                &grant_associated_data(column, scope, id, generation),
                secret,
            )
        })
        .transpose()
}

pub(super) const fn status_text(status: GrantStatus) -> &'static str {
    match status {
        GrantStatus::Active => "active",
        GrantStatus::ReauthRequired => "reauth_required",
    }
}

pub(super) const fn base_text(base: TokenBase) -> &'static str {
    match base {
        TokenBase::Site => "site",
        TokenBase::Gateway => "gateway",
        TokenBase::DataCenter => "data_center",
    }
}

fn parse_status(text: &str) -> Result<GrantStatus, StoreError> {
    [GrantStatus::Active, GrantStatus::ReauthRequired]
        .into_iter()
        .find(|status| status_text(*status) == text)
        .ok_or(StoreError::Corrupt("grants.status"))
}

fn parse_base(text: &str) -> Result<TokenBase, StoreError> {
    [TokenBase::Site, TokenBase::Gateway, TokenBase::DataCenter]
        .into_iter()
        .find(|base| base_text(*base) == text)
        .ok_or(StoreError::Corrupt("grants.base"))
}

fn parse_method(text: &str) -> Result<AuthMethod, StoreError> {
    [AuthMethod::OAuth, AuthMethod::ApiToken, AuthMethod::Pat]
        .into_iter()
        .find(|method| method.as_str() == text)
        .ok_or(StoreError::Corrupt("grants.method"))
}

fn split_scopes(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// A site as it stands in the row, apart from the model: that may change, stored rows do not.
#[derive(Serialize, Deserialize)]
struct SiteJson {
    cloud_id: String,
    name: String,
    url: String,
    products: Vec<String>,
    scopes: Vec<String>,
    avatar_url: Option<String>,
    /// Earlier programs write none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    former_urls: Vec<String>,
}

/// Sites as they are now, which remember their addresses of `before`.
pub(super) fn remembering(sites: &[ReachableSite], before: &[ReachableSite]) -> Vec<ReachableSite> {
    sites
        .iter()
        .map(|site| site.clone().after(before))
        .collect()
}

pub(super) fn write_sites(sites: &[ReachableSite]) -> Result<String, StoreError> {
    let rows: Vec<SiteJson> = sites
        .iter()
        .map(|reachable| SiteJson {
            cloud_id: reachable.site.cloud_id.as_str().to_owned(),
            name: reachable.site.name.clone(),
            url: reachable.site.url.clone(),
            products: reachable
                .products
                .iter()
                .map(|product| product.as_str().to_owned())
                .collect(),
            scopes: reachable.scopes.clone(),
            avatar_url: reachable.avatar_url.clone(),
            former_urls: reachable.former_urls.clone(),
        })
        .collect();
    serde_json::to_string(&rows).map_err(|_| StoreError::Corrupt("grants.sites"))
}

pub(super) fn read_sites(text: &str) -> Result<Vec<ReachableSite>, StoreError> {
    let rows: Vec<SiteJson> =
        serde_json::from_str(text).map_err(|_| StoreError::Corrupt("grants.sites"))?;
    rows.into_iter()
        .map(|row| {
            Ok(ReachableSite {
                site: Site {
                    cloud_id: CloudId::stored(&row.cloud_id)
                        .map_err(|_| StoreError::Corrupt("grants.sites"))?,
                    name: row.name,
                    url: row.url,
                },
                // A product that a newer program knows is left out rather than losing the login.
                products: row
                    .products
                    .iter()
                    .filter_map(|name| Product::parse(name))
                    .collect(),
                scopes: row.scopes,
                avatar_url: row.avatar_url,
                former_urls: row.former_urls,
            })
        })
        .collect()
}

/// A length of time as a row holds it. What does not fit is longer than anybody waits.
pub(super) fn duration_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

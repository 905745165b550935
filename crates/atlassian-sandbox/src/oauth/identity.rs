//! What a token can tell about itself: `/me` and the list of sites.

use serde_json::{Value, json};

use super::{Product, product_of, uses};
use crate::access;
use crate::state::{State, scope_mismatch};
use crate::wire::{Answer, Call, Reply};

/// `GET /oauth/token/accessible-resources`: one entry per site **and product**, so `id` is not unique.
///
/// The order is none to rely on: Confluence comes first here, because clients that take the first entry
/// for Jira's are common (NangoHQ/nango#3963, `PipedreamHQ/pipedream#4858`).
pub(crate) fn resources(state: &State, call: &Call) -> Answer {
    let (account, client_id) = access::bearer_account(state, call)?;
    let consent = state
        .saved
        .grants
        .consent(&client_id, &account)
        .ok_or_else(|| Reply::gateway(401, "Unauthorized"))?;
    let mut entries = Vec::new();
    for product in [Product::Confluence, Product::Jira] {
        let scopes: Vec<&String> = consent
            .scopes
            .iter()
            .filter(|scope| product_of(scope) == Some(product))
            .collect();
        for site in state
            .saved
            .world
            .sites
            .iter()
            .filter(|site| consent.sites.contains(&site.cloud_id))
        {
            if !scopes.is_empty() && uses(site, product, &account) {
                entries.push(json!({
                    "id": site.cloud_id,
                    "url": format!("https://{}", site.host),
                    "name": site.name,
                    "scopes": scopes,
                    "avatarUrl": format!("https://site-admin-avatar-cdn.prod.public.atl-paas.net/avatars/240/{}.png", site.name.to_lowercase()),
                }));
            }
        }
    }
    Ok(Reply::ok(&Value::Array(entries)))
}

/// `GET /me`, for tokens with `read:me`.
pub(crate) fn me(state: &State, call: &Call) -> Answer {
    let (id, client_id) = access::bearer_account(state, call)?;
    let allowed = state
        .saved
        .grants
        .consent(&client_id, &id)
        .is_some_and(|consent| consent.scopes.iter().any(|scope| scope == "read:me"));
    if !allowed {
        return Err(scope_mismatch());
    }
    let account = state
        .saved
        .world
        .account(&id)
        .ok_or_else(|| Reply::gateway(401, "Unauthorized"))?;
    Ok(Reply::ok(&json!({
        "account_type": "atlassian",
        "account_id": account.id,
        "email": account.email,
        "name": account.name,
        "picture": format!("https://avatar-management--avatars.us-west-2.prod.public.atl-paas.net/{}/128", account.short),
        "account_status": "active",
        "nickname": account.short,
        "zoneinfo": account.time_zone,
        "locale": "en-US",
        "extended_profile": {"job_title": account.job_title, "organization": "Acme", "department": "", "location": ""},
    })))
}

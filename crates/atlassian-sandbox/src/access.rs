//! Who is calling: bearer tokens, scoped and classic API tokens, and where each of them is worth something.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::oauth::{Product, uses};
use crate::state::{Caller, State};
use crate::wire::{Call, Reply};
use crate::world::Site;

/// Scopes of the sandbox's `scoped-token-…` API tokens.
const SCOPED_TOKEN: &str = "read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence \
write:page:confluence delete:page:confluence read:comment:confluence write:comment:confluence delete:comment:confluence \
read:hierarchical-content:confluence read:content.metadata:confluence search:confluence read:confluence-user write:confluence-content \
read:attachment:confluence write:confluence-file delete:attachment:confluence manage:jira-project read:board-scope:jira-software \
write:board-scope:jira-software read:sprint:jira-software write:sprint:jira-software delete:sprint:jira-software read:project:jira \
read:issue-details:jira read:jql:jira";

/// Scopes of the sandbox's `narrow-token-…` API tokens: valid, but not enough to ask who one is, so that
/// a client that checks a token with `/myself` must not call it wrong.
const NARROW_TOKEN: &str = "read:jira-work read:page:confluence";

/// The gateway does not lead to this site, or not with this token: in the words of a gateway that never
/// asked the product (the standard error page of the framework it is written in).
pub(crate) fn no_route(call: &Call) -> Reply {
    Reply::json(
        404,
        &serde_json::json!({
            "timestamp": "2026-01-31T12:00:00.000+0000", "status": 404, "error": "Not Found",
            "message": "No message available", "path": call.path,
        }),
    )
}

fn unauthorized() -> Reply {
    Reply::gateway(401, "Unauthorized")
}

fn authorization<'a>(call: &'a Call, scheme: &str) -> Option<&'a str> {
    let (name, value) = call.header("authorization")?.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme).then(|| value.trim())
}

/// Account id and client id of a live access token.
pub(crate) fn bearer_account(state: &State, call: &Call) -> Result<(String, String), Reply> {
    let token = authorization(call, "bearer").ok_or_else(unauthorized)?;
    let access = state
        .saved
        .grants
        .access(token)
        .filter(|access| access.expires > state.now())
        .ok_or_else(unauthorized)?;
    Ok((access.account.clone(), access.client_id.clone()))
}

/// The account, and the kind of API token, of a Basic credential.
fn api_token(state: &State, call: &Call) -> Option<(String, String)> {
    let decoded = STANDARD.decode(authorization(call, "basic")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (email, token) = text.split_once(':')?;
    let account = state
        .saved
        .world
        .accounts
        .iter()
        .find(|account| account.email.eq_ignore_ascii_case(email))
        .filter(|account| !state.saved.without_tokens.contains(&account.id))?;
    let kind = token.strip_suffix(&format!("-token-{}", account.short))?;
    matches!(kind, "classic" | "scoped" | "narrow").then(|| (account.id.clone(), kind.to_owned()))
}

/// The caller of a gateway path `/ex/{product}/{cloud id}/…`.
pub(crate) fn gateway_caller(
    state: &State,
    call: &Call,
    site: Option<&Site>,
    product: Product,
) -> Result<Caller, Reply> {
    let caller = if let Some(token) = authorization(call, "bearer") {
        let access = state.saved.grants.access(token).ok_or_else(unauthorized)?;
        if access.expires <= state.now() {
            return Err(expired(state, call, product));
        }
        let consent = state
            .saved
            .grants
            .consent(&access.client_id, &access.account)
            .ok_or_else(unauthorized)?;
        // A site that the person did not choose does not exist for this token.
        if !site.is_some_and(|site| consent.sites.contains(&site.cloud_id)) {
            return Err(no_route(call));
        }
        Caller {
            account: Some(access.account.clone()),
            scopes: Some(consent.scopes.clone()),
            oauth: true,
            login_reason: None,
        }
    } else {
        let (account, kind) = api_token(state, call).ok_or_else(unauthorized)?;
        // The text of a token does not tell its kind; where it works does (reported and measured in
        // sooperset/mcp-atlassian#968): scoped ones on the gateway only, classic ones on the site only.
        let scopes = match kind.as_str() {
            "scoped" => SCOPED_TOKEN,
            "narrow" => NARROW_TOKEN,
            _ => return Err(unauthorized()),
        };
        let scopes = scopes.split_whitespace().map(str::to_owned).collect();
        Caller {
            account: Some(account),
            scopes: Some(scopes),
            oauth: false,
            login_reason: None,
        }
    };
    let site = site.ok_or_else(|| no_route(call))?;
    if !caller
        .account
        .as_ref()
        .is_some_and(|account| uses(site, product, account))
    {
        return Err(Reply::gateway(
            403,
            "Current user not permitted to use this product",
        ));
    }
    Ok(caller)
}

/// An expired token; in the quirky mode the status depends on the path, as n8n-io/n8n#37776 reports it: a
/// client that refreshes on 401 alone never refreshes then.
fn expired(state: &State, call: &Call, product: Product) -> Reply {
    if state.behaviour.expired_quirk && product == Product::Confluence {
        if call.path.contains("/api/v2/") {
            Reply::gateway(404, "Not Found")
        } else {
            Reply::gateway(403, "Forbidden")
        }
    } else {
        unauthorized()
    }
}

/// The caller of a site path. A wrong Basic credential makes an **anonymous** caller, not an error.
///
/// Most of Jira's read operations permit anonymous use (the `security` of its OpenAPI document lists an
/// empty entry), so that a bad token gives 200 with empty lists: "connected, but sees nothing". Only the
/// header `X-Seraph-LoginReason` tells (Atlassian's knowledge base, "How to identify failed logins").
pub(crate) fn site_caller(
    state: &State,
    call: &Call,
    site: &Site,
    product: Product,
) -> Result<Caller, Reply> {
    let anonymous = Caller {
        account: None,
        scopes: None,
        oauth: false,
        login_reason: Some("OUT"),
    };
    // OAuth tokens belong to the gateway (developer.atlassian.com, "OAuth 2.0 (3LO) apps"), whatever site
    // they are for.
    if authorization(call, "bearer").is_some() {
        return Err(site_unauthorized());
    }
    match api_token(state, call) {
        None if call.header("authorization").is_none() => Ok(anonymous),
        None => Ok(Caller {
            login_reason: Some("AUTHENTICATED_FAILED"),
            ..anonymous
        }),
        Some((_, kind)) if kind != "classic" => Err(site_unauthorized()),
        Some((account, _)) if !uses(site, product, &account) => Ok(anonymous),
        Some((account, _)) => Ok(Caller {
            account: Some(account),
            login_reason: None,
            ..anonymous
        }),
    }
}

fn site_unauthorized() -> Reply {
    Reply::text(401, "Client must be authenticated to access this resource.")
        .with(
            "www-authenticate",
            "OAuth realm=\"https%3A%2F%2Facme.atlassian.net\"",
        )
        .with("x-seraph-loginreason", "AUTHENTICATED_FAILED")
}

/// Browsers may not write: Atlassian's edge refuses their `User-Agent`, with a text instead of JSON.
///
/// So a client that forwards its caller's headers can read and not write; reported, among others, in
/// simstudioai/sim#5496 and stablyai/orca#5957, and in Atlassian's knowledge base ("XSRF check failed").
pub(crate) fn browser_write(call: &Call) -> Option<Reply> {
    let agent = call.header("user-agent").unwrap_or("");
    let browser = agent.contains("Mozilla/") || agent.contains("AppleWebKit/");
    let write = matches!(call.method.as_str(), "POST" | "PUT" | "DELETE");
    (browser && write).then(|| Reply::text(403, "XSRF check failed"))
}

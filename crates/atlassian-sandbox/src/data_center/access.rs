//! Personal access tokens: Bearer only, each for one product.

use super::Product;
use crate::state::{Caller, Saved};
use crate::wire::{Call, Reply};

/// Who calls. Without a credential it is nobody; a token that is no good is refused, and so is a
/// token as the password of Basic.
///
/// Tokens belong to one product, because Jira and Confluence are two installations, and they have no
/// scopes (<https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html>).
pub(crate) fn caller(saved: &Saved, call: &Call, product: Product) -> Result<Caller, Reply> {
    let account = match call.header("authorization") {
        None => None,
        Some(header) => {
            let token = header.strip_prefix("Bearer ").ok_or_else(refused)?;
            let prefix = match product {
                Product::Jira => "jira-pat-",
                Product::Confluence => "confluence-pat-",
            };
            let short = token.strip_prefix(prefix).ok_or_else(refused)?;
            let account = saved.data_center.account(short).ok_or_else(refused)?;
            if saved.without_tokens.contains(&account.id) {
                return Err(refused());
            }
            Some(account.id.clone())
        }
    };
    Ok(Caller {
        account,
        scopes: None,
        oauth: false,
        login_reason: None,
    })
}

fn refused() -> Reply {
    Reply::html(
        401,
        "<h1>Unauthorized</h1><p>Basic Authentication Failure - Reason : AUTHENTICATED_FAILED</p>"
            .to_owned(),
    )
    .with("x-seraph-loginreason", "AUTHENTICATED_FAILED")
    .with("www-authenticate", "OAuth realm=\"data-center\"")
}

//! Personal access tokens: Bearer only, each for one product.

use super::Product;
use crate::state::{Caller, Saved};
use crate::wire::{Call, Reply};

/// Who calls. Without a credential it is nobody; so is, for Confluence, who brings a token that is no good
/// (200 with what everybody may see, as people report in Atlassian's community: "Identify incorrect Personal
/// Access Token"). Jira refuses such a token, and both refuse a token as the password of Basic.
///
/// Tokens belong to one product, because Jira and Confluence are two installations, and they have no
/// scopes (<https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html>).
pub(crate) fn caller(saved: &Saved, call: &Call, product: Product) -> Result<Caller, Reply> {
    let account = match call.header("authorization") {
        None => None,
        Some(header) => {
            let token = header.strip_prefix("Bearer ").ok_or_else(refused)?;
            let account = owner(saved, token, product);
            if account.is_none() && product == Product::Jira {
                return Err(refused());
            }
            account
        }
    };
    Ok(Caller {
        account,
        scopes: None,
        oauth: false,
        login_reason: None,
    })
}

/// Whose token it is, if it is still good.
fn owner(saved: &Saved, token: &str, product: Product) -> Option<String> {
    let prefix = match product {
        Product::Jira => "jira-pat-",
        Product::Confluence => "confluence-pat-",
    };
    let account = saved.data_center.account(token.strip_prefix(prefix)?)?;
    let is_good = !saved.without_tokens.contains(&account.id);
    is_good.then(|| account.id.clone())
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

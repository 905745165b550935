//! OAuth 2.0 (3LO): registered apps, grants, codes, tokens.

mod authorize;
mod consent_page;
mod grants;
mod identity;
mod token;

pub(crate) use authorize::{decide, show};
pub(crate) use consent_page::{document, problem as problem_page};
pub(crate) use grants::Grants;
pub(crate) use identity::{me, resources};
pub(crate) use token::exchange;

use super::world::Site;

/// The product a scope belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Product {
    Jira,
    Confluence,
}

/// `None` for scopes that belong to no product, such as `read:me` and `offline_access`.
pub(crate) fn product_of(scope: &str) -> Option<Product> {
    if scope.contains("confluence") {
        Some(Product::Confluence)
    } else if scope.contains("jira") {
        Some(Product::Jira)
    } else {
        None
    }
}

/// Whether the account may use the product on the site.
pub(crate) fn uses(site: &Site, product: Product, account: &str) -> bool {
    let users = match product {
        Product::Jira => &site.jira_users,
        Product::Confluence => &site.confluence_users,
    };
    users.iter().any(|user| user == account)
}

//! Keys that are narrowed to a product or to operations: the routes that they may use at all. What such a route asks of
//! Atlassian is held against the key where it is sent.

use axum::http::Method;

use crate::http::wire::error::ApiError;
use crate::model::key_limits::KeyLimits;
use crate::model::product::Product;

/// What belongs to one product: reads and writes there, and nothing that is about logins, copies or other keys.
const OF_JIRA: [&str; 3] = ["/connectors/jira/", "/api/jira/", "/ex/jira/"];
const OF_CONFLUENCE: [&str; 2] = ["/connectors/confluence/", "/ex/confluence/"];
/// What belongs to neither: health, who the caller is, and what shows no more than the key may call.
const OF_BOTH: [&str; 19] = [
    "/",
    "/healthz",
    "/health",
    "/api/health",
    "/ready",
    "/ready/process",
    "/auth/session",
    "/api/v1/auth/status",
    "/connectors",
    "/connectors/tools",
    "/connectors/tools/invoke",
    "/oauth/token/accessible-resources",
    "/me",
    "/mcp",
    "/mcp/",
    "/mcp/search",
    "/mcp/search/",
    "/mcp/rovo",
    "/mcp/rovo/",
];

/// Refuses a route that a narrowed key may not use.
pub(super) fn check(limits: &KeyLimits, method: &Method, path: &str) -> Result<(), ApiError> {
    if !limits.narrow() || OF_BOTH.contains(&path) {
        return Ok(());
    }
    if limits.are_places() {
        return Err(ApiError::forbidden(
            "this API key is limited to projects or spaces, which only tools can be held to: a search or a moved issue reaches any project at the gateway and on other routes; use the tools (/mcp or /connectors/tools/invoke)",
        ));
    }
    let begins = |starts: &[&str]| starts.iter().any(|start| path.starts_with(start));
    let product = if begins(&OF_JIRA) {
        Some(Product::Jira)
    } else if begins(&OF_CONFLUENCE) {
        Some(Product::Confluence)
    } else {
        None
    };
    let is_about_the_login =
        path.ends_with("/sync") || (path.ends_with("/connection") && !method.is_safe());
    if product.is_some_and(|product| limits.admit(product)) && !is_about_the_login {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "this API key is narrowed, and this is outside of what it may do",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrowed_key_uses_routes_of_its_product_and_none_about_logins() {
        let jira = KeyLimits {
            products: vec![Product::Jira],
            ..KeyLimits::default()
        };
        let may = |method: Method, path: &str| check(&jira, &method, path).is_ok();
        for path in [
            "/connectors/jira/projects",
            "/connectors/jira/connection",
            "/api/jira/myself",
            "/ex/jira/-/rest/api/3/myself",
            "/connectors",
            "/connectors/tools",
        ] {
            assert!(may(Method::GET, path), "{path}");
        }
        for (method, path) in [
            (Method::GET, "/connectors/confluence/spaces"),
            (Method::GET, "/ex/confluence/-/wiki/api/v2/pages"),
            (Method::DELETE, "/connectors/jira/connection"),
            (Method::PATCH, "/connectors/jira/connection"),
            (Method::POST, "/connectors/jira/sync"),
            (Method::GET, "/jira/projects/x"),
            (Method::GET, "/users"),
            (Method::POST, "/api/auth/jira/refresh"),
            (Method::GET, "/auth/jira/login"),
            (Method::GET, "/metrics"),
        ] {
            assert!(!may(method, path), "{path}");
        }
        assert!(check(&KeyLimits::default(), &Method::GET, "/users").is_ok());
    }

    #[test]
    fn a_key_that_is_limited_to_projects_uses_tools_alone() {
        let limits = KeyLimits {
            projects: vec![String::from("ENG")],
            ..KeyLimits::default()
        };
        let may = |path: &str| check(&limits, &Method::GET, path).is_ok();
        for path in ["/connectors/tools", "/connectors/tools/invoke", "/ready"] {
            assert!(may(path), "{path}");
        }
        for path in [
            "/ex/jira/-/rest/api/3/myself",
            "/connectors/jira/projects",
            "/connectors/jira/connection",
            "/api/jira/myself",
        ] {
            assert!(!may(path), "{path}");
        }
    }
}

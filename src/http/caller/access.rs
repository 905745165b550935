//! Access control: which access each route needs. The extractors and a test read this one table.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::http::Method;

/// The access that a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteAccess {
    /// None. The answer may depend on the caller.
    Public,
    /// A caller who may read.
    Read,
    /// A caller who may write.
    Write,
    /// Any caller. What else is needed depends on the request, and the handler checks it.
    Depends,
    /// An operator.
    Admin,
}

use RouteAccess::{Admin, Depends, Public, Read, Write};

/// Every route of the router with its method, as the router spells it. `HEAD` is as `GET`.
pub static TABLE: &[(&str, &str, RouteAccess)] = &[
    ("GET", "/", Public),
    ("GET", "/healthz", Public),
    ("GET", "/health", Public),
    ("GET", "/ready", Public),
    ("GET", "/ready/process", Public),
    ("GET", "/health/authorize-url", Public),
    ("GET", "/health/redirect-uri", Public),
    ("GET", "/metrics", Admin),
    ("GET", "/docs", Public),
    ("GET", "/docs/", Public),
    ("GET", "/docs/{*file}", Public),
    ("GET", "/openapi.json", Public),
    ("GET", "/login", Public),
    ("GET", "/login/", Public),
    ("GET", "/connected", Public),
    ("GET", "/connected/", Public),
    ("GET", "/operator", Admin),
    ("GET", "/operator/", Admin),
    ("GET", "/static/pages.css", Public),
    ("GET", "/static/connected.js", Public),
    ("GET", "/static/dashboard.js", Public),
    ("GET", "/static/parts/{part}", Public),
    ("GET", "/static/icon.svg", Public),
    ("GET", "/favicon.ico", Public),
    ("GET", "/auth/{provider}/login", Public),
    ("GET", "/auth/{product}/oauth/start", Public),
    ("GET", "/api/v1/auth/atlassian/login", Public),
    ("GET", "/api/oauth/atlassian/login", Public),
    ("GET", "/auth/jira/callback", Public),
    ("GET", "/auth/confluence/callback", Public),
    ("GET", "/auth/atlassian/callback", Public),
    ("GET", "/auth/jira/oauth/callback", Public),
    ("GET", "/auth/confluence/oauth/callback", Public),
    ("GET", "/api/v1/auth/atlassian/callback", Public),
    ("GET", "/api/oauth/callback/atlassian", Public),
    ("GET", "/api/oauth/atlassian/callback", Public),
    ("GET", "/api/auth/callback", Public),
    ("GET", "/api/auth/jira/callback", Public),
    ("GET", "/api/auth/confluence/callback", Public),
    ("POST", "/auth/{product}/api-token", Public),
    ("GET", "/auth/session", Public),
    ("GET", "/api/v1/auth/status", Public),
    ("POST", "/auth/logout", Public),
    ("POST", "/api/oauth/atlassian/refresh", Write),
    ("GET", "/api/atlassian/resources", Read),
    ("GET", "/api/auth/{provider}/login", Public),
    ("POST", "/api/auth/{product}/refresh", Write),
    ("POST", "/api/auth/{product}/logout", Write),
    ("GET", "/api/v1/integrations/{product}/ping", Public),
    ("POST", "/integrations/{product}/connect", Public),
    ("GET", "/jira/projects", Read),
    ("GET", "/confluence/spaces", Read),
    ("GET", "/api/auth/oauth/token/status", Public),
    ("GET", "/api/auth/oauth/token/events", Read),
    ("POST", "/api/auth/oauth/token/refresh", Write),
    ("GET", "/dashboard", Read),
    ("GET", "/dashboard/", Read),
    ("GET", "/dashboard/token", Read),
    ("GET", "/dashboard/token/", Read),
    ("GET", "/dashboard/events", Read),
    ("GET", "/dashboard/statistics", Read),
    ("GET", "/connectors", Public),
    ("GET", "/connectors/{provider}/connection", Public),
    ("PATCH", "/connectors/{provider}/connection", Write),
    ("DELETE", "/connectors/{provider}/connection", Write),
    ("GET", "/connectors/jira/projects", Read),
    ("GET", "/connectors/jira/projects/{key}", Read),
    ("GET", "/connectors/jira/projects/{key}/issue-types", Read),
    ("GET", "/connectors/jira/search", Read),
    ("POST", "/connectors/jira/create", Write),
    ("GET", "/connectors/jira/issues/{key}", Read),
    ("PUT", "/connectors/jira/issues/{key}", Write),
    ("DELETE", "/connectors/jira/issues/{key}", Write),
    ("GET", "/connectors/jira/issues/{key}/comments", Read),
    ("POST", "/connectors/jira/issues/{key}/comments", Write),
    ("GET", "/connectors/jira/issues/{key}/comments/{id}", Read),
    (
        "DELETE",
        "/connectors/jira/issues/{key}/comments/{id}",
        Write,
    ),
    ("GET", "/connectors/jira/issues/{key}/attachments", Read),
    (
        "GET",
        "/connectors/jira/issues/{key}/attachments/{id}",
        Read,
    ),
    ("GET", "/connectors/jira/issues/{key}/transitions", Read),
    ("POST", "/connectors/jira/issues/{key}/transitions", Write),
    ("GET", "/connectors/jira/myself", Read),
    ("GET", "/connectors/jira/users", Read),
    ("GET", "/connectors/confluence/spaces", Read),
    ("GET", "/connectors/confluence/spaces/{key}", Read),
    ("GET", "/connectors/confluence/search", Read),
    ("POST", "/connectors/confluence/create", Write),
    ("GET", "/connectors/confluence/pages", Read),
    ("GET", "/connectors/confluence/pages/{id}", Read),
    ("PUT", "/connectors/confluence/pages/{id}", Write),
    ("DELETE", "/connectors/confluence/pages/{id}", Write),
    ("GET", "/connectors/confluence/pages/{id}/children", Read),
    ("GET", "/connectors/confluence/pages/{id}/comments", Read),
    ("POST", "/connectors/confluence/pages/{id}/comments", Write),
    ("GET", "/connectors/{provider}/sync", Read),
    ("POST", "/connectors/{provider}/sync", Write),
    ("GET", "/users", Read),
    ("POST", "/users", Write),
    ("GET", "/users/{id}", Read),
    ("POST", "/jira/projects", Write),
    ("GET", "/jira/projects/{owner_id}", Read),
    ("POST", "/confluence/pages", Write),
    ("GET", "/confluence/pages/{owner_id}", Read),
    ("GET", "/integrations/jira/projects/fetch", Read),
    ("GET", "/integrations/confluence/pages/fetch", Read),
    ("GET", "/connectors/tools", Depends),
    ("POST", "/connectors/tools/invoke", Depends),
    ("GET", "/api/health", Public),
    ("GET", "/api/auth/oauth/login", Public),
    ("POST", "/api/auth/oauth/logout", Write),
    ("GET", "/api/jira/health", Public),
    ("GET", "/api/jira/projects", Read),
    ("GET", "/api/jira/myself", Read),
    ("POST", "/api/jira/search", Read),
    ("GET", "/api/jira/issues", Read),
    ("POST", "/api/jira/issues", Write),
    ("GET", "/api/jira/issues/{key}", Read),
    ("PUT", "/api/jira/issues/{key}", Write),
    ("POST", "/api/jira/issues/{key}/comments", Write),
    ("GET", "/api/jira/issues/{key}/transitions", Read),
    ("POST", "/api/jira/issues/{key}/transitions", Write),
    ("GET", "/api/auth/oauth/jira/projects", Read),
    ("GET", "/api/auth/oauth/jira/issues", Read),
    ("GET", "/agents", Read),
    ("DELETE", "/agents/{id}", Depends),
    ("GET", "/.well-known/oauth-protected-resource", Public),
    (
        "GET",
        "/.well-known/oauth-protected-resource/{*path}",
        Public,
    ),
    ("GET", "/.well-known/oauth-authorization-server", Public),
    (
        "GET",
        "/.well-known/oauth-authorization-server/{*path}",
        Public,
    ),
    ("GET", "/.well-known/openid-configuration", Public),
    ("POST", "/register", Public),
    ("GET", "/authorize", Public),
    ("POST", "/authorize", Public),
    ("POST", "/token", Public),
    ("POST", "/revoke", Public),
    ("GET", "/ex/jira/{site}/{*path}", Depends),
    ("POST", "/ex/jira/{site}/{*path}", Depends),
    ("PUT", "/ex/jira/{site}/{*path}", Depends),
    ("DELETE", "/ex/jira/{site}/{*path}", Depends),
    ("GET", "/ex/confluence/{site}/{*path}", Depends),
    ("POST", "/ex/confluence/{site}/{*path}", Depends),
    ("PUT", "/ex/confluence/{site}/{*path}", Depends),
    ("DELETE", "/ex/confluence/{site}/{*path}", Depends),
    ("GET", "/oauth/token/accessible-resources", Read),
    ("GET", "/me", Read),
    ("POST", "/mcp", Depends),
    ("POST", "/mcp/", Depends),
    ("POST", "/mcp/search", Depends),
    ("POST", "/mcp/search/", Depends),
    ("POST", "/mcp/rovo", Depends),
    ("POST", "/mcp/rovo/", Depends),
];

/// The rows by method and template: every request asks, some twice.
static ROWS: LazyLock<HashMap<(&str, &str), RouteAccess>> = LazyLock::new(|| {
    let rows = TABLE
        .iter()
        .map(|(method, template, access)| ((*method, *template), *access));
    rows.collect()
});

/// The access that a route needs. A route without a row needs the most: a forgotten row must not
/// open it.
pub(crate) fn required_access(method: &Method, path: &str) -> RouteAccess {
    declared_access(method, path).unwrap_or(RouteAccess::Admin)
}

/// What a route's row says; none for a route or method that does not exist.
pub(crate) fn declared_access(method: &Method, path: &str) -> Option<RouteAccess> {
    let method = if *method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    ROWS.get(&(method, path)).copied()
}

//! The OpenAPI document, generated from the handlers.

mod answers;
mod examples;
mod failures;
mod finish;
mod operation_ids;
mod parameters;
mod request_bodies;
mod schemas;

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

pub(crate) use failures::Failures;
pub(crate) use finish::finish;

use crate::http::wire::error::ErrorBody;

/// The document's frame; the routes add themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Integration backend for Jira and Confluence",
        description = "Lets a browser frontend, a script or an agent use Jira and Confluence without ever holding an Atlassian token.",
        contact(name = "The operator of this installation"),
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ErrorBody)),
    modifiers(&Shared),
    servers((url = "/", description = "The installation that serves this document")),
    security((), ("session_token" = []), ("session_cookie" = []), ("api_key" = [])),
    tags(
        (name = "Login", description = "Logins with Atlassian or with an API token, and sessions."),
        (name = "Connections", description = "Connections to Jira and Confluence: sites, tokens, events."),
        (name = "Jira", description = "Projects, issues, comments, transitions, users."),
        (name = "Confluence", description = "Spaces, pages, comments."),
        (name = "Stored data", description = "Users, projects and pages stored in this service, and syncs."),
        (name = "Tools", description = "Named operations with typed arguments, for agents."),
        (name = "Agents", description = "Programs that the caller has let in at `/mcp`."),
        (name = "Operations", description = "Health, readiness and configuration help."),
        (name = "Compatible routes", description = "Routes that clients of the earlier systems call. New clients use those above."),
    )
)]
pub(crate) struct Frame;

/// The credentials, and the failures that all routes share.
struct Shared;

impl Modify for Shared {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let header = ApiKey::Header(ApiKeyValue::with_description(
            "X-Session-Token",
            "A session token, `ibs_…`",
        ));
        components.add_security_scheme("session_token", SecurityScheme::ApiKey(header));
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
            "ib_session",
            "The session cookie (`__Host-ib_session` on https)",
        ));
        components.add_security_scheme("session_cookie", SecurityScheme::ApiKey(cookie));
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key, `ibk_…`"))
            .build();
        components.add_security_scheme("api_key", SecurityScheme::Http(key));
        failures::describe(components);
    }
}

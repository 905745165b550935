//! The OpenAPI document, generated from the handlers, and the pages that show it.

mod examples;
mod failures;
mod finish;
mod request_bodies;

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
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ErrorBody)),
    modifiers(&Shared),
    security((), ("session_token" = []), ("session_cookie" = []), ("api_key" = [])),
    tags(
        (name = "Login", description = "Log in with Atlassian or with an API token; sessions."),
        (name = "Connections", description = "What you are connected to, and on which site."),
        (name = "Jira", description = "Projects and issues."),
        (name = "Confluence", description = "Spaces and pages."),
        (name = "Stored data", description = "Users, projects and pages kept here."),
        (name = "Tools", description = "Named operations with typed arguments, for agents."),
        (name = "Compatible routes", description = "What clients of the earlier systems call: thin views of the routes above."),
        (name = "Operations", description = "Health, readiness and configuration help."),
    )
)]
pub(crate) struct Frame;

/// The ways to say who is calling, and the failures that all routes share.
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

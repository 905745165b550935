//! The OpenAPI document, generated from the handlers, and the pages that show it.

use std::collections::BTreeMap;

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, Modify, OpenApi};

use super::error::ErrorBody;

/// The document's frame; the routes add themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Integration backend for Jira and Confluence",
        description = "Lets a browser frontend, a script or an agent use Jira and Confluence without ever holding an Atlassian token.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ErrorBody)),
    modifiers(&Credentials),
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
pub(super) struct Frame;

/// Names every operation after its method and path, because handlers of different products share
/// names and an operation id must be unique (OpenAPI 3.1 §4.8.10).
pub(super) fn name_operations(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let words: String = path
            .split(|character: char| !character.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .flat_map(|word| ["_", word])
            .collect();
        for (method, operation) in [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
            ("patch", &mut item.patch),
        ] {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}{words}"));
            }
        }
    }
}

/// The ways to say who is calling.
struct Credentials;

impl Modify for Credentials {
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
    }
}

/// The failures that any route may answer with, each in the envelope.
pub(super) struct Failures;

impl IntoResponses for Failures {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [
            ("400", "The request cannot be taken as it is"),
            (
                "401",
                "Nobody is logged in, or the login at Atlassian has ended (`TOKEN_EXPIRED`)",
            ),
            ("403", "Not allowed"),
            ("404", "No such thing, or not yours"),
            (
                "409",
                "Not connected, or no site chosen, or changed in the meantime",
            ),
            ("408", "The body did not arrive in time"),
            ("413", "The body is larger than 1 MiB"),
            ("414", "The address is longer than 16 KiB"),
            ("415", "The body is not JSON"),
            (
                "422",
                "A value is missing, malformed or out of range; `details.fields` names it",
            ),
            ("429", "Too many requests; wait for `Retry-After`"),
            ("500", "We failed; the request id leads to it in the log"),
            ("502", "Atlassian failed"),
            (
                "503",
                "The store, or a token, cannot be had just now; wait for `Retry-After`",
            ),
            ("504", "Atlassian did not answer in time"),
        ]
        .into_iter()
        .map(|(status, description)| (status.to_owned(), RefOr::T(failure(description))))
        .collect()
    }
}

fn failure(description: &str) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ErrorBody")))
        .build();
    ResponseBuilder::new()
        .description(description)
        .content("application/json", content)
        .build()
}

/// The whole document, as served at `/openapi.json`.
pub fn document() -> utoipa::openapi::OpenApi {
    super::router::documented().into_openapi()
}

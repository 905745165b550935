//! The failures that any route may answer with: described once, referenced by every operation.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Components, ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// Status, the component's name, what it means.
const FAILURES: [(&str, &str, &str); 15] = [
    ("400", "BadRequest", "The request is malformed"),
    (
        "401",
        "Unauthorized",
        "No valid credential, or the login at Atlassian has ended (`TOKEN_EXPIRED`)",
    ),
    ("403", "Forbidden", "Not allowed"),
    ("404", "NotFound", "It does not exist, or it is not yours"),
    ("408", "BodyTooSlow", "The body did not arrive in time"),
    (
        "409",
        "Conflict",
        "Not connected, no site chosen, or changed in the meantime",
    ),
    ("413", "TooLarge", "The body is larger than 1 MiB"),
    ("414", "AddressTooLong", "The address is longer than 16 KiB"),
    ("415", "NotJson", "The body is not JSON"),
    (
        "422",
        "Invalid",
        "A value is missing, malformed or out of range. `details.fields` names it",
    ),
    (
        "429",
        "TooMany",
        "Too many requests. Wait for `Retry-After`",
    ),
    (
        "500",
        "OurFailure",
        "This service failed. The log has the cause under the request id",
    ),
    ("502", "VendorFailure", "Atlassian failed"),
    (
        "503",
        "NotNow",
        "The database or a token is unavailable. Wait for `Retry-After`",
    ),
    ("504", "VendorTimeout", "Atlassian did not answer in time"),
];

/// What only a change under `If-Match` is answered with.
const OTHER_STATE: (&str, &str, &str) = (
    "412",
    "OtherState",
    "It is not in the state that `If-Match` names; nothing was changed",
);

/// The failures of a route, each in the envelope.
pub(crate) struct Failures;

impl IntoResponses for Failures {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        FAILURES
            .into_iter()
            .map(|(status, name, _)| {
                let shared = Ref::new(format!("#/components/responses/{name}"));
                (status.to_owned(), RefOr::Ref(shared))
            })
            .collect()
    }
}

/// Puts the descriptions where the operations look for them.
pub(crate) fn describe(components: &mut Components) {
    for (status, name, description) in FAILURES.into_iter().chain([OTHER_STATE]) {
        let response = RefOr::T(failure(status, description));
        components.responses.insert(name.to_owned(), response);
    }
    // Where an operation has no other success than a redirect.
    let any = failure("", "Any failure");
    components
        .responses
        .insert(String::from("Failure"), RefOr::T(any));
}

fn failure(status: &str, description: &str) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ErrorBody")))
        .build();
    let mut response = ResponseBuilder::new()
        .description(description)
        .content("application/json", content);
    if matches!(status, "429" | "503") {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).build();
        let header = HeaderBuilder::new()
            .schema(Some(seconds))
            .description(Some("Seconds to wait"))
            .build();
        response = response.header("Retry-After", header);
    }
    response.build()
}

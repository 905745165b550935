//! Failures that a person meets in a browser: a page in place of the envelope.

use axum::body::Body;
use axum::http::header::{
    CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, WWW_AUTHENTICATE,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::http::caller::headers::text;
use crate::http::pages::message::{self, PageExplanation};
use crate::http::wire::error::{ApiError, Code};
use crate::model::return_url::InvalidReturnUrl;

/// Writes a failure as a page, for whoever navigates to an address.
pub(crate) fn for_people(mut response: Response) -> Response {
    let Some(error) = response.extensions().get::<ApiError>().cloned() else {
        return response;
    };
    let request_id = text(response.headers(), "x-request-id").unwrap_or_default();
    let page = message::failure(&error, &explain(&error, request_id));
    let (shown, body) = page.into_parts();
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    // The browser would ask for a password in front of the page.
    headers.remove(WWW_AUTHENTICATE);
    for name in [CONTENT_TYPE, CONTENT_SECURITY_POLICY, REFERRER_POLICY] {
        if let Some(value) = shown.headers.get(&name) {
            headers.insert(name, HeaderValue::clone(value));
        }
    }
    *response.body_mut() = Body::new(body);
    response
}

/// A login whose starter named a page that nobody may be sent to: nothing that the person could mend.
fn cannot_go_back() -> PageExplanation {
    PageExplanation {
        sentence: Some(String::from(
            "The page that sent you here wants you back at an address that is not listed here.",
        )),
        heading: "This login cannot start",
        advice: String::from(
            "Nothing was changed. Tell those who made that page, or who run this service. You can log in here all the same.",
        ),
        link: String::from("/login"),
        link_label: "Go to the login",
    }
}

fn explain(error: &ApiError, request_id: &str) -> PageExplanation {
    if error.message == InvalidReturnUrl.to_string() {
        return cannot_go_back();
    }
    let (heading, advice, link, link_label) = match (error.status, error.code) {
        (_, Code::TokenExpired | Code::NotConnected) => (
            "A connection is needed",
            String::from(
                "Connect the product, or choose its site, on the page of your connections.",
            ),
            String::from("/connected"),
            "See your connections",
        ),
        (StatusCode::UNAUTHORIZED, _) => (
            "Log in first",
            String::from("This page shows your own things, so it has to know who you are."),
            String::from("/login"),
            "Go to the login",
        ),
        (StatusCode::NOT_FOUND, _) => (
            "There is nothing here",
            String::from("Look at the address again, or go on from the first page."),
            String::from("/"),
            "Go to the first page",
        ),
        (StatusCode::TOO_MANY_REQUESTS, _) => (
            "Too many requests",
            wait(error.retry_after),
            String::from("/"),
            "Go to the first page",
        ),
        (status, _) if status.is_server_error() => (
            "Something went wrong",
            format!(
                "Try again in a moment. If it stays so, tell the operator the number of this request: {request_id}"
            ),
            String::from("/"),
            "Go to the first page",
        ),
        _ => (
            "This did not work",
            String::from("Nothing was changed."),
            String::from("/login"),
            "Go to the login",
        ),
    };
    PageExplanation {
        sentence: None,
        heading,
        advice,
        link,
        link_label,
    }
}

fn wait(seconds: Option<u64>) -> String {
    let seconds = seconds.unwrap_or(1);
    let unit = if seconds == 1 { "second" } else { "seconds" };
    format!("Wait {seconds} {unit}, then reload this page.")
}

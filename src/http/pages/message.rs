//! Pages of one sentence and one link: the result of a login, and refusals.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::page::{render, render_failure};
use crate::http::wire::error::ApiError;
use crate::model::sentence::sentence;
use crate::service::authorization::outcome::{LoggedIn, LoginFailure};

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage<'a> {
    heading: &'static str,
    kind: &'static str,
    role: &'static str,
    sentence: String,
    advice: &'a str,
    link: &'a str,
    link_label: &'static str,
    /// Where a login begins anew, beside the link.
    start: Option<&'a str>,
}

/// What a person is told beside the failure's own sentence.
#[derive(Debug)]
pub(crate) struct PageExplanation {
    /// In place of the failure's own sentence, where that is for programmers.
    pub(crate) sentence: Option<String>,
    pub(crate) heading: &'static str,
    pub(crate) advice: String,
    pub(crate) link: String,
    pub(crate) link_label: &'static str,
}

/// A failure in place of its envelope.
pub(crate) fn failure(error: &ApiError, explanation: &PageExplanation) -> Response {
    let page = MessagePage {
        heading: explanation.heading,
        kind: "problem",
        role: "alert",
        sentence: sentence(explanation.sentence.as_deref().unwrap_or(&error.message)),
        advice: &explanation.advice,
        link: &explanation.link,
        link_label: explanation.link_label,
        start: None,
    };
    render_failure(error, &page)
}

/// The refusal of a page.
pub(crate) fn not_shown(error: &ApiError) -> Response {
    let page = MessagePage {
        heading: "This page cannot be shown",
        kind: "problem",
        role: "alert",
        sentence: sentence(&error.message),
        advice: "Your connections are unchanged.",
        link: "/login",
        link_label: "Go to the login",
        start: None,
    };
    render_failure(error, &page)
}

/// A login that failed, and what Atlassian itself says of it.
pub(crate) fn failed_login(failure: LoginFailure, told: Option<&str>) -> ApiError {
    let mut error = ApiError::from(failure);
    if let Some(told) = told.filter(|_| failure != LoginFailure::AccessDenied) {
        error.message = format!("{} Atlassian says: {told}", error.message);
    }
    error
}

/// The result of a login that ends on a page; `start` is where it begins anew.
pub(crate) fn login_outcome(
    result: &Result<LoggedIn, LoginFailure>,
    told: Option<&str>,
    start: Option<&str>,
) -> Response {
    match result {
        Ok(_) => {
            let page = MessagePage {
                heading: "You are logged in",
                kind: "success",
                role: "status",
                sentence: String::from("Atlassian has confirmed your account."),
                advice: "You can close this page, or look at what you have connected.",
                link: "/connected",
                link_label: "See your connections",
                start: None,
            };
            render(StatusCode::OK, &page)
        }
        Err(failure) => start_again(&failed_login(*failure, told), start.unwrap_or("/login")),
    }
}

/// The address of a login that this browser has finished before, with `person`. Whoever went back to choose another
/// account or site at Atlassian has not changed anything by it.
pub(crate) fn logged_in_already(
    error: &ApiError,
    person: Option<&str>,
    return_url: Option<&str>,
    start: Option<&str>,
) -> Response {
    let as_whom = person.map_or_else(String::new, |person| format!(" as {person}"));
    let page = MessagePage {
        heading: "You are logged in",
        kind: "success",
        role: "status",
        sentence: format!(
            "This login was finished already, in this browser: you are logged in{as_whom}."
        ),
        advice: "If you went back and chose another account or site at Atlassian, that was not taken over: start again to change it. Otherwise there is nothing more to do here.",
        link: return_url.unwrap_or("/connected"),
        link_label: return_url.map_or("See your connections", |_| "Go on"),
        start,
    };
    render_failure(error, &page)
}

/// A login that failed, with a link to start again.
pub(crate) fn start_again(error: &ApiError, start: &str) -> Response {
    let page = MessagePage {
        heading: "The login did not work",
        kind: "problem",
        role: "alert",
        sentence: sentence(&error.message),
        advice: "A login must end in the browser that started it, within ten minutes.",
        link: start,
        link_label: "Start again",
        start: None,
    };
    render_failure(error, &page)
}

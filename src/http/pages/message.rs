//! Pages of one sentence and one link: the result of a login, and refusals.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::page::render;
use crate::http::wire::error::ApiError;
use crate::service::authorization::outcome::{LoggedIn, LoginFailure};

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    heading: &'static str,
    kind: &'static str,
    role: &'static str,
    sentence: String,
    advice: &'static str,
    link: &'static str,
    link_label: &'static str,
}

/// The refusal of a page.
pub(crate) fn not_shown(error: &ApiError) -> Response {
    let page = MessagePage {
        heading: "This page cannot be shown",
        kind: "problem",
        role: "alert",
        sentence: error.message.clone(),
        advice: "Your connections are unchanged.",
        link: "/login",
        link_label: "Go to the login",
    };
    render(error.status, &page)
}

/// The result of a login that ends on a page.
pub(crate) fn login_outcome(result: &Result<LoggedIn, LoginFailure>) -> Response {
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
            };
            render(StatusCode::OK, &page)
        }
        Err(failure) => start_again(&ApiError::from(*failure)),
    }
}

/// A login that failed, with a link to start again.
pub(crate) fn start_again(error: &ApiError) -> Response {
    let sentence = error.message.clone();
    let page = MessagePage {
        heading: "The login did not work",
        kind: "problem",
        role: "alert",
        sentence,
        advice: "A login must end in the browser that started it, within ten minutes.",
        link: "/login",
        link_label: "Start again",
    };
    render(error.status, &page)
}

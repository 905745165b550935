//! Pages of one sentence and one link: how a login came out, and what cannot be shown.

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

/// A page that this visitor may not see, or that was asked for wrongly.
pub(crate) fn not_shown(error: &ApiError) -> Response {
    let page = MessagePage {
        heading: "This page cannot be shown",
        kind: "problem",
        role: "alert",
        sentence: error.message.clone(),
        advice: "Your connections are as they were.",
        link: "/login",
        link_label: "Go to the login",
    };
    render(error.status, &page)
}

/// How a login with the page ending came out.
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

/// A login that cannot go on, with a way to start again.
pub(crate) fn start_again(error: &ApiError) -> Response {
    let sentence = error.message.clone();
    let page = MessagePage {
        heading: "The login did not work",
        kind: "problem",
        role: "alert",
        sentence,
        advice: "A login has to end in the browser in which it was started, within ten minutes.",
        link: "/login",
        link_label: "Start again",
    };
    render(error.status, &page)
}

//! Refuses what no handler would notice: query parameters that a list does not know, conditions on what has no tag.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::Route;
use axum::routing::future::RouteFuture;
use futures_util::future::Either;
use tower::{Layer, Service};

use crate::http::edge::query_names::{QueryNames, refuse_unknown};
use crate::http::wire::entity_tags::refuse_elsewhere;

/// The layer of documented routes that refuses such requests.
#[derive(Debug, Clone)]
pub(crate) struct Refusals {
    names: QueryNames,
}

impl Refusals {
    /// Refuses what these lists do not know.
    pub(crate) fn new(names: QueryNames) -> Self {
        Self { names }
    }
}

impl Layer<Route> for Refusals {
    type Service = Refusing;

    fn layer(&self, route: Route) -> Refusing {
        let names = self.names.clone();
        Refusing { names, route }
    }
}

/// A route whose requests are looked at first.
#[derive(Debug, Clone)]
pub(crate) struct Refusing {
    names: QueryNames,
    route: Route,
}

impl Service<Request> for Refusing {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<RouteFuture<Infallible>, Ready<Result<Response, Infallible>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // A route always is.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let refusal =
            refuse_elsewhere(&request).and_then(|()| refuse_unknown(&self.names, &request));
        match refusal {
            Ok(()) => Either::Left(self.route.call(request)),
            Err(error) => Either::Right(ready(Ok(error.into_response()))),
        }
    }
}

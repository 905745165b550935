//! The edge as one layer: every request passes its steps one after the other, in one future.
//!
//! As a layer each, they would cost a small request a third of its instructions: every layer puts what is inside of
//! it into boxes, for each request anew.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::Response;
use axum::routing::Route;
use futures_util::FutureExt;
use tower::{Layer, Service};

use crate::http::edge::outermost::{Edge, run_in_envelope};

impl Layer<Route> for Edge {
    type Service = InsideTheEdge;

    fn layer(&self, route: Route) -> InsideTheEdge {
        let edge = self.clone();
        InsideTheEdge { edge, route }
    }
}

/// A route with the edge around it.
#[derive(Debug, Clone)]
pub(super) struct InsideTheEdge {
    edge: Edge,
    route: Route,
}

impl Service<Request> for InsideTheEdge {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // A route always is.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Self { edge, route } = self.clone();
        Box::pin(run_in_envelope(edge, request, route).map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of_future<F>(_: fn(Edge, Request, Route) -> F) -> usize {
        size_of::<F>()
    }

    /// It is copied from step to step: what only few requests need must stand in boxes.
    #[test]
    fn the_work_of_a_request_is_small() {
        let size = size_of_future(run_in_envelope);
        assert!(size < 8 * 1024, "{size} bytes");
    }
}

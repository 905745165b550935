//! What the service is measured against: the same work with the bare stack, and an Atlassian that costs nothing.
//!
//! `neighbour bare PORT DATABASE USER`, `neighbour passthrough PORT UPSTREAM` or `neighbour upstream PORT SANDBOX`

mod bare;
mod passthrough;
mod upstream;

use std::error::Error;

use axum::Router;

/// The service's own, so that the difference is not in it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "neighbour bare|passthrough|upstream PORT …";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let _installed_before = rustls::crypto::ring::default_provider().install_default();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["bare", port, database, user] => serve(port, bare::router(database, user).await?).await,
        ["passthrough", port, upstream] => serve(port, passthrough::router(upstream)?).await,
        ["upstream", port, sandbox] => serve(port, upstream::router(sandbox)?).await,
        _ => Err(USAGE.into()),
    }
}

async fn serve(port: &str, router: Router) -> Result<(), Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    Ok(axum::serve(listener, router).await?)
}

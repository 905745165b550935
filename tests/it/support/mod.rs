//! What tests stand on: an app on a throwaway database, a sandbox, a clock, and browsers.

pub mod app;
pub mod browser;
pub mod certificates;
pub mod database;
pub mod journey;
pub mod listening;
pub mod upstream;

pub use app::TestApp;
pub use browser::{Answer, Browser};
pub use journey::{parameter, with_query};

//! What tests stand on: an app on a throwaway database, a sandbox, a clock, and browsers.

pub mod app;
pub mod browser;
pub mod certificates;
pub mod database;
pub mod installation;
pub mod journey;
pub mod listening;
pub mod raw_database;
pub mod upstream;

pub use app::TestApp;
pub use browser::{Answer, Browser};
pub use journey::{parameter, with_query};

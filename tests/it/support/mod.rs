//! What tests stand on: an app on a throwaway database, a sandbox, a clock, and browsers.

pub mod app;
pub mod browser;
pub mod certificates;
pub mod clock;
pub mod database;
pub mod directly;
pub mod faults;
pub mod files;
pub mod front;
pub mod installation;
pub mod journey;
pub mod listening;
pub mod lossy_wire;
pub mod paging;
pub mod raw_database;
pub mod sent;
pub mod upstream;
pub mod waiting;

pub use app::TestApp;
pub use browser::{Answer, Browser};
pub use journey::{parameter, with_query};

//! The live side of the dashboard: its stream of events and what it says.

pub(crate) mod shapes;
pub(crate) mod stream;

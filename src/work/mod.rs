//! What a piece of work carries along, wherever it goes: its deadline, the meter that counts it, and
//! the log it writes.

pub mod deadline;
pub(crate) mod log_lines;
pub mod measures;
pub(crate) mod meter;

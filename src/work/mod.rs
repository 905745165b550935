//! What a piece of work carries along, wherever it goes: its deadline and the meter that counts it.

pub mod deadline;
pub mod measures;
pub(crate) mod meter;

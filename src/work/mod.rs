//! What a piece of work carries along, wherever it goes: its deadline and urgency, the notes of its request, the meter
//! that counts it, the log it writes, and the thread it may hold.

pub(crate) mod audit;
pub mod deadline;
pub(crate) mod kill_points;
pub(crate) mod locked;
pub(crate) mod log_lines;
pub(crate) mod long_text;
pub mod measures;
pub(crate) mod meter;
pub(crate) mod request_notes;
pub(crate) mod span_fields;
pub(crate) mod supervised;
pub(crate) mod urgency;

//! Who may call what, and whose rows they see.

pub mod access;
mod open_mode;
mod read_only;
pub mod stage;
pub mod table;
mod tenants;

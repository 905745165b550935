//! Renewing access tokens: once for many callers, and never at the cost of a login.

mod background;
mod calls;
mod errors;
pub mod fixture;
mod many;
mod protocol;

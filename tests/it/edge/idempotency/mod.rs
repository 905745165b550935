//! `Idempotency-Key`: what is asked for many times is done once.

pub(crate) mod fixture;
mod interrupted;
mod outcomes;
mod reach;
mod repeated;

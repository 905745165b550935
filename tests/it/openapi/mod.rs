//! The OpenAPI document and its examples.

mod document;
mod examples;
mod requests;
mod tools;

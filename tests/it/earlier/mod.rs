//! What the five earlier systems promised, kept.

mod chatbot_routes;
mod compatible_routes;
mod s0;
mod s1;
mod s2;
mod s3;
mod s4;
mod settings_files;
mod systems;

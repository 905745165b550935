//! What the five earlier systems promised, kept.

mod aliases;
mod beside;
mod chatbot_reading;
mod chatbot_writing;
mod extension;
mod fixture;
mod integrations;
mod live_lists;
mod paging;
mod s0;
mod s1;
mod s2;
mod s3;
mod s4;
mod settings_files;
mod systems;
mod token_logins;

//! Rows that callers store: users, projects, pages.

mod rows;
mod users;

//! What is kept here: users, projects, pages, and the syncs that fetch them.

pub(crate) mod rows;
pub(crate) mod sync;

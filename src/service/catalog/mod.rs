//! What an owner keeps here of Jira and Confluence: users, and the projects and pages stored for them.

mod stored;

use crate::store::Store;

/// An owner's users and stored rows.
#[derive(Debug, Clone)]
pub struct Catalog {
    store: Store,
}

impl Catalog {
    /// The rows in `store`.
    pub fn new(store: Store) -> Self {
        Self { store }
    }
}

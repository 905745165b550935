//! Stored data: users, their projects and pages, and the syncs that fill them.

pub(crate) mod rows;
pub(crate) mod sync;
pub(crate) mod users;

use crate::http::wire::paging::List;

/// A list without a `limit` returns up to 1000 rows: the earlier system returned them all.
const fn whole_list(name: &'static str) -> List {
    List {
        name,
        default: 1000,
        most: 1000,
    }
}

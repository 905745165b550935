//! What is kept here: users, projects, pages, and the syncs that fetch them.

pub(crate) mod rows;
pub(crate) mod sync;
pub(crate) mod users;

use crate::http::wire::paging::List;

/// A list that the earlier system gave whole: as much as fits comes without a `limit`.
const fn whole_list(name: &'static str) -> List {
    List {
        name,
        default: 1000,
        most: 1000,
    }
}

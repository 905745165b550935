//! Whose page a request comes from. A page that is open shows one person; the cookie that its requests carry may be
//! somebody else's by now, who has logged in in another tab of the same browser.

use axum::http::HeaderMap;

use crate::http::wire::error::ApiError;
use crate::model::principal::Principal;

/// Whom the page shows, as its own scripts send it: the id that the page was made with.
const PAGE_OF: &str = "x-page-of";

/// Refuses what a page asks for that was made for another person than the one who is logged in now.
///
/// # Errors
/// When the page names somebody else.
pub(crate) fn refuse_others_pages(
    headers: &HeaderMap,
    principal: &Principal,
) -> Result<(), ApiError> {
    let owner = principal.owner().as_str().as_bytes();
    let mut named = headers.get_all(PAGE_OF).iter();
    if named.all(|of| of.as_bytes() == owner) {
        return Ok(());
    }
    Err(ApiError::forbidden(
        "somebody else is logged in now: load the page again; nothing was changed",
    ))
}

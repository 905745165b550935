//! A message that is being answered: who calls, in which era, for which tools.

use axum::http::HeaderMap;

use super::eras::Era;
use super::selection::Selection;
use crate::http::caller::Caller;
use crate::http::state::AppState;

/// How long a client may keep a list: logins and keys change rarely, and a person waits no longer than this.
pub(super) const TTL_MS: u32 = 60_000;

/// Who calls, and with what.
pub(super) struct Call {
    pub(super) state: AppState,
    pub(super) caller: Caller,
    pub(super) headers: HeaderMap,
    pub(super) era: Era,
    pub(super) selection: Selection,
}

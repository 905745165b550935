//! Which vault keys are in use: what older keys have sealed, and who does not know the newest.

use super::report::Section;
use crate::app::App;
use crate::store::error::StoreError;

/// Adds what a change of the vault key has left to do; nothing where there is none.
pub(super) async fn check(app: &App, section: &mut Section) {
    if let Err(error) = look(app, section).await {
        section.problem(
            "vault key",
            error.to_string(),
            "look at the database, then run check again",
        );
    }
}

async fn look(app: &App, section: &mut Section) -> Result<(), StoreError> {
    let store = app.store();
    let (newest, mark) = store.newest_key();
    for other in store.living_processes().await? {
        if !other.ring.contains(&mark) {
            section.warning(
                "vault key",
                format!(
                    "process {} (number {}, running since {}) does not know the key \"{newest}\"; until it has ended, an older key seals",
                    other.place, other.number, other.started_at
                ),
                "restart it with the vault keys of this command",
            );
        }
    }
    let left = store.left_to_reseal().await?;
    let older = store.older_keys().await?.join("\", \"");
    if left > 0 {
        section.warning(
            "vault key",
            format!(
                "{left} stored secrets are not sealed with \"{newest}\" (older keys: \"{older}\")"
            ),
            "run: integration-backend vault rotate",
        );
    } else if !older.is_empty() {
        section.note(
            "vault key",
            format!(
                "\"{older}\" is needed until this has been run: integration-backend vault rotate"
            ),
        );
    }
    Ok(())
}

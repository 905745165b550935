//! The state file: read at the start, written soon after each change and at the end.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::server::Shared;
use crate::state::Saved;

/// Reads the file; `None` if there is none yet.
pub(crate) fn load(file: &Path) -> io::Result<Option<Saved>> {
    match std::fs::read(file) {
        Ok(bytes) => {
            let mut saved: Saved = serde_json::from_slice(&bytes).map_err(io::Error::other)?;
            saved.world.number_components();
            saved.data_center.number_components();
            Ok(Some(saved))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the file in one step: a reader sees the old or the new state, never half of one.
pub(crate) fn store(file: &Path, shared: &Shared) -> io::Result<()> {
    let bytes = {
        let state = shared.state();
        shared.dirty.store(false, Ordering::Release);
        serde_json::to_vec(&state.saved).map_err(io::Error::other)?
    };
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    let beside = file.with_file_name(name);
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, file)
}

/// Saves within a fifth of a second after changes, until told to stop.
pub(crate) async fn keep(file: PathBuf, shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(200)) => {}
        }
        if shared.dirty.load(Ordering::Acquire)
            && let Err(error) = store(&file, &shared)
        {
            tracing::warn!(%error, "the sandbox could not save its state");
        }
    }
}

//! The limit on this process's open files: raised at the start, and what it leaves for connections.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// File descriptors kept free for the database, files and calls to Atlassian; of few, three in four.
const KEPT_FREE: usize = 256;

/// Raises the limit as far as this process may. Shells give 1024, which is for programs that use
/// `select(2)`; whoever does not is to raise it (<https://0pointer.net/blog/file-descriptor-limits.html>).
pub fn raise_limit() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit on open files could not be raised");
    }
}

/// How many connections this process can hold: `most`, or what its limit on open files leaves.
pub(super) fn possible_connections(most: usize) -> usize {
    // None is no limit.
    let files = getrlimit(Resource::Nofile).current;
    files.map_or(most, |files| {
        most.min(seats_of(usize::try_from(files).unwrap_or(usize::MAX)))
    })
}

/// The connections that fit among so many open files.
fn seats_of(files: usize) -> usize {
    files - KEPT_FREE.min(files / 4 * 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_on_open_files_leaves_room_for_calls_to_atlassian() {
        for (files, seats) in [
            (64, 16),
            (256, 64),
            (512, 256),
            (1024, 768),
            (65_536, 65_280),
        ] {
            assert_eq!(seats_of(files), seats, "{files}");
        }
        assert_eq!(possible_connections(10), 10);
    }
}

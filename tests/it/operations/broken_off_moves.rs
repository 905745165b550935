//! `copy-to` and its undo that die at their turning points: no service runs on both databases, and the next
//! call ends what was begun.

use std::process::Command;

use rstest::rstest;

use crate::operations::copying::{Moving, fill, start};
use crate::support::database::Database;
use crate::support::raw_database::Raw;

/// The same command, which dies there as by a power failure.
fn dying(mut command: Command, point: &str) -> Command {
    command.env("INTEGRATION_TEST_KILL_AT", format!("{point}:1"));
    command
}

impl Moving {
    async fn dies(&self, command: Command, point: &str) {
        let (code, said) = self.outcome(dying(command, point)).await;
        assert_eq!(code, None, "it dies at {point}: {said}");
    }

    /// What a start on the other database is refused with.
    async fn refused_there(&self) -> String {
        let mut command = self.command(&[]);
        let url = self.other.url();
        command
            .env("INTEGRATION_DB_URL", url)
            .env("LOG_LEVEL", "off");
        let (code, said) = self.outcome(command).await;
        assert_eq!(code, Some(1), "{said}");
        said
    }

    async fn serves(&self, raw: &mut Raw, url: &str) {
        // The run that `fill` has made up would fail.
        raw.run("DELETE FROM sync_runs").await;
        let process = start(&self.installation, url).await;
        self.assert_serves_mia().await;
        process.stop().await;
    }
}

#[rstest]
#[tokio::test]
async fn a_move_that_dies_at_a_turning_point_is_ended_by_the_next(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
    #[values("source-closed", "target-closed", "rows-copied", "target-opened")] point: &str,
) {
    let moving = Moving::new(kind).await;
    fill(&mut moving.here().await, 120).await;
    moving.dies(moving.copy_command(), point).await;
    let said = moving.refused_here().await;
    assert!(said.contains("copy-to again"), "{said}");
    if ["target-closed", "rows-copied"].contains(&point) {
        let said = moving.refused_there().await;
        assert!(said.contains("holds a part of"), "{said}");
    }
    if point == "rows-copied" {
        // As if it had died within a table: what goes on meets rows that are there.
        let half = "DELETE FROM grant_events WHERE event_type = 'x' AND seq % 2 = 0";
        moving.there().await.run(half).await;
    }
    if point == "target-opened" {
        let url = moving.other.url();
        moving.serves(&mut moving.there().await, &url).await;
    }
    let (code, said) = moving.copy().await;
    assert_eq!(code, Some(0), "{said}");
    let said = moving.refused_here().await;
    assert!(said.contains("was moved to"), "{said}");
    let events = "SELECT COUNT(*) FROM grant_events WHERE event_type = 'x'";
    let mut there = moving.there().await;
    assert_eq!(there.number(events).await, Some(120));
    if point == "target-opened" {
        let runs = "SELECT COUNT(*) FROM sync_runs";
        assert_eq!(there.number(runs).await, Some(0), "nothing is put back");
    }
    let url = moving.other.url();
    moving.serves(&mut there, &url).await;
}

#[rstest]
#[tokio::test]
async fn an_undo_that_dies_leaves_one_database_that_serves(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
    #[values("source-closed", "target-closed", "rows-copied", "target-opened")] point: &str,
) {
    let moving = Moving::new(kind).await;
    fill(&mut moving.here().await, 120).await;
    moving.dies(moving.copy_command(), point).await;
    let undo = || moving.command(&["copy-to", "--undo"]);
    moving.dies(undo(), "before-undo").await;
    moving.refused_here().await;
    moving.dies(undo(), "after-undo").await;
    let url = moving.installation.database.url();
    let epoch = "SELECT oldest_epoch FROM schema_info";
    let mut here = moving.here().await;
    assert_eq!(here.number(epoch).await, Some(1), "open to older programs");
    moving.serves(&mut here, &url).await;
    if ["target-closed", "rows-copied"].contains(&point) {
        let said = moving.refused_there().await;
        assert!(said.contains("holds a part of"), "{said}");
    }
    let (code, said) = moving.copy().await;
    if point == "source-closed" {
        assert_eq!(code, Some(0), "nothing was there: {said}");
        return;
    }
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("Name an empty database"), "{said}");
    // And that has not closed the one that serves.
    moving.serves(&mut here, &url).await;
}

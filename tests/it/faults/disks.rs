//! A disk that is full or cannot be written: clear refusals, no token call, and no restart afterwards.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use rstest::rstest;
use serde_json::json;

use crate::faults::history::{History, Lost};
use crate::refresh::fixture::READ;
use crate::support::installation::{Installation, Process};
use crate::support::waiting::until;

/// How a disk fails.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// A small tmpfs on which another program wrote too much; where this machine allows no mounts, the
    /// files cannot grow (`RLIMIT_FSIZE`).
    Full,
    /// Every write fails, as on a disk that became read-only: a limit of no bytes (setrlimit(2)).
    ReadOnly,
}

/// A folder on a disk that can be made to fail.
struct Disk {
    folder: PathBuf,
    is_mounted: bool,
}

impl Disk {
    fn new(kind: Kind, installation: &Installation) -> Self {
        let folder = installation.file("disk");
        fs::create_dir_all(&folder).unwrap();
        let mount = ["-t", "tmpfs", "-o", "size=6m", "tmpfs"];
        let is_mounted = matches!(kind, Kind::Full)
            && Command::new("mount")
                .args(mount)
                .arg(&folder)
                .output()
                .is_ok_and(|output| output.status.success());
        Self { folder, is_mounted }
    }

    fn fail(&self, kind: Kind, process: &Process) {
        if self.is_mounted {
            // To the last block: what is left of the file system is smaller than what is asked for.
            let filler = vec![0_u8; 8 << 20];
            assert!(fs::write(self.folder.join("filler"), filler).is_err());
            return;
        }
        let largest = match kind {
            Kind::ReadOnly => 0,
            Kind::Full => {
                let log = fs::metadata(self.folder.join("integration.db-wal"));
                log.unwrap().len()
            }
        };
        limit_files(process, &largest.to_string());
    }

    fn mend(&self, process: &Process) {
        if self.is_mounted {
            fs::remove_file(self.folder.join("filler")).unwrap();
        } else {
            limit_files(process, "unlimited");
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.is_mounted {
            let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
        }
    }
}

/// Changes the soft limit of a running process (prlimit(1)).
fn limit_files(process: &Process, largest: &str) {
    let id = process.id().to_string();
    let limit = format!("--fsize={largest}:");
    let done = Command::new("prlimit")
        .args(["--pid", &id, &limit])
        .status();
    assert!(done.unwrap().success());
}

#[rstest]
#[case(Kind::Full)]
#[case(Kind::ReadOnly)]
#[tokio::test]
async fn a_disk_that_takes_nothing_costs_nobody_a_login_and_heals_without_a_restart(
    #[case] kind: Kind,
) {
    let installation = Installation::new().await;
    let disk = Disk::new(kind, &installation);
    let database = format!("sqlite:///{}/integration.db", disk.folder.display());
    // What a limit refuses is to be an error, as on a full disk, and no signal.
    let mut command = installation.command_after("trap '' XFSZ");
    command.env("INTEGRATION_DB_URL", &database);
    let process = installation.start_command(command).await;
    let browser = installation.logged_in().await;
    let mut history = History::begin(&database, &installation.sandbox).await;
    history.expire(&installation.sandbox);
    let calls = installation.sandbox.token_uses().len();
    disk.fail(kind, &process);
    for _ in 0..3 {
        let answer = browser.get(READ).await;
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(!answer.header("retry-after").is_empty());
    }
    let create = browser
        .post("/users", json!({"email": "ada@example.com"}))
        .await;
    assert_eq!(create.status, 503, "{}", create.body);
    assert_eq!(browser.get("/healthz").await.status, 200);
    assert_eq!(browser.get("/ready").await.status, 503);
    assert_eq!(installation.sandbox.token_uses().len(), calls, "no call");
    disk.mend(&process);
    until("it is ready again", async || {
        browser.get("/ready").await.status == 200
    })
    .await;
    assert_eq!(browser.get(READ).await.status, 200, "without a restart");
    assert_eq!(installation.sandbox.token_uses().len(), calls + 1);
    history.check(&installation.sandbox, Lost(0)).await;
    process.stop().await;
}

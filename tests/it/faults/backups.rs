//! `backup` and `restore`, and a database file that something happened to.

use std::fs;
use std::process::Stdio;

use crate::refresh::fixture::READ;
use crate::support::installation::Installation;
use crate::support::raw_database::Raw;
use crate::support::waiting::until;

async fn run(installation: &Installation, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = installation.command(arguments);
    command.stdout(Stdio::null());
    installation.outcome(command).await
}

/// What a command says on its standard output, where it ends well.
fn told(installation: &Installation, arguments: &[&str]) -> String {
    let mut command = installation.command(arguments);
    let output = command.stdout(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

async fn sessions(installation: &Installation) -> i64 {
    let mut raw = Raw::open(&installation.database.url()).await;
    raw.number("SELECT COUNT(*) FROM sessions").await.unwrap()
}

#[tokio::test]
async fn a_backup_of_a_running_service_brings_back_what_was_there_then() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let mia = installation.logged_in().await;
    let (code, said) = run(&installation, &["backup", "copy.db"]).await;
    assert_eq!(code, Some(0), "{said}");
    let later = installation.logged_in().await;
    assert_eq!(sessions(&installation).await, 2);
    // Killed: its journal stays behind, and must not be written into what is restored.
    process.kill().await;
    assert!(installation.file("integration.db-wal").exists());
    let (code, said) = run(&installation, &["restore", "copy.db"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(!installation.file("integration.db-wal").exists());
    assert!(
        installation
            .file("integration.db.before-restore-1")
            .exists()
    );
    let process = installation.start().await;
    assert_eq!(mia.get(READ).await.status, 200);
    assert_eq!(later.get(READ).await.status, 401, "what came later is gone");
    assert_eq!(sessions(&installation).await, 1);
    process.stop().await;
}

#[tokio::test]
async fn a_restore_of_a_copy_whose_key_is_gone_names_the_key() {
    let installation = Installation::new().await;
    installation.start().await.stop().await;
    let said = told(&installation, &["backup", "copy.db"]);
    assert!(
        said.contains("its secrets are sealed with the key in"),
        "{said}"
    );
    let old_keys = fs::read_to_string(installation.file("vault.key")).unwrap();
    for words in [&["vault", "new-key"][..], &["vault", "rotate"]] {
        let (code, said) = run(&installation, words).await;
        assert_eq!(code, Some(0), "{said}");
    }
    let keys = fs::read_to_string(installation.file("vault.key")).unwrap();
    let newest = keys.trim().split([',', '\n']).next().unwrap();
    fs::write(installation.file("vault.key"), newest).unwrap();
    let said = told(&installation, &["restore", "copy.db"]);
    assert!(
        said.contains("its secrets are sealed with the key \"") && said.contains("which is not in"),
        "{said}"
    );
    fs::write(installation.file("vault.key"), old_keys).unwrap();
    let said = told(&installation, &["restore", "copy.db"]);
    assert!(
        said.contains("its secrets are sealed with the key in"),
        "{said}"
    );
    installation.start().await.stop().await;
}

#[tokio::test]
async fn what_a_killed_backup_left_is_in_nobodys_way() {
    let installation = Installation::new().await;
    installation.start().await.stop().await;
    for left in ["copy.db.making", "copy.db.making-journal"] {
        fs::write(installation.file(left), b"half a copy").unwrap();
    }
    let (code, said) = run(&installation, &["backup", "copy.db"]).await;
    assert_eq!(code, Some(0), "{said}");
    for gone in ["copy.db.making", "copy.db.making-journal"] {
        assert!(!installation.file(gone).exists(), "{gone}");
    }
    let (code, said) = run(&installation, &["restore", "copy.db"]).await;
    assert_eq!(code, Some(0), "{said}");
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let installation = Installation::new().await;
    installation.start().await.stop().await;
    fs::write(installation.file("taken.db"), b"mine").unwrap();
    let (code, said) = run(&installation, &["backup", "taken.db"]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("taken.db exists already"), "{said}");
    assert_eq!(fs::read(installation.file("taken.db")).unwrap(), b"mine");
    let (code, said) = run(&installation, &["backup", "copy.db"]).await;
    assert_eq!(code, Some(0), "{said}");
    let mode = fs::metadata(installation.file("copy.db")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_restore_beside_a_running_service_and_from_a_bad_file_changes_nothing() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let mia = installation.logged_in().await;
    let (code, said) = run(&installation, &["backup", "copy.db"]).await;
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&installation, &["restore", "copy.db"]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("stop the service first"), "{said}");
    assert_eq!(mia.get(READ).await.status, 200);
    process.stop().await;
    let before = fs::read(installation.file("integration.db")).unwrap();
    let mut damaged = fs::read(installation.file("copy.db")).unwrap();
    for byte in &mut damaged[4096..] {
        *byte = 0x5a;
    }
    fs::write(installation.file("damaged.db"), damaged).unwrap();
    fs::write(
        installation.file("text.db"),
        "no database at all\n".repeat(500),
    )
    .unwrap();
    fs::write(installation.file("empty.db"), b"").unwrap();
    for bad in ["damaged.db", "text.db", "empty.db", "none.db"] {
        let (code, said) = run(&installation, &["restore", bad]).await;
        assert_eq!(code, Some(1), "{bad}");
        assert!(said.contains("nothing was restored"), "{bad}: {said}");
        assert!(said.contains(bad), "{bad}: {said}");
    }
    let after = fs::read(installation.file("integration.db")).unwrap();
    assert!(after == before, "the database was changed");
}

#[tokio::test]
async fn a_database_that_was_damaged_beside_a_left_journal_stops_the_start() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    installation.logged_in().await;
    process.kill().await;
    let file = installation.file("integration.db");
    // What a copy of another state under this journal amounts to.
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    for byte in &mut bytes[100..middle] {
        *byte = 0x5a;
    }
    fs::write(&file, bytes).unwrap();
    let wal = installation.file("integration.db-wal");
    let log = fs::read(&wal).unwrap();
    fs::write(&wal, &log[..log.len().min(32)]).unwrap();
    let mut command = installation.command(&[]);
    command.env("LOG_LEVEL", "off");
    let (code, said) = installation.outcome(command).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("restore"), "{said}");
}

#[tokio::test]
async fn a_database_file_that_is_deleted_or_replaced_under_the_service_shows_in_ready() {
    for replaced in [false, true] {
        let installation = Installation::new().await;
        let process = installation.start().await;
        let browser = installation.browser();
        assert_eq!(browser.get("/ready").await.status, 200);
        let file = installation.file("integration.db");
        fs::rename(&file, installation.file("moved.db")).unwrap();
        if replaced {
            fs::copy(installation.file("moved.db"), &file).unwrap();
        }
        until("readiness tells", async || {
            browser.get("/ready").await.status == 503
        })
        .await;
        let answer = browser.get("/ready").await;
        assert!(
            answer.body.contains("deleted or replaced"),
            "{}",
            answer.body
        );
        drop(process);
    }
}

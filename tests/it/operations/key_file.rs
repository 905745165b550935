//! The key that a SQLite installation makes for itself: its file, and another key in it.

use std::process::Stdio;

use super::log_file::lines;
use super::rotation::{old_key, sealed_with};
use crate::refresh::fixture::READ;
use crate::support::installation::Installation;

#[tokio::test]
async fn the_key_that_the_service_made_itself_has_a_name_of_its_own_and_is_changed_too() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let mia = installation.logged_in().await;
    let file = installation.file("vault.key");
    let names = || {
        let text = std::fs::read_to_string(&file).unwrap();
        let names = text
            .lines()
            .map(|line| line.split(':').next().unwrap().to_owned());
        names.collect::<Vec<String>>()
    };
    let made = names();
    assert!(made.len() == 1 && made[0].starts_with("key-"), "{made:?}");
    let run = async |words: &[&str]| {
        let mut command = installation.command(words);
        command.stdout(Stdio::null());
        installation.outcome(command).await
    };
    assert_eq!(run(&["vault", "new-key"]).await.0, Some(0));
    let both = names();
    assert_eq!(both.len(), 2);
    assert_eq!(both[1], made[0]);
    let (code, said) = run(&["vault", "rotate", "--wait", "1"]).await;
    assert_eq!(code, Some(1));
    assert!(
        said.contains("vault.key") && said.contains(&both[0]),
        "{said}"
    );
    process.stop().await;
    let process = installation.start().await;
    let (code, said) = run(&["vault", "rotate"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(mia.get(READ).await.status, 200);
    process.stop().await;
    assert_eq!(sealed_with(&installation, &made[0]).await, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.lines().next().unwrap()).unwrap();
    let process = installation.start().await;
    assert_eq!(mia.get(READ).await.status, 200);
    process.stop().await;
}

#[tokio::test]
async fn a_key_file_of_an_earlier_version_is_read_and_changed() {
    let installation = Installation::new().await;
    let file = installation.file("vault.key");
    std::fs::write(&file, old_key()).unwrap();
    let process = installation.start().await;
    let mia = installation.logged_in().await;
    process.stop().await;
    assert!(sealed_with(&installation, "file").await > 0);
    for words in [&["vault", "new-key"][..], &["vault", "rotate"]] {
        let mut command = installation.command(words);
        command.stdout(Stdio::null());
        let (code, said) = installation.outcome(command).await;
        assert_eq!(code, Some(0), "{said}");
    }
    assert_eq!(sealed_with(&installation, "file").await, 0);
    let process = installation.start().await;
    assert_eq!(mia.get(READ).await.status, 200);
    process.stop().await;
}

#[tokio::test]
async fn a_key_that_others_could_read_is_taken_from_them_at_the_start_which_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let installation = Installation::new().await;
    installation.start().await.stop().await;
    let mode_of = |name: &str| {
        let found = std::fs::metadata(installation.file(name)).unwrap();
        found.permissions().mode() & 0o777
    };
    let open = std::fs::Permissions::from_mode(0o666);
    for name in ["vault.key", "integration.db.lock"] {
        std::fs::set_permissions(installation.file(name), open.clone()).unwrap();
    }
    let process = installation.start().await;
    for name in ["vault.key", "integration.db.lock"] {
        assert_eq!(mode_of(name), 0o600, "{name}");
        let said = lines(&installation, |line| {
            let message = line["message"].as_str().unwrap_or_default();
            message.contains(name) && message.contains("could be read by others (mode 666)")
        });
        assert_eq!(said.len(), 1, "{name}");
        assert_eq!(said[0]["level"], "WARN");
    }
    process.stop().await;
    std::fs::set_permissions(installation.file("vault.key"), open).unwrap();
    let (_, said) = installation.outcome(installation.command(&["check"])).await;
    assert!(!said.contains("panicked"), "{said}");
    assert_eq!(mode_of("vault.key"), 0o600, "check opens the store, too");
}

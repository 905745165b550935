//! What the vault promises of a real database: nothing in clear, nothing moved, no wrong key.

use integration_backend::model::product::Product;
use integration_backend::store::error::StoreError;
use integration_backend::store::vault::{Vault, VaultError};
use rstest::rstest;

use crate::store::fixture::{Stored, key, mia, strangers, vault};
use crate::support::database::Database;
use crate::support::raw_database::Raw;

const SEALED: [&str; 2] = ["access_token_sealed", "refresh_token_sealed"];

async fn opens(stored: &Stored) -> Result<(), VaultError> {
    let store = &stored.store;
    let opened = async {
        let read = store.connection(&mia(), Product::Jira).await?;
        let grant = read.unwrap().grant;
        store.access_token(&grant)?;
        store.refresh_token(&grant).map(|_| ())
    };
    match opened.await {
        Ok(()) => Ok(()),
        Err(StoreError::Vault(error)) => Err(error),
        Err(error) => panic!("{error}"),
    }
}

async fn sealed(raw: &mut Raw, column: &str, id: &str) -> String {
    let sql = format!("SELECT {column} FROM grants WHERE id = '{id}'");
    raw.text(sql).await.unwrap()
}

#[rstest]
#[tokio::test]
async fn sealed_columns_hold_no_clear_text(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "canary").await;
    let mut raw = stored.raw().await;
    for column in SEALED {
        let text = sealed(&mut raw, column, &grant.id).await;
        assert!(text.starts_with("v1.first."), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }
}

#[tokio::test]
async fn no_file_of_the_database_holds_a_token_in_clear() {
    let stored = Stored::new(Database::Sqlite).await;
    stored.log_in(&mia(), "canary").await;
    let mut seen = 0;
    for entry in std::fs::read_dir(&stored.database.folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        seen += usize::from(text.contains("Mia Krystof"));
        assert!(!text.contains("access-canary") && !text.contains("refresh-canary"));
    }
    assert!(seen > 0, "the rows are somewhere in these files");
}

#[rstest]
#[tokio::test]
async fn a_ciphertext_copied_to_another_row_or_column_does_not_open(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let mine = stored.log_in(&mia(), "mine").await;
    let mut raw = stored.raw().await;
    for stranger in strangers() {
        let theirs = stored.log_in(&stranger, "theirs").await;
        for column in SEALED {
            let kept = sealed(&mut raw, column, &mine.id).await;
            let copied = sealed(&mut raw, column, &theirs.id).await;
            let put = |text: &str| {
                format!(
                    "UPDATE grants SET {column} = '{text}' WHERE id = '{}'",
                    mine.id
                )
            };
            raw.run(put(&copied)).await;
            assert_eq!(opens(&stored).await, Err(VaultError::DoesNotOpen));
            raw.run(put(&kept)).await;
            assert_eq!(opens(&stored).await, Ok(()));
        }
    }
    let swap = "UPDATE grants SET access_token_sealed = refresh_token_sealed, refresh_token_sealed = access_token_sealed";
    raw.run(swap).await;
    assert_eq!(opens(&stored).await, Err(VaultError::DoesNotOpen));
}

#[rstest]
#[tokio::test]
async fn an_older_ciphertext_put_back_into_a_newer_row_does_not_open(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "old").await;
    let mut raw = stored.raw().await;
    let old = sealed(&mut raw, "refresh_token_sealed", &grant.id).await;
    let leased = stored.lease(&grant).await.unwrap();
    let renewed = stored.renewed("new");
    assert!(stored.store.commit_tokens(&leased, &renewed).await.unwrap());
    assert_eq!(opens(&stored).await, Ok(()));
    raw.run(format!("UPDATE grants SET refresh_token_sealed = '{old}'"))
        .await;
    assert_eq!(opens(&stored).await, Err(VaultError::DoesNotOpen));
}

#[rstest]
#[tokio::test]
async fn a_generation_set_back_opens_nothing(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.log_in(&mia(), "one").await;
    let mut raw = stored.raw().await;
    raw.run("UPDATE grants SET generation = generation + 1")
        .await;
    assert_eq!(opens(&stored).await, Err(VaultError::DoesNotOpen));
}

#[rstest]
#[tokio::test]
async fn the_start_fails_with_one_line_when_the_key_is_another_or_missing(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    stored.log_in(&mia(), "one").await;
    let mut raw = stored.raw().await;
    for (ring, expected) in [
        (
            Vault::new(key("first", 8), vec![]),
            VaultError::WrongKey(String::from("first")),
        ),
        (
            Vault::new(key("second", 8), vec![]),
            VaultError::KeyMissing(String::from("first")),
        ),
        (
            Vault::new(key("second", 8), vec![key("first", 9)]),
            VaultError::WrongKey(String::from("first")),
        ),
    ] {
        let error = stored.another(ring).await.unwrap_err();
        assert!(
            matches!(&error, StoreError::Vault(found) if *found == expected),
            "{error}"
        );
        let line = error.to_string();
        assert!(
            !line.contains('\n') && line.contains("VAULT_KEYS") && line.contains("\"first\""),
            "{line}"
        );
        let proofs = raw.number("SELECT COUNT(*) FROM vault_checks").await;
        assert_eq!(proofs, Some(1), "nothing was made");
    }
    assert_eq!(opens(&stored).await, Ok(()));
    assert!(stored.store.vault_opens().await.unwrap());
}

#[rstest]
#[tokio::test]
async fn a_new_first_key_seals_and_the_old_one_in_the_ring_still_opens(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let mut stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "old").await;
    let rotated = Vault::new(key("second", 8), vec![key("first", 7)]);
    // A process that lives and does not know the new key would be waited for.
    stored.store.close().await;
    stored.store = stored.another(rotated).await.unwrap();
    let read = stored.connected(&mia(), Product::Jira).await.grant;
    assert_eq!(stored.tokens(&read), "access-old refresh-old");
    let leased = stored.lease(&grant).await.unwrap();
    let renewed = stored.renewed("new");
    assert!(stored.store.commit_tokens(&leased, &renewed).await.unwrap());
    let mut raw = stored.raw().await;
    for column in SEALED {
        let text = sealed(&mut raw, column, &grant.id).await;
        assert!(text.starts_with("v1.second."), "{text}");
    }
    let back = stored.another(vault()).await.unwrap_err();
    let missing = VaultError::KeyMissing(String::from("second"));
    assert!(matches!(back, StoreError::Vault(found) if found == missing));
}

#[rstest]
#[tokio::test]
async fn a_vault_whose_proof_was_damaged_says_so(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    assert!(stored.store.vault_opens().await.unwrap());
    let mut raw = stored.raw().await;
    raw.run("UPDATE vault_checks SET sealed = 'v1.first.AAAA'")
        .await;
    assert!(!stored.store.vault_opens().await.unwrap());
}

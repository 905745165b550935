//! What the vault promises of a sealed text, without a database.

use super::*;
use crate::store::sealed_columns::{FLOW_VERIFIER, GRANT_ACCESS_TOKEN, GRANT_REFRESH_TOKEN};

fn vault() -> Vault {
    Vault::new(VaultKey::new("a", [7; 32]), vec![])
}

const ASSOCIATED: AssociatedData<'static> = AssociatedData {
    column: &GRANT_ACCESS_TOKEN,
    tenant: "t",
    owner: "o",
    row: "r",
    generation: 3,
};

#[test]
fn a_sealed_value_opens_in_its_place_and_shows_nothing() {
    let sealed = vault()
        .sealing()
        .seal(&ASSOCIATED, &Secret::new("hunter2"))
        .unwrap();
    assert!(sealed.starts_with("v1.a.") && !sealed.contains("hunter2"));
    assert_eq!(
        vault().open(&ASSOCIATED, &sealed).unwrap().expose(),
        "hunter2"
    );
    assert_ne!(
        sealed,
        vault()
            .sealing()
            .seal(&ASSOCIATED, &Secret::new("hunter2"))
            .unwrap()
    );
}

#[test]
fn a_value_moved_to_any_other_place_does_not_open() {
    let sealed = vault()
        .sealing()
        .seal(&ASSOCIATED, &Secret::new("hunter2"))
        .unwrap();
    for other in [
        AssociatedData {
            column: &FLOW_VERIFIER,
            ..ASSOCIATED
        },
        AssociatedData {
            column: &GRANT_REFRESH_TOKEN,
            ..ASSOCIATED
        },
        AssociatedData {
            tenant: "u",
            ..ASSOCIATED
        },
        AssociatedData {
            owner: "p",
            ..ASSOCIATED
        },
        AssociatedData {
            row: "s",
            ..ASSOCIATED
        },
        AssociatedData {
            generation: 4,
            ..ASSOCIATED
        },
    ] {
        assert_eq!(
            vault().open(&other, &sealed).unwrap_err(),
            VaultError::DoesNotOpen,
            "{other:?}"
        );
    }
}

#[test]
fn an_old_key_in_the_ring_opens_and_a_missing_one_says_so() {
    let sealed = vault()
        .sealing()
        .seal(&ASSOCIATED, &Secret::new("x"))
        .unwrap();
    let rotated = Vault::new(
        VaultKey::new("b", [8; 32]),
        vec![VaultKey::new("a", [7; 32])],
    );
    assert_eq!(rotated.open(&ASSOCIATED, &sealed).unwrap().expose(), "x");
    let lost = Vault::new(VaultKey::new("b", [8; 32]), vec![]);
    assert_eq!(
        lost.open(&ASSOCIATED, &sealed).unwrap_err(),
        VaultError::KeyMissing(String::from("a"))
    );
}

#[tokio::test]
async fn a_key_is_out_of_use_when_the_last_text_under_it_is_written() {
    let ring = Vault::new(
        VaultKey::new("b", [8; 32]),
        vec![VaultKey::new("a", [7; 32])],
    );
    ring.seal_with(1).await;
    let writing = ring.sealing();
    let changing = ring.seal_with(0);
    let mut changing = std::pin::pin!(changing);
    let early = tokio::time::timeout(LOOK_EVERY * 4, &mut changing).await;
    assert!(early.is_err(), "somebody still writes under the old key");
    let sealed = |sealing: &Sealing<'_>| sealing.seal(&ASSOCIATED, &Secret::new("x")).unwrap();
    assert!(sealed(&writing).starts_with("v1.a."));
    assert!(sealed(&ring.sealing()).starts_with("v1.b."), "nobody waits");
    drop(writing);
    changing.await;
}

#[test]
fn a_signature_follows_the_sealing_key_and_every_key_of_the_ring_verifies() {
    let old = vault().signing_key("x");
    let ring = Vault::new(
        VaultKey::new("b", [8; 32]),
        vec![VaultKey::new("a", [7; 32])],
    );
    let both = ring.signing_key("x");
    assert!(both.verifies(&["1"], &old.sign(&["1"])));
    assert!(!old.verifies(&["1"], &both.sign(&["1"])));
    ring.choice.change(1);
    assert!(old.verifies(&["1"], &both.sign(&["1"])));
}

#[test]
fn the_marks_of_a_ring_tell_keys_of_one_name_apart_and_show_none() {
    let one = Vault::new(VaultKey::new("a", [7; 32]), vec![]).marks();
    let other = Vault::new(VaultKey::new("a", [8; 32]), vec![]).marks();
    assert_ne!(one, other);
    assert!(one[0].starts_with("a:") && one[0].len() == 18, "{one:?}");
    assert!(!one[0].contains("0707"));
}

#[test]
fn damaged_text_does_not_open() {
    let sealed = vault()
        .sealing()
        .seal(&ASSOCIATED, &Secret::new("x"))
        .unwrap();
    for text in [
        "",
        "v1",
        "v1.a",
        "v1.a.!!",
        "v1.a.AAAA",
        "v2.a.AAAA",
        &sealed[..sealed.len() - 2],
    ] {
        assert!(vault().open(&ASSOCIATED, text).is_err(), "{text}");
    }
}

//! The seeded world: repeatable, large enough, and valid by the sandbox's own rules.

use crate::world::World;
use crate::{adf_check, storage};

#[test]
fn the_seed_is_the_same_every_time_and_large_enough_to_page_through() {
    let now = 1_700_000_000_000;
    let world = World::seeded(now);
    let again = World::seeded(now);
    assert_eq!(
        serde_json::to_string(&world).unwrap(),
        serde_json::to_string(&again).unwrap()
    );
    let acme = &world.sites[0];
    assert!(acme.projects.len() >= 28, "{}", acme.projects.len());
    assert!(acme.issues.len() >= 350, "{}", acme.issues.len());
    assert!(acme.spaces.len() >= 36, "{}", acme.spaces.len());
    assert!(acme.pages.len() >= 180, "{}", acme.pages.len());
    assert!(
        acme.issues
            .iter()
            .all(|issue| issue.created <= issue.updated && issue.updated <= now)
    );
}

#[test]
fn every_seeded_text_passes_the_same_checks_as_a_written_one() {
    let world = World::seeded(1_700_000_000_000);
    for site in &world.sites {
        for issue in &site.issues {
            let description = issue.description.as_ref();
            assert_eq!(
                description.map(adf_check::check).transpose().map(|_| ()),
                Ok(()),
                "{}",
                issue.key
            );
            for comment in &issue.comments {
                assert_eq!(adf_check::check(&comment.body), Ok(()), "{}", issue.key);
            }
        }
        for page in &site.pages {
            let storage = &page.latest().storage;
            assert!(storage::parse(storage).is_ok(), "{}: {storage}", page.title);
        }
    }
}

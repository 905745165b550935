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

#[test]
fn a_world_that_was_saved_before_there_were_boards_is_still_read() {
    let world = World::seeded(1_700_000_000_000);
    let mut saved = serde_json::to_value(&world).unwrap();
    for site in saved["sites"].as_array_mut().unwrap() {
        site.as_object_mut().unwrap().remove("tracker");
        for project in site["projects"].as_array_mut().unwrap() {
            project.as_object_mut().unwrap().remove("releases");
            for component in project["components"].as_array_mut().unwrap() {
                *component = component["name"].take();
            }
        }
        for issue in site["issues"].as_array_mut().unwrap() {
            issue.as_object_mut().unwrap().remove("around");
        }
    }
    let mut read: World = serde_json::from_value(saved).unwrap();
    read.number_components();
    let ids = |world: &World| -> Vec<(u64, String)> {
        let projects = world.sites.iter().flat_map(|site| &site.projects);
        let components = projects.flat_map(|project| &project.components);
        components.map(|one| (one.id, one.name.clone())).collect()
    };
    assert_eq!(ids(&read), ids(&world));
    assert!(read.sites[0].tracker.sprints.is_empty());
}

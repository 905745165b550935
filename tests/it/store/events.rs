//! Events in the store, on both databases: numbered without gaps, an owner's own, kept for a while.

use std::time::Duration;

use integration_backend::model::event::{EventType, NewEvent, RefreshNote};
use integration_backend::model::product::Product;
use rstest::rstest;

use crate::store::fixture::{HOUR, Stored, mia, strangers};
use crate::support::database::Database;

fn event(message: &str) -> NewEvent {
    NewEvent {
        grant_id: None,
        product: None,
        event_type: EventType::Info,
        refresh: None,
        message: message.to_owned(),
    }
}

#[rstest]
#[tokio::test]
async fn events_are_numbered_without_gaps_though_two_processes_write_at_once(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let other = stored
        .another(crate::store::fixture::vault())
        .await
        .unwrap();
    let (one, two) = (event("one"), event("two"));
    let scope = mia();
    let writes = (0..20).map(|round| {
        let (store, event) = if round % 2 == 0 {
            (&stored.store, &one)
        } else {
            (&other, &two)
        };
        store.add_event(&scope, event)
    });
    let mut numbers: Vec<i64> = futures_util::future::try_join_all(writes).await.unwrap();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<i64>>());
    for stranger in strangers() {
        assert_eq!(stored.store.add_event(&stranger, &one).await.unwrap(), 1);
        assert_eq!(
            stored
                .store
                .newest_events(&stranger, None, 100)
                .await
                .unwrap()
                .len(),
            1
        );
    }
    let after = stored.store.events_after(&scope, 17, 2).await.unwrap();
    assert_eq!(
        after.iter().map(|event| event.seq).collect::<Vec<_>>(),
        [18, 19]
    );
    let newest = stored.store.newest_events(&scope, None, 2).await.unwrap();
    assert_eq!(
        newest.iter().map(|event| event.seq).collect::<Vec<_>>(),
        [20, 19]
    );
}

#[rstest]
#[tokio::test]
async fn an_event_of_a_grant_concerns_the_products_it_serves(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "first").await;
    let of_grant = NewEvent {
        grant_id: Some(grant.id.clone()),
        ..event("of the grant")
    };
    let of_jira = NewEvent {
        product: Some(Product::Jira),
        ..event("of Jira")
    };
    stored.store.add_event(&mia(), &of_grant).await.unwrap();
    stored.store.add_event(&mia(), &of_jira).await.unwrap();
    stored
        .store
        .delete_connection(&mia(), Product::Jira)
        .await
        .unwrap();
    stored.store.add_event(&mia(), &of_grant).await.unwrap();
    let seen = async |product| -> Vec<Option<Product>> {
        let events = stored
            .store
            .newest_events(&mia(), product, 100)
            .await
            .unwrap();
        events.iter().map(|event| event.product).collect()
    };
    let (jira, confluence) = (Some(Product::Jira), Some(Product::Confluence));
    assert_eq!(seen(None).await, [confluence, jira, None]);
    assert_eq!(seen(jira).await, [jira, None]);
    assert_eq!(seen(confluence).await, [confluence, None]);
}

#[rstest]
#[tokio::test]
async fn refreshes_are_counted_for_their_grant_and_by_the_hour(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let grant = stored.log_in(&mia(), "first").await;
    let refresh = |attempts, succeeded| NewEvent {
        grant_id: Some(grant.id.clone()),
        refresh: Some(RefreshNote {
            attempts,
            succeeded,
        }),
        ..event("refresh")
    };
    let since = stored.now();
    for (attempts, succeeded) in [(1, true), (3, false)] {
        stored
            .store
            .add_event(&mia(), &refresh(attempts, succeeded))
            .await
            .unwrap();
    }
    stored.clock.advance(HOUR);
    stored
        .store
        .add_event(&mia(), &refresh(2, true))
        .await
        .unwrap();
    // Somebody else's event about this grant changes nothing.
    for stranger in strangers() {
        stored
            .store
            .add_event(&stranger, &refresh(9, true))
            .await
            .unwrap();
    }
    let record = stored
        .store
        .refresh_record(&mia(), &grant.id)
        .await
        .unwrap();
    assert_eq!(
        (record.attempted, record.succeeded, record.failed),
        (6, 2, 1)
    );
    let hours = stored.store.refreshes_by_hour(&mia(), since).await.unwrap();
    let counts: Vec<_> = hours
        .iter()
        .map(|hour| (hour.succeeded, hour.failed))
        .collect();
    assert_eq!(counts, [(1, 1), (1, 0)]);
    assert_eq!(hours[1].start.since(hours[0].start), HOUR);
    let later = stored
        .store
        .refreshes_by_hour(&mia(), since.plus(HOUR))
        .await
        .unwrap();
    assert_eq!(later.len(), 1);
    for stranger in strangers() {
        let record = stored
            .store
            .refresh_record(&stranger, &grant.id)
            .await
            .unwrap();
        assert_eq!(record.attempted, 0);
    }
}

#[rstest]
#[tokio::test]
async fn an_owner_keeps_the_newest_five_hundred_and_numbers_go_on(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let mut raw = stored.raw().await;
    for seq in 1..=549 {
        raw.run(format!(
            "INSERT INTO grant_events (tenant, owner, seq, event_type, message, happened_at) VALUES ('default', 'mia', {seq}, 'info', 'x', {})",
            stored.now().millis()
        ))
        .await;
    }
    let other = &strangers()[0];
    stored
        .store
        .add_event(other, &event("another's"))
        .await
        .unwrap();
    assert_eq!(
        stored
            .store
            .add_event(&mia(), &event("newest"))
            .await
            .unwrap(),
        550
    );
    let oldest = "SELECT MIN(seq) FROM grant_events WHERE owner = 'mia'";
    assert_eq!(raw.number(oldest).await, Some(51));
    let day = Duration::from_hours(24);
    stored.clock.advance(day * 91);
    assert_eq!(stored.store.prune_events(day * 90).await.unwrap(), 499);
    assert_eq!(raw.number(oldest).await, Some(550), "the newest stays");
    assert_eq!(
        stored
            .store
            .add_event(&mia(), &event("next"))
            .await
            .unwrap(),
        551
    );
    assert_eq!(
        stored
            .store
            .newest_events(other, None, 9)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[rstest]
#[tokio::test]
async fn other_processes_news_and_reminders_are_found(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let stored = Stored::new(kind).await;
    let reminder = NewEvent {
        grant_id: Some(String::from("grant")),
        ..event("again")
    };
    let before = stored.now();
    stored.store.add_event(&mia(), &reminder).await.unwrap();
    stored.store.add_event(&mia(), &reminder).await.unwrap();
    stored.clock.advance(HOUR);
    let has =
        async |event: &NewEvent, since| stored.store.has_event(&mia(), event, since).await.unwrap();
    assert!(has(&reminder, before.minus(HOUR)).await);
    assert!(!has(&reminder, before).await);
    assert!(!has(&event("again"), before.minus(HOUR)).await);
    assert!(
        !stored
            .store
            .has_event(&strangers()[0], &reminder, before.minus(HOUR))
            .await
            .unwrap()
    );
    let newest = stored.store.newest_events_everywhere(before).await.unwrap();
    assert_eq!(
        (newest.len(), newest[0].seq, newest[0].owner.as_str()),
        (1, 2, "mia")
    );
    let newest = stored
        .store
        .newest_events_everywhere(before.plus(HOUR))
        .await
        .unwrap();
    assert!(newest.is_empty());
}

#[tokio::test]
async fn every_question_about_events_has_an_index() {
    let stored = Stored::new(Database::Sqlite).await;
    let mut raw = stored.raw().await;
    for (condition, index) in [
        (
            "tenant = 'a' AND owner = 'b' AND seq > 5 ORDER BY seq",
            "sqlite_autoindex_grant_events_1 (tenant=? AND owner=? AND seq>?)",
        ),
        (
            "tenant = 'a' AND owner = 'b' AND happened_at >= 5 AND refresh IS NOT NULL",
            "sqlite_autoindex_grant_events_1 (tenant=? AND owner=?)",
        ),
        ("happened_at >= 5", "grant_events_by_time (happened_at>?)"),
    ] {
        let plan = raw
            .plan(format!(
                "SELECT message FROM grant_events WHERE {condition}"
            ))
            .await;
        assert!(
            plan.contains(index) && !plan.contains("TEMP B-TREE"),
            "{condition}: {plan}"
        );
    }
}

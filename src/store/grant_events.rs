//! What happened to grants and connections: numbered per owner, pruned to the newest few hundred.

use super::Store;
use super::error::StoreError;
use super::pool::{in_transaction, on_reader};
use super::row::row;
use crate::model::event::{EventType, GrantEvent, NewEvent, RefreshHour, RefreshRecord};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::time::Timestamp;

/// How many events an owner keeps at least.
const KEPT: i64 = 500;
/// Every so many events the ones beyond [`KEPT`] are removed.
const PRUNE_EVERY: i64 = 50;
/// How often an event that loses its number to another process's is written again. Only events of one
/// owner in one tenant meet, so losing this often means that something else is wrong.
const WRITE_ATTEMPTS: usize = 16;
const HOUR_MILLIS: i64 = 3_600_000;

row! {
    /// The newest event of one namespace.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct NewestEvent {
        /// The namespace.
        pub tenant: String,
        /// The owner.
        pub owner: String,
        /// The event's number.
        pub seq: i64,
    }
}

row! {
    struct EventRow {
        seq: i64,
        product: Option<String>,
        event_type: String,
        message: String,
        happened_at: i64,
    }
}

impl TryFrom<EventRow> for GrantEvent {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        let event_type = EventType::parse(&row.event_type)
            .ok_or(StoreError::Corrupt("grant_events.event_type"))?;
        Ok(Self {
            seq: row.seq,
            product: row.product.as_deref().and_then(Product::parse),
            event_type,
            message: row.message,
            at: Timestamp::from_millis(row.happened_at),
        })
    }
}

impl Store {
    /// Writes an event down, and adds a refresh to its grant's record. Gives the event's number.
    ///
    /// # Errors
    /// When the database fails, or other writers were first every time.
    pub async fn add_event(&self, scope: &Scope, event: &NewEvent) -> Result<i64, StoreError> {
        let (tenant, owner) = (scope.tenant().as_str(), scope.owner().as_str());
        let now = self.clock.now().millis();
        let refresh = event.refresh.map(|note| {
            if note.succeeded {
                "succeeded"
            } else {
                "failed"
            }
        });
        in_transaction!(self, |tx| {
            if let Some(note) = event.refresh {
                sqlx::query(COUNT_REFRESH)
                    .bind(i64::from(note.attempts))
                    .bind(i64::from(note.succeeded))
                    .bind(i64::from(!note.succeeded))
                    .bind(&event.grant_id)
                    .bind(tenant)
                    .bind(owner)
                    .execute(&mut *tx)
                    .await?;
            }
            let mut written: Option<(i64,)> = None;
            for _ in 0..WRITE_ATTEMPTS {
                written = sqlx::query_as(ADD_EVENT)
                    .bind(tenant)
                    .bind(owner)
                    .bind(&event.grant_id)
                    .bind(event.product.map(Product::as_str))
                    .bind(event.event_type.as_str())
                    .bind(refresh)
                    .bind(&event.message)
                    .bind(now)
                    .fetch_optional(&mut *tx)
                    .await?;
                if written.is_some() {
                    break;
                }
            }
            let (seq,) = written.ok_or(StoreError::Contended)?;
            if seq > KEPT && seq % PRUNE_EVERY == 0 {
                sqlx::query(
                    "DELETE FROM grant_events WHERE tenant = $1 AND owner = $2 AND seq <= $3",
                )
                .bind(tenant)
                .bind(owner)
                .bind(seq - KEPT)
                .execute(&mut *tx)
                .await?;
            }
            Ok(seq)
        })
    }

    /// The owner's newest events, newest first; with `product`, those that concern it.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn newest_events(
        &self,
        scope: &Scope,
        product: Option<Product>,
        limit: i64,
    ) -> Result<Vec<GrantEvent>, StoreError> {
        let rows: Vec<EventRow> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT seq, product, event_type, message, happened_at FROM grant_events
                 WHERE tenant = $1 AND owner = $2 AND ($3 IS NULL OR product IS NULL OR product = $3)
                 ORDER BY seq DESC LIMIT $4 + 0",
            )
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(product.map(Product::as_str))
            .bind(limit)
            .fetch_all(db)
            .await?
        });
        rows.into_iter().map(GrantEvent::try_from).collect()
    }

    /// The owner's events after the one with the number `seq`, oldest first.
    ///
    /// # Errors
    /// When the database fails, or holds a row that cannot be read.
    pub async fn events_after(
        &self,
        scope: &Scope,
        seq: i64,
        limit: i64,
    ) -> Result<Vec<GrantEvent>, StoreError> {
        let rows: Vec<EventRow> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT seq, product, event_type, message, happened_at FROM grant_events
                 WHERE tenant = $1 AND owner = $2 AND seq > $3 ORDER BY seq LIMIT $4 + 0",
            )
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(seq)
            .bind(limit)
            .fetch_all(db)
            .await?
        });
        rows.into_iter().map(GrantEvent::try_from).collect()
    }

    /// Whether an event with these words has happened to the owner's grant, or to none of theirs, since `since`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_event(
        &self,
        scope: &Scope,
        event: &NewEvent,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let found: Option<(i64,)> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT seq FROM grant_events WHERE tenant = $1 AND owner = $2
                   AND (grant_id = $3 OR (grant_id IS NULL AND CAST($3 AS TEXT) IS NULL))
                   AND event_type = $4 AND message = $5 AND happened_at > $6 LIMIT 1",
            )
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(&event.grant_id)
            .bind(event.event_type.as_str())
            .bind(&event.message)
            .bind(since.millis())
            .fetch_optional(db)
            .await?
        });
        Ok(found.is_some())
    }

    /// The newest event of every namespace in which something has happened since `since`: what the
    /// other processes on this database may have changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_events_everywhere(
        &self,
        since: Timestamp,
    ) -> Result<Vec<NewestEvent>, StoreError> {
        let rows: Vec<NewestEvent> = on_reader!(self, |db| {
            sqlx::query_as(NEWEST_EVERYWHERE)
                .bind(since.millis())
                .fetch_all(db)
                .await?
        });
        Ok(rows)
    }

    /// How the refreshes of the owner's grant went, and when the next one is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh_record(
        &self,
        scope: &Scope,
        grant_id: &str,
    ) -> Result<RefreshRecord, StoreError> {
        let row: Option<(Option<i64>, i64, i64, i64)> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT due_at, refreshes_attempted, refreshes_succeeded, refreshes_failed FROM grants
                 WHERE id = $1 AND tenant = $2 AND owner = $3",
            )
            .bind(grant_id)
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .fetch_optional(db)
            .await?
        });
        Ok(row.map_or_else(
            RefreshRecord::default,
            |(due_at, attempted, succeeded, failed)| RefreshRecord {
                due_at: due_at.map(Timestamp::from_millis),
                attempted,
                succeeded,
                failed,
            },
        ))
    }

    /// The owner's refreshes since `since` by the hour, oldest first; hours without any are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refreshes_by_hour(
        &self,
        scope: &Scope,
        since: Timestamp,
    ) -> Result<Vec<RefreshHour>, StoreError> {
        let rows: Vec<(i64, i64, i64)> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT happened_at / 3600000 AS hour,
                   COUNT(CASE WHEN refresh = 'succeeded' THEN 1 END), COUNT(CASE WHEN refresh = 'failed' THEN 1 END)
                 FROM grant_events WHERE tenant = $1 AND owner = $2 AND happened_at >= $3 AND refresh IS NOT NULL
                 GROUP BY happened_at / 3600000 ORDER BY hour",
            )
            .bind(scope.tenant().as_str())
            .bind(scope.owner().as_str())
            .bind(since.millis())
            .fetch_all(db)
            .await?
        });
        let hour = |(hour, succeeded, failed): (i64, i64, i64)| RefreshHour {
            start: Timestamp::from_millis(hour * HOUR_MILLIS),
            succeeded,
            failed,
        };
        Ok(rows.into_iter().map(hour).collect())
    }
}

/// Recent events are found by time first. Grouped at once, SQLite walks the primary key instead, which is
/// in the order of the groups, and so the whole table, every two seconds.
pub const NEWEST_EVERYWHERE: &str = "WITH recent AS MATERIALIZED
   (SELECT tenant, owner, seq FROM grant_events WHERE happened_at >= $1)
 SELECT tenant, owner, MAX(seq) AS seq FROM recent GROUP BY tenant, owner";

const COUNT_REFRESH: &str = "UPDATE grants SET refreshes_attempted = refreshes_attempted + $1,
       refreshes_succeeded = refreshes_succeeded + $2, refreshes_failed = refreshes_failed + $3
     WHERE id = $4 AND tenant = $5 AND owner = $6";

/// Numbers the event after the owner's newest; a number that another process was first to take gives
/// no row. Without a product it concerns the one that the grant serves, or both.
///
/// Not a sequence: its numbers have gaps and may be committed in another order than they were drawn
/// (<https://www.postgresql.org/docs/current/functions-sequence.html>), so a reader who has seen 7 could
/// miss a 6 that comes later. Here the second writer waits at the unique key until the first has
/// committed, and only then takes the next number.
const ADD_EVENT: &str = "INSERT INTO grant_events
       (tenant, owner, seq, grant_id, product, event_type, refresh, message, happened_at)
     SELECT $1, $2, COALESCE(MAX(seq), 0) + 1, $3,
       COALESCE($4, (SELECT CASE WHEN COUNT(*) = 1 THEN MIN(c.product) END FROM connections c
         WHERE c.tenant = $1 AND c.owner = $2 AND c.grant_id = $3)),
       $5, $6, $7, $8
     FROM grant_events WHERE tenant = $1 AND owner = $2
     ON CONFLICT (tenant, owner, seq) DO NOTHING
     RETURNING seq";

//! What is written down of a copy to another database, on both sides, so that one service runs on one of them.

use super::Store;
use super::error::StoreError;
use super::pool::{in_transaction, on_reader};
use super::registry::{LivingProcess, ONE_AT_A_TIME, READ_PROCESSES};
use super::row::row;
use crate::model::ids::new_id;
use crate::model::time::Timestamp;

/// How far `schema_info.oldest_epoch` is raised while no service may start here: programs that know nothing
/// of moves are kept out by it.
pub(super) const CLOSED: i64 = 1_000_000;

pub(super) const READ_MOVES: &str =
    "SELECT id, direction, place, started_at, finished_at FROM moves ORDER BY started_at, id";
const CLOSE: &str =
    "UPDATE schema_info SET oldest_epoch = oldest_epoch + $1 WHERE oldest_epoch < $1";
const OPEN: &str =
    "UPDATE schema_info SET oldest_epoch = oldest_epoch - $1 WHERE oldest_epoch >= $1";
const FINISH: &str = "UPDATE moves SET finished_at = $1 WHERE id = $2 AND finished_at IS NULL";

row! {
    /// A copy, as one side knows it.
    #[derive(Debug, Clone)]
    pub(crate) struct MoveRow {
        pub(crate) id: String,
        direction: String,
        pub(crate) place: String,
        started_at: i64,
        finished_at: Option<i64>,
    }
}

impl MoveRow {
    fn leads_away(&self) -> bool {
        self.direction == "to"
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.finished_at.is_some()
    }

    /// Why no service may start here; none: it may.
    fn objection(&self) -> Option<String> {
        let place = &self.place;
        let began = Timestamp::from_millis(self.started_at);
        match (self.leads_away(), self.is_finished()) {
            (true, true) => Some(format!(
                "this database was moved to {place} ({began}): set INTEGRATION_DB_URL to that one. To use this one again, without what was written there since: integration-backend copy-to --undo"
            )),
            (true, false) => Some(format!(
                "this database is being moved to {place}, and that was broken off: run integration-backend copy-to again with its address; to stay here instead: integration-backend copy-to --undo"
            )),
            (false, false) => Some(format!(
                "this database holds a part of {place}: run integration-backend copy-to there once more to complete it, or remove this one"
            )),
            (false, true) => None,
        }
    }
}

/// Refuses a database that was moved away or is not complete.
pub(super) fn refuse_moved(rows: &[MoveRow]) -> Result<(), StoreError> {
    match rows.iter().find_map(MoveRow::objection) {
        Some(text) => Err(StoreError::Moved(text)),
        None => Ok(()),
    }
}

impl Store {
    /// The copy that leads away from here, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn move_away(&self) -> Result<Option<MoveRow>, StoreError> {
        Ok(self.moves().await?.into_iter().find(MoveRow::leads_away))
    }

    /// The newest copy that was made to here, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn move_here(&self) -> Result<Option<MoveRow>, StoreError> {
        let rows = self.moves().await?;
        Ok(rows.into_iter().rfind(|row| !row.leads_away()))
    }

    async fn moves(&self) -> Result<Vec<MoveRow>, StoreError> {
        Ok(on_reader!(self, |db| {
            sqlx::query_as(READ_MOVES).fetch_all(db).await?
        }))
    }

    /// Closes this database for services, because what is here goes to `place`, or comes from there under
    /// the id `of`. Gives the copy's id, or the processes that live here: then nothing is written.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn begin_move(
        &self,
        of: Option<&str>,
        place: &str,
    ) -> Result<Result<String, Vec<LivingProcess>>, StoreError> {
        let gone = self.gone().await?;
        let now = self.clock.now();
        let (id, direction) = match of {
            Some(id) => (id.to_owned(), "from"),
            None => (new_id(now), "to"),
        };
        in_transaction!(self, |tx| {
            sqlx::query(ONE_AT_A_TIME).execute(&mut *tx).await?;
            let rows = sqlx::query_as(READ_PROCESSES).fetch_all(&mut *tx).await?;
            let others = self.living(rows, &gone);
            if !others.is_empty() {
                return Ok(Err(others));
            }
            sqlx::query(
                "INSERT INTO moves (id, direction, place, started_at) VALUES ($1, $2, $3, $4)",
            )
            .bind(&id)
            .bind(direction)
            .bind(place)
            .bind(now.millis())
            .execute(&mut *tx)
            .await?;
            sqlx::query(CLOSE).bind(CLOSED).execute(&mut *tx).await?;
            Ok(Ok(id))
        })
    }

    /// Writes down that the copy `id` is complete; where it was made to, services may start from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn finish_move(&self, id: &str, is_here: bool) -> Result<(), StoreError> {
        let now = self.clock.now();
        in_transaction!(self, |tx| {
            sqlx::query(ONE_AT_A_TIME).execute(&mut *tx).await?;
            let finished = sqlx::query(FINISH)
                .bind(now.millis())
                .bind(id)
                .execute(&mut *tx)
                .await?
                .rows_affected();
            if is_here && finished == 1 {
                sqlx::query(OPEN).bind(CLOSED).execute(&mut *tx).await?;
            }
            Ok(())
        })
    }

    /// Forgets the copy that leads away from here: services may start again. Gives where it led.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn undo_move(&self) -> Result<Option<String>, StoreError> {
        let Some(away) = self.move_away().await? else {
            return Ok(None);
        };
        self.forget_move(&away.id).await?;
        Ok(Some(away.place))
    }

    async fn forget_move(&self, id: &str) -> Result<(), StoreError> {
        in_transaction!(self, |tx| {
            sqlx::query(ONE_AT_A_TIME).execute(&mut *tx).await?;
            sqlx::query("DELETE FROM moves WHERE id = $1")
                .bind(id)
                .execute(&mut *tx)
                .await?;
            sqlx::query(OPEN).bind(CLOSED).execute(&mut *tx).await?;
            Ok(())
        })
    }
}

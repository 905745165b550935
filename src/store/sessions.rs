//! Sessions, known by the hash of their token.

use std::sync::Arc;
use std::time::Duration;

use super::Store;
use super::error::StoreError;
use super::pool::{on_reader, on_writer};
use super::row::row;
use crate::model::owner::{Owner, PersonId};
use crate::model::principal::{Person, Principal};
use crate::model::time::Timestamp;

/// A session's use is written down at most this often: else every request would be a write.
const USE_RESOLUTION: Duration = Duration::from_mins(5);

/// A session to be stored.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// The SHA-256 of its token.
    pub token_hash: &'a str,
    /// The login it came from; logging out ends all sessions of one login.
    pub login_id: &'a str,
    /// Whose session it is.
    pub owner: &'a Owner,
    /// The person behind it; none in open mode.
    pub person: Option<&'a Person>,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// A session as it is stored.
#[derive(Debug)]
pub(super) struct Session {
    used_at: Timestamp,
    expires_at: Timestamp,
    principal: Principal,
}

row! {
    struct SessionRow {
        login_id: String,
        owner: String,
        used_at: i64,
        expires_at: i64,
        ..person: SessionPersonRow,
    }
}

row! {
    /// The person's columns, all empty when there is none.
    struct SessionPersonRow {
        id: Option<String>,
        issuer: Option<String>,
        account_id: Option<String>,
        display_name: Option<String>,
        email: Option<String>,
    }
}

impl SessionPersonRow {
    fn person(self) -> Option<Person> {
        Some(Person {
            id: PersonId::new(self.id?),
            issuer: self.issuer?,
            account_id: self.account_id?,
            display_name: self.display_name,
            email: self.email,
        })
    }
}

impl Store {
    /// Stores a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_session(&self, session: &NewSession<'_>) -> Result<(), StoreError> {
        let now = self.clock.now().millis();
        on_writer!(self, |db| {
            sqlx::query(
                "INSERT INTO sessions (token_hash, login_id, owner, person_id, created_at, used_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $5, $6)",
            )
            .bind(session.token_hash)
            .bind(session.login_id)
            .bind(session.owner.as_str())
            .bind(session.person.map(|person| person.id.as_str()))
            .bind(now)
            .bind(session.expires_at.millis())
            .execute(db)
            .await?;
        });
        Ok(())
    }

    /// The caller behind the session with this token hash, unless it has been idle for longer than
    /// `idle` or has ended. Its use is written down.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(
        &self,
        token_hash: &str,
        idle: Duration,
    ) -> Result<Option<Principal>, StoreError> {
        let (recently, key) = (&self.recently, token_hash.to_owned());
        let read = async |hash: &String| self.stored_session(hash).await;
        let found = recently.sessions.or_read(&recently.writes, key, read);
        let now = self.clock.now();
        let Some(session) = found
            .await?
            .filter(|session| now < session.expires_at && now < session.used_at.plus(idle))
        else {
            return Ok(None);
        };
        if now.since(session.used_at) >= USE_RESOLUTION {
            self.forgiven(self.touch_session(token_hash, now).await);
        }
        Ok(Some(session.principal.clone()))
    }

    async fn stored_session(&self, token_hash: &str) -> Result<Option<Arc<Session>>, StoreError> {
        let row: Option<SessionRow> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT s.login_id, s.owner, s.used_at, s.expires_at, p.id, p.issuer, p.account_id, p.display_name, p.email
                 FROM sessions s LEFT JOIN people p ON p.id = s.person_id WHERE s.token_hash = $1",
            )
            .bind(token_hash)
            .fetch_optional(db)
            .await?
        });
        Ok(row.map(|row| {
            let owner = Owner::from_text(row.owner);
            Arc::new(Session {
                used_at: Timestamp::from_millis(row.used_at),
                expires_at: Timestamp::from_millis(row.expires_at),
                principal: Principal::of_session(owner, row.person.person(), row.login_id),
            })
        }))
    }

    /// Whether a login has a session that has neither ended nor been idle for longer than `idle`. Being
    /// asked is no use of it.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn has_session(
        &self,
        login_id: &str,
        idle: Duration,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let found: Option<(i64,)> = on_reader!(self, |db| {
            sqlx::query_as(
                "SELECT used_at FROM sessions WHERE login_id = $1 AND expires_at > $2 AND used_at > $3 LIMIT 1",
            )
            .bind(login_id)
            .bind(now.millis())
            .bind(now.minus(idle).millis())
            .fetch_optional(db)
            .await?
        });
        Ok(found.is_some())
    }

    async fn touch_session(&self, token_hash: &str, now: Timestamp) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query("UPDATE sessions SET used_at = $1 WHERE token_hash = $2 AND used_at < $1")
                .bind(now.millis())
                .bind(token_hash)
                .execute(db)
                .await?;
        });
        Ok(())
    }

    /// Ends every session of one login.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_login(&self, login_id: &str) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            sqlx::query("DELETE FROM sessions WHERE login_id = $1")
                .bind(login_id)
                .execute(db)
                .await?;
        });
        Ok(())
    }
}

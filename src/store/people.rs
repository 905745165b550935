//! The people who have logged in: one row per issuer and account.

use super::Store;
use super::error::StoreError;
use super::pool::on_writer;
use super::row::row;
use crate::model::grant::Account;
use crate::model::ids::new_id;
use crate::model::owner::PersonId;
use crate::model::principal::Person;

row! {
    struct PersonRow {
        id: String,
        issuer: String,
        account_id: String,
        display_name: Option<String>,
        email: Option<String>,
    }
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        Self {
            id: PersonId::new(row.id),
            issuer: row.issuer,
            account_id: row.account_id,
            display_name: row.display_name,
            email: row.email,
        }
    }
}

impl Store {
    /// Finds or makes the person whom `issuer` knows as `account`, and keeps their newest name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remember_person(
        &self,
        issuer: &str,
        account: &Account,
    ) -> Result<Person, StoreError> {
        let now = self.clock.now();
        let row: PersonRow = on_writer!(self, |db| {
            sqlx::query_as(
                "INSERT INTO people (id, issuer, account_id, display_name, email, created_at) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (issuer, account_id) DO UPDATE SET
                   display_name = COALESCE(excluded.display_name, people.display_name),
                   email = COALESCE(excluded.email, people.email)
                 RETURNING id, issuer, account_id, display_name, email",
            )
            .bind(new_id(now))
            .bind(issuer)
            .bind(&account.account_id)
            .bind(&account.display_name)
            .bind(&account.email)
            .bind(now.millis())
            .fetch_all(db)
            .await?
            .pop()
            .ok_or(sqlx::Error::RowNotFound)?
        });
        Ok(row.into())
    }
}

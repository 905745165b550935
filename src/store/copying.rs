//! Copies every table of one database to another, some rows at a time, whichever of the two is SQLite.
//!
//! Sealed texts go as they are: what they are bound to (`vault.rs`) is the same on both sides.

use sqlx::{AssertSqlSafe, ColumnIndex, Database, Decode, Encode, QueryBuilder, Row, Type};

use super::Store;
use super::error::StoreError;
use super::migrations;
use super::pool::{Pool, on_reader, on_writer};

/// The most rows that are in memory at once.
const ROWS_AT_ONCE: i64 = 100;
/// Tables that tell of one database and its processes only.
const STAY: [&str; 4] = ["schema_info", "write_probe", "processes", "moves"];
/// A table that a new database of the same vault has rows in.
const PROOFS: &str = "vault_checks";

/// A table's columns, in their order, and those of its primary key.
#[derive(Debug)]
pub(crate) struct Table {
    name: &'static str,
    columns: Vec<(String, ColumnKind)>,
    /// Places in `columns`.
    key: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
enum ColumnKind {
    Text,
    Number,
    Truth,
}

/// What stands in one column of a row.
#[derive(Debug, Clone)]
enum Value {
    Text(Option<String>),
    Number(Option<i64>),
    Truth(Option<bool>),
}

impl Table {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Reads the rows behind a place in the order of the primary key, or the first ones.
    fn select(&self, is_first: bool) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let key: Vec<&str> = self.key.iter().map(|index| names[*index]).collect();
        let key = key.join(", ");
        let behind = if is_first {
            String::new()
        } else {
            let places: Vec<String> = (1..=self.key.len())
                .map(|number| format!("${number}"))
                .collect();
            format!("WHERE ({key}) > ({})", places.join(", "))
        };
        format!(
            "SELECT {} FROM {} {behind} ORDER BY {key} LIMIT {ROWS_AT_ONCE}",
            names.join(", "),
            self.name
        )
    }

    fn insert<D: Database>(&self, rows: &[Vec<Value>]) -> QueryBuilder<D>
    where
        D::Arguments: Default,
        for<'t> Option<String>: Encode<'t, D> + Type<D>,
        for<'t> Option<i64>: Encode<'t, D> + Type<D>,
        for<'t> Option<bool>: Encode<'t, D> + Type<D>,
    {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let head = format!("INSERT INTO {} ({}) ", self.name, names.join(", "));
        let mut query = QueryBuilder::new(head);
        query.push_values(rows, |mut values, row| {
            for value in row {
                match value {
                    Value::Text(text) => values.push_bind(text.clone()),
                    Value::Number(number) => values.push_bind(*number),
                    Value::Truth(truth) => values.push_bind(*truth),
                };
            }
        });
        // A copy that goes on meets the rows that it has copied before.
        query.push(" ON CONFLICT DO NOTHING");
        query
    }

    fn read<'r, R: Row>(&self, row: &'r R) -> Result<Vec<Value>, sqlx::Error>
    where
        usize: ColumnIndex<R>,
        String: Decode<'r, R::Database> + Type<R::Database>,
        i64: Decode<'r, R::Database> + Type<R::Database>,
        bool: Decode<'r, R::Database> + Type<R::Database>,
    {
        let kinds = self.columns.iter().map(|(_, kind)| kind);
        let values = kinds.enumerate().map(|(index, kind)| {
            Ok(match kind {
                ColumnKind::Text => Value::Text(row.try_get(index)?),
                ColumnKind::Number => Value::Number(row.try_get(index)?),
                ColumnKind::Truth => Value::Truth(row.try_get(index)?),
            })
        });
        values.collect()
    }
}

/// Binds the values of a place in the order of a primary key.
macro_rules! bound {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Text(text) => query.bind(text.clone()),
                Value::Number(number) => query.bind(*number),
                Value::Truth(truth) => query.bind(*truth),
            };
        }
        query
    }};
}

impl Store {
    /// The tables whose rows go along, parents before children, as a SQLite database describes them.
    ///
    /// # Errors
    /// When the database fails, is none of SQLite's, or has a column of another type.
    pub(crate) async fn tables_to_copy(&self) -> Result<Vec<Table>, StoreError> {
        let Pool::Sqlite { readers, .. } = &self.pool else {
            return Err(StoreError::Corrupt("a table's description"));
        };
        let mut reader = readers.lend().await?;
        let mut tables = Vec::new();
        for name in migrations::tables().filter(|name| !STAY.contains(name)) {
            let found: Vec<(String, String, i64)> =
                sqlx::query_as("SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid")
                    .bind(name)
                    .fetch_all(&mut *reader)
                    .await?;
            tables.push(described(name, &found)?);
        }
        reader.give_back();
        Ok(tables)
    }

    /// How many rows a table has.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn rows_of(&self, table: &Table) -> Result<i64, StoreError> {
        let sql = format!("SELECT COUNT(*) FROM {}", table.name);
        let (count,): (i64,) = on_reader!(self, |db| {
            sqlx::query_as(AssertSqlSafe(sql)).fetch_one(db).await?
        });
        Ok(count)
    }

    /// The first table that holds somebody's rows; none: a service may have started here, and nobody used it.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn used_table(
        &self,
        tables: &[Table],
    ) -> Result<Option<&'static str>, StoreError> {
        for table in tables.iter().filter(|table| table.name != PROOFS) {
            if self.rows_of(table).await? > 0 {
                return Ok(Some(table.name));
            }
        }
        Ok(None)
    }

    /// Copies a table's rows to `target`, telling `copied` how many after each step. Rows that are there
    /// stay as they are.
    ///
    /// # Errors
    /// When a database fails.
    pub(crate) async fn copy_table(
        &self,
        table: &Table,
        target: &Self,
        copied: &mut (dyn FnMut(usize) + Send),
    ) -> Result<(), StoreError> {
        let mut place: Vec<Value> = Vec::new();
        loop {
            let rows = self.page(table, &place).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            place = table.key.iter().map(|index| last[*index].clone()).collect();
            target.take(table, &rows).await?;
            copied(rows.len());
        }
    }

    async fn page(&self, table: &Table, place: &[Value]) -> Result<Vec<Vec<Value>>, StoreError> {
        let sql = table.select(place.is_empty());
        Ok(on_reader!(self, |db| {
            let rows = bound!(sqlx::query(AssertSqlSafe(sql)), place)
                .fetch_all(db)
                .await?;
            let rows = rows.iter().map(|row| table.read(row));
            rows.collect::<Result<Vec<Vec<Value>>, sqlx::Error>>()?
        }))
    }

    async fn take(&self, table: &Table, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        on_writer!(self, |db| {
            table.insert(rows).build().execute(db).await?;
        });
        Ok(())
    }

    /// Ends what dead processes have left under way: their leases, and requests whose outcome nobody will
    /// know. Only for a database on which nobody else is.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn end_what_was_under_way(&self) -> Result<(), StoreError> {
        self.free_all_leases().await?;
        self.free_sync_leases().await?;
        self.give_up_running_keys().await
    }
}

fn described(name: &'static str, found: &[(String, String, i64)]) -> Result<Table, StoreError> {
    let columns = found.iter().map(|(column, kind, _)| {
        let kind = match kind.as_str() {
            "TEXT" => ColumnKind::Text,
            "BIGINT" => ColumnKind::Number,
            "BOOLEAN" => ColumnKind::Truth,
            _ => return Err(StoreError::Corrupt("a column's type")),
        };
        Ok((column.clone(), kind))
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let mut key: Vec<(i64, usize)> = found
        .iter()
        .enumerate()
        .filter(|(_, (_, _, place))| *place > 0)
        .map(|(index, (_, _, place))| (*place, index))
        .collect();
    key.sort_unstable();
    let key: Vec<usize> = key.into_iter().map(|(_, index)| index).collect();
    if key.is_empty() {
        return Err(StoreError::Corrupt("a table without a primary key"));
    }
    Ok(Table { name, columns, key })
}

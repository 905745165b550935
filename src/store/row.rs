//! How a row of either database becomes one of our structs.

/// Makes a struct that is read from a row, each field from the column of its name; `..name: Type,` at the
/// end reads a part that has columns of its own from the same row.
///
/// It stands for sqlx's `derive(FromRow)`. The derive lives in `sqlx-macros`, which compiles every driver,
/// SQLite included, once more for the compiler itself: a third of a first build.
macro_rules! row {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$field_attribute:meta])* $field_visibility:vis $field:ident: $column:ty,)*
            $(..$part:ident: $part_type:ty,)?
        }
    ) => {
        $(#[$attribute])*
        $visibility struct $name {
            $($(#[$field_attribute])* $field_visibility $field: $column,)*
            $($part: $part_type,)?
        }

        impl<'r, R> ::sqlx::FromRow<'r, R> for $name
        where
            R: ::sqlx::Row,
            &'static str: ::sqlx::ColumnIndex<R>,
            String: ::sqlx::Decode<'r, R::Database> + ::sqlx::Type<R::Database>,
            i64: ::sqlx::Decode<'r, R::Database> + ::sqlx::Type<R::Database>,
            bool: ::sqlx::Decode<'r, R::Database> + ::sqlx::Type<R::Database>,
        {
            fn from_row(row: &'r R) -> Result<Self, ::sqlx::Error> {
                Ok(Self {
                    $($field: row.try_get(stringify!($field))?,)*
                    $($part: <$part_type as ::sqlx::FromRow<'r, R>>::from_row(row)?,)?
                })
            }
        }
    };
}

pub(super) use row;

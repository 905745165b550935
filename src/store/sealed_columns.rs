//! Every column that holds sealed text, as data: whatever seals, opens or seals anew names one of these.

/// A column of sealed text, and what of its row the sealing is bound to. Only this file makes any.
#[derive(Debug, PartialEq, Eq)]
pub struct SealedColumn {
    table: &'static str,
    column: &'static str,
    /// What the associated data calls it.
    name: &'static str,
    /// The column of the row's id.
    id: &'static str,
    /// What the associated data says of the row, as SQL.
    tenant: &'static str,
    owner: &'static str,
    generation: &'static str,
}

/// A number without a cast has four bytes on PostgreSQL.
const NO_GENERATION: &str = "CAST(0 AS BIGINT)";

const GRANTS: SealedColumn = SealedColumn {
    table: "grants",
    column: "",
    name: "",
    id: "id",
    tenant: "tenant",
    owner: "owner",
    generation: "generation",
};
const FLOWS: SealedColumn = SealedColumn {
    table: "flows",
    // A login that nobody began while logged in has no owner yet.
    owner: "COALESCE(owner, '')",
    generation: NO_GENERATION,
    ..GRANTS
};

/// The access token of a grant, or its API token.
pub(crate) static GRANT_ACCESS_TOKEN: SealedColumn = SealedColumn {
    column: "access_token_sealed",
    name: "access_token",
    ..GRANTS
};
/// The refresh token of a grant.
pub(crate) static GRANT_REFRESH_TOKEN: SealedColumn = SealedColumn {
    column: "refresh_token_sealed",
    name: "refresh_token",
    ..GRANTS
};
/// The PKCE verifier of a login under way.
pub(crate) static FLOW_VERIFIER: SealedColumn = SealedColumn {
    column: "verifier_sealed",
    name: "verifier",
    ..FLOWS
};
/// The session token that was handed out before its login.
pub(crate) static FLOW_SESSION_TOKEN: SealedColumn = SealedColumn {
    column: "session_token_sealed",
    name: "session_token",
    ..FLOWS
};
/// The answer that is kept under an idempotency key.
pub(crate) static KEY_RESULT: SealedColumn = SealedColumn {
    table: "idempotency_keys",
    column: "result_sealed",
    name: "result",
    generation: NO_GENERATION,
    ..GRANTS
};
/// The proof that a vault key is the right one: each row is sealed with its own key and never with another.
pub(crate) static VAULT_CHECK: SealedColumn = SealedColumn {
    table: "vault_checks",
    column: "sealed",
    name: "sealed",
    id: "key_id",
    tenant: "''",
    owner: "''",
    generation: NO_GENERATION,
};

/// The columns whose rows a rotation seals anew.
pub(super) static SECRETS: [&SealedColumn; 5] = [
    &GRANT_ACCESS_TOKEN,
    &GRANT_REFRESH_TOKEN,
    &FLOW_VERIFIER,
    &FLOW_SESSION_TOKEN,
    &KEY_RESULT,
];

/// Every sealed column there is, as (table, column), for a test that walks the schema.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let columns = SECRETS.into_iter().chain([&VAULT_CHECK]);
    columns.map(|one| (one.table, one.column))
}

impl SealedColumn {
    pub(super) const fn table(&self) -> &'static str {
        self.table
    }

    pub(super) const fn column(&self) -> &'static str {
        self.column
    }

    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    /// Reads at most `$3` rows behind the id `$1` whose text does not begin with `$2`, with all that their
    /// sealing is bound to.
    pub(super) fn select_others(&self) -> String {
        let Self {
            table,
            column,
            id,
            tenant,
            owner,
            generation,
            ..
        } = self;
        format!(
            "SELECT {id} AS id, {tenant} AS tenant, {owner} AS owner, {generation} AS generation, {column} AS sealed
             FROM {table} WHERE {id} > $1 AND {others} ORDER BY {id} LIMIT $3 + 0",
            others = self.is_other("$2")
        )
    }

    /// Counts the rows whose text does not begin with `$1`.
    pub(super) fn count_others(&self) -> String {
        format!(
            "SELECT COUNT(*) FROM {} WHERE {}",
            self.table,
            self.is_other("$1")
        )
    }

    /// Puts the text `$1` in the place of `$3` in the row `$2`, if that is still there.
    pub(super) fn replace(&self) -> String {
        let Self {
            table, column, id, ..
        } = self;
        format!("UPDATE {table} SET {column} = $1 WHERE {id} = $2 AND {column} = $3")
    }

    /// Not `LIKE`: a key's name may hold its wildcard `_`.
    fn is_other(&self, prefix: &str) -> String {
        let column = self.column;
        format!("{column} IS NOT NULL AND substr({column}, 1, length({prefix})) <> {prefix}")
    }
}

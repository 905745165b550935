//! How every statement of the store is run: by an index, so that a million rows cost it no more than a hundred.
//! The statements are read from the sources.

use std::collections::HashMap;

use rstest::rstest;

use crate::store::fixture::Stored;
use crate::support::database::Database;
use crate::support::files;

/// What may look at every row of a table, by a part of the statement, and why.
const MAY_SCAN: &[(&str, &str)] = &[
    ("schema_info", "it has one row"),
    ("_sqlx_migrations", "a row for each migration"),
    ("pragma_table_info", "a row for each column of a table"),
    ("sqlite_master", "a row for each table"),
    ("FROM vault_checks", "a row for each vault key"),
    ("FROM processes ORDER BY number", "a row for each process"),
    (
        "FROM moves ORDER BY started_at",
        "a row for each move of the database",
    ),
    (
        "FROM api_keys ORDER BY id DESC",
        "`keys list` shows them all",
    ),
    (
        "FROM agent_clients ORDER BY",
        "`clients list` shows them all",
    ),
    (
        "SELECT status, COUNT(*) FROM grants",
        "asked by a scrape of the metrics, answered by an index alone",
    ),
    (
        "SET lease_owner = NULL, lease_until = NULL WHERE lease_until IS NOT NULL",
        "once, at the start",
    ),
    // SQLite's check of foreign keys, which runs only while a row is missing that others refer to.
    (
        "INSERT INTO people (",
        "it scans in the plan and not in fact",
    ),
    (
        "INSERT INTO user_rows (",
        "it scans in the plan and not in fact",
    ),
    (
        "WITH recent AS MATERIALIZED",
        "the newest events only, found by their index",
    ),
];

/// The part of a source that runs.
fn sources() -> Vec<(String, String)> {
    files::sources(&files::path("src/store"))
        .into_iter()
        .filter(|path| !path.to_string_lossy().contains("tests"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                code,
            )
        })
        .collect()
}

/// A text that is put together: a literal, or `concat!` of literals, macros and constants.
enum Piece {
    Literal(String),
    Name(String),
    Joined(Vec<Piece>),
}

/// Reads pieces out of Rust, and whatever else stands between them over.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            match self.rest.strip_prefix("//") {
                Some(comment) => self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest),
                None => return,
            }
        }
    }

    fn takes(&mut self, text: &str) -> bool {
        self.skip_space();
        let after = self.rest.strip_prefix(text);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn word(&mut self) -> String {
        self.skip_space();
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let end = self
            .rest
            .find(|letter| !is_part(letter))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }

    fn literal(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut letters = self.rest.strip_prefix('"')?.chars();
        loop {
            match letters.next()? {
                '"' => break,
                '\\' => match letters.next()? {
                    '\n' => letters = letters.as_str().trim_start().chars(),
                    'n' => text.push('\n'),
                    other => text.push(other),
                },
                letter => text.push(letter),
            }
        }
        self.rest = letters.as_str();
        Some(text)
    }

    /// The piece that stands here, if one does.
    fn piece(&mut self) -> Option<Piece> {
        self.skip_space();
        if self.rest.starts_with('"') {
            return self.literal().map(Piece::Literal);
        }
        if self.takes("concat!") {
            let mut parts = Vec::new();
            assert!(self.takes("("));
            while !self.takes(")") {
                // An argument of another macro (`$name`) has no text of its own.
                let Some(part) = self.piece() else {
                    self.rest = &self.rest[1..];
                    return None;
                };
                parts.push(part);
                self.takes(",");
            }
            return Some(Piece::Joined(parts));
        }
        let name = self.word();
        if name.is_empty() {
            return None;
        }
        let is_call = self.takes("!()");
        Some(Piece::Name(if is_call { name + "!" } else { name }))
    }
}

/// What constants and macros stand for.
type Names = HashMap<String, Piece>;

fn written(piece: &Piece, names: &Names) -> Option<String> {
    match piece {
        Piece::Literal(text) => Some(text.clone()),
        Piece::Name(name) => written(names.get(name)?, names),
        Piece::Joined(parts) => parts.iter().map(|part| written(part, names)).collect(),
    }
}

fn names(sources: &[(String, String)]) -> Names {
    let mut names = Names::new();
    for (_, code) in sources {
        for part in code.split("const ").skip(1) {
            let mut reader = Reader { rest: part };
            let name = reader.word();
            if reader.takes(":") && reader.takes("&str") && reader.takes("=") {
                names.extend(reader.piece().map(|piece| (name, piece)));
            }
        }
        for part in code.split("macro_rules!").skip(1) {
            let mut reader = Reader { rest: part };
            let name = reader.word() + "!";
            if reader.takes("{") && reader.takes("() =>") && reader.takes("{") {
                names.extend(reader.piece().map(|piece| (name, piece)));
            }
        }
    }
    names
}

/// Whether a text is a whole statement. Where a name is filled in, it is about tables that are named elsewhere.
fn is_statement(text: &str) -> bool {
    let words = ["SELECT ", "UPDATE ", "DELETE ", "INSERT ", "WITH "];
    words.iter().any(|word| text.trim_start().starts_with(word)) && !text.contains('{')
}

/// Every statement of the store, with the file it stands in.
fn statements() -> Vec<(String, String)> {
    let sources = sources();
    let names = names(&sources);
    let mut found = Vec::new();
    for (file, code) in &sources {
        let mut reader = Reader { rest: code };
        while let Some(next) = reader.rest.find(['"', 'c', '/', '\'']) {
            reader.rest = &reader.rest[next..];
            let before = reader.rest.len();
            if reader.rest.starts_with("//") {
                reader.skip_space();
            } else if reader.rest.starts_with("'\"'") {
                reader.rest = &reader.rest[3..];
            } else if reader.rest.starts_with('"') || reader.rest.starts_with("concat!") {
                let piece = reader.piece();
                let text = piece.and_then(|piece| written(&piece, &names));
                let text = text.filter(|text| is_statement(text));
                found.extend(text.map(|text| (file.clone(), text)));
            }
            if reader.rest.len() == before {
                reader.rest = &reader.rest[1..];
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The steps of a plan that look at every row of a table.
fn scans(plan: &str, kind: Database) -> Vec<String> {
    let lines: Vec<&str> = plan.lines().collect();
    let is_scan = |position: usize, line: &str| match kind {
        Database::Sqlite => line.starts_with("SCAN ") && line != "SCAN CONSTANT ROW",
        Database::Postgres => {
            let by_index = line.contains("Index Scan") || line.contains("Index Only Scan");
            let after = lines.get(position + 1).copied().unwrap_or_default();
            line.contains("Seq Scan on") || (by_index && !after.contains("Index Cond"))
        }
    };
    lines
        .iter()
        .enumerate()
        .filter(|(position, line)| is_scan(*position, line))
        .map(|(_, line)| line.trim().to_owned())
        .collect()
}

#[rstest]
#[tokio::test]
async fn no_statement_looks_at_every_row_of_a_table(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let statements = statements();
    assert!(
        statements.len() > 100,
        "only {} were found",
        statements.len()
    );
    let stored = Stored::new(kind).await;
    let mut raw = stored.raw().await;
    let (mut planned, mut wrong) = (0, Vec::new());
    for (part, why) in MAY_SCAN {
        let is_there = statements
            .iter()
            .any(|(_, statement)| statement.contains(part));
        assert!(is_there, "nothing has {part} any more ({why})");
    }
    for (file, statement) in &statements {
        let Some(plan) = raw.generic_plan(statement).await else {
            continue;
        };
        planned += 1;
        let may = MAY_SCAN.iter().any(|(part, _)| statement.contains(part));
        for scan in scans(&plan, kind) {
            if !may {
                wrong.push(format!("{file}: {scan}\n    {statement}"));
            }
        }
    }
    assert!(
        planned * 10 > statements.len() * 9,
        "{planned} of {} were planned",
        statements.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

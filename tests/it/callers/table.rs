//! Every route against everybody: `callers_table.txt` says what each is answered.

use std::fmt::Write as _;

use integration_backend::http::caller::access::TABLE;

use crate::callers::stage::{CALLERS, Stage, shows_hers, told};
use crate::support::files;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) method: &'static str,
    pub(crate) template: &'static str,
    statuses: [u16; CALLERS.len()],
    /// A query, or a body.
    pub(crate) ask: &'static str,
}

impl Row {
    /// Whether it reads the stored rows of an owner it names.
    fn names_an_owner(&self) -> bool {
        let names = self.template.contains("{owner_id}") || self.ask.contains("owner_id");
        self.method == "GET" && names
    }
}

pub(crate) fn rows() -> Vec<Row> {
    let text = include_str!("callers_table.txt");
    files::entries(text).map(row).collect()
}

fn row(line: &'static str) -> Row {
    let mut rest = line;
    let mut next = || {
        let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
        rest = after.trim_start();
        word
    };
    let (method, template) = (next(), next());
    let statuses = CALLERS.map(|_| next().parse().expect(line));
    Row {
        method,
        template,
        statuses,
        ask: rest,
    }
}

/// A caller whose call may take away what the next one needs gets a stage of its own.
fn takes_away(row: &Row) -> bool {
    row.method == "DELETE" || row.template.ends_with("/logout")
}

async fn seen(row: &Row, shared: &Stage) -> ([u16; CALLERS.len()], Vec<String>) {
    let mut statuses = [0; CALLERS.len()];
    let mut leaks = Vec::new();
    let own = if row.method == "GET" {
        None
    } else {
        Some(Stage::set().await)
    };
    for (status, name) in statuses.iter_mut().zip(CALLERS) {
        let fresh = if takes_away(row) {
            Some(Stage::set().await)
        } else {
            None
        };
        let stage = fresh.as_ref().or(own.as_ref()).unwrap_or(shared);
        let answer = stage.call(name, row.method, row.template, row.ask).await;
        *status = answer.status;
        if answer.status >= 500 {
            leaks.push(format!("{name} makes it fail: {}", told(&answer)));
        }
        let has_stored = shows_hers(row.template, &answer);
        let expected = match name {
            "session" => true,
            "other" => false,
            _ => has_stored,
        };
        if row.names_an_owner() && has_stored != expected {
            leaks.push(format!("{name} sees the wrong rows: {}", told(&answer)));
        }
        if ["nobody", "other", "elsewhere"].contains(&name) && has_stored {
            leaks.push(format!("{name} sees what is Mia's: {}", told(&answer)));
        }
    }
    (statuses, leaks)
}

fn line(method: &str, template: &str, statuses: &[u16], ask: &str) -> String {
    let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
    let line = format!("{method:<6} {template:<44} {}  {ask}", statuses.join(" "));
    line.trim_end().to_owned()
}

#[test]
fn every_route_has_its_line_and_every_line_its_route() {
    let rows = rows();
    let lines = |method: &str, template: &str| {
        rows.iter()
            .filter(|row| row.method == method && row.template == template)
            .count()
    };
    let mut wrong = String::new();
    for (method, template, _) in TABLE {
        if lines(method, template) != 1 {
            writeln!(wrong, "not exactly one line: {method} {template}").unwrap();
        }
    }
    for row in &rows {
        let is_route = TABLE
            .iter()
            .any(|(method, template, _)| *method == row.method && *template == row.template);
        if !is_route {
            writeln!(wrong, "no such route: {} {}", row.method, row.template).unwrap();
        }
    }
    assert!(
        wrong.is_empty(),
        "tests/it/callers/callers_table.txt:\n{wrong}"
    );
}

#[tokio::test]
async fn everybody_is_answered_at_every_route_as_the_table_says() {
    let shared = Stage::set().await;
    let mut wrong = String::new();
    for row in rows() {
        let (statuses, leaks) = seen(&row, &shared).await;
        if statuses != row.statuses {
            let line = line(row.method, row.template, &statuses, row.ask);
            writeln!(wrong, "{line}\n    but expected {:?}", row.statuses).unwrap();
        }
        for leak in leaks {
            writeln!(wrong, "{} {}: {leak}", row.method, row.template).unwrap();
        }
    }
    assert!(
        wrong.is_empty(),
        "seen, as lines of tests/it/callers/callers_table.txt (look whether the service or the table is wrong):\n{wrong}"
    );
}

#[test]
fn what_names_an_object_of_mias_is_never_a_success_for_others() {
    for row in rows() {
        let names_an_object = ["{key}", "{id}", "{owner_id}"]
            .iter()
            .any(|placeholder| row.template.contains(placeholder));
        let [nobody, _, other, _, _, elsewhere, _] = row.statuses;
        if names_an_object {
            assert!(nobody == 401 && elsewhere == 403, "{row:?}");
            // A list of somebody else's rows may also be an empty one.
            let may_be_empty = row.names_an_owner() && other == 200;
            assert!(may_be_empty || matches!(other, 404 | 409), "{row:?}");
        }
    }
}

//! No secret in any answer, log line, metric or database, at any route, whatever fails.

use atlassian_sandbox::{Fault, FaultAction};
use rstest::rstest;
use serde_json::json;

use crate::refresh::fixture::EXPIRY;
use crate::secrets::walk::Walk;
use crate::support::Answer;
use crate::support::database::Database;
use crate::support::faults::{answering, on_api};
use crate::support::raw_database::Raw;

fn everywhere(action: FaultAction) -> Fault {
    on_api("/", action, None)
}

#[rstest]
#[tokio::test]
async fn no_secret_is_told_when_all_goes_well(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let mut walk = Walk::new(kind, "20").await;
    walk.logins("first").await;
    walk.tokens("first").await;
    walk.app().advance(EXPIRY);
    walk.through("after a refresh", true).await;
    walk.hunt().await;
}

#[rstest]
#[case::bad_request(FaultAction::Echo(400))]
#[case::unauthorized(FaultAction::Echo(401))]
#[case::forbidden(FaultAction::Echo(403))]
#[case::not_found(FaultAction::Echo(404))]
#[case::conflict(FaultAction::Echo(409))]
#[case::too_many(FaultAction::Echo(429))]
#[case::failure(FaultAction::Echo(500))]
#[case::success_of_nonsense(FaultAction::Echo(200))]
#[case::garbage(FaultAction::Garbage)]
#[case::lost(FaultAction::ProcessThenDrop)]
#[case::redirect(FaultAction::Redirect(String::from("https://example.com/?x=1")))]
#[tokio::test]
async fn no_secret_is_told_when_atlassian_fails(#[case] action: FaultAction) {
    let mut walk = Walk::new(Database::Sqlite, "20").await;
    let is_passed_on = matches!(action, FaultAction::Echo(400 | 403 | 404 | 409 | 500));
    walk.app().sandbox.fault(everywhere(action));
    walk.through("in failure", false).await;
    walk.logins("in failure").await;
    walk.tokens("in failure").await;
    walk.app().advance(EXPIRY);
    walk.through("when a refresh is due in failure", false)
        .await;
    walk.app().sandbox.clear_faults();
    walk.through("when all is well again", true).await;
    let is_blanked = |(_, answer): &(String, Answer)| answer.body.contains("[redacted]");
    assert_eq!(walk.answers.iter().any(is_blanked), is_passed_on);
    walk.hunt().await;
}

#[tokio::test]
async fn no_secret_is_told_when_atlassian_does_not_answer() {
    let mut walk = Walk::new(Database::Sqlite, "1").await;
    walk.app().sandbox.fault(everywhere(FaultAction::Hang));
    walk.through("without answers", false).await;
    walk.hunt().await;
}

#[rstest]
#[case::revoked(403, "invalid_grant")]
#[case::wrong_secret(401, "access_denied")]
#[tokio::test]
async fn no_secret_is_told_when_the_refresh_is_refused(#[case] status: u16, #[case] error: &str) {
    let mut walk = Walk::new(Database::Sqlite, "20").await;
    let refused = answering(
        status,
        &json!({ "error": error, "error_description": "no" }),
    );
    let fault = Fault {
        path_contains: String::from("/oauth/token"),
        ..everywhere(refused)
    };
    walk.app().sandbox.fault(fault);
    walk.app().advance(EXPIRY);
    walk.through("when the refresh is refused", true).await;
    walk.logins("when the exchange is refused").await;
    walk.hunt().await;
}

#[tokio::test]
async fn no_secret_is_told_when_the_database_takes_nothing() {
    let mut walk = Walk::new(Database::Sqlite, "20").await;
    let mut raw = Raw::open(&walk.app().settings["INTEGRATION_DB_URL"]).await;
    for table in ["grants", "sessions", "connections", "people"] {
        for event in ["INSERT", "UPDATE"] {
            raw.run(format!(
                "CREATE TRIGGER full_{table}_{event} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"
            ))
            .await;
        }
    }
    walk.logins("with a full disk").await;
    walk.tokens("with a full disk").await;
    walk.through("with a full disk", true).await;
    walk.app().advance(EXPIRY);
    let read = walk
        .stage
        .call("session", "GET", "/connectors/jira/projects", "");
    let answer = read.await;
    walk.keep("a refresh that cannot be stored", answer);
    walk.hunt().await;
}

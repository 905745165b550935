//! Odd answers of the token endpoint: a pair is kept whatever else the answer holds.

use rstest::rstest;
use serde_json::{Value, json};

use crate::refresh::fixture::{EXPIRY, READ, on_read, on_refresh};
use crate::support::TestApp;
use crate::support::faults::answering;

#[rstest]
#[case::a_fraction(json!({"expires_in": 3600.5}))]
#[case::zero(json!({"expires_in": 0}))]
#[case::negative(json!({"expires_in": -5}))]
#[case::words(json!({"expires_in": "soon"}))]
#[case::no_lifetime(json!({"expires_in": null}))]
#[case::beyond_every_calendar(json!({"expires_in": 1e300}))]
#[case::no_token_type(json!({"token_type": null}))]
#[case::an_odd_token_type(json!({"token_type": 7}))]
#[case::a_list_of_scopes(json!({"scope": ["read:me", "offline_access"]}))]
#[case::no_scopes(json!({"scope": null}))]
#[case::more_than_was_asked(json!({"id_token": {"a": [1]}, "refresh_token_expires_in": "x"}))]
#[tokio::test]
async fn a_pair_is_kept_whatever_else_the_answer_holds(#[case] odd: Value) {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    let mut answer = json!({
        "access_token": "odd-access", "refresh_token": "odd-refresh", "expires_in": 3600, "token_type": "Bearer",
        "scope": "read:me offline_access"
    });
    for (name, value) in odd.as_object().unwrap() {
        answer[name] = value.clone();
    }
    app.sandbox
        .fault(on_refresh(answering(200, &answer), Some(1)));
    app.sandbox.fault(on_read(answering(200, &json!([])), None));
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.used_tokens(), ["Bearer odd-access"]);
    assert_eq!(app.grant_state().await.0, Some(2));
    app.advance(EXPIRY);
    browser.get(READ).await;
    assert_eq!(app.presented().last().unwrap(), "odd-refresh");
}

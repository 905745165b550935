//! Settings that are read without an error and hardly mean what they say: named by `check`, and at the start.

use integration_backend::commands::check::Mark;
use rstest::rstest;

use super::fixture::{check, wrong};
use crate::support::TestApp;

#[rstest]
#[case::half_an_account("JIRA_USERNAME", "omar@example.com", "JIRA_API_TOKEN is not")]
#[case::its_other_half("JIRA_API_TOKEN", "classic-token-omar", "JIRA_USERNAME is not")]
#[case::minutes("SYNC_INTERVAL", "15", "15 seconds")]
#[case::thousandths("UPSTREAM_TIMEOUT", "20000", "ends after 30")]
#[case::a_slip("ALLOWED_SITES", "acme.atlasian.net", "acme.atlasian.net")]
#[case::a_scope(
    "ATLASSIAN_SCOPES",
    "offline_access read:me read:jira-wrok read:page:confluence",
    "asks for read:jira-wrok, which Atlassian does not document"
)]
#[case::a_granular_scope(
    "ATLASSIAN_SCOPES",
    "offline_access read:me read:jira-work read:pages:confluence",
    "asks for read:pages:confluence"
)]
#[tokio::test]
async fn what_is_hardly_meant_is_warned_of(
    #[case] name: &str,
    #[case] value: &str,
    #[case] said: &str,
) {
    let app = TestApp::start().await;
    let report = check(&app, &[(name, value)]).await;
    let (mark, text, _) = wrong(&report, name);
    assert_eq!(mark, Mark::Warning);
    assert!(text.contains(said), "{text}");
}

#[tokio::test]
async fn without_read_me_no_login_can_end() {
    let app = TestApp::start().await;
    let scopes = "offline_access read:jira-work read:space:confluence";
    let report = check(&app, &[("ATLASSIAN_SCOPES", scopes)]).await;
    let (mark, text, _) = wrong(&report, "scopes");
    assert_eq!(mark, Mark::Problem);
    assert!(text.starts_with("read:me is missing"), "{text}");
}

#[rstest]
#[case("SYNC_INTERVAL", "15m")]
#[case("SYNC_INTERVAL", "off")]
#[case("UPSTREAM_TIMEOUT", "30")]
#[case(
    "ALLOWED_SITES",
    "acme.atlassian.net,5f3b2a1c-0000-4000-8000-000000000001"
)]
#[case(
    "ATLASSIAN_SCOPES",
    "offline_access read:me read:jira-work read:content:confluence read:servicedesk-request write:board-scope:jira-software read:cmdb-object:jira"
)]
#[tokio::test]
async fn what_is_meant_is_not(#[case] name: &str, #[case] value: &str) {
    let app = TestApp::start().await;
    let report = check(&app, &[(name, value)]).await;
    let mut findings = report.findings();
    assert!(
        !findings.any(|one| one.subject == name && one.mark >= Mark::Warning),
        "{report}"
    );
}

//! Every sentence on what the sandbox does not play.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::client::ask;
use super::stage::{Sentences, Stage};

#[tokio::test]
async fn what_is_not_played_is_not_there() {
    let mut sentences = Sentences::of("## What it does not play");
    let stage = Stage::new().await;
    let (base, host) = (stage.sandbox.base_url(), stage.sandbox.data_center_url());
    let both = [&base, &host]
        .iter()
        .all(|url| url.starts_with("http://127.0.0.1:"));
    sentences.shown("TLS, and any address but 127.0.0.1.", both);
    let mut limited = false;
    for _ in 0..300 {
        limited |= stage.jira("GET", "serverInfo", &Value::Null).await.status == 429;
    }
    sentences.shown("Limits on calls a second", !limited);

    jira(&stage, &mut sentences).await;
    confluence(&stage, &mut sentences).await;
    data_center(&stage, &mut sentences).await;
    let jql = stage
        .jira("POST", "search/jql", &json!({"jql": "votes > 3"}))
        .await;
    let cql = stage
        .wiki("GET", "rest/api/search?cql=user%3Dmia", &Value::Null)
        .await;
    sentences.shown(
        "JQL and CQL as a whole",
        (jql.status, cql.status) == (400, 400),
    );
    sentences.all_shown();
}

/// Whether a site has none of these.
async fn missing(stage: &Stage, paths: &[&str]) -> bool {
    let basic = STANDARD.encode("mia@example.com:classic-token-mia");
    let basic = format!("Basic {basic}");
    let base = stage.sandbox.base_url();
    let mut all = true;
    for path in paths {
        let path = format!("/sites/acme.atlassian.net/{path}");
        let headers = [("authorization", basic.as_str())];
        all &= ask(&base, "GET", &path, &headers, "").await.status == 404;
    }
    all
}

async fn jira(stage: &Stage, sentences: &mut Sentences) {
    let paths = [
        "rest/agile/1.0/board/1/epic",
        "rest/agile/1.0/epic/1",
        "rest/agile/1.0/board/1/properties",
    ];
    sentences.shown("Epics as Jira Software", missing(stage, &paths).await);
    let webhooks = ["rest/api/3/webhook", "wiki/rest/webhooks/1.0/webhook"];
    sentences.shown(
        "Webhooks of either product.",
        missing(stage, &webhooks).await,
    );
    sentences.shown(
        "Permission schemes",
        missing(stage, &["rest/api/3/permissionscheme"]).await,
    );
}

async fn confluence(stage: &Stage, sentences: &mut Sentences) {
    let inside = [
        "wiki/api/v2/whiteboards/98302/properties",
        "wiki/api/v2/databases/98301/properties",
        "wiki/api/v2/embeds/98300/properties",
    ];
    sentences.shown("What is in whiteboards", missing(stage, &inside).await);
    let content = [
        "wiki/rest/api/content/1/restriction",
        "wiki/rest/api/content/1/move/append/2",
        "wiki/rest/api/content/1/copy",
    ];
    sentences.shown("Restrictions, moving", missing(stage, &content).await);
    sentences.shown(
        "The files behind avatars",
        missing(stage, &["wiki/aa-avatar/x"]).await,
    );
}

async fn data_center(stage: &Stage, sentences: &mut Sentences) {
    let host = stage.sandbox.data_center_url();
    let mut administration = true;
    for path in [
        "/rest/oauth2/latest/token",
        "/rest/api/2/application-properties",
    ] {
        administration &= ask(&host, "GET", path, &[], "").await.status == 404;
    }
    let basic = [("authorization", "Basic bWlhOm1pYQ==")];
    administration &= ask(&host, "GET", "/rest/api/2/myself", &basic, "")
        .await
        .status
        == 401;
    sentences.shown(
        "OAuth, Basic authentication and administration",
        administration,
    );
}

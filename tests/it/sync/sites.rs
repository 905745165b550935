//! Syncs of two sites that have a project of one key or a page of one id: each site has a row of its own.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::{Value, json};

use crate::data_center::fixture::connected;
use crate::support::database::Database;
use crate::support::faults::answering;
use crate::support::journey::GLOBEX;
use crate::support::raw_database::Raw;
use crate::support::{Browser, TestApp};
use crate::sync::fixture::{PAGES, PROJECTS, fetched, stored_projects, synced};

const OF_PAGES: &str = "/integrations/confluence/pages/fetch";

async fn choose(browser: &Browser, product: &str, cloud_id: &Value) {
    let path = format!("/connectors/{product}/connection");
    let answer = browser.patch(&path, json!({"cloud_id": cloud_id})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// The site that is chosen for a product: its cloud id, and what rows call it.
async fn chosen(browser: &Browser, product: &str) -> (Value, String) {
    let path = format!("/connectors/{product}/connection");
    let site = browser.read(&path).await["site"].clone();
    let (_, name) = site["url"].as_str().unwrap().split_once("//").unwrap();
    (site["cloud_id"].clone(), name.to_owned())
}

/// Jira's list with these projects alone.
fn projects(keys: &[(&str, &str)]) -> FaultAction {
    let values: Vec<Value> = keys
        .iter()
        .map(|(key, name)| json!({"id": "1", "key": key, "name": name}))
        .collect();
    answering(
        200,
        &json!({"startAt": 0, "maxResults": 100, "total": values.len(), "isLast": true, "values": values}),
    )
}

/// The site that a row names. The sandbox plays every site below one host, each below a path of its own.
fn site_named(row: &Value, host: &str) -> String {
    let site = row["site"].as_str().unwrap().to_owned();
    assert!(site == host || site.ends_with(&format!("/{host}")), "{row}");
    site
}

fn of<'a>(rows: &'a [Value], site: &str, member: &str) -> Vec<(&'a Value, &'a Value)> {
    let rows = rows.iter().filter(|row| row["site"] == site);
    rows.map(|row| (&row[member], &row["id"])).collect()
}

#[rstest]
#[tokio::test]
async fn a_project_of_the_same_key_on_another_site_is_a_row_of_its_own(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    let (acme, _) = chosen(&browser, "jira").await;
    synced(&browser, "jira").await;
    let before = stored_projects(&browser).await;
    let web = before.iter().find(|row| row["key"] == "WEB").unwrap();
    let acmes = site_named(web, "acme.atlassian.net");
    choose(&browser, "jira", &json!(GLOBEX)).await;
    let (_, globex) = chosen(&browser, "jira").await;
    app.on_projects(
        projects(&[("WEB", "Globex' web"), ("GX", "Globex")]),
        Some(1),
    );
    let end = synced(&browser, "jira").await;
    assert_eq!((&end["upserted"], &end["removed"]), (&json!(2), &json!(0)));
    let both = stored_projects(&browser).await;
    assert_eq!(both.len(), before.len() + 2);
    assert_eq!(of(&both, &acmes, "key"), of(&before, &acmes, "key"));
    let theirs = both
        .iter()
        .find(|row| row["name"] == "Globex' web")
        .unwrap();
    assert_eq!(theirs["key"], "WEB");
    site_named(theirs, &globex);
    let paged = fetched(&browser, "/integrations/jira/projects/fetch?limit=1").await;
    assert_eq!(paged, both, "no row is passed over where two have one key");
    app.on_projects(projects(&[("GX", "Globex")]), Some(1));
    let end = synced(&browser, "jira").await;
    assert_eq!(end["removed"], json!(1), "theirs alone");
    choose(&browser, "jira", &acme).await;
    let after = stored_projects(&browser).await;
    assert_eq!(of(&after, &acmes, "key"), of(&before, &acmes, "key"));
    assert_eq!(after.len(), before.len() + 1);
}

#[rstest]
#[tokio::test]
async fn a_page_of_the_same_id_on_another_site_is_a_row_of_its_own(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    synced(&browser, "confluence").await;
    let before = fetched(&browser, OF_PAGES).await;
    let acmes = site_named(&before[0], "acme.atlassian.net");
    let one = &before[0];
    choose(&browser, "confluence", &json!(GLOBEX)).await;
    synced(&browser, "confluence").await;
    let mut raw = app.raw().await;
    let theirs = fetched(&browser, OF_PAGES).await.len() - before.len();
    assert!(theirs > 0);
    // The other site gives one of its pages the space and the id of one of ours.
    raw.run(format!(
        "UPDATE stored_pages SET space_key = '{}', id_at_site = '{}' WHERE id = (SELECT MIN(id) FROM stored_pages WHERE cloud_id = '{GLOBEX}')",
        one["space_key"].as_str().unwrap(),
        one["page_id"].as_str().unwrap()
    ))
    .await;
    let both = fetched(&browser, OF_PAGES).await;
    assert_eq!(of(&both, &acmes, "page_id"), of(&before, &acmes, "page_id"));
    let end = synced(&browser, "confluence").await;
    assert_eq!(end["status"], "succeeded", "{end}");
    let both = fetched(&browser, OF_PAGES).await;
    assert_eq!(of(&both, &acmes, "page_id"), of(&before, &acmes, "page_id"));
    assert_eq!(both.len(), before.len() + theirs);
}

#[tokio::test]
async fn a_data_center_and_a_cloud_site_share_no_row() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let host = app.sandbox.data_center_url();
    let host = host.strip_prefix("http://").unwrap();
    app.sandbox.crowd(host, 3, 3);
    app.sandbox.crowd("acme", 2, 2);
    let mut rows = Vec::new();
    for product in ["jira", "confluence"] {
        synced(&browser, product).await;
    }
    rows.push(stored_projects(&browser).await);
    rows.push(fetched(&browser, OF_PAGES).await);
    for row in rows.concat() {
        assert_eq!(row["site"], *host, "{row}");
    }
    let login =
        json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme"});
    for product in ["jira", "confluence"] {
        let path = format!("/auth/{product}/api-token");
        let answer = browser.post(&path, login.clone()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        synced(&browser, product).await;
    }
    let projects = stored_projects(&browser).await;
    assert_eq!(of(&projects, host, "key"), of(&rows[0], host, "key"));
    let first: Vec<&Value> = projects
        .iter()
        .filter(|row| row["key"] == "C00001")
        .map(|row| &row["site"])
        .collect();
    assert_eq!(first.len(), 2);
    assert!(first.contains(&&json!(host)));
    assert_ne!(first[0], first[1]);
    let pages = fetched(&browser, OF_PAGES).await;
    assert_eq!(of(&pages, host, "page_id"), of(&rows[1], host, "page_id"));
}

#[rstest]
#[tokio::test]
async fn what_a_caller_stores_stands_for_the_key_on_every_site(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    app.on_projects(projects(&[("ONE", "Acme's"), ("TWO", "Two")]), Some(1));
    synced(&browser, "jira").await;
    let synced_id = stored_projects(&browser).await[0]["id"].clone();
    choose(&browser, "jira", &json!(GLOBEX)).await;
    app.advance(Duration::from_secs(1));
    app.on_projects(projects(&[("ONE", "Globex'")]), None);
    synced(&browser, "jira").await;
    let answer = browser
        .post("/jira/projects", json!({"key": "ONE", "name": "Mine"}))
        .await;
    assert_eq!(answer.json()["id"], synced_id, "the first one becomes mine");
    let end = synced(&browser, "jira").await;
    assert_eq!(
        (&end["fetched"], &end["upserted"]),
        (&json!(1), &json!(0)),
        "{end}"
    );
    let names: Vec<Value> = stored_projects(&browser)
        .await
        .iter()
        .map(|row| row["name"].clone())
        .collect();
    assert_eq!(names, ["Mine", "Two"]);
    let again = json!({"key": "ONE", "name": "Still mine"});
    let answer = browser.post("/jira/projects", again).await;
    assert_eq!(answer.json()["id"], synced_id);
}

/// Rows as the version before writes them: what identifies them is the key alone.
async fn as_before(raw: &mut Raw) {
    for statement in [
        "UPDATE stored_projects SET project_key = COALESCE(key_at_site, project_key), key_at_site = NULL",
        "UPDATE stored_pages SET page_id = COALESCE(id_at_site, page_id), id_at_site = NULL",
    ] {
        raw.run(statement).await;
    }
}

#[rstest]
#[tokio::test]
async fn rows_that_the_version_before_writes_beside_this_one_are_replaced_by_the_next_sync(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    for product in ["jira", "confluence"] {
        synced(&browser, product).await;
    }
    let without_id = |mut rows: Vec<Value>| {
        for row in &mut rows {
            row["id"] = Value::Null;
        }
        rows
    };
    let projects = without_id(stored_projects(&browser).await);
    let pages = without_id(fetched(&browser, OF_PAGES).await);
    as_before(&mut app.raw().await).await;
    assert_eq!(without_id(stored_projects(&browser).await), projects);
    for product in ["jira", "confluence"] {
        synced(&browser, product).await;
    }
    assert_eq!(without_id(stored_projects(&browser).await), projects);
    assert_eq!(without_id(fetched(&browser, OF_PAGES).await), pages);
    assert_eq!(app.walked(PROJECTS).len(), app.walked(PAGES).len());
}

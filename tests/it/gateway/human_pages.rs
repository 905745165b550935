//! Links for people that programs make from a base address here: whoever follows one is sent on to the same page of the site,
//! if it is a site of their own login, and nothing is asked of Atlassian.

use integration_backend::model::api_key::KeyScope;
use integration_backend::model::ids::TenantId;
use integration_backend::model::key_limits::KeyLimits;
use integration_backend::model::product::Product;

use super::fixture::{Client, assert_ours, key_of};
use crate::data_center::fixture::connected;
use crate::support::{Answer, TestApp};

#[track_caller]
fn assert_sent_to(answer: &Answer, address: &str) {
    assert_eq!(answer.status, 302, "{address}: {}", answer.body);
    assert_eq!(answer.header("location"), address);
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.body, "");
}

#[tokio::test]
async fn every_page_for_people_is_found_at_the_site_with_path_and_query_as_they_came() {
    let client = Client::start().await;
    let site = client.app.sandbox.site_url_template();
    let site = site.replace("{site}", "acme.atlassian.net");
    for (path, there) in [
        ("jira/-/browse/APP-1", "browse/APP-1"),
        (
            "jira/-/issues/?filter=1&jql=a%20%3D%20%22b%22",
            "issues/?filter=1&jql=a%20%3D%20%22b%22",
        ),
        ("jira/-/projects/APP/boards/1", "projects/APP/boards/1"),
        (
            "jira/-/jira/software/projects/APP",
            "jira/software/projects/APP",
        ),
        ("jira/-/secure/Dashboard.jspa", "secure/Dashboard.jspa"),
        ("jira/acme.atlassian.net/browse/APP-1", "browse/APP-1"),
        ("jira/ACME.atlassian.net/browse/APP-1", "browse/APP-1"),
        ("jira/-/wiki/x/AQAB", "wiki/x/AQAB"),
        ("confluence/-/wiki", "wiki"),
        ("confluence/-/wiki/", "wiki/"),
        (
            "confluence/-/wiki/spaces/~5b10ac/overview",
            "wiki/spaces/~5b10ac/overview",
        ),
        (
            "confluence/-/wiki/spaces/ENG/pages/98522/A+title",
            "wiki/spaces/ENG/pages/98522/A+title",
        ),
        (
            "confluence/-/spaces/ENG/pages/98522",
            "wiki/spaces/ENG/pages/98522",
        ),
        (
            "confluence/acme.atlassian.net/wiki/wiki/spaces/ENG",
            "wiki/spaces/ENG",
        ),
        (
            "confluence/-/wiki/display/ENG/A%20b",
            "wiki/display/ENG/A%20b",
        ),
        (
            "confluence/-/wiki/pages/viewpage.action?pageId=98522",
            "wiki/pages/viewpage.action?pageId=98522",
        ),
        ("confluence/-/browse/APP-1", "browse/APP-1"),
    ] {
        let address = format!("/ex/{path}");
        for method in ["GET", "HEAD"] {
            let answer = client.send(method, &address, &[], None).await;
            assert_sent_to(&answer, &format!("{site}/{there}"));
        }
    }
    let globex = client.cloud_id("globex").await;
    let answer = client.get(&format!("/ex/jira/{globex}/browse/APP-1")).await;
    let other = site.replace("acme", "globex");
    assert_sent_to(&answer, &format!("{other}/browse/APP-1"));
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn nobody_is_sent_to_a_site_that_their_login_does_not_reach() {
    let client = Client::start().await;
    for site in [
        "evil.atlassian.net",
        "evil.example",
        "acme.atlassian.net.evil.example",
        "acme.atlassian.net@evil.example",
        "dc:jira.corp.example",
        "11111111-2222-3333-4444-555555555555",
        "acme",
    ] {
        let answer = client.get(&format!("/ex/jira/{site}/browse/APP-1")).await;
        assert_ours(&answer, 404, "NOT_FOUND");
        assert_eq!(answer.header("location"), "", "{site}");
    }
    for path in [
        "browse/..",
        "browse//evil.example",
        "browse/%2e%2e/x",
        "browse/a%2fb",
        "browse/a%5cb",
        "browse/%0d%0aLocation:%20https:%2f%2fevil.example",
        "/evil.example/browse/APP-1",
    ] {
        let answer = client.get(&format!("/ex/jira/-/{path}")).await;
        assert_ours(&answer, 400, "VALIDATION");
        assert_eq!(answer.header("location"), "", "{path}");
    }
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn what_is_no_such_page_or_no_read_is_not_offered() {
    let client = Client::start().await;
    for path in [
        "jira/-/plugins/servlet/oauth/authorize",
        "jira/-/login.jsp",
        "jira/-/secure/attachment/1/a/b.jspa",
        "jira/-/secure/admin/AddUser.jspa",
        "confluence/-/wiki/plugins/servlet/x",
        "confluence/-/wiki/pages",
    ] {
        let answer = client.get(&format!("/ex/{path}")).await;
        assert_ours(&answer, 403, "FORBIDDEN");
        assert_eq!(answer.json()["details"]["reason"], "not_offered", "{path}");
    }
    for method in ["POST", "PUT", "DELETE"] {
        let answer = client
            .send(method, "/ex/jira/-/browse/APP-1", &[], Some("{}"))
            .await;
        assert_ours(&answer, 403, "FORBIDDEN");
    }
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn a_person_is_sent_on_by_their_session_wherever_the_link_stands() {
    let client = Client::start().await;
    let page = "/ex/jira/-/browse/APP-1";
    let from_another_site = [
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
        ("sec-fetch-site", "cross-site"),
        ("accept", "text/html"),
    ];
    let sent_on = client.mia.get_with(page, &from_another_site).await;
    assert_eq!(sent_on.status, 302, "{}", sent_on.body);
    assert!(sent_on.header("location").ends_with("/browse/APP-1"));
    // A page of somebody else's that fetches it learns nothing.
    let fetched = [
        ("sec-fetch-mode", "no-cors"),
        ("sec-fetch-site", "cross-site"),
    ];
    let refused = client.mia.get_with(page, &fetched).await;
    assert_ours(&refused, 403, "FORBIDDEN");
    // And operations are none of this.
    let read = client
        .mia
        .get_with("/ex/jira/-/rest/api/3/myself", &from_another_site)
        .await;
    assert_eq!(read.status, 403, "{}", read.body);

    let nobody = client.app.browser();
    let page_to_log_in = nobody.navigate(page).await;
    assert_eq!(page_to_log_in.status, 401);
    assert!(
        page_to_log_in
            .header("content-type")
            .starts_with("text/html")
    );
    assert!(page_to_log_in.body.contains("href=\"/login\""));
    let asks = "www-authenticate";
    assert_eq!(page_to_log_in.header(asks), "", "no window for a password");
    let program = nobody.get(page).await;
    assert_ours(&program, 401, "UNAUTHORIZED");
    assert!(program.headers.contains_key(asks));
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn a_key_for_one_product_is_sent_to_pages_of_that_product_alone() {
    let mut client = Client::start().await;
    let session = client.mia.get("/auth/session").await.json();
    let owner = session["user"]["id"].as_str().unwrap();
    let limits = KeyLimits {
        products: vec![Product::Jira],
        ..KeyLimits::default()
    };
    let keys = client.app.app.api_keys();
    let scopes = vec![KeyScope::Read];
    let made = keys.create_narrowed(owner, TenantId::default(), scopes, limits, None);
    client.authorization = format!("Bearer {}", made.await.unwrap().1.expose());
    assert_eq!(client.get("/ex/jira/-/browse/APP-1").await.status, 302);
    for path in ["jira/-/wiki/spaces/ENG", "confluence/-/spaces/ENG"] {
        let answer = client.get(&format!("/ex/{path}")).await;
        assert_ours(&answer, 403, "FORBIDDEN");
        assert!(answer.body.contains("narrowed"), "{}", answer.body);
    }
}

#[tokio::test]
async fn in_open_mode_a_link_on_another_site_leads_on_too() {
    let app = TestApp::start_with(&[("AUTH_MODE", "open")]).await;
    let browser = app.browser();
    app.log_in(&browser, "mia").await;
    let from_another_site = [
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
        ("sec-fetch-site", "cross-site"),
    ];
    let page = "/ex/confluence/-/wiki/spaces/ENG";
    let sent_on = browser.get_with(page, &from_another_site).await;
    assert_eq!(sent_on.status, 302, "{}", sent_on.body);
    let read = "/ex/jira/-/rest/api/3/myself";
    let refused = browser.get_with(read, &from_another_site).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
}

#[tokio::test]
async fn pages_of_a_data_center_have_no_wiki_in_front() {
    let app = TestApp::start_with_data_center(&[]).await;
    let omar = connected(&app, "omar").await;
    let key = key_of(&app, &omar, &[KeyScope::Read]).await;
    let base = app.sandbox.data_center_url();
    let host = base.split("://").nth(1).unwrap().trim_end_matches('/');
    let browser = app.browser();
    app.sandbox.clear_journal();
    for (path, there) in [
        (format!("jira/dc:{host}/browse/MILL-1"), "browse/MILL-1"),
        (
            String::from("confluence/-/display/ENG/Home"),
            "display/ENG/Home",
        ),
        (
            format!("confluence/dc:{host}/wiki/pages/viewpage.action?pageId=1"),
            "pages/viewpage.action?pageId=1",
        ),
        (String::from("confluence/-/wiki"), ""),
    ] {
        let headers = [("authorization", key.as_str())];
        let answer = browser.get_with(&format!("/ex/{path}"), &headers).await;
        let there = format!("{}/{there}", base.trim_end_matches('/'));
        assert_sent_to(&answer, there.trim_end_matches('/'));
    }
    app.assert_nothing_sent();
}

//! Servers of one's own, with a personal access token behind the key.

use std::time::Duration;

use integration_backend::model::api_key::KeyScope;
use serde_json::json;

use super::fixture::{assert_ours, key_of};
use crate::data_center::fixture::connected;
use crate::support::faults::{answering, on_api};
use crate::support::{Browser, TestApp};

async fn reader() -> (TestApp, Browser, String, String) {
    let app = TestApp::start_with_data_center(&[]).await;
    let omar = connected(&app, "omar").await;
    let key = key_of(&app, &omar, &[KeyScope::Read, KeyScope::Write]).await;
    let host = app.sandbox.data_center_url();
    let host = host.split("://").nth(1).unwrap().to_owned();
    let host = host.split('/').next().unwrap().to_owned();
    let browser = app.browser();
    app.sandbox.clear_journal();
    (app, browser, key, host)
}

#[tokio::test]
async fn a_data_center_is_called_by_its_host() {
    let (app, browser, key, host) = reader().await;
    let headers = [("authorization", key.as_str())];
    for site in [format!("dc:{host}"), String::from("-")] {
        let address = format!("/ex/jira/{site}/rest/api/2/myself");
        let answer = browser.get_with(&address, &headers).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let own = answer.json()["self"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let base = format!("http://localhost:3001/ex/jira/{site}/rest/api/2/");
        assert!(own.is_empty() || own.starts_with(&base), "{own}");
    }
    let search = browser
        .get_with(
            &format!("/ex/confluence/dc:{host}/rest/api/search?cql=type%3Dpage&limit=1"),
            &headers,
        )
        .await;
    assert_eq!(search.status, 200, "{}", search.body);
    for call in app.sandbox.journal() {
        assert!(!call.path.contains("/wiki/"), "{}", call.path);
        let token = call.header("authorization").unwrap();
        assert!(token.starts_with("Bearer ") && !token.contains("ibk_"));
    }
}

#[tokio::test]
async fn lists_of_confluence_go_on_however_a_client_joins_what_leads_on() {
    let (_app, browser, key, host) = reader().await;
    let headers = [("authorization", key.as_str())];
    let base = format!("/ex/confluence/dc:{host}");
    let first = format!("{base}/rest/api/content?type=page&limit=2");
    let first = browser.get_with(&first, &headers).await;
    assert_eq!(first.status, 200, "{}", first.body);
    let next = first.json()["_links"]["next"].as_str().unwrap().to_owned();
    assert!(
        next.starts_with(&format!("{base}/rest/api/content?")),
        "{next}"
    );
    for address in [next.clone(), format!("{base}{next}")] {
        let second = browser.get_with(&address, &headers).await;
        assert_eq!(second.status, 200, "{address}: {}", second.body);
        assert_ne!(
            second.json()["results"][0]["id"],
            first.json()["results"][0]["id"]
        );
    }
    // Confluence's clients have `wiki` in their base.
    let first = format!("{base}/wiki/rest/api/space?limit=1");
    let first = browser.get_with(&first, &headers).await;
    let next = first.json()["_links"]["next"].as_str().unwrap().to_owned();
    for address in [next.clone(), format!("{base}/wiki{next}")] {
        let second = browser.get_with(&address, &headers).await;
        assert_eq!(second.status, 200, "{address}: {}", second.body);
    }
}

#[tokio::test]
async fn another_host_is_not_there() {
    let (app, browser, key, _) = reader().await;
    let headers = [("authorization", key.as_str())];
    for site in ["dc:127.0.0.1", "dc:evil.example", "acme.atlassian.net"] {
        let address = format!("/ex/jira/{site}/rest/api/2/myself");
        let answer = browser.get_with(&address, &headers).await;
        assert_ours(&answer, 404, "NOT_FOUND");
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn files_of_a_data_center_are_fetched_through_here() {
    let (app, browser, key, host) = reader().await;
    let headers = [("authorization", key.as_str())];
    let base = format!("/ex/jira/dc:{host}");
    let form = "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a b+c.txt\"\r\nContent-Type: text/plain\r\n\r\nself\r\n--XX--\r\n";
    let issue =
        r#"{"fields":{"project":{"key":"MILL"},"issuetype":{"name":"Task"},"summary":"x"}}"#;
    let json = [headers[0], ("content-type", "application/json")];
    let address = format!("{base}/rest/api/2/issue");
    let made = browser
        .send("POST", &address, &json, Some(issue.to_owned()))
        .await;
    let issue = made.json()["key"].as_str().unwrap().to_owned();
    let sent = [
        headers[0],
        ("content-type", "multipart/form-data; boundary=XX"),
        ("content-length", &form.len().to_string()),
    ];
    let address = format!("{base}/rest/api/2/issue/{issue}/attachments");
    let made = browser
        .send("POST", &address, &sent, Some(form.to_owned()))
        .await;
    assert_eq!(made.status, 200, "{}", made.body);
    let content = made.json()[0]["content"].as_str().unwrap().to_owned();
    let here = content.strip_prefix("http://localhost:3001").unwrap();
    assert!(
        here.starts_with(&format!("{base}/secure/attachment/")),
        "a key must not be shown to the host: {content}"
    );
    let file = browser.get_with(here, &headers).await;
    assert_eq!((file.status, file.body.as_str()), (200, "self"));
    for call in app.sandbox.journal() {
        assert!(!format!("{call:?}").contains("ibk_"));
    }
}

/// A server behind a proxy writes the address of its own settings into its answers.
#[tokio::test]
async fn what_a_server_calls_itself_leads_here_too() {
    let (app, browser, key, host) = reader().await;
    let headers = [("authorization", key.as_str())];
    let get = async |path: &str| browser.get_with(path, &headers).await;
    for (time, named) in [
        "https://jira.example.com:8443/ctx",
        "https://jira.example.com",
        "http://tracker.example.com/jira",
    ]
    .into_iter()
    .enumerate()
    {
        let name = named.to_owned();
        app.sandbox
            .set_behaviour(|behaviour| behaviour.data_center_name = name);
        // It is asked once an hour.
        app.advance(Duration::from_hours(2));
        app.sandbox.clear_journal();
        for (product, path) in [
            ("jira", "rest/api/2/issue/MILL-1"),
            ("jira", "rest/api/2/search?jql=project%20%3D%20MILL"),
            ("jira", "rest/api/2/issue/MILL-1/editmeta"),
            ("jira", "rest/agile/latest/board"),
            ("confluence", "rest/api/content?type=page&limit=1"),
            ("confluence", "rest/api/space"),
        ] {
            let base = format!("/ex/{product}/dc:{host}");
            let answer = get(&format!("{base}/{path}")).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            let ours = format!("\"self\":\"http://localhost:3001{base}/rest/");
            assert!(answer.body.contains(&ours), "{path}: {}", answer.body);
            let theirs = format!("\"self\":\"{named}");
            assert!(!answer.body.contains(&theirs), "{path}: {}", answer.body);
        }
        let asked = app.sandbox.journal().into_iter();
        let asked = asked.filter(|call| call.path.contains("serverInfo"));
        assert_eq!(asked.count(), 1, "it is asked once: {time}");
    }
}

/// Which scheme a server sees is a matter of the proxy in front of it.
#[tokio::test]
async fn an_address_of_a_server_leads_here_by_either_scheme_and_that_of_another_stays() {
    let (app, browser, key, host) = reader().await;
    let headers = [("authorization", key.as_str())];
    let named = "https://jira.example.com:8443/ctx";
    app.sandbox
        .set_behaviour(|behaviour| behaviour.data_center_name = named.to_owned());
    let issue = json!({
        "self": "http://jira.example.com:8443/ctx/rest/api/2/issue/1",
        "content": format!("https://{host}/secure/attachment/1/a.txt"),
        "next": "https://elsewhere.example/rest/api/2/issue/1",
        "nextPage": "https://jira.example.com/rest/api/2/issue/1",
    });
    app.sandbox.fault(on_api(
        "/rest/api/2/issue/MILL-1",
        answering(200, &issue),
        None,
    ));
    let base = format!("/ex/jira/dc:{host}");
    let path = format!("{base}/rest/api/2/issue/MILL-1");
    let read = browser.get_with(&path, &headers).await.json();
    let here = format!("http://localhost:3001{base}");
    assert_eq!(read["self"], json!(format!("{here}/rest/api/2/issue/1")));
    assert_eq!(
        read["content"],
        json!(format!("{here}/secure/attachment/1/a.txt"))
    );
    for strange in ["next", "nextPage"] {
        assert_eq!(read[strange], issue[strange]);
    }
}

#[tokio::test]
async fn what_only_a_data_center_has_is_read_there() {
    let (_app, browser, key, host) = reader().await;
    let headers = [("authorization", key.as_str())];
    let get = async |path: String| {
        let answer = browser.get_with(&path, &headers).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    };
    let (jira, wiki) = (
        format!("/ex/jira/dc:{host}"),
        format!("/ex/confluence/dc:{host}"),
    );
    for version in ["1", "latest"] {
        let session = get(format!("{jira}/rest/auth/{version}/session")).await;
        assert_eq!(session["name"], "omar");
    }
    let boards = get(format!("{jira}/rest/agile/latest/board")).await;
    assert_eq!(boards["startAt"], 0);
    let page = get(format!("{wiki}/rest/api/content?type=page&limit=1")).await;
    let page = page["results"][0]["id"].as_str().unwrap().to_owned();
    for base in [wiki.clone(), format!("{wiki}/wiki")] {
        let versions = format!("{base}/rest/experimental/content/{page}/version");
        let all = get(versions.clone()).await;
        let number = &all["results"][0]["number"];
        assert_eq!(get(format!("{versions}/{number}")).await["number"], *number);
    }
    for (method, path) in [
        ("POST", "rest/auth/1/session"),
        ("DELETE", "rest/auth/1/session"),
        ("POST", "rest/auth/1/websudo"),
    ] {
        let answer = browser
            .send(method, &format!("{jira}/{path}"), &headers, None)
            .await;
        assert_ours(&answer, 403, "FORBIDDEN");
    }
}

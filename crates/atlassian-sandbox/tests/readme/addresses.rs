//! Addresses, people and credentials.

use atlassian_sandbox::{Options, Sandbox};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::client::{CALLBACK, ask, login};
use super::rows;

const ACME: &str = "1324a887-45db-1bf4-1e99-ef0ff456d421";
const GLOBEX: &str = "7f0c2b1e-93d4-4a67-8c15-2be0d9a4f733";

fn basic(person: &str, kind: &str) -> String {
    let pair = format!("{person}@example.com:{kind}-token-{person}");
    format!("Basic {}", STANDARD.encode(pair))
}

async fn status(base: &str, path: &str, authorization: &str) -> u16 {
    let headers = [("authorization", authorization)];
    ask(base, "GET", path, &headers, "").await.status
}

#[tokio::test]
async fn there_is_something_at_every_address() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for row in rows("## Point your client at it", "In place of") {
        let (base, path) = if let Some(path) = row[1].strip_prefix("http://127.0.0.1:4001") {
            (sandbox.base_url(), path)
        } else {
            assert_eq!(row[1], "http://127.0.0.1:4002");
            (sandbox.data_center_url(), "")
        };
        let tail = match row[0].as_str() {
            end if end.ends_with("/rest/api/3") => "/project/search",
            end if end.ends_with("/rest/agile/1.0") => "/board",
            end if end.ends_with("/wiki/api/v2") => "/spaces",
            end if end.ends_with("/wiki/rest/api") => "/search?cql=type%3Dpage",
            end if end.ends_with("/acme.atlassian.net") => "/rest/api/3/project/search",
            end if end.ends_with("example.com") => "/rest/api/2/serverInfo",
            _ => "",
        };
        let path = format!("{}{tail}", path.replace("CLOUD-ID", ACME));
        let answer = ask(&base, "GET", &path, &[], "").await;
        // Without a credential most of them refuse; none of them is missing.
        assert!(
            [200, 400, 401, 405].contains(&answer.status),
            "{row:?}: {answer:?}"
        );
        assert!(!answer.body.contains("scope does not match"), "{row:?}");
    }
}

#[tokio::test]
async fn people_use_what_the_table_says() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let base = sandbox.base_url();
    for row in rows("## People and tokens", "Person") {
        assert_eq!(row[1], format!("{}@example.com", row[0]));
        let token = basic(&row[0], "scoped");
        for (site, cloud_id) in [("acme", ACME), ("globex", GLOBEX)] {
            let jira = format!("/ex/jira/{cloud_id}/rest/api/3/myself");
            let confluence = format!("/ex/confluence/{cloud_id}/wiki/api/v2/spaces");
            for (path, sites) in [(jira, &row[2]), (confluence, &row[3])] {
                let expected = if sites.contains(site) { 200 } else { 403 };
                assert_eq!(
                    status(&base, &path, &token).await,
                    expected,
                    "{row:?} {path}"
                );
            }
        }
    }
}

#[tokio::test]
async fn omar_does_not_see_one_project_and_only_reads_another() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let base = sandbox.base_url();
    let project = |key: &str| format!("/ex/jira/{ACME}/rest/api/3/project/{key}");
    let space = |key: &str| format!("/ex/confluence/{ACME}/wiki/api/v2/spaces?keys={key}");
    for (person, may) in [("mia", true), ("omar", false)] {
        let token = basic(person, "scoped");
        let headers = [("authorization", token.as_str())];
        assert_eq!(status(&base, &project("SEC"), &token).await == 200, may);
        assert_eq!(status(&base, &project("LEG"), &token).await, 200);
        let hidden = ask(&base, "GET", &space("SEC"), &headers, "").await.json();
        assert_eq!(hidden["results"].as_array().unwrap().len() == 1, may);
        let read_only = ask(&base, "GET", &space("LEG"), &headers, "").await.json();
        let id = read_only["results"][0]["id"].as_str().unwrap();

        let issue =
            r#"{"fields":{"project":{"key":"LEG"},"issuetype":{"name":"Task"},"summary":"a"}}"#;
        let path = format!("/ex/jira/{ACME}/rest/api/3/issue");
        let written = ask(&base, "POST", &path, &headers, issue).await;
        assert_eq!(written.status == 201, may, "{written:?}");
        let page = format!(r#"{{"spaceId":"{id}","title":"New of {person}"}}"#);
        let path = format!("/ex/confluence/{ACME}/wiki/api/v2/pages");
        let written = ask(&base, "POST", &path, &headers, &page).await;
        assert_eq!(written.status == 200, may, "{written:?}");
    }
}

#[tokio::test]
async fn every_credential_works_where_the_table_says_and_nowhere_else() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let (base, host) = (sandbox.base_url(), sandbox.data_center_url());
    sandbox.add_redirect_uri("sandbox-client", CALLBACK);
    let tokens = login(&sandbox, "read:jira-user", None).await;
    let site = "/sites/acme.atlassian.net/rest/api/3/myself".to_owned();
    let site = (base.clone(), site);
    let gateway = (base.clone(), format!("/ex/jira/{ACME}/rest/api/3/myself"));
    let jira = (host.clone(), "/rest/api/2/myself".to_owned());
    let confluence = (host, "/rest/api/space".to_owned());
    for row in rows("## People and tokens", "Credential") {
        let authorization = match row[0].as_str() {
            "an access token of a login" => {
                format!("Bearer {}", tokens["access_token"].as_str().unwrap())
            }
            pat if row[1] == "Bearer" => format!("Bearer {pat}"),
            token => basic("mia", token.split('-').next().unwrap()),
        };
        let works = match row[2].as_str() {
            "the sites" => &site,
            "Jira on the Data Center host" => &jira,
            "Confluence on the Data Center host" => &confluence,
            other => {
                assert!(other.starts_with("the gateway"), "{other}");
                &gateway
            }
        };
        for place in [&site, &gateway, &jira, &confluence] {
            let narrow = row[0] == "narrow-token-mia";
            let headers = [("authorization", authorization.as_str())];
            let found = ask(&place.0, "GET", &place.1, &headers, "").await;
            let is_somebodys =
                found.status == 200 && !found.head.contains("x-ausername: anonymous");
            assert_eq!(
                is_somebodys,
                place == works && !narrow,
                "{row:?} at {place:?}"
            );
            assert!(is_somebodys || found.status == 401 || *place == confluence);
        }
    }
    let search = format!("/ex/jira/{ACME}/rest/api/3/project/search");
    assert_eq!(status(&base, &search, &basic("mia", "narrow")).await, 200);
}

#[tokio::test]
async fn the_data_center_host_is_as_described() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let base = sandbox.data_center_url();
    let headers = [("authorization", "Bearer jira-pat-mia")];
    for path in ["/rest/api/2/serverInfo", "/jira/rest/api/2/serverInfo"] {
        let server = ask(&base, "GET", path, &headers, "").await.json();
        assert!(server["version"].as_str().unwrap().starts_with("9."));
    }
    let all = "/rest/api/2/project?maxResults=1";
    let projects = ask(&base, "GET", all, &headers, "").await.json();
    assert!(projects.as_array().unwrap().len() > 1, "one piece");
    let search =
        "/rest/api/2/search?jql=description%20is%20not%20EMPTY&fields=description,reporter";
    let found = ask(&base, "GET", search, &headers, "").await.json();
    let fields = &found["issues"][0]["fields"];
    assert!(fields["description"].is_string(), "{found}");
    assert!(fields["reporter"]["name"].is_string());
    let headers = [("authorization", "Bearer confluence-pat-mia")];
    let spaces = ask(&base, "GET", "/confluence/rest/api/space", &headers, "").await;
    assert_eq!(spaces.status, 200);
}

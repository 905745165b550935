//! What the Data Center host finds and keeps beside the texts: content by query, histories, properties, names of fields.

use serde_json::{Value, json};

use super::data_center::{CONFLUENCE, Host, JIRA};
use crate::data_center;
use crate::wire::Call;

/// <https://docs.atlassian.com/ConfluenceServer/rest/8.5.0/#api/content-search>
#[test]
fn content_is_searched_with_its_bodies_and_a_page_tells_its_history() {
    let mut host = Host::new();
    let cql = "type%20%3D%20page&limit=2&expand=body.storage,version";
    let found = host.get(&format!("/rest/api/content/search?cql={cql}"), CONFLUENCE);
    assert_eq!(found.status, 200, "{}", found.value());
    let found = found.value();
    assert_eq!(found["results"].as_array().unwrap().len(), 2);
    let first = &found["results"][0];
    assert!(first["body"]["storage"]["value"].is_string(), "{first}");
    let path = format!(
        "/rest/api/content/{}/history",
        first["id"].as_str().unwrap()
    );
    let history = host.get(&path, CONFLUENCE).value();
    assert_eq!(history["lastUpdated"]["number"], first["version"]["number"]);
}

#[test]
fn nobody_is_assigned_by_no_name_and_a_parent_is_shown_as_links_are() {
    let mut host = Host::new();
    let assignee = "/rest/api/2/issue/MILL-1/assignee";
    for (name, shown) in [(json!("omar"), json!("omar")), (Value::Null, Value::Null)] {
        let answer = host.call("PUT", assignee, JIRA, &json!({"name": name}));
        assert_eq!(answer.status, 204);
        let issue = host.get("/rest/api/2/issue/MILL-1", JIRA).value();
        assert_eq!(issue["fields"]["assignee"]["name"], shown);
    }
    let found = host
        .get(
            "/rest/api/2/search?jql=parent%20is%20not%20EMPTY&maxResults=1",
            JIRA,
        )
        .value();
    let parent = &found["issues"][0]["fields"]["parent"];
    assert!(parent["fields"]["status"]["name"].is_string(), "{found}");
    let own = parent["self"].as_str().unwrap();
    assert!(
        own.contains("/rest/api/2/issue/") && own.starts_with("http://"),
        "{own}"
    );
    let resolutions = host.get("/rest/api/2/resolution", JIRA).value();
    assert_eq!(
        resolutions[0]["name"].as_str().map(str::is_empty),
        Some(false)
    );
}

#[test]
fn a_page_keeps_what_programs_write_with_it_and_names_the_address_of_its_host() {
    let mut host = Host::new();
    let pages = host.get("/rest/api/content?limit=1", CONFLUENCE).value();
    let id = pages["results"][0]["id"].as_str().unwrap();
    let page = host
        .get(&format!("/rest/api/content/{id}"), CONFLUENCE)
        .value();
    assert!(
        page["_links"]["base"]
            .as_str()
            .unwrap()
            .starts_with("http://"),
        "{page}"
    );
    let all = format!("/rest/api/content/{id}/property");
    let new = json!({"key": "state", "value": 1});
    assert_eq!(host.call("POST", &all, CONFLUENCE, &new).status, 200);
    let one = format!("{all}/state");
    let next = json!({"key": "state", "value": 2, "version": {"number": 2}});
    assert_eq!(
        host.call("PUT", &one, CONFLUENCE, &next).value()["value"],
        2
    );
    assert_eq!(host.call("PUT", &one, CONFLUENCE, &next).status, 409);
    assert_eq!(
        host.get(&all, CONFLUENCE).value()["results"][0]["version"]["number"],
        2
    );
    assert_eq!(
        host.call("DELETE", &one, CONFLUENCE, &Value::Null).status,
        204
    );
    assert_eq!(host.get(&one, CONFLUENCE).status, 404);
}

#[test]
fn the_names_of_fields_are_told_and_every_address_is_of_this_host_and_version() {
    let mut host = Host::new();
    let issue = host
        .get("/rest/api/2/issue/MILL-1?expand=names,schema", JIRA)
        .value();
    assert_eq!(
        (
            &issue["names"]["summary"],
            &issue["schema"]["summary"]["type"]
        ),
        (&json!("Summary"), &json!("string"))
    );
    assert!(issue["fields"]["status"]["statusCategory"]["id"].is_u64());
    let found = host
        .get(
            "/rest/api/2/search?jql=project%3DMILL&maxResults=1&expand=names",
            JIRA,
        )
        .value();
    assert_eq!(found["names"]["summary"], "Summary");
    let fields = host
        .get("/rest/api/2/issue/MILL-1/editmeta", JIRA)
        .value()
        .to_string();
    assert!(
        !fields.contains("https://") && !fields.contains("/rest/api/3/"),
        "{fields}"
    );
}

/// As behind a proxy: what it writes into answers comes from its own settings
/// (<https://confluence.atlassian.com/adminjiraserver/configuring-the-base-url-938847832.html>).
#[test]
fn a_host_that_calls_itself_otherwise_says_so_in_every_answer() {
    let mut host = Host::new();
    let name = "https://tracker.example.com:8443/ctx";
    host.0.behaviour.data_center_name = name.to_owned();
    let server = host.get("/rest/api/2/serverInfo", JIRA).value();
    assert_eq!(server["baseUrl"], name);
    for (path, credential) in [
        ("/rest/api/2/issue/MILL-1", JIRA),
        ("/rest/api/2/issue/MILL-1/editmeta", JIRA),
        ("/rest/api/2/issue/MILL-1/watchers", JIRA),
        ("/rest/api/2/search?jql=project%20%3D%20MILL", JIRA),
        ("/rest/agile/1.0/board", JIRA),
        ("/rest/api/space", CONFLUENCE),
        ("/rest/api/content?type=page&limit=1", CONFLUENCE),
    ] {
        let answer = host.get(path, credential);
        assert_eq!(answer.status, 200, "{path}");
        let text = answer.value().to_string();
        assert!(text.contains(name), "{path}: {text}");
        assert!(!text.contains("127.0.0.1"), "{path}: {text}");
    }
}

#[test]
fn a_session_tells_who_is_logged_in_and_a_version_of_a_page_is_told() {
    let mut host = Host::new();
    for version in ["1", "latest"] {
        let session = host.get(&format!("/rest/auth/{version}/session"), JIRA);
        assert_eq!(session.value()["name"], "mia");
    }
    let pages = host
        .get("/rest/api/content?type=page&limit=1", CONFLUENCE)
        .value();
    let id = pages["results"][0]["id"].as_str().unwrap();
    let all = format!("/rest/experimental/content/{id}/version");
    let one = host.get(&format!("{all}/1"), CONFLUENCE);
    assert_eq!((one.status, &one.value()["number"]), (200, &json!(1)));
    assert_eq!(host.get(&format!("{all}/99"), CONFLUENCE).status, 404);
}

/// <https://docs.atlassian.com/ConfluenceServer/rest/8.5.0/#api/content-getContentById>
#[test]
fn a_file_that_a_search_finds_is_content_with_its_page() {
    let mut host = Host::new();
    let cql = "/rest/api/content/search?cql=type%20%3D%20page&limit=1";
    let page = host.get(cql, CONFLUENCE).value()["results"][0]["id"].take();
    let form = "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n0123\r\n--xyz--\r\n";
    let headers = [
        ("authorization", CONFLUENCE),
        ("content-type", "multipart/form-data; boundary=xyz"),
        ("x-atlassian-token", "no-check"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let path = format!(
        "/rest/api/content/{}/child/attachment",
        page.as_str().unwrap()
    );
    let call = Call::new("POST", &path, headers.to_vec(), form.as_bytes().to_vec());
    let made = data_center::answer(&mut host.0, &call);
    assert_eq!(made.status, 200, "{}", made.value());
    let id = made.value()["results"][0]["id"].take();
    let path = format!(
        "/rest/api/content/{}?expand=container",
        id.as_str().unwrap()
    );
    let file = host.get(&path, CONFLUENCE).value();
    assert_eq!(
        (&file["id"], &file["type"], &file["title"]),
        (&id, &json!("attachment"), &json!("a.txt"))
    );
    assert_eq!(file["container"]["id"], page);
}

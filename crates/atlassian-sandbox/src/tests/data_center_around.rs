//! What lies around issues and pages on the Data Center host: files, comments, markup, links, boards.

use serde_json::{Value, json};

use super::data_center::{CONFLUENCE, Host, JIRA};
use crate::data_center;
use crate::wire::Call;

/// <https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-addAttachment>
#[test]
fn a_file_lies_on_the_host_itself_a_comment_is_changed_and_somebody_assigned() {
    let mut host = Host::new();
    let form = "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a b\"\r\n\r\n0123456789\r\n--xyz--\r\n";
    let mut headers = vec![
        ("authorization".to_owned(), JIRA.to_owned()),
        (
            "content-type".to_owned(),
            "multipart/form-data; boundary=xyz".to_owned(),
        ),
    ];
    let path = "/jira/rest/api/2/issue/MILL-1/attachments";
    let mut upload = |headers: &[(String, String)]| {
        let call = Call::new("POST", path, headers.to_vec(), form.as_bytes().to_vec());
        data_center::answer(&mut host.0, &call)
    };
    assert_eq!(upload(&headers).status, 403);
    headers.push(("x-atlassian-token".to_owned(), "no-check".to_owned()));
    let made = upload(&headers);
    assert_eq!(made.status, 200, "{}", made.value());
    let made = made.value();
    assert_eq!(
        (&made[0]["author"]["name"], &made[0]["size"]),
        (&json!("mia"), &json!(10))
    );
    let content = made[0]["content"].as_str().unwrap();
    let address = content.split_once("/jira/").unwrap().1;
    let bytes = host.get(&format!("/jira/{address}"), JIRA);
    assert_eq!(
        (bytes.status, bytes.body.as_slice()),
        (200, b"0123456789".as_slice())
    );
    let issue = host.get("/rest/api/2/issue/MILL-1", JIRA).value();
    assert_eq!(issue["fields"]["attachment"][0]["filename"], "a b");
    let one = format!("/rest/api/2/attachment/{}", made[0]["id"].as_str().unwrap());
    assert_eq!(host.get(&one, JIRA).value()["filename"], "a b");
    assert_eq!(host.call("DELETE", &one, JIRA, &Value::Null).status, 204);
    assert_eq!(host.get(&one, JIRA).status, 404);

    let comments = "/rest/api/2/issue/MILL-1/comment";
    let made = host
        .call("POST", comments, JIRA, &json!({"body": "one"}))
        .value();
    let one = format!("{comments}/{}", made["id"].as_str().unwrap());
    let changed = host.call("PUT", &one, JIRA, &json!({"body": "*two*"}));
    assert_eq!(
        (changed.status, &changed.value()["body"]),
        (200, &json!("*two*"))
    );
    let assignee = "/rest/api/2/issue/MILL-1/assignee";
    for (name, status) in [("omar", 204), ("nobody", 400)] {
        let answer = host.call("PUT", assignee, JIRA, &json!({"name": name}));
        assert_eq!(answer.status, status, "{name}");
    }
    let issue = host.get("/rest/api/2/issue/MILL-1", JIRA).value();
    assert_eq!(issue["fields"]["assignee"]["name"], "omar");
}

/// <https://developer.atlassian.com/server/confluence/confluence-rest-api-examples/>
#[test]
fn a_page_is_written_as_markup_moved_and_never_below_itself() {
    let mut host = Host::new();
    let page = |title: &str, above: &Value| {
        json!({"type": "page", "title": title, "space": {"key": "PLANT"}, "ancestors": above,
            "body": {"wiki": {"value": "h1. Title\n\n*bold*", "representation": "wiki"}}})
    };
    let upper = host
        .call(
            "POST",
            "/rest/api/content",
            CONFLUENCE,
            &page("Upper", &json!([])),
        )
        .value();
    let above = json!([{"id": upper["id"]}]);
    let lower = host
        .call(
            "POST",
            "/rest/api/content",
            CONFLUENCE,
            &page("Lower", &above),
        )
        .value();
    let path = format!("/rest/api/content/{}", upper["id"].as_str().unwrap());
    let read = host
        .get(&format!("{path}?expand=body.storage,body.view"), CONFLUENCE)
        .value();
    let storage = read["body"]["storage"]["value"].as_str().unwrap();
    assert_eq!(storage, "<h1>Title</h1><p><strong>bold</strong></p>");
    assert!(read["body"]["view"]["value"].is_string());
    let read = host
        .get(
            &format!("{path}?expand=version&body-format=storage"),
            CONFLUENCE,
        )
        .value();
    assert_eq!(read.get("body"), None, "`body-format` is Cloud's");
    for parent in [&upper["id"], &lower["id"]] {
        let mut change = page("Upper", &json!([{"id": parent}]));
        change["version"] = json!({"number": 2});
        assert_eq!(host.call("PUT", &path, CONFLUENCE, &change).status, 400);
    }
    let other = host
        .call(
            "POST",
            "/rest/api/content",
            CONFLUENCE,
            &page("Other", &json!([])),
        )
        .value();
    let mut change = page("Lower", &json!([{"id": other["id"]}]));
    change["version"] = json!({"number": 2});
    let path = format!("/rest/api/content/{}", lower["id"].as_str().unwrap());
    assert_eq!(host.call("PUT", &path, CONFLUENCE, &change).status, 200);
    let read = host
        .get(&format!("{path}?expand=ancestors"), CONFLUENCE)
        .value();
    assert_eq!(
        read["ancestors"].as_array().unwrap().last().unwrap()["id"],
        other["id"]
    );
}

#[test]
fn what_lies_around_issues_is_there_with_people_by_name_and_addresses_of_the_host() {
    let mut host = Host::new();
    let issue = "/jira/rest/api/2/issue/MILL-1";
    let mut post = |path: &str, body: &Value| host.call("POST", path, JIRA, body);
    let log = post(
        &format!("{issue}/worklog"),
        &json!({"timeSpent": "1h", "comment": "*hard*"}),
    );
    assert_eq!(
        (log.status, &log.value()["author"]["name"]),
        (201, &json!("mia"))
    );
    assert_eq!(log.value()["comment"], "*hard*");
    let base = format!("http://{}/jira/", "127.0.0.1");
    assert!(
        log.value()["self"].as_str().unwrap().starts_with(&base),
        "{}",
        log.value()
    );
    assert_eq!(
        post(&format!("{issue}/watchers"), &json!("omar")).status,
        204
    );
    let link = json!({"type": {"name": "Blocks"}, "inwardIssue": {"key": "MILL-1"}, "outwardIssue": {"key": "MILL-2"}});
    assert_eq!(post("/jira/rest/api/2/issueLink", &link).status, 201);
    let version = post(
        "/jira/rest/api/2/version",
        &json!({"name": "7.0", "project": "MILL"}),
    );
    assert_eq!(version.status, 201);
    let watchers = host.get(&format!("{issue}/watchers"), JIRA).value();
    assert_eq!(watchers["watchers"][0]["name"], "omar");
    let gone = host.call(
        "DELETE",
        &format!("{issue}/watchers?username=omar"),
        JIRA,
        &Value::Null,
    );
    assert_eq!(gone.status, 204);
    let boards = host
        .get("/jira/rest/agile/1.0/board?projectKeyOrId=MILL", JIRA)
        .value();
    assert_eq!(boards["total"], 1);
    assert!(
        boards["values"][0]["self"]
            .as_str()
            .unwrap()
            .starts_with(&base)
    );
    let path = format!(
        "/jira/rest/agile/1.0/board/{}/issue",
        boards["values"][0]["id"]
    );
    let inside = host.get(&path, JIRA).value();
    let reporter = &inside["issues"][0]["fields"]["reporter"];
    assert!(
        reporter["name"].is_string() && reporter.get("accountId").is_none(),
        "{reporter}"
    );
    assert_eq!(host.get("/rest/agile/1.0/board", "").status, 401);
}

#[test]
fn an_edit_of_jira_applies_its_update_part() {
    let mut host = Host::new();
    let path = "/rest/api/2/issue/MILL-1";
    let update = json!({"update": {"labels": [{"add": "one"}, {"add": "two"}], "summary": [{"set": "Anew"}],
        "comment": [{"add": {"body": "h2. done"}}]}});
    assert_eq!(host.call("PUT", path, JIRA, &update).status, 204);
    let remove = json!({"update": {"labels": [{"remove": "one"}]}});
    assert_eq!(host.call("PUT", path, JIRA, &remove).status, 204);
    let fields = &host.get(path, JIRA).value()["fields"];
    assert_eq!(
        (&fields["labels"], &fields["summary"]),
        (&json!(["two"]), &json!("Anew"))
    );
    let comments = host.get(&format!("{path}/comment"), JIRA).value();
    let comments = comments["comments"].as_array().unwrap();
    assert_eq!(comments.last().unwrap()["body"], "h2. done");
    let both = json!({"fields": {"summary": "x"}, "update": {"summary": [{"set": "y"}]}});
    assert_eq!(host.call("PUT", path, JIRA, &both).status, 400);
}

#[test]
fn versions_and_components_of_an_issue_are_kept_and_shown_with_addresses_of_the_host() {
    let mut host = Host::new();
    for (list, name) in [("version", "7.0"), ("component", "Saw")] {
        let body = json!({"name": name, "project": "MILL"});
        let made = host.call("POST", &format!("/jira/rest/api/2/{list}"), JIRA, &body);
        assert_eq!(made.status, 201, "{list}");
    }
    let project = host.get("/jira/rest/api/2/project/MILL", JIRA).value();
    let name = |list: &str| project[list][0]["name"].clone();
    let (version, component) = (name("versions"), name("components"));
    assert!(version.is_string() && component.is_string(), "{project}");
    let path = "/jira/rest/api/2/issue/MILL-1";
    let named = |name: &Value| json!([{"name": name}]);
    let fields = json!({"fixVersions": named(&version), "versions": named(&version), "components": named(&component)});
    let edit = host.call("PUT", path, JIRA, &json!({"fields": fields}));
    assert_eq!(edit.status, 204);
    let read = host.get(path, JIRA).value()["fields"].clone();
    for (field, name) in [
        ("fixVersions", &version),
        ("versions", &version),
        ("components", &component),
    ] {
        assert_eq!(&read[field][0]["name"], name, "{field}");
        let address = read[field][0]["self"].as_str().unwrap();
        assert!(
            address.starts_with("http://127.0.0.1/jira/rest/api/2/"),
            "{address}"
        );
    }
    let none = json!({"fields": {"fixVersions": [], "components": []}});
    assert_eq!(host.call("PUT", path, JIRA, &none).status, 204);
    let read = host.get(path, JIRA).value()["fields"].clone();
    assert_eq!(
        (&read["fixVersions"], &read["components"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn a_comment_that_a_search_finds_is_content_at_its_own_address() {
    let mut host = Host::new();
    let found = host.get("/rest/api/search?cql=type%3Dcomment", CONFLUENCE);
    let hit = found.value()["results"][0].clone();
    let path = format!(
        "/rest/api/content/{}",
        hit["content"]["id"].as_str().unwrap()
    );
    let comment = host.get(
        &format!("{path}?expand=body.storage,version,container"),
        CONFLUENCE,
    );
    assert_eq!(
        (comment.status, &comment.value()["type"]),
        (200, &json!("comment"))
    );
    assert!(comment.value()["body"]["storage"]["value"].is_string());
    assert_eq!(comment.value()["container"]["type"], "page");
    let address = hit["url"].as_str().unwrap();
    assert!(
        address.starts_with("/display/PLANT/") && address.contains("?focusedCommentId="),
        "{address}"
    );
    assert_eq!(host.get(&path, "").status, 404);
}

#[test]
fn links_are_shown_and_a_transition_may_be_named_by_a_number() {
    let mut host = Host::new();
    let link = json!({"type": {"name": "Blocks"}, "inwardIssue": {"key": "MILL-1"}, "outwardIssue": {"key": "MILL-2"}});
    let made = host.call("POST", "/jira/rest/api/2/issueLink", JIRA, &link);
    assert_eq!(made.status, 201);
    let path = "/jira/rest/api/2/issue/MILL-1";
    let read = host
        .get(&format!("{path}?fields=issuelinks,watches"), JIRA)
        .value();
    let shown = &read["fields"]["issuelinks"][0];
    assert_eq!(shown["outwardIssue"]["key"], "MILL-2");
    let base = "http://127.0.0.1/jira/rest/api/2/";
    for address in [&shown["self"], &read["fields"]["watches"]["self"]] {
        let address = address.as_str().unwrap();
        assert!(address.starts_with(base), "{address}");
    }
    let steps = host.get(&format!("{path}/transitions"), JIRA).value();
    let id = steps["transitions"][0]["id"].as_str().unwrap().to_owned();
    let number: u64 = id.parse().unwrap();
    let body = json!({"transition": {"id": number}});
    let gone = host.call("POST", &format!("{path}/transitions"), JIRA, &body);
    assert_eq!(gone.status, 204, "{}", String::from_utf8_lossy(&gone.body));
}

#[test]
fn addresses_are_the_hosts_own_also_where_those_of_the_cloud_are_the_sandboxs() {
    let mut host = Host::new();
    host.0.behaviour.own_addresses = true;
    let watchers = host
        .get("/jira/rest/api/2/issue/MILL-1/watchers", JIRA)
        .value();
    let address = watchers["self"].as_str().unwrap();
    assert!(
        address.starts_with("http://127.0.0.1/jira/rest/api/2/"),
        "{address}"
    );
}

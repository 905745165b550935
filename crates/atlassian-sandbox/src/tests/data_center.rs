//! The Data Center host: what it takes, and that nothing of Cloud works there.

use base64::Engine as _;
use serde_json::{Value, json};

use crate::data_center;
use crate::options::App;
use crate::state::State;
use crate::wire::{Call, Reply};

pub(super) const JIRA: &str = "Bearer jira-pat-mia";
pub(super) const CONFLUENCE: &str = "Bearer confluence-pat-mia";

pub(super) struct Host(pub(super) State);

impl Host {
    pub(super) fn new() -> Self {
        Self(State::new(vec![App::default()], None).unwrap())
    }

    pub(super) fn call(
        &mut self,
        method: &str,
        target: &str,
        authorization: &str,
        body: &Value,
    ) -> Reply {
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if !authorization.is_empty() {
            headers.push(("authorization".to_owned(), authorization.to_owned()));
        }
        let body = body.to_string().into_bytes();
        data_center::answer(&mut self.0, &Call::new(method, target, headers, body))
    }

    pub(super) fn get(&mut self, target: &str, authorization: &str) -> Reply {
        self.call("GET", target, authorization, &Value::Null)
    }
}

#[test]
fn a_token_works_as_bearer_for_its_own_product_and_no_other_way() {
    let mut host = Host::new();
    let basic = base64::engine::general_purpose::STANDARD.encode("mia:jira-pat-mia");
    assert_eq!(host.get("/rest/api/2/myself", JIRA).value()["name"], "mia");
    assert_eq!(
        host.get("/jira/rest/api/2/myself", JIRA).value()["key"],
        "JIRAUSER10100"
    );
    for authorization in [
        CONFLUENCE,
        "Bearer jira-pat-nobody",
        "Bearer classic-token-mia",
        &format!("Basic {basic}"),
    ] {
        let reply = host.get("/rest/api/2/myself", authorization);
        assert_eq!(reply.status, 401, "{authorization}");
    }
}

#[test]
fn confluence_takes_a_token_that_is_no_good_for_nobodys() {
    let mut host = Host::new();
    let current = host.get("/rest/api/user/current", JIRA);
    assert_eq!(
        (current.status, &current.value()["type"]),
        (200, &json!("anonymous"))
    );
    let spaces = host.get("/rest/api/space", "Bearer confluence-pat-nobody");
    assert_eq!(
        (spaces.status, &spaces.value()["results"]),
        (200, &json!([]))
    );
    assert!(
        spaces
            .headers
            .contains(&("x-ausername".to_owned(), "anonymous".to_owned()))
    );
}

#[test]
fn without_a_credential_the_answers_are_nobodys() {
    let mut host = Host::new();
    assert_eq!(host.get("/rest/api/2/myself", "").status, 401);
    let found = host.get("/rest/api/2/search?jql=created%20%3E%20-900d", "");
    assert_eq!((found.status, &found.value()["total"]), (200, &json!(0)));
    assert_eq!(host.get("/rest/api/2/project", "").value(), json!([]));
    let who = host.get("/rest/api/user/current", "");
    assert_eq!(
        (who.status, &who.value()["type"]),
        (200, &json!("anonymous"))
    );
    assert_eq!(host.get("/rest/api/space", "").value()["size"], 0);
}

#[test]
fn nothing_of_cloud_is_there() {
    let mut host = Host::new();
    for path in [
        "/rest/api/3/myself",
        "/rest/api/2/project/search",
        "/rest/api/2/search/jql?jql=x",
        "/jira/rest/api/space",
        "/confluence/rest/api/2/myself",
        "/me",
        "/oauth/token/accessible-resources",
    ] {
        assert_eq!(host.get(path, JIRA).status, 404, "{path}");
    }
    for path in [
        "/wiki/rest/api/space",
        "/wiki/api/v2/spaces",
        "/rest/api/pages",
    ] {
        assert_eq!(host.get(path, CONFLUENCE).status, 404, "{path}");
    }
    let info = host.get("/rest/api/2/serverInfo", JIRA).value();
    assert_eq!(info["deploymentType"], "Server");
}

#[test]
fn documents_and_account_ids_are_refused() {
    let mut host = Host::new();
    let fields = |name: &str, value: Value| json!({"fields": {"project": {"key": "MILL"}, "issuetype": {"name": "Task"}, "summary": "x", name: value}});
    for (name, value) in [
        (
            "description",
            json!({"type": "doc", "version": 1, "content": []}),
        ),
        ("assignee", json!({"accountId": "5b10"})),
        ("assignee", json!({"name": "nobody"})),
    ] {
        let reply = host.call("POST", "/rest/api/2/issue", JIRA, &fields(name, value));
        assert_eq!(reply.status, 400);
        assert!(reply.value()["errors"][name].is_string());
    }
    let comment = json!({"body": {"type": "doc", "version": 1, "content": []}});
    let reply = host.call("POST", "/rest/api/2/issue/MILL-1/comment", JIRA, &comment);
    assert_eq!(reply.status, 400);
    let search = json!({"jql": "project = MILL", "nextPageToken": "x"});
    assert_eq!(
        host.call("POST", "/rest/api/2/search", JIRA, &search)
            .status,
        400
    );
    assert_eq!(
        host.get("/rest/api/2/user/search?query=mia", JIRA).status,
        400
    );
}

#[test]
fn people_are_names_and_texts_are_wiki_markup() {
    let mut host = Host::new();
    let search = json!({"jql": "reporter = mia order by key", "maxResults": 1000});
    let found = host
        .call("POST", "/rest/api/2/search", JIRA, &search)
        .value();
    assert!(found["total"].as_u64().unwrap() > 0);
    let issues = found["issues"].as_array().unwrap();
    assert!(
        issues
            .iter()
            .all(|one| one["fields"]["reporter"]["name"] == "mia")
    );
    assert!(
        issues
            .iter()
            .all(|one| !one.to_string().contains("accountId"))
    );
    let texts = issues.iter().map(|one| &one["fields"]["description"]);
    assert!(texts.clone().all(|text| text.is_string() || text.is_null()));
    assert!(texts.into_iter().any(Value::is_string));
}

#[test]
fn confluence_takes_storage_under_its_name_and_versions_in_order() {
    let mut host = Host::new();
    let page = |body: Value| json!({"type": "page", "title": "T", "space": {"key": "PLANT"}, "body": body});
    let flat = page(json!({"representation": "storage", "value": "<p>x</p>"}));
    assert_eq!(
        host.call("POST", "/rest/api/content", CONFLUENCE, &flat)
            .status,
        400
    );
    let nested = page(json!({"storage": {"representation": "storage", "value": "<p>x</p>"}}));
    let made = host
        .call("POST", "/rest/api/content", CONFLUENCE, &nested)
        .value();
    let path = format!("/rest/api/content/{}", made["id"].as_str().unwrap());
    let mut change = nested;
    change["version"] = json!({"number": 5});
    assert_eq!(host.call("PUT", &path, CONFLUENCE, &change).status, 409);
    change["version"] = json!({"number": 2});
    assert_eq!(host.call("PUT", &path, CONFLUENCE, &change).status, 200);
    let bare = host.get(&path, CONFLUENCE).value();
    assert!(bare.get("body").is_none() && bare.get("version").is_none());
}

#[test]
fn people_in_a_page_are_user_names_that_become_keys_and_never_account_ids() {
    let mut host = Host::new();
    let page = |storage: &str| {
        json!({"type": "page", "title": storage, "space": {"key": "PLANT"},
            "body": {"storage": {"representation": "storage", "value": storage}}})
    };
    let key = |host: &mut Host, who: &str| {
        let bearer = format!("Bearer confluence-pat-{who}");
        host.get("/rest/api/user/current", &bearer).value()["userKey"].clone()
    };
    let (mia, lea) = (key(&mut host, "mia"), key(&mut host, "lea"));
    assert!(mia != lea && mia.as_str().unwrap().len() == 32);
    for refused in [
        "<p><ac:link><ri:user ri:account-id=\"5b10\"/></ac:link></p>",
        "<p><ac:link><ri:user/></ac:link></p>",
    ] {
        let reply = host.call("POST", "/rest/api/content", CONFLUENCE, &page(refused));
        assert_eq!(reply.status, 400, "{refused}");
    }
    let literal =
        "<ac:plain-text-body><![CDATA[<ri:user ri:username=\"mia\"/>]]></ac:plain-text-body>";
    let named = format!("<p><ri:user ri:username=\"mia\"/></p>{literal}");
    let made = host.call("POST", "/rest/api/content", CONFLUENCE, &page(&named));
    let stored = format!("<p><ri:user ri:userkey={mia}/></p>{literal}");
    assert_eq!(made.value()["body"]["storage"]["value"], stored);
    let by_key = page(&stored);
    let made = host.call("POST", "/rest/api/content", CONFLUENCE, &by_key);
    assert_eq!(made.value()["body"]["storage"]["value"], stored);
}

#[test]
fn a_title_is_taken_among_things_of_its_kind_whatever_its_letters() {
    let mut host = Host::new();
    let mut make = |kind: &str, title: &str| {
        let body = json!({"type": kind, "title": title, "space": {"key": "PLANT"},
            "body": {"storage": {"representation": "storage", "value": "<p>x</p>"}}});
        host.call("POST", "/rest/api/content", CONFLUENCE, &body)
            .status
    };
    assert_eq!(make("page", "Über"), 200);
    assert_eq!(make("page", "ÜBER"), 400);
    assert_eq!(
        (make("blogpost", "über"), make("blogpost", "Über")),
        (200, 400)
    );
}

#[test]
fn nobody_is_assigned_who_has_left_or_may_not_write() {
    let mut host = Host::new();
    let gone = crate::NewPerson {
        active: false,
        ..crate::NewPerson::named("Gone")
    };
    let address = host.0.saved.data_center.sites[0].host.clone();
    host.0.add_person(&address, &gone).unwrap();
    let left = host.0.saved.data_center.accounts.last().unwrap().id.clone();
    let mut assign = |issue: &str, name: &str| {
        let body = json!({"fields": {"assignee": {"name": name}}});
        let path = format!("/rest/api/2/issue/{issue}");
        host.call("PUT", &path, JIRA, &body)
    };
    assert_eq!(assign("MILL-1", "omar").status, 204);
    for (issue, name) in [("MILL-1", left.as_str()), ("LEG-1", "omar")] {
        let refused = assign(issue, name);
        let said = refused.value()["errors"]["assignee"].clone();
        assert_eq!(said, format!("User '{name}' cannot be assigned issues."));
    }
}

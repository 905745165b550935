//! What lies around issues: work logs, watchers, votes, links, versions, components, filters.

use serde_json::{Value, json};

use super::{ALL, Bench, jira, text};

/// A login and calls with it.
struct Mia {
    bench: Bench,
    bearer: String,
}

impl Mia {
    fn new() -> Self {
        let mut bench = Bench::new();
        let bearer = bench.login("mia", ALL);
        Self { bench, bearer }
    }

    fn call(&mut self, method: &str, path: &str, body: &Value) -> super::Reply {
        let body = (!body.is_null()).then_some(body);
        self.bench.call(method, &jira(path), &self.bearer, body)
    }

    fn get(&mut self, path: &str) -> Value {
        let reply = self.call("GET", path, &Value::Null);
        assert_eq!(reply.status, 200, "{path}: {}", reply.value());
        reply.value()
    }

    fn found(&mut self, jql: &str) -> Vec<String> {
        let reply = self.call(
            "POST",
            "search/jql",
            &json!({"jql": jql, "fields": ["summary"]}),
        );
        assert_eq!(reply.status, 200, "{jql}: {}", reply.value());
        let issues = reply.value()["issues"].as_array().unwrap().clone();
        issues
            .iter()
            .map(|issue| text(issue, "/key").to_owned())
            .collect()
    }

    fn id_of_me(&mut self) -> String {
        text(&self.get("myself"), "/accountId").to_owned()
    }
}

/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-worklogs/>
#[test]
fn time_is_logged_changed_and_taken_away() {
    let mut mia = Mia::new();
    let path = "issue/WEB-1/worklog";
    let log = json!({"timeSpent": "1d 2h", "started": "2026-02-03T04:05:06.000+0100"});
    let made = mia.call("POST", path, &log);
    assert_eq!(
        (made.status, made.value()["timeSpentSeconds"].clone()),
        (201, json!(36_000))
    );
    assert_eq!(
        text(&made.value(), "/started"),
        "2026-02-03T03:05:06.000+0000"
    );
    let one = format!("{path}/{}", text(&made.value(), "/id"));
    for wrong in [
        json!({"timeSpent": "soon"}),
        json!({}),
        json!({"timeSpentSeconds": 60, "started": "2026-02-03T04:05:06Z"}),
        json!({"timeSpentSeconds": 60, "comment": "a string"}),
    ] {
        assert_eq!(mia.call("POST", path, &wrong).status, 400, "{wrong}");
    }
    let changed = mia
        .call("PUT", &one, &json!({"timeSpentSeconds": 5400}))
        .value();
    assert_eq!(text(&changed, "/timeSpent"), "1h 30m");
    let issue = mia.get("issue/WEB-1?fields=worklog,timetracking");
    assert_eq!(issue["fields"]["worklog"]["total"], 1);
    assert_eq!(text(&issue, "/fields/timetracking/timeSpent"), "1h 30m");
    assert_eq!(mia.call("DELETE", &one, &Value::Null).status, 204);
    assert_eq!(mia.call("GET", &one, &Value::Null).status, 404);
}

/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-watchers/>
#[test]
fn people_watch_and_vote() {
    let mut mia = Mia::new();
    let me = mia.id_of_me();
    let path = "issue/WEB-1/watchers";
    assert_eq!(mia.call("POST", path, &Value::Null).status, 204);
    assert_eq!(mia.call("POST", path, &json!(me)).status, 204);
    assert_eq!(mia.call("POST", path, &json!("nobody")).status, 400);
    let watchers = mia.get(path);
    assert_eq!(
        (
            watchers["watchCount"].clone(),
            watchers["isWatching"].clone()
        ),
        (json!(1), json!(true))
    );
    assert_eq!(mia.found("issue in watchedIssues()"), ["WEB-1"]);
    assert_eq!(mia.call("DELETE", path, &Value::Null).status, 400);
    assert_eq!(
        mia.call("DELETE", &format!("{path}?accountId={me}"), &Value::Null)
            .status,
        204
    );
    assert_eq!(mia.get(path)["watchCount"], 0);

    let fields =
        json!({"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "own"});
    let own = text(
        &mia.call("POST", "issue", &json!({"fields": fields}))
            .value(),
        "/key",
    )
    .to_owned();
    assert_eq!(
        mia.call("POST", &format!("issue/{own}/votes"), &Value::Null)
            .status,
        404,
        "her own"
    );
    let other = mia.found(&format!(
        "project = WEB and reporter != {me} and resolution is EMPTY"
    ))[0]
        .clone();
    let path = format!("issue/{other}/votes");
    assert_eq!(mia.call("POST", &path, &Value::Null).status, 204);
    assert_eq!(mia.get(&path)["hasVoted"], true);
    assert_eq!(mia.call("DELETE", &path, &Value::Null).status, 204);
    assert_eq!(mia.call("DELETE", &path, &Value::Null).status, 404);
}

/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-links/>
#[test]
fn a_link_has_two_ends_and_only_its_location_tells_its_id() {
    let mut mia = Mia::new();
    let link = json!({"type": {"name": "Blocks"}, "inwardIssue": {"key": "WEB-1"}, "outwardIssue": {"key": "WEB-2"}});
    let made = mia.call("POST", "issueLink", &link);
    assert_eq!((made.status, made.body.len()), (201, 0));
    let location = made
        .headers
        .iter()
        .find(|(name, _)| name == "location")
        .unwrap()
        .1
        .clone();
    let id = location.rsplit('/').next().unwrap().to_owned();
    assert!(location.starts_with("https://api.atlassian.com/ex/jira/"));
    let first = mia.get("issue/WEB-1?fields=issuelinks");
    assert_eq!(
        text(&first, "/fields/issuelinks/0/outwardIssue/key"),
        "WEB-2"
    );
    assert_eq!(text(&first, "/fields/issuelinks/0/type/outward"), "blocks");
    let second = mia.get("issue/WEB-2?fields=issuelinks");
    assert_eq!(
        text(&second, "/fields/issuelinks/0/inwardIssue/key"),
        "WEB-1"
    );
    assert_eq!(mia.found("issue in linkedIssues(WEB-1)"), ["WEB-2"]);
    let mut wrong = link.clone();
    wrong["type"]["name"] = json!("Hates");
    assert_eq!(mia.call("POST", "issueLink", &wrong).status, 404);
    let path = format!("issueLink/{id}");
    assert_eq!(text(&mia.get(&path), "/inwardIssue/key"), "WEB-1");
    assert_eq!(mia.call("DELETE", &path, &Value::Null).status, 204);
    assert_eq!(mia.call("GET", &path, &Value::Null).status, 404);
    assert_eq!(
        mia.get("issueLinkType")["issueLinkTypes"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
}

/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-remote-links/>
#[test]
fn a_remote_link_is_made_once_for_each_global_id() {
    let mut mia = Mia::new();
    let path = "issue/WEB-1/remotelink";
    let link =
        json!({"globalId": "a=1", "object": {"url": "https://example.com/1", "title": "One"}});
    let made = mia.call("POST", path, &link);
    assert_eq!(made.status, 201);
    let again = mia.call("POST", path, &link);
    assert_eq!(
        (again.status, again.value()["id"].clone()),
        (200, made.value()["id"].clone())
    );
    assert_eq!(
        mia.call("POST", path, &json!({"object": {"title": "One"}}))
            .status,
        400
    );
    let all = mia.get(path);
    assert_eq!(
        (all.as_array().unwrap().len(), text(&all, "/0/object/title")),
        (1, "One")
    );
    let one = format!("{path}/{}", made.value()["id"]);
    let changed = json!({"object": {"url": "https://example.com/1", "title": "Two"}});
    assert_eq!(mia.call("PUT", &one, &changed).status, 204);
    assert_eq!(text(&mia.get(&one), "/object/title"), "Two");
    assert_eq!(mia.call("DELETE", &one, &Value::Null).status, 204);
    assert_eq!(mia.get(path), json!([]));
}

/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-project-versions/>, with the scope
/// `manage:jira-project`.
#[test]
fn versions_are_made_given_to_issues_and_deleted() {
    let mut mia = Mia::new();
    let project = mia.get("project/WEB")["id"].as_str().unwrap().to_owned();
    let made = mia.call("POST", "version", &json!({"name": "2.0", "projectId": project.parse::<u64>().unwrap(), "releaseDate": "2026-09-01"}));
    assert_eq!(made.status, 201, "{}", made.value());
    let id = text(&made.value(), "/id").to_owned();
    let twice = mia.call("POST", "version", &json!({"name": "2.0", "project": "WEB"}));
    assert_eq!(
        (twice.status, twice.value()["errors"]["name"].is_string()),
        (400, true)
    );
    let set = json!({"fields": {"fixVersions": [{"name": "2.0"}]}, "update": {"versions": [{"add": {"name": "1.0"}}]}});
    assert_eq!(mia.call("PUT", "issue/WEB-1", &set).status, 204);
    assert_eq!(
        mia.call(
            "PUT",
            "issue/WEB-1",
            &json!({"fields": {"fixVersions": [{"name": "9"}]}})
        )
        .status,
        400
    );
    assert_eq!(mia.found("fixVersion = 2.0"), ["WEB-1"]);
    let path = format!("version/{id}");
    assert_eq!(
        mia.call("PUT", &path, &json!({"released": true})).value()["released"],
        true
    );
    assert_eq!(mia.get("project/WEB/version?query=2.")["total"], 1);
    assert_eq!(mia.get("project/WEB/versions").as_array().unwrap().len(), 3);
    assert_eq!(mia.call("DELETE", &path, &Value::Null).status, 204);
    let issue = mia.get("issue/WEB-1?fields=fixVersions,versions");
    assert_eq!(
        (
            issue["fields"]["fixVersions"].clone(),
            text(&issue, "/fields/versions/0/name")
        ),
        (json!([]), "1.0")
    );

    let narrow = mia.bench.login("mia", "read:jira-work write:jira-work");
    let refused = mia.bench.call(
        "POST",
        &jira("version"),
        &narrow,
        Some(&json!({"name": "3", "project": "WEB"})),
    );
    assert_eq!(refused.status, 401);
}

/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-project-components/>
#[test]
fn components_are_made_renamed_and_deleted_with_their_issues() {
    let mut mia = Mia::new();
    let me = mia.id_of_me();
    let made = mia.call(
        "POST",
        "component",
        &json!({"name": "Parts", "project": "WEB", "leadAccountId": me}),
    );
    assert_eq!(
        (made.status, text(&made.value(), "/lead/accountId")),
        (201, me.as_str())
    );
    assert_eq!(
        mia.call(
            "POST",
            "component",
            &json!({"name": "Parts", "project": "WEB"})
        )
        .status,
        400
    );
    let path = format!("component/{}", text(&made.value(), "/id"));
    let set = json!({"fields": {"components": [{"name": "Parts"}]}});
    assert_eq!(mia.call("PUT", "issue/WEB-1", &set).status, 204);
    assert_eq!(
        mia.call("PUT", &path, &json!({"name": "Pieces"})).status,
        200
    );
    let issue = mia.get("issue/WEB-1?fields=components");
    assert_eq!(text(&issue, "/fields/components/0/name"), "Pieces");
    assert_eq!(mia.call("DELETE", &path, &Value::Null).status, 204);
    assert_eq!(
        mia.get("issue/WEB-1?fields=components")["fields"]["components"],
        json!([])
    );
    assert_eq!(mia.call("GET", &path, &Value::Null).status, 404);
    let omar = mia.bench.login("omar", ALL);
    let refused = mia.bench.call(
        "POST",
        &jira("component"),
        &omar,
        Some(&json!({"name": "x", "project": "LEG"})),
    );
    assert_eq!(refused.status, 403);
}

/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-filters/>
#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one way from its beginning to its end"
)]
fn a_query_is_kept_used_by_others_and_may_not_lead_back_to_itself() {
    let mut mia = Mia::new();
    let made = mia.call(
        "POST",
        "filter",
        &json!({"name": "Mine", "jql": "key = WEB-1", "favourite": true}),
    );
    assert_eq!(made.status, 200, "{}", made.value());
    let id = text(&made.value(), "/id").to_owned();
    let path = format!("filter/{id}");
    assert_eq!(text(&mia.get(&path), "/jql"), "key = WEB-1");
    assert_eq!(mia.found(&format!("filter = {id}")), ["WEB-1"]);
    assert_eq!(mia.found("filter = Mine"), ["WEB-1"]);
    assert_eq!(
        mia.call(
            "POST",
            "filter",
            &json!({"name": "Mine", "jql": "key = WEB-1"})
        )
        .status,
        400
    );
    assert_eq!(
        mia.call(
            "POST",
            "filter",
            &json!({"name": "Wrong", "jql": "nothing = 1"})
        )
        .status,
        400
    );
    let other = mia.call(
        "POST",
        "filter",
        &json!({"name": "Other", "jql": format!("filter = {id} or filter = {id}")}),
    );
    assert_eq!(mia.found("filter = Other"), ["WEB-1"]);
    assert_eq!(
        mia.call(
            "PUT",
            &path,
            &json!({"name": "Mine", "jql": "filter = Other"})
        )
        .status,
        200
    );
    let round = mia.call("POST", "search/jql", &json!({"jql": "filter = Other"}));
    assert_eq!(round.status, 400);
    assert!(text(&round.value(), "/errorMessages/0").contains("cyclical reference"));
    assert_eq!(
        mia.get("filter/my")
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["name"] == "Mine")
            .count(),
        1
    );
    assert_eq!(mia.get("filter/favourite").as_array().unwrap().len(), 1);
    let found = mia.get("filter/search?filterName=mine");
    assert_eq!(
        (found["total"].clone(), found["values"][0].get("jql")),
        (json!(1), None)
    );
    let omar = mia.bench.login("omar", ALL);
    assert_eq!(
        mia.bench.call("GET", &jira(&path), &omar, None).status,
        400,
        "not shared"
    );
    let unknown = mia.call("POST", "search/jql", &json!({"jql": "filter = 99999"}));
    assert_eq!(unknown.status, 400);
    let other = format!("filter/{}", text(&other.value(), "/id"));
    assert_eq!(mia.call("DELETE", &other, &Value::Null).status, 204);
}

//! What an issue is made with besides its fields, what apps keep with it, and who may read logged time.

use serde_json::{Value, json};

use super::{ALL, Bench, agile, jira};

/// <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post>
#[test]
fn an_issue_is_made_in_another_status_and_with_properties() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let fields =
        json!({"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "New"});
    let first = bench.call(
        "POST",
        &jira("issue"),
        &bearer,
        Some(&json!({"fields": fields})),
    );
    let transitions = jira(&format!(
        "issue/{}/transitions",
        first.value()["key"].as_str().unwrap()
    ));
    let open = bench.call("GET", &transitions, &bearer, None).value();
    let step = &open["transitions"][0];
    let body = json!({"fields": fields, "transition": {"id": step["id"]},
        "properties": [{"key": "app.state", "value": {"seen": 1}}]});
    let made = bench
        .call("POST", &jira("issue"), &bearer, Some(&body))
        .value();
    let key = made["key"].as_str().unwrap();
    let issue = bench
        .call("GET", &jira(&format!("issue/{key}")), &bearer, None)
        .value();
    assert_eq!(issue["fields"]["status"]["name"], step["to"]["name"]);
    let at = |rest: &str| jira(&format!("issue/{key}/properties{rest}"));
    assert_eq!(
        bench.call("GET", &at("/app.state"), &bearer, None).value(),
        json!({"key": "app.state", "value": {"seen": 1}})
    );
    let refused = json!({"fields": fields, "transition": {"id": "99999"}});
    assert_eq!(
        bench
            .call("POST", &jira("issue"), &bearer, Some(&refused))
            .status,
        400
    );

    for status in [201, 200] {
        let put = bench.call("PUT", &at("/other"), &bearer, Some(&json!([1])));
        assert_eq!(put.status, status);
    }
    assert_eq!(
        bench
            .call("DELETE", &at("/app.state"), &bearer, None)
            .status,
        204
    );
    assert_eq!(
        bench.call("GET", &at("/app.state"), &bearer, None).status,
        404
    );
    let keys = bench.call("GET", &at(""), &bearer, None).value();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert_eq!(keys["keys"][0]["key"], "other");
}

#[test]
fn logged_time_is_for_those_it_was_logged_for_and_operations_stand_in_lists() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let logs = jira("issue/WEB-1/worklog");
    let body =
        json!({"timeSpentSeconds": 3600, "visibility": {"type": "role", "value": "Developers"}});
    let made = bench.call("POST", &logs, &bearer, Some(&body)).value();
    assert_eq!(
        made["visibility"],
        json!({"type": "role", "value": "Developers", "identifier": "Developers"})
    );
    let unknown =
        json!({"timeSpentSeconds": 3600, "visibility": {"type": "role", "value": "Nobody"}});
    assert_eq!(
        bench.call("POST", &logs, &bearer, Some(&unknown)).status,
        400
    );
    let update = json!({"update": {"labels": {"add": "x"}}});
    assert_eq!(
        bench
            .call("PUT", &jira("issue/WEB-1"), &bearer, Some(&update))
            .status,
        400
    );
}

/// A sprint's dates are moments: what they say of the zone counts.
#[test]
fn the_dates_of_a_sprint_keep_their_zone() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let boards = bench.call("GET", &agile("board"), &bearer, None).value();
    let scrum = boards["values"]
        .as_array()
        .unwrap()
        .iter()
        .find(|board| board["type"] == "scrum");
    let body = json!({"name": "Zones", "originBoardId": scrum.unwrap()["id"],
        "startDate": "2026-12-02T09:00:00+05:30", "endDate": "2026-12-16"});
    let made = bench
        .call("POST", &agile("sprint"), &bearer, Some(&body))
        .value();
    assert_eq!(made["startDate"], "2026-12-02T03:30:00.000Z");
    assert_eq!(made["endDate"], "2026-12-16T00:00:00.000Z");
    assert_ne!(made["id"], Value::Null);
    let turned = json!({"name": "Turned", "originBoardId": scrum.unwrap()["id"],
        "startDate": "2026-12-16", "endDate": "2026-12-02"});
    let refused = bench.call("POST", &agile("sprint"), &bearer, Some(&turned));
    assert_eq!(
        refused.value()["errorMessages"][0],
        "The start date of a sprint must be before the end date."
    );
    let path = format!("{}/{}", agile("sprint"), made["id"]);
    let early = json!({"endDate": "2026-12-01"});
    let refused = bench.call("POST", &path, &bearer, Some(&early));
    assert_eq!(refused.status, 400, "{}", refused.value());
}

#[test]
fn create_metadata_of_all_projects_roles_and_kinds_are_listed() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let mut get = |path: &str| {
        let reply = bench.call("GET", &jira(path), &bearer, None);
        assert_eq!(reply.status, 200, "{path} {}", reply.value());
        reply.value()
    };
    let all = get("issue/createmeta");
    assert!(all["projects"].as_array().unwrap().len() > 1);
    let one = get(
        "issue/createmeta?projectKeys=WEB&issuetypeNames=Task&expand=projects.issuetypes.fields",
    );
    assert_eq!(one["projects"].as_array().unwrap().len(), 1);
    let kinds = one["projects"][0]["issuetypes"].as_array().unwrap();
    assert_eq!(kinds.len(), 1);
    assert_eq!(kinds[0]["fields"]["summary"]["required"], true);
    let roles = get("project/WEB/role");
    let role = roles["Developers"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        get(&format!("project/WEB/role/{role}"))["name"],
        "Developers"
    );
    assert!(get("resolution/search")["values"][0]["name"].is_string());
    assert_eq!(get("project/type")[0]["key"], "software");
}

//! Boards and sprints of Jira Software.

use serde_json::{Value, json};

use super::{ALL, Bench, agile, jira, text};

fn get(bench: &mut Bench, bearer: &str, path: &str) -> Value {
    let reply = bench.call("GET", &agile(path), bearer, None);
    assert_eq!(reply.status, 200, "{path}: {}", reply.value());
    reply.value()
}

/// developer.atlassian.com, "Jira Software scopes for OAuth 2.0 (3LO) and Forge apps"
#[test]
fn the_classic_scopes_do_not_reach_boards() {
    let mut bench = Bench::new();
    let classic = bench.login("mia", "read:jira-work write:jira-work read:jira-user");
    for path in [
        "board",
        "board/1",
        "board/1/sprint",
        "board/1/issue",
        "sprint/12",
    ] {
        let reply = bench.call("GET", &agile(path), &classic, None);
        assert_eq!(
            (reply.status, text(&reply.value(), "/message")),
            (401, "Unauthorized; scope does not match"),
            "{path}"
        );
    }
}

#[test]
fn boards_are_listed_by_kind_project_and_name() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let all = get(&mut bench, &bearer, "board?maxResults=2");
    assert_eq!(
        (
            all["values"].as_array().unwrap().len(),
            all["isLast"].clone()
        ),
        (2, json!(false))
    );
    let web = get(
        &mut bench,
        &bearer,
        "board?projectKeyOrId=WEB&type=scrum&name=web",
    );
    assert_eq!(
        (
            web["total"].clone(),
            text(&web, "/values/0/location/projectKey")
        ),
        (json!(1), "WEB")
    );
    let id = web["values"][0]["id"].clone();
    let settings = get(&mut bench, &bearer, &format!("board/{id}/configuration"));
    let filter = text(&settings, "/filter/id").to_owned();
    let filter = bench
        .call("GET", &jira(&format!("filter/{filter}")), &bearer, None)
        .value();
    assert_eq!(text(&filter, "/jql"), "project = \"WEB\" ORDER BY Rank ASC");
    assert_eq!(
        bench.call("GET", &agile("board/99"), &bearer, None).status,
        404
    );
    assert_eq!(
        bench
            .call("GET", &agile("board?projectKeyOrId=NO"), &bearer, None)
            .status,
        400
    );
    let omar = bench.login("omar", ALL);
    let hidden = bench
        .call("GET", &agile("board?name=SEC"), &omar, None)
        .value();
    assert_eq!(hidden["total"], 0);
}

/// <https://developer.atlassian.com/cloud/jira/software/rest/api-group-sprint/>
#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one way from its beginning to its end"
)]
fn a_sprint_is_planned_filled_started_closed_and_deleted() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let post = |bench: &mut Bench, path: &str, body: &Value| {
        bench.call("POST", &agile(path), &bearer, Some(body))
    };
    let made = post(
        &mut bench,
        "sprint",
        &json!({"name": "Next", "originBoardId": 1, "goal": "all"}),
    );
    assert_eq!(
        (made.status, text(&made.value(), "/state")),
        (201, "future"),
        "{}",
        made.value()
    );
    let id = made.value()["id"].to_string();
    let fill = format!("sprint/{id}/issue");
    assert_eq!(
        post(&mut bench, &fill, &json!({"issues": ["WEB-1", "WEB-2"]})).status,
        204
    );
    let inside = get(
        &mut bench,
        &bearer,
        &format!("{fill}?jql=key%20%3D%20WEB-1&fields=summary"),
    );
    assert_eq!(
        (inside["total"].clone(), text(&inside, "/issues/0/key")),
        (json!(1), "WEB-1")
    );
    assert_eq!(
        inside["issues"][0]["fields"]["sprint"]["id"].to_string(),
        id
    );
    assert_eq!(
        post(&mut bench, "backlog/issue", &json!({"issues": ["WEB-2"]})).status,
        204
    );
    assert_eq!(get(&mut bench, &bearer, &fill)["total"], 1);

    let early = post(
        &mut bench,
        &format!("sprint/{id}"),
        &json!({"state": "active"}),
    );
    assert_eq!(early.status, 400, "no dates");
    let dates = json!({"state": "active", "startDate": "2026-05-01T10:00:00.000Z", "endDate": "2026-05-14"});
    let started = post(&mut bench, &format!("sprint/{id}"), &dates);
    assert_eq!(
        (started.status, text(&started.value(), "/state")),
        (200, "active")
    );
    let active = get(&mut bench, &bearer, "board/1/sprint?state=active");
    assert_eq!(active["total"], 2);
    let found = bench
        .call(
            "GET",
            &jira(&format!(
                "search/jql?jql=sprint%20%3D%20{id}&fields=summary"
            )),
            &bearer,
            None,
        )
        .value();
    assert_eq!(text(&found, "/issues/0/key"), "WEB-1");
    assert_eq!(
        post(
            &mut bench,
            &format!("sprint/{id}"),
            &json!({"state": "closed"})
        )
        .status,
        200
    );
    assert_eq!(
        post(
            &mut bench,
            &format!("sprint/{id}"),
            &json!({"state": "active"})
        )
        .status,
        400
    );
    assert_eq!(
        post(&mut bench, &fill, &json!({"issues": ["WEB-2"]})).status,
        400,
        "it is closed"
    );
    assert_eq!(
        bench
            .call("DELETE", &agile(&format!("sprint/{id}")), &bearer, None)
            .status,
        204
    );
    assert_eq!(
        bench
            .call("GET", &agile(&format!("sprint/{id}")), &bearer, None)
            .status,
        404
    );
}

#[test]
fn a_backlog_holds_what_is_neither_done_nor_planned() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let backlog = get(&mut bench, &bearer, "board/1/backlog?fields=status,sprint");
    let issues = backlog["issues"].as_array().unwrap();
    assert!(!issues.is_empty());
    for issue in issues {
        assert_eq!(text(issue, "/fields/status/statusCategory/key"), "new");
    }
    let kanban = get(&mut bench, &bearer, "board?type=kanban");
    let id = kanban["values"][0]["id"].clone();
    assert_eq!(
        bench
            .call("GET", &agile(&format!("board/{id}/sprint")), &bearer, None)
            .status,
        400
    );
}

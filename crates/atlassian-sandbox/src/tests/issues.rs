//! Writing issues: fields, ADF, comments, transitions, deletion.

use serde_json::{Value, json};

use super::{ALL, Bench, jira, text};

fn adf(words: &str) -> Value {
    json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": words}]}]})
}

fn create(bench: &mut Bench, bearer: &str, fields: &Value) -> super::Reply {
    bench.call(
        "POST",
        &jira("issue"),
        bearer,
        Some(&json!({"fields": fields})),
    )
}

#[test]
fn an_issue_can_be_created_read_edited_and_deleted() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let fields = json!({"project": {"key": "WEB"}, "issuetype": {"name": "Bug"}, "summary": "Broken", "labels": ["b", "a"], "priority": {"name": "High"}, "description": adf("Hi"), "duedate": "2026-05-01"});
    let made = create(&mut bench, &bearer, &fields);
    assert_eq!(made.status, 201);
    let key = text(&made.value(), "/key").to_owned();
    let path = jira(&format!("issue/{key}"));
    let issue = bench.call("GET", &path, &bearer, None).value();
    assert_eq!(issue["fields"]["labels"], json!(["a", "b"]));
    assert_eq!(text(&issue, "/fields/status/name"), "To Do");
    assert_eq!(text(&issue, "/fields/reporter/displayName"), "Mia Krystof");
    let edited = bench.call("PUT", &path, &bearer, Some(&json!({"fields": {"summary": "Mended"}, "update": {"labels": [{"add": "c"}, {"remove": "a"}]}})));
    assert_eq!((edited.status, edited.body.len()), (204, 0));
    let issue = bench
        .call(
            "GET",
            &format!("{path}?fields=summary,labels&expand=changelog"),
            &bearer,
            None,
        )
        .value();
    assert_eq!(
        (
            text(&issue, "/fields/summary"),
            issue["fields"]["labels"].clone()
        ),
        ("Mended", json!(["b", "c"]))
    );
    assert_eq!(issue["changelog"]["total"], 2);
    assert_eq!(bench.call("DELETE", &path, &bearer, None).status, 204);
    assert_eq!(bench.call("GET", &path, &bearer, None).status, 404);
}

#[test]
fn wrong_fields_are_named_in_errors() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let good = json!({"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "x"});
    for (field, value) in [
        ("summary", json!("")),
        ("summary", json!("a\nb")),
        ("description", json!("a string")),
        (
            "description",
            json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}]}),
        ),
        ("priority", json!({"name": "Whatever"})),
        ("assignee", json!({"accountId": "nobody"})),
        ("issuetype", json!({"name": "Whale"})),
        ("project", json!({"key": "web"})),
        ("labels", json!(["two words"])),
        ("duedate", json!("tomorrow")),
        ("customfield_99999", json!(1)),
        ("parent", json!({"key": "APP-1"})),
    ] {
        let mut fields = good.clone();
        fields[field] = value;
        let reply = create(&mut bench, &bearer, &fields);
        assert_eq!(reply.status, 400, "{field}");
        assert!(
            reply.value()["errors"].get(field).is_some(),
            "{field}: {}",
            reply.value()
        );
    }
    let missing = create(
        &mut bench,
        &bearer,
        &json!({"project": {"key": "WEB"}, "issuetype": {"name": "Task"}}),
    );
    assert_eq!(
        text(&missing.value(), "/errors/summary"),
        "You must specify a summary of the issue."
    );
}

#[test]
fn a_subtask_needs_a_parent_and_holds_it_back_from_deletion() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let mut fields =
        json!({"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "Parent"});
    let parent = text(&create(&mut bench, &bearer, &fields).value(), "/key").to_owned();
    fields["issuetype"] = json!({"name": "Sub-task"});
    assert_eq!(create(&mut bench, &bearer, &fields).status, 400);
    fields["parent"] = json!({"key": parent});
    assert_eq!(create(&mut bench, &bearer, &fields).status, 201);
    let path = jira(&format!("issue/{parent}"));
    assert_eq!(bench.call("DELETE", &path, &bearer, None).status, 400);
    assert_eq!(
        bench
            .call(
                "DELETE",
                &format!("{path}?deleteSubtasks=true"),
                &bearer,
                None
            )
            .status,
        204
    );
}

#[test]
fn comments_take_adf_and_belong_to_their_authors() {
    let mut bench = Bench::new();
    let (mia, omar) = (bench.login("mia", ALL), bench.login("omar", ALL));
    let fields =
        json!({"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "Talk"});
    let key = text(&create(&mut bench, &mia, &fields).value(), "/key").to_owned();
    let path = jira(&format!("issue/{key}/comment"));
    assert_eq!(
        bench
            .call("POST", &path, &mia, Some(&json!({"body": "text"})))
            .status,
        400
    );
    let made = bench.call("POST", &path, &mia, Some(&json!({"body": adf("one")})));
    assert_eq!(made.status, 201);
    let id = text(&made.value(), "/id").to_owned();
    bench.call("POST", &path, &omar, Some(&json!({"body": adf("two")})));
    let list = bench
        .call(
            "GET",
            &format!("{path}?orderBy=-created&maxResults=1"),
            &mia,
            None,
        )
        .value();
    assert_eq!(
        (
            list["total"].clone(),
            text(&list, "/comments/0/author/displayName")
        ),
        (json!(2), "Omar Haddad")
    );
    assert!(list.get("isLast").is_none());
    let edited = bench.call(
        "PUT",
        &format!("{path}/{id}"),
        &mia,
        Some(&json!({"body": adf("changed")})),
    );
    assert_eq!(edited.status, 200);
    let lead = bench.state.saved.world.sites[0].projects[0].lead.clone();
    let omar_id = bench.state.saved.world.account("omar").unwrap().id.clone();
    assert_ne!(lead, omar_id);
    assert_eq!(
        bench
            .call("DELETE", &format!("{path}/{id}"), &omar, None)
            .status,
        400
    );
    assert_eq!(
        bench
            .call("DELETE", &format!("{path}/{id}"), &mia, None)
            .status,
        204
    );
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one issue's way through its workflow, told in order"
)]
fn transitions_have_their_own_ids_and_rules_in_each_workflow() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let ids = |bench: &mut Bench, key: &str| -> Vec<(String, String)> {
        let list = bench
            .call(
                "GET",
                &jira(&format!("issue/{key}/transitions")),
                &bearer,
                None,
            )
            .value();
        let list = list["transitions"].as_array().unwrap();
        list.iter()
            .map(|step| (text(step, "/id").to_owned(), text(step, "/name").to_owned()))
            .collect()
    };
    let fields = |key: &str| json!({"project": {"key": key}, "issuetype": {"name": "Task"}, "summary": "Move"});
    let software = text(&create(&mut bench, &bearer, &fields("WEB")).value(), "/key").to_owned();
    let approval = text(&create(&mut bench, &bearer, &fields("SEC")).value(), "/key").to_owned();
    assert_eq!(ids(&mut bench, &software).len(), 4);
    assert_eq!(
        ids(&mut bench, &approval),
        [("4".to_owned(), "Request approval".to_owned())]
    );
    let go = |bench: &mut Bench, key: &str, body: &Value| {
        bench
            .call(
                "POST",
                &jira(&format!("issue/{key}/transitions")),
                &bearer,
                Some(body),
            )
            .status
    };
    assert_eq!(
        go(&mut bench, &approval, &json!({"transition": {"id": "2"}})),
        400,
        "not from here"
    );
    assert_eq!(
        go(
            &mut bench,
            &approval,
            &json!({"transition": {"id": "4"}, "fields": {"resolution": {"name": "Done"}}})
        ),
        400,
        "not on the screen"
    );
    assert_eq!(
        go(&mut bench, &approval, &json!({"transition": {"id": "4"}})),
        204
    );
    assert_eq!(
        go(&mut bench, &approval, &json!({"transition": {"id": "2"}})),
        400,
        "the resolution is required"
    );
    assert_eq!(
        go(
            &mut bench,
            &approval,
            &json!({"transition": {"id": "2"}, "fields": {"resolution": {"name": "Fixed"}}, "update": {"comment": [{"add": {"body": adf("done")}}]}})
        ),
        204
    );
    let issue = bench
        .call("GET", &jira(&format!("issue/{approval}")), &bearer, None)
        .value();
    assert_eq!(
        (
            text(&issue, "/fields/status/name"),
            text(&issue, "/fields/resolution/name")
        ),
        ("Closed", "Fixed")
    );
    assert_eq!(issue["fields"]["comment"]["total"], 1);
}

#[test]
fn a_reader_sees_an_empty_list_of_transitions_and_may_not_write() {
    let mut bench = Bench::new();
    let omar = bench.login("omar", ALL);
    let reply = bench.call("GET", &jira("issue/LEG-1/transitions"), &omar, None);
    assert_eq!(
        (reply.status, reply.value()["transitions"].clone()),
        (200, json!([]))
    );
    assert_eq!(
        bench
            .call(
                "PUT",
                &jira("issue/LEG-1"),
                &omar,
                Some(&json!({"fields": {"summary": "x"}}))
            )
            .status,
        403
    );
}

#[test]
fn users_hide_their_address_from_others_and_can_be_assigned() {
    let mut bench = Bench::new();
    let mia = bench.login("mia", ALL);
    let found = bench
        .call("GET", &jira("user/search?query=omar"), &mia, None)
        .value();
    assert_eq!(text(&found, "/0/displayName"), "Omar Haddad");
    assert!(found[0].get("emailAddress").is_none());
    let id = text(&found, "/0/accountId").to_owned();
    assert_eq!(
        bench
            .call(
                "PUT",
                &jira("issue/WEB-1/assignee"),
                &mia,
                Some(&json!({"accountId": id}))
            )
            .status,
        204
    );
    assert_eq!(
        bench
            .call(
                "PUT",
                &jira("issue/LEG-1/assignee"),
                &mia,
                Some(&json!({"accountId": id}))
            )
            .status,
        400
    );
    assert_eq!(
        bench
            .call(
                "PUT",
                &jira("issue/WEB-1/assignee"),
                &mia,
                Some(&json!({"accountId": null}))
            )
            .status,
        204
    );
}

#[test]
fn bulk_fetch_leaves_out_what_is_missing() {
    let mut bench = Bench::new();
    let mia = bench.login("mia", ALL);
    let body = json!({"issueIdsOrKeys": ["WEB-1", "NOPE-1", "WEB-2"], "fields": ["summary"]});
    let reply = bench
        .call("POST", &jira("issue/bulkfetch"), &mia, Some(&body))
        .value();
    assert_eq!(
        (
            reply["issues"].as_array().unwrap().len(),
            reply["issueErrors"].clone()
        ),
        (2, json!([]))
    );
}

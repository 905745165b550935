//! Fields on screens of transitions, readers of comments, and searches by custom fields.

use serde_json::{Value, json};

use super::{ALL, Bench, basic, jira, text};

fn doc(words: &str) -> Value {
    json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": words}]}]})
}

fn made(bench: &mut Bench, bearer: &str, project: &str, more: &Value) -> String {
    let mut fields =
        json!({"project": {"key": project}, "issuetype": {"name": "Task"}, "summary": "Screens"});
    for (name, value) in more.as_object().unwrap() {
        fields[name] = value.clone();
    }
    let fields = json!({ "fields": fields });
    let reply = bench.call("POST", &jira("issue"), bearer, Some(&fields));
    assert_eq!(reply.status, 201);
    text(&reply.value(), "/key").to_owned()
}

#[test]
fn a_text_of_several_lines_on_a_screen_is_a_document() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let key = made(&mut bench, &bearer, "CRM", &json!({}));
    let path = jira(&format!("issue/{key}/transitions"));
    let mut go = |body: Value| bench.call("POST", &path, &bearer, Some(&body));
    let early = json!({"transition": {"id": "4"}, "fields": {"customfield_10030": doc("why")}});
    assert_eq!(go(early).status, 400, "it is on no screen of this step");
    assert_eq!(go(json!({"transition": {"id": "4"}})).status, 204);
    let close = |criteria: Value| {
        json!({"transition": {"id": "2"}, "fields": {"resolution": {"name": "Fixed"},
            "customfield_10030": criteria, "customfield_10032": "7"}})
    };
    let refused = go(close(json!("plain")));
    let errors = refused.value()["errors"]["customfield_10030"].clone();
    assert!(errors.as_str().unwrap().contains("Atlassian Document"));
    assert_eq!(go(close(doc("why"))).status, 204);
    let issue = bench.call("GET", &jira(&format!("issue/{key}")), &bearer, None);
    let fields = issue.value()["fields"].clone();
    assert_eq!(fields["customfield_10030"], doc("why"));
    assert_eq!(fields["customfield_10032"], "7");
}

#[test]
fn readers_of_a_comment_are_a_role_or_a_group_that_there_is() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let path = jira("issue/WEB-1/comment");
    let mut comment = |readers: Value| {
        let body = json!({"body": doc("hush"), "visibility": readers});
        bench.call("POST", &path, &bearer, Some(&body))
    };
    let group = "276f955c-63d7-42c8-9520-92d01dca0625";
    let whole = json!({"type": "group", "value": "jira-administrators", "identifier": group});
    for readers in [
        json!({"type": "group", "value": "jira-administrators"}),
        json!({"type": "group", "identifier": group}),
    ] {
        assert_eq!(comment(readers).value()["visibility"], whole);
    }
    for readers in [
        json!({"type": "group", "value": "nobody"}),
        json!({"type": "role", "value": "jira-administrators"}),
        json!({"type": "role"}),
        json!({"type": "team", "value": "Administrators"}),
    ] {
        let refused = comment(readers);
        assert_eq!(refused.status, 400);
        assert!(refused.value()["errors"]["visibility"].is_string());
    }
}

#[test]
fn custom_fields_are_searched_by_number_and_by_name() {
    let mut bench = Bench::new();
    let mia = basic("mia", "scoped");
    let fields = json!({"customfield_10030": doc("the zebra crosses"), "customfield_10032": "build gnu",
        "customfield_10031": {"value": "EU", "child": {"value": "Berlin"}}});
    let key = made(&mut bench, &mia, "WEB", &fields);
    let mut ask = |jql: &str| {
        let body = json!({"jql": jql, "fields": ["key"]});
        bench.call("POST", &jira("search/jql"), &mia, Some(&body))
    };
    for jql in [
        "cf[10030] ~ zebra",
        "\"Acceptance criteria\" ~ \"zebra crosses\"",
        "text ~ zebra",
        "cf[10032] ~ gnu and Build is not EMPTY",
        "Region = EU",
        "cf[10031] in (EU, US)",
        "Region in cascadeOption(EU, Berlin)",
        "cf[10031] in cascadeOption(\"EU\") order by cf[10032]",
    ] {
        let found = ask(jql).value();
        assert_eq!(text(&found, "/issues/0/key"), key, "{jql}: {found}");
        assert_eq!(found["issues"].as_array().unwrap().len(), 1, "{jql}");
    }
    for jql in [
        "Region in cascadeOption(EU, Paris)",
        "Region in cascadeOption(EU, none)",
        "Region = US",
    ] {
        let found = ask(jql).value();
        assert_eq!(found["issues"], json!([]), "{jql}");
    }
    for jql in [
        "cf[10030] = zebra",
        "Build = gnu",
        "Region = Mars",
        "Region ~ EU",
        "cf[99999] ~ x",
        "customfield_10030 ~ zebra",
    ] {
        assert_eq!(ask(jql).status, 400, "{jql}");
    }
}

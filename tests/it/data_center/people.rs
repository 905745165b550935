//! People whom pages of Data Center mention: by user name in what is written, by key in what is stored.

use serde_json::{Value, json};

use crate::connectors::tools::fixture::invoke;
use crate::data_center::fixture::connected;
use crate::support::TestApp;

/// The storage format that was last sent to the host.
fn sent(app: &TestApp) -> String {
    let journal = app.sandbox.journal();
    let mut writes = journal
        .iter()
        .filter(|call| matches!(call.method.as_str(), "POST" | "PUT"));
    let body: Value = serde_json::from_str(&writes.next_back().unwrap().body).unwrap();
    body["body"]["storage"]["value"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn people_are_mentioned_by_user_name_and_stay_mentioned_when_the_text_around_them_changes() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let body = "ask @[Omar Haddad](accountid:omar) or [~accountid:lea], not `@[x](accountid:mia)`";
    let page = json!({"space_key": "PLANT", "title": "People", "body": body});
    let made = browser.post("/connectors/confluence/create", page).await;
    assert_eq!(made.status, 201, "{}", made.body);
    for name in ["omar", "lea"] {
        let person = format!("<ri:user ri:username=\"{name}\"");
        assert!(sent(&app).contains(&person), "{}", sent(&app));
    }
    let path = made.header("location").to_owned();
    let stored = async || {
        let raw = browser.read(&format!("{path}?format=raw")).await;
        raw["body"]["storage"]["value"].as_str().unwrap().to_owned()
    };
    let before = stored().await;
    assert_eq!(
        before.matches("ri:userkey=\"8a7f808a").count(),
        2,
        "{before}"
    );
    assert!(!before.contains("account-id"), "{before}");

    let shown = browser.read(&path).await["body"].clone();
    let shown = shown.as_str().unwrap();
    assert_eq!(shown.matches("(accountid:").count(), 3, "{shown}");
    // By the user names that the host has for their keys: those are what every other answer calls them.
    let by_name = "ask @[Omar Haddad](accountid:omar) or @[Léa Fontaine](accountid:lea)";
    assert!(shown.starts_with(by_name), "{shown}");
    assert!(!shown.contains("8a7f808a"), "{shown}");
    // Whoever has read a key still means the same person.
    let key = &before[before.find("8a7f808a").unwrap()..][..32];
    let by_key = shown.replace("(accountid:omar)", &format!("(accountid:{key})"));
    let changed = browser
        .put(&path, json!({"body": by_key.replace("ask", "bid")}))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let bidden = stored().await.replace("\"/>", "\" />");
    assert_eq!(
        bidden,
        before.replace("\"/>", "\" />").replace("ask", "bid")
    );
    let changed = browser.put(&path, json!({"body": shown})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let change = json!({"body": shown.replace("ask", "tell")});
    let changed = browser.put(&path, change).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let people = |storage: &str| storage.replace("\"/>", "\" />");
    assert_eq!(
        people(&stored().await),
        people(&before).replace("ask", "tell")
    );

    // One who is added is known by name beside those who are known by key.
    let added = shown.replace("ask", "tell @[Mia](accountid:mia) and");
    let changed = browser.put(&path, json!({ "body": added })).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(stored().await.matches("ri:userkey=\"8a7f808a").count(), 3);
}

#[tokio::test]
async fn comments_and_texts_in_storage_format_mention_people_as_data_center_does() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    // As an agent copies it from a page of Cloud.
    let own = "<p>ask <ac:link><ri:user ri:account-id=\"omar\" /></ac:link></p>";
    let own = json!({"representation": "storage", "value": own});
    let page = json!({"space_key": "PLANT", "title": "Copied", "body": own});
    let made = browser.post("/connectors/confluence/create", page).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let comments = format!("{}/comments", made.header("location"));
    for body in [json!("ask @[Omar](accountid:omar)"), own] {
        let made = browser.post(&comments, json!({ "body": body })).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert!(
            sent(&app).contains("ri:username=\"omar\""),
            "{}",
            sent(&app)
        );
    }
    let listed = browser.read(&comments).await;
    for comment in listed.as_array().unwrap() {
        let body = comment["body"].as_str().unwrap();
        assert!(body.starts_with("ask @["), "{body}");
    }
}

#[tokio::test]
async fn people_whom_issues_and_comments_mention_are_shown_by_their_names() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let text = "ask [~omar], [~JIRAUSER10101] or [~nobody]";
    let fields = json!({"project": {"key": "MILL"}, "summary": "Who", "issuetype": {"name": "Task"},
        "description": text, "customfield_10030": text});
    let made = browser
        .post("/connectors/jira/create", json!({ "fields": fields }))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = made.header("location").to_owned();
    app.sandbox.clear_journal();
    let named = "ask @[Omar Haddad](accountid:omar), @[Omar Haddad](accountid:JIRAUSER10101) or @[nobody](accountid:nobody)";
    for asked in [4, 0] {
        let shown = browser.read(&path).await["description"].clone();
        assert_eq!(shown, named);
        let journal = app.sandbox.journal();
        let people = journal
            .iter()
            .filter(|call| call.path.ends_with("/rest/api/2/user"));
        assert_eq!(people.count(), asked, "each once, a key by both");
        app.sandbox.clear_journal();
    }
    let tool = json!({"tool": "jira_get_issue", "args": {"issue_key": path.rsplit('/').next(), "fields": "*all"}});
    let whole = browser.post("/connectors/tools/invoke", tool).await.json();
    for field in ["description", "customfield_10030"] {
        assert_eq!(whole[field], named, "{field}");
    }
    let changed = json!({"description": named.replace("ask", "tell")});
    let changed = browser.put(&path, changed).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let raw = browser.read(&format!("{path}?format=raw")).await;
    assert_eq!(
        raw["fields"]["description"],
        text.replace("ask", "tell"),
        "names are no change"
    );
}

#[tokio::test]
async fn a_user_name_in_brackets_mentions_that_person_on_pages_and_in_comments() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let body = "ask [~omar], not `[~lea]`";
    let page = json!({"space_key": "PLANT", "title": "By user name", "body": body});
    let made = browser.post("/connectors/confluence/create", page).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let person = |name: &str| format!("<ac:link><ri:user ri:username=\"{name}\"/></ac:link>");
    let code = "<code>[~lea]</code>";
    assert_eq!(
        sent(&app),
        format!("<p>ask {}, not {code}</p>", person("omar"))
    );
    let path = made.header("location").to_owned();
    let shown = browser.read(&path).await["body"].clone();
    let edited = shown.as_str().unwrap().replace("ask", "tell [~lea] and");
    let changed = browser.put(&path, json!({"body": edited})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let now = sent(&app);
    assert!(
        now.starts_with(&format!("<p>tell {} and ", person("lea"))),
        "{now}"
    );
    let comment = json!({"body": "thanks, [~mia]"});
    let added = browser.post(&format!("{path}/comments"), comment).await;
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!(sent(&app), format!("<p>thanks, {}</p>", person("mia")));
}

#[tokio::test]
async fn somebody_whom_the_host_does_not_know_is_told_and_not_mentioned() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let stranger = "ask @[Nils](accountid:5b10ac8d82e05b22cc7d4ef5) please";
    let draft = json!({"space_key": "PLANT", "title": "Asked", "body": "x"});
    let made = browser.post("/connectors/confluence/create", draft).await;
    let page = made.header("location").to_owned();
    let (issue, body) = ("/connectors/jira/issues/MILL-1", json!({"body": stranger}));
    let description = json!({"description": stranger});
    let other = json!({"space_key": "PLANT", "title": "Stranger", "body": stranger});
    let new = json!({"project_key": "MILL", "issue_type": "Task", "summary": "x", "description": stranger});
    app.sandbox.clear_journal();
    let comments = |of: &str| format!("{of}/comments");
    for (field, refused) in [
        (
            "body",
            browser.post("/connectors/confluence/create", other).await,
        ),
        ("body", browser.put(&page, body.clone()).await),
        ("body", browser.post(&comments(&page), body.clone()).await),
        ("description", browser.put(issue, description).await),
        ("body", browser.post(&comments(issue), body).await),
        (
            "description",
            browser.post("/connectors/jira/create", new).await,
        ),
    ] {
        refused.assert_invalid(&[field], "a stranger");
        let named = "mentions 5b10ac8d82e05b22cc7d4ef5, whom this site does not know";
        assert!(refused.body.contains(named), "{}", refused.body);
    }
    let journal = app.sandbox.journal();
    assert!(journal.iter().all(|call| call.method == "GET"));
    // Who has left since then and is mentioned already may stay.
    let own = "<p>ask <ac:link><ri:user ri:username=\"gone\" /></ac:link></p>";
    let own = json!({"body": {"representation": "storage", "value": own}});
    assert_eq!(browser.put(&page, own).await.status, 200);
    let read = browser.read(&page).await["body"].clone();
    let changed = json!({"body": read.as_str().unwrap().replace("ask", "tell")});
    let changed = browser.put(&page, changed).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
}

#[tokio::test]
async fn whoever_the_server_does_not_know_is_mentioned_by_no_tool() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let text = "hello @[Zed](accountid:zed9)";
    for (tool, args) in [
        (
            "jira_add_worklog",
            json!({"issue_key": "MILL-1", "time_spent": "1h", "comment": text}),
        ),
        (
            "jira_add_comment",
            json!({"issue_key": "MILL-1", "body": text}),
        ),
        (
            "jira_create_issue_link",
            json!({"link_type": "Blocks", "inward_issue_key": "MILL-1", "outward_issue_key": "MILL-2", "comment": text}),
        ),
        (
            "jira_update_issue",
            json!({"issue_key": "MILL-1", "fields": {"environment": text}}),
        ),
        (
            "jira_update_issue",
            json!({"issue_key": "MILL-1", "fields": {"customfield_10030": text}}),
        ),
        (
            "jira_transition_issue",
            json!({"issue_key": "MILL-1", "transition_id": "In Progress", "comment": text}),
        ),
        (
            "jira_create_issue",
            json!({"project_key": "MILL", "summary": "x", "issue_type": "Task", "description": text}),
        ),
    ] {
        let refused = invoke(&browser, tool, args).await;
        assert_eq!(refused.status, 422, "{tool}: {}", refused.body);
        assert!(
            refused.body.contains("mentions zed9"),
            "{tool}: {}",
            refused.body
        );
    }
    says_nothing_of_zed(&app);
}

#[tokio::test]
async fn whoever_the_server_does_not_know_is_mentioned_by_no_route() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let text = "hello @[Zed](accountid:zed9)";
    let draft = |more: Value| {
        let mut draft = json!({"project_key": "MILL", "summary": "Mentions"});
        draft
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        draft
    };
    for body in [
        draft(json!({"description": text})),
        draft(json!({"additional_fields": {"environment": text}})),
        draft(json!({"additional_fields": {"customfield_10030": text}})),
    ] {
        let refused = browser.post("/connectors/jira/create", body).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
    }
    let moved = json!({"transition": "In Progress", "comment": text});
    let refused = browser
        .post("/connectors/jira/issues/MILL-1/transitions", moved)
        .await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    says_nothing_of_zed(&app);
}

fn says_nothing_of_zed(app: &TestApp) {
    let journal = app.sandbox.journal();
    assert!(
        !journal.iter().any(|call| call.body.contains("zed9")),
        "nothing was written"
    );
}

//! People whom pages of Data Center mention: by user name in what is written, by key in what is stored.

use serde_json::{Value, json};

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
    // By the names that the host has for their keys.
    let by_name = "ask @[Omar Haddad](accountid:8a7f808a";
    assert!(shown.starts_with(by_name), "{shown}");
    assert!(!shown.contains("@[8a7f808a"), "{shown}");
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

//! A picture that a text names by the name of an attached file is shown, on both kinds of sites.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::given;
use crate::data_center::fixture::connected;
use crate::support::{Browser, TestApp};

/// A picture of one point in base 64.
const POINT: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8BQDwAEgAF/QualzQAAAABJRU5ErkJggg==";
const TEXT: &str = "See ![Chart](chart.png) and ![other](other.png) end";

/// An issue with the file `chart.png`.
async fn issue(browser: &Browser, project: &str) -> String {
    let key = made(
        browser,
        json!({"project_key": project, "summary": "With a chart"}),
    )
    .await;
    let file = json!({"issue_key": key, "filename": "chart.png", "content_base64": POINT});
    given(browser, "jira_upload_attachment", file).await;
    format!("/connectors/jira/issues/{key}")
}

#[tokio::test]
async fn a_data_center_shows_it_in_wiki_markup() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let issue = issue(&browser, "MILL").await;
    let shown = "See !chart.png|alt=Chart! and other (other.png) end";
    let changed = browser.put(&issue, json!({"description": TEXT})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let raw = browser.read(&format!("{issue}?format=raw")).await;
    assert_eq!(raw["fields"]["description"], shown);
    let comments = format!("{issue}/comments");
    let written = browser.post(&comments, json!({"body": TEXT})).await;
    assert_eq!(written.status, 201, "{}", written.body);
    let raw = browser.read(&format!("{comments}?format=raw")).await;
    assert!(raw.to_string().contains(shown), "{raw}");
    // What is read may be written back, with the picture in its place.
    let read = browser.read(&issue).await["description"].clone();
    let edited = read.as_str().unwrap().replace("See", "Look at");
    let changed = browser.put(&issue, json!({"description": edited})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let raw = browser.read(&format!("{issue}?format=raw")).await;
    assert_eq!(
        raw["fields"]["description"],
        shown.replace("See", "Look at")
    );
}

fn media(node: &Value) -> Vec<&Value> {
    if node["type"] == "media" {
        return vec![&node["attrs"]];
    }
    let below = node["content"].as_array().into_iter().flatten();
    below.flat_map(media).collect()
}

#[tokio::test]
async fn the_cloud_shows_it_by_what_its_documents_know_it_by() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let issue = issue(&browser, "APP").await;
    let changed = browser.put(&issue, json!({"description": TEXT})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let raw = browser.read(&format!("{issue}?format=raw")).await;
    let description = &raw["fields"]["description"];
    let shown = media(description);
    let [picture] = shown.as_slice() else {
        panic!("not one picture: {description}");
    };
    assert_eq!(picture["type"], "file");
    assert_eq!(picture["alt"], "Chart");
    assert!(
        description.to_string().contains("other (other.png) end"),
        "{description}"
    );
    // The file is shown now: whoever takes the picture out of the text deletes it, as in Jira's own editor.
    let files = async || browser.read(&format!("{issue}/attachments")).await;
    assert_eq!(files().await.as_array().unwrap().len(), 1);
    let changed = browser.put(&issue, json!({"description": "Nothing"})).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(files().await, json!([]));
}

#[tokio::test]
async fn a_page_shows_it_where_its_files_may_be_read() {
    let files = "offline_access read:me read:space:confluence read:page:confluence write:page:confluence read:comment:confluence write:comment:confluence search:confluence read:attachment:confluence write:confluence-file";
    let cloud = TestApp::start_with(&[("ATLASSIAN_SCOPES", files)]).await;
    let cloud_mia = cloud.logged_in("mia").await;
    let there = TestApp::start_with_data_center(&[]).await;
    let there_mia = connected(&there, "mia").await;
    for (browser, space) in [(&cloud_mia, "ENG"), (&there_mia, "PLANT")] {
        let draft = json!({"space_key": space, "title": "With a chart", "body": "x"});
        let page = browser.post("/connectors/confluence/create", draft).await;
        let id = page.json()["id"].as_str().unwrap().to_owned();
        let file = json!({"content_id": id, "filename": "chart.png", "content_base64": POINT});
        given(browser, "confluence_upload_attachment", file).await;
        let path = format!("/connectors/confluence/pages/{id}");
        let changed = browser.put(&path, json!({"body": TEXT})).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let raw = browser.read(&format!("{path}?format=raw")).await;
        let stored = raw["body"]["storage"]["value"]
            .as_str()
            .unwrap()
            .replace(" />", "/>");
        assert!(
            stored.contains(
                "<ri:attachment ri:filename=\"chart.png\"/></ac:image> and other (other.png) end"
            ),
            "{stored}"
        );
        let comments = format!("{path}/comments");
        let written = browser.post(&comments, json!({"body": TEXT})).await;
        assert_eq!(written.status, 201, "{}", written.body);
        let raw = browser
            .read(&format!("{comments}?format=raw"))
            .await
            .to_string();
        assert!(raw.contains("ri:filename="), "{raw}");
    }
    // Where they may not be read the words stay, as for a file that is not there.
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let draft = json!({"space_key": "ENG", "title": "Without a chart", "body": "x"});
    let page = browser.post("/connectors/confluence/create", draft).await;
    let path = page.header("location").to_owned();
    let changed = browser.put(&path, json!({"body": TEXT})).await;
    assert_eq!(
        changed.json()["body"],
        "See Chart (chart.png) and other (other.png) end"
    );
}

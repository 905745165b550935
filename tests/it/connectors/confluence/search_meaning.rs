//! What a person types into Confluence's search is taken as it is meant: CQL, the name of one page, or
//! words.

use serde_json::{Value, json};

use crate::connectors::confluence::fixture::{address, made};
use crate::connectors::tools::fixture::given;
use crate::support::journey::GLOBEX;
use crate::support::paging::{ids, walk};
use crate::support::{Browser, TestApp, with_query};

async fn hits(browser: &Browser, q: &str) -> Vec<Value> {
    let address = with_query("/connectors/confluence/search", &[("q", q), ("limit", "5")]);
    let answer = browser.get(&address).await;
    assert_eq!(answer.status, 200, "{q}: {}", answer.body);
    answer.json().as_array().unwrap().clone()
}

#[tokio::test]
async fn cql_with_functions_is_sent_as_it_was_typed() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for cql in [
        "space in favouriteSpaces()",
        "id in recentlyViewedContent(10, 0) and type = page",
        "creator = currentUser() and created > now(\"-4w\")",
        "label not in (a, \"b c\")",
    ] {
        app.sandbox.clear_journal();
        hits(&browser, cql).await;
        let journal = app.sandbox.journal();
        let search = journal
            .iter()
            .find(|entry| entry.path.ends_with("/rest/api/search"))
            .unwrap();
        let sent = url::form_urlencoded::parse(search.query.as_bytes())
            .find(|(name, _)| name == "cql")
            .map(|(_, cql)| cql.into_owned());
        assert_eq!(sent.as_deref(), Some(cql));
    }
}

#[tokio::test]
async fn what_names_a_page_finds_it_first_and_then_the_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = &hits(&browser, "type = page and space = ENG order by title").await[3];
    let (id, title) = (
        page["id"].as_str().unwrap(),
        page["title"].as_str().unwrap(),
    );
    let display = format!(
        "https://acme.atlassian.net/wiki/display/ENG/{}",
        title.replace(' ', "+")
    );
    for text in [id, page["url"].as_str().unwrap(), display.as_str()] {
        let found = hits(&browser, text).await;
        assert_eq!(found[0]["id"], id, "{text}");
        let again = found.iter().filter(|hit| hit["id"] == id).count();
        assert_eq!(again, 1, "{text}");
    }
    let one_by_one = with_query(
        "/connectors/confluence/search",
        &[("q", &display), ("limit", "1")],
    );
    let whole = with_query(
        "/connectors/confluence/search",
        &[("q", &display), ("limit", "100")],
    );
    let whole = walk(&browser, &whole).await;
    assert_eq!(ids(&walk(&browser, &one_by_one).await), ids(&whole));
    // The same number on another site is another page.
    let elsewhere = format!("https://initech.atlassian.net/wiki/spaces/X/pages/{id}");
    let route = with_query("/connectors/confluence/search", &[("q", &elsewhere)]);
    browser.get(&route).await.assert_invalid(&["q"], &elsewhere);
    let cql = with_query(
        "/connectors/confluence/search",
        &[("q", &elsewhere), ("mode", "cql")],
    );
    browser.get(&cql).await.assert_invalid(&["q"], &elsewhere);
    // What is no address of a site may be mentioned here.
    let tracker = format!("https://tracker.example/pages/{id}");
    let route = with_query("/connectors/confluence/search", &[("q", &tracker)]);
    assert_eq!(browser.get(&route).await.status, 200);
}

#[tokio::test]
async fn what_confluence_refuses_as_a_query_is_looked_for_as_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let pages = hits(&browser, "type = page order by title").await;
    let has_words = |page: &&Value| page["title"].as_str().unwrap().contains(' ');
    let page = pages.iter().find(has_words).unwrap();
    let title = page["title"].as_str().unwrap();
    let (first, rest) = title.split_once(' ').unwrap();
    let found = hits(&browser, &format!("{first} = {}", rest.replace(' ', "-"))).await;
    assert!(found.iter().any(|hit| hit["id"] == page["id"]), "{title}");
    let address = with_query(
        "/connectors/confluence/search",
        &[("q", "zebra = crossing")],
    );
    assert_eq!(browser.get(&address).await.status, 400);
}

#[tokio::test]
async fn what_was_just_made_is_found_by_its_id_before_the_index_knows_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.index_lag_seconds = 3600);
    let id = made(&browser, "Zebra crossing", "stripes").await;
    let url = browser.read(&address(&id)).await["url"].clone();
    let cql = hits(&browser, &format!("id = {id}")).await;
    assert_eq!(cql, [Value::Null; 0], "the index does not know it");
    for text in [id.as_str(), url.as_str().unwrap()] {
        let found = hits(&browser, text).await;
        let hit = &found[0];
        assert_eq!(
            (&hit["id"], &hit["title"], &hit["type"], &hit["url"]),
            (&json!(id), &json!("Zebra crossing"), &json!("page"), &url)
        );
        assert_eq!(hit["metadata"]["space"], "ENG");
    }
    let only = with_query(
        "/connectors/confluence/search",
        &[("q", &id), ("mode", "cql")],
    );
    assert_eq!(
        ids(browser.read(&only).await.as_array().unwrap()),
        [id.as_str()]
    );
    // Filters are walls: what lies behind one is not looked for past the index.
    let walled = with_query(
        "/connectors/confluence/search",
        &[("q", &id), ("filters", r#"{"space": "LEG"}"#)],
    );
    assert_eq!(browser.read(&walled).await, json!([]));
    let posted = format!("{}/comments", address(&id));
    let comment = browser.post(&posted, json!({"body": "seen"})).await.json();
    let comment = browser
        .read(&address(comment["id"].as_str().unwrap()))
        .await;
    assert_eq!(
        (&comment["type"], &comment["body"]),
        (&json!("comment"), &json!("seen"))
    );
}

#[tokio::test]
async fn a_number_that_names_nothing_is_looked_for_as_a_word_at_the_price_of_one_call() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    hits(&browser, "2027").await;
    let calls = app.sandbox.journal();
    let paths: Vec<&str> = calls
        .iter()
        .map(|call| call.path.rsplit_once("/wiki/").unwrap().1)
        .collect();
    assert_eq!(
        paths,
        ["rest/api/search", "api/v2/pages/2027", "rest/api/search"]
    );
}

#[tokio::test]
async fn the_query_in_a_pasted_address_of_a_search_is_run_on_the_site_of_the_address() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let cql = "type = page and title ~ \"release\" ORDER BY title";
    let found = hits(&browser, cql).await;
    assert!(!found.is_empty());
    let parameters = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("cql", cql)
        .append_pair("start", "0")
        .finish();
    let sent = |app: &TestApp| {
        let journal = app.sandbox.journal();
        let search = journal
            .iter()
            .find(|call| call.path.ends_with("/rest/api/search"));
        let search = search.unwrap();
        let mut query = url::form_urlencoded::parse(search.query.as_bytes());
        let sent = query
            .find(|(name, _)| name == "cql")
            .unwrap()
            .1
            .into_owned();
        (sent, search.path.clone())
    };
    for place in ["dosearchsite.action", "search", "rest/api/search"] {
        for mode in ["auto", "cql"] {
            let address = format!("https://acme.atlassian.net/wiki/{place}?{parameters}");
            app.sandbox.clear_journal();
            let route = with_query(
                "/connectors/confluence/search",
                &[("q", &address), ("mode", mode), ("limit", "5")],
            );
            let answer = browser.get(&route).await;
            assert_eq!(answer.status, 200, "{address}: {}", answer.body);
            assert_eq!(answer.json(), Value::from(found.clone()), "{address}");
            assert_eq!(sent(&app).0, cql, "{address}");
        }
    }
    // There, where it was copied from, and nowhere else.
    let elsewhere = format!("https://globex.atlassian.net/wiki/search?{parameters}");
    app.sandbox.clear_journal();
    hits(&browser, &elsewhere).await;
    assert!(sent(&app).1.contains(GLOBEX), "{}", sent(&app).1);
    app.sandbox.clear_journal();
    for unknown in ["initech.atlassian.net", "evil.example"] {
        let address = format!("https://{unknown}/wiki/search?{parameters}");
        let route = with_query("/connectors/confluence/search", &[("q", &address)]);
        browser.get(&route).await.assert_invalid(&["q"], &address);
    }
    app.assert_no_site_called();
}

#[tokio::test]
async fn the_address_of_a_space_finds_its_home_page() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let address = "https://acme.atlassian.net/wiki/spaces/ENG/overview";
    let tool = json!({"page_id": address});
    let home = given(&browser, "confluence_get_page", tool).await;
    let found = hits(&browser, address).await;
    assert_eq!((found.len(), &found[0]["id"]), (1, &home["id"]));
    // Behind a wall, and as words, it is no name.
    for more in [("filters", r#"{"space": "LEG"}"#), ("mode", "text")] {
        let route = with_query("/connectors/confluence/search", &[("q", address), more]);
        let walled = browser.read(&route).await;
        let walled = walled.as_array().unwrap();
        assert!(walled.iter().all(|hit| hit["id"] != home["id"]), "{more:?}");
    }
}

#[tokio::test]
async fn words_between_quotes_stand_together_and_a_star_leaves_a_word_open() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    made(&browser, "Crossing", "black zebra crossing stripes").await;
    for (typed, found) in [
        ("\"zebra crossing\"", 1),
        ("\u{201c}zebra crossing\u{201d} black", 1),
        ("zeb* stri*", 1),
        ("\"crossing zebra\"", 0),
        ("zeb", 0),
        ("*ebra", 0),
    ] {
        assert_eq!(hits(&browser, typed).await.len(), found, "{typed}");
    }
}

#[tokio::test]
async fn the_key_of_a_personal_space_needs_no_quotes() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (q, sent) in [
        (
            "space = ~5b10ac8d and type = page",
            "space = \"~5b10ac8d\" and type = page",
        ),
        ("space in (~5b10ac8d, ENG)", "space in (\"~5b10ac8d\", ENG)"),
        ("title ~ release", "title ~ release"),
    ] {
        for mode in ["auto", "cql"] {
            app.sandbox.clear_journal();
            let query = [("q", q), ("mode", mode)];
            let answer = browser
                .get(&with_query("/connectors/confluence/search", &query))
                .await;
            assert_eq!(answer.status, 200, "{q}: {}", answer.body);
            let journal = app.sandbox.journal();
            let asked = journal.iter().find(|entry| entry.path.ends_with("/search"));
            let address = format!("http://x/?{}", asked.unwrap().query);
            assert_eq!(
                crate::support::parameter(&address, "cql").as_deref(),
                Some(sent)
            );
        }
    }
}

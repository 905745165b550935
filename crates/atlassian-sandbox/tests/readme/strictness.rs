//! Every sentence on what the sandbox checks.

use std::time::Duration;

use atlassian_sandbox::NewPerson;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::client::{Answer, ask, login, redemption};
use super::dialects::dialects;
use super::stage::{ACME, SCOPES, Sentences, Stage};
use super::tracker::tracker;

const NOWHERE: &str = "00000000-0000-4000-8000-000000000000";

#[tokio::test]
async fn what_is_checked_is_checked() {
    let mut sentences = Sentences::of("## What it checks");
    let mut stage = Stage::new().await;
    clients(&stage, &mut sentences).await;
    refreshes(&stage, &mut sentences).await;
    stage.login().await;
    callers(&mut stage, &mut sentences).await;
    writes(&stage, &mut sentences).await;
    searches(&stage, &mut sentences).await;
    documents(&stage, &mut sentences).await;
    dialects(&stage, &mut sentences).await;
    tracker(&stage, &mut sentences).await;
    points(&mut stage, &mut sentences).await;
    sentences.all_shown();
}

async fn clients(stage: &Stage, sentences: &mut Sentences) {
    let base = stage.sandbox.base_url();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = ask(
        &base,
        "POST",
        "/oauth/token",
        &form,
        "grant_type=refresh_token",
    )
    .await;
    sentences.shown("A token call that is not JSON", answer.status == 400);

    // The example of RFC 7636, appendix B.
    let challenge =
        "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    let mut answered = redemption(&stage.code(challenge).await);
    answered["code_verifier"] = json!("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    let mut without_secret = answered.clone();
    without_secret["client_secret"].take();
    let refused = stage.token(&without_secret).await == 401;
    let answered = stage.token(&answered).await == 200;
    sentences.shown(
        "A token call without the client secret",
        refused && answered,
    );
    let unanswered = redemption(&stage.code(challenge).await);
    sentences.shown("A PKCE challenge", stage.token(&unanswered).await == 403);

    let code = redemption(&stage.code("").await);
    let once = stage.token(&code).await == 200 && stage.token(&code).await == 403;
    let mut elsewhere = redemption(&stage.code("").await);
    elsewhere["redirect_uri"] = json!("http://localhost:8080/other");
    let elsewhere = stage.token(&elsewhere).await == 403;
    let late = redemption(&stage.code("").await);
    stage.sandbox.advance_clock(Duration::from_secs(5 * 60 + 1));
    let late = stage.token(&late).await == 403;
    sentences.shown("An authorization code", once && elsewhere && late);
}

async fn refreshes(stage: &Stage, sentences: &mut Sentences) {
    let refresh = |token: &Value| json!({"grant_type": "refresh_token", "client_id": "sandbox-client", "client_secret": "sandbox-secret", "refresh_token": token});
    let tokens = login(&stage.sandbox, SCOPES, None).await;
    let old = refresh(&tokens["refresh_token"]);
    let base = stage.sandbox.base_url();
    let renewed = ask(&base, "POST", "/oauth/token", &[], &old.to_string())
        .await
        .json();
    stage.sandbox.advance_clock(Duration::from_mins(9));
    let soon = stage.token(&old).await == 200;
    stage.sandbox.advance_clock(Duration::from_mins(2));
    let late = stage.token(&old).await == 403;
    let all = stage.token(&refresh(&renewed["refresh_token"])).await == 403;
    sentences.shown("A refresh token that was used", soon && late && all);
}

async fn callers(stage: &mut Stage, sentences: &mut Sentences) {
    let base = stage.sandbox.base_url();
    let mismatch =
        |answer: &Answer| answer.status == 401 && answer.body.contains("scope does not match");
    let answer = stage.jira("GET", "myself", &Value::Null).await;
    sentences.shown("Every call needs its scope", mismatch(&answer));
    let slash = stage.jira("GET", "project/search/", &Value::Null).await;
    let nobody = stage.jira("GET", "nobody", &Value::Null).await;
    sentences.shown("A slash at the end", mismatch(&slash) && mismatch(&nobody));

    let path = format!("/ex/jira/{ACME}/rest/api/3/project/search");
    let site = "/sites/acme.atlassian.net/rest/api/3/project/search";
    let seen = stage.call("GET", &path, &Value::Null).await.status == 200;
    stage
        .sandbox
        .set_behaviour(|behaviour| behaviour.consents_replace_sites = true);
    login(&stage.sandbox, SCOPES, Some(&["globex.atlassian.net"])).await;
    let hidden = stage.call("GET", &path, &Value::Null).await;
    sentences.shown("A site that was not chosen", seen && hidden.status == 404);
    let nowhere = path.replace(ACME, NOWHERE);
    let gone = stage.call("GET", &nowhere, &Value::Null).await;
    let own_words = [hidden, gone]
        .iter()
        .all(|answer| answer.status == 404 && answer.json()["message"] == "No message available");
    sentences.shown("A site that is gone", own_words);
    stage.login().await;

    let get = async |path: &str, pair: &str| {
        let basic = format!("Basic {}", STANDARD.encode(pair));
        ask(&base, "GET", path, &[("authorization", &basic)], "").await
    };
    let on_site = stage.call("GET", site, &Value::Null).await.status == 401;
    let on_gateway = get(&path, "mia@example.com:classic-token-mia").await.status == 401;
    sentences.shown(
        "An access token is refused on a site",
        on_site && on_gateway,
    );
    let wrong = get(site, "mia@example.com:wrong").await;
    let nothing = wrong.status == 200 && wrong.json()["values"] == json!([]);
    let told = wrong
        .head
        .contains("x-seraph-loginreason: AUTHENTICATED_FAILED");
    sentences.shown("A wrong API token on a site", nothing && told);

    let there = stage.sandbox.data_center_url();
    let wrong = [("authorization", "Bearer wrong")];
    let wiki = ask(&there, "GET", "/rest/api/space", &wrong, "").await;
    let jira = ask(&there, "GET", "/rest/api/2/project", &wrong, "").await;
    let nobodys = wiki.status == 200 && wiki.head.contains("x-ausername: anonymous");
    sentences.shown("On the Data Center host", nobodys && jira.status == 401);
}

async fn points(stage: &mut Stage, sentences: &mut Sentences) {
    stage.sandbox.set_behaviour(|behaviour| {
        behaviour.points_per_hour = 4;
        behaviour.access_token_seconds = 7200;
    });
    // A token that outlives the hour, whose beginning no call crosses.
    stage.sandbox.advance_clock(Duration::from_hours(1));
    stage.login().await;
    let used = stage.sandbox.points();
    let read = stage.jira("GET", "issue/WEB-1", &Value::Null).await;
    let told = read.head.contains("r=2;t=") && read.head.contains("q=4;w=3600");
    let again = stage.jira("GET", "issue/WEB-1", &Value::Null).await;
    let counted = stage.sandbox.points()["sandbox-client"] == 4 && used.is_empty();
    let wiki = stage.wiki("GET", "api/v2/spaces", &Value::Null).await;
    let refused = wiki.status == 429
        && wiki.head.contains("confluence-quota-global-based")
        && wiki.head.contains("r=0;t=");
    let basic = STANDARD.encode("mia@example.com:scoped-token-mia");
    let basic = format!("Basic {basic}");
    let path = format!("/ex/jira/{ACME}/rest/api/3/issue/WEB-1");
    let headers = [("authorization", basic.as_str())];
    let base = stage.sandbox.base_url();
    let token = ask(&base, "GET", &path, &headers, "").await;
    stage.sandbox.advance_clock(Duration::from_hours(1));
    let later = stage.jira("GET", "issue/WEB-1", &Value::Null).await;
    let statuses = [read.status, again.status, token.status, later.status];
    sentences.shown(
        "An app that has used up its points",
        told && counted && refused && statuses == [200; 4],
    );
}

fn issue(description: &Value) -> Value {
    json!({"fields": {"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "a", "description": description}})
}

async fn writes(stage: &Stage, sentences: &mut Sentences) {
    let base = stage.sandbox.base_url();
    let path = format!("/ex/jira/{ACME}/rest/api/3/issue");
    let body = issue(&Value::Null);
    let browser = [
        ("authorization", stage.bearer.as_str()),
        ("user-agent", "Mozilla/5.0"),
    ];
    let refused = ask(&base, "POST", &path, &browser, &body.to_string()).await;
    let made = stage.call("POST", &path, &body).await;
    let is_so = refused.status == 403 && made.status == 201;
    sentences.shown("A write with the User-Agent of a browser", is_so);

    let path = format!(
        "{path}/{}/attachments",
        made.json()["key"].as_str().unwrap()
    );
    let form = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\na\r\n--x--\r\n";
    let mut headers = vec![
        ("authorization", stage.bearer.as_str()),
        ("content-type", "multipart/form-data; boundary=x"),
    ];
    let without = ask(&base, "POST", &path, &headers, form).await.status;
    headers.push(("x-atlassian-token", "no-check"));
    let with = ask(&base, "POST", &path, &headers, form).await.status;
    sentences.shown("An upload needs", (without, with) == (403, 200));
}

async fn searches(stage: &Stage, sentences: &mut Sentences) {
    let search = async |body: &Value| stage.jira("POST", "search/jql", body).await;
    let answer = search(&json!({"jql": "project = WEB", "startAt": 0})).await;
    sentences.shown("A search with a key", answer.status == 400);
    let bare = search(&json!({"jql": "project = IF"})).await;
    let quoted = search(&json!({"jql": "project = \"WEB\""})).await.status;
    let is_so = bare.body.contains("reserved JQL word") && quoted == 200;
    sentences.shown("A word that JQL keeps for itself", is_so);
    let unbounded = search(&json!({"jql": "order by created"})).await.status;
    let removed = stage
        .jira("GET", "search?jql=project%3DWEB", &Value::Null)
        .await;
    let is_so = unbounded == 400 && removed.status == 410;
    sentences.shown("A search without a restriction", is_so);

    let query =
        |jql: &str, token: &Value| json!({"jql": jql, "maxResults": 50, "nextPageToken": token});
    let first = search(&query("created > -9999d", &Value::Null))
        .await
        .json();
    let token = &first["nextPageToken"];
    let second = search(&query("created > -9999d", token)).await.json();
    let short = second["issues"].as_array().unwrap().len() < 50 && second["isLast"] == false;
    sentences.shown("A page of a search may be short", short);

    let token = search(&query("project = WEB", token)).await.status == 400;
    let get = async |path: &str| stage.wiki("GET", path, &Value::Null).await;
    let page = get("api/v2/pages?limit=2").await.json();
    let next = page["_links"]["next"].as_str().unwrap();
    let next = next.strip_prefix("/wiki/").unwrap();
    let followed = get(next).await.status == 200;
    let filtered = get(&format!("{next}&status=current")).await.status == 400;
    let elsewhere = get(&next.replace("/pages", "/spaces")).await.status == 400;
    let is_so = token && followed && filtered && elsewhere;
    sentences.shown("A page token belongs to its query", is_so);
}

/// The addresses of the kinds of content, drafts and the archive.
async fn kinds_and_statuses(stage: &Stage, sentences: &mut Sentences, page: &Value) {
    let get = async |path: &str| stage.wiki("GET", path, &Value::Null).await;
    let id = page["id"].as_str().unwrap();
    let posts = get("api/v2/blogposts").await.json();
    let post = posts["results"][0]["id"].as_str().unwrap().to_owned();
    let own = get(&format!("api/v2/pages/{id}")).await.status == 200
        && get(&format!("api/v2/blogposts/{post}")).await.status == 200;
    let other = get(&format!("api/v2/blogposts/{id}")).await.status == 404
        && get(&format!("api/v2/pages/{post}")).await.status == 404
        && get("api/v2/pages/98304").await.status == 404;
    let draft = json!({"spaceId": page["spaceId"], "status": "draft", "title": "Draft"});
    let draft = stage.wiki("POST", "api/v2/pages", &draft).await.json();
    let draft = format!("api/v2/pages/{}", draft["id"].as_str().unwrap());
    let hidden = get(&draft).await.status == 404;
    let asked = get(&format!("{draft}?get-draft=true")).await.status == 200;
    sentences.shown(
        "A page, a blog post and a folder",
        own && other && hidden && asked,
    );

    let basic = STANDARD.encode("mia@example.com:classic-token-mia");
    let basic = format!("Basic {basic}");
    let headers = [("authorization", basic.as_str())];
    let archive = json!({"pages": [{"id": id}]}).to_string();
    let path = "/sites/acme.atlassian.net/wiki/rest/api/content/archive";
    let base = stage.sandbox.base_url();
    let archived = ask(&base, "POST", path, &headers, &archive).await.status == 202;
    let path = format!("api/v2/pages/{id}");
    let put = async |status: &str, number: u64| {
        let body = json!({"id": id, "status": status, "title": "One", "version": {"number": number},
            "body": {"representation": "storage", "value": "<p>c</p>"}});
        stage.wiki("PUT", &path, &body).await.json()["status"].clone()
    };
    let is_so =
        archived && put("archived", 2).await == "archived" && put("current", 3).await == "current";
    sentences.shown("A page of the archive", is_so);
}

/// What fields of issues take.
async fn fields(stage: &Stage, sentences: &mut Sentences) {
    let made = async |name: &str, value: Value| {
        let mut issue = issue(&Value::Null);
        issue["fields"][name] = value;
        stage.jira("POST", "issue", &issue).await
    };
    let words = "Operation value must be an Atlassian Document (see the Atlassian Document Format)";
    let mut refused = true;
    for name in ["description", "environment", "customfield_10030"] {
        let answer = made(name, json!("text")).await;
        refused &= answer.status == 400 && answer.json()["errors"][name] == words;
    }
    let key = made("description", Value::Null).await.json()["key"].clone();
    let comments = format!("issue/{}/comment", key.as_str().unwrap());
    let comment = stage
        .jira("POST", &comments, &json!({"body": "text"}))
        .await;
    refused &= comment.status == 400 && comment.body.contains("Comment body is not valid!");
    sentences.shown("Text of several lines", refused);

    let linked = |href: &str| {
        let marks = json!([{"type": "link", "attrs": {"href": href}}]);
        let text = json!({"type": "text", "text": "guide", "marks": marks});
        json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [text]}]})
    };
    let mut is_so = true;
    for relative in ["docs/a.md", "a.md#top", "?q=1", "../a"] {
        let answer = made("description", linked(relative)).await;
        is_so &= answer.status == 400 && answer.body.contains("INVALID_INPUT");
        let body = json!({"body": linked(relative)});
        is_so &= stage.jira("POST", &comments, &body).await.status == 400;
    }
    for absolute in [
        "https://example.com/a",
        "mailto:a@example.com",
        "/browse/WEB-1",
        "#top",
    ] {
        is_so &= made("description", linked(absolute)).await.status == 201;
    }
    sentences.shown("A link in ADF that is relative", is_so);

    let name = made("customfield_10031", json!("EU")).await.status == 400;
    let chosen = json!({"value": "EU", "child": {"value": "Berlin"}});
    let object = made("customfield_10031", chosen).await.status == 201;
    sentences.shown("A choice that has choices below it", name && object);

    let name = made("customfield_10033", json!("Mia Krystof")).await.status == 400;
    let person = json!({"accountId": "5b10ac8d82e05b22cc7d4ef5"});
    let one = made("customfield_10033", person.clone()).await.status == 201;
    let several = made("customfield_10034", json!([person])).await.status == 201;
    sentences.shown("A field for people", name && one && several);

    let gone = NewPerson {
        active: false,
        ..NewPerson::named("Mia Krystof")
    };
    stage.sandbox.add_person("acme", &gone);
    let somebody = made("assignee", json!({"accountId": "712020:newcomer-3"})).await;
    let is_so = somebody.status == 400 && somebody.body.contains("cannot be assigned");
    sentences.shown("Nobody is assigned", is_so);
}

async fn documents(stage: &Stage, sentences: &mut Sentences) {
    let misplaced =
        json!({"type": "doc", "version": 1, "content": [{"type": "text", "text": "a"}]});
    let misplaced = stage.jira("POST", "issue", &issue(&misplaced)).await.status == 400;
    sentences.shown("ADF with one node in the wrong place", misplaced);
    fields(stage, sentences).await;

    let spaces = stage
        .wiki("GET", "api/v2/spaces?keys=LEG", &Value::Null)
        .await
        .json();
    let page = |storage: &str| json!({"spaceId": spaces["results"][0]["id"], "title": "One", "body": {"representation": "storage", "value": storage}});
    let broken = stage
        .wiki("POST", "api/v2/pages", &page("<p>a<br></p>"))
        .await;
    sentences.shown(
        "Storage format that is not well-formed",
        broken.status == 400,
    );
    let made = stage.wiki("POST", "api/v2/pages", &page("<p>a</p>")).await;
    let taken = stage
        .wiki("POST", "api/v2/pages", &page("<p>a</p>"))
        .await
        .status
        == 400;
    let made = made.json();
    let path = format!("api/v2/pages/{}", made["id"].as_str().unwrap());
    let mut outdated = page("<p>b</p>");
    outdated["id"] = made["id"].clone();
    outdated["status"] = json!("current");
    outdated["version"] = json!({"number": 1});
    let outdated = stage.wiki("PUT", &path, &outdated).await.status == 409;
    sentences.shown("A page with a stale version", taken && outdated);

    kinds_and_statuses(stage, sentences, &made).await;

    let pages = stage
        .wiki("GET", "rest/api/content", &Value::Null)
        .await
        .status
        == 410;
    let spaces = stage
        .wiki("GET", "rest/api/space", &Value::Null)
        .await
        .status
        == 410;
    sentences.shown("The lists of Confluence's v1", pages && spaces);
}

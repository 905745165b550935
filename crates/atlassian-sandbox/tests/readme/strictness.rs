//! Every sentence on what the sandbox checks and what it does not play.

use std::time::Duration;

use atlassian_sandbox::{Options, Sandbox};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::bullets;
use super::client::{Answer, CALLBACK, ask, authorize_url, code_of, login, redemption};

const ACME: &str = "1324a887-45db-1bf4-1e99-ef0ff456d421";
const SCOPES: &str = "offline_access read:jira-work write:jira-work read:page:confluence write:page:confluence \
read:space:confluence search:confluence";

/// The sentences of a list that nothing was shown for yet.
struct Sentences(Vec<String>);

impl Sentences {
    /// One of them is so.
    fn shown(&mut self, beginning: &str, is_so: bool) {
        assert!(is_so, "not so: {beginning}");
        let place = self
            .0
            .iter()
            .position(|sentence| sentence.starts_with(beginning));
        let place = place.unwrap_or_else(|| panic!("README.md does not say {beginning:?}"));
        self.0.remove(place);
    }

    fn all_shown(&self) {
        assert!(self.0.is_empty(), "nothing shows that: {:?}", self.0);
    }
}

/// A sandbox and a login of Mia.
struct Stage {
    sandbox: Sandbox,
    bearer: String,
}

impl Stage {
    async fn new() -> Self {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        sandbox.add_redirect_uri("sandbox-client", CALLBACK);
        let mut stage = Self {
            sandbox,
            bearer: String::new(),
        };
        stage.login().await;
        stage
    }

    async fn login(&mut self) {
        let tokens = login(&self.sandbox, SCOPES, None).await;
        self.bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("authorization", self.bearer.as_str())];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        ask(&self.sandbox.base_url(), method, path, &headers, &body).await
    }

    async fn jira(&self, method: &str, path: &str, body: &Value) -> Answer {
        let path = format!("/ex/jira/{ACME}/rest/api/3/{path}");
        self.call(method, &path, body).await
    }

    async fn wiki(&self, method: &str, path: &str, body: &Value) -> Answer {
        let path = format!("/ex/confluence/{ACME}/wiki/{path}");
        self.call(method, &path, body).await
    }

    async fn token(&self, body: &Value) -> u16 {
        let base = self.sandbox.base_url();
        let answer = ask(&base, "POST", "/oauth/token", &[], &body.to_string()).await;
        answer.status
    }

    /// A code after Mia's consent.
    async fn code(&self, extra: &str) -> String {
        let url = authorize_url(&self.sandbox.base_url(), SCOPES) + extra;
        code_of(&self.sandbox.consent(&url, "mia", None).await.unwrap())
    }
}

#[tokio::test]
async fn what_is_checked_is_checked() {
    let mut sentences = Sentences(bullets("## What it checks"));
    let mut stage = Stage::new().await;
    clients(&stage, &mut sentences).await;
    refreshes(&stage, &mut sentences).await;
    stage.login().await;
    callers(&mut stage, &mut sentences).await;
    writes(&stage, &mut sentences).await;
    searches(&stage, &mut sentences).await;
    documents(&stage, &mut sentences).await;
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
    stage.sandbox.advance_clock(Duration::from_secs(9 * 60));
    let soon = stage.token(&old).await == 200;
    stage.sandbox.advance_clock(Duration::from_secs(2 * 60));
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
    login(&stage.sandbox, SCOPES, Some(&["globex.atlassian.net"])).await;
    let hidden = stage.call("GET", &path, &Value::Null).await.status == 404;
    sentences.shown("A site that was not chosen", seen && hidden);
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
    sentences.shown("A wrong API token on a site", nothing);
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

async fn documents(stage: &Stage, sentences: &mut Sentences) {
    let misplaced =
        json!({"type": "doc", "version": 1, "content": [{"type": "text", "text": "a"}]});
    let text = stage
        .jira("POST", "issue", &issue(&json!("text")))
        .await
        .status
        == 400;
    let misplaced = stage.jira("POST", "issue", &issue(&misplaced)).await.status == 400;
    sentences.shown("A description that is a string", text && misplaced);

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
    let mut stale = page("<p>b</p>");
    stale["id"] = made["id"].clone();
    stale["status"] = json!("current");
    stale["version"] = json!({"number": 1});
    let stale = stage.wiki("PUT", &path, &stale).await.status == 409;
    sentences.shown("A page with a stale version", taken && stale);

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

#[tokio::test]
async fn what_is_not_played_is_not_there() {
    let mut sentences = Sentences(bullets("## What it does not play"));
    let stage = Stage::new().await;
    let (base, host) = (stage.sandbox.base_url(), stage.sandbox.data_center_url());
    let both = [&base, &host]
        .iter()
        .all(|url| url.starts_with("http://127.0.0.1:"));
    sentences.shown("TLS, and any address but 127.0.0.1.", both);
    let mut limited = false;
    for _ in 0..300 {
        limited |= stage.jira("GET", "serverInfo", &Value::Null).await.status == 429;
    }
    sentences.shown("Rate limits and quotas", !limited);

    let missing = async |paths: &[&str]| {
        let basic = STANDARD.encode("mia@example.com:classic-token-mia");
        let basic = format!("Basic {basic}");
        let mut all = true;
        for path in paths {
            let path = format!("/sites/acme.atlassian.net/{path}");
            let headers = [("authorization", basic.as_str())];
            all &= ask(&base, "GET", &path, &headers, "").await.status == 404;
        }
        all
    };
    let jira = [
        "rest/agile/1.0/board",
        "rest/agile/1.0/sprint/1",
        "rest/api/3/issue/WEB-1/worklog",
        "rest/api/3/issue/WEB-1/watchers",
        "rest/api/3/issueLink/1",
        "rest/api/3/filter/search",
    ];
    sentences.shown("Boards, sprints,", missing(&jira).await);
    let webhooks = ["rest/api/3/webhook", "wiki/rest/webhooks/1.0/webhook"];
    sentences.shown("Webhooks of either product.", missing(&webhooks).await);
    let tree = ["wiki/api/v2/whiteboards/1", "wiki/api/v2/databases/1"];
    sentences.shown("Whiteboards and databases", missing(&tree).await);
    let posts = stage
        .wiki("GET", "api/v2/blogposts", &Value::Null)
        .await
        .json();
    let content = [
        "wiki/api/v2/attachments",
        "wiki/rest/api/content/1/restriction",
        "wiki/rest/api/content/1/move/append/2",
        "wiki/rest/api/content/1/copy",
    ];
    let is_so = posts["results"] == json!([]) && missing(&content).await;
    sentences.shown("Blog posts (their list is empty)", is_so);
    sentences.shown(
        "Permission schemes",
        missing(&["rest/api/3/permissionscheme"]).await,
    );
    sentences.shown(
        "The files behind avatars",
        missing(&["wiki/aa-avatar/x"]).await,
    );

    let mut administration = true;
    for path in [
        "/rest/oauth2/latest/token",
        "/rest/api/2/application-properties",
    ] {
        administration &= ask(&host, "GET", path, &[], "").await.status == 404;
    }
    let basic = [("authorization", "Basic bWlhOm1pYQ==")];
    administration &= ask(&host, "GET", "/rest/api/2/myself", &basic, "")
        .await
        .status
        == 401;
    sentences.shown(
        "OAuth, Basic authentication and administration",
        administration,
    );
    let jql = stage
        .jira("POST", "search/jql", &json!({"jql": "votes > 3"}))
        .await;
    let cql = stage
        .wiki("GET", "rest/api/search?cql=watcher%3Dmia", &Value::Null)
        .await;
    sentences.shown(
        "JQL and CQL as a whole",
        (jql.status, cql.status) == (400, 400),
    );
    sentences.all_shown();
}

//! Who may be a client: those that register themselves, those with a document on a listed host, and those that the
//! operator entered.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};

use crate::agents::fixture::{Client, REDIRECT, Tokens, decide, error, refused};
use crate::support::{Browser, TestApp, parameter};

#[tokio::test]
async fn a_registration_with_a_wrong_address_or_too_much_in_it_is_refused() {
    let app = TestApp::start().await;
    let wire = app.browser();
    for uris in [
        json!([]),
        json!(null),
        json!("http://127.0.0.1/cb"),
        json!(["https://evil.example/cb"]),
        json!([
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "https://evil.example/cb"
        ]),
        json!(["javascript:alert(1)"]),
        json!(["data:text/html,x"]),
        json!(["file:///etc/passwd"]),
        json!(["cursor://anysphere.cursor-mcp/oauth/callback"]),
        json!(["http://192.168.1.1/cb"]),
        json!(["http://127.0.0.1/cb#x"]),
        json!(["http://mia@127.0.0.1/cb"]),
        json!([7]),
        json!([REDIRECT, REDIRECT, REDIRECT, REDIRECT, REDIRECT, REDIRECT]),
    ] {
        let answer = wire
            .post("/register", json!({ "redirect_uris": uris }))
            .await;
        assert_eq!(
            error(&answer),
            refused(400, "invalid_redirect_uri"),
            "{uris}"
        );
    }
    let long = json!({ "redirect_uris": [REDIRECT], "client_name": "x".repeat(2100) });
    let key =
        json!({ "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "private_key_jwt" });
    for metadata in [long, key, json!([])] {
        let answer = wire.post("/register", metadata).await;
        assert_eq!(error(&answer), refused(400, "invalid_client_metadata"));
    }
}

#[tokio::test]
async fn of_several_addresses_those_that_may_be_used_are_registered_and_told() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let cursor = [
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "http://localhost:8787/callback",
    ];
    for (uris, taken) in [
        (json!(cursor), json!([cursor[1], cursor[2]])),
        (
            json!([REDIRECT, "https://evil.example/cb"]),
            json!([REDIRECT]),
        ),
        (
            json!([
                "javascript:alert(1)",
                "https://claude.ai@evil.example/",
                7,
                REDIRECT
            ]),
            json!([REDIRECT]),
        ),
    ] {
        let answer = app
            .browser()
            .post("/register", json!({ "redirect_uris": uris }))
            .await;
        assert_eq!(answer.status, 201, "{uris}: {}", answer.body);
        assert_eq!(answer.json()["redirect_uris"], taken);
        let client = Client {
            id: answer.json()["client_id"].as_str().unwrap().to_owned(),
            wire: app.browser(),
        };
        for uri in uris.as_array().unwrap().iter().filter_map(Value::as_str) {
            let page = mia
                .navigate(&client.address(&[("redirect_uri", uri)]))
                .await;
            let may = taken.as_array().unwrap().contains(&json!(uri));
            assert_eq!(page.status, if may { 200 } else { 400 }, "{uri}");
        }
    }
}

#[tokio::test]
async fn known_clients_register_the_addresses_that_they_use() {
    let settings = [("MCP_REDIRECT_SCHEMES", "cursor")];
    let app = TestApp::start_with(&settings).await;
    for uri in [
        "https://claude.ai/api/mcp/auth_callback",
        "https://claude.com/api/mcp/auth_callback",
        "http://localhost:54545/callback",
        "https://chatgpt.com/connector_platform_oauth_redirect",
        "http://127.0.0.1:33418/",
        "https://vscode.dev/redirect",
        "https://insiders.vscode.dev/redirect",
        "http://localhost:8787/callback",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "https://www.cursor.com/agents/mcp/oauth/callback",
        "http://localhost:7777/oauth/callback",
    ] {
        let wire = app.browser();
        let answer = wire
            .post("/register", json!({ "redirect_uris": [uri] }))
            .await;
        assert_eq!(answer.status, 201, "{uri}: {}", answer.body);
        assert_eq!(answer.json()["redirect_uris"], json!([uri]));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn registrations_store_nothing_and_outlive_a_restart() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    assert_eq!(app.rows("agent_clients").await, 0);
    let other = app.another_process().await;
    let browser = Browser::new(other.router());
    let page = browser.navigate(&client.address(&[])).await;
    assert_eq!(page.status, 200, "{}", page.body);
    // What the operator takes off the list is none any more, whatever was registered before.
    let strict = app
        .another_process_with(&[(
            "VAULT_KEYS",
            "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        )])
        .await;
    assert_eq!(
        Browser::new(strict.router())
            .navigate(&client.address(&[]))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn thirty_registrations_a_minute_come_from_one_address() {
    let app = TestApp::start().await;
    let wire = app.browser();
    let metadata = json!({ "redirect_uris": [REDIRECT] });
    for _ in 0..30 {
        assert_eq!(wire.post("/register", metadata.clone()).await.status, 201);
    }
    let answer = wire.post("/register", metadata).await;
    assert_eq!(answer.status, 429);
    assert_ne!(answer.header("retry-after"), "");
}

/// A host of clients on this machine: `/good.json` and some that are none.
async fn host_of_documents() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let document = |name: &str, changes: Value| {
        let mut document = json!({
            "client_id": format!("{base}/{name}"), "client_name": "Documented",
            "redirect_uris": [REDIRECT, "https://claude.ai/cb", "https://evil.example/cb"],
            "token_endpoint_auth_method": "none",
        });
        for (name, value) in changes.as_object().unwrap() {
            document[name] = value.clone();
        }
        let text = document.to_string();
        get(move || async move { text })
    };
    let moved = (StatusCode::FOUND, [("location", "/good.json")]);
    let router = Router::new()
        .route("/good.json", document("good.json", json!({})))
        .route(
            "/other.json",
            document(
                "other.json",
                json!({ "client_id": format!("{base}/good.json") }),
            ),
        )
        .route(
            "/large.json",
            document("large.json", json!({ "padding": "x".repeat(65 * 1024) })),
        )
        .route("/moved.json", get(move || async move { moved }))
        .route("/broken.json", get(|| async { "not JSON" }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

#[tokio::test]
async fn a_client_is_known_by_a_document_on_a_listed_host_and_asked_about_once() {
    let base = host_of_documents().await;
    let hosts = format!("claude.ai,{base}");
    let app = TestApp::start_with(&[("MCP_CLIENT_HOSTS", &hosts)]).await;
    let mia = app.logged_in("mia").await;
    let client = Client {
        id: format!("{base}/good.json"),
        wire: app.browser(),
    };
    let page = mia.navigate(&client.address(&[])).await;
    assert!(
        page.body.contains("Documented") && page.body.contains("says so"),
        "{}",
        page.body
    );
    let tokens = client.tokens(&mia).await;
    Tokens::of(&client.refresh(&tokens.refresh).await);
    // On the person's own machine any program can say that it is this one, so that they are asked each time.
    assert_eq!(mia.navigate(&client.address(&[])).await.status, 200);
    let web = [("redirect_uri", "https://claude.ai/cb")];
    let page = mia.navigate(&client.address(&web)).await;
    assert_eq!(decide(&mia, &page, "read").await.status, 303);
    // More than was consented to: asked again. No more: not.
    assert_eq!(mia.navigate(&client.address(&web)).await.status, 200);
    let same = [web[0], ("scope", "read")];
    let answer = mia.navigate(&client.address(&same)).await;
    assert_eq!(answer.status, 303);
    assert!(parameter(answer.header("location"), "code").is_some());
    let asks = [same[0], same[1], ("prompt", "consent")];
    assert_eq!(mia.navigate(&client.address(&asks)).await.status, 200);
    // Nor does one person's consent count for another.
    let omar = app.logged_in("omar").await;
    assert_eq!(omar.navigate(&client.address(&same)).await.status, 200);
    let evil = [("redirect_uri", "https://evil.example/cb")];
    assert_eq!(mia.navigate(&client.address(&evil)).await.status, 400);
    // Taken back, it is asked about again.
    let agents = mia.read("/agents").await;
    for agent in agents.as_array().unwrap() {
        let path = format!("/agents/{}", agent["id"].as_str().unwrap());
        assert_eq!(mia.delete(&path).await.status, 200);
    }
}

#[tokio::test]
async fn a_document_that_is_not_its_addresss_or_comes_from_elsewhere_makes_no_client() {
    let base = host_of_documents().await;
    let app = TestApp::start_with(&[("MCP_CLIENT_HOSTS", &base)]).await;
    let mia = app.logged_in("mia").await;
    let host = base.replace("http://", "");
    for id in [
        format!("{base}/other.json"),
        format!("{base}/large.json"),
        format!("{base}/moved.json"),
        format!("{base}/broken.json"),
        format!("{base}/none.json"),
        format!("{base}/"),
        format!("{base}/good.json#x"),
        format!("https://{host}/good.json"),
        format!("http://mia@{host}/good.json"),
        format!(
            "http://127.0.0.1:{}/good.json",
            host.split(':').nth(1).unwrap()
        ),
        String::from("http://169.254.169.254/latest/meta-data"),
    ] {
        let client = Client {
            id: id.clone(),
            wire: app.browser(),
        };
        assert_eq!(mia.navigate(&client.address(&[])).await.status, 400, "{id}");
    }
}

#[tokio::test]
async fn who_is_not_known_is_told_why_and_what_would_help() {
    let base = host_of_documents().await;
    let app = TestApp::start_with(&[("MCP_CLIENT_HOSTS", &base)]).await;
    let mia = app.logged_in("mia").await;
    for (id, told) in [
        (String::from("ibc_x.y"), "so that it registers itself again"),
        (
            format!("{base}/none.json"),
            "could not be read at its address just now",
        ),
        (
            String::from("https://evil.example/meta.json"),
            "The operator can list the host in MCP_CLIENT_HOSTS",
        ),
    ] {
        let client = Client {
            id: id.clone(),
            wire: app.browser(),
        };
        let page = mia.navigate(&client.address(&[])).await;
        assert_eq!(page.status, 400, "{id}");
        assert!(page.body.contains(told), "{id}: {}", page.body);
        let signed = mia
            .navigate(&client.address(&[("request", "eyJhbGciOiJub25lIn0.e30.")]))
            .await;
        assert!(
            signed.body.contains("request_not_supported"),
            "{}",
            signed.body
        );
    }
}

#[tokio::test]
async fn an_entered_client_may_be_anywhere_and_goes_with_all_that_came_by_it() {
    let app = TestApp::start().await;
    let agents = &app.app.services().agents;
    let uri = String::from("https://agents.example/oauth/cb");
    let entered = agents
        .enter_client("Studio", std::slice::from_ref(&uri), true)
        .await;
    let (entered, secret) = entered.unwrap();
    let client = Client {
        id: entered.id.clone(),
        wire: app.browser(),
    };
    let mia = app.logged_in("mia").await;
    let there = [("redirect_uri", uri.as_str())];
    let page = mia.navigate(&client.address(&there)).await;
    assert!(
        page.body
            .contains("The operator of this service has entered it")
    );
    let code = client.code(&mia, &there).await;
    let wrong = client.exchange_with(&code, &there).await;
    assert_eq!(error(&wrong), refused(401, "invalid_client"));
    let secret = secret.unwrap();
    let proven = [there[0], ("client_secret", secret.expose())];
    Tokens::of(&client.exchange_with(&code, &proven).await);
    assert_eq!(
        agents.entered_clients().await.unwrap(),
        std::slice::from_ref(&entered)
    );
    assert!(agents.delete_client(&entered.id).await.unwrap());
    assert_eq!(mia.read("/agents").await, json!([]));
    assert_eq!(mia.navigate(&client.address(&there)).await.status, 400);
    for never in [
        "javascript:alert(1)",
        "http://agents.example/cb",
        "https://a.example/#x",
    ] {
        let refused = agents.enter_client("x", &[never.to_owned()], false).await;
        assert!(refused.is_err(), "{never}");
    }
}

#[tokio::test]
async fn who_registers_for_reading_is_never_offered_to_write() {
    let app = TestApp::start().await;
    let wire = app.browser();
    let metadata = json!({"client_name": "Reader", "redirect_uris": [REDIRECT], "scope": "read offline_access"});
    let registered = wire.post("/register", metadata).await.json();
    assert_eq!(registered["scope"], "read");
    let client = Client {
        id: registered["client_id"].as_str().unwrap().to_owned(),
        wire,
    };
    let mia = app.logged_in("mia").await;
    for scope in ["", "read write"] {
        let page = mia.navigate(&client.address(&[("scope", scope)])).await;
        assert!(!page.body.contains("allow-write"), "{}", page.body);
        assert_eq!(decide(&mia, &page, "write").await.status, 403);
    }
}

//! Everybody who may call a route, each with what they own: the people of the callers' table.

use axum::Router;
use integration_backend::app::App;
use integration_backend::http::caller::access::{RouteAccess, TABLE};
use integration_backend::model::api_key::KeyScope;
use serde_json::{Value, json};

use crate::callers::with_operation;
use crate::support::{Answer, Browser, TestApp};

/// The columns of the table, in its order.
pub(crate) const CALLERS: [&str; 7] = [
    "nobody",
    "session",
    "other",
    "reader",
    "writer",
    "elsewhere",
    "local",
];

/// What only Mia may see: her name, her address, and what she stored.
pub(crate) const HERS: [&str; 4] = ["Mia Krystof", "mia@example.com", "CANARY", "canary"];

/// What an owner stores before the calls, where there is such a route; the answer's `id` is what
/// the placeholder stands for.
const SEEDS: [(&str, &str, &str); 3] = [
    (
        "/users",
        "{user}",
        r#"{"email":"canary@example.com","display_name":"Canary"}"#,
    ),
    (
        "/jira/projects",
        "{project}",
        r#"{"key":"CANARY","name":"canary"}"#,
    ),
    (
        "/confluence/pages",
        "{page}",
        r#"{"space_key":"CANARY","page_id":"1","title":"canary"}"#,
    ),
];

/// What the placeholders in paths and bodies stand for.
#[derive(Debug, Clone, Default)]
struct Belongings(Vec<(&'static str, String)>);

impl Belongings {
    /// What `browser`'s owner has.
    async fn of(browser: &Browser) -> Self {
        let first = async |address: &str| {
            let hits = browser.get(address).await.json();
            hits[0]["id"].as_str().unwrap().to_owned()
        };
        let issue = first("/connectors/jira/search?limit=1&q=project%3DOPS").await;
        let page = first("/connectors/confluence/search?limit=1&q=type%3Dpage").await;
        let comments = format!("/connectors/jira/issues/{issue}/comments");
        let comment = browser
            .post(&comments, json!({"body": "canary"}))
            .await
            .json();
        let comment = comment["id"].as_str().unwrap().to_owned();
        let mut all = vec![("{issue}", issue), ("{wiki}", page), ("{comment}", comment)];
        for (route, placeholder, body) in SEEDS {
            if TABLE.contains(&("POST", route, RouteAccess::Write)) {
                let body: Value = serde_json::from_str(body).unwrap();
                let made = browser.post(route, body).await;
                assert_eq!(made.status, 201, "{route}: {}", made.body);
                all.push((placeholder, made.json()["id"].as_str().unwrap().to_owned()));
            }
        }
        Self(all)
    }

    fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
    }
}

/// One who calls.
struct Caller {
    name: &'static str,
    router: Router,
    cookie: Option<String>,
    headers: Vec<(&'static str, String)>,
    belongings: Belongings,
}

/// The service with everybody who may call it.
pub(crate) struct Stage {
    callers: Vec<Caller>,
    pub(crate) app: TestApp,
    // Used as long as the stage is.
    _open: App,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        Self::set_on(TestApp::start().await).await
    }

    /// The same on an app with settings of its own.
    pub(crate) async fn set_on(app: TestApp) -> Self {
        let open = app.another_process_with(&[("AUTH_MODE", "open")]).await;
        let mia = app.logged_in("mia").await;
        let other = app.logged_in("omar").await;
        for product in ["jira", "confluence"] {
            let path = format!("/connectors/{product}/connection");
            assert_eq!(other.delete(&path).await.status, 200);
        }
        let local = Browser::new(open.router());
        app.log_in(&local, "mia").await;
        let hers = Belongings::of(&mia).await;
        let id = mia.get("/auth/session").await.json()["user"]["id"].clone();
        let id = id.as_str().unwrap();
        let (read, write) = (&[KeyScope::Read], &[KeyScope::Write]);
        let bearer = [
            app.api_key(id, "default", read).await,
            app.api_key(id, "default", write).await,
            app.api_key(id, "acme", &[KeyScope::Read, KeyScope::Write])
                .await,
        ];
        let caller = |name, cookie: &Browser, headers: Vec<_>| Caller {
            name,
            router: app.router(),
            cookie: cookie.cookie("ib_session"),
            headers,
            belongings: hers.clone(),
        };
        let [reader, writer, elsewhere] = bearer.map(|text| ("authorization", text));
        let tenant = ("x-tenant-id", String::from("default"));
        let nobody = app.browser();
        let callers = vec![
            caller("nobody", &nobody, vec![]),
            caller("session", &mia, vec![]),
            caller("other", &other, vec![]),
            caller("reader", &nobody, vec![reader]),
            caller("writer", &nobody, vec![writer]),
            caller("elsewhere", &nobody, vec![elsewhere, tenant]),
            Caller {
                router: open.router(),
                belongings: Belongings::of(&local).await,
                ..caller("local", &nobody, vec![])
            },
        ];
        Self {
            callers,
            app,
            _open: open,
        }
    }

    /// The sessions and keys of all, as they are sent.
    pub(crate) fn credentials(&self) -> Vec<(&'static str, String)> {
        let cookies = self.callers.iter().filter_map(|one| one.cookie.clone());
        let bearers = self
            .callers
            .iter()
            .flat_map(|one| &one.headers)
            .filter_map(|(_, value)| Some(value.strip_prefix("Bearer ")?.to_owned()));
        let sessions = cookies.map(|text| ("session", text));
        sessions
            .chain(bearers.map(|text| ("API key", text)))
            .collect()
    }

    /// What the caller of that name is answered. A `GET`'s `ask` is its query, else it is the body.
    pub(crate) async fn call(&self, name: &str, method: &str, template: &str, ask: &str) -> Answer {
        self.call_with(name, (method, template, ask), &[]).await
    }

    /// The same with further headers.
    pub(crate) async fn call_with(
        &self,
        name: &str,
        (method, template, ask): (&str, &str, &str),
        headers: &[(&str, &str)],
    ) -> Answer {
        let caller = self.callers.iter().find(|one| one.name == name).unwrap();
        let browser = Browser::new(caller.router.clone());
        if let Some(cookie) = &caller.cookie {
            browser.set_cookie("ib_session", cookie);
        }
        let ask = caller.belongings.fill(ask).replace("{caller}", name);
        let path = caller
            .belongings
            .fill(&example(&with_operation(method, template)));
        let own = caller.headers.iter();
        let headers: Vec<(&str, &str)> = own
            .map(|(name, value)| (*name, value.as_str()))
            .chain(headers.iter().copied())
            .collect();
        if method == "GET" {
            return browser
                .send(method, &format!("{path}{ask}"), &headers, None)
                .await;
        }
        let body = (!ask.is_empty()).then_some(ask);
        browser.send(method, &path, &headers, body).await
    }
}

/// A path with everything in it that a caller can own; what each placeholder of a template means.
fn example(template: &str) -> String {
    let id = if template.starts_with("/users") {
        "{user}"
    } else if template.contains("/comments/") {
        "{comment}"
    } else {
        "{wiki}"
    };
    let key = if template.contains("/projects/") {
        "WEB"
    } else if template.contains("/spaces/") {
        "ENG"
    } else {
        "{issue}"
    };
    let path = template
        .replace("{provider}", "jira")
        .replace("{product}", "jira")
        .replace("{*file}", "swagger-ui.css")
        .replace("{part}", "dom.js")
        .replace("{owner_id}", "{user}")
        .replace("{id}", id)
        .replace("{key}", key);
    let known = [
        "{user}",
        "{project}",
        "{page}",
        "{wiki}",
        "{issue}",
        "{comment}",
    ];
    let rest = known
        .iter()
        .fold(path.clone(), |rest, name| rest.replace(name, ""));
    assert!(
        !rest.contains('{'),
        "{template}: say in {} what its placeholder stands for",
        file!()
    );
    path
}

/// Whether the answer shows something that is only Mia's. Documents have examples like her.
pub(crate) fn shows_hers(template: &str, answer: &Answer) -> bool {
    if matches!(template, "/openapi.json" | "/connectors/tools") || template.starts_with("/docs") {
        return false;
    }
    let headers = format!("{:?}", answer.headers);
    HERS.iter()
        .any(|text| answer.body.contains(text) || headers.contains(text))
}

/// The beginning of an answer, for messages.
pub(crate) fn told(answer: &Answer) -> String {
    answer.body.chars().take(300).collect()
}

//! A client of the authorization server with a scripted browser.

use serde_json::{Value, json};

use crate::support::{Answer, Browser, TestApp, parameter, with_query};

/// A verifier and its S256 challenge (RFC 7636, appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const REDIRECT: &str = "http://127.0.0.1:33418/callback";
pub const RESOURCE: &str = "http://localhost:3001/mcp";

/// A client that has registered itself.
pub struct Client {
    pub id: String,
    /// What it calls the token endpoint with; it has no cookies.
    pub wire: Browser,
}

impl Client {
    pub async fn registered(app: &TestApp) -> Self {
        Self::registered_by(app.browser()).await
    }

    pub async fn registered_by(wire: Browser) -> Self {
        let metadata = json!({
            "client_name": "Inspector <b>", "redirect_uris": [REDIRECT],
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        });
        let answer = wire.post("/register", metadata).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let id = answer.json()["client_id"].as_str().unwrap().to_owned();
        Self { id, wire }
    }

    /// The address that it sends a browser to, with some parameters changed; an empty one is left out.
    pub fn address(&self, changes: &[(&str, &str)]) -> String {
        let usual = [
            ("response_type", "code"),
            ("client_id", self.id.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("state", "a state & more"),
            ("scope", "read write"),
            ("resource", RESOURCE),
        ];
        let other = |name: &str| changes.iter().find(|(named, _)| *named == name);
        let mut pairs: Vec<(&str, &str)> = usual
            .iter()
            .map(|(name, value)| other(name).map_or((*name, *value), |pair| *pair))
            .collect();
        let new = |pair: &&(&str, &str)| usual.iter().all(|(name, _)| *name != pair.0);
        pairs.extend(changes.iter().filter(new));
        pairs.retain(|(_, value)| !value.is_empty());
        with_query("/authorize", &pairs)
    }

    /// Lets it in; gives the code.
    pub async fn code(&self, browser: &Browser, changes: &[(&str, &str)]) -> String {
        let page = browser.navigate(&self.address(changes)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let answer = decide(browser, &page, "write").await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        parameter(answer.header("location"), "code").unwrap_or_else(|| panic!("{answer:?}"))
    }

    /// Turns a code into tokens.
    pub async fn exchange(&self, code: &str) -> Answer {
        self.exchange_with(code, &[]).await
    }

    pub async fn exchange_with(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        let usual = [
            ("grant_type", "authorization_code"),
            ("client_id", self.id.as_str()),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("resource", RESOURCE),
        ];
        form(&self.wire, "/token", &usual, changes).await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        let usual = [
            ("grant_type", "refresh_token"),
            ("client_id", self.id.as_str()),
            ("refresh_token", token),
        ];
        form(&self.wire, "/token", &usual, &[]).await
    }

    /// Lets it in and gives its tokens.
    pub async fn tokens(&self, browser: &Browser) -> Tokens {
        let code = self.code(browser, &[]).await;
        Tokens::of(&self.exchange(&code).await)
    }
}

/// What a client was given.
#[derive(Debug, Clone)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

impl Tokens {
    pub fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("cache-control"), "no-store");
        let body = answer.json();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}

/// Sends a form as a program does, with some fields changed; an empty one is left out.
pub async fn form(
    wire: &Browser,
    address: &str,
    usual: &[(&str, &str)],
    changes: &[(&str, &str)],
) -> Answer {
    let mut fields: Vec<(&str, &str)> = usual.to_vec();
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields.retain(|(_, value)| !value.is_empty());
    let body = with_query("", &fields).trim_start_matches('?').to_owned();
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    wire.send("POST", address, &headers, Some(body)).await
}

/// Presses a button of the consent page.
pub async fn decide(browser: &Browser, page: &Answer, decision: &str) -> Answer {
    decide_from(browser, page, decision, "http://localhost:3001").await
}

/// The same, with the origin that the browser tells.
pub async fn decide_from(browser: &Browser, page: &Answer, decision: &str, origin: &str) -> Answer {
    let fields = ["request", "shown_at", "seal"].map(|name| (name, hidden(page, name)));
    let mut pairs: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    pairs.push(("decision", decision));
    let body = with_query("", &pairs).trim_start_matches('?').to_owned();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", origin),
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-mode", "navigate"),
    ];
    browser
        .send("POST", "/authorize", &headers, Some(body))
        .await
}

/// A hidden field of a page's form.
pub fn hidden(page: &Answer, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.body.split_once(&start);
    let (_, rest) = rest.unwrap_or_else(|| panic!("no field {name}: {}", page.body));
    let value = rest.split('"').next().unwrap();
    value
        .replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&#60;", "<")
        .replace("&#34;", "\"")
}

/// The error of an answer in OAuth's form.
pub fn error(answer: &Answer) -> (u16, String) {
    let body: Value = answer.json();
    let error = body["error"].as_str().unwrap_or_default().to_owned();
    (answer.status, error)
}

/// A refusal.
pub fn refused(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

//! A client as small as can be, and a login with it.

use std::fmt::Write as _;

use atlassian_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) const CALLBACK: &str = "http://localhost:8080/callback";

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// Sends one request over a connection of its own; `None` if there was no answer.
pub(crate) async fn try_ask(
    base: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Option<Answer> {
    let host = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for (name, value) in headers {
        let _ = write!(request, "{name}: {value}\r\n");
    }
    if !body.is_empty() && !headers.iter().any(|(name, _)| *name == "content-type") {
        request.push_str("content-type: application/json\r\n");
    }
    let _ = write!(request, "content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.ok()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some(Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

/// Sends one request that is answered.
pub(crate) async fn ask(
    base: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let answer = try_ask(base, method, path, headers, body).await;
    answer.unwrap_or_else(|| panic!("no answer to {method} {path}"))
}

/// Where a client sends a person for some scopes.
pub(crate) fn authorize_url(base: &str, scopes: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("audience", "api.atlassian.com")
        .append_pair("client_id", "sandbox-client")
        .append_pair("scope", scopes)
        .append_pair("redirect_uri", CALLBACK)
        .append_pair("state", "abc")
        .append_pair("response_type", "code")
        .append_pair("prompt", "consent");
    format!("{base}/authorize?{}", query.finish())
}

/// The code in a callback URL.
pub(crate) fn code_of(callback: &str) -> String {
    let url = url::Url::parse(callback).unwrap();
    let code = url.query_pairs().find(|(name, _)| name == "code");
    code.unwrap().1.into_owned()
}

/// What a client sends to redeem a code.
pub(crate) fn redemption(code: &str) -> Value {
    json!({
        "grant_type": "authorization_code", "client_id": "sandbox-client", "client_secret": "sandbox-secret",
        "code": code, "redirect_uri": CALLBACK,
    })
}

/// The tokens of a fresh login of Mia.
pub(crate) async fn login(sandbox: &Sandbox, scopes: &str, sites: Option<&[&str]>) -> Value {
    let base = sandbox.base_url();
    let callback = sandbox
        .consent(&authorize_url(&base, scopes), "mia", sites)
        .await
        .unwrap();
    let body = redemption(&code_of(&callback)).to_string();
    ask(&base, "POST", "/oauth/token", &[], &body).await.json()
}

//! A browser as far as HTTP goes: a cookie jar that keeps what a real one would keep.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::response::Parts;
use axum::http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use url::Url;

use super::listening::Listening;

/// A client of the router with a cookie jar.
pub struct Browser {
    router: Router,
    host: String,
    peer: SocketAddr,
    drops_secure_cookies: bool,
    jar: Mutex<BTreeMap<String, String>>,
}

/// Every browser has an address of its own on this machine, so that limits tell them apart.
fn next_address() -> Ipv4Addr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    Ipv4Addr::from(u32::from(Ipv4Addr::LOCALHOST) + NEXT.fetch_add(1, Ordering::SeqCst) % 0xff_fff0)
}

/// An answer read in full.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    pub fn new(router: Router) -> Self {
        Self {
            router,
            host: String::from("localhost:3001"),
            peer: SocketAddr::new(next_address().into(), 50_000),
            drops_secure_cookies: true,
            jar: Mutex::default(),
        }
    }

    /// The same browser with another address in its bar, such as `127.0.0.1:3001`.
    pub fn at(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// The same browser on another machine.
    pub fn on_machine(mut self, address: &str) -> Self {
        self.peer = SocketAddr::new(address.parse().unwrap(), 50_000);
        self
    }

    /// A browser on https, which keeps Secure cookies.
    pub fn on_https(mut self) -> Self {
        self.drops_secure_cookies = false;
        self
    }

    pub async fn get(&self, address: &str) -> Answer {
        self.send("GET", address, &[], None).await
    }

    /// Gets what is there, as JSON, after checking that it is.
    pub async fn read(&self, address: &str) -> Value {
        let answer = self.get(address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        answer.json()
    }

    pub async fn get_with(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", address, headers, None).await
    }

    /// Goes there as a person who clicks a link does.
    pub async fn navigate(&self, address: &str) -> Answer {
        self.send(
            "GET",
            address,
            &[("sec-fetch-mode", "navigate"), ("accept", "text/html")],
            None,
        )
        .await
    }

    pub async fn post(&self, address: &str, body: Value) -> Answer {
        self.send("POST", address, &[], Some(body.to_string()))
            .await
    }

    pub async fn post_with(&self, address: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.send("POST", address, headers, Some(body.to_string()))
            .await
    }

    pub async fn patch(&self, address: &str, body: Value) -> Answer {
        self.send("PATCH", address, &[], Some(body.to_string()))
            .await
    }

    pub async fn put(&self, address: &str, body: Value) -> Answer {
        self.send("PUT", address, &[], Some(body.to_string())).await
    }

    pub async fn delete(&self, address: &str) -> Answer {
        self.send("DELETE", address, &[], None).await
    }

    /// Sends a request with this browser's cookies and keeps those of the answer. `address` is a
    /// path, or an absolute address of the service, of which the path is taken. A body is sent as
    /// JSON unless `headers` say otherwise.
    pub async fn send(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Answer {
        self.send_bytes(method, address, headers, body.map(String::into_bytes))
            .await
    }

    /// Sends a request whose body need not be a text.
    pub async fn send_bytes(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Answer {
        let (parts, body) = self.exchange(method, address, headers, body).await;
        // A stream has no end; whoever wants to hear it calls `listen`.
        let is_stream = parts
            .headers
            .get("content-type")
            .is_some_and(|value| value == "text/event-stream");
        let body = if is_stream {
            String::new()
        } else {
            String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned()
        };
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        }
    }

    /// Opens a stream of events.
    pub async fn listen(&self, address: &str, headers: &[(&str, &str)]) -> Listening {
        let (parts, body) = self.exchange("GET", address, headers, None).await;
        assert_eq!(parts.status.as_u16(), 200, "{address}");
        Listening::new(parts.status.as_u16(), parts.headers, body)
    }

    async fn exchange(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> (Parts, Body) {
        let path = Url::parse(address).map_or_else(
            |_| address.to_owned(),
            |url| {
                url.query().map_or_else(
                    || url.path().to_owned(),
                    |query| format!("{}?{query}", url.path()),
                )
            },
        );
        let mut request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path);
        let given = |name: &str| {
            headers
                .iter()
                .any(|(given, _)| given.eq_ignore_ascii_case(name))
        };
        if !given("host") {
            request = request.header("host", &self.host);
        }
        let cookies = self.cookie_header();
        if !cookies.is_empty() && !given("cookie") {
            request = request.header("cookie", cookies);
        }
        if body.is_some() && !given("content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .extension(ConnectInfo(self.peer))
            .body(body.map_or_else(Body::empty, Body::from))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        self.keep_cookies(&parts.headers);
        (parts, body)
    }

    /// What it talks to, for another browser.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The address in its bar.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// A cookie's value, if the jar has it.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(name).cloned()
    }

    /// Puts a cookie into the jar.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar
            .lock()
            .unwrap()
            .insert(name.to_owned(), value.to_owned());
    }

    /// Empties the jar.
    pub fn forget_cookies(&self) {
        self.jar.lock().unwrap().clear();
    }

    fn cookie_header(&self) -> String {
        let jar = self.jar.lock().unwrap();
        jar.iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut jar = self.jar.lock().unwrap();
        for value in headers.get_all("set-cookie") {
            let text = value.to_str().unwrap();
            let mut parts = text.split(';').map(str::trim);
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
            if self.drops_secure_cookies && attributes.iter().any(|attribute| attribute == "secure")
            {
                continue;
            }
            if attributes.iter().any(|attribute| attribute == "max-age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// A header's text; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that these fields of what was asked are refused; `what` tells the cases of a table apart.
    #[track_caller]
    pub fn assert_invalid(&self, fields: &[&str], what: &str) {
        let found = (self.status, self.error_code());
        let expected = (422, String::from("VALIDATION"));
        assert_eq!(found, expected, "{what}: {}", self.body);
        let found = &self.json()["details"]["fields"];
        assert_eq!(found, &serde_json::json!(fields), "{what}: {}", self.body);
    }

    /// The error code of the envelope, after checking that it is one.
    pub fn error_code(&self) -> String {
        let body = self.json();
        assert_eq!(body["status"], "error", "{}", self.body);
        assert_eq!(body["request_id"], self.header("x-request-id"));
        assert!(
            body["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty())
        );
        body["code"].as_str().unwrap().to_owned()
    }
}

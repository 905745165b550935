//! The sandbox held against the rules it stands for, without a socket (and once with one).

mod agile;
mod around;
mod attachments;
mod confluence;
mod cql;
mod credentials;
mod data_center;
mod data_center_around;
mod data_center_kept;
mod dialect;
mod drafts;
mod files_of_pages;
mod inline_comments;
mod issues;
mod jql_past;
mod kept_with_issues;
mod lengths;
mod oauth;
mod screens;
mod search;
mod server;
mod world;

use serde_json::{Value, json};

use crate::dispatch;
use crate::options::App;
use crate::state::State;
use crate::wire::{Call, Reply};

const CALLBACK: &str = "http://localhost:3001/auth/jira/callback";
const ACME: &str = "1324a887-45db-1bf4-1e99-ef0ff456d421";
const ALL: &str = "offline_access read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence \
write:page:confluence delete:page:confluence read:comment:confluence write:comment:confluence read:hierarchical-content:confluence search:confluence \
read:content.metadata:confluence write:confluence-content read:confluence-user read:attachment:confluence write:confluence-file \
delete:attachment:confluence manage:jira-project read:board-scope:jira-software read:board-scope.admin:jira-software \
write:board-scope:jira-software read:sprint:jira-software write:sprint:jira-software delete:sprint:jira-software read:project:jira \
read:issue-details:jira read:jql:jira";

/// A sandbox without a socket, and calls to it.
struct Bench {
    state: State,
}

impl Bench {
    fn new() -> Self {
        let app = App {
            redirect_uris: vec![CALLBACK.to_owned()],
            ..App::default()
        };
        Self {
            state: State::new(vec![app], None).unwrap(),
        }
    }

    fn call(
        &mut self,
        method: &str,
        target: &str,
        authorization: &str,
        body: Option<&Value>,
    ) -> Reply {
        let mut headers = vec![("user-agent".to_owned(), "test/1".to_owned())];
        if !authorization.is_empty() {
            headers.push(("authorization".to_owned(), authorization.to_owned()));
        }
        if body.is_some() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let bytes = body
            .map(|body| body.to_string().into_bytes())
            .unwrap_or_default();
        dispatch::answer(&mut self.state, &Call::new(method, target, headers, bytes))
    }

    /// A file of this name and media type as a form.
    fn upload(
        &mut self,
        target: &str,
        bearer: &str,
        file: (&str, &str, &[u8]),
        more: &[(&str, &str)],
    ) -> Reply {
        let (name, kind, bytes) = file;
        let mut headers = vec![
            ("authorization", bearer),
            ("content-type", "multipart/form-data; boundary=xyz"),
        ];
        headers.extend(more);
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let head = format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--xyz--\r\n"].concat();
        dispatch::answer(
            &mut self.state,
            &Call::new("POST", target, headers.collect(), body),
        )
    }

    /// A call with one header more.
    fn get_with(&mut self, target: &str, bearer: &str, header: (&str, &str)) -> Reply {
        let headers = [("authorization", bearer), header];
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        dispatch::answer(
            &mut self.state,
            &Call::new("GET", target, headers.collect(), Vec::new()),
        )
    }

    fn authorize_url(scopes: &str, extra: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("audience", "api.atlassian.com")
            .append_pair("client_id", "sandbox-client")
            .append_pair("scope", scopes)
            .append_pair("redirect_uri", CALLBACK)
            .append_pair("state", "st&te")
            .append_pair("response_type", "code")
            .append_pair("prompt", "consent");
        format!("http://127.0.0.1/authorize?{}{extra}", query.finish())
    }

    /// A code for the account after it has accepted.
    fn code(&mut self, account: &str, scopes: &str, extra: &str) -> String {
        let callback = crate::consent::accept(
            &mut self.state,
            &Self::authorize_url(scopes, extra),
            account,
            None,
        )
        .unwrap();
        let url = url::Url::parse(&callback).unwrap();
        assert!(
            url.query_pairs()
                .any(|(name, value)| name == "state" && value == "st&te")
        );
        url.query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap()
            .1
            .into_owned()
    }

    fn token(&mut self, body: &Value) -> Reply {
        self.call("POST", "/oauth/token", "", Some(body))
    }

    fn exchange(&mut self, code: &str) -> Reply {
        self.token(&json!({"grant_type": "authorization_code", "client_id": "sandbox-client", "client_secret": "sandbox-secret", "code": code, "redirect_uri": CALLBACK}))
    }

    fn refresh(&mut self, token: &str) -> Reply {
        self.token(&json!({"grant_type": "refresh_token", "client_id": "sandbox-client", "client_secret": "sandbox-secret", "refresh_token": token}))
    }

    /// The `Authorization` of a fresh login.
    fn login(&mut self, account: &str, scopes: &str) -> String {
        let code = self.code(account, scopes, "");
        format!(
            "Bearer {}",
            self.exchange(&code).value()["access_token"]
                .as_str()
                .unwrap()
        )
    }

    fn advance(&mut self, milliseconds: i64) {
        self.state.saved.clock_offset += milliseconds;
    }
}

fn agile(path: &str) -> String {
    format!("/ex/jira/{ACME}/rest/agile/1.0/{path}")
}

fn jira(path: &str) -> String {
    format!("/ex/jira/{ACME}/rest/api/3/{path}")
}

fn wiki(path: &str) -> String {
    format!("/ex/confluence/{ACME}/wiki/{path}")
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}

fn basic(account: &str, kind: &str) -> String {
    use base64::Engine as _;
    let pair = format!("{account}@example.com:{kind}-token-{account}");
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(pair)
    )
}

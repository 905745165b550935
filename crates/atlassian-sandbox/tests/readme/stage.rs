//! A sandbox with a login, and the sentences of the README that are to be shown with it.

use atlassian_sandbox::{Options, Sandbox};
use serde_json::Value;

use super::bullets;
use super::client::{Answer, CALLBACK, ask, authorize_url, code_of, login};

pub(crate) const ACME: &str = "1324a887-45db-1bf4-1e99-ef0ff456d421";
pub(crate) const SCOPES: &str = "offline_access read:jira-work write:jira-work read:page:confluence write:page:confluence \
read:space:confluence search:confluence read:comment:confluence write:comment:confluence";

/// The sentences of a list that nothing was shown for yet.
pub(crate) struct Sentences(Vec<String>);

impl Sentences {
    pub(crate) fn of(heading: &str) -> Self {
        Self(bullets(heading))
    }

    /// One of them is so.
    pub(crate) fn shown(&mut self, beginning: &str, is_so: bool) {
        assert!(is_so, "not so: {beginning}");
        let place = self
            .0
            .iter()
            .position(|sentence| sentence.starts_with(beginning));
        let place = place.unwrap_or_else(|| panic!("README.md does not say {beginning:?}"));
        self.0.remove(place);
    }

    pub(crate) fn all_shown(&self) {
        assert!(self.0.is_empty(), "nothing shows that: {:?}", self.0);
    }
}

/// A sandbox and a login of Mia.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) bearer: String,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        sandbox.add_redirect_uri("sandbox-client", CALLBACK);
        let mut stage = Self {
            sandbox,
            bearer: String::new(),
        };
        stage.login().await;
        stage
    }

    pub(crate) async fn login(&mut self) {
        let tokens = login(&self.sandbox, SCOPES, None).await;
        self.bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("authorization", self.bearer.as_str())];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        ask(&self.sandbox.base_url(), method, path, &headers, &body).await
    }

    pub(crate) async fn jira(&self, method: &str, path: &str, body: &Value) -> Answer {
        let path = format!("/ex/jira/{ACME}/rest/api/3/{path}");
        self.call(method, &path, body).await
    }

    pub(crate) async fn wiki(&self, method: &str, path: &str, body: &Value) -> Answer {
        let path = format!("/ex/confluence/{ACME}/wiki/{path}");
        self.call(method, &path, body).await
    }

    pub(crate) async fn token(&self, body: &Value) -> u16 {
        let base = self.sandbox.base_url();
        let answer = ask(&base, "POST", "/oauth/token", &[], &body.to_string()).await;
        answer.status
    }

    /// A code after Mia's consent.
    pub(crate) async fn code(&self, extra: &str) -> String {
        let url = authorize_url(&self.sandbox.base_url(), SCOPES) + extra;
        code_of(&self.sandbox.consent(&url, "mia", None).await.unwrap())
    }
}

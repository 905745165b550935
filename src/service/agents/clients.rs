//! The clients of agents: those that register themselves get an id that says all about them, signed, so that nothing
//! is stored and nothing is lost.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::Agents;
use crate::model::agent_client::{AgentClient, Registration};
use crate::model::secret::{Secret, sha256};
use crate::model::visible::visible;
use crate::service::error::ServiceError;
use crate::store::agent_clients::EnteredClient;

/// What the id of a client that registered itself begins with.
pub(crate) const SIGNED_PREFIX: &str = "ibc_";
/// What the id of a client that the operator entered begins with.
pub(super) const ENTERED_PREFIX: &str = "ibp_";
/// What its secret begins with.
const SECRET_PREFIX: &str = "ibcs_";
/// The most addresses that one client may register.
const MOST_REDIRECTS: usize = 5;
/// Longer names are cut.
const LONGEST_NAME: usize = 80;
/// Longer ids are none.
const LONGEST_ID: usize = 6 * 1024;

/// Why a registration is refused (RFC 7591, section 3.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegistrationError {
    /// One of the addresses may not be used.
    Redirect(String),
    /// Something else is wrong with it.
    Metadata(&'static str),
}

/// A client that has registered itself.
#[derive(Debug)]
pub(crate) struct Registered {
    /// The client.
    pub client: AgentClient,
    /// The secret, where it asked for one.
    pub secret: Option<Secret>,
    /// How it proves itself at the token endpoint.
    pub auth_method: &'static str,
    /// When, in seconds since the epoch.
    pub issued_at: i64,
}

impl Agents {
    /// Registers a client by what it says of itself (RFC 7591). What is not about us is ignored.
    ///
    /// # Errors
    /// When an address may not be used, or the metadata are none.
    pub(crate) fn register(&self, metadata: &Value) -> Result<Registered, RegistrationError> {
        let redirect_uris = self.redirects_of(metadata)?;
        let auth_method = auth_method(metadata)?;
        let name = client_name(metadata);
        let issued_at = self.clock.now().millis().div_euclid(1000);
        let reads_only = reads_only(metadata);
        let mut content =
            json!({ "n": name, "u": redirect_uris, "t": issued_at, "a": auth_method });
        if reads_only {
            content["s"] = json!("read");
        }
        let content = URL_SAFE_NO_PAD.encode(content.to_string());
        let signature = self.client_key.sign(&["client", &content]);
        let id = format!("{SIGNED_PREFIX}{content}.{signature}");
        let secret = (auth_method != "none")
            .then(|| format!("{SECRET_PREFIX}{}", self.client_key.sign(&["secret", &id])));
        Ok(Registered {
            client: AgentClient {
                id,
                name,
                redirect_uris,
                registration: Registration::Itself,
                reads_only,
            },
            secret: secret.map(Secret::new),
            auth_method,
            issued_at,
        })
    }

    /// The client with this id, with all that is known of it; none: nobody is known by it here.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn client(&self, id: &str) -> Result<Option<AgentClient>, ServiceError> {
        if id.len() > LONGEST_ID {
            return Ok(None);
        }
        if id.starts_with(SIGNED_PREFIX) {
            return Ok(self.signed_client(id).map(|(client, _)| client));
        }
        if is_address(id) {
            return Ok(self.document_client(id).await);
        }
        let entered = self.entered_client(id).await?;
        Ok(entered.map(|entered| AgentClient {
            id: entered.id,
            name: entered.name,
            redirect_uris: entered.redirect_uris,
            registration: Registration::Operator,
            reads_only: false,
        }))
    }

    /// Whether a client at the token endpoint is the one of its id. No document is fetched: the id was taken from one
    /// when the code was made, and tokens must be renewed while its server is away.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn is_genuine(
        &self,
        id: &str,
        secret: Option<&Secret>,
    ) -> Result<bool, ServiceError> {
        if id.len() > LONGEST_ID {
            return Ok(false);
        }
        if id.starts_with(SIGNED_PREFIX) {
            let known = self.signed_client(id);
            return Ok(known.is_some_and(|(_, has_secret)| {
                !has_secret || secret.is_some_and(|secret| self.is_signed_secret(id, secret))
            }));
        }
        if is_address(id) {
            return Ok(self.may_hold_documents(id));
        }
        let entered = self.entered_client(id).await?;
        Ok(entered.is_some_and(|entered| match entered.secret_hash {
            // A secret that nobody asked for is no harm.
            None => true,
            Some(hash) => secret.is_some_and(|secret| {
                let shown = sha256(secret.expose());
                bool::from(shown.as_bytes().ct_eq(hash.as_bytes()))
            }),
        }))
    }

    /// The client that the operator entered under this id. What is no such id is not looked for: PostgreSQL takes no
    /// text with a NUL.
    async fn entered_client(&self, id: &str) -> Result<Option<EnteredClient>, ServiceError> {
        let plain = id.bytes().all(|byte| byte.is_ascii_graphic());
        if !id.starts_with(ENTERED_PREFIX) || !plain {
            return Ok(None);
        }
        Ok(self.store.agent_client(id).await?)
    }

    fn is_signed_secret(&self, id: &str, secret: &Secret) -> bool {
        let signature = secret.expose().strip_prefix(SECRET_PREFIX);
        signature.is_some_and(|signature| self.client_key.verifies(&["secret", id], signature))
    }

    fn redirects_of(&self, metadata: &Value) -> Result<Vec<String>, RegistrationError> {
        let uris = metadata.get("redirect_uris").and_then(Value::as_array);
        let uris = uris.map_or(&[][..], Vec::as_slice);
        if uris.is_empty() || uris.len() > MOST_REDIRECTS {
            return Err(RegistrationError::Redirect(format!(
                "redirect_uris must list 1 to {MOST_REDIRECTS} addresses"
            )));
        }
        let mut taken = Vec::new();
        let mut problems = Vec::new();
        for (index, uri) in uris.iter().enumerate() {
            let text = uri.as_str().unwrap_or_default();
            match self.rules.redirects.read(text) {
                Ok(_) => taken.push(text.to_owned()),
                Err(problem) => problems.push(format!("redirect URI {}: {problem}", index + 1)),
            }
        }
        // A client lists the addresses of all its forms, of which some may not be used here. The answer says which are
        // (RFC 7591, section 3.2.1).
        if taken.is_empty() {
            return Err(RegistrationError::Redirect(problems.join("; ")));
        }
        Ok(taken)
    }

    /// The client whose id we signed, and whether it has a secret.
    fn signed_client(&self, id: &str) -> Option<(AgentClient, bool)> {
        let (content, signature) = id.strip_prefix(SIGNED_PREFIX)?.split_once('.')?;
        if !self.client_key.verifies(&["client", content], signature) {
            return None;
        }
        let content: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(content).ok()?).ok()?;
        let uris = content["u"].as_array()?.iter();
        // What the operator has taken off the list since is none any more.
        let redirect_uris: Vec<String> = uris
            .filter_map(|uri| uri.as_str().map(str::to_owned))
            .filter(|uri| self.rules.redirects.read(uri).is_ok())
            .collect();
        let client = AgentClient {
            id: id.to_owned(),
            name: content["n"].as_str()?.to_owned(),
            redirect_uris,
            registration: Registration::Itself,
            reads_only: content["s"] == "read",
        };
        Some((client, content["a"] != "none"))
    }
}

/// Whether an id is the address of a document.
pub(super) fn is_address(id: &str) -> bool {
    id.starts_with("https://") || id.starts_with("http://")
}

fn auth_method(metadata: &Value) -> Result<&'static str, RegistrationError> {
    match metadata
        .get("token_endpoint_auth_method")
        .and_then(Value::as_str)
    {
        None | Some("none") => Ok("none"),
        Some("client_secret_post") => Ok("client_secret_post"),
        Some("client_secret_basic") => Ok("client_secret_basic"),
        Some(_) => Err(RegistrationError::Metadata(
            "token_endpoint_auth_method must be none, client_secret_post or client_secret_basic",
        )),
    }
}

/// Whether a client registers for our scope `read` and not for `write`. Words that are not ours say nothing.
pub(super) fn reads_only(metadata: &Value) -> bool {
    let scope = metadata.get("scope").and_then(Value::as_str);
    let words = || scope.unwrap_or_default().split_whitespace();
    words().any(|word| word == "read") && !words().any(|word| word == "write")
}

/// What a client calls itself: one short line without anything that a person would not see.
pub(super) fn client_name(metadata: &Value) -> String {
    let given = metadata.get("client_name").and_then(Value::as_str);
    let shown = visible(given.unwrap_or_default()).into_owned();
    let words: Vec<&str> = shown.split_whitespace().collect();
    let name: String = words.join(" ").chars().take(LONGEST_NAME).collect();
    if name.is_empty() {
        String::from("a program without a name")
    } else {
        name
    }
}

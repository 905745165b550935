//! A client's request for a code, as it stands in the address: who asks, for what, and where the answer goes.

use url::{Url, form_urlencoded};

use super::Agents;
use super::clients::is_address;
use crate::model::agent_client::{AgentClient, Registration};
use crate::model::api_key::KeyScope;
use crate::model::ids::TenantId;
use crate::model::redirect::{Redirect, RedirectKind, read_any};
use crate::model::secret::{random_token, sha256};
use crate::service::authorization::FLOW_LIFETIME;
use crate::service::error::ServiceError;

/// A challenge is the SHA-256 of the verifier in base64url (RFC 7636, section 4.2).
const CHALLENGE_LENGTH: usize = 43;
/// Longer states are refused: they come back in an address.
const LONGEST_STATE: usize = 4 * 1024;

/// A request that may be consented to.
#[derive(Debug, Clone)]
pub(crate) struct AgentRequest {
    /// Who asks.
    pub client: AgentClient,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What people are shown of that.
    pub redirect: Redirect,
    /// The client's own state.
    pub state: Option<String>,
    /// The S256 challenge.
    pub challenge: String,
    /// What it asks for.
    pub scopes: Vec<KeyScope>,
    /// Whether the person must be asked again.
    pub asks_again: bool,
    /// The namespace it names: in the request, or in the address of the resource, for that is all that people paste.
    pub tenant: Option<TenantId>,
}

/// Why there is no code.
#[derive(Debug)]
pub(crate) enum Unasked {
    /// Nobody knows where to answer: the person is told on a page.
    OnPage(&'static str),
    /// The client is told, at its address.
    ToClient {
        /// Where.
        redirect_uri: String,
        /// Its state.
        state: Option<String>,
        /// The word of RFC 6749, section 4.1.2.1.
        error: &'static str,
        /// In a sentence.
        description: &'static str,
    },
    /// Something of ours failed.
    Failed(ServiceError),
}

impl From<ServiceError> for Unasked {
    fn from(error: ServiceError) -> Self {
        Self::Failed(error)
    }
}

/// The parameters of a query, each of which counts once (RFC 6749, section 3.1).
#[derive(Debug)]
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// A parameter without a value is none (RFC 6749, section 3.1).
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.0.iter().filter(move |(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn has_twice(&self) -> bool {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        // An agent may name several resources (RFC 8707, section 2).
        names.retain(|name| *name != "resource");
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }
}

impl Agents {
    /// Why nobody is known by this id, and what would help.
    fn unknown(&self, id: &str) -> &'static str {
        if !is_address(id) {
            return "The program that asks is not known here. Connect it anew, so that it registers itself again.";
        }
        if self.may_hold_documents(id) && !self.documents.are_in_reach() {
            return "The address at which the program says what it is cannot be reached from this service. Start the login in the program once more: for some minutes programs are asked to register themselves instead. The operator can make that lasting with MCP_CLIENT_HOSTS=off.";
        }
        if self.may_hold_documents(id) {
            return "What the program says of itself could not be read at its address just now, or does not fit that address. Try again in a while; connecting it anew does not help.";
        }
        "The program is known by an address on a host that this service takes no programs from. The operator can list the host in MCP_CLIENT_HOSTS."
    }

    /// Reads a request. First the client and its address: until both are good, nothing is sent anywhere.
    ///
    /// # Errors
    /// With whom to tell what.
    pub(crate) async fn read_request(&self, query: &str) -> Result<AgentRequest, Unasked> {
        // What is no address may be no text for a database either.
        if !query.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Unasked::OnPage("The request is no address."));
        }
        let parameters = Parameters::of(query);
        if parameters.has_twice() {
            return Err(Unasked::OnPage("The request names something twice."));
        }
        let client = match parameters.get("client_id") {
            Some(id) => {
                let client = self.client(id).await?;
                client.ok_or_else(|| Unasked::OnPage(self.unknown(id)))?
            }
            None => {
                return Err(Unasked::OnPage(
                    "The request does not say which program asks.",
                ));
            }
        };
        let redirect_uri = match (parameters.get("redirect_uri"), &client.redirect_uris[..]) {
            (Some(uri), _) => uri.to_owned(),
            (None, [only]) => only.clone(),
            (None, _) => return Err(Unasked::OnPage("The request does not say where to answer.")),
        };
        let not_registered =
            "The program wants to be answered at an address that it has not registered.";
        if !client.may_return_to(&redirect_uri) {
            return Err(Unasked::OnPage(not_registered));
        }
        let redirect = match client.registration {
            Registration::Operator => read_any(&redirect_uri),
            Registration::Itself | Registration::Document => {
                self.rules.redirects.read(&redirect_uri)
            }
        };
        let redirect = redirect.map_err(|_| Unasked::OnPage(not_registered))?;
        let state = parameters.get("state").map(str::to_owned);
        let refused = |(error, description)| Unasked::ToClient {
            redirect_uri: redirect_uri.clone(),
            state: state.clone().filter(|state| state.len() <= LONGEST_STATE),
            error,
            description,
        };
        let (challenge, mut scopes) = self.read_details(&parameters).map_err(refused)?;
        scopes.retain(|scope| *scope != KeyScope::Write || !client.reads_only);
        Ok(AgentRequest {
            client,
            redirect_uri,
            redirect,
            state,
            challenge,
            scopes,
            tenant: tenant_of(&parameters),
            asks_again: parameters
                .get("prompt")
                .is_some_and(|prompt| prompt.contains("consent")),
        })
    }

    fn read_details(
        &self,
        parameters: &Parameters,
    ) -> Result<(String, Vec<KeyScope>), (&'static str, &'static str)> {
        if parameters
            .get("state")
            .is_some_and(|state| state.len() > LONGEST_STATE)
        {
            return Err(("invalid_request", "the state is longer than 4 KiB"));
        }
        if parameters.get("response_type") != Some("code") {
            return Err(("unsupported_response_type", "response_type must be code"));
        }
        let challenge = parameters.get("code_challenge").unwrap_or_default();
        if parameters.get("code_challenge_method") != Some("S256") {
            return Err((
                "invalid_request",
                "PKCE is required: code_challenge_method must be S256",
            ));
        }
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if challenge.len() != CHALLENGE_LENGTH || !challenge.bytes().all(is_base64url) {
            return Err((
                "invalid_request",
                "PKCE is required: code_challenge must be the SHA-256 of the verifier in base64url",
            ));
        }
        if parameters
            .all("resource")
            .any(|resource| !self.is_ours(resource))
        {
            return Err(("invalid_target", "the resource is not this server's /mcp"));
        }
        let scopes = self.asked_scopes(parameters.get("scope").unwrap_or_default());
        Ok((challenge.to_owned(), scopes))
    }

    /// What a request asks for. Scopes that are not ours (`offline_access`, `openid`) are nothing here; who names none
    /// of ours asks for all. Whoever writes must also read.
    fn asked_scopes(&self, text: &str) -> Vec<KeyScope> {
        let mut words = text.split_whitespace();
        let names_one = text
            .split_whitespace()
            .any(|word| matches!(word, "read" | "write"));
        let writes = words.any(|word| word == "write") || !names_one;
        if writes && !self.rules.read_only {
            vec![KeyScope::Read, KeyScope::Write]
        } else {
            vec![KeyScope::Read]
        }
    }

    /// Whether a resource is ours: its origin, alone or with `/mcp` or something below it. A slash at the end, capitals and a
    /// query make no other resource: clients write it as people typed it.
    pub(super) fn is_ours(&self, resource: &str) -> bool {
        let (Ok(asked), Ok(own)) = (Url::parse(resource), Url::parse(&self.rules.issuer)) else {
            return false;
        };
        let path = asked.path().to_ascii_lowercase();
        let path = path.trim_end_matches('/');
        let is_below = path.is_empty() || path == "/mcp" || path.starts_with("/mcp/");
        asked.origin() == own.origin() && is_below
    }

    /// Keeps a request until somebody has logged in; gives what it is found by.
    ///
    /// # Errors
    /// When the system gives no random bytes, or the store fails.
    pub(crate) async fn keep_request(&self, query: &str) -> Result<String, ServiceError> {
        let handle = random_token("")?;
        let until = self.clock.now().plus(FLOW_LIFETIME);
        self.store
            .insert_agent_request(&sha256(handle.expose()), query, until)
            .await?;
        Ok(handle.expose().to_owned())
    }

    /// The query of a request that was kept; none: it took too long.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn kept_request(&self, handle: &str) -> Result<Option<String>, ServiceError> {
        Ok(self.store.agent_request(&sha256(handle)).await?)
    }
}

impl AgentRequest {
    /// Whether a consent to it may be remembered: its client has shown by its address who it is, and no other program
    /// on the person's machine can take the answer.
    pub(crate) fn is_proven(&self) -> bool {
        self.client.registration == Registration::Document
            && self.redirect.kind == RedirectKind::Web
    }
}

fn tenant_of(parameters: &Parameters) -> Option<TenantId> {
    let in_resource = parameters.all("resource").find_map(|resource| {
        let url = Url::parse(resource).ok()?;
        let mut pairs = url.query_pairs();
        let (_, tenant) = pairs.find(|(name, _)| name == "tenant")?;
        Some(tenant.into_owned())
    });
    let named = parameters.get("tenant").map(str::to_owned).or(in_resource);
    TenantId::parse(&named?).ok()
}

/// An address with further parameters, as it was but for those: a client compares what it gets letter by letter.
pub(crate) fn answer_at(redirect_uri: &str, pairs: &[(&str, &str)]) -> String {
    let mark = if redirect_uri.contains('?') { '&' } else { '?' };
    let pairs = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{redirect_uri}{mark}{pairs}")
}

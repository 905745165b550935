//! Tokens of agents: made for a code, renewed by rotation, recognised at `/mcp`, and taken back.
//!
//! A client that did not get its answer asks again and gets another: of a code while nobody was told of its tokens, of
//! a refresh token for ten minutes after it was replaced, and while no refresh token that took its place was used: windows
//! of one program share its login, and renew it within moments of each other. Whatever comes
//! back later was stolen or copied, and ends the agent (RFC 9700, section 4.14.2).

use std::time::Duration;

use subtle::ConstantTimeEq;

use super::Agents;
use crate::model::agent::{Agent, AgentCode};
use crate::model::api_key::KeyScope;
use crate::model::owner::Owner;
use crate::model::secret::{NoRandomness, Secret, random_token, sha256};
use crate::service::error::ServiceError;
use crate::store::agent_codes::{Exchanged, NewAgentTokens};
use crate::store::agents::AgentRefreshToken;
use crate::store::error::StoreError;
use crate::work::audit::{About, Happened};
use crate::work::kill_points::KillPoint;

/// What every access token begins with.
pub(crate) const ACCESS_PREFIX: &str = "ibm_";
/// What an access token begins with whose client asked for less than its agent may do: it reads. The point is in no other token.
const READING_PREFIX: &str = "ibm_read.";
/// What every refresh token begins with.
pub(crate) const REFRESH_PREFIX: &str = "ibr_";
/// Longer texts are no tokens; they are not even hashed.
const LONGEST_TOKEN: usize = 128;
/// For so long a replaced refresh token still gets one: its client may not have had the answer.
const LEEWAY: Duration = Duration::from_mins(10);
/// An agent that renews nothing for so long has ended.
const LONGEST_IDLE: Duration = Duration::from_hours(90 * 24);
/// For so long another request with the same code is waited for; then its process is taken for dead.
const EXCHANGE_TIME: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// How often an exchange or renewal that lost against another is looked at again.
const MOST_LOOKS: usize = 50;

/// Why there are no tokens (RFC 6749, section 5.2).
#[derive(Debug)]
pub(crate) enum TokenRefusal {
    /// The client is not known, or did not prove itself.
    Client,
    /// The code or token is worth nothing, and why not.
    Grant(&'static str),
    /// It is asked for in a way that is none.
    GrantType,
    /// The request lacks something.
    Request(&'static str),
    /// The resource is not ours.
    Target,
    /// More is asked for than was consented to.
    Scope,
    /// Another request with the same code or token is under way.
    Busy,
    /// Something of ours failed.
    Failed(ServiceError),
}

impl<E: Into<ServiceError>> From<E> for TokenRefusal {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Tokens to hand out.
#[derive(Debug)]
pub(crate) struct TokenPair {
    /// The access token.
    pub access: Secret,
    /// How long it lives.
    pub lifetime: Duration,
    /// The refresh token.
    pub refresh: Secret,
    /// What they are good for.
    pub scopes: Vec<KeyScope>,
}

/// The client of a request at the token endpoint.
#[derive(Debug)]
pub(crate) struct ShownClient {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: Option<Secret>,
}

/// A code, with what must fit it.
#[derive(Debug)]
pub(crate) struct ShownCode<'a> {
    /// The code.
    pub code: &'a str,
    /// The address it was sent to; clients of OAuth 2.1 leave it out.
    pub redirect_uri: Option<&'a str>,
    /// The PKCE verifier.
    pub verifier: &'a str,
}

/// What an access token is good for whose client asks for less than it was allowed; its agent keeps the rest. Words that are not
/// ours say nothing.
fn less_than(allowed: &[KeyScope], asked: Option<&str>) -> Vec<KeyScope> {
    let words = || asked.unwrap_or_default().split_whitespace();
    let reads_only = words().any(|word| word == "read") && !words().any(|word| word == "write");
    let mut scopes = allowed.to_vec();
    scopes.retain(|scope| *scope != KeyScope::Write || !reads_only);
    scopes
}

impl Agents {
    /// Tokens for a code.
    ///
    /// # Errors
    /// With the refusal to tell the client.
    pub(crate) async fn exchange(
        &self,
        client: &ShownClient,
        shown: &ShownCode<'_>,
        resources: &[String],
    ) -> Result<TokenPair, TokenRefusal> {
        self.check_call(client, resources).await?;
        if shown.code.len() > LONGEST_TOKEN {
            return Err(TokenRefusal::Grant("there is no such code"));
        }
        let hash = sha256(shown.code);
        for _ in 0..MOST_LOOKS {
            let code = self.fitting_code(client, shown, &hash).await?;
            if code.answered_at.is_some() {
                self.end(&code.agent_id, code.owner.as_str(), "a code came back")
                    .await?;
                return Err(TokenRefusal::Grant("the code was used before"));
            }
            let now = self.clock.now();
            if now >= code.expires_at {
                return Err(TokenRefusal::Grant("the code has expired"));
            }
            let is_under_way = code
                .used_at
                .is_some_and(|used_at| now.since(used_at) < EXCHANGE_TIME);
            if !is_under_way {
                let (pair, stored) = self.new_pair(&code.scopes, ACCESS_PREFIX)?;
                match self
                    .store
                    .exchange_agent_code(&code, &hash, &stored)
                    .await?
                {
                    Exchanged::Done => {
                        KillPoint::AgentTokensMade.pass();
                        self.store.note_code_answered(&hash).await?;
                        return Ok(pair);
                    }
                    Exchanged::NothingConnected => {
                        return Err(TokenRefusal::Grant("nothing is connected any more"));
                    }
                    Exchanged::Lost => {}
                }
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Err(TokenRefusal::Busy)
    }

    /// Tokens for a refresh token, which they replace.
    ///
    /// # Errors
    /// With the refusal to tell the client.
    pub(crate) async fn renew(
        &self,
        client: &ShownClient,
        refresh_token: &str,
        scope: Option<&str>,
        resources: &[String],
    ) -> Result<TokenPair, TokenRefusal> {
        self.check_call(client, resources).await?;
        for _ in 0..MOST_LOOKS {
            let token = self.refresh_token(client, refresh_token).await?;
            let agent = &token.agent;
            let exceeds = scope.is_some_and(|scope| {
                let writes = scope.split_whitespace().any(|word| word == "write");
                writes && !agent.scopes.contains(&KeyScope::Write)
            });
            if exceeds {
                return Err(TokenRefusal::Scope);
            }
            let scopes = less_than(&agent.scopes, scope);
            let is_less = scopes.len() < agent.scopes.len();
            let prefix = if is_less {
                READING_PREFIX
            } else {
                ACCESS_PREFIX
            };
            let (pair, stored) = self.new_pair(&scopes, prefix)?;
            let made = match token.replaced_at {
                None => self.store.replace_agent_token(&token, &stored).await?,
                // Once what took its place was used, its client has had the answer.
                Some(replaced_at)
                    if token.newest == token.generation + 1
                        && self.clock.now() < replaced_at.plus(LEEWAY) =>
                {
                    self.store.add_agent_tokens(&token, &stored).await?
                }
                Some(_) => {
                    let reason = "a replaced refresh token came back";
                    self.end(&agent.id, agent.owner.as_str(), reason).await?;
                    return Err(TokenRefusal::Grant("the refresh token was replaced before"));
                }
            };
            if made {
                KillPoint::AgentTokenReplaced.pass();
                return Ok(pair);
            }
        }
        Err(TokenRefusal::Busy)
    }

    /// Takes a token back (RFC 7009): an access token alone, with a refresh token everything of its agent. Whatever is
    /// no token of this client is no error.
    ///
    /// # Errors
    /// When the client is not who it says, or the store fails.
    pub(crate) async fn take_back(
        &self,
        client: &ShownClient,
        token: &str,
    ) -> Result<(), TokenRefusal> {
        self.check_call(client, &[]).await?;
        if token.len() > LONGEST_TOKEN {
            return Ok(());
        }
        let hash = sha256(token);
        if let Some(found) = self.store.agent_refresh_token(&hash).await? {
            if found.agent.client_id == client.id {
                let owner = found.agent.owner.as_str();
                let reason = "its client took its token back";
                self.end(&found.agent.id, owner, reason).await?;
            }
        } else if let Some(agent) = self.store.agent_of_access_token(&hash).await?
            && agent.client_id == client.id
        {
            self.store.delete_agent_access_token(&hash).await?;
        }
        Ok(())
    }

    /// The agent behind an access token. One of open mode's owner is void once that mode is off.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn authenticate(&self, text: &str) -> Result<Option<Agent>, ServiceError> {
        if text.len() > LONGEST_TOKEN || !text.starts_with(ACCESS_PREFIX) {
            return Ok(None);
        }
        if !self.rules.is_on {
            return Ok(None);
        }
        let mut agent = self.store.agent_of_access_token(&sha256(text)).await?;
        if let Some(agent) = &mut agent
            && text.starts_with(READING_PREFIX)
        {
            agent.scopes.retain(|scope| *scope == KeyScope::Read);
        }
        Ok(agent.filter(|agent| self.rules.open_mode || agent.owner != Owner::Local))
    }

    async fn check_call(
        &self,
        client: &ShownClient,
        resources: &[String],
    ) -> Result<(), TokenRefusal> {
        let secret = client.secret.as_ref();
        if !self.is_genuine(&client.id, secret).await? {
            return Err(TokenRefusal::Client);
        }
        if resources.iter().any(|resource| !self.is_ours(resource)) {
            return Err(TokenRefusal::Target);
        }
        Ok(())
    }

    /// A code that was given to this client for this address and verifier, used or not.
    async fn fitting_code(
        &self,
        client: &ShownClient,
        shown: &ShownCode<'_>,
        hash: &str,
    ) -> Result<AgentCode, TokenRefusal> {
        let code = self.store.agent_code(hash).await?;
        let code = code.ok_or(TokenRefusal::Grant("there is no such code"))?;
        if code.client_id != client.id {
            return Err(TokenRefusal::Grant("the code is another client's"));
        }
        if shown
            .redirect_uri
            .is_some_and(|uri| uri != code.redirect_uri)
        {
            return Err(TokenRefusal::Grant("the code was sent to another address"));
        }
        if !is_verifier(shown.verifier, &code.challenge) {
            return Err(TokenRefusal::Grant("the code verifier does not fit"));
        }
        Ok(code)
    }

    async fn refresh_token(
        &self,
        client: &ShownClient,
        text: &str,
    ) -> Result<AgentRefreshToken, TokenRefusal> {
        let none = TokenRefusal::Grant("there is no such refresh token, or it was taken back");
        if text.len() > LONGEST_TOKEN || !text.starts_with(REFRESH_PREFIX) {
            return Err(none);
        }
        let token = self.store.agent_refresh_token(&sha256(text)).await?;
        token
            .filter(|token| token.agent.client_id == client.id)
            .ok_or(none)
    }

    /// A new pair, to hand out and to store, whose access token begins so.
    fn new_pair(
        &self,
        scopes: &[KeyScope],
        prefix: &str,
    ) -> Result<(TokenPair, NewAgentTokens), NoRandomness> {
        let now = self.clock.now();
        let pair = TokenPair {
            access: random_token(prefix)?,
            lifetime: self.rules.token_lifetime,
            refresh: random_token(REFRESH_PREFIX)?,
            scopes: scopes.to_vec(),
        };
        let stored = NewAgentTokens {
            access_hash: sha256(pair.access.expose()),
            access_ends: now.plus(pair.lifetime),
            refresh_hash: sha256(pair.refresh.expose()),
            agent_ends: now.plus(LONGEST_IDLE),
        };
        Ok((pair, stored))
    }

    async fn end(&self, id: &str, owner: &str, reason: &'static str) -> Result<(), StoreError> {
        if self.store.end_agent(id).await? {
            let about = About {
                principal: Some(owner),
                agent: Some(id),
                reason: Some(reason),
                ..About::default()
            };
            about.note(Happened::AgentEnded);
        }
        Ok(())
    }
}

/// Whether a verifier is of the form of RFC 7636, section 4.1, and the challenge was made of it.
fn is_verifier(verifier: &str, challenge: &str) -> bool {
    let unreserved =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let has_form = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
    has_form && bool::from(sha256(verifier).as_bytes().ct_eq(challenge.as_bytes()))
}

//! Clients that the operator enters on the command line.

use super::Agents;
use super::clients::{ENTERED_PREFIX, client_name};
use crate::model::redirect::read_any;
use crate::model::secret::{Secret, random_bytes, random_token, sha256};
use crate::service::error::ServiceError;
use crate::store::agent_clients::EnteredClient;

/// What its secret begins with.
const SECRET_PREFIX: &str = "ibcs_";

impl Agents {
    /// Enters a client; gives its secret, if it shall have one, this once.
    ///
    /// # Errors
    /// `Validation` when nobody may be sent to one of the addresses.
    pub async fn enter_client(
        &self,
        name: &str,
        redirect_uris: &[String],
        with_secret: bool,
    ) -> Result<(EnteredClient, Option<Secret>), ServiceError> {
        for uri in redirect_uris {
            if let Err(problem) = read_any(uri) {
                let message = format!("--redirect {uri}: {problem}");
                return Err(ServiceError::invalid("redirect", message));
            }
        }
        if redirect_uris.is_empty() {
            return Err(ServiceError::invalid("redirect", "--redirect is missing"));
        }
        let secret = with_secret
            .then(|| random_token(SECRET_PREFIX))
            .transpose()?;
        let id = u64::from_be_bytes(random_bytes::<8>()?);
        let client = EnteredClient {
            id: format!("{ENTERED_PREFIX}{id:016x}"),
            name: client_name(&serde_json::json!({ "client_name": name })),
            redirect_uris: redirect_uris.to_vec(),
            secret_hash: secret.as_ref().map(|secret| sha256(secret.expose())),
            created_at: self.clock.now(),
        };
        self.store.insert_agent_client(&client).await?;
        Ok((client, secret))
    }

    /// Every client that the operator entered, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn entered_clients(&self) -> Result<Vec<EnteredClient>, ServiceError> {
        Ok(self.store.agent_clients().await?)
    }

    /// Takes a client away, with every agent that came by it; `false`: there is none with this id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn delete_client(&self, id: &str) -> Result<bool, ServiceError> {
        Ok(self.store.delete_agent_client(id).await?)
    }
}

//! Calls that are asked where they lead: the address is read, and never followed.

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue, LOCATION};

use super::SiteClient;
use super::error::AtlassianError;
use super::request::{Call, read, transport_error};
use crate::work::deadline::Deadline;

impl SiteClient<'_> {
    /// The address that a call leads to; none where it leads nowhere. Asked once.
    pub(super) async fn led_to(&self, call: &Call<'_>) -> Result<Option<String>, AtlassianError> {
        let address = async {
            Deadline::within(self.atlassian.timeout)
                .keep(self.address_of(call))
                .await?
        };
        let (address, _) = self.asked_once(call, address).await?;
        Ok(address)
    }

    async fn address_of(&self, call: &Call<'_>) -> Result<Option<String>, AtlassianError> {
        let url = self.atlassian.url(&self.access, call)?;
        let credential = &self.access.credential;
        let authorization = credential.header().ok_or(AtlassianError::Unauthorized)?;
        let response = self
            .atlassian
            .http
            .request(call.method.clone(), url)
            .header(ACCEPT, HeaderValue::from_static("*/*"))
            .header(AUTHORIZATION, authorization)
            .send()
            .await
            .map_err(|error| transport_error(&error))?;
        if response.status().is_redirection() {
            let location = response.headers().get(LOCATION);
            return Ok(location.and_then(|value| Some(value.to_str().ok()?.to_owned())));
        }
        let answer = read(response).await?;
        self.judge(call, answer).map(|_| None)
    }
}

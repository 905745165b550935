//! Calls that are asked where they lead: the address is read, and never followed.

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue, LOCATION};

use super::error::AtlassianError;
use super::request::{Call, read, transport_error};
use super::{Atlassian, SiteClient};
use crate::work::deadline::Deadline;
use crate::work::request_notes::RequestNotes;

impl SiteClient<'_> {
    /// The address that a call leads to; none where it leads nowhere. Asked once.
    pub(super) async fn led_to(&self, call: &Call<'_>) -> Result<Option<String>, AtlassianError> {
        let (payer, product) = (self.access.payer(), call.api.gateway_product());
        let mut charge = self.charge(product, call)?;
        let gates = &self.atlassian.gates;
        if let Err((wait, reason)) = gates.enter(&payer, product) {
            RequestNotes::note_call(product, call.operation, "held_back");
            return Err(self.atlassian.held_back(wait, reason));
        }
        let started = Atlassian::begin_call(product, call.operation);
        charge.sent();
        let address = Deadline::within(self.atlassian.timeout)
            .keep(self.address_of(call))
            .await
            .unwrap_or_else(|late| Err(late.into()));
        gates.came_back(&payer, product);
        let address = self
            .atlassian
            .note_call(product, call.operation, started, address);
        address.inspect_err(|error| charge.failed(error))
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

//! Calls that the caller's key does not allow are not sent, whichever route or tool they are made for.

use super::access::SiteAccess;
use super::error::AtlassianError;
use super::request::Call;
use crate::model::product::Product;
use crate::policy::{self, Operation};

impl SiteAccess {
    /// Refuses a call that is outside of what the caller's key is narrowed to. A call that is none of the table's is outside.
    ///
    /// # Errors
    /// `BeyondKey`.
    pub(super) fn refuse_call(&self, call: &Call<'_>) -> Result<(), AtlassianError> {
        let Some(limits) = &self.limits else {
            return Ok(());
        };
        match call.known_operation() {
            Some(operation) if operation.is_within(limits) => Ok(()),
            Some(operation) => Err(AtlassianError::BeyondKey(operation.name.to_owned())),
            None => Err(AtlassianError::BeyondKey(call.operation.to_owned())),
        }
    }
}

impl Call<'_> {
    /// The scopes that it needs, as the table of operations has them.
    pub(super) fn scopes(&self) -> &'static [&'static str] {
        self.known_operation()
            .map_or(&[], |operation| operation.scopes())
    }

    /// The operation of Atlassian's that this call is.
    fn known_operation(&self) -> Option<&'static Operation> {
        if self.known_as.is_some() {
            return self.known_as;
        }
        let product = Product::parse(self.api.gateway_product())?;
        let prefix = self.api.prefix(super::access::Dialect::Cloud);
        let segments: Vec<&str> = prefix
            .split('/')
            .skip(1)
            .chain(self.path.iter().copied())
            .collect();
        policy::find(product, self.method.as_str(), &segments)
    }
}

//! Calls that the caller's key does not allow are not sent, whichever route or tool they are made for.

use super::error::AtlassianError;
use super::request::Call;
use crate::model::key_limits::KeyLimits;
use crate::model::product::Product;
use crate::policy::{self, Operation};
use crate::work::request_notes::RequestNotes;

/// Refuses an operation that is outside of what the caller's key is narrowed to.
pub(super) fn refuse(operation: &Operation) -> Result<(), AtlassianError> {
    let Some(words) = RequestNotes::limits() else {
        return Ok(());
    };
    let is_within =
        KeyLimits::of_row(Some(&words)).is_some_and(|limits| operation.is_within(&limits));
    if is_within {
        Ok(())
    } else {
        Err(AtlassianError::BeyondKey(operation.name.to_owned()))
    }
}

/// The same for a call, by the operation that it is. A call that is none of the table's is outside.
pub(super) fn refuse_call(call: &Call<'_>) -> Result<(), AtlassianError> {
    if RequestNotes::limits().is_none() {
        return Ok(());
    }
    match call.known_operation() {
        Some(operation) => refuse(operation),
        None => Err(AtlassianError::BeyondKey(call.operation.to_owned())),
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

//! Why no newer tokens could be had.

use std::time::Duration;

use crate::model::product::Product;
use crate::service::error::ServiceError;
use crate::store::error::StoreError;

/// Why a refresh gave no new tokens. It can be told to every caller that waited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RefreshFailure {
    /// The grant is dead; a person must log in again.
    #[error("the login has ended")]
    ReauthRequired,
    /// The grant was given to an OAuth client that is no longer configured.
    #[error("the login was made with another client id")]
    ForeignClient,
    /// The grant was erased in the meantime.
    #[error("the connection was removed")]
    Erased,
    /// Not now: the grant is kept, and may be tried again after this time.
    #[error("no new token can be had just now")]
    Later(Duration),
    /// Another process or request is renewing it, and may hold a caller up for so long.
    #[error("the token is being renewed elsewhere")]
    BeingRenewed(Duration),
    /// This machine's clock is not to be trusted with tokens.
    #[error("this machine's clock is more than 10 seconds away from the database's")]
    WrongClock,
    /// The store failed.
    #[error("the store failed: {0}")]
    Store(String),
}

impl RefreshFailure {
    /// The word for the log.
    pub(super) const fn outcome(&self) -> &'static str {
        match self {
            Self::ReauthRequired => "reauth_required",
            Self::ForeignClient => "foreign_client",
            Self::Erased => "erased",
            Self::Later(_) => "later",
            Self::BeingRenewed(_) => "being_renewed",
            Self::WrongClock => "wrong_clock",
            Self::Store(_) => "store_failed",
        }
    }

    /// The failure in the words of a caller who wanted to use `product`.
    pub(crate) fn for_product(self, product: Product) -> ServiceError {
        match self {
            Self::ReauthRequired => ServiceError::TokenExpired(product),
            Self::ForeignClient => ServiceError::OtherClient(product),
            Self::Erased => ServiceError::NotConnected(product),
            Self::Later(wait) => ServiceError::NoTokenNow(wait),
            Self::BeingRenewed(wait) => ServiceError::BeingRenewed(wait),
            Self::WrongClock => ServiceError::StoreUnavailable(self.to_string()),
            Self::Store(message) => ServiceError::StoreUnavailable(message),
        }
    }
}

impl From<StoreError> for RefreshFailure {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

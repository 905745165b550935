//! Settings of the frontend: where it is, and which origins may call or be returned to.

use super::address::{WebAddress, web_address};
use super::error::SettingsError;
use super::origins::{self, Origins};
use super::sources::Sources;
use super::variables::APP_FRONTEND_URL;

/// The frontend and the browser origins.
#[derive(Debug, Clone)]
pub struct FrontendSettings {
    /// The frontend people return to after a login; its text is exactly as given.
    pub url: Option<WebAddress>,
    /// The origins that scripts may call from.
    pub origins: Origins,
    /// The exact origins a login may return to.
    pub return_origins: Vec<String>,
}

pub(super) fn load(
    sources: &Sources<'_>,
    public: &WebAddress,
) -> Result<FrontendSettings, SettingsError> {
    let url = sources.read_given(APP_FRONTEND_URL, web_address)?;
    let origins = origins::load(sources, url.as_ref(), public)?;
    let return_origins = origins::load_return_origins(sources, url.as_ref(), &origins)?;
    Ok(FrontendSettings {
        url,
        origins,
        return_origins,
    })
}

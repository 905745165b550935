//! The `SameSite` attribute of the session cookie.

/// `SameSite` of the session cookie (RFC 6265bis).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// Sent with top-level navigations from elsewhere.
    Lax,
    /// Never sent from elsewhere.
    Strict,
    /// Sent from everywhere; for frontends on another site.
    None,
}

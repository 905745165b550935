//! Cookies: the session, and the logins that are pending in this browser.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite as CookieSameSite};
use time::Duration;

use crate::http::state::EdgeSettings;
use crate::http::wire::error::ApiError;
use crate::model::product::Provider;
use crate::model::same_site::SameSite;
use crate::model::secret::Secret;
use crate::model::signature::SigningKey;

/// How many logins may be pending in one browser, in parallel tabs. It keeps the cookie well below
/// the 4096 bytes that browsers promise (RFC 6265, section 6.1).
const MOST_PENDING: usize = 5;
/// As long as a flow lives.
const STATE_LIFETIME: Duration = Duration::minutes(10);

/// The session token in the request's cookie.
pub(crate) fn session_cookie(headers: &HeaderMap, edge: &EdgeSettings) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(&session_name(edge))
        .map(|cookie| cookie.value().to_owned())
}

/// Refuses a request in which one of our cookies stands twice. Which of the two counts is open (RFC 6265,
/// section 4.2.2), so a page of a neighbouring host or path that set one could choose the session.
pub(crate) fn refuse_repeated(headers: &HeaderMap, edge: &EdgeSettings) -> Result<(), ApiError> {
    if !headers.contains_key(COOKIE) {
        return Ok(());
    }
    let given = || {
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .map(|pair| pair.split('=').next().unwrap_or_default().trim())
    };
    let ours = Provider::ALL.map(|provider| state_name(edge, provider));
    let twice = ours
        .iter()
        .chain([&session_name(edge)])
        .find(|name| given().filter(|given| given == name).count() > 1)
        .cloned();
    twice.map_or(Ok(()), |name| {
        Err(ApiError::bad_request(format!(
            "the cookie {name} stands twice in this request; delete this site's cookies"
        )))
    })
}

/// `Set-Cookie` for a new session; it ends with the session's absolute lifetime.
pub(crate) fn set_session(
    edge: &EdgeSettings,
    token: &Secret,
    lifetime: std::time::Duration,
) -> Option<HeaderValue> {
    let max_age = Duration::try_from(lifetime).unwrap_or(Duration::DAY);
    set_cookie_value(&cookie(
        edge,
        session_name(edge),
        token.expose().to_owned(),
        session_same_site(edge),
        max_age,
    ))
}

/// `Set-Cookie` that removes the session: a `Max-Age` of zero expires it (RFC 6265, section 5.2.2).
pub(crate) fn clear_session(edge: &EdgeSettings) -> Option<HeaderValue> {
    set_cookie_value(&cookie(
        edge,
        session_name(edge),
        String::new(),
        session_same_site(edge),
        Duration::ZERO,
    ))
}

/// The logins pending in this browser, from all state cookies.
///
/// They bind a login to the browser that started it, so that nobody can plant their own
/// authorization code in a victim's browser (RFC 6749, section 10.12).
#[derive(Debug, Default)]
pub(crate) struct PendingLogins {
    /// Whether there was a state cookie at all.
    pub(crate) had_cookie: bool,
    /// Whether one of them was signed by us.
    pub(crate) had_valid_signature: bool,
    entries: Vec<(Provider, Vec<String>)>,
}

impl PendingLogins {
    /// Reads the state cookies. Each is an HMAC-signed list of state hashes.
    pub(crate) fn read(headers: &HeaderMap, edge: &EdgeSettings, key: &SigningKey) -> Self {
        let jar = CookieJar::from_headers(headers);
        let mut found = Self::default();
        for provider in Provider::ALL {
            let Some(cookie) = jar.get(&state_name(edge, provider)) else {
                continue;
            };
            found.had_cookie = true;
            let Some((list, signature)) = cookie.value().split_once('~') else {
                continue;
            };
            if key.verifies(&[provider.as_str(), list], signature) {
                found.had_valid_signature = true;
                let entries = list
                    .split('.')
                    .filter(|entry| !entry.is_empty())
                    .map(str::to_owned)
                    .collect();
                found.entries.push((provider, entries));
            }
        }
        found
    }

    /// Whether the login with this state hash was started in this browser.
    pub(crate) fn holds(&self, state_hash: &str) -> bool {
        self.entries
            .iter()
            .any(|(_, entries)| entries.iter().any(|entry| entry == state_hash))
    }

    /// `Set-Cookie` with one more pending login; the oldest fall out.
    pub(crate) fn with(
        &self,
        edge: &EdgeSettings,
        key: &SigningKey,
        provider: Provider,
        state_hash: &str,
    ) -> Option<HeaderValue> {
        let mut entries = self.pending_for(provider);
        entries.push(state_hash.to_owned());
        let surplus = entries.len().saturating_sub(MOST_PENDING);
        state_cookie(edge, key, provider, &entries[surplus..])
    }

    /// `Set-Cookie`s without a login that is over.
    pub(crate) fn without(
        &self,
        edge: &EdgeSettings,
        key: &SigningKey,
        state_hash: &str,
    ) -> Vec<HeaderValue> {
        self.entries
            .iter()
            .filter(|(_, entries)| entries.iter().any(|entry| entry == state_hash))
            .filter_map(|(provider, entries)| {
                let left: Vec<String> = entries
                    .iter()
                    .filter(|entry| *entry != state_hash)
                    .cloned()
                    .collect();
                state_cookie(edge, key, *provider, &left)
            })
            .collect()
    }

    /// `Set-Cookie`s that remove every pending login of this browser.
    pub(crate) fn cleared(&self, edge: &EdgeSettings, key: &SigningKey) -> Vec<HeaderValue> {
        self.entries
            .iter()
            .filter_map(|(provider, _)| state_cookie(edge, key, *provider, &[]))
            .collect()
    }

    fn pending_for(&self, provider: Provider) -> Vec<String> {
        self.entries
            .iter()
            .find(|(known, _)| *known == provider)
            .map(|(_, entries)| entries.clone())
            .unwrap_or_default()
    }
}

/// Adds `Set-Cookie` headers.
pub(crate) fn add(headers: &mut HeaderMap, cookies: impl IntoIterator<Item = HeaderValue>) {
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
}

fn state_cookie(
    edge: &EdgeSettings,
    key: &SigningKey,
    provider: Provider,
    entries: &[String],
) -> Option<HeaderValue> {
    let list = entries.join(".");
    let value = if list.is_empty() {
        String::new()
    } else {
        format!("{list}~{}", key.sign(&[provider.as_str(), &list]))
    };
    let max_age = if entries.is_empty() {
        Duration::ZERO
    } else {
        STATE_LIFETIME
    };
    // A frontend on another site starts a login by `fetch`, and browsers store a cookie from such
    // an answer only with SameSite=None (RFC 6265bis, section 5.7).
    let same_site = if edge.is_https {
        CookieSameSite::None
    } else {
        CookieSameSite::Lax
    };
    set_cookie_value(&cookie(
        edge,
        state_name(edge, provider),
        value,
        same_site,
        max_age,
    ))
}

/// A cookie that scripts cannot read. On https it is a `__Host-` cookie: browsers take one only
/// with Secure, with `Path=/` and without Domain, so a sibling domain cannot plant it (RFC 6265bis,
/// section 4.1.3.2).
fn cookie(
    edge: &EdgeSettings,
    name: String,
    value: String,
    same_site: CookieSameSite,
    max_age: Duration,
) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(edge.is_https)
        .same_site(same_site)
        .max_age(max_age)
        .build()
}

fn session_same_site(edge: &EdgeSettings) -> CookieSameSite {
    match edge.session_same_site {
        SameSite::None if edge.is_https => CookieSameSite::None,
        SameSite::Strict => CookieSameSite::Strict,
        // Browsers drop SameSite=None without Secure (RFC 6265bis, section 5.7).
        SameSite::Lax | SameSite::None => CookieSameSite::Lax,
    }
}

fn session_name(edge: &EdgeSettings) -> String {
    host_prefixed(edge, "ib_session")
}

fn state_name(edge: &EdgeSettings, provider: Provider) -> String {
    host_prefixed(edge, &format!("{provider}_oauth_state"))
}

fn host_prefixed(edge: &EdgeSettings, name: &str) -> String {
    if edge.is_https {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

fn set_cookie_value(cookie: &Cookie<'_>) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&cookie.to_string()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

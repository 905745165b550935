//! The outbound proxy in the words of the HTTP client.

use reqwest::{NoProxy, Proxy};
use url::Url;

use crate::model::outbound_proxy::OutboundProxy;

impl OutboundProxy {
    /// The proxy for https calls. Loopback servers over http, such as the sandbox, need none.
    pub(super) fn client_proxy(&self) -> Result<Proxy, reqwest::Error> {
        let exceptions = self.exceptions.as_deref().and_then(NoProxy::from_string);
        Ok(Proxy::https(self.address.expose())?.no_proxy(exceptions))
    }

    /// The host of its address. It may resolve to a private address, because the operator named it.
    pub(super) fn host(&self) -> Option<String> {
        let address = Url::parse(self.address.expose()).ok()?;
        address.host_str().map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secret::Secret;

    #[test]
    fn a_password_in_the_address_is_not_printed() {
        let proxy = OutboundProxy {
            address: Secret::new("http://mia:hunter2@Proxy.Corp.Example:3128"),
            exceptions: None,
        };
        assert_eq!(proxy.host().as_deref(), Some("proxy.corp.example"));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().proxy(proxy.client_proxy().unwrap());
        let client = client.build().unwrap();
        assert!(!format!("{proxy:?} {client:?}").contains("hunter2"));
    }
}

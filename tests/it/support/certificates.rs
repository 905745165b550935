//! A certificate authority of one test, and a server's certificate that it signed.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What a server with a certificate needs, and what its callers must trust.
pub struct Certificates {
    authority: CertificateDer<'static>,
    server: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Certificates {
    /// For a server of this name.
    pub fn of(name: &str) -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let own = authority.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(authority, authority_key);
        let key = KeyPair::generate().unwrap();
        let server = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let server = server.signed_by(&key, &issuer).unwrap();
        Self {
            authority: own.der().clone(),
            server: server.der().clone(),
            key: key.serialize_der(),
        }
    }

    /// The authority's certificate in PEM.
    pub fn authority(&self) -> String {
        pem("CERTIFICATE", &self.authority)
    }

    /// The server's certificate in PEM.
    pub fn server(&self) -> String {
        pem("CERTIFICATE", &self.server)
    }

    /// The server's private key in PEM.
    pub fn key(&self) -> String {
        pem("PRIVATE KEY", &self.key)
    }

    /// A TLS server with them.
    pub fn server_config(&self) -> ServerConfig {
        let key = PrivateKeyDer::try_from(self.key.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.server.clone()], key)
            .unwrap()
    }
}

fn pem(kind: &str, bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n",
        lines.join("\n")
    )
}

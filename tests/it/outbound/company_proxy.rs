//! The real program in a company's network: out through its proxy only, to servers with its certificates.

use std::process::Command;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::Answer;
use crate::support::certificates::Certificates;
use crate::support::installation::Installation;

/// A name that only the proxy can reach.
const ATLASSIAN: &str = "atlassian.corp.example";

/// A proxy that asks for a password and ends TLS before the sandbox with a certificate of its own
/// authority; and what it was asked.
struct Company {
    installation: Installation,
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Company {
    async fn new() -> Self {
        let installation = Installation::new().await;
        let certificates = Certificates::of(ATLASSIAN);
        std::fs::create_dir(installation.file("certificates")).unwrap();
        std::fs::write(
            installation.file("certificates/company.pem"),
            certificates.authority(),
        )
        .unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let sandbox = installation.sandbox.base_url().replace("http://", "");
        let acceptor = TlsAcceptor::from(Arc::new(certificates.server_config()));
        let seen = asked.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (acceptor, sandbox, seen) = (acceptor.clone(), sandbox.clone(), seen.clone());
                tokio::spawn(async move {
                    let _ = tunnel(client, &acceptor, &sandbox, &seen).await;
                });
            }
        });
        Self {
            installation,
            port,
            asked,
        }
    }

    /// The program with Atlassian behind the proxy.
    fn command(&self) -> Command {
        let mut command = self.installation.command(&[]);
        command
            .env("ATLASSIAN_AUTH_URL", format!("https://{ATLASSIAN}"))
            .env("ATLASSIAN_API_URL", format!("https://{ATLASSIAN}"))
            .env(
                "ATLASSIAN_SITE_URL_TEMPLATE",
                format!("https://{ATLASSIAN}/sites/{{site}}"),
            );
        command
    }

    /// Writes a `.env` that names the proxy by a name with a private address.
    fn name_proxy(&self, more: &str) {
        let text = format!(
            "HTTPS_PROXY=http://mia:pr0xy-s3cret@localhost:{}\n{more}",
            self.port
        );
        std::fs::write(self.installation.file(".env"), text).unwrap();
    }

    fn authority(&self) -> std::path::PathBuf {
        self.installation.file("certificates/company.pem")
    }

    /// Logs in with an API token in a running program: calls go out.
    async fn log_in(&self, command: Command) -> Answer {
        let process = self.installation.start_command(command).await;
        let body =
            json!({ "email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme" });
        let answer = self
            .installation
            .browser()
            .post("/auth/jira/api-token", body)
            .await;
        process.stop().await;
        let log = std::fs::read_to_string(self.installation.file("log")).unwrap();
        assert!(!log.contains("pr0xy-s3cret") && !answer.body.contains("pr0xy-s3cret"));
        answer
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn calls_go_through_the_proxy_of_the_env_file_with_its_password_to_a_company_certificate() {
    let company = Company::new().await;
    company.name_proxy("");
    let mut command = company.command();
    command.env("SSL_CERT_FILE", company.authority());
    let answer = company.log_in(command).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let asked = company.asked();
    assert!(!asked.is_empty());
    let authorization = format!("Basic {}", STANDARD.encode("mia:pr0xy-s3cret"));
    for head in asked {
        assert!(
            head.starts_with(&format!("CONNECT {ATLASSIAN}:443 ")),
            "{head}"
        );
        assert!(head.contains(&authorization), "{head}");
    }
}

#[tokio::test]
async fn a_folder_of_certificates_works_as_well() {
    let company = Company::new().await;
    company.name_proxy("");
    let mut command = company.command();
    command.env("SSL_CERT_DIR", company.installation.file("certificates"));
    let answer = company.log_in(command).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_not_trusted() {
    let company = Company::new().await;
    company.name_proxy("");
    let answer = company.log_in(company.command()).await;
    assert_eq!(
        (answer.status, answer.error_code()),
        (502, "VENDOR_ERROR".into())
    );
    assert!(!company.asked().is_empty());
}

#[tokio::test]
async fn hosts_of_no_proxy_are_called_without_it() {
    let company = Company::new().await;
    company.name_proxy(&format!("NO_PROXY=localhost,{ATLASSIAN}\n"));
    let mut command = company.command();
    command.env("SSL_CERT_FILE", company.authority());
    let answer = company.log_in(command).await;
    assert_eq!(answer.status, 502, "nobody but the proxy knows the name");
    assert!(company.asked().is_empty());
}

#[tokio::test]
async fn the_environment_wins_over_the_file() {
    let company = Company::new().await;
    company.name_proxy("");
    let mut command = company.command();
    command.env("SSL_CERT_FILE", company.authority());
    command.env("HTTPS_PROXY", "http://127.0.0.1:1");
    assert_eq!(company.log_in(command).await.status, 502);
    assert!(company.asked().is_empty());
}

async fn tunnel(
    mut client: TcpStream,
    acceptor: &TlsAcceptor,
    sandbox: &str,
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let allowed = head
        .to_ascii_lowercase()
        .contains("proxy-authorization: basic ");
    asked.lock().unwrap().push(head);
    if !allowed {
        return client
            .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            .await;
    }
    client
        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .await?;
    let mut client = acceptor.accept(client).await?;
    let mut server = TcpStream::connect(sandbox).await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

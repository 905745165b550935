//! Clients that are known by a document, fetched over https by the real program from a server that may be hostile.

use std::io::Write;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::agents::fixture::{Client, REDIRECT, Tokens, decide_from};
use crate::support::certificates::Certificates;
use crate::support::installation::{Installation, free_port};
use crate::support::{Browser, parameter};

/// A name that only the proxy can reach, so that the resolver, which knows no private addresses, is left as it is.
const HOST: &str = "agents.example";

/// A host of documents with a certificate of a test's own authority, behind a proxy.
struct Host {
    installation: Installation,
    proxy: u16,
    /// The paths that were asked for.
    asked: Arc<Mutex<Vec<String>>>,
    /// How many bytes of an endless document were taken.
    taken: Arc<Mutex<usize>>,
}

impl Host {
    async fn new() -> Self {
        let installation = Installation::new().await;
        let certificates = Certificates::of(HOST);
        std::fs::write(installation.file("authority.pem"), certificates.authority()).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(certificates.server_config()));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let proxy = listener.local_addr().unwrap().port();
        let (asked, taken) = (Arc::default(), Arc::default());
        let host = Self {
            installation,
            proxy,
            asked: Arc::clone(&asked),
            taken: Arc::clone(&taken),
        };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (acceptor, asked, taken) = (acceptor.clone(), asked.clone(), taken.clone());
                tokio::spawn(async move {
                    let client = tunnelled(client, &acceptor).await?;
                    answer(client, &asked, &taken).await
                });
            }
        });
        host
    }

    fn command(&self) -> Command {
        let mut command = self.installation.command(&[]);
        command
            .env("MCP_CLIENT_HOSTS", HOST)
            .env("HTTPS_PROXY", format!("http://127.0.0.1:{}", self.proxy))
            .env("SSL_CERT_FILE", self.installation.file("authority.pem"));
        command
    }

    fn client(&self, name: &str) -> Client {
        Client {
            id: address(name),
            wire: self.installation.browser(),
        }
    }

    /// The status of the page that asks for a consent.
    async fn status(&self, mia: &Browser, name: &str, redirect: &str) -> u16 {
        let changes = [("resource", ""), ("redirect_uri", redirect)];
        let page = mia.navigate(&self.client(name).address(&changes)).await;
        let location = page.header("location");
        assert!(location.is_empty(), "{name} leads to {location}");
        page.status
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn address(name: &str) -> String {
    format!("https://{HOST}/{name}")
}

/// Ends the proxy's part and TLS.
async fn tunnelled(
    mut client: TcpStream,
    acceptor: &TlsAcceptor,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    assert!(head.starts_with(&format!("CONNECT {HOST}:443 ")), "{head}");
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    acceptor.accept(client).await
}

/// Answers one request by its path.
async fn answer(
    mut client: TlsStream<TcpStream>,
    asked: &Mutex<Vec<String>>,
    taken: &Mutex<usize>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().unwrap().push(path.clone());
    let start = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    match path.as_str() {
        "/endless.json" => {
            client.write_all(format!("{start}\r\n").as_bytes()).await?;
            client.write_all(b"{\"x\":\"").await?;
            // An end, so that the test does not hang where all of it is taken.
            for _ in 0..1024 {
                client.write_all(&[b'x'; 16 * 1024]).await?;
                *taken.lock().unwrap() += 16 * 1024;
            }
        }
        "/slow.json" => {
            client
                .write_all(format!("{start}\r\n{{").as_bytes())
                .await?;
            for _ in 0..120 {
                tokio::time::sleep(Duration::from_millis(500)).await;
                client.write_all(b" ").await?;
                client.flush().await?;
            }
        }
        "/silent.json" => tokio::time::sleep(Duration::from_mins(1)).await,
        "/moved.json" => {
            let to = address("good.json");
            let moved =
                format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
            client.write_all(moved.as_bytes()).await?;
        }
        "/inflated.json" => {
            let mut body = GzEncoder::new(Vec::new(), Compression::best());
            body.write_all(b"{\"x\":\"")?;
            body.write_all(&vec![b'x'; 16 * 1024 * 1024])?;
            let body = body.finish()?;
            let head = format!(
                "{start}Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            client.write_all(head.as_bytes()).await?;
            client.write_all(&body).await?;
        }
        name => {
            let body = document(name.trim_start_matches('/'));
            let head = format!(
                "{start}Cache-Control: max-age=600\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            client.write_all((head + &body).as_bytes()).await?;
        }
    }
    client.shutdown().await
}

/// A document that says of itself what its name promises.
fn document(name: &str) -> String {
    let mut document = json!({
        "client_id": address(name), "client_name": "Documented", "redirect_uris": [REDIRECT],
        "token_endpoint_auth_method": "none",
    });
    match name {
        "other.json" => document["client_id"] = json!(address("good.json")),
        "host.json" => document["client_id"] = json!("https://claude.ai/host.json"),
        "slash.json" => document["client_id"] = json!(address("slash.json/")),
        "script.json" => {
            document["redirect_uris"] = json!([
                "javascript:alert(1)//",
                "data:text/html,x",
                "file:///etc/passwd",
                "https://evil.example/cb",
                "https://claude.ai@evil.example/cb",
                "http://192.168.1.1/cb",
                REDIRECT,
            ]);
        }
        "none.json" => document["redirect_uris"] = json!([]),
        "text.json" => document["redirect_uris"] = json!(REDIRECT),
        "array.json" => return json!([document]).to_string(),
        "deep.json" => return format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000)),
        _ => {}
    }
    document.to_string()
}

#[tokio::test]
async fn a_client_with_a_document_over_https_is_let_in_and_its_document_is_fetched_once() {
    let host = Host::new().await;
    let process = host.installation.start_command(host.command()).await;
    let mia = host.installation.logged_in().await;
    let client = host.client("good.json");
    let changes = [("resource", "")];
    let page = mia.navigate(&client.address(&changes)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("Documented") && page.body.contains(HOST));
    let origin = format!("http://localhost:{}", host.installation.port);
    let answer = decide_from(&mia, &page, "write", &origin).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let code = parameter(answer.header("location"), "code").unwrap();
    let tokens = Tokens::of(&client.exchange_with(&code, &changes).await);
    let bearer = format!("Bearer {}", tokens.access);
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let headers = [("authorization", bearer.as_str())];
    let listed = client.wire.post_with("/mcp", &headers, &list).await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    Tokens::of(&client.refresh(&tokens.refresh).await);
    assert_eq!(host.asked(), ["/good.json"]);
    process.stop().await;
}

#[tokio::test]
async fn a_hostile_document_makes_no_client_and_costs_little() {
    let host = Host::new().await;
    let process = host.installation.start_command(host.command()).await;
    let mia = host.installation.logged_in().await;
    for name in [
        "endless.json",
        "inflated.json",
        "moved.json",
        "other.json",
        "host.json",
        "slash.json",
        "none.json",
        "text.json",
        "array.json",
        "deep.json",
    ] {
        assert_eq!(host.status(&mia, name, REDIRECT).await, 400, "{name}");
        assert_eq!(host.asked(), [format!("/{name}")]);
    }
    let taken = *host.taken.lock().unwrap();
    assert!(taken < 4 * 1024 * 1024, "{taken} bytes were taken");
    let begun = Instant::now();
    let (slow, silent) = tokio::join!(
        host.status(&mia, "slow.json", REDIRECT),
        host.status(&mia, "silent.json", REDIRECT)
    );
    assert_eq!((slow, silent), (400, 400));
    assert!(begun.elapsed() < Duration::from_secs(9), "{begun:?}");
    process.stop().await;
}

#[tokio::test]
async fn of_the_addresses_in_a_document_only_those_that_may_be_used_are() {
    let host = Host::new().await;
    let process = host.installation.start_command(host.command()).await;
    let mia = host.installation.logged_in().await;
    assert_eq!(host.status(&mia, "script.json", REDIRECT).await, 200);
    let uris: Value = serde_json::from_str(&document("script.json")).unwrap();
    for uri in uris["redirect_uris"].as_array().unwrap() {
        let uri = uri.as_str().unwrap();
        if uri != REDIRECT {
            assert_eq!(host.status(&mia, "script.json", uri).await, 400, "{uri}");
        }
    }
    for id in [
        "https://evil.example/good.json",
        "https://agents.example.evil.example/good.json",
        "https://agents.example@evil.example/good.json",
        "https://agents.example:8443/good.json",
        "http://agents.example/good.json",
        "https://169.254.169.254/good.json",
        "https://AGENTS.example/good.json",
    ] {
        let client = Client {
            id: id.to_owned(),
            wire: host.installation.browser(),
        };
        let page = mia.navigate(&client.address(&[("resource", "")])).await;
        assert_eq!(page.status, 400, "{id}");
    }
    assert_eq!(host.asked(), ["/script.json"], "nobody else was called");
    process.stop().await;
}

#[tokio::test]
async fn a_server_with_an_unknown_certificate_or_a_private_address_is_not_believed() {
    let host = Host::new().await;
    let mut command = host.command();
    command.env_remove("SSL_CERT_FILE");
    let process = host.installation.start_command(command).await;
    let mia = host.installation.logged_in().await;
    let takes_documents = async || {
        let metadata = mia.read("/.well-known/oauth-authorization-server").await;
        metadata["client_id_metadata_document_supported"] == true
    };
    assert!(takes_documents().await);
    assert_eq!(host.status(&mia, "good.json", REDIRECT).await, 400);
    assert_eq!(host.asked(), Vec::<String>::new());
    // Programs that go by what is told register themselves from now on.
    assert!(!takes_documents().await);
    let page = host.client("good.json").address(&[("resource", "")]);
    let page = mia.navigate(&page).await;
    assert!(page.body.contains("MCP_CLIENT_HOSTS=off"), "{}", page.body);
    process.stop().await;
    let log = std::fs::read_to_string(host.installation.file("log")).unwrap();
    assert_eq!(
        log.matches("cannot be fetched from here").count(),
        1,
        "{log}"
    );
    // Without a proxy the name is looked up here: one of this machine's is not called, although it is listed.
    let listener = TcpListener::bind(("127.0.0.1", free_port())).await.unwrap();
    let authority = format!("localhost:{}", listener.local_addr().unwrap().port());
    let mut command = host.installation.command(&[]);
    command.env("MCP_CLIENT_HOSTS", &authority);
    let process = host.installation.start_command(command).await;
    let mia = host.installation.logged_in().await;
    let client = Client {
        id: format!("https://{authority}/good.json"),
        wire: host.installation.browser(),
    };
    let page = mia.navigate(&client.address(&[("resource", "")])).await;
    assert_eq!(page.status, 400, "{}", page.body);
    let called = tokio::time::timeout(Duration::from_millis(200), listener.accept()).await;
    assert!(called.is_err(), "nobody was to be called");
    process.stop().await;
}

//! nginx and Caddy in front of the real program, with the files in `deploy/`.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Certificate, Client, Response};
use tokio::net::TcpStream;

use super::certificates::Certificates;
use super::files;
use super::installation::{Installation, free_port};
use super::waiting::until;

/// The host name in the files of `deploy/`.
pub const NAME: &str = "ib.example.com";
/// The program there.
pub const UPSTREAM: &str = "127.0.0.1:3001";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Nginx,
    Caddy,
}

/// A proxy with the configuration of `deploy/`, of which only names of files and ports are changed.
pub struct Front {
    proxy: Child,
    pub port: u16,
    pub plain_port: u16,
    pub client: Client,
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = self.proxy.kill();
        let _ = self.proxy.wait();
    }
}

impl Front {
    /// In front of whatever listens at the installation's port. `test.sh` installs both proxies.
    pub async fn start(kind: Kind, installation: &Installation) -> Self {
        let upstream = format!("127.0.0.1:{}", installation.port);
        let texts = [
            changed(&deployed("nginx.conf"), UPSTREAM, &upstream),
            changed(&deployed("Caddyfile"), UPSTREAM, &upstream),
        ];
        Self::start_with(kind, installation, texts).await
    }

    /// With these configurations of nginx and Caddy, whose upstreams are the test's already.
    pub async fn start_with(kind: Kind, installation: &Installation, texts: [String; 2]) -> Self {
        let [for_nginx, for_caddy] = texts;
        let certificates = Certificates::of(NAME);
        fs::write(installation.file("server.pem"), certificates.server()).unwrap();
        fs::write(installation.file("server.key"), certificates.key()).unwrap();
        let (port, plain_port) = (free_port(), free_port());
        let _ = rustls::crypto::ring::default_provider().install_default();
        let trusted = Certificate::from_pem(certificates.authority().as_bytes()).unwrap();
        let client = Client::builder()
            .no_proxy()
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_only([trusted])
            .resolve(NAME, ([127, 0, 0, 1], port).into())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        let mut command = match kind {
            Kind::Nginx => nginx(installation, for_nginx, port, plain_port),
            Kind::Caddy => caddy(installation, &for_caddy, port),
        };
        let log = fs::File::create(installation.file("proxy.log")).unwrap();
        let command = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap());
        let proxy = command.stderr(log).spawn();
        let proxy = proxy.unwrap_or_else(|error| panic!("{kind:?} does not start: {error}"));
        let front = Self {
            proxy,
            port,
            plain_port,
            client,
        };
        until("the proxy listens", async || {
            TcpStream::connect(("127.0.0.1", port)).await.is_ok()
        })
        .await;
        front
    }

    /// Gets what is at a path, with some headers.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        let url = format!("https://{NAME}:{}{path}", self.port);
        // The port is the test's; in production it is 443 and stands in no Host header.
        let request = self.client.get(url).header("host", NAME);
        let add = |request: reqwest::RequestBuilder, (name, value): &(&str, &str)| {
            request.header(*name, *value)
        };
        headers.iter().fold(request, add).send().await.unwrap()
    }
}

/// A file of `deploy/`.
pub fn deployed(name: &str) -> String {
    files::text(&format!("deploy/{name}"))
}

/// Changes one thing that the file must hold.
pub fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replace(from, to)
}

fn nginx(installation: &Installation, mut server: String, port: u16, plain_port: u16) -> Command {
    let folder = installation.database.folder.display().to_string();
    for (from, to) in [
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl;\n", ""),
        ("listen 80;", &format!("listen 127.0.0.1:{plain_port};")),
        ("listen 443 ssl;", &format!("listen 127.0.0.1:{port} ssl;")),
        (
            "/etc/letsencrypt/live/ib.example.com/fullchain.pem",
            &format!("{folder}/server.pem"),
        ),
        (
            "/etc/letsencrypt/live/ib.example.com/privkey.pem",
            &format!("{folder}/server.key"),
        ),
    ] {
        server = changed(&server, from, to);
    }
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("{what}_temp_path {folder}/{what};"))
        .join("\n");
    let whole = format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}\n{server}\n}}\n"
    );
    let path = installation.file("nginx.conf");
    fs::write(&path, whole).unwrap();
    // Debian keeps it where only root looks for programs.
    let usual = Path::new("/usr/sbin/nginx");
    let mut command = Command::new(if usual.exists() {
        usual
    } else {
        Path::new("nginx")
    });
    command.arg("-p").arg(&folder).arg("-c").arg(path);
    command
}

fn caddy(installation: &Installation, text: &str, port: u16) -> Command {
    let folder = installation.database.folder.display().to_string();
    let file = changed(
        text,
        "ib.example.com {\n",
        &format!(
            "https://ib.example.com:{port} {{\n\ttls {folder}/server.pem {folder}/server.key\n"
        ),
    );
    let path = installation.file("Caddyfile");
    let whole = format!("{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{file}");
    fs::write(&path, whole).unwrap();
    let mut command = Command::new("caddy");
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(path)
        .env("XDG_DATA_HOME", &folder)
        .env("XDG_CONFIG_HOME", &folder);
    command
}

/// The cookies an answer sets, as a browser sends them back.
pub fn cookies(answer: &Response) -> String {
    let set = answer.headers().get_all("set-cookie").iter();
    let pairs: Vec<&str> = set
        .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap())
        .filter(|pair| !pair.ends_with('='))
        .collect();
    pairs.join("; ")
}

/// A header's text; empty when it is missing.
pub fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

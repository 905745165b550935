//! Where a client may have a code sent to: https on listed hosts, this machine on any port, and schemes of apps that
//! the operator listed.

use url::{Host, Url};

use super::data_center::ListedHost;

/// The longest that is taken.
const LONGEST: usize = 1024;
/// Names of this machine, as they must be spelled: the URL parser also reads `0x7f.1` as 127.0.0.1.
const LOOPBACK: [&str; 3] = ["http://localhost", "http://127.0.0.1", "http://[::1]"];
/// Schemes that browsers carry out or show themselves, and such as are no app's.
const NEVER: [&str; 22] = [
    "javascript",
    "data",
    "file",
    "vbscript",
    "blob",
    "about",
    "view-source",
    "filesystem",
    "chrome",
    "chrome-extension",
    "moz-extension",
    "resource",
    "intent",
    "http",
    "https",
    "ws",
    "wss",
    "ftp",
    "mailto",
    "tel",
    "sms",
    "jar",
];

/// What kind of address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirectKind {
    /// https.
    Web,
    /// A program on the person's machine.
    Loopback,
    /// An app that has a scheme of its own.
    App,
}

/// An address that a code may be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirect {
    /// What kind it is.
    pub kind: RedirectKind,
    /// What people are shown of it: the host and port, or the scheme.
    pub host: String,
}

/// What the operator allows.
#[derive(Debug, Clone, Default)]
pub(crate) struct RedirectRules {
    /// Hosts of clients.
    pub hosts: Vec<ListedHost>,
    /// Schemes of apps.
    pub schemes: Vec<String>,
}

/// Why an address is refused, in a few words.
pub(crate) type Refusal = &'static str;

impl RedirectRules {
    /// Reads an address that a client names for itself.
    ///
    /// # Errors
    /// When the operator allows none such, or nobody may.
    pub(crate) fn read(&self, text: &str) -> Result<Redirect, Refusal> {
        let redirect = read_any(text)?;
        let allowed = match redirect.kind {
            RedirectKind::Loopback => true,
            RedirectKind::Web => self.lists(&redirect.host),
            RedirectKind::App => self
                .schemes
                .iter()
                .any(|scheme| redirect.host == format!("{scheme}:")),
        };
        if allowed {
            return Ok(redirect);
        }
        Err(match redirect.kind {
            RedirectKind::App => "its scheme is not in MCP_REDIRECT_SCHEMES",
            _ => "its host is not in MCP_CLIENT_HOSTS",
        })
    }

    /// Whether a host, with its port if that is not 443, is listed for https.
    pub(crate) fn lists(&self, authority: &str) -> bool {
        let mut hosts = self.hosts.iter();
        hosts.any(|host| !host.plain_http && host.authority == authority)
    }
}

/// Reads an address that the operator names.
///
/// # Errors
/// When nobody may be sent there.
pub(crate) fn read_any(text: &str) -> Result<Redirect, Refusal> {
    let plain = text
        .bytes()
        .all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'\\');
    if !plain || text.is_empty() || text.len() > LONGEST {
        return Err("it is no plain address of at most 1024 characters");
    }
    if text.contains('#') {
        return Err("it has a fragment");
    }
    let url = Url::parse(text).map_err(|_| "it is no full address")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or password");
    }
    match url.scheme() {
        "https" => web(text, &url),
        "http" if is_loopback(text, &url) => Ok(Redirect {
            kind: RedirectKind::Loopback,
            host: authority(&url),
        }),
        "http" => Err("plain http works for this machine only"),
        scheme if is_apps_own(scheme) => Ok(Redirect {
            kind: RedirectKind::App,
            host: format!("{scheme}:"),
        }),
        _ => Err("its scheme is no app's"),
    }
}

/// Whether a scheme may be an app's.
pub(crate) fn is_apps_own(scheme: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
    let begins = scheme
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_lowercase());
    begins && scheme.bytes().all(letters) && !NEVER.contains(&scheme)
}

/// Whether a client may name `asked` where it registered `registered`: the same, letter by letter, but on this machine
/// with any port (RFC 8252, section 7.3).
pub(crate) fn is_same(registered: &str, asked: &str) -> bool {
    if registered == asked {
        return true;
    }
    let without_port = |text: &str| {
        let mut url = Url::parse(text).ok().filter(|url| is_loopback(text, url))?;
        url.set_port(None).ok()?;
        Some(url)
    };
    let registered = without_port(registered);
    registered.is_some() && registered == without_port(asked)
}

fn web(text: &str, url: &Url) -> Result<Redirect, Refusal> {
    // The URL standard forgives `https:host` and a third slash.
    let rest = text
        .get(..8)
        .filter(|start| start.eq_ignore_ascii_case("https://"));
    let after = text.get(8..).unwrap_or_default();
    if rest.is_none() || after.starts_with('/') {
        return Err("it is no full address");
    }
    if url.host_str().is_some_and(|host| host.contains('*')) {
        return Err("its host must be written out; patterns are not possible");
    }
    Ok(Redirect {
        kind: RedirectKind::Web,
        host: authority(url),
    })
}

fn is_loopback(text: &str, url: &Url) -> bool {
    let spelled = LOOPBACK.iter().any(|start| {
        text.strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']))
    });
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && spelled && is_here
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn rules() -> RedirectRules {
        let host = |authority: &str| ListedHost {
            authority: authority.to_owned(),
            plain_http: false,
        };
        RedirectRules {
            hosts: vec![host("claude.ai"), host("agents.example:8443")],
            schemes: vec![String::from("cursor")],
        }
    }

    #[rstest]
    #[case(
        "https://claude.ai/api/mcp/auth_callback",
        RedirectKind::Web,
        "claude.ai"
    )]
    #[case(
        "https://agents.example:8443/cb?x=1",
        RedirectKind::Web,
        "agents.example:8443"
    )]
    #[case(
        "http://localhost:33418/callback",
        RedirectKind::Loopback,
        "localhost:33418"
    )]
    #[case("http://127.0.0.1", RedirectKind::Loopback, "127.0.0.1")]
    #[case("http://[::1]:7/", RedirectKind::Loopback, "[::1]:7")]
    #[case(
        "cursor://anysphere.cursor-mcp/oauth/callback",
        RedirectKind::App,
        "cursor:"
    )]
    fn what_the_operator_allows_is_read(
        #[case] text: &str,
        #[case] kind: RedirectKind,
        #[case] host: &str,
    ) {
        let host = host.to_owned();
        assert_eq!(rules().read(text), Ok(Redirect { kind, host }));
    }

    #[rstest]
    #[case("https://evil.example/cb")]
    #[case("https://claude.ai.evil.example/cb")]
    #[case("https://claude.ai@evil.example/cb")]
    #[case("https://claude.ai:444/cb")]
    #[case("https://claude.ai/cb#token")]
    #[case("https:claude.ai/cb")]
    #[case("https:///claude.ai/cb")]
    #[case("https://claude.ai\\@evil.example/cb")]
    #[case("http://claude.ai/cb")]
    #[case("http://localhost.evil.example/cb")]
    #[case("http://localhost@evil.example/cb")]
    #[case("http://0x7f.1/cb")]
    #[case("http://127.0.0.2/cb")]
    #[case("javascript:alert(1)")]
    #[case("data:text/html,x")]
    #[case("file:///etc/passwd")]
    #[case("vscode://anything/cb")]
    #[case("/relative")]
    #[case("")]
    #[case("https://claude.ai/a b")]
    fn everything_else_is_refused(#[case] text: &str) {
        assert!(rules().read(text).is_err(), "{text}");
    }

    #[test]
    fn on_this_machine_the_port_may_be_another_and_nothing_else() {
        let registered = "http://127.0.0.1:33418/callback";
        assert!(is_same(registered, "http://127.0.0.1:50001/callback"));
        assert!(is_same(registered, "http://127.0.0.1/callback"));
        for other in [
            "http://127.0.0.1:33418/other",
            "http://localhost:33418/callback",
            "http://127.0.0.1:33418/callback?x=1",
            "https://127.0.0.1:33418/callback",
        ] {
            assert!(!is_same(registered, other), "{other}");
        }
        let web = "https://claude.ai/cb";
        assert!(is_same(web, web) && !is_same(web, "https://claude.ai:443/cb"));
    }

    #[test]
    fn nothing_that_a_browser_carries_out_is_an_apps_scheme() {
        for never in [
            "javascript",
            "data",
            "file",
            "http",
            "https",
            "Cursor",
            "",
            "1a",
            "a b",
        ] {
            assert!(!is_apps_own(never), "{never}");
        }
        assert!(is_apps_own("cursor") && is_apps_own("com.example.app"));
    }
}

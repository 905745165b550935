//! A strict stand-in for Atlassian Cloud: OAuth, gateway, sites, Jira and Confluence on one loopback address;
//! and for one host of Data Center on another.
//!
//! It shares no code with the client side of this library, so that a misunderstanding cannot hide on both sides.

/// The README, whose example is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod access;
mod adf_check;
mod clock;
mod confluence;
mod consent;
mod control;
mod data_center;
mod dice;
mod dispatch;
mod echo;
mod faults;
mod front_page;
mod human_pages;
mod jira;
mod oauth;
mod query;
mod save;
mod server;
mod state;
mod storage;
#[cfg(test)]
mod tests;
mod wire;
mod world;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use faults::{Fault, FaultAction, JournalEntry};
pub use state::{App, Behaviour};

/// Where the program lets logins return to unless it is told otherwise: the callback paths of the integration backend.
pub const CALLBACK_PATHS: [&str; 11] = [
    "/auth/jira/callback",
    "/auth/confluence/callback",
    "/auth/atlassian/callback",
    "/auth/jira/oauth/callback",
    "/auth/confluence/oauth/callback",
    "/api/v1/auth/atlassian/callback",
    "/api/oauth/callback/atlassian",
    "/api/oauth/atlassian/callback",
    "/api/auth/callback",
    "/api/auth/jira/callback",
    "/api/auth/confluence/callback",
];

use faults::ActiveFault;
use server::Shared;
use state::State;

/// Every scope the default app has enabled.
pub const DEFAULT_SCOPES: &str = "read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence \
write:page:confluence delete:page:confluence read:comment:confluence write:comment:confluence delete:comment:confluence \
read:hierarchical-content:confluence read:content.metadata:confluence read:attachment:confluence read:user:confluence \
search:confluence read:confluence-user write:confluence-content read:confluence-content.all read:confluence-space.summary \
read:label:confluence write:label:confluence manage:jira-configuration";

/// How to start a sandbox.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The port of the Data Center host, likewise.
    pub data_center_port: u16,
    /// The registered apps.
    pub apps: Vec<App>,
    /// Where the state survives a restart; memory only if absent.
    pub state_file: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            data_center_port: 0,
            apps: vec![App::default()],
            state_file: None,
        }
    }
}

impl Default for App {
    /// `sandbox-client` with `sandbox-secret`, every scope, and no redirect URI yet.
    fn default() -> Self {
        Self {
            client_id: "sandbox-client".to_owned(),
            client_secret: "sandbox-secret".to_owned(),
            redirect_uris: Vec::new(),
            scopes: DEFAULT_SCOPES
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// A running sandbox; it stops when dropped.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    address: SocketAddr,
    data_center: SocketAddr,
    stop: CancellationToken,
    state_file: Option<PathBuf>,
}

impl Sandbox {
    /// Starts a server on 127.0.0.1. Needs a tokio runtime; fails if the port is taken or the state file cannot be read.
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let saved = options
            .state_file
            .as_deref()
            .map(save::load)
            .transpose()?
            .flatten();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let own_host = TcpListener::bind((Ipv4Addr::LOCALHOST, options.data_center_port)).await?;
        let data_center = own_host.local_addr()?;
        let mut state = State::new(options.apps, saved)?;
        state.base_url = format!("http://{address}");
        state.saved.data_center.sites[0].host = data_center.to_string();
        let shared = Arc::new(Shared::new(state));
        let stop = CancellationToken::new();
        let cloud = server::run(
            listener,
            Arc::clone(&shared),
            dispatch::answer,
            stop.clone(),
        );
        tokio::spawn(cloud);
        let server = server::run(
            own_host,
            Arc::clone(&shared),
            data_center::answer,
            stop.clone(),
        );
        tokio::spawn(server);
        if let Some(file) = options.state_file.clone() {
            tokio::spawn(save::keep(file, Arc::clone(&shared), stop.clone()));
        }
        Ok(Self {
            shared,
            address,
            data_center,
            stop,
            state_file: options.state_file,
        })
    }

    /// `http://127.0.0.1:PORT`, which serves as authorization server and as API gateway.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `http://127.0.0.1:PORT`, a host of Data Center with Jira and Confluence; also under `/jira` and
    /// `/confluence`.
    pub fn data_center_url(&self) -> String {
        format!("http://{}", self.data_center)
    }

    /// Where a site's own addresses are: `http://127.0.0.1:PORT/sites/{site}`, with `{site}` to be filled in.
    pub fn site_url_template(&self) -> String {
        format!("{}/sites/{{site}}", self.base_url())
    }

    /// Registers an app, replacing one with the same client id.
    pub fn add_app(&self, app: App) {
        consent::add_app(&mut self.shared.state(), app);
    }

    /// Adds a callback URL to an app.
    pub fn add_redirect_uri(&self, client_id: &str, uri: &str) {
        consent::add_redirect_uri(&mut self.shared.state(), client_id, uri);
    }

    /// Moves the sandbox's clock forward.
    pub fn advance_clock(&self, by: Duration) {
        self.shared.state().saved.clock_offset += i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.shared.dirty.store(true, Ordering::Release);
    }

    /// Every call received so far, in order.
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.shared
            .state()
            .journal
            .iter()
            .map(|(_, entry)| entry.clone())
            .collect()
    }

    /// Forgets the journal and sets both counters to 0.
    pub fn clear_journal(&self) {
        let mut state = self.shared.state();
        state.journal.clear();
        (state.token_calls, state.refresh_calls) = (0, 0);
    }

    /// Processed calls of `POST /oauth/token`.
    pub fn token_calls(&self) -> usize {
        self.shared.state().token_calls
    }

    /// Those of them that asked for a refresh.
    pub fn refresh_calls(&self) -> usize {
        self.shared.state().refresh_calls
    }

    /// Switches a fault on; the first one that matches a call is applied.
    pub fn fault(&self, fault: Fault) {
        self.shared.state().faults.push(ActiveFault {
            left: fault.times,
            fault,
        });
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear();
    }

    /// Changes the deviations from normal behaviour.
    pub fn set_behaviour(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.shared.state().behaviour);
    }

    /// Gives a site (`acme` or its host, or that of the Data Center) exactly so many projects and pages beyond the seeded ones.
    /// Does nothing if there is no such site.
    pub fn crowd(&self, site: &str, projects: u64, pages: u64) {
        let mut state = self.shared.state();
        let saved = &mut state.saved;
        for world in [&mut saved.world, &mut saved.data_center] {
            let _ = world.crowd(site, projects, pages);
        }
        drop(state);
        self.shared.dirty.store(true, Ordering::Release);
    }

    /// Does what an account does that removes the app: all its grants and tokens end. Takes a short name or account id.
    pub fn revoke_grants(&self, account: &str) {
        let mut state = self.shared.state();
        if let Some(id) = state
            .saved
            .world
            .account(account)
            .map(|account| account.id.clone())
        {
            state.saved.grants.revoke(&id);
        }
        self.shared.dirty.store(true, Ordering::Release);
    }

    /// Lets every access token expire now.
    pub fn expire_access_tokens(&self) {
        let mut state = self.shared.state();
        let now = state.now();
        state.saved.grants.expire_access(now);
    }

    /// Gives an app a new secret; the old one is refused from now on.
    pub fn rotate_secret(&self, client_id: &str, new_secret: &str) {
        consent::rotate_secret(&mut self.shared.state(), client_id, new_secret);
    }

    /// Does what a person does at the authorize URL: picks `account` (short name) and `sites` (hosts; all if `None`),
    /// accepts. Gives the callback URL with its code, or the text of the error page.
    #[expect(
        clippy::unused_async,
        reason = "stands for a person in a browser; callers await it like every other step"
    )]
    pub async fn consent(
        &self,
        authorize_url: &str,
        account: &str,
        sites: Option<&[&str]>,
    ) -> Result<String, String> {
        let result = consent::accept(&mut self.shared.state(), authorize_url, account, sites);
        self.shared.dirty.store(true, Ordering::Release);
        result
    }

    /// Like [`Sandbox::consent`], for a person who cancels.
    #[expect(
        clippy::unused_async,
        reason = "stands for a person in a browser; callers await it like every other step"
    )]
    pub async fn decline(&self, authorize_url: &str) -> Result<String, String> {
        consent::decline(&mut self.shared.state(), authorize_url)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(file) = &self.state_file {
            // Nobody is left to hear about a failure; the periodic saver has already warned.
            let _ = save::store(file, &self.shared);
        }
    }
}

//! The running sandbox and its switches.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::consent::{self, ConsentError};
use crate::faults::{Fault, JournalEntry};
use crate::options::{App, NewPerson, Options};
use crate::server::{self, Shared};
use crate::state::{Behaviour, State};
use crate::token_uses::TokenUse;
use crate::{data_center, dispatch, state_file};

/// A running sandbox; it stops when it is dropped.
///
/// Every switch takes effect for the next call. They are there over HTTP as well, see "Switches" above.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    address: SocketAddr,
    data_center: SocketAddr,
    stop: CancellationToken,
    state_file: Option<PathBuf>,
}

impl Sandbox {
    /// Starts the sandbox on 127.0.0.1, with its Data Center host on a port of its own.
    ///
    /// It runs on the tokio runtime that this is called from.
    ///
    /// ```
    /// use atlassian_sandbox::{Options, Sandbox};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let sandbox = Sandbox::start(Options::default()).await?;
    ///
    /// assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
    /// assert_ne!(sandbox.base_url(), sandbox.data_center_url());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A port is taken, the state file cannot be read or holds something else, or the operating system
    /// gives no random bytes.
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let saved = options
            .state_file
            .as_deref()
            .map(state_file::load)
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
            tokio::spawn(state_file::keep(file, Arc::clone(&shared), stop.clone()));
        }
        Ok(Self {
            shared,
            address,
            data_center,
            stop,
            state_file: options.state_file,
        })
    }

    /// `http://127.0.0.1:PORT`: in place of `https://auth.atlassian.com` and of
    /// `https://api.atlassian.com`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `http://127.0.0.1:PORT`: a Data Center host with Jira and Confluence, which also answer under
    /// `/jira` and `/confluence`.
    pub fn data_center_url(&self) -> String {
        format!("http://{}", self.data_center)
    }

    /// `http://127.0.0.1:PORT/sites/{site}`: in place of `https://{site}`, where `{site}` is to be
    /// replaced by a host such as `acme.atlassian.net`.
    pub fn site_url_template(&self) -> String {
        format!("{}/sites/{{site}}", self.base_url())
    }

    /// Registers an app; one with the same client id is replaced.
    pub fn add_app(&self, app: App) {
        consent::add_app(&mut self.shared.state(), app);
    }

    /// Adds a callback URL to an app. Does nothing if there is no such app.
    pub fn add_redirect_uri(&self, client_id: &str, uri: &str) {
        consent::add_redirect_uri(&mut self.shared.state(), client_id, uri);
    }

    /// Moves the sandbox's clock forward, for all that expires: tokens, codes, cursors.
    pub fn advance_clock(&self, by: Duration) {
        self.shared.state().saved.clock_offset += i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.changed();
    }

    /// Every call received so far, in order. At most 20,000 are remembered.
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
        self.shared.state().clear_journal();
    }

    /// What no OpenAPI document of Atlassian's describes in the calls of Jira Cloud and Confluence Cloud
    /// received so far: operations, parameters, and properties of bodies, one sentence each.
    ///
    /// Such a call is answered all the same, as sites do, which leave out what they do not know.
    ///
    /// ```
    /// # use atlassian_sandbox::{Options, Sandbox};
    /// # #[tokio::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let sandbox = Sandbox::start(Options::default()).await?;
    /// // At the end of a test of your client:
    /// assert_eq!(sandbox.objections(), Vec::<String>::new());
    /// # Ok(())
    /// # }
    /// ```
    pub fn objections(&self) -> Vec<String> {
        self.shared.state().objections.clone()
    }

    /// Forgets the objections, after a call that was meant to be odd.
    pub fn clear_objections(&self) {
        self.shared.state().objections.clear();
    }

    /// How many calls of `POST /oauth/token` were processed.
    pub fn token_calls(&self) -> usize {
        self.shared.state().token_calls
    }

    /// How many of them asked for a refresh.
    pub fn refresh_calls(&self) -> usize {
        self.shared.state().refresh_calls
    }

    /// The points that each app has used of the present hour, by client id.
    pub fn points(&self) -> BTreeMap<String, u64> {
        let mut state = self.shared.state();
        let now = state.now();
        state.points.all(now)
    }

    /// Every call of the token endpoint: what was presented, and what was issued for it.
    pub fn token_uses(&self) -> Vec<TokenUse> {
        self.shared.state().token_uses.all().to_vec()
    }

    /// Switches a fault on. Of those that match a call, the first is applied.
    ///
    /// ```
    /// use atlassian_sandbox::{Fault, FaultAction, Options, Sandbox};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> std::io::Result<()> {
    /// let sandbox = Sandbox::start(Options::default()).await?;
    /// // The next refresh is processed, and its answer is lost: will the client lose its tokens?
    /// sandbox.fault(Fault {
    ///     method: Some("POST".to_owned()),
    ///     path_contains: "/oauth/token".to_owned(),
    ///     body_contains: Some("refresh_token".to_owned()),
    ///     times: Some(1),
    ///     action: FaultAction::ProcessThenDrop,
    /// });
    /// # Ok(())
    /// # }
    /// ```
    pub fn fault(&self, fault: Fault) {
        self.shared.state().add_fault(fault);
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear();
    }

    /// Changes the deviations from normal behaviour.
    ///
    /// ```
    /// # use atlassian_sandbox::{Options, Sandbox};
    /// # #[tokio::main]
    /// # async fn main() -> std::io::Result<()> {
    /// # let sandbox = Sandbox::start(Options::default()).await?;
    /// sandbox.set_behaviour(|behaviour| behaviour.index_lag_seconds = 30);
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_behaviour(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.shared.state().behaviour);
    }

    /// Gives a site (`acme`, its host, or the host of the Data Center) exactly so many projects and pages
    /// beyond its own, for clients that must walk long lists. Does nothing if there is no such site.
    pub fn crowd(&self, site: &str, projects: u64, pages: u64) {
        self.shared.state().crowd(site, projects, pages);
        self.changed();
    }

    /// Adds somebody to a site (`acme`, its host, or the host of the Data Center): one more person, somebody who
    /// has left, an app, or a customer. Does nothing if there is no such site.
    pub fn add_person(&self, site: &str, person: &NewPerson) {
        self.shared.state().add_person(site, person);
        self.changed();
    }

    /// Gives a site (`acme` or its host) another name and another address, `label.atlassian.net`; its cloud id
    /// stays. Does nothing if there is no such site.
    pub fn rename_site(&self, site: &str, name: &str, label: &str) {
        self.shared.state().rename_site(site, name, label);
        self.changed();
    }

    /// Does what an account does that removes the app: all its grants and tokens end. Takes a short name
    /// (`mia`) or an account id. Does nothing if there is no such account.
    pub fn revoke_grants(&self, account: &str) {
        self.shared.state().revoke_grants(account);
        self.changed();
    }

    /// Does what an account does that revokes the API tokens and personal access tokens it made. Takes a
    /// short name (`mia`) or an account id. Does nothing if there is no such account.
    pub fn revoke_tokens(&self, account: &str) {
        self.shared.state().revoke_tokens(account);
        self.changed();
    }

    /// Lets every access token expire now.
    pub fn expire_access_tokens(&self) {
        self.shared.state().expire_access_tokens();
        self.changed();
    }

    /// Gives an app a new secret; the old one is refused from now on. Does nothing if there is no such app.
    pub fn rotate_secret(&self, client_id: &str, new_secret: &str) {
        consent::rotate_secret(&mut self.shared.state(), client_id, new_secret);
    }

    /// Does what a person does at the authorize URL: picks `account` (a short name) and `sites` (hosts; all
    /// of them if `None`), and accepts. Gives the callback URL with its code.
    ///
    /// ```
    /// use atlassian_sandbox::{App, Options, Sandbox};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start(Options::default()).await?;
    /// sandbox.add_redirect_uri("sandbox-client", "http://localhost:8080/callback");
    /// let authorize = format!(
    ///     "{}/authorize?audience=api.atlassian.com&client_id=sandbox-client&response_type=code\
    ///      &prompt=consent&scope=read%3Ajira-work&state=abc&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcallback",
    ///     sandbox.base_url()
    /// );
    ///
    /// let callback = sandbox.consent(&authorize, "mia", Some(&["acme.atlassian.net"])).await?;
    /// assert!(callback.starts_with("http://localhost:8080/callback?code="));
    /// assert!(callback.ends_with("&state=abc"));
    ///
    /// let wrong = authorize.replace("read%3Ajira-work", "admin");
    /// let refused = sandbox.consent(&wrong, "mia", None).await.unwrap_err();
    /// assert_eq!(refused.to_string(), "The requested scope is not enabled for this app: admin");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The person would see an error page: the request is wrong, or the account cannot use any of the sites.
    #[expect(
        clippy::unused_async,
        reason = "stands for a person in a browser; callers await it like every other step"
    )]
    pub async fn consent(
        &self,
        authorize_url: &str,
        account: &str,
        sites: Option<&[&str]>,
    ) -> Result<String, ConsentError> {
        let result = consent::accept(&mut self.shared.state(), authorize_url, account, sites);
        self.changed();
        result
    }

    /// Like [`Sandbox::consent`], for a person who cancels. Gives the callback URL with its error.
    ///
    /// # Errors
    ///
    /// The person would see an error page, because the request is wrong.
    #[expect(
        clippy::unused_async,
        reason = "stands for a person in a browser; callers await it like every other step"
    )]
    pub async fn decline(&self, authorize_url: &str) -> Result<String, ConsentError> {
        consent::decline(&mut self.shared.state(), authorize_url)
    }

    /// There is something to be written to the state file.
    fn changed(&self) {
        self.shared.dirty.store(true, Ordering::Release);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(file) = &self.state_file {
            // Nobody is left to hear about a failure; the periodic saver has already warned.
            let _ = state_file::store(file, &self.shared);
        }
    }
}

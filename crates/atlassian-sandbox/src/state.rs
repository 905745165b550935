//! Everything the running sandbox knows, and the view a single API call gets of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::clock;
use crate::faults::{ActiveFault, Fault, JournalEntry};
use crate::oauth::Grants;
use crate::options::{App, NewPerson};
use crate::points::Points;
use crate::random::TokenSource;
use crate::token_uses::TokenUses;
use crate::wire::{Answer, Call, Reply};
use crate::world::{Account, Project, Site, Space, World};

/// Deviations that have been seen in the field, each off unless it is set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, one per observed deviation"
)]
pub struct Behaviour {
    /// An expired access token is answered with 404 on Confluence v2 paths and 403 on v1 paths instead of 401.
    pub expired_quirk: bool,
    /// A refresh answers without `refresh_token`; the one sent stays valid.
    pub omit_refresh_token: bool,
    /// `expires_in` is a string.
    pub string_expires_in: bool,
    /// `token_type` is absent.
    pub omit_token_type: bool,
    /// `scope` is absent.
    pub omit_scope: bool,
    /// A refresh ends all earlier access tokens of the family at once.
    pub refresh_kills_access: bool,
    /// The search index lags behind by so many seconds: younger issues are found only through `reconcileIssues`,
    /// and whatever is younger in Confluence not at all.
    pub index_lag_seconds: u32,
    /// Every answer of a product says that less than a fifth of the quota is left.
    pub near_limit: bool,
    /// How many points an app has in an hour; 0 means 65,000.
    pub points_per_hour: u32,
    /// Answers do not say how many points are left, as those of some apps do not.
    pub silent_quota: bool,
    /// Confluence does not finish a list of more than so many entries at once in time (504); 0 means any.
    pub largest_list: u32,
    /// Addresses in answers, and those of files, are the sandbox's own instead of Atlassian's: for clients that
    /// follow them and are to meet nobody else.
    pub own_addresses: bool,
    /// A consent replaces the sites of the one before, as for an app that is limited to some sites; else it adds to them.
    pub consents_replace_sites: bool,
    /// Lifetime of new access tokens in seconds; 0 means 3600.
    pub access_token_seconds: u32,
    /// What the Data Center host calls itself in its answers: scheme, host and context path of its own settings, as one
    /// behind a proxy does. Empty means the address that it is called by.
    pub data_center_name: String,
}

/// The part of the state that survives a restart.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub(crate) world: World,
    pub(crate) grants: Grants,
    pub(crate) clock_offset: i64,
    #[serde(default)]
    pub(crate) secrets: BTreeMap<String, String>,
    /// Accounts whose API tokens and personal access tokens were revoked.
    #[serde(default)]
    pub(crate) without_tokens: BTreeSet<String>,
    /// The Data Center host, a world of its own with one site.
    #[serde(default = "untouched_data_center")]
    pub(crate) data_center: World,
}

/// For a state that was saved before there was one.
fn untouched_data_center() -> World {
    World::data_center(clock::system_time())
}

/// All state behind the one lock.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) base_url: String,
    pub(crate) apps: Vec<App>,
    pub(crate) saved: Saved,
    pub(crate) behaviour: Behaviour,
    pub(crate) token_source: TokenSource,
    pub(crate) faults: Vec<ActiveFault>,
    pub(crate) journal: VecDeque<(u64, JournalEntry)>,
    /// What no document of Atlassian's describes in the calls so far.
    pub(crate) objections: Vec<String>,
    pub(crate) token_calls: usize,
    pub(crate) refresh_calls: usize,
    pub(crate) token_uses: TokenUses,
    pub(crate) points: Points,
}

impl State {
    pub(crate) fn new(apps: Vec<App>, saved: Option<Saved>) -> std::io::Result<Self> {
        let saved = saved.unwrap_or_else(|| Saved {
            world: World::seeded(clock::system_time()),
            grants: Grants::default(),
            clock_offset: 0,
            secrets: BTreeMap::new(),
            without_tokens: BTreeSet::new(),
            data_center: untouched_data_center(),
        });
        let mut apps = apps;
        for app in &mut apps {
            if let Some(secret) = saved.secrets.get(&app.client_id) {
                app.client_secret.clone_from(secret);
            }
        }
        Ok(Self {
            base_url: String::new(),
            apps,
            saved,
            behaviour: Behaviour::default(),
            token_source: TokenSource::new()?,
            faults: Vec::new(),
            journal: VecDeque::new(),
            objections: Vec::new(),
            token_calls: 0,
            refresh_calls: 0,
            token_uses: TokenUses::default(),
            points: Points::default(),
        })
    }

    /// The sandbox's own time in milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        clock::system_time() + self.saved.clock_offset
    }

    pub(crate) fn app(&self, client_id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }

    pub(crate) fn clear_journal(&mut self) {
        self.journal.clear();
        (self.token_calls, self.refresh_calls) = (0, 0);
    }

    pub(crate) fn add_fault(&mut self, fault: Fault) {
        self.faults.push(ActiveFault {
            left: fault.times,
            fault,
        });
    }

    /// Ends all grants of an account; `None` if there is none of this name or id.
    pub(crate) fn revoke_grants(&mut self, account: &str) -> Option<()> {
        let id = self.saved.world.account(account)?.id.clone();
        self.saved.grants.revoke(&id);
        Some(())
    }

    /// Ends all tokens that an account made for itself, on the cloud and on the Data Center host; `None`
    /// if there is no account of this name or id.
    pub(crate) fn revoke_tokens(&mut self, account: &str) -> Option<()> {
        let id = self.saved.world.account(account)?.id.clone();
        self.saved.without_tokens.insert(id);
        let elsewhere = self.saved.data_center.account(account);
        let elsewhere = elsewhere.map(|account| account.id.clone());
        self.saved.without_tokens.extend(elsewhere);
        Some(())
    }

    pub(crate) fn expire_access_tokens(&mut self) {
        let now = self.now();
        self.saved.grants.expire_access(now);
    }

    /// Fills a site of the cloud or of the Data Center host; `None` if there is none of this name.
    pub(crate) fn crowd(&mut self, site: &str, projects: u64, pages: u64) -> Option<()> {
        let saved = &mut self.saved;
        let worlds = [&mut saved.world, &mut saved.data_center];
        worlds
            .into_iter()
            .find_map(|world| world.crowd(site, projects, pages))
    }

    /// Adds somebody to a site of the cloud or to the Data Center host; `None` if there is none of this name.
    pub(crate) fn add_person(&mut self, site: &str, person: &NewPerson) -> Option<()> {
        let saved = &mut self.saved;
        let worlds = [&mut saved.world, &mut saved.data_center];
        worlds
            .into_iter()
            .find_map(|world| world.add_person(site, person))
    }

    pub(crate) fn rename_site(&mut self, site: &str, name: &str, label: &str) -> Option<()> {
        let host = format!("{site}.atlassian.net");
        let mut sites = self.saved.world.sites.iter_mut();
        let known = sites.find(|known| known.host == site || known.host == host)?;
        name.clone_into(&mut known.name);
        known.host = format!("{label}.atlassian.net");
        Some(())
    }
}

/// Who is calling: an account or nobody, and how far the credential reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// `None` is an anonymous call.
    pub(crate) account: Option<String>,
    /// `None` is a classic token, which has no scopes.
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) oauth: bool,
    /// What a site says about a call that it serves as nobody's, in `X-Seraph-LoginReason`.
    pub(crate) login_reason: Option<&'static str>,
}

/// One API call at one site.
pub(crate) struct SiteRequest<'a> {
    pub(crate) site: &'a mut Site,
    pub(crate) accounts: &'a [Account],
    pub(crate) next_id: &'a mut u64,
    pub(crate) behaviour: &'a Behaviour,
    /// `http://127.0.0.1:PORT` of the sandbox.
    pub(crate) own_address: &'a str,
    pub(crate) call: &'a Call,
    pub(crate) caller: Caller,
    pub(crate) now: i64,
}

impl<'a> SiteRequest<'a> {
    pub(crate) fn method(&self) -> &'a str {
        &self.call.method
    }

    /// A new id, unique on all sites.
    pub(crate) fn new_id(&mut self) -> u64 {
        *self.next_id += 1;
        *self.next_id
    }

    /// Runs the handler for a caller that has one of the scopes; anonymous callers pass.
    pub(crate) fn open(
        &mut self,
        any_scope: &[&str],
        handler: impl FnOnce(&mut Self) -> Answer,
    ) -> Answer {
        let allowed = self.caller.scopes.as_ref().is_none_or(|held| {
            any_scope.is_empty()
                || any_scope.iter().any(|set| {
                    set.split(' ')
                        .all(|scope| held.iter().any(|own| own == scope))
                })
        });
        if allowed {
            handler(self)
        } else {
            Err(scope_mismatch())
        }
    }

    /// Like [`SiteRequest::open`], but somebody must have been recognised.
    pub(crate) fn with(
        &mut self,
        any_scope: &[&str],
        handler: impl FnOnce(&mut Self) -> Answer,
    ) -> Answer {
        if self.caller.account.is_none() {
            return Err(Reply::json(
                401,
                &serde_json::json!({"message": "Client must be authenticated to access this resource.", "status-code": 401}),
            )
            .with("www-authenticate", "OAuth realm=\"https%3A%2F%2Facme.atlassian.net\""));
        }
        self.open(any_scope, handler)
    }

    /// What the addresses of Jira's things begin with: the gateway's for OAuth, the site's for API tokens.
    pub(crate) fn address(&self) -> String {
        let own = self.behaviour.own_addresses.then_some(self.own_address);
        let cloud_id = &self.site.cloud_id;
        if self.caller.oauth || (own.is_some() && self.call.path.starts_with("/ex/")) {
            let gateway = own.unwrap_or("https://api.atlassian.com");
            return format!("{gateway}/ex/jira/{cloud_id}");
        }
        let host = &self.site.host;
        match own {
            Some(own) => format!("{own}/sites/{host}"),
            None => format!("https://{host}"),
        }
    }

    /// The caller's account id, empty for an anonymous call.
    pub(crate) fn me(&self) -> String {
        self.caller.account.clone().unwrap_or_default()
    }

    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// The time zone of whoever asks, in which the times of a query are read.
    pub(crate) fn zone(&self) -> &str {
        let me = self
            .caller
            .account
            .as_deref()
            .and_then(|me| self.account(me));
        me.map_or("Etc/UTC", |me| me.time_zone.as_str())
    }

    pub(crate) fn sees_project(&self, project: &Project) -> bool {
        self.caller
            .account
            .as_ref()
            .is_some_and(|me| project.readers.is_empty() || project.readers.contains(me))
    }

    pub(crate) fn writes_project(&self, project: &Project) -> bool {
        self.sees_project(project)
            && (project.writers.is_empty() || project.writers.contains(&self.me()))
    }

    pub(crate) fn sees_space(&self, space: &Space) -> bool {
        self.caller
            .account
            .as_ref()
            .is_some_and(|me| space.readers.is_empty() || space.readers.contains(me))
    }

    pub(crate) fn writes_space(&self, space: &Space) -> bool {
        self.sees_space(space) && (space.writers.is_empty() || space.writers.contains(&self.me()))
    }
}

/// The gateway's answer to a token without the right scope.
pub(crate) fn scope_mismatch() -> Reply {
    Reply::gateway(401, "Unauthorized; scope does not match")
}

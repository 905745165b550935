//! Outbound: the only module that calls Atlassian.

pub(crate) mod access;
mod address;
pub(crate) mod client_documents;
pub(crate) mod confluence;
pub(crate) mod cql;
mod credential_check;
mod cursor;
mod data_center;
pub(crate) mod download;
pub(crate) mod effects;
pub(crate) mod endpoints;
pub(crate) mod error;
mod error_body;
mod fetched;
mod gates;
pub(crate) mod identity;
pub(crate) mod jira;
pub(crate) mod jql;
mod json;
mod key_limits;
mod led_to;
mod lenient;
mod listed;
mod measured;
pub(crate) mod named_call;
pub(crate) mod oauth;
mod page_sizes;
pub(crate) mod passing;
pub(crate) mod people;
mod points;
pub(crate) mod probe;
mod prose;
mod proxy;
pub(crate) mod query;
mod recent_writes;
mod request;
mod resolver;
mod retries;
mod shaped_list;
mod site_client;
mod storable;
mod token_endpoint;
mod verdict;
mod whole_lists;
mod zones;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::model::clock::SharedClock;
use crate::model::outbound_proxy::OutboundProxy;
use crate::model::points::{AppPoints, PointLimits, PointTotals};
use crate::model::product::Product;
use crate::work::meter::Meter;
use access::SiteAccess;
use data_center::ByIds;
use endpoints::Endpoints;
use gates::Gates;
use page_sizes::PageSizes;
use passing::{AnnouncedBases, KnownAddresses};
use points::Points;
use recent_writes::RecentWrites;
use retries::RetryBudget;
use zones::Zones;

pub(crate) use cursor::CursorTrail;
pub(crate) use error_body::scrubbed;
pub(crate) use site_client::SiteClient;
pub(crate) use whole_lists::{CONFLUENCE_AT_ONCE, PROJECTS_AT_ONCE};

/// How we name ourselves. Jira refuses writes from anything that looks like a browser with `XSRF check
/// failed`, whatever the credential (stablyai/orca#5957).
const USER_AGENT: &str = concat!("integration-backend/", env!("CARGO_PKG_VERSION"));
/// A packet that got lost is sent again after one second (RFC 6298, section 2.1): who has not answered that one
/// either is not there, and the time is better spent on another try.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The outbound client could not be built.
#[derive(Debug, thiserror::Error)]
#[error("the outbound HTTP client could not be built: {}", causes(.0))]
pub(crate) struct ClientError(#[from] reqwest::Error);

/// An error with all that led to it: reqwest's own sentence names no cause.
fn causes(error: &reqwest::Error) -> String {
    let mut told = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        told = format!("{told}: {cause}");
        source = cause.source();
    }
    told
}

/// Atlassian, as we call it: one pooled client for everything.
#[derive(Debug, Clone)]
pub(crate) struct Atlassian {
    http: reqwest::Client,
    endpoints: Arc<Endpoints>,
    permits: Arc<Semaphore>,
    /// For requests that bring a file, which may take long.
    upload_permits: Arc<Semaphore>,
    gates: Arc<Gates>,
    retries: Arc<RetryBudget>,
    points: Arc<Points>,
    space_keys: Arc<ByIds>,
    /// By the keys of people in Confluence.
    user_names: Arc<ByIds>,
    page_sizes: Arc<PageSizes>,
    recent_writes: Arc<RecentWrites>,
    known_addresses: Arc<KnownAddresses>,
    announced_bases: Arc<AnnouncedBases>,
    zones: Arc<Zones>,
    timeout: Duration,
    meter: Meter,
}

/// What the operator sets for outbound calls.
#[derive(Debug, Clone)]
pub(crate) struct OutboundLimits {
    /// The longest a single call may take.
    pub timeout: Duration,
    /// How many calls may be under way at once.
    pub concurrency: usize,
    /// The points an hour of each app; none: they are not counted.
    pub points: Option<PointLimits>,
    /// The proxy they go through.
    pub proxy: Option<OutboundProxy>,
}

impl Atlassian {
    /// Builds the client. Redirects are never followed, and names must not resolve to private
    /// addresses unless the operator named the host.
    ///
    /// # Errors
    /// When the TLS configuration cannot be set up.
    pub(crate) fn new(
        endpoints: Endpoints,
        limits: &OutboundLimits,
        clock: SharedClock,
    ) -> Result<Self, ClientError> {
        // Installing twice (as tests do) fails harmlessly: the first one stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let proxy = limits.proxy.as_ref();
        let mut private_hosts: Vec<String> =
            endpoints.operator_hosts().map(str::to_owned).collect();
        private_hosts.extend(proxy.and_then(OutboundProxy::host));
        // Only the settings count, which read the environment too; not what else a library finds there.
        let mut http = reqwest::Client::builder().no_proxy();
        if let Some(proxy) = proxy {
            http = http.proxy(proxy.client_proxy()?);
        }
        let http = http
            .user_agent(USER_AGENT)
            // A redirect would carry the credential to wherever an answer points.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(limits.timeout)
            .pool_idle_timeout(Duration::from_mins(1))
            .dns_resolver(Arc::new(resolver::PublicResolver::new(private_hosts)))
            .build()?;
        Ok(Self {
            http,
            endpoints: Arc::new(endpoints),
            permits: Arc::new(Semaphore::new(limits.concurrency)),
            upload_permits: Arc::new(Semaphore::new(limits.concurrency)),
            gates: Arc::new(Gates::new(clock.clone())),
            retries: Arc::new(RetryBudget::new(clock.clone())),
            points: Arc::new(Points::new(limits.points, clock.clone())),
            space_keys: Arc::default(),
            user_names: Arc::default(),
            page_sizes: Arc::new(PageSizes::new(clock.clone())),
            recent_writes: Arc::new(RecentWrites::new(clock.clone())),
            known_addresses: Arc::default(),
            announced_bases: Arc::new(AnnouncedBases::new(clock.clone())),
            zones: Arc::new(Zones::new(clock)),
            timeout: limits.timeout,
            meter: Meter::default(),
        })
    }

    /// The same client, telling `meter` how its calls go.
    #[must_use]
    pub(crate) fn measured(self, meter: Meter) -> Self {
        Self { meter, ..self }
    }

    /// Whether the operator (still) lists the Data Center at this address.
    pub(crate) fn lists_data_center(&self, address: &str) -> bool {
        self.endpoints.data_centers().parse(address).is_ok()
    }

    /// How long work that can wait should leave a product in peace: the quota that pays for it is used up
    /// or nearly so.
    pub(crate) fn quota_pause(&self, access: &SiteAccess, product: Product) -> Option<Duration> {
        self.gates.patience(&access.payer(), product.as_str())
    }

    /// How the points of each app stand, with so many of the sites that cost most.
    pub(crate) fn points(&self, sites: usize) -> Vec<AppPoints> {
        self.points.stand(sites)
    }

    /// The points that calls have cost since the process started, and the calls that found none.
    pub(crate) fn point_totals(&self) -> PointTotals {
        self.points.totals()
    }

    /// Where Atlassian is.
    pub(crate) fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }
}

//! `check`: looks at an installation as its operator would, and says what to change where.
//!
//! It opens the store as the service does, also beside a running one, and makes real calls through the
//! same services. It changes nothing at Atlassian; `--refresh` renews one login by the usual protocol.

mod address;
mod advice;
mod atlassian;
mod connections;
mod mistakes;
mod oauth_app;
mod report;
mod service_account;
mod settings;
mod store;
mod vault;

pub use report::{Finding, Mark, Report, Section};

use crate::app::App;
use crate::config::Settings;
use crate::model::clock::SharedClock;
use crate::model::ids::TenantId;
use crate::model::owner::Owner;
use crate::model::principal::operators_view;
use crate::model::product::{Product, Provider};
use crate::model::scope::Scope;

/// What is to be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Target {
    /// Jira and its login.
    Jira,
    /// Confluence and its login.
    Confluence,
    /// Everything.
    All,
}

impl Target {
    fn products(self) -> &'static [Product] {
        match self {
            Self::Jira => &[Product::Jira],
            Self::Confluence => &[Product::Confluence],
            Self::All => &Product::ALL,
        }
    }

    fn logins(self) -> &'static [Provider] {
        match self {
            Self::Jira => &[Provider::Atlassian, Provider::Jira],
            Self::Confluence => &[Provider::Atlassian, Provider::Confluence],
            Self::All => &[Provider::Atlassian, Provider::Jira, Provider::Confluence],
        }
    }

    fn includes_confluence(self) -> bool {
        self != Self::Jira
    }
}

/// What the operator typed.
#[derive(Debug, Clone, Copy)]
pub struct CheckRequest<'a> {
    /// What is to be checked.
    pub target: Target,
    /// The namespace of the connections.
    pub tenant: &'a str,
    /// Whose connections; none: `local` in open mode, else `service`.
    pub owner: Option<&'a str>,
    /// Whether a login is to be renewed now.
    pub refresh: bool,
}

impl CheckRequest<'_> {
    /// Whether the operator named whose connections are meant, which then have to be there.
    fn names_somebody(&self) -> bool {
        self.owner.is_some() || self.tenant != TenantId::default().as_str()
    }
}

/// Whose connections are tried, and how.
struct CheckContext<'a> {
    scope: Scope,
    target: Target,
    refresh: bool,
    /// Whether the operator named the namespace or the owner.
    is_named: bool,
    /// Our public address.
    public: &'a str,
}

/// What is wrong, or looks wrong, in the settings alone: nobody is asked, and no store is opened.
pub(crate) fn of_settings(settings: &Settings) -> Vec<Finding> {
    let mut report = Report::default();
    report.push(mistakes::check(settings));
    report.push(address::check(settings));
    report.push(oauth_app::of_settings(settings));
    let wrong = |finding: &&Finding| finding.mark >= Mark::Warning;
    report.findings().filter(wrong).cloned().collect()
}

/// Checks everything that can be checked, one thing after another.
///
/// # Errors
/// With one line when an argument is wrong or the outbound client cannot be built.
pub async fn run(
    settings: &Settings,
    clock: SharedClock,
    request: &CheckRequest<'_>,
) -> Result<Report, String> {
    let tenant = TenantId::parse(request.tenant).map_err(|error| format!("--tenant: {error}"))?;
    let owner = request
        .owner
        .map_or_else(|| settings.access.mode.own_owner(), Owner::from_text);
    let context = CheckContext {
        scope: operators_view(owner, tenant),
        target: request.target,
        refresh: request.refresh,
        is_named: request.names_somebody(),
        public: settings.listener.public_base_url.text(),
    };
    let diagnosis = App::diagnosis(settings, clock.clone()).map_err(|error| error.to_string())?;
    let mut report = Report::default();
    report.push(settings::list(settings));
    report.push(mistakes::check(settings));
    report.push(address::check(settings));
    let (section, app) = Box::pin(store::check(settings, clock)).await;
    report.push(section);
    let (section, reached) = atlassian::check(settings, &diagnosis).await;
    report.push(section);
    report.push(oauth_app::check(settings, &diagnosis, request.target, reached).await);
    let mut was_tried = false;
    if request.target != Target::Confluence {
        let app = app.as_ref();
        let (section, tried) =
            Box::pin(service_account::check(settings, &diagnosis, app, reached)).await;
        report.push(section);
        was_tried = tried;
    }
    match &app {
        Some(app) if reached => {
            let (sections, has_connection) = Box::pin(connections::check(app, &context)).await;
            for section in sections {
                report.push(section);
            }
            report.is_without_calls = !has_connection && !was_tried;
        }
        // What was not reached is said already.
        _ if !reached || was_tried || request.target == Target::All => {}
        _ => report.push(nothing_tried(request.target)),
    }
    if let Some(app) = app {
        app.close().await;
    }
    Ok(report)
}

/// Who asks for one product wants to hear that it works; silence would say that it does.
fn nothing_tried(target: Target) -> Section {
    let advice = match target {
        Target::Jira => {
            "start the service and log in, or set JIRA_USERNAME and JIRA_API_TOKEN and the site (ATLASSIAN_CLOUD_BASE_URL or JIRA_BASE_URL)"
        }
        Target::All | Target::Confluence => "start the service and log in",
    };
    let mut section = Section::new(String::from("Calls"));
    let text = "none was made: the store could not be opened, so there is no connection to try";
    section.problem("calls", text, advice);
    section
}

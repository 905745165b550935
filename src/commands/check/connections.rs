//! Real calls through one owner's connections, as the handlers make them.

use super::advice::add_failure;
use super::report::{Mark, Section};
use super::{CheckContext, Target};
use crate::app::App;
use crate::model::connection::{Connected, ConnectionStatus};
use crate::model::content::SpaceFilter;
use crate::model::grant::AuthMethod;
use crate::model::owner::Owner;
use crate::model::page::PageRequest;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::issues::SearchRequest;
use crate::service::tools::uncovered;

/// One section for each product, and whether there was a connection to look at.
pub(super) async fn check(app: &App, context: &CheckContext<'_>) -> (Vec<Section>, bool) {
    let mut sections = Vec::new();
    let mut is_connected = false;
    for product in context.target.products() {
        let owner = context.scope.owner().as_str();
        let tenant = context.scope.tenant().as_str();
        let title = format!("{} as {owner}, tenant {tenant}", product.title());
        let mut section = Section::new(title);
        let found = app
            .services()
            .connections
            .view(&context.scope, *product)
            .await;
        match found {
            Ok(view) => match view.connected {
                Some(connected) => {
                    is_connected = true;
                    let connection = ConnectionCheck {
                        app,
                        context,
                        product: *product,
                        connected: &connected,
                    };
                    connection.examine(view.status, &mut section).await;
                }
                None => not_connected(app, context, *product, &mut section).await,
            },
            Err(error) => add_failure(&mut section, "connection", &error, *product, context.public),
        }
        sections.push(section);
    }
    if context.is_named && context.target == Target::All && !is_connected {
        sections.push(nobody(context));
    }
    (sections, is_connected)
}

/// Who names a namespace or an owner means connections that are there; silence would say that they work.
fn nobody(context: &CheckContext<'_>) -> Section {
    let owner = context.scope.owner().as_str();
    let tenant = context.scope.tenant().as_str();
    let mut section = Section::new("Calls");
    section.problem(
        "calls",
        format!("none was made: {owner} has no connection in the tenant {tenant}"),
        "look at --tenant and --as: connections belong to one owner in one tenant",
    );
    section
}

async fn not_connected(
    app: &App,
    context: &CheckContext<'_>,
    product: Product,
    section: &mut Section,
) {
    let title = product.title();
    let logged_in = app
        .services()
        .connections
        .oauth_product(&context.scope)
        .await;
    if let Ok(other) = logged_in
        && came_by_oauth(app, context, other).await
    {
        section.problem(
            "connection",
            format!("this login reaches {} but no site with {title}: the app lacks scopes for it, or the account has no access", other.title()),
            format!("give the account access to {title} at https://admin.atlassian.com (Directory -> Users), look at Permissions in the console, then log in again"),
        );
        return;
    }
    let public = context.public;
    let advice = match context.scope.owner() {
        Owner::Local => {
            format!(
                "open {public}/login, or set JIRA_USERNAME and JIRA_API_TOKEN and the site (ATLASSIAN_CLOUD_BASE_URL or JIRA_BASE_URL)"
            )
        }
        Owner::Service => String::from(
            "set JIRA_USERNAME and JIRA_API_TOKEN and the site (ATLASSIAN_CLOUD_BASE_URL or JIRA_BASE_URL), or send a key of keys create --as service with POST /auth/{jira,confluence}/api-token; to check a person's connection: --as <their id at /auth/session>",
        ),
        Owner::Person(_) => {
            format!("they log in at {public}/login; their id stands in /auth/session as user.id")
        }
    };
    let mark = match context.target {
        Target::All => Mark::Note,
        Target::Jira | Target::Confluence => Mark::Problem,
    };
    let text = "not connected: no call was made";
    section.add(mark, "connection", text, Some(advice));
}

/// Whether a product is connected by a login with Atlassian, which asks for both products. A token belongs to one.
async fn came_by_oauth(app: &App, context: &CheckContext<'_>, product: Product) -> bool {
    let connections = &app.services().connections;
    let view = connections.view(&context.scope, product).await;
    let connected = view.ok().and_then(|view| view.connected);
    connected.is_some_and(|connected| connected.grant.method == AuthMethod::OAuth)
}

/// One connection under examination.
struct ConnectionCheck<'a> {
    app: &'a App,
    context: &'a CheckContext<'a>,
    product: Product,
    connected: &'a Connected,
}

impl ConnectionCheck<'_> {
    async fn examine(&self, status: ConnectionStatus, section: &mut Section) {
        let public = self.context.public;
        let login = format!("log in again at {public}/login");
        match status {
            // One whose calls are refused is tried below: perhaps it is taken again.
            ConnectionStatus::ReauthRequired if !self.connected.is_refused() => {
                let problem = self.connected.grant.problem();
                let text = problem
                    .unwrap_or_else(|| String::from("Atlassian no longer accepts this login"));
                section.problem("connection", text, login);
                return;
            }
            ConnectionStatus::NeedsSite => {
                let advice =
                    format!("set ATLASSIAN_CLOUD_BASE_URL, or choose one at {public}/connected");
                section.warning(
                    "connection",
                    "the login reaches several sites and none is chosen",
                    advice,
                );
                return;
            }
            _ => self.token(section),
        }
        if self.context.refresh {
            self.refresh(section).await;
        }
        if self.connected.grant.method == AuthMethod::OAuth {
            self.sites(section).await;
        }
        let works = self.account(section).await;
        match self.product {
            _ if !works => {}
            Product::Jira => self.jira(section).await,
            Product::Confluence => self.confluence(section).await,
        }
    }

    fn token(&self, section: &mut Section) {
        let grant = &self.connected.grant;
        let site = self.connected.connection.site.as_ref();
        let site = site.map_or("", |site| site.url.as_str());
        let method = match grant.method {
            AuthMethod::OAuth => "login with Atlassian",
            AuthMethod::ApiToken => "API token",
            AuthMethod::Pat => "personal access token",
        };
        section.ok("connection", format!("{method}, {site}"));
        let Some(expires_at) = grant.expires_at else {
            section.ok(
                "token",
                "has no known end; Atlassian ends it on the day chosen when it was made",
            );
            return;
        };
        if grant.refresh_token.is_none() {
            section.warning(
                "token",
                format!("expires at {expires_at} and cannot be renewed: there is no refresh token"),
                format!(
                    "add offline_access to ATLASSIAN_SCOPES, then log in again at {}/login",
                    self.context.public
                ),
            );
        } else {
            let renewed = grant
                .refreshed_at
                .map_or_else(String::new, |at| format!(", renewed at {at}"));
            section.ok("token", format!("expires at {expires_at}{renewed}"));
        }
        let missing = self
            .app
            .services()
            .connections
            .ungranted_scopes(grant, self.product);
        if !missing.is_empty() {
            section.warning(
                "scopes",
                format!("this login does not have {}", missing.join(" ")),
                "enable them in the console under Permissions, then log in again: scopes are granted at the login",
            );
        }
        self.tools(section);
    }

    /// Which tools for agents this login does not cover.
    fn tools(&self, section: &mut Section) {
        let uncovered = uncovered(self.product, &self.connected.grant.scopes);
        if uncovered.is_empty() || self.connected.grant.method != AuthMethod::OAuth {
            return;
        }
        let each = uncovered
            .iter()
            .map(|one| format!("{} ({})", one.tool, one.missing.join(" ")));
        section.note(
            "tools",
            format!(
                "this login does not cover {}",
                each.collect::<Vec<_>>().join(", ")
            ),
        );
    }

    async fn refresh(&self, section: &mut Section) {
        if self.connected.grant.method != AuthMethod::OAuth {
            section.note(
                "refresh",
                "only a login with Atlassian can be renewed, not this token",
            );
            return;
        }
        let connections = &self.app.services().connections;
        match connections.refresh(self.scope(), self.product).await {
            Ok(renewed) => section.ok(
                "refresh",
                format!("works; the token lives for {} seconds", renewed.expires_in),
            ),
            Err(error) => self.explain("refresh", &error, section),
        }
    }

    async fn sites(&self, section: &mut Section) {
        match self.app.services().connections.resources(self.scope()).await {
            Ok(sites) if sites.is_empty() => section.problem(
                "sites",
                "this login reaches no site any more",
                format!("give the account access to a site at https://admin.atlassian.com, then log in again at {}/login", self.context.public),
            ),
            Ok(sites) => {
                let urls: Vec<&str> = sites.iter().map(|one| one.site.url.as_str()).collect();
                section.ok("sites", urls.join(" "));
            }
            Err(error) => self.explain("sites", &error, section),
        }
    }

    async fn account(&self, section: &mut Section) -> bool {
        let connections = &self.app.services().connections;
        let known = &self.connected.grant.account;
        match connections
            .current_account(self.scope(), self.product)
            .await
        {
            Ok(now) => {
                let account = now.as_ref().unwrap_or(known);
                let name = account
                    .display_name
                    .as_deref()
                    .or(known.display_name.as_deref());
                section.ok("account", name.unwrap_or(&account.account_id));
                true
            }
            Err(error) => {
                self.explain("account", &error, section);
                false
            }
        }
    }

    async fn jira(&self, section: &mut Section) {
        let issues = &self.app.services().issues;
        let few = few();
        match issues.projects(self.scope(), &few, None).await {
            Ok(page) if page.items.is_empty() => {
                self.sees_none("projects", "Browse projects", section);
            }
            Ok(page) => {
                let keys = page.items.iter().map(|one| one.value.key.as_str());
                section.ok("projects", listed(keys, page.next.is_some()));
            }
            Err(error) => self.explain("projects", &error, section),
        }
        match issues
            .search(self.scope(), &SearchRequest::default(), &few)
            .await
        {
            Ok(page) => {
                let keys = page.items.iter().map(|one| one.value.id.as_str());
                section.ok("issues", listed(keys, page.next.is_some()));
            }
            Err(error) => self.explain("issues", &error, section),
        }
    }

    async fn confluence(&self, section: &mut Section) {
        let pages = &self.app.services().pages;
        match pages
            .spaces(self.scope(), &SpaceFilter::default(), &few())
            .await
        {
            Ok(page) if page.items.is_empty() => self.sees_none("spaces", "View", section),
            Ok(page) => {
                let keys = page.items.iter().map(|one| one.value.key.as_str());
                section.ok("spaces", listed(keys, page.next.is_some()));
            }
            Err(error) => self.explain("spaces", &error, section),
        }
        match pages
            .search(self.scope(), &SearchRequest::default(), &few())
            .await
        {
            Ok(page) => {
                let titles = page.items.iter().map(|one| one.value.title.as_str());
                section.ok("search", listed(titles, page.next.is_some()));
            }
            Err(error) => self.explain("search", &error, section),
        }
    }

    fn sees_none(&self, subject: &str, permission: &str, section: &mut Section) {
        section.warning(
            subject,
            "the call works, but the account sees none",
            format!(
                "give the account the permission {permission} in {}",
                self.product.title()
            ),
        );
    }

    fn explain(&self, subject: &str, error: &ServiceError, section: &mut Section) {
        add_failure(section, subject, error, self.product, self.context.public);
    }

    fn scope(&self) -> &Scope {
        &self.context.scope
    }
}

fn few() -> PageRequest {
    PageRequest {
        limit: 3,
        cursor: None,
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>, more: bool) -> String {
    let names: Vec<&str> = names.collect();
    let more = if more { ", …" } else { "" };
    if names.is_empty() {
        return String::from("the call works; there are none");
    }
    format!("{}{more}", names.join(", "))
}

//! The account for Jira in the settings: complete, accepted by Atlassian, and in use.

use super::advice::add_failure;
use super::report::Section;
use crate::app::App;
use crate::config::Settings;
use crate::model::product::Product;
use crate::service::authorization::service_account::Settled;

/// `app`: absent while the store cannot be opened; then the account is not tried.
pub(super) async fn check(settings: &Settings, app: Option<&App>, reached: bool) -> Section {
    let mut section = Section::new("Account of its own (JIRA_USERNAME)");
    let is_set = |name: &str| {
        let mut sources = settings.sources().iter();
        sources.any(|source| source.name == name && source.set_by.is_some())
    };
    if settings.upstream.jira_service_account.is_none() {
        for (set, missing) in [
            ("JIRA_USERNAME", "JIRA_API_TOKEN"),
            ("JIRA_API_TOKEN", "JIRA_USERNAME"),
        ] {
            if is_set(set) {
                let text = format!("{set} is set and {missing} is not: neither is used");
                section.warning("settings", text, format!("set {missing} too"));
            }
        }
        return section;
    }
    if settings.upstream.jira_site().is_none() {
        section.problem(
            "settings",
            "no site is named for it",
            "set JIRA_URL, such as https://acme.atlassian.net",
        );
        return section;
    }
    let (Some(app), true) = (app, reached) else {
        section.note("account", "not tried: it needs the database and Atlassian");
        return section;
    };
    let public = settings.listener.public_base_url.text();
    match app.services().authorization.settle_service_account().await {
        Ok(Settled::OwnersOwn) => section.warning(
            "account",
            "is not used: its owner has a connection to Jira of their own",
            "disconnect that one, or unset JIRA_USERNAME and JIRA_API_TOKEN",
        ),
        Ok(_) => section.ok("account", "is connected"),
        Err(error) => add_failure(&mut section, "account", &error, Product::Jira, public),
    }
    section
}

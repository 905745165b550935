//! The account for Jira in the settings: complete, accepted by Atlassian, and in use.

use super::advice::add_failure;
use super::report::Section;
use crate::app::App;
use crate::config::Settings;
use crate::model::product::Product;
use crate::service::authorization::service_account::Settled;
use crate::service::diagnosis::Diagnosis;

/// `app`: absent while the store cannot be opened; then the account is tried and not kept. Also tells whether
/// it was tried.
pub(super) async fn check(
    settings: &Settings,
    diagnosis: &Diagnosis,
    app: Option<&App>,
    reached: bool,
) -> (Section, bool) {
    let mut section = Section::new("Account of its own (JIRA_USERNAME)");
    let Some(account) = &settings.upstream.jira_service_account else {
        return (section, false);
    };
    if settings.upstream.jira_site().is_none() {
        section.problem(
            "settings",
            "no site is named for it",
            "set JIRA_URL, such as https://acme.atlassian.net",
        );
        return (section, false);
    }
    if !reached {
        section.note("account", "not tried: Atlassian is not reached");
        return (section, false);
    }
    let public = settings.listener.public_base_url.text();
    let Some(app) = app else {
        match diagnosis.account(account).await {
            Ok(known) => {
                let name = known.and_then(|known| known.display_name);
                let name = name.unwrap_or_else(|| account.email.clone());
                section.ok("account", format!("Jira accepts it, as {name}"));
            }
            Err(error) => add_failure(&mut section, "account", &error, Product::Jira, public),
        }
        return (section, true);
    };
    match app.services().authorization.settle_service_account().await {
        Ok(Settled::OwnersOwn) => section.warning(
            "account",
            "is not used: its owner has a connection to Jira of their own",
            "disconnect that one, or unset JIRA_USERNAME and JIRA_API_TOKEN",
        ),
        Ok(_) => section.ok("account", "is connected"),
        Err(error) => add_failure(&mut section, "account", &error, Product::Jira, public),
    }
    (section, true)
}

//! The people of the sites, and further ones: who has left, apps, customers of service desks.

use serde::{Deserialize, Serialize};

use super::World;
use crate::options::NewPerson;

/// A person; `short` is the name used by the sandbox's switches.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) short: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    /// Whether other people see the address.
    pub(crate) email_visible: bool,
    pub(crate) time_zone: String,
    pub(crate) job_title: String,
    /// Whether somebody still uses it.
    #[serde(default = "yes")]
    pub(crate) active: bool,
    /// `atlassian` for a person, `app` or `customer`.
    #[serde(default = "person_kind")]
    pub(crate) kind: String,
}

fn yes() -> bool {
    true
}

fn person_kind() -> String {
    "atlassian".to_owned()
}

impl World {
    /// Adds somebody to both products of a site. `None` if there is no such site.
    pub(crate) fn add_person(&mut self, host: &str, person: &NewPerson) -> Option<()> {
        let site = self
            .sites
            .iter_mut()
            .find(|site| site.host == host || site.host.split('.').next() == Some(host))?;
        let short = format!("newcomer-{}", self.accounts.len());
        // Customers' accounts say so (<https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/>).
        let id = match person.kind.as_str() {
            "customer" => format!("qm:0b6f7a20-4c1d-4bfb-9a06-0f5b3c8d9e01:{short}"),
            _ => format!("712020:{short}"),
        };
        site.jira_users.push(id.clone());
        site.confluence_users.push(id.clone());
        self.accounts.push(Account {
            email: format!("{short}@example.com"),
            short,
            id,
            name: person.name.clone(),
            email_visible: false,
            time_zone: "Etc/UTC".to_owned(),
            job_title: String::new(),
            active: person.active,
            kind: person.kind.clone(),
        });
        Some(())
    }
}

pub(super) fn accounts() -> Vec<Account> {
    let person =
        |short: &str, id: &str, name: &str, visible: bool, time_zone: &str, job_title: &str| {
            Account {
                short: short.to_owned(),
                id: id.to_owned(),
                name: name.to_owned(),
                email: format!("{short}@example.com"),
                email_visible: visible,
                time_zone: time_zone.to_owned(),
                job_title: job_title.to_owned(),
                active: true,
                kind: person_kind(),
            }
        };
    vec![
        person(
            "mia",
            "5b10ac8d82e05b22cc7d4ef5",
            "Mia Krystof",
            true,
            "Australia/Sydney",
            "Engineering Manager",
        ),
        person(
            "omar",
            "712020:8f1f8f0e-2d1a-4c53-9a55-6a8b7f1d3c20",
            "Omar Haddad",
            false,
            "Europe/Berlin",
            "Developer",
        ),
        person(
            "lea",
            "5f7c1a2b3d4e5f6071829304",
            "Léa Fontaine",
            true,
            "Europe/Paris",
            "Technical Writer",
        ),
    ]
}

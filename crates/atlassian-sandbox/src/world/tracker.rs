//! What Jira keeps around issues: work logs, links, watchers, sprints, releases, components, filters.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::World;

/// What people add to an issue beside its fields.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Around {
    pub(crate) worklogs: Vec<Worklog>,
    /// Account ids.
    pub(crate) watchers: Vec<String>,
    pub(crate) votes: Vec<String>,
    pub(crate) remote_links: Vec<RemoteLink>,
    pub(crate) sprint: Option<u64>,
    /// What apps keep with an issue, by key.
    pub(crate) properties: BTreeMap<String, Value>,
    /// Ids of the releases that mend it, and of those that have it.
    pub(crate) fix_versions: Vec<u64>,
    pub(crate) versions: Vec<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Worklog {
    pub(crate) id: u64,
    pub(crate) author: String,
    /// A document, or nothing.
    pub(crate) comment: Value,
    pub(crate) started: i64,
    pub(crate) seconds: u64,
    /// Who may read it, where that is not everybody.
    #[serde(default)]
    pub(crate) visibility: Option<Value>,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}

/// A link to something outside Jira; what was sent is what is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RemoteLink {
    pub(crate) id: u64,
    pub(crate) body: Value,
}

/// What a site has beside its projects and issues.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Tracker {
    pub(crate) links: Vec<IssueLink>,
    pub(crate) sprints: Vec<Sprint>,
    pub(crate) filters: Vec<Filter>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct IssueLink {
    pub(crate) id: u64,
    pub(crate) kind: String,
    /// The issue at the beginning of the arrow: the one that blocks.
    pub(crate) from: u64,
    pub(crate) to: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sprint {
    pub(crate) id: u64,
    pub(crate) board: u64,
    pub(crate) name: String,
    /// `future`, `active` or `closed`.
    pub(crate) state: String,
    pub(crate) goal: String,
    pub(crate) start: Option<i64>,
    pub(crate) end: Option<i64>,
    pub(crate) complete: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Filter {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) jql: String,
    pub(crate) owner: String,
    /// Whether everybody on the site may use it.
    pub(crate) is_shared: bool,
    pub(crate) favourite_of: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Component {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) lead: Option<String>,
}

/// A version of what a project makes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Release {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) is_archived: bool,
    pub(crate) is_released: bool,
    pub(crate) start: Option<String>,
    pub(crate) released: Option<String>,
}

/// The components of a seeded project.
pub(crate) fn components(project: u64, names: &[&str]) -> Vec<Component> {
    let numbered = (project * 100..).zip(names);
    numbered
        .map(|(id, name)| Component {
            id,
            name: (*name).to_owned(),
            description: None,
            lead: None,
        })
        .collect()
}

impl World {
    /// Gives ids to components that were saved when they had names only.
    pub(crate) fn number_components(&mut self) {
        let projects = self.sites.iter_mut().flat_map(|site| &mut site.projects);
        for project in projects {
            let ids = project.id * 100..;
            for (id, component) in ids.zip(&mut project.components) {
                if component.id == 0 {
                    component.id = id;
                }
            }
        }
    }
}

/// Components of a saved state; those of an older one have names only and get ids when it is loaded.
pub(crate) fn read_components<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Vec<Component>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Saved {
        Name(String),
        Whole(Component),
    }
    let saved = Vec::<Saved>::deserialize(source)?;
    let known = saved.into_iter().map(|saved| match saved {
        Saved::Whole(component) => component,
        Saved::Name(name) => Component {
            id: 0,
            name,
            description: None,
            lead: None,
        },
    });
    Ok(known.collect())
}

//! What exists in the sandbox: accounts, sites, projects, issues, spaces, pages. Plain data that can be saved.

mod confluence_seed;
mod content;
mod crowd;
mod data_center_seed;
mod jira_seed;
mod page_words;
mod people;
mod plan_seed;
mod tracker;
mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clock::DAY;
use super::random::SeededRandom;
use people::accounts;

pub(crate) use content::{ContentProperty, Folder, Label, Page, PageComment, Space, Version};
pub(crate) use people::Account;
pub(crate) use tracker::{
    Around, Component, Filter, IssueLink, Release, RemoteLink, Sprint, Tracker, Worklog,
};

/// Everything that is not a credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) next_id: u64,
    pub(crate) accounts: Vec<Account>,
    pub(crate) sites: Vec<Site>,
}

/// A tenant with both products.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Site {
    pub(crate) cloud_id: String,
    pub(crate) host: String,
    pub(crate) name: String,
    /// Account ids that may use Jira here; the same for Confluence.
    pub(crate) jira_users: Vec<String>,
    pub(crate) confluence_users: Vec<String>,
    pub(crate) projects: Vec<Project>,
    pub(crate) issues: Vec<Issue>,
    pub(crate) spaces: Vec<Space>,
    pub(crate) pages: Vec<Page>,
    #[serde(default)]
    pub(crate) folders: Vec<Folder>,
    pub(crate) page_comments: Vec<PageComment>,
    #[serde(default)]
    pub(crate) tracker: Tracker,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Project {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) lead: String,
    pub(crate) kind: String,
    pub(crate) team_managed: bool,
    pub(crate) workflow: Workflow,
    pub(crate) issue_types: Vec<String>,
    #[serde(deserialize_with = "tracker::read_components")]
    pub(crate) components: Vec<Component>,
    #[serde(default)]
    pub(crate) releases: Vec<Release>,
    /// Account ids; empty means everybody on the site.
    pub(crate) readers: Vec<String>,
    pub(crate) writers: Vec<String>,
    pub(crate) last_number: u64,
}

/// Which statuses a project's issues go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Workflow {
    Software,
    Simple,
    Approval,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Issue {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) project: u64,
    pub(crate) kind: String,
    pub(crate) summary: String,
    pub(crate) description: Option<Value>,
    pub(crate) environment: Option<Value>,
    pub(crate) status: String,
    pub(crate) priority: String,
    pub(crate) resolution: Option<String>,
    pub(crate) resolved: Option<i64>,
    pub(crate) assignee: Option<String>,
    pub(crate) reporter: String,
    pub(crate) labels: Vec<String>,
    pub(crate) components: Vec<String>,
    pub(crate) story_points: Option<f64>,
    /// The values of custom fields by their ids.
    #[serde(default)]
    pub(crate) custom: BTreeMap<String, Value>,
    pub(crate) parent: Option<u64>,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) due: Option<String>,
    pub(crate) comments: Vec<IssueComment>,
    pub(crate) history: Vec<Change>,
    pub(crate) attachments: Vec<Attachment>,
    #[serde(default)]
    pub(crate) around: Around,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct IssueComment {
    pub(crate) id: u64,
    pub(crate) author: String,
    pub(crate) body: Value,
    pub(crate) visibility: Option<Value>,
    /// Whether it is for those who work on requests only, and not for who made the request.
    #[serde(default)]
    pub(crate) internal: bool,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) id: u64,
    pub(crate) author: String,
    pub(crate) at: i64,
    pub(crate) field: String,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) author: String,
    pub(crate) created: i64,
    /// The bytes, base64.
    pub(crate) content: String,
    pub(crate) size: usize,
    /// Confluence counts the versions of a file and keeps a remark for the latest.
    #[serde(default)]
    pub(crate) version: u64,
    #[serde(default)]
    pub(crate) comment: String,
}

impl Attachment {
    /// The identifier under which documents show it: one of Atlassian's Media Services, which is not the
    /// attachment's own. It can be seen in the address that the attachment's content redirects to.
    pub(crate) fn media_id(&self) -> String {
        format!("a77ac4ed-0000-4000-8000-{:012x}", self.id)
    }
}

impl Issue {
    pub(crate) fn set_custom(&mut self, id: &str, value: Value) {
        if value.is_null() {
            self.custom.remove(id);
        } else {
            self.custom.insert(id.to_owned(), value);
        }
    }
}

impl Site {
    pub(crate) fn project(&self, id: u64) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    pub(crate) fn issue(&self, id: u64) -> Option<&Issue> {
        self.issues.iter().find(|issue| issue.id == id)
    }

    pub(crate) fn space(&self, id: u64) -> Option<&Space> {
        self.spaces.iter().find(|space| space.id == id)
    }

    pub(crate) fn page(&self, id: u64) -> Option<&Page> {
        self.pages.iter().find(|page| page.id == id)
    }

    pub(crate) fn folder(&self, id: u64) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.id == id)
    }
}

impl World {
    /// The world as it is when nobody has touched it; dates lie before `now`.
    pub(crate) fn seeded(now: i64) -> Self {
        let mut world = Self {
            next_id: 700_000,
            accounts: accounts(),
            sites: Vec::new(),
        };
        let [mia, omar, lea] = [0, 1, 2].map(|index| world.accounts[index].id.clone());
        let mut random = SeededRandom::new(20_260_117);
        let mut acme = site(
            "1324a887-45db-1bf4-1e99-ef0ff456d421",
            "acme.atlassian.net",
            "Acme",
        );
        acme.jira_users = vec![mia.clone(), omar.clone(), lea.clone()];
        acme.confluence_users.clone_from(&acme.jira_users);
        let mut globex = site(
            "7f0c2b1e-93d4-4a67-8c15-2be0d9a4f733",
            "globex.atlassian.net",
            "Globex",
        );
        globex.jira_users = vec![mia.clone()];
        globex.confluence_users = vec![mia, lea];
        let start = now - 400 * DAY;
        jira_seed::fill(
            &mut acme,
            words::ACME_PROJECTS,
            13,
            10_000,
            start,
            now,
            &mut random,
        );
        confluence_seed::fill(
            &mut acme,
            words::ACME_SPACES,
            98_304,
            start,
            now,
            &mut random,
        );
        jira_seed::fill(
            &mut globex,
            words::GLOBEX_PROJECTS,
            8,
            20_000,
            start,
            now,
            &mut random,
        );
        confluence_seed::fill(
            &mut globex,
            words::GLOBEX_SPACES,
            262_144,
            start,
            now,
            &mut random,
        );
        world.sites = vec![acme, globex];
        world
    }

    pub(crate) fn account(&self, short_or_id: &str) -> Option<&Account> {
        self.accounts
            .iter()
            .find(|account| account.short == short_or_id || account.id == short_or_id)
    }
}

fn site(cloud_id: &str, host: &str, name: &str) -> Site {
    Site {
        cloud_id: cloud_id.to_owned(),
        host: host.to_owned(),
        name: name.to_owned(),
        jira_users: Vec::new(),
        confluence_users: Vec::new(),
        projects: Vec::new(),
        issues: Vec::new(),
        spaces: Vec::new(),
        pages: Vec::new(),
        folders: Vec::new(),
        page_comments: Vec::new(),
        tracker: Tracker::default(),
    }
}

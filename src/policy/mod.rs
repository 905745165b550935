//! What may be done at Jira and Confluence: one table of operations, which routes, tools and the gateway ask. What it
//! does not list is refused.

mod human_pages;
mod table;

use crate::model::key_limits::KeyLimits;
use crate::model::nearest::slip_of;
use crate::model::oauth_scope::OF_ACCOUNTS;
use crate::model::product::Product;

pub use human_pages::page_for_people;
pub use table::{METHODS, all, find, named};

/// What an operation counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It changes nothing.
    Read,
    /// It changes what people work on.
    Write,
    /// It is an administrator's business: who may do what, and how the product works.
    Admin,
    /// Nobody may do it here.
    Refused,
}

impl Effect {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "read" => Self::Read,
            "write" => Self::Write,
            "admin" => Self::Admin,
            "refused" => Self::Refused,
            _ => return None,
        })
    }
}

/// An operation of Atlassian's.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// The product.
    pub product: Product,
    /// The HTTP method; `HEAD` is as `GET`.
    pub method: &'static str,
    /// The path with the names of its parameters, in Jira's third version.
    pub template: &'static str,
    /// Atlassian's name for it.
    pub name: &'static str,
    /// What it counts as.
    pub effect: Effect,
    /// The classic OAuth scopes that allow it.
    pub classic: Vec<&'static str>,
    /// The granular OAuth scopes that allow it as well.
    pub granular: Vec<&'static str>,
    /// Whether Atlassian wants nobody to use it any more.
    pub deprecated: bool,
    /// Where Cloud has removed it: the template of what serves in its place, with the same method.
    pub in_its_place: Option<&'static str>,
    /// Whether Cloud has it not.
    pub is_of_data_center: bool,
    /// Method and template, for metrics and the log.
    pub label: String,
}

/// The scope that this one is but for a slip of a letter or two. Those of products that are not called here
/// are not known, so a scope that is none of ours may be right.
pub fn scope_meant(scope: &str) -> Option<&'static str> {
    let scopes = all()
        .iter()
        .flat_map(|one| one.classic.iter().chain(&one.granular));
    slip_of(scope, scopes.copied().chain(OF_ACCOUNTS))
}

impl Operation {
    /// Whether it may change something.
    pub fn changes(&self) -> bool {
        self.effect != Effect::Read && self.method != "GET"
    }

    /// The scopes that a login lacks for it; none if either set is granted, or nothing is known of them.
    pub fn missing(&self, granted: &[String]) -> Vec<&'static str> {
        let lacking = |needed: &[&'static str]| {
            let lacks = |scope: &&'static str| !granted.iter().any(|one| one == scope);
            needed.iter().copied().filter(lacks).collect::<Vec<_>>()
        };
        let is_granted = |needed: &[&'static str]| !needed.is_empty() && lacking(needed).is_empty();
        if is_granted(&self.classic) || is_granted(&self.granular) {
            return Vec::new();
        }
        lacking(self.scopes())
    }

    /// The scopes to be named where it lacks some.
    pub fn scopes(&self) -> &[&'static str] {
        if self.classic.is_empty() {
            &self.granular
        } else {
            &self.classic
        }
    }

    /// Whether its body is a file, which may be large.
    pub fn uploads(&self) -> bool {
        let is_upload = self.template.ends_with("/attachments")
            || self.template.ends_with("/child/attachment")
            || self
                .template
                .ends_with("/child/attachment/{attachmentId}/data");
        is_upload && self.changes()
    }

    /// Whether its answer is a file, which is passed on byte for byte.
    pub fn downloads(&self) -> bool {
        self.template.contains("/attachment/content/")
            || self.template.contains("/attachment/thumbnail/")
            || self.template.ends_with("/download")
            || ["/secure/", "/download/"]
                .iter()
                .any(|start| self.template.starts_with(start))
    }

    /// Whether a key that is narrowed so may do it.
    pub fn is_within(&self, limits: &KeyLimits) -> bool {
        let names = &limits.operations;
        limits.admit(self.product)
            && (names.is_empty() || names.iter().any(|name| self.is_in(name)))
    }

    /// Whether a segment of its template, or it itself, has this name: `issue` or `createIssue`.
    pub fn is_in(&self, group: &str) -> bool {
        let group_of = |prefix: &str| {
            let below = self.template.strip_prefix(prefix)?;
            below.split('/').next()
        };
        let prefixes = [
            "/rest/api/3/",
            "/rest/agile/1.0/",
            "/wiki/api/v2/",
            "/wiki/rest/api/",
            "/rest/experimental/",
            "/rest/auth/1/",
        ];
        self.name == group
            || prefixes
                .iter()
                .any(|prefix| group_of(prefix) == Some(group))
    }
}

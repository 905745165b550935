//! Tools that link issues to each other and to other things.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;
use utoipa::ToSchema;

use super::ToolContext;
use super::asking::{about_issue, entries, whole};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::Operation;
use crate::atlassian::named_call::NamedCall;
use crate::model::issue_key::IssueKey;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;

/// The arguments of `jira_get_link_types`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkTypeList {
    /// Looked for in their names.
    name_filter: Option<String>,
}

/// `jira_get_link_types`.
pub(super) struct GetLinkTypes;

impl Operation for GetLinkTypes {
    const NAME: &'static str = "jira_get_link_types";
    const FACTS: Facts = Facts {
        title: "List Jira link types",
        description: "List the types of links between Jira issues, each with the words for its two directions. Use a name with jira_create_issue_link.",
        calls: &["getIssueLinkTypes"],
        ..Facts::reading(Toolset::JIRA_LINKS, Gives::List("id name inward outward"))
    };
    type Arguments = LinkTypeList;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: LinkTypeList,
    ) -> Result<Outcome, ServiceError> {
        let call = NamedCall::of(Product::Jira, "getIssueLinkTypes", &[]);
        let answer = context.issues.ask(scope, &call).await?;
        let mut types = entries(
            &answer,
            "issueLinkTypes",
            &["id", "name", "inward", "outward"],
        );
        let wanted = arguments.name_filter.unwrap_or_default().to_lowercase();
        types.retain(|kind| {
            let name = kind["name"].as_str().unwrap_or_default();
            name.to_lowercase().contains(&wanted)
        });
        Ok(whole(types))
    }
}

/// The arguments of `jira_create_issue_link`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLink {
    /// The link type's name, such as Blocks.
    link_type: String,
    /// The issue that the inward words are about: what blocks, duplicates or causes.
    inward_issue_key: String,
    /// The issue that the outward words are about: what is blocked.
    outward_issue_key: String,
    /// A comment in Markdown on the inward issue.
    comment: Option<String>,
    /// Not offered here; leave it out.
    comment_visibility: Option<Value>,
}

/// `jira_create_issue_link`.
pub(super) struct CreateIssueLink;

impl Operation for CreateIssueLink {
    const NAME: &'static str = "jira_create_issue_link";
    const FACTS: Facts = Facts {
        title: "Link two Jira issues",
        description: "Link two Jira issues: with Blocks, the inward issue blocks the outward one. jira_get_link_types lists the types. The same link twice is one.",
        calls: &["linkIssues"],
        unlisted: &["comment_visibility"],
        idempotent: true,
        ..Facts::adding(
            Toolset::JIRA_LINKS,
            Gives::Object("link_type inward_issue_key outward_issue_key"),
        )
    };
    type Arguments = NewLink;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewLink,
    ) -> Result<Outcome, ServiceError> {
        if arguments.comment_visibility.is_some() {
            let why = "comment_visibility is not offered here; leave it out";
            return Err(ServiceError::invalid("comment_visibility", why));
        }
        let inward = issue_key("inward_issue_key", &arguments.inward_issue_key)?;
        let outward = issue_key("outward_issue_key", &arguments.outward_issue_key)?;
        let link = json!({
            "type": { "name": arguments.link_type },
            "inwardIssue": { "key": inward }, "outwardIssue": { "key": outward },
        });
        let call = NamedCall::of(Product::Jira, "linkIssues", &[]).sending(link);
        context.issues.ask(scope, &call).await?;
        if let Some(comment) = arguments.comment.filter(|text| !text.trim().is_empty()) {
            let call = about_issue("addComment", &inward, &[])?;
            let call = call.sending(json!({})).saying("body", Some(comment));
            context.issues.ask(scope, &call).await?;
        }
        Ok(Outcome::of_object(json!({
            "link_type": arguments.link_type, "inward_issue_key": inward, "outward_issue_key": outward,
        })))
    }
}

/// The arguments of `jira_remove_issue_link`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OneLink {
    /// The link's id, from the field issuelinks of an issue.
    link_id: String,
}

/// `jira_remove_issue_link`.
pub(super) struct RemoveIssueLink;

impl Operation for RemoveIssueLink {
    const NAME: &'static str = "jira_remove_issue_link";
    const FACTS: Facts = Facts {
        title: "Remove a link between Jira issues",
        description: "Remove one link between two Jira issues. Its id is in the field issuelinks, which jira_get_issue gives when asked for it.",
        calls: &["deleteIssueLink"],
        idempotent: true,
        ..Facts::changing(Toolset::JIRA_LINKS, Gives::Object("id deleted:boolean"))
    };
    type Arguments = OneLink;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: OneLink,
    ) -> Result<Outcome, ServiceError> {
        let call = NamedCall::of(Product::Jira, "deleteIssueLink", &[&arguments.link_id]);
        context.issues.ask(scope, &call).await?;
        Ok(Outcome::of_object(
            json!({ "id": arguments.link_id, "deleted": true }),
        ))
    }
}

/// The arguments of `jira_create_remote_issue_link`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRemoteLink {
    /// The issue's key.
    issue_key: String,
    /// The address that the link leads to.
    url: String,
    /// What people see.
    title: String,
    /// A line more.
    summary: Option<String>,
    /// How the two belong together, such as documented by.
    relationship: Option<String>,
    /// The address of a small icon.
    icon_url: Option<String>,
}

/// `jira_create_remote_issue_link`.
pub(super) struct CreateRemoteIssueLink;

impl Operation for CreateRemoteIssueLink {
    const NAME: &'static str = "jira_create_remote_issue_link";
    const FACTS: Facts = Facts {
        title: "Link a Jira issue to an address",
        description: "Link a Jira issue to an address on the web, such as a page or a pull request. People see it among the issue's links.",
        calls: &["createOrUpdateRemoteIssueLink"],
        ..Facts::adding(Toolset::JIRA_LINKS, Gives::Object("id url"))
    };
    type Arguments = NewRemoteLink;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: NewRemoteLink,
    ) -> Result<Outcome, ServiceError> {
        let icon = arguments.icon_url.as_deref();
        for (name, url) in [("url", Some(arguments.url.as_str())), ("icon_url", icon)] {
            if url.is_some_and(|url| !leads_somewhere(url)) {
                let why =
                    format!("{name} must be a whole address that begins with https:// or http://");
                return Err(ServiceError::invalid(name, why));
            }
        }
        let mut object = json!({ "url": arguments.url, "title": arguments.title });
        if let Some(summary) = arguments.summary {
            object["summary"] = Value::from(summary);
        }
        if let Some(icon) = arguments.icon_url {
            object["icon"] = json!({ "url16x16": icon });
        }
        let mut link = json!({ "object": object });
        if let Some(relationship) = arguments.relationship {
            link["relationship"] = Value::from(relationship);
        }
        let call = about_issue("createOrUpdateRemoteIssueLink", &arguments.issue_key, &[])?;
        let answer = context.issues.ask(scope, &call.sending(link)).await?;
        let id = answer.get("id").map(|id| id.to_string().replace('"', ""));
        Ok(Outcome::of_object(
            json!({ "id": id.unwrap_or_default(), "url": arguments.url }),
        ))
    }
}

/// Whether a person may be led there: a script is no place, and neither is a part of an address.
fn leads_somewhere(address: &str) -> bool {
    let address = Url::parse(address.trim());
    address.is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
}

/// The arguments of `jira_link_to_epic`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EpicLink {
    /// The issue's key.
    issue_key: String,
    /// The epic's key.
    epic_key: String,
}

/// `jira_link_to_epic`.
pub(super) struct LinkToEpic;

impl Operation for LinkToEpic {
    const NAME: &'static str = "jira_link_to_epic";
    const FACTS: Facts = Facts {
        title: "Put a Jira issue into an epic",
        description: "Put a Jira issue into an epic, in place of the one it is in. Gives both keys. A subtask cannot be in an epic of its own.",
        calls: &["editIssue"],
        idempotent: true,
        ..Facts::changing(Toolset::JIRA_LINKS, Gives::Object("issue_key epic_key"))
    };
    type Arguments = EpicLink;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: EpicLink,
    ) -> Result<Outcome, ServiceError> {
        let issue = issue_key("issue_key", &arguments.issue_key)?;
        let epic = issue_key("epic_key", &arguments.epic_key)?;
        // On Cloud an epic is a parent like others; a Data Center keeps it in a field of Jira Software's.
        let there = NamedCall::of(Product::Jira, "moveIssuesToEpic", &[&epic])
            .sending(json!({ "issues": [issue] }));
        let call = about_issue("editIssue", &issue, &[])?
            .sending(json!({ "fields": { "parent": { "key": epic } } }))
            .or_there(there);
        context.issues.ask(scope, &call).await?;
        Ok(Outcome::of_object(
            json!({ "issue_key": issue, "epic_key": epic }),
        ))
    }
}

/// The key of an issue that an argument names.
///
/// # Errors
/// `Validation` for what is none.
fn issue_key(argument: &str, text: &str) -> Result<String, ServiceError> {
    IssueKey::parse(text.trim())
        .map(|key| key.as_str().to_owned())
        .map_err(|_| ServiceError::invalid(argument, format!("{argument} is no issue's key")))
}

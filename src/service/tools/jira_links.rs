//! Tools that link issues to each other and to other things.

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;
use utoipa::ToSchema;

use super::ToolContext;
use super::asking::{about_issue, entries, expect_id, whole};
use super::facts::{Facts, Gives};
use super::outcome::Outcome;
use super::registry::Operation;
use crate::atlassian::named_call::NamedCall;
use crate::model::issue_reference::IssueReference;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::toolset::Toolset;
use crate::service::error::ServiceError;
use crate::service::issues::Issues;

/// The arguments of `jira_get_link_types`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkTypeList {
    name_filter: Option<String>,
}

/// `jira_get_link_types`.
pub(super) struct GetLinkTypes;

impl Operation for GetLinkTypes {
    const NAME: &'static str = "jira_get_link_types";
    const FACTS: Facts = Facts {
        title: "List link types",
        description: "List the types of links. Gives name and words in both directions.",
        calls: &["getIssueLinkTypes"],
        unlisted: &["name_filter"],
        ..Facts::reading(Toolset::JIRA_LINKS, Gives::List("id name inward outward"))
    };
    type Arguments = LinkTypeList;

    async fn run(
        context: &ToolContext,
        scope: &Scope,
        arguments: LinkTypeList,
    ) -> Result<Outcome, ServiceError> {
        let mut types = types(&context.issues, scope).await?;
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
    /// Such as Blocks.
    link_type: String,
    inward_issue_key: String,
    outward_issue_key: String,
    /// Markdown, on the inward issue.
    comment: Option<String>,
    /// Not offered here; leave it out.
    comment_visibility: Option<Value>,
}

/// `jira_create_issue_link`.
pub(super) struct CreateIssueLink;

impl Operation for CreateIssueLink {
    const NAME: &'static str = "jira_create_issue_link";
    const FACTS: Facts = Facts {
        title: "Link issues",
        description: "Link two issues: with Blocks, the inward issue blocks the outward one. jira_get_link_types lists types.",
        calls: &["linkIssues"],
        unlisted: &["comment_visibility", "comment"],
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
        let (issues, inward) = end(
            context,
            scope,
            "inward_issue_key",
            &arguments.inward_issue_key,
        )
        .await?;
        let (there, outward) = end(
            context,
            scope,
            "outward_issue_key",
            &arguments.outward_issue_key,
        )
        .await?;
        if !issues.are_where(&there) {
            let why = "the two issues lie on two sites, and a link leads from one to another of the same site; jira_create_remote_issue_link links to any address";
            return Err(ServiceError::invalid("outward_issue_key", why));
        }
        // A comment that is refused is refused before the link is there.
        let comment = match arguments.comment.filter(|text| !text.trim().is_empty()) {
            Some(comment) => {
                let call = NamedCall::of(Product::Jira, "addComment", &[&inward]);
                let call = call.sending(json!({}));
                Some(issues.saying(scope, call, "body", comment).await?)
            }
            None => None,
        };
        let link = link(&arguments.link_type, &inward, &outward);
        let made = match issues.ask(scope, &link).await {
            Err(refusal @ (ServiceError::NotFound(_) | ServiceError::Rejected { .. })) => {
                let known = types(&issues, scope).await.ok();
                let ends = (inward.as_str(), outward.as_str());
                let meant = known.map(|known| meant(&known, &arguments.link_type, ends));
                match meant.transpose()?.flatten() {
                    Some(link) => issues.ask(scope, &link).await,
                    None => Err(refusal),
                }
            }
            made => made,
        };
        made?;
        if let Some(call) = comment {
            issues.ask(scope, &call).await?;
        }
        Ok(Outcome::of_object(json!({
            "link_type": arguments.link_type, "inward_issue_key": inward, "outward_issue_key": outward,
        })))
    }
}

/// One end of a link: the key of the issue, and the issues of the site where it lies.
async fn end(
    context: &ToolContext,
    scope: &Scope,
    argument: &str,
    issue: &str,
) -> Result<(Issues, String), ServiceError> {
    if IssueReference::parse(issue).is_none() {
        let why = format!("{argument} is no issue's key");
        return Err(ServiceError::invalid(argument, why));
    }
    let (there, key) = context.issues.named(scope, issue).await?;
    Ok((there, key))
}

fn link(kind: &str, inward: &str, outward: &str) -> NamedCall {
    NamedCall::of(Product::Jira, "linkIssues", &[]).sending(json!({
        "type": { "name": kind },
        "inwardIssue": { "key": inward }, "outwardIssue": { "key": outward },
    }))
}

/// The types of links that the site has.
async fn types(issues: &Issues, scope: &Scope) -> Result<Vec<Value>, ServiceError> {
    let call = NamedCall::of(Product::Jira, "getIssueLinkTypes", &[]);
    let answer = issues.ask(scope, &call).await?;
    entries(
        &answer,
        "issueLinkTypes",
        &["id", "name", "inward", "outward"],
    )
}

/// The link that is meant by another word for its type: its id, its name in other letters, or the words of one of its
/// directions, which say themselves from which issue they hold. None where the type is known as it was written.
///
/// # Errors
/// `Validation` for what is no type's word; it tells the types.
fn meant(
    known: &[Value],
    written: &str,
    (inward, outward): (&str, &str),
) -> Result<Option<NamedCall>, ServiceError> {
    let text = |kind: &Value, part: &str| kind[part].as_str().unwrap_or_default().to_owned();
    let is = |kind: &&Value, part: &str| text(kind, part).eq_ignore_ascii_case(written.trim());
    if known.iter().any(|kind| text(kind, "name") == written) {
        return Ok(None);
    }
    let find = |part: &str| known.iter().find(|kind| is(kind, part));
    if let Some(kind) = find("name")
        .or_else(|| find("id"))
        .or_else(|| find("outward"))
    {
        return Ok(Some(link(&text(kind, "name"), inward, outward)));
    }
    // "A is blocked by B" says that B blocks A.
    if let Some(kind) = find("inward") {
        return Ok(Some(link(&text(kind, "name"), outward, inward)));
    }
    let words = known.iter().map(|kind| {
        let (name, inward, outward) = (
            text(kind, "name"),
            text(kind, "inward"),
            text(kind, "outward"),
        );
        format!("{name} ({outward}, {inward})")
    });
    let words: Vec<String> = words.collect();
    let why = format!("link_type is one of {}", words.join(", "));
    Err(ServiceError::invalid("link_type", why))
}

/// The arguments of `jira_remove_issue_link`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OneLink {
    link_id: String,
}

/// `jira_remove_issue_link`.
pub(super) struct RemoveIssueLink;

impl Operation for RemoveIssueLink {
    const NAME: &'static str = "jira_remove_issue_link";
    const FACTS: Facts = Facts {
        title: "Remove issue link",
        description: "Remove a link between issues. jira_get_issue's field issuelinks has its id.",
        calls: &["deleteIssueLink"],
        idempotent: true,
        ..Facts::changing(Toolset::JIRA_LINKS, Gives::Object("id deleted"))
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
    issue_key: String,
    url: String,
    title: String,
    summary: Option<String>,
    /// Such as documented by.
    relationship: Option<String>,
    icon_url: Option<String>,
}

/// `jira_create_remote_issue_link`.
pub(super) struct CreateRemoteIssueLink;

impl Operation for CreateRemoteIssueLink {
    const NAME: &'static str = "jira_create_remote_issue_link";
    const FACTS: Facts = Facts {
        title: "Link issue to address",
        description: "Link an issue to a web address, such as a pull request. Gives the link's id.",
        calls: &["createOrUpdateRemoteIssueLink"],
        unlisted: &["icon_url", "relationship"],
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
        // By its address Jira knows the link that is there already.
        let mut link = json!({ "globalId": arguments.url, "object": object });
        if let Some(relationship) = arguments.relationship {
            link["relationship"] = Value::from(relationship);
        }
        let (name, issue) = ("createOrUpdateRemoteIssueLink", &arguments.issue_key);
        let (issues, call) = about_issue(context, scope, name, issue).await?;
        let answer = issues.ask(scope, &call.sending(link)).await?;
        expect_id(&answer)?;
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
    issue_key: String,
    epic_key: String,
}

/// `jira_link_to_epic`.
pub(super) struct LinkToEpic;

impl Operation for LinkToEpic {
    const NAME: &'static str = "jira_link_to_epic";
    const FACTS: Facts = Facts {
        title: "Put into epic",
        description: "Put an issue into an epic. It leaves its former one.",
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
        let (issues, issue) = end(context, scope, "issue_key", &arguments.issue_key).await?;
        let (there, epic) = end(context, scope, "epic_key", &arguments.epic_key).await?;
        if !issues.are_where(&there) {
            let why = "an issue and its epic lie on one site; these are on two";
            return Err(ServiceError::invalid("epic_key", why));
        }
        // On Cloud an epic is a parent like others; a Data Center keeps it in a field of Jira Software's.
        let there = NamedCall::of(Product::Jira, "moveIssuesToEpic", &[&epic])
            .sending(json!({ "issues": [issue] }));
        let call = NamedCall::of(Product::Jira, "editIssue", &[&issue])
            .sending(json!({ "fields": { "parent": { "key": epic } } }))
            .or_there(there);
        issues.ask(scope, &call).await?;
        Ok(Outcome::of_object(
            json!({ "issue_key": issue, "epic_key": epic }),
        ))
    }
}

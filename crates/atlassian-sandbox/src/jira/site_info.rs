//! What a site says about itself, and what its caller may do there.

use serde_json::{Map, json};

use super::{error, issues, projects};
use crate::clock::jira_time;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};

pub(crate) fn permissions(request: &SiteRequest<'_>) -> Answer {
    let wanted = request.call.list("permissions");
    if wanted.is_empty() {
        return Err(error::messages(
            400,
            &["The 'permissions' query parameter is required."],
        ));
    }
    let project = match (
        request
            .call
            .param("projectKey")
            .or(request.call.param("projectId")),
        request
            .call
            .param("issueKey")
            .or(request.call.param("issueId")),
    ) {
        (Some(project), _) => Some(projects::find(request, project)?),
        (None, Some(issue)) => request.site.project(issues::find(request, issue)?.project),
        (None, None) => None,
    };
    let mut found = Map::new();
    for key in wanted {
        let have = match (key.as_str(), project) {
            ("ADMINISTER" | "ADMINISTER_PROJECTS" | "SYSTEM_ADMIN", _) => false,
            (
                "CREATE_ISSUES" | "EDIT_ISSUES" | "DELETE_ISSUES" | "ASSIGN_ISSUES"
                | "TRANSITION_ISSUES",
                Some(project),
            ) => request.writes_project(project),
            (
                "BROWSE_PROJECTS" | "ADD_COMMENTS" | "CREATE_ISSUES" | "EDIT_ISSUES"
                | "DELETE_ISSUES" | "ASSIGN_ISSUES" | "TRANSITION_ISSUES",
                _,
            ) => request.caller.account.is_some(),
            _ => {
                return Err(error::messages(
                    400,
                    &[&format!("Unrecognized permissions: {key}")],
                ));
            }
        };
        let value = json!({"id": "-1", "key": key, "name": key, "type": "PROJECT", "description": "", "havePermission": have});
        found.insert(key, value);
    }
    Ok(Reply::ok(&json!({"permissions": found})))
}

pub(crate) fn server(request: &SiteRequest<'_>) -> Reply {
    let base = format!("https://{}", request.site.host);
    Reply::ok(&json!({
        "baseUrl": base, "version": "1001.0.0-SNAPSHOT", "versionNumbers": [1001, 0, 0], "deploymentType": "Cloud", "buildNumber": 100_290,
        "buildDate": "2026-01-01T00:00:00.000+0000", "serverTime": jira_time(request.now), "scmInfo": "sandbox", "serverTitle": "Jira",
        "defaultLocale": {"locale": "en_US"}, "serverTimeZone": "Etc/UTC",
    }))
}

//! The roles of a project, and who has them: readers and writers are all that the sandbox knows of permissions.

use serde_json::{Value, json};

use super::{error, projects, users};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Project;

/// Identifiers and names of the roles that every project has.
const ROLES: [(&str, &str); 2] = [("10002", "Administrators"), ("10003", "Developers")];

fn address(request: &SiteRequest<'_>, project: &Project, id: &str) -> String {
    let host = &request.site.host;
    format!("https://{host}/rest/api/3/project/{}/role/{id}", project.id)
}

/// The address of each role by its name.
pub(super) fn list(request: &SiteRequest<'_>, project: &str) -> Answer {
    let project = projects::find(request, project)?;
    let roles = ROLES.iter();
    let roles: serde_json::Map<String, Value> = roles
        .map(|(id, name)| ((*name).to_owned(), json!(address(request, project, id))))
        .collect();
    Ok(Reply::ok(&Value::Object(roles)))
}

pub(super) fn get(request: &SiteRequest<'_>, project: &str, id: &str) -> Answer {
    let project = projects::find(request, project)?;
    let known = ROLES.iter().find(|(known, _)| *known == id);
    let (id, name) =
        known.ok_or_else(|| error::messages(404, &["Can not retrieve a role actor."]))?;
    let people = match *name {
        "Administrators" => std::slice::from_ref(&project.lead),
        _ => project.writers.as_slice(),
    };
    let actors = people.iter().enumerate();
    let actors: Vec<Value> = actors
        .map(|(place, person)| {
            let user = users::user_json(request, person);
            json!({"id": 10_240 + place, "displayName": user["displayName"], "type": "atlassian-user-role-actor",
                "actorUser": {"accountId": person}})
        })
        .collect();
    Ok(Reply::ok(&json!({
        "self": address(request, project, id), "name": name, "id": id.parse::<u64>().unwrap_or(0),
        "description": "", "actors": actors,
    })))
}

//! Parts of projects; whoever writes in a project may change them.

use serde_json::{Map, Value, json};

use super::{agile, error, projects, releases, users};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Component, Project};

fn json_of(request: &SiteRequest<'_>, project: &Project, component: &Component) -> Value {
    let mut value = projects::component_json(request, component);
    if let Some(lead) = &component.lead {
        value["lead"] = users::user_json(request, lead);
    }
    value["assigneeType"] = json!("PROJECT_DEFAULT");
    value["realAssigneeType"] = json!("PROJECT_DEFAULT");
    value["isAssigneeTypeValid"] = json!(false);
    value["project"] = json!(project.key);
    value["projectId"] = json!(project.id);
    value
}

pub(super) fn all_of(request: &SiteRequest<'_>, project: &str) -> Answer {
    let project = projects::find(request, project)?;
    let all = project.components.iter();
    Ok(Reply::ok(
        &all.map(|one| json_of(request, project, one)).collect(),
    ))
}

pub(super) fn page_of(request: &SiteRequest<'_>, project: &str) -> Answer {
    let project = projects::find(request, project)?;
    let query = request.call.param("query").unwrap_or("").to_lowercase();
    let fits = |one: &&Component| one.name.to_lowercase().contains(&query);
    let all: Vec<&Component> = project.components.iter().filter(fits).collect();
    agile::page(request, &all, 50, &|one| json_of(request, project, one))
}

/// Places of the project and the component, for a caller who sees them.
fn find(request: &SiteRequest<'_>, id: &str) -> Result<(usize, usize), Reply> {
    for (place, project) in request.site.projects.iter().enumerate() {
        let mut all = project.components.iter();
        let found = all.position(|one| one.id.to_string() == id);
        if let Some(found) = found.filter(|_| request.sees_project(project)) {
            return Ok((place, found));
        }
    }
    Err(error::messages(
        404,
        &[&format!("The component with id {id} does not exist.")],
    ))
}

pub(super) fn get(request: &SiteRequest<'_>, id: &str) -> Answer {
    let (project, place) = find(request, id)?;
    let project = &request.site.projects[project];
    Ok(Reply::ok(&json_of(
        request,
        project,
        &project.components[place],
    )))
}

fn read(
    request: &SiteRequest<'_>,
    body: &Map<String, Value>,
    project: &Project,
    component: &mut Component,
) -> Result<(), Reply> {
    if let Some(name) = body.get("name") {
        name.as_str()
            .unwrap_or("")
            .trim()
            .clone_into(&mut component.name);
    }
    if component.name.is_empty() {
        return Err(error::field(
            "name",
            "The component name specified is invalid - cannot be an empty string.",
        ));
    }
    let same = |known: &Component| known.id != component.id && known.name == component.name;
    if project.components.iter().any(same) {
        let text = format!(
            "A component with the name {} already exists in this project.",
            component.name
        );
        return Err(error::field("name", &text));
    }
    if let Some(text) = body.get("description").and_then(Value::as_str) {
        component.description = Some(text.to_owned());
    }
    if let Some(lead) = body.get("leadAccountId").and_then(Value::as_str) {
        if !request.site.jira_users.iter().any(|user| user == lead) {
            let text = format!("The user {lead} does not exist.");
            return Err(error::field("leadAccountId", &text));
        }
        component.lead = Some(lead.to_owned());
    }
    Ok(())
}

pub(super) fn create(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    let place = releases::project_of(request, &body)?;
    releases::to_change(request, place)?;
    let mut component = Component {
        id: request.new_id(),
        name: String::new(),
        description: None,
        lead: None,
    };
    read(
        request,
        &body,
        &request.site.projects[place],
        &mut component,
    )?;
    let made = json_of(request, &request.site.projects[place], &component);
    request.site.projects[place].components.push(component);
    Ok(Reply::json(201, &made))
}

pub(super) fn update(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let body = error::body(request)?;
    let (project, place) = find(request, id)?;
    releases::to_change(request, project)?;
    let before = request.site.projects[project].components[place].clone();
    let mut component = before.clone();
    read(
        request,
        &body,
        &request.site.projects[project],
        &mut component,
    )?;
    renamed(request, project, &before.name, Some(&component.name));
    let shown = json_of(request, &request.site.projects[project], &component);
    request.site.projects[project].components[place] = component;
    Ok(Reply::ok(&shown))
}

/// Gives the issues of a project another component, or none, in place of one.
fn renamed(request: &mut SiteRequest<'_>, project: usize, old: &str, new: Option<&str>) {
    let project = request.site.projects[project].id;
    let issues = request.site.issues.iter_mut();
    for issue in issues.filter(|issue| issue.project == project) {
        if issue.components.iter().any(|name| name == old) {
            issue.components.retain(|name| name != old);
            issue.components.extend(new.map(str::to_owned));
        }
    }
}

/// Issues lose it, or get the one of `moveIssuesTo`.
pub(super) fn delete(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let (project, place) = find(request, id)?;
    releases::to_change(request, project)?;
    let next = match request.call.param("moveIssuesTo") {
        None => None,
        Some(other) => {
            let (elsewhere, found) = find(request, other)?;
            Some(
                request.site.projects[elsewhere].components[found]
                    .name
                    .clone(),
            )
        }
    };
    let gone = request.site.projects[project].components.remove(place);
    renamed(request, project, &gone.name, next.as_deref());
    Ok(Reply::empty(204))
}

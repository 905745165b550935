//! Versions of what projects make; whoever writes in a project may change them.

use serde_json::{Map, Value, json};

use super::{agile, error, projects};
use crate::clock::parse_day;
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Project, Release};

pub(crate) fn json_of(request: &SiteRequest<'_>, project: u64, release: &Release) -> Value {
    let mut value = json!({
        "self": format!("https://{}/rest/api/3/version/{}", request.site.host, release.id),
        "id": release.id.to_string(),
        "name": release.name,
        "archived": release.is_archived,
        "released": release.is_released,
        "projectId": project,
    });
    let texts = [
        ("description", &release.description),
        ("startDate", &release.start),
        ("releaseDate", &release.released),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            value[name] = json!(text);
        }
    }
    value
}

pub(super) fn all_of(request: &SiteRequest<'_>, project: &str) -> Answer {
    let project = projects::find(request, project)?;
    let all = project.releases.iter();
    Ok(Reply::ok(
        &all.map(|release| json_of(request, project.id, release))
            .collect(),
    ))
}

pub(super) fn page_of(request: &SiteRequest<'_>, project: &str) -> Answer {
    let project = projects::find(request, project)?;
    let query = request.call.param("query").unwrap_or("").to_lowercase();
    let fits = |release: &&Release| release.name.to_lowercase().contains(&query);
    let all: Vec<&Release> = project.releases.iter().filter(fits).collect();
    agile::page(request, &all, 50, &|release| {
        json_of(request, project.id, release)
    })
}

fn missing() -> Reply {
    error::messages(404, &["Could not find version for id."])
}

/// Places of the project and the version, for a caller who sees them.
fn find(request: &SiteRequest<'_>, id: &str) -> Result<(usize, usize), Reply> {
    for (place, project) in request.site.projects.iter().enumerate() {
        let mut all = project.releases.iter();
        let found = all.position(|release| release.id.to_string() == id);
        if let Some(found) = found.filter(|_| request.sees_project(project)) {
            return Ok((place, found));
        }
    }
    Err(missing())
}

/// The place of a project that the caller may change.
pub(super) fn to_change(request: &SiteRequest<'_>, place: usize) -> Result<(), Reply> {
    if request.writes_project(&request.site.projects[place]) {
        return Ok(());
    }
    Err(error::messages(
        403,
        &["You must have project administrator permissions for this project."],
    ))
}

pub(super) fn get(request: &SiteRequest<'_>, id: &str) -> Answer {
    let (project, place) = find(request, id)?;
    let project = &request.site.projects[project];
    Ok(Reply::ok(&json_of(
        request,
        project.id,
        &project.releases[place],
    )))
}

/// Puts what was sent into a version; names are unique in a project.
fn read(body: &Map<String, Value>, project: &Project, release: &mut Release) -> Result<(), Reply> {
    if let Some(name) = body.get("name") {
        name.as_str()
            .unwrap_or("")
            .trim()
            .clone_into(&mut release.name);
    }
    if release.name.is_empty() {
        return Err(error::field(
            "name",
            "You must specify a valid version name",
        ));
    }
    let same =
        |known: &&Release| known.id != release.id && known.name.eq_ignore_ascii_case(&release.name);
    if project.releases.iter().any(|known| same(&known)) {
        return Err(error::field(
            "name",
            "A version with this name already exists in this project.",
        ));
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    for (name, place) in [
        ("startDate", &mut release.start),
        ("releaseDate", &mut release.released),
    ] {
        if let Some(day) = text(name) {
            if day.len() != 10 || parse_day(&day).is_none() {
                return Err(error::field(
                    name,
                    "The date must be in the format yyyy-MM-dd.",
                ));
            }
            *place = Some(day);
        }
    }
    if let Some(text) = text("description") {
        release.description = Some(text);
    }
    let flag = |name: &str, now: bool| body.get(name).and_then(Value::as_bool).unwrap_or(now);
    release.is_archived = flag("archived", release.is_archived);
    release.is_released = flag("released", release.is_released);
    Ok(())
}

/// The place of the project that a body names by `projectId` or `project`.
pub(super) fn project_of(
    request: &SiteRequest<'_>,
    body: &Map<String, Value>,
) -> Result<usize, Reply> {
    let id = body
        .get("projectId")
        .map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
    let key = body
        .get("project")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let wanted = id.or(key).unwrap_or_default();
    let id = projects::find(request, &wanted)?.id;
    let mut all = request.site.projects.iter();
    all.position(|project| project.id == id).ok_or_else(missing)
}

pub(super) fn create(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    let place = project_of(request, &body)?;
    to_change(request, place)?;
    let mut release = Release {
        id: request.new_id(),
        name: String::new(),
        description: None,
        is_archived: false,
        is_released: false,
        start: None,
        released: None,
    };
    read(&body, &request.site.projects[place], &mut release)?;
    let made = json_of(request, request.site.projects[place].id, &release);
    request.site.projects[place].releases.push(release);
    Ok(Reply::json(201, &made))
}

pub(super) fn update(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let body = error::body(request)?;
    let (project, place) = find(request, id)?;
    to_change(request, project)?;
    let mut release = request.site.projects[project].releases[place].clone();
    read(&body, &request.site.projects[project], &mut release)?;
    let shown = json_of(request, request.site.projects[project].id, &release);
    request.site.projects[project].releases[place] = release;
    Ok(Reply::ok(&shown))
}

/// Issues lose it, or get the one of `moveFixIssuesTo` and `moveAffectedIssuesTo`.
pub(super) fn delete(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let (project, place) = find(request, id)?;
    to_change(request, project)?;
    let mut next = [None, None];
    for (place, name) in ["moveFixIssuesTo", "moveAffectedIssuesTo"]
        .into_iter()
        .enumerate()
    {
        if let Some(other) = request.call.param(name) {
            let (elsewhere, found) = find(request, other)?;
            next[place] = Some(request.site.projects[elsewhere].releases[found].id);
        }
    }
    let gone = request.site.projects[project].releases.remove(place).id;
    for issue in &mut request.site.issues {
        let lists = [&mut issue.around.fix_versions, &mut issue.around.versions];
        for (list, next) in lists.into_iter().zip(next) {
            if list.contains(&gone) {
                list.retain(|id| *id != gone);
                list.extend(next);
            }
        }
    }
    Ok(Reply::empty(204))
}

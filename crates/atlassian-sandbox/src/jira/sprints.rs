//! Sprints: read, made, started, closed, filled and emptied.

use serde_json::{Map, Value, json};

use super::{agile, board_of, error, issues};
use crate::clock::{confluence_time, parse_day};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Sprint;

pub(super) fn json_of(request: &SiteRequest<'_>, sprint: &Sprint) -> Value {
    let mut value = json!({
        "id": sprint.id,
        "self": format!("https://{}/rest/agile/1.0/sprint/{}", request.site.host, sprint.id),
        "state": sprint.state,
        "name": sprint.name,
        "originBoardId": sprint.board,
        "goal": sprint.goal,
    });
    let dates = [
        ("startDate", sprint.start),
        ("endDate", sprint.end),
        ("completeDate", sprint.complete),
    ];
    for (name, date) in dates {
        if let Some(date) = date {
            value[name] = json!(confluence_time(date));
        }
    }
    value
}

/// The sprint with this id, if the caller sees the project of its board.
pub(super) fn find<'a>(request: &'a SiteRequest<'_>, id: &str) -> Result<&'a Sprint, Reply> {
    let mut all = request.site.tracker.sprints.iter();
    let found = all.find(|sprint| sprint.id.to_string() == id);
    found
        .filter(|sprint| agile::find(request, &sprint.board.to_string()).is_ok())
        .ok_or_else(|| error::messages(404, &[&format!("Sprint does not exist: {id}")]))
}

/// Its place, for a caller who may write in the project.
fn find_to_write(request: &SiteRequest<'_>, id: &str) -> Result<usize, Reply> {
    let (number, board) = find(request, id).map(|sprint| (sprint.id, sprint.board))?;
    may_plan(request, board)?;
    let mut all = request.site.tracker.sprints.iter();
    all.position(|sprint| sprint.id == number)
        .ok_or_else(error::no_issue)
}

fn may_plan(request: &SiteRequest<'_>, board: u64) -> Result<(), Reply> {
    let project = agile::find_scrum(request, &board.to_string())?;
    if request.writes_project(project) {
        Ok(())
    } else {
        Err(error::messages(
            403,
            &["You do not have permission to manage sprints on this board."],
        ))
    }
}

pub(super) fn of_board(request: &SiteRequest<'_>, id: &str) -> Answer {
    let board = board_of(agile::find_scrum(request, id)?.id);
    let states = request.call.list("state");
    let known = ["future", "active", "closed"];
    if states.iter().any(|state| !known.contains(&state.as_str())) {
        return Err(error::messages(
            400,
            &["The requested state is invalid. Valid states are: future, active, closed."],
        ));
    }
    let found: Vec<&Sprint> = request
        .site
        .tracker
        .sprints
        .iter()
        .filter(|sprint| sprint.board == board)
        .filter(|sprint| states.is_empty() || states.contains(&sprint.state))
        .collect();
    agile::page(request, &found, 50, &|sprint| json_of(request, sprint))
}

pub(super) fn get(request: &SiteRequest<'_>, id: &str) -> Answer {
    Ok(Reply::ok(&json_of(request, find(request, id)?)))
}

/// A moment such as `2026-01-31T12:00:00.000Z` or with an offset; without a time it is the beginning of the day.
fn date(body: &Map<String, Value>, name: &str) -> Result<Option<i64>, Reply> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_str()
            .and_then(moment)
            .map(Some)
            .ok_or_else(|| error::field(name, "The date must be in ISO 8601 format.")),
    }
}

fn expect_order(start: Option<i64>, end: Option<i64>) -> Result<(), Reply> {
    match (start, end) {
        (Some(start), Some(end)) if end <= start => Err(error::messages(
            400,
            &["The start date of a sprint must be before the end date."],
        )),
        _ => Ok(()),
    }
}

fn moment(text: &str) -> Option<i64> {
    let whole = text.parse().map(jiff::Timestamp::as_millisecond).ok();
    whole.or_else(|| parse_day(text).filter(|_| text.len() <= "2026-01-31T12:00".len()))
}

fn name(body: &Map<String, Value>) -> Result<Option<String>, Reply> {
    match body
        .get("name")
        .map(|name| name.as_str().unwrap_or("").trim())
    {
        None => Ok(None),
        Some("") => Err(error::field("name", "Sprint name cannot be empty")),
        Some(name) if name.chars().count() > 30 => Err(error::field(
            "name",
            "The sprint name must be shorter than 30 characters",
        )),
        Some(name) => Ok(Some(name.to_owned())),
    }
}

pub(super) fn create(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    let board = body.get("originBoardId").and_then(Value::as_u64);
    let board =
        board.ok_or_else(|| error::field("originBoardId", "The originBoardId must be given."))?;
    may_plan(request, board)?;
    let name = name(&body)?;
    let name = name.ok_or_else(|| error::field("name", "Sprint name cannot be empty"))?;
    let (start, end) = (date(&body, "startDate")?, date(&body, "endDate")?);
    expect_order(start, end)?;
    let sprint = Sprint {
        id: request.new_id(),
        board,
        name,
        state: "future".to_owned(),
        goal: body
            .get("goal")
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned(),
        start,
        end,
        complete: None,
    };
    let made = json_of(request, &sprint);
    request.site.tracker.sprints.push(sprint);
    Ok(Reply::json(201, &made))
}

/// Changes what was sent. A sprint goes from `future` over `active`, with both dates, to `closed`.
pub(super) fn update(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let body = error::body(request)?;
    let place = find_to_write(request, id)?;
    let mut sprint = request.site.tracker.sprints[place].clone();
    if let Some(name) = name(&body)? {
        sprint.name = name;
    }
    if let Some(goal) = body.get("goal").and_then(Value::as_str) {
        goal.clone_into(&mut sprint.goal);
    }
    sprint.start = date(&body, "startDate")?.or(sprint.start);
    sprint.end = date(&body, "endDate")?.or(sprint.end);
    expect_order(sprint.start, sprint.end)?;
    let state = body
        .get("state")
        .and_then(Value::as_str)
        .unwrap_or(&sprint.state)
        .to_lowercase();
    match (sprint.state.as_str(), state.as_str()) {
        (now, next) if now == next => {}
        ("future", "active") if sprint.start.is_some() && sprint.end.is_some() => {}
        ("future", "active") => {
            return Err(error::messages(
                400,
                &["A sprint needs a start date and an end date to be started."],
            ));
        }
        ("active", "closed") => sprint.complete = Some(request.now),
        (now, next) => {
            return Err(error::messages(
                400,
                &[&format!("A sprint cannot go from {now} to {next}.")],
            ));
        }
    }
    sprint.state = state;
    request.site.tracker.sprints[place] = sprint;
    Ok(Reply::ok(&json_of(
        request,
        &request.site.tracker.sprints[place],
    )))
}

/// Its issues go back to the backlog.
pub(super) fn delete(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let place = find_to_write(request, id)?;
    let sprint = request.site.tracker.sprints.remove(place);
    for issue in &mut request.site.issues {
        if issue.around.sprint == Some(sprint.id) {
            issue.around.sprint = None;
        }
    }
    Ok(Reply::empty(204))
}

/// Moves issues into a sprint that is not closed, or out of all: 50 at a time, all of them or none.
pub(super) fn fill(request: &mut SiteRequest<'_>, sprint: Option<&str>) -> Answer {
    let body = error::body(request)?;
    let sprint = match sprint {
        None => None,
        Some(id) => {
            let place = find_to_write(request, id)?;
            let sprint = &request.site.tracker.sprints[place];
            if sprint.state == "closed" {
                return Err(error::messages(
                    400,
                    &["Issues cannot be moved to a completed sprint."],
                ));
            }
            Some(sprint.id)
        }
    };
    let keys = body
        .get("issues")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    if keys.is_empty() || keys.len() > 50 {
        return Err(error::messages(
            400,
            &["Between 1 and 50 issues can be moved in one operation."],
        ));
    }
    let mut places = Vec::new();
    for key in &keys {
        let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        places.push(issues::find_to_write(request, &key)?);
    }
    for place in places {
        request.site.issues[place].around.sprint = sprint;
    }
    Ok(Reply::empty(204))
}

//! Time that people logged on issues.

use serde_json::{Map, Value, json};

use super::{comments, error, issues, page_bounds, users};
use crate::clock::{jira_time, parse_jira_time};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::{Issue, Worklog};

/// Units of time and their seconds; a day of work has eight hours, a week five days.
const UNITS: [(char, u64); 4] = [('w', 144_000), ('d', 28_800), ('h', 3_600), ('m', 60)];

/// `3h 20m`, as Jira writes it.
pub(super) fn duration(mut seconds: u64) -> String {
    let mut parts = Vec::new();
    for (unit, length) in UNITS {
        if seconds >= length {
            parts.push(format!("{}{unit}", seconds / length));
            seconds %= length;
        }
    }
    if parts.is_empty() {
        "0m".to_owned()
    } else {
        parts.join(" ")
    }
}

fn seconds(text: &str) -> Option<u64> {
    let mut sum = 0;
    for part in text.split_whitespace() {
        let unit = part.chars().last()?;
        let length = UNITS.iter().find(|(known, _)| *known == unit)?.1;
        let count: f64 = part.strip_suffix(unit)?.parse().ok()?;
        // Minutes are the smallest that is kept.
        let minutes = (count * f64::from(u32::try_from(length).ok()?) / 60.0).round();
        let minutes = format!("{minutes:.0}").parse::<u64>().ok()?;
        sum += minutes * 60;
    }
    Some(sum)
}

fn json_of(request: &SiteRequest<'_>, issue: &Issue, log: &Worklog) -> Value {
    let author = users::user_json(request, &log.author);
    let mut value = json!({
        "self": format!("https://{}/rest/api/3/issue/{}/worklog/{}", request.site.host, issue.id, log.id),
        "author": author,
        "updateAuthor": author,
        "created": jira_time(log.created),
        "updated": jira_time(log.updated),
        "started": jira_time(log.started),
        "timeSpent": duration(log.seconds),
        "timeSpentSeconds": log.seconds,
        "id": log.id.to_string(),
        "issueId": issue.id.to_string(),
    });
    if !log.comment.is_null() {
        value["comment"] = log.comment.clone();
    }
    if let Some(visibility) = &log.visibility {
        value["visibility"] = visibility.clone();
    }
    value
}

/// The first of them, as a field of an issue or a list has them.
pub(super) fn page_json(
    request: &SiteRequest<'_>,
    issue: &Issue,
    start: usize,
    most: usize,
) -> Value {
    let logs = &issue.around.worklogs;
    let shown = logs.iter().skip(start).take(most);
    let shown: Vec<Value> = shown.map(|log| json_of(request, issue, log)).collect();
    json!({"startAt": start, "maxResults": most, "total": logs.len(), "worklogs": shown})
}

/// The `timetracking` field of an issue.
pub(super) fn tracking(issue: &Issue) -> Value {
    let sum: u64 = issue.around.worklogs.iter().map(|log| log.seconds).sum();
    if sum == 0 {
        return json!({});
    }
    json!({"timeSpent": duration(sum), "timeSpentSeconds": sum})
}

pub(super) fn list(request: &SiteRequest<'_>, issue: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    let (start, most) = page_bounds(request, 5000, 5000)?;
    Ok(Reply::ok(&page_json(request, issue, start, most)))
}

fn one<'a>(issue: &'a Issue, id: &str) -> Result<&'a Worklog, Reply> {
    let mut all = issue.around.worklogs.iter();
    all.find(|log| log.id.to_string() == id)
        .ok_or_else(|| error::messages(404, &[&format!("Cannot find worklog with id: '{id}'.")]))
}

pub(super) fn get(request: &SiteRequest<'_>, issue: &str, id: &str) -> Answer {
    let issue = issues::find(request, issue)?;
    Ok(Reply::ok(&json_of(request, issue, one(issue, id)?)))
}

/// Puts what was sent into a work log.
fn read(body: &Map<String, Value>, log: &mut Worklog) -> Result<(), Reply> {
    if let Some(text) = body.get("timeSpent") {
        let read = text.as_str().and_then(seconds);
        log.seconds =
            read.ok_or_else(|| error::field("timeLogged", "Invalid time duration entered."))?;
    }
    if let Some(number) = body.get("timeSpentSeconds") {
        log.seconds = number.as_u64().unwrap_or(0) / 60 * 60;
    }
    if log.seconds == 0 {
        return Err(error::field(
            "timeLogged",
            "You must indicate the time spent working.",
        ));
    }
    if let Some(text) = body.get("started") {
        let read = text.as_str().and_then(parse_jira_time);
        log.started = read.ok_or_else(|| {
            error::messages(
                400,
                &["Worklog must have a started date in the format yyyy-MM-dd'T'HH:mm:ss.SSSZ."],
            )
        })?;
    }
    if body.contains_key("visibility") {
        log.visibility = comments::identified_readers(body)?;
    }
    if let Some(text) = body.get("comment") {
        if !text.is_null() {
            comments::checked(text)?;
        }
        log.comment = text.clone();
    }
    Ok(())
}

pub(super) fn add(request: &mut SiteRequest<'_>, issue: &str) -> Answer {
    let body = error::body(request)?;
    let place = issues::find_to_write(request, issue)?;
    let now = request.now;
    let mut log = Worklog {
        id: request.new_id(),
        author: request.me(),
        comment: Value::Null,
        started: now,
        seconds: 0,
        visibility: None,
        created: now,
        updated: now,
    };
    read(&body, &mut log)?;
    let made = json_of(request, &request.site.issues[place], &log);
    let issue = &mut request.site.issues[place];
    issue.around.worklogs.push(log);
    issue.updated = now;
    Ok(Reply::json(201, &made))
}

pub(super) fn edit(request: &mut SiteRequest<'_>, issue: &str, id: &str) -> Answer {
    let body = error::body(request)?;
    let place = issues::find_to_write(request, issue)?;
    let mut log = one(&request.site.issues[place], id)?.clone();
    read(&body, &mut log)?;
    log.updated = request.now;
    let shown = json_of(request, &request.site.issues[place], &log);
    let logs = &mut request.site.issues[place].around.worklogs;
    for known in logs.iter_mut().filter(|known| known.id == log.id) {
        *known = log.clone();
    }
    Ok(Reply::ok(&shown))
}

pub(super) fn delete(request: &mut SiteRequest<'_>, issue: &str, id: &str) -> Answer {
    let place = issues::find_to_write(request, issue)?;
    let id = one(&request.site.issues[place], id)?.id;
    let logs = &mut request.site.issues[place].around.worklogs;
    logs.retain(|log| log.id != id);
    Ok(Reply::empty(204))
}

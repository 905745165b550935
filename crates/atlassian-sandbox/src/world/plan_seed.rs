//! Fills a project with what is planned in it: sprints, releases, and the filter behind its board.

use super::{Filter, Project, Release, Site, Sprint, Workflow};
use crate::clock::{DAY, day_text};
use crate::jira::{board_of, status};

/// Sprints and releases for projects that make software; a filter for every one.
pub(super) fn plan(site: &mut Site, project: &mut Project, now: i64) {
    site.tracker.filters.push(Filter {
        id: project.id,
        name: format!("Filter for {} board", project.key),
        description: String::new(),
        jql: format!("project = \"{}\" ORDER BY Rank ASC", project.key),
        owner: project.lead.clone(),
        is_shared: true,
        favourite_of: Vec::new(),
    });
    if project.workflow != Workflow::Software {
        return;
    }
    project.releases = releases(project.id, now);
    let board = board_of(project.id);
    for (number, state, start) in [(1, "closed", -28), (2, "active", -7), (3, "future", 7)] {
        let planned = state != "future";
        let start = now + start * DAY;
        site.tracker.sprints.push(Sprint {
            id: board * 10 + number,
            board,
            name: format!("Sprint {number}"),
            state: state.to_owned(),
            goal: String::new(),
            start: planned.then_some(start),
            end: planned.then_some(start + 14 * DAY),
            complete: (state == "closed").then_some(start + 14 * DAY),
        });
    }
    // What is at work is in the sprint of these days, what is done was in the one before.
    for issue in &mut site.issues {
        let category = status(&issue.status).map(|status| status.category);
        let number = match category {
            Some("indeterminate") => 2,
            Some("done") => 1,
            _ => continue,
        };
        if issue.project == project.id {
            issue.around.sprint = Some(board * 10 + number);
        }
    }
}

fn releases(project: u64, now: i64) -> Vec<Release> {
    let release = |number: u64, name: &str, is_released: bool, day: i64| Release {
        id: project * 10 + number,
        name: name.to_owned(),
        description: None,
        is_archived: false,
        is_released,
        start: None,
        released: Some(day_text(now + day * DAY)),
    };
    vec![release(1, "1.0", true, -30), release(2, "1.1", false, 30)]
}

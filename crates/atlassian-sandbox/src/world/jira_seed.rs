//! Fills a site with projects and issues.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::plan_seed::plan;
use super::tracker::components;
use super::words::{
    BUGS, COMPONENTS, CONTEXT, DETAIL, EPICS, LABELS, ProjectWords, REMARKS, STEPS, STORIES,
    SUBTASKS, TASKS,
};
use super::{Around, Change, Issue, IssueComment, Project, Site, Workflow};
use crate::clock::{DAY, HOUR, day_text};
use crate::jira::{issue_type, workflow_statuses};
use crate::random::SeededRandom;

/// Projects with `each` issues or a few more or less; ids count from `first_id`.
pub(crate) fn fill(
    site: &mut Site,
    projects: &[ProjectWords],
    each: usize,
    first_id: u64,
    start: i64,
    now: i64,
    random: &mut SeededRandom,
) {
    let mut next_issue = first_id + 1_000;
    for (index, words) in projects.iter().enumerate() {
        let mut project = project(
            site,
            index,
            words,
            first_id + u64::try_from(index).unwrap_or(0),
            random,
        );
        let count = each - 2 + random.below(5);
        let mut epic = None;
        let mut last_standard = None;
        for number in 0..count {
            next_issue += 1 + u64::try_from(random.below(3)).unwrap_or(0);
            project.last_number += 1;
            let kind = kind(&project, number, last_standard.is_some(), random);
            let mut issue = issue(
                site,
                &project,
                words.2,
                kind,
                next_issue,
                (start, now),
                random,
            );
            match kind {
                "10000" => epic = Some(issue.id),
                "10004" => issue.parent = last_standard,
                _ => {
                    issue.parent = epic.filter(|_| random.chance(40));
                    last_standard = Some(issue.id);
                }
            }
            site.issues.push(issue);
        }
        plan(site, &mut project, now);
        site.projects.push(project);
    }
}

fn project(
    site: &Site,
    index: usize,
    words: &ProjectWords,
    id: u64,
    random: &mut SeededRandom,
) -> Project {
    let workflow = match index % 5 {
        3 => Workflow::Simple,
        4 => Workflow::Approval,
        _ => Workflow::Software,
    };
    let software = workflow == Workflow::Software;
    let kinds: &[&str] = if software {
        &["10000", "10001", "10002", "10003", "10004"]
    } else {
        &["10002", "10004"]
    };
    let users = &site.jira_users;
    // Two projects show what missing rights look like: SEC is hidden from the second account, LEG is read-only for it.
    let without_second: Vec<String> = users
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != 1)
        .map(|(_, user)| user.clone())
        .collect();
    Project {
        id,
        key: words.0.to_owned(),
        name: words.1.to_owned(),
        description: format!("Everything about {}.", words.2),
        lead: random.pick(&without_second).clone(),
        kind: if software { "software" } else { "business" }.to_owned(),
        team_managed: index % 3 == 1,
        workflow,
        issue_types: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        components: if software {
            components(id, COMPONENTS)
        } else {
            Vec::new()
        },
        releases: Vec::new(),
        readers: if words.0 == "SEC" {
            without_second.clone()
        } else {
            Vec::new()
        },
        writers: if words.0 == "LEG" {
            without_second
        } else {
            Vec::new()
        },
        last_number: 0,
    }
}

fn kind(
    project: &Project,
    number: usize,
    has_parent: bool,
    random: &mut SeededRandom,
) -> &'static str {
    let software = project.workflow == Workflow::Software;
    match (software, number, random.below(10)) {
        (true, 0, _) => "10000",
        (_, _, 0) if has_parent => "10004",
        (true, _, 1..=4) => "10003",
        (true, _, 5..=7) => "10001",
        _ => "10002",
    }
}

fn summary(kind: &str, about: &str, random: &mut SeededRandom) -> String {
    let frames = match issue_type(kind).map_or("", |kind| kind.name) {
        "Epic" => EPICS,
        "Story" => STORIES,
        "Bug" => BUGS,
        "Sub-task" => SUBTASKS,
        _ => TASKS,
    };
    let summary = random.pick(frames).replace("{}", about);
    if let Some(first) = summary.get(..1) {
        return format!("{}{}", first.to_uppercase(), &summary[1..]);
    }
    summary
}

fn labels(random: &mut SeededRandom) -> Vec<String> {
    let mut labels: Vec<String> = (0..random.below(3))
        .map(|_| (*random.pick(LABELS)).to_owned())
        .collect();
    labels.sort();
    labels.dedup();
    labels
}

fn some_components(project: &Project, random: &mut SeededRandom) -> Vec<String> {
    if project.components.is_empty() || random.chance(50) {
        Vec::new()
    } else {
        vec![random.pick(&project.components).name.clone()]
    }
}

/// Stories are estimated.
fn story_points(kind: &str, random: &mut SeededRandom) -> Option<f64> {
    (kind == "10001").then(|| [1.0, 2.0, 3.0, 5.0, 8.0][random.below(5)])
}

fn issue(
    site: &Site,
    project: &Project,
    about: &str,
    kind: &str,
    id: u64,
    (start, now): (i64, i64),
    random: &mut SeededRandom,
) -> Issue {
    let summary = summary(kind, about, random);
    let days = i64::try_from(random.below(390)).unwrap_or(0);
    let created = start + days * DAY + i64::try_from(random.below(24)).unwrap_or(0) * HOUR;
    let statuses = workflow_statuses(project.workflow);
    let status = (*random.pick(statuses)).to_owned();
    let done = statuses.last().is_some_and(|last| *last == status);
    let room = ((now - created) / HOUR).max(2);
    let updated = created
        + (1 + i64::try_from(random.below(usize::try_from(room - 1).unwrap_or(1))).unwrap_or(0))
            * HOUR;
    let team: Vec<&String> = if project.readers.is_empty() {
        site.jira_users.iter().collect()
    } else {
        project.readers.iter().collect()
    };
    let reporter = (*random.pick(&team)).clone();
    let mut issue = Issue {
        id,
        key: format!("{}-{}", project.key, project.last_number),
        project: project.id,
        kind: kind.to_owned(),
        summary,
        description: random
            .chance(85)
            .then(|| description(kind == "10003", random)),
        environment: None,
        priority: (*random.pick(&["1", "2", "3", "3", "3", "4", "5"])).to_owned(),
        resolution: done.then(|| "Done".to_owned()),
        resolved: done.then_some(updated),
        assignee: random.chance(75).then(|| (*random.pick(&team)).clone()),
        labels: labels(random),
        components: some_components(project, random),
        story_points: story_points(kind, random),
        custom: BTreeMap::new(),
        parent: None,
        created,
        updated,
        due: random.chance(30).then(|| day_text(created + 40 * DAY)),
        comments: Vec::new(),
        history: Vec::new(),
        attachments: Vec::new(),
        around: Around::default(),
        reporter,
        status,
    };
    talk(&mut issue, &team, random);
    issue
}

/// Comments, and the change that led to the present status.
fn talk(issue: &mut Issue, team: &[&String], random: &mut SeededRandom) {
    let count = if random.chance(55) {
        1 + random.below(4)
    } else {
        0
    };
    let span = issue.updated - issue.created;
    for number in 0..count {
        let step = span / i64::try_from(count + 1).unwrap_or(1);
        let at = issue.created + step * i64::try_from(number + 1).unwrap_or(1);
        issue.comments.push(IssueComment {
            id: issue.id * 10 + u64::try_from(number).unwrap_or(0),
            author: (*random.pick(team)).clone(),
            body: document(&[paragraph(random.pick::<&str>(REMARKS))]),
            visibility: None,
            internal: false,
            created: at,
            updated: at,
        });
    }
    if !matches!(issue.status.as_str(), "10000" | "10010") {
        issue.history.push(Change {
            id: issue.id * 10 + 9,
            author: (*random.pick(team)).clone(),
            at: issue.updated,
            field: "status".to_owned(),
            from: Some("To Do".to_owned()),
            to: crate::jira::status(&issue.status).map(|status| status.name.to_owned()),
        });
    }
}

fn document(content: &[Value]) -> Value {
    json!({"type": "doc", "version": 1, "content": content})
}

fn paragraph(text: &str) -> Value {
    json!({"type": "paragraph", "content": [{"type": "text", "text": text}]})
}

fn description(bug: bool, random: &mut SeededRandom) -> Value {
    let mut content = vec![
        paragraph(random.pick::<&str>(CONTEXT)),
        paragraph(random.pick::<&str>(DETAIL)),
    ];
    match (bug, random.below(3)) {
        (true, more) => {
            content.push(json!({"type": "heading", "attrs": {"level": 3}, "content": [{"type": "text", "text": "Steps to reproduce"}]}));
            let items: Vec<Value> = STEPS
                .iter()
                .take(3 + more)
                .map(|step| json!({"type": "listItem", "content": [paragraph(step)]}))
                .collect();
            content.push(json!({"type": "orderedList", "content": items}));
        }
        (false, 0) => {
            let code = "fn budget(days: u32) -> u32 {\n    days * 8\n}\n";
            content.push(json!({"type": "codeBlock", "attrs": {"language": "rust"}, "content": [{"type": "text", "text": code}]}));
        }
        (false, 1) => {
            let marked = json!([{"type": "text", "text": "Done when "}, {"type": "text", "text": "the numbers match", "marks": [{"type": "strong"}]}, {"type": "text", "text": "."}]);
            content.push(json!({"type": "panel", "attrs": {"panelType": "info"}, "content": [{"type": "paragraph", "content": marked}]}));
        }
        _ => {}
    }
    document(&content)
}

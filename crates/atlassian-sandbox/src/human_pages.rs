//! Small pages for people, so that links to issues, pages and spaces open in a browser.

use std::fmt::Write as _;

use crate::clock::day_text;
use crate::oauth::{document, problem_page};
use crate::storage;
use crate::wire::{Answer, Reply, escape, joined};
use crate::world::{Account, Issue, Page, Site, Space};

/// Answers a site path that is not an API.
pub(crate) fn answer(site: &Site, accounts: &[Account], path: &[&str]) -> Answer {
    let base = format!("/sites/{}", escape(&site.host));
    let found = match path {
        ["browse", key] => issue(site, accounts, &base, key).or_else(|| project(site, &base, key)),
        ["jira", _, "projects", key, ..]
        | ["jira", _, _, "projects", key, ..]
        | ["projects", key, ..] => project(site, &base, key),
        ["wiki", "spaces", _, "pages", id, ..]
        | ["wiki", "spaces", _, "blog", _, _, _, id, ..]
        | ["wiki", "pages", id, ..] => page(site, id),
        ["wiki", "spaces" | "display", key] | ["wiki", "spaces", key, "overview" | "pages"] => {
            space(site, &base, key)
        }
        ["wiki"] | ["wiki", "" | "home" | "spaces"] => Some(spaces(site, &base)),
        [] | [""] | ["jira", ..] => Some(projects(site, &base)),
        _ => None,
    };
    found
        .map(|html| Reply::html(200, html))
        .ok_or_else(|| Reply::html(404, problem_page("This page does not exist.")))
}

fn card(site: &Site, title: &str, content: &str) -> String {
    let content = format!(
        "<p class=\"soft\">{}</p><div class=\"card\"><h1>{}</h1>{content}</div>",
        escape(&site.host),
        escape(title)
    );
    document(title, "wide", "", &content)
}

fn adf_html(value: Option<&serde_json::Value>) -> String {
    if let Some(wiki) = value.and_then(serde_json::Value::as_str) {
        return format!("<pre>{}</pre>", escape(wiki));
    }
    let text = value.map(storage::storage_of).unwrap_or_default();
    storage::view_of(&storage::parse(&text).unwrap_or_default())
}

fn issue(site: &Site, accounts: &[Account], base: &str, key: &str) -> Option<String> {
    let issue = site
        .issues
        .iter()
        .find(|issue| issue.key.eq_ignore_ascii_case(key))?;
    let name = |id: &str| {
        accounts
            .iter()
            .find(|account| account.id == id)
            .map_or("nobody", |account| account.name.as_str())
    };
    let project = site.project(issue.project)?;
    let mut content = format!(
        "<p class=\"soft\"><a href=\"{base}/browse/{}\">{}</a> / {} · {} · assigned to {} · reported by {} on {}</p>{}",
        escape(&project.key),
        escape(&project.name),
        escape(&issue.key),
        crate::jira::status(&issue.status).map_or("", |status| status.name),
        escape(issue.assignee.as_deref().map_or("nobody", name)),
        escape(name(&issue.reporter)),
        day_text(issue.created),
        adf_html(issue.description.as_ref()),
    );
    for comment in &issue.comments {
        let _ = write!(
            content,
            "<h2>{}</h2>{}",
            escape(name(&comment.author)),
            adf_html(Some(&comment.body))
        );
    }
    Some(card(site, &issue.summary, &content))
}

fn project(site: &Site, base: &str, key: &str) -> Option<String> {
    let project = site
        .projects
        .iter()
        .find(|project| project.key.eq_ignore_ascii_case(key))?;
    let issues = site
        .issues
        .iter()
        .filter(|issue| issue.project == project.id);
    let rows = joined(issues.map(|issue: &Issue| {
        format!(
            "<tr><td><a href=\"{base}/browse/{key}\">{key}</a></td><td>{}</td></tr>",
            escape(&issue.summary),
            key = escape(&issue.key)
        )
    }));
    Some(card(
        site,
        &project.name,
        &format!(
            "<p>{}</p><table>{rows}</table>",
            escape(&project.description)
        ),
    ))
}

fn projects(site: &Site, base: &str) -> String {
    let rows = joined(site.projects.iter().map(|project| {
        format!(
            "<tr><td><a href=\"{base}/browse/{key}\">{key}</a></td><td>{}</td></tr>",
            escape(&project.name),
            key = escape(&project.key)
        )
    }));
    card(site, "Projects", &format!("<table>{rows}</table>"))
}

fn page(site: &Site, id: &str) -> Option<String> {
    let page = site.page(id.parse().ok()?)?;
    let body = storage::view_of(&storage::parse(&page.latest().storage).unwrap_or_default());
    Some(card(site, &page.title, &body))
}

fn space(site: &Site, base: &str, key: &str) -> Option<String> {
    let space = site
        .spaces
        .iter()
        .find(|space| space.key.eq_ignore_ascii_case(key))?;
    let pages = site
        .pages
        .iter()
        .filter(|page| page.space == space.id && page.status == "current");
    let rows = joined(pages.map(|page: &Page| {
        format!(
            "<li><a href=\"{base}/wiki/spaces/{}/pages/{}\">{}</a></li>",
            escape(&space.key),
            page.id,
            escape(&page.title)
        )
    }));
    Some(card(
        site,
        &space.name,
        &format!("<p>{}</p><ul>{rows}</ul>", escape(&space.description)),
    ))
}

fn spaces(site: &Site, base: &str) -> String {
    let rows = joined(site.spaces.iter().map(|space: &Space| {
        format!(
            "<li><a href=\"{base}/wiki/spaces/{}\">{}</a></li>",
            escape(&space.key),
            escape(&space.name)
        )
    }));
    card(site, "Spaces", &format!("<ul>{rows}</ul>"))
}

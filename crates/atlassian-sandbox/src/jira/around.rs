//! What lies around issues and projects: which address is answered by what, and which scope it needs.

use super::{CONFIGURE_PROJECT, READ, WRITE};
use super::{components, filters, links, properties, releases, remote_links, watchers, worklogs};
use crate::state::SiteRequest;
use crate::wire::Answer;

pub(crate) fn answer(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    about_people(request, path)
        .or_else(|| about_links(request, path))
        .or_else(|| about_plans(request, path))
        .or_else(|| about_filters(request, path))
}

fn about_people(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["issue", issue, "properties"]) => {
            request.open(READ, |request| properties::list(request, issue))
        }
        ("GET", ["issue", issue, "properties", key]) => {
            request.open(READ, |request| properties::get(request, issue, key))
        }
        ("PUT", ["issue", issue, "properties", key]) => {
            request.open(WRITE, |request| properties::set(request, issue, key))
        }
        ("DELETE", ["issue", issue, "properties", key]) => {
            request.open(WRITE, |request| properties::delete(request, issue, key))
        }
        ("GET", ["issue", issue, "worklog"]) => {
            request.open(READ, |request| worklogs::list(request, issue))
        }
        ("POST", ["issue", issue, "worklog"]) => {
            request.open(WRITE, |request| worklogs::add(request, issue))
        }
        ("GET", ["issue", issue, "worklog", id]) => {
            request.open(READ, |request| worklogs::get(request, issue, id))
        }
        ("PUT", ["issue", issue, "worklog", id]) => {
            request.open(WRITE, |request| worklogs::edit(request, issue, id))
        }
        ("DELETE", ["issue", issue, "worklog", id]) => {
            request.open(WRITE, |request| worklogs::delete(request, issue, id))
        }
        ("GET", ["issue", issue, "watchers"]) => {
            request.open(READ, |request| watchers::list(request, issue))
        }
        ("POST", ["issue", issue, "watchers"]) => {
            request.with(WRITE, |request| watchers::add(request, issue))
        }
        ("DELETE", ["issue", issue, "watchers"]) => {
            request.with(WRITE, |request| watchers::remove(request, issue))
        }
        ("GET", ["issue", issue, "votes"]) => {
            request.open(READ, |request| watchers::votes(request, issue))
        }
        ("POST", ["issue", issue, "votes"]) => {
            request.with(WRITE, |request| watchers::vote(request, issue))
        }
        ("DELETE", ["issue", issue, "votes"]) => {
            request.with(WRITE, |request| watchers::unvote(request, issue))
        }
        _ => return None,
    })
}

fn about_links(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["issueLinkType"]) => request.open(READ, |request| Ok(links::kinds(request))),
        ("GET", ["issueLinkType", id]) => request.open(READ, |request| links::kind(request, id)),
        ("POST", ["issueLink"]) => request.with(WRITE, links::create),
        ("GET", ["issueLink", id]) => request.open(READ, |request| links::get(request, id)),
        ("DELETE", ["issueLink", id]) => request.with(WRITE, |request| links::delete(request, id)),
        ("GET", ["issue", issue, "remotelink"]) => {
            request.open(READ, |request| remote_links::list(request, issue))
        }
        ("POST", ["issue", issue, "remotelink"]) => {
            request.with(WRITE, |request| remote_links::set(request, issue))
        }
        ("DELETE", ["issue", issue, "remotelink"]) => request.with(WRITE, |request| {
            let id = request.call.param("globalId").unwrap_or("").to_owned();
            remote_links::delete(request, issue, &id)
        }),
        ("GET", ["issue", issue, "remotelink", id]) => {
            request.open(READ, |request| remote_links::get(request, issue, id))
        }
        ("PUT", ["issue", issue, "remotelink", id]) => {
            request.with(WRITE, |request| remote_links::update(request, issue, id))
        }
        ("DELETE", ["issue", issue, "remotelink", id]) => {
            request.with(WRITE, |request| remote_links::delete(request, issue, id))
        }
        _ => return None,
    })
}

fn about_plans(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("GET", ["project", project, "version"]) => {
            request.open(READ, |request| releases::page_of(request, project))
        }
        ("GET", ["project", project, "versions"]) => {
            request.open(READ, |request| releases::all_of(request, project))
        }
        ("POST", ["version"]) => request.with(CONFIGURE_PROJECT, releases::create),
        ("GET", ["version", id]) => request.open(READ, |request| releases::get(request, id)),
        ("PUT", ["version", id]) => {
            request.with(CONFIGURE_PROJECT, |request| releases::update(request, id))
        }
        ("DELETE", ["version", id]) => {
            request.with(CONFIGURE_PROJECT, |request| releases::delete(request, id))
        }
        ("GET", ["project", project, "component"]) => {
            request.open(READ, |request| components::page_of(request, project))
        }
        ("GET", ["project", project, "components"]) => {
            request.open(READ, |request| components::all_of(request, project))
        }
        ("POST", ["component"]) => request.with(CONFIGURE_PROJECT, components::create),
        ("GET", ["component", id]) => request.open(READ, |request| components::get(request, id)),
        ("PUT", ["component", id]) => {
            request.with(CONFIGURE_PROJECT, |request| components::update(request, id))
        }
        ("DELETE", ["component", id]) => {
            request.with(CONFIGURE_PROJECT, |request| components::delete(request, id))
        }
        _ => return None,
    })
}

fn about_filters(request: &mut SiteRequest<'_>, path: &[&str]) -> Option<Answer> {
    Some(match (request.method(), path) {
        ("POST", ["filter"]) => request.with(WRITE, filters::create),
        ("GET", ["filter", "my"]) => request.with(READ, |request| Ok(filters::mine(request))),
        ("GET", ["filter", "favourite"]) => {
            request.with(READ, |request| Ok(filters::favourites(request)))
        }
        ("GET", ["filter", "search"]) => request.open(READ, |request| filters::search(request)),
        ("GET", ["filter", id]) => request.open(READ, |request| filters::get(request, id)),
        ("PUT", ["filter", id]) => request.with(WRITE, |request| filters::update(request, id)),
        ("DELETE", ["filter", id]) => request.with(WRITE, |request| filters::delete(request, id)),
        ("PUT", ["filter", id, "favourite"]) => {
            request.with(WRITE, |request| filters::favour(request, id, true))
        }
        ("DELETE", ["filter", id, "favourite"]) => {
            request.with(WRITE, |request| filters::favour(request, id, false))
        }
        _ => return None,
    })
}

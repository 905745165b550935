//! One Data Center host on its own port: Jira (REST v2) and Confluence (REST v1), no Cloud anywhere.
//!
//! Both products answer at the root of the host and under the context paths `/jira` and `/confluence`: an
//! installation has either, and one sandbox plays both, because their paths do not overlap.

mod access;
mod around;
mod confluence;
mod confluence_json;
mod confluence_more;
mod confluence_properties;
mod confluence_write;
mod jira;
mod jira_files;
mod jira_json;
mod jira_more;
mod jira_read;
mod jira_write;
mod people;

pub(crate) use people::confluence_key;

use super::human_pages;
use super::state::{SiteRequest, State};
use super::wire::{Answer, Call, Reply};

/// The products on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Product {
    Jira,
    Confluence,
}

/// Answers one call to the host.
pub(crate) fn answer(state: &mut State, call: &Call) -> Reply {
    let segments = call.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let result = match parts.as_slice() {
        ["jira", rest @ ..] => api(state, call, Some(Product::Jira), rest),
        ["confluence", rest @ ..] => api(state, call, Some(Product::Confluence), rest),
        rest => api(state, call, None, rest),
    };
    result.unwrap_or_else(|early| early)
}

fn api(state: &mut State, call: &Call, context: Option<Product>, rest: &[&str]) -> Answer {
    let site = &state.saved.data_center.sites[0];
    let (product, path) = match rest {
        ["rest", "api", "2" | "latest", path @ ..] => (Product::Jira, path),
        ["rest", "api", "3", ..] => return Err(Reply::html(404, "<h1>Not Found</h1>".to_owned())),
        ["rest", "api", path @ ..] => (Product::Confluence, path),
        ["rest", "experimental", ..] => (Product::Confluence, rest),
        ["secure", "attachment", _, _]
        | ["rest", "agile", "1.0" | "latest", ..]
        | ["rest", "auth", "1" | "latest", ..] => (Product::Jira, rest),
        ["display", key, ..] => {
            let path = ["wiki", "display", key];
            return human_pages::answer(site, &state.saved.data_center.accounts, &path);
        }
        _ => return human_pages::answer(site, &state.saved.data_center.accounts, rest),
    };
    if context.is_some_and(|context| context != product) {
        return Err(Reply::html(404, "<h1>Not Found</h1>".to_owned()));
    }
    let caller = access::caller(&state.saved, call, product)?;
    let now = state.now();
    let world = &mut state.saved.data_center;
    let mut request = SiteRequest {
        site: &mut world.sites[0],
        accounts: &world.accounts,
        next_id: &mut world.next_id,
        behaviour: &state.behaviour,
        own_address: &state.base_url,
        call,
        caller,
        now,
    };
    let found = match product {
        Product::Jira => jira::answer(&mut request, path),
        Product::Confluence => confluence::answer(&mut request, path),
    };
    let found = found.unwrap_or_else(|| Err(Reply::html(404, "<h1>Not Found</h1>".to_owned())));
    let mark = |reply: Reply| match &request.caller.account {
        Some(name) => reply.with("x-ausername", name),
        None => reply.with("x-ausername", "anonymous"),
    };
    found.map(mark).map_err(mark)
}

/// Where the called product lives: scheme, host and the context path the call came in by, unless it calls itself otherwise.
fn base(request: &SiteRequest<'_>) -> String {
    let name = &request.behaviour.data_center_name;
    if !name.is_empty() {
        return name.clone();
    }
    let path = &request.call.path;
    let context = ["/jira", "/confluence"]
        .into_iter()
        .find(|context| path.starts_with(&format!("{context}/")))
        .unwrap_or_default();
    format!("http://{}{context}", request.site.host)
}

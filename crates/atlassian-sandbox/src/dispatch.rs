//! From a call to its answer: the map of all addresses.

use crate::access;
use crate::front_page;
use crate::human_pages;
use crate::media_host;
use crate::oauth::{self, Product};
use crate::state::{Caller, SiteRequest, State, scope_mismatch};
use crate::wire::{Answer, Call, Reply};
use crate::{confluence, jira};

/// Answers one call.
pub(crate) fn answer(state: &mut State, call: &Call) -> Reply {
    let segments = call.segments();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let result = match (call.method.as_str(), parts.as_slice()) {
        ("GET" | "HEAD", ["authorize"]) => oauth::show(state, call),
        ("POST", ["authorize", "decision"]) => oauth::decide(state, call),
        (_, ["oauth", "token"]) => oauth::exchange(state, call),
        ("GET", ["oauth", "token", "accessible-resources"]) => oauth::resources(state, call),
        ("GET", ["me"]) => oauth::me(state, call),
        (_, ["ex", "jira", cloud_id, rest @ ..]) => {
            gateway(state, call, Product::Jira, cloud_id, rest)
        }
        (_, ["ex", "confluence", cloud_id, rest @ ..]) => {
            gateway(state, call, Product::Confluence, cloud_id, rest)
        }
        (_, ["sites", host, rest @ ..]) => on_site(state, call, host, rest),
        ("GET" | "HEAD", ["file", id, "binary"]) => media_host::answer(state, call, id),
        ("GET" | "HEAD", [""]) => Ok(front_page::render(state)),
        _ => Err(Reply::gateway(404, "Not Found")),
    };
    result.unwrap_or_else(|early| early)
}

fn gateway(
    state: &mut State,
    call: &Call,
    product: Product,
    cloud_id: &str,
    rest: &[&str],
) -> Answer {
    if let Some(refused) = access::browser_write(call) {
        return Err(refused);
    }
    let index = state
        .saved
        .world
        .sites
        .iter()
        .position(|site| site.cloud_id == cloud_id);
    let site = index.map(|index| &state.saved.world.sites[index]);
    let caller = access::gateway_caller(state, call, site, product)?;
    if !caller.oauth {
        return served(state, call, index, caller, product, rest);
    }
    let (_, app) = access::bearer_account(state, call)?;
    let (now, behaviour) = (state.now(), state.behaviour.clone());
    if let Some(refused) = state.points.refusal(&app, product, &behaviour, now) {
        return Err(refused);
    }
    let reply = served(state, call, index, caller, product, rest).unwrap_or_else(|early| early);
    Ok(state.points.count(&app, call, reply, &behaviour, now))
}

/// What the gateway answers to a caller it knows.
fn served(
    state: &mut State,
    call: &Call,
    index: Option<usize>,
    caller: Caller,
    product: Product,
    rest: &[&str],
) -> Answer {
    // The gateway knows its paths literally and takes a slash at the end for another path, whose scope no
    // token has: Atlassian's knowledge base explains "scope does not match" with it.
    if call.path.ends_with('/') {
        return Err(scope_mismatch());
    }
    let index = index.ok_or_else(|| access::no_route(call))?;
    // For the same reason a path that nobody serves is not "not found" here, as it is on a site.
    api(state, call, index, caller, product, rest).unwrap_or_else(|| Err(scope_mismatch()))
}

fn on_site(state: &mut State, call: &Call, host: &str, rest: &[&str]) -> Answer {
    let found = state
        .saved
        .world
        .sites
        .iter()
        .position(|site| site.host.eq_ignore_ascii_case(host));
    let Some(index) = found else {
        return Err(Reply::html(
            404,
            oauth::problem_page("Your Atlassian Cloud site is currently unavailable."),
        ));
    };
    if let ["_edge", "tenant_info"] = rest {
        return Ok(Reply::ok(
            &serde_json::json!({"cloudId": state.saved.world.sites[index].cloud_id}),
        ));
    }
    let product = if rest.first() == Some(&"wiki") {
        Product::Confluence
    } else {
        Product::Jira
    };
    let is_api = matches!(rest, ["rest", ..] | ["wiki", "rest" | "api", ..]);
    if !is_api {
        return human_pages::answer(
            &state.saved.world.sites[index],
            &state.saved.world.accounts,
            rest,
        );
    }
    if let Some(refused) = access::browser_write(call) {
        return Err(refused);
    }
    let caller = access::site_caller(state, call, &state.saved.world.sites[index], product)?;
    api(state, call, index, caller, product, rest)
        .unwrap_or_else(|| Err(Reply::text(404, "Not Found")))
}

/// `None` when no such endpoint exists.
fn api(
    state: &mut State,
    call: &Call,
    index: usize,
    caller: Caller,
    product: Product,
    rest: &[&str],
) -> Option<Answer> {
    let largest = u64::from(state.behaviour.largest_list);
    let wanted = call.param("limit").and_then(|limit| limit.parse().ok());
    if product == Product::Confluence
        && largest > 0
        && wanted.is_some_and(|limit: u64| limit > largest)
    {
        return Some(Err(Reply::text(504, "upstream request timeout")));
    }
    let now = state.now();
    let near_limit = state.behaviour.near_limit;
    let world = &mut state.saved.world;
    let mut request = SiteRequest {
        site: &mut world.sites[index],
        accounts: &world.accounts,
        next_id: &mut world.next_id,
        behaviour: &state.behaviour,
        own_address: &state.base_url,
        call,
        caller,
        now,
    };
    let account = request.caller.account.clone();
    let login_reason = request.caller.login_reason;
    let result = match (product, rest) {
        (Product::Jira, ["rest", "api", version @ ("2" | "3" | "latest"), path @ ..]) => {
            jira::answer(&mut request, version, path)
        }
        (Product::Jira, ["rest", "agile", "1.0" | "latest", path @ ..]) => {
            jira::agile::answer(&mut request, path)
        }
        (Product::Confluence, ["wiki", "api", "v2", path @ ..]) => {
            confluence::answer_v2(&mut request, path)
        }
        (Product::Confluence, ["wiki", "rest", "api", path @ ..]) => {
            confluence::answer_v1(&mut request, path)
        }
        _ => None,
    }?;
    let mark = |reply: Reply| {
        // Sites set cookies on API answers; a client that passes them on lets one site's answer reach into
        // its own callers' browsers.
        let reply = reply.with(
            "set-cookie",
            "atlassian.xsrf.token=sandbox; Path=/; Secure; SameSite=None",
        );
        let reply = if near_limit {
            reply.with("x-ratelimit-nearlimit", "true")
        } else {
            reply
        };
        let reply = match login_reason {
            Some(reason) => reply.with("x-seraph-loginreason", reason),
            None => reply,
        };
        match &account {
            Some(id) => reply.with("x-aaccountid", id),
            None => reply,
        }
    };
    Some(result.map(mark).map_err(mark))
}

//! Queries that people keep under a name.

use serde_json::{Map, Value, json};

use super::{agile, error, jql, users};
use crate::state::SiteRequest;
use crate::wire::{Answer, Reply};
use crate::world::Filter;

fn json_of(request: &SiteRequest<'_>, filter: &Filter) -> Value {
    let host = &request.site.host;
    let me = request.me();
    let shares = if filter.is_shared {
        json!([{"id": filter.id, "type": "authenticated"}])
    } else {
        json!([])
    };
    json!({
        "self": format!("https://{host}/rest/api/3/filter/{}", filter.id),
        "id": filter.id.to_string(),
        "name": filter.name,
        "description": filter.description,
        "owner": users::user_json(request, &filter.owner),
        "jql": filter.jql,
        "viewUrl": format!("https://{host}/issues/?filter={}", filter.id),
        "favourite": filter.favourite_of.contains(&me),
        "favouritedCount": filter.favourite_of.len(),
        "sharePermissions": shares,
        "editPermissions": [],
        "isWritable": filter.owner == me,
        "subscriptions": {"size": 0, "items": [], "max-results": 1000, "start-index": 0, "end-index": 0},
    })
}

/// The filter with this id or name, if the caller may use it.
pub(super) fn find<'a>(request: &'a SiteRequest<'_>, id_or_name: &str) -> Option<&'a Filter> {
    let me = request.me();
    let mut all = request.site.tracker.filters.iter();
    all.find(|filter| {
        (filter.id.to_string() == id_or_name || filter.name.eq_ignore_ascii_case(id_or_name))
            && (filter.owner == me || (filter.is_shared && !me.is_empty()))
    })
}

fn by_id<'a>(request: &'a SiteRequest<'_>, id: &str) -> Result<&'a Filter, Reply> {
    find(request, id)
        .filter(|filter| filter.id.to_string() == id)
        .ok_or_else(|| {
            error::messages(
                400,
                &["The selected filter is not available to you, perhaps it has been deleted or had its permissions changed."],
            )
        })
}

/// Its place, for its owner.
fn own(request: &SiteRequest<'_>, id: &str) -> Result<usize, Reply> {
    let filter = by_id(request, id)?;
    if filter.owner != request.me() {
        return Err(error::messages(
            400,
            &["You are not the owner of this filter and so cannot change it."],
        ));
    }
    place(request, filter.id)
}

fn place(request: &SiteRequest<'_>, id: u64) -> Result<usize, Reply> {
    let mut all = request.site.tracker.filters.iter();
    all.position(|filter| filter.id == id)
        .ok_or_else(error::no_issue)
}

pub(super) fn get(request: &SiteRequest<'_>, id: &str) -> Answer {
    Ok(Reply::ok(&json_of(request, by_id(request, id)?)))
}

fn all(request: &SiteRequest<'_>, is_meant: impl Fn(&Filter) -> bool) -> Reply {
    let filters = request.site.tracker.filters.iter();
    let shown = filters.filter(|filter| is_meant(filter));
    Reply::ok(&shown.map(|filter| json_of(request, filter)).collect())
}

pub(super) fn mine(request: &SiteRequest<'_>) -> Reply {
    let me = request.me();
    all(request, |filter| filter.owner == me)
}

pub(super) fn favourites(request: &SiteRequest<'_>) -> Reply {
    let me = request.me();
    all(request, |filter| filter.favourite_of.contains(&me))
}

/// Only id and name unless more is asked for by `expand`.
pub(super) fn search(request: &SiteRequest<'_>) -> Answer {
    let name = request
        .call
        .param("filterName")
        .unwrap_or("")
        .to_lowercase();
    let owner = request.call.param("accountId");
    let expand = request.call.list("expand");
    let filters = request.site.tracker.filters.iter();
    let found: Vec<&Filter> = filters
        .filter(|filter| find(request, &filter.id.to_string()).is_some())
        .filter(|filter| filter.name.to_lowercase().contains(&name))
        .filter(|filter| owner.is_none_or(|owner| filter.owner == owner))
        .collect();
    agile::page(request, &found, 50, &|filter| {
        let mut value = json_of(request, filter);
        if let Value::Object(object) = &mut value {
            let asked = |name: &str| expand.iter().any(|asked| asked == name);
            object.retain(|name, _| matches!(name.as_str(), "self" | "id" | "name") || asked(name));
        }
        value
    })
}

fn read(
    request: &SiteRequest<'_>,
    body: &Map<String, Value>,
    filter: &mut Filter,
) -> Result<(), Reply> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(name) = text("name") {
        name.trim().clone_into(&mut filter.name);
    }
    if filter.name.is_empty() {
        return Err(error::field(
            "filterName",
            "You must specify a name to save this filter as.",
        ));
    }
    let same = |known: &&Filter| {
        known.id != filter.id && known.owner == filter.owner && known.name == filter.name
    };
    if request
        .site
        .tracker
        .filters
        .iter()
        .any(|known| same(&known))
    {
        return Err(error::field(
            "filterName",
            "Filter with same name already exists.",
        ));
    }
    if let Some(jql) = text("jql") {
        jql::checked(request, &jql)
            .map_err(|texts| Reply::json(400, &json!({"errorMessages": texts, "errors": {}})))?;
        filter.jql = jql;
    }
    if let Some(text) = text("description") {
        filter.description = text;
    }
    Ok(())
}

pub(super) fn create(request: &mut SiteRequest<'_>) -> Answer {
    let body = error::body(request)?;
    let mut filter = Filter {
        id: request.new_id(),
        name: String::new(),
        description: String::new(),
        jql: String::new(),
        owner: request.me(),
        is_shared: false,
        favourite_of: Vec::new(),
    };
    read(request, &body, &mut filter)?;
    if body
        .get("favourite")
        .and_then(Value::as_bool)
        .unwrap_or(false)
    {
        filter.favourite_of.push(request.me());
    }
    let made = json_of(request, &filter);
    request.site.tracker.filters.push(filter);
    Ok(Reply::ok(&made))
}

pub(super) fn update(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let body = error::body(request)?;
    let place = own(request, id)?;
    let mut filter = request.site.tracker.filters[place].clone();
    read(request, &body, &mut filter)?;
    let shown = json_of(request, &filter);
    request.site.tracker.filters[place] = filter;
    Ok(Reply::ok(&shown))
}

pub(super) fn delete(request: &mut SiteRequest<'_>, id: &str) -> Answer {
    let place = own(request, id)?;
    request.site.tracker.filters.remove(place);
    Ok(Reply::empty(204))
}

pub(super) fn favour(request: &mut SiteRequest<'_>, id: &str, is_liked: bool) -> Answer {
    let place = place(request, by_id(request, id)?.id)?;
    let me = request.me();
    let likes = &mut request.site.tracker.filters[place].favourite_of;
    likes.retain(|who| *who != me);
    likes.extend(is_liked.then_some(me));
    Ok(Reply::ok(&json_of(
        request,
        &request.site.tracker.filters[place],
    )))
}

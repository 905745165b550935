//! CQL: checks and evaluates a query over pages, blog posts, what lies beside them, comments, files and spaces.

use std::cmp::Ordering;

pub(crate) use super::hit::{Hit, id, id_text, kind, modified, space_of, text, title};
use super::hit::{author, created, storage_of};
use crate::clock::{DAY, SECOND, parse_distance, start_of, time_in_query};
use crate::query::{Clause, Node, Operator, Query, Term, parse, text_matches};
use crate::state::SiteRequest;
use crate::world::{Page, Space};

const FIELDS: [&str; 22] = [
    "type",
    "space",
    "title",
    "text",
    "sitesearch",
    "id",
    "creator",
    "contributor",
    "created",
    "lastmodified",
    "label",
    "ancestor",
    "parent",
    "space.key",
    "space.type",
    "space.title",
    "content",
    "macro",
    "mention",
    "favourite",
    "favorite",
    "watcher",
];
/// Functions that stand for spaces.
const SPACE_FUNCTIONS: [&str; 3] = ["favouriteSpaces", "favoriteSpaces", "recentlyViewedSpaces"];
const KINDS: [&str; 10] = [
    "page",
    "blogpost",
    "comment",
    "attachment",
    "space",
    "user",
    "folder",
    "whiteboard",
    "database",
    "embed",
];

/// What a query finds, best first; or why it is refused.
pub(crate) fn find<'a>(
    request: &'a SiteRequest<'_>,
    cql: &str,
) -> Result<(Query, Vec<Hit<'a>>), String> {
    let query = parse(cql).map_err(|_| format!("Could not parse cql : {cql}"))?;
    if let Some(node) = &query.filter {
        check(request, node)?;
    }
    if let Some(order) = query.order.iter().find(|order| {
        !["created", "lastmodified", "title", "id", "type", "space"]
            .contains(&order.field.to_lowercase().as_str())
    }) {
        return Err(format!("Order by field {} is not supported", order.field));
    }
    let site = &request.site;
    let visible = |id: u64| site.space(id).filter(|space| request.sees_space(space));
    let mut hits: Vec<Hit<'a>> = site
        .pages
        .iter()
        .filter(|page| page.status == "current" && visible(page.space).is_some())
        .map(Hit::Page)
        .collect();
    hits.extend(
        site.page_comments
            .iter()
            .filter(|comment| {
                site.page(comment.page)
                    .is_some_and(|page| page.status == "current" && visible(page.space).is_some())
            })
            .map(Hit::Comment),
    );
    for page in &site.pages {
        if page.status == "current" && visible(page.space).is_some() {
            let files = page.attachments.iter();
            hits.extend(files.map(|file| Hit::File(page, file)));
        }
    }
    let others = site.folders.iter();
    hits.extend(
        others
            .filter(|folder| visible(folder.space).is_some())
            .map(Hit::Other),
    );
    if query.filter.as_ref().is_some_and(mentions_spaces) {
        hits.extend(
            site.spaces
                .iter()
                .filter(|space| request.sees_space(space))
                .map(Hit::Space),
        );
    }
    // Atlassian names no time for it; what was just written is searched for in vain for some seconds.
    let lag = i64::from(request.behaviour.index_lag_seconds) * SECOND;
    hits.retain(|hit| created(*hit) + lag <= request.now);
    hits.retain(|hit| {
        query
            .filter
            .as_ref()
            .is_none_or(|node| holds(request, node, *hit))
    });
    hits.sort_by(|one, other| compare(request, &query, *one, *other));
    Ok((query, hits))
}

fn check(request: &SiteRequest<'_>, node: &Node) -> Result<(), String> {
    match node {
        Node::And(parts) | Node::Or(parts) => {
            parts.iter().try_for_each(|part| check(request, part))
        }
        Node::Not(inner) => check(request, inner),
        Node::Clause(clause) => check_clause(request, clause),
    }
}

fn check_clause(request: &SiteRequest<'_>, clause: &Clause) -> Result<(), String> {
    let field = clause.field.to_lowercase();
    if !FIELDS.contains(&field.as_str()) {
        return Err(format!("No field exists with name: {}", clause.field));
    }
    let text = matches!(clause.operator, Operator::Contains | Operator::ContainsNot);
    let fits = match field.as_str() {
        "text" | "sitesearch" => text,
        "title" | "space.title" => !clause.operator.orders(),
        "created" | "lastmodified" => {
            !text && !matches!(clause.operator, Operator::In | Operator::NotIn)
        }
        _ => !text && !clause.operator.orders(),
    };
    let states = matches!(clause.operator, Operator::Is | Operator::IsNot);
    if !fits || states || clause.operator.remembers() {
        return Err(format!(
            "The operator {} is not supported by field {}",
            clause.operator.text(),
            clause.field
        ));
    }
    for term in clause.operand.terms() {
        match (field.as_str(), term) {
            (_, Term::Empty) => return Err("empty is not supported".to_owned()),
            ("type", Term::Text(kind)) if !KINDS.contains(&kind.to_lowercase().as_str()) => {
                return Err(format!("Unsupported value '{kind}' for field type"));
            }
            ("created" | "lastmodified", _) if moment(request, term).is_none() => {
                return Err("Could not parse date".to_owned());
            }
            (
                "creator" | "contributor" | "created" | "lastmodified" | "mention" | "favourite"
                | "favorite" | "watcher",
                Term::Function(..),
            )
            | (_, Term::Text(_)) => {}
            ("space" | "space.key", Term::Function(name, _)) if is_any(name, &SPACE_FUNCTIONS) => {}
            ("id", Term::Function(name, _)) if is_any(name, &["recentlyViewedContent"]) => {}
            (_, Term::Function(name, _)) => {
                return Err(format!("The function {name} is not supported here"));
            }
        }
    }
    Ok(())
}

fn is_any(name: &str, known: &[&str]) -> bool {
    known.iter().any(|one| name.eq_ignore_ascii_case(one))
}

fn mentions_spaces(node: &Node) -> bool {
    match node {
        Node::And(parts) | Node::Or(parts) => parts.iter().any(mentions_spaces),
        Node::Not(_) => false,
        Node::Clause(clause) => {
            ["type", "title", "text", "sitesearch"].contains(&clause.field.to_lowercase().as_str())
        }
    }
}

fn holds(request: &SiteRequest<'_>, node: &Node, hit: Hit<'_>) -> bool {
    match node {
        Node::And(parts) => parts.iter().all(|part| holds(request, part, hit)),
        Node::Or(parts) => parts.iter().any(|part| holds(request, part, hit)),
        Node::Not(inner) => !holds(request, inner, hit),
        Node::Clause(clause) => {
            let any = clause
                .operand
                .terms()
                .iter()
                .any(|term| matches(request, clause, term, hit));
            any != clause.operator.denies()
        }
    }
}

fn matches(request: &SiteRequest<'_>, clause: &Clause, term: &Term, hit: Hit<'_>) -> bool {
    let field = clause.field.to_lowercase();
    if matches!(field.as_str(), "created" | "lastmodified") {
        let at = if field == "created" {
            created(hit)
        } else {
            modified(hit)
        };
        return moment(request, term).is_some_and(|wanted| in_order(clause.operator, at, wanted));
    }
    let value = match term {
        Term::Text(value) => value.clone(),
        Term::Function(name, _) if name.eq_ignore_ascii_case("currentUser") => request.me(),
        // Everybody's favourite is the first space, and everything in it was looked at.
        Term::Function(..) if ["space", "space.key", "id"].contains(&field.as_str()) => {
            let first = request.site.spaces.first().map(|space| space.id);
            return space_of(request, hit).map(|space| space.id) == first;
        }
        _ => return false,
    };
    match field.as_str() {
        "type" => kind(hit).eq_ignore_ascii_case(&value),
        "space" | "space.key" => space_of(request, hit).is_some_and(|space| {
            space.key.eq_ignore_ascii_case(&value) || space.id.to_string() == value
        }),
        "title" if matches!(clause.operator, Operator::Contains | Operator::ContainsNot) => {
            text_matches(&title(request, hit), &value)
        }
        "title" => title(request, hit).eq_ignore_ascii_case(&value),
        "text" | "sitesearch" => {
            text_matches(&format!("{} {}", title(request, hit), text(hit)), &value)
        }
        "id" | "content" => id_text(hit) == value || id(hit).to_string() == value,
        "creator" | "contributor" => author(hit) == value,
        "label" => {
            matches!(hit, Hit::Page(page) if page.labels.iter().any(|label| label.name.eq_ignore_ascii_case(&value)))
        }
        "parent" => {
            let parent = match hit {
                Hit::Page(page) => page.parent,
                Hit::File(page, _) => Some(page.id),
                Hit::Other(folder) => Some(folder.parent),
                _ => None,
            };
            parent.is_some_and(|parent| parent.to_string() == value)
        }
        "ancestor" => matches!(hit, Hit::Page(page) if is_below(request, page, &value)),
        "macro" => storage_of(hit).contains(&format!("ac:name=\"{value}\"")),
        "mention" => people_named(request, &value)
            .iter()
            .any(|attribute| storage_of(hit).contains(attribute)),
        field => {
            let space = space_of(request, hit);
            space.is_some_and(|space| space_matches(clause, field, space, &value))
        }
    }
}

/// Whether the space that a hit lies in is one that a field of spaces asks for.
fn space_matches(clause: &Clause, field: &str, space: &Space, value: &str) -> bool {
    let in_words = matches!(clause.operator, Operator::Contains | Operator::ContainsNot);
    match field {
        "space.type" => space.kind.eq_ignore_ascii_case(value),
        "space.title" if in_words => text_matches(&space.name, value),
        "space.title" => space.name.eq_ignore_ascii_case(value),
        _ => false,
    }
}

/// How a text names this person: by account on Cloud, by key or name on Data Center.
fn people_named(request: &SiteRequest<'_>, id: &str) -> Vec<String> {
    let mut named = vec![
        format!("ri:account-id=\"{id}\""),
        format!("ri:username=\"{id}\""),
    ];
    let key = crate::data_center::confluence_key(request, id);
    named.extend(key.map(|key| format!("ri:userkey=\"{key}\"")));
    named
}

fn in_order(operator: Operator, at: i64, wanted: i64) -> bool {
    match operator {
        Operator::Less => at < wanted,
        Operator::LessOrEqual => at <= wanted,
        Operator::Greater => at > wanted,
        Operator::GreaterOrEqual => at >= wanted,
        _ => at - at.rem_euclid(DAY) == wanted - wanted.rem_euclid(DAY),
    }
}

/// A day, or `now("-7d")`, `startOfWeek()` and so on.
fn moment(request: &SiteRequest<'_>, term: &Term) -> Option<i64> {
    let now = request.now;
    match term {
        Term::Empty => None,
        Term::Text(text) => time_in_query(text, request.zone()),
        Term::Function(name, arguments) => {
            let distance = arguments
                .first()
                .map_or(Some(0), |text| parse_distance(text))?;
            let name = name.to_lowercase();
            if name == "now" {
                Some(now + distance)
            } else {
                name.strip_prefix("startof")
                    .map(|unit| start_of(unit, now) + distance)
            }
        }
    }
}

fn is_below(request: &SiteRequest<'_>, page: &Page, ancestor: &str) -> bool {
    let mut next = page.parent;
    let mut steps = 0;
    while let Some(id) = next.filter(|_| steps < 100) {
        if id.to_string() == ancestor {
            return true;
        }
        let folder = request.site.folder(id).map(|folder| folder.parent);
        next = folder.or_else(|| request.site.page(id).and_then(|page| page.parent));
        steps += 1;
    }
    false
}

fn compare(request: &SiteRequest<'_>, query: &Query, one: Hit<'_>, other: Hit<'_>) -> Ordering {
    for order in &query.order {
        let ordering = match order.field.to_lowercase().as_str() {
            "created" => created(one).cmp(&created(other)),
            "lastmodified" => modified(one).cmp(&modified(other)),
            "title" => title(request, one)
                .to_lowercase()
                .cmp(&title(request, other).to_lowercase()),
            "type" => kind(one).cmp(kind(other)),
            "space" => space_of(request, one)
                .map(|space| &space.key)
                .cmp(&space_of(request, other).map(|space| &space.key)),
            _ => id(one).cmp(&id(other)),
        };
        if ordering != Ordering::Equal {
            return if order.descending {
                ordering.reverse()
            } else {
                ordering
            };
        }
    }
    modified(other)
        .cmp(&modified(one))
        .then_with(|| id(one).cmp(&id(other)))
}

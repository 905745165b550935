//! The points of each app: counted by the hour over all sites, and a hard stop when they are used up
//! (developer.atlassian.com, "Rate limiting": points-based quota).
//!
//! A call costs 1 point and a read 1 more for each core object it brings (issues, projects, pages, spaces,
//! attachments), 2 for each user; a write costs 1. Only OAuth apps are counted, and all of an app's sites
//! together. The headers are those of live answers (community.developer.atlassian.com, "2026 point-based rate
//! limits"): the policy goes missing once nothing is left.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::clock::{HOUR, SECOND, confluence_time};
use crate::oauth::Product;
use crate::state::Behaviour;
use crate::wire::{Call, Reply};

/// The points of the tier that an app is in unless Atlassian puts it into another.
const DEFAULT_QUOTA: u64 = 65_000;
/// Below a fifth, answers warn.
const NEAR: u64 = 5;

/// What each app, by its client id, has used of the present hour.
#[derive(Debug, Default)]
pub(crate) struct Points {
    hour: i64,
    used: BTreeMap<String, u64>,
}

impl Points {
    /// What is used of an app's points in the hour of `now`.
    pub(crate) fn used(&mut self, client_id: &str, now: i64) -> u64 {
        self.turn(now);
        self.used.get(client_id).copied().unwrap_or(0)
    }

    /// All apps that have called in the hour of `now`.
    pub(crate) fn all(&mut self, now: i64) -> BTreeMap<String, u64> {
        self.turn(now);
        self.used.clone()
    }

    /// The refusal of a call for which nothing is left.
    pub(crate) fn refusal(
        &mut self,
        client_id: &str,
        product: Product,
        behaviour: &Behaviour,
        now: i64,
    ) -> Option<Reply> {
        if self.used(client_id, now) < quota(behaviour) {
            return None;
        }
        let wait = seconds_left(now);
        let name = match product {
            Product::Jira => "jira",
            Product::Confluence => "confluence",
        };
        let message = serde_json::json!({"code": 429, "message": "Rate limit exceeded"});
        let reset = confluence_time(now + wait * SECOND);
        Some(
            Reply::json(429, &message)
                .with("retry-after", &wait.to_string())
                .with("x-ratelimit-reset", &format!("{}Z", &reset[..16]))
                .with("x-ratelimit-nearlimit", "true")
                .with("ratelimit-reason", &format!("{name}-quota-global-based"))
                .with("ratelimit", &left(0, wait)),
        )
    }

    /// Counts a call that was answered, and writes into its answer how many points are left.
    pub(crate) fn count(
        &mut self,
        client_id: &str,
        call: &Call,
        reply: Reply,
        behaviour: &Behaviour,
        now: i64,
    ) -> Reply {
        self.turn(now);
        let used = self.used.entry(client_id.to_owned()).or_default();
        *used += cost(call, &reply);
        if behaviour.silent_quota {
            return reply;
        }
        let quota = quota(behaviour);
        let rest = quota.saturating_sub(*used);
        // Those of the burst limit stand beside them, and are no points.
        let reply = reply
            .with("x-ratelimit-limit", "350")
            .with("x-ratelimit-remaining", "349")
            .with("ratelimit", &left(rest, seconds_left(now)));
        let policy = format!("\"global-app-quota\";q={quota};w=3600");
        match rest {
            0 => reply,
            rest if rest < quota / NEAR => reply
                .with("ratelimit-policy", &policy)
                .with("x-ratelimit-nearlimit", "true"),
            _ => reply.with("ratelimit-policy", &policy),
        }
    }

    fn turn(&mut self, now: i64) {
        let hour = now.div_euclid(HOUR);
        if hour != self.hour {
            self.hour = hour;
            self.used.clear();
        }
    }
}

fn quota(behaviour: &Behaviour) -> u64 {
    match behaviour.points_per_hour {
        0 => DEFAULT_QUOTA,
        points => u64::from(points),
    }
}

fn seconds_left(now: i64) -> i64 {
    (HOUR - now.rem_euclid(HOUR)).div_euclid(SECOND).max(1)
}

fn left(points: u64, seconds: i64) -> String {
    format!("\"global-app-quota\";r={points};t={seconds}")
}

/// What a call has cost.
fn cost(call: &Call, reply: &Reply) -> u64 {
    let is_read = matches!(call.method.as_str(), "GET" | "HEAD")
        || [
            "/search/jql",
            "/approximate-count",
            "/bulkfetch",
            "/jql/parse",
            "/users-bulk",
        ]
        .iter()
        .any(|read| call.path.ends_with(read));
    if !is_read || !(200..300).contains(&reply.status) {
        return 1;
    }
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
    1 + objects(&body) * weight(&call.path)
}

/// How many objects an answer brings.
fn objects(body: &Value) -> u64 {
    let lists = ["issues", "values", "results"];
    let list = lists.iter().find_map(|name| body.get(name)).unwrap_or(body);
    let count = match list {
        Value::Array(entries) => entries.len(),
        Value::Object(_) => 1,
        _ => 0,
    };
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Parts of paths below which there are no core objects.
const NOT_CORE: [&str; 11] = [
    "comment",
    "footer-comments",
    "inline-comments",
    "transitions",
    "field",
    "createmeta",
    "issuetypes",
    "statuses",
    "serverInfo",
    "approximate-count",
    "parse",
];

/// The points of one object, by where it is found; 0 for what is no core object.
fn weight(path: &str) -> u64 {
    let holds = |parts: &[&str]| path.split('/').any(|part| parts.contains(&part));
    if holds(&["myself", "user", "users", "users-bulk"]) {
        2
    } else {
        u64::from(!holds(&NOT_CORE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn costs(method: &str, target: &str, status: u16, body: &str) -> u64 {
        let mut reply = Reply::empty(status);
        reply.body = body.as_bytes().to_vec();
        cost(&Call::new(method, target, Vec::new(), Vec::new()), &reply)
    }

    #[test]
    fn reads_cost_what_they_bring_and_writes_one() {
        let list = r#"{"values": [{}, {}, {}]}"#;
        assert_eq!(
            costs("GET", "/rest/api/3/project/search?maxResults=50", 200, list),
            4
        );
        assert_eq!(costs("GET", "/rest/api/3/issue/EX-1", 200, "{}"), 2);
        assert_eq!(
            costs("POST", "/rest/api/3/search/jql", 200, r#"{"issues": [{}]}"#),
            2
        );
        assert_eq!(costs("GET", "/rest/api/3/myself", 200, "{}"), 3);
        assert_eq!(
            costs("GET", "/rest/api/3/user/assignable/search", 200, "[{}, {}]"),
            5
        );
        assert_eq!(costs("GET", "/rest/api/3/issue/EX-1/comment", 200, list), 1);
        assert_eq!(costs("POST", "/rest/api/3/issue", 201, "{}"), 1);
        assert_eq!(costs("GET", "/rest/api/3/issue/EX-999", 404, "{}"), 1);
    }

    #[test]
    fn the_hour_is_the_clocks_and_the_apps_are_apart() {
        let (mut points, behaviour) = (Points::default(), Behaviour::default());
        let call = Call::new("GET", "/rest/api/3/issue/EX-1", Vec::new(), Vec::new());
        for _ in 0..3 {
            points.count("one", &call, Reply::ok(&Value::Null), &behaviour, 10);
        }
        points.count(
            "two",
            &call,
            Reply::ok(&serde_json::json!({})),
            &behaviour,
            10,
        );
        assert_eq!((points.used("one", 10), points.used("two", 10)), (3, 2));
        assert_eq!(points.used("one", HOUR), 0);
    }
}

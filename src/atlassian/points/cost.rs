//! What a call costs at most, by what it asks for.

use serde_json::Value;

use crate::atlassian::request::Call;

/// Parameters that say how many objects are asked for.
const HOW_MANY: [&str; 2] = ["maxResults", "limit"];

/// The most points that `call` can cost: a write costs one, whatever it changes; a read one more for each object.
pub(super) fn most(call: &Call<'_>) -> u64 {
    if !call.idempotent {
        return 1;
    }
    objects(call).saturating_mul(weight(call)).saturating_add(1)
}

/// The points of one object: people, groups and permissions cost two, everything else one.
pub(super) fn weight(call: &Call<'_>) -> u64 {
    let is_identity = |segment: &&str| segment.starts_with("user") || *segment == "myself";
    if call.path.iter().any(is_identity) {
        2
    } else {
        1
    }
}

/// How many objects are asked for; one where nothing says more.
fn objects(call: &Call<'_>) -> u64 {
    let asked = call
        .query
        .iter()
        .find(|(name, _)| HOW_MANY.contains(name))
        .and_then(|(_, value)| value.parse().ok());
    let body = call.body.as_ref();
    let in_body = || body.and_then(|body| body.get("maxResults").and_then(Value::as_u64));
    let named = || {
        let ids = body?.get("accountIds")?.as_array()?;
        u64::try_from(ids.len()).ok()
    };
    asked.or_else(in_body).or_else(named).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use serde_json::json;

    use super::*;
    use crate::atlassian::access::Api;

    #[test]
    fn a_write_costs_one_and_a_read_what_it_may_bring() {
        let write = Call::write("create", Api::Jira, Method::POST, &["issue"], None);
        assert_eq!(most(&write), 1);
        let fifty = [("maxResults", String::from("50"))];
        let list = Call::get("projects", Api::Jira, &["project", "search"], &fifty);
        assert_eq!(most(&list), 51);
        let people = ["user", "assignable", "search"];
        assert_eq!(most(&Call::get("users", Api::Jira, &people, &fifty)), 101);
        assert_eq!(most(&Call::get("myself", Api::Jira, &["myself"], &[])), 3);
        assert_eq!(
            most(&Call::get("issue", Api::Jira, &["issue", "EX-1"], &[])),
            2
        );
        let search = json!({"jql": "x", "maxResults": 100});
        let search = Call::reading_post("search", Api::Jira, &["search", "jql"], search);
        assert_eq!(most(&search), 101);
        let bulk = json!({"accountIds": ["a", "b", "c"]});
        let bulk = Call::reading_post("people", Api::Confluence, &["users-bulk"], bulk);
        assert_eq!(most(&bulk), 7);
    }
}

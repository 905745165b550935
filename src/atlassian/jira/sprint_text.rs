//! Sprints of a Data Center, which come as Java prints them:
//! `com.atlassian.greenhopper.service.sprint.Sprint@658a6b7d[id=318,rapidViewId=174,state=ACTIVE,name=One, two,…]`.

use serde_json::{Map, Value};

use crate::model::time::Timestamp;

const BEGINS: &str = "com.atlassian.greenhopper.service.sprint.Sprint@";

/// What Java calls the parts of a sprint, and what they are called elsewhere; those without another name say nothing.
const PARTS: [(&str, &str); 13] = [
    ("id", "id"),
    ("rapidViewId", "boardId"),
    ("state", "state"),
    ("name", "name"),
    ("startDate", "startDate"),
    ("endDate", "endDate"),
    ("completeDate", "completeDate"),
    ("activatedDate", ""),
    ("sequence", ""),
    ("goal", "goal"),
    ("synced", ""),
    ("autoStartStop", ""),
    ("incompleteIssuesDestinationId", ""),
];

/// The sprint that such a text tells; none for any other text. Names and goals hold commas and signs of equality.
pub(super) fn read(text: &str) -> Option<Value> {
    let inner = text.strip_prefix(BEGINS)?.split_once('[')?.1;
    let inner = inner.strip_suffix(']')?;
    let begins = |(part, shown): &(&'static str, &'static str)| {
        let first = inner.starts_with(&format!("{part}=")).then_some(0);
        let sign = format!(",{part}=");
        let begin = first.or_else(|| inner.find(&sign).map(|comma| comma + 1))?;
        Some((begin, begin + part.len() + 1, *shown))
    };
    let mut places: Vec<(usize, usize, &str)> = PARTS.iter().filter_map(begins).collect();
    places.sort_unstable();
    let mut sprint = Map::new();
    for (index, (_, from, shown)) in places.iter().enumerate() {
        let end = places
            .get(index + 1)
            .map_or(inner.len(), |(begin, ..)| begin - 1);
        let value = inner.get(*from..end)?.trim_end_matches(',');
        let value = match (*shown, value) {
            ("", _) => continue,
            (_, "<null>" | "null") => Value::Null,
            ("id" | "boardId", number) => number.parse::<u64>().map_or(Value::Null, Value::from),
            ("state", state) => Value::from(state.to_lowercase()),
            (name, text) if name.ends_with("Date") => Value::from(in_utc(text)),
            (_, text) => Value::from(text),
        };
        sprint.insert((*shown).to_owned(), value);
    }
    sprint.contains_key("id").then_some(Value::Object(sprint))
}

/// A time as Cloud tells it, `2018-12-03T05:30:00.000Z`: a Data Center tells times in the zone of its server.
fn in_utc(text: &str) -> String {
    let Some(moment) = Timestamp::parse(text) else {
        return text.to_owned();
    };
    let thousandths = moment.millis().rem_euclid(1000);
    let second = moment.rfc3339();
    second.replace('Z', &format!(".{thousandths:03}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_of_a_data_center_are_told_in_utc() {
        let text = "com.atlassian.greenhopper.service.sprint.Sprint@1[id=1,state=ACTIVE,name=S,startDate=2026-11-20T00:30:00.000+02:00,endDate=2026-12-04T00:30:00.000+0200,completeDate=<null>]";
        let sprint = read(text).unwrap();
        assert_eq!(sprint["startDate"], "2026-11-19T22:30:00.000Z");
        assert_eq!(sprint["endDate"], "2026-12-03T22:30:00.000Z");
        assert_eq!(sprint["completeDate"], Value::Null);
    }

    #[test]
    fn a_sprint_as_java_prints_it_is_a_sprint() {
        let text = "com.atlassian.greenhopper.service.sprint.Sprint@658a6b7d[id=318,rapidViewId=174,state=ACTIVE,name=GSC, Sprint 30,startDate=2018-12-03T05:30:00.000Z,endDate=<null>,completeDate=<null>,sequence=318,goal=Define Scope, a=b, Complete,]";
        assert_eq!(
            read(text),
            Some(
                json!({"id": 318, "boardId": 174, "state": "active", "name": "GSC, Sprint 30",
                "startDate": "2018-12-03T05:30:00.000Z", "endDate": null, "completeDate": null,
                "goal": "Define Scope, a=b, Complete"})
            )
        );
        for other in [
            "Sprint 30",
            "com.atlassian.greenhopper.service.sprint.Sprint@1[x]",
            "",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}

//! Which headers are passed on, in either direction. All others are dropped.

use std::time::Duration;

use reqwest::header::{
    ACCEPT, ACCEPT_LANGUAGE, ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_RANGE,
    CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE, RETRY_AFTER, WARNING,
};

/// What a request may bring. Not its `User-Agent`: Jira refuses writes from whatever looks like a browser.
const UPWARDS: [HeaderName; 8] = [
    ACCEPT,
    ACCEPT_LANGUAGE,
    IF_MATCH,
    IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
    IF_RANGE,
    RANGE,
    CONTENT_TYPE,
];
/// The same, of Atlassian's own.
const UPWARDS_OF_ATLASSIAN: [&str; 2] = ["x-experimentalapi", "x-force-accept-language"];

/// What an answer may bring. `Location`, `Link` and `Content-Length` are looked at one by one.
const DOWNWARDS: [HeaderName; 10] = [
    CONTENT_TYPE,
    CONTENT_DISPOSITION,
    CONTENT_LANGUAGE,
    CONTENT_RANGE,
    ACCEPT_RANGES,
    ETAG,
    LAST_MODIFIED,
    RETRY_AFTER,
    WARNING,
    HeaderName::from_static("deprecation"),
];
/// The same, of Atlassian's own.
const DOWNWARDS_OF_ATLASSIAN: [&str; 4] = ["sunset", "x-arequestid", "atl-traceid", "etag"];
/// What the names of headers about limits begin with.
const LIMITS: [&str; 3] = ["ratelimit", "x-ratelimit-", "beta-ratelimit"];

/// As many headers as most requests and answers have when they leave: a map that grows is built anew.
const ROOM: usize = 12;

/// The headers of a request that are passed on.
pub(super) fn upwards(came: &HeaderMap, has_body: bool) -> HeaderMap {
    let is_passed = |name: &HeaderName| {
        (UPWARDS.contains(name) || UPWARDS_OF_ATLASSIAN.contains(&name.as_str()))
            && (has_body || *name != CONTENT_TYPE)
    };
    let mut passed = HeaderMap::with_capacity(ROOM);
    for (name, value) in came.iter().filter(|(name, _)| is_passed(name)) {
        passed.append(name.clone(), value.clone());
    }
    // Without one Confluence has answered in XML and Jira in whatever it likes.
    passed
        .entry(ACCEPT)
        .or_insert(HeaderValue::from_static("application/json"));
    passed
}

/// The headers of an answer that are passed on as they are, but those that repeat a secret.
pub(super) fn downwards(came: &HeaderMap, repeats: impl Fn(&HeaderValue) -> bool) -> HeaderMap {
    let is_passed = |name: &HeaderName| {
        DOWNWARDS.contains(name)
            || DOWNWARDS_OF_ATLASSIAN.contains(&name.as_str())
            || LIMITS.iter().any(|start| name.as_str().starts_with(start))
    };
    let mut passed = HeaderMap::with_capacity(ROOM);
    for (name, value) in came {
        if is_passed(name) && !repeats(value) {
            passed.append(name.clone(), value.clone());
        }
    }
    passed
}

/// Says how long to wait: never nothing, as Jira has been seen to say.
pub(super) fn set_wait(headers: &mut HeaderMap, wait: Duration) {
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn a_request_brings_what_it_asks_for_and_nothing_about_its_sender() {
        let came = map(&[
            ("accept", "application/xml"),
            ("range", "bytes=0-9"),
            ("content-type", "application/json"),
            ("user-agent", "Mozilla/5.0"),
            ("origin", "https://evil.example"),
            ("referer", "https://evil.example/"),
            ("cookie", "a=b"),
            ("authorization", "Bearer ibk_x"),
            ("x-forwarded-for", "1.2.3.4"),
            ("x-session-token", "ibs_x"),
            ("connection", "keep-alive"),
            ("host", "ib.example"),
            ("x-atlassian-token", "nocheck"),
        ]);
        let names = |headers: &HeaderMap| {
            let mut names: Vec<String> = headers.keys().map(ToString::to_string).collect();
            names.sort();
            names
        };
        assert_eq!(
            names(&upwards(&came, true)),
            ["accept", "content-type", "range"]
        );
        assert_eq!(names(&upwards(&came, false)), ["accept", "range"]);
        assert_eq!(
            upwards(&HeaderMap::new(), false)[ACCEPT],
            "application/json"
        );
    }

    #[test]
    fn an_answer_brings_no_cookies_and_nothing_that_repeats_a_secret() {
        let came = map(&[
            ("content-type", "application/json"),
            ("set-cookie", "a=b"),
            ("server", "AtlassianEdge"),
            ("x-aaccountid", "557058"),
            ("x-ratelimit-remaining", "9"),
            ("ratelimit-reason", "jira-burst-based"),
            ("x-arequestid", "token"),
            ("etag", "\"1\""),
            ("content-security-policy", "none"),
        ]);
        let passed = downwards(&came, |value| value == "token");
        let mut names: Vec<&str> = passed.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "content-type",
                "etag",
                "ratelimit-reason",
                "x-ratelimit-remaining"
            ]
        );
    }

    #[test]
    fn a_wait_is_at_least_a_second() {
        let mut headers = HeaderMap::new();
        for (wait, told) in [(0, "1"), (1, "1"), (1001, "2"), (60_000, "60")] {
            set_wait(&mut headers, Duration::from_millis(wait));
            assert_eq!(headers[RETRY_AFTER], told);
        }
    }
}

//! What an answer says about the app's points.
//!
//! `RateLimit: "global-app-quota";r=11000;t=600` and `RateLimit-Policy: "global-app-quota";q=65000;w=3600`, either
//! with `Beta-` in front; the policy is left out when nothing is left
//! (<https://community.developer.atlassian.com/t/2026-point-based-rate-limits/97828>). `X-RateLimit-Limit` and
//! `-Remaining` are about calls a second, and `"tenant-app-quota"` is about one site. The `t` has been seen to be
//! wrong, and the hour ends when it ends.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

const APP: &str = "global-app-quota";
const LEFT: [&str; 2] = ["ratelimit", "beta-ratelimit"];
const POLICY: [&str; 2] = ["ratelimit-policy", "beta-ratelimit-policy"];

/// The points of an app, in Atlassian's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    /// Of how many.
    pub(super) quota: Option<u64>,
    /// How many are left.
    pub(super) left: u64,
}

/// What the answer says about them, if anything. A refusal says it, too, but that is a pause of its own
/// (`gates.rs`), which may end before the hour does.
pub(super) fn read(status: StatusCode, headers: &HeaderMap) -> Option<Told> {
    if status == StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    let left = LEFT.iter().find_map(|name| number(headers, name, "r"))?;
    let quota = POLICY.iter().find_map(|name| number(headers, name, "q"));
    Some(Told { quota, left })
}

/// The parameter `key` of the app's item in a list of items.
fn number(headers: &HeaderMap, name: &str, key: &str) -> Option<u64> {
    let values = headers.get_all(name).iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).find_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        if parts.next()?.trim_matches('"') != APP {
            return None;
        }
        parts.find_map(|part| {
            let (given, value) = part.split_once('=')?;
            (given.trim() == key).then(|| value.trim().parse().ok())?
        })
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn answer(status: u16, lines: &[(&str, &str)]) -> Option<Told> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        read(StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn what_is_left_to_the_app_is_read_in_both_spellings() {
        for prefix in ["", "Beta-"] {
            let left = format!("{prefix}RateLimit");
            let policy = format!("{prefix}RateLimit-Policy");
            let lines = [
                (left.as_str(), "\"global-app-quota\";r=11000;t=600"),
                (policy.as_str(), "\"global-app-quota\";q=65000;w=3600"),
            ];
            let told = answer(200, &lines).unwrap();
            assert_eq!((told.quota, told.left), (Some(65_000), 11_000));
        }
        let both = "\"tenant-app-quota\";r=7;t=1, \"global-app-quota\"; r=12; t=600";
        assert_eq!(answer(200, &[("RateLimit", both)]).unwrap().left, 12);
    }

    #[test]
    fn what_is_about_a_site_or_a_second_says_nothing() {
        for lines in [
            [("RateLimit", "\"tenant-app-quota\";r=7;t=1")],
            [("X-RateLimit-Remaining", "349")],
            [("RateLimit", "\"global-app-quota\";r=many")],
        ] {
            assert_eq!(answer(200, &lines), None, "{lines:?}");
        }
        let refusal = [("RateLimit", "\"global-app-quota\";r=0;t=600")];
        assert_eq!(answer(429, &refusal), None);
        assert_eq!(answer(200, &refusal).unwrap().left, 0);
    }
}

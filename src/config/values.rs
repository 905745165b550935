//! Parsers of plain values. Each says what is wrong and what to do, and never repeats the value.

use std::time::Duration;

use crate::model::oauth_scope::is_of_atlassian;

/// `true` for 1, true, yes, on; `false` for 0, false, no, off; in any case.
pub(super) fn flag(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}

/// A whole number within a range.
pub(super) fn whole_number(
    range: std::ops::RangeInclusive<u32>,
) -> impl Fn(&str) -> Result<u32, String> {
    move |text| {
        text.parse()
            .ok()
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                format!(
                    "must be a whole number from {} to {}",
                    range.start(),
                    range.end()
                )
            })
    }
}

/// As [`whole_number`], or `off`.
pub(super) fn whole_number_or_off(
    range: std::ops::RangeInclusive<u32>,
) -> impl Fn(&str) -> Result<Option<u32>, String> {
    let number = whole_number(range);
    move |text| {
        if text.eq_ignore_ascii_case("off") {
            return Ok(None);
        }
        number(text)
            .map(Some)
            .map_err(|problem| format!("{problem}, or off"))
    }
}

/// A port, 0 for any free one.
pub(super) fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| "must be a port number from 0 to 65535".to_owned())
}

/// One of a few words, in any case.
pub(super) fn choice<T: Copy>(choices: &[(&str, T)]) -> impl Fn(&str) -> Result<T, String> {
    move |text| {
        let chosen = choices
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text));
        chosen.map(|&(_, value)| value).ok_or_else(|| {
            let words: Vec<&str> = choices.iter().map(|&(word, _)| word).collect();
            format!("must be {}", words.join(" or "))
        })
    }
}

/// The seconds in a unit of time.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unit {
    Second = 1,
    Hour = 3600,
    Day = 86_400,
}

/// A time from one second to ten years: a number of the given unit, or one with s, m, h or d behind it.
pub(super) fn duration(unit: Unit) -> impl Fn(&str) -> Result<Duration, String> {
    const LONGEST: u64 = 3650 * Unit::Day as u64;
    move |text| {
        seconds(text, unit as u64)
            .filter(|seconds| (1..=LONGEST).contains(seconds))
            .map(Duration::from_secs)
            .ok_or_else(|| "must be a time above zero such as 30s, 15m, 12h or 7d".to_owned())
    }
}

/// As [`duration`] in seconds, but zero is allowed.
pub(super) fn duration_or_zero(text: &str) -> Result<Duration, String> {
    if seconds(text, 1) == Some(0) {
        Ok(Duration::ZERO)
    } else {
        duration(Unit::Second)(text)
    }
}

/// As [`duration`] in seconds, but `off` or 0 mean never.
pub(super) fn duration_or_off(text: &str) -> Result<Option<Duration>, String> {
    if text.eq_ignore_ascii_case("off") || seconds(text, 1) == Some(0) {
        return Ok(None);
    }
    duration(Unit::Second)(text)
        .map(Some)
        .map_err(|problem| format!("{problem}, or off"))
}

fn seconds(text: &str, unit: u64) -> Option<u64> {
    let text = text.to_ascii_lowercase();
    let number_ends = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, suffix) = text.split_at(number_ends);
    let unit = match suffix.trim_start() {
        "" => unit,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => Unit::Day as u64,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// The entries of a list: separated by commas, or a JSON array of texts. Blank entries do not count.
pub(super) fn list(text: &str) -> Result<Vec<String>, String> {
    let entries: Vec<String> = if text.starts_with('[') {
        serde_json::from_str(text)
            .map_err(|_| r#"must be a list such as a,b or ["a","b"]"#.to_owned())?
    } else {
        text.split(',').map(str::to_owned).collect()
    };
    let trimmed = entries.iter().map(|entry| entry.trim().to_owned());
    Ok(trimmed.filter(|entry| !entry.is_empty()).collect())
}

/// A list of which every entry is parsed; an error names the entry by its number.
pub(super) fn list_of<T>(
    parse: impl Fn(&str) -> Result<T, String>,
) -> impl Fn(&str) -> Result<Vec<T>, String> {
    move |text| {
        let entries = list(text)?;
        let alone = entries.len() == 1;
        let parsed = entries.iter().enumerate().map(|(index, entry)| {
            parse(entry).map_err(|problem| {
                if alone {
                    problem
                } else {
                    format!("entry {} {problem}", index + 1)
                }
            })
        });
        parsed.collect()
    }
}

/// OAuth scopes (RFC 6749 §3.3) of Atlassian's, separated by spaces or commas, each once.
pub(super) fn scopes(text: &str) -> Result<Vec<String>, String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in text
        .split([' ', ',', '\t'])
        .filter(|scope| !scope.is_empty())
    {
        if !is_of_atlassian(scope) {
            return Err(format!(
                "Atlassian knows no scope {scope:?}, and refuses every login that asks for it; scopes look like read:jira-work or read:page:confluence"
            ));
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1", Some(true))]
    #[case("TRUE", Some(true))]
    #[case("Yes", Some(true))]
    #[case("on", Some(true))]
    #[case("0", Some(false))]
    #[case("False", Some(false))]
    #[case("NO", Some(false))]
    #[case("off", Some(false))]
    #[case("2", None)]
    #[case("ja", None)]
    fn a_flag_is_one_of_eight_words(#[case] text: &str, #[case] expected: Option<bool>) {
        assert_eq!(flag(text).ok(), expected);
    }

    #[rstest]
    #[case("90", Some(90))]
    #[case("90s", Some(90))]
    #[case("15m", Some(900))]
    #[case("2H", Some(7200))]
    #[case("7 d", Some(604_800))]
    #[case("0", None)]
    #[case("-1", None)]
    #[case("1.5h", None)]
    #[case("m", None)]
    #[case("10 minutes", None)]
    #[case("99999999999999999999d", None)]
    fn a_time_is_a_number_with_an_optional_unit(#[case] text: &str, #[case] expected: Option<u64>) {
        assert_eq!(
            duration(Unit::Second)(text).ok(),
            expected.map(Duration::from_secs)
        );
    }

    #[test]
    fn a_plain_number_counts_in_the_settings_own_unit() {
        assert_eq!(duration(Unit::Hour)("12"), Ok(Duration::from_hours(12)));
        assert_eq!(duration(Unit::Day)("7"), Ok(Duration::from_hours(168)));
        assert_eq!(duration(Unit::Hour)("30m"), Ok(Duration::from_mins(30)));
    }

    #[rstest]
    #[case("off")]
    #[case("OFF")]
    #[case("0")]
    #[case("0s")]
    fn off_and_zero_mean_never(#[case] text: &str) {
        assert_eq!(duration_or_off(text), Ok(None));
    }

    #[rstest]
    #[case("a, b ,,c", &["a", "b", "c"])]
    #[case(r#"["a", " b "]"#, &["a", "b"])]
    #[case("[]", &[])]
    #[case("*", &["*"])]
    fn a_list_is_separated_by_commas_or_a_json_array(
        #[case] text: &str,
        #[case] expected: &[&str],
    ) {
        assert_eq!(list(text).unwrap(), expected);
    }

    #[test]
    fn a_broken_json_array_is_refused() {
        assert!(list("[a, b]").is_err());
        assert!(list("[1]").is_err());
    }

    #[test]
    fn scopes_are_kept_in_order_and_once() {
        assert_eq!(
            scopes("read:me  offline_access,read:me").unwrap(),
            ["read:me", "offline_access"]
        );
    }

    #[rstest]
    #[case("read")]
    #[case("read:me read")]
    #[case("read:\"jira")]
    fn a_scope_that_atlassian_does_not_know_is_refused(#[case] text: &str) {
        assert!(scopes(text).unwrap_err().contains("knows no scope"));
    }
}

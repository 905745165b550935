//! Times and durations as models and people write them, in the forms that Jira takes.

use crate::model::time::Timestamp;
use crate::service::error::ServiceError;

/// Jira logs whole minutes.
const SECONDS_OF_A_MINUTE: u64 = 60;

/// A moment in Jira's form, from RFC 3339 or from Jira's own form.
///
/// # Errors
/// `Validation` for any other text, and for a time without a zone, which could be anybody's.
pub(super) fn moment(argument: &str, text: &str) -> Result<String, ServiceError> {
    Ok(exactly(time(argument, text)?).replace('Z', "+0000"))
}

/// The beginning and the end of something, where they are given, in the form of ISO 8601 that Jira's boards take.
///
/// # Errors
/// `Validation` for what is no time with its zone, and for an end that is not after the beginning.
pub(super) fn span(
    start: (&str, Option<&str>),
    end: (&str, Option<&str>),
) -> Result<[Option<String>; 2], ServiceError> {
    let read =
        |(argument, text): (&str, Option<&str>)| text.map(|text| time(argument, text)).transpose();
    let (from, to) = (read(start)?, read(end)?);
    if let (Some(from), Some(to)) = (from, to)
        && to.millis() <= from.millis()
    {
        let why = format!("{} must be after {}", end.0, start.0);
        return Err(ServiceError::invalid(end.0, why));
    }
    Ok([from.map(exactly), to.map(exactly)])
}

/// A moment as people and models write it.
///
/// # Errors
/// `Validation` for any other text: a day alone, or a time without a zone, begins at another moment for everybody.
fn time(argument: &str, text: &str) -> Result<Timestamp, ServiceError> {
    let text = text.trim();
    let read = Timestamp::parse(text).or_else(|| Timestamp::parse(&text.replacen(' ', "T", 1)));
    read.ok_or_else(|| {
        let why = format!(
            "{argument} must be a time with its zone, such as 2026-01-30T09:00:00Z or 2026-01-30T10:00:00+01:00"
        );
        ServiceError::invalid(argument, why)
    })
}

/// A moment in UTC, with its thousandths.
fn exactly(moment: Timestamp) -> String {
    let thousandths = moment.millis().rem_euclid(1000);
    let second = moment.rfc3339();
    second.replace('Z', &format!(".{thousandths:03}Z"))
}

/// The day of a text that is a day, or a moment whose day is meant.
pub(super) fn day(text: &str) -> &str {
    let text = text.trim();
    match text.split_once('T') {
        Some((day, _)) if Timestamp::parse(text).is_some() => day,
        _ => text,
    }
}

/// A duration in Jira's form (`1h 30m`): from units in letters or words, from ISO 8601, from hours and minutes with a colon
/// between; a number alone is seconds.
///
/// # Errors
/// `Validation` for any other text.
pub(super) fn duration(argument: &str, text: &str) -> Result<String, ServiceError> {
    read(text.trim()).ok_or_else(|| {
        let why = format!(
            "{argument} must be a duration, such as 1h 30m, 2d, 90 minutes or 1:30; a number alone is seconds, at least 60"
        );
        ServiceError::invalid(argument, why)
    })
}

fn read(text: &str) -> Option<String> {
    if let Ok(seconds) = text.parse::<u64>() {
        return of_minutes(seconds / SECONDS_OF_A_MINUTE);
    }
    if let Some((hours, minutes)) = text.split_once(':') {
        let (hours, minutes): (u64, u64) = (hours.parse().ok()?, minutes.parse().ok()?);
        let in_an_hour = (minutes < 60).then_some(minutes)?;
        return of_minutes(hours.checked_mul(60)?.checked_add(in_an_hour)?);
    }
    let mut parts = Vec::new();
    let mut rest = text;
    let is_iso = rest.starts_with(['P', 'p']);
    if is_iso {
        rest = &rest[1..];
    }
    let mut seconds = 0;
    while !rest.is_empty() {
        // A sign between the day and the time of ISO 8601, and what people write between parts.
        rest = rest.trim_start_matches([' ', ',']);
        rest = rest.strip_prefix("and ").unwrap_or(rest);
        if is_iso {
            rest = rest.trim_start_matches(['T', 't']);
        }
        let digits = rest.len()
            - rest
                .trim_start_matches(|one: char| one.is_ascii_digit() || one == '.')
                .len();
        let (number, after) = rest.split_at(digits);
        number.parse::<f64>().ok()?;
        let after = after.trim_start();
        let letters = after.len() - after.trim_start_matches(char::is_alphabetic).len();
        let (unit, after) = if is_iso {
            after.split_at(after.chars().next()?.len_utf8())
        } else {
            after.split_at(letters)
        };
        match unit.to_ascii_lowercase().as_str() {
            "s" | "sec" | "secs" | "second" | "seconds" => seconds += number.parse::<u64>().ok()?,
            unit => parts.push(format!("{number}{}", unit_of(unit)?)),
        }
        rest = after.trim_end();
    }
    if seconds >= SECONDS_OF_A_MINUTE {
        parts.push(of_minutes(seconds / SECONDS_OF_A_MINUTE)?);
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Jira's letter. How many hours a day has is a setting of the site, so days stay days.
fn unit_of(unit: &str) -> Option<char> {
    Some(match unit {
        "w" | "wk" | "wks" | "week" | "weeks" => 'w',
        "d" | "day" | "days" => 'd',
        "h" | "hr" | "hrs" | "hour" | "hours" => 'h',
        "m" | "min" | "mins" | "minute" | "minutes" => 'm',
        _ => return None,
    })
}

fn of_minutes(minutes: u64) -> Option<String> {
    let parts = [(minutes / 60, 'h'), (minutes % 60, 'm')];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number}{unit}"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_every_usual_form() {
        for (text, expected) in [
            ("1h 30m", "1h 30m"),
            ("1h30m", "1h 30m"),
            ("2d", "2d"),
            ("1w 2d", "1w 2d"),
            ("1.5h", "1.5h"),
            ("5400", "1h 30m"),
            ("90", "1m"),
            ("1 hour", "1h"),
            ("90 minutes", "90m"),
            ("1 hour, 30 minutes", "1h 30m"),
            ("1 hour and 5 min", "1h 5m"),
            ("PT1H30M", "1h 30m"),
            ("P1DT2H", "1d 2h"),
            ("1:30", "1h 30m"),
            ("0:05", "5m"),
            ("3600s", "1h"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for wrong in ["", "soon", "1", "h", "1x", "1:75", "-1h", "1h x", "1 h 2"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_moment_needs_its_zone_and_comes_in_jiras_form() {
        for (text, expected) in [
            ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000+0000"),
            ("2026-11-20T10:00:00+05:30", "2026-11-20T04:30:00.000+0000"),
            (
                "2026-11-20T10:00:00.123456+00:00",
                "2026-11-20T10:00:00.123+0000",
            ),
            (
                "2026-11-20T10:00:00.000+0000",
                "2026-11-20T10:00:00.000+0000",
            ),
            ("2026-11-20 10:00:00Z", "2026-11-20T10:00:00.000+0000"),
        ] {
            assert_eq!(moment("started", text).unwrap(), expected);
        }
        for wrong in ["2026-11-20", "2026-11-20T10:00", "2026-11-20 10:00", "now"] {
            assert!(moment("started", wrong).is_err(), "{wrong}");
        }
        let [start, end] = span(
            ("start_date", Some("2026-12-01T10:00:00+01:00")),
            ("end_date", Some("2026-12-14T09:00:00Z")),
        )
        .unwrap();
        assert_eq!(start.as_deref(), Some("2026-12-01T09:00:00.000Z"));
        assert_eq!(end.as_deref(), Some("2026-12-14T09:00:00.000Z"));
        assert_eq!(day("2026-12-24T10:00:00Z"), "2026-12-24");
        assert_eq!(day("2026-12-24"), "2026-12-24");
        assert_eq!(day("Tomorrow"), "Tomorrow");
    }
}

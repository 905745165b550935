//! The sandbox's own clock, in milliseconds since 1970, and the ways Atlassian writes a moment.

use std::time::{SystemTime, UNIX_EPOCH};

use time::{OffsetDateTime, UtcOffset};

/// One second, minute, hour and day in milliseconds.
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The machine's time in milliseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox is another program's clock: system time plus its own offset"
)]
pub(crate) fn system_time() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}

fn moment(milliseconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
        .to_offset(UtcOffset::UTC)
}

/// `2021-01-17T12:34:00.000Z`, the form of Confluence.
pub(crate) fn confluence_time(milliseconds: i64) -> String {
    format!("{}Z", clock_text(milliseconds))
}

/// `2021-01-17T12:34:00.000+0000`, the form of Jira: no colon in the offset, so that readers of RFC 3339
/// refuse it.
pub(crate) fn jira_time(milliseconds: i64) -> String {
    format!("{}+0000", clock_text(milliseconds))
}

fn clock_text(milliseconds: i64) -> String {
    let at = moment(milliseconds);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

/// `2021-01-17`.
pub(crate) fn day_text(milliseconds: i64) -> String {
    clock_text(milliseconds).chars().take(10).collect()
}

/// `Jan 17, 2021`, the form of Confluence's `friendlyLastModified`.
pub(crate) fn friendly_day(milliseconds: i64) -> String {
    let at = moment(milliseconds);
    let month: String = at.month().to_string().chars().take(3).collect();
    format!("{month} {:02}, {}", at.day(), at.year())
}

/// The start of the UTC day, week (Sunday), month or year that holds the moment.
pub(crate) fn start_of(unit: &str, milliseconds: i64) -> i64 {
    let at = moment(milliseconds);
    let midnight = milliseconds - milliseconds.rem_euclid(DAY);
    match unit {
        "week" => midnight - i64::from(at.weekday().number_days_from_sunday()) * DAY,
        "month" => midnight - i64::from(at.day() - 1) * DAY,
        "year" => midnight - i64::from(at.ordinal() - 1) * DAY,
        _ => midnight,
    }
}

/// Reads `2021-01-17`, `2021/01/17`, each with an optional `12:34`.
pub(crate) fn parse_day(text: &str) -> Option<i64> {
    let text = text.trim().replace('/', "-").replace('T', " ");
    let (day, clock) = text.split_once(' ').unwrap_or((&text, "00:00"));
    let mut parts = day.split('-');
    let year = parts.next()?.parse::<i32>().ok()?;
    let month = time::Month::try_from(parts.next()?.parse::<u8>().ok()?).ok()?;
    let date = time::Date::from_calendar_date(year, month, parts.next()?.parse().ok()?).ok()?;
    if parts.next().is_some() {
        return None;
    }
    let (hour, minute) = clock.split_once(':')?;
    let time = time::Time::from_hms(hour.parse().ok()?, minute.get(..2)?.parse().ok()?, 0).ok()?;
    Some(date.with_time(time).assume_utc().unix_timestamp() * SECOND)
}

/// Reads what stands for a time in a query, a day with an optional `12:34`, on the clock of a time zone. Seconds and zones
/// are none of it.
pub(crate) fn time_in_query(text: &str, zone: &str) -> Option<i64> {
    let has_more = text.contains('T') || text.trim().len() > "2021-01-17 12:34".len();
    let on_clock = parse_day(text).filter(|_| !has_more)?;
    let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let shown = jiff::Timestamp::from_millisecond(on_clock).ok()?;
    let clock = jiff::tz::TimeZone::UTC.to_datetime(shown);
    Some(zone.to_timestamp(clock).ok()?.as_millisecond())
}

/// Reads `1610886840000`, milliseconds since 1970, which JQL takes as well.
pub(crate) fn parse_moment(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Reads `2021-01-17T12:34:00.000+0000`, the form of [`jira_time`], with any offset.
pub(crate) fn parse_jira_time(text: &str) -> Option<i64> {
    let minute = parse_day(text.get(..16)?)?;
    let seconds: i64 = text.get(17..19)?.parse().ok()?;
    let offset = text.get(23..)?;
    let sign = match offset.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let hours: i64 = offset.get(1..3)?.parse().ok()?;
    let minutes: i64 = offset
        .get(3..)?
        .parse()
        .ok()
        .filter(|_| offset.len() == 5)?;
    Some(minute + seconds * SECOND - sign * (hours * HOUR + minutes * MINUTE))
}

/// Reads `-7d`, `2w`, `-4h`, `30m`, `-1M`, `-1y`, also `"-1w 2d"`, as a distance.
pub(crate) fn parse_distance(text: &str) -> Option<i64> {
    let (sign, rest) = match text.trim().strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.trim().trim_start_matches('+')),
    };
    let mut total = 0;
    let mut parts = rest.split_whitespace().peekable();
    parts.peek()?;
    for part in parts {
        let unit = part.chars().next_back()?;
        let count: i64 = part.strip_suffix(unit)?.parse().ok()?;
        total += count
            * match unit {
                'm' => MINUTE,
                'h' => HOUR,
                'd' => DAY,
                'w' => 7 * DAY,
                'M' => 30 * DAY,
                'y' => 365 * DAY,
                _ => return None,
            };
    }
    Some(sign * total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jira_writes_no_colon_in_the_offset_and_confluence_a_z() {
        assert_eq!(jira_time(1_610_886_840_000), "2021-01-17T12:34:00.000+0000");
        assert_eq!(
            confluence_time(1_610_886_840_005),
            "2021-01-17T12:34:00.005Z"
        );
        assert_eq!(friendly_day(1_610_886_840_000), "Jan 17, 2021");
    }

    #[test]
    fn days_and_distances_are_read_and_nonsense_is_refused() {
        assert_eq!(parse_day("2021/01/17 12:34"), Some(1_610_886_840_000));
        assert_eq!(parse_day("2021-13-17"), None);
        assert_eq!(
            time_in_query("2021/01/17 12:34", "Australia/Sydney"),
            Some(1_610_886_840_000 - 11 * HOUR)
        );
        for no_time in ["2021-01-17T12:34:00Z", "2021-01-17 12:34:00", "soon"] {
            assert_eq!(time_in_query(no_time, "Etc/UTC"), None, "{no_time}");
        }
        assert_eq!(parse_distance("-7d"), Some(-7 * DAY));
        assert_eq!(parse_distance("1w 2d"), Some(9 * DAY));
        assert_eq!(parse_distance("7x"), None);
        assert_eq!(start_of("month", 1_610_886_840_000), 1_609_459_200_000);
    }
}

//! The time zone of an account, and moments as its clock shows them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone as Zone};
use jiff::{SignedDuration, Timestamp};

/// A time zone of the IANA database, such as `Australia/Sydney`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimeZone(Zone);

/// A moment as somebody wrote it: what the clock shows, and how far from UTC that clock is, if that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrittenMoment {
    clock: DateTime,
    offset: Option<Offset>,
}

/// To which side a moment may be moved where it cannot be said exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// Back: what begins there.
    Down,
    /// Forward: what ends there.
    Up,
}

impl TimeZone {
    /// The zone in which all times are told here.
    pub(crate) const UTC: Self = Self(Zone::UTC);

    /// The zones in which it is earliest and latest: between them lies every other.
    pub(crate) fn extreme(rounding: Rounding) -> Self {
        Self(Zone::fixed(match rounding {
            Rounding::Down => jiff::tz::offset(-12),
            Rounding::Up => jiff::tz::offset(14),
        }))
    }

    /// The zone of this name; none where it is unknown.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Zone::get(name).ok().map(Self)
    }
}

impl WrittenMoment {
    /// Reads a day and a time, with a zone or without: RFC 3339 and its relatives (`2026-01-31T12:00Z`,
    /// `2026-01-31 12:00:30.5 +0100`, `2026-01-31T12:00`). Anything else is none, a day alone too.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (day, rest) = text.split_once(['T', 't', ' '])?;
        let is_clock = |sign: char| sign.is_ascii_digit() || matches!(sign, ':' | '.' | ',');
        let rest = rest.trim_start();
        let zone = rest.trim_start_matches(is_clock);
        let clock = &rest[..rest.len() - zone.len()];
        Some(Self {
            clock: day_of(day)?.to_datetime(time_of(clock)?),
            offset: offset_of(zone.trim())?,
        })
    }

    /// Whether it says in which zone it is meant.
    pub(crate) fn has_zone(self) -> bool {
        self.offset.is_some()
    }

    /// Whether it is a whole minute.
    pub(crate) fn is_minute(self) -> bool {
        self.clock.second() == 0 && self.clock.subsec_nanosecond() == 0
    }

    /// The moment on the clock of a zone, to the minute: `2026/01/31 12:00`, as JQL and CQL take it.
    pub(crate) fn minute_in(self, zone: &TimeZone, rounding: Rounding) -> Option<String> {
        let clock = rounded(self.on_clock_of(zone)?, 60, rounding)?;
        Some(clock.strftime("%Y/%m/%d %H:%M").to_string())
    }

    /// The day that it lies in, in a zone; one that is midnight where it was written means that day.
    pub(crate) fn day_in(self, zone: &TimeZone, rounding: Rounding) -> Option<String> {
        let is_day = self.clock.time() == Time::midnight();
        let clock = if is_day {
            self.clock
        } else {
            self.on_clock_of(zone)?
        };
        let day = rounded(clock, 24 * 60 * 60, rounding)?;
        Some(day.strftime("%Y/%m/%d").to_string())
    }

    /// Milliseconds since 1970; none without a zone.
    pub(crate) fn milliseconds(self) -> Option<i64> {
        Some(self.moment()?.as_millisecond())
    }

    fn moment(self) -> Option<Timestamp> {
        self.offset?.to_timestamp(self.clock).ok()
    }

    fn on_clock_of(self, zone: &TimeZone) -> Option<DateTime> {
        match self.offset {
            None => Some(self.clock),
            Some(_) => Some(zone.0.to_datetime(self.moment()?)),
        }
    }
}

/// The clock moved to a whole number of so many seconds of its day.
fn rounded(clock: DateTime, unit: i64, rounding: Rounding) -> Option<DateTime> {
    let midnight = clock.date().to_datetime(Time::midnight());
    let since = clock.duration_since(midnight);
    let whole = since.as_secs().div_euclid(unit);
    let is_whole = since == SignedDuration::from_secs(whole * unit);
    let whole = whole + i64::from(rounding == Rounding::Up && !is_whole);
    midnight
        .checked_add(SignedDuration::from_secs(whole * unit))
        .ok()
}

fn day_of(text: &str) -> Option<Date> {
    let mut parts = text.split(['-', '/']);
    let year = parts.next().filter(|year| year.len() == 4)?;
    let (month, day) = (parts.next()?, parts.next()?);
    let fits = parts.next().is_none() && month.len() <= 2 && day.len() <= 2;
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    date.ok().filter(|_| fits)
}

fn time_of(text: &str) -> Option<Time> {
    let mut parts = text.split(':');
    let (hour, minute) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let seconds = parts.next().unwrap_or("0");
    let (second, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !is_fraction {
        return None;
    }
    let nanoseconds = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Time::new(hour, minute, second.parse().ok()?, nanoseconds).ok()
}

/// How far from UTC a zone is that was written behind a time; none where nothing was.
#[expect(clippy::option_option, reason = "a text that is no zone, and no text")]
fn offset_of(text: &str) -> Option<Option<Offset>> {
    if text.is_empty() {
        return Some(None);
    }
    if ["z", "utc", "gmt"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
    {
        return Some(Some(Offset::UTC));
    }
    let (sign, digits) = match (text.strip_prefix('+'), text.strip_prefix(['-', '\u{2212}'])) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    let is_offset =
        matches!(digits.len(), 2 | 4) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let hours: i32 = digits.get(..2).filter(|_| is_offset)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4).map_or(Ok(0), str::parse).ok()?;
    let seconds = sign * (hours * 60 + minutes) * 60;
    Some(Some(Offset::from_seconds(seconds).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(text: &str, zone: &str, rounding: Rounding) -> Option<String> {
        WrittenMoment::parse(text)?.minute_in(&TimeZone::named(zone)?, rounding)
    }

    #[test]
    fn a_moment_is_told_as_the_clock_of_the_zone_shows_it() {
        for (text, zone, expected) in [
            (
                "2026-11-29T13:07:26.525Z",
                "Australia/Sydney",
                "2026/11/30 00:07",
            ),
            (
                "2026-06-29T13:07:26Z",
                "Australia/Sydney",
                "2026/06/29 23:07",
            ),
            (
                "2026-11-29T13:07:00+05:30",
                "America/New_York",
                "2026/11/29 02:37",
            ),
            (
                "2026-11-29T13:07:00.000+0000",
                "Europe/Berlin",
                "2026/11/29 14:07",
            ),
            ("2026-11-29t13:07z", "Etc/UTC", "2026/11/29 13:07"),
            ("2026-11-29 13:07:59 UTC", "Etc/UTC", "2026/11/29 13:07"),
            ("2026/11/29 13:07 -08", "Etc/UTC", "2026/11/29 21:07"),
            // Without a zone it is meant where the account is.
            (
                "2026-11-29T13:07:26",
                "Australia/Sydney",
                "2026/11/29 13:07",
            ),
        ] {
            let told = minute(text, zone, Rounding::Down);
            assert_eq!(told.as_deref(), Some(expected), "{text} in {zone}");
        }
        let up = minute("2026-12-31T23:59:00.001Z", "Etc/UTC", Rounding::Up);
        assert_eq!(up.as_deref(), Some("2027/01/01 00:00"));
        let whole = minute("2026-12-31T23:59:00Z", "Etc/UTC", Rounding::Up);
        assert_eq!(whole.as_deref(), Some("2026/12/31 23:59"));
    }

    #[test]
    fn a_day_is_that_of_the_zone_and_midnight_is_the_day_that_was_written() {
        let day = |text: &str, rounding| {
            let zone = TimeZone::named("America/New_York").unwrap();
            WrittenMoment::parse(text).unwrap().day_in(&zone, rounding)
        };
        for (text, down, up) in [
            ("2026-12-24T00:00:00Z", "2026/12/24", "2026/12/24"),
            ("2026-12-24T02:00:00Z", "2026/12/23", "2026/12/24"),
            ("2026-12-24T10:00", "2026/12/24", "2026/12/25"),
        ] {
            assert_eq!(day(text, Rounding::Down).as_deref(), Some(down), "{text}");
            assert_eq!(day(text, Rounding::Up).as_deref(), Some(up), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in [
            "2026-11-29",
            "-1d",
            "2026-13-29T10:00Z",
            "2026-11-29T25:00Z",
            "2026-11-29T10:00X",
            "2026-11-29T10Z",
            "26-11-29T10:00Z",
            "2026-11-29 10:00 +1",
            "29.11.2026 10:00",
            "to do",
            "2026-11-29T10:00:00.Z",
            "2026-11-29-01T10:00Z",
            "",
        ] {
            assert_eq!(WrittenMoment::parse(text), None, "{text}");
        }
        assert_eq!(TimeZone::named("Mars/Olympus"), None);
    }
}

//! Points in time, kept as milliseconds since the Unix epoch and shown as RFC 3339 in UTC.

use std::fmt;
use std::time::Duration;

use ::time::OffsetDateTime;
use ::time::format_description::well_known::Rfc3339;
use ::time::macros::format_description;
use serde::{Serialize, Serializer};

/// A point in time with millisecond precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the Unix epoch.
    pub(crate) const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This time moved into the future, saturating at the end of time.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(millis_of(by)))
    }

    /// This time moved into the past, saturating at the start of time.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(millis_of(by)))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// RFC 3339 in UTC with whole seconds, such as `2026-01-31T12:00:00Z`.
    pub fn rfc3339(self) -> String {
        OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000))
            .ok()
            .and_then(|moment| moment.format(&Rfc3339).ok())
            .unwrap_or_else(|| String::from("1970-01-01T00:00:00Z"))
    }

    /// RFC 3339 in UTC with thousandths, such as `2026-01-31T12:00:00.125Z`; of a whole second without.
    pub(crate) fn exactly(self) -> String {
        let second = self.rfc3339();
        match self.0.rem_euclid(1000) {
            0 => second,
            thousandths => second.replace('Z', &format!(".{thousandths:03}Z")),
        }
    }

    /// Gives a time as exactly as it is known, for a member that is compared with another reading.
    ///
    /// # Errors
    /// Those of the serializer.
    #[expect(clippy::ref_option, reason = "serde hands it over so")]
    pub(crate) fn serialize_exactly<S: Serializer>(
        time: &Option<Self>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(Self::exactly).serialize(serializer)
    }

    /// Reads the date of an HTTP header in any of its three forms (RFC 9110 §5.6.7), such as
    /// `Sat, 31 Jan 2026 12:00:00 GMT`.
    pub(crate) fn parse_http_date(text: &str) -> Option<Self> {
        let moment = httpdate::parse_http_date(text).ok()?;
        let since = moment.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_millis()).ok().map(Self)
    }

    /// Reads RFC 3339, or Jira's own form with an offset that has no colon
    /// (`2021-01-17T12:34:00.000+0000`). Anything else is `None`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let jira = format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond][offset_hour sign:mandatory][offset_minute]"
        );
        let moment = OffsetDateTime::parse(text, &Rfc3339)
            .or_else(|_| OffsetDateTime::parse(text, &jira))
            .ok()?;
        i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000_000))
            .ok()
            .map(Self)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.rfc3339())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

/// A duration as a person says it, in its two largest units: `1 hour 20 minutes`.
pub(crate) fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let units = [
        (seconds / 86_400, "day"),
        (seconds / 3600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let first = units
        .iter()
        .position(|(count, _)| *count > 0)
        .unwrap_or(units.len() - 1);
    let words: Vec<String> = units[first..]
        .iter()
        .take(2)
        .enumerate()
        .filter(|(position, (count, _))| *position == 0 || *count > 0)
        .map(|(_, (count, unit))| format!("{count} {unit}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    words.join(" ")
}

fn millis_of(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_http_header_is_read() {
        let read = Timestamp::parse_http_date("Sat, 31 Jan 2026 12:00:00 GMT");
        assert_eq!(read, Timestamp::parse("2026-01-31T12:00:00Z"));
        for older in [
            "Saturday, 31-Jan-26 12:00:00 GMT",
            "Sat Jan 31 12:00:00 2026",
        ] {
            assert_eq!(Timestamp::parse_http_date(older), read, "{older}");
        }
        assert_eq!(Timestamp::parse_http_date("yesterday"), None);
    }

    #[test]
    fn jiras_offset_without_a_colon_is_read() {
        let time = Timestamp::parse("2021-01-17T12:34:00.000+0000").unwrap();
        assert_eq!(time.rfc3339(), "2021-01-17T12:34:00Z");
        let west = Timestamp::parse("2021-01-17T12:34:00.000-0330").unwrap();
        assert_eq!(west.rfc3339(), "2021-01-17T16:04:00Z");
    }

    #[test]
    fn a_duration_is_said_in_its_two_largest_units() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (3599, "59 minutes 59 seconds"),
            (3600, "1 hour"),
            (3605, "1 hour"),
            (5400, "1 hour 30 minutes"),
            (90_000, "1 day 1 hour"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn rfc_3339_is_read_and_other_text_is_not() {
        assert_eq!(
            Timestamp::parse("2024-01-02T03:04:05.678Z")
                .unwrap()
                .millis()
                % 1000,
            678
        );
        assert_eq!(Timestamp::parse("yesterday"), None);
    }
}

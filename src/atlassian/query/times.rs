//! Times in a query, in the only form that the products take: to the minute, on the clock of the account that asks.

use super::lexer::{Lexed, Token};
use crate::model::time_zone::{Rounding, TimeZone, WrittenMoment};

/// Which fields of a query language hold times.
#[derive(Debug)]
pub(in crate::atlassian) struct Dates {
    /// Fields with a day and a time.
    pub(in crate::atlassian) moments: &'static [&'static str],
    /// Fields with a day alone.
    pub(in crate::atlassian) days: &'static [&'static str],
    /// Whether a bare number of milliseconds since 1970 is a time.
    pub(in crate::atlassian) takes_numbers: bool,
}

/// What is said of a time by what stands before it.
struct Role<'a> {
    field: &'a str,
    rounding: Rounding,
    /// The same where only the day counts: up to noon of a day means that day, and not the next one.
    of_days: Rounding,
    /// Whether only a field that holds times is compared so.
    is_surely_time: bool,
}

/// Whether a query holds a time that says its zone.
pub(in crate::atlassian) fn has_zones(query: &str, dates: &Dates) -> bool {
    let lexed = Lexed::new(query);
    let times = found(&lexed, dates);
    times.iter().any(|(_, _, moment, _)| moment.has_zone())
}

/// The query with its times as the products take them. Where the zone is not known, times that say theirs are given in
/// milliseconds, or so that the query finds what was meant in any zone, and up to half a day more.
pub(in crate::atlassian) fn in_zone(query: &str, dates: &Dates, zone: Option<&TimeZone>) -> String {
    let lexed = Lexed::new(query);
    let mut told = String::with_capacity(query.len());
    let mut end = 0;
    for (place, length, moment, role) in found(&lexed, dates) {
        let Some(time) = told_as(moment, &role, dates, zone) else {
            continue;
        };
        told.push_str(&query[end..place]);
        told.push_str(&time);
        end = place + length;
    }
    told.push_str(&query[end..]);
    told
}

fn told_as(
    moment: WrittenMoment,
    role: &Role<'_>,
    dates: &Dates,
    zone: Option<&TimeZone>,
) -> Option<String> {
    let is_day = is_among(role.field, dates.days);
    let number = moment
        .milliseconds()
        .filter(|_| dates.takes_numbers && !is_day);
    if let (None, Some(number)) = (zone, number) {
        return Some(number.to_string());
    }
    // Nothing that was meant is missed, wherever the account lives.
    let unknown = if is_day {
        TimeZone::UTC
    } else {
        TimeZone::extreme(role.rounding)
    };
    let zone = zone.unwrap_or(&unknown);
    let time = if is_day {
        moment.day_in(zone, role.of_days)
    } else {
        moment.minute_in(zone, role.rounding)
    };
    Some(format!("\"{}\"", time?))
}

/// The times that stand where one can stand, with place and length.
fn found<'a>(lexed: &Lexed<'a>, dates: &Dates) -> Vec<(usize, usize, WrittenMoment, Role<'a>)> {
    if lexed.is_malformed() {
        return Vec::new();
    }
    let tokens = lexed.tokens();
    let moments = tokens
        .iter()
        .enumerate()
        .filter_map(|(index, (place, token))| {
            let (text, length) = match token {
                Token::Word(text) => (*text, text.len()),
                Token::Quoted(text) => (*text, text.len() + 2),
                _ => return None,
            };
            let moment = WrittenMoment::parse(text)?;
            let is_day = |role: &Role<'_>| is_among(role.field, dates.days);
            // `2026-01-31 12:00` is the products' own form.
            let is_own = !moment.has_zone() && moment.is_minute() && text.contains(' ');
            let role = role_of(tokens, index).filter(|role| is_time(role, dates))?;
            (!is_own || is_day(&role)).then_some((*place, length, moment, role))
        });
    moments.collect()
}

fn is_time(role: &Role<'_>, dates: &Dates) -> bool {
    role.is_surely_time || is_among(role.field, dates.moments) || is_among(role.field, dates.days)
}

fn is_among(field: &str, fields: &[&str]) -> bool {
    fields.iter().any(|known| known.eq_ignore_ascii_case(field))
}

/// What the text at this place is to the query.
fn role_of<'a>(tokens: &[(usize, Token<'a>)], index: usize) -> Option<Role<'a>> {
    let token = |index: Option<usize>| {
        index
            .and_then(|index| tokens.get(index))
            .map(|(_, token)| *token)
    };
    let before = index.checked_sub(1);
    match token(before)? {
        Token::Operator(sign) => compared(sign, token(before?.checked_sub(1))?),
        Token::Word(word) => predicate(word, 0),
        Token::Open | Token::Comma => {
            let (open, place) = opening(tokens, index)?;
            match token(open.checked_sub(1))? {
                Token::Word(word) if word.eq_ignore_ascii_case("in") => {
                    let before = open.checked_sub(2)?;
                    let is_not = matches!(tokens.get(before), Some((_, Token::Word(word))) if word.eq_ignore_ascii_case("not"));
                    let field = token(before.checked_sub(usize::from(is_not)))?;
                    compared("=", field)
                }
                Token::Word(word) => predicate(word, place),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The bracket in which the text at this place stands, and as which of its texts.
fn opening(tokens: &[(usize, Token<'_>)], index: usize) -> Option<(usize, usize)> {
    let mut place = 0;
    for before in (0..index).rev() {
        match tokens[before].1 {
            Token::Open => return Some((before, place)),
            Token::Comma => place += 1,
            Token::Word(_) | Token::Quoted(_) => {}
            Token::Operator(_) | Token::Close => return None,
        }
    }
    None
}

fn compared<'a>(sign: &str, field: Token<'a>) -> Option<Role<'a>> {
    let (Token::Word(field) | Token::Quoted(field)) = field else {
        return None;
    };
    let (rounding, of_days) = match sign {
        ">" | ">=" | "=" | "!=" => (Rounding::Down, Rounding::Down),
        "<" => (Rounding::Up, Rounding::Up),
        "<=" => (Rounding::Up, Rounding::Down),
        _ => return None,
    };
    Some(Role {
        field,
        rounding,
        of_days,
        is_surely_time: sign.starts_with(['<', '>']),
    })
}

/// What JQL says about the past: `after`, `before`, `on` and `during`; and `updatedBy(somebody, from, to)`.
fn predicate(word: &str, place: usize) -> Option<Role<'static>> {
    let rounding = match (word.to_ascii_lowercase().as_str(), place) {
        ("after" | "on" | "during", 0) | ("updatedby", 1) => Rounding::Down,
        ("before", 0) | ("during", 1) | ("updatedby", 2) => Rounding::Up,
        _ => return None,
    };
    Some(Role {
        field: "",
        rounding,
        of_days: rounding,
        is_surely_time: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATES: Dates = Dates {
        moments: &["created", "updated"],
        days: &["due"],
        takes_numbers: true,
    };

    fn in_sydney(query: &str) -> String {
        in_zone(query, &DATES, TimeZone::named("Australia/Sydney").as_ref())
    }

    #[test]
    fn times_that_say_their_zone_are_told_on_the_accounts_clock() {
        for (asked, sent) in [
            (
                r#"updated >= "2026-11-29T13:07:26.525Z""#,
                r#"updated >= "2026/11/30 00:07""#,
            ),
            (
                "project = A AND UPDATED>'2026-11-29T13:07:26Z' ORDER BY key",
                r#"project = A AND UPDATED>"2026/11/30 00:07" ORDER BY key"#,
            ),
            // What ends there must not lose the rest of the minute.
            (
                r#"updated < "2026-11-29T13:07:26Z""#,
                r#"updated < "2026/11/30 00:08""#,
            ),
            (
                r#"updated <= "2026-11-29T13:07:00Z""#,
                r#"updated <= "2026/11/30 00:07""#,
            ),
            (
                "created > 2026-11-29T13:07:26+01:00",
                r#"created > "2026/11/29 23:07""#,
            ),
            (
                r#"created in ("2026-11-29T13:07:00Z", "-1d")"#,
                r#"created in ("2026/11/30 00:07", "-1d")"#,
            ),
            (
                r#"created not in ("2026-11-29T13:07:00Z")"#,
                r#"created not in ("2026/11/30 00:07")"#,
            ),
            (
                r#"created != "2026-11-29T13:07:00Z""#,
                r#"created != "2026/11/30 00:07""#,
            ),
            (
                r#""Release at" >= "2026-11-29T13:07:00Z""#,
                r#""Release at" >= "2026/11/30 00:07""#,
            ),
            (
                r#"cf[10040] < "2026-11-29T13:07:00Z""#,
                r#"cf[10040] < "2026/11/30 00:07""#,
            ),
            (
                r#"status changed after "2026-11-29T13:07:26Z" before "2026-11-29T14:07:26Z""#,
                r#"status changed after "2026/11/30 00:07" before "2026/11/30 01:08""#,
            ),
            (
                r#"status was Done during ("2026-11-29T13:07:26Z", "2026-11-29T13:07:26Z")"#,
                r#"status was Done during ("2026/11/30 00:07", "2026/11/30 00:08")"#,
            ),
            (
                r#"issue in updatedBy(mia, "2026-11-29T13:07:26Z", "2026-11-29T13:07:26Z")"#,
                r#"issue in updatedBy(mia, "2026/11/30 00:07", "2026/11/30 00:08")"#,
            ),
        ] {
            assert_eq!(in_sydney(asked), sent);
        }
    }

    #[test]
    fn days_and_times_without_a_zone_are_those_of_the_account() {
        for (asked, sent) in [
            (r#"due <= "2026-11-29T13:07:26Z""#, r#"due <= "2026/11/30""#),
            (r#"due < "2026-11-29T00:00:00Z""#, r#"due < "2026/11/29""#),
            (r#"due = "2026-11-29 10:00""#, r#"due = "2026/11/29""#),
            // Without a zone it is meant on the account's clock, which takes no seconds.
            (
                r#"updated >= "2026-11-29T13:07:26""#,
                r#"updated >= "2026/11/29 13:07""#,
            ),
            (
                r#"updated >= "2026-11-29 13:07:26""#,
                r#"updated >= "2026/11/29 13:07""#,
            ),
        ] {
            assert_eq!(in_sydney(asked), sent);
        }
    }

    #[test]
    fn what_is_no_time_in_a_clause_about_time_stays_as_it_is() {
        for query in [
            r#"updated >= "2026-11-29 13:07""#,
            r#"updated >= "2026/11/29""#,
            "updated >= -1d",
            r#"text ~ "2026-11-29T13:07:26Z""#,
            r#"summary ~ "updated >= \"2026-11-29T13:07:26Z\"""#,
            r#"labels = "2026-11-29T13:07:26Z""#,
            r#"labels in ("2026-11-29T13:07:26Z", a)"#,
            r#"fixVersion was "2026-11-29T13:07:26Z""#,
            r#"updated >= "2026-11-29T13:07:26Z"#,
            r#"issue in linkedIssues("A-1", "2026-11-29T13:07:26Z")"#,
        ] {
            assert_eq!(in_sydney(query), query);
        }
    }

    #[test]
    fn where_the_zone_is_unknown_jira_is_given_the_moment_itself() {
        let query = r#"updated >= "2026-11-29T13:07:26.525Z" AND due > "2026-11-29T13:07:26Z""#;
        let sent = r#"updated >= 1795957646525 AND due > "2026/11/29""#;
        assert_eq!(in_zone(query, &DATES, None), sent);
        // Where milliseconds are none, more is found rather than less.
        let words = Dates {
            takes_numbers: false,
            ..DATES
        };
        let query = r#"created >= "2026-11-29T13:07:26Z" AND created < "2026-11-29T13:07:26Z""#;
        let sent = r#"created >= "2026/11/29 01:07" AND created < "2026/11/30 03:08""#;
        assert_eq!(in_zone(query, &words, None), sent);
        assert!(has_zones(query, &DATES));
        assert!(!has_zones(r#"updated >= "2026-11-29T13:07:26""#, &DATES));
    }
}

//! Four times the text takes four times the time, whatever it is made of.
//!
//! Time by growth, not by seconds: a machine may be slow, but work that looks at a sign again for every
//! other sign takes sixteen times as long.

mod changes;
mod markdown;
mod sources;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

const SHORT: usize = 3_000;
const TIMES: usize = 4;
/// Between four, for work that grows as the text does, and sixteen, for its square.
const MOST_GROWTH: u32 = 9;
/// Below this the machine says more than the text; the square of the longer one takes seconds.
const MEASURABLE: Duration = Duration::from_millis(100);
/// A time that looks too long is taken again: what else the machine does makes single ones longer.
const ROUNDS: usize = 4;

/// What a conversion does with a text.
type Work = (&'static str, fn(&str));

/// A text of about `length`, in which `part` is repeated.
fn filled(before: &str, part: &str, after: &str, length: usize) -> String {
    format!(
        "{before}{}{after}",
        part.repeat(length.div_ceil(part.len()))
    )
}

/// A text whose first half opens what the second half closes.
fn halves(first: &str, second: &str, length: usize) -> String {
    let count = length.div_ceil(first.len() + second.len());
    format!("{}x{}", first.repeat(count), second.repeat(count))
}

fn time_of(work: fn(&str), text: &str) -> Duration {
    let (processor, clock) = (on_processor(), Instant::now());
    work(text);
    match (processor, on_processor()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => clock.elapsed(),
    }
}

/// How long this thread has run so far; what else the machine does is not in it. Linux alone tells.
fn on_processor() -> Option<Duration> {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = statistics.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// Says so if the longer text takes too long for the shorter one.
fn too_slow(work: fn(&str), short: &str, long: &str) -> Option<String> {
    let (mut before, mut after) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        before = before.min(time_of(work, short));
        after = after.min(time_of(work, long));
        if after <= MEASURABLE.max(before * MOST_GROWTH) {
            return None;
        }
    }
    let (short, long) = (short.len(), long.len());
    Some(format!(
        "{short} bytes take {before:?}, {long} take {after:?}"
    ))
}

/// Asserts that no text of a family is too slow for any of the conversions.
fn hold(works: &[Work], families: &[(String, [String; 2])]) {
    let mut found = String::new();
    for (name, [short, long]) in families {
        for (what, work) in works {
            if let Some(times) = too_slow(*work, short, long) {
                writeln!(found, "{what}, {name:?}: {times}").unwrap();
            }
        }
    }
    assert!(found.is_empty(), "{found}");
}

fn of_parts(parts: &[(&str, &str, &str)]) -> Vec<(String, [String; 2])> {
    let make = |&(before, part, after): &(&str, &str, &str)| {
        let text = |length| filled(before, part, after, length);
        let name = format!("{before}{part}…{after}");
        (name, [text(SHORT), text(SHORT * TIMES)])
    };
    parts.iter().map(make).collect()
}

fn of_pairs(pairs: &[(&str, &str)]) -> Vec<(String, [String; 2])> {
    let make = |&(first, second): &(&str, &str)| {
        let text = |length| halves(first, second, length);
        (
            format!("{first}…{second}"),
            [text(SHORT), text(SHORT * TIMES)],
        )
    };
    pairs.iter().map(make).collect()
}

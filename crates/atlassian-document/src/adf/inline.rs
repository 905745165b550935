//! Reads ADF's inline nodes as running text; what Markdown lacks becomes readable words.
//!
//! A placeholder holds the words and becomes the node again, where there is a document to find it in.

use serde_json::Value;

use super::keep;
use crate::tree::keep::SUBJECTS;
use crate::tree::node::{linked, named_mention};
use crate::tree::{Inline, Script, Style};

/// A node's `type`, or nothing.
pub(crate) fn kind(node: &Value) -> &str {
    node["type"].as_str().unwrap_or_default()
}

/// A text attribute of a node, unless it is missing or empty.
pub(crate) fn attribute<'node>(node: &'node Value, name: &str) -> Option<&'node str> {
    let value = node["attrs"][name].as_str();
    value.filter(|value| !value.trim().is_empty())
}

/// Reads an inline node, or gives nothing if the node is of another kind. What Markdown cannot say is a
/// placeholder with the words that the node shows.
pub(crate) fn read(node: &Value) -> Option<Vec<Inline>> {
    let words = words(node)?;
    let placeholder = keep::placeholder(node, &words);
    Some(placeholder.map_or(words, |placeholder| vec![placeholder]))
}

fn words(node: &Value) -> Option<Vec<Inline>> {
    let plain = |text: &str| vec![Inline::plain(text)];
    Some(match kind(node) {
        "text" => text(node),
        "hardBreak" => vec![Inline::Break],
        // `text` is optional and holds the `@` or not, depending on who wrote it; `id` is always there
        // but tells a reader nothing.
        "mention" => {
            let name = attribute(node, "text").unwrap_or_default();
            vec![named_mention(
                attribute(node, "id").unwrap_or_default(),
                name,
            )]
        }
        // `text` is the character where there is one; Atlassian's own and uploaded pictures have only
        // their short name.
        "emoji" => {
            let text = attribute(node, "text").or_else(|| attribute(node, "shortName"));
            plain(text.unwrap_or_default())
        }
        "date" => plain(&date(&node["attrs"]["timestamp"]).unwrap_or_default()),
        // In brackets, so that a label in running text does not read as a word of it. The colour is lost.
        "status" => {
            let text = attribute(node, "text").unwrap_or_default();
            plain(&format!("[{text}]"))
        }
        "inlineCard" | "blockCard" | "embedCard" => card(node),
        "media" | "mediaInline" => media(node),
        // The grey hint of a template, which is there to be read.
        "placeholder" => plain(attribute(node, "text").unwrap_or_default()),
        "inlineExtension" => vec![Inline::plain(macro_name(node))],
        // A node of a later editor; a frame has content that is read on its own.
        _ if keep::is_unknown(node) => {
            let text = node["text"].as_str().or_else(|| attribute(node, "text"));
            plain(text.unwrap_or_default())
        }
        _ => return None,
    })
}

/// The readable form of an extension: its own text, or its name in brackets.
pub(crate) fn macro_name(node: &Value) -> String {
    let key = attribute(node, "extensionKey").unwrap_or("unknown");
    let text = attribute(node, "text").filter(|text| *text != key);
    let subject = || subject(node).map(|subject| format!(" {subject}"));
    text.map_or_else(
        || format!("[macro: {key}{}]", subject().unwrap_or_default()),
        str::to_owned,
    )
}

/// What a macro is about, as its parameters say it; macros from Confluence have them one level deeper.
fn subject(node: &Value) -> Option<&str> {
    let parameters = &node["attrs"]["parameters"];
    let mut given = SUBJECTS.iter().filter_map(|name| {
        let value = parameters["macroParams"][name]["value"].as_str();
        value.or_else(|| parameters[name].as_str()).map(str::trim)
    });
    given.find(|value| !value.is_empty())
}

fn text(node: &Value) -> Vec<Inline> {
    let text = node["text"].as_str().unwrap_or_default();
    let mut style = Style::default();
    let mut is_code = false;
    let mut link = None;
    for mark in node["marks"].as_array().into_iter().flatten() {
        match kind(mark) {
            "strong" => style.strong = true,
            "em" => style.emphasis = true,
            "strike" => style.strike = true,
            "code" => is_code = true,
            "underline" => style.underline = true,
            "subsup" => {
                let raised = attribute(mark, "type") == Some("sup");
                style.script = Some(if raised { Script::Super } else { Script::Sub });
            }
            "link" => link = Some(mark),
            // `textColor`, `backgroundColor`: no form in Markdown. `annotation` is the anchor of an inline
            // comment. An edit keeps them where it keeps the text.
            _ => {}
        }
    }
    let content = if is_code {
        let text = text.to_owned();
        vec![Inline::Code { text, style }]
    } else {
        // The grammar wants a `hardBreak` node, but documents with a line feed in their text are stored, too.
        let lines = text
            .split('\n')
            .map(|line| vec![Inline::text(line, &style)]);
        lines.collect::<Vec<_>>().join(&Inline::Break)
    };
    match link {
        Some(mark) => leading(mark, content),
        None => content,
    }
}

/// Text with the link of this mark. A script's address is refused and its text stays.
fn leading(mark: &Value, content: Vec<Inline>) -> Vec<Inline> {
    let href = attribute(mark, "href").unwrap_or_default();
    let title = attribute(mark, "title").unwrap_or_default();
    linked(content, href, title)
}

/// A smart link: an address or, for what has none, JSON-LD data with a name.
fn card(node: &Value) -> Vec<Inline> {
    let data = &node["attrs"]["data"];
    let address = attribute(node, "url").or_else(|| data["url"].as_str());
    if let Some(address) = address {
        return linked(vec![Inline::plain(address)], address, "");
    }
    let name = data["name"].as_str().unwrap_or("[card]");
    vec![Inline::plain(name)]
}

/// A file's name, or a picture that lies elsewhere.
///
/// A `media` node points into Atlassian's Media Services by an identifier of its own, which is neither
/// the attachment's nor an address: there is nothing to link to.
fn media(node: &Value) -> Vec<Inline> {
    let name = attribute(node, "alt").or_else(|| attribute(node, "__fileName"));
    if let Some(address) = attribute(node, "url") {
        let name = name.unwrap_or_default();
        let picture = Inline::image(address, "", name, &Style::default());
        let mut marks = node["marks"].as_array().into_iter().flatten();
        return match marks.find(|mark| kind(mark) == "link") {
            Some(mark) => leading(mark, picture),
            None => picture,
        };
    }
    let name = name.or_else(|| attribute(node, "id")).unwrap_or("unknown");
    vec![Inline::plain(format!("[attachment: {name}]"))]
}

/// A day as YYYY-MM-DD from milliseconds since 1970.
///
/// ADF's date node holds the number as text; a bare number is read as well. The moment is UTC, as the
/// editor shows it.
fn date(timestamp: &Value) -> Option<String> {
    let milliseconds: i64 = match timestamp {
        Value::String(text) => text.trim().parse().ok()?,
        other => other.as_i64()?,
    };
    day(milliseconds.div_euclid(MILLISECONDS_OF_A_DAY))
}

const MILLISECONDS_OF_A_DAY: i64 = 24 * 60 * 60 * 1000;

/// The days of 400 years, after which the Gregorian calendar repeats itself.
const DAYS_OF_AN_ERA: i64 = 146_097;

/// The days from 0000-03-01 to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 719_468;

/// The date so many days after 1970-01-01, for years of at most four digits.
///
/// Counting years from March puts the leap day at their end, so that the months have one formula
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`). A calendar crate
/// would be a heavy dependency for one line of output.
fn day(days_since_1970: i64) -> Option<String> {
    let days = days_since_1970.checked_add(DAYS_BEFORE_1970)?;
    let day_of_era = days.rem_euclid(DAYS_OF_AN_ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let (month, next_year) = match month_from_march {
        0..10 => (month_from_march + 3, 0),
        _ => (month_from_march - 9, 1),
    };
    let year = days.div_euclid(DAYS_OF_AN_ERA) * 400 + year_of_era + next_year;
    match year {
        0..=9999 => Some(format!("{year:04}-{month:02}-{day:02}")),
        -9999..0 => Some(format!("{year:05}-{month:02}-{day:02}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_those_of_the_gregorian_calendar() {
        for (days, date) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (19_675, "2023-11-14"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
            (-719_528, "0000-01-01"),
            (-719_529, "-0001-12-31"),
            (2_932_896, "9999-12-31"),
        ] {
            assert_eq!(day(days).as_deref(), Some(date));
        }
        assert_eq!(day(2_932_897), None);
        assert_eq!(day(i64::MAX), None);
        assert_eq!(day(i64::MIN), None);
    }

    #[test]
    fn the_days_of_four_centuries_follow_each_other() {
        let mut before = day(-100_000).unwrap();
        for number in -99_999..60_000 {
            let next = day(number).unwrap();
            let parts = |date: &str| -> (u16, u8, u8) {
                let mut parts = date.split('-');
                (
                    parts.next().unwrap().parse().unwrap(),
                    parts.next().unwrap().parse().unwrap(),
                    parts.next().unwrap().parse().unwrap(),
                )
            };
            let ((year, month, day), follows) = (parts(&before), parts(&next));
            let begins_month = follows == (year, month + 1, 1) && day >= 28;
            let begins_year = follows == (year + 1, 1, 1) && (month, day) == (12, 31);
            assert!(follows == (year, month, day + 1) || begins_month || begins_year);
            before = next;
        }
    }
}

//! JSON bodies as people and models write them: a number or a truth value may stand there as a text, as it does in
//! a query string.

use serde::de::DeserializeOwned;
use serde_json::{Number, Value};
use serde_path_to_error::Segment;

/// What a parser says that does not fit, and where.
pub(super) type Fault = serde_path_to_error::Error<serde_json::Error>;

/// How many values of one body may be written so; more are none that a person means.
const MOST: usize = 20;
/// The types of numbers, as parsers name them.
const NUMBERS: [&str; 8] = ["u8", "u16", "u32", "u64", "i32", "i64", "usize", "f64"];

/// Reads a body once more that did not fit: what was a text where a number or a truth value belongs is read as
/// that.
///
/// # Errors
/// The fault that is left, or was there before.
pub(super) fn read<T: DeserializeOwned>(body: &[u8], first: Fault) -> Result<T, Fault> {
    let Ok(mut body) = serde_json::from_slice::<Value>(body) else {
        return Err(first);
    };
    let mut fault = first;
    for _ in 0..MOST {
        if mend(&mut body, &fault).is_none() {
            break;
        }
        match serde_path_to_error::deserialize(body.clone()) {
            Ok(read) => return Ok(read),
            Err(next) => fault = next,
        }
    }
    Err(fault)
}

/// Puts in what the text at the place of the fault means; none where it means nothing else.
fn mend(body: &mut Value, fault: &Fault) -> Option<()> {
    let sentence = fault.inner().to_string();
    let about = sentence.strip_prefix("invalid type: string ")?;
    let (_, expected) = about.rsplit_once(", expected ")?;
    let expected = expected.split(" at line ").next()?;
    let mut place = body;
    for segment in fault.path() {
        place = match segment {
            Segment::Map { key } => place.get_mut(key)?,
            Segment::Seq { index } => place.get_mut(index)?,
            _ => return None,
        };
    }
    let text = place.as_str()?.trim();
    *place = match expected {
        "a boolean" => Value::Bool(text.to_ascii_lowercase().parse().ok()?),
        number if NUMBERS.contains(&number) => Value::Number(text.parse::<Number>().ok()?),
        _ => return None,
    };
    Some(())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wanted {
        limit: Option<u32>,
        share: Option<f64>,
        rotate: Option<bool>,
        name: Option<String>,
        inner: Option<Vec<Inner>>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        limit: i64,
    }

    fn wanted(body: &Value) -> Result<Wanted, String> {
        let body = body.to_string();
        let mut parser = serde_json::Deserializer::from_str(&body);
        serde_path_to_error::deserialize(&mut parser)
            .or_else(|fault| read(body.as_bytes(), fault))
            .map_err(|fault| fault.path().to_string())
    }

    #[test]
    fn numbers_and_truth_values_may_stand_as_texts() {
        let texts = json!({"limit": " 2", "share": "0.5", "rotate": "True", "name": "7",
            "inner": [{"limit": "-1"}, {"limit": 3}, {"limit": "4"}]});
        let plain = json!({"limit": 2, "share": 0.5, "rotate": true, "name": "7",
            "inner": [{"limit": -1}, {"limit": 3}, {"limit": 4}]});
        assert_eq!(wanted(&texts).unwrap(), wanted(&plain).unwrap());
    }

    #[test]
    fn what_means_none_is_refused_where_it_stands() {
        for (body, place) in [
            (json!({"limit": "two"}), "limit"),
            (json!({"limit": "2.5"}), "limit"),
            (json!({"limit": ""}), "limit"),
            (json!({"limit": true}), "limit"),
            (json!({"rotate": "1"}), "rotate"),
            (json!({"rotate": 1}), "rotate"),
            (json!({"name": 7}), "name"),
            (
                json!({"limit": "2", "inner": [{"limit": "x, expected i64"}]}),
                "inner[0].limit",
            ),
        ] {
            assert_eq!(wanted(&body).unwrap_err(), place, "{body}");
        }
    }
}

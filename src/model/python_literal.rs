//! Values as Python prints them, `{'done': True}`: models and scripts send them where JSON is meant.

use std::borrow::Cow;

/// The JSON for a text that is Python's way to write a value; none where its words are none of Python's, or a text in it
/// does not end. Whether it is a value is for JSON's reader to say.
pub(crate) fn as_json(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('\'')
        && !["True", "False", "None"]
            .iter()
            .any(|word| text.contains(word))
    {
        return Some(Cow::Borrowed(text));
    }
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if matches!(first, '"' | '\'') {
            rest = quoted(rest, first, &mut written)?;
            continue;
        }
        let length = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let (word, behind) = rest.split_at(length);
        written.push_str(match word {
            "" => &rest[..first.len_utf8()],
            "True" => "true",
            "False" => "false",
            "None" => "null",
            word => word,
        });
        rest = if word.is_empty() {
            &rest[first.len_utf8()..]
        } else {
            behind
        };
    }
    Some(Cow::Owned(written))
}

/// Writes the text that begins here; gives what stands behind it.
fn quoted<'t>(text: &'t str, quote: char, written: &mut String) -> Option<&'t str> {
    written.push('"');
    let mut signs = text[1..].chars();
    loop {
        match signs.next()? {
            c if c == quote => break,
            '"' => written.push_str("\\\""),
            '\n' => written.push_str("\\n"),
            '\\' => match signs.next()? {
                '\'' => written.push('\''),
                'x' => {
                    written.push_str("\\u00");
                    written.extend([signs.next()?, signs.next()?]);
                }
                'U' => {
                    let digits: String = signs.by_ref().take(8).collect();
                    let c = u32::from_str_radix(&digits, 16)
                        .ok()
                        .and_then(char::from_u32)?;
                    written.push(c);
                }
                other => written.extend(['\\', other]),
            },
            c => written.push(c),
        }
    }
    written.push('"');
    Some(signs.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(text: &str) -> Option<Value> {
        serde_json::from_str(&as_json(text)?).ok()
    }

    #[test]
    fn what_python_prints_is_read() {
        for (text, value) in [
            (
                "{'a': True, 'b': None, 'c': [False, 1.5]}",
                json!({"a": true, "b": null, "c": [false, 1.5]}),
            ),
            ("{\"it's\": 'say \"hi\"'}", json!({"it's": "say \"hi\""})),
            (
                "['True', 'a\\'b', 'c\\\\', '\\n\\xe9\\u00e9\\U0001f389']",
                json!(["True", "a'b", "c\\", "\néé🎉"]),
            ),
            ("{\"a\": [1]}", json!({"a": [1]})),
        ] {
            assert_eq!(read(text), Some(value), "{text}");
        }
        for text in ["{'a", "{'a\\", "['\\x", "[None of them]", "it's"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}

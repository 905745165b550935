//! Entity tags: the name of the state in which somebody read an object (RFC 9110, section 8.8.3), and the
//! condition that it is still in that state (section 13.1.1).

use super::fields::InvalidFields;

/// The header with the condition.
pub(crate) const IF_MATCH: &str = "If-Match";

/// What must still hold of an object when it is changed; nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// Reads the values of the header. `*` asks for no state: that the object is there, a change finds out itself. A
    /// tag that was made weak counts as it was: proxies that compress an answer mark its tag so.
    ///
    /// # Errors
    /// When a value is neither `*` nor a list of entity tags.
    pub(crate) fn parse<'a>(values: impl Iterator<Item = &'a str>) -> Result<Self, InvalidFields> {
        let mut tags = Vec::new();
        let mut is_given = false;
        for value in values {
            is_given = true;
            if value.trim() == "*" {
                return Ok(Self(None));
            }
            read(value, &mut tags).ok_or_else(|| {
                let why = "must be * or entity tags in quotation marks, as ETag gave them";
                InvalidFields::one(IF_MATCH, why)
            })?;
        }
        Ok(Self(is_given.then_some(tags)))
    }

    /// Whether anything must hold at all.
    pub(crate) fn asks(&self) -> bool {
        self.0.is_some()
    }

    /// Whether an object in the state called `tag` may be changed; one whose state nobody knows may not.
    pub(crate) fn admits(&self, tag: Option<&str>) -> bool {
        match &self.0 {
            None => true,
            Some(tags) => tag.is_some_and(|tag| tags.iter().any(|one| one == tag)),
        }
    }
}

/// Reads `"a", W/"b"` without its quotation marks.
fn read(value: &str, tags: &mut Vec<String>) -> Option<()> {
    let mut rest = value.trim();
    while !rest.is_empty() {
        let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
        let (tag, after) = quoted.split_once('"')?;
        tags.push(tag.to_owned());
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if after.is_empty() => after,
            None => return None,
        };
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> Result<IfMatch, InvalidFields> {
        IfMatch::parse([value].into_iter())
    }

    #[test]
    fn a_condition_names_states() {
        let condition = of(r#""7", W/"8" ,"a,b""#).unwrap();
        for (tag, admitted) in [("7", true), ("8", true), ("a,b", true), ("9", false)] {
            assert_eq!(condition.admits(Some(tag)), admitted, "{tag}");
        }
        assert!(!condition.admits(None));
        assert!(of("*").unwrap().admits(None));
        assert!(IfMatch::default().admits(None));
        assert!(!of("").unwrap().admits(Some("7")));
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for value in ["7", "\"7", "W/7", "\"7\" \"8\"", "\"7\";"] {
            assert_eq!(of(value).unwrap_err().fields, ["If-Match"], "{value}");
        }
    }
}

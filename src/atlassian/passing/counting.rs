//! How many objects a passing list has: a list costs the app a point for each of them.

use futures_util::StreamExt;
use futures_util::stream;
use memchr::memchr2;

use super::Parts;
use crate::atlassian::points::Charge;

/// The members that Jira's and Confluence's lists have their entries in.
const LISTS: [&[u8]; 8] = [
    b"values",
    b"issues",
    b"results",
    b"comments",
    b"worklogs",
    b"users",
    b"groups",
    b"permissions",
];
/// One more than the longest of them.
const LONGEST_NAME: usize = 12;

/// Passes the parts on, and settles the charge by what they held once all have passed. Of those that broke off, as much
/// counts as was set aside.
pub(super) fn counted(parts: Parts, charge: Charge, is_list: bool) -> Parts {
    let state = Some((parts, charge, is_list.then(Counter::default)));
    let parts = stream::unfold(state, |state| async {
        let (mut parts, mut charge, mut counter) = state?;
        match parts.next().await {
            Some(Ok(part)) => {
                if let Some(counter) = &mut counter {
                    counter.push(&part);
                }
                Some((Ok(part), Some((parts, charge, counter))))
            }
            Some(Err(broken)) => Some((Err(broken), None)),
            None => {
                charge.held(counter.map_or(1, |counter| counter.objects()));
                None
            }
        }
    });
    parts.boxed()
}

/// Counts the entries of the list that a JSON text is, or has in a member of a list's name.
#[derive(Debug, Default)]
struct Counter {
    depth: usize,
    is_text: bool,
    is_escaped: bool,
    /// The text that was read last in the outermost object, as long as it may be a list's name.
    name: Vec<u8>,
    /// How deep the list is whose entries are counted now.
    list: Option<usize>,
    /// Whether its first entry is still to come.
    is_before_first: bool,
    entries: Option<usize>,
}

impl Counter {
    fn push(&mut self, part: &[u8]) {
        let mut rest = part;
        while let Some((byte, after)) = rest.split_first() {
            if !self.is_text {
                if !byte.is_ascii_whitespace() {
                    self.outside(*byte);
                }
                rest = after;
            } else if self.is_escaped {
                self.is_escaped = false;
                rest = after;
            } else {
                rest = self.pass_text(rest);
            }
        }
    }

    /// What came; one object where it was no list.
    fn objects(&self) -> usize {
        self.entries.unwrap_or(1)
    }

    /// Passes a text up to its end or its next escape, and gives what stands behind.
    fn pass_text<'a>(&mut self, text: &'a [u8]) -> &'a [u8] {
        let end = memchr2(b'"', b'\\', text);
        let (plain, rest) = text.split_at(end.unwrap_or(text.len()));
        if self.depth == 1 {
            let room = LONGEST_NAME.saturating_sub(self.name.len());
            self.name.extend(plain.iter().take(room));
        }
        let Some((byte, after)) = rest.split_first() else {
            return rest;
        };
        self.is_escaped = *byte == b'\\';
        self.is_text = self.is_escaped;
        after
    }

    fn outside(&mut self, byte: u8) {
        let is_entry = byte != b']' && self.is_before_first;
        self.is_before_first = false;
        if is_entry || (byte == b',' && self.list == Some(self.depth)) {
            self.entries = self.entries.map(|entries| entries + 1);
        }
        match byte {
            b'"' => {
                self.is_text = true;
                if self.depth == 1 {
                    self.name.clear();
                }
            }
            b'{' => self.depth += 1,
            b'[' => {
                self.depth += 1;
                let is_list = match self.depth {
                    1 => true,
                    2 => LISTS.contains(&self.name.as_slice()),
                    _ => false,
                };
                if is_list && self.list.is_none() {
                    self.list = Some(self.depth);
                    self.is_before_first = true;
                    self.entries.get_or_insert(0);
                }
            }
            b'}' | b']' => {
                if self.list == Some(self.depth) {
                    self.list = None;
                }
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(json: &str) -> usize {
        let mut at_once = Counter::default();
        at_once.push(json.as_bytes());
        let mut byte_by_byte = Counter::default();
        for byte in json.as_bytes() {
            byte_by_byte.push(&[*byte]);
        }
        assert_eq!(at_once.objects(), byte_by_byte.objects(), "{json}");
        at_once.objects()
    }

    #[test]
    fn the_entries_of_the_outermost_list_are_counted_and_nothing_else() {
        for (json, expected) in [
            ("[]", 0),
            ("[ ]", 0),
            ("[1]", 1),
            (r#"["a,b", "]", "\""]"#, 3),
            (r#"[{"a":[1,2]},{"b":{"c":[3]}}]"#, 2),
            (
                r#"{"issues":[{"fields":{"labels":["a","b"]}},{}],"isLast":true}"#,
                2,
            ),
            (r#"{"isLast":true,"values": [ ]}"#, 0),
            (r#"{"values":[[1,2],[3]],"x":[1,2,3]}"#, 2),
            (r#"{"results":[{"results":[1,2,3]}]}"#, 1),
            (
                r#"{"key":"EX-1","fields":{"issues":[1,2]},"components":[{},{}]}"#,
                1,
            ),
            (r#"{"issues":null}"#, 1),
            (r#"{"say \"issues":[1,2]}"#, 1),
            ("", 1),
            ("not json", 1),
            ("]]]}}[1,2", 2),
        ] {
            assert_eq!(objects(json), expected, "{json}");
        }
    }
}

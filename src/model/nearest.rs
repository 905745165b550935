//! Which known name somebody may have meant.

/// The known name that is nearest to `name`, if one is near: the same but for its spelling, or a few
/// letters away, or one a part of the other.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = letters(name);
    if wanted.is_empty() {
        return None;
    }
    known
        .into_iter()
        .filter_map(|candidate| Some((far(&wanted, &letters(candidate))?, candidate)))
        .min_by_key(|(far, _)| *far)
        .map(|(_, candidate)| candidate)
}

/// Whether two names differ in spaces, signs and capitals only.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let letters_of_one = letters(one);
    !letters_of_one.is_empty() && letters_of_one == letters(other)
}

/// Whether `name` is `known`, but for its spelling or a letter or two.
pub(crate) fn is_misspelt(name: &str, known: &str) -> bool {
    let (name, known) = (letters(name), letters(known));
    !name.is_empty() && distance(&name, &known) * 4 <= name.len().max(known.len())
}

/// The known name that `name` is but for a slip of a letter or two; none for a name that is known.
pub(crate) fn slip_of<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const MOST: usize = 2;
    let wanted = letters(name);
    let steps = known
        .into_iter()
        .map(|one| (distance(&wanted, &letters(one)), one));
    let nearest = steps.min_by_key(|(steps, _)| *steps);
    nearest
        .filter(|(steps, one)| *one != name && *steps <= MOST)
        .map(|(_, one)| one)
}

/// How far two names lie apart; none when they have nothing to do with each other.
fn far(wanted: &[char], candidate: &[char]) -> Option<usize> {
    let steps = distance(wanted, candidate);
    let longest = wanted.len().max(candidate.len());
    if steps * 3 <= longest {
        return Some(steps);
    }
    let (short, long) = if wanted.len() < candidate.len() {
        (wanted, candidate)
    } else {
        (candidate, wanted)
    };
    // The plural of a word is no other word.
    let stem = short.strip_suffix(&['s']).filter(|stem| stem.len() > 3);
    let is_in = |part: &[char]| long.windows(part.len()).any(|window| window == part);
    let is_part = short.len() >= 3 && (is_in(short) || stem.is_some_and(is_in));
    is_part.then_some(longest + steps)
}

/// Letters and digits in small; `startAt`, `start_at` and `Start At` are the same.
fn letters(name: &str) -> Vec<char> {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .take(100)
        .flat_map(char::to_lowercase)
        .collect()
}

/// How many letters must be put in, taken out or changed (Levenshtein).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.iter().enumerate() {
        let mut before = index;
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
        for (place, with) in other.iter().enumerate() {
            let changed = before + usize::from(letter != with);
            before = row[place + 1];
            row[place + 1] = changed.min(before + 1).min(row[place] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_a_name_is_told_from_what_is_none() {
        let known = ["issue_key", "fields", "comment_limit", "jql", "start_at"];
        let fields = ["Sprint", "Story point estimate", "Fix versions"];
        assert_eq!(
            nearest("Story Points", fields),
            Some("Story point estimate")
        );
        for (name, meant) in [
            ("startAt", Some("start_at")),
            ("issueKey", Some("issue_key")),
            ("key", Some("issue_key")),
            ("field", Some("fields")),
            ("comment_limits", Some("comment_limit")),
            ("limit", Some("comment_limit")),
            ("qjl", None),
            ("surprise", None),
            ("", None),
            ("?", None),
        ] {
            assert_eq!(nearest(name, known), meant, "{name}");
        }
    }
}

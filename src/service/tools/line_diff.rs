//! What changed between two texts, line by line, in the form that people know from patches.

use std::fmt::Write;

/// How many lines around a change are shown.
const AROUND: usize = 3;
/// Where the parts that differ are longer than this, one is told to be replaced by the other: the shortest way from one to
/// the other would take too long to find.
const MOST_PAIRS: usize = 1_000_000;

/// What changed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The changes with a few lines around each; empty where there are none.
    pub(super) text: String,
    /// How many lines came.
    pub(super) added: usize,
    /// How many lines went.
    pub(super) removed: usize,
}

/// A line of both texts, or of one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'a> {
    Kept(&'a str),
    Removed(&'a str),
    Added(&'a str),
}

/// What changed from one text to the other.
pub(super) fn difference(from: &str, to: &str) -> Difference {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.lines().collect(), to.lines().collect());
    let lines = steps(&from, &to);
    let count =
        |is_meant: fn(&Line<'_>) -> bool| lines.iter().filter(|line| is_meant(line)).count();
    Difference {
        text: hunks(&lines),
        added: count(|line| matches!(line, Line::Added(_))),
        removed: count(|line| matches!(line, Line::Removed(_))),
    }
}

/// Every line of either text, in an order that makes both of them.
fn steps<'a>(from: &[&'a str], to: &[&'a str]) -> Vec<Line<'a>> {
    let same = |(one, other): &(&&str, &&str)| one == other;
    let begin = from.iter().zip(to).take_while(same).count();
    let (rest, other) = (&from[begin..], &to[begin..]);
    let end = rest
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(same)
        .count();
    let (middle, after) = rest.split_at(rest.len() - end);
    let mut lines: Vec<Line<'a>> = from[..begin].iter().map(|line| Line::Kept(line)).collect();
    lines.extend(shortest(middle, &other[..other.len() - end]));
    lines.extend(after.iter().map(|line| Line::Kept(line)));
    lines
}

/// The shortest way from one to the other, by the longest sequence of lines that both have.
fn shortest<'a>(from: &[&'a str], to: &[&'a str]) -> Vec<Line<'a>> {
    let removed = |line: &&'a str| Line::Removed(line);
    let added = |line: &&'a str| Line::Added(line);
    if from.len().saturating_mul(to.len()) > MOST_PAIRS {
        return from
            .iter()
            .map(removed)
            .chain(to.iter().map(added))
            .collect();
    }
    // How long the sequence is that both have from here on.
    let width = to.len() + 1;
    let mut common = vec![0_u32; (from.len() + 1) * width];
    for (row, line) in from.iter().enumerate().rev() {
        for (column, other) in to.iter().enumerate().rev() {
            common[row * width + column] = if line == other {
                common[(row + 1) * width + column + 1] + 1
            } else {
                common[(row + 1) * width + column].max(common[row * width + column + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut lines = Vec::new();
    while row < from.len() && column < to.len() {
        if from[row] == to[column] {
            lines.push(Line::Kept(from[row]));
            (row, column) = (row + 1, column + 1);
        } else if common[(row + 1) * width + column] >= common[row * width + column + 1] {
            lines.push(removed(&from[row]));
            row += 1;
        } else {
            lines.push(added(&to[column]));
            column += 1;
        }
    }
    lines.extend(from[row..].iter().map(removed));
    lines.extend(to[column..].iter().map(added));
    lines
}

/// The changes, those that lie close to each other together.
fn hunks(lines: &[Line<'_>]) -> String {
    let is_change = |line: &Line<'_>| !matches!(line, Line::Kept(_));
    let mut text = String::new();
    let (mut from, mut to, mut at) = (1, 1, 0);
    while let Some(next) = lines[at..].iter().position(is_change) {
        let begin = (at + next).saturating_sub(AROUND).max(at);
        let mut end = at + next + 1;
        while let Some(near) = lines[end..].iter().take(2 * AROUND + 1).position(is_change) {
            end += near + 1;
        }
        let end = lines.len().min(end + AROUND);
        let before = begin - at;
        (from, to) = (from + before, to + before);
        let hunk = &lines[begin..end];
        let of_from = hunk
            .iter()
            .filter(|line| !matches!(line, Line::Added(_)))
            .count();
        let of_to = hunk
            .iter()
            .filter(|line| !matches!(line, Line::Removed(_)))
            .count();
        let _ = writeln!(text, "@@ -{from},{of_from} +{to},{of_to} @@");
        for line in hunk {
            let (sign, line) = match line {
                Line::Kept(line) => (' ', line),
                Line::Removed(line) => ('-', line),
                Line::Added(line) => ('+', line),
            };
            let _ = writeln!(text, "{sign}{line}");
        }
        (from, to, at) = (from + of_from, to + of_to, end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_with_the_lines_around_it() {
        let from = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let to = "a\nb\nc\nd\nE\nf\ng\nh\ni\n";
        let found = difference(from, to);
        assert_eq!(
            found.text,
            "@@ -2,7 +2,8 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n+i\n"
        );
        assert_eq!((found.added, found.removed), (2, 1));
    }

    #[test]
    fn changes_far_from_each_other_stand_apart() {
        let lines = |first: &str, last: &str| {
            let middle: Vec<String> = (1..20).map(|number| number.to_string()).collect();
            format!("{first}\n{}\n{last}", middle.join("\n"))
        };
        let found = difference(&lines("a", "y"), &lines("b", "z"));
        assert_eq!(
            found.text,
            "@@ -1,4 +1,4 @@\n-a\n+b\n 1\n 2\n 3\n@@ -18,4 +18,4 @@\n 17\n 18\n 19\n-y\n+z\n"
        );
    }

    #[test]
    fn the_same_text_has_no_changes_and_a_new_one_is_all_added() {
        assert_eq!(difference("a\nb", "a\nb\n").text, "");
        let found = difference("", "a\nb");
        assert_eq!(found.text, "@@ -1,0 +1,2 @@\n+a\n+b\n");
        assert_eq!((found.added, found.removed), (2, 0));
    }

    #[test]
    fn long_texts_without_a_line_in_common_are_told_as_replaced() {
        let many = |word: &str| vec![word; 1_500].join("\n");
        let found = difference(&many("a"), &many("b"));
        assert_eq!((found.added, found.removed), (1_500, 1_500));
    }
}

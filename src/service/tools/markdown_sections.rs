//! Sections of a text in Markdown: what stands below a heading, up to the next of its level or above, or to the end of what
//! the heading lies in: a quotation (a panel, a macro), a column, something that can be opened.

/// A heading in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Heading {
    level: usize,
    /// Its words as a reader sees them, and without any placeholder.
    words: String,
    without_placeholders: String,
    /// Where its line begins, and where the text below it does.
    begin: usize,
    end: usize,
    /// What it lies in, the outermost first, by number.
    within: Vec<usize>,
}

impl Heading {
    fn is_called(&self, wanted: &str) -> bool {
        let names = [&self.words, &self.without_placeholders];
        names.iter().any(|name| name.to_lowercase() == wanted)
    }
}

/// Why a section could not be found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoSection {
    /// No heading has these words; there are these.
    Unknown(Vec<String>),
    /// So many have them.
    Several(usize),
}

/// The text with `content` in place of what stands below the heading, which stays.
///
/// # Errors
/// When no heading, or more than one, has these words.
pub(super) fn with_section(text: &str, heading: &str, content: &str) -> Result<String, NoSection> {
    let outline = Outline::of(text);
    let wanted = seen(heading.trim().trim_start_matches('#'), false).to_lowercase();
    let mut found = outline.headings.iter().filter(|one| one.is_called(&wanted));
    let Some(meant) = found.next() else {
        let words = outline.headings.into_iter().map(|one| one.words);
        return Err(NoSection::Unknown(words.collect()));
    };
    let further = found.count();
    if further > 0 {
        return Err(NoSection::Several(further + 1));
    }
    let depth = outline.quotations(meant);
    let end = outline.end_of_section(meant);
    let (kept, rest) = (text[..meant.end].trim_end(), &text[end..]);
    let rest = rest.trim_start_matches('\n');
    // Models like to repeat the heading.
    let content = match Outline::of(content).headings.first() {
        Some(first) if first.is_called(&wanted) && content[..first.begin].trim().is_empty() => {
            &content[first.end..]
        }
        _ => content,
    };
    let content = quoted(content.trim(), depth);
    let blank_before = quotation_signs(depth);
    let next = rest.lines().next().unwrap_or_default();
    let blank_behind = quotation_signs(depth.min(signs_of(next, usize::MAX).0));
    let mut written = kept.to_owned();
    for (blank, part) in [(blank_before, content.as_str()), (blank_behind, rest)] {
        if !part.is_empty() {
            written.extend(["\n", blank.trim_end(), "\n", part]);
        }
    }
    Ok(written)
}

/// What a line of a quotation begins with.
fn quotation_signs(depth: usize) -> String {
    "> ".repeat(depth)
}

fn quoted(content: &str, depth: usize) -> String {
    if depth == 0 {
        return content.to_owned();
    }
    let signs = quotation_signs(depth);
    let lines = content.lines().map(|line| format!("{signs}{line}"));
    let lines: Vec<String> = lines.map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

/// How many signs of quotations a line begins with, up to so many, and what follows them.
fn signs_of(line: &str, most: usize) -> (usize, &str) {
    let (mut depth, mut rest) = (0, line);
    while depth < most
        && let Some(behind) = rest.trim_start_matches(' ').strip_prefix('>')
    {
        depth += 1;
        rest = behind.strip_prefix(' ').unwrap_or(behind);
    }
    (depth, rest)
}

/// What headings lie in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Container {
    Quotation,
    Details,
    /// A layout or a column of one, by its reference.
    Frame(String),
}

/// The headings of a text outside of its code, and what they lie in.
#[derive(Debug, Default)]
struct Outline {
    headings: Vec<Heading>,
    /// Everything that headings may lie in, and where it ends.
    containers: Vec<(Container, usize)>,
    /// What is open, by number.
    open: Vec<usize>,
    length: usize,
}

impl Outline {
    fn of(text: &str) -> Self {
        let mut outline = Self {
            length: text.len(),
            ..Self::default()
        };
        let mut fence: Option<(&str, usize)> = None;
        let mut begin = 0;
        for line in text.split_inclusive('\n') {
            let end = begin + line.len();
            let most = fence.map_or(usize::MAX, |(_, depth)| depth);
            let (depth, rest) = signs_of(line, most);
            if depth < fence.map_or(0, |(_, depth)| depth) {
                fence = None;
            }
            outline.in_quotations(depth, begin);
            let indented = rest.len() - rest.trim_start_matches(' ').len() > 3;
            let bare = rest.trim();
            match fence {
                Some((opened, _)) => {
                    let closes = bare.starts_with(opened)
                        && bare.trim_start_matches(&opened[..1]).is_empty();
                    if closes && !indented {
                        fence = None;
                    }
                }
                None if indented => {}
                None => {
                    fence = opening(bare).map(|signs| (signs, depth));
                    outline.look(bare, begin, end);
                }
            }
            begin = end;
        }
        outline.close(0, text.len());
        outline
    }

    fn push(&mut self, container: Container) {
        self.open.push(self.containers.len());
        self.containers.push((container, 0));
    }

    /// Closes what is open from a place on.
    fn close(&mut self, from: usize, at: usize) {
        for number in self.open.drain(from..) {
            self.containers[number].1 = at;
        }
    }

    fn close_last(&mut self, container: &Container, at: usize) {
        let is_it = |number: &usize| self.containers[*number].0 == *container;
        if let Some(place) = self.open.iter().rposition(is_it) {
            self.close(place, at);
        }
    }

    /// A line begins with so many signs of quotations.
    fn in_quotations(&mut self, depth: usize, at: usize) {
        let is_quotation = |number: &usize| self.containers[*number].0 == Container::Quotation;
        let places = self.open.iter().enumerate();
        let places = places.filter(|(_, number)| is_quotation(number));
        let places: Vec<usize> = places.map(|(place, _)| place).collect();
        if let Some(place) = places.get(depth) {
            self.close(*place, at);
        }
        for _ in places.len()..depth {
            self.push(Container::Quotation);
        }
    }

    fn look(&mut self, bare: &str, start: usize, end: usize) {
        if bare.starts_with("<details") {
            self.push(Container::Details);
        } else if bare == "</details>" {
            self.close_last(&Container::Details, start);
        } else if let Some(reference) = lone_placeholder(bare) {
            match reference.strip_prefix("end-") {
                Some(begun) => self.close_last(&Container::Frame(begun.to_owned()), start),
                None if is_wide(reference) => self.push(Container::Frame(reference.to_owned())),
                None => {}
            }
        }
        let level = bare.len() - bare.trim_start_matches('#').len();
        let words = &bare[level..];
        if (1..=6).contains(&level) && (words.is_empty() || words.starts_with(' ')) {
            let words = words.trim().trim_end_matches('#');
            self.headings.push(Heading {
                level,
                words: seen(words, false),
                without_placeholders: seen(words, true),
                begin: start,
                end,
                within: self.open.clone(),
            });
        }
    }

    fn quotations(&self, heading: &Heading) -> usize {
        let within = heading.within.iter();
        let kinds = within.map(|number| &self.containers[*number].0);
        kinds.filter(|kind| **kind == Container::Quotation).count()
    }

    fn end_of_section(&self, meant: &Heading) -> usize {
        let ends = |one: &&Heading| {
            one.begin >= meant.end && one.level <= meant.level && one.within == meant.within
        };
        let next = self.headings.iter().find(ends).map(|next| next.begin);
        let container = meant.within.last();
        let container = container.map(|number| self.containers[*number].1);
        [next, container]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(self.length)
    }
}

/// The reference of the placeholder that is all of a line.
fn lone_placeholder(line: &str) -> Option<&str> {
    let address = line.strip_prefix('[')?.strip_suffix(')')?;
    let (_, reference) = address.split_once("](keep:")?;
    (!reference.contains([' ', ')', '('])).then_some(reference)
}

/// Whether what has such a reference stands between two lines.
fn is_wide(reference: &str) -> bool {
    reference.starts_with("layout-") || reference.starts_with("column-")
}

/// The signs that open a block of code in this line.
fn opening(line: &str) -> Option<&str> {
    ["`", "~"].into_iter().find_map(|sign| {
        let length = line.len() - line.trim_start_matches(sign).len();
        (length >= 3).then(|| &line[..length])
    })
}

/// Words without the marks of Markdown, as a reader sees them: of an anchor there is nothing to see. Other placeholders show
/// their words, unless they are left out, too.
fn seen(words: &str, without_placeholders: bool) -> String {
    let mut plain = String::new();
    let mut rest = words.chars().peekable();
    // Where the words of a link begin that may turn out to be a placeholder.
    let mut opened = 0;
    while let Some(letter) = rest.next() {
        match letter {
            '\\' => plain.extend(rest.next()),
            ']' if rest.peek() == Some(&'(') => {
                let address: String = rest.by_ref().take_while(|letter| *letter != ')').collect();
                let is_unseen = if without_placeholders {
                    address.starts_with("(keep:")
                } else {
                    address.starts_with("(keep:anchor-")
                };
                if is_unseen {
                    plain.truncate(opened);
                }
            }
            '[' => opened = plain.len(),
            '*' | '_' | '`' | '~' | ']' => {}
            letter => plain.push(letter),
        }
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Plan\n\nIntro\n\n## First *step*\n\nOld\n\n### Detail\n\nOld too\n\n## Second\n\n```\n# First step\n```\n";

    #[test]
    fn what_stands_below_a_heading_is_replaced_up_to_the_next_of_its_level() {
        let changed = with_section(TEXT, "first step", "New").unwrap();
        assert_eq!(
            changed,
            "# Plan\n\nIntro\n\n## First *step*\n\nNew\n\n## Second\n\n```\n# First step\n```\n"
        );
        let changed = with_section(TEXT, "## Second", "## Second\n\nEnd\n").unwrap();
        assert!(
            changed.ends_with("### Detail\n\nOld too\n\n## Second\n\nEnd"),
            "{changed}"
        );
        let emptied = with_section("# A\n\nx\n\n# B\n\ny", "A", "").unwrap();
        assert_eq!(emptied, "# A\n\n# B\n\ny");
    }

    #[test]
    fn a_heading_that_is_not_there_or_there_twice_is_told() {
        assert_eq!(
            with_section("# A\n\n## [B](https://x.example/) \\_c\n", "d", "x"),
            Err(NoSection::Unknown(vec![
                String::from("A"),
                String::from("B _c")
            ]))
        );
        assert_eq!(
            with_section("# A\n\n# a\n", "A", "x"),
            Err(NoSection::Several(2))
        );
    }

    #[test]
    fn a_section_ends_where_what_it_lies_in_ends() {
        let text = "[layout](keep:layout-1)\n\n[column](keep:column-2)\n\n## Left\n\nold\n\n[end of column](keep:end-column-2)\n\n[column](keep:column-2-2)\n\n## Right\n\nother\n\n[end of column](keep:end-column-2-2)\n\n[end of layout](keep:end-layout-1)\n\nlast";
        for (heading, old) in [("Left", "old"), ("Right", "other")] {
            assert_eq!(
                with_section(text, heading, "new").unwrap(),
                text.replace(old, "new")
            );
        }
        let text = "# A\n\n<details>\n<summary>More</summary>\n\n## B\n\nold\n\n</details>\n\nlast";
        assert_eq!(
            with_section(text, "b", "new").unwrap(),
            text.replace("old", "new")
        );
        // What opens below a heading belongs to its section, with the headings in it.
        assert_eq!(with_section(text, "A", "new").unwrap(), "# A\n\nnew");
    }

    #[test]
    fn a_section_of_a_panel_stays_in_it() {
        let text =
            "before\n\n> [!INFO]\n> # A\n>\n> old\n>\n> > said\n>\n> # B\n>\n> more\n\n# C\n\nlast";
        assert_eq!(
            with_section(text, "A", "one\n\ntwo").unwrap(),
            text.replace("> old\n>\n> > said", "> one\n>\n> two")
        );
        assert_eq!(
            with_section(text, "B", "new").unwrap(),
            text.replace("more", "new")
        );
        assert_eq!(
            with_section(text, "B", "").unwrap(),
            text.replace("\n>\n> more", "")
        );
        assert_eq!(
            with_section(text, "C", "new").unwrap(),
            text.replace("last", "new")
        );
    }

    #[test]
    fn a_heading_is_called_what_a_reader_sees() {
        let text =
            "## Plan [anchor: x](keep:anchor-1)\n\nold\n\n## [DONE](keep:status-2) Work\n\nother";
        for (heading, old) in [("plan", "old"), ("done work", "other"), ("Work", "other")] {
            assert_eq!(
                with_section(text, heading, "new").unwrap(),
                text.replace(old, "new")
            );
        }
        let names = ["Plan", "DONE Work"].map(String::from).to_vec();
        assert_eq!(with_section(text, "x", "y"), Err(NoSection::Unknown(names)));
    }
}

//! What `check` found, in plain words and aligned lines.

use std::fmt;

/// How a finding is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// For information.
    Note,
    /// As it should be.
    Ok,
    /// Works, but not as well or as long as it could.
    Warning,
    /// Does not work.
    Problem,
}

impl Mark {
    const fn word(self) -> &'static str {
        match self {
            Self::Note => "-",
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How it is to be taken.
    pub mark: Mark,
    /// What it is about.
    pub subject: String,
    /// What was found.
    pub text: String,
    /// What to do about it.
    pub advice: Option<String>,
}

/// Findings about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    title: String,
    findings: Vec<Finding>,
}

impl Section {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            findings: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, subject: impl Into<String>, text: impl Into<String>) {
        self.add(Mark::Note, subject, text, None);
    }

    pub(super) fn ok(&mut self, subject: impl Into<String>, text: impl Into<String>) {
        self.add(Mark::Ok, subject, text, None);
    }

    pub(super) fn warning(
        &mut self,
        subject: impl Into<String>,
        text: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.add(Mark::Warning, subject, text, Some(advice.into()));
    }

    pub(super) fn problem(
        &mut self,
        subject: impl Into<String>,
        text: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.add(Mark::Problem, subject, text, Some(advice.into()));
    }

    pub(super) fn add(
        &mut self,
        mark: Mark,
        subject: impl Into<String>,
        text: impl Into<String>,
        advice: Option<String>,
    ) {
        self.findings.push(Finding {
            mark,
            subject: subject.into(),
            text: text.into(),
            advice,
        });
    }
}

/// Everything that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    sections: Vec<Section>,
    /// Whether nobody's connection was there to be tried.
    pub(super) is_without_calls: bool,
}

impl Report {
    pub(super) fn push(&mut self, section: Section) {
        if !section.findings.is_empty() {
            self.sections.push(section);
        }
    }

    /// All findings, in order.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.sections.iter().flat_map(|section| &section.findings)
    }

    /// How many findings are to be taken like this.
    pub fn count(&self, mark: Mark) -> usize {
        self.findings().filter(|one| one.mark == mark).count()
    }

    /// The findings under one title.
    pub fn section(&self, title: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.title == title)
    }

    /// The result in one line.
    pub fn summary(&self) -> String {
        let counted = |count: usize, word: &str| {
            let plural = if count == 1 { "" } else { "s" };
            format!("{count} {word}{plural}")
        };
        match (self.count(Mark::Problem), self.count(Mark::Warning)) {
            (0, 0) if self.is_without_calls => String::from(
                "what was checked works; no call to Jira or Confluence was made (--as <id> tries a person's connections)",
            ),
            (0, 0) => String::from("everything that was checked works"),
            (0, warnings) => counted(warnings, "warning"),
            (problems, 0) => counted(problems, "problem"),
            (problems, warnings) => format!(
                "{}, {}",
                counted(problems, "problem"),
                counted(warnings, "warning")
            ),
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |finding: &Finding| finding.subject.chars().count();
        let width = self.findings.iter().map(width).max().unwrap_or_default();
        writeln!(formatter, "{}", self.title)?;
        for finding in &self.findings {
            let (mark, subject) = (finding.mark.word(), &finding.subject);
            let line = format!("  {mark:<7}  {subject:<width$}  {}", finding.text);
            writeln!(formatter, "{}", line.trim_end())?;
            if let Some(advice) = &finding.advice {
                writeln!(formatter, "  {:<7}  {:<width$}  -> {advice}", "", "")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for section in &self.sections {
            writeln!(formatter, "{section}")?;
        }
        write!(formatter, "Result: {}", self.summary())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_aligned_and_say_what_to_do() {
        let mut section = Section::new("Things");
        section.ok("one", "is well");
        section.problem("another", "is not", "mend it");
        let mut report = Report::default();
        report.push(section);
        report.push(Section::new("Nothing"));
        insta::assert_snapshot!(report, @r"
        Things
          ok       one      is well
          problem  another  is not
                            -> mend it

        Result: 1 problem
        ");
    }
}

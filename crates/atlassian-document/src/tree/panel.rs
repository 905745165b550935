//! Panels: the coloured frames of Jira and Confluence, which Markdown knows as alerts.

/// What kind of remark a panel is: those of ADF, of which storage format has four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Panel {
    Info,
    Note,
    Tip,
    Success,
    Warning,
    Error,
}

impl Panel {
    /// Every kind by its name in Markdown's `> [!NOTE]`; the first of a kind is the one that is written.
    ///
    /// GitHub has five of them, Obsidian the others. Colours decide which is which where names do not:
    /// GitHub's `IMPORTANT` is purple as ADF's `note`, its `CAUTION` red as `error`.
    const NAMES: [(&'static str, Self); 10] = [
        ("INFO", Self::Info),
        ("NOTE", Self::Note),
        ("TIP", Self::Tip),
        ("SUCCESS", Self::Success),
        ("WARNING", Self::Warning),
        ("ERROR", Self::Error),
        ("IMPORTANT", Self::Note),
        ("CAUTION", Self::Error),
        ("DANGER", Self::Error),
        ("HINT", Self::Tip),
    ];

    /// The kind of this name, in whatever case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let known = |(known, _): &&(&str, Self)| known.eq_ignore_ascii_case(name);
        Self::NAMES.iter().find(known).map(|(_, kind)| *kind)
    }

    /// The name in capitals.
    pub(crate) fn name(self) -> &'static str {
        let same = |(_, kind): &&(&str, Self)| *kind == self;
        Self::NAMES
            .iter()
            .find(same)
            .map_or("INFO", |(name, _)| name)
    }

    /// The name as a word: `Warning`.
    pub(crate) fn label(self) -> String {
        let (first, rest) = self.name().split_at(1);
        format!("{first}{}", rest.to_ascii_lowercase())
    }
}

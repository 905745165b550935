//! Toolsets: agents' tools that belong together, under the names that other servers for Jira and Confluence give them.

use super::product::Product;

/// Tools that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Toolset {
    /// Its name.
    pub name: &'static str,
    /// The product that its tools call; none: both.
    pub product: Option<Product>,
    /// Whether it is listed to a client that asks for none by name.
    pub usual: bool,
}

macro_rules! toolsets {
    ($($name:ident: $text:literal, $product:expr, $usual:literal;)*) => {
        impl Toolset {
            $(#[doc = concat!("`", $text, "`.")] pub const $name: Self =
                Self { name: $text, product: $product, usual: $usual };)*

            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

toolsets! {
    JIRA_ISSUES: "jira_issues", Some(Product::Jira), true;
    JIRA_FIELDS: "jira_fields", Some(Product::Jira), true;
    JIRA_COMMENTS: "jira_comments", Some(Product::Jira), true;
    JIRA_TRANSITIONS: "jira_transitions", Some(Product::Jira), true;
    JIRA_USERS: "jira_users", Some(Product::Jira), true;
    JIRA_PROJECTS: "jira_projects", Some(Product::Jira), true;
    JIRA_ATTACHMENTS: "jira_attachments", Some(Product::Jira), false;
    JIRA_LINKS: "jira_links", Some(Product::Jira), false;
    JIRA_WORKLOG: "jira_worklog", Some(Product::Jira), false;
    JIRA_WATCHERS: "jira_watchers", Some(Product::Jira), false;
    JIRA_AGILE: "jira_agile", Some(Product::Jira), false;
    JIRA_METRICS: "jira_metrics", Some(Product::Jira), false;
    CONFLUENCE_PAGES: "confluence_pages", Some(Product::Confluence), true;
    CONFLUENCE_COMMENTS: "confluence_comments", Some(Product::Confluence), true;
    CONFLUENCE_LABELS: "confluence_labels", Some(Product::Confluence), false;
    CONFLUENCE_HISTORY: "confluence_history", Some(Product::Confluence), false;
    CONFLUENCE_ATTACHMENTS: "confluence_attachments", Some(Product::Confluence), false;
    ANYWHERE: "search", None, true;
}

/// The word for every toolset.
const ALL: &str = "all";
/// The word for those that are listed to who asks for none.
const USUAL: &str = "default";

/// Some toolsets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolsets(Vec<&'static str>);

impl Toolsets {
    /// Every one.
    pub fn all() -> Self {
        Self::of(|_| true)
    }

    /// Those that are listed to a client that asks for none.
    pub fn usual() -> Self {
        Self::of(|toolset| toolset.usual)
    }

    fn of(wanted: impl Fn(&Toolset) -> bool) -> Self {
        let wanted = Toolset::ALL.iter().filter(|toolset| wanted(toolset));
        Self(wanted.map(|toolset| toolset.name).collect())
    }

    /// Reads names with commas or blanks between; `all` and `default` stand for several.
    ///
    /// # Errors
    /// What the names may be, if one of them is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut chosen = Vec::new();
        let is_between = |letter: char| letter == ',' || letter.is_whitespace();
        for name in text.split(is_between).filter(|name| !name.is_empty()) {
            match name.to_ascii_lowercase().as_str() {
                ALL => chosen.extend(Self::all().0),
                USUAL => chosen.extend(Self::usual().0),
                named => match Toolset::ALL.iter().find(|toolset| toolset.name == named) {
                    Some(toolset) => chosen.push(toolset.name),
                    None => return Err(Self::rule()),
                },
            }
        }
        if chosen.is_empty() {
            return Err(Self::rule());
        }
        Ok(Self(chosen))
    }

    fn rule() -> String {
        let names: Vec<&str> = Toolset::ALL.iter().map(|toolset| toolset.name).collect();
        format!(
            "must be {ALL}, {USUAL}, or some of {}, with commas between",
            names.join(", ")
        )
    }

    /// Whether this one is among them.
    pub fn has(&self, toolset: Toolset) -> bool {
        self.0.contains(&toolset.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_with_words_for_several_and_unknown_ones_are_refused() {
        let two = Toolsets::parse("jira_issues, CONFLUENCE_PAGES").unwrap();
        assert!(two.has(Toolset::JIRA_ISSUES) && two.has(Toolset::CONFLUENCE_PAGES));
        assert!(!two.has(Toolset::JIRA_COMMENTS));
        assert_eq!(Toolsets::parse("all"), Ok(Toolsets::all()));
        assert_eq!(Toolsets::parse("default"), Ok(Toolsets::usual()));
        for bad in ["", " , ", "jira", "jira_issues,x"] {
            assert!(Toolsets::parse(bad).is_err(), "{bad}");
        }
    }
}

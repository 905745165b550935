//! What an API key is narrowed to, besides its scopes.

use super::product::Product;

const PRODUCT: &str = "product:";
const ALLOW: &str = "allow:";
const PROJECT: &str = "project:";
const SPACE: &str = "space:";

/// What a key is narrowed to; nothing in a list: all there is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct KeyLimits {
    /// The products it may call.
    pub products: Vec<Product>,
    /// Atlassian's operations it may do, or groups of them.
    pub operations: Vec<String>,
    /// The keys of the projects that it is limited to.
    pub projects: Vec<String>,
    /// The keys of the spaces that it is limited to.
    pub spaces: Vec<String>,
}

impl KeyLimits {
    /// Whether they leave out anything.
    pub(crate) fn narrow(&self) -> bool {
        !self.products.is_empty() || !self.operations.is_empty() || self.are_places()
    }

    /// Whether they name projects or spaces.
    pub(crate) fn are_places(&self) -> bool {
        !self.projects.is_empty() || !self.spaces.is_empty()
    }

    /// The projects or the spaces.
    pub(crate) fn places(&self, product: Product) -> &[String] {
        match product {
            Product::Jira => &self.projects,
            Product::Confluence => &self.spaces,
        }
    }

    /// Whether the key may call this product. One that is limited to projects alone does not see Confluence, and the
    /// other way round.
    pub(crate) fn admit(&self, product: Product) -> bool {
        (self.products.is_empty() || self.products.contains(&product))
            && (!self.are_places() || !self.places(product).is_empty())
    }

    /// The words in a row; none where nothing is left out.
    pub(crate) fn to_row(&self) -> Option<String> {
        let products = self.products.iter().map(|one| format!("{PRODUCT}{one}"));
        let operations = self.operations.iter().map(|one| format!("{ALLOW}{one}"));
        let projects = self.projects.iter().map(|one| format!("{PROJECT}{one}"));
        let spaces = self.spaces.iter().map(|one| format!("{SPACE}{one}"));
        let words: Vec<String> = products
            .chain(operations)
            .chain(projects)
            .chain(spaces)
            .collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// Reads a row. None for words that nobody here wrote: a key must not become wider by them.
    pub(crate) fn of_row(text: Option<&str>) -> Option<Self> {
        let mut limits = Self::default();
        for word in text.unwrap_or_default().split_whitespace() {
            if let Some(product) = word.strip_prefix(PRODUCT) {
                limits.products.push(Product::parse(product)?);
            } else if let Some(project) = word.strip_prefix(PROJECT) {
                limits.projects.push(project.to_owned());
            } else if let Some(space) = word.strip_prefix(SPACE) {
                limits.spaces.push(space.to_owned());
            } else {
                limits.operations.push(word.strip_prefix(ALLOW)?.to_owned());
            }
        }
        let has_words = text.is_none_or(|text| !text.trim().is_empty());
        has_words.then_some(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_they_were_written_and_nothing_else_is() {
        let limits = KeyLimits {
            products: vec![Product::Jira],
            operations: vec![String::from("issue"), String::from("createIssue")],
            projects: vec![String::from("ENG")],
            spaces: vec![String::from("~mia")],
        };
        let row = limits.to_row();
        assert_eq!(
            row.as_deref(),
            Some("product:jira allow:issue allow:createIssue project:ENG space:~mia")
        );
        assert_eq!(KeyLimits::of_row(row.as_deref()), Some(limits));
        assert_eq!(KeyLimits::of_row(None), Some(KeyLimits::default()));
        for odd in ["", " ", "product:trello", "issue", "board:1 allow:issue"] {
            assert_eq!(KeyLimits::of_row(Some(odd)), None, "{odd}");
        }
    }

    #[test]
    fn who_is_limited_to_projects_sees_no_spaces() {
        let limits = KeyLimits {
            projects: vec![String::from("ENG")],
            ..KeyLimits::default()
        };
        assert!(limits.narrow() && limits.admit(Product::Jira));
        assert!(!limits.admit(Product::Confluence));
        assert!(KeyLimits::default().admit(Product::Confluence));
    }
}

//! What an API key is narrowed to, besides its scopes.

use super::product::Product;

const PRODUCT: &str = "product:";
const ALLOW: &str = "allow:";

/// What a key is narrowed to; nothing in a list: all there is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyLimits {
    /// The products it may call.
    pub products: Vec<Product>,
    /// Atlassian's operations it may do, or groups of them.
    pub operations: Vec<String>,
}

impl KeyLimits {
    /// Whether they leave out anything.
    pub(crate) fn narrow(&self) -> bool {
        !self.products.is_empty() || !self.operations.is_empty()
    }

    /// Whether the key may call this product.
    pub(crate) fn admit(&self, product: Product) -> bool {
        self.products.is_empty() || self.products.contains(&product)
    }

    /// The words in a row; none where nothing is left out.
    pub(crate) fn to_row(&self) -> Option<String> {
        let products = self.products.iter().map(|one| format!("{PRODUCT}{one}"));
        let operations = self.operations.iter().map(|one| format!("{ALLOW}{one}"));
        let words: Vec<String> = products.chain(operations).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// Reads a row. None for words that nobody here wrote: a key must not become wider by them.
    pub(crate) fn of_row(text: Option<&str>) -> Option<Self> {
        let mut limits = Self::default();
        for word in text.unwrap_or_default().split_whitespace() {
            if let Some(product) = word.strip_prefix(PRODUCT) {
                limits.products.push(Product::parse(product)?);
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
        };
        let row = limits.to_row();
        assert_eq!(
            row.as_deref(),
            Some("product:jira allow:issue allow:createIssue")
        );
        assert_eq!(KeyLimits::of_row(row.as_deref()), Some(limits));
        assert_eq!(KeyLimits::of_row(None), Some(KeyLimits::default()));
        for odd in [
            "",
            " ",
            "product:trello",
            "issue",
            "project:ENG allow:issue",
        ] {
            assert_eq!(KeyLimits::of_row(Some(odd)), None, "{odd}");
        }
    }
}

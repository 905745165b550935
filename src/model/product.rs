//! The two products we connect to, and the three names under which a login can be started.

use std::fmt;

use serde::Serialize;

/// An Atlassian product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    /// Jira Cloud.
    Jira,
    /// Confluence Cloud.
    Confluence,
}

impl Product {
    /// Both products, in the order they are listed.
    pub const ALL: [Self; 2] = [Self::Jira, Self::Confluence];

    /// The name in paths, rows and bodies.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Jira => "jira",
            Self::Confluence => "confluence",
        }
    }

    /// The name a person reads.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Jira => "Jira",
            Self::Confluence => "Confluence",
        }
    }

    /// The other one.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Jira => Self::Confluence,
            Self::Confluence => Self::Jira,
        }
    }

    /// From the name in a path or row.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|product| product.as_str() == text)
    }
}

impl fmt::Display for Product {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The name a login is started under: one product, or `atlassian` for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Connects Jira.
    Jira,
    /// Connects Confluence.
    Confluence,
    /// Connects both.
    Atlassian,
}

impl Provider {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Jira, Self::Confluence, Self::Atlassian];

    /// The name in paths, rows and cookies.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Jira => "jira",
            Self::Confluence => "confluence",
            Self::Atlassian => "atlassian",
        }
    }

    /// From the name in a path or row.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.as_str() == text)
    }

    /// The products a login under this name connects.
    pub(crate) const fn products(self) -> &'static [Product] {
        match self {
            Self::Jira => &[Product::Jira],
            Self::Confluence => &[Product::Confluence],
            Self::Atlassian => &[Product::Jira, Product::Confluence],
        }
    }
}

impl From<Product> for Provider {
    fn from(product: Product) -> Self {
        match product {
            Product::Jira => Self::Jira,
            Product::Confluence => Self::Confluence,
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

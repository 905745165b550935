//! A thing of either product, as `fetch` takes it: by the id that `search` gave, by its address, or by the id that Atlassian
//! gives things across its products (`ari:cloud:jira:{site}:issue/{id}`).

use crate::model::issue_reference::IssueReference;
use crate::model::page_reference::PageReference;
use crate::model::pasted::pasted_address;
use crate::model::product::Product;

/// What stands before the ids of `search`.
pub(super) const JIRA: &str = "jira:";
pub(super) const CONFLUENCE: &str = "confluence:";

/// A thing, named.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedAnywhere<'a> {
    /// Whose it is.
    pub(super) product: Product,
    /// Its name there: an id, a key or an address.
    pub(super) name: &'a str,
    /// The id of its site, if the name says which.
    pub(super) site: Option<&'a str>,
}

/// What stands in an id before the place where its text goes on.
pub(super) const START: &str = "#start=";

/// An id without the place where its text goes on, and that place.
pub(super) fn place_in(id: &str) -> (&str, Option<u32>) {
    let parts = id.trim().rsplit_once(START);
    let read = parts.and_then(|(id, place)| Some((id, place.parse().ok()?)));
    read.map_or((id.trim(), None), |(id, place)| (id, Some(place)))
}

impl<'a> NamedAnywhere<'a> {
    /// Reads a name. What is no page's is taken for an issue's, whose names are the shortest.
    pub(super) fn of(id: &'a str) -> Self {
        let (id, _) = place_in(id);
        let named = |product, name| Self {
            product,
            name,
            site: None,
        };
        if let Some(named) = Self::across(id) {
            return named;
        }
        match (id.strip_prefix(CONFLUENCE), id.strip_prefix(JIRA)) {
            (Some(page), _) => named(Product::Confluence, page),
            (_, Some(issue)) => named(Product::Jira, issue),
            _ if is_address_of_page(id) => named(Product::Confluence, id),
            _ => named(Product::Jira, id),
        }
    }

    /// Reads an id that is one across products.
    fn across(id: &'a str) -> Option<Self> {
        let mut parts = id.strip_prefix("ari:cloud:")?.splitn(3, ':');
        let product = Product::parse(parts.next()?)?;
        let site = parts.next().filter(|site| !site.is_empty());
        let (kind, name) = parts.next()?.rsplit_once('/')?;
        let is_readable = match product {
            Product::Jira => kind == "issue",
            Product::Confluence => matches!(kind, "page" | "blogpost"),
        };
        is_readable.then_some(Self {
            product,
            name,
            site,
        })
    }
}

fn is_address_of_page(id: &str) -> bool {
    pasted_address(id).is_some_and(|address| {
        let is_issue = IssueReference::parse(id).is_some();
        address.path().contains("/wiki/") || (!is_issue && PageReference::parse(id).is_ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_named_by_its_id_its_address_or_the_id_that_it_has_everywhere() {
        for (id, product, name, site) in [
            ("APP-1", Product::Jira, "APP-1", None),
            (" jira:APP-1 ", Product::Jira, "APP-1", None),
            ("jira:APP-1#start=20000", Product::Jira, "APP-1", None),
            ("confluence:98522", Product::Confluence, "98522", None),
            (
                "ari:cloud:jira:abc:issue/11025",
                Product::Jira,
                "11025",
                Some("abc"),
            ),
            (
                "ari:cloud:confluence:abc:page/98522",
                Product::Confluence,
                "98522",
                Some("abc"),
            ),
            (
                "ari:cloud:confluence::blogpost/98522",
                Product::Confluence,
                "98522",
                None,
            ),
        ] {
            let named = NamedAnywhere {
                product,
                name,
                site,
            };
            assert_eq!(NamedAnywhere::of(id), named, "{id}");
        }
        for (address, product) in [
            ("https://acme.atlassian.net/browse/APP-1", Product::Jira),
            (
                "https://acme.atlassian.net/wiki/spaces/ENG/pages/98522",
                Product::Confluence,
            ),
            (
                "https://acme.atlassian.net/wiki/spaces/ENG/overview",
                Product::Confluence,
            ),
            (
                "https://acme.atlassian.net/wiki/x/N4CIO",
                Product::Confluence,
            ),
            (
                "https://wiki.example.com/pages/viewpage.action?pageId=98522",
                Product::Confluence,
            ),
            (
                "https://wiki.example.com/display/ENG/Home",
                Product::Confluence,
            ),
        ] {
            let named = NamedAnywhere::of(address);
            assert_eq!((named.product, named.name), (product, address));
        }
    }
}

//! Pages for people: the addresses below a site that browsers open and no API has. A closed list: programs make links for
//! people from the base address that they were given.

use crate::model::product::Product;

/// The product whose page lies at this path below a site; none for any other path. Confluence's are listed with and without
/// `wiki` in front: Cloud has it, a Data Center has it not, and clients' bases have it or not.
pub fn page_for_people(segments: &[&str]) -> Option<Product> {
    if is_of_jira(segments) {
        return Some(Product::Jira);
    }
    let is_of_confluence = match segments {
        ["wiki"] | ["wiki", "home" | "search"] | ["wiki", "people", _] => true,
        ["wiki", path @ ..] | path => is_of_confluence(path),
    };
    is_of_confluence.then_some(Product::Confluence)
}

fn is_of_jira(path: &[&str]) -> bool {
    match path {
        ["browse" | "issues" | "jira" | "projects", ..] => true,
        ["secure", page] => is_named(page, ".jspa"),
        _ => false,
    }
}

fn is_of_confluence(path: &[&str]) -> bool {
    match path {
        ["spaces"] | ["display" | "label" | "spaces" | "x", _, ..] => true,
        [page] | ["pages" | "users", page] => is_named(page, ".action"),
        _ => false,
    }
}

/// Whether it is the name of a page of that kind, such as `Dashboard.jspa`.
fn is_named(page: &str, end: &str) -> bool {
    let name = page.strip_suffix(end).unwrap_or_default();
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{METHODS, find};

    fn product(path: &str) -> Option<Product> {
        page_for_people(&path.split('/').collect::<Vec<_>>())
    }

    #[test]
    fn pages_of_both_products_are_known_and_nothing_else_is() {
        for page in [
            "browse/EX-1",
            "issues",
            "projects/EX/boards/1",
            "jira/software/projects/EX/boards/1",
            "secure/Dashboard.jspa",
        ] {
            assert_eq!(product(page), Some(Product::Jira), "{page}");
        }
        for page in [
            "wiki",
            "wiki/spaces",
            "wiki/spaces/ENG/pages/1/Title",
            "wiki/x/AQAB",
            "wiki/display/ENG/Home",
            "wiki/pages/viewpage.action",
            "wiki/search",
            "wiki/people/5b10ac8d",
            "users/viewuserprofile.action",
            "display/ENG/Home",
            "pages/viewpage.action",
            "dashboard.action",
            "spaces/ENG",
            "x/AQAB",
        ] {
            assert_eq!(product(page), Some(Product::Confluence), "{page}");
        }
        for other in [
            "",
            "x",
            "display",
            "wiki/x",
            "search",
            "people/5b10ac8d",
            "secure/attachment/1/a.jspa",
            "secure/.jspa",
            "secure/a;b.jspa",
            "pages/a/viewpage.action",
            "login.jsp",
            "plugins/servlet/oauth/authorize",
            "rest/api/3/issue/EX-1",
            "wiki/rest/api/content",
            "wiki/wiki/spaces/ENG",
            "gateway/api/graphql",
        ] {
            assert_eq!(product(other), None, "{other}");
        }
    }

    #[test]
    fn no_page_is_an_operation() {
        for operation in crate::policy::all() {
            let path: Vec<&str> = operation.template.split('/').skip(1).collect();
            assert_eq!(page_for_people(&path), None, "{}", operation.label);
        }
        let page = ["browse", "EX-1"];
        for method in METHODS {
            assert_eq!(find(Product::Jira, method, &page), None);
        }
    }
}

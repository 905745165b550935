//! The table of operations, read once, and the search in it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Effect, Operation};
use crate::model::product::Product;

/// From Atlassian's documents, by `operations.py`.
const DOCUMENTED: &str = include_str!("operations.txt");
/// What they do not have.
const BY_HAND: &str = include_str!("by_hand.txt");
/// What only a Data Center has.
const OF_DATA_CENTER: &str = include_str!("data_center.txt");

/// By what is known before the segments are compared: product, method, how many segments, and the one that tells most,
/// unless one up to it is a parameter.
type Shape = (Product, &'static str, usize, Option<&'static str>);
/// The place of the segment that tells most: behind `rest/api/3` and the like.
const TELLING: usize = 3;

struct Table {
    operations: Vec<Operation>,
    /// The places of the operations of one shape, the most literal first.
    by_shape: HashMap<Shape, Vec<usize>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let of_both = DOCUMENTED.lines().chain(BY_HAND.lines()).filter_map(read);
    let of_data_center = OF_DATA_CENTER.lines().filter_map(read);
    let of_data_center = of_data_center.map(|operation| Operation {
        is_of_data_center: true,
        ..operation
    });
    Table::of(of_both.chain(of_data_center).collect())
});

/// Every operation.
pub fn all() -> &'static [Operation] {
    &TABLE.operations
}

/// The operation that a request asks for: `segments` are those of its path, decoded. Jira's second and latest
/// versions are found as the third, and Confluence's first as on Cloud, below `wiki`, but for what only a Data Center has.
pub fn find(product: Product, method: &str, segments: &[&str]) -> Option<&'static Operation> {
    let segments = as_on_cloud(product, segments);
    let method = METHODS.into_iter().find(|known| *known == method)?;
    let fitting = |telling: Option<&str>| {
        let shape = (product, method, segments.len(), telling);
        let places = TABLE.by_shape.get(&shape)?;
        let mut operations = places.iter().map(|place| &TABLE.operations[*place]);
        operations.find(|operation| fits(operation.template, &segments))
    };
    // Those with a word where others have a parameter come first.
    let telling = segments.get(TELLING).copied();
    telling
        .and_then(|word| fitting(Some(word)))
        .or_else(|| fitting(None))
}

/// The operation of this name.
pub fn named(product: Product, name: &str) -> Option<&'static Operation> {
    let mut operations = TABLE.operations.iter();
    operations.find(|operation| operation.product == product && operation.name == name)
}

/// The methods that an operation can have.
pub const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "PATCH"];

fn as_on_cloud<'a>(product: Product, segments: &[&'a str]) -> Vec<&'a str> {
    match (product, segments) {
        (Product::Jira, ["rest", "api", "2" | "latest", rest @ ..]) => {
            [&["rest", "api", "3"], rest].concat()
        }
        (Product::Jira, ["rest", "agile", "latest", rest @ ..]) => {
            [&["rest", "agile", "1.0"], rest].concat()
        }
        (Product::Jira, ["rest", "auth", "latest", rest @ ..]) => {
            [&["rest", "auth", "1"], rest].concat()
        }
        (Product::Confluence, ["wiki", "download", ..] | ["wiki", "rest", "experimental", ..]) => {
            segments[1..].to_vec()
        }
        (Product::Confluence, ["rest", "api", rest @ ..]) => {
            [&["wiki", "rest", "api"], rest].concat()
        }
        (Product::Confluence, ["api", "v2", rest @ ..]) => [&["wiki", "api", "v2"], rest].concat(),
        _ => segments.to_vec(),
    }
}

impl Table {
    fn of(operations: Vec<Operation>) -> Self {
        let mut by_shape: HashMap<Shape, Vec<usize>> = HashMap::new();
        for (place, operation) in operations.iter().enumerate() {
            let length = words(operation.template).count();
            let mut first = words(operation.template).take(TELLING + 1);
            let telling = words(operation.template)
                .nth(TELLING)
                .filter(|_| !first.any(is_parameter));
            let shape = (operation.product, operation.method, length, telling);
            by_shape.entry(shape).or_default().push(place);
        }
        for places in by_shape.values_mut() {
            // `false` comes first: a word that must be there beats a parameter, from the left.
            places.sort_by_key(|place| {
                let template = operations[*place].template;
                words(template).map(is_parameter).collect::<Vec<_>>()
            });
        }
        Self {
            operations,
            by_shape,
        }
    }
}

fn words(template: &str) -> impl Iterator<Item = &str> {
    template.split('/').skip(1)
}

fn is_parameter(word: &str) -> bool {
    word.starts_with('{')
}

fn fits(template: &str, segments: &[&str]) -> bool {
    words(template)
        .zip(segments)
        .all(|(word, segment)| is_parameter(word) || word == *segment)
}

/// Reads a line; none for a comment. A test sees that every other line can be read.
fn read(line: &'static str) -> Option<Operation> {
    let mut rest = line.split(' ');
    let effect = Effect::parse(rest.next()?)?;
    let product = Product::parse(rest.next()?)?;
    let method = rest.next()?;
    let method = METHODS.into_iter().find(|known| *known == method)?;
    let (template, name) = (rest.next()?, rest.next()?);
    let (classic, granular) = (scopes(rest.next()?), scopes(rest.next()?));
    Some(Operation {
        product,
        method,
        template,
        name,
        effect,
        classic,
        granular,
        deprecated: rest.next() == Some("deprecated"),
        in_its_place: rest.next(),
        is_of_data_center: false,
        label: format!("{method} {template}"),
    })
}

fn scopes(word: &'static str) -> Vec<&'static str> {
    word.split('+').filter(|scope| *scope != "-").collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn asked(product: Product, method: &str, path: &str) -> Option<&'static Operation> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        find(product, method, &segments)
    }

    fn effect(method: &str, path: &str) -> Option<Effect> {
        let product = if path.contains("/wiki/") {
            Product::Confluence
        } else {
            Product::Jira
        };
        asked(product, method, path).map(|operation| operation.effect)
    }

    #[test]
    fn every_line_is_an_operation_and_no_two_are_the_same_request() {
        let is_data = |line: &&str| !line.is_empty() && !line.starts_with('#');
        let lines: Vec<&str> = DOCUMENTED
            .lines()
            .chain(BY_HAND.lines())
            .chain(OF_DATA_CENTER.lines())
            .filter(is_data)
            .collect();
        let unread: Vec<_> = lines.iter().filter(|line| read(line).is_none()).collect();
        assert!(unread.is_empty(), "{unread:?}");
        assert_eq!(all().len(), lines.len());
        assert!(all().len() > 1000);
        let mut shapes = HashSet::new();
        for operation in all() {
            let shape: Vec<&str> = words(operation.template)
                .map(|word| if is_parameter(word) { "{}" } else { word })
                .collect();
            let shape = (operation.product, operation.method, shape);
            assert!(shapes.insert(shape), "twice: {}", operation.label);
        }
    }

    #[test]
    fn every_operation_is_found_by_a_request_for_it() {
        for operation in all() {
            let path = operation.template.replace(['{', '}'], "~");
            let found = asked(operation.product, operation.method, &path);
            assert_eq!(found, Some(operation));
        }
    }

    #[test]
    fn what_serves_in_place_of_a_removed_operation_is_one_itself() {
        let removed = all().iter().filter(|one| one.in_its_place.is_some());
        let mut count = 0;
        for operation in removed {
            let template = operation.in_its_place.unwrap_or_default();
            let label = format!("{} {template}", operation.method);
            let serving = all().iter().find(|one| one.label == label);
            assert!(
                serving.is_some_and(|one| one.in_its_place.is_none()),
                "{label}"
            );
            count += 1;
        }
        assert_eq!(count, 27);
    }

    #[test]
    fn a_word_beats_a_parameter_and_the_first_difference_counts() {
        let name = |method, path| asked(Product::Jira, method, path).map(|found| found.name);
        assert_eq!(
            name("GET", "/rest/api/3/issue/createmeta"),
            Some("getCreateIssueMeta")
        );
        assert_eq!(name("GET", "/rest/api/3/issue/EX-1"), Some("getIssue"));
        assert_eq!(
            name("GET", "/rest/agile/1.0/epic/none/issue"),
            Some("getIssuesWithoutEpic")
        );
        assert_eq!(
            name("GET", "/rest/agile/1.0/epic/EX-1/issue"),
            Some("getIssuesForEpic")
        );
    }

    #[test]
    fn other_versions_of_an_api_are_the_same_operations() {
        for path in [
            "/rest/api/2/issue/EX-1",
            "/rest/api/latest/issue/EX-1",
            "/rest/api/3/issue/EX-1",
        ] {
            let found = asked(Product::Jira, "GET", path).map(|found| found.template);
            assert_eq!(found, Some("/rest/api/3/issue/{issueIdOrKey}"), "{path}");
        }
        for path in ["/rest/api/search", "/wiki/rest/api/search"] {
            let found = asked(Product::Confluence, "GET", path).map(|found| found.name);
            assert_eq!(found, Some("searchByCQL"), "{path}");
        }
    }

    #[test]
    fn posts_that_read_are_reads_and_who_may_do_what_is_an_administrators_business() {
        for path in [
            "/rest/api/2/search",
            "/rest/api/3/search/jql",
            "/rest/api/3/search/approximate-count",
            "/rest/api/3/jql/parse",
            "/rest/api/3/jql/match",
            "/rest/api/3/issue/bulkfetch",
            "/rest/api/3/changelog/bulkfetch",
            "/rest/api/3/expression/evaluate",
            "/rest/api/3/permissions/check",
            "/rest/api/3/worklog/list",
            "/wiki/api/v2/users-bulk",
            "/wiki/api/v2/content/convert-ids-to-types",
        ] {
            assert_eq!(effect("POST", path), Some(Effect::Read), "{path}");
        }
        for (method, path) in [
            ("POST", "/rest/api/3/user"),
            ("DELETE", "/rest/api/3/user"),
            ("GET", "/rest/api/3/role"),
            ("GET", "/rest/api/2/permissionscheme"),
            ("POST", "/rest/api/3/group/user"),
            ("GET", "/rest/api/3/webhook"),
            ("POST", "/rest/api/3/dashboard"),
            ("PUT", "/rest/api/3/project/EX/permissionscheme"),
            ("GET", "/rest/api/3/auditing/record"),
            ("POST", "/rest/api/3/project"),
            ("GET", "/wiki/rest/api/audit"),
            ("DELETE", "/wiki/rest/api/space/ENG"),
        ] {
            assert_eq!(effect(method, path), Some(Effect::Admin), "{path}");
        }
        for (method, path) in [
            ("GET", "/rest/api/3/dashboard"),
            ("GET", "/rest/api/3/user/search"),
            ("GET", "/rest/agile/1.0/board"),
            ("GET", "/wiki/api/v2/pages"),
        ] {
            assert_eq!(effect(method, path), Some(Effect::Read), "{path}");
        }
        assert_eq!(effect("POST", "/rest/api/3/version"), Some(Effect::Write));
    }

    #[test]
    fn what_is_not_listed_is_not_found() {
        for (method, path) in [
            ("POST", "/rest/auth/1/session"),
            ("DELETE", "/rest/auth/1/session"),
            ("GET", "/rest/auth/1/websudo"),
            ("GET", "/rest/servicedeskapi/request"),
            ("GET", "/rest/dev-status/latest/issue/detail"),
            ("GET", "/rest/webhooks/1.0/webhook"),
            ("GET", "/rest/api/1/issue/EX-1"),
            ("PATCH", "/rest/api/3/issue/EX-1"),
            ("TRACE", "/rest/api/3/myself"),
            ("GET", "/rest/api/3"),
            ("GET", ""),
        ] {
            assert_eq!(effect(method, path), None, "{method} {path}");
        }
        assert_eq!(
            effect("GET", "/rest/internal/api/latest/worklog/bulk"),
            None
        );
    }

    #[test]
    fn what_only_a_data_center_has_is_known_as_such() {
        for (product, method, path, name) in [
            (
                Product::Jira,
                "GET",
                "/rest/auth/latest/session",
                "currentUserOfSession",
            ),
            (
                Product::Jira,
                "GET",
                "/rest/api/2/issue/EX-1/pinned-comments",
                "getPinnedComments",
            ),
            (
                Product::Confluence,
                "GET",
                "/rest/experimental/content/1/version",
                "getVersionsOfContent",
            ),
            (
                Product::Confluence,
                "GET",
                "/wiki/rest/experimental/content/1/version/2",
                "getVersionOfContent",
            ),
            (
                Product::Confluence,
                "GET",
                "/rest/api/accessmode",
                "getAccessModeStatus",
            ),
        ] {
            let found = asked(product, method, path).unwrap();
            assert_eq!(found.name, name, "{path}");
            assert!(found.is_of_data_center, "{path}");
        }
        let both = all().iter().filter(|one| !one.is_of_data_center);
        assert!(both.count() > 950);
    }

    #[test]
    fn either_set_of_scopes_is_enough() {
        let issue = asked(Product::Jira, "POST", "/rest/api/3/issue").unwrap();
        let granted = |scopes: &[&str]| scopes.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            issue.missing(&granted(&["read:jira-work"])),
            ["write:jira-work"]
        );
        assert!(issue.missing(&granted(&["write:jira-work"])).is_empty());
        let granular: Vec<String> = issue.granular.iter().map(ToString::to_string).collect();
        assert!(!granular.is_empty() && issue.missing(&granular).is_empty());
        let info = asked(Product::Jira, "GET", "/rest/api/2/serverInfo").unwrap();
        assert!(info.missing(&[]).is_empty());
        let board = asked(Product::Jira, "GET", "/rest/agile/1.0/board").unwrap();
        assert_eq!(
            board.missing(&[]),
            ["read:board-scope:jira-software", "read:project:jira"]
        );
    }
}

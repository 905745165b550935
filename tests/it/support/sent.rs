//! What reached Atlassian: the sandbox's journal, read.

use atlassian_sandbox::JournalEntry;
use integration_backend::model::product::Product;
use integration_backend::policy;

use super::TestApp;

/// The calls to Jira and Confluence in a journal that are no operations of the policy's table.
pub fn unlisted(journal: &[JournalEntry]) -> Vec<String> {
    let is_listed = |call: &JournalEntry| {
        let path = call.path.split('/').skip(1).collect::<Vec<_>>();
        let (product, path) = match path.as_slice() {
            ["ex", "jira", _, path @ ..] => (Product::Jira, path),
            ["ex", "confluence", _, path @ ..] => (Product::Confluence, path),
            ["sites", _, "wiki", ..] => (Product::Confluence, &path[2..]),
            ["sites", _, "rest", ..] => (Product::Jira, &path[2..]),
            _ => return true,
        };
        policy::find(product, &call.method, path).is_some()
    };
    journal
        .iter()
        .filter(|call| !is_listed(call))
        .map(|call| format!("{} {}", call.method, call.path))
        .collect()
}

impl TestApp {
    /// How many calls reached Atlassian whose path holds `path`.
    pub fn upstream(&self, path: &str) -> usize {
        let journal = self.sandbox.journal();
        let calls = journal.iter().filter(|call| call.path.contains(path));
        calls.count()
    }

    /// Asserts that nothing was sent to Atlassian.
    pub fn assert_nothing_sent(&self) {
        self.assert_sent_only(|_| false);
    }

    /// Fails if anything went to a site. Which sites a login reaches may have been asked.
    pub fn assert_no_site_called(&self) {
        self.assert_sent_only(|call| call.path == "/oauth/token/accessible-resources");
    }

    fn assert_sent_only(&self, may_be: impl Fn(&JournalEntry) -> bool) {
        let sent: Vec<String> = self
            .sandbox
            .journal()
            .into_iter()
            .filter(|call| !may_be(call))
            .map(|call| format!("{} {}", call.method, call.path))
            .collect();
        assert!(sent.is_empty(), "{sent:?}");
    }
}

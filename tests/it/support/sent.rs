//! What reached Atlassian: the sandbox's journal, read.

use super::TestApp;

impl TestApp {
    /// How many calls reached Atlassian whose path holds `path`.
    pub fn upstream(&self, path: &str) -> usize {
        let journal = self.sandbox.journal();
        let calls = journal.iter().filter(|call| call.path.contains(path));
        calls.count()
    }

    /// Asserts that nothing was sent to Atlassian.
    pub fn assert_nothing_sent(&self) {
        let sent: Vec<String> = self
            .sandbox
            .journal()
            .into_iter()
            .map(|call| format!("{} {}", call.method, call.path))
            .collect();
        assert!(sent.is_empty(), "{sent:?}");
    }
}

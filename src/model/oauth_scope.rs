//! OAuth scopes as Atlassian names them.

/// Those that are about the login and the account, and no product.
pub(crate) const OF_ACCOUNTS: [&str; 4] = [
    "offline_access",
    "read:me",
    "read:account",
    "report:personal-data",
];

/// Whether a scope has the form of Atlassian's: `offline_access`, an action with the name of an object that
/// names its product, or an action, an object and a product. The person would see Atlassian's error page
/// otherwise, and never come back.
/// (<https://developer.atlassian.com/cloud/jira/platform/scopes-for-oauth-2-3LO-and-forge-apps/>)
pub(crate) fn is_of_atlassian(scope: &str) -> bool {
    if OF_ACCOUNTS.contains(&scope) {
        return true;
    }
    let name = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        !part.is_empty() && part.bytes().all(plain)
    };
    let parts: Vec<&str> = scope.split(':').collect();
    match parts.as_slice() {
        // `read:jira-work`, `read:confluence-content.all`, `search:confluence`, `manage:servicedesk-customer`.
        [action, object] => {
            name(action)
                && name(object)
                && ["jira", "confluence", "service"]
                    .iter()
                    .any(|product| object.contains(product))
        }
        // `read:issue:jira`, and longer ones of products to come.
        [_, _, ..] => parts.iter().all(|part| name(part)),
        _ => false,
    }
}

/// Whether a scope allows to change something.
pub(crate) fn allows_changes(scope: &str) -> bool {
    let kinds = ["write:", "delete:", "manage:", "administer:"];
    kinds.iter().any(|kind| scope.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_told_by_their_form() {
        for good in [
            "offline_access",
            "read:me",
            "read:account",
            "report:personal-data",
            "read:jira-work",
            "manage:jira-webhook",
            "read:confluence-content.all",
            "search:confluence",
            "readonly:content.attachment:confluence",
            "read:servicedesk-request",
            "read:servicemanagement-insight-objects",
            "write:board-scope:jira-software",
            "delete:content.metadata:confluence",
        ] {
            assert!(is_of_atlassian(good), "{good}");
        }
        for bad in [
            "read",
            "write",
            "openid",
            "email",
            "profile",
            "read:",
            ":jira-work",
            "read:issue",
            "read:work",
            "a::jira",
            "read:jira:",
            "READ",
        ] {
            assert!(!is_of_atlassian(bad), "{bad}");
        }
    }
}

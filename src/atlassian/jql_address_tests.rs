//! Addresses and lists that are pasted into Jira's search.

use super::*;

#[test]
fn the_query_of_a_pasted_search_is_run_and_no_other_address_is_a_query() {
    for (address, query) in [
        (
            "https://acme.atlassian.net/issues/?jql=project%20%3D%20APP%20AND%20status%20in%20(Done)",
            "project = APP AND status in (Done)",
        ),
        (
            "https://acme.atlassian.net/issues/?filter=10001",
            "filter = 10001",
        ),
    ] {
        for mode in [None, Some("jql")] {
            let reading = read(address, mode, None).unwrap();
            assert_eq!(reading.query, query);
            let host = reading.address.as_ref().and_then(url::Url::host_str);
            assert_eq!(host, Some("acme.atlassian.net"));
        }
    }
    let reading = read("https://wiki.example/overview?mode=global", None, None).unwrap();
    assert!(reading.query.starts_with("text ~ "), "{}", reading.query);
    assert!(reading.is_unread);
    assert_eq!(
        reading.query,
        r#"text ~ "\"wiki.example overview mode global\"""#
    );
}

#[test]
fn a_list_names_each_of_its_issues_and_in_a_query_all_of_them() {
    let keys = |text: &str| -> Vec<String> {
        let listed = read(text, None, None).unwrap().listed;
        listed.into_iter().filter_map(|one| one.id).collect()
    };
    for text in [
        "APP-1, APP-2",
        "app-1 app-2",
        "APP-1\nAPP-2",
        "- APP-1\n- APP-2",
        "1. APP-1\n2) APP-2",
        "APP-1 and APP-2",
        "[APP-1]; https://acme.atlassian.net/browse/APP-2",
    ] {
        assert_eq!(keys(text), ["APP-1", "APP-2"], "{text}");
    }
    for text in ["APP-1", "APP-1 is on fire", "10001 10002", "APP-1, printer"] {
        assert!(keys(text).is_empty(), "{text}");
    }
    let query = read("APP-1, APP-2", Some("jql"), None).unwrap().query;
    assert_eq!(query, r#"key in ("APP-1", "APP-2")"#);
    let two_sites = "https://a.atlassian.net/browse/APP-1 https://b.atlassian.net/browse/APP-2";
    assert_eq!(read(two_sites, Some("jql"), None).unwrap_err().field, "q");
}

#[test]
fn an_address_of_a_project_board_or_filter_finds_its_issues() {
    let at = "https://acme.atlassian.net";
    for mode in [None, Some("jql")] {
        let board = format!("{at}/jira/software/projects/app/boards/1");
        let reading = read(&board, mode, None).unwrap();
        assert_eq!(reading.query, r#"project = "APP""#);
        assert!(reading.address.is_some());
    }
    let unread = format!("{at}/jira/your-work");
    assert!(read(&unread, None, None).unwrap().is_unread);
    assert_eq!(read(&unread, Some("jql"), None).unwrap_err().field, "q");
}

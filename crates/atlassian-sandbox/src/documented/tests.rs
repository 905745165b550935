//! What is objected to, and what is not.

use rstest::rstest;

use super::objections;
use super::operations::OPERATIONS;
use crate::wire::Call;

fn call(method: &str, target: &str, body: &str) -> Vec<String> {
    let headers = vec![(
        String::from("content-type"),
        String::from("application/json"),
    )];
    objections(&Call::new(
        method,
        target,
        headers,
        body.as_bytes().to_vec(),
    ))
}

#[rstest]
#[case("GET", "/sites/acme.atlassian.net/rest/api/3/myself", "")]
#[case(
    "GET",
    "/ex/jira/1/rest/api/2/issue/EX-1?fields=summary&fields=labels",
    ""
)]
#[case(
    "POST",
    "/ex/jira/1/rest/api/3/issue",
    r#"{"fields": {"anything": [1]}}"#
)]
#[case(
    "GET",
    "/ex/confluence/1/wiki/api/v2/pages?body-format=storage&limit=25",
    ""
)]
#[case(
    "POST",
    "/ex/confluence/1/wiki/api/v2/pages",
    r#"{"spaceId": "1", "title": "t", "body": {"representation": "storage", "value": ""}}"#
)]
#[case(
    "POST",
    "/ex/confluence/1/wiki/rest/api/content/1/label",
    r#"[{"prefix": "global", "name": "a"}]"#
)]
#[case("POST", "/oauth/token", "{}")]
#[case("GET", "/sites/acme.atlassian.net/browse/EX-1?anything=1", "")]
fn what_the_documents_describe_is_taken(
    #[case] method: &str,
    #[case] target: &str,
    #[case] body: &str,
) {
    assert_eq!(call(method, target, body), Vec::<String>::new());
}

#[rstest]
#[case(
    "GET",
    "/ex/jira/1/rest/api/3/nothing",
    "",
    "no document describes this operation"
)]
#[case(
    "PUT",
    "/ex/jira/1/rest/api/3/myself",
    "{}",
    "no document describes this operation"
)]
#[case(
    "GET",
    "/ex/jira/1/rest/api/3/myself?expnad=groups",
    "",
    "there is no parameter expnad"
)]
#[case(
    "GET",
    "/ex/jira/1/rest/api/3/project/search?maxResults=many",
    "",
    "maxResults=many is no integer"
)]
#[case(
    "GET",
    "/ex/confluence/1/wiki/api/v2/pages?body-format=wiki",
    "",
    "body-format=wiki is no storage|atlas_doc_format"
)]
#[case(
    "GET",
    "/ex/confluence/1/wiki/rest/api/search",
    "",
    "the parameter cql is missing"
)]
#[case("GET", "/ex/jira/1/rest/api/3/myself", "{}", "it takes no body")]
#[case("POST", "/ex/jira/1/rest/api/3/issue", "", "its body is missing")]
#[case("POST", "/ex/jira/1/rest/api/3/issue", "[]", "the body is no object")]
#[case(
    "POST",
    "/ex/jira/1/rest/api/3/issue",
    r#"{"field": {}}"#,
    "there is no property field"
)]
#[case(
    "POST",
    "/ex/confluence/1/wiki/api/v2/pages",
    r#"{"title": "t"}"#,
    "the property spaceId is missing"
)]
#[case(
    "POST",
    "/ex/confluence/1/wiki/api/v2/pages",
    r#"{"spaceId": 1, "body": {"representation": "html", "text": ""}}"#,
    "body.representation is no storage|atlas_doc_format|wiki"
)]
fn what_they_do_not_describe_is_objected_to(
    #[case] method: &str,
    #[case] target: &str,
    #[case] body: &str,
    #[case] sentence: &str,
) {
    let found = call(method, target, body);
    assert!(
        found
            .iter()
            .any(|one| one.ends_with(&format!(": {sentence}"))),
        "{found:?}"
    );
}

#[test]
fn every_line_of_the_facts_is_read() {
    let lines = include_str!("operations.txt").lines();
    let named = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    assert_eq!(OPERATIONS.len(), named.count());
    assert!(OPERATIONS.iter().all(|operation| {
        let mut all = operation.parameters.iter().chain(&operation.fields);
        all.all(|field| !field.name.is_empty() && !field.kind.is_empty())
    }));
}

//! What each kind of credential is worth where, and the traps of the gateway.

use serde_json::json;

use super::{ACME, ALL, Bench, basic, jira, text, wiki};
use crate::wire::Call;

#[test]
fn each_kind_of_credential_works_only_where_it_should() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let site = "/sites/acme.atlassian.net/rest/api/3/myself";
    let mut status =
        |path: &str, authorization: &str| bench.call("GET", path, authorization, None).status;
    assert_eq!(status(site, &basic("mia", "classic")), 200);
    assert_eq!(status(site, &basic("mia", "scoped")), 401);
    assert_eq!(status(site, &bearer), 401);
    assert_eq!(status(&jira("myself"), &basic("mia", "scoped")), 200);
    assert_eq!(status(&jira("myself"), &basic("mia", "classic")), 401);
    assert_eq!(status(&jira("myself"), &basic("mia", "narrow")), 401);
    assert_eq!(
        status("/sites/acme.atlassian.net/_edge/tenant_info", ""),
        200
    );
    assert_eq!(
        status(
            &jira("myself").replace(ACME, "00000000-0000-0000-0000-000000000000"),
            &bearer
        ),
        404
    );
}

#[test]
fn a_bad_credential_is_anonymous_on_searches_and_refused_on_myself() {
    let mut bench = Bench::new();
    let bad = "Basic bWlhQGV4YW1wbGUuY29tOndyb25n";
    let found = bench.call(
        "GET",
        "/sites/acme.atlassian.net/rest/api/3/project/search",
        bad,
        None,
    );
    assert_eq!(
        (found.status, found.value()["total"].clone()),
        (200, json!(0))
    );
    assert!(found.headers.iter().all(|(name, _)| name != "x-aaccountid"));
    assert_eq!(
        bench
            .call(
                "GET",
                "/sites/acme.atlassian.net/rest/api/3/myself",
                bad,
                None
            )
            .status,
        401
    );
    let who = bench.call(
        "GET",
        "/sites/acme.atlassian.net/wiki/rest/api/user/current",
        bad,
        None,
    );
    assert_eq!(
        (who.status, text(&who.value(), "/type")),
        (200, "anonymous")
    );
}

#[test]
fn traps_of_the_gateway() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let slash = bench.call("GET", &jira("myself/"), &bearer, None);
    assert_eq!(
        (slash.status, text(&slash.value(), "/message")),
        (401, "Unauthorized; scope does not match")
    );
    let headers = vec![
        ("user-agent".to_owned(), "Mozilla/5.0".to_owned()),
        ("authorization".to_owned(), bearer.clone()),
    ];
    let call = Call::new("POST", &jira("issue"), headers, Vec::new());
    let reply = crate::dispatch::answer(&mut bench.state, &call);
    assert_eq!(
        (reply.status, reply.body),
        (403, b"XSRF check failed".to_vec())
    );
    assert_eq!(
        bench
            .call("GET", &jira("priority/search"), &bearer, None)
            .status,
        401,
        "needs another scope"
    );
    assert_eq!(
        bench
            .call("GET", &wiki("rest/api/content"), &bearer, None)
            .status,
        410
    );
    assert_eq!(
        bench
            .call(
                "GET",
                "/sites/acme.atlassian.net/wiki/rest/api/content",
                &basic("mia", "classic"),
                None
            )
            .status,
        200
    );
    for version in ["2", "3"] {
        let path = jira("search").replace("/3/", &format!("/{version}/"));
        assert_eq!(bench.call("GET", &path, &bearer, None).status, 410);
    }
}

//! Search by CQL.

use serde_json::json;

use super::{ALL, Bench, text, wiki};

#[test]
fn cql_finds_pages_with_marks_and_pages_by_cursor_not_by_start() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let path = wiki("rest/api/search?cql=type%3Dpage%20AND%20text~%22regression%22&limit=5");
    let first = bench.call("GET", &path, &bearer, None).value();
    assert!(text(&first, "/results/0/excerpt").contains("@@@hl@@@regression@@@endhl@@@"));
    let next = text(&first, "/_links/next").to_owned();
    assert!(next.starts_with("/rest/api/search?"), "{next}");
    let second = bench
        .call("GET", &wiki(next.trim_start_matches('/')), &bearer, None)
        .value();
    assert_ne!(
        first["results"][0]["content"]["id"],
        second["results"][0]["content"]["id"]
    );
    let started = bench
        .call("GET", &format!("{path}&start=5"), &bearer, None)
        .value();
    assert_eq!(
        (
            started["start"].clone(),
            &started["results"][0]["content"]["id"]
        ),
        (json!(5), &first["results"][0]["content"]["id"])
    );
}

#[test]
fn cql_knows_its_fields_and_refuses_others() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let ask = |bench: &mut Bench, cql: &str| {
        let query: String = url::form_urlencoded::byte_serialize(cql.as_bytes()).collect();
        bench.call(
            "GET",
            &wiki(&format!("rest/api/search?limit=200&cql={query}")),
            &bearer,
            None,
        )
    };
    let pages = bench.state.saved.world.sites[0].clone();
    let eng = pages
        .spaces
        .iter()
        .find(|space| space.key == "ENG")
        .unwrap()
        .clone();
    let expected = pages
        .pages
        .iter()
        .filter(|page| page.space == eng.id && !page.is_post())
        .count();
    assert_eq!(
        ask(&mut bench, "type = page and space = ENG").value()["size"],
        json!(expected)
    );
    assert_eq!(
        ask(
            &mut bench,
            &format!("type = page and ancestor = {}", eng.home)
        )
        .value()["size"],
        json!(expected - 1)
    );
    assert_eq!(
        ask(&mut bench, "type = page and title = \"Engineering\"").value()["size"],
        1
    );
    let spaces = ask(&mut bench, "type = space and title ~ payments").value();
    assert!(spaces["results"][0].get("content").is_none());
    for bad in [
        "user = x",
        "type = rocket",
        "text = x",
        "type = page and",
        "",
        "id > 3",
    ] {
        assert_eq!(ask(&mut bench, bad).status, 400, "{bad}");
    }
}

#[test]
fn a_lagging_index_finds_nothing_new_and_its_address_does() {
    let mut bench = Bench::new();
    bench.state.behaviour.index_lag_seconds = 60;
    let bearer = bench.login("mia", ALL);
    let spaces = bench.call("GET", &wiki("api/v2/spaces?keys=ENG"), &bearer, None);
    let space = text(&spaces.value(), "/results/0/id").to_owned();
    let page = json!({"spaceId": space, "title": "Zebra"});
    let made = bench
        .call("POST", &wiki("api/v2/pages"), &bearer, Some(&page))
        .value();
    let id = text(&made, "/id");
    let found = |bench: &mut Bench| {
        let path = wiki(&format!("rest/api/search?cql=id%3D{id}"));
        bench.call("GET", &path, &bearer, None).value()["totalSize"].clone()
    };
    assert_eq!(found(&mut bench), 0);
    let path = wiki(&format!("api/v2/pages/{id}"));
    assert_eq!(bench.call("GET", &path, &bearer, None).status, 200);
    bench.advance(60_000);
    assert_eq!(found(&mut bench), 1);
}

#[test]
fn files_people_macros_and_kinds_of_spaces_are_searched_for() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let mut found = |query: &str| {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let path = wiki(&format!(
            "rest/api/content/search?cql={query}&expand=body.storage,space&limit=250"
        ));
        let reply = bench.call("GET", &path, &bearer, None);
        assert_eq!(reply.status, 200, "{query} {}", reply.value());
        reply.value()["results"].as_array().unwrap().clone()
    };
    let all = found("type = page").len();
    let (global, others) = (
        "type = page and space.type = global",
        "type = page and space.type != global",
    );
    assert!(!found(global).is_empty());
    assert_eq!(found(global).len() + found(others).len(), all);
    let one = &found("type = page")[0];
    assert!(one["body"]["storage"]["value"].is_string() && one["space"]["key"].is_string());
    assert!(
        one["_expandable"].get("body").is_none() && one["_expandable"].get("container").is_some()
    );
    assert!(
        found("type = attachment")
            .iter()
            .all(|file| file["id"].as_str().unwrap().starts_with("att"))
    );
    for query in [
        "mention = currentUser()",
        "watcher = currentUser()",
        "favourite = currentUser()",
        "macro = nosuch",
    ] {
        assert!(found(query).len() <= all, "{query}");
    }
    assert_eq!(found("content = 1").len(), 0);
}

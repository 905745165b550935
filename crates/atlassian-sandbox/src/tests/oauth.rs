//! Authorization, tokens, rotation, sites, and what each credential is worth where.

use serde_json::{Value, json};

use super::{ACME, ALL, Bench, CALLBACK, jira, text, wiki};
use crate::clock::{DAY, HOUR, MINUTE};
use crate::random::sha256_text;
use crate::{consent, wire::Call};

#[test]
fn an_authorize_request_that_breaks_a_rule_gets_a_page_and_no_redirect() {
    let mut bench = Bench::new();
    let good = Bench::authorize_url(ALL, "");
    assert_eq!(
        bench.call("GET", &good, "", None).status,
        404,
        "an absolute URL is no path"
    );
    let good = good.trim_start_matches("http://127.0.0.1").to_owned();
    assert_eq!(bench.call("GET", &good, "", None).status, 200);
    for (from, to) in [
        ("api.atlassian.com", "other"),
        ("prompt=consent", "prompt=none"),
        ("response_type=code", "response_type=token"),
        ("sandbox-client", "stranger"),
        ("callback", "callback2"),
        ("read%3Ame", "read%3Aeverything"),
        ("state=", "stat="),
        ("audience=", "x="),
    ] {
        let reply = bench.call("GET", &good.replace(from, to), "", None);
        assert_eq!(reply.status, 400, "{to}");
        assert!(reply.headers.iter().all(|(name, _)| name != "location"));
    }
}

#[test]
fn the_consent_page_escapes_what_it_shows_and_offers_both_buttons() {
    let mut bench = Bench::new();
    let target =
        Bench::authorize_url(ALL, "&extra=%22%3E%3Cscript%3E").replace("http://127.0.0.1", "");
    let page = String::from_utf8(bench.call("GET", &target, "", None).body).unwrap();
    assert!(!page.contains("<script>"));
    for part in [
        "id=\"accept\"",
        "id=\"decline\"",
        "value=\"mia\"",
        "value=\"omar\"",
        "value=\"lea\"",
        ACME,
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn declining_sends_the_browser_back_with_access_denied_and_no_code() {
    let mut bench = Bench::new();
    let callback = consent::decline(&mut bench.state, &Bench::authorize_url(ALL, "")).unwrap();
    assert_eq!(
        callback,
        format!("{CALLBACK}?error=access_denied&state=st%26te")
    );
}

#[test]
fn a_code_works_once_for_its_redirect_uri_and_for_five_minutes() {
    let mut bench = Bench::new();
    let code = bench.code("mia", ALL, "");
    let first = bench.exchange(&code);
    assert_eq!(first.status, 200);
    assert_eq!(first.value()["expires_in"], 3600);
    let again = bench.exchange(&code);
    assert_eq!(
        (again.status, text(&again.value(), "/error").to_owned()),
        (403, "invalid_grant".to_owned())
    );
    let late = bench.code("mia", ALL, "");
    bench.advance(6 * MINUTE);
    assert_eq!(bench.exchange(&late).status, 403);
    let other = bench.code("mia", ALL, "");
    let mut body = json!({"grant_type": "authorization_code", "client_id": "sandbox-client", "client_secret": "sandbox-secret", "code": other, "redirect_uri": "http://localhost:3001/x"});
    assert_eq!(bench.token(&body).status, 403);
    body["client_secret"] = json!("wrong");
    let refused = bench.token(&body);
    assert_eq!(
        (refused.status, refused.value()),
        (
            401,
            json!({"error": "access_denied", "error_description": "Unauthorized"})
        )
    );
}

#[test]
fn a_code_challenge_that_was_given_is_checked() {
    let mut bench = Bench::new();
    let verifier = "a-verifier-that-is-long-enough-for-the-standard";
    let extra = format!(
        "&code_challenge={}&code_challenge_method=S256",
        sha256_text(verifier)
    );
    let code = bench.code("mia", ALL, &extra);
    assert_eq!(bench.exchange(&code).status, 403, "no verifier");
    let code = bench.code("mia", ALL, &extra);
    let mut body = json!({"grant_type": "authorization_code", "client_id": "sandbox-client", "client_secret": "sandbox-secret", "code": code, "redirect_uri": CALLBACK, "code_verifier": verifier});
    assert_eq!(bench.token(&body).status, 200);
    body["client_secret"] = Value::Null;
    assert_eq!(
        bench.token(&body).status,
        401,
        "a verifier does not replace the secret"
    );
}

#[test]
fn the_token_endpoint_takes_json_only() {
    let mut bench = Bench::new();
    let headers = vec![(
        "content-type".to_owned(),
        "application/x-www-form-urlencoded".to_owned(),
    )];
    let call = Call::new(
        "POST",
        "/oauth/token",
        headers,
        b"grant_type=refresh_token".to_vec(),
    );
    let reply = crate::dispatch::answer(&mut bench.state, &call);
    assert_eq!(
        (reply.status, text(&reply.value(), "/error")),
        (400, "invalid_request")
    );
}

#[test]
fn refresh_tokens_rotate_and_an_old_one_is_tolerated_for_ten_minutes_only() {
    let mut bench = Bench::new();
    let code = bench.code("mia", ALL, "");
    let first = text(&bench.exchange(&code).value(), "/refresh_token").to_owned();
    let second = text(&bench.refresh(&first).value(), "/refresh_token").to_owned();
    assert_ne!(first, second);
    bench.advance(9 * MINUTE);
    let third = bench.refresh(&first);
    assert_eq!(third.status, 200, "inside the leeway");
    let third = text(&third.value(), "/refresh_token").to_owned();
    bench.advance(2 * MINUTE);
    assert_eq!(
        bench.refresh(&second).status,
        200,
        "its own leeway began nine minutes later"
    );
    let reply = bench.refresh(&first);
    assert_eq!(reply.status, 403);
    assert_eq!(
        reply.value(),
        json!({"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."})
    );
    assert_eq!(
        bench.refresh(&third).status,
        403,
        "reuse after the leeway ends the whole family"
    );
}

#[test]
fn a_refresh_token_dies_of_ninety_idle_days_and_rotation_restarts_the_count() {
    let mut bench = Bench::new();
    let code = bench.code("mia", ALL, "");
    let mut token = text(&bench.exchange(&code).value(), "/refresh_token").to_owned();
    for _ in 0..3 {
        bench.advance(89 * DAY);
        token = text(&bench.refresh(&token).value(), "/refresh_token").to_owned();
        assert!(!token.is_empty());
    }
    bench.advance(91 * DAY);
    assert_eq!(bench.refresh(&token).status, 403);
}

#[test]
fn without_offline_access_there_is_no_refresh_token() {
    let mut bench = Bench::new();
    let code = bench.code("mia", "read:me read:jira-work", "");
    assert_eq!(bench.exchange(&code).value().get("refresh_token"), None);
}

#[test]
fn a_new_consent_replaces_the_scopes_of_earlier_tokens_too() {
    let mut bench = Bench::new();
    let early = bench.login("mia", ALL);
    assert_eq!(bench.call("GET", &jira("myself"), &early, None).status, 200);
    bench.login("mia", "read:page:confluence");
    let reply = bench.call("GET", &jira("myself"), &early, None);
    assert_eq!(
        (reply.status, text(&reply.value(), "/message")),
        (401, "Unauthorized; scope does not match")
    );
}

#[test]
fn a_new_consent_adds_its_sites_to_those_of_earlier_tokens_unless_it_replaces_them() {
    let mut bench = Bench::new();
    let consent = |bench: &mut Bench, host: &str| {
        let url = Bench::authorize_url(ALL, "");
        let callback = crate::consent::accept(&mut bench.state, &url, "mia", Some(&[host]));
        assert!(callback.is_ok(), "{callback:?}");
    };
    let early = bench.login("mia", ALL);
    let reached = |bench: &mut Bench| {
        let list = bench.call("GET", "/oauth/token/accessible-resources", &early, None);
        let list = list.value();
        let urls = list.as_array().unwrap().iter();
        let mut urls: Vec<String> = urls.map(|one| text(one, "/url").to_owned()).collect();
        urls.sort();
        urls.dedup();
        urls.len()
    };
    bench.state.behaviour.consents_replace_sites = true;
    consent(&mut bench, "acme.atlassian.net");
    assert_eq!(reached(&mut bench), 1);
    bench.state.behaviour.consents_replace_sites = false;
    consent(&mut bench, "globex.atlassian.net");
    assert_eq!(reached(&mut bench), 2, "the earlier token, too");
}

#[test]
fn revoking_ends_access_and_refresh_tokens() {
    let mut bench = Bench::new();
    let code = bench.code("omar", ALL, "");
    let tokens = bench.exchange(&code).value();
    let id = bench.state.saved.world.account("omar").unwrap().id.clone();
    bench.state.saved.grants.revoke(&id);
    assert_eq!(bench.refresh(text(&tokens, "/refresh_token")).status, 403);
    let bearer = format!("Bearer {}", text(&tokens, "/access_token"));
    assert_eq!(bench.call("GET", "/me", &bearer, None).status, 401);
}

#[test]
fn the_list_of_sites_has_one_entry_per_site_and_product() {
    let mut bench = Bench::new();
    let entries = |bench: &mut Bench, account: &str, scopes: &str| -> Vec<(String, usize)> {
        let bearer = bench.login(account, scopes);
        let list = bench
            .call("GET", "/oauth/token/accessible-resources", &bearer, None)
            .value();
        list.as_array()
            .unwrap()
            .iter()
            .map(|entry| {
                (
                    text(entry, "/url").to_owned(),
                    entry["scopes"].as_array().unwrap().len(),
                )
            })
            .collect()
    };
    let mia = entries(
        &mut bench,
        "mia",
        "read:me read:jira-work read:page:confluence search:confluence",
    );
    assert_eq!(mia.len(), 4, "{mia:?}");
    assert_eq!(
        mia.iter().filter(|(_, count)| *count == 1).count(),
        2,
        "Jira's entries carry Jira's scope only"
    );
    assert_eq!(entries(&mut bench, "omar", ALL).len(), 2);
    assert_eq!(
        entries(&mut bench, "lea", ALL).len(),
        3,
        "no Jira at Globex"
    );
    assert_eq!(entries(&mut bench, "lea", "read:jira-work").len(), 1);
}

#[test]
fn me_needs_its_scope_and_tells_the_account() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", "read:jira-work");
    assert_eq!(bench.call("GET", "/me", &bearer, None).status, 401);
    let bearer = bench.login("mia", "read:me");
    assert_eq!(
        text(&bench.call("GET", "/me", &bearer, None).value(), "/email"),
        "mia@example.com"
    );
}

#[test]
fn an_expired_token_is_401_and_in_the_quirky_mode_404_and_403() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    bench.advance(HOUR + MINUTE);
    let status = |bench: &mut Bench, path: &str| bench.call("GET", path, &bearer, None).status;
    assert_eq!(status(&mut bench, &jira("myself")), 401);
    assert_eq!(status(&mut bench, &wiki("api/v2/spaces")), 401);
    bench.state.behaviour.expired_quirk = true;
    assert_eq!(status(&mut bench, &wiki("api/v2/spaces")), 404);
    assert_eq!(
        status(&mut bench, &wiki("rest/api/search?cql=type=page")),
        403
    );
}

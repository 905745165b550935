//! Tests of the choice of the OAuth client.

use rstest::rstest;

use super::super::address::origin_url;
use super::*;

fn clients(environment: &[(&str, &str)], dotenv: &str) -> Result<OAuthClients, SettingsError> {
    let lookup = |name: &str| {
        environment
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    };
    let read_file = |path: &Path| match path.to_str() {
        Some("/run/secrets/oauth") => Ok("from-file\n".to_owned()),
        Some("/run/secrets/empty") => Ok("\n".to_owned()),
        _ => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
    };
    let base = origin_url("http://localhost:3001").unwrap();
    load(
        &Sources::new(&lookup, Some(dotenv)).unwrap(),
        &base,
        &read_file,
    )
}

/// Id, secret and redirect URI of a login.
fn used(dotenv: &str, login: Provider) -> Option<(String, Option<String>, String)> {
    clients(&[], dotenv).unwrap().client(login).map(|client| {
        let secret = client.secret.map(|secret| secret.expose().to_owned());
        (client.id, secret, client.redirect_uri)
    })
}

fn expected(id: &str, secret: Option<&str>, redirect: &str) -> (String, Option<String>, String) {
    (
        id.to_owned(),
        secret.map(str::to_owned),
        redirect.to_owned(),
    )
}

const ATLASSIAN_LINES: &str = "ATLASSIAN_CLIENT_ID=a\nATLASSIAN_CLIENT_SECRET=as\nATLASSIAN_REDIRECT_URI=http://localhost:3001/a\n";
const JIRA_LINES: &str = "JIRA_OAUTH_CLIENT_ID=j\nJIRA_OAUTH_CLIENT_SECRET=js\nJIRA_OAUTH_REDIRECT_URI=http://localhost:3001/j\n";

#[test]
fn without_a_client_id_there_is_no_client_but_a_redirect_uri() {
    let clients = clients(&[], "JIRA_OAUTH_CLIENT_SECRET=s").unwrap();
    assert!(clients.client(Provider::Jira).is_none());
    let redirect = clients.redirect(Provider::Jira);
    assert_eq!(
        redirect.uri.text(),
        "http://localhost:3001/auth/jira/callback"
    );
    assert_eq!(redirect.set_by, None);
}

#[test]
fn a_products_own_family_comes_first() {
    let both = format!("{ATLASSIAN_LINES}{JIRA_LINES}");
    assert_eq!(
        used(&both, Provider::Jira),
        Some(expected("j", Some("js"), "http://localhost:3001/j"))
    );
    assert_eq!(
        used(&both, Provider::Confluence),
        Some(expected("a", Some("as"), "http://localhost:3001/a"))
    );
    assert_eq!(
        used(&both, Provider::Atlassian),
        Some(expected("a", Some("as"), "http://localhost:3001/a"))
    );
}

#[rstest]
#[case(Provider::Jira)]
#[case(Provider::Confluence)]
#[case(Provider::Atlassian)]
fn jiras_family_serves_every_login_when_it_is_alone(#[case] login: Provider) {
    assert_eq!(
        used(JIRA_LINES, login),
        Some(expected("j", Some("js"), "http://localhost:3001/j"))
    );
}

#[test]
fn confluences_family_serves_confluence_only() {
    let dotenv = "CONFLUENCE_OAUTH_CLIENT_ID=c";
    assert!(used(dotenv, Provider::Jira).is_none());
    assert!(used(dotenv, Provider::Atlassian).is_none());
    assert_eq!(
        used(dotenv, Provider::Confluence),
        Some(expected(
            "c",
            None,
            "http://localhost:3001/auth/confluence/callback"
        ))
    );
}

#[test]
fn a_secret_is_never_taken_from_another_family() {
    let dotenv = format!("{ATLASSIAN_LINES}JIRA_OAUTH_CLIENT_ID=j\n");
    assert_eq!(
        used(&dotenv, Provider::Jira),
        Some(expected(
            "j",
            None,
            "http://localhost:3001/auth/jira/callback"
        ))
    );
}

#[test]
fn another_familys_redirect_uri_serves_the_same_client_only() {
    let same = "JIRA_OAUTH_CLIENT_ID=x\nATLASSIAN_CLIENT_ID=x\nATLASSIAN_REDIRECT_URI=http://localhost:3001/a\n";
    assert_eq!(
        used(same, Provider::Jira),
        Some(expected("x", None, "http://localhost:3001/a"))
    );
    let without_id = "ATLASSIAN_CLIENT_ID=x\nJIRA_REDIRECT_URI=http://localhost:3001/j\n";
    assert_eq!(
        used(without_id, Provider::Jira),
        Some(expected("x", None, "http://localhost:3001/j"))
    );
}

#[test]
fn the_variable_that_gave_the_redirect_uri_is_known() {
    let clients = clients(
        &[],
        "JIRA_OAUTH_CALLBACK_URL=http://localhost:8000/api/auth/callback",
    )
    .unwrap();
    assert_eq!(
        clients.redirect(Provider::Jira).set_by,
        Some("JIRA_OAUTH_CALLBACK_URL")
    );
}

#[test]
fn redirects_that_are_set_but_unused_are_listed_too() {
    let dotenv = format!(
        "{ATLASSIAN_LINES}{JIRA_LINES}CONFLUENCE_OAUTH_REDIRECT_URI=http://localhost:3001/c"
    );
    let redirects = clients(&[], &dotenv).unwrap().redirects();
    let names: Vec<_> = redirects.iter().map(|redirect| redirect.set_by).collect();
    assert_eq!(
        names,
        [
            Some("JIRA_OAUTH_REDIRECT_URI"),
            Some("ATLASSIAN_REDIRECT_URI"),
            Some("CONFLUENCE_OAUTH_REDIRECT_URI")
        ]
    );
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let clients = clients(
        &[("JIRA_OAUTH_CLIENT_SECRET_FILE", "/run/secrets/oauth")],
        "JIRA_OAUTH_CLIENT_ID=j\nJIRA_OAUTH_CLIENT_SECRET=placeholder",
    );
    let secret = clients
        .unwrap()
        .client(Provider::Jira)
        .unwrap()
        .secret
        .unwrap();
    assert_eq!(secret.expose(), "from-file");
}

#[rstest]
#[case("ATLASSIAN_CLIENT_SECRET_FILE=/run/secrets/none", r#"ATLASSIAN_CLIENT_SECRET_FILE (.env) is "/run/secrets/none": cannot be read (entity not found); name a readable text file"#)]
#[case("ATLASSIAN_CLIENT_SECRET_FILE=/run/secrets/empty", r#"ATLASSIAN_CLIENT_SECRET_FILE (.env) is "/run/secrets/empty": is an empty file; put the secret into it"#)]
#[case("JIRA_OAUTH_CALLBACK_URL=/auth/callback", r#"JIRA_OAUTH_CALLBACK_URL (.env) is "/auth/callback": must be a full URL such as https://app.example.com"#)]
#[case("CONFLUENCE_OAUTH_REDIRECT_URI=http://a.example/#x", r#"CONFLUENCE_OAUTH_REDIRECT_URI (.env) is "http://a.example/#x": must not have a # part; remove it"#)]
fn a_value_that_cannot_be_used_is_named(#[case] dotenv: &str, #[case] message: &str) {
    assert_eq!(clients(&[], dotenv).unwrap_err().to_string(), message);
}

#[test]
fn debug_does_not_show_a_secret() {
    let clients = clients(
        &[],
        "JIRA_OAUTH_CLIENT_ID=j\nJIRA_OAUTH_CLIENT_SECRET=hunter2",
    )
    .unwrap();
    assert!(!format!("{clients:?}").contains("hunter2"));
}

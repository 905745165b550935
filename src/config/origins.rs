//! Browser origins: who may call with credentials, and where a login may return to.

use super::address::{WebAddress, origin_url};
use super::error::SettingsError;
use super::sources::Sources;
use super::values::list_of;
use super::variables::{
    ALLOWED_ORIGINS, BACKEND_CORS_ORIGINS, CORS_ORIGINS, FRONTEND_ORIGIN,
    NEXT_PUBLIC_BACKEND_CORS_ORIGINS, RETURN_URL_ORIGINS, Variable,
};

/// The origins that scripts may call from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// Whether every other origin may call too, without credentials.
    pub any: bool,
    /// Exact origins that may call with credentials, written as browsers write them (RFC 6454 §6.2).
    pub listed: Vec<String>,
}

impl Origins {
    /// The origins that are listed when the operator names none: a frontend in development.
    pub(crate) const DEVELOPMENT: [&str; 2] = ["http://localhost:3000", "http://127.0.0.1:3000"];

    /// Whether this `Origin` header names a listed origin.
    pub fn lists(&self, origin: &str) -> bool {
        self.listed.iter().any(|listed| listed == origin)
    }
}

/// The variables that list origins; their union counts.
pub(super) const LISTS: [Variable; 5] = [
    CORS_ORIGINS,
    BACKEND_CORS_ORIGINS,
    NEXT_PUBLIC_BACKEND_CORS_ORIGINS,
    FRONTEND_ORIGIN,
    ALLOWED_ORIGINS,
];

/// The union of the five variables. When they name no exact origin, the development origins and the
/// frontend's are listed (on https the frontend's alone): earlier systems' files say `*` where they mean the default, and with `*` alone
/// no browser would send a cookie (Fetch standard, "CORS protocol and credentials").
pub(super) fn load(
    sources: &Sources<'_>,
    frontend: Option<&WebAddress>,
    public: &WebAddress,
) -> Result<Origins, SettingsError> {
    let mut origins = Origins {
        any: false,
        listed: Vec::new(),
    };
    let mut unset = true;
    for variable in LISTS {
        let entries = sources
            .read_given(variable, list_of(entry))?
            .unwrap_or_default();
        for entry in entries {
            unset = false;
            match entry {
                Entry::Any => origins.any = true,
                Entry::Exact(origin) => add(&mut origins.listed, origin),
            }
        }
    }
    if unset {
        origins.any = true;
    }
    if origins.listed.is_empty() {
        // A service that people reach over https is no longer in development, and what runs on port
        // 3000 of their machines may be anything.
        if !public.is_https() {
            origins.listed = Origins::DEVELOPMENT.map(str::to_owned).to_vec();
        }
        if let Some(frontend) = frontend {
            add(&mut origins.listed, frontend.origin());
        }
    }
    Ok(origins)
}

/// The origins a login may return to; unset: the frontend's and the listed http(s) origins.
pub(super) fn load_return_origins(
    sources: &Sources<'_>,
    frontend: Option<&WebAddress>,
    origins: &Origins,
) -> Result<Vec<String>, SettingsError> {
    if let Some(given) = sources.read_given(RETURN_URL_ORIGINS, list_of(web_origin))? {
        return Ok(given);
    }
    let mut result: Vec<String> = frontend.map(WebAddress::origin).into_iter().collect();
    for origin in origins
        .listed
        .iter()
        .filter(|origin| origin.starts_with("http"))
    {
        add(&mut result, origin.clone());
    }
    Ok(result)
}

fn add(list: &mut Vec<String>, origin: String) {
    if !list.contains(&origin) {
        list.push(origin);
    }
}

enum Entry {
    Any,
    Exact(String),
}

fn entry(text: &str) -> Result<Entry, String> {
    match text {
        "*" => Ok(Entry::Any),
        _ => extension_origin(text)
            .map_or_else(|| web_origin(text), Ok)
            .map(Entry::Exact),
    }
}

fn web_origin(text: &str) -> Result<String, String> {
    if text.contains('*') {
        return Err(
            "is a pattern; name every origin in full, such as https://app.example.com".to_owned(),
        );
    }
    match origin_url(text) {
        Ok(address) => Ok(address.origin()),
        Err(_) => {
            Err("must be an origin without a path, such as https://app.example.com".to_owned())
        }
    }
}

/// The origin of a browser extension: 32 letters from a to p in Chrome (a hash whose hexadecimal digits
/// are written a to p), a UUID in Firefox.
fn extension_origin(text: &str) -> Option<String> {
    let origin = text.trim_end_matches('/').to_ascii_lowercase();
    let (scheme, id) = origin.split_once("://")?;
    let known = match scheme {
        "chrome-extension" => {
            id.len() == 32 && id.bytes().all(|byte| (b'a'..=b'p').contains(&byte))
        }
        "moz-extension" => id.len() == 36 && uuid::Uuid::try_parse(id).is_ok(),
        _ => false,
    };
    known.then_some(origin)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::address::web_address;
    use super::*;

    fn origins(dotenv: &str) -> Result<Origins, SettingsError> {
        let public = web_address("http://localhost:3001").unwrap();
        load(
            &Sources::new(&|_| None, Some(dotenv)).unwrap(),
            None,
            &public,
        )
    }

    fn exact(text: &str) -> Option<String> {
        match entry(text) {
            Ok(Entry::Exact(origin)) => Some(origin),
            _ => None,
        }
    }

    #[rstest]
    #[case("http://a.example", "http://a.example")]
    #[case("HTTPS://A.Example:443/", "https://a.example")]
    #[case("http://localhost:3000", "http://localhost:3000")]
    #[case("http://[::1]:3000", "http://[::1]:3000")]
    #[case(
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
    )]
    #[case(
        "moz-extension://1324A887-45db-4bf4-9e99-ef0ff456d421/",
        "moz-extension://1324a887-45db-4bf4-9e99-ef0ff456d421"
    )]
    fn an_origin_is_written_as_browsers_do(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(exact(text).as_deref(), Some(expected));
    }

    #[rstest]
    #[case("https://*.example.com")]
    #[case("null")]
    #[case("https://a.example/path")]
    #[case("a.example")]
    #[case("chrome-extension://abc")]
    #[case("chrome-extension://zzzzzzzzijklmnopabcdefghijklmnop")]
    #[case("https://mia@a.example")]
    fn what_is_no_exact_origin_is_refused(#[case] text: &str) {
        assert!(entry(text).is_err());
    }

    #[test]
    fn the_five_variables_are_united() {
        let origins = origins(
            "CORS_ORIGINS=http://a.example\nBACKEND_CORS_ORIGINS='[\"http://b.example\"]'\n\
             NEXT_PUBLIC_BACKEND_CORS_ORIGINS=*\nFRONTEND_ORIGIN=http://a.example/\nALLOWED_ORIGINS=http://d.example",
        );
        let listed = ["http://a.example", "http://b.example", "http://d.example"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(origins, Ok(Origins { any: true, listed }));
    }

    #[test]
    fn a_named_list_replaces_the_default() {
        let expected = Origins {
            any: false,
            listed: vec!["http://a.example".into()],
        };
        assert_eq!(origins("ALLOWED_ORIGINS=http://a.example"), Ok(expected));
    }

    #[rstest]
    #[case("")]
    #[case("CORS_ORIGINS=*")]
    fn without_an_exact_origin_the_development_origins_are_listed(#[case] dotenv: &str) {
        let origins = origins(dotenv).unwrap();
        assert!(origins.any);
        assert_eq!(origins.listed, Origins::DEVELOPMENT);
    }

    #[rstest]
    #[case("")]
    #[case("CORS_ORIGINS=*")]
    fn on_https_the_frontend_alone_is_listed_by_default(#[case] dotenv: &str) {
        let public = web_address("https://ib.example").unwrap();
        let frontend = web_address("https://app.example/start").unwrap();
        let sources = Sources::new(&|_| None, Some(dotenv)).unwrap();
        let without = load(&sources, None, &public).unwrap();
        assert_eq!((without.any, without.listed), (true, vec![]));
        let with = load(&sources, Some(&frontend), &public).unwrap();
        assert_eq!(with.listed, ["https://app.example"]);
        let named = "CORS_ORIGINS=http://localhost:3000";
        let named = Sources::new(&|_| None, Some(named)).unwrap();
        let named = load(&named, None, &public).unwrap();
        assert_eq!(named.listed, ["http://localhost:3000"]);
    }

    #[test]
    fn an_error_names_the_variable_and_the_entry() {
        let error =
            origins("BACKEND_CORS_ORIGINS=http://a.example,https://*.b.example").unwrap_err();
        insta::assert_snapshot!(error, @r#"BACKEND_CORS_ORIGINS (.env) is "http://a.example,https://*.b.example": entry 2 is a pattern; name every origin in full, such as https://app.example.com"#);
    }

    #[test]
    fn a_login_may_return_to_the_frontend_and_the_listed_web_origins() {
        let frontend = web_address("https://app.example/start").unwrap();
        let origins = Origins {
            any: true,
            listed: vec![
                "http://a.example".into(),
                "chrome-extension://abcdefghijklmnopabcdefghijklmnop".into(),
            ],
        };
        let nothing = Sources::new(&|_| None, None).unwrap();
        let result = load_return_origins(&nothing, Some(&frontend), &origins);
        assert_eq!(
            result,
            Ok(vec![
                "https://app.example".into(),
                "http://a.example".into()
            ])
        );
        let given = Sources::new(&|_| None, Some("RETURN_URL_ORIGINS=*")).unwrap();
        assert!(load_return_origins(&given, None, &origins).is_err());
    }
}

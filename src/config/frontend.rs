//! Settings of the frontend: where it is, and which origins may call or be returned to.

use super::address::{WebAddress, web_address};
use super::error::SettingsError;
use super::origins::{self, Origins};
use super::sources::Sources;
use super::variables::{APP_FRONTEND_URL, FRONTEND_RETURN_PATH};

/// The frontend and the browser origins.
#[derive(Debug, Clone)]
pub struct FrontendSettings {
    /// The frontend people return to after a login; its text is exactly as given.
    pub url: Option<WebAddress>,
    /// The path there.
    pub return_path: ReturnPath,
    /// The origins that scripts may call from.
    pub origins: Origins,
    /// The exact origins a login may return to.
    pub return_origins: Vec<String>,
}

/// Where at the frontend people return to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPath {
    /// A path without a query.
    pub path: String,
    /// Whether the operator set it: then the frontend is told who logged in, as S3's was.
    pub is_set: bool,
}

/// A path in plain characters, which a browser reads as it stands.
fn return_path(text: &str) -> Result<String, String> {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~');
    let good = text.starts_with('/')
        && text.bytes().all(plain)
        && !text.contains("//")
        && text.split('/').all(|part| !matches!(part, "." | ".."));
    if good {
        Ok(text.to_owned())
    } else {
        Err(String::from("must be a path such as /oauth/callback"))
    }
}

pub(super) fn load(
    sources: &Sources<'_>,
    public: &WebAddress,
) -> Result<FrontendSettings, SettingsError> {
    let url = sources.read_given(APP_FRONTEND_URL, web_address)?;
    let origins = origins::load(sources, url.as_ref(), public)?;
    let return_origins = origins::load_return_origins(sources, url.as_ref(), &origins)?;
    Ok(FrontendSettings {
        url,
        return_path: ReturnPath {
            path: sources.read(FRONTEND_RETURN_PATH, return_path)?,
            is_set: sources.given(FRONTEND_RETURN_PATH).is_some(),
        },
        origins,
        return_origins,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::address::web_address;
    use super::*;

    fn of(dotenv: &str) -> Result<ReturnPath, SettingsError> {
        let sources = Sources::new(&|_| None, Some(dotenv)).unwrap();
        let public = web_address("http://localhost:3001").unwrap();
        load(&sources, &public).map(|frontend| frontend.return_path)
    }

    #[rstest]
    #[case("", "/login", false)]
    #[case("FRONTEND_RETURN_PATH=/login", "/login", true)]
    #[case("FRONTEND_RETURN_PATH=/oauth/callback", "/oauth/callback", true)]
    #[case("FRONTEND_RETURN_PATH=/", "/", true)]
    fn the_path_is_a_plain_one(#[case] dotenv: &str, #[case] path: &str, #[case] is_set: bool) {
        let path = path.to_owned();
        assert_eq!(of(dotenv), Ok(ReturnPath { path, is_set }));
    }

    #[rstest]
    #[case("login")]
    #[case("//evil.example")]
    #[case("/a/../b")]
    #[case("/a?b=c")]
    #[case("/a%2fb")]
    #[case("https://evil.example/")]
    fn anything_else_is_refused(#[case] path: &str) {
        assert!(of(&format!("FRONTEND_RETURN_PATH={path}")).is_err());
    }
}

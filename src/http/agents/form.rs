//! Forms as browsers and clients of OAuth send them.

use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use url::form_urlencoded;

use crate::http::wire::body::body_bytes;
use crate::http::wire::error::ApiError;

/// The longest form.
const LONGEST: usize = 32 * 1024;
/// What may stand in a form more than once (RFC 8707, section 2).
const REPEATABLE: &str = "resource";

/// The fields of a form.
#[derive(Debug)]
pub(super) struct Form(Vec<(String, String)>);

/// What is no form.
#[derive(Debug)]
pub(super) enum NoForm {
    /// Its type is another, it is too long, or a field stands in it twice (RFC 6749, section 3.2).
    Malformed(&'static str),
    /// It did not arrive.
    Failed(ApiError),
}

impl Form {
    /// Reads the body of a request.
    pub(super) async fn read(request: Request) -> Result<Self, NoForm> {
        let is_form = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| {
                let media_type = value.split(';').next().unwrap_or_default().trim();
                media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
            });
        if !is_form {
            let problem = "the body must be a form (application/x-www-form-urlencoded)";
            return Err(NoForm::Malformed(problem));
        }
        let bytes = body_bytes(request).await.map_err(NoForm::Failed)?;
        if bytes.len() > LONGEST {
            return Err(NoForm::Malformed("the body must not be longer than 32 KiB"));
        }
        let pairs = form_urlencoded::parse(&bytes);
        let form = Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        );
        let mut names: Vec<&str> = form.0.iter().map(|(name, _)| name.as_str()).collect();
        names.retain(|name| *name != REPEATABLE);
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(NoForm::Malformed("a parameter stands in the body twice"));
        }
        Ok(form)
    }

    /// A field; an empty one is none.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        let found = fields.find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Every resource that is named.
    pub(super) fn resources(&self) -> Vec<String> {
        let named = self
            .0
            .iter()
            .filter(|(name, value)| name == REPEATABLE && !value.is_empty());
        named.map(|(_, value)| value.clone()).collect()
    }
}

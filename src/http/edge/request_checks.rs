//! The shape of a request: one host, a short address, a body that is not too large.

use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, Version};
use axum::response::{IntoResponse, Response};

use crate::http::edge::gateway_forms::is_gateway;
use crate::http::edge::uploads::{self, LARGEST_UPLOAD, brings_file};
use crate::http::wire::body::too_large;
use crate::http::wire::error::{ApiError, Code};

/// The largest body.
pub(crate) const LARGEST_BODY: u64 = 1024 * 1024;
/// RFC 9110, section 4.1, asks for at least 8000 bytes; a long query, escaped, needs more.
const LONGEST_URI: usize = 16 * 1024;

/// Why a request is refused before anything else; none if it may pass.
pub(crate) fn refusal(request: &Request) -> Option<ApiError> {
    if !has_one_host(request.version(), request.uri(), request.headers()) {
        return Some(ApiError::bad_request(
            "send exactly one Host header (RFC 9112, section 3.2)",
        ));
    }
    if length_of(request.uri()) > LONGEST_URI {
        return Some(ApiError::new(
            StatusCode::URI_TOO_LONG,
            Code::Validation,
            "the address is longer than 16 KiB",
        ));
    }
    if request.uri().path().contains("%00") {
        return Some(ApiError::not_found(
            "nothing has an address with a NUL character",
        ));
    }
    if request.headers().get_all(ORIGIN).iter().count() > 1 {
        return Some(ApiError::bad_request(
            "send one Origin header (RFC 6454, section 7.3)",
        ));
    }
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let announced = announced.unwrap_or_default();
    if brings_file(request) {
        return (announced > LARGEST_UPLOAD).then(uploads::too_large);
    }
    (announced > LARGEST_BODY).then(too_large)
}

/// 415 for a body in a coding that is not read: its bytes would be taken for JSON. What goes through the gateway is read
/// by Atlassian. The header says what is taken (RFC 9110, section 12.5.3).
pub(super) fn coding_refusal(request: &Request) -> Option<Response> {
    let codings = request.headers().get_all(CONTENT_ENCODING).iter();
    let is_plain = |value: &HeaderValue| {
        let names = value.to_str().unwrap_or("?").split(',');
        let mut names = names.map(str::trim);
        names.all(|name| name.is_empty() || name.eq_ignore_ascii_case("identity"))
    };
    if codings.into_iter().all(is_plain) || is_gateway(request.uri().path()) {
        return None;
    }
    let message = "send the body as it is: a Content-Encoding such as gzip is not read here";
    let error = ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::Validation,
        message,
    );
    Some(([(ACCEPT_ENCODING, "identity")], error).into_response())
}

/// How long an address is.
fn length_of(uri: &Uri) -> usize {
    let scheme = uri
        .scheme_str()
        .map_or(0, |scheme| scheme.len() + "://".len());
    let host = uri.authority().map_or(0, |host| host.as_str().len());
    let path = uri.path_and_query().map_or(0, |path| path.as_str().len());
    scheme + host + path
}

/// Whether a request names exactly one host, as RFC 9112, section 3.2, demands: a proxy and this
/// service must not read two different ones. An absolute address must name the same host. User
/// information does not belong there (RFC 9110, section 4.2.4), and HTTP/1.0 has no `Host`.
fn has_one_host(version: Version, uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let Some(host) = hosts.next() else {
        return version < Version::HTTP_11;
    };
    let host = Authority::try_from(host.as_bytes()).ok();
    let is_plain = host
        .as_ref()
        .is_some_and(|host| !host.host().is_empty() && !host.as_str().contains('@'));
    let same = uri
        .authority()
        .is_none_or(|named| Some(named) == host.as_ref());
    hosts.next().is_none() && is_plain && same
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/", &["localhost:3001"], true)]
    #[case("/", &["[::1]:3001"], true)]
    #[case("/", &["ib.example"], true)]
    #[case("/", &[], false)]
    #[case("/", &[""], false)]
    #[case("/", &["a.example", "a.example"], false)]
    #[case("/", &["a.example", "b.example"], false)]
    #[case("/", &["a.example, b.example"], false)]
    #[case("/", &["user@a.example"], false)]
    #[case("/", &["a.example/x"], false)]
    #[case("/", &["a example"], false)]
    #[case("http://a.example/", &["a.example"], true)]
    #[case("http://b.example/", &["a.example"], false)]
    fn a_request_names_one_host(#[case] uri: &str, #[case] hosts: &[&str], #[case] good: bool) {
        let mut request = Request::builder().uri(uri);
        for host in hosts {
            request = request.header("host", *host);
        }
        let request = request.body(axum::body::Body::empty()).unwrap();
        assert_eq!(refusal(&request).is_none(), good);
    }

    #[test]
    fn http_1_0_need_not_name_its_host() {
        let request = Request::builder().version(Version::HTTP_10);
        let request = request.body(axum::body::Body::empty()).unwrap();
        assert!(refusal(&request).is_none());
    }
}

//! A file as it comes: bytes, passed on while they are read. Nothing of it is kept here.

use std::fmt;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{BoxStream, unfold};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION,
};
use reqwest::{RequestBuilder, Response, StatusCode};
use url::Url;

use super::SiteClient;
use super::access::Api;
use super::error::AtlassianError;
use super::request::{Answer, Call, read, transport_error};
use crate::work::deadline::Deadline;

/// The longest that a whole file may take. Each part of it must come within the time of a call.
const LONGEST: Duration = Duration::from_mins(10);

/// A file on its way.
pub(crate) struct Download {
    /// Its length, where it is known.
    pub(crate) length: Option<u64>,
    /// Its parts.
    pub(crate) parts: BoxStream<'static, Result<Vec<u8>, AtlassianError>>,
}

impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Download")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl SiteClient<'_> {
    /// Asks for a file that is expected to be of the media type `expected`, and gives it as it comes. Asked once: who reads
    /// it can ask again.
    pub(super) async fn download(
        &self,
        call: &Call<'_>,
        expected: Option<&str>,
    ) -> Result<Download, AtlassianError> {
        let (response, mut charge) = self.asked_once(call, self.begun(call, expected)).await?;
        charge.held(1);
        Ok(Download {
            length: response.content_length(),
            parts: parts(response, self.atlassian.timeout),
        })
    }

    /// The answer once its head has come, if it is the file.
    async fn begun(
        &self,
        call: &Call<'_>,
        expected: Option<&str>,
    ) -> Result<Response, AtlassianError> {
        let url = self.atlassian.url(&self.access, call)?;
        let deadline = Deadline::within(self.atlassian.timeout);
        let credential = &self.access.credential;
        let authorization = credential.header().ok_or(AtlassianError::Unauthorized)?;
        let _permit = deadline
            .keep(self.atlassian.permits.acquire())
            .await?
            .map_err(|_| AtlassianError::Unreachable)?;
        let request = self.asking(url).header(AUTHORIZATION, authorization);
        let mut response = sent(request, deadline).await?;
        if let Some(elsewhere) = self.elsewhere(call, &response) {
            response = sent(self.asking(elsewhere), deadline).await?;
        }
        if response.status() != StatusCode::OK {
            let answer = deadline.keep(read(response)).await??;
            let why = self.judge(call, answer).err();
            return Err(why.unwrap_or(AtlassianError::Redirected));
        }
        // Whether it was answered without the login stands in its head.
        self.judge(
            call,
            Answer {
                status: response.status(),
                headers: response.headers().clone(),
                body: b"{}".to_vec(),
            },
        )?;
        let kind = response.headers().get(CONTENT_TYPE);
        let is_page = |kind: &str| kind.trim_start().starts_with("text/html");
        let came_as_page = kind
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(is_page);
        if came_as_page && !expected.is_some_and(is_page) {
            return Err(AtlassianError::Nonsense("a page in the place of a file"));
        }
        Ok(response)
    }
}

impl SiteClient<'_> {
    fn asking(&self, url: Url) -> RequestBuilder {
        let request = self.atlassian.http.get(url).timeout(LONGEST);
        request
            .header(ACCEPT, HeaderValue::from_static("*/*"))
            // What is packed for the way has no length that could be told.
            .header(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
    }

    /// Where Confluence says that a file lies, if that is at Atlassian: it does not give files itself. The address is signed; it is
    /// followed once, and no credential goes there.
    fn elsewhere(&self, call: &Call<'_>, response: &Response) -> Option<Url> {
        let is_sent_on = response.status().is_redirection() && call.api == Api::ConfluenceFiles;
        let location = response.headers().get(LOCATION).filter(|_| is_sent_on)?;
        let credential = self.access.credential.header()?;
        let location = location.to_str().ok()?;
        let is_repeated = credential.to_str().is_ok_and(|shown| {
            shown
                .split(' ')
                .any(|part| part.len() > 8 && location.contains(part))
        });
        let url = Url::parse(location).ok().filter(|_| !is_repeated)?;
        self.atlassian.keeps_files(&url).then_some(url)
    }
}

async fn sent(request: RequestBuilder, deadline: Deadline) -> Result<Response, AtlassianError> {
    let sent = deadline.keep(request.send()).await?;
    sent.map_err(|error| transport_error(&error))
}

/// The parts of an answer's body. One that does not come within `patience` ends them with an error, so that nobody takes a
/// half for the whole.
fn parts(
    response: Response,
    patience: Duration,
) -> BoxStream<'static, Result<Vec<u8>, AtlassianError>> {
    unfold(Some(response), move |response| async move {
        let mut response = response?;
        match tokio::time::timeout(patience, response.chunk()).await {
            Ok(Ok(Some(part))) => Some((Ok(Vec::from(part)), Some(response))),
            Ok(Ok(None)) => None,
            Ok(Err(error)) => Some((Err(transport_error(&error)), None)),
            Err(_) => Some((Err(AtlassianError::Timeout), None)),
        }
    })
    .boxed()
}

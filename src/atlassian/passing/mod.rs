//! Requests that are passed on as they came, and their answers: nothing is read into types, and bodies are streams.

mod announced_bases;
mod answer;
mod body;
mod counting;
mod headers;
mod known_addresses;
mod masking;
mod rewriting;
mod targets;
mod upload;

use std::sync::Mutex;
use std::time::Duration;

use futures_util::stream::BoxStream;
use hyper::body::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::SiteClient;
use super::access::Api;
use super::effects::Write;
use super::error::AtlassianError;
use super::points::Charge;
use super::request::{Answer, Call, transport_error};
use super::retries::Server;
use crate::model::product::Product;
use crate::policy::Operation;
use crate::work::deadline::Deadline;
use crate::work::locked::lock;
use crate::work::request_notes::RequestNotes;

pub(in crate::atlassian) use announced_bases::AnnouncedBases;
pub(in crate::atlassian) use known_addresses::KnownAddresses;
pub(crate) use upload::{Passing, Room, Upload};

/// How long a file may take to get to Atlassian; the request it comes with sets an end of its own.
const LONGEST_UPLOAD: Duration = Duration::from_mins(10);
/// How long an answer may take all in all. Each part of it has a shorter limit.
const LONGEST_ANSWER: Duration = Duration::from_hours(6);

/// Without it an upload is refused as forged, and other writes may be.
const NO_CHECK: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-atlassian-token"),
    HeaderValue::from_static("no-check"),
);

/// A body that comes in parts.
pub(crate) type Parts = BoxStream<'static, Result<Bytes, BrokenOff>>;

/// A body that ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body broke off")]
pub(crate) struct BrokenOff;

/// A request to be passed on.
pub(crate) struct Passage {
    /// What it asks for.
    pub operation: &'static Operation,
    /// Its method.
    pub method: Method,
    /// The segments of its path, decoded.
    pub path: Vec<String>,
    /// The same as they are sent: what may stand in a path, and escapes.
    pub sent: Vec<String>,
    /// Its query, as it came.
    pub query: Option<String>,
    /// Its headers, as they came. Few of them are passed on.
    pub headers: HeaderMap,
    /// Its body.
    pub upload: Upload,
    /// Where its caller finds the site: what stands before `/rest` or `/wiki` in addresses for them.
    pub base: String,
    /// The answer to the last try, where it is a refusal of Atlassian's that the caller may see.
    pub refusal: Mutex<Option<PassedAnswer>>,
}

impl Passage {
    /// The refusal of the last try, if Atlassian's own words are for the caller.
    pub(crate) fn take_refusal(&self) -> Option<PassedAnswer> {
        lock(&self.refusal).take()
    }

    fn keep_refusal(&self, answer: Option<PassedAnswer>) {
        *lock(&self.refusal) = answer;
    }

    /// The product that is called.
    pub(crate) fn product(&self) -> Product {
        self.operation.product
    }

    /// Whether it reads, as far as anybody knows.
    fn reads(&self) -> bool {
        !self.operation.changes()
    }

    /// The answer, which says once it has passed what it cost: a write one point, a read one more for each object.
    fn settling(&self, mut answer: PassedAnswer, mut charge: Charge) -> PassedAnswer {
        if !charge.counts() {
            return answer;
        }
        if !self.reads() {
            charge.held(0);
            return answer;
        }
        answer.body = match answer.body {
            PassedBody::Stream(parts) => {
                let is_list = !self.operation.downloads();
                PassedBody::Stream(counting::counted(parts, charge, is_list))
            }
            whole @ PassedBody::Whole(_) => whole,
        };
        answer
    }

    fn patience(&self, timeout: Duration) -> Duration {
        match self.upload {
            Upload::Stream(_) => LONGEST_UPLOAD,
            Upload::Nothing | Upload::Whole(_) => timeout,
        }
    }

    /// What it looks like to those who count calls and judge answers.
    fn as_call<'a>(
        &self,
        path: &'a [&'a str],
        query: &'a [(&'a str, String)],
        body: Option<Value>,
    ) -> Call<'a> {
        let api = match self.product() {
            Product::Jira => Api::Jira,
            Product::Confluence => Api::Confluence,
        };
        Call {
            operation: &self.operation.label,
            api,
            method: self.method.clone(),
            path,
            query,
            body,
            file: None,
            idempotent: self.reads(),
            known_as: Some(self.operation),
        }
    }

    /// The body of a read, for those who count.
    fn body(&self) -> Option<Value> {
        match &self.upload {
            Upload::Whole(bytes) if self.reads() => serde_json::from_slice(bytes).ok(),
            _ => None,
        }
    }

    /// The query's parameters, for those who count.
    fn parameters(&self) -> Vec<(String, String)> {
        let query = self.query.as_deref().unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect()
    }
}

/// An answer to be passed on.
pub(crate) struct PassedAnswer {
    /// Its status.
    pub status: StatusCode,
    /// Those of its headers that are for the caller.
    pub headers: HeaderMap,
    /// Its body.
    pub body: PassedBody,
}

/// The body of an answer.
pub(crate) enum PassedBody {
    /// All of it.
    Whole(Bytes),
    /// Parts that pass through.
    Stream(Parts),
}

impl SiteClient<'_> {
    /// Passes a request on, once, and gives its answer, the body of which is still to come. A refusal is left at
    /// the request, too, in Atlassian's own words.
    ///
    /// # Errors
    /// What the refusal means, so that a newer token can be tried.
    pub(crate) async fn pass(&self, passage: &Passage) -> Result<PassedAnswer, AtlassianError> {
        passage.keep_refusal(None);
        let parameters = self.read_for_points(|| passage.parameters());
        let path: Vec<&str> = passage.path.iter().map(String::as_str).collect();
        let query: Vec<(&str, String)> = parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone()))
            .collect();
        let body = self.read_for_points(|| passage.body());
        let call = passage.as_call(&path, &query, body);
        let url = self.atlassian.passed_url(&self.access, passage)?;
        if self.has_unknown_name(passage.product()) {
            Box::pin(self.learn_its_name(passage.product())).await;
        }
        let deadline = Deadline::within(passage.patience(self.atlassian.timeout));
        let product = call.api.gateway_product();
        self.atlassian.retries.note_call(&Server::of(&self.access));
        let mut charge = self.charge(product, &call)?;
        let gates = &self.atlassian.gates;
        if let Err((wait, reason)) = gates.enter(&self.access, product) {
            RequestNotes::note_call(product, call.operation, "held_back");
            return Err(self.atlassian.held_back(wait, reason));
        }
        let started = super::Atlassian::begin_call(product, call.operation);
        let attempt = self.passed_once(passage, &call, url, deadline, &mut charge);
        let attempt = Box::pin(attempt).await;
        gates.came_back(&self.access, product);
        let noted = self
            .atlassian
            .note_call(product, call.operation, started, attempt);
        match noted {
            Ok(answer) => Ok(passage.settling(answer, charge)),
            Err(error) => {
                charge.failed(&error);
                Err(error)
            }
        }
    }

    /// What is read of a request only to tell how many points it may cost: none where no app pays for it.
    fn read_for_points<T: Default>(&self, read: impl FnOnce() -> T) -> T {
        match self.access.app {
            Some(_) => read(),
            None => T::default(),
        }
    }

    async fn passed_once(
        &self,
        passage: &Passage,
        call: &Call<'_>,
        url: url::Url,
        deadline: Deadline,
        charge: &mut Charge,
    ) -> Result<PassedAnswer, AtlassianError> {
        let _permit = deadline
            .keep(self.permits(passage).acquire())
            .await?
            .map_err(|_| AtlassianError::Unreachable)?;
        let request = self.to_be_sent(passage, url).await?;
        let write = (!call.idempotent).then(Write::sent);
        charge.sent();
        let answer = async {
            let response = self.atlassian.http.execute(request).await;
            let response = response.map_err(|error| transport_error(&error))?;
            charge.answered(response.status(), response.headers());
            self.received(passage, call, response).await
        };
        let answer = deadline
            .keep(Box::pin(answer))
            .await
            .unwrap_or_else(|late| Err(late.into()));
        if let (Some(write), Err(error)) = (write, &answer)
            && error.is_certainly_unprocessed()
        {
            write.was_refused();
        }
        answer
    }

    /// Files have seats of their own: a slow one keeps nobody else from calling.
    fn permits(&self, passage: &Passage) -> &Semaphore {
        match passage.upload {
            Upload::Stream(_) => &self.atlassian.upload_permits,
            Upload::Nothing | Upload::Whole(_) => &self.atlassian.permits,
        }
    }

    async fn to_be_sent(
        &self,
        passage: &Passage,
        url: url::Url,
    ) -> Result<reqwest::Request, AtlassianError> {
        let authorization = self
            .access
            .credential
            .header()
            .ok_or(AtlassianError::Unauthorized)?;
        let has_body = !matches!(passage.upload, Upload::Nothing);
        let mut request = reqwest::Request::new(passage.method.clone(), url);
        *request.timeout_mut() = Some(LONGEST_ANSWER);
        let headers = request.headers_mut();
        *headers = headers::upwards(&passage.headers, has_body);
        headers.insert(AUTHORIZATION, authorization);
        if passage.method != Method::GET {
            headers.insert(NO_CHECK.0, NO_CHECK.1);
        }
        match &passage.upload {
            Upload::Nothing => {}
            Upload::Whole(bytes) => *request.body_mut() = Some(bytes.clone().into()),
            Upload::Stream(passing) => {
                let parts = passing.whole_again().await?;
                if let Some(length) = passing.length {
                    let headers = request.headers_mut();
                    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
                }
                *request.body_mut() = Some(reqwest::Body::wrap_stream(parts));
            }
        }
        Ok(request)
    }

    async fn received(
        &self,
        passage: &Passage,
        call: &Call<'_>,
        response: reqwest::Response,
    ) -> Result<PassedAnswer, AtlassianError> {
        if let Some(error) = self.refused_by_head(passage, &response) {
            return Err(error);
        }
        if answer::is_for_the_caller(&response) {
            let gates = &self.atlassian.gates;
            gates.note_quota(&self.access, response.headers());
            return Ok(self.streamed(passage, response));
        }
        if let Some(target) = self.file_elsewhere(passage, &response) {
            return Ok(target);
        }
        let raw = body::whole(response).await?;
        let (status, headers) = (raw.status, raw.headers.clone());
        let bytes = self.as_passed(passage, &headers, &raw.body);
        let error = match self.judge(call, raw) {
            Ok(Answer { .. }) => AtlassianError::Redirected,
            Err(error) => error,
        };
        if answer::are_its_own_words(&error) {
            let headers = self.headers_of_refusal(passage, &headers, &error);
            passage.keep_refusal(Some(PassedAnswer {
                status,
                headers,
                body: PassedBody::Whole(bytes),
            }));
        }
        Err(error)
    }
}

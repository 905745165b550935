//! One outbound call: built from what we choose, capped in size, retried only where that is safe.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use url::Url;

use super::access::Api;
use super::effects::Write;
use super::error::AtlassianError;
use super::listed::Listed;
use super::page_sizes::AskedPage;
use super::points::Charge;
use super::retries::{Server, pause};
use super::shaped_list::{ShapedList, Unread};
use super::storable::storable;
use super::{Atlassian, SiteClient};
use crate::model::attachment::FileDraft;
use crate::policy::Operation;
use crate::work::deadline::{Deadline, TooLate};
use crate::work::request_notes::RequestNotes;

/// The largest answer we read.
pub(super) const LARGEST_ANSWER: usize = 10 * 1024 * 1024;
/// As much room as is made for an answer because it announces its length.
const MOST_ROOM: u64 = 256 * 1024;

/// A call to one of the REST APIs.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// The operation's name, for logs.
    pub(super) operation: &'static str,
    /// Which API.
    pub(super) api: Api,
    /// The HTTP method.
    pub(super) method: Method,
    /// The path below the API's prefix; each entry becomes exactly one segment.
    pub(super) path: &'a [&'a str],
    /// The query.
    pub(super) query: &'a [(&'a str, String)],
    /// The JSON body.
    pub(super) body: Option<Value>,
    /// A file to upload in place of a JSON body.
    pub(super) file: Option<&'a FileDraft>,
    /// Whether it may be sent again after a timeout or failure: every `GET`, and `POST`s that only
    /// read.
    pub(super) idempotent: bool,
    /// The operation that it is, where whoever makes the call knows it; else the table finds it by method and path.
    pub(super) known_as: Option<&'static Operation>,
}

impl<'a> Call<'a> {
    /// A `GET`.
    pub(super) fn get(
        operation: &'static str,
        api: Api,
        path: &'a [&'a str],
        query: &'a [(&'a str, String)],
    ) -> Self {
        Self {
            operation,
            api,
            method: Method::GET,
            path,
            query,
            body: None,
            file: None,
            idempotent: true,
            known_as: None,
        }
    }

    /// A `POST` that only reads, and may be sent again like a `GET`.
    pub(super) fn reading_post(
        operation: &'static str,
        api: Api,
        path: &'a [&'a str],
        body: Value,
    ) -> Self {
        Self {
            method: Method::POST,
            body: Some(body),
            ..Self::get(operation, api, path, &[])
        }
    }

    /// A call that changes something.
    pub(super) fn write(
        operation: &'static str,
        api: Api,
        method: Method,
        path: &'a [&'a str],
        body: Option<Value>,
    ) -> Self {
        Self {
            operation,
            api,
            method,
            path,
            query: &[],
            body,
            file: None,
            idempotent: false,
            known_as: None,
        }
    }
}

/// An answer read in full.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl SiteClient<'_> {
    /// Sends a call and reads its JSON answer.
    pub(super) async fn fetch<T: DeserializeOwned>(
        &self,
        call: Call<'_>,
    ) -> Result<T, AtlassianError> {
        let (answer, mut charge) = self.send(&call).await?;
        if charge.counts()
            && let Ok(entries) = serde_json::from_slice::<Vec<IgnoredAny>>(&answer.body)
        {
            charge.held(entries.len());
        }
        serde_json::from_slice(&answer.body).map_err(|error| unreadable(&error))
    }

    /// Sends a call and reads its JSON answer; null where there is none.
    pub(super) async fn fetch_if_any(&self, call: Call<'_>) -> Result<Value, AtlassianError> {
        let (answer, _) = self.send(&call).await?;
        if answer.body.trim_ascii().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer.body).map_err(|error| unreadable(&error))
    }

    /// Sends a call and reads the list under `key` of its JSON answer.
    pub(super) async fn fetch_list<R: DeserializeOwned>(
        &self,
        call: Call<'_>,
        key: &'static str,
    ) -> Result<Listed<R>, AtlassianError> {
        let (answer, mut charge) = self.send(&call).await?;
        let listed = Listed::read(&answer.body, key)?;
        charge.held(listed.entries.len());
        Ok(listed)
    }

    /// Sends a call and reads the list under `key` of its JSON answer, each entry with `shape`.
    pub(super) async fn fetch_shaped<T>(
        &self,
        call: Call<'_>,
        key: &'static str,
        shape: impl Fn(&Unread<'_>) -> Option<T>,
    ) -> Result<ShapedList<T>, AtlassianError> {
        let (answer, mut charge) = self.send(&call).await?;
        let list = ShapedList::read(answer.body, key, shape)?;
        charge.held(list.came);
        Ok(list)
    }

    /// Sends a call whose answer has no body to read.
    pub(super) async fn perform(&self, call: Call<'_>) -> Result<(), AtlassianError> {
        self.send(&call).await.map(|_| ())
    }

    /// The answer, with what is set aside for it until somebody has counted what it holds.
    async fn send(&self, call: &Call<'_>) -> Result<(Answer, Charge), AtlassianError> {
        let url = self.atlassian.url(&self.access, call)?;
        let known = &self.atlassian.page_sizes;
        let mut asked = AskedPage::new(known, self.cloud_id(), call, url);
        // All tries together, with the pauses between them, take no longer than one is allowed to.
        let deadline = Deadline::within(self.atlassian.timeout);
        let product = call.api.gateway_product();
        let server = Server::of(&self.access);
        self.atlassian.retries.note_call(&server);
        let mut tried = 0;
        loop {
            tried += 1;
            let mut charge = self.charge(product, call)?;
            let gates = &self.atlassian.gates;
            if let Err((wait, reason)) = gates.enter(&self.access, product) {
                RequestNotes::note_call(product, call.operation, "held_back");
                return Err(self.atlassian.held_back(wait, reason));
            }
            let started = Atlassian::begin_call(product, call.operation);
            let attempt = self.attempt(call, asked.url(), deadline, &mut charge).await;
            gates.came_back(&self.access, product);
            let error = match self
                .atlassian
                .note_call(product, call.operation, started, attempt)
            {
                Ok(answer) => return Ok((answer, charge)),
                Err(error) => error,
            };
            charge.failed(&error);
            asked.failed(&error);
            let pause = pause(&error, call.idempotent, tried);
            let pause = pause.filter(|pause| *pause < deadline.left());
            match pause.filter(|_| self.atlassian.retries.take(&server)) {
                Some(pause) => {
                    tracing::info!(operation = call.operation, tried, %error, pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX), "asking Atlassian again");
                    tokio::time::sleep(pause).await;
                }
                None => return Err(error),
            }
        }
    }

    /// Makes a call that is not tried again as all calls are made: paid for, let through by the gates, and noted. Gives what is
    /// set aside for it, too, until somebody has counted what came.
    ///
    /// # Errors
    /// Those of `work`, which sends it; those that are known before anything is sent.
    pub(super) async fn asked_once<T>(
        &self,
        call: &Call<'_>,
        work: impl Future<Output = Result<T, AtlassianError>>,
    ) -> Result<(T, Charge), AtlassianError> {
        let product = call.api.gateway_product();
        let mut charge = self.charge(product, call)?;
        let gates = &self.atlassian.gates;
        if let Err((wait, reason)) = gates.enter(&self.access, product) {
            RequestNotes::note_call(product, call.operation, "held_back");
            return Err(self.atlassian.held_back(wait, reason));
        }
        let started = Atlassian::begin_call(product, call.operation);
        charge.sent();
        let done = work.await;
        gates.came_back(&self.access, product);
        let noted = self
            .atlassian
            .note_call(product, call.operation, started, done);
        match noted {
            Ok(came) => Ok((came, charge)),
            Err(error) => {
                charge.failed(&error);
                Err(error)
            }
        }
    }

    /// Sets aside the points that the call may cost, if the caller's key allows the call: whatever is sent comes by here first.
    pub(super) fn charge(
        &self,
        product: &'static str,
        call: &Call<'_>,
    ) -> Result<Charge, AtlassianError> {
        self.access.refuse_call(call)?;
        let points = &self.atlassian.points;
        points.charge(&self.access, call).map_err(|retry_after| {
            RequestNotes::note_call(product, call.operation, "held_back");
            self.atlassian.note_share_used();
            AtlassianError::ShareUsed { retry_after }
        })
    }

    /// One try, which is noted among the effects of the work it belongs to if it may change something.
    async fn attempt(
        &self,
        call: &Call<'_>,
        url: Url,
        deadline: Deadline,
        charge: &mut Charge,
    ) -> Result<Answer, AtlassianError> {
        let _permit = deadline
            .keep(self.atlassian.permits.acquire())
            .await?
            .map_err(|_| AtlassianError::Unreachable)?;
        let write = (!call.idempotent).then(Write::sent);
        charge.sent();
        let answer = deadline
            .keep(self.send_once(call, url))
            .await
            .unwrap_or_else(|late| Err(late.into()))
            .inspect(|answer| charge.answered(answer.status, &answer.headers))
            .and_then(|answer| self.judge(call, answer));
        if let (Some(write), Err(error)) = (write, &answer)
            && error.is_certainly_unprocessed()
        {
            write.was_refused();
        }
        answer
    }

    async fn send_once(&self, call: &Call<'_>, url: Url) -> Result<Answer, AtlassianError> {
        let authorization = self
            .access
            .credential
            .header()
            .ok_or(AtlassianError::Unauthorized)?;
        let mut request = self
            .atlassian
            .http
            .request(call.method.clone(), url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(AUTHORIZATION, authorization);
        if call.method != Method::GET {
            // Without it an upload is refused as forged, and other writes may be
            // (https://support.atlassian.com/atlassian-cloud/kb/xsrf-check-failed-when-calling-cloud-apis/).
            request = request.header("x-atlassian-token", "no-check");
        }
        if let Some(file) = call.file {
            let part = Part::bytes(file.bytes.clone()).file_name(file.name.clone());
            let part = part
                .mime_str(&file.media_type)
                .map_err(|_| AtlassianError::Nonsense("the media type of a file"))?;
            let mut form = Form::new().part("file", part);
            if let Some(remark) = &file.remark {
                form = form.text("comment", remark.clone());
            }
            request = request.multipart(form);
        } else if let Some(body) = &call.body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string());
        }
        let response = request
            .send()
            .await
            .map_err(|error| transport_error(&error))?;
        read(response).await
    }
}

/// Why an answer is not read. A document deeper than the parser goes is no fault of Atlassian's.
fn unreadable(error: &serde_json::Error) -> AtlassianError {
    AtlassianError::Nonsense(
        if error.to_string().starts_with("recursion limit exceeded") {
            "the answer is nested deeper than the 128 levels that are read here"
        } else {
            "the answer is not the documented JSON"
        },
    )
}

/// Reads a body up to the cap.
pub(super) async fn read(mut response: Response) -> Result<Answer, AtlassianError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let announced = response.content_length().unwrap_or_default();
    let room = usize::try_from(announced.min(MOST_ROOM)).unwrap_or_default();
    let mut body = Vec::with_capacity(room);
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| transport_error(&error))?
    {
        // Counted as it comes: `Content-Length` may be missing, and says nothing of what a
        // compressed body grows to.
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(AtlassianError::AnswerTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        headers,
        body: storable(body),
    })
}

impl From<TooLate> for AtlassianError {
    fn from(_: TooLate) -> Self {
        Self::Timeout
    }
}

pub(super) fn transport_error(error: &reqwest::Error) -> AtlassianError {
    if error.is_connect() {
        AtlassianError::NotReached
    } else if error.is_timeout() {
        AtlassianError::Timeout
    } else {
        AtlassianError::Unreachable
    }
}

//! The socket: reads a call, applies faults, keeps the journal, sends the answer.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::answer_body::AnswerBody;
use crate::control;
use crate::documented;
use crate::echo;
use crate::faults::{self, FaultAction, JournalEntry};
use crate::state::State;
use crate::token_uses::UnderWay;
use crate::wire::{Call, Reply};

/// The largest body read; larger ones are answered with 413. Two files of Jira's upload limit fit.
const BODY_LIMIT: usize = 24 * 1024 * 1024;
/// Calls remembered before the oldest are forgotten.
const JOURNAL_LIMIT: usize = 20_000;

/// Objections remembered; a client that is wrong once is often wrong in the same way again.
const OBJECTIONS_LIMIT: usize = 1_000;

/// What answers at an address.
pub(crate) type Host = fn(&mut State, &Call) -> Reply;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// Set when something worth saving may have changed.
    pub(crate) dirty: AtomicBool,
    calls: std::sync::atomic::AtomicU64,
}

impl Shared {
    pub(crate) fn new(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            dirty: AtomicBool::new(false),
            calls: std::sync::atomic::AtomicU64::new(0),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, call: &Call) -> u64 {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let entry = JournalEntry {
            method: call.method.clone(),
            path: call.path.clone(),
            query: call.raw_query.clone(),
            headers: call.headers.clone(),
            body: String::from_utf8_lossy(&call.body).into_owned(),
            status: 0,
        };
        let objections = documented::objections(call);
        let mut state = self.state();
        if state.objections.len() < OBJECTIONS_LIMIT {
            state.objections.extend(objections);
        }
        if state.journal.len() >= JOURNAL_LIMIT {
            state.journal.pop_front();
        }
        state.journal.push_back((number, entry));
        number
    }

    fn note_status(&self, number: u64, status: u16) {
        if let Some((_, entry)) = self
            .state()
            .journal
            .iter_mut()
            .rev()
            .find(|(known, _)| *known == number)
        {
            entry.status = status;
        }
        self.state().token_uses.answered(number, status);
    }

    fn process(&self, host: Host, number: u64, call: &Call) -> Reply {
        let mut state = self.state();
        let reply = host(&mut state, call);
        state.token_uses.issued(number, &reply);
        drop(state);
        if call.method != "GET" {
            self.dirty.store(true, Ordering::Release);
        }
        reply
    }
}

/// Accepts connections until told to stop; open ones are cut then.
pub(crate) async fn run(
    listener: TcpListener,
    shared: Arc<Shared>,
    host: Host,
    stop: CancellationToken,
) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let (shared, stop) = (Arc::clone(&shared), stop.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&shared), host, request));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                () = stop.cancelled() => {}
                _ended = connection => {}
            }
        });
    }
}

/// Answers one call. An error here closes the connection without an answer: hyper sends nothing for it.
async fn answer(
    shared: Arc<Shared>,
    host: Host,
    request: Request<Incoming>,
) -> io::Result<Response<AnswerBody>> {
    let (head, body) = request.into_parts();
    let headers = head.headers.iter().map(|(name, value)| {
        (
            name.as_str().to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    });
    let target = head
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let Ok(bytes) = Limited::new(body, BODY_LIMIT).collect().await else {
        return Ok(send(
            Reply::text(413, "Request Entity Too Large").with("connection", "close"),
            false,
        ));
    };
    let call = Call::new(
        head.method.as_str(),
        target,
        headers.collect(),
        bytes.to_bytes().to_vec(),
    );
    let without_body = call.method == "HEAD";
    if call.path.starts_with("/_sandbox/") {
        return Ok(send(control::answer(&shared, &call), without_body));
    }
    let number = shared.note(&call);
    let _under_way = UnderWay::of(&shared, number, &call);
    let action = faults::take(
        &mut shared.state().faults,
        &call.method,
        &call.path,
        &call.body,
    );
    let reply = match action {
        None => shared.process(host, number, &call),
        Some(FaultAction::Delay(duration)) => {
            tokio::time::sleep(duration).await;
            shared.process(host, number, &call)
        }
        Some(FaultAction::Drop) => return Err(io::Error::other("dropped by a fault")),
        Some(FaultAction::ProcessThenDrop) => {
            shared.process(host, number, &call);
            return Err(io::Error::other("answer lost by a fault"));
        }
        Some(FaultAction::Hang) => std::future::pending().await,
        Some(FaultAction::Huge) => {
            shared.note_status(number, 200);
            return Ok(huge());
        }
        Some(FaultAction::Echo(status)) => echo::reply(status, &call),
        Some(action) => fault_reply(&action),
    };
    shared.note_status(number, reply.status);
    Ok(send(reply, without_body))
}

fn fault_reply(action: &FaultAction) -> Reply {
    match action {
        FaultAction::Status {
            status,
            headers,
            body,
        } => {
            let mut reply = Reply::empty(*status);
            reply.body = body.clone().into_bytes();
            reply.headers.clone_from(headers);
            if !headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            {
                reply = reply.with("content-type", "application/json");
            }
            reply
        }
        FaultAction::RateLimit {
            retry_after,
            reason,
        } => Reply::json(
            429,
            &serde_json::json!({"code": 429, "message": "Rate limit exceeded"}),
        )
        // All spellings at once: documents and live answers use different ones.
        .with("retry-after", retry_after)
        .with("x-ratelimit-limit", "100")
        .with("x-ratelimit-remaining", "0")
        .with("x-ratelimit-reset", "2099-01-01T00:00Z")
        .with("x-ratelimit-nearlimit", "true")
        .with("ratelimit-reason", reason)
        .with("ratelimit-policy", "\"global-app-quota\";q=65000;w=3600")
        .with(
            "ratelimit",
            &format!("\"global-app-quota\";r=0;t={retry_after}"),
        ),
        FaultAction::Redirect(target) => Reply::found(target),
        _ => Reply::not_json(),
    }
}

fn huge() -> Response<AnswerBody> {
    let chunk = Bytes::from(vec![b' '; 64 * 1024]);
    let mut response = Response::new(AnswerBody::Endless(chunk));
    response.headers_mut().insert(
        hyper::header::CONTENT_TYPE,
        hyper::header::HeaderValue::from_static("application/json"),
    );
    response
}

fn send(reply: Reply, without_body: bool) -> Response<AnswerBody> {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        builder = builder.header(name, value);
    }
    let body = if without_body { Vec::new() } else { reply.body };
    builder.body(body.into()).unwrap_or_else(|_| {
        Response::new(b"the sandbox could not build this answer".to_vec().into())
    })
}

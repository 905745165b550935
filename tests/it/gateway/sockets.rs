//! Hostile bytes on real sockets: nothing is smuggled, nothing hangs, and half a body is none.

use std::time::Duration;

use integration_backend::app::App;
use integration_backend::http::server::{ConnectionLimits, serve};
use integration_backend::model::api_key::KeyScope;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::files::form;
use super::fixture::Client;
use crate::server::raw_clients::{Ended, PATIENCE, ended, said};
use crate::support::upstream::{Raw, RawUpstream, head_and, response};

/// The accept loop of production in front of the gateway.
struct Gate {
    client: Client,
    address: std::net::SocketAddr,
    _stop: DropGuard,
}

async fn listening(app: &App) -> (std::net::SocketAddr, DropGuard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let limits = ConnectionLimits::new(vec![]);
    tokio::spawn(serve(listener, app.router(), limits, stop.clone()));
    (address, stop.drop_guard())
}

impl Gate {
    async fn start() -> Self {
        let client = Client::start().await;
        let (address, stop) = listening(&client.app.app).await;
        Self {
            client,
            address,
            _stop: stop,
        }
    }

    /// The same in front of a server that answers byte for byte what it is told to.
    async fn in_front_of(upstream: &RawUpstream) -> Self {
        let client = Client::start().await;
        let url = upstream.url();
        let settings = [("ATLASSIAN_API_URL", url.as_str())];
        let process = client.app.another_process_with(&settings).await;
        let (address, stop) = listening(&process).await;
        Self {
            client,
            address,
            _stop: stop,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A request's first lines, with the key.
    fn head(&self, method: &str, path: &str) -> String {
        let authorization = &self.client.authorization;
        format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost:3001\r\nauthorization: {authorization}\r\n"
        )
    }

    async fn said(&self, text: &str) -> Ended {
        said(self.connect().await, text).await
    }

    fn calls_to(&self, end: &str) -> usize {
        let sent = self.client.sent();
        sent.iter().filter(|call| call.ends_with(end)).count()
    }
}

const MYSELF: &str = "/ex/jira/-/rest/api/3/myself";
const COMMENT: &str = "/ex/jira/-/rest/api/2/issue/WEB-1/comment";
const ATTACHMENTS: &str = "/ex/jira/-/rest/api/3/issue/WEB-1/attachments";
const KIND: &str = "content-type: multipart/form-data; boundary=XX\r\n";

#[tokio::test]
async fn a_request_that_names_two_hosts_or_another_one_is_none() {
    let gate = Gate::start().await;
    for extra in ["host: localhost:3001\r\n", "host: evil.example\r\n"] {
        let request = format!("{}{extra}\r\n", gate.head("GET", MYSELF));
        let refused = gate.said(&request).await;
        assert_eq!(refused.statuses(), ["400"], "{}", refused.answer);
    }
    for target in [
        format!("http://evil.example{MYSELF}"),
        format!("http://localhost:3001@evil.example{MYSELF}"),
        format!("//evil.example{MYSELF}"),
        format!("{MYSELF}/../../../../../evil"),
        format!("/ex/jira/evil.example%2f..{MYSELF}"),
    ] {
        let request = format!("{}connection: close\r\n\r\n", gate.head("GET", &target));
        let refused = gate.said(&request).await;
        let status = refused.statuses()[0].to_owned();
        assert!(
            ["400", "404"].contains(&status.as_str()),
            "{target}: {status}"
        );
    }
    let many = format!("/ex/jira/-/rest/api/3{}", "/issue".repeat(1000));
    let request = format!("{}connection: close\r\n\r\n", gate.head("GET", &many));
    assert_eq!(gate.said(&request).await.statuses(), ["403"]);
    gate.client.app.assert_nothing_sent();
}

#[tokio::test]
async fn what_two_programs_could_cut_differently_is_one_request_and_the_last() {
    let gate = Gate::start().await;
    let smuggled = format!("{}\r\n", gate.head("GET", MYSELF));
    let body = r#"{"body":"one"}"#;
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n{smuggled}", body.len());
    for (place, lengths) in [
        "content-length: 4\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 4\r\n",
    ]
    .into_iter()
    .enumerate()
    {
        let head = gate.head("POST", COMMENT);
        let request = format!("{head}content-type: application/json\r\n{lengths}\r\n{chunked}");
        let answer = gate.said(&request).await;
        assert_eq!(answer.statuses(), ["201"], "{}", answer.answer);
        assert_eq!(gate.calls_to("/comment"), place + 1);
    }
    for lengths in [
        "content-length: 4\r\ncontent-length: 5\r\n",
        "content-length: 4, 5\r\n",
        "transfer-encoding: xchunked\r\ncontent-length: 4\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
    ] {
        let request = format!("{}{lengths}\r\n{chunked}", gate.head("POST", COMMENT));
        let refused = gate.said(&request).await;
        assert_eq!(refused.statuses(), ["400"], "{lengths}: {}", refused.answer);
    }
    assert_eq!(gate.calls_to("/comment"), 2);
    assert_eq!(gate.calls_to("/myself"), 0, "what was smuggled");
}

#[tokio::test]
async fn a_file_with_two_lengths_has_the_length_of_its_chunks() {
    let gate = Gate::start().await;
    let file = form("content");
    let head = gate.head("POST", ATTACHMENTS);
    let request = format!(
        "{head}{KIND}content-length: 3000000\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{file}\r\n0\r\n\r\n",
        file.len()
    );
    let answer = gate.said(&request).await;
    assert_eq!(answer.statuses(), ["200"], "{}", answer.answer);
    let call = gate.client.app.sandbox.journal().pop().unwrap();
    assert_eq!(call.body, file);
}

#[tokio::test]
async fn who_waits_for_leave_to_send_is_answered_first_if_there_is_none() {
    let gate = Gate::start().await;
    let file = form(&"x".repeat(2 * 1024 * 1024));
    let rest = format!(
        "{KIND}expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        file.len()
    );
    let strange = format!(
        "POST {ATTACHMENTS} HTTP/1.1\r\nhost: localhost:3001\r\nauthorization: Bearer ibk_no\r\n{rest}"
    );
    let refused = gate.said(&strange).await;
    assert_eq!(refused.statuses(), ["401"], "{}", refused.answer);
    let elsewhere = ATTACHMENTS.replace("/-/", "/evil.example/");
    let refused = gate
        .said(&format!("{}{rest}", gate.head("POST", &elsewhere)))
        .await;
    assert_eq!(refused.statuses(), ["404"], "{}", refused.answer);
    gate.client.app.assert_nothing_sent();

    let mut stream = gate.connect().await;
    let head = gate.head("POST", ATTACHMENTS);
    let request = format!("{head}connection: close\r\n{rest}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut leave = [0; 25];
    timeout(PATIENCE, stream.read_exact(&mut leave))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(file.as_bytes()).await.unwrap();
    let answer = ended(stream).await;
    assert_eq!(answer.statuses(), ["200"], "{}", answer.answer);
}

#[tokio::test]
async fn an_upload_whose_sender_goes_away_is_no_upload() {
    let gate = Gate::start().await;
    for lengths in [
        "content-length: 3000000\r\n",
        "transfer-encoding: chunked\r\n",
    ] {
        let mut stream = gate.connect().await;
        let head = gate.head("POST", ATTACHMENTS);
        let part = if lengths.starts_with("transfer") {
            format!("{:x}\r\n{}\r\n", form("x").len(), form("x"))
        } else {
            form("x")
        };
        let request = format!("{head}{KIND}{lengths}\r\n{part}");
        stream.write_all(request.as_bytes()).await.unwrap();
        sleep(Duration::from_millis(300)).await;
        drop(stream);
        sleep(Duration::from_millis(300)).await;
    }
    let issue = gate
        .client
        .get("/ex/jira/-/rest/api/3/issue/WEB-1?fields=attachment")
        .await;
    assert_eq!(issue.json()["fields"]["attachment"], serde_json::json!([]));
}

#[tokio::test]
async fn an_upload_of_a_byte_a_second_is_ended_and_others_call_meanwhile() {
    let gate = Gate::start().await;
    let started = Instant::now();
    let (mut reader, mut writer) = gate.connect().await.into_split();
    let request = format!(
        "{}{KIND}content-length: 2000000\r\n\r\n--",
        gate.head("POST", ATTACHMENTS)
    );
    writer.write_all(request.as_bytes()).await.unwrap();
    let drips = tokio::spawn(async move {
        while writer.write_all(b"X").await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
    });
    assert_eq!(gate.client.get(MYSELF).await.status, 200);
    let mut answer = String::new();
    let patience = Duration::from_secs(40);
    let _reset = timeout(patience, reader.read_to_string(&mut answer))
        .await
        .unwrap();
    drips.abort();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(
        answer.contains("\"errorMessages\":[\"the body did not arrive in time\"]"),
        "{answer}"
    );
    let took = started.elapsed().as_secs();
    assert!((20..30).contains(&took), "{took}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_ends_the_connection_without_its_end() {
    let upstream = RawUpstream::start().await;
    let gate = Gate::in_front_of(&upstream).await;
    let halves = [
        head_and(
            "200 OK",
            &["transfer-encoding: chunked"],
            b"5\r\n{\"a\":\r\n",
        ),
        head_and("200 OK", &["content-length: 500"], b"{\"a\":"),
    ];
    for half in halves {
        upstream.answer([Raw::Bytes(half)]);
        let answer = gate
            .said(&format!("{}\r\n", gate.head("GET", MYSELF)))
            .await;
        assert_eq!(answer.statuses(), ["200"], "{}", answer.answer);
        assert!(!answer.answer.ends_with("0\r\n\r\n"), "{}", answer.answer);
        assert!(answer.took < Duration::from_secs(5), "{:?}", answer.took);
    }
}

#[tokio::test]
async fn json_that_no_reader_should_trust_passes_byte_for_byte() {
    let upstream = RawUpstream::start().await;
    let gate = Gate::in_front_of(&upstream).await;
    let long = "x".repeat(12 * 1024 * 1024);
    let bodies = [
        String::from(
            r#"{"id":9223372036854775808,"id":18446744073709551616,"n":1e400,"m":-1E-400,"k":0.10}"#,
        ),
        format!(r#"{{"self":1,"{long}":"self","text":"{long}","self":null}}"#),
        format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000)),
        format!("{}1{}", r#"{"self":"#.repeat(200_000), "}".repeat(200_000)),
        String::from(
            "{\"self\":\"\\ud800\\u0000\",\"self\":\"https:\\/\\/strange.example\\/rest\\/\"}",
        ),
    ];
    for body in bodies {
        upstream.answer([Raw::Bytes(response("200 OK", &[], body.as_bytes()))]);
        let request = format!("{}connection: close\r\n\r\n", gate.head("GET", MYSELF));
        let answer = gate.said(&request).await;
        let (head, chunks) = answer.answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        assert!(whole(chunks) == body, "{}", &body[..body.len().min(80)]);
    }
}

/// A body that came in chunks.
fn whole(mut chunks: &str) -> String {
    let mut body = String::new();
    loop {
        let (size, rest) = chunks.split_once("\r\n").unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return body;
        }
        body.push_str(&rest[..size]);
        chunks = &rest[size + 2..];
    }
}

#[tokio::test]
async fn what_a_client_writes_into_a_body_arrives_byte_for_byte() {
    let gate = Gate::start().await;
    let body =
        r#"{ "jql":"project = WEB", "maxResults":1,"maxResults" : 2, "fields":["summary"] }"#;
    let head = gate.head("POST", "/ex/jira/-/rest/api/3/search/jql");
    let request = format!(
        "{head}content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = gate.said(&request).await;
    assert_eq!(answer.statuses().len(), 1, "{}", answer.answer);
    let call = gate.client.app.sandbox.journal().pop().unwrap();
    assert_eq!(call.body, body);
}

#[tokio::test]
async fn a_redirect_to_a_strange_host_is_not_passed_on_whatever_was_asked() {
    let upstream = RawUpstream::start().await;
    let gate = Gate::in_front_of(&upstream).await;
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Again",
        "308 Moved",
    ] {
        for path in [MYSELF, "/ex/jira/-/rest/api/3/attachment/content/1"] {
            let away = ["location: https://evil.example/?x=1"];
            upstream.answer([Raw::Bytes(response(status, &away, b""))]);
            let request = format!("{}connection: close\r\n\r\n", gate.head("GET", path));
            let answer = gate.said(&request).await;
            assert_eq!(answer.statuses(), ["502"], "{path}: {}", answer.answer);
            assert!(!answer.answer.contains("evil.example"), "{}", answer.answer);
            // The call, and the question whether every call is led away.
            let heads = upstream.heads();
            assert!(
                (1..=2).contains(&heads.len()),
                "nobody follows it: {heads:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_key_that_only_writes_or_only_reads_is_checked_before_a_byte_of_the_file() {
    let client = Client::start_with(&[], &[KeyScope::Read]).await;
    let (address, _stop) = listening(&client.app.app).await;
    let authorization = &client.authorization;
    let head = format!(
        "POST {ATTACHMENTS} HTTP/1.1\r\nhost: localhost:3001\r\nauthorization: {authorization}\r\n{KIND}content-length: 9000000\r\n\r\n"
    );
    let refused = said(TcpStream::connect(address).await.unwrap(), &head).await;
    assert_eq!(refused.statuses(), ["403"], "{}", refused.answer);
    assert!(refused.took < Duration::from_secs(5), "{:?}", refused.took);
    client.app.assert_nothing_sent();
}

//! Answers of a server that means no good: where we stop to read, and that nothing it says leads us elsewhere.

use std::time::{Duration, Instant};

use flate2::{Compress, Compression, FlushCompress};
use serde_json::json;

use crate::outbound::fixture::{
    EMPTY_LIST, LIST, MIB, REFRESH, Stage, WRITE, bytes, exactly, gzip, is_vendors,
};
use crate::support::TestApp;
use crate::support::app::elsewhere;
use crate::support::upstream::{Raw, RawUpstream, head_and};

/// A gzip stream that never ends: its first part, and a mebibyte of zeros to be sent again and again.
fn endless_bomb() -> (Vec<u8>, Vec<u8>) {
    let mut compress = Compress::new(Compression::best(), false);
    let mut block = Vec::with_capacity(64 * 1024);
    compress
        .compress_vec(&vec![b'0'; MIB], &mut block, FlushCompress::Full)
        .unwrap();
    assert!(block.len() < 4096, "{}", block.len());
    let start = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    (
        head_and("200 OK", &["content-encoding: gzip"], &start),
        block,
    )
}

/// Answers that are none, each of which shows at once.
fn hostile() -> Vec<(&'static str, Raw)> {
    let mut all = hostile_bodies();
    all.extend(hostile_encodings());
    all.extend(hostile_heads());
    all
}

fn hostile_bodies() -> Vec<(&'static str, Raw)> {
    let whole = |body: &[u8]| bytes("200 OK", &[], body);
    let depth = |opening: &str| {
        let text = opening.repeat((10 * MIB - 100) / opening.len());
        whole(text.as_bytes())
    };
    vec![
        ("no JSON", whole(b"<html>hello</html>")),
        ("no body", whole(b"")),
        ("not UTF-8", whole(b"{\"id\":\"\xff\xfe\"}")),
        ("another shape", whole(b"[1,2,3]")),
        ("a deep array", depth("[")),
        ("a deep object", depth("{\"a\":")),
        ("depth that is skipped", depth("{\"id\":\"1\",\"x\":[")),
        ("a large body", whole(&vec![b' '; 11 * MIB])),
    ]
}

fn hostile_encodings() -> Vec<(&'static str, Raw)> {
    let zipped = |status: &str, body: &[u8]| bytes(status, &["content-encoding: gzip"], body);
    let bomb = gzip(&vec![b'0'; 11 * MIB]);
    let chunked = |body: &[u8]| exactly(&["transfer-encoding: chunked"], body);
    vec![
        ("a bomb", zipped("200 OK", &bomb)),
        ("a bomb of an error", zipped("400 Bad Request", &bomb)),
        ("no gzip", zipped("200 OK", EMPTY_LIST)),
        ("half a gzip", zipped("200 OK", &gzip(EMPTY_LIST)[..20])),
        ("no chunk", chunked(b"zz\r\nhello\r\n0\r\n\r\n")),
        ("the largest chunk", chunked(b"fffffffffffffff0\r\n{}")),
    ]
}

fn hostile_heads() -> Vec<(&'static str, Raw)> {
    let many: Vec<String> = (0..5000).map(|number| format!("x-{number}: y")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let long = format!("x-long: {}", "y".repeat(MIB));
    let raw = |text: &str| Raw::Bytes(text.as_bytes().to_vec());
    let of_length = |length: &str| exactly(&[&format!("content-length: {length}")], EMPTY_LIST);
    let two = ["content-length: 27", "content-length: 28"];
    vec![
        ("another protocol", raw("SSH-2.0-OpenSSH_9.6\r\n")),
        ("nothing", raw("")),
        ("a long header", bytes("200 OK", &[&long], EMPTY_LIST)),
        ("many headers", bytes("200 OK", &many, EMPTY_LIST)),
        ("a header without an end", raw("HTTP/1.1 200 OK\r\nx-y: ")),
        ("a body that is too short", of_length("1000")),
        ("a body that is cut off", of_length("10")),
        ("two lengths", exactly(&two, EMPTY_LIST)),
        ("a negative length", of_length("-1")),
        ("the largest length", of_length("18446744073709551615")),
        ("nearly the largest", of_length("18446744073709551613")),
        ("an unknown status", bytes("999 Whatever", &[], EMPTY_LIST)),
        ("a bad status", bytes("99 Whatever", &[], EMPTY_LIST)),
    ]
}

#[tokio::test]
async fn an_answer_that_is_none_is_a_502_and_nothing_else_happens() {
    let stage = Stage::gateway("20").await;
    for (what, raw) in hostile() {
        let answer = stage.write(raw).await;
        is_vendors(&answer, 502, what);
        // Where a page answers, a read may ask why; the write goes out once.
        let heads = stage.upstream.heads();
        let writes = heads.iter().filter(|head| head.starts_with("POST "));
        assert_eq!(writes.count(), 1, "{what}: sent once");
    }
}

#[tokio::test]
async fn a_list_and_the_identity_api_end_the_same_way() {
    let stage = Stage::gateway("5").await;
    let names = [
        "a deep array",
        "a bomb",
        "many headers",
        "a large body",
        "no JSON",
        "an unknown status",
    ];
    for (what, raw) in hostile()
        .into_iter()
        .filter(|(what, _)| names.contains(what))
    {
        is_vendors(&stage.read_identity(raw.clone()).await, 502, what);
        stage.upstream.answer([raw]);
        is_vendors(&stage.browser.get(LIST).await, 502, what);
    }
}

#[tokio::test]
async fn an_endless_answer_is_read_to_the_cap_whether_it_is_small_on_the_wire_or_not() {
    let stage = Stage::gateway("20").await;
    let (first, again) = endless_bomb();
    let bomb = Raw::Endless(first, again, Duration::from_millis(5));
    is_vendors(&stage.write(bomb).await, 502, "a bomb");
    let inflated = stage.upstream.repeated();
    assert!(
        (10..400).contains(&inflated),
        "stopped after {inflated} MiB"
    );
    let head = head_and("200 OK", &[], b"");
    let plain = Raw::Endless(head, vec![b' '; MIB], Duration::from_millis(5));
    is_vendors(&stage.write(plain).await, 502, "a plain one");
    let sent = stage.upstream.repeated();
    assert!((9..40).contains(&sent), "stopped after {sent} MiB");
}

#[tokio::test]
async fn gzip_within_the_cap_is_read() {
    let stage = Stage::gateway("20").await;
    let list = json!({"values": [], "isLast": true, "padding": "0".repeat(9 * MIB)});
    let body = gzip(list.to_string().as_bytes());
    assert!(body.len() < 32 * 1024);
    stage
        .upstream
        .answer([bytes("200 OK", &["content-encoding: gzip"], &body)]);
    let answer = stage.browser.get(LIST).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "[]"));
}

/// One call was sent, and perhaps the question whether every call is led away; none to where a redirect leads.
fn follows_nothing(stage: &Stage, what: &str) {
    let heads = stage.upstream.heads();
    let asks = |head: &&String| head.contains("/myself ");
    assert_eq!(heads.iter().filter(|head| !asks(head)).count(), 1, "{what}");
    assert!(heads.len() <= 2, "{what}: {heads:?}");
    let followed = heads
        .iter()
        .find(|head| head.contains("/ex/other") || head.starts_with("GET /x "));
    assert_eq!(followed, None, "{what}");
}

#[tokio::test]
async fn a_redirect_is_a_502_and_is_never_followed() {
    let stage = Stage::gateway("20").await;
    let elsewhere = RawUpstream::start().await;
    let address = elsewhere.url();
    let rest = address.strip_prefix("http:").unwrap();
    let own = format!("{}/ex/other", stage.upstream.url());
    for status in ["300", "301", "302", "303", "304", "305", "307", "308"] {
        for target in [
            address.as_str(),
            rest,
            &own,
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "/x",
        ] {
            let location = format!("location: {target}");
            let raw = bytes(&format!("{status} Elsewhere"), &[&location], b"{}");
            let what = format!("{status} to {target}");
            is_vendors(&stage.write(raw.clone()).await, 502, &what);
            follows_nothing(&stage, &what);
            stage.upstream.answer([raw.clone()]);
            is_vendors(&stage.browser.get(LIST).await, 502, &what);
            follows_nothing(&stage, &what);
            is_vendors(&stage.read_identity(raw).await, 502, &what);
            assert_eq!(stage.upstream.heads().len(), 1, "{what}");
        }
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_token_endpoint_that_means_no_good_logs_nobody_out() {
    let stage = Stage::set(&["ATLASSIAN_AUTH_URL"], "1").await;
    let before = stage.app.grant_state().await;
    let elsewhere = RawUpstream::start().await;
    let mut answers = hostile();
    let location = format!("location: {}", elsewhere.url());
    answers.push(("a redirect", bytes("307 Elsewhere", &[&location], b"{}")));
    answers.push((
        "a redirect with tokens",
        bytes(
            "302 Found",
            &[&location],
            br#"{"access_token":"a","expires_in":3600}"#,
        ),
    ));
    answers.push(("silence", Raw::Silent));
    answers.push((
        "a drip",
        Raw::Endless(
            head_and("200 OK", &[], b""),
            vec![b' '],
            Duration::from_millis(50),
        ),
    ));
    let names = [
        "a deep array",
        "a bomb",
        "many headers",
        "a large body",
        "no JSON",
        "an unknown status",
        "nothing",
        "a redirect",
        "a redirect with tokens",
        "silence",
        "a drip",
    ];
    for (what, raw) in answers.into_iter().filter(|(what, _)| names.contains(what)) {
        stage.upstream.answer([raw]);
        stage.app.advance(Duration::from_hours(1));
        let answer = stage.browser.post(REFRESH, json!({})).await;
        is_vendors(&answer, 503, what);
        assert!(!answer.header("retry-after").is_empty(), "{what}");
        assert!((1..=3).contains(&stage.upstream.heads().len()), "{what}");
        assert_eq!(stage.app.grant_state().await, before, "{what}");
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_host_that_takes_no_connection_is_given_up_after_three_seconds() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = socket.listen(1).unwrap();
    let address = full.local_addr().unwrap();
    let mut waiting = Vec::new();
    for _ in 0..4 {
        let connect = tokio::net::TcpStream::connect(address);
        waiting.push(tokio::time::timeout(Duration::from_millis(200), connect).await);
    }
    assert!(waiting.last().unwrap().is_err(), "nobody else gets in");
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let url = format!("http://{address}");
    let process = app
        .another_process_with(&[("ATLASSIAN_API_URL", &url)])
        .await;
    let started = Instant::now();
    let answer = elsewhere(&process, &browser)
        .post(WRITE, json!({"body": "Hello"}))
        .await;
    let took = started.elapsed();
    is_vendors(&answer, 502, "no connection");
    let (least, most) = (Duration::from_millis(2900), Duration::from_secs(8));
    assert!(least < took && took < most, "{took:?}");
}

//! Refusals that come before the body is read: the connection stays good, or the answer says that it ends.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::server::raw_clients::{PATIENCE, WHOLE, said};
use crate::support::installation::Installation;

/// Sends the body a moment behind its head, as Python's `http.client` does, and reads the answer.
async fn answered(stream: &mut TcpStream, head: &str, body: &[u8]) -> String {
    let head = format!(
        "{head}host: localhost\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    sleep(Duration::from_millis(30)).await;
    let _reset = stream.write_all(body).await;
    let mut answer = String::new();
    let whole = async {
        let mut byte = [0];
        while !answer.ends_with("\r\n\r\n") {
            stream.read_exact(&mut byte).await.unwrap();
            answer.push(char::from(byte[0]));
        }
        let length = answer
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.split("\r\n").next());
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut body).await.unwrap();
    };
    timeout(PATIENCE, whole).await.unwrap();
    answer
}

#[tokio::test]
async fn a_refused_request_leaves_its_connection_good_for_the_next_one() {
    let installation = Installation::new().await;
    let _process = installation.start().await;
    let json = "content-type: application/json\r\n";
    let initialize = br#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#;
    let small: &[u8] = b"{}";
    let large = vec![b' '; 3 * 1024 * 1024];
    for (request, body, status) in [
        (
            format!("POST /mcp HTTP/1.1\r\n{json}"),
            &initialize[..],
            "401",
        ),
        (
            format!("POST /mcp HTTP/1.1\r\n{json}origin: null\r\n"),
            initialize,
            "403",
        ),
        (
            format!("POST /mcp HTTP/1.1\r\n{json}authorization: Bearer ibk_bad\r\n"),
            initialize,
            "401",
        ),
        (
            format!("POST /ex/jira/-/rest/api/3/issue HTTP/1.1\r\n{json}"),
            small,
            "401",
        ),
        (
            format!("POST /connectors/jira/create HTTP/1.1\r\n{json}"),
            small,
            "401",
        ),
        (format!("POST /nope HTTP/1.1\r\n{json}"), small, "404"),
        (format!("PUT /healthz HTTP/1.1\r\n{json}"), &large, "413"),
        (
            String::from("POST /register HTTP/1.1\r\ncontent-type: text/plain\r\n"),
            small,
            "400",
        ),
        (
            format!("POST /connectors/jira/create HTTP/1.1\r\n{json}content-encoding: br\r\n"),
            small,
            "415",
        ),
        (
            format!("POST /auth/logout HTTP/1.1\r\n{json}"),
            small,
            "204",
        ),
    ] {
        let mut stream = installation.connect().await;
        let answer = answered(&mut stream, &request, body).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}: {answer}"
        );
        assert!(!answer.contains("connection: close"), "{request}: {answer}");
        let next = WHOLE.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
        assert_eq!(said(stream, &next).await.statuses(), ["200"], "{request}");
    }
}

#[tokio::test]
async fn an_answer_to_what_is_not_read_says_that_the_connection_ends() {
    let installation = Installation::new().await;
    let _process = installation.start().await;
    let upload = "POST /ex/jira/-/rest/api/3/issue/APP-1/attachments HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=x\r\n";
    let mut stream = installation.connect().await;
    let answer = answered(&mut stream, upload, &vec![b'z'; 5 * 1024 * 1024]).await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    // Nor is anybody waited for who sends nothing, or asked for what nobody wants.
    for more in ["", "expect: 100-continue\r\n"] {
        let head =
            format!("POST /nope HTTP/1.1\r\nhost: localhost\r\n{more}content-length: 2\r\n\r\n");
        let refused = said(installation.connect().await, &head).await;
        assert_eq!(refused.statuses(), ["404"], "{}", refused.answer);
        assert!(
            refused.answer.contains("connection: close"),
            "{}",
            refused.answer
        );
        assert!(refused.took < Duration::from_secs(6), "{:?}", refused.took);
    }
}

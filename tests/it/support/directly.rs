//! What people do at Atlassian itself, past the service.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Mia's classic API token, as a site takes it.
pub const MIA: &str = "Basic bWlhQGV4YW1wbGUuY29tOmNsYXNzaWMtdG9rZW4tbWlh";

/// Sends a body to an address of the sandbox's; gives the status and the answer's body.
pub async fn post(base: &str, path: &str, authorization: &str, body: &Value) -> (u16, Value) {
    let host = base.replace("http://", "");
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(&host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head[9..12].parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

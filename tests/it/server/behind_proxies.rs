//! The files in `deploy/`, as they are: nginx and Caddy in front of the real program, and the systemd unit.

use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rstest::rstest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::front::{Front, Kind, NAME, changed, cookies, deployed, header};
use crate::support::installation::Installation;

#[rstest]
#[case(Kind::Nginx)]
#[case(Kind::Caddy)]
#[tokio::test]
async fn a_login_and_calls_work_behind_it_over_https(#[case] kind: Kind) {
    let installation = Installation::new().await;
    let callback = format!("https://{NAME}/auth/atlassian/callback");
    installation
        .sandbox
        .add_redirect_uri("sandbox-client", &callback);
    let front = Front::start(kind, &installation).await;
    let mut command = installation.command(&[]);
    command
        .env("PUBLIC_BASE_URL", format!("https://{NAME}"))
        .env("ATLASSIAN_REDIRECT_URI", &callback)
        .env("TRUSTED_PROXIES", "127.0.0.1");
    let process = installation.start_command(command).await;
    let navigation = [("sec-fetch-mode", "navigate"), ("accept", "text/html")];
    let start = front
        .get("/auth/atlassian/login?site=acme", &navigation)
        .await;
    assert_eq!(start.status(), 307);
    let state = cookies(&start);
    assert!(state.starts_with("__Host-"), "{state}");
    assert!(header(&start, "set-cookie").contains("Secure"));
    let authorize = header(&start, "location").to_owned();
    let back = installation
        .sandbox
        .consent(&authorize, "mia", None)
        .await
        .unwrap();
    let path = back.strip_prefix(&format!("https://{NAME}")).unwrap();
    let ended = front
        .get(path, &[navigation[0], navigation[1], ("cookie", &state)])
        .await;
    assert_eq!(ended.status(), 303);
    assert!(header(&ended, "location").starts_with(&format!("https://{NAME}/connected")));
    let session = cookies(&ended);
    assert!(session.contains("__Host-ib_session="), "{session}");
    let projects = front
        .get("/connectors/jira/projects", &[("cookie", &session)])
        .await;
    assert_eq!(projects.status(), 200);
    assert!(header(&projects, "strict-transport-security").contains("max-age"));
    for hidden in ["/metrics", "/operator", "/operator/"] {
        assert_eq!(front.get(hidden, &[]).await.status(), 404, "{hidden}");
    }
    a_file_of_several_mebibytes_goes_to_jira(kind, &front, &session).await;
    if kind == Kind::Nginx {
        it_refuses_a_large_body_in_the_programs_form(&front).await;
        nginx_sends_on(&front).await;
    }
    drop(front);
    process.stop().await;
}

async fn a_file_of_several_mebibytes_goes_to_jira(kind: Kind, front: &Front, session: &str) {
    let token = session.split("ib_session=").nth(1).unwrap();
    let token = token.split(';').next().unwrap();
    let path = "/ex/jira/-/rest/api/3/issue/WEB-1/attachments";
    let upload = |size: usize| {
        let start = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"large.bin\"\r\ncontent-type: application/octet-stream\r\n\r\n";
        let body = [start.as_bytes(), &vec![b'z'; size], b"\r\n--x--\r\n"].concat();
        let request = front
            .client
            .post(format!("https://{NAME}:{}{path}", front.port))
            .header("host", NAME)
            .header("content-type", "multipart/form-data; boundary=x");
        request.body(body)
    };
    let sent = upload(3 * 1024 * 1024).header("x-session-token", token);
    let sent = sent.send().await.unwrap();
    assert_eq!(sent.status(), 200);
    let made: serde_json::Value = sent.json().await.unwrap();
    assert_eq!(made[0]["size"], 3 * 1024 * 1024);
    // Refused before it is read, and told so all the same.
    let stranger = upload(3 * 1024 * 1024).send().await.unwrap();
    assert_eq!(stranger.status(), 401);
    if kind == Kind::Nginx {
        let large = upload(27 * 1024 * 1024).header("x-session-token", token);
        let large = large.send().await.unwrap();
        assert_eq!(large.status(), 413);
        let told: serde_json::Value = large.json().await.unwrap();
        assert_eq!(told["message"], "a file must not be larger than 25 MiB");
    }
}

async fn it_refuses_a_large_body_in_the_programs_form(front: &Front) {
    let url = format!("https://{NAME}:{}/auth/logout", front.port);
    let large = front.client.post(url).header("host", NAME);
    let large = large.body(vec![b' '; 1_500_000]).send().await.unwrap();
    assert_eq!(large.status(), 413);
    let id = header(&large, "x-request-id").to_owned();
    let envelope: serde_json::Value = large.json().await.unwrap();
    assert_eq!(envelope["code"], "VALIDATION");
    assert_eq!(envelope["detail"], envelope["message"]);
    assert_eq!(envelope["request_id"], id.as_str());
    let mut fields: Vec<&String> = envelope.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(
        fields,
        ["code", "detail", "message", "request_id", "status"]
    );
    assert!(id.len() >= 32, "{id}");
}

async fn nginx_sends_on(front: &Front) {
    let address = format!("http://127.0.0.1:{}/login", front.plain_port);
    let plain = front.client.get(address).header("host", NAME);
    let plain = plain.send().await.unwrap();
    assert_eq!(plain.status(), 301);
    assert_eq!(header(&plain, "location"), format!("https://{NAME}/login"));
}

#[rstest]
#[case(Kind::Nginx)]
#[case(Kind::Caddy)]
#[tokio::test]
async fn it_passes_events_on_at_once_and_tells_the_callers_address_itself(#[case] kind: Kind) {
    let installation = Installation::new().await;
    let heads = Arc::new(Mutex::new(String::new()));
    let listener = TcpListener::bind(("127.0.0.1", installation.port))
        .await
        .unwrap();
    tokio::spawn(send_one_event_and_wait(listener, heads.clone()));
    let front = Front::start(kind, &installation).await;
    let claims = [
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "http"),
    ];
    let mut stream = front.get("/dashboard/events", &claims).await;
    assert_eq!(header(&stream, "content-type"), "text/event-stream");
    let first = tokio::time::timeout(Duration::from_secs(5), stream.chunk()).await;
    let first = first
        .expect("the event arrives while the stream is open")
        .unwrap()
        .unwrap();
    assert_eq!(first.as_ref(), b"data: now\n\n");
    let head = heads.lock().unwrap().to_ascii_lowercase();
    assert!(
        head.contains("\r\nx-forwarded-for: 127.0.0.1\r\n"),
        "{head}"
    );
    assert!(head.contains("\r\nx-forwarded-proto: https\r\n"), "{head}");
    assert!(head.contains(&format!("\r\nhost: {NAME}\r\n")), "{head}");
    assert!(!head.contains("203.0.113.9"), "{head}");
}

/// Stands for the program: one event, and then a stream that stays open.
async fn send_one_event_and_wait(listener: TcpListener, heads: Arc<Mutex<String>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => break,
            }
        }
        heads
            .lock()
            .unwrap()
            .push_str(&String::from_utf8_lossy(&head));
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nb\r\ndata: now\n\n\r\n";
        let _ = stream.write_all(answer.as_bytes()).await;
        tokio::spawn(async move {
            let mut rest = [0; 64];
            while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
        });
    }
}

#[test]
fn the_systemd_unit_gives_the_program_the_time_it_needs_to_stop() {
    let unit = deployed("integration-backend.service");
    let setting = |name: &str| {
        let mut lines = unit.lines();
        lines
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
            .unwrap()
    };
    // 25 seconds for requests and 35 for renewals.
    assert!(setting("TimeoutStopSec").parse::<u32>().unwrap() > 60);
    assert!(setting("ExecStart").ends_with("/integration-backend serve"));
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    let folder = std::env::temp_dir().join(format!("ib_unit_{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join("integration-backend");
    fs::write(&program, "#!/bin/sh\n").unwrap();
    let rights = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&program, rights).unwrap();
    let unit = deployed("integration-backend.service");
    let unit = changed(
        &unit,
        "/usr/local/bin/integration-backend",
        &program.display().to_string(),
    );
    let path = folder.join("integration-backend.service");
    fs::write(&path, unit).unwrap();
    let verified = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&path)
        .output();
    fs::remove_dir_all(&folder).unwrap();
    let output = verified.expect("systemd-analyze, which test.sh installs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let about_it: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("integration-backend.service"))
        .collect();
    assert!(about_it.is_empty(), "{said}");
}

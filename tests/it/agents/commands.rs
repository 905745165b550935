//! `clients create|list|delete` with the real program, beside a running service.

use serde_json::json;

use crate::agents::fixture::{Client, Tokens, decide_from, error, refused};
use crate::support::installation::Installation;
use crate::support::parameter;

/// What the program says to these arguments.
async fn clients(installation: &Installation, arguments: &[&str]) -> String {
    let arguments = [&["clients"], arguments].concat();
    let mut command = installation.command(&arguments);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8(said).unwrap()
}

fn value<'a>(said: &'a str, name: &str) -> &'a str {
    let rest = said.split_once(&format!("{name}: ")).expect(said).1;
    rest.lines().next().unwrap()
}

#[tokio::test]
async fn the_operator_enters_a_client_that_logs_in_and_takes_it_away_again() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let uri = "https://agents.example/cb";
    let there = ["create", "--name", "Studio", "--redirect", uri, "--secret"];
    let said = clients(&installation, &there).await;
    let (id, secret) = (value(&said, "client_id"), value(&said, "client_secret"));
    let client = Client {
        id: id.to_owned(),
        wire: installation.browser(),
    };
    let browser = installation.logged_in().await;
    let asked = [("redirect_uri", uri), ("resource", "")];
    let page = browser.navigate(&client.address(&asked)).await;
    assert!(page.body.contains("Studio"), "{}", page.body);
    let origin = format!("http://localhost:{}", installation.port);
    let answer = decide_from(&browser, &page, "read", &origin).await;
    let code = parameter(answer.header("location"), "code").unwrap();
    let proven = [asked[0], asked[1], ("client_secret", secret)];
    let tokens = Tokens::of(&client.exchange_with(&code, &proven).await);
    let listed = clients(&installation, &["list"]).await;
    assert!(
        listed.contains(id) && listed.contains(uri) && !listed.contains(secret),
        "{listed}"
    );
    let gone = clients(&installation, &["delete", id]).await;
    assert!(gone.contains("is gone"), "{gone}");
    assert_eq!(browser.read("/agents").await, json!([]));
    let late = client.refresh(&tokens.refresh).await;
    assert_eq!(error(&late), refused(401, "invalid_client"));
    let again = clients(&installation, &["delete", id]).await;
    assert!(again.contains("there is no client"), "{again}");
    let never = ["create", "--name", "x", "--redirect", "javascript:alert(1)"];
    let never = clients(&installation, &never).await;
    assert!(never.contains("its scheme is no app's"), "{never}");
    process.stop().await;
}

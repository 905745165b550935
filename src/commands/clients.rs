//! `clients create|list|delete`: clients of agents that the operator enters.

use std::fmt::Write as _;

use super::keys::ShownOnce;
use crate::app::App;

/// Enters a client; the text holds its secret, if it has one, for this one time.
///
/// # Errors
/// With one line that names the argument that is wrong.
pub async fn create(
    app: &App,
    name: &str,
    redirect_uris: &[String],
    with_secret: bool,
) -> Result<ShownOnce, String> {
    let (client, secret) = app
        .agents()
        .enter_client(name, redirect_uris, with_secret)
        .await
        .map_err(|error| error.to_string())?;
    let mut text = format!("client_id: {}\n", client.id);
    match secret {
        Some(secret) => {
            let _ = writeln!(text, "client_secret: {}\n", secret.expose());
            text.push_str("This is the only time the secret is shown. ");
        }
        None => text.push_str("\nIt has no secret; it proves itself by PKCE. "),
    }
    let _ = write!(
        text,
        "People are asked before it is let in, and shown the name {:?}.",
        client.name
    );
    Ok(ShownOnce {
        text,
        id: client.id,
    })
}

/// Every entered client in a table.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App) -> Result<String, String> {
    let clients = app.agents().entered_clients().await;
    let clients = clients.map_err(|error| error.to_string())?;
    if clients.is_empty() {
        return Ok(String::from(
            "There are no clients. Most register themselves; enter one with: integration-backend clients create --name … --redirect …",
        ));
    }
    let mut table = format!(
        "{:20}  {:24}  {:6}  {:20}  {}\n",
        "id", "name", "secret", "entered", "redirect URIs"
    );
    for client in &clients {
        let has_secret = if client.secret_hash.is_some() {
            "yes"
        } else {
            "no"
        };
        let _ = writeln!(
            table,
            "{:20}  {:24}  {:6}  {:20}  {}",
            client.id,
            client.name,
            has_secret,
            client.created_at.rfc3339(),
            client.redirect_uris.join(" ")
        );
    }
    Ok(table.trim_end().to_owned())
}

/// Takes a client away, with every agent that came by it.
///
/// # Errors
/// When there is none with this id.
pub async fn delete(app: &App, id: &str) -> Result<String, String> {
    let id = id.trim();
    let deleted = app.agents().delete_client(id).await;
    if deleted.map_err(|error| error.to_string())? {
        return Ok(format!(
            "The client {id} is gone, with every agent that came by it."
        ));
    }
    Err(format!(
        "there is no client with the id {id:?}; see: integration-backend clients list"
    ))
}

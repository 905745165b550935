//! The command line: its commands and arguments, for the program and for the page that documents them.

use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

use super::check::Target;

/// Integration backend for Jira and Confluence.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Arguments {
    /// What to do; none: serve.
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Arguments {
    /// What the operator typed. Ends the process where that is help, the version or a mistake.
    pub fn read() -> Self {
        Self::parse()
    }

    /// The definition of the command line, with every command, argument and help text.
    pub fn definition() -> clap::Command {
        Self::command()
    }
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the service (the default).
    Serve,
    /// Look at this installation: settings, store, Atlassian's app, and real calls.
    Check {
        /// What to check.
        #[arg(value_enum, default_value_t = Target::All)]
        what: Target,
        /// The tenant of the connections that are tried.
        #[arg(long, default_value = "default")]
        tenant: String,
        /// Whose connections are tried: service, local or the id of a person. Without it: local in
        /// open mode, else service.
        #[arg(long = "as", value_name = "OWNER")]
        owner: Option<String>,
        /// Renew the login now.
        #[arg(long)]
        refresh: bool,
    },
    /// Copy the SQLite database into a new file, also while the service runs.
    Backup {
        /// The file to make. It must not exist.
        file: PathBuf,
    },
    /// Put a copy that `backup` made in the place of the SQLite database. The service must not run.
    Restore {
        /// The copy.
        file: PathBuf,
    },
    /// Move everything to an empty database of the other kind, SQLite to PostgreSQL or back. The service must not run.
    CopyTo {
        /// The address of the other database, as in `INTEGRATION_DB_URL`.
        #[arg(required_unless_present = "undo")]
        url: Option<String>,
        /// Let services start on this database again after it was moved.
        #[arg(long, conflicts_with = "url")]
        undo: bool,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Manage API keys for programs.
    Keys {
        /// What to do with them.
        #[command(subcommand)]
        action: KeyAction,
    },
    /// Manage clients of agents that cannot register themselves.
    Clients {
        /// What to do with them.
        #[command(subcommand)]
        action: ClientAction,
    },
    /// Change the vault key, which seals stored secrets.
    Vault {
        /// What to do.
        #[command(subcommand)]
        action: VaultAction,
    },
    /// Ask a running service how it is; for container health checks.
    Probe {
        /// What to ask.
        #[arg(value_enum, default_value_t = Question::Ready)]
        question: Question,
    },
}

/// What can be done with API keys.
#[derive(Debug, Subcommand)]
pub enum KeyAction {
    /// Make a key; it is shown once.
    Create {
        /// Whom it acts as: service, local or the id of a person.
        #[arg(long = "as", value_name = "OWNER")]
        owner: String,
        /// The one tenant it works in.
        #[arg(long, default_value = "default")]
        tenant: String,
        /// What it may do: a list of read, write and admin.
        #[arg(long, default_value = "read,write")]
        scope: String,
        /// The only product it may call: jira or confluence; without it, both.
        #[arg(long)]
        product: Option<String>,
        /// The only operations of Atlassian's it may do: a list of names such as getIssue, or of groups such as issue.
        #[arg(long, value_name = "OPERATIONS")]
        allow: Option<String>,
        /// The only Jira projects it may see: a list of keys. Such a key works with tools alone, and not at the gateway.
        #[arg(long, value_name = "PROJECTS")]
        project: Option<String>,
        /// The only Confluence spaces it may see, in the same way.
        #[arg(long, value_name = "SPACES")]
        space: Option<String>,
        /// How long it lives, such as 12h, 90d or 1y; without it, until it is revoked.
        #[arg(long)]
        expires: Option<String>,
    },
    /// Show every key (not its text).
    List,
    /// Revoke a key.
    Revoke {
        /// The key's id, as `keys list` shows it.
        id: String,
    },
}

/// What can be done with clients of agents.
#[derive(Debug, Subcommand)]
pub enum ClientAction {
    /// Enter a client.
    Create {
        /// What people are shown when they are asked.
        #[arg(long)]
        name: String,
        /// An address that it may be answered at; may be given several times.
        #[arg(long = "redirect", value_name = "URL", required = true)]
        redirects: Vec<String>,
        /// Give it a secret, which is shown once.
        #[arg(long)]
        secret: bool,
    },
    /// Show every client that was entered.
    List,
    /// Take a client away, with every agent that came by it.
    Delete {
        /// The client's id, as `clients list` shows it.
        id: String,
    },
}

/// What can be done with the vault.
#[derive(Debug, Subcommand)]
pub enum VaultAction {
    /// Put a new key in front of those in the key file. Where the keys are in `VAULT_KEYS`, that is done there.
    NewKey,
    /// Seal every secret with the first vault key, also while the service runs. It may be stopped and run again at any time.
    Rotate {
        /// How many seconds it waits for processes that must be restarted or are about to change their key.
        #[arg(long, default_value_t = 60, value_name = "SECONDS")]
        wait: u64,
    },
}

/// What a running service can be asked.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Question {
    /// Can it do its work?
    Ready,
    /// Is it alive?
    Healthz,
}

impl Question {
    /// The route that answers it.
    pub fn path(self) -> &'static str {
        match self {
            Self::Ready => "/ready",
            Self::Healthz => "/healthz",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Arguments::definition().debug_assert();
    }
}

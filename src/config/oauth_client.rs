//! Which OAuth client a login uses: id, secret and redirect URI of one family of variables.

use std::path::Path;

use super::address::{WebAddress, redirect_uri};
use super::error::SettingsError;
use super::sources::{Found, SetIn, Sources};
use super::variables::{
    ATLASSIAN_CLIENT_ID, ATLASSIAN_CLIENT_SECRET, ATLASSIAN_CLIENT_SECRET_FILE,
    ATLASSIAN_REDIRECT_URI, CONFLUENCE_OAUTH_CLIENT_ID, CONFLUENCE_OAUTH_CLIENT_SECRET,
    CONFLUENCE_OAUTH_CLIENT_SECRET_FILE, CONFLUENCE_OAUTH_REDIRECT_URI, JIRA_OAUTH_CLIENT_ID,
    JIRA_OAUTH_CLIENT_SECRET, JIRA_OAUTH_CLIENT_SECRET_FILE, JIRA_REDIRECT_URI, PUBLIC_BASE_URL,
    Variable,
};
use crate::model::oauth_client::OAuthClient;
use crate::model::product::Provider;
use crate::model::secret::Secret;

/// A redirect URI and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirect {
    /// The URI, exactly as given: authorization servers compare it letter by letter (RFC 9700 §2.1).
    pub uri: WebAddress,
    /// The variable that gave it; absent for the default, `{PUBLIC_BASE_URL}/auth/{p}/callback`.
    pub set_by: Option<&'static str>,
}

/// The clients of all three kinds of login.
#[derive(Debug, Clone)]
pub struct OAuthClients {
    /// In the order of [`Provider::ALL`], as are the default redirects.
    families: [Family; 3],
    default_redirects: [Redirect; 3],
}

#[derive(Debug, Clone)]
struct Family {
    client_id: Option<String>,
    client_secret: Option<Secret>,
    redirect: Option<Redirect>,
}

impl OAuthClients {
    /// The client of a login; absent when no family it may use has a client id.
    pub(crate) fn client(&self, login: Provider) -> Option<OAuthClient> {
        let family = self.chosen(login)?;
        Some(OAuthClient {
            id: family.client_id.clone()?,
            secret: family.client_secret.clone(),
            redirect_uri: self.redirect(login).uri.text().to_owned(),
        })
    }

    /// The redirect URI of a login, also when it has no client: the chosen family's own, else one of another
    /// family that stands for the same client, else the default.
    pub(crate) fn redirect(&self, login: Provider) -> Redirect {
        let client_id = |login| {
            self.chosen(login)
                .and_then(|family| family.client_id.as_deref())
        };
        let own = self
            .chosen(login)
            .and_then(|family| family.redirect.as_ref());
        // A family without an id stands for the client its own login would use.
        let same_client =
            |&other: &Provider| client_id(other).is_none() || client_id(other) == client_id(login);
        let other = order(login).iter().copied().filter(same_client);
        let mut others = other.filter_map(|other| self.families[other as usize].redirect.as_ref());
        let found = own.or_else(|| others.next());
        found
            .cloned()
            .unwrap_or_else(|| self.default_redirects[login as usize].clone())
    }

    /// Every redirect URI that is set or in use, with the variable that gave it.
    pub(crate) fn redirects(&self) -> Vec<Redirect> {
        let in_use = Provider::ALL.map(|login| self.redirect(login));
        let set = self
            .families
            .iter()
            .filter_map(|family| family.redirect.clone());
        let mut all: Vec<Redirect> = Vec::new();
        for redirect in in_use.into_iter().chain(set) {
            if !all.contains(&redirect) {
                all.push(redirect);
            }
        }
        all
    }

    fn chosen(&self, login: Provider) -> Option<&Family> {
        let families = order(login)
            .iter()
            .map(|&family| &self.families[family as usize]);
        families
            .into_iter()
            .find(|family| family.client_id.is_some())
    }
}

/// The families a login may use, the strongest first. Earlier systems had one app for each product, or
/// one of them for both; each of their files has to go on working.
fn order(login: Provider) -> &'static [Provider] {
    match login {
        Provider::Jira => &[Provider::Jira, Provider::Atlassian],
        Provider::Confluence => &[Provider::Confluence, Provider::Atlassian, Provider::Jira],
        Provider::Atlassian => &[Provider::Atlassian, Provider::Jira],
    }
}

/// Reads the three families. Every redirect URI that is set must be usable, also an unused one.
pub(super) fn load(
    sources: &Sources<'_>,
    public_base_url: &WebAddress,
    read_file: &dyn Fn(&Path) -> std::io::Result<String>,
) -> Result<OAuthClients, SettingsError> {
    let family = |[id, secret, file, redirect]: [Variable; 4]| {
        Ok::<_, SettingsError>(Family {
            client_id: sources.given(id).map(|found| found.value),
            client_secret: secret_or_file(sources, secret, file, read_file)?,
            redirect: match sources.given(redirect) {
                Some(found) => Some(Redirect {
                    uri: found.parse(redirect_uri)?,
                    set_by: Some(found.name),
                }),
                None => None,
            },
        })
    };
    let default_redirect = |login: Provider| {
        let text = format!(
            "{}/auth/{}/callback",
            public_base_url.text(),
            login.as_str()
        );
        let uri = redirect_uri(&text)
            .map_err(|problem| sources.value_or_default(PUBLIC_BASE_URL).refuse(problem))?;
        Ok::<_, SettingsError>(Redirect { uri, set_by: None })
    };
    Ok(OAuthClients {
        families: [family(JIRA)?, family(CONFLUENCE)?, family(ATLASSIAN)?],
        default_redirects: [
            default_redirect(Provider::Jira)?,
            default_redirect(Provider::Confluence)?,
            default_redirect(Provider::Atlassian)?,
        ],
    })
}

const JIRA: [Variable; 4] = [
    JIRA_OAUTH_CLIENT_ID,
    JIRA_OAUTH_CLIENT_SECRET,
    JIRA_OAUTH_CLIENT_SECRET_FILE,
    JIRA_REDIRECT_URI,
];

const CONFLUENCE: [Variable; 4] = [
    CONFLUENCE_OAUTH_CLIENT_ID,
    CONFLUENCE_OAUTH_CLIENT_SECRET,
    CONFLUENCE_OAUTH_CLIENT_SECRET_FILE,
    CONFLUENCE_OAUTH_REDIRECT_URI,
];

const ATLASSIAN: [Variable; 4] = [
    ATLASSIAN_CLIENT_ID,
    ATLASSIAN_CLIENT_SECRET,
    ATLASSIAN_CLIENT_SECRET_FILE,
    ATLASSIAN_REDIRECT_URI,
];

/// The secret itself, else the content of its file; a file named in the environment beats a secret in
/// `.env`, as every setting there does: it is how containers are given secrets (Docker, Kubernetes).
fn secret_or_file(
    sources: &Sources<'_>,
    secret: Variable,
    file: Variable,
    read_file: &dyn Fn(&Path) -> std::io::Result<String>,
) -> Result<Option<Secret>, SettingsError> {
    let file_in_environment = |file: &Found| file.from == SetIn::Environment;
    match (sources.given(secret), sources.given(file)) {
        (Some(secret), file)
            if secret.from == SetIn::Environment
                || !file.as_ref().is_some_and(file_in_environment) =>
        {
            Ok(Some(Secret::new(secret.value)))
        }
        (_, Some(file)) => file.parse(|path| secret_in_file(path, read_file)).map(Some),
        (_, None) => Ok(None),
    }
}

fn secret_in_file(
    path: &str,
    read_file: &dyn Fn(&Path) -> std::io::Result<String>,
) -> Result<Secret, String> {
    let content = read_file(Path::new(path)).map_err(|error| {
        format!(
            "cannot be read ({}); name a readable text file",
            error.kind()
        )
    })?;
    match content.trim() {
        "" => Err("is an empty file; put the secret into it".to_owned()),
        secret => Ok(Secret::new(secret)),
    }
}

#[cfg(test)]
#[path = "oauth_client_tests.rs"]
mod tests;

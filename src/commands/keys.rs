//! `keys create|list|revoke`: API keys for programs.

use std::fmt::Write as _;
use std::time::Duration;

use super::start::store_name;
use crate::app::App;
use crate::config::Settings;
use crate::model::api_key::{ApiKey, KeyScope};
use crate::model::database_url::DatabaseUrl;
use crate::model::ids::TenantId;
use crate::model::key_limits::KeyLimits;
use crate::model::product::Product;
use crate::model::time::Timestamp;
use crate::policy::{Effect, Operation, all};

/// A key to be made.
#[derive(Debug)]
pub struct NewKey<'a> {
    /// `service`, `local` or the id of a person.
    pub owner: &'a str,
    /// The one namespace it works in.
    pub tenant: &'a str,
    /// What it may do: a list of `read`, `write`, `admin`.
    pub scopes: &'a str,
    /// The products it is narrowed to, separated by commas; none: both.
    pub products: Option<&'a str>,
    /// The operations or groups of them that it is narrowed to, separated by commas; none: all.
    pub allow: Option<&'a str>,
    /// The projects it is limited to, separated by commas; none: all.
    pub projects: Option<&'a str>,
    /// The spaces it is limited to, separated by commas; none: all.
    pub spaces: Option<&'a str>,
    /// How long it lives, such as `90d`; none: until it is revoked.
    pub lifetime: Option<&'a str>,
}

/// Refuses where a SQLite database would be made by `command`: keys in a database that no service uses open nothing.
///
/// # Errors
/// With one line that says where the database is looked for.
pub fn refuse_new_database(settings: &Settings, command: &str) -> Result<(), String> {
    match &settings.storage.database {
        DatabaseUrl::Sqlite(path) if !path.exists() => Err(format!(
            "there is no database at {}: start the service once, and run this in its folder or with its INTEGRATION_DB_URL (beside ./run.sh --sandbox: ./run.sh --sandbox {command} …)",
            store_name(settings)
        )),
        _ => Ok(()),
    }
}

/// What is shown one time only, and the id by which it is taken back where nobody has seen it.
#[derive(Debug)]
pub struct ShownOnce {
    /// What is shown.
    pub text: String,
    /// The id.
    pub id: String,
}

/// Makes a key; the text holds it, for this one time.
///
/// # Errors
/// With one line that names the argument that is wrong.
pub async fn create(app: &App, new: &NewKey<'_>) -> Result<ShownOnce, String> {
    let tenant = TenantId::parse(new.tenant).map_err(|error| format!("--tenant: {error}"))?;
    let scopes = KeyScope::parse_list(new.scopes)
        .map_err(|name| format!("--scope: {name:?} is not one of read, write and admin"))?;
    let lifetime = new.lifetime.map(lifetime).transpose()?;
    let limits = limits(new)?;
    opens_something(&limits, &scopes)?;
    let (key, text) = app
        .api_keys()
        .create_narrowed(new.owner, tenant, scopes, limits, lifetime)
        .await
        .map_err(|error| error.to_string())?;
    let until = key.expires_at.map_or_else(
        || String::from("until it is revoked"),
        |at| format!("until {at}"),
    );
    let text = format!(
        "{}\n\nThis is the only time the key is shown. It acts as {} in the tenant {}, {until}.\n\
         Use it as: Authorization: Bearer ibk_…\nIts id, to revoke it by: {}",
        text.expose(),
        key.owner.as_str(),
        key.tenant.as_str(),
        key.id
    );
    Ok(ShownOnce { text, id: key.id })
}

/// Refuses what would make a key that opens nothing.
fn opens_something(limits: &KeyLimits, scopes: &[KeyScope]) -> Result<(), String> {
    for (product, places, word) in [
        (Product::Jira, &limits.projects, "--project"),
        (Product::Confluence, &limits.spaces, "--space"),
    ] {
        let is_left_out = !limits.products.is_empty() && !limits.products.contains(&product);
        if is_left_out && !places.is_empty() {
            return Err(format!(
                "{word} is about {}, which --product leaves out: such a key opens nothing there",
                product.title()
            ));
        }
    }
    let allowed: Vec<&Operation> = all()
        .iter()
        .filter(|operation| operation.effect != Effect::Refused && operation.is_within(limits))
        .collect();
    if !limits.operations.is_empty() && !allowed.is_empty() && !any_may_be_done(&allowed, scopes) {
        return Err(format!(
            "--allow {} needs the scope {}, and --scope leaves it out: such a key opens nothing",
            limits.operations.join(","),
            needed(&allowed)
        ));
    }
    let may_call = scopes.contains(&KeyScope::Read) || scopes.contains(&KeyScope::Write);
    if limits.are_places() && !may_call {
        return Err(String::from(
            "--project and --space limit what is read and written, and --scope has neither read nor write: such a key opens nothing of them",
        ));
    }
    Ok(())
}

/// Whether a key with these scopes may do one of the operations.
fn any_may_be_done(operations: &[&Operation], scopes: &[KeyScope]) -> bool {
    operations
        .iter()
        .any(|operation| scopes.contains(&scope_for(operation)))
}

/// The scope that a key needs for an operation, as the gateway asks for it.
fn scope_for(operation: &Operation) -> KeyScope {
    match operation.effect {
        Effect::Admin => KeyScope::Admin,
        _ if operation.changes() => KeyScope::Write,
        _ => KeyScope::Read,
    }
}

/// The scopes of a key that the operations ask for.
fn needed(operations: &[&Operation]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for operation in operations {
        let name = scope_for(operation).as_str();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(" or ")
}

fn limits(new: &NewKey<'_>) -> Result<KeyLimits, String> {
    let words = |text: Option<&str>| {
        let words = text.unwrap_or_default().split([',', ' ']);
        let words = words.filter(|word| !word.is_empty()).map(str::to_owned);
        words.collect::<Vec<String>>()
    };
    let products = words(new.products).into_iter().map(|name| {
        Product::parse(&name)
            .ok_or_else(|| format!("--product: {name:?} is not one of jira and confluence"))
    });
    let limits = KeyLimits {
        products: products.collect::<Result<_, _>>()?,
        operations: words(new.allow),
        projects: words(new.projects),
        spaces: words(new.spaces),
    };
    // An empty list would be no limit at all, which nobody means who writes one.
    for (name, text, is_empty) in [
        ("--product", new.products, limits.products.is_empty()),
        ("--allow", new.allow, limits.operations.is_empty()),
        ("--project", new.projects, limits.projects.is_empty()),
        ("--space", new.spaces, limits.spaces.is_empty()),
    ] {
        if text.is_some() && is_empty {
            return Err(format!("{name} names nothing"));
        }
    }
    Ok(limits)
}

/// Every key in a table.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App) -> Result<String, String> {
    let keys = app
        .api_keys()
        .list()
        .await
        .map_err(|error| error.to_string())?;
    if keys.is_empty() {
        return Ok(String::from(
            "There are no keys. Make one with: integration-backend keys create --as service",
        ));
    }
    let mut table = format!(
        "{:36}  {:10}  {:36}  {:16}  {:20}  {:20}  {:7}  {}\n",
        "id", "tenant", "acts as", "scopes", "expires", "last used", "state", "narrowed to"
    );
    for key in &keys {
        let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        let _ = writeln!(
            table,
            "{:36}  {:10}  {:36}  {:16}  {:20}  {:20}  {:7}  {}",
            key.id,
            key.tenant.as_str(),
            key.owner.as_str(),
            scopes.join(","),
            time_text(key.expires_at, "never"),
            time_text(key.used_at, "never"),
            state(key, app.now()),
            key.limits.to_row().unwrap_or_default()
        );
    }
    Ok(table.trim_end().to_owned())
}

/// Revokes a key.
///
/// # Errors
/// When there is no such key, or it was revoked before.
pub async fn revoke(app: &App, id: &str) -> Result<String, String> {
    // As it may be pasted: the ids are in small letters.
    let id = id.trim().to_ascii_lowercase();
    let revoked = app
        .api_keys()
        .revoke(&id)
        .await
        .map_err(|error| error.to_string())?;
    if !revoked {
        return Err(format!(
            "there is no key {id} to revoke; see: integration-backend keys list"
        ));
    }
    Ok(format!("{id} is revoked"))
}

fn state(key: &ApiKey, now: Timestamp) -> &'static str {
    if key.revoked_at.is_some() {
        "revoked"
    } else if key.is_good(now) {
        "good"
    } else {
        "expired"
    }
}

fn time_text(time: Option<Timestamp>, otherwise: &str) -> String {
    time.map_or_else(|| otherwise.to_owned(), Timestamp::rfc3339)
}

/// Longer than anybody keeps a key; beyond year 9999 a time cannot be written in RFC 3339.
const LONGEST_LIFETIME: Duration = Duration::from_hours(100 * 365 * 24);

/// A lifetime such as `12h`, `90d` or `1y`.
fn lifetime(text: &str) -> Result<Duration, String> {
    let wrong = || format!("--expires: {text:?} is no lifetime; write it like 12h, 90d or 1y");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let count: u32 = text[..text.len() - unit.len_utf8()]
        .parse()
        .map_err(|_| wrong())?;
    let hours = match unit {
        'h' => 1,
        'd' => 24,
        'y' => 24 * 365,
        _ => return Err(wrong()),
    };
    let lifetime = Duration::from_hours(u64::from(count) * hours);
    match count {
        0 => Err(wrong()),
        _ if lifetime > LONGEST_LIFETIME => Err(format!(
            "--expires: {text:?} is longer than 100y; leave it out for a key that does not expire"
        )),
        _ => Ok(lifetime),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_hours_days_or_years() {
        assert_eq!(lifetime("12h"), Ok(Duration::from_hours(12)));
        assert_eq!(lifetime("100y"), Ok(LONGEST_LIFETIME));
        assert_eq!(lifetime("90d"), Ok(Duration::from_hours(90 * 24)));
        for wrong in [
            "",
            "d",
            "0d",
            "-1d",
            "90",
            "9w",
            "99999999999d",
            "1é",
            "101y",
            "100000y",
        ] {
            assert!(lifetime(wrong).is_err(), "{wrong}");
        }
    }
}

//! Names in the environment that nothing reads and that are nearly one of the settings.

use super::variables::{VARIABLES, Variable};

/// How many letters may differ.
const DISTANCE: usize = 2;
/// Shorter names are too easily near each other: `HOME` is two letters from `HOST`.
const SHORTEST: usize = 8;

/// A name that is probably meant to be a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misspelled {
    /// What was set.
    pub name: String,
    /// The setting that it is nearly.
    pub meant: &'static str,
}

/// Of these names, those that no setting has and that are nearly one's.
pub(super) fn among(names: impl Iterator<Item = String>) -> Vec<Misspelled> {
    let known = || VARIABLES.iter().flat_map(Variable::names);
    names
        .filter(|name| name.len() >= SHORTEST && known().all(|known| known != name))
        .filter_map(|name| {
            let upper = name.to_uppercase();
            let distance = |known: &&str| strsim::osa_distance(known, &upper);
            let near = known()
                .min_by_key(distance)
                .filter(|near| distance(near) <= DISTANCE);
            let meant = near.or_else(|| known().find(|known| lacks_little(&upper, known)))?;
            Some(Misspelled { name, meant })
        })
        .collect()
}

/// Whether a name has the words of `known` in another number (`PROXY`, `PROXIES`), or all but one of them.
fn lacks_little(name: &str, known: &str) -> bool {
    let words = |text: &str| -> Vec<String> { text.split('_').map(singular).collect() };
    let (name, known) = (words(name), words(known));
    if name.len() < 2 {
        return false;
    }
    let without = |left_out: usize| {
        let others = known.iter().enumerate().filter(|(at, _)| *at != left_out);
        others.map(|(_, word)| word).eq(&name)
    };
    name == known || (name.len() + 1 == known.len() && (0..known.len()).any(without))
}

fn singular(word: &str) -> String {
    let stem = word.strip_suffix("IES").map(|stem| format!("{stem}Y"));
    stem.unwrap_or_else(|| word.strip_suffix('S').unwrap_or(word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_nearly_a_settings_is_found() {
        let names = [
            "ATLASIAN_CLIENT_ID",
            "PUBLIC_BASEURL",
            "vault_keys",
            "VAULT_KEYS",
            "TRUSTED_PROXY",
            "JIRA_CLIENT_ID",
            "ALLOWED_SITE",
            "HOSTNAME",
            "HOME",
            "POSTGRES_PASSWORD",
            "SOMETHING_ELSE",
        ];
        let found = among(names.map(str::to_owned).into_iter());
        let found: Vec<_> = found.iter().map(|one| (&*one.name, one.meant)).collect();
        assert_eq!(
            found,
            [
                ("ATLASIAN_CLIENT_ID", "ATLASSIAN_CLIENT_ID"),
                ("PUBLIC_BASEURL", "PUBLIC_BASE_URL"),
                ("vault_keys", "VAULT_KEYS"),
                ("TRUSTED_PROXY", "TRUSTED_PROXIES"),
                ("JIRA_CLIENT_ID", "JIRA_OAUTH_CLIENT_ID"),
                ("ALLOWED_SITE", "ALLOWED_SITES"),
            ]
        );
    }
}

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
            let meant = known().min_by_key(distance)?;
            (distance(&meant) <= DISTANCE).then_some(Misspelled { name, meant })
        })
        .collect()
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
            "HOSTNAME",
            "HOME",
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
            ]
        );
    }
}

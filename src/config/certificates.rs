//! The file of certificates to trust in place of the machine's own. It is read by what speaks TLS, which would only say
//! that it cannot be built.

use super::error::{SettingsError, quoted};
use super::sources::SetIn;

const FILE: &str = "SSL_CERT_FILE";
const FOLDERS: &str = "SSL_CERT_DIR";
const BEGINNING: &str = "-----BEGIN CERTIFICATE-----";

/// Looks whether the file holds a certificate. With folders beside it they may.
///
/// # Errors
/// When it cannot be read, or holds none.
pub(super) fn check(environment: &dyn Fn(&str) -> Option<String>) -> Result<(), SettingsError> {
    let given = |name: &str| environment(name).filter(|value| !value.is_empty());
    let Some(path) = given(FILE).filter(|_| given(FOLDERS).is_none()) else {
        return Ok(());
    };
    let problem = match std::fs::read(&path) {
        Ok(content) if String::from_utf8_lossy(&content).contains(BEGINNING) => return Ok(()),
        Ok(_) => format!("holds no certificate (a line {BEGINNING} begins one)"),
        Err(error) => format!("cannot be read ({error})"),
    };
    Err(SettingsError::Value {
        variable: FILE.to_owned(),
        set_in: SetIn::Environment,
        value: quoted(&path),
        problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_of(path: &str) -> Option<String> {
        let environment = |name: &str| (name == FILE).then(|| path.to_owned());
        check(&environment).err().map(|error| error.to_string())
    }

    #[test]
    fn a_file_that_gives_no_certificate_is_named() {
        assert_eq!(said_of(""), None);
        assert_eq!(
            said_of("/nonexistent").as_deref(),
            Some(
                "SSL_CERT_FILE (environment) is \"/nonexistent\": cannot be read (No such file or directory (os error 2))"
            )
        );
        let of_this_package = |path: &str| format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
        let said = said_of(&of_this_package("Cargo.toml")).unwrap();
        assert!(said.contains("holds no certificate"), "{said}");
        // This very file holds the line that begins one.
        assert_eq!(
            said_of(&of_this_package("src/config/certificates.rs")),
            None
        );
    }
}

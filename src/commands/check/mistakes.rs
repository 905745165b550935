//! Settings that are read without an error and hardly mean what they say.

use super::report::Section;
use crate::config::Settings;
use crate::model::ip_range::IpRange;

pub(super) fn check(settings: &Settings) -> Section {
    let mut section = Section::new("Probably mistakes");
    for one in settings.misspelled() {
        section.warning(
            one.name.as_str(),
            "is no setting, and nothing reads it",
            format!("write {} if that is what you mean", one.meant),
        );
    }
    if IpRange::are_everybody(&settings.listener.trusted_proxies) {
        section.warning(
            "TRUSTED_PROXIES",
            "names the whole Internet, or most of it: everybody can choose the address that limits count",
            "name the addresses of your own proxies",
        );
    }
    let scopes = settings.sources().iter();
    let scopes = scopes.filter(|source| source.name == "ATLASSIAN_SCOPES");
    for source in scopes {
        if source
            .shown
            .as_deref()
            .is_some_and(|text| text.contains(','))
        {
            section.warning(
                source.set_by.unwrap_or(source.name),
                "has commas between its scopes: they are read as spaces here, and not by other programs",
                "put spaces between them (RFC 6749, section 3.3)",
            );
        }
    }
    section
}

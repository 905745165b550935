//! Where the service is reached, and whether a browser's cookies can work between it and its frontends.

use url::{Host, Url};

use super::report::Section;
use crate::config::{Origins, Settings, WebAddress};
use crate::model::auth_mode::AuthMode;
use crate::model::same_site::SameSite;

pub(super) fn check(settings: &Settings) -> Section {
    let mut section = Section::new("Address");
    let listener = &settings.listener;
    let public = &listener.public_base_url;
    section.note(
        "listens on",
        format!("{}:{} (HOST, PORT)", listener.host, listener.port),
    );
    if public.is_https() || public.is_loopback() {
        section.ok(
            "public address",
            format!("{} (PUBLIC_BASE_URL)", public.text()),
        );
    } else if listener.allow_insecure_http {
        section.warning(
            "public address",
            format!(
                "{} is plain http: cookies travel unprotected",
                public.text()
            ),
            "put a proxy with a certificate in front of the service and set PUBLIC_BASE_URL to its https address",
        );
    } else {
        section.problem(
            "public address",
            format!(
                "{} is plain http on a name other than localhost: every login is refused",
                public.text()
            ),
            "set PUBLIC_BASE_URL to the https address of the proxy in front of the service",
        );
    }
    if settings.access.mode == AuthMode::Open {
        section.note(
            "who may call",
            "everybody on this machine, as local (AUTH_MODE=open)",
        );
    } else {
        section.note(
            "who may call",
            "people who log in, and API keys (AUTH_MODE=session)",
        );
    }
    same_site_setting(settings, &mut section);
    for origin in frontends(settings) {
        check_frontend(settings, &origin, &mut section);
    }
    section
}

fn same_site_setting(settings: &Settings, section: &mut Section) {
    let public = &settings.listener.public_base_url;
    if settings.access.session_same_site == SameSite::None && !public.is_https() {
        section.warning(
            "session cookie",
            "SESSION_SAMESITE=none needs https: over http browsers refuse such a cookie",
            "leave SESSION_SAMESITE at lax, or serve over https",
        );
    }
}

/// The frontend and the listed origins that somebody chose; the built-in ones of development do not count.
fn frontends(settings: &Settings) -> Vec<String> {
    let own = settings.listener.public_base_url.origin();
    let frontend = settings.frontend.url.as_ref().map(WebAddress::origin);
    let mut origins: Vec<String> = frontend.into_iter().collect();
    let listed = settings.frontend.origins.listed.iter();
    origins.extend(
        listed
            .filter(|origin| !Origins::DEVELOPMENT.contains(&origin.as_str()))
            .cloned(),
    );
    origins.sort();
    origins.dedup();
    origins.retain(|origin| *origin != own && origin.starts_with("http"));
    origins
}

fn check_frontend(settings: &Settings, origin: &str, section: &mut Section) {
    let public = settings.listener.public_base_url.url();
    let Ok(frontend) = Url::parse(origin) else {
        return;
    };
    let subject = format!("frontend {origin}");
    if !settings.frontend.origins.lists(origin) {
        section.warning(
            subject,
            "is not among the listed origins: its scripts cannot call with a cookie",
            "add it to CORS_ORIGINS",
        );
        return;
    }
    if frontend.scheme() != public.scheme() {
        section.warning(
            subject,
            format!(
                "is {} and this service {}: browsers send no cookies from one to the other",
                frontend.scheme(),
                public.scheme()
            ),
            "serve both over https",
        );
    } else if is_same_site(&frontend, public) {
        section.ok(subject, "is on the same site: the session cookie works");
    } else if settings.access.session_same_site == SameSite::None && public.scheme() == "https" {
        section.warning(
            subject,
            "is on another site: the cookie is a third-party cookie there, which Safari, Firefox and private windows block",
            "put both under one domain, let the frontend forward requests, or send X-Session-Token",
        );
    } else {
        section.warning(
            subject,
            "is on another site: browsers do not send the session cookie from there",
            "put both under one domain, let the frontend forward requests, send X-Session-Token, or set SESSION_SAMESITE=none over https",
        );
    }
}

/// Whether two addresses of one scheme are one site to a browser. The list of public suffixes is not
/// at hand: under a country's two letters, a short label before it (`co.uk`) counts as part of the suffix.
fn is_same_site(one: &Url, other: &Url) -> bool {
    match (one.host(), other.host()) {
        (Some(Host::Domain(one)), Some(Host::Domain(other))) => {
            registrable(one) == registrable(other)
        }
        (one, other) => one == other,
    }
}

fn registrable(host: &str) -> Vec<&str> {
    let labels: Vec<&str> = host.trim_end_matches('.').rsplit('.').collect();
    let double = labels.len() > 2 && labels[0].len() == 2 && labels[1].len() <= 3;
    labels
        .into_iter()
        .take(if double { 3 } else { 2 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_domain_are_one_site() {
        let same = |one: &str, other: &str| {
            is_same_site(&Url::parse(one).unwrap(), &Url::parse(other).unwrap())
        };
        assert!(same(
            "https://app.acme.example",
            "https://api.acme.example:8443"
        ));
        assert!(same("http://localhost:3000", "http://localhost:3001"));
        assert!(same("https://a.acme.co.uk", "https://b.acme.co.uk"));
        assert!(!same("https://acme.co.uk", "https://other.co.uk"));
        assert!(!same("https://acme.example", "https://other.example"));
        assert!(!same("http://localhost:3000", "http://127.0.0.1:3001"));
        assert!(!same("http://10.0.0.1", "http://10.0.0.2"));
    }
}

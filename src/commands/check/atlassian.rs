//! Whether Atlassian is reached from here, and whether its clock and ours agree.

use std::time::Duration;

use super::report::Section;
use crate::atlassian::probe::NoAnswer;
use crate::config::Settings;
use crate::service::diagnosis::{ClockReading, Diagnosis};

/// A difference that a slow answer can make.
const TOLERATED: Duration = Duration::from_secs(10);
/// A difference that spoils the lifetimes of tokens.
const HARMFUL: Duration = Duration::from_mins(1);

/// The findings, and whether Atlassian answers at all.
pub(super) async fn check(settings: &Settings, diagnosis: &Diagnosis) -> (Section, bool) {
    let mut section = Section::new("Atlassian");
    let address = settings.upstream.api_url.text();
    if let Some(proxy) = settings
        .sources()
        .iter()
        .find(|one| one.name == "HTTPS_PROXY")
        && proxy.shown.is_some()
    {
        section.note("proxy", format!("set ({})", proxy.from));
    }
    match diagnosis.clock().await {
        Ok(reading) => {
            section.ok("reached", address);
            clock(reading, &mut section);
            (section, true)
        }
        Err(why) => {
            section.problem("reached", format!("{address}: {why}"), advice(why));
            (section, false)
        }
    }
}

fn clock(reading: Option<ClockReading>, section: &mut Section) {
    let Some(reading) = reading else {
        section.note("clock", "Atlassian's answers carry no time to compare with");
        return;
    };
    let way = if reading.is_slow {
        "behind"
    } else {
        "ahead of"
    };
    let found = format!("{} seconds {way} Atlassian's", reading.difference.as_secs());
    if reading.difference <= TOLERATED {
        section.ok("clock", "agrees with Atlassian's");
    } else if reading.difference < HARMFUL {
        section.warning("clock", found, "set this machine's clock with NTP");
    } else {
        section.problem(
            "clock",
            format!("{found}: tokens are renewed too early or too late"),
            "set this machine's clock with NTP",
        );
    }
}

fn advice(why: NoAnswer) -> &'static str {
    match why {
        NoAnswer::Untrusted => {
            "the certificate of a company's proxy that opens TLS must be trusted here: set SSL_CERT_FILE=/path/company.pem in the environment of the service"
        }
        NoAnswer::UnknownName => {
            "look at this machine's DNS; where only a proxy leads out, set HTTPS_PROXY"
        }
        NoAnswer::Proxy => {
            "look at HTTPS_PROXY: its address, user name and password, and whether it lets this host through"
        }
        NoAnswer::Timeout | NoAnswer::Unreachable => {
            "let this machine call out to port 443, or set HTTPS_PROXY"
        }
    }
}

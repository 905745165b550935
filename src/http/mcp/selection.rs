//! Which of the tools an address offers, as the operator set it and a client asked for it.

use axum::http::request::Parts;

use crate::http::state::AppState;
use crate::http::tools::is_on;
use crate::http::wire::error::ApiError;
use crate::model::nearest::is_misspelt;
use crate::model::toolset::Toolsets;
use crate::service::tools::{NameSet, Tool};

/// The parameters of the address, with the headers that some clients send in place of them.
const TOOLSETS: (&str, &str) = ("toolsets", "x-mcp-toolsets");
const READONLY: (&str, &str) = ("readonly", "x-mcp-readonly");

/// What an address offers, as a client asked for it.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    set: NameSet,
    /// Each narrows.
    toolsets: Vec<Toolsets>,
    /// The operator's; none: every one.
    allowed: Option<Toolsets>,
    reads_only: bool,
}

impl Selection {
    /// From the address, its query, and the headers that some clients send in place of one.
    ///
    /// # Errors
    /// When a toolset is named that there is not, or a parameter that there is not or that came twice: it was meant to
    /// narrow, and an agent that may do more than its person believes is worse than one that does not start.
    pub(super) fn of(parts: &Parts, state: &AppState) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        refuse_unknown(query)?;
        let asked = |(name, header): (&str, &str)| {
            let pairs = url::form_urlencoded::parse(query.as_bytes());
            let in_query = pairs.filter(|(key, _)| key == name);
            let in_query = in_query.map(|(_, value)| value.into_owned());
            let in_headers = parts.headers.get_all(header).iter();
            let in_headers = in_headers.filter_map(|value| value.to_str().ok().map(str::to_owned));
            in_query.chain(in_headers).collect::<Vec<String>>()
        };
        let allowed = state.edge.mcp_toolsets.clone();
        let mut toolsets = Vec::new();
        for names in asked(TOOLSETS) {
            let read = Toolsets::parse(&names);
            toolsets.push(
                read.map_err(|rule| ApiError::invalid(&["toolsets"], format!("toolsets {rule}")))?,
            );
        }
        if toolsets.is_empty() {
            toolsets.push(allowed.clone().unwrap_or_else(Toolsets::usual));
        }
        Ok(Self {
            set: match parts.uri.path().trim_end_matches('/') {
                "/mcp/search" => NameSet::Search,
                "/mcp/rovo" => NameSet::Rovo,
                _ => NameSet::Usual,
            },
            toolsets,
            allowed,
            reads_only: asked(READONLY).iter().any(|word| is_on(word)),
        })
    }

    /// Whose names its tools have.
    pub(super) fn set(&self) -> NameSet {
        self.set
    }

    /// Whether it has this tool, whoever asks.
    pub(super) fn has(&self, tool: &Tool) -> bool {
        self.lacks(tool).is_none()
    }

    /// Why it has not a tool that there is, and where that is offered; none where it has it.
    pub(super) fn lacks(&self, tool: &Tool) -> Option<String> {
        let toolset = tool.facts.toolset;
        if !tool.is_in(self.set) {
            return Some(String::from(match tool.set {
                NameSet::Usual => "it is offered at /mcp",
                NameSet::Search => "it is offered at /mcp/search",
                NameSet::Rovo => "it is offered at /mcp/rovo",
                NameSet::Earlier => "it is offered by /connectors/tools/invoke alone",
            }));
        }
        if !self.allowed.as_ref().is_none_or(|all| all.has(toolset)) {
            return Some(String::from(
                "the operator offers it to nobody (MCP_TOOLSETS)",
            ));
        }
        if !self.toolsets.iter().all(|some| some.has(toolset)) {
            let name = toolset.name;
            return Some(format!(
                "its toolset {name} is not among those that this address asks for; a person adds it as ?toolsets={name}"
            ));
        }
        (self.reads_only && !tool.read_only)
            .then(|| String::from("this address asks for tools that change nothing (readonly)"))
    }
}

/// Refuses what is no parameter of this address, and one that came twice. Proxies and pages add some of their own.
fn refuse_unknown(query: &str) -> Result<(), ApiError> {
    let known = [TOOLSETS.0, READONLY.0];
    let mut seen: Vec<String> = Vec::new();
    for (name, _) in url::form_urlencoded::parse(query.as_bytes()) {
        let is_noise = name == "_" || name.starts_with("utm_") || name.ends_with("clid");
        if is_noise {
            continue;
        }
        if !known.contains(&name.as_ref()) {
            let meant = known.into_iter().find(|known| is_misspelt(&name, known));
            let why = meant.map_or_else(
                || format!("known are {}", known.join(" and ")),
                |meant| format!("{meant} may be meant"),
            );
            let message = format!("the query parameter {name} is unknown; {why}");
            return Err(ApiError::invalid(&[&name], message));
        }
        if seen.iter().any(|before| *before == name) {
            let message = format!("{name} must be sent once, with commas between several names");
            return Err(ApiError::invalid(&[&name], message));
        }
        seen.push(name.into_owned());
    }
    Ok(())
}

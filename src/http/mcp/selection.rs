//! Which of the tools an address offers, as the operator set it and a client asked for it.

use axum::http::request::Parts;

use crate::http::caller::headers::text;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::toolset::Toolsets;
use crate::service::tools::{NameSet, Tool};

/// What an address offers, as a client asked for it.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    set: NameSet,
    toolsets: Toolsets,
    /// The operator's; none: every one.
    allowed: Option<Toolsets>,
    reads_only: bool,
}

impl Selection {
    /// From the address, its query, and the headers that some clients send in place of one.
    ///
    /// # Errors
    /// When a toolset is named that there is not.
    pub(super) fn of(parts: &Parts, state: &AppState) -> Result<Self, ApiError> {
        let asked = |name: &str, header: &str| {
            let query = parts.uri.query().unwrap_or_default();
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            let in_query = pairs.find(|(key, _)| key.as_ref() == name);
            let in_query = in_query.map(|(_, value)| value.into_owned());
            in_query.or_else(|| text(&parts.headers, header).map(str::to_owned))
        };
        let allowed = state.edge.mcp_toolsets.clone();
        let toolsets = match (asked("toolsets", "x-mcp-toolsets"), &allowed) {
            (Some(names), _) => Toolsets::parse(&names)
                .map_err(|rule| ApiError::invalid(&["toolsets"], format!("toolsets {rule}")))?,
            (None, Some(allowed)) => allowed.clone(),
            (None, None) => Toolsets::usual(),
        };
        let reads_only = asked("readonly", "x-mcp-readonly");
        let is_off = |word: &String| matches!(word.trim(), "0" | "false" | "off" | "no");
        Ok(Self {
            set: match parts.uri.path().trim_end_matches('/') {
                "/mcp/search" => NameSet::Search,
                "/mcp/rovo" => NameSet::Rovo,
                _ => NameSet::Usual,
            },
            toolsets,
            allowed,
            reads_only: reads_only.is_some_and(|word| !is_off(&word)),
        })
    }

    /// Whose names its tools have.
    pub(super) fn set(&self) -> NameSet {
        self.set
    }

    /// Whether it has this tool, whoever asks.
    pub(super) fn has(&self, tool: &Tool) -> bool {
        let toolset = tool.facts.toolset;
        tool.is_in(self.set)
            && self.toolsets.has(toolset)
            && self.allowed.as_ref().is_none_or(|all| all.has(toolset))
            && (tool.read_only || !self.reads_only)
    }
}

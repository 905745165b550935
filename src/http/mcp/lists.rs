//! The list of tools that a caller may run here.

use serde_json::{Value, json};

use super::{Call, TTL_MS};
use crate::http::caller::access::RouteAccess;
use crate::service::tools::{Tool, ToolStyle, Tools};

impl Call {
    /// The tools, in the order of the registry, which never changes: clients keep them in a model's cache.
    pub(super) fn listed(&self) -> Value {
        let mut tools = Tools::list(true);
        tools.retain(|tool| Tools::named(tool.name).is_some_and(|tool| self.shows(tool)));
        json!({ "tools": ToolStyle::Mcp.apply(tools), "ttlMs": TTL_MS, "cacheScope": "private" })
    }

    /// Whether this address has the tool at all, whoever asks.
    pub(super) fn offers(tool: &Tool) -> bool {
        !tool.name.contains('.')
    }

    fn shows(&self, tool: &Tool) -> bool {
        Self::offers(tool) && self.caller.needs(access(tool), &self.state).is_ok()
    }
}

/// What a caller must be allowed to do.
pub(super) fn access(tool: &Tool) -> RouteAccess {
    if tool.read_only {
        RouteAccess::Read
    } else {
        RouteAccess::Write
    }
}

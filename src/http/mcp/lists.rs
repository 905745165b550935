//! The list of tools that a caller may run here: what was selected, and what the credential and the logins behind it allow.
//! Each only narrows.

use serde_json::json;

use super::call::{Call, TTL_MS};
use super::messages::Done;
use crate::http::tools::may_run;
use crate::http::wire::error::ApiError;
use crate::model::product::Product;
use crate::service::error::ServiceError;
use crate::service::tools::{Tool, ToolStyle, Tools};

/// What a login allows: all that is known of it.
#[derive(Debug)]
enum Login {
    None,
    Any,
    /// To a Data Center, which knows no scopes.
    DataCenter,
    Scopes(Vec<String>),
}

/// The logins behind a caller.
#[derive(Debug)]
struct Logins {
    jira: Login,
    confluence: Login,
}

impl Logins {
    async fn of(call: &Call) -> Result<Self, ApiError> {
        Ok(Self {
            jira: login(call, Product::Jira).await?,
            confluence: login(call, Product::Confluence).await?,
        })
    }

    fn to(&self, product: Product) -> &Login {
        match product {
            Product::Jira => &self.jira,
            Product::Confluence => &self.confluence,
        }
    }

    /// Whether they allow what a tool cannot do without. Who is connected to nothing is shown everything: a call says
    /// where to log in.
    fn allow(&self, tool: &Tool) -> bool {
        if matches!((&self.jira, &self.confluence), (Login::None, Login::None)) {
            return true;
        }
        tool.products()
            .into_iter()
            .any(|product| match self.to(product) {
                Login::None => false,
                Login::Any => true,
                Login::DataCenter => !tool.facts.cloud_only,
                Login::Scopes(scopes) => tool
                    .operations_of(product)
                    .all(|operation| operation.missing(scopes).is_empty()),
            })
    }
}

async fn login(call: &Call, product: Product) -> Result<Login, ApiError> {
    let scope = call.caller.scope();
    match call.state.connections.granted(&scope, product).await {
        Ok(granted) if granted.is_of_data_center => Ok(Login::DataCenter),
        Ok(granted) => Ok(match granted.scopes.filter(|scopes| !scopes.is_empty()) {
            Some(scopes) => Login::Scopes(scopes),
            None => Login::Any,
        }),
        Err(ServiceError::NotConnected(_)) => Ok(Login::None),
        Err(error) => Err(error.into()),
    }
}

impl Call {
    /// The tools, in the order of the registry, which never changes: clients keep them in a model's cache.
    pub(super) async fn listed(&self) -> Result<Done, ApiError> {
        let logins = Logins::of(self).await?;
        let mut tools = Tools::of(&[self.selection.set()]);
        tools.retain(|tool| {
            self.selection.has(tool)
                && may_run(&self.caller, tool, &self.state)
                && logins.allow(tool)
        });
        let forms = tools.into_iter().map(|tool| ToolStyle::Mcp.form(tool));
        Ok(Done {
            tools: Some(forms.collect()),
            ..Done::from(json!({ "ttlMs": TTL_MS, "cacheScope": "private" }))
        })
    }
}

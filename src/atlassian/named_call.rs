//! Calls of operations by their names in `policy`: for what needs no type of its own, because it is handed on in few words.

use reqwest::Method;
use serde_json::Value;

use super::SiteClient;
use super::access::{Api, Dialect};
use super::error::AtlassianError;
use super::request::Call;
use crate::model::person::Names;
use crate::model::product::Product;
use crate::policy::{self, Operation};

const NOT_ON_DATA_CENTER: &str =
    "a Data Center of Confluence does not have this; it is for Confluence Cloud";

/// A call of an operation.
#[derive(Debug, Clone)]
pub(crate) struct NamedCall {
    operation: Option<&'static Operation>,
    segments: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    text: Option<(&'static str, String)>,
    names: Names,
    there: Option<Box<Self>>,
    on_cloud_alone: bool,
}

impl NamedCall {
    /// The operation of this name, with what stands in the places of its path, in their order.
    pub(crate) fn of(product: Product, name: &str, segments: &[&str]) -> Self {
        Self {
            operation: policy::named(product, name),
            segments: segments.iter().map(|&segment| segment.to_owned()).collect(),
            query: Vec::new(),
            body: None,
            text: None,
            names: Names::new(),
            there: None,
            on_cloud_alone: false,
        }
    }

    /// That a Data Center has nothing of this kind, whatever its API is.
    #[must_use]
    pub(crate) fn on_cloud_alone(self) -> Self {
        Self {
            on_cloud_alone: true,
            ..self
        }
    }

    /// What a Data Center is asked in its place.
    #[must_use]
    pub(crate) fn or_there(self, there: Self) -> Self {
        Self {
            there: Some(Box::new(there)),
            ..self
        }
    }

    /// With a parameter of the query.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// With a body.
    #[must_use]
    pub(crate) fn sending(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    /// With a text of people's in the body's member `name`, given in Markdown; `names` are those of whom it mentions.
    #[must_use]
    pub(crate) fn saying(self, name: &'static str, markdown: String, names: Names) -> Self {
        Self {
            text: Some((name, markdown)),
            names,
            ..self
        }
    }
}

impl SiteClient<'_> {
    /// Makes a call by its name; null where the answer has no body.
    pub(crate) async fn carry_out(self, named: &NamedCall) -> Result<Value, AtlassianError> {
        let is_there = self.dialect() == Dialect::DataCenter;
        let there = named.there.as_deref().filter(|_| is_there);
        let named = there.unwrap_or(named);
        let unknown = AtlassianError::Nonsense("an operation that is not in the policy");
        let operation = named.operation.ok_or(unknown)?;
        let (api, below) = place(operation.template)
            .ok_or(AtlassianError::Nonsense("an operation of another API"))?;
        // There it is no part of the API that is promised.
        let api = if is_there && operation.name == "getContentVersions" {
            Api::ConfluenceExperiments
        } else {
            api
        };
        // The first version of Confluence's API is that of a Data Center.
        if is_there && (named.on_cloud_alone || api == Api::Confluence) {
            return Err(AtlassianError::Blocked(NOT_ON_DATA_CENTER));
        }
        let mut given = named.segments.iter();
        let path: Vec<&str> = below
            .split('/')
            .map(|word| {
                if word.starts_with('{') {
                    given.next().map_or("", String::as_str)
                } else {
                    word
                }
            })
            .collect();
        let mut body = named.body.clone();
        let mut query = named.query.clone();
        self.tell_times(body.as_mut(), &mut query).await;
        if let (Some((name, markdown)), Some(body)) = (&named.text, &mut body) {
            body[*name] = self.dialect().text(name, markdown, &named.names)?;
        }
        let call = Call {
            operation: operation.name,
            api,
            method: Method::from_bytes(operation.method.as_bytes()).unwrap_or(Method::GET),
            path: &path,
            query: &query,
            body,
            file: None,
            idempotent: !operation.changes(),
            known_as: Some(operation),
        };
        expect_answer(self.fetch_if_any(call).await?)
    }
}

/// Refuses what is no answer though its status says so: a word or a number, and what Jira says of a failure.
fn expect_answer(answer: Value) -> Result<Value, AtlassianError> {
    let says_failure = |name: &str| {
        let said = answer.get(name).and_then(Value::as_array);
        said.is_some_and(|said| !said.is_empty())
    };
    match &answer {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => {
            Err(AtlassianError::Nonsense("no object and no list"))
        }
        Value::Object(_) if says_failure("errorMessages") => Err(AtlassianError::Nonsense(
            "a failure in the place of an answer",
        )),
        _ => Ok(answer),
    }
}

impl SiteClient<'_> {
    /// Writes the times in whatever JQL is sent as Jira reads them.
    async fn tell_times(&self, body: Option<&mut Value>, query: &mut [(&'static str, String)]) {
        for (_, jql) in query.iter_mut().filter(|(name, _)| *name == "jql") {
            *jql = self.on_the_accounts_clock(Product::Jira, jql).await;
        }
        let Some(Value::Object(body)) = body else {
            return;
        };
        for (name, sent) in body {
            let queries = match (name.as_str(), sent) {
                ("jql", one) => std::slice::from_mut(one),
                ("queries", Value::Array(all)) => all.as_mut_slice(),
                _ => continue,
            };
            for sent in queries {
                if let Some(jql) = sent.as_str() {
                    let told = self.on_the_accounts_clock(Product::Jira, jql).await;
                    *sent = Value::from(told);
                }
            }
        }
    }
}

/// Which API an operation belongs to, and its path below that API's prefix.
fn place(template: &'static str) -> Option<(Api, &'static str)> {
    let apis = [
        (Api::Jira, "/rest/api/3/"),
        (Api::JiraSoftware, "/rest/agile/1.0/"),
        (Api::Confluence, "/wiki/api/v2/"),
        (Api::ConfluenceV1, "/wiki/rest/api/"),
    ];
    apis.into_iter()
        .find_map(|(api, prefix)| Some((api, template.strip_prefix(prefix)?)))
}

//! What the fields of issues hold: how their values are written and read.

use serde_json::{Map, Value, json};

use super::Issues;
use super::person::name_in;
use crate::atlassian::jira::{AssignedIn, FieldKinds, is_missing};
use crate::model::issue_draft::Assignee;
use crate::model::person::is_nobody;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// How many people one field may name: each is looked up.
const MOST_LISTED: usize = 20;

impl Issues {
    /// What the further fields of a request hold, which are called by their ids then, and people in them by their
    /// accounts.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); none where no field is named.
    /// `Validation` for a name that several fields or people have, and for a person whom nobody knows.
    pub(super) async fn prepared(
        &self,
        scope: &Scope,
        fields: Option<&mut Map<String, Value>>,
    ) -> Result<FieldKinds, ServiceError> {
        let Some(fields) = fields.filter(|fields| !fields.is_empty()) else {
            return Ok(FieldKinds::default());
        };
        self.under_ids(scope, fields).await?;
        let given = &*fields;
        let kinds = self
            .connections
            .jira(scope, |jira| jira.kinds_of(given))
            .await?;
        self.by_account(scope, &kinds, fields).await?;
        Ok(kinds)
    }

    /// Puts accounts in the place of people's names.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for a name that nobody has or
    /// several have.
    pub(super) async fn by_account(
        &self,
        scope: &Scope,
        kinds: &FieldKinds,
        fields: &mut Map<String, Value>,
    ) -> Result<(), ServiceError> {
        let people: Vec<(String, bool, &mut Value)> = kinds
            .people(fields)
            .map(|(field, several, people)| (field.to_owned(), several, people))
            .collect();
        for (field, several, people) in people {
            if let Value::Array(entries) = &*people
                && entries.iter().any(is_missing)
            {
                return Err(no_person(&field));
            }
            // One person in a list is that person.
            if let (false, Value::Array(entries)) = (several, &*people)
                && let [one] = entries.as_slice()
            {
                *people = one.clone();
            }
            if several && people.is_object() {
                *people = json!([people.take()]);
            }
            match people {
                Value::String(named) if is_nobody(named) => *people = Value::Null,
                Value::String(named) if several => {
                    *people = self.listed(scope, &field, named).await?;
                }
                Value::Array(entries) => {
                    if entries.iter().filter_map(name_in).count() > MOST_LISTED {
                        let why = format!("{field} may name {MOST_LISTED} people at once");
                        return Err(ServiceError::invalid(&field, why));
                    }
                    for entry in entries {
                        self.put_account(scope, &field, entry).await?;
                    }
                }
                one => self.put_account(scope, &field, one).await?,
            }
        }
        Ok(())
    }

    /// Puts an account in the place of the assignee's name.
    ///
    /// # Errors
    /// Those of [`Issues::by_account`].
    pub(super) async fn put_assignee(
        &self,
        scope: &Scope,
        assignee: Option<&mut Assignee>,
        place: AssignedIn<'_>,
    ) -> Result<(), ServiceError> {
        if let Some(assignee) = assignee
            && let Assignee::Named(named) = assignee
        {
            *assignee = Assignee::Account(self.assigned(scope, named, place).await?);
        }
        Ok(())
    }

    /// Puts an account in the place of a person's name; any other value is Jira's own.
    async fn put_account(
        &self,
        scope: &Scope,
        field: &str,
        person: &mut Value,
    ) -> Result<(), ServiceError> {
        if is_missing(person) && !person.is_null() {
            return Err(no_person(field));
        }
        if let Some(named) = name_in(person) {
            *person = Value::from(self.account(scope, field, named).await?);
        }
        Ok(())
    }

    /// The accounts of people in one text: of one person, whose name may have a comma in it, or of several.
    async fn listed(&self, scope: &Scope, field: &str, text: &str) -> Result<Value, ServiceError> {
        let refused = match self.account(scope, field, text).await {
            Ok(one) => return Ok(json!([one])),
            Err(error @ ServiceError::Validation { .. }) => error,
            Err(error) => return Err(error),
        };
        let names = text.split([',', ';', '\n']).map(str::trim);
        let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        if names.len() < 2 || names.len() > MOST_LISTED {
            return Err(refused);
        }
        let mut accounts = Vec::new();
        for name in names {
            accounts.push(self.account(scope, field, name).await?);
        }
        Ok(json!(accounts))
    }

    /// Issues in Jira's form, their formatted texts in Markdown where nothing but the field tells that they
    /// are formatted. What cannot be told stays as it is: the issues are worth reading all the same.
    pub(crate) async fn readable(&self, scope: &Scope, mut issues: Vec<Value>) -> Vec<Value> {
        self.name_in_fields(scope, &mut issues).await;
        let given = &issues;
        let kinds = self
            .connections
            .jira(scope, |jira| jira.hidden_kinds(given))
            .await;
        match kinds {
            Ok(kinds) => {
                let nameless = issues.iter().flat_map(|issue| kinds.nameless(issue));
                let nameless = nameless.collect();
                let names = self.connections.names(scope, Product::Jira, nameless).await;
                for issue in &mut issues {
                    kinds.show(issue, &names);
                }
            }
            Err(error) => {
                tracing::info!(cause = %error.cause(), "what the fields of issues hold could not be read");
            }
        }
        issues
    }
}

fn no_person(field: &str) -> ServiceError {
    let why = format!(
        "{field} must name a person: a name, an e-mail address, an account id or me; null or `unassigned` for nobody; nothing was written"
    );
    ServiceError::invalid(field, why)
}

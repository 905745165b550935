//! The fields of issues by the names that people know.

use serde_json::{Map, Value};

use super::Issues;
use crate::model::hit::Fetched;
use crate::model::issue::{FieldName, IssueField};
use crate::model::nearest::{is_same, nearest};
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// The ids of Jira's own fields
/// (<https://support.atlassian.com/jira-cloud-administration/docs/use-jira-system-fields/>). Who uses
/// these alone needs no look at the fields of the site.
const OWN: [&str; 42] = [
    "aggregateprogress",
    "aggregatetimeestimate",
    "aggregatetimeoriginalestimate",
    "aggregatetimespent",
    "assignee",
    "attachment",
    "comment",
    "components",
    "created",
    "creator",
    "description",
    "duedate",
    "environment",
    "fixVersions",
    "id",
    "issuekey",
    "issuelinks",
    "issuerestriction",
    "issuetype",
    "key",
    "labels",
    "lastViewed",
    "parent",
    "priority",
    "progress",
    "project",
    "reporter",
    "resolution",
    "resolutiondate",
    "security",
    "status",
    "statusCategory",
    "statuscategorychangedate",
    "subtasks",
    "summary",
    "timeestimate",
    "timeoriginalestimate",
    "timespent",
    "timetracking",
    "updated",
    "versions",
    "worklog",
];

impl Issues {
    /// The fields that a caller named by id or by name, in the argument called `argument`. Where a name that is left
    /// out is that of several fields, all of them are meant.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for a name that is
    /// unknown, or that several fields have.
    pub(crate) async fn field_names(
        &self,
        scope: &Scope,
        argument: &str,
        names: Vec<String>,
    ) -> Result<Vec<FieldName>, ServiceError> {
        if names.iter().all(|name| is_id(name)) {
            return Ok(names.iter().map(|name| FieldName::plain(name)).collect());
        }
        let fields = self.fields(scope).await?;
        let mut found = Vec::new();
        for name in names {
            let (sign, bare) = match name.strip_prefix('-') {
                Some(bare) => ("-", bare),
                None => ("", name.as_str()),
            };
            let ids = if is_id(&name) {
                vec![bare]
            } else {
                named(&fields, bare)
            };
            if ids.is_empty() {
                return Err(unknown(argument, bare, &fields));
            }
            if ids.len() > 1 && sign.is_empty() {
                return Err(ambiguous(argument, bare, &ids));
            }
            found.extend(ids.into_iter().map(|id| FieldName {
                id: format!("{sign}{id}"),
                asked: name.clone(),
            }));
        }
        Ok(found)
    }
}

impl Issues {
    /// The values of further fields under their ids: people call a field as they see it.
    ///
    /// # Errors
    /// `Validation` about `additional_fields` for a name that several fields have, `Rejected` for one that none has; those of a
    /// [call for an owner](ServiceError#calls-for-an-owner).
    pub(super) async fn under_ids(
        &self,
        scope: &Scope,
        values: &mut Map<String, Value>,
    ) -> Result<(), ServiceError> {
        let names: Vec<String> = values.keys().filter(|name| !is_id(name)).cloned().collect();
        if names.is_empty() {
            return Ok(());
        }
        let fields = self.fields(scope).await?;
        for name in names {
            match named(&fields, &name).as_slice() {
                [] => return Err(refused(&name, &fields)),
                [id] => {
                    let value = values.remove(&name).unwrap_or_default();
                    if values.get(*id).is_some_and(|other| *other != value) {
                        return Err(said_twice(&name, id));
                    }
                    values.insert((*id).to_owned(), value);
                }
                several => return Err(ambiguous("additional_fields", &name, several)),
            }
        }
        Ok(())
    }
}

/// Whether this is the id of one of Jira's own fields, which are the same on every site.
pub(crate) fn is_own_field(name: &str) -> bool {
    OWN.contains(&name)
}

/// Those of a site's fields that are meant by a name or an id.
pub(crate) fn fields_named<'a>(
    fields: &'a [Fetched<IssueField>],
    name: &str,
) -> Vec<&'a Fetched<IssueField>> {
    let ids = named(fields, name);
    let is_meant = |field: &&Fetched<IssueField>| ids.contains(&field.value.id.as_str());
    fields.iter().filter(is_meant).collect()
}

/// Whether Jira itself calls a field so, or several with one of its words.
fn is_id(name: &str) -> bool {
    let name = name.strip_prefix('-').unwrap_or(name);
    let custom = name.strip_prefix("customfield_");
    OWN.contains(&name)
        || matches!(name, "*all" | "*navigable")
        || custom.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The ids of the fields that are meant: by the id or the name as it is written, else by what JQL calls
/// them, else by the same letters.
fn named<'a>(fields: &'a [Fetched<IssueField>], name: &str) -> Vec<&'a str> {
    let of = |fits: &dyn Fn(&Fetched<IssueField>) -> bool| -> Vec<&'a str> {
        let fitting = fields.iter().filter(|field| fits(field));
        fitting.map(|field| field.value.id.as_str()).collect()
    };
    let exact = of(&|field| {
        field.value.id.eq_ignore_ascii_case(name)
            || field.value.name.to_lowercase() == name.to_lowercase()
    });
    if !exact.is_empty() {
        return exact;
    }
    let in_queries = of(&|field| {
        let clauses = field
            .raw
            .get("clauseNames")
            .and_then(|list| list.as_array());
        clauses.into_iter().flatten().any(|clause| {
            clause
                .as_str()
                .is_some_and(|clause| clause.eq_ignore_ascii_case(name))
        })
    });
    if !in_queries.is_empty() {
        return in_queries;
    }
    of(&|field| is_same(&field.value.name, name) || is_same(&field.value.id, name))
}

/// One field under two names, with two values: nobody knows which is meant.
fn said_twice(name: &str, id: &str) -> ServiceError {
    let why = format!(
        "{name} and {id} are one field, and say different things; leave one of them out; nothing was written"
    );
    ServiceError::invalid("additional_fields", why)
}

fn ambiguous(argument: &str, name: &str, ids: &[&str]) -> ServiceError {
    let ids = ids.join(", ");
    let why = format!("several fields have the name {name}; use one of {ids}");
    ServiceError::invalid(argument, why)
}

/// The refusal of a value for a field that is not there, as Jira would refuse it.
fn refused(name: &str, fields: &[Fetched<IssueField>]) -> ServiceError {
    let meant = may_be_meant(name, fields);
    ServiceError::Rejected {
        messages: Vec::new(),
        fields: vec![(
            name.to_owned(),
            format!("this field is unknown here{meant}"),
        )],
    }
}

fn unknown(argument: &str, name: &str, fields: &[Fetched<IssueField>]) -> ServiceError {
    let shown: String = name.chars().take(60).collect();
    let meant = may_be_meant(name, fields);
    ServiceError::invalid(
        argument,
        format!("{argument} names the field {shown}, which is unknown here{meant}"),
    )
}

/// The nearest name, as the end of a sentence.
fn may_be_meant(name: &str, fields: &[Fetched<IssueField>]) -> String {
    let known = fields
        .iter()
        .flat_map(|field| [field.value.name.as_str(), field.value.id.as_str()]);
    nearest(name, known)
        .map(|meant| format!("; {meant} may be meant"))
        .unwrap_or_default()
}

//! Jira through the owner's connection, one file for each noun.
//!
//! Every method gives its result typed and as Jira sent it, knows nothing of HTTP, and refuses
//! what is malformed before anything is sent.

mod attachments;
mod batch;
mod called;
mod comments;
mod epics;
mod field_kinds;
pub(in crate::service) mod field_names;
mod fields_by_site;
mod mentions;
mod people;
mod person;
mod pictures;
mod projects;
mod search;
mod second_reading;
mod sites;
mod transitions;

use serde_json::{Value, json};

use super::connections::Connections;
use super::error::ServiceError;
use super::writing::writing;
use crate::atlassian::jira::{AssignedIn, Known};
use crate::atlassian::named_call::NamedCall;
use crate::model::entity_tag::IfMatch;
use crate::model::hit::{Created, Fetched};
use crate::model::issue::Issue;
use crate::model::issue_change::IssueChange;
use crate::model::issue_draft::IssueDraft;
use crate::model::issue_key::IssueKey;
use crate::model::product::Product;
use crate::model::repeats::Sent;
use crate::model::scope::Scope;
use crate::model::time::Timestamp;
use mentions::Texts;

pub(in crate::service) use batch::of_entry;
pub(crate) use search::{ResultRequest, SearchRequest, as_narrowed, as_searched, walled_in};

pub(crate) use crate::atlassian::PROJECTS_AT_ONCE;

/// An owner's issues, and what belongs to them.
#[derive(Debug, Clone)]
pub struct Issues {
    connections: Connections,
}

impl Issues {
    /// Issues behind `connections`.
    pub(crate) fn new(connections: Connections) -> Self {
        Self { connections }
    }

    /// The answer to a call of an operation that needs no type of its own.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn ask(&self, scope: &Scope, call: &NamedCall) -> Result<Value, ServiceError> {
        self.connections
            .site(scope, Product::Jira, |site| site.carry_out(call))
            .await
    }

    /// One issue, by its key, its number, or an address of it: there on a site that the login reaches.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what names no
    /// issue, `Validation` for an address of a site that is not reached.
    pub(crate) async fn issue(
        &self,
        scope: &Scope,
        key: &str,
    ) -> Result<Fetched<Issue>, ServiceError> {
        let (there, key) = self.named(scope, key).await?;
        let issue = there.read(scope, &key).await?;
        Ok(there.with_names(scope, issue).await)
    }

    /// An issue without the names of those whom it mentions.
    async fn read(&self, scope: &Scope, key: &str) -> Result<Fetched<Issue>, ServiceError> {
        let key = &issue_key(key)?;
        self.connections.jira(scope, |jira| jira.issue(key)).await
    }

    /// Like [`Issues::issue`], in our words alone: its JSON holds no more than they are made of.
    ///
    /// # Errors
    /// Those of [`Issues::issue`].
    pub(crate) async fn shown_issue(
        &self,
        scope: &Scope,
        key: &str,
    ) -> Result<Issue, ServiceError> {
        let (there, key) = self.named(scope, key).await?;
        let key = &issue_key(&key)?;
        let issue = there
            .connections
            .jira(scope, |jira| jira.shown_issue(key))
            .await?;
        Ok(there.with_names(scope, issue).await.value)
    }

    /// Makes an issue.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn create(
        &self,
        scope: &Scope,
        draft: &IssueDraft,
    ) -> Result<Created, ServiceError> {
        writing(async {
            let this = self.where_is(scope, draft).await?;
            let draft = &mut draft.clone();
            let known = &this.known_for(scope, draft).await?;
            let made = this.make(scope, draft, known).await?;
            Ok(this.led_to(made))
        })
        .await
    }

    /// What must be known to make an issue, whose further fields are called by their ids then.
    async fn known_for(
        &self,
        scope: &Scope,
        draft: &mut IssueDraft,
    ) -> Result<Known, ServiceError> {
        if let IssueDraft::Short(issue) = draft {
            self.expect_here(scope, "parent", issue.parent.as_ref())
                .await?;
            self.place_parent(scope, issue).await?;
            let place = AssignedIn::Project(&issue.project_key.key);
            self.put_assignee(scope, issue.assignee.as_mut(), place)
                .await?;
        }
        let kinds = self.prepared(scope, draft.further_mut()).await?;
        let further = draft.further().map(|fields| kinds.texts(fields));
        let texts = Texts::of(draft.text(), further);
        let names = self.names_in(scope, texts.all()).await;
        self.expect_all_known(scope, &texts, &names, &Value::Null)
            .await?;
        Ok(Known {
            me: self.me(scope, draft.needs_my_account()).await?,
            names,
            kinds: kinds.clone(),
        })
    }

    /// Changes an issue and gives it as it is afterwards.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// issue's key, `OtherState` for an issue that `if_match` does not admit.
    pub(crate) async fn update(
        &self,
        scope: &Scope,
        key: &str,
        sent: &Sent<IssueChange>,
        if_match: &IfMatch,
    ) -> Result<Fetched<Issue>, ServiceError> {
        writing(async {
            let (this, key) = &self.named(scope, key).await?;
            let named = &issue_key(key)?;
            let repeats = &sent.repeats;
            let change = &mut sent.change.clone();
            this.expect_here(scope, "parent", change.parent()).await?;
            if let IssueChange::Short(changes) = &mut *change {
                this.place_new_parent(scope, key, changes).await?;
            }
            let place = AssignedIn::Issue(named);
            this.put_assignee(scope, change.assignee_mut(), place)
                .await?;
            let kinds = this.prepared(scope, change.further_mut()).await?;
            this.show_attached(
                scope,
                named,
                change.texts_mut(|further| kinds.texts_mut(further)),
            )
            .await;
            let change = &*change;
            let edits_text = change.edits_text(kinds.has_text());
            let further = change.further().map(|fields| kinds.texts(fields));
            let texts = Texts::of(change.text(), further);
            let known = &Known {
                me: this.me(scope, change.needs_my_account()).await?,
                names: this.names_in(scope, texts.all()).await,
                kinds: kinds.clone(),
            };
            // Read first: what Jira answers to the change is nothing, and what comes after it may fail.
            let is_compared = change.read_at().is_some() || if_match.asks() || !repeats.is_empty();
            let issue = this.before(scope, key, edits_text || is_compared).await?;
            let before = &issue.raw;
            this.expect_all_known(scope, &texts, &known.names, before)
                .await?;
            expect_state(before, if_match)?;
            expect_unchanged(before, change.read_at())?;
            if !repeats.is_empty() {
                repeats.expect(&as_shown(&issue))?;
            }
            match this.write(scope, named, change, before, known).await {
                Ok(written) => Ok(this.as_it_is_now(scope, key, written).await),
                Err(error) => Err(this.why_missing(scope, key, error).await),
            }
        })
        .await
    }

    /// The issue before a change, in Jira's form, as far as it can be read. Whether it may be changed is
    /// for Jira to say, and nothing here.
    ///
    /// Not so where it must be: where its text is edited, what is not known cannot be kept. Nor while Jira fails: then
    /// nothing is written, rather than something of which nobody could tell what it made of the issue.
    async fn before(
        &self,
        scope: &Scope,
        key: &str,
        must_be_read: bool,
    ) -> Result<Before, ServiceError> {
        match self.read(scope, key).await {
            Ok(issue) => Ok(Before {
                value: Some(issue.value),
                raw: issue.raw,
            }),
            Err(error) if must_be_read => Err(error),
            Err(error @ (ServiceError::Forbidden { .. } | ServiceError::NotFound(_))) => {
                tracing::info!(cause = %error.cause(), "an issue could not be read before it is changed");
                Ok(Before {
                    value: None,
                    raw: json!({ "id": key, "key": key, "fields": {} }),
                })
            }
            Err(error) => Err(error),
        }
    }

    /// The issue after a change. The change is made: a failure to read it again is none of the change's.
    async fn as_it_is_now(
        &self,
        scope: &Scope,
        key: &str,
        written: Fetched<Issue>,
    ) -> Fetched<Issue> {
        let now = self.read(scope, key).await.unwrap_or_else(|error| {
            tracing::info!(cause = %error.cause(), "an issue could not be read after it was changed");
            written
        });
        self.with_names(scope, now).await
    }

    /// Deletes an issue; one with subtasks only together with them.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// issue's key, `OtherState` for an issue that `if_match` does not admit.
    pub(crate) async fn delete(
        &self,
        scope: &Scope,
        key: &str,
        with_subtasks: bool,
        if_match: &IfMatch,
    ) -> Result<(), ServiceError> {
        writing(async {
            let (this, key) = &self.named(scope, key).await?;
            if if_match.asks() {
                expect_state(&this.read(scope, key).await?.raw, if_match)?;
            }
            let named = &issue_key(key)?;
            let deleted = this
                .connections
                .jira(scope, |jira| jira.delete(named, with_subtasks));
            match deleted.await {
                Err(error) => Err(this.why_missing(scope, key, error).await),
                done => done,
            }
        })
        .await
    }

    /// The account behind the connection, if it is needed.
    async fn me(&self, scope: &Scope, needed: bool) -> Result<Option<String>, ServiceError> {
        if needed {
            self.connections
                .account_id(scope, Product::Jira)
                .await
                .map(Some)
        } else {
            Ok(None)
        }
    }
}

/// An issue before it is changed, as far as it could be read.
struct Before {
    value: Option<Issue>,
    raw: Value,
}

/// What answers show of an issue.
fn as_shown(issue: &Before) -> Value {
    let mut shown = json!(issue.value);
    shown["project_key"] = shown["project"].clone();
    shown
}

/// Whether the issue is still the one that the caller read: two who edit the same text from the same reading would
/// otherwise undo each other's words.
fn expect_unchanged(issue: &Value, seen: Option<Timestamp>) -> Result<(), ServiceError> {
    let changed = issue.pointer("/fields/updated").and_then(Value::as_str);
    match (changed.and_then(Timestamp::parse), seen) {
        // To the thousandth: two may change an issue within a second.
        (Some(changed), Some(seen)) if changed != seen => Err(ServiceError::Conflict(format!(
            "the issue was changed at {}, after you read it; read it again",
            changed.exactly()
        ))),
        _ => Ok(()),
    }
}

/// Whether the issue is in the state that the caller names.
fn expect_state(issue: &Value, if_match: &IfMatch) -> Result<(), ServiceError> {
    let updated = issue.pointer("/fields/updated").and_then(Value::as_str);
    let tag = updated.and_then(Timestamp::parse).map(Issue::tag_at);
    if if_match.admits(tag.as_deref()) {
        return Ok(());
    }
    Err(ServiceError::OtherState(String::from(
        "the issue was changed after the state that If-Match names; nothing was written; read it again",
    )))
}

/// What cannot name an issue is an issue that does not exist.
fn issue_key(text: &str) -> Result<IssueKey, ServiceError> {
    IssueKey::parse(text).map_err(|error| ServiceError::no_such_object(&error))
}

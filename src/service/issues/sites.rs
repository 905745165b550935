//! On which site things of Jira's lie: the site in an address counts, wherever an address is taken.

use url::Url;

use super::Issues;
use crate::model::hit::Created;
use crate::model::issue_draft::IssueDraft;
use crate::model::issue_reference::IssueReference;
use crate::model::place_reference::PlaceReference;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

const READ_ONLY: &str = "this account may read this issue and not change it, or that right was taken from it just now; nothing was written";

impl Issues {
    /// The issues of the site that an address names, and the key in it; any other name stays here as it is.
    ///
    /// # Errors
    /// `Validation` for an address of a site that is not reached; those of finding a connection.
    pub(in crate::service) async fn named(
        &self,
        scope: &Scope,
        text: &str,
    ) -> Result<(Self, String), ServiceError> {
        let named = IssueReference::parse(text).filter(|named| named.address.is_some());
        let Some(named) = named else {
            return Ok((self.clone(), text.to_owned()));
        };
        let there = self
            .connections
            .at_address(scope, Product::Jira, "issue_key", named.address.as_ref())
            .await?;
        Ok((Self::new(there), named.key.as_str().to_owned()))
    }

    /// Whether these are the issues of the same site.
    pub(in crate::service) fn are_where(&self, others: &Self) -> bool {
        self.connections.are_where(&others.connections)
    }

    /// The issues of another site that the login reaches; `field` is what names it.
    ///
    /// # Errors
    /// `Validation` for a site that is not reached, `Forbidden` where the caller's key does not go there; those of finding a
    /// connection.
    pub(in crate::service) async fn at_site(
        &self,
        scope: &Scope,
        field: &str,
        site: &str,
    ) -> Result<Self, ServiceError> {
        let product = Product::Jira;
        let there = self
            .connections
            .at_site(scope, product, field, site)
            .await?;
        Ok(Self::new(there))
    }

    /// Refuses an address of an issue of another site where both must lie on one.
    ///
    /// # Errors
    /// `Validation` about `field`; those of finding a connection.
    pub(super) async fn expect_here(
        &self,
        scope: &Scope,
        field: &str,
        issue: Option<&IssueReference>,
    ) -> Result<(), ServiceError> {
        let address = issue.and_then(|issue| issue.address.as_ref());
        if address.is_none() {
            return Ok(());
        }
        let there = self
            .connections
            .at_address(scope, Product::Jira, field, address);
        if there.await?.are_where(&self.connections) {
            return Ok(());
        }
        let why = format!("{field} is an issue of another site");
        Err(ServiceError::invalid(field, why))
    }

    /// The issues of the site where all of these addresses lie.
    ///
    /// # Errors
    /// `Validation` for a site that is not reached, and for several; those of finding a connection.
    pub(in crate::service) async fn at_addresses(
        &self,
        scope: &Scope,
        field: &str,
        addresses: &[Url],
    ) -> Result<Self, ServiceError> {
        let there = self
            .connections
            .at_addresses(scope, Product::Jira, field, addresses);
        Ok(Self::new(there.await?))
    }

    /// The issues of the site where a project lies.
    ///
    /// # Errors
    /// Those of [`Issues::at_addresses`].
    pub(super) async fn of_project(
        &self,
        scope: &Scope,
        field: &str,
        project: &PlaceReference,
    ) -> Result<Self, ServiceError> {
        let address = project.address.as_ref();
        self.at_addresses(scope, field, address.map_or(&[], std::slice::from_ref))
            .await
    }

    /// The issues of the site where a new one is to lie.
    ///
    /// # Errors
    /// Those of [`Issues::at_addresses`].
    pub(super) async fn where_is(
        &self,
        scope: &Scope,
        draft: &IssueDraft,
    ) -> Result<Self, ServiceError> {
        match draft {
            IssueDraft::Short(issue) => {
                self.of_project(scope, "project_key", &issue.project_key)
                    .await
            }
            IssueDraft::Own(_) => Ok(self.clone()),
        }
    }

    /// The failure of a write to the issue that a key or an address names, with the reason where Jira says that it is not
    /// there and it can be read.
    pub(in crate::service) async fn why_missing(
        &self,
        scope: &Scope,
        issue: &str,
        error: ServiceError,
    ) -> ServiceError {
        if !matches!(error, ServiceError::NotFound(_)) {
            return error;
        }
        match self.named(scope, issue).await {
            Ok((there, key)) if there.read(scope, &key).await.is_ok() => {
                ServiceError::forbidden(READ_ONLY)
            }
            _ => error,
        }
    }

    /// What was made, by an id that leads there from here.
    pub(super) fn led_to(&self, made: Created) -> Created {
        let id = self.connections.way_to(&made.id);
        Created {
            id: id.unwrap_or(made.id),
            ..made
        }
    }
}
